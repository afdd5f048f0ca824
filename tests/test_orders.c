#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "requests/job.h"
#include "traffic/arrive.h"
#include "tests/tests.h"
#include "tests/toy_question.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* 4 clients of the toy: 20 requests of 1024 and 16 tokens, nothing blank. */
static void make(struct question *q, struct toy *t)
{
	toy_init(t);
	t->stack.prefill_tok = 8192;
	toy_plan(t, &(struct toy_plan){ .batch = 4 });
	toy_question(q, t);
	q->scenario.concurrency = 4;
	q->scenario.isl = 1024;
	q->scenario.osl = 16;
	q->scenario.requests = 20;
}

/* Words "column=value" with a blank between, of what is asked beside it. */
static void say(struct serving_spec *s, const char *words)
{
	char copy[300], *word;
	struct fault why = { .row = 0 };

	serving_init(s);
	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		ck_assert_msg(!serving_set(s, word, value, &why), "%s: %s",
			      word, why.what);
	}
}

/* ---- what is no order ---- */

#define LOOKS "it looks more than once a second, or looks, holds or " \
	"starts for over a day"

static const struct {
	const char *words, *option, *what;
} none[] = {
	/* fleets */
	{ "route=fastest", "--route", "that is no way to route" },
	{ "replicas=0", "--replicas", "there is no such number of engines" },
	{ "replicas=10001", "--replicas",
	  "there is no such number of engines" },
	{ "pools=1:2 replicas=3", "--replicas",
	  "the pools say how many engines decode" },
	{ "pools=2", "--pools", "these are no pools" },
	{ "pools=2:", "--pools", "these are no pools" },
	{ "pools=0:1", "--pools", "these are no pools" },
	{ "pools=1:0", "--pools", "these are no pools" },
	{ "pools=2:1x", "--pools", "these are no pools" },
	{ "overflow=token-api", "--overflow",
	  "engines on GPUs do not send on whom they refuse" },
	{ "scale=1:4 replicas=2", "--scale",
	  "a number of engines, or pools, is given too" },
	{ "scale=1:4 pools=1:1", "--scale",
	  "a number of engines, or pools, is given too" },
	{ "scale=4 scale_at=2 scale_start=1", "--scale",
	  "that is no range of engines" },
	{ "scale=4:3 scale_at=2 scale_start=1", "--scale",
	  "that is no range of engines" },
	{ "scale=0:3 scale_at=2 scale_start=1", "--scale",
	  "that is no range of engines" },
	{ "scale=1:10001 scale_at=2 scale_start=1", "--scale",
	  "that is no range of engines" },
	{ "scale=1:4 scale_by=load scale_at=2 scale_start=1", "--scale_by",
	  "engines are not called by that" },
	{ "scale=1:4 scale_start=1", "--scale_at",
	  "nothing says what calls for an engine" },
	{ "scale=1:4 scale_at=0 scale_start=1", "--scale_at",
	  "nothing says what calls for an engine" },
	{ "scale=1:4 scale_at=2", "--scale_start",
	  "nothing says how long an engine takes to start" },
	{ "scale=1:4 scale_at=2 scale_start=1 scale_look=0.9", "--scale_look",
	  LOOKS },
	{ "scale=1:4 scale_at=2 scale_start=1 scale_look=86401",
	  "--scale_look", LOOKS },
	{ "scale=1:4 scale_at=2 scale_start=1 scale_hold=86401",
	  "--scale_look", LOOKS },
	{ "scale=1:4 scale_at=2 scale_start=86401", "--scale_look", LOOKS },
	/* what is drawn */
	{ "arrivals=now", "--arrivals", "that is no way to arrive" },
	{ "lengths=normal", "--lengths", "that is no distribution" },
	{ "prompts=alike", "--prompts", "that is no way to ask" },
	{ "arrivals=poisson", "--rate",
	  "requests come by the clock and no rate is given" },
	{ "arrivals=poisson rate=0", "--rate",
	  "requests come by the clock and no rate is given" },
	/* 20 of them in 6,912,000 s = 80 days are 2.9e-6 a second */
	{ "arrivals=constant rate=0.0000028", "--rate",
	  "the requests would take over 80 days to come" },
	{ "turns=0", "--turns", "a session has none" },
	{ "arrivals=bursty rate=1 burstiness=0", "--burstiness",
	  "the gaps have no shape" },
	{ "arrivals=day rate=1 swing=1.1", "--swing",
	  "at night fewer than nobody comes" },
	{ "arrivals=day rate=1 day=0", "--day",
	  "it has no length, or over 80 days" },
	{ "arrivals=day rate=1 day=6912001", "--day",
	  "it has no length, or over 80 days" },
	/* 86,400 s of 1,157,408 a second are 1.00000051e11 */
	{ "arrivals=day rate=1157408", "--day", "it has over 1e11 requests" },
	/* 79.8 days on average, 80 and more as seed 1 has it */
	{ "arrivals=poisson rate=0.0000029", "--rate",
	  "the requests would take over 80 days to come" },
	{ "hit=1", "--hit",
	  "a share of 1 or more of each prompt is cached" },
	{ "spread=1.1", "--spread", "spread is above 1" },
	{ "accept=0.9", "--accept",
	  "there are not as many shares as drafts" },
	{ "accept=1.1", "--accept", "a share is no number from 0 to 1" },
	{ "accept=x", "--accept", "a share is no number from 0 to 1" },
	/* the engine, whose place the caller says */
	{ "batching=both", "", "batching is \"both\"" },
	{ "reserve=all", "", "reserve is \"all\"" },
	{ "max_num_seqs=0", "", "max_num_seqs is 0" },
	{ "block=0.5", "", "block is 0.5" },
	{ "max_num_batched_tokens=0", "", "max_num_batched_tokens is 0" },
	{ "recv_interval=0", "", "recv_interval is 0" },
	{ "prefill_delay=2000000000", "", "prefill_delay is 2e+09" },
	{ "prefill_interval=2000000000", "", "prefill_interval is 2e+09" },
	{ "in=3600001", "", "in or out is over an hour, or tokenize over a "
	  "millisecond a token" },
	{ "tokenize=1001", "", "in or out is over an hour, or tokenize over "
	  "a millisecond a token" },
	/* how its client reads, and its door */
	{ "count=words", "", "count is \"words\"" },
	{ "tpot_by=n+1", "", "tpot_by is \"n+1\"" },
	{ "over=late bucket=9 refill=1", "", "over is \"late\"" },
	{ "duration=0", "", "duration is 0" },
	{ "duration=10 warmup=10", "", "the warm-up is as long as the run" },
	{ "bucket=100", "", "a bucket is never filled again" },
	{ "refill=100", "", "refill has no bucket to fill" },
	{ "connect=3600001", "", "connect is over an hour" },
	{ "more_chunks=1000000001", "", "more_chunks is over 1000000000" },
	{ "semaphore=0", "", "nobody may pass the door" },
	{ "threads=0", "", "nobody may pass the door" },
	{ "slo=ttft=0", "", "slo has \"ttft=0\"" },
	{ "slo=itl=5", "", "slo has \"itl=5\"" },
	{ "slo=ttft=5,tpot", "", "slo has \"tpot\"" },
};

