#include <math.h>

#include "tests/tests.h"
#include "skew/draw.h"
#include "time/late.h"
#include "skew/placing.h"
#include "skew/skew.h"
#include "skew/tiles.h"

#define SIGMA 0.985	/* of DeepSeek-R1's expert loads, see below */

static struct spread spread_of(const struct skew_spec *a, double tok,
			       double pad)
{
	struct spread out;
	struct skew s;

	skew_make(&s, a);
	skew_spread(&s, &(struct fallen){ tok, tok, pad }, &out);
	return out;
}

/* Tables of the standard normal. */
static const struct { double p, x; } quantiles[] = {
	{ 0.5, 0 },
	{ 0.8413447460685429, 1 },
	{ 0.975, 1.959963984540054 },
	{ 0.995, 2.5758293035489004 },
	{ 0.9999, 3.719016485455709 },
	{ 0.025, -1.959963984540054 },
	{ 0.0013498980316300933, -3 },
};

START_TEST(quantiles_are_those_of_the_tables)
{
	ck_assert_double_eq_tol(skew_quantile(quantiles[_i].p),
				quantiles[_i].x, 1e-10);
}
END_TEST

/* Expected largest of n normals: Teichroew 1956; Blom is within 0.03. */
static const struct { int n; double x; } largest[] = {
	{ 1, 0 }, { 2, 0.564 }, { 8, 1.424 }, { 16, 1.766 }, { 32, 2.070 },
	{ 64, 2.344 }, { 144, 2.62 }, { 256, 2.82 },
};

START_TEST(the_largest_of_many_is_bloms)
{
	ck_assert_double_eq_tol(skew_largest(largest[_i].n), largest[_i].x,
				0.03);
}
END_TEST

/* E (1 - (1 - k/E)^T) of 256 experts, 8 a token. */
static const struct { double tok, touched; } touches[] = {
	{ 1, 8 }, { 8, 57.4 }, { 32, 163.3 }, { 64, 222.4 }, { 256, 255.9 },
};

START_TEST(tokens_touch_so_many_experts)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 256,
			      .topk = 8, .slots = 256, .ranks = 1 };

	ck_assert_double_eq_tol(spread_of(&a, touches[_i].tok, 1).mean.touched,
				touches[_i].touched, 0.05);
	a.ranks = 32;		/* a rank has 8 of them */
	ck_assert_double_eq_tol(32 *
		spread_of(&a, touches[_i].tok, 1).mean.touched,
		touches[_i].touched, 0.05);
}
END_TEST

/* Shapes with slots that do and do not divide into slices or experts. */
static const struct { int experts, topk, slots, ranks; } shapes[] = {
	{ 256, 8, 256, 32 }, { 256, 8, 288, 32 }, { 256, 8, 288, 72 },
	{ 256, 8, 320, 320 }, { 256, 8, 258, 3 }, { 64, 4, 64, 1 },
	{ 6, 2, 6, 3 }, { 13, 3, 14, 7 }, { 384, 8, 400, 40 },
};

static const enum balance balances[] = {
	BALANCE_UNIFORM, BALANCE_EPLB, BALANCE_SKEWED, BALANCE_EVEN
};

START_TEST(every_pair_arrives_somewhere)
{
	for (int b = 0; b < 4; b++) {
		struct skew_spec a = { .balance = balances[b],
			.experts = shapes[_i].experts,
			.topk = shapes[_i].topk, .slots = shapes[_i].slots,
			.ranks = shapes[_i].ranks, .sigma = 0.3,
			.drift_cv = 0.04 };
		struct spread out = spread_of(&a, 1000, 1);

		/* rows of all ranks = tokens x topk */
		ck_rel(out.mean.rows * a.ranks, 1000.0 * a.topk, 1e-9);
		ck_rel(out.mean.padded, out.mean.rows, 1e-9);
		ck_assert(out.mean.touched <= a.slots / a.ranks);
		ck_assert(out.busiest >= 1 && out.busiest <= a.ranks);
		ck_rel(out.busiest_load.rows, out.mean.rows * out.busiest,
		       1e-12);
	}
}
END_TEST

