#include "time/paired.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/larger.h"

const struct stage_times paired_none = { .common = 0 };

/*
 * Half a layer of the timeline, by what it is made of, seconds each.
 */
enum of_half {
	OF_EXPERTS,	/* of a mean rank, or late in every layer */
	OF_FIRST,	/* SHARED and ATTN0, and the */
	OF_SEND,	/* dispatch beside them, but for what is late */
	OF_SECOND,	/* ATTN1 and what follows it, and the */
	OF_BACK,	/* combine beside those, the fullest port's */
	LATE_EXPERTS,
	LATE_GROUP,	/* the longest contexts' attention */
	LATE_SEND,	/* the fullest port's dispatch */
	OF_NR
};

struct half {
	double of[OF_NR];
	double common;
	double slack;
	bool slack_first;	/* it is the dispatch's */
	double experts;		/* what of the late ones is waited for, */
	double group;
	double send;		/* and what of the port nothing hides */
};

/*
 * Late experts. An exchange that hides under kernels with S seconds to spare
 * lets a rank run ahead of the last one by S before it waits. Of n ranks a late
 * one costs E max, which I call D, a half layer where S = 0; S less where it is
 * small, for the next half's last is another rank; and for much slack, leads
 * over the last rank lie in 0 ... S with a density of exp(2 v l / x^2), where
 * v is what the last rank, of sd x, is slower than the mean: it is pushed on by
 * those that reach it, so v = n x^2 / 2 times the density at 0, or
 *
 *	v = x^2 ln(n + 1) / (2 S)  ~  D^2 / (a S),  D = a x
 *
 * (reflected Brownian motion; a^2 is between ln n and 2 ln n). With s = S / D
 *
 *	v = D (1 + s) / (1 + 2 s + a s^2)
 *
 * is all three, within 3 % of D of such ranks' halves that are drawn (n from 8
 * to 320; test_paired). What is popular in a layer is so for both of its
 * halves: with a share c of the variance common to them, s = S / ((1 + c) D).
 */
static double lag_s(double late, double slack, double c, double a)
{
	double l = (1 + c) * late;	/* s = slack / l */

	if (!(slack > 0) || !(late > 0))
		return late;
	return late * l * (l + slack) / (l * l + slack * (2 * l + a * slack));
}

/*
 * The group with the longest contexts is one in every layer, but another in
 * the other micro-batch: with slack to spare the one with most in both together
 * is waited for. What slack late experts use is not theirs:
 * of t and d it is S t / (t + 2 d), by the same drawn ranks.
 */
static double group_lag_s(const struct stage_times *t, double slack)
{
	double late = t->late_first + t->late_second;

	if (!(slack > 0) || !(late > 0))
		return late;
	return late * larger(t->both, 1 - slack / (late + 2 *
						   t->late_experts));
}

static void half_of(struct half *h, const struct stage_times *t)
{
	const double *s = t->s;
	double *of = h->of, first, second;

	assert(t->common >= 0 && t->common <= 1);
	of[LATE_EXPERTS] = t->late_experts;
	of[LATE_GROUP] = t->late_first + t->late_second;
	of[LATE_SEND] = t->late_send;
	of[OF_EXPERTS] = s[STAGE_EXPERTS] - t->late_experts;
	of[OF_FIRST] = s[STAGE_SHARED] + s[STAGE_ATTN0] - t->late_first;
	of[OF_SEND] = s[STAGE_DISPATCH] - t->send_pack_s - t->late_send;
	of[OF_SECOND] = s[STAGE_ATTN1] - t->late_second + s[STAGE_GATE] +
			s[STAGE_QUERIES] + s[STAGE_MERGE] + s[STAGE_ATTN_SUM];
	of[OF_BACK] = s[STAGE_COMBINE] - t->back_pack_s;
	first = of[OF_FIRST] - of[OF_SEND] - t->common / 2 * of[LATE_SEND];
	second = of[OF_SECOND] - of[OF_BACK];
	h->common = t->common;
	h->slack_first = first < second;
	h->slack = lesser(first, second);
	h->experts = lag_s(of[LATE_EXPERTS], h->slack, t->common, t->a);
	h->group = group_lag_s(t, h->slack);
	h->send = larger(0, of[LATE_SEND] +
			    lesser(0, of[OF_SEND] - of[OF_FIRST]));
}

