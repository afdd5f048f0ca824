#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ask/question.h"
#include "plan/fleet.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* What is misspelt is told before what is blank: no number mends a name. */
static const struct {
	const char *hw, *stack, *model;
	double gpus, batch, ctx;	/* 0: blank */
	const char *says;
} cases[] = {
	{ "h20x", "", "deepseek-v3", 8, 0, 4096, "no GPU \"h20x\"" },
	{ "h20x", "", "", 8, 8, 4096, "no GPU \"h20x\"" },
	{ "h20x", "", "deepseek-v9", 0, 0, 0, "no GPU \"h20x\"" },
	{ "h200-sxm", "", "deepseek-v9", 8, 0, 0, "no model \"deepseek-v9\"" },
	{ "", "", "deepseek-v9", 8, 8, 4096, "no model \"deepseek-v9\"" },
	{ "h200-sxm", "sglnag", "deepseek-v3", 8, 8, 0,
	  "no stack \"sglnag\"" },
	{ "h200-sxm", "", "deepseek-v3", 8, 0, 4096, "are both blank" },
	{ "h200-sxm", "", "deepseek-v3", 8, 8, 0, "ctx and isl" },
	{ "", "", "deepseek-v3", 8, 8, 4096, "hw is not given" },
	{ "h200-sxm", "", "", 8, 8, 4096, "model is not given" },
	{ "h200-sxm", "", "deepseek-v3", 0, 8, 4096, "gpus is not given" },
};

static double or_blank(double x)
{
	return x > 0 ? x : (double)NAN;
}

static struct scenario of(int i)
{
	struct scenario s;

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "%s", cases[i].hw);
	snprintf(s.stack, sizeof(s.stack), "%s", cases[i].stack);
	snprintf(s.model, sizeof(s.model), "%s", cases[i].model);
	s.gpus = or_blank(cases[i].gpus);
	s.batch = or_blank(cases[i].batch);
	s.ctx = or_blank(cases[i].ctx);
	return s;
}

START_TEST(a_name_that_is_none_is_told_before_what_is_blank)
{
	struct shelf *shelf = shelf_open();
	struct scenario s = of(_i);
	struct fault why = { 0 };
	struct question q;

	ck_assert_int_eq(question_make(&q, &s, shelf_library(shelf), &why),
			 -1);
	ck_assert_msg(strstr(why.what, cases[_i].says) != NULL, "%s",
		      why.what);
	ck_assert(*why.remedy);
	shelf_free(shelf);
}
END_TEST

/* And of several kinds of GPU whichever is none. */
START_TEST(a_plan_looks_at_its_names_first)
{
	struct shelf *shelf = shelf_open();
	struct fleet_spec a = { .library = shelf_library(shelf),
		.gpus = INFINITY, .usd_h = INFINITY, .ttft_s = INFINITY };
	struct fault why = { 0 };
	struct fleet p;

	a.base = of(7);		/* sound, without a context */
	a.word[FLEET_HW][0] = "h200-sxm";
	ck_assert_int_eq(fleet_make(&p, &a, &why), -1);
	ck_assert_msg(strstr(why.what, "ctx and isl") != NULL, "%s",
		      why.what);
	a.word[FLEET_HW][1] = "h20x";
	ck_assert_int_eq(fleet_make(&p, &a, &why), -1);
	ck_assert_msg(strstr(why.what, "no GPU \"h20x\"") != NULL, "%s",
		      why.what);
	shelf_free(shelf);
}
END_TEST

Suite *suite_named(void)
{
	Suite *s = suite_create("named");
	TCase *t = tcase_create("named");

	tcase_add_loop_test(t,
		a_name_that_is_none_is_told_before_what_is_blank, 0,
		(int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(t, a_plan_looks_at_its_names_first);
	suite_add_tcase(s, t);
	return s;
}
