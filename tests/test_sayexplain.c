/* Ladders, what-ifs, sensitivities and sheets for a person: exact lines. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "say/explain_text.h"
#include "say/show_text.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void has(const struct text *out, const char *words)
{
	ck_assert_msg(strstr(out->buf, words) != NULL, "\"%s\" is not in:\n%s",
		      words, out->buf);
}

/* ---- ladders ---- */

/*
 * Of 1000 tokens a step: 100 us each after the first rung, 10 us more with
 * each, but for the tensor roof, which takes 50 away, and start-up, which adds
 * 90: 100 + 17 x 10 - 50 + 90 + what is set.
 */
static void ladder_of(struct ladder *l, double first, double each)
{
	double s = 0;

	*l = (struct ladder){ .tok = 1000 };
	for (int i = 0; i < RUNG_NR; i++) {
		s += i == RUNG_KV ? first : i == RUNG_TENSOR ? -0.05 :
		     i == RUNG_STARTUP ? 0.09 : i == RUNG_PACK ? 1e-6 : each;
		l->s[i] = s;
	}
}

START_TEST(a_ladder_has_a_line_a_rung)
{
	struct answer a = { .low = 2000, .high = 4000,
			    .sol_tok_s_gpu = 12345.6 };
	struct text out = TEXT_INIT;
	struct ladder l;

	/* 100 us, 17 of 10, -50, 90, 0.001: 310.001 us, 3226 tok/s */
	ladder_of(&l, 0.1, 0.01);
	explain_ladder(&l, &a, &out);
	has(&out, "GPU time of an output token                         added us"
	    "        us    tok/s\n");
	has(&out, "  the KV cache once, at the peak of HBM              +100.00"
	    "    100.00    10000\n");
	has(&out, "+ every weight once a step                            +10.00"
	    "    110.00     9091\n");
	/* the fifth: 100 + 3 x 10 - 50 */
	has(&out, "+ each kernel the longer of HBM and tensor peak  "
	    "     -50.00     80.00    12500\n");
	/* 0.001 us prints as nothing, and never as -0.00 */
	has(&out, "+ expert exchange: copies on the SMs, never hidden     +0.00"
	    "    260.00     3846\n");
	/* up to the time 2 + 48 + 10 columns, and 48 blanks are among them */
	has(&out, "= the prediction                                      "
	    "          310.00     3226\n\n");
	has(&out, "most       exchange: start-up 90.0 us, ");
	has(&out, "bounds     2000 to 4000 tok/s a GPU at 80 %; 12346 with all "
	    "at its peak at once\n");
	ck_assert_int_eq(occurs(out.buf, "\n+ "), RUNG_NR - 1);
	text_release(&out);
}
END_TEST

/* Rung i adds i us: the last three add most. */
START_TEST(the_three_that_add_most_are_named)
{
	struct text out = TEXT_INIT;
	struct answer a = { .low = 1 };
	struct ladder l = { .tok = 1 };
	double s = 0.001;	/* the first is never named */

	for (int i = 0; i < RUNG_NR; i++)
		l.s[i] = s += i * 1e-6;
	explain_ladder(&l, &a, &out);
	has(&out, "most       host 20.0 us, engine's overhead 19.0 us, "
	    "sampling 18.0 us\n");
	text_release(&out);
}
END_TEST

/* Words fit in their columns, and a name is there once. */
START_TEST(a_rung_fits_its_columns)
{
	for (int i = 0; i < RUNG_NR; i++) {
		ck_assert_msg(strlen(rung_words[i].words) <= 48, "%s",
			      rung_words[i].words);
		ck_assert_uint_le(strlen(rung_words[i].short_words), 24);
		ck_assert(*rung_words[i].group);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(rung_words[i].name,
					 rung_words[j].name);
	}
}
END_TEST

/* 310.001 us predicted: of 4000 tok/s, 250 us, that is 19.4 % too few. */
static const struct {
	double tok_s;
	const char *says;
} measured[] = {
	{ 4000, "measured   250.00 us, 4000 tok/s a GPU: the prediction is "
	  "-19.4 %\n" },
	{ 2500, "measured   400.00 us, 2500 tok/s a GPU: the prediction is "
	  "+29.0 %\n" },
};

