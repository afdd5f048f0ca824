#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "traffic/arrive.h"
#include "serve/tally.h"
#include "tests/toy_serve.h"

/* ---- what holds in every run ---- */

struct kind {
	struct serve_engine e;
	int groups, replicas, prefill;
	enum serve_route route;
	enum arrive_how how;
	int turns;
	double hit;
};

#define PLAIN .step_tok = 1, .host_tok_s = 1e6, .send_tok_s = 1e6, \
	.max_seqs = 64, .in_s = .003, .out_s = .002, .tokenize_s_tok = 1e-6

static const struct kind kinds[] = {
	{ { PLAIN, .prefill_interval = 1,
	    .batching = SERVE_ALONE, .chunked = true, .overlap = true,
	    .budget_tok = 700, .recv_interval = 5, .block_tok = 1,
	    .room_tok = 6000, .reserve = SERVE_RATIO, .reserve_ratio = .3,
	    .reserve_least = .1, .reserve_decay = 100, .retract_ahead = 20 },
	  1, 1, 0, SERVE_ROUND_ROBIN, ARRIVE_CLOSED, 1, 0 },
	{ { PLAIN, .prefill_interval = 1,
	    .chunked = true, .budget_tok = 300, .recv_interval = 1,
	    .block_tok = 16, .room_tok = 6000, .reserve = SERVE_NOW,
	    .reuse = true }, 1, 2, 0, SERVE_PREFIX, ARRIVE_POISSON, 4, 0 },
	{ { PLAIN, .prefill_interval = 1,
	    .budget_tok = 2000, .recv_interval = 1, .block_tok = 64,
	    .room_tok = 5000, .reserve = SERVE_NOW, .overlap = true },
	  1, 1, 0, SERVE_LEAST_LOADED, ARRIVE_OFFLINE, 1, 0 },
	{ { PLAIN, .prefill_interval = 1,
	    .budget_tok = 2000, .recv_interval = 1, .block_tok = 32,
	    .room_tok = 9000, .overlap = true, .adp_balance = true,
	    .adp_timeout = 20, .adp_wait = 2, .wait_iters = 5,
	    .wait_ratio = .4 }, 4, 1, 0, SERVE_ROUND_ROBIN, ARRIVE_WAVES, 1,
	  .3 },
	{ { PLAIN, .prefill_interval = 1,
	    .batching = SERVE_ALONE, .chunked = true,
	    .budget_tok = 1000, .recv_interval = 1, .block_tok = 1,
	    .room_tok = 20000, .delay_passes = 10, .overlap = true,
	    .reuse = true, .host_tok = 3000 }, 4, 2, 0, SERVE_LEAST_LOADED,
	  ARRIVE_BURSTY, 3, 0 },
	{ { PLAIN, .chunked = true, .budget_tok = 1000, .recv_interval = 1,
	    .block_tok = 1, .room_tok = 4000, .prefill_interval = 4,
	    .send_s = .001 }, 2, 2, 3, SERVE_LEAST_LOADED,
	  ARRIVE_DAY, 1, 0 },
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds), REQUESTS = 600 };

/* Each kind in an engine of one stage, and in pipelines. */
static const int stages[] = { 1, 2, 5 };

enum { RUNS = KINDS * (sizeof(stages) / sizeof(*stages)) };

struct played_kind {
	struct serve_load load;
	struct serve_spec spec;
	struct serve_log log;
	struct toy_price price;
};

static void play_kind(struct played_kind *p, int run)
{
	const struct kind *k = &kinds[run % KINDS];
	struct arrive_spec a = { .how = k->how, .requests = REQUESTS,
		.clients = 24, .rate = 10, .burstiness = .3, .swing = .5,
		.day_s = 20, .spread = .5, .prompt_tok = 400,
		.output_tok = 120, .hit = k->hit, .turns = k->turns,
		.think_s = .5, .block_tok = 16, .seed = 3 };

	arrive_draw(&p->load, &a);
	p->price = toy_price;
	p->price.groups = k->groups;
	p->spec = toy_spec(&p->load, &k->e, &p->price);
	p->spec.fleet.replicas = k->replicas;
	p->spec.fleet.stages = stages[run / KINDS];
	p->spec.fleet.layers = 7;	/* size: of 5 stages, 2 have two */
	p->spec.prefill = p->spec.fleet;
	p->spec.prefill.replicas = k->prefill;
	p->spec.route = k->route;
	serve_run(&p->log, &p->spec);
}

static void release_kind(struct played_kind *p)
{
	serve_log_release(&p->log);
	serve_load_release(&p->load);
}

/*
 * Who finds no place waits, and what runs is what ran: four clients for each of
 * 16 places get as many tokens a second as one, but for how their ends fall.
 */
