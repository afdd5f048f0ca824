/* Figures of claims as amounts: what digits allow, units, slips, in words. */
#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "words/quantity.h"
#include "cost/cost.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	double x;
	const char *words;
} humans[] = {
	{ 0, "0" }, { 0.305, "0.305" }, { 12.3456, "12.35" }, { 999, "999" },
	{ 999.4, "999.4" }, { 999.5, "1,000" }, { 1000, "1,000" },
	{ 1234.4, "1,234" }, { 1234.5, "1,235" }, { 304100, "304,100" },
	{ 100005, "100,005" }, { 999999, "999,999" },
	{ 999999.5, "1 million" }, { 1e6, "1 million" },
	{ 792e6, "792 million" }, { 1.23456e9, "1.235 billion" },
	{ 2e12, "2 trillion" }, { 9.99e17, "999,000 trillion" },
	{ 1.2344e15, "1,234 trillion" }, { 9.994e14, "999.4 trillion" },
	{ 1e18, "over a million trillion" }, { 1e30, "over a million "
	  "trillion" },
};

START_TEST(a_number_is_said_as_a_person_does)
{
	char out[48];

	ck_assert_str_eq(quantity_human(humans[_i].x, out, sizeof(out)),
			 humans[_i].words);
}
END_TEST

static const struct {
	enum quantity q;
	double x;
	const char *words;
} said[] = {
	{ Q_TPM, 550000, "550,000 tok/min" },
	{ Q_TOK_S_GPU, 87.6, "87.6 tok/s/GPU" },
	{ Q_SPEEDUP_X, 2.5, "2.5 x" }, { Q_CACHE_HIT, 0.5, "0.5" },
	{ Q_FITS, 1, "that it fits" }, { Q_FITS, 0, "that it does not fit" },
	{ Q_BOUND, BOUND_RDMA, "rdma" }, { Q_BOUND, BOUND_HBM, "hbm" },
	{ Q_PARAMS_TOTAL, 671, "671 billion parameters" },
	{ Q_TTFT_MS, 1234, "1,234 ms" },
};

START_TEST(a_quantity_is_said_with_its_unit)
{
	char out[64];

	ck_assert_str_eq(quantity_say(said[_i].q, said[_i].x, out,
				      sizeof(out)), said[_i].words);
}
END_TEST

static const struct {
	enum quantity q;
	double low, high;
	const char *words;
} reads[] = {
	{ Q_TPM, 545000, 555000, "545,000 to 555,000 tok/min" },
	{ Q_TPM, 550000, 550000, "" },
	{ Q_TPM, 700, INFINITY, "700 tok/min or more" },
	{ Q_TPM, 0, 700, "700 tok/min or less" },
	{ Q_BOUND, 0, 1, "" },
};

START_TEST(what_was_read_is_said_where_it_is_not_exact)
{
	struct amount a = amount_of(reads[_i].low, reads[_i].low,
				    reads[_i].high);
	char out[128];

	ck_assert_str_eq(quantity_read_as(reads[_i].q, &a, out, sizeof(out)),
			 reads[_i].words);
}
END_TEST

/* ---- figures with units ---- */

/* The last digit stands for half of itself to either side. */
static const struct {
	enum quantity q;
	const char *text, *unit;
	double value, low, high;
} figures[] = {
	{ Q_TOK_S_GPU, "87.6", "", 87.6, 87.55, 87.65 },
	{ Q_TTFT_MS, "512", "", 512, 511.5, 512.5 },
	{ Q_TTFT_MS, "1.5", "s", 1500, 1450, 1550 },
	{ Q_TTFT_MS, "1.5 s", "", 1500, 1450, 1550 },
	{ Q_TPM, "10.5", "tok/s", 630, 627, 633 },	/* 60 x */
	{ Q_GPUS, "8", "", 8, 8, 8 },		/* counted, not measured */
	{ Q_ISL, "4k", "", 4000, 4000, 4096 },	/* of a thousand or 1024 */
	{ Q_TTFT_MS, "30-40", "", 35, 30, 40 },
	{ Q_HBM_TB_S, "4800", "GB/s", 4.8, 4.75, 4.85 },
	{ Q_PARAMS_TOTAL, "671B", "", 671, 670.5, 671.5 },
	{ Q_FITS, "yes", "", 1, 1, 1 }, { Q_FITS, "No", "", 0, 0, 0 },
	{ Q_FITS, "true", "", 1, 1, 1 },
	{ Q_BOUND, "Memory", "", BOUND_HBM, BOUND_HBM, BOUND_HBM },
	{ Q_BOUND, "network", "", BOUND_RDMA, BOUND_RDMA, BOUND_RDMA },
	{ Q_BOUND, "compute", "", BOUND_COMPUTE, BOUND_COMPUTE,
	  BOUND_COMPUTE },
};

START_TEST(a_figure_is_an_amount_in_its_quantitys_unit)
{
	struct written w = { figures[_i].text, figures[_i].unit, NULL };
	struct amount a;
	struct fault why = { 0 };

	ck_assert_msg(!quantity_amount(figures[_i].q, &w, &a, &why), "%s",
		      why.what);
	ck_assert(a.known);
	ck_assert_msg(fabs(a.value - figures[_i].value) < 1e-9 &&
		      fabs(a.low - figures[_i].low) < 1e-9 &&
		      fabs(a.high - figures[_i].high) < 1e-9,
		      "%s%s: %.10g, %.10g to %.10g", figures[_i].text,
		      figures[_i].unit, a.value, a.low, a.high);
}
END_TEST

