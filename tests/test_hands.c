/*
 * Claims that are judged by several hands, as threads judge them.
 */
#include <string.h>

#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* The last part first, as threads may; of: how many there were. */
static void backwards(void *of, int nr, void (*part)(void *arg, int i),
		      void *arg)
{
	*(int *)of += nr;
	while (nr-- > 0)
		part(arg, nr);
}

/* Of two systems, whose drafts hang on their rows at the fewest clients. */
static void many_claims(struct table *t)
{
	struct text csv = TEXT_INIT;
	struct fault why = { 0 };

	text_add(&csv, "source,system,hw,model,gpus,concurrency,ctx,metric,"
		 "value,isl,osl\n");
	for (int i = 0; i < 70; i++)
		text_addf(&csv, "A,%s,h200-sxm,deepseek-r1,8,%d,4096,"
			  "tok_s_user,%d,,\n", i % 2 ? "one" : "two",
			  1 + i, 120 - i);
	for (int i = 0; i < 3; i++)	/* loads, to be played */
		text_addf(&csv, "A,three,h200-sxm,deepseek-v2-lite,1,%d,,"
			  "ttft_ms,400,100,2\n", 1 + i);
	ck_assert_int_eq(table_parse(t, "many.csv", csv.buf, csv.len, &why),
			 0);
	text_release(&csv);
}

static void judged_text(const struct table *t, const struct hands *hands,
			struct text *out)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table said;

	ck_assert_int_eq(claims_judge_by(&all, &(struct claims_spec){
		.table = t, .library = shelf_library(shelf), .hands = *hands },
		&why), 0);
	table_init(&said, "");
	claims_table(&all, t, &said);
	table_write(&said, out);
	table_release(&said);
	claims_release(&all);
	shelf_free(shelf);
}

START_TEST(many_hands_judge_as_one_does)
{
	struct text one = TEXT_INIT, many = TEXT_INIT;
	struct table t;
	int parts = 0;

	many_claims(&t);
	judged_text(&t, &(struct hands){ NULL, NULL }, &one);
	judged_text(&t, &(struct hands){ backwards, &parts }, &many);
	/* limits in parts of 32 or more, where the two without drafts are
	   few; the loads; and claims in parts of 64 or fewer */
	ck_assert_int_eq(parts, 73 / 32 + 3 + (73 / 64 + 1));
	ck_assert_str_eq(one.buf, many.buf);
	text_release(&one);
	text_release(&many);
	table_release(&t);
}
END_TEST

Suite *suite_hands(void)
{
	Suite *s = suite_create("hands");
	TCase *t = tcase_create("hands");

	tcase_add_test(t, many_hands_judge_as_one_does);
	suite_add_tcase(s, t);
	return s;
}