START_TEST(clients_beyond_the_places_cost_no_tokens)
{
	static const struct serve_engine of[] = {
		{ PLAIN, .delay_passes = 30, .batching = SERVE_ALONE },
		{ PLAIN, .adp_balance = true, .adp_timeout = 60 },
		{ PLAIN, .prefill_interval = 1 },
	};
	double tok_s[2];

	for (int crowd = 0; crowd < 2; crowd++) {
		struct serve_engine e = of[_i];
		struct arrive_spec a = { .how = ARRIVE_CLOSED,
			.requests = REQUESTS, .clients = crowd ? 64 : 16,
			.burstiness = 1, .spread = .5, .prompt_tok = 400,
			.output_tok = 120, .turns = 1, .block_tok = 1,
			.seed = 3 };
		struct toy_price price = toy_price;
		struct serve_spec spec;
		struct serve_load l;
		struct serve_log log;

		e.max_seqs = price.groups = 4;
		e.chunked = e.overlap = true;
		e.recv_interval = e.prefill_interval = 1;
		e.block_tok = 1;
		e.budget_tok = e.room_tok = 1e5;
		arrive_draw(&l, &a);
		spec = toy_spec(&l, &e, &price);
		serve_run(&log, &spec);
		tok_s[crowd] = (double)log.output_tok / ticks_to_s(log.end);
		serve_log_release(&log);
		serve_load_release(&l);
	}
	ck_assert_msg(tok_s[1] > 0.95 * tok_s[0], "%g after %g", tok_s[1],
		      tok_s[0]);
}
END_TEST

START_TEST(nothing_is_lost_and_time_goes_on)
{
	struct played_kind p;
	double in = 0, out = 0;

	play_kind(&p, _i);
	ck_assert_int_eq(p.log.done + p.log.never, REQUESTS);
	ck_assert(!p.log.cut);
	ck_assert_int_eq(p.log.now.present, 0);
	ck_assert_int_eq(p.log.now.running, 0);
	ck_assert_int_eq(p.log.now.waiting, 0);
	ck_assert(fabs(p.log.now.kv_tok) < 1e-6);
	for (int i = 0; i < REQUESTS; i++) {
		const struct serve_outcome *o = &p.log.of[i];

		if (o->fate != SERVE_DONE)
			continue;
		in += p.load.request[i].prompt_tok;
		out += p.load.request[i].output_tok;
		ck_assert_int_le(o->sent, o->joined);
		ck_assert_int_lt(o->joined, o->first);
		ck_assert_int_le(o->first, o->last);
	}
	ck_assert_double_eq(p.log.output_tok, out);
	if (p.log.preemptions == 0)	/* each prompt once, or found */
		ck_rel(p.log.computed_tok + p.log.hit_tok, in, 1e-12);
	else
		ck_assert_double_gt(p.log.computed_tok + p.log.hit_tok, in);
	release_kind(&p);
}
END_TEST

START_TEST(littles_law_holds)
{
	struct played_kind p;
	struct serve_tally t;

	play_kind(&p, _i);
	serve_tally(&t, &p.spec, &p.log);
	ck_rel(t.little, 1, 1e-9);
	release_kind(&p);
}
END_TEST

/* The first token of each has no gap; every other has one. */
START_TEST(every_token_but_the_first_has_a_gap)
{
	struct played_kind p;
	double gaps = 0, tokens = 0;

	play_kind(&p, _i);
	for (int i = 0; i < p.log.gaps; i++)
		gaps += p.log.gap[i].seqs;
	for (int i = 0; i < REQUESTS; i++)
		if (p.log.of[i].fate == SERVE_DONE)
			tokens += p.load.request[i].output_tok - 1;
	/* a token that a recomputed prompt gives comes without a gap */
	ck_assert_double_eq(gaps + p.log.preemptions >= tokens, 1);
	ck_assert_double_le(gaps, tokens);
	release_kind(&p);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes)
{
	struct played_kind a, b;

	play_kind(&a, _i);
	play_kind(&b, _i);
	ck_assert_int_eq(memcmp(a.log.of, b.log.of,
				REQUESTS * sizeof(*a.log.of)), 0);
	ck_assert_int_eq(a.log.gaps, b.log.gaps);
	release_kind(&a);
	release_kind(&b);
}
END_TEST

/* ---- one request, by hand ---- */

static void one(struct serve_load *l, int prompt, int output)
{
	static const struct toy_lengths any = { 1, 1, 1, 1 };

	toy_load(l, 1, &any);
	l->request[0].prompt_tok = prompt;
	l->request[0].output_tok = output;
	l->request[0].steps = output - 1;
}

