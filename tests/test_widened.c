#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "requests/job.h"
#include "tests/tests.h"
#include "tests/toy_question.h"
#include "time/power.h"
#include "time/prefill.h"

#define Z80 1.2815515655446004
#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * Bands of what users see: each end is made of replays, which a test can make
 * itself, and of how far it is told that clients are off.
 */

static struct question q;
static struct toy t;
static struct serving_job job;
static struct fault why;


/* 8 clients of the toy: 20 requests of 1,024 and 16 tokens, all alike. */
static void make(int gpus, double osl)
{
	struct serving_spec s;

	toy_init(&t);
	t.stack.prefill_tok = 8192;
	t.stack.overhead_err = 0.1;
	toy_plan(&t, &(struct toy_plan){ .gpus = gpus, .batch = 4 });
	toy_question(&q, &t);
	q.scenario.concurrency = 8;
	q.scenario.isl = 1024;
	q.scenario.osl = osl;
	q.scenario.requests = 20;
	q.scenario.price = 3.6;
	serving_init(&s);
	s.spread = 1;
	memset(&job, 0, sizeof(job));
	ck_assert_msg(!serving_job_make(&job, &q, &(struct job_spec){ &s, 1
		      }, &why), "%s", why.what);
	job.run.near = false;
}

static struct serve_tally replay(double slower, double room_tok)
{
	double was = job.engine.room_tok;
	struct serve_log run;
	struct serve_tally of;

	job.price.slower = slower;
	job.engine.room_tok = room_tok;
	serve_run(&run, &job.run.serve);
	serve_tally(&of, &job.run.serve, &run);
	serve_log_release(&run);
	job.price.slower = 1;
	job.engine.room_tok = was;
	return of;
}

static struct serving_answer answer(void)
{
	struct serving_answer a;
	struct serve_log run;

	serving_answer(&a, &run, &q, &job.run);
	serve_log_release(&run);
	return a;
}

/* A step may be 0.1 of a logarithm longer: all of them, and shorter. */
START_TEST(the_ends_of_a_band_are_replays)
{
	struct serving_answer a;
	struct serve_tally slow, fast;
	struct serve_log run;

	make(1, 16);
	job.price.prompts_sd = 0;
	slow = replay(exp(.1), job.engine.room_tok);
	fast = replay(exp(-.1), job.engine.room_tok);
	serving_played(&a, &run, &job.run, .1 / Z80);
	for (int m = 0; m < SERVE_METRICS; m++) {
		ck_rel(a.slow.of[m].mean, slow.of[m].mean, 1e-12);
		ck_rel(a.fast.of[m].mean, fast.of[m].mean, 1e-12);
		ck_rel(a.slow.of[m].at[1], slow.of[m].at[1], 1e-12);
	}
	ck_rel(a.slow.s, slow.s, 1e-12);
	/* with nothing that clients are off by, so are those of an answer */
	a = answer();
	slow = replay(exp(Z80 * answer_log_sd(&q)), job.engine.room_tok);
	ck_rel(a.slow.s, slow.s, 1e-12);
	ck_rel(a.slow.of[SERVE_TTFT].mean, slow.of[SERVE_TTFT].mean, 1e-12);
	ck_rel(a.tok_s_user, 1 / a.as_is.of[SERVE_TPOT].at[1], 1e-12);
	ck_assert_int_eq(a.good, -1);
	serve_log_release(&run);
	/* without a band both ends are as it is */
	job.run.band = false;
	serving_played(&a, &run, &job.run, .1 / Z80);
	ck_rel(a.slow.s, a.as_is.s, 0);
	ck_rel(a.fast.s, a.as_is.s, 0);
	serve_log_release(&run);
	serving_job_release(&job);
}
END_TEST

/*
 * Prompts err by sqrt(sd^2 + prompts_sd^2): with 0.3 and 0.4 a step with one
 * is 0.5 standard errors off where others are 0.3. Its first token alone is
 * asked for, so that no other steps are.
 */
