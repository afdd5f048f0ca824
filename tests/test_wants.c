#include <string.h>

#include "sheet/bend.h"
#include "facts/launch.h"
#include "facts/launch_wants.h"
#include "facts/service.h"
#include "sheet/want.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- which values make sense ---- */

static const struct {
	enum limit limit;
	const char *says;
	double in[4], out[4];	/* NaN: no more of them */
} limits[] = {
	{ LIMIT_FROM_ZERO, "0 or more", { 0, 1e-300, 2, NAN },
	  { -1e-300, -1, NAN } },
	{ LIMIT_POSITIVE, "more than 0", { 1e-300, 1, 1e300, NAN },
	  { 0, -1, NAN } },
	{ LIMIT_REACH, "more than 0 and at most 1", { 1e-300, 0.5, 1, NAN },
	  { 0, 1.0000001, -0.5, NAN } },
	{ LIMIT_SHARE, "between 0 and 1", { 0, 0.5, 1, NAN },
	  { -1e-9, 1.0000001, NAN } },
	{ LIMIT_INSIDE, "more than 0 and less than 1", { 1e-9, 0.5, NAN },
	  { 0, 1, -0.5, NAN } },
	{ LIMIT_FROM_ONE, "1 or more", { 1, 1.5, 1e9, NAN },
	  { 0.9999999, 0, -1, NAN } },
	{ LIMIT_NORM, "0 (the largest term counts), or 1 or more",
	  { 0, 1, 1.5, NAN }, { 0.5, -1, 0.9999999, NAN } },
	{ LIMIT_COUNT, "a whole number, 1 or more", { 1, 2, 1e6, NAN },
	  { 0, 1.5, -1, NAN } },
	{ LIMIT_FLAG, "0 or 1", { 0, 1, NAN }, { 0.5, 2, -1, NAN } },
	{ LIMIT_LOG_SD, "between 0 and 5, as logarithms differ",
	  { 0, 5, NAN }, { -0.1, 5.1, NAN } },
};

START_TEST(a_limit_has_its_ends_and_says_them)
{
	const struct want w = { "k", DIM_RATIO, limits[_i].limit, 0, false };

	ck_assert_int_eq((int)limits[_i].limit, _i);
	ck_assert_int_eq(NR(limits), LIMIT_NR);
	for (int i = 0; i < 4 && !isnan(limits[_i].in[i]); i++)
		ck_assert_msg(!want_beyond(&w, limits[_i].in[i]), "%g",
			      limits[_i].in[i]);
	for (int i = 0; i < 4 && !isnan(limits[_i].out[i]); i++)
		ck_assert_str_eq(want_beyond(&w, limits[_i].out[i]),
				 limits[_i].says);
	ck_assert_str_eq(want_beyond(&w, (double)NAN), limits[_i].says);
}
END_TEST

