#include "tests/tests.h"

#include <string.h>

#include "learn/refit.h"
#include "learn/refit.h"
#include "learn/validate.h"

/* ---- figures beside measurements ---- */

/* A run whose users saw this; 1.25 times as much with slower steps, 0.8 with
   faster ones. */
static void see(struct swept *s, const char *stack, double ttft_s)
{
	memset(s, 0, sizeof(*s));
	s->served = s->answer.fits = true;
	strcpy(s->scenario.stack, stack);
	strcpy(s->scenario.hw, "h200-sxm");
	s->seen[SEEN_AS_IS] = (struct seen){ ttft_s, .02, 4 * ttft_s, 100,
					     500 };
	s->seen[SEEN_SLOW] = (struct seen){ 1.25 * ttft_s, .025, 5 * ttft_s,
					    80, 500 };
	s->seen[SEEN_FAST] = (struct seen){ .8 * ttft_s, .016, 3 * ttft_s,
					    125, 500 };
}

static void measure(struct table *t, const char *metric, const char *value)
{
	int row = table_add_row(t, 1);

	table_set(t, row, table_need(t, "metric"), metric);
	table_set(t, row, table_need(t, "value"), value);
}

/*
 * Seen: TTFT 200 ms (P99 800), TPOT 20 ms, 100 tok/s/GPU. Measured: 250 ms is
 * 25 % more than 200, so 200 / 250 - 1 = -20 %; the band is 160 to 250 and
 * holds it. 24 ms: -1/6, band 16 to 25. 160 tok/s: -37.5 %, band 80 to 125
 * does not. P99 500: +60 %, band 600 to 1,000 does not. 500 W against 400: +25
 * %, and no band.
 */
START_TEST(what_requests_saw_is_compared_with_its_own_band)
{
	static const struct {
		const char *metric, *value;
		double error, low, high;
		bool inside;
	} want[] = {
		{ "ttft_ms", "250", -.2, 160, 250, true },
		{ "tpot_ms", "24", -1 / 6., 16, 25, true },
		{ "tok_s_gpu", "160", -.375, 80, 125, false },
		{ "ttft_p99_ms", "500", .6, 600, 1000, false },
		{ "power_w", "400", .25, 500, 500, false },
	};
	struct swept s;
	struct table t;
	struct comparison v;
	struct fault why = { 0 };

	see(&s, "sglang", .2);
	table_init(&t, "");
	measure(&t, want[_i].metric, want[_i].value);
	ck_assert(!validate_row(&t, 0, &s, &v, &why));
	ck_assert_ptr_null(v.missing);
	ck_rel(v.error, want[_i].error, 1e-12);
	ck_rel(v.low, want[_i].low, 1e-12);
	ck_rel(v.high, want[_i].high, 1e-12);
	ck_assert(v.inside == want[_i].inside);
	table_release(&t);
}
END_TEST

/* A colocated run has no step of its own. */
START_TEST(a_run_says_nothing_of_steps)
{
	static const char *const metric[] = { "step_ms", "itl_ms" };
	struct swept s;
	struct table t;
	struct comparison v;
	struct fault why = { 0 };

	see(&s, "sglang", .2);
	table_init(&t, "");
	measure(&t, metric[_i], "5");
	ck_assert(!validate_row(&t, 0, &s, &v, &why));
	ck_assert_str_eq(v.missing, "the metric is not predicted");
	table_release(&t);
}
END_TEST

static double cell(const struct table *t, const char *by, const char *group,
		   const char *column)
{
	for (int r = 0; r < t->rows; r++)
		if (strcmp(table_get(t, r, 0), by) == 0 &&
		    strcmp(table_get(t, r, 1), group) == 0)
			return table_number(t, r, table_column(t, column));
	return (double)NAN;
}

/*
 * TTFT of 200, 300 and 100 ms against 100, 200 and 100: +100, +50 and 0 %: 50
 * % on average; the first two, one stack's, 75 %. TPOT 20 against 16: +25 %.
 * The first metric's groups know nothing of the other's.
 */
