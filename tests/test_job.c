#include "requests/job.h"

#include <stdio.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"

/* So many clients of the toy: 20 requests of 1,024 and 16 tokens. */
static void make(struct question *q, struct toy *t, double clients)
{
	toy_init(t);
	toy_plan(t, &(struct toy_plan){ .batch = 1 });
	memset(q, 0, sizeof(*q));
	q->on = t->on;
	q->skew = t->skew;
	q->batch = t->ask.batch;
	q->tokens_per_step = 1;
	q->scenario.concurrency = clients;
	q->scenario.isl = 1024;
	q->scenario.osl = 16;
	q->scenario.requests = 20;
}

/*
 * A file's 10 tokens meet 100 to 110, its 30 meet 200 to 230: on average
 * (10 x 105 + 30 x 215) / 40. What was asked for by the question stays.
 */
START_TEST(a_file_says_what_context_its_requests_meet)
{
	static const struct { double isl, ctx, want; } ask[] = {
		{ (double)NAN, 1, 187.5 }, { (double)NAN, 500, 500 },
		{ 1024, 1, 1 },
	};
	struct serve_request request[] = {
		{ .prompt_tok = 100, .output_tok = 10 },
		{ .prompt_tok = 200, .output_tok = 30 },
	};
	const struct serve_load l = { .request = request, .nr = 2 };
	struct question q;
	struct toy t;

	make(&q, &t, 1);
	q.scenario.isl = ask[_i].isl;
	q.batch.ctx_tok = ask[_i].ctx;
	serving_met(&q, &l);
	ck_rel(q.batch.ctx_tok, ask[_i].want, 1e-12);
}
END_TEST

/* Who asks by the clock is nobody's client. */
START_TEST(half_a_client_asks_nothing)
{
	static const struct {
		double clients;
		const char *arrivals;
		bool ok;
	} ask[] = {
		{ 1.5, "closed", false }, { 1.5, "", false },
		{ 1.5, "waves", false }, { 1.5, "offline", true },
		{ 2, "closed", true },
	};
	struct serving_spec s;
	struct serving_job job = { .load = { 0 } };
	struct question q;
	struct toy t;
	struct fault why = { 0 };
	int rc;

	make(&q, &t, ask[_i].clients);
	serving_init(&s);
	snprintf(s.arrivals, sizeof(s.arrivals), "%s", ask[_i].arrivals);
	rc = serving_job_load(&job, &q, &(struct job_spec){ &s, 1 }, &why);
	ck_assert_msg((rc == 0) == ask[_i].ok, "%s", why.what);
	if (rc)
		ck_assert_str_eq(why.what, "there are 1.5 clients");
	serve_load_release(&job.load);
}
END_TEST

/* Nor is half a request asked, or more than are kept; 20 are. */
START_TEST(half_a_request_is_not_asked)
{
	static const struct { double nr; bool open, ok; } ask[] = {
		{ 2.5, false, false }, { 1e9, false, false },
		{ 20, false, true }, { 2.5, true, true },
	};
	struct serving_spec s;
	struct serving_job job = { .load = { 0 } };
	struct question q;
	struct toy t;
	struct fault why = { 0 };
	int rc;

	make(&q, &t, 2);
	q.scenario.requests = ask[_i].nr;
	q.open_requests = ask[_i].open;
	serving_init(&s);
	rc = serving_job_load(&job, &q, &(struct job_spec){ &s, 1 }, &why);
	ck_assert_msg((rc == 0) == ask[_i].ok, "%s", why.what);
	serve_load_release(&job.load);
}
END_TEST

/* With spread=1 all of 1,024 and 16 tokens, and two a second: 0.5 s apart. */
START_TEST(a_scenario_says_how_its_requests_come)
{
	struct serving_spec s;
	struct serving_job job = { .load = { 0 } };
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	make(&q, &t, (double)NAN);
	serving_init(&s);
	ck_assert_int_eq(serving_set_all(&s, "arrivals=constant;rate=2;"
					 "spread=1", &why), 0);
	ck_assert(serving_is_open(&s));
	ck_assert_int_eq(serving_job_load(&job, &q,
					  &(struct job_spec){ &s, 1 },
					  &why), 0);
	ck_assert_int_eq(job.load.nr, 20);
	for (int i = 0; i < 20; i++) {
		ck_rel(job.load.request[i].prompt_tok, 1024, 0);
		ck_rel(job.load.request[i].output_tok, 16, 0);
	}
	ck_rel(job.load.request[19].at_s - job.load.request[18].at_s, 0.5,
	       1e-9);
	serve_load_release(&job.load);
}
END_TEST

