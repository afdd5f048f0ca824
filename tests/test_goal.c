#include "tests/tests.h"

#include "base/goal.h"

static double square(void *of, double x)
{
	(void)of;
	return x * x;
}

static double inverse(void *of, double x)
{
	(void)of;
	return 100 / x;
}

/* Ten times a power of two; nothing else is a layout. */
static double powers(void *of, double x)
{
	int exp;

	(void)of;
	return frexp(x, &exp) > .5 ? (double)NAN : 10 * x;
}

static double flat(void *of, double x)
{
	(void)of;
	return x > 6 ? (double)NAN : 5;
}

static const struct {
	const char *what;
	struct goal_spec ask;
	bool met, already;
	double input, before;	/* NaN: not looked at */
} cases[] = {
	/* 1.5^2 = 2.25: sqrt(2) is below the start, sqrt(7) above */
	{ "down to a root", { square, NULL, GOAL_EQUAL, 2, 1.5, false },
	  true, false, 1.41421356237, NAN },
	{ "up to a root", { square, NULL, GOAL_EQUAL, 7, 1.5, false },
	  true, false, 2.64575131106, NAN },
	{ "it need not be sought", { square, NULL, GOAL_AT_LEAST, 2, 1.5,
	  false }, true, true, 1.5, NAN },
	/* 100 / x <= 8 from 12.5 on */
	{ "at most", { inverse, NULL, GOAL_AT_MOST, 8, 1, false },
	  true, false, 12.5, NAN },
	/* 12^2 = 144 < 150 <= 13^2 */
	{ "whole", { square, NULL, GOAL_AT_LEAST, 150, 2, true },
	  true, false, 13, 12 },
	/* 1000^2 < 1000001 <= 1001^2: over 64 apart, then one by one */
	{ "far and whole", { square, NULL, GOAL_AT_LEAST, 1000001, 3, true },
	  true, false, 1001, 1000 },
	/* 10 x 8 < 90 <= 10 x 16, and nothing between has an answer */
	{ "over what has no answer", { powers, NULL, GOAL_AT_LEAST, 90, 4,
	  true }, true, false, 16, 8 },
	/* none at 3, 40 at 4, 80 at 8 */
	{ "from what has no answer", { powers, NULL, GOAL_AT_LEAST, 80, 3,
	  true }, true, false, 8, 4 },
	{ "from 0", { square, NULL, GOAL_AT_LEAST, 4, 0, true },
	  true, false, 2, 1 },
	{ "never", { flat, NULL, GOAL_AT_LEAST, 9, 2, true },
	  false, false, 2, NAN },
	{ "beyond reach", { square, NULL, GOAL_AT_LEAST, 1e9, 1, true },
	  false, false, 1024, NAN },
};

START_TEST(the_nearest_input_that_meets_a_value_is_found)
{
	struct goal m;

	goal_seek(&m, &cases[_i].ask);
	ck_assert_int_eq(m.met, cases[_i].met);
	ck_assert_int_eq(m.already, cases[_i].already);
	/* 28 halvings of (sqrt(2) - 1) of it: 1.5e-9 */
	ck_rel(m.input, cases[_i].input, 2e-9);
	if (!isnan(cases[_i].before))
		ck_rel(m.before, cases[_i].before, 1e-9);
	ck_rel(m.answer, cases[_i].ask.answer(NULL, m.input), 1e-12);
}
END_TEST

static double none(void *of, double x)
{
	(void)of;
	(void)x;
	return (double)NAN;
}

START_TEST(where_nothing_answers_no_input_is_named)
{
	struct goal_spec a = { none, NULL, GOAL_AT_LEAST, 1, 4, true };
	struct goal m;

	goal_seek(&m, &a);
	ck_assert(!m.met && isnan(m.input) && isnan(m.answer));
	ck_rel(m.most, 4096, 0);
	ck_rel(m.least, 1, 0);
}
END_TEST

/* Up to 5 it answers itself. */
static double up_to_five(void *of, double x)
{
	(void)of;
	return x <= 5 ? x : (double)NAN;
}

/*
 * From 4 half an octave up is 6, which has no answer: 5 has, one by one, and
 * nothing else is asked. From nothing the first that is asked is 1.
 */
START_TEST(no_more_is_asked_than_it_takes)
{
	static const struct goal_spec up = { up_to_five, NULL, GOAL_AT_LEAST,
		5, 4, true }, root = { square, NULL, GOAL_AT_LEAST, 0.25, 0,
		false };
	struct goal m;

	goal_seek(&m, &up);
	ck_assert(m.met && m.input == 5 && m.before == 4);
	ck_rel(m.answer_before, 4, 0);
	ck_rel(m.least, 4, 0);
	ck_rel(m.most, 6, 0);
	goal_seek(&m, &root);
	ck_assert(m.met);
	ck_rel(m.input, 0.5, 2e-9);
	ck_rel(m.most, 1, 0);
	ck_rel(m.least, 0, 0);
}
END_TEST

/* Twenty half octaves either way: 1 to 1024 and to 1/1024, no further. */
START_TEST(a_thousandth_and_a_thousandfold_are_the_ends)
{
	static const struct goal_spec low = { square, NULL, GOAL_AT_MOST, 1e-9,
		1, false }, high = { inverse, NULL, GOAL_AT_MOST, 1e-3, 1,
		false };
	struct goal m;

	goal_seek(&m, &low);		/* (1/1024)^2 is 9.5e-7 */
	ck_assert(!m.met);
	ck_rel(m.least, 1.0 / 1024, 1e-12);
	ck_rel(m.most, 1024, 1e-12);
	ck_rel(m.input, 1.0 / 1024, 1e-12);
	goal_seek(&m, &high);	/* 100 / 1024 */
	ck_assert(!m.met);
	ck_rel(m.input, 1024, 1e-12);
	ck_rel(m.answer, 100.0 / 1024, 1e-12);
}
END_TEST

Suite *suite_goal(void)
{
	Suite *s = suite_create("goal");
	TCase *tc = tcase_create("goal");

	tcase_add_loop_test(tc,
		the_nearest_input_that_meets_a_value_is_found, 0,
		sizeof(cases) / sizeof(*cases));
	tcase_add_test(tc, where_nothing_answers_no_input_is_named);
	tcase_add_test(tc, no_more_is_asked_than_it_takes);
	tcase_add_test(tc, a_thousandth_and_a_thousandfold_are_the_ends);
	suite_add_tcase(s, tc);
	return s;
}