START_TEST(errors_of_runs_stand_by_metric)
{
	struct swept s[4];
	struct table t, out;
	struct comparison v[4];
	struct fault why = { 0 };

	table_init(&t, "");
	table_init(&out, "");
	see(&s[0], "sglang", .2);
	measure(&t, "ttft_ms", "100");
	see(&s[1], "sglang", .3);
	measure(&t, "ttft_ms", "200");
	see(&s[2], "trtllm", .1);
	measure(&t, "ttft_ms", "100");
	see(&s[3], "trtllm", .1);
	measure(&t, "tpot_ms", "16");
	for (int r = 0; r < t.rows; r++)
		ck_assert(!validate_row(&t, r, &s[r], &v[r], &why));
	validate_summary(s, v, t.rows, &out);
	ck_rel(cell(&out, "ttft_ms", "all", "mape_pct"), 50, 1e-5);
	ck_rel(cell(&out, "ttft_ms", "all", "rows"), 3, 0);
	ck_rel(cell(&out, "ttft_ms", "sglang", "mape_pct"), 75, 1e-5);
	ck_rel(cell(&out, "ttft_ms", "h200-sxm", "median_pct"), 50, 1e-5);
	ck_rel(cell(&out, "tpot_ms", "trtllm", "bias_pct"), 25, 1e-5);
	ck_assert(isnan(cell(&out, "all", "all", "rows")));
	table_release(&t);
	table_release(&out);
}
END_TEST

/*
 * TP8 and TP4 of one GPU, and TP8 of another that runs another model; the last
 * two under one stack.
 */
START_TEST(rows_are_left_out_by_layout_gpu_model_or_stack)
{
	static const int want[REFIT_NR][3] = { [REFIT_LAYOUT] = { 0, 1, 2 },
		[REFIT_HW] = { 0, 0, 1 }, [REFIT_MODEL] = { 0, 0, 1 },
		[REFIT_STACK] = { 0, 1, 1 } };
	static struct swept s[3];
	static const char *const hw[] = { "h200", "h200", "b200" };
	struct calibrate_row row[3] = { { 0 } };

	for (int r = 0; r < 3; r++) {
		strcpy(s[r].scenario.hw, hw[r]);
		strcpy(s[r].scenario.model, r < 2 ? "r1" : "v4");
		strcpy(s[r].scenario.stack, r < 1 ? "trtllm" : "sglang");
		s[r].scenario.tp = r == 1 ? 4 : 8;
	}
	for (int by = REFIT_LAYOUT; by < REFIT_NR; by++) {
		struct grouping g = { (enum refit_by)by, 0 };

		for (int r = 0; r < 3; r++) {
			row[r].group = refit_group(s, r, &g, row);
			ck_assert_int_eq(row[r].group, want[by][r]);
		}
		ck_assert_int_eq(g.groups, want[by][2] + 1);
	}
}
END_TEST

/*
 * Errors that nothing else explains: their root mean square, by weight and
 * over what each grows by: (0.3^2 + 3 x 0.4^2) / 4 is 0.1425, and 0.8 where a
 * band is twice the class's says 0.4. Known to 0.3, errors of 0.5 leave
 * sqrt(0.25 - 0.09) = 0.4; where known is 0.6, nothing. Two rows of which one
 * is known to 0.3, v = s^2: (v - 0.04) / v^2 + (v + 0.09 - 0.25) /
 * (v + 0.09)^2 is 0 at v = 0.055133: 0.015133 / 0.003040 = 4.979 and
 * -0.104867 / 0.021064 = -4.979.
 */