START_TEST(prompts_err_in_what_is_added_to_them)
{
	struct serving_answer a;
	struct serve_tally slow;
	struct serve_log run;

	make(1, 1);
	job.price.prompts_sd = .4;
	slow = replay(exp(.5 * Z80), job.engine.room_tok);
	serving_played(&a, &run, &job.run, .3);
	ck_rel(a.slow.s, slow.s, 1e-12);
	ck_rel(job.price.prompts, 1, 0);
	ck_rel(job.price.slower, 1, 0);
	serve_log_release(&run);
	serving_job_release(&job);
}
END_TEST

/*
 * Room for two requests of 1,040 tokens a group: in the last of 15 steps they
 * hold 2 x (1,024 + 14) = 2,076. Where that is 0.7 of the least room or more,
 * less room (for one) and more (for all four) are played: another cause, so
 * squares of logarithms add up.
 */
static const struct {
	int gpus;
	double low, high;
	bool widens;
} rooms[] = {
	{ 1, 1100, 4200, true }, { 2, 1100, 4200, true },
	{ 1, 2965, 4200, true },	/* 2,075.5 */
	{ 1, 2966, 4200, false },	/* 2,076.2 */
	{ 2, 2966, 4200, false },
	{ 1, 0, 4200, false },
	{ 1, 500, 4200, true },		/* for none: nothing is seen of it */
};

static double apart(double x, double y)
{
	return fabs(log(y / x));
}

START_TEST(less_room_and_more_widen_a_full_engine)
{
	double low = rooms[_i].low, high = rooms[_i].high;
	struct serving_answer a, plain;
	struct serve_tally less, more;
	struct serve_log run;

	make(rooms[_i].gpus, 16);
	job.engine.room_tok = 2100;
	less = more = replay(1, 2100);
	if (rooms[_i].widens && low > 1040)
		less = replay(1, low);
	if (rooms[_i].widens)
		more = replay(1, high);
	job.run.room.low_tok = job.run.room.high_tok = 0;
	serving_played(&plain, &run, &job.run, answer_log_sd(&q));
	serve_log_release(&run);
	job.run.room.low_tok = low;
	job.run.room.high_tok = high;
	a = answer();
	ck_rel(apart(a.as_is.s, a.slow.s), hypot(apart(a.as_is.s, plain.slow.s
		), fmax(0, log(less.s / a.as_is.s))), 1e-9);
	ck_rel(apart(a.as_is.s, a.fast.s), hypot(apart(a.as_is.s, plain.fast.s
		), fmax(0, log(a.as_is.s / more.s))), 1e-9);
	for (int m = 0; m < SERVE_METRICS; m++) {
		const struct serve_dist *x = &a.as_is.of[m];

		ck_rel(apart(x->mean, a.slow.of[m].mean), hypot(
			fmax(0, log(plain.slow.of[m].mean / x->mean)),
			fmax(0, log(less.of[m].mean / x->mean))), 1e-9);
		ck_rel(apart(x->at[1], a.fast.of[m].at[1]), hypot(
			fmax(0, log(x->at[1] / plain.fast.of[m].at[1])),
			fmax(0, log(x->at[1] / more.of[m].at[1]))), 1e-9);
	}
	ck_assert_double_gt(apart(a.as_is.s, plain.slow.s), 0.01);
	ck_assert((apart(a.as_is.s, more.s) > 0.01) == rooms[_i].widens);
	serving_job_release(&job);
}
END_TEST

/* One whose answer has no room at all: its run has no KV to speak of. */
START_TEST(who_is_never_let_in_says_nothing_of_the_room)
{
	struct serving_answer a, plain;

	make(1, 16);
	job.engine.room_tok = 2100;
	job.load.request[3].prompt_tok = 5000;
	plain = answer();
	job.run.room.low_tok = 1100;
	job.run.room.high_tok = 4200;
	a = answer();
	ck_rel(a.slow.s, plain.slow.s, 0);
	ck_rel(a.fast.s, plain.fast.s, 0);
	serving_job_release(&job);
}
END_TEST