/*
 * From the experts to the next dispatch's end, beyond its mean: whoever is
 * last. Behind a combine that shows nobody leads, and all lateness adds up;
 * else it is a rank's own: that of its experts and of the group that it is in,
 * which are another's mostly, and of the next dispatch, which within a layer
 * is the same rank's, in the next layer another's: they vary together by half
 * of what is common to a layer.
 */
static double behind_s(const struct half *h)
{
	return h->of[OF_BACK] + h->experts + h->send;
}

static double late_all_s(const struct half *h)
{
	double x = h->experts, y = h->group, e = h->send;

	return sqrt(x * x + e * e + h->common * x * e + y * y);
}

/* Seconds of half a layer; exposed_s: of exchanges that nothing hides. */
static double half_s(const struct half *h, double *exposed_s)
{
	const double *of = h->of;
	double behind = behind_s(h), all = of[OF_SECOND] + late_all_s(h);

	*exposed_s = larger(0, of[OF_SEND] - of[OF_FIRST]) + h->send +
		     larger(0, behind - all);
	return of[OF_EXPERTS] + larger(of[OF_FIRST], of[OF_SEND]) +
	       larger(behind, all);
}

double paired_s(struct step *st, const struct stage_times *t, int layers)
{
	double a0 = t->s[STAGE_ATTN0], sh = t->s[STAGE_SHARED];
	double sum = t->s[STAGE_QUERIES] + t->s[STAGE_MERGE] +
		     t->s[STAGE_ATTN_SUM];
	double a1 = t->s[STAGE_ATTN1] + t->s[STAGE_GATE] + sum;
	double pack = t->send_pack_s + t->back_pack_s;
	double d = t->s[STAGE_DISPATCH] - t->send_pack_s;
	double c = t->s[STAGE_COMBINE] - t->back_pack_s;
	double exposed, kernels = a0 + sh + a1 - sum + t->s[STAGE_EXPERTS], s;
	int n = 2 * layers - 1;
	struct half h;

	assert(layers >= 1);
	half_of(&h, t);
	s = n * half_s(&h, &exposed) + a0 + a1 +
	    t->s[STAGE_EXPERTS] + larger(sh, d) + c;
	exposed = n * exposed + larger(0, d - sh) + c + 2 * layers * sum;
	st->exposed_s += exposed;
	st->hidden_s += larger(0, 2 * layers * kernels + exposed - s);
	st->bound_s[BOUND_LATENCY] += 2 * layers * pack;
	return s + 2 * layers * pack;
}

/* ---- weights ---- */

/* By how much with late ones, slack, and of a group with late experts. */
struct lag {
	double of_late, of_slack, of_experts;
};

static struct lag lag_of(double late, double slack, double c, double a)
{
	double s, all, steep;

	if (!(slack > 0) || !(late > 0))
		return (struct lag){ 1, 0, 0 };
	s = slack / ((1 + c) * late);
	all = 1 + s * (2 + a * s);
	steep = -(1 + a * s * (2 + s)) / (all * all);
	return (struct lag){ (1 + s) / all - s * steep, steep / (1 + c), 0 };
}

static struct lag lag_of_group(const struct stage_times *t, double slack)
{
	double late = t->late_first + t->late_second;
	double all = late + 2 * t->late_experts, part;

	if (!(slack > 0) || !(late > 0))
		return (struct lag){ 1, 0, 0 };
	part = slack / all;
	if (part > 1 - t->both)
		return (struct lag){ t->both, 0, 0 };
	return (struct lag){ 1 - part + late * part / all, -late / all,
			     2 * late * part / all };
}