/* 80 tokens x 4 experts on 8 ranks: 40 rows each. */
START_TEST(even_loads_are_the_limit_without_chance)
{
	struct skew_spec a = { .balance = BALANCE_EVEN, .experts = 64,
		.topk = 4, .slots = 64, .ranks = 8, .sigma = 1,
		.drift_cv = 0.04 };
	struct spread out = spread_of(&a, 80, 1);

	ck_assert(out.busiest == 1 &&
		  out.most_touched == out.mean.touched);
	ck_assert(out.mean.rows == 40 && out.busiest_load.rows == 40);
}
END_TEST

/*
 * 16 tokens x 4 of 64 experts are one row a slot, which none of them hits by
 * (15/16)^16 = 0.35607. Of slots alike rows tell 0.35607 / 0.64393 of the
 * variance of what is touched: sqrt(1 - 0.55296) is left. The rank that has
 * 5.5 slots touched, for 4, reads those and half of 1.5 / 4 more tiles:
 * 64 x 1.1875.
 */
START_TEST(rows_tell_what_is_touched)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 64,
		.topk = 4, .slots = 64, .ranks = 8, .sigma = 0 };
	struct spread out = spread_of(&a, 16, 1);
	struct load mean = { 4, 9, 64 }, wide;

	ck_rel(out.apart, 0.66861, 1e-4);
	a.balance = BALANCE_EPLB;	/* packed of equals is the same */
	a.sigma = 1e-9;
	out = spread_of(&a, 16, 1);
	ck_rel(out.apart, 0.66861, 1e-4);
	out.most_touched = 5.5;
	out.apart = 0.5;
	wide = late_wide(&mean, &out);
	ck_rel(wide.touched, 5.5, 1e-12);
	ck_rel(wide.padded, 76, 1e-12);
}
END_TEST

/*
 * Of two slots, each hit with a chance of h, some of n ranks has one hit but
 * for (1 - h)^2n, and both but for (1 - h^2)^n. 64 tokens on 64 slots, 1 each:
 * h = 1 - (1 - 1/64)^64 = 0.6350; 32 ranks: 1 - 0.1332^32 and
 * 1 - 0.5968^32 = 1, two. 4 tokens: h = 0.0611, 1 - 0.8816^32 = 0.9823 and
 * 1 - 0.99627^32 = 0.1127.
 */
static const struct { double tok, most; } most[] = {
	{ 64, 2 }, { 4, 1.0950 },
};

START_TEST(few_slots_are_all_touched_somewhere)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 64,
		.topk = 1, .slots = 64, .ranks = 32 };

	for (int i = 0; i < 2; i++)
		ck_rel(spread_of(&a, most[i].tok, 1).most_touched,
		       most[i].most, 1e-3);
	/* 16 slots are more than a few */
	a.ranks = 4;
	ck_rel(spread_of(&a, 4, 1).most_touched, 16 * 0.06106 + skew_largest(4)
	       * sqrt(16 * 0.06106 * 0.93894) + (skew_largest(4) *
	       skew_largest(4) - 1) / 6 * (1 - 2 * 0.06106), 1e-3);
}
END_TEST

START_TEST(one_rank_is_its_own_busiest)
{
	for (int b = 0; b < 4; b++) {
		struct skew_spec a = { .balance = balances[b], .experts = 64,
			.topk = 4, .slots = 64, .ranks = 1, .sigma = 1 };

		ck_assert(spread_of(&a, 80, 1).busiest == 1);
	}
}
END_TEST

/*
 * Equal experts, 1024 pairs a rank: only chance is left, CV 1/32 over 32
 * ranks: 1 + 2.07 / 32 = 1.065.
 */
