#include <string.h>

#include "judge/verdict.h"
#include "read/sheet.h"
#include "read/shelf.h"
#include "tests/tests.h"

/*
 * Claims as people write them, of every kind that there is a word for; `want`
 * was written down before they were judged, `why` where a line of arithmetic
 * says it.
 */
static const char *kind_of(const struct claim *c)
{
	if (c->malformed)
		return "malformed";
	if (c->worst->verdict == VERDICT_UNKNOWN)
		return "unknown";
	return c->worst->verdict < VERDICT_UNKNOWN ? "stands" : "fails";
}

START_TEST(claims_as_people_write_them_are_judged_rightly)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;
	int want;

	ck_assert_msg(!table_load(&t, "tests/wild.csv", &why), "%s",
		      why.what);
	want = table_column(&t, "want");
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shelf), &why),
			 0);
	for (int i = 0; i < all.nr; i++) {
		const struct claim *c = &all.claim[i];

		ck_assert_msg(!strcmp(kind_of(c), table_get(&t, i, want)),
			      "line %d: %s (%s)", t.line[i], kind_of(c),
			      c->malformed ? c->fault.what :
			      c->worst->reason);
		ck_assert(c->malformed || *c->worst->reason);
	}
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

Suite *suite_wild(void)
{
	Suite *s = suite_create("wild");
	TCase *t = tcase_create("wild");

	tcase_add_test(t, claims_as_people_write_them_are_judged_rightly);
	suite_add_tcase(s, t);
	return s;
}
