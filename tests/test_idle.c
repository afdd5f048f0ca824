#include <math.h>
#include <string.h>

#include "requests/job.h"
#include "tests/tests.h"
#include "tests/toy_question.h"

/*
 * What is asked of requests beside the scenario: each option where it says
 * something, and where it says nothing.
 */

static void make(struct question *q, struct toy *t)
{
	toy_init(t);
	t->stack.serve.reserve = 1;
	t->stack.prefill_tok = 8192;
	toy_plan(t, &(struct toy_plan){ .batch = 4 });
	toy_question(q, t);
	q->scenario.concurrency = 4;
	q->scenario.isl = 100;
	q->scenario.osl = 16;
	q->scenario.requests = 20;
	q->scenario.price = 3.6;
}

static void set(struct serving_spec *s, const char *columns)
{
	char all[256], *rest = all;
	struct fault why;

	serving_init(s);
	ck_assert(strlen(columns) < sizeof(all));
	memcpy(all, columns, strlen(columns) + 1);
	while (*rest) {
		char *equals = strchr(rest, '=');
		size_t len;

		ck_assert_ptr_nonnull(equals);
		*equals++ = '\0';
		len = strcspn(equals, " ");
		if (equals[len])
			equals[len++] = '\0';
		ck_assert_msg(!serving_set(s, rest, equals, &why), "%s",
			      rest);
		rest = equals + len;
	}
}

/* The first needs what the second has. */
static const struct { const char *alone, *beside; } idle[] = {
	{ "rate=5", "rate=5 arrivals=poisson" },
	{ "rate=5 arrivals=waves", "rate=5 arrivals=constant" },
	{ "burstiness=2 rate=5 arrivals=poisson",
	  "burstiness=2 rate=5 arrivals=bursty" },
	{ "swing=0.2 rate=5 arrivals=bursty",
	  "swing=0.2 rate=5 arrivals=day" },
	{ "day=100 rate=5 arrivals=poisson", "day=100 rate=5 arrivals=day" },
	{ "swing=0.2", "swing=0.2 rate=5 arrivals=day day=50" },
	{ "think=3", "think=3 turns=2" },
	{ "think=3 turns=1", "turns=2" },
	{ "host_rate=100", "host_rate=100 host_room=500" },
	{ "host_rate=100 host_room=0", "host_room=500" },
	{ "speedup=2", "rate=5 arrivals=day" },
	{ "refill=10", "refill=10 bucket=100" },
	{ "bucket=100", "bucket=100 refill=1" },
	{ "bucket=100 refill=0", "semaphore=1" },
	{ "semaphore=0", "semaphore=2 threads=1" },
	{ "semaphore=3 threads=0", "threads=1" },
	{ "duration=0", "duration=10" },
	{ "duration=10 warmup=10", "duration=10 warmup=9" },
	{ "count=pieces", "count=chunks" },
	{ "tpot_by=n+1", "tpot_by=n" },
	{ "over=waiting bucket=9 refill=1", "over=waits bucket=9 refill=1" },
	{ "over=waits", "over=waits bucket=9 refill=1" },
	{ "charge=5", "charge=5 bucket=9 refill=1" },
	{ "arrivals=poisson", "arrivals=closed" },
	{ "arrivals=never", "arrivals=sequential" },
};

static int load_of(const char *columns, struct serving_job *job,
		   struct fault *why)
{
	struct serving_spec s;
	struct question q;
	struct toy t;
	int rc;

	make(&q, &t);
	set(&s, columns);
	*job = (struct serving_job){ .load = { 0 } };
	rc = serving_job_load(job, &q, &(struct job_spec){ &s, 1 }, why);
	return rc;
}

START_TEST(what_would_change_nothing_is_refused)
{
	struct serving_job job;
	struct fault why;

	fault_at(&why, "", 0, 0);
	ck_assert_msg(load_of(idle[_i].alone, &job, &why), "\"%s\" passes",
		      idle[_i].alone);
	ck_assert_msg(*why.what && *why.remedy, "%s", idle[_i].alone);
	serve_load_release(&job.load);
	ck_assert_msg(!load_of(idle[_i].beside, &job, &why), "\"%s\": %s",
		      idle[_i].beside, why.what);
	serve_load_release(&job.load);
}
END_TEST

