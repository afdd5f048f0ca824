/* The figures of explain and run: ladder, versus, sensitivity, timeline. */
#include <stdlib.h>
#include <string.h>

#include "inside/ladder.h"
#include "plots/figure.h"
#include "read/sheet.h"
#include "tests/tests.h"

static int draw(const char *kind, const char *csv, struct text *out,
		struct fault *why)
{
	const struct figure_kind *k = figure_find(kind);
	struct table t;
	int got;

	ck_assert_ptr_nonnull(k);
	ck_assert_int_eq(table_parse(&t, "t.csv", csv, strlen(csv), why), 0);
	got = k->draw(&t, out, why);
	table_release(&t);
	return got;
}

static int times(const char *s, const char *word)
{
	int nr = 0;

	for (; (s = strstr(s, word)); s += strlen(word))
		nr++;
	return nr;
}

static const struct {
	const char *kind, *csv, *has;
} good[] = {
	{ "ladder", "mechanism,group,us_added,us_per_token,tok_s_gpu\n"
	  "KV,bytes,100,100,10000\nweights,bytes,60,160,6250\n"
	  "nothing,wire,0,160,6250\n", "+60.0" },
	{ "ladder", "mechanism,us_added,us_per_token,tok_s_gpu,"
	  "measured_us_per_token,measured_tok_s_gpu\n"
	  "KV,100,100,10000,200,5000\n", "measured: 5000 tok/s" },
	{ "versus", "mechanism,us_difference,us_per_token,"
	  "us_per_token_versus\nKV,0,100,100\nwire,-25,200,175\n",
	  "\u221225.0" },
	{ "sensitivity", "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up\n"
	  "hbm,1000,,,900,1100\nreach,1000,990,,,\n", "hbm" },
	{ "timeline", "lane,micro,stage,kind,from_us,to_us\n"
	  "compute,0,attn1,busy,0,100\nNIC,1,dispatch,wait,20,60\n",
	  "ATTN-1" },
};

START_TEST(a_figure_shows_what_its_table_holds)
{
	struct text out = TEXT_INIT, again = TEXT_INIT;
	struct fault why = { 0 };

	ck_assert_msg(!draw(good[_i].kind, good[_i].csv, &out, &why), "%s",
		      why.what);
	ck_assert_msg(times(out.buf, good[_i].has) >= 1, "no %s",
		      good[_i].has);
	ck_assert_int_eq(draw(good[_i].kind, good[_i].csv, &again, &why), 0);
	ck_assert_str_eq(out.buf, again.buf);
	text_release(&out);
	text_release(&again);
}
END_TEST

static const struct {
	const char *kind, *csv, *says;
} bad[] = {
	{ "ladder", "mechanism,us_added\nKV,1\n", "us_per_token" },
	{ "ladder", "mechanism,us_added,us_per_token,tok_s_gpu\nKV,x,1,1\n",
	  "none of 1 rows" },
	{ "versus", "mechanism,us_difference,us_per_token,"
	  "us_per_token_versus\n", "none of 0 rows" },
	{ "sensitivity", "key\nhbm\n", "tok_s_gpu" },
	{ "sensitivity", "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up\n"
	  "hbm,,,,900,1100\n", "none of 1 rows" },
	{ "timeline", "lane,micro,stage,kind,from_us,to_us\n"
	  "compute,0,attn1,busy,100,100\n", "none of 1 rows" },
	{ "timeline", "lane,micro,stage,kind,from_us,to_us\n"
	  "compute,0,attn1,busy,nan,inf\n", "none of 1 rows" },
};

START_TEST(a_table_that_cannot_be_drawn_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why = { 0 };

	ck_assert_int_eq(draw(bad[_i].kind, bad[_i].csv, &out, &why), -1);
	ck_assert_msg(strstr(why.what, bad[_i].says) != NULL, "%s", why.what);
	ck_assert(*why.remedy);
	text_release(&out);
}
END_TEST

START_TEST(more_rungs_than_can_be_read_are_a_fault)
{
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why = { 0 };

	text_add(&csv, "mechanism,us_added,us_per_token,tok_s_gpu\n");
	for (int i = 0; i < 63; i++)
		text_add(&csv, "KV,1,1,1\n");
	ck_assert_int_eq(draw("ladder", csv.buf, &out, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "63 rows"));
	text_release(&csv);
	text_release(&out);
}
END_TEST

START_TEST(every_rung_of_a_ladder_is_drawn)
{
	static const struct ladder l = { .tok = 1 };
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	struct ladder up = l;
	struct table t;

	for (int i = 0; i < RUNG_NR; i++)
		up.s[i] = (i + 1) * 1e-5;
	table_init(&t, "");
	ladder_table(&up, (double)NAN, &t);
	ck_assert_int_eq(figure_find("ladder")->draw(&t, &out, &why), 0);
	for (int i = 0; i < RUNG_NR; i++)
		ck_assert_msg(times(out.buf, rung_words[i].short_words) > 0 ||
			      strchr(rung_words[i].short_words, '\''),
			      "no %s", rung_words[i].short_words);
	table_release(&t);
	text_release(&out);
}
END_TEST

Suite *suite_inside(void);
Suite *suite_inside(void)
{
	Suite *s = suite_create("inside");
	TCase *c = tcase_create("figures");

	tcase_add_loop_test(c, a_figure_shows_what_its_table_holds, 0,
			    sizeof(good) / sizeof(*good));
	tcase_add_loop_test(c, a_table_that_cannot_be_drawn_is_a_fault, 0,
			    sizeof(bad) / sizeof(*bad));
	tcase_add_test(c, more_rungs_than_can_be_read_are_a_fault);
	tcase_add_test(c, every_rung_of_a_ladder_is_drawn);
	suite_add_tcase(s, c);
	return s;
}