/* What stands in a sheet is said as it stands there, where it stands. */
START_TEST(a_value_beyond_its_limit_is_named_by_its_line)
{
	static const struct want w = { "share", DIM_RATIO, LIMIT_SHARE, 0,
				       false };
	double x = 5;
	struct facts f;
	struct fault why;

	rows_facts(&f, ROW("other", "1", "1") ROW("share", "120", "%"));
	ck_assert_int_eq(want_one(&w, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:3: \"share\" is 120; write between 0 and 1");
	ck_assert_int_eq(want_one(&w, &f, "other", &x, &why), 0);
	ck_rel(x, 1, 0);
	facts_release(&f);
}
END_TEST

START_TEST(what_is_optional_may_be_missing_and_no_more)
{
	const struct want may = { "k", DIM_S, LIMIT_POSITIVE, 0, true };
	const struct want must = { "k", DIM_S, LIMIT_POSITIVE, 0, false };
	double x = 7;
	struct facts f;
	struct fault why;

	rows_facts(&f, ROW("other", "1", "1"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), 0);
	ck_rel(x, 7, 0);
	ck_assert_int_eq(want_one(&must, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv: missing key \"k\"; add a row k,VALUE,ERR,"
		  "UNIT,ORIGIN,SOURCE,NOTE with the unit s, ms, us or "
		  "ns");
	facts_release(&f);
	rows_facts(&f, ROW("k", "0", "ms"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:2: \"k\" is 0; write more than 0");
	facts_release(&f);
	rows_facts(&f, ROW("k", "3", "B"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:2: \"k\" is a size in bytes (B), but must be "
		  "a time; write it in s, ms, us or ns");
	facts_release(&f);
}
END_TEST

/* Of four rows the first and third are missing, the fourth may be. */
START_TEST(all_that_a_sheet_lacks_is_told_at_once)
{
	static const struct want w[] = {
		{ "alpha", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "other", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "gamma", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "delta", DIM_RATIO, LIMIT_SHARE, 0, true },
	};
	double x = 5;
	struct facts f;
	struct fault why;

	rows_facts(&f, ROW("other", "1", "1"));
	ck_assert_int_eq(want_all(w, 4, &f, &x, &why), -1);
	rows_said(&why, "toy.csv: missing key \"alpha\"; add a row alpha,VALUE,"
		  "ERR,UNIT,ORIGIN,SOURCE,NOTE with the unit 1 or %; and "
		  "rows of gamma");
	facts_release(&f);
	rows_facts(&f, ROW("other", "2", "1"));
	ck_assert_int_eq(want_all(w + 1, 2, &f, &x, &why), -1);
	rows_said(&why, "toy.csv:2: \"other\" is 2; write between 0 and 1");
	facts_release(&f);
}
END_TEST

/* ---- each row lands in a field of its own ---- */

START_TEST(every_launch_row_has_a_field_of_its_own)
{
	struct serve_facts s;

	memset(&s, 0, sizeof(s));
	rows_land(launch_wants, launch_wants_nr, &s,
		  sizeof(s) / sizeof(double));
}
END_TEST

static const struct {
	const char *key;
	size_t at;
	enum dim dim;
} launched[] = {
#define AT(key, field, dim) \
	{ "serve_" key, offsetof(struct serve_facts, field), dim }
	AT("alone", alone, DIM_COUNT), AT("reserve", reserve, DIM_RATIO),
	AT("seqs", seqs, DIM_COUNT), AT("tokens", tokens, DIM_COUNT),
	AT("tokens_fp4", tokens_fp4, DIM_COUNT),
	AT("tokens_many", tokens_many, DIM_COUNT),
	AT("tokens_short", tokens_short, DIM_COUNT),
	AT("tokens_dp", tokens_dp, DIM_COUNT), AT("many", many, DIM_COUNT),
	AT("recv", recv, DIM_COUNT), AT("recv_few", recv_few, DIM_COUNT),
	AT("recv_dp", recv_dp, DIM_COUNT), AT("few", few, DIM_COUNT),
	AT("mixed_dp", mixed_dp, DIM_COUNT), AT("seqs_dp", seqs_dp, DIM_COUNT),
	AT("adp", adp, DIM_COUNT), AT("adp_wait", adp_wait, DIM_COUNT),
	AT("wait", wait, DIM_COUNT), AT("wait_share", wait_share, DIM_RATIO),
	AT("piece_B", piece_B, DIM_B),
	AT("piece_share", piece_share, DIM_RATIO), AT("mem", mem, DIM_RATIO),
	AT("mem_most", mem_most, DIM_RATIO), AT("free", free, DIM_RATIO),
	AT("taken", taken_B, DIM_B), AT("in", in_s, DIM_S),
	AT("out", out_s, DIM_S), AT("tokenize", tokenize_s, DIM_S),
	AT("band_ttft", band[SEEN_TTFT], DIM_RATIO),
	AT("band_tpot", band[SEEN_TPOT], DIM_RATIO),
	AT("band_tok_s", band[SEEN_TOK_S], DIM_RATIO),
	AT("ran_ep", ran_ep, DIM_COUNT), AT("ran_dp", ran_dp, DIM_COUNT),
#undef AT
};

START_TEST(a_launch_row_is_of_the_field_of_its_name)
{
	int i = 0;

	while (i < launch_wants_nr &&
	       strcmp(launch_wants[i].key, launched[_i].key))
		i++;
	ck_assert_msg(i < launch_wants_nr, "%s", launched[_i].key);
	ck_assert_uint_eq(launch_wants[i].at, launched[_i].at);
	ck_assert_int_eq(launch_wants[i].dim, launched[_i].dim);
	ck_assert(launch_wants[i].optional);
}
END_TEST

/* ---- a service's curve ---- */

/*
 * (a^b + (n c)^b)^(1/b). 3 and 4 by 2: 5. Sharp, it is the longer of the two:
 * by 1000, of 0.05 and 0.1, 0.1 (1 + 2^-1000)^(1/1000); the powers themselves
 * are below every number there is.
 */
static const struct {
	struct service_curve c;
	double n, want;
} curves[] = {
	{ { 3, 4, 2 }, 0, 3 }, { { 3, 4, 2 }, 1, 5 },
	{ { 6, 4, 2 }, 2, 10 }, { { 0.5, 0.25, 1 }, 6, 2 },
	{ { 0, 2, 3 }, 5, 10 }, { { 0, 2, 3 }, 0, 0 },
	{ { 0.05, 0.01, 1000 }, 10, 0.1 }, { { 0.05, 0.01, 1000 }, 2, 0.05 },
	{ { 50, 10, 1000 }, 10, 100 },
	{ { 1e-3, 1e-3, 500 }, 1, 1.0013872557113347e-3 },	/* 2^(1/500) */
};

START_TEST(a_curve_is_a_norm_of_two_times)
{
	ck_rel(service_curve_s(&curves[_i].c, curves[_i].n), curves[_i].want,
	       1e-12);
}
END_TEST

/* More of anything is never quicker, and twice the times are twice as long. */
START_TEST(a_curve_rises_and_scales)
{
	for (double bend = 1; bend < 3000; bend *= 3)
		for (double n = 0; n < 300; n = 2 * n + 1) {
			struct service_curve c = { 0.02, 0.003, bend };
			struct service_curve twice = { 0.04, 0.006, bend };
			double s = service_curve_s(&c, n);

			ck_assert(s >= 0.02 * (1 - 1e-12) &&
				  s >= 0.003 * n * (1 - 1e-12));
			ck_assert(s <= 0.02 + 0.003 * n + 1e-12);
			ck_assert(service_curve_s(&c, n + 1) >= s);
			ck_rel(service_curve_s(&twice, n), 2 * s, 1e-12);
		}
}
END_TEST

/*
 * Straight in the logarithm: 4 is half way from 1 to 16, 64 from 16 to 256;
 * as the nearest beyond either end, 1 where there is no list.
 */
static const struct { double batch, want; } bends[] = {
	{ 0.5, 1 }, { 1, 1 }, { 2, 1.25 }, { 4, 1.5 }, { 8, 1.75 }, { 16, 2 },
	{ 64, 1.25 }, { 256, 0.5 }, { 1000, 0.5 } };

START_TEST(a_bend_is_straight_between_its_batches)
{
	static const struct bend none = { .nr = 0 };
	struct bend b, one;
	struct fault why;

	ck_assert_int_eq(bend_parse(&b, "1:1;16:2;256:0.5", &why), 0);
	ck_rel(bend_at(&b, bends[_i].batch), bends[_i].want, 1e-12);
	ck_rel(bend_at(&none, bends[_i].batch), 1, 0);
	ck_assert_int_eq(bend_parse(&one, "8:1.5", &why), 0);
	ck_rel(bend_at(&one, bends[_i].batch), 1.5, 0);
}
END_TEST

Suite *suite_wants(void)
{
	Suite *s = suite_create("wants");
	TCase *t = tcase_create("wants");

	tcase_add_loop_test(t, a_limit_has_its_ends_and_says_them, 0,
			    NR(limits));
	tcase_add_test(t, a_value_beyond_its_limit_is_named_by_its_line);
	tcase_add_test(t, what_is_optional_may_be_missing_and_no_more);
	tcase_add_test(t, all_that_a_sheet_lacks_is_told_at_once);
	tcase_add_test(t, every_launch_row_has_a_field_of_its_own);
	tcase_add_loop_test(t, a_launch_row_is_of_the_field_of_its_name, 0,
			    NR(launched));
	tcase_add_loop_test(t, a_curve_is_a_norm_of_two_times, 0, NR(curves));
	tcase_add_test(t, a_curve_rises_and_scales);
	tcase_add_loop_test(t, a_bend_is_straight_between_its_batches, 0,
			    NR(bends));
	suite_add_tcase(s, t);
	return s;
}