START_TEST(what_a_scenario_says_amiss_of_requests_is_told)
{
	static const struct { const char *pairs, *what; } bad[] = {
		{ "rate", "serving says \"rate\" and no value" },
		{ "spread=1;rate=", "serving says \"rate\" and no value" },
		{ "speed=2", "serving sets \"speed\", which is no option of "
		  "requests" },
		{ "chunked=2", "chunked is \"2\", which is neither 0 nor 1" },
		{ "reuse=0.5", "reuse is \"0.5\", which is neither 0 nor 1" },
		{ "rate=1;spread=1;rate=2", "\"rate\" is said twice" },
		{ "spread=1;spread=1", "\"spread\" is said twice" },
		{ "rate=fast", "rate is \"fast\", which is no number of 0 or "
		  "more" },
		{ "replicas=1.5", "replicas is \"1.5\", which is no whole "
		  "number" },
	};
	struct serving_spec s;
	struct fault why = { 0 };

	serving_init(&s);
	ck_assert_int_eq(serving_set_all(&s, bad[_i].pairs, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_int_eq(serving_set_all(&s, "", &why), 0);
}
END_TEST

/*
 * 8192 tokens and 256 sequences of four groups are 2048 and 64 of each; with
 * 32768 under attention DP 8192. One group has all, looks every 30th step and
 * waits for nobody. A script is of four GPUs: of eight each group has all, and
 * waits for none either.
 */
START_TEST(groups_share_what_an_engine_is_launched_with)
{
	static const struct {
		int gpus, split;
		double tokens_dp, tok;
		int seqs, recv, delay;
	} ask[] = {
		{ 1, 4, 0, 8192, 256, 30, 0 }, { 4, 4, 0, 2048, 64, 1, 5 },
		{ 4, 4, 32768, 8192, 64, 1, 5 }, { 1, 4, 32768, 8192, 256, 30,
		0 }, { 4, 0, 0, 8192, 256, 1, 0 }, { 8, 4, 0, 8192, 256, 1,
		0 },
	};
	struct serving_spec s;
	struct serve_engine e;
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	make(&q, &t, 4);
	toy_plan(&t, &(struct toy_plan){ .gpus = ask[_i].gpus, .batch = 1 });
	q.on = t.on;
	t.stack.serve.split = ask[_i].split;
	t.stack.serve.tokens = 8192;
	t.stack.serve.tokens_dp = ask[_i].tokens_dp;
	t.stack.serve.seqs = 256;
	t.stack.serve.recv = 30;
	t.stack.serve.recv_dp = 1;
	t.stack.serve.delay = 5;
	serving_init(&s);
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_rel(e.budget_tok, ask[_i].tok, 0);
	ck_assert_int_eq(e.max_seqs, ask[_i].seqs);
	ck_assert_int_eq(e.recv_interval, ask[_i].recv);
	ck_assert_int_eq(e.delay_passes, ask[_i].delay);
}
END_TEST

/*
 * Models of DSA's family and of V4's have launch facts of their own: of four
 * groups that share them, 64 / 4 of V4 run and 4,096 / 4 tokens go into a
 * step, beside decode.
 */
START_TEST(a_family_is_launched_by_its_own_facts)
{
	static const struct {
		void (*toy)(struct model *);
		int seqs, tok, adp_wait;
		enum serve_batching batching;
	} family[] = {
		{ NULL, 8, 512, 0, SERVE_ALONE },
		{ toy_v32, 4, 256, 0, SERVE_ALONE },
		{ toy_v4_flash, 16, 1024, 30, SERVE_MIXED },
	};
	struct serving_spec s;
	struct serve_engine e;
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	make(&q, &t, 4);
	toy_plan(&t, &(struct toy_plan){ .gpus = 4, .batch = 1 });
	q.on = t.on;
	t.stack.serve = (struct serve_facts){ .alone = 1, .split = 8,
		.seqs = 32, .tokens_dp = 2048 };
	t.stack.serve_dsa = t.stack.serve_v4 = t.stack.serve;
	t.stack.serve_dsa.seqs_dp = 16;
	t.stack.serve_dsa.tokens_dp = 1024;
	t.stack.serve_v4.seqs_dp = 64;
	t.stack.serve_v4.tokens_dp = 4096;
	t.stack.serve_v4.mixed_dp = 1;
	t.stack.serve_v4.adp_wait = 30;
	if (family[_i].toy)
		family[_i].toy(&t.model);
	serving_init(&s);
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert_int_eq(e.max_seqs, family[_i].seqs);
	ck_rel(e.budget_tok, family[_i].tok, 0);
	ck_assert_int_eq(e.batching, family[_i].batching);
	ck_assert_int_eq(e.adp_wait, family[_i].adp_wait);
}
END_TEST

/* Plans run a step ahead, but no pipeline's do unless they are told to. */
START_TEST(a_pipeline_waits_for_its_results)
{
	struct serving_spec s;
	struct serve_engine e;
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	for (int pp = 1; pp <= 2; pp++) {
		make(&q, &t, 4);
		toy_plan(&t, &(struct toy_plan){ .gpus = pp, .pp = pp });
		q.on = t.on;
		serving_init(&s);
		ck_assert(!serving_engine(&e, &q, &s, &why));
		ck_assert_int_eq(e.overlap, pp == 1);
		s.overlap = 1;
		ck_assert(!serving_engine(&e, &q, &s, &why));
		ck_assert(e.overlap);
	}
}
END_TEST

/* Requests read their prompts where they decode, unless a pool reads them. */
static const struct {
	const char *words, *mode, *then;	/* then NULL: refused */
} modes[] = {
	{ "arrivals=poisson", "", "colocated" }, { "", "", "colocated" },
	{ "", "colocated", "colocated" }, { "", "decode", NULL },
	{ "pools=1:1", "", "" }, { "pools=1:1", "decode", "decode" },
};

START_TEST(who_reads_the_prompts_says_the_mode)
{
	struct serving_spec v;
	struct scenario s;
	struct fault why;

	serving_init(&v);
	ck_assert_int_eq(serving_set_all(&v, modes[_i].words, &why), 0);
	scenario_init(&s);
	strcpy(s.mode, modes[_i].mode);
	ck_assert_int_eq(serving_scenario(&s, &v, &why),
			 modes[_i].then ? 0 : -1);
	ck_assert_str_eq(s.mode, modes[_i].then ? modes[_i].then :
			 modes[_i].mode);
	ck_assert(modes[_i].then || !strcmp(why.file, "--mode"));
}
END_TEST

Suite *suite_job(void)
{
	Suite *s = suite_create("job");
	TCase *tc = tcase_create("job");

	tcase_add_loop_test(tc, a_file_says_what_context_its_requests_meet, 0,
			    3);
	tcase_add_loop_test(tc, half_a_client_asks_nothing, 0, 5);
	tcase_add_loop_test(tc, half_a_request_is_not_asked, 0, 4);
	tcase_add_test(tc, a_scenario_says_how_its_requests_come);
	tcase_add_loop_test(tc, what_a_scenario_says_amiss_of_requests_is_told,
			    0, 9);
	tcase_add_loop_test(tc, groups_share_what_an_engine_is_launched_with,
			    0, 6);
	tcase_add_loop_test(tc, who_reads_the_prompts_says_the_mode, 0,
			    sizeof(modes) / sizeof(*modes));
	tcase_add_loop_test(tc, a_family_is_launched_by_its_own_facts, 0,
			    3);
	tcase_add_test(tc, a_pipeline_waits_for_its_results);
	suite_add_tcase(s, tc);
	return s;
}
