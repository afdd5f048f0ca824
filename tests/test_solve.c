#include "learn/moved.h"
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

/* ---- parameters ---- */

/*
 * A ratio moves in its logarithm, 2 by ln 1.5 to 3; a time in its own unit.
 * The parameter of a row is the one of its file and line, but not of one that
 * the question set.
 */
START_TEST(a_parameter_is_a_row_and_moves_in_its_own_way)
{
	struct parameter p[] = {
		{ .file = "a.csv", .line = 3, .value = 2, .is_log = true },
		{ .file = "a.csv", .line = 4, .value = 2e-6 },
		{ .file = "b.csv", .line = 3, .value = 1 },
	};
	struct calibration c = { .parameter = p, .parameters = 3 };
	struct fact f = { .key = "k", .file = "b.csv", .line = 3,
			  .source = "x" };

	ck_rel(parameter_moved(&p[0], log(1.5)), 3, 1e-12);
	ck_rel(parameter_moved(&p[0], -log(2)), 1, 1e-12);
	ck_rel(parameter_moved(&p[1], 1e-6), 3e-6, 1e-12);
	ck_assert_int_eq(parameter_index(&c, &f), 2);
	f.file = "a.csv";
	ck_assert_int_eq(parameter_index(&c, &f), 0);
	f.line = 4;
	ck_assert_int_eq(parameter_index(&c, &f), 1);
	f.line = 5;
	ck_assert_int_eq(parameter_index(&c, &f), -1);
	f.line = 4;
	f.source = "set";
	ck_assert_int_eq(parameter_index(&c, &f), -1);
}
END_TEST

/*
 * Two parameters, of which one is a time, the band of 8 rows of TP (0.06, its
 * error 0.06 / sqrt(16)) and what users see of 2 rows.
 */
START_TEST(what_was_fitted_is_rows_of_a_sheet)
{
	struct parameter p[] = {
		{ .key = "overhead.sm90", .file = "hw/x.csv", .value = 1.2345,
		  .err = 0.021, .is_log = true },
		{ .key = "launch@2025-01-01", .file = "hw/y.csv",
		  .value = 2.5e-6, .err = 3e-7 },
	};
	struct calibration c = { .parameter = p, .parameters = 2, .rows = 9 };
	struct text out = TEXT_INIT;

	c.band[CLASS_TP] = 0.06;
	c.band_rows[CLASS_TP] = 8;
	c.seen_band[SEEN_TPOT] = 0.1;
	c.seen_rows[SEEN_TPOT] = 2;
	calibration_sheet(&c, "a,b.csv", &out);
	ck_assert_str_eq(out.buf,
		"key,value,err,unit,origin,source,note\n"
		"overhead.sm90,1.234,0.021,1,fitted,\"a,b.csv\",hw/x.csv: "
		"deeproof validate --calibrate on 9 rows\n"
		"launch@2025-01-01,2.5,0.3,us,fitted,\"a,b.csv\",hw/y.csv: "
		"deeproof validate --calibrate on 9 rows\n"
		"band.tp,0.060,0.01,1,fitted,deeproof validate --leave-out "
		"layout --calibrate,log error of 8 rows predicted without "
		"their layout group\n"
		"serve_band_tpot.any,0.100,0.05,1,fitted,deeproof validate "
		"--engine run --leave-out layout --calibrate,log error of 2 "
		"rows predicted without their layout group\n");
	text_release(&out);
	/* below what is there already no second head */
	text_add(&out, "+");
	c.parameters = c.band_rows[CLASS_TP] = c.seen_rows[SEEN_TPOT] = 0;
	calibration_sheet(&c, "x", &out);
	ck_assert_str_eq(out.buf, "+");
	text_release(&out);
}
END_TEST

START_TEST(variance_is_what_rows_and_prior_leave)
{
	/* Two rows of slope 1 and sd 0.1, prior sd 0.2: 1 / (200 + 25). */
	const double jacobian[] = { 1, 1 }, residual[] = { 0, 0 };
	const double weight[] = { 1, 1 }, away[] = { 0 }, err[] = { 0.2 };
	const double gradient[] = { 3 };
	struct solve_spec s = { 2, 1, jacobian, residual, weight, 0.1, away,
				err };
	double var;

	ck_assert_int_eq(solve_variance(&s, gradient, &var), 0);
	ck_rel(var, 9 / 225.0, 1e-12);	/* gradient 3 */
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
	tcase_add_test(t, a_parameter_is_a_row_and_moves_in_its_own_way);
	tcase_add_test(t, what_was_fitted_is_rows_of_a_sheet);
	tcase_add_test(t, variance_is_what_rows_and_prior_leave);
	suite_add_tcase(s, t);
	return s;
}
