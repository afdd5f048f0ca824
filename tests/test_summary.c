#include <stdlib.h>
#include <string.h>

#include "learn/validate.h"
#include "tests/tests.h"

/*
 * Sequences a GPU: 64 over the 8 of a TP group are 8, 64 alone 64, 65 more
 * than that, 4 over 2 are 2.
 */
static const struct { double tp, batch, error; bool inside; } rows[] = {
	{ 8, 64, 0.05, true }, { 1, 64, -0.15, true },
	{ 1, 65, 0.3, false }, { 2, 4, -0.02, true },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

static double cell(struct table *t, const char *group, const char *column)
{
	for (int r = 0; r < t->rows; r++)
		if (strcmp(table_get(t, r, 1), group) == 0)
			return table_number(t, r, table_column(t, column));
	ck_abort_msg("no group %s", group);
	return 0;
}

static void summarised(struct table *out)
{
	struct swept *s = calloc(ROWS, sizeof(*s));
	struct comparison v[ROWS];

	for (int i = 0; i < ROWS; i++) {
		scenario_init(&s[i].scenario);
		s[i].scenario.tp = rows[i].tp;
		s[i].scenario.gpus = s[i].scenario.ep = 8;
		s[i].scenario.batch = rows[i].batch;
		v[i] = (struct comparison){ .metric = METRIC_STEP_MS,
			.error = rows[i].error, .inside = rows[i].inside };
	}
	table_init(out, "");
	validate_summary(s, v, ROWS, out);
	free(s);
}

/*
 * |5| |15| |30| |2|: mean 13, median (5 + 15) / 2; with their signs
 * (5 - 15 + 30 - 2) / 4.
 */
START_TEST(errors_are_summed_with_and_without_sign)
{
	static const struct { const char *column; double value; } want[] = {
		{ "rows", 4 }, { "mape_pct", 13 }, { "median_pct", 10 },
		{ "bias_pct", 4.5 }, { "within10_pct", 50 },
		{ "within20_pct", 75 }, { "inside_pct", 75 },
	};
	struct table out;

	summarised(&out);
	for (unsigned i = 0; i < sizeof(want) / sizeof(*want); i++)
		ck_rel(cell(&out, "all", want[i].column), want[i].value, 1e-4);
	table_release(&out);
}
END_TEST

START_TEST(a_batch_is_counted_a_gpu)
{
	static const char *const by_size[] = { "up to 2 a GPU",
		"2 to 16 a GPU", "16 to 64 a GPU", "64 to 256 a GPU" };
	struct table out;

	summarised(&out);
	ck_rel(cell(&out, "up to 2 a GPU", "bias_pct"), -2, 1e-4);
	ck_rel(cell(&out, "2 to 16 a GPU", "bias_pct"), 5, 1e-4);
	ck_rel(cell(&out, "16 to 64 a GPU", "bias_pct"), -15, 1e-4);
	ck_rel(cell(&out, "64 to 256 a GPU", "bias_pct"), 30, 1e-4);
	/* the smallest stand first, whatever the order of the rows */
	for (int r = 0, at = 0; r < out.rows; r++)
		if (!strcmp(table_cell(&out, r, "by"), "batch"))
			ck_assert_str_eq(table_cell(&out, r, "group"),
					 by_size[at++]);
	/* all of a board's GPUs, and not: its experts are spread either way */
	ck_rel(cell(&out, "TP attention, EP", "rows"), 1, 1e-4);
	ck_rel(cell(&out, "DP attention, EP <= 8", "rows"), 3, 1e-4);
	table_release(&out);
}
END_TEST

Suite *suite_summary(void)
{
	Suite *s = suite_create("summary");
	TCase *t = tcase_create("summary");

	tcase_add_test(t, errors_are_summed_with_and_without_sign);
	tcase_add_test(t, a_batch_is_counted_a_gpu);
	suite_add_tcase(s, t);
	return s;
}
