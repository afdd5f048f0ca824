#include <stdio.h>
#include <string.h>

#include "learn/gate.h"
#include "read/checksum.h"
#include "read/sheet.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define HEAD "by,group,rows,mape_pct\n"

static int compared(const char *was, const char *now, struct text *said)
{
	struct fault why = { 0 };
	struct table a, b;
	int fails;

	ck_assert_int_eq(table_parse(&a, "was", was, strlen(was), &why), 0);
	ck_assert_int_eq(table_parse(&b, "now", now, strlen(now), &why), 0);
	fails = gate_compare(&a, &b, said, &why);
	ck_assert_int_eq(fails < 0, *why.what != '\0');
	table_release(&a);
	table_release(&b);
	return fails;
}

/* Two points are allowed, and a tenth where that is more. */
static const struct { const char *was, *now; int fails; } classes[] = {
	{ "gpu,h200,5,10.0\n", "gpu,h200,5,12.0\n", 0 },
	{ "gpu,h200,5,10.0\n", "gpu,h200,5,12.1\n", 1 },
	{ "gpu,h200,5,30.0\n", "gpu,h200,5,32.9\n", 0 },
	{ "gpu,h200,5,30.0\n", "gpu,h200,5,33.1\n", 1 },
	{ "gpu,h200,5,30.0\n", "gpu,h200,5,3.0\n", 0 },
	/* a row less fails, one more does not, nor does a class more */
	{ "gpu,h200,5,10.0\n", "gpu,h200,4,10.0\n", 1 },
	{ "gpu,h200,5,10.0\n", "gpu,h200,6,10.0\n", 0 },
	{ "gpu,h200,5,10.0\n", "gpu,h20,9,90\ngpu,h200,5,10.0\n", 0 },
	/* a class is both its words */
	{ "gpu,h200,5,10.0\n", "model,h200,5,10.0\n", 1 },
	{ "gpu,h200,5,10.0\n", "gpu,h20,5,10.0\n", 1 },
	{ "gpu,h200,5,10.0\ngpu,h20,5,10.0\n", "gpu,b200,5,10.0\n", 2 },
};

START_TEST(a_class_fails_that_lost_a_row_or_its_accuracy)
{
	struct text said = TEXT_INIT;
	char was[256], now[256];

	snprintf(was, sizeof(was), HEAD "%s", classes[_i].was);
	snprintf(now, sizeof(now), HEAD "%s", classes[_i].now);
	ck_assert_int_eq(compared(was, now, &said), classes[_i].fails);
	ck_assert_int_eq(said.len > 0, classes[_i].fails > 0);
	text_release(&said);
}
END_TEST

START_TEST(a_gate_without_its_columns_is_at_fault)
{
	struct text said = TEXT_INIT;

	ck_assert_int_eq(compared("by,group,rows\ngpu,h200,5\n",
				  HEAD "gpu,h200,5,1\n", &said), -1);
	ck_assert_int_eq(compared(HEAD "gpu,h200,5,few\n",
				  HEAD "gpu,h200,5,1\n", &said), -1);
	ck_assert_int_eq(compared(HEAD "gpu,h200,many,5\n",
				  HEAD "gpu,h200,5,1\n", &said), -1);
	text_release(&said);
}
END_TEST

START_TEST(the_gate_says_what_a_class_lost)
{
	static const char was[] = "by,group,rows,mape_pct\nhw,h200,5,10\n"
		"hw,b200,5,10\nhw,h20,3,4\n";
	static const char now[] = "by,group,rows,mape_pct\nhw,h200,4,9\n"
		"hw,b200,6,12.34\n";
	struct table a, b;
	struct text said = TEXT_INIT;
	struct fault why = { 0 };

	ck_assert_int_eq(table_parse(&a, "was", was, strlen(was), &why), 0);
	ck_assert_int_eq(table_parse(&b, "now", now, strlen(now), &why), 0);
	ck_assert_int_eq(gate_compare(&a, &b, &said, &why), 3);
	ck_assert_str_eq(said.buf, "gate: hw h200 had 5 rows and has 4\n"
		"gate: hw b200 had an error of 10.0 % and has 12.3 %\n"
		"gate: hw h20 had 3 rows and has 0\n");
	text_release(&said);
	table_release(&a);
	table_release(&b);
}
END_TEST

static const struct { const char *was, *says; } no_gate[] = {
	{ "by,group,rows\nhw,h200,5\n", "was.csv:1: there is no column "
	  "mape_pct; write what --summary writes" },
	{ "group,rows,mape_pct\nh200,5,1\n", "was.csv:1: there is no column "
	  "by; write what --summary writes" },
	{ "by,group,rows,mape_pct\nhw,h200,5,1\nhw,b200,,1\n", "was.csv:3: "
	  "rows is \"\"; write a number" },
	{ "by,group,rows,mape_pct\nhw,h200,5,few\n", "was.csv:2: mape_pct is "
	  "\"few\"; write a number" },
	{ HEAD, "was.csv:1: no class stands below it; write what --summary "
	  "writes" },
};

START_TEST(a_gate_that_is_none_says_where)
{
	struct table a;
	struct text said = TEXT_INIT;
	struct fault why = { 0 };

	ck_assert_int_eq(table_parse(&a, "was.csv", no_gate[_i].was,
				     strlen(no_gate[_i].was), &why), 0);
	ck_assert_int_eq(gate_compare(&a, &a, &said, &why), -1);
	rows_said(&why, no_gate[_i].says);
	table_release(&a);
}
END_TEST

/* POSIX's cksum of "123456789" is 930766865, in pieces of any size. */
START_TEST(a_checksum_is_that_of_cksum)
{
	const char *nine = "123456789";

	for (size_t n = 0; n <= 9; n++)
		ck_assert_uint_eq(checksum_end(checksum_add(checksum_add(0,
			nine, n), nine + n, 9 - n), 9), 930766865u);
	ck_assert_uint_eq(checksum_end(0, 0), 4294967295u);
}
END_TEST

Suite *suite_gate(void)
{
	Suite *s = suite_create("gate");
	TCase *t = tcase_create("gate");

	tcase_add_loop_test(t,
		a_class_fails_that_lost_a_row_or_its_accuracy, 0,
		(int)(sizeof(classes) / sizeof(classes[0])));
	tcase_add_test(t, a_gate_without_its_columns_is_at_fault);
	tcase_add_test(t, the_gate_says_what_a_class_lost);
	tcase_add_loop_test(t, a_gate_that_is_none_says_where, 0,
			    (int)(sizeof(no_gate) / sizeof(no_gate[0])));
	tcase_add_test(t, a_checksum_is_that_of_cksum);
	suite_add_tcase(s, t);
	return s;
}
