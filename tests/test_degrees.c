#include "tests/tests.h"

#include <math.h>
#include <string.h>

#include "claims/degrees.h"
#include "tests/judged.h"

/* As layouts are written, and what only looks like one. */
static const struct {
	const char *text;
	struct degrees is;		/* TP EP PP DCP DP */
	const char *rest;		/* NULL: none is read */
} said[] = {
	{ "EP64 on", { { 0, 64, 0, 0, 0 } }, " on" },
	{ "TP8/EP8", { { 8, 8, 0, 0, 0 } }, "" },
	{ "tp=8, pp=2; x", { { 8, 0, 2, 0, 0 } }, "; x" },
	{ "EP-64", { { 0, 64, 0, 0, 0 } }, "" },
	{ "TP8xPP2", { { 8, 0, 2, 0, 0 } }, "" },
	{ "TP8PP2.", { { 8, 0, 2, 0, 0 } }, "." },
	{ "DP8 EP8", { { 0, 8, 0, 0, 8 } }, "" },
	{ "DEP8", { { 0, 8, 0, 0, 8 } }, "" },
	{ "TEP4", { { 4, 4, 0, 0, 0 } }, "" },
	{ "DCP8 + TP8", { { 8, 0, 0, 8, 0 } }, "" },
	{ "expert parallelism of 64", { { 0, 64, 0, 0, 0 } }, "" },
	{ "tensor parallel size 8", { { 8, 0, 0, 0, 0 } }, "" },
	{ "16-way expert parallelism", { { 0, 16, 0, 0, 0 } }, "" },
	{ "8-way TP", { { 8, 0, 0, 0, 0 } }, "" },
	{ "EP32, EP144", { { 0, -1, 0, 0, 0 } }, "" },	/* of which? */
	{ "EP32 EP32", { { 0, 32, 0, 0, 0 } }, "" },
	{ "TP99 latency", { { 0 } }, NULL },	/* a percentile */
	{ "pp512", { { 0 } }, NULL },		/* prompt tokens */
	{ "EP", { { 0 } }, NULL }, { "epoch 3", { { 0 } }, NULL },
	{ "TP 8k", { { 0 } }, NULL }, { "dp 5%", { { 0 } }, NULL },
	{ "8 GPUs", { { 0 } }, NULL }, { "EP0", { { 0 } }, NULL },
};

START_TEST(a_layout_is_read_as_people_write_it)
{
	struct degrees d = { { 0 } };
	const char *end = degrees_read(&d, said[_i].text);

	if (!said[_i].rest)
		ck_assert_ptr_eq(end, NULL);
	else
		ck_assert_str_eq(end, said[_i].rest);
	for (int i = 0; i < DEGREES; i++)
		ck_assert_double_eq(d.of[i], said[_i].is.of[i]);
}
END_TEST

/* Into the columns; NaN: blank. Groups of attention leave each so many. */
static const struct {
	const char *cells;		/* gpus,tp,layout */
	double tp, ep, pp;
	const char *noted;
	double over;			/* GPUs, more than there are */
} taken[] = {
	{ "8,,TP8/EP8", 8, 8, NAN, "", 0 },
	{ "8,,DP8 EP8", 1, 8, NAN, "", 0 },	/* 8 ranks in 8 groups */
	{ "16,,TP8 DP2", 8, NAN, NAN, "", 0 },	/* 16 / 2 */
	{ "8,,TP8 DP8", 1, NAN, NAN, "", 0 },	/* 8 / 8, as SGLang counts */
	{ "8,,DP3", NAN, NAN, NAN, "", 0 },	/* no whole group */
	{ ",,TP8 DP2", NAN, NAN, NAN, "", 0 },	/* of 8 or of 16? */
	{ "8,,TP8 DP attention", NAN, NAN, NAN, "", 0 },
	{ "16,,PP2 TP8", 8, NAN, 2, "", 0 },
	{ "8,4,TP8", 4, NAN, NAN, "", 0 },		/* its column says it */
	{ "8,,EP32", NAN, NAN, NAN, "", 32 },
	{ "16,,PP2 TP16", NAN, NAN, NAN, "", 32 },	/* 2 x 16 */
	{ "16,,TP4 DP8", NAN, NAN, NAN, "", 32 },	/* 4 x 8 */
	{ "16,8,PP4", NAN, NAN, NAN, "", 32 },	/* 8 x 4 */
	{ "4,,DEP8", NAN, NAN, NAN, "", 8 },
	{ "12,,TP8", NAN, NAN, NAN, "12 GPUs are not shared 8 ways", 0 },
	{ ",,EP64", NAN, 64, NAN, "", 0 },
	{ "64,,wide EP", NAN, NAN, NAN, "", 0 },
};

static void ck_blank_or(double x, double is)
{
	ck_assert(isnan(is) ? isnan(x) : x == is);
}

START_TEST(blank_columns_are_as_the_layout_says)
{
	struct text csv = TEXT_INIT;
	struct judged j;
	const struct claim *c;

	text_addf(&csv, "hw,model,gpus,tp,layout,metric,value\nH200,"
		  "deepseek-v3,%s,tok_s_gpu,100\n",
		  taken[_i].cells);
	judged_make(&j, csv.buf);
	c = judged_last(&j);
	ck_blank_or(c->scenario.tp, taken[_i].tp);
	ck_blank_or(c->scenario.ep, taken[_i].ep);
	ck_blank_or(c->scenario.pp, taken[_i].pp);
	ck_assert_msg(!strncmp(c->noted, taken[_i].noted,
			       strlen(taken[_i].noted)), "%s", c->noted);
	ck_assert_int_eq(!*c->noted, !*taken[_i].noted);
	ck_assert_double_eq(c->over.gpus, taken[_i].over);
	ck_assert_int_eq(c->worst->verdict == VERDICT_INCONSISTENT,
			 taken[_i].over > 0);
	judged_release(&j);
	text_release(&csv);
}
END_TEST

/* 64 GPUs whose experts are spread over 8 are eight replicas, too. */
START_TEST(experts_over_fewer_gpus_leave_replicas)
{
	struct judged j;

	judged_make(&j, "hw,model,weights,gpus,layout,metric,value\n"
		    "H200,deepseek-v3,fp8,64,EP8,tok_s_gpu,2500\n");
	ck_assert(strstr(judged_last(&j)->limits->total.setting,
			 "8 replicas of ") != NULL);
	judged_release(&j);
}
END_TEST

Suite *suite_degrees(void)
{
	Suite *s = suite_create("degrees");
	TCase *t = tcase_create("degrees");

	tcase_add_loop_test(t, a_layout_is_read_as_people_write_it, 0,
			    (int)(sizeof(said) / sizeof(*said)));
	tcase_add_loop_test(t, blank_columns_are_as_the_layout_says, 0,
			    (int)(sizeof(taken) / sizeof(*taken)));
	tcase_add_test(t, experts_over_fewer_gpus_leave_replicas);
	suite_add_tcase(s, t);
	return s;
}
