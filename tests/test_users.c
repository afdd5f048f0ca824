#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "serve/tally.h"
#include "tests/tests.h"
#include "tests/toy_serve.h"

/*
 * What users saw, from a log of random requests and gaps, beside sums over
 * every one of them written out.
 */

enum { REQUESTS = 40, GAPS = 60, SEEN = 2000 };

struct world {
	struct serve_request request[REQUESTS];
	struct serve_outcome of[REQUESTS];
	struct serve_gap gap[GAPS];
	struct serve_load load;
	struct serve_engine engine;
	struct serve_log log;
	struct serve_spec spec;
};

static double upto(struct chance *c, double most)
{
	return most * chance_uniform(c);
}

static void world_make(struct world *w, uint64_t seed)
{
	struct chance c;

	memset(w, 0, sizeof(*w));
	chance_fill(&c, seed);
	w->engine = serve_engine_plain;
	w->load.request = w->request;
	w->load.nr = w->log.nr = REQUESTS;
	w->log.of = w->of;
	w->log.gap = w->gap;
	w->log.gaps = GAPS;
	for (int i = 0; i < REQUESTS; i++) {
		struct serve_outcome *o = &w->of[i];

		w->request[i].prompt_tok = 1 + (int32_t)chance_below(&c, 900);
		w->request[i].output_tok = 1 + (int32_t)chance_below(&c, 9);
		w->request[i].steps = w->request[i].output_tok / 2;
		o->sent = ticks_of_s(5 + upto(&c, 20));
		o->joined = o->sent + ticks_of_s(upto(&c, 1));
		o->first = o->joined + ticks_of_s(upto(&c, 2));
		o->last = o->first + ticks_of_s(0.1 + upto(&c, 8));
		o->fate = chance_below(&c, 4) ? SERVE_DONE : SERVE_NEVER;
		w->log.done += o->fate == SERVE_DONE;
		w->log.never += o->fate == SERVE_NEVER;
		if (o->last > w->log.end)
			w->log.end = o->last;
	}
	for (int i = 0; i < GAPS; i++)
		w->gap[i] = (struct serve_gap){ upto(&c, 0.1),
			1 + (double)chance_below(&c, 20) };
	w->log.busy_s = 7;
	w->log.running_s = 30;
	w->log.waiting_s = 11;
	w->log.kv_tok_s = 1e5;
	w->spec = toy_spec(&w->load, &w->engine, &toy_price);
}

/* Values one by one, and what numpy's mean, std and percentile make of them. */
static void ck_dist(const struct serve_dist *d, double *x, int n)
{
	double mean = 0, var = 0;

	ck_assert_double_eq(d->nr, n);
	for (int i = 0; i < n; i++)
		mean += x[i] / n;
	for (int i = 0; i < n; i++)
		var += (x[i] - mean) * (x[i] - mean) / n;
	ck_rel(d->mean, mean, 1e-9);
	ck_rel(d->sd, sqrt(var), 1e-6);
	for (int k = 0; k < SERVE_RANKS; k++)
		ck_rel(d->at[k], toy_percentile(x, n,
						serve_percents[k] / 100),
		       1e-9);
	ck_rel(d->least, x[0], 1e-9);	/* sorted by then */
	ck_rel(d->most, x[n - 1], 1e-9);
}

START_TEST(a_gap_counts_for_each_who_saw_it)
{
	double *x = calloc(SEEN, sizeof(*x));
	struct serve_tally t;
	struct world w;
	int n = 0;

	world_make(&w, (uint64_t)_i);
	for (int i = 0; i < GAPS; i++)
		for (int k = 0; k < (int)w.gap[i].seqs; k++)
			x[n++] = w.gap[i].s;
	serve_tally(&t, &w.spec, &w.log);
	ck_dist(&t.of[SERVE_ITL], x, n);
	free(x);
}
END_TEST

/* How a client reads: over n - 1 or n, tokens or pieces, after a warm-up. */
static const struct serve_reading readings[] = {
	{ .warm_s = 0 }, { .by_n = true }, { .warm_s = 12 },
	{ .chunks = true, .more_chunks = 2 }, { .more_chunks = 3 },
	{ .stop_s = 60, .warm_s = 10, .by_n = true, .chunks = true },
};

static double tokens(const struct world *w, int i)
{
	const struct serve_reading *by = &w->load.reading;

	return by->more_chunks + (by->chunks ? 1 + w->request[i].steps :
				  w->request[i].output_tok);
}

static double seen(const struct world *w, int i, enum serve_metric m)
{
	const struct serve_outcome *o = &w->of[i];
	double first = ticks_to_s(o->first - o->sent);
	double all = ticks_to_s(o->last - o->sent);

	switch (m) {
	case SERVE_TTFT:
		return first;
	case SERVE_TPOT:
		return (all - first) / (tokens(w, i) -
					!w->load.reading.by_n);
	case SERVE_PACE:
		return all / tokens(w, i);
	default:
		return all;
	}
}

