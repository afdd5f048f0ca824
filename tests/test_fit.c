#include "tests/tests.h"

#include <string.h>

#include <gsl/gsl_randist.h>

#include "fit/fit.h"
#include "read/stream.h"

enum { ROWS = 80 };

/*
 * A kernel of a toy: t = t0 + B / e, B from 1 to 80 in units where the peak
 * is 1; t0 = 5, e = 0.6.
 */
struct toy_rows {
	double t[ROWS];
	int rows;
};

static double toy_t(int row, double t0, double e)
{
	return t0 + (row + 1) / e;
}

static void log_ratio(void *of, const double *value, double *out)
{
	const struct toy_rows *d = of;

	for (int i = 0; i < d->rows; i++)
		out[i] = log(toy_t(i, value[0], value[1]) / d->t[i]);
}

/* Measured with a log error of sigma. */
static void measure(struct toy_rows *d, double sigma)
{
	struct stream stream;
	gsl_rng *rng = stream_open(&stream, 1, 0, STREAM_HITS);

	d->rows = ROWS;
	for (int i = 0; i < ROWS; i++)
		d->t[i] = toy_t(i, 5, 0.6) *
			  exp(sigma * gsl_ran_gaussian(rng, 1));
}

static struct fit fit_of(struct toy_rows *d)
{
	return (struct fit){ .param = { { "t0", false, 1, 0 },
					{ "e", true, 0.9, 0 } },
			     .params = 2, .rows = d->rows,
			     .log_ratio = log_ratio, .of = d };
}

START_TEST(rows_without_noise_give_the_truth_back)
{
	struct toy_rows d;
	struct fault why;
	struct fit f;

	measure(&d, 0);
	f = fit_of(&d);
	ck_assert_int_eq(fit_solve(&f, &why), 0);
	ck_rel(f.param[0].value, 5, 1e-6);
	ck_rel(f.param[1].value, 0.6, 1e-6);
	ck_assert(f.param[0].err < 1e-6 && f.param[1].err < 1e-6);
}
END_TEST

/* 5 % noise on 80 rows: three standard errors hold the truth. */
START_TEST(noise_is_what_the_errors_say)
{
	struct toy_rows d;
	struct fault why;
	struct fit f;

	measure(&d, 0.05);
	f = fit_of(&d);
	ck_assert_int_eq(fit_solve(&f, &why), 0);
	ck_assert(fabs(f.param[0].value - 5) < 3 * f.param[0].err);
	ck_assert(fabs(f.param[1].value - 0.6) < 3 * f.param[1].err);
	/*
	 * e alone would be known to 5 % / sqrt(80) = 0.6 %, 0.0034; with t0
	 * beside it less well, but not by ten times.
	 */
	ck_assert(f.param[1].err > 0.0034 && f.param[1].err < 0.034);
	ck_assert(f.condition > 1 && f.condition < 10);
}
END_TEST

/* Every tenth row five times too slow: a mean would be off by 40 %. */
START_TEST(glitches_pull_no_harder_than_their_neighbours)
{
	struct toy_rows d;
	struct fault why;
	struct fit f;

	measure(&d, 0.01);
	for (int i = 5; i < ROWS; i += 10)
		d.t[i] *= 5;
	f = fit_of(&d);
	ck_assert_int_eq(fit_solve(&f, &why), 0);
	ck_rel(f.param[0].value, 5, 0.02);
	ck_rel(f.param[1].value, 0.6, 0.02);
}
END_TEST

START_TEST(a_row_of_weight_0_counts_for_nothing)
{
	double weight[ROWS];
	struct toy_rows d;
	struct fault why;
	struct fit f;

	measure(&d, 0);
	for (int i = 0; i < ROWS; i++)
		weight[i] = i % 2;
	for (int i = 0; i < ROWS; i += 2)
		d.t[i] *= 7;
	f = fit_of(&d);
	f.weight = weight;
	ck_assert_int_eq(fit_solve(&f, &why), 0);
	ck_rel(f.param[1].value, 0.6, 1e-6);
}
END_TEST

/* ---- what is refused, by name ---- */

static void ck_refused(struct fit *f, const char *what, const char *remedy)
{
	struct fault why;

	ck_assert_int_eq(fit_solve(f, &why), -1);
	ck_assert_msg(strstr(why.what, what) != NULL, "%s", why.what);
	ck_assert_msg(strstr(why.remedy, remedy) != NULL, "%s", why.remedy);
}

