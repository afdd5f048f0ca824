#include "plan/readers.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "plan/hall.h"

enum { MANY = 200 /* size: prompts, which vary by 7 % */ };

/* Shares of the most that a server reads; the first: one comes alone. */
static const double load[READERS_LOADS] = { 0.005, 0.1, 0.2,	/* size: */
	0.35, 0.5, 0.6, 0.67, 0.73, 0.79, 0.85, 0.9, 0.94,	/* size: */
	0.97 };							/* size: */

static const int servers_of[READERS_SERVERS] = { 1, 2, 3, 4, 6,	/* size: */
	8, 10, 12, 16, 24 };				/* size: */

/* ---- plays ---- */

/* Prompts of a server that a full pass has the tokens of. */
static double pass_prompts(const struct readers_spec *a)
{
	double fresh = a->prompt_tok * (1 - a->cached_share);

	return a->groups * fmax(1, a->engine->budget_tok / fresh);
}

/* The next load of so many servers; beyond the limit nothing is played. */
static void play_on(struct readers *r, int of)
{
	int i = r->played[of]++;
	double *s = r->first_s[of], last = i ? s[i - 1] : 0;

	assert(i < READERS_LOADS);
	s[i] = INFINITY;
	if (last > r->limit_s)
		return;
	if (!r->hall[of])
		r->hall[of] = hall_new(r->drawn, servers_of[of]);
	s[i] = fmax(last, hall_play(r->hall[of], load[i], r->prompts_s));
	if (s[i] > r->limit_s || i == READERS_LOADS - 1) {
		hall_free(r->hall[of]);
		r->hall[of] = NULL;
	}
}

/*
 * At a load of so many servers, which is played after all lower ones: more
 * prompts never wait less. INFINITY: above that time already at a lower one.
 */
static double played_s(struct readers *r, int of, int i, double most_s)
{
	const double *s = r->first_s[of];

	if (!of && !i)
		return r->alone_s;
	while (r->played[of] <= i) {
		if (r->played[of] && s[r->played[of] - 1] > most_s)
			return INFINITY;
		play_on(r, of);
	}
	return s[i];
}

void readers_make(struct readers *r, const struct readers_spec *a)
{
	assert(a->groups >= 1 && a->prompt_tok >= 1);
	assert(a->cached_share >= 0 && a->cached_share < 1);
	assert(a->rank > 0 && a->rank < 1);
	*r = (struct readers){ .drawn = hall_draw(a), .owns = true,
			       .pass_prompts = pass_prompts(a),
			       .limit_s = a->limit_s };
	r->prompts_s = hall_most(r->drawn);
	if (!(a->limit_s > 0))
		r->limit_s = 3 * /* math: who meets the longest wait */
			     r->pass_prompts / r->prompts_s;
	play_on(r, 0);
	r->alone_s = r->first_s[0][0];
}

void readers_lend(struct readers *to, const struct readers *of)
{
	assert(of->drawn);
	*to = (struct readers){ .prompts_s = of->prompts_s,
		.pass_prompts = of->pass_prompts, .limit_s = of->limit_s,
		.alone_s = of->alone_s, .drawn = of->drawn };
}

void readers_release(struct readers *r)
{
	for (int of = 0; of < READERS_SERVERS; of++)
		hall_free(r->hall[of]);
	if (r->owns)
		free(r->drawn);
	*r = (struct readers){ 0 };
}

/* ---- what is asked ---- */

/*
 * Those that so many servers wait as. Where many come to a pass of fewer
 * servers, their number hardly varies, and more are as those.
 */
static int like(const struct readers *r, double servers)
{
	int of = READERS_SERVERS - 1;

	while (servers_of[of] > servers)
		of--;
	while (of && r->pass_prompts * servers_of[of - 1] > MANY)
		of--;
	return of;
}

/* Straight between loads. INFINITY, at once: above that time. */
static double at_most_s(struct readers *r, double servers, double prompts_s,
			double most_s)
{
	double u = prompts_s / servers / r->prompts_s, f, s, more;
	int of = like(r, servers), i = 0;

	if (u > load[READERS_LOADS - 1])
		return INFINITY;
	while (i < READERS_LOADS - 2 && load[i + 1] < u)
		i++;
	f = (u - load[i]) / (load[i + 1] - load[i]);
	s = played_s(r, of, i, most_s);
	if (!(f > 0) || s > most_s)
		return s;
	more = played_s(r, of, i + 1, most_s);
	return isinf(more) ? INFINITY : s + f * (more - s);
}

double readers_first_s(struct readers *r, double servers, double prompts_s)
{
	assert(servers >= 1 && prompts_s >= 0);
	return at_most_s(r, servers, prompts_s, INFINITY);
}

double readers_servers(struct readers *r, double prompts_s, double first_s)
{
	double low, high;

	assert(prompts_s >= 0);
	if (!(r->alone_s <= first_s))
		return INFINITY;
	low = fmax(0, ceil(prompts_s / r->prompts_s) - 1);
	for (high = low + 1; !(at_most_s(r, high, prompts_s, first_s) <=
			       first_s) && high < 1e7;)	/* size: servers */
		high += ceil(high - low);
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		*(at_most_s(r, middle, prompts_s, first_s) <= first_s ?
		  &high : &low) = middle;
	}
	return high;
}
