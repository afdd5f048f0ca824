#include "learn/solve.h"
#include "tests/tests.h"

/*
 * One parameter, residuals r = 0.2 and 0.4 with slope -1 each, no prior to
 * speak of: the step is their mean, 0.3; its error is
 * scatter / sqrt(2) = 0.1 / 1.4142 = 0.070711.
 */
START_TEST(a_step_is_the_mean_of_equal_rows)
{
	const double j[] = { -1, -1 }, r[] = { 0.2, 0.4 }, w[] = { 1, 1 };
	const double away[] = { 0 }, prior[] = { 1e6 };
	double step, err;

	ck_assert_int_eq(solve_step(&(struct solve_spec){ 2, 1, j, r, w, 0.1,
		away, prior }, &step, &err), 0);
	ck_rel(step, 0.3, 1e-6);
	ck_rel(err, 0.0707107, 1e-5);
}
END_TEST

/* The same with a weight of 0 on the second row: 0.2. */
START_TEST(a_row_without_weight_does_not_count)
{
	const double j[] = { -1, -1 }, r[] = { 0.2, 0.4 }, w[] = { 1, 0 };
	const double away[] = { 0 }, prior[] = { 1e6 };
	double step;

	ck_assert_int_eq(solve_step(&(struct solve_spec){ 2, 1, j, r, w, 0.1,
		away, prior }, &step, NULL), 0);
	ck_rel(step, 0.2, 1e-6);
}
END_TEST

/*
 * A prior as wide as the scatter of one row, away by 0.1: normal equations
 * (1 + 1) d = 0.2 + 0.1, d = 0.15.
 */
START_TEST(a_prior_pulls_like_one_more_row)
{
	const double j[] = { -1 }, r[] = { 0.2 }, w[] = { 1 };
	const double away[] = { 0.1 }, prior[] = { 0.1 };
	double step;

	ck_assert_int_eq(solve_step(&(struct solve_spec){ 1, 1, j, r, w, 0.1,
		away, prior }, &step, NULL), 0);
	ck_rel(step, 0.15, 1e-9);
}
END_TEST

/* 1.5 scatters: 1 / (1 + 1); 4.5 on either side: 1 / (1 + 9). */
START_TEST(a_row_far_off_counts_little)
{
	ck_rel(solve_weight(0, 0.1), 1, 0);
	ck_rel(solve_weight(0.15, 0.1), 0.5, 1e-12);
	ck_rel(solve_weight(-0.45, 0.1), 0.1, 1e-12);
}
END_TEST

START_TEST(no_parameters_are_no_step)
{
	ck_assert_int_eq(solve_step(&(struct solve_spec){ .scatter = 1 },
				    NULL, NULL), 0);
}
END_TEST

Suite *suite_solve(void)
{
	Suite *s = suite_create("solve");
	TCase *t = tcase_create("steps");

	tcase_add_test(t, a_step_is_the_mean_of_equal_rows);
	tcase_add_test(t, a_row_without_weight_does_not_count);
	tcase_add_test(t, a_prior_pulls_like_one_more_row);
	tcase_add_test(t, a_row_far_off_counts_little);
	tcase_add_test(t, no_parameters_are_no_step);
	suite_add_tcase(s, t);
	return s;
}