/* Where they go: as they are, of the smaller, or none where none is said. */
START_TEST(a_door_is_as_it_is_asked_for)
{
	struct serving_job job;
	struct fault why;

	ck_assert(!load_of("semaphore=7", &job, &why));
	ck_assert_int_eq(job.load.door.at_once, 7);
	serve_load_release(&job.load);
	ck_assert(!load_of("semaphore=7 threads=3", &job, &why));
	ck_assert_int_eq(job.load.door.at_once, 3);
	serve_load_release(&job.load);
	ck_assert(!load_of("bucket=50 refill=5 charge=7 over=waits "
			   "connect=20 duration=30 warmup=3 count=chunks "
			   "more_chunks=2 tpot_by=n", &job, &why));
	ck_assert_int_eq(job.load.door.at_once, 0);
	ck_assert(job.load.door.waits && job.load.reading.chunks &&
		  job.load.reading.by_n);
	ck_rel(job.load.door.bucket_tok, 50, 0);
	ck_rel(job.load.door.refill_tok_s, 5, 0);
	ck_rel(job.load.door.charge_tok, 7, 0);
	ck_rel(job.load.door.connect_s, 0.02, 1e-12);	/* of 20 ms */
	ck_rel(job.load.reading.stop_s, 30, 0);
	ck_rel(job.load.reading.warm_s, 3, 0);
	ck_assert_int_eq(job.load.reading.more_chunks, 2);
	serve_load_release(&job.load);
}
END_TEST

/* Limits in ms; ITL is no request's, and a limit is above 0. */
static const struct { const char *text; double ttft_s, tpot_s, e2e_s; bool ok; }
slos[] = {
	{ "ttft=500,tpot=20", 0.5, 0.02, NAN, true },
	{ "e2e=30000", NAN, NAN, 30, true },
	{ "tpot=20,ttft=1.5,e2e=1e3", 0.0015, 0.02, 1, true },
	{ "", NAN, NAN, NAN, true },
	{ "itl=20", 0, 0, 0, false },
	{ "ttft=0", 0, 0, 0, false },
	{ "ttft=-1", 0, 0, 0, false },
	{ "ttft", 0, 0, 0, false },
	{ "ttft=", 0, 0, 0, false },
	{ "tt=5", 0, 0, 0, false },
	{ "ttfts=5", 0, 0, 0, false },
	{ "ttft=5;tpot=3", 0, 0, 0, false },
	{ "ttft=500,,tpot=3", 0, 0, 0, false },
	{ "tpot=0000000000000000000000000000000000001", 0, 0, 0, false },
};

static void ck_limit(double is, double want)
{
	if (isnan(want))
		ck_assert(isnan(is));
	else
		ck_rel(is, want, 1e-12);
}

START_TEST(limits_are_read_in_milliseconds)
{
	double limit_s[SERVE_METRICS];
	struct fault why;
	int rc;

	fault_at(&why, "", 0, 0);
	rc = serving_slo(limit_s, slos[_i].text, &why);
	ck_assert_msg((rc == 0) == slos[_i].ok, "\"%s\"", slos[_i].text);
	if (rc)
		return;
	ck_limit(limit_s[SERVE_TTFT], slos[_i].ttft_s);
	ck_limit(limit_s[SERVE_TPOT], slos[_i].tpot_s);
	ck_limit(limit_s[SERVE_E2E], slos[_i].e2e_s);
	ck_assert(isnan(limit_s[SERVE_ITL]) && isnan(limit_s[SERVE_PACE]));
}
END_TEST

/*
 * TRT-LLM's batch wait is of one group, experts of 8 bits or more, short
 * prompts and answers, and clients from so many on; padding, balance and
 * intervals are of attention DP.
 */
static const struct {
	int gpus;
	double clients, isl, osl;
	int iters, every;
	bool dp;
} engines[] = {
	{ 1, 64, 1000, 1000, 40, 1, false },
	{ 1, 63, 1000, 1000, 0, 1, false },
	{ 1, 64, 4096, 1000, 0, 1, false },
	{ 1, 64, 1000, 4096, 0, 1, false },
	{ 4, 64, 1000, 1000, 0, 3, true },
};

