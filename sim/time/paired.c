#include "time/paired.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/larger.h"
#include "time/late.h"

const struct stage_times paired_none = { .bound = 1, .z = largest_gumbel };

/*
 * Half a layer of the timeline, by what it is made of, seconds each.
 */
enum of_half {
	OF_EXPERTS,	/* of a mean rank */
	OF_FIRST,	/* SHARED and ATTN0, and the */
	OF_SEND,	/* dispatch beside them, but for what is late */
	OF_SECOND,	/* ATTN1 and what follows it, and the */
	OF_BACK,	/* combine beside those, the fullest port's */
	ALWAYS_EXPERTS,	/* late in every layer, */
	LATE_EXPERTS,	/* or in some */
	LATE_GROUP,	/* the longest contexts' attention */
	LATE_SEND,	/* the fullest port's dispatch */
	SD_SEND,	/* by what layers differ in that, */
	SD_BACK,	/* and in the combine */
	OF_NR
};

struct half {
	double of[OF_NR];
	double same, apart;	/* late experts and port are one rank's; and
				   not of the late group */
	double sd;		/* by which layers differ in late experts */
	const double *z;
	double slack;		/* of late experts, */
	bool slack_first;	/* and it is the dispatch's; */
	double group_slack;	/* and of a late group, whose port is not the */
	bool group_first;	/* fullest */
	double experts;		/* what of the late ones is waited for */
	double group;
	double ahead;		/* what of the late group is caught up, */
	bool catches;		/* and that is what makes group */
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
 *
 * Where no rank is later than several are, with all that it has touched, D is
 * r^0.5 of a x: those are late again half a layer on, so that slack takes r S
 * of them where it is small, and x^2 = D^2 / (r a^2) where it is much:
 *
 *	v = D (1 + s) / (1 + (1 + r) s + a r s^2)
 *
 * is within 21 % of D, 3 % in the mean, of ranks that touch some of 1 to 8
 * slots each (drawn: n from 16 to 256, a chance of 0.1 to 0.9, s to 4).
 */
static double lag_s(const struct stage_times *t, double slack)
{
	double late = t->late_experts, r = t->bound;
	double l = (1 + t->common) * late;	/* s = slack / l */

	if (!(slack > 0) || !(late > 0))
		return late;
	return late * l * (l + slack) /
	       (l * l + slack * ((1 + r) * l + t->a * r * slack));
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

/*
 * A group that is late at its dispatch is waited for there, and goes on with
 * the kernels beside it when the others wait no more: what it is late by then,
 * it has caught up where everybody waits for one rank's experts, or for a
 * combine that shows.
 */
static double caught_up_s(const struct half *h, const struct stage_times *t)
{
	const double *of = h->of;
	double later = of[OF_FIRST] - of[OF_SEND];
	double wait = t->stays * h->experts +
		      larger(0, of[OF_BACK] - of[OF_SECOND]);

	return larger(0, lesser(later, wait));
}

static void half_of(struct half *h, const struct stage_times *t)
{
	const double *s = t->s;
	double *of = h->of, first, second, sure;

	assert(t->common >= 0 && t->common <= 1);
	of[ALWAYS_EXPERTS] = t->always;
	of[LATE_EXPERTS] = t->late_experts;
	of[LATE_GROUP] = t->late_first + t->late_second;
	of[LATE_SEND] = t->late_send;
	of[OF_EXPERTS] = s[STAGE_EXPERTS] - t->late_experts - t->always;
	of[OF_FIRST] = s[STAGE_SHARED] + s[STAGE_ATTN0] - t->late_first;
	of[OF_SEND] = s[STAGE_DISPATCH] - t->send_pack_s - t->late_send;
	of[OF_SECOND] = s[STAGE_ATTN1] - t->late_second + s[STAGE_GATE] +
			s[STAGE_QUERIES] + s[STAGE_MERGE] + s[STAGE_ATTN_SUM];
	of[OF_BACK] = s[STAGE_COMBINE] - t->back_pack_s;
	of[SD_SEND] = t->send_sd;
	of[SD_BACK] = t->back_sd;
	first = of[OF_FIRST] - of[OF_SEND];
	second = of[OF_SECOND] - of[OF_BACK];
	sure = t->sure * of[LATE_SEND];
	h->same = t->common / 2;
	h->same += (1 - h->same) * t->stays;
	h->apart = t->apart;
	h->sd = t->sd;
	h->z = t->z;
	h->slack_first = first - sure < second;
	h->slack = lesser(first - sure, second);
	h->group_first = first < second;
	h->group_slack = lesser(first, second);
	h->experts = of[ALWAYS_EXPERTS] +
		     lag_s(t, h->slack);
	h->group = group_lag_s(t, h->group_slack);
	h->ahead = caught_up_s(h, t);
	h->catches = of[LATE_GROUP] - h->ahead < h->group;
	if (h->catches)
		h->group = larger(0, of[LATE_GROUP] - h->ahead);
}

/* Layers as they differ: a part of them, and what those come to. */
struct node {
	double experts;
	double send;		/* the dispatch beyond that of a mean layer */
	bool shows;		/* and nothing hides it */
	double own;		/* what is a rank's own of the two, */
	double all;		/* and that or the group's */
	double behind_s, all_s;
};

/*
 * From the experts to the next dispatch's end, beyond its mean: whoever is
 * last. Behind a combine that shows nobody leads, and all lateness adds up;
 * else it is a rank's own: that of its experts and of the group that it is in,
 * which are another's mostly, and of the next dispatch, which within a layer
 * is the same rank's, in the next layer another's.
 */
static void node_of(struct node *n, const struct half *h, double z)
{
	const double *of = h->of;
	double send = of[OF_SEND] + of[LATE_SEND] + z * of[SD_SEND], e;
	double x = h->experts * larger(0, 1 + z * h->sd);

	n->shows = send > of[OF_FIRST];
	n->send = larger(of[OF_FIRST], send) -
		  larger(of[OF_FIRST], of[OF_SEND]);
	n->experts = x;
	e = larger(0, n->send);
	n->own = e > 0 ? sqrt(x * x + e * e + 2 * h->same * x * e) : x;
	n->all = h->group > 0 ? late_either(n->own, h->group, h->apart) :
				n->own;
	n->behind_s = of[OF_BACK] + z * of[SD_BACK] + x + n->send;
	n->all_s = of[OF_SECOND] + n->all + n->send - e;
}

/* Seconds of half a layer; exposed_s: of exchanges that nothing hides. */
static double half_s(const struct half *h, double *exposed_s)
{
	const double *of = h->of;
	double s = of[OF_EXPERTS] + larger(of[OF_FIRST], of[OF_SEND]);

	*exposed_s = larger(0, of[OF_SEND] - of[OF_FIRST]);
	for (int i = 0; i < LARGEST_PARTS; i++) {
		struct node n;

		node_of(&n, h, h->z[i]);
		s += largest_part[i] * larger(n.behind_s, n.all_s);
		*exposed_s += largest_part[i] *
			(n.send + larger(0, n.behind_s - n.all_s));
	}
	return s;
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

static struct lag lag_of(const struct stage_times *t, double slack)
{
	double late = t->late_experts, c = t->common, a = t->a, r = t->bound;
	double s, all, steep;

	if (!(slack > 0) || !(late > 0))
		return (struct lag){ 1, 0, 0 };
	s = slack / ((1 + c) * late);
	all = 1 + s * (1 + r + a * r * s);
	steep = -r * (1 + a * s * (2 + s)) / (all * all);
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

/* What of a second more of either is a layer longer by. */
static double weigh_own(const struct half *h, const struct node *n,
			double w[OF_NR], double part)
{
	double x = n->experts, y = h->group, e = larger(0, n->send);
	double u = n->own, all = late_both(u, y), own, group;

	if (n->behind_s > n->all_s) {
		w[LATE_EXPERTS] = 1;
		return 1;
	}
	own = u >= y ? h->apart : 0;
	group = u >= y ? 0 : h->apart;
	if (all > 0) {
		own += (1 - h->apart) * u / all;
		group += (1 - h->apart) * y / all;
	}
	w[LATE_GROUP] += part * group;
	w[LATE_EXPERTS] = u > 0 ? own * (x + h->same * e) / u : 0;
	return !(e > 0) ? 1 : own * (e + h->same * x) / u;
}

/* By how much half a layer is longer with each; that counts for a share. */
static void weigh_node(const struct half *h, const struct node *n, int i,
		       double w[OF_NR])
{
	const double z = h->z[i], part = largest_part[i];
	double late = w[LATE_EXPERTS], e = weigh_own(h, n, w, part);

	w[LATE_EXPERTS] = late + part * larger(0, 1 + z * h->sd) *
				 w[LATE_EXPERTS];
	if (n->behind_s > n->all_s) {
		w[OF_BACK] += part;
		w[SD_BACK] += part * z;
	} else {
		w[OF_SECOND] += part;
	}
	if (n->shows) {
		w[LATE_SEND] += part * e;
		w[SD_SEND] += part * e * z;
		w[OF_SEND] += part * e;
	} else {
		w[OF_FIRST] += part * e;
	}
	w[h->of[OF_SEND] > h->of[OF_FIRST] ? OF_SEND : OF_FIRST] -= part * e;
}

/* Of a group that has caught up by some of what it is late. */
static struct lag weigh_caught_up(const struct half *h,
				  const struct stage_times *t,
				  double w[OF_NR])
{
	const double *of = h->of;
	double group = h->group > 0 ? w[LATE_GROUP] : 0;

	if (h->ahead > 0 && h->ahead < of[OF_FIRST] - of[OF_SEND]) {
		w[LATE_EXPERTS] -= group * t->stays;
		if (of[OF_BACK] > of[OF_SECOND]) {
			w[OF_BACK] -= group;
			w[OF_SECOND] += group;
		}
	} else if (h->ahead > 0) {
		w[OF_FIRST] -= group;
		w[OF_SEND] += group;
	}
	return (struct lag){ h->group > 0, 0, 0 };
}

/* A second more of slack. */
static void weigh_slack(double w[OF_NR], bool first, double slack)
{
	w[first ? OF_FIRST : OF_SECOND] += slack;
	w[first ? OF_SEND : OF_BACK] -= slack;
}

/* A second more of what is waited for, to what it follows from. */
static void weigh_half(const struct half *h, const struct stage_times *t,
		       double w[OF_NR])
{
	const double *of = h->of;
	struct lag x = lag_of(t, h->slack);
	struct lag y = lag_of_group(t, h->group_slack);
	bool shows = of[OF_SEND] > of[OF_FIRST];
	double experts;

	for (int i = 0; i < OF_NR; i++)
		w[i] = 0;
	for (int i = 0; i < LARGEST_PARTS; i++) {
		struct node n;

		node_of(&n, h, h->z[i]);
		weigh_node(h, &n, i, w);
	}
	if (h->catches)
		y = weigh_caught_up(h, t, w);
	experts = w[LATE_EXPERTS];
	weigh_slack(w, h->slack_first, experts * x.of_slack);
	weigh_slack(w, h->group_first, w[LATE_GROUP] * y.of_slack);
	w[ALWAYS_EXPERTS] = experts;
	w[LATE_EXPERTS] = experts * x.of_late + w[LATE_GROUP] * y.of_experts;
	w[LATE_GROUP] *= y.of_late;
	if (h->slack_first)
		w[LATE_SEND] -= t->sure * experts * x.of_slack;
	w[OF_EXPERTS] = 1;
	w[shows ? OF_SEND : OF_FIRST] += 1;
}

/* Of a stage, a part of which is late and counts so often. */
static double weight_of(double s, double late_s, double mean, double late)
{
	return s > 0 ? mean + (late - mean) * late_s / s : mean;
}

/* What a stage's differences between layers add to that. */
static double weight_apart(double s, double sd, double w)
{
	return s > 0 ? w * sd / s : 0;
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
		shows + n * of[OF_SEND], shows + n * of[LATE_SEND]) +
		n * weight_apart(s[STAGE_DISPATCH], t->send_sd, of[SD_SEND]);
	w[STAGE_GATE] = w[STAGE_QUERIES] = w[STAGE_MERGE] =
		w[STAGE_ATTN_SUM] = 1 + n * of[OF_SECOND];
	w[STAGE_ATTN1] = weight_of(s[STAGE_ATTN1], t->late_second,
		w[STAGE_GATE], 1 + n * of[LATE_GROUP]);
	w[STAGE_COMBINE] = 1 + n * of[OF_BACK] +
		n * weight_apart(s[STAGE_COMBINE], t->back_sd, of[SD_BACK]);
	w[STAGE_EXPERTS] = weight_of(s[STAGE_EXPERTS], t->late_experts,
		2 * layers, 1 + n * of[LATE_EXPERTS]) +
		n * weight_apart(s[STAGE_EXPERTS], t->always,
				 of[ALWAYS_EXPERTS] - 1);
}
