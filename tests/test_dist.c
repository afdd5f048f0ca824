#include "tests/tests.h"

#include "serve/dist.h"
#include "tests/toy_serve.h"

enum { MOST = 300, SEQS = 4 };

/* The i-th of n samples. */
typedef double sample_fn(int i, int n);

static double alike(int i, int n)
{
	(void)i, (void)n;
	return 0.25;
}

static double rising(int i, int n)
{
	(void)n;
	return i;
}

static double falling(int i, int n)
{
	return n - i;
}

static double up_and_down(int i, int n)
{
	return i < n / 2 ? i : n - i;
}

static double of_three(int i, int n)
{
	(void)n;
	return i % 3;
}

static double scattered(int i, int n)
{
	return (i * 7919) % (n + 1);
}

static sample_fn *const samples[] = {
	alike, rising, falling, up_and_down, of_three, scattered,
};

static const int sizes[] = { 1, 2, 3, 7, 100, MOST };

enum {
	SAMPLES = sizeof(samples) / sizeof(samples[0]),
	SIZES = sizeof(sizes) / sizeof(sizes[0]),
};

/* A sample that three sequences saw is three samples, all in order. */
START_TEST(percentiles_are_those_of_all_samples_in_order)
{
	sample_fn *sample = samples[_i % SAMPLES];
	int n = sizes[_i / SAMPLES], all = 0;
	double each[MOST * SEQS], sorted[MOST * SEQS];
	struct serve_gap x[MOST];
	struct serve_dist d;

	for (int i = 0; i < n; i++) {
		x[i] = (struct serve_gap){ sample(i, n), 1 + i * 5 % SEQS };
		for (int k = 0; k < x[i].seqs; k++)
			each[all++] = x[i].s;
	}
	serve_dist_make(&d, x, n);
	ck_assert(d.nr == all);
	for (int k = 0; k < SERVE_RANKS; k++) {
		for (int i = 0; i < all; i++)
			sorted[i] = each[i];
		ck_assert_double_eq_tol(d.at[k],
			toy_percentile(sorted, all, serve_percents[k] / 100),
			1e-9);
	}
	/* toy_percentile has put them in order */
	ck_assert(d.least == sorted[0] && d.most == sorted[all - 1]);
}
END_TEST

/* 2 s once and 5 s three times: 17 / 4; variance (2.25^2 + 3 x 0.75^2) / 4. */
START_TEST(a_mean_counts_who_saw_it)
{
	struct serve_gap x[] = { { 5, 3 }, { 2, 1 } };
	struct serve_dist d;

	serve_dist_make(&d, x, 2);
	ck_assert(d.nr == 4 && d.least == 2 && d.most == 5);
	ck_rel(d.mean, 4.25, 1e-12);
	ck_rel(d.sd * d.sd, 1.6875, 1e-12);
	ck_rel(d.at[0], 2 + 0.75 * 3, 1e-12);	/* 25 %: rank 0.75 */
	ck_rel(d.at[1], 5, 1e-12);
}
END_TEST

START_TEST(of_no_samples_nothing_is_known)
{
	struct serve_dist d;

	serve_dist_make(&d, NULL, 0);
	ck_assert(d.nr == 0);
	ck_assert(isnan(d.mean) && isnan(d.sd) && isnan(d.least) &&
		  isnan(d.most));
	for (int k = 0; k < SERVE_RANKS; k++)
		ck_assert(isnan(d.at[k]));
}
END_TEST

Suite *suite_dist(void)
{
	Suite *s = suite_create("dist");
	TCase *t = tcase_create("dist");

	tcase_add_loop_test(t, percentiles_are_those_of_all_samples_in_order,
			    0, SAMPLES * SIZES);
	tcase_add_test(t, a_mean_counts_who_saw_it);
	tcase_add_test(t, of_no_samples_nothing_is_known);
	suite_add_tcase(s, t);
	return s;
}