/* What is not seen, a time between tokens of answers of one, has no band. */
START_TEST(what_nobody_sees_is_not_widened)
{
	struct serving_answer a;

	make(1, 1);
	for (int k = 0; k < SEEN_KINDS; k++)
		t.stack.serve.band[k] = .2;
	a = answer();
	ck_assert(!(a.as_is.of[SERVE_TPOT].mean > 0));
	ck_assert(!(a.slow.of[SERVE_TPOT].mean > 0));
	ck_assert(!isinf(a.slow.of[SERVE_TPOT].mean));
	ck_assert_double_gt(a.slow.of[SERVE_TTFT].mean,
			    exp(.2 * Z80) * a.as_is.of[SERVE_TTFT].mean);
	serving_job_release(&job);
}
END_TEST

/* Each metric is off by its own kind: to the first token, a token, all. */
START_TEST(clients_are_off_by_what_they_look_at)
{
	static const int kind[SERVE_METRICS] = { SEEN_TTFT, SEEN_TPOT,
		SEEN_TPOT, SEEN_TOK_S, SEEN_TOK_S };
	struct serving_answer plain, a;

	make(1, 16);
	plain = answer();
	t.stack.serve.band[_i] = .2;
	a = answer();
	for (int m = 0; m < SERVE_METRICS; m++) {
		double x = a.as_is.of[m].mean;
		double off = kind[m] == _i ? .2 * Z80 : 0;

		ck_rel(log(a.slow.of[m].mean / x),
		       hypot(log(plain.slow.of[m].mean / x), off), 1e-9);
		ck_rel(log(x / a.fast.of[m].mean),
		       hypot(log(x / plain.fast.of[m].mean), off), 1e-9);
	}
	ck_rel(log(a.slow.s / a.as_is.s), hypot(log(plain.slow.s / a.as_is.s),
	       _i == SEEN_TOK_S ? .2 * Z80 : 0), 1e-9);
	serving_job_release(&job);
}
END_TEST

/* Of each group of an engine, whose steps are as a deployment's. */
START_TEST(a_price_knows_its_groups)
{
	make(4, 16);
	ck_rel(job.price.groups, 4, 0);
	ck_rel(job.price.slower, 1, 0);
	ck_rel(job.price.prompts, 1, 0);
	ck_assert_int_eq(job.price.ranks.nr, 0);
	ck_assert_int_eq(job.run.serve.fleet.groups, 4);
	serving_job_release(&job);
	t.stack.overhead_prefill_err = .07;	/* of 1 */
	serving_price_init(&job.price, &q);
	ck_rel(job.price.prompts_sd, .07, 1e-12);
	serving_price_release(&job.price);
}
END_TEST

/* Two engines of two GPUs at 3.6 $/h: 0.001 $/s of each. */
START_TEST(a_rate_is_of_all_gpus)
{
	struct serving_answer a;

	make(2, 16);
	job.run.serve.fleet.replicas = 2;
	job.run.band = false;
	a = answer();
	ck_assert_int_eq(a.gpus, 4);
	ck_rel(a.engines, 2, 0);
	ck_rel(a.tok_s_gpu, a.as_is.output_tok / a.as_is.s / 4, 1e-12);
	ck_rel(a.usd_mtok, .001 / a.tok_s_gpu * 1e6, 1e-12);
	serving_job_release(&job);
}
END_TEST

/* All prompts are longer than the room: nobody is served, and no rate. */
START_TEST(a_run_that_serves_nobody_has_no_cost)
{
	struct serving_answer a;
	struct serve_log run;

	make(1, 16);
	job.engine.room_tok = 500;
	serving_answer(&a, &run, &q, &job.run);
	ck_assert_int_eq(run.never, 20);
	ck_assert(!(a.tok_s_gpu > 0));
	ck_assert_double_nan(a.watt_gpu);
	ck_assert_double_nan(a.j_mtok);
	ck_assert_int_eq(a.gpus, 1);
	ck_assert(memcmp(&a.slow.s, &a.as_is.s, sizeof(a.slow.s)) == 0);
	serve_log_release(&run);
	serving_job_release(&job);
}
END_TEST