START_TEST(a_request_alone_takes_what_its_parts_take)
{
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	one(&l, 1000, 3);
	e.in_s = .005;
	e.out_s = .003;
	e.tokenize_s_tok = 1e-6;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	/* 5 + 1 + (50 + 10) + 3 ms, then two steps of 5.1 ms and 1 us, and
	   1.001 us */
	ck_rel(ticks_to_s(log.of[0].first), .069, 1e-9);
	ck_rel(ticks_to_s(log.of[0].last - log.of[0].first), .010202001,
	       1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

START_TEST(a_prefill_pool_adds_a_transfer)
{
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	one(&l, 1000, 3);
	e.send_s = .002;
	e.send_tok_s = 1e5;
	s = toy_spec(&l, &e, &toy_price);
	s.prefill = s.fleet;
	serve_run(&log, &s);
	/* 50 + 10 ms of prefill, 2 + 1000 / 1e5 s = 12 ms on the wire */
	ck_rel(ticks_to_s(log.of[0].first), .072, 1e-9);
	ck_rel(ticks_to_s(log.of[0].last), .082202001, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/* Neither the pool, 0, nor the model's context, 1, takes over 500 tokens. */
START_TEST(what_can_never_fit_is_named_and_the_rest_goes_on)
{
	static const struct toy_lengths lengths = { 100, 1, 10, 1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 20, &lengths);
	l.clients = 2;
	l.request[3].prompt_tok = 1000;		/* 1010 tokens > 500 */
	l.request[7].output_tok = 402;		/* 502 > 500 */
	l.request[8].output_tok = 400;		/* 500: fits */
	*(_i ? &e.longest_tok : &e.room_tok) = 500;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	ck_assert_int_eq(log.done, 18);
	ck_assert_int_eq(log.of[3].fate, SERVE_NEVER);
	ck_assert_int_eq(log.of[7].fate, SERVE_NEVER);
	ck_assert_int_eq(log.of[8].fate, SERVE_DONE);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/* The second comes at 71 ms, in the first's last step, which began at 70. */
START_TEST(what_comes_in_a_last_step_wakes_an_engine_that_plans_ahead)
{
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 2, &(struct toy_lengths){ 2000, 1, 2, 1 });
	l.client = SERVE_OPEN;
	l.request[1].at_s = .071;
	e.overlap = true;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	/* 50 + 20 ms, a decode step of 5.1 ms and 2 us, then as much again */
	ck_rel(ticks_to_s(log.of[0].last), .075102, 1e-9);
	ck_rel(ticks_to_s(log.of[1].last), 2 * .075102, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/*
 * Two of 100 tokens of prompt and 50 of output come at 0 and join at once;
 * 260 have room, so that the second is put off before the 31st of each, and
 * joins again: it joined at 0 all the same.
 */
START_TEST(who_is_put_off_joined_when_it_joined_first)
{
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 2, &(struct toy_lengths){ 100, 1, 50, 1 });
	l.clients = 2;
	e.reserve = SERVE_NOW;
	e.room_tok = 260;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	ck_assert_int_eq(log.done, 2);
	ck_assert_int_eq(log.preemptions, 1);
	ck_assert(log.of[0].joined == 0 && log.of[1].joined == 0);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/* A millisecond a row, of all groups. */
static double rows_s(const void *of, const struct serve_step *s)
{
	(void)of;
	return (s->all_new_tok + s->all_seqs) / 1e3;
}

/*
 * One request, 100 tokens of prompt and 3 of output, in one of two groups:
 * 100 ms and two steps of 1 ms; where the other computes as many rows as the
 * fullest, 200 and 2 of 2 ms.
 */
START_TEST(groups_that_are_padded_compute_as_the_fullest)
{
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	one(&l, 100, 3);
	e.padded_tok = _i ? 100 : 0;
	s = toy_spec(&l, &e, &toy_price);
	s.fleet.groups = 2;
	s.fleet.price.step_s = rows_s;
	serve_run(&log, &s);
	ck_rel(ticks_to_s(log.of[0].first), _i ? .2 : .1, 1e-9);
	ck_rel(ticks_to_s(log.of[0].last), _i ? .204 : .102, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

Suite *suite_servelaws(void)
{
	Suite *s = suite_create("servelaws");
	TCase *k = tcase_create("kinds"), *h = tcase_create("by hand");

	tcase_add_loop_test(k, nothing_is_lost_and_time_goes_on, 0, RUNS);
	tcase_add_loop_test(k, littles_law_holds, 0, RUNS);
	tcase_add_loop_test(k, clients_beyond_the_places_cost_no_tokens, 0, 3);
	tcase_add_loop_test(k, every_token_but_the_first_has_a_gap, 0, RUNS);
	tcase_add_loop_test(k, the_same_seed_gives_the_same_bytes, 0, RUNS);
	tcase_add_test(h, a_request_alone_takes_what_its_parts_take);
	tcase_add_test(h, a_prefill_pool_adds_a_transfer);
	tcase_add_test(h,
		what_comes_in_a_last_step_wakes_an_engine_that_plans_ahead);
	tcase_add_loop_test(h,
		what_can_never_fit_is_named_and_the_rest_goes_on, 0, 2);
	tcase_add_test(h, who_is_put_off_joined_when_it_joined_first);
	tcase_add_loop_test(h, groups_that_are_padded_compute_as_the_fullest,
			    0, 2);
	suite_add_tcase(s, k);
	suite_add_tcase(s, h);
	return s;
}