START_TEST(what_is_no_order_is_named_by_its_option)
{
	struct serving_spec s;
	struct serving_job *job = calloc(1, sizeof(*job));
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	make(&q, &t);
	say(&s, none[_i].words);
	ck_assert_msg(serving_job_make(job, &q, &(struct job_spec){ &s, 1 },
				       &why) == -1, "%s", none[_i].words);
	ck_assert_str_eq(why.file, none[_i].option);
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert_str_ne(why.remedy, "");
	serving_job_release(job);
	free(job);
}
END_TEST

/* At the ends of what is refused there is a run. */
static const char *const sound[] = {
	"replicas=10000", "pools=1:1", "spread=1", "hit=0.99",
	"scale=1:1 scale_at=0.1 scale_start=0",
	"scale=1:10000 scale_at=2 scale_start=1 scale_hold=86400",
	"arrivals=day rate=1 swing=1", "arrivals=constant rate=0.000003",
	"max_num_seqs=1", "max_num_seqs=1000000000", "block=1",
	"in=3600000", "out=3600000",
	"tokenize=1000", "connect=3600000", "more_chunks=1000000000",
	"scale=1:2 scale_at=2 scale_start=86400 scale_look=1",
	"arrivals=day rate=0.5 day=6912000", "duration=10 warmup=9.9",
	"bucket=100 refill=1",
	"lengths=lognormal spread=1.5", "turns=1", "semaphore=1",
	"prompts=distinct", "prompts=same", "route=prefix", "accept=",
};