START_TEST(chance_alone_is_the_square_root_of_rows)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 256,
		.topk = 8, .slots = 256, .ranks = 32 };

	ck_assert_double_eq_tol(spread_of(&a, 4096, 1).busiest, 1.065, 0.003);
}
END_TEST

/*
 * TensorRT-LLM's blog 4, table 1: DeepSeek-R1's slots have a CV of 1.28 in
 * load, a lognormal's with sigma 0.985, and its busiest of 32 ranks 2.56
 * times the mean. The other sizes: 2000 drawn placements each.
 */
static const struct { int ranks; double busiest; } skewed[] = {
	{ 8, 1.30 }, { 16, 1.70 }, { 32, 2.47 }, { 64, 3.5 }, { 128, 6 },
};

START_TEST(without_balancing_wide_ep_is_uneven)
{
	struct skew_spec a = { .balance = BALANCE_SKEWED, .experts = 256,
		.topk = 8, .slots = 256, .ranks = skewed[_i].ranks,
		.sigma = SIGMA };

	ck_rel(spread_of(&a, 1e6, 1).busiest, skewed[_i].busiest, 0.06);
}
END_TEST

/*
 * Drawn: 50,000 layers of DeepSeek-R1's popularities with 32 spare slots that
 * repeat the first experts, at 64 tokens a rank: 3.88 and 6.42.
 */
static const struct { int ranks; double busiest; } repeated[] = {
	{ 72, 3.88 }, { 144, 6.42 },
};

START_TEST(the_hottest_expert_has_no_claim_to_a_spare_slot)
{
	struct skew_spec a = { .balance = BALANCE_SKEWED, .experts = 256,
		.topk = 8, .slots = 288, .ranks = repeated[_i].ranks,
		.sigma = SIGMA };

	ck_rel(spread_of(&a, 64.0 * a.ranks, 1).busiest,
	       repeated[_i].busiest, 0.03);
}
END_TEST

/*
 * The larger of two normals is 1 / sqrt(pi) = 0.5642 above their mean, and has
 * 0.8256 of their deviation (1 - 1 / pi). Beside 10,000 the total stays.
 */
START_TEST(the_larger_of_two_normals_is_known)
{
	struct moments m = { 1, 0.0001, 1e-12 };
	struct largest_share of;
	struct largest l;

	largest_make(&l, 2);
	largest_share(&l, &m, 0, &of);
	ck_rel(2 * of.mean, 1.005642, 1e-4);
	largest_share(&l, &m, 10000 - 2, &of);
	ck_rel(10000 * of.sd, 0.008256, 0.01);
}
END_TEST

/*
 * Of a level of 1 and a lognormal of mean 1 and log sd 1: d = 1/2 and t - d =
 * 1/2, N(1/2) = 0.691462 twice.
 */
START_TEST(the_larger_of_a_level_and_a_lognormal_is_known)
{
	ck_rel(lognormal_or(1, 1, 1), 2 * 0.69146246127, 1e-9);
	ck_rel(lognormal_or(10, 1, 1e-3), 10, 1e-9);
	ck_rel(lognormal_or(0.1, 1, 1e-3), 1, 1e-9);
}
END_TEST

/*
 * A lognormal of sigma 1 and mean 1: variance e - 1, third moment
 * (e - 1)^2 (e + 2). Its median is exp(-1/2), one sd of the normal up is
 * exp(1/2), with a chance of 0.1587 to be above.
 */
START_TEST(one_lognormal_is_itself)
{
	double v = exp(1) - 1;
	struct moments m = { 1, v, v * v * (v + 3) };

	ck_rel(moments_quantile(&m, 0), exp(-0.5), 1e-9);
	ck_rel(moments_quantile(&m, 1), exp(0.5), 1e-9);
	ck_rel(moments_above(&m, exp(0.5)), 0.15865525393145707, 1e-9);
}
END_TEST

