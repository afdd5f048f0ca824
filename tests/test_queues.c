#include "tests/tests.h"

#include <gsl/gsl_randist.h>

#include "read/stream.h"
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

Suite *suite_queues(void)
{
	Suite *s = suite_create("queues");
	TCase *t = tcase_create("queues");

	tcase_add_loop_test(t, a_fixed_service_waits_as_its_formula, 0,
			    sizeof(queues) / sizeof(*queues));
	suite_add_tcase(s, t);
	return s;
}