START_TEST(an_engine_waits_as_it_is_launched)
{
	struct serving_spec s;
	struct serve_engine e;
	struct question q;
	struct fault why;
	struct toy t;

	make(&q, &t);
	toy_plan(&t, &(struct toy_plan){ .gpus = engines[_i].gpus,
		.batch = 1 });
	q.on = t.on;
	q.scenario.concurrency = engines[_i].clients;
	q.scenario.isl = engines[_i].isl;
	q.scenario.osl = engines[_i].osl;
	t.stack.serve.wait = 40;
	t.stack.serve.wait_share = 0.8;
	t.stack.serve.wait_from = 64;
	t.stack.serve.pad = 2048;
	t.stack.serve.adp = 60;
	t.stack.serve.every = 3;
	serving_init(&s);
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert_int_eq(e.wait_iters, engines[_i].iters);
	ck_rel(1 + e.wait_ratio, engines[_i].iters ? 1.8 : 1, 1e-12);
	ck_assert_int_eq(e.prefill_interval, engines[_i].every);
	ck_assert(e.padded_tok == (engines[_i].dp ? 2048 : 0));
	ck_assert(e.adp_balance == engines[_i].dp);
	/* none of it where the sheet does not say */
	t.stack.serve.pad = t.stack.serve.adp = t.stack.serve.wait = 0;
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert(!(e.padded_tok > 0) && !e.adp_balance && e.wait_iters == 0);
}
END_TEST

/*
 * All is done; 20 answers of at most 16 tokens. 3.6 $/h are 0.001 $/s: of a
 * GPU's rate, 1000 $ / rate a million.
 */
START_TEST(a_run_costs_its_gpus_for_its_time)
{
	struct serving_spec s;
	struct serving_answer a;
	struct serving_job job = { .load = { 0 } };
	struct serve_log log;
	struct question q;
	struct fault why;
	struct toy t;
	double seconds;
	int rc;

	make(&q, &t);
	serving_init(&s);
	fault_at(&why, "", 0, 0);
	rc = serving_job_make(&job, &q, &(struct job_spec){ &s, 1 }, &why);
	ck_assert_msg(!rc, "%s", why.what);
	job.run.band = false;
	serving_answer(&a, &log, &q, &job.run);
	ck_assert_int_eq(log.done, 20);
	ck_assert_int_eq(a.gpus, 1);
	seconds = a.as_is.s;
	ck_rel(a.tok_s_gpu, log.output_tok / seconds, 1e-12);
	ck_rel(a.usd_mtok, 1000 / a.tok_s_gpu, 1e-12);
	serve_log_release(&log);
	serving_job_release(&job);
}
END_TEST

/* A run with steps of a band, and clients that are off by so much more. */
static void play(struct serving_answer *a, struct question *q, double off)
{
	struct serving_job job = { .load = { 0 } };
	struct stack *own = (struct stack *)q->on.machine.stack;
	struct serving_spec s;
	struct serve_log log;
	struct fault why;

	for (int k = 0; k < SEEN_KINDS; k++)
		own->serve.band[k] = off;
	own->overhead_err = 0.1 * own->overhead;
	serving_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert_msg(!serving_job_make(&job, q,
		&(struct job_spec){ &s, 1 }, &why), "%s", why.what);
	job.run.band = true;
	serving_answer(a, &log, q, &job.run);
	serve_log_release(&log);
	serving_job_release(&job);
}

/*
 * What clients are off by is another cause than what steps are: both of them
 * are sqrt(x^2 + (1.2816 x 0.2)^2) of a logarithm, where steps alone are x.
 */
START_TEST(what_clients_are_off_by_widens_what_steps_leave)
{
	struct serving_answer a, b;
	struct question q;
	struct toy t;

	make(&q, &t);
	play(&a, &q, 0);
	play(&b, &q, 0.2);
	ck_rel(a.as_is.s, b.as_is.s, 1e-12);
	ck_assert(a.slow.s > a.as_is.s && a.fast.s < a.as_is.s);
	ck_rel(log(b.slow.s / b.as_is.s), hypot(log(a.slow.s / a.as_is.s),
		1.2815515655446004 * 0.2), 1e-9);
	ck_rel(log(b.as_is.s / b.fast.s), hypot(log(a.as_is.s / a.fast.s),
		1.2815515655446004 * 0.2), 1e-9);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_idle(void)
{
	Suite *s = suite_create("idle");
	TCase *t = tcase_create("options");

	tcase_add_loop_test(t, what_would_change_nothing_is_refused, 0,
			    NR(idle));
	tcase_add_test(t, a_door_is_as_it_is_asked_for);
	tcase_add_loop_test(t, limits_are_read_in_milliseconds, 0, NR(slos));
	tcase_add_loop_test(t, an_engine_waits_as_it_is_launched, 0,
			    NR(engines));
	tcase_add_test(t, a_run_costs_its_gpus_for_its_time);
	tcase_add_test(t, what_clients_are_off_by_widens_what_steps_leave);
	suite_add_tcase(s, t);
	return s;
}