START_TEST(a_parameter_that_no_row_feels_is_refused)
{
	struct toy_rows d;
	struct fit f;

	measure(&d, 0.05);
	f = fit_of(&d);
	f.param[2] = (struct fit_param){ "c", false, 1, 0 };
	f.params = 3;
	ck_refused(&f, "do not identify c", "--fix c=");
}
END_TEST

/* t0 is split in two: their sum is known, neither is. */
static void split(void *of, const double *value, double *out)
{
	const double v[2] = { value[0] + value[2], value[1] };

	log_ratio(of, v, out);
}

START_TEST(two_parameters_that_do_the_same_are_refused)
{
	struct toy_rows d;
	struct fit f;

	measure(&d, 0.05);
	f = fit_of(&d);
	f.log_ratio = split;
	f.param[2] = (struct fit_param){ "twin", false, 1, 0 };
	f.params = 3;
	ck_refused(&f, "another parameter can take its place", "--fix ");
}
END_TEST

/* Faster than the peak: t = 5 + B / 2. */
START_TEST(a_reach_above_1_is_refused_and_not_1_with_no_error)
{
	struct toy_rows d;
	struct fit f;

	measure(&d, 0.01);
	for (int i = 0; i < ROWS; i++)
		d.t[i] = toy_t(i, 5, 2);
	f = fit_of(&d);
	ck_refused(&f, "do not identify e: they ask for 1 or more",
		   "--fix e=");
}
END_TEST

/* Ten rows of large B, 30 % noise: t0 = 5 of 1000 is not to be seen. */
static void far_rows(void *of, const double *value, double *out)
{
	const struct toy_rows *d = of;

	for (int i = 0; i < d->rows; i++)
		out[i] = log((value[0] + (600 + i) / value[1]) / d->t[i]);
}

START_TEST(a_parameter_lost_in_noise_is_refused)
{
	struct stream stream;
	gsl_rng *rng = stream_open(&stream, 1, 0, STREAM_HITS);
	struct toy_rows d = { .rows = 10 };
	struct fit f = fit_of(&d);
	struct fault why;

	for (int i = 0; i < d.rows; i++)
		d.t[i] = (5 + (600 + i) / 0.6) *
			 exp(0.3 * gsl_ran_gaussian(rng, 1));
	f.log_ratio = far_rows;
	ck_assert_int_eq(fit_solve(&f, &why), -1);
	ck_assert_msg(strstr(why.what, "do not identify") != NULL, "%s",
		      why.what);
}
END_TEST

START_TEST(as_many_parameters_as_rows_are_refused)
{
	struct toy_rows d;
	struct fit f;

	measure(&d, 0);
	d.rows = 2;
	f = fit_of(&d);
	ck_refused(&f, "2 rows cannot give 2 parameters", "add rows");
}
END_TEST

static void nowhere(void *of, const double *value, double *out)
{
	log_ratio(of, value, out);
	out[0] = NAN;
}

START_TEST(a_law_that_gives_no_number_is_a_fault)
{
	struct toy_rows d;
	struct fit f;

	measure(&d, 0);
	f = fit_of(&d);
	f.log_ratio = nowhere;
	ck_refused(&f, "did not converge", "--fix");
}
END_TEST

Suite *suite_fit(void);

Suite *suite_fit(void)
{
	Suite *s = suite_create("fit");
	TCase *found = tcase_create("found");
	TCase *refused = tcase_create("refused");

	tcase_add_test(found, rows_without_noise_give_the_truth_back);
	tcase_add_test(found, noise_is_what_the_errors_say);
	tcase_add_test(found, glitches_pull_no_harder_than_their_neighbours);
	tcase_add_test(found, a_row_of_weight_0_counts_for_nothing);
	suite_add_tcase(s, found);
	tcase_add_test(refused, a_parameter_that_no_row_feels_is_refused);
	tcase_add_test(refused, two_parameters_that_do_the_same_are_refused);
	tcase_add_test(refused,
		       a_reach_above_1_is_refused_and_not_1_with_no_error);
	tcase_add_test(refused, a_parameter_lost_in_noise_is_refused);
	tcase_add_test(refused, as_many_parameters_as_rows_are_refused);
	tcase_add_test(refused, a_law_that_gives_no_number_is_a_fault);
	suite_add_tcase(s, refused);
	return s;
}
