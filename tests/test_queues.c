#include "tests/tests.h"

#include <gsl/gsl_randist.h>

#include "read/stream.h"
#include "serve/tally.h"
#include "traffic/arrive.h"
#include "tests/toy_serve.h"

/* An engine whose steps take a fixed time is a queue that has a formula. */

static double steady_s(const void *of, const struct serve_step *s)
{
	(void)of, (void)s;
	return 1e-3;
}

static double by_token_s(const void *of, const struct serve_step *s)
{
	(void)of;
	return 1e-5 * s->new_tok;
}

enum law { M_M, M_D };

enum { SERVERS_MAX = 4, PLAYED = 10000 };

struct queue {
	enum law law;
	int servers;
	double load;
	int requests;
	double tol;
};

/* One server: 1e5 tokens of prompt are a second. More: 100 steps of decode. */
static void fill_queue(struct serve_load *l, const struct queue *c)
{
	struct stream s;
	gsl_rng *g = stream_open(&s, 77, 0, STREAM_LENGTHS);

	for (int i = 0; i < l->nr; i++) {
		struct serve_request *r = &l->request[i];
		double x = c->law == M_D ? 1 : gsl_ran_exponential(g, 1);

		r->prompt_tok = c->servers > 1 ? 1 : 1 + (int)(1e5 * x);
		r->output_tok = c->servers > 1 ? 1 + (int)(100 * x) : 1;
		r->steps = r->output_tok - 1;
	}
}

static double service_s(const struct queue *c)
{
	return c->servers > 1 ? .1 : 1;
}

static void draw_queue(struct serve_load *l, const struct queue *c, int nr)
{
	struct arrive_spec a = { .how = ARRIVE_POISSON, .requests = nr,
		.burstiness = 1, .turns = 1, .prompt_tok = 1, .output_tok = 1,
		.rate = c->load * c->servers / service_s(c), .spread = 1,
		.seed = 5 };

	arrive_draw(l, &a);
	fill_queue(l, c);
}

/* Mean wait in units of the service time, played. */
static double wait_of(const struct serve_load *l, const struct queue *c)
{
	struct serve_engine e = serve_engine_plain;
	double waited = 0;
	struct serve_log log;
	struct serve_spec s;

	e.max_seqs = c->servers;
	s = toy_spec(l, &e, &toy_price);
	s.fleet.price.step_s = c->servers > 1 ? steady_s : by_token_s;
	serve_run(&log, &s);
	ck_assert_int_eq(log.done, l->nr);
	for (int i = 0; i < l->nr; i++)
		waited += ticks_to_s(log.of[i].joined - log.of[i].sent);
	serve_log_release(&log);
	return waited / l->nr / service_s(c);
}

/*
 * The same by recurrence (Kiefer and Wolfowitz 1955; with one server
 * Lindley's, 1952): who comes takes the server that is free first.
 */
static double wait_by_recurrence(const struct serve_load *l,
				 const struct queue *c)
{
	double free_s[SERVERS_MAX] = { 0 }, waited = 0;

	for (int i = 0; i < l->nr; i++) {
		const struct serve_request *r = &l->request[i];
		double at = r->at_s, from;
		int first = 0;

		for (int k = 1; k < c->servers; k++)
			if (free_s[k] < free_s[first])
				first = k;
		from = fmax(at, free_s[first]);
		waited += from - at;
		free_s[first] = from + (c->servers > 1 ?
			1e-3 * r->output_tok : 1e-5 * r->prompt_tok);
	}
	return waited / l->nr / service_s(c);
}

/*
 * Mean wait over mean service. M/D/1: load / 2 (1 - load). M/M/k: Erlang's C
 * over k (1 - load); with one server C = load.
 */
static double formula(const struct queue *c)
{
	double offered = c->load * c->servers, term = 1, sum = 0;

	if (c->law == M_D)
		return c->load / 2 / (1 - c->load);
	for (int k = 0; k < c->servers; k++) {
		sum += term;
		term *= offered / (k + 1);
	}
	term /= 1 - c->load;
	return term / (sum + term) / c->servers / (1 - c->load);
}

/* Tolerances: three times what so many correlated waits scatter. */
static const struct queue queues[] = {
	{ M_M, 1, .5, 400000, .02 }, { M_M, 1, .8, 400000, .05 },
	{ M_M, 1, .95, 1000000, .15 },
	{ M_D, 1, .5, 400000, .02 }, { M_D, 1, .8, 400000, .04 },
	{ M_D, 1, .95, 1000000, .12 },
	{ M_M, 4, .5, 40000, .1 }, { M_M, 4, .8, 60000, .1 },
	{ M_M, 4, .95, 200000, .2 },
};

/*
 * Of the same arrivals the engine and the recurrence wait alike; of four
 * servers up to a step more, the 100th of a service, to join at its end.
 */
START_TEST(a_fixed_service_waits_as_its_formula)
{
	const struct queue *c = &queues[_i];
	double played, recurred, join = c->servers > 1 ? .01 : 0;
	struct serve_load l;

	draw_queue(&l, c, PLAYED);
	played = wait_of(&l, c);
	recurred = wait_by_recurrence(&l, c);
	ck_assert_double_gt(played, recurred - 1e-9);
	ck_assert_double_lt(played, recurred + join + 1e-9);
	serve_load_release(&l);
	draw_queue(&l, c, c->requests);
	ck_rel(wait_by_recurrence(&l, c), formula(c), c->tol);
	serve_load_release(&l);
}
END_TEST