/* One of twenty is answered: that has a band, and GPUs that draw. */
START_TEST(one_answer_is_a_run)
{
	struct serving_answer a;
	struct serve_log run;

	make(1, 16);
	t.gpu.idle_W = t.gpu.hbm_W = 100;
	job.engine.room_tok = 2100;
	for (int i = 1; i < 20; i++)
		job.load.request[i].prompt_tok = 5000;
	serving_answer(&a, &run, &q, &job.run);
	ck_assert_int_eq(run.done, 1);
	ck_assert_int_eq(run.never, 19);
	ck_assert_double_gt(a.slow.s, a.as_is.s);
	ck_assert_double_lt(a.fast.s, a.as_is.s);
	ck_assert_double_gt(a.watt_gpu, 100);
	ck_rel(a.j_mtok, a.watt_gpu / a.tok_s_gpu * 1e6, 1e-12);
	/* off by their clients, too */
	t.stack.serve.band[SEEN_TOK_S] = 1;
	serve_log_release(&run);
	serving_answer(&a, &run, &q, &job.run);
	ck_assert_double_gt(a.slow.s, exp(Z80) * a.as_is.s);
	serve_log_release(&run);
	serving_job_release(&job);
}
END_TEST

static double step_J(double seqs, double ctx_tok)
{
	struct step_spec a = question_step(&q, seqs);
	struct step *st = step_room();
	double J;

	a.batch.ctx_tok = ctx_tok;
	a.batch.lengths = NULL;
	step_time(st, &a);
	J = power_moved_J(st, &t.gpu);
	free(st);
	return J;
}

static double pass_J(double seqs, double tok)
{
	struct prefill_pass *pass = calloc(1, sizeof(*pass));
	struct step_spec a = question_step(&q, 1);
	double J;

	prefill_pass(pass, &a, &(struct chunk){ seqs, 0, tok });
	J = t.gpu.hbm_W * pass->hbm_B / t.gpu.hbm_Bps +
	    t.gpu.tensor_W * pass->tensor_s + t.gpu.wire_W * pass->port_s;
	free(pass);
	return J;
}

/*
 * In 100 s two engines take 1000 steps, half of their time. Two sequences run
 * on average, so four while they do, two an engine of one group and one a
 * group of two; of 2000 tokens of KV each has 1000, however long prompts are.
 * Of 10 steps with prompts each computes 2048 tokens, 1024 of a prompt, and a
 * group of two one of them. These are beside decode or in its place.
 */
START_TEST(a_run_draws_what_its_mean_steps_move)
{
	struct serve_tally tally = { .s = 100, .busy = .5, .running = 2,
		.kv_tok = 2000, .prompt_tok = 20 * 1024 };
	const struct serve_log run = { .steps = 1000, .prompt_steps = 10,
		.computed_tok = 10 * 2048, .done = 20 };
	double decode_J, prompt_J;

	make(1, 16);
	toy_v32(&t.model);	/* whose KV does not go with its length */
	toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 4 });
	q.on = t.on;
	q.skew = t.skew;
	t.gpu.idle_W = 100;
	t.gpu.hbm_W = 200;
	t.gpu.tensor_W = 300;
	t.gpu.tdp_W = 1e9;
	job.run.serve.fleet.replicas = 2;
	job.run.serve.fleet.groups = 1 + _i;
	q.lengths = (struct lengths){ .nr = 1, .tok = { 9000 },
				      .share = { 1 } };
	decode_J = step_J(_i ? 1 : 2, 1000);
	prompt_J = pass_J(_i ? 1 : 2, 1024);
	ck_assert_double_gt(decode_J, 0);
	ck_assert_double_gt(prompt_J, 0);
	job.engine.batching = SERVE_MIXED;
	ck_rel(serving_watt_gpu(&q, &job.run, &tally, &run), 100 + (1000 *
		decode_J + 10 * prompt_J) / 2 / 100, 1e-9);
	job.engine.batching = SERVE_ALONE;
	ck_rel(serving_watt_gpu(&q, &job.run, &tally, &run), 100 + (990 *
		decode_J + 10 * prompt_J) / 2 / 100, 1e-9);
	serving_job_release(&job);
}
END_TEST