START_TEST(what_is_just_an_order_is_one)
{
	struct serving_spec s;
	struct serving_job *job = calloc(1, sizeof(*job));
	struct question q;
	struct toy t;
	struct fault why = { 0 };

	make(&q, &t);
	say(&s, sound[_i]);
	ck_assert_msg(!serving_job_make(job, &q, &(struct job_spec){ &s, 1
		      }, &why), "%s: %s", sound[_i], why.what);
	serving_job_release(job);
	free(job);
}
END_TEST

static const struct { double isl, osl, requests, clients; const char *option,
	*what; } blanks[] = {
	{ NAN, 16, 20, 4, "--isl", "requests have no length" },
	{ 1024, NAN, 20, 4, "--isl", "requests have no length" },
	{ 0.5, 16, 20, 4, "--isl", "requests have no length" },
	{ 1024, 0.5, 20, 4, "--isl", "requests have no length" },
	{ 1024, 16, 0.5, 4, "--requests", "there is no request" },
	{ 1024, 16, 20, 0, "--concurrency", "there are no clients" },
	{ 1024, 16, 20, 2.5, "--concurrency", "there are 2.5 clients" },
	{ 1, 1, 1, 1, NULL, NULL },
};

START_TEST(a_run_has_requests_and_who_sends_them)
{
	struct serving_spec s;
	struct serving_job *job = calloc(1, sizeof(*job));
	struct question q;
	struct toy t;
	struct fault why = { 0 };
	int rc;

	make(&q, &t);
	serving_init(&s);
	q.scenario.isl = blanks[_i].isl;
	q.scenario.osl = blanks[_i].osl;
	q.scenario.requests = blanks[_i].requests;
	q.scenario.concurrency = blanks[_i].clients;
	rc = serving_job_make(job, &q, &(struct job_spec){ &s, 1 }, &why);
	ck_assert_int_eq(rc, blanks[_i].what ? -1 : 0);
	if (rc) {
		ck_assert_str_eq(why.file, blanks[_i].option);
		ck_assert_str_eq(why.what, blanks[_i].what);
	}
	serving_job_release(job);
	free(job);
}
END_TEST

/* ---- what an order says ---- */

/* Two drafts: as many shares are asked for. */
START_TEST(a_share_is_given_for_each_draft)
{
	static const struct { const char *accept; int rc; } of[] = {
		{ "0.9,0.7", 0 }, { "0,1", 0 }, { "0.9", -1 },
		{ "0.9,0.7,0.5", -1 }, { "0.9,", -1 }, { ",0.9", -1 } };

	for (int i = 0; i < NR(of); i++) {
		struct serving_spec s;
		struct serving_job job = { .load = { 0 } };
		struct question q;
		struct toy t;
		struct fault why = { 0 };

		make(&q, &t);
		toy_plan(&t, &(struct toy_plan){ .batch = 4, .mtp = 2 });
		q.on = t.on;
		q.tokens_per_step = 2;
		serving_init(&s);
		snprintf(s.accept, sizeof(s.accept), "%s", of[i].accept);
		ck_assert_msg(serving_job_load(&job, &q, &(struct job_spec){
			      &s, 1 }, &why) == of[i].rc, "%s", of[i].accept);
		if (of[i].rc == 0)
			for (int r = 0; r < job.load.nr; r++)
				ck_assert_int_le(job.load.request[r].steps,
						 15);
		serve_load_release(&job.load);
	}
}
END_TEST

/* Every draft taken: 15 tokens after the first are 5 steps; none: 15. */
START_TEST(drafts_that_are_taken_or_not_are_steps)
{
	static const struct { const char *accept; int steps; } of[] = {
		{ "1,1", 5 }, { "0,1", 15 }, { "1,0", 8 } };	/* 7.5 */

	for (int i = 0; i < NR(of); i++) {
		struct serving_spec s;
		struct serving_job job = { .load = { 0 } };
		struct question q;
		struct toy t;
		struct fault why = { 0 };

		make(&q, &t);
		toy_plan(&t, &(struct toy_plan){ .batch = 4, .mtp = 2 });
		q.on = t.on;
		q.tokens_per_step = 2;
		say(&s, "spread=1");
		snprintf(s.accept, sizeof(s.accept), "%s", of[i].accept);
		ck_assert_int_eq(serving_job_load(&job, &q,
			&(struct job_spec){ &s, 1 }, &why), 0);
		ck_assert_int_eq(job.load.nr, 20);
		for (int r = 0; r < job.load.nr; r++) {
			ck_assert_int_eq(job.load.request[r].output_tok, 16);
			ck_assert_int_eq(job.load.request[r].prompt_tok, 1024);
			ck_assert_int_eq(job.load.request[r].steps,
					 of[i].steps);
		}
		serve_load_release(&job.load);
	}
}
END_TEST