START_TEST(what_was_measured_stands_beside_the_prediction)
{
	struct text out = TEXT_INIT;
	struct ladder l;

	ladder_of(&l, 0.1, 0.01);
	explain_measured(&l, measured[_i].tok_s, &out);
	ck_assert_str_eq(out.buf, measured[_i].says);
	text_release(&out);
}
END_TEST

/* 310.001 and 160 us (50 + 17 x 5 - 50 + 90 = 175): 1.77 times the tok/s. */
START_TEST(two_ladders_stand_beside_each_other)
{
	struct text out = TEXT_INIT;
	struct ladder a, b;

	ladder_of(&a, 0.1, 0.01);
	ladder_of(&b, 0.05, 0.005);
	explain_versus(&a, &b, "ep=32", &out);
	has(&out, "GPU time of an output token, us added                  this"
	    "    other other-this\n");
	has(&out, "  the KV cache once, at the peak of HBM              100.00"
	    "    50.00     -50.00\n");
	has(&out, "+ every weight once a step                            10.00"
	    "     5.00      -5.00\n");
	has(&out, "+ expert exchange: copies on the SMs, never hidden     0.00"
	    "     0.00      +0.00\n");
	has(&out, "= the prediction                                     310.00"
	    "   175.00    -135.00\n");
	/* 3225.80 and 5714.25 */
	has(&out, "  tok/s a GPU                                          3226"
	    "     5714      +2488\n\n");
	has(&out, "other      ep=32: 1.77 times the tok/s a GPU\n");
	text_release(&out);
}
END_TEST

START_TEST(what_ifs_are_a_table)
{
	struct text out = TEXT_INIT;
	struct table t;
	int row;

	table_init(&t, "t");
	row = table_add_row(&t, 0);
	table_set(&t, row, table_need(&t, "what_if"), "free-network");
	table_put(&t, row, "us_per_token", 123.456);
	table_put(&t, row, "tok_s_gpu", 8100.04);
	table_put(&t, row, "change_pct", 12.34);
	explain_whatif(&t, &out);
	ck_assert_str_eq(out.buf,
		"what if                                                   us"
		"    tok/s    change\n"
		"free-network                                          123.46"
		"     8100   +12.3 %\n");
	table_release(&t);
	text_release(&out);
}
END_TEST

/* ---- sensitivities ---- */

START_TEST(a_fact_moves_the_answer_in_per_cent)
{
	static char key[] = "hbm.bandwidth";
	struct fact f = { .key = key };
	struct influence m[26] = { { .sheet = "GPU", .fact = &f,
		.tok_s_gpu = { (double)NAN, 1010, 955, 1050 } } };
	struct sensitivity s = { .tok_s_gpu = 1000, .moved = m, .nr = 1 };
	struct text out = TEXT_INIT;

	for (int i = 1; i < 26; i++)
		m[i] = m[0];
	explain_sensitivity(&s, &out);
	ck_assert_str_eq(out.buf,
		"tok/s a GPU when a fact moves (of 1000)\n"
		"                                             a standard error"
		"        10 % of it\n"
		"fact                                            less     more"
		"     less     more\n"
		"GPU   hbm.bandwidth                                -   +1.00%"
		"   -4.50%   +5.00%\n");
	text_release(&out);
	s.nr = 24;
	explain_sensitivity(&s, &out);
	ck_assert_int_eq(occurs(out.buf, "hbm.bandwidth"), 24);
	ck_assert_int_eq(occurs(out.buf, "more that move"), 0);
	text_release(&out);
	s.nr = 26;
	explain_sensitivity(&s, &out);
	ck_assert_int_eq(occurs(out.buf, "hbm.bandwidth"), 24);
	has(&out, "and 2 more that move it less; --csv has them\n");
	text_release(&out);
}
END_TEST

/* ---- sheets ---- */