/* ---- who waits how long ---- */

static double pass_s(const void *of, const struct serve_step *s)
{
	(void)of, (void)s;
	return 1;
}

/* Who is served in so many service times, where half of the time is. */
typedef double share_fn(double x);

/* M/M/1: time in the system is exponential, of 1 / (1 - load). */
static double in_mm1(double x)
{
	return 1 - exp(-x / 2);
}

/* M/D/1: Erlang's (1909) of the wait, and one service. */
static double in_md1(double x)
{
	double sum = 0, term, late;

	for (int k = 0; k <= x - 1; k++) {
		late = (k - (x - 1)) / 2;
		term = exp(-late);
		for (int i = 1; i <= k; i++)
			term *= late / i;
		sum += term / 2;
	}
	return sum;
}

/*
 * Passes of a second that read whoever has come, half a one a second: another
 * follows where one came in it, e^.5 passes in a row, and nobody for 2 s. Who
 * finds no pass, 2 of 2 + e^.5 s, has one of his own; others any part of one,
 * and the next.
 */
static double in_passes(double x)
{
	double idle = 2 / (2 + exp(.5));

	return idle + (1 - idle) * (x - 1);
}

static const struct {
	enum law law;
	double (*step_s)(const void *, const struct serve_step *);
	share_fn *share;
	double least_s;		/* many have just that */
	double alike;		/* requests that wait as one, about */
	bool at_once;
} waits[] = {
	{ M_M, by_token_s, in_mm1, 0, 12, false },
	{ M_D, by_token_s, in_md1, 1, 6, false },
	{ M_D, pass_s, in_passes, 1, 2, true },
};

/* Each percentile is where its formula has that share, to three deviations. */
START_TEST(percentiles_of_waits_are_their_formulas)
{
	const struct queue c = { waits[_i].law, 1, .5, 100000, 0 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;
	struct serve_tally t;

	draw_queue(&l, &c, c.requests);
	e.max_seqs = waits[_i].at_once ? c.requests : 1;
	s = toy_spec(&l, &e, &toy_price);
	s.fleet.price.step_s = waits[_i].step_s;
	serve_run(&log, &s);
	serve_tally(&t, &s, &log);
	for (int k = 0; k < SERVE_RANKS - 1; k++) {
		double p = serve_percents[k] / 100;
		double x = t.of[SERVE_TTFT].at[k], share = waits[_i].share(x);
		double near = 3 * sqrt(p * (1 - p) * waits[_i].alike /
				       c.requests);

		ck_assert_double_gt(share, p - near);
		if (x > waits[_i].least_s + 1e-4)
			ck_assert_double_lt(share, p + near);
		ck_rel(t.of[SERVE_E2E].at[k], t.of[SERVE_TTFT].at[k], 1e-12);
	}
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

static double by_kind_s(const void *of, const struct serve_step *s)
{
	(void)of;
	return s->new_tok > 0 ? .5 : .2;
}

/*
 * One answers for long in steps of .2 s; prompts of others come at one a second
 * and are read first, in passes of .5 s. One comes in a step in 1 - e^-.2 =
 * .1813 of them, in a pass in 1 - e^-.5 = .3935. So a token has no pass before
 * it in .8187, one at most in .8187 + .1813 x .6065 = .9287, two in .9719,
 * three in .9890, four in .9956: P50 is .2 s, P90 .7, P95 1.2 and P99 2.2.
 */
START_TEST(percentiles_of_gaps_are_their_formula)
{
	const struct queue c = { M_D, 1, 1, 40000, 0 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;
	struct serve_tally t;

	draw_queue(&l, &c, c.requests);
	l.request[0].output_tok = 100001;	/* size: .35 s each */
	l.request[0].steps = 100000;
	e.batching = SERVE_ALONE;
	s = toy_spec(&l, &e, &toy_price);
	s.fleet.price.step_s = by_kind_s;
	serve_run(&log, &s);
	serve_tally(&t, &s, &log);
	ck_rel(t.of[SERVE_ITL].nr, 100000, 0);
	ck_rel(t.of[SERVE_ITL].at[1], .2, 1e-6);
	ck_rel(t.of[SERVE_ITL].at[3], .7, 1e-6);
	ck_rel(t.of[SERVE_ITL].at[4], 1.2, 1e-6);
	ck_rel(t.of[SERVE_ITL].at[5], 2.2, 1e-6);
	/* .2 + .5 x .1813 / .6065, and its deviation within 1 % */
	ck_rel(t.of[SERVE_ITL].mean, .3494, .01);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

Suite *suite_queues(void)
{
	Suite *s = suite_create("queues");
	TCase *t = tcase_create("queues");

	tcase_add_loop_test(t, a_fixed_service_waits_as_its_formula, 0,
			    sizeof(queues) / sizeof(*queues));
	tcase_add_loop_test(t, percentiles_of_waits_are_their_formulas, 0,
			    sizeof(waits) / sizeof(*waits));
	tcase_add_test(t, percentiles_of_gaps_are_their_formula);
	suite_add_tcase(s, t);
	return s;
}