START_TEST(engines_come_as_the_scale_says)
{
	struct serving_spec s;
	struct serving_job *job = calloc(1, sizeof(*job));
	struct question q;
	struct toy t;
	struct fault why = { 0 };
	const struct serve_scale *of = &job->run.serve.scale;

	make(&q, &t);
	say(&s, "scale=2:6 scale_at=1.5 scale_start=40");
	ck_assert_int_eq(serving_job_make(job, &q, &(struct job_spec){ &s,
			 1 }, &why), 0);
	ck_assert_int_eq(job->run.serve.fleet.replicas, 6);
	ck_assert_int_eq(of->least, 2);
	ck_assert_int_eq(of->by, SERVE_BY_PRESENT);
	ck_rel(of->target, 1.5, 0);
	ck_rel(of->start_s, 40, 0);
	ck_rel(of->look_s, 15, 0);
	ck_rel(of->hold_s, 300, 0);
	serving_job_release(job);
	memset(job, 0, sizeof(*job));
	say(&s, "scale=2:6 scale_at=1.5 scale_start=40 scale_by=requests "
	    "scale_look=5 scale_hold=60");
	ck_assert_int_eq(serving_job_make(job, &q, &(struct job_spec){ &s,
			 1 }, &why), 0);
	ck_assert_int_eq(of->by, SERVE_BY_REQUESTS);
	ck_rel(of->look_s, 5, 0);
	ck_rel(of->hold_s, 60, 0);
	serving_job_release(job);
	free(job);
}
END_TEST

/* ---- columns of a run ---- */

static const struct {
	const char *column, *text;
	int rc;
	const char *what, *remedy;
} set[] = {
	{ "rate", "1.5", 0, NULL, NULL },
	{ "rate", "-1", -1, "rate is \"-1\", which is no number of 0 or more",
	  "write a plain decimal number" },
	{ "rate", "fast", -1, "rate is \"fast\", which is no number of 0 or "
	  "more", "write a plain decimal number" },
	{ "speed", "1", 1, NULL, NULL },
	/* what is counted is whole */
	{ "replicas", "2", 0, NULL, NULL },
	{ "replicas", "1.5", -1, "replicas is \"1.5\", which is no whole "
	  "number", "write one, as 2" },
	{ "turns", "2.5", -1, "turns is \"2.5\", which is no whole number",
	  "write one, as 3" },
	{ "max_num_seqs", "0.2", -1, "max_num_seqs is \"0.2\", which is no "
	  "whole number", "write one, as 1" },
	{ "semaphore", "7.5", -1, "semaphore is \"7.5\", which is no whole "
	  "number", "write one, as 8" },
	{ "scale_at", "1.5", 0, NULL, NULL },
	{ "arrivals", "poisson", 0, NULL, NULL },
	/* a word of 32 bytes, its end included */
	{ "arrivals", "1234567890123456789012345678901", 0, NULL, NULL },
	{ "arrivals", "12345678901234567890123456789012", -1,
	  "arrivals is longer than 31 bytes", "shorten it" },
};

START_TEST(a_column_of_a_run_is_set_or_says_why_not)
{
	struct serving_spec s;
	struct fault why = { .row = 0 };

	serving_init(&s);
	ck_assert(!serving_asked(&s));
	ck_assert_int_eq(serving_set(&s, set[_i].column, set[_i].text, &why),
			 set[_i].rc);
	ck_assert(serving_asked(&s) == (set[_i].rc == 0));
	if (set[_i].rc != -1)
		return;
	ck_assert_str_eq(why.what, set[_i].what);
	ck_assert_str_eq(why.remedy, set[_i].remedy);
}
END_TEST