static struct fact *put(struct facts *fs, const char *key, const char *text,
			const char *unit, const char *source)
{
	struct fact *f = facts_add(fs, key);
	enum dim dim;
	double factor = 1;

	f->text = strdup(text);
	f->source = strdup(source);
	f->note = strdup("");
	snprintf(f->unit, sizeof(f->unit), "%s", unit);
	if (!units_parse(unit, &dim, &factor))
		f->dim = dim;
	if (f->dim != DIM_NAME)
		f->value = strtod(text, NULL) * factor;
	return f;
}

static void shown_init(struct shown *s, struct facts *sheet)
{
	memset(s, 0, sizeof(*s));
	facts_init(sheet, "toy");
	facts_init(&s->config, "");
	facts_init(&s->derived, "");
	s->what = "GPU";
	s->path = strdup("hw/toy.csv");
	s->sheet = sheet;
}

static void shown_done(struct shown *s, struct facts *sheet)
{
	facts_release(sheet);
	facts_release(&s->config);
	facts_release(&s->derived);
	free(s->path);
}

START_TEST(a_sheet_is_shown_in_columns)
{
	struct text out = TEXT_INIT;
	struct facts sheet;
	struct shown s;
	struct fact *f;

	shown_init(&s, &sheet);
	put(&sheet, "arch", "sm90", "name", "vendor");
	f = put(&sheet, "hbm.bandwidth", "4.8", "TB/s", "vendor");
	f->err = 0.1e12;
	f = put(&sheet, "reach", "0.9", "1", "a paper");
	f->origin = ORIGIN_MEASURED;
	put(&sheet, "sms", "132", "count", "a paper");
	s.borrowed = true;
	show_text(&s, &out);
	/* keys of 13, values of 8, errors of 6 characters; a ditto below what
	 * it repeats */
	ck_assert_str_eq(out.buf, "toy: a GPU, hw/toy.csv\n"
		"routing facts are borrowed from the family: no sheet stands "
		"beside this config\n\n"
		"key            value     error   origin    source\n"
		"arch           sm90              spec      vendor\n"
		"hbm.bandwidth  4.8 TB/s  +- 0.1  spec      \"\n"
		"reach          0.9               measured  a paper\n"
		"sms            132               spec      \"\n");
	shown_done(&s, &sheet);
	text_release(&out);
}
END_TEST

/* Numbers that the program derived are in a reader's units. */
static const struct {
	const char *text, *unit, *says;
	double value;
} derived[] = {
	{ "671000000000", "params", "671.00 B params", 671e9 },
	{ "1000000000", "params", "1.00 B params", 1e9 },
	{ "37500000", "params", "37.5 Mparams", 37.5e6 },
	{ "70272", "B", "70,272 B", 70272 },
	{ "123456789", "B", "123,456,789 B", 123456789 },
	{ "1234567890", "B", "1.235 GB", 1234567890 },
	{ "100", "B", "100 B", 100 }, { "1000", "B", "1,000 B", 1000 },
	{ "86000000000", "FLOP", "86 GFLOP", 86e9 },
	{ "590.5", "FLOP/B", "590.5 FLOP/B", 590.5 },
	{ "29.4", "ms", "29.4 ms", 0.0294 },
	{ "mla x3", "name", "mla x3", 0 },
};

START_TEST(what_is_derived_is_in_a_readers_units)
{
	struct text out = TEXT_INIT;
	struct facts sheet;
	struct shown s;
	struct fact *f;
	char line[128];

	shown_init(&s, &sheet);
	put(&sheet, "k", "9", "count", "x");
	f = put(&s.derived, "d", derived[_i].text, derived[_i].unit, "y");
	f->value = derived[_i].value;
	f->origin = ORIGIN_DERIVED;
	if (!strcmp(derived[_i].unit, "name"))
		f->dim = DIM_NAME;
	show_text(&s, &out);
	snprintf(line, sizeof(line), "\n\nderived\nd    %-*s  derived   y\n",
		 (int)fmax(5, (double)strlen(derived[_i].says)),
		 derived[_i].says);
	has(&out, line);
	shown_done(&s, &sheet);
	text_release(&out);
}
END_TEST