static const struct {
	enum quantity q;
	const char *text, *unit, *what;
} none[] = {
	{ Q_TTFT_MS, "512", "GB", "ttft_ms is in \"GB\"" },
	{ Q_TTFT_MS, "512 GB", "", "ttft_ms is in \"GB\"" },
	{ Q_TTFT_MS, "soon", "", "ttft_ms is \"soon\"" },
	{ Q_TTFT_MS, "40-30", "", "ttft_ms is \"40-30\", a range that falls" },
	{ Q_TTFT_MS, "-5", "", "ttft_ms is \"-5\"" },
	{ Q_BOUND, "luck", "", "bound is \"luck\"" },
	{ Q_FITS, "maybe", "", "fits is \"maybe\"" },
};

START_TEST(a_figure_that_is_none_is_named)
{
	struct written w = { none[_i].text, none[_i].unit, NULL };
	struct amount a;
	struct fault why = { 0 };

	ck_assert_int_eq(quantity_amount(none[_i].q, &w, &a, &why), -1);
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert(*why.remedy);
}
END_TEST

/* ---- two amounts ---- */

static struct amount from(double low, double high)
{
	return amount_of((low + high) / 2, low, high);
}

/* They meet where their ranges do, or are within 0.2 %. */
static const struct {
	double a, b, c, d;
	bool meet;
} meets[] = {
	{ 1, 2, 2, 3, true }, { 1, 2, 3, 4, false }, { 1, 4, 2, 3, true },
	{ 1, 2, 2.003, 3, true }, { 1, 2, 2.005, 3, false },
	{ 100, 100, 100.1, 100.1, true }, { 100, 100, 100.3, 100.3, false },
};

START_TEST(amounts_meet_where_their_ranges_do)
{
	struct amount x = from(meets[_i].a, meets[_i].b);
	struct amount y = from(meets[_i].c, meets[_i].d);

	ck_assert_int_eq(amounts_meet(&x, &y), meets[_i].meet);
	ck_assert_int_eq(amounts_meet(&y, &x), meets[_i].meet);
}
END_TEST

/* ---- what is given beside ---- */

static const struct {
	const char *text;
	enum quantity q;
	double value;
} given[] = {
	{ "tpm=550000", Q_TPM, 550000 }, { " tpm = 550000 ", Q_TPM, 550000 },
	{ "gpus=8; tpm: 550000;", Q_TPM, 550000 },
	{ "gpus=8;tpm=550000", Q_GPUS, 8 }, { "ttft_ms<700", Q_TTFT_MS, 700 },
	{ "acceptance=1.8", Q_TOKENS_PER_STEP, 1.8 },	/* no share of one */
	{ "acceptance=0.8", Q_ACCEPTANCE, 0.8 },
	{ "acceptance=80%", Q_ACCEPTANCE, 0.8 },
};

START_TEST(what_is_given_is_known)
{
	struct stated all = { .unread = "" };
	struct fault why = { 0 };

	ck_assert_msg(!quantity_given(given[_i].text, &all, &why), "%s",
		      why.what);
	ck_assert(all.first.of[given[_i].q].known);
	if (given[_i].q != Q_TTFT_MS)
		ck_rel(all.first.of[given[_i].q].value, given[_i].value,
		       1e-12);
	else
		ck_rel(all.first.of[given[_i].q].high, given[_i].value,
		       1e-12);
}
END_TEST

static const struct {
	const char *text, *what;
} ungiven[] = {
	{ "tpm", "given has \"tpm\"" },
	{ "tpm=", "given has \"tpm=\"" },
	{ "=5", "given has \"=5\"" },
	{ "gpus=0", "gpus is 0, and nothing follows from none" },
	{ "gpus=8; tpm=x", "tpm is \"x\"" },
};

START_TEST(what_is_given_wrongly_is_placed)
{
	struct stated all = { .unread = "" };
	struct fault why = { 0 };

	ck_assert_int_eq(quantity_given(ungiven[_i].text, &all, &why), -1);
	ck_assert_str_eq(why.what, ungiven[_i].what);
}
END_TEST

/* Every quantity is called by its own name, and its unit is one of its own. */
START_TEST(a_quantity_is_found_by_its_name)
{
	enum quantity q;
	struct fault why = { 0 };

	ck_assert_int_eq(quantity_parse(quantity_name((enum quantity)_i), &q,
					&why), 0);
	ck_assert_int_eq((int)q, _i);
	if (strcmp(quantity_unit(q), "1") && q != Q_BOUND)
		ck_rel(quantity_factor(q, quantity_unit(q)), 1, 1e-12);
	ck_rel(quantity_factor(q, ""), 1, 1e-12);
}
END_TEST

Suite *suite_amounts(void)
{
	Suite *s = suite_create("amounts");
	TCase *tc = tcase_create("amounts");

	tcase_add_loop_test(tc, a_number_is_said_as_a_person_does, 0,
			    NR(humans));
	tcase_add_loop_test(tc, a_quantity_is_said_with_its_unit, 0,
			    NR(said));
	tcase_add_loop_test(tc, what_was_read_is_said_where_it_is_not_exact,
			    0, NR(reads));
	tcase_add_loop_test(tc, a_figure_is_an_amount_in_its_quantitys_unit,
			    0, NR(figures));
	tcase_add_loop_test(tc, a_figure_that_is_none_is_named, 0, NR(none));
	tcase_add_loop_test(tc, amounts_meet_where_their_ranges_do, 0,
			    NR(meets));
	tcase_add_loop_test(tc, what_is_given_is_known, 0, NR(given));
	tcase_add_loop_test(tc, what_is_given_wrongly_is_placed, 0,
			    NR(ungiven));
	tcase_add_loop_test(tc, a_quantity_is_found_by_its_name, 0, Q_NR);
	suite_add_tcase(s, tc);
	return s;
}
