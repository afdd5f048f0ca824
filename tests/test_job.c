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
	rc = serving_job_load(&job, &q, &(struct serving_ask){ &s, 1 }, &why);
	ck_assert_msg((rc == 0) == ask[_i].ok, "%s", why.what);
	if (rc)
		ck_assert_str_eq(why.what, "there are 1.5 clients");
	serve_load_release(&job.load);
}
END_TEST

Suite *suite_job(void)
{
	Suite *s = suite_create("job");
	TCase *tc = tcase_create("job");

	tcase_add_loop_test(tc, a_file_says_what_context_its_requests_meet, 0,
			    3);
	tcase_add_loop_test(tc, half_a_client_asks_nothing, 0, 5);
	suite_add_tcase(s, tc);
	return s;
}
