#include "tests/tests.h"

#include <string.h>

#include "judge/report.h"
#include "judge/verdict.h"
#include "library/shelf.h"
#include "read/sheet.h"

/*
 * The claims of two experiments, of which the first were judged by hand before
 * (its column audit), against what stands committed beside them: verdict and
 * words, byte by byte. What says that known software does so is of the step
 * that is predicted, and moves with every fit: of such rows, what was read is
 * compared alone. `make results` writes these files anew; review the
 * difference as code.
 */

static const char *const moving[] = { "software", "predicted", "kernel" };

static const char *const words[] = { "reason", "arithmetic", "limit" };

static const char *const always[] = { "read_as", "facts" };

static const char *const file[][2] = {
	{ "experiments/10-public-claims/claims.csv",
	  "experiments/10-public-claims/verdicts.csv" },
	{ "experiments/07-vendor-claims/claims.csv",
	  "experiments/07-vendor-claims/verdicts.csv" },
};

#define NR(list) (sizeof(list) / sizeof((list)[0]))

static bool moves(const struct table *t, int row)
{
	for (size_t i = 0; i < NR(moving); i++)
		for (size_t k = 0; k < NR(words); k++)
			if (strstr(table_get(t, row, table_column(t,
					words[k])), moving[i]))
				return true;
	return false;
}

static bool is_always(const char *column)
{
	for (size_t i = 0; i < NR(always); i++)
		if (strcmp(column, always[i]) == 0)
			return true;
	return false;
}

static void compare(const struct table *was, const struct table *is)
{
	int same = 0;

	ck_assert_int_eq(was->rows, is->rows);
	ck_assert_int_eq(was->columns, is->columns);
	for (int r = 0; r < was->rows; r++) {
		bool some = moves(was, r);

		for (int c = 0; c < was->columns; c++) {
			if (some && !is_always(was->head[c]))
				continue;
			ck_assert_msg(strcmp(table_get(was, r, c),
				table_get(is, r, c)) == 0,
				"row %d, %s: \"%s\" was \"%s\"", r + 1,
				was->head[c], table_get(is, r, c),
				table_get(was, r, c));
		}
		same += !some;
	}
	ck_assert_int_gt(3 * same, 2 * was->rows);	/* most of them */
}

START_TEST(claims_are_judged_as_they_were)
{
	struct shelf *shelf = shelf_open();
	struct table in, was, is;
	struct fault why = { 0 };
	struct claims all;

	ck_assert_msg(!table_load(&in, file[_i][0], &why), "%s", why.what);
	ck_assert_msg(!table_load(&was, file[_i][1], &why), "%s", why.what);
	ck_assert_msg(!claims_judge(&all, &in, shelf_library(shelf), &why),
		      "%s", why.what);
	table_init(&is, "");
	claims_table(&all, &in, &is);
	compare(&was, &is);
	claims_release(&all);
	table_release(&is);
	table_release(&was);
	table_release(&in);
	shelf_free(shelf);
}
END_TEST

Suite *suite_verdicts(void);

Suite *suite_verdicts(void)
{
	Suite *s = suite_create("verdicts");
	TCase *t = tcase_create("verdicts");

	/* the longer file, sanitized, is judged by no more code */
	tcase_add_loop_test(t, claims_are_judged_as_they_were, 0,
			    SANITIZED ? 1 : 2);
	suite_add_tcase(s, t);
	return s;
}
