#include "tests/rows.h"

#include <string.h>

#include "read/sheet.h"
#include "tests/tests.h"

int rows_read(struct facts *facts, const char *rows, struct fault *why)
{
	struct text all = TEXT_INIT;
	struct table t;
	int rc;

	text_add(&all, "key,value,err,unit,origin,source,note\n");
	text_add(&all, rows);
	ck_assert_int_eq(table_parse(&t, "toy.csv", all.buf, all.len, why),
			 0);
	rc = facts_from_table(facts, &t, why);
	table_release(&t);
	text_release(&all);
	return rc;
}

void rows_facts(struct facts *facts, const char *rows)
{
	struct fault why;

	ck_assert_msg(!rows_read(facts, rows, &why), "%s", why.what);
}

void rows_said(const struct fault *why, const char *want)
{
	char out[900];

	fault_print(why, out, sizeof(out));
	ck_assert_str_eq(out, want);
}

void rows_land(const struct want *w, int nr, void *descriptor, size_t doubles)
{
	double *at = descriptor;

	for (int i = 0; i < nr; i++) {
		double *out = (double *)(void *)((char *)descriptor + w[i].at);

		ck_assert_msg(w[i].at % sizeof(double) == 0 &&
			      w[i].at / sizeof(double) < doubles, "%s",
			      w[i].key);
		ck_assert_msg(*out == 0, "%s shares a field", w[i].key);
		*out = 1 + i;
		for (int k = 0; k < i; k++)
			ck_assert_msg(strcmp(w[i].key, w[k].key), "%s twice",
				      w[i].key);
	}
	for (int i = 0; i < nr; i++)
		ck_assert(at[w[i].at / sizeof(double)] == 1 + i);
}