/*
 * A key of 3, a value of 5 (its head), an origin of 8: a source of up to 60
 * characters stands behind them, and of 61 below, in lines of 80.
 */
START_TEST(a_long_source_stands_below)
{
	for (int len = 59; len <= 61; len++) {
		struct text out = TEXT_INIT;
		struct facts sheet;
		struct shown s;
		char words[64], line[160];

		memset(words, 'w', (size_t)len);
		words[len] = '\0';
		shown_init(&s, &sheet);
		put(&sheet, "key", "1", "count", words);
		show_text(&s, &out);
		snprintf(line, sizeof(line), len <= 58 + 0 ?
			 "key  1      spec      %s\n" :
			 len + 22 <= 80 ? "key  1      spec      %s\n" :
			 "key  1      spec\n    %s\n", words);
		has(&out, line);
		shown_done(&s, &sheet);
		text_release(&out);
	}
}
END_TEST

/* Notes stand below, 4 columns in, broken at 80; a long word is not cut. */
START_TEST(a_note_is_broken_at_eighty_columns)
{
	struct text out = TEXT_INIT;
	struct facts sheet;
	struct shown s;
	struct fact *f;
	char ten[] = "123456789 ", note[160] = "", word[100];

	shown_init(&s, &sheet);
	f = put(&sheet, "k", "1", "count", "x");
	for (int i = 0; i < 8; i++)
		strcat(note, ten);
	free(f->note);
	/* seven of ten and one of nine are 4 + 79: the eighth goes down */
	f->note = strdup(note);
	f = put(&sheet, "l", "1", "count", "y");
	memset(word, 'w', 90);
	word[90] = '\0';
	free(f->note);
	f->note = strdup(word);
	show_text(&s, &out);
	has(&out, "\n    123456789 123456789 123456789 123456789 123456789 "
	    "123456789 123456789\n    123456789\n");
	has(&out, "  y\n    wwwwwwwwww");
	shown_done(&s, &sheet);
	text_release(&out);
}
END_TEST

START_TEST(a_sheet_is_a_table_for_machines)
{
	struct text out = TEXT_INIT;
	struct facts sheet;
	struct shown s;
	struct fact *f;

	shown_init(&s, &sheet);
	put(&s.config, "hidden", "7168", "count", "config");
	put(&sheet, "hbm", "4.8", "TB/s", "a, b");
	f = put(&s.derived, "sweep", "29.4", "ms", "how");
	f->origin = ORIGIN_DERIVED;
	show_csv(&s, &out);
	ck_assert_str_eq(out.buf, "key,value,unit,origin,source\n"
		"hidden,7168,count,spec,config\n"
		"hbm,4.8,TB/s,spec,\"a, b\"\n"
		"sweep,29.4,ms,derived,how\n");
	shown_done(&s, &sheet);
	text_release(&out);
}
END_TEST

static TCase *show_case(void)
{
	TCase *tc = tcase_create("show");

	tcase_add_test(tc, a_sheet_is_shown_in_columns);
	tcase_add_loop_test(tc, what_is_derived_is_in_a_readers_units, 0,
			    NR(derived));
	tcase_add_test(tc, a_long_source_stands_below);
	tcase_add_test(tc, a_note_is_broken_at_eighty_columns);
	tcase_add_test(tc, a_sheet_is_a_table_for_machines);
	return tc;
}

Suite *suite_sayexplain(void)
{
	Suite *s = suite_create("sayexplain");
	TCase *tc = tcase_create("explain");

	tcase_add_test(tc, a_ladder_has_a_line_a_rung);
	tcase_add_test(tc, the_three_that_add_most_are_named);
	tcase_add_test(tc, a_rung_fits_its_columns);
	tcase_add_loop_test(tc,
		what_was_measured_stands_beside_the_prediction, 0,
		NR(measured));
	tcase_add_test(tc, two_ladders_stand_beside_each_other);
	tcase_add_test(tc, what_ifs_are_a_table);
	tcase_add_test(tc, a_fact_moves_the_answer_in_per_cent);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, show_case());
	return s;
}
