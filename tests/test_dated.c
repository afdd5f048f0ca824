#include "tests/tests.h"

#include <string.h>

#include "tests/judged.h"

/* V3 was announced on 2024-12-26, a B200 on 2024-03-18. */
static const struct { const char *hw, *date; bool inconsistent; } days[] = {
	{ "H200", "2024-12-25", true }, { "H200", "2024-12-26", false },
	{ "H200", "2025-06-01", false }, { "B200", "2024-03-17", true },
	{ "H200", "", false },
};

START_TEST(nothing_runs_before_it_was_announced)
{
	struct text csv = TEXT_INIT;
	struct judged j;

	text_addf(&csv, "hw,model,gpus,date,metric,value\n%s,deepseek-v3,8,%s,"
		  "tok_s_gpu,100\n", days[_i].hw, days[_i].date);
	judged_make(&j, csv.buf);
	ck_assert_int_eq(!strcmp(judged_last(&j)->worst->rule, "dated"),
			 days[_i].inconsistent);
	judged_release(&j);
	text_release(&csv);
}
END_TEST

Suite *suite_dated(void)
{
	Suite *s = suite_create("dated");
	TCase *t = tcase_create("dated");

	tcase_add_loop_test(t, nothing_runs_before_it_was_announced, 0,
			    (int)(sizeof(days) / sizeof(*days)));
	suite_add_tcase(s, t);
	return s;
}
