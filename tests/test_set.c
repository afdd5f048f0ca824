#include <string.h>

#include "ask/question.h"
#include "facts/set.h"
#include "library/shelf.h"
#include "tests/tests.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static int make(struct question *q, struct shelf *shelf, const char *set,
		struct fault *why)
{
	struct scenario s;

	scenario_init(&s);
	fault_at(why, "", 0, 0);
	ck_assert_int_eq(scenario_override(&s, "hw=h20-96g,model=deepseek-v3,"
					   "gpus=8,batch=1,ctx=1000", why), 0);
	ck_assert_int_eq(scenario_set(&s, "set", set, why), 0);
	return question_make(q, &s, shelf_library(shelf), why);
}

START_TEST(a_set_fact_reaches_its_descriptor)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false }, plain = { .lacks = false };
	struct fault why = { .row = 0 };

	ck_assert_int_eq(make(&plain, shelf, "", &why), 0);
	ck_assert_msg(!make(&q, shelf, " nic.bandwidth = 25 GB/s ;sms=100;"
			    "buffers=7;mem_share=0.5;routing.sigma=2", &why),
		      "%s", why.what);
	ck_rel(q.on.machine.gpu->nic_Bps, 25e9, 1e-12);
	ck_rel(q.on.machine.gpu->sms, 100, 0);
	ck_rel(q.on.machine.stack->buffer_B, 7e9, 1e-12);	/* its GB */
	ck_rel(q.mem_share, 0.5, 0);
	ck_rel(q.on.model->routing_sigma, 2, 0);
	ck_assert_str_eq(q.on.machine.gpu->name, "h20-96g");
	ck_rel(plain.on.machine.gpu->nic_Bps, 50e9, 1e-12);
	shelf_free(shelf);
}
END_TEST

/* One standard error behind the value, in its unit; without, none. */
START_TEST(a_setting_may_be_as_unsure_as_it_is)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct fault why = { .row = 0 };

	ck_assert_msg(!make(&q, shelf, "routing.together=0.9+-0.1;"
			    "routing.sigma=2;overhead.any = 1.2 +- 0.3;"
			    "nic.bandwidth=25+-5GB/s", &why), "%s", why.what);
	ck_rel(q.on.model->routing_together, 0.9, 0);
	ck_rel(q.on.model->routing_together_err, 0.1, 1e-12);
	ck_rel(q.on.model->routing_sigma_err, 0, 0);
	ck_rel(q.on.machine.gpu->nic_Bps, 25e9, 1e-12);
	ck_rel(q.on.machine.gpu->nic_err, 0.2, 1e-12);	/* 5 of 25 */
	shelf_free(shelf);
}
END_TEST

static const struct {
	const char *set, *what, *remedy;
} bad[] = {
	{ "nic.bandwidth=25+-GB/s", "\"25+-GB/s\" is no value of "
	  "nic.bandwidth", "B/s" },
	{ "nic.bandwidth=25+--5GB/s", "\"25+--5GB/s\" is no value of "
	  "nic.bandwidth", "0 or more" },
	{ "nic.bandwidth=25GB/s+-5GB/s", "\"25GB/s+-5GB/s\" is no value of "
	  "nic.bandwidth", "one unit for both" },
	{ "nic.bandwith=25GB/s", "there is no fact \"nic.bandwith\" of GPU, "
	  "stack or model", "did you mean \"nic.bandwidth\"?" },
	/* what a stack may have, and this one's sheet has not */
	{ "shared.whole=1", "the sheet of this stack has no row "
	  "\"shared.whole\"", "choose a --stack that has it" },
	{ "nic.bandwidth=25GB", "\"25GB\" is no value of nic.bandwidth",
	  "B/s" },
	{ "nic.bandwidth=x", "\"x\" is no value of nic.bandwidth", "B/s" },
	{ "nic.bandwidth", "\"nic.bandwidth\" is no KEY=VALUE", "semicolon" },
	{ "=5", "\"=5\" is no KEY=VALUE", "semicolon" },
	{ "nic.bandwidth=0", "\"nic.bandwidth\" is 0", "more than 0" },
};

START_TEST(a_setting_that_says_nothing_is_refused)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct fault why = { .row = 0 };

	ck_assert_int_eq(make(&q, shelf, bad[_i].set, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_str_eq(why.file, "");
	ck_assert_int_eq(why.row, 0);
	ck_assert_str_eq(why.about, "set");
	ck_assert_msg(strstr(why.remedy, bad[_i].remedy) != NULL, "%s",
		      why.remedy);
	shelf_free(shelf);
}
END_TEST

Suite *suite_set(void)
{
	Suite *s = suite_create("set");
	TCase *t = tcase_create("set");

	tcase_add_test(t, a_set_fact_reaches_its_descriptor);
	tcase_add_test(t, a_setting_may_be_as_unsure_as_it_is);
	tcase_add_loop_test(t, a_setting_that_says_nothing_is_refused, 0,
			    NR(bad));
	suite_add_tcase(s, t);
	return s;
}