START_TEST(each_metric_is_that_of_its_requests)
{
	static const enum serve_metric metrics[] = { SERVE_TTFT, SERVE_TPOT,
		SERVE_E2E, SERVE_PACE };
	struct serve_tally t;
	struct world w;

	world_make(&w, 9);
	w.load.reading = readings[_i];
	serve_tally(&t, &w.spec, &w.log);
	for (int m = 0; m < 4; m++) {
		double x[REQUESTS];
		int n = 0;

		for (int i = 0; i < REQUESTS; i++)
			if (w.of[i].fate == SERVE_DONE &&
			    ticks_to_s(w.of[i].sent) >=
			    w.load.reading.warm_s &&
			    (metrics[m] != SERVE_TPOT ||
			     w.request[i].output_tok >= 2))
				x[n++] = seen(&w, i, metrics[m]);
		ck_assert_int_gt(n, REQUESTS / 3);
		if (_i != 5 || metrics[m] != SERVE_TPOT)
			ck_dist(&t.of[metrics[m]], x, n);
	}
}
END_TEST

START_TEST(totals_are_of_those_answered)
{
	const struct serve_reading *by = &readings[_i];
	double prompt = 0, output = 0, queue = 0, counted = 0, in = 0;
	double begin = INFINITY, end, window;
	struct serve_tally t;
	struct world w;

	world_make(&w, 4);
	w.load.reading = *by;
	end = ticks_to_s(w.log.end);
	for (int i = 0; i < REQUESTS; i++) {
		const struct serve_outcome *o = &w.of[i];

		if (o->fate != SERVE_DONE)
			continue;
		begin = fmin(begin, ticks_to_s(o->sent));
		prompt += w.request[i].prompt_tok;
		output += w.request[i].output_tok;
		queue += ticks_to_s(o->joined - o->sent) / w.log.done;
		in += ticks_to_s(o->last - o->sent);
		if (ticks_to_s(o->sent) >= by->warm_s)
			counted += tokens(&w, i);
	}
	w.log.present_s = in / 2;	/* as if half of all were seen */
	serve_tally(&t, &w.spec, &w.log);
	ck_rel(t.s, end - begin, 1e-9);
	ck_rel(t.prompt_tok, prompt, 0);
	ck_rel(t.output_tok, output, 0);
	ck_rel(t.queue_s, queue, 1e-9);
	ck_rel(t.little, 0.5, 1e-9);
	ck_rel(t.busy, 7 / t.s, 1e-12);
	ck_rel(t.running, 30 / t.s, 1e-12);
	ck_rel(t.waiting, 11 / t.s, 1e-12);
	ck_rel(t.kv_tok, 1e5 / t.s, 1e-12);
	ck_rel(1 + t.prefill_busy, 1, 0);
	window = by->stop_s > 0 ? by->stop_s - by->warm_s :
		 end - fmax(begin, by->warm_s);
	ck_rel(t.tok_min, counted / window * 60, 1e-9);
}
END_TEST

/* Two engines are each busy for half of it; a pool of its own likewise. */
START_TEST(busy_is_a_share_of_each_engine)
{
	struct serve_tally t;
	struct world w;

	world_make(&w, 5);
	w.spec.fleet.replicas = 2;
	w.spec.prefill.replicas = 4;
	w.log.prefill_busy_s = 2;
	serve_tally(&t, &w.spec, &w.log);
	ck_rel(t.busy, 3.5 / t.s, 1e-12);
	ck_rel(t.prefill_busy, 0.5 / t.s, 1e-12);
}
END_TEST

START_TEST(who_keeps_to_limits_is_counted)
{
	double limit_s[SERVE_METRICS];
	struct world w;
	int want = 0;

	world_make(&w, 6);
	for (int m = 0; m < SERVE_METRICS; m++)
		limit_s[m] = (double)NAN;
	limit_s[SERVE_TTFT] = 1.5;
	limit_s[SERVE_E2E] = 6;
	limit_s[SERVE_ITL] = 1e-9;	/* nobody's, and not looked at */
	for (int i = 0; i < REQUESTS; i++)
		want += w.of[i].fate == SERVE_DONE &&
			seen(&w, i, SERVE_TTFT) <= 1.5 &&
			seen(&w, i, SERVE_E2E) <= 6;
	ck_assert(want > 0 && want < w.log.done);
	ck_assert_int_eq(serve_good(&w.spec, &w.log, limit_s), want);
}
END_TEST

/* Nobody was answered: no number, and no division by none. */
START_TEST(of_nobody_nothing_is_said)
{
	struct serve_tally t;
	struct world w;

	world_make(&w, 7);
	for (int i = 0; i < REQUESTS; i++)
		w.of[i].fate = SERVE_NEVER;
	w.log.done = 0;
	w.log.gaps = 0;
	serve_tally(&t, &w.spec, &w.log);
	for (int m = 0; m < SERVE_METRICS; m++) {
		ck_assert(isnan(t.of[m].mean) && isnan(t.of[m].sd) &&
			  isnan(t.of[m].least) && isnan(t.of[m].most));
		for (int k = 0; k < SERVE_RANKS; k++)
			ck_assert(isnan(t.of[m].at[k]));
	}
	ck_rel(t.little, 1, 0);
	ck_assert(t.s == 0 && isnan(t.busy));
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_users(void)
{
	Suite *s = suite_create("users");
	TCase *t = tcase_create("users");

	tcase_add_loop_test(t, a_gap_counts_for_each_who_saw_it, 0, 5);
	tcase_add_loop_test(t, each_metric_is_that_of_its_requests, 0,
			    NR(readings));
	tcase_add_loop_test(t, totals_are_of_those_answered, 0, NR(readings));
	tcase_add_test(t, busy_is_a_share_of_each_engine);
	tcase_add_test(t, who_keeps_to_limits_is_counted);
	tcase_add_test(t, of_nobody_nothing_is_said);
	suite_add_tcase(s, t);
	return s;
}