START_TEST(a_band_is_the_likeliest_that_its_rows_leave)
{
	struct lesson l[] = { { 0.3, 0, 1, 1, 0, 0 },
			      { -0.8, 0, 2, 3, 0, 0 } };
	struct lesson known[] = { { 0.5, 0.3, 1, 1, 0, 0 },
				  { -0.5, 0.3, 1, 7, 0, 0 } };
	struct lesson mixed[] = { { 0.2, 0, 1, 1, 0, 0 },
				  { 0.5, 0.3, 1, 1, 0, 0 } };

	ck_rel(refit_likeliest(l, 2), sqrt(0.1425), 1e-6);
	ck_rel(refit_likeliest(known, 2), 0.4, 1e-6);
	ck_rel(refit_likeliest(mixed, 2), sqrt(0.055133), 1e-5);
	known[0].known = known[1].known = 0.6;
	ck_assert(!(refit_likeliest(known, 2) > 0));
	ck_assert(!(refit_likeliest(l, 0) > 0));
}
END_TEST

/*
 * Two rows are 0.4 and 0.2 off, each what 0.3 may explain. If it explains each
 * by itself, sqrt(0.1 - 0.09) = 0.1 is left of a mean square of 0.1. If it is
 * one draw for both, their sum over sqrt(2) is of variance v + 2 x 0.09 and
 * 0.18 squared, their difference of v and 0.02 squared: likeliest is
 * v^3 + (v - 0.02) (v + 0.18)^2 = 0, v = 0.0198054: 0.000007769 and
 * -0.0001946 x 0.039922.
 */
START_TEST(rows_of_one_stack_err_together)
{
	struct lesson l[] = { { 0.4, 0, 1, 1, 0.3, 0 },
			      { 0.2, 0, 1, 1, 0.3, 0 } };

	ck_rel(refit_likeliest(l, 2), sqrt(0.0198054), 1e-4);
	l[1].draw = 1;
	ck_rel(refit_likeliest(l, 2), 0.1, 1e-6);
}
END_TEST

/* ---- bands from rows without their layout ---- */

/*
 * The ceil(0.8 (n + 1))th: of 4 the 4th, of 9 the 8th, of 2 there are not so
 * many, so the last; of none 0.
 */
START_TEST(a_band_holds_four_of_five_and_one_more)
{
	double four[] = { .4, .1, .3, .2 }, two[] = { .2, .1 };
	double nine[] = { 9, 1, 8, 2, 7, 3, 6, 4, 5 };

	ck_rel(refit_band(four, 4), .4, 1e-12);
	ck_rel(refit_band(nine, 9), 8, 1e-12);
	ck_rel(refit_band(two, 2), .2, 1e-12);
	ck_assert(!(refit_band(two, 0) > 0));
}
END_TEST

/*
 * 0.05, of which 0.04 is the parameters' with all rows; without some they are
 * known to 0.13: sqrt(0.05^2 - 0.04^2 + 0.13^2) = sqrt(0.0178). Known better
 * without a row than with it they are not.
 */
START_TEST(what_is_fitted_without_a_group_is_known_less)
{
	ck_rel(refit_known(0.05, 0.13, 0.04), sqrt(0.0178), 1e-12);
	ck_rel(refit_known(0.05, 0.04, 0.04), 0.05, 1e-12);
	ck_rel(refit_known(0.05, 0.03, 0.04), 0.05, 1e-12);
}
END_TEST

Suite *suite_served(void)
{
	Suite *s = suite_create("served");
	TCase *tc = tcase_create("served");

	tcase_add_loop_test(tc,
		what_requests_saw_is_compared_with_its_own_band, 0, 5);
	tcase_add_loop_test(tc, a_run_says_nothing_of_steps, 0, 2);
	tcase_add_test(tc, what_is_fitted_without_a_group_is_known_less);
	tcase_add_test(tc, errors_of_runs_stand_by_metric);
	tcase_add_test(tc, rows_are_left_out_by_layout_gpu_model_or_stack);
	tcase_add_test(tc, a_band_is_the_likeliest_that_its_rows_leave);
	tcase_add_test(tc, rows_of_one_stack_err_together);
	tcase_add_test(tc, a_band_holds_four_of_five_and_one_more);
	suite_add_tcase(s, tc);
	return s;
}