/*
 * Five stages of a layer with 4 sequences of 1000 tokens each: a step of 4
 * moves on a GPU a fifth of what it does where one has all layers, and so does
 * a pass of prompts. Rows that are sent on draw nothing here.
 */
START_TEST(a_stage_moves_its_share_of_a_step)
{
	struct serve_tally tally = { .s = 100, .busy = .5,
		.prompt_tok = 20 * 1024 };
	const struct serve_log run = { .steps = _i ? 1000 : 0, .done = 20,
		.prompt_steps = _i ? 0 : 10, .computed_tok = 10 * 1024 };
	double moved[2];

	make(1, 16);
	t.gpu.idle_W = 1;
	t.gpu.hbm_W = 200;
	t.gpu.tdp_W = 1e9;
	for (int pp = 1; pp <= 5; pp += 4) {
		toy_plan(&t, &(struct toy_plan){ .gpus = pp, .pp = pp });
		q.on = t.on;
		tally.running = 2 * pp;
		tally.kv_tok = 2000 * pp;
		moved[pp > 1] = serving_watt_gpu(&q, &job.run, &tally, &run) -
				1;
	}
	ck_assert_double_gt(moved[0], 0);
	ck_rel(moved[1], moved[0] / 5, 1e-3);
	serving_job_release(&job);
}
END_TEST

/*
 * So much slower doubles the time to the first token: half a per cent less is
 * below that, half a per cent more above. With 10 s on the way to the engine
 * not even twice as slow does.
 */
START_TEST(what_is_spare_doubles_the_wait)
{
	struct serving_answer a;
	double room, twice;

	make(1, 16);
	job.run.near = true;
	room = job.engine.room_tok;
	job.engine.max_seqs = 8;
	a = answer();
	twice = 2 * a.as_is.of[SERVE_TTFT].mean;
	ck_assert(isfinite(a.spare));
	ck_assert_double_lt(replay(1 + a.spare - .005, room)
			    .of[SERVE_TTFT].mean, twice);
	ck_assert_double_gt(replay(1 + a.spare + .005, room)
			    .of[SERVE_TTFT].mean, twice);
	job.engine.in_s = 10;
	a = answer();
	ck_assert(isinf(a.spare));
	job.run.near = false;
	a = answer();
	ck_assert_double_nan(a.spare);
	serving_job_release(&job);
}
END_TEST

Suite *suite_widened(void)
{
	Suite *s = suite_create("widened");
	TCase *tc = tcase_create("widened");

	tcase_add_test(tc, the_ends_of_a_band_are_replays);
	tcase_add_test(tc, prompts_err_in_what_is_added_to_them);
	tcase_add_loop_test(tc, less_room_and_more_widen_a_full_engine, 0,
			    NR(rooms));
	tcase_add_test(tc, who_is_never_let_in_says_nothing_of_the_room);
	tcase_add_test(tc, what_nobody_sees_is_not_widened);
	tcase_add_loop_test(tc, clients_are_off_by_what_they_look_at, 0,
			    SEEN_KINDS);
	tcase_add_test(tc, a_price_knows_its_groups);
	tcase_add_test(tc, a_rate_is_of_all_gpus);
	tcase_add_test(tc, a_run_that_serves_nobody_has_no_cost);
	tcase_add_test(tc, one_answer_is_a_run);
	tcase_add_loop_test(tc, a_stage_moves_its_share_of_a_step, 0, 2);
	tcase_add_loop_test(tc, a_run_draws_what_its_mean_steps_move, 0, 2);
	tcase_add_test(tc, what_is_spare_doubles_the_wait);
	suite_add_tcase(s, tc);
	return s;
}