/*
 * The same blog measured 1.109 with 288 slots on 32 ranks. Chance alone is
 * 1 + 2.07 sqrt(1/1024 + 0.04^2) = 1.105 at 1,024 pairs a rank.
 */
START_TEST(balanced_slots_are_nearly_even)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 256,
		.topk = 8, .slots = 288, .ranks = 32, .sigma = SIGMA,
		.drift_cv = 0.04 };
	double busiest = spread_of(&a, 4096, 1).busiest;

	ck_assert_msg(busiest > 1.05 && busiest < 1.15, "%g", busiest);
}
END_TEST

/* With one slot a rank there is nothing to choose, so not at 256. */
START_TEST(balancing_never_makes_it_worse)
{
	for (int ranks = 2; ranks <= 128; ranks *= 2) {
		struct skew_spec a = { .balance = BALANCE_SKEWED,
			.experts = 256, .topk = 8, .slots = 256,
			.ranks = ranks, .sigma = SIGMA };
		double before = spread_of(&a, 1e4, 1).busiest;

		a.balance = BALANCE_EPLB;
		ck_assert_double_le(spread_of(&a, 1e4, 1).busiest,
				    before);
	}
}
END_TEST

START_TEST(more_tokens_are_less_uneven)
{
	for (int b = 0; b < 3; b++) {
		struct skew_spec a = { .balance = balances[b], .experts = 256,
			.topk = 8, .slots = 288, .ranks = 32,
			.sigma = SIGMA, .drift_cv = 0.04 };
		double before = 1e9;

		for (double tok = 1; tok < 1e6; tok *= 2) {
			double now = spread_of(&a, tok, 1).busiest;

			ck_assert_double_le(now, before);
			before = now;
		}
	}
}
END_TEST

/* Copies: 12 of load 4, 4, 2, 2 on 6 slots: the first two get one each. */
START_TEST(the_hottest_experts_are_copied_and_packed)
{
	static const double popularity[] = { 4, 4, 2, 2 };
	int slot_expert[6], copies[4];
	double rank[3] = { 0 };

	placing_pack(&(struct placing){ .experts = 4, .slots = 6, .ranks = 3,
		.popularity = popularity, .slot_expert = slot_expert,
		.copies = copies });
	ck_assert_int_eq(copies[0], 2);
	ck_assert_int_eq(copies[1], 2);
	ck_assert_int_eq(copies[2], 1);
	ck_assert_int_eq(copies[3], 1);
	for (int s = 0; s < 6; s++)
		rank[s / 2] += popularity[slot_expert[s]] /
			       copies[slot_expert[s]];
	for (int r = 0; r < 3; r++)
		ck_assert(rank[r] == 4);
}
END_TEST

START_TEST(a_placement_has_every_copy_once)
{
	double popularity[256];
	int slot_expert[288], copies[256], seen[256] = { 0 };
	int nr = 0;

	for (int e = 0; e < 256; e++)
		popularity[e] = 1.0 / (1 + e * 37 % 256);
	placing_pack(&(struct placing){ .experts = 256, .slots = 288,
		.ranks = 36, .popularity = popularity,
		.slot_expert = slot_expert, .copies = copies });
	for (int s = 0; s < 288; s++)
		seen[slot_expert[s]]++;
	for (int e = 0; e < 256; e++) {
		ck_assert_int_ge(copies[e], 1);
		ck_assert_int_eq(seen[e], copies[e]);
		nr += copies[e];
	}
	ck_assert_int_eq(nr, 288);
}
END_TEST

/*
 * Loads 6 6 5 4 4 3 2 2 on four ranks of two: the lightest with room takes the
 * next, of equals the first. 6 6 5 4 on ranks 0 1 2 3; 4 on 3 (4), full at 8;
 * 3 on 2 (5), full at 8; 2 on 0 (6, before 1), 2 on 1.
 */