/* What is behind the combine adds up; else the larger counts for more. */
static void weigh_last(const struct half *h, double w[OF_NR])
{
	double x = h->experts, y = h->group, e = h->send, c = h->common / 2;
	double all = late_all_s(h);

	if (behind_s(h) > h->of[OF_SECOND] + all) {
		w[OF_BACK] = w[LATE_EXPERTS] = w[LATE_SEND] = 1;
		return;
	}
	w[OF_SECOND] = 1;
	if (!(all > 0))
		return;
	w[LATE_EXPERTS] = (x + c * e) / all;
	w[LATE_SEND] = (e + c * x) / all;
	w[LATE_GROUP] = y / all;
}

/* A second more of what is waited for, to what it follows from. */
static void weigh_half(const struct half *h, const struct stage_times *t,
		       double w[OF_NR])
{
	const double *of = h->of;
	struct lag x = lag_of(of[LATE_EXPERTS], h->slack, t->common, t->a);
	struct lag y = lag_of_group(t, h->slack);
	bool shows = of[OF_SEND] >= of[OF_FIRST];
	double share = t->common / 2, slack, experts, send;

	for (int i = 0; i < OF_NR; i++)
		w[i] = 0;
	weigh_last(h, w);
	experts = w[LATE_EXPERTS];
	slack = experts * x.of_slack + w[LATE_GROUP] * y.of_slack;
	w[LATE_EXPERTS] = experts * x.of_late + w[LATE_GROUP] * y.of_experts;
	w[LATE_GROUP] *= y.of_late;
	send = h->send > 0 ? w[LATE_SEND] : 0;
	w[LATE_SEND] = send - (h->slack_first ? share * slack : 0);
	w[OF_EXPERTS] = 1;
	w[OF_FIRST] += shows ? 0 : 1 - send;
	w[OF_SEND] += shows ? 1 : send;
	w[h->slack_first ? OF_FIRST : OF_SECOND] += slack;
	w[h->slack_first ? OF_SEND : OF_BACK] -= slack;
}

/* Of a stage, a share of which is late and counts so often. */
static double weight_of(double s, double late_s, double mean, double late)
{
	return s > 0 ? mean + (late - mean) * late_s / s : mean;
}

void paired_weigh(const struct stage_times *t, int layers, double w[STAGE_NR])
{
	const double *s = t->s;
	bool shows = s[STAGE_SHARED] < s[STAGE_DISPATCH] - t->send_pack_s;
	int n = 2 * layers - 1;
	double of[OF_NR];
	struct half h;

	half_of(&h, t);
	weigh_half(&h, t, of);
	for (int i = 0; i < STAGE_NR; i++)
		w[i] = 0;
	w[STAGE_ATTN0] = weight_of(s[STAGE_ATTN0], t->late_first,
		1 + n * of[OF_FIRST], 1 + n * of[LATE_GROUP]);
	w[STAGE_SHARED] = n * of[OF_FIRST] + !shows;
	w[STAGE_DISPATCH] = weight_of(s[STAGE_DISPATCH], t->late_send,
		shows + n * of[OF_SEND], shows + n * of[LATE_SEND]);
	w[STAGE_GATE] = w[STAGE_QUERIES] = w[STAGE_MERGE] =
		w[STAGE_ATTN_SUM] = 1 + n * of[OF_SECOND];
	w[STAGE_ATTN1] = weight_of(s[STAGE_ATTN1], t->late_second,
		w[STAGE_GATE], 1 + n * of[LATE_GROUP]);
	w[STAGE_COMBINE] = 1 + n * of[OF_BACK];
	w[STAGE_EXPERTS] = weight_of(s[STAGE_EXPERTS], t->late_experts,
		2 * layers, 1 + n * of[LATE_EXPERTS]);
}