/* ms and us become seconds, everything else is as it was written. */
START_TEST(a_time_of_a_run_is_in_seconds)
{
	struct serving_spec s;

	say(&s, "in=2 out=3 tokenize=4 connect=5 think=6 day=7 duration=8");
	ck_rel(s.in_s, 2e-3, 1e-12);
	ck_rel(s.out_s, 3e-3, 1e-12);
	ck_rel(s.tokenize_s_tok, 4e-6, 1e-12);
	ck_rel(s.connect_s, 5e-3, 1e-12);
	ck_rel(s.think_s, 6, 0);
	ck_rel(s.day_s, 7, 0);
	ck_rel(s.stop_s, 8, 0);
}
END_TEST

/* What a scenario may leave blank when requests are asked for. */
static const struct {
	const char *words;
	double batch, ctx;	/* NaN: still blank */
} left[] = {
	{ "", NAN, NAN }, { "rate=1", NAN, NAN },
	{ "arrivals=closed", NAN, NAN }, { "arrivals=waves", NAN, NAN },
	{ "arrivals=sequential", 1, NAN }, { "arrivals=offline", 1, NAN },
	{ "arrivals=poisson", 1, NAN }, { "workload=a.csv", 1, 1 },
};

START_TEST(who_comes_by_themselves_have_no_batch)
{
	struct serving_spec v;
	struct scenario s;
	struct fault why;

	say(&v, left[_i].words);
	scenario_init(&s);
	ck_assert_int_eq(serving_scenario(&s, &v, &why), 0);
	ck_assert(isnan(left[_i].batch) ? isnan(s.batch) :
		  s.batch == left[_i].batch);
	ck_assert(isnan(left[_i].ctx) ? isnan(s.ctx) :
		  s.ctx == left[_i].ctx);
	s.batch = s.concurrency = 7;
	s.ctx = 9;
	ck_assert_int_eq(serving_scenario(&s, &v, &why), 0);
	ck_assert(s.batch == 7 && s.ctx == 9);
}
END_TEST

/*
 * By the clock 100 s at 4 a second are 400, and six times 20 more. Clients of
 * 16 tokens, the shortest 12: 11 steps of 1 s, at twice the speed 5.5 s; 100 s
 * are 18.2 of them, so 20 each, for 4 clients. With two drafts 11 / 3 steps.
 */
START_TEST(a_duration_has_requests_enough)
{
	struct serving_spec s;
	struct question q;
	struct toy t;

	make(&q, &t);
	say(&s, "duration=100 rate=4 arrivals=poisson");
	ck_rel(serving_requests_most(&q, &s, 1), 400 + 120 + 1, 1e-12);
	say(&s, "duration=100");
	ck_rel(serving_requests_most(&q, &s, 1), 4 * 20, 1e-12);
	ck_rel(serving_requests_most(&q, &s, 10), 4 * 3, 1e-12);
	say(&s, "duration=100 spread=1");	/* 15 steps, 7.5 s: 13.3 */
	ck_rel(serving_requests_most(&q, &s, 1), 4 * 15, 1e-12);
	say(&s, "duration=100 lengths=lognormal");	/* 4 tokens: 1.5 s */
	ck_rel(serving_requests_most(&q, &s, 1), 4 * 68, 1e-12);
	toy_plan(&t, &(struct toy_plan){ .batch = 4, .mtp = 2 });
	q.on = t.on;
	say(&s, "duration=100");	/* 11/3 steps, 1.8333 s: 54.5 */
	ck_rel(serving_requests_most(&q, &s, 1), 4 * 56, 1e-12);
}
END_TEST

Suite *suite_orders(void)
{
	Suite *s = suite_create("orders");
	TCase *t = tcase_create("orders");

	tcase_add_loop_test(t, what_is_no_order_is_named_by_its_option, 0,
			    NR(none));
	tcase_add_loop_test(t, what_is_just_an_order_is_one, 0, NR(sound));
	tcase_add_loop_test(t, a_run_has_requests_and_who_sends_them, 0,
			    NR(blanks));
	tcase_add_test(t, a_share_is_given_for_each_draft);
	tcase_add_test(t, drafts_that_are_taken_or_not_are_steps);
	tcase_add_test(t, engines_come_as_the_scale_says);
	tcase_add_loop_test(t, a_column_of_a_run_is_set_or_says_why_not, 0,
			    NR(set));
	tcase_add_test(t, a_time_of_a_run_is_in_seconds);
	tcase_add_loop_test(t, who_comes_by_themselves_have_no_batch, 0,
			    NR(left));
	tcase_add_test(t, a_duration_has_requests_enough);
	suite_add_tcase(s, t);
	return s;
}