START_TEST(a_slot_goes_to_the_lightest_rank_with_room)
{
	const double popularity[] = { 6, 6, 5, 4, 4, 3, 2, 2 };
	const int want[] = { 0, 6, 1, 7, 2, 5, 3, 4 };
	int slot_expert[8], copies[8];

	placing_pack(&(struct placing){ .experts = 8, .slots = 8, .ranks = 4,
		.popularity = popularity, .slot_expert = slot_expert,
		.copies = copies });
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(slot_expert[i], want[i]);
}
END_TEST

/* sum over j of P(X > 64 j) x 64 by the Poisson terms themselves */
static double padded_exactly(double rows, double pad)
{
	double sum = 0, p = exp(-rows);

	for (int x = 0; x < 4000; x++) {
		sum += p * ceil(x / pad) * pad;
		p *= rows / (x + 1);
	}
	return sum;
}

static const struct { double rows, pad; } tiles[] = {
	{ 0.01, 64 }, { 1, 64 }, { 10, 64 }, { 64, 64 }, { 100, 64 },
	{ 600, 64 }, { 30, 16 }, { 300, 16 }, { 8, 128 }, { 5, 1 },
};

START_TEST(rows_fill_tiles_as_a_poisson_variable_does)
{
	double exact = padded_exactly(tiles[_i].rows, tiles[_i].pad);

	ck_assert_double_eq_tol(tiles_of_rows(tiles[_i].rows, tiles[_i].pad),
				exact, 0.02 * tiles[_i].pad);
	ck_rel(tiles_of_rows(tiles[_i].rows, tiles[_i].pad), exact, 0.02);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static TCase *case_chance(void)
{
	TCase *tc = tcase_create("chance");

	tcase_add_loop_test(tc, quantiles_are_those_of_the_tables,
			    0, NR(quantiles));
	tcase_add_loop_test(tc, the_largest_of_many_is_bloms,
			    0, NR(largest));
	tcase_add_loop_test(tc, tokens_touch_so_many_experts,
			    0, NR(touches));
	tcase_add_loop_test(tc, every_pair_arrives_somewhere, 0, NR(shapes));
	tcase_add_test(tc, the_larger_of_two_normals_is_known);
	tcase_add_test(tc, the_larger_of_a_level_and_a_lognormal_is_known);
	tcase_add_test(tc, one_lognormal_is_itself);
	tcase_add_test(tc, even_loads_are_the_limit_without_chance);
	tcase_add_test(tc, rows_tell_what_is_touched);
	tcase_add_test(tc, few_slots_are_all_touched_somewhere);
	tcase_add_test(tc, one_rank_is_its_own_busiest);
	tcase_add_test(tc, chance_alone_is_the_square_root_of_rows);
	tcase_add_test(tc, more_tokens_are_less_uneven);
	tcase_add_loop_test(tc, rows_fill_tiles_as_a_poisson_variable_does,
			    0, NR(tiles));
	return tc;
}

static TCase *case_placing(void)
{
	TCase *tc = tcase_create("placing");

	tcase_add_loop_test(tc, without_balancing_wide_ep_is_uneven,
			    0, NR(skewed));
	tcase_add_loop_test(tc, the_hottest_expert_has_no_claim_to_a_spare_slot,
			    0, NR(repeated));
	tcase_add_test(tc, balanced_slots_are_nearly_even);
	tcase_add_test(tc, balancing_never_makes_it_worse);
	tcase_add_test(tc, the_hottest_experts_are_copied_and_packed);
	tcase_add_test(tc, a_placement_has_every_copy_once);
	tcase_add_test(tc, a_slot_goes_to_the_lightest_rank_with_room);
	return tc;
}

Suite *suite_skew(void)
{
	Suite *s = suite_create("skew");

	suite_add_tcase(s, case_chance());
	suite_add_tcase(s, case_placing());
	return s;
}
