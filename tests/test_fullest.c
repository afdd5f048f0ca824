/* The attention group that has most KV, by groups that are counted. */
#include "tests/tests.h"

#include "skew/skew.h"
#include "time/fullest.h"

/* Lengths of 1 and 9 of 3 on average: a third, and three times that. */
static const struct lengths coins = { 2, { 1, 9 }, { 0.75, 0.25 } };

/*
 * Each of the long ones brings 8/3 more than a short one, of 1/3.
 *
 * One sequence in each of two groups: there is a long one but for
 * 0.75^2 = 0.5625: 1/3 + 0.4375 x 8/3 = 1.5.
 * Two each: one of them is long in some group but for 0.5625^2 = 0.31641, two
 * but for (1 - 0.0625)^2 = 0.87891: 2/3 + (0.68359 + 0.12109) x 8/3 = 2.8125.
 * Cut in two pieces of one each: 3. Three in two pieces: 2.8125 + 1.5.
 * One and a half: one group of two has two, the other one; at least that one,
 * 1, is there, or as many as there are of groups alike, half of each:
 * (1.5 + 2.8125) / 2. In 100 groups 50 have two, (1 - 0.5625^50) and
 * (1 - 0.9375^50 = 0.96033): 2/3 + 1.96033 x 8/3.
 * Half a sequence: of 100 groups 50 have one, a long one.
 * A group alone has the mean.
 */
static const struct {
	double seqs;
	int cut, groups;
	double kv;
} counted[] = {
	{ 1, 1, 2, 1.5 }, { 2, 1, 2, 2.8125 }, { 2, 2, 2, 3 },
	{ 3, 2, 2, 4.3125 }, { 1.5, 1, 2, 2.15625 },
	{ 1.5, 1, 100, 5.89421 }, { 0.5, 1, 100, 3 }, { 7, 3, 1, 7 },
};

START_TEST(the_longest_are_counted)
{
	struct fullest_spec f = { &coins, lengths_cv(&coins),
		counted[_i].seqs, counted[_i].cut, counted[_i].groups,
		skew_largest(counted[_i].groups) };

	ck_rel(fullest_kv(&f), counted[_i].kv, 2e-4);
}
END_TEST

/*
 * All alike: whoever has a sequence more has the most. 2.3 a group are 3 in
 * some of ten; 2.05 are in half a group of them. Seven through three are 3, 2
 * and 2; with 0.3 of the groups at seven and the others at six 2, 2 and 3 or
 * else 2.
 */
static const struct {
	double seqs;
	int cut, groups;
	double kv;
} alike[] = {
	{ 5, 1, 10, 5 }, { 2.3, 1, 10, 3 }, { 2.05, 1, 10, 2.5 },
	{ 7, 3, 10, 7 }, { 6.3, 3, 10, 7 }, { 0.3, 1, 10, 1 },
	{ 0.05, 1, 10, 0.5 },
};

START_TEST(a_sequence_more_is_the_most)
{
	struct fullest_spec f = { NULL, 0, alike[_i].seqs, alike[_i].cut,
		alike[_i].groups, skew_largest(alike[_i].groups) };

	ck_rel(fullest_kv(&f), alike[_i].kv, 1e-12);
}
END_TEST

/*
 * Even between 1 - sqrt(3) / 5 and 1 + sqrt(3) / 5: the largest of nine is at
 * 8/10 of that; of 64 groups of 16 it is skew_largest(64) / 4 deviations up.
 */
START_TEST(an_output_in_progress_is_even)
{
	struct fullest_spec f = { NULL, 0.2, 1, 1, 9, skew_largest(9) };

	ck_rel(fullest_kv(&f), 1 + 0.8 * sqrt(3) / 5, 1e-12);
	f.seqs = 16;
	f.groups = 64;
	f.groups_a = skew_largest(64);
	ck_rel(fullest_kv(&f), 16 + 4 * 0.2 * skew_largest(64), 1e-12);
}
END_TEST

/* No group has more than the longest alone, nor less for a sequence more. */
START_TEST(a_sequence_more_is_no_less_kv)
{
	static const struct lengths rare = { 2, { 4096, 65536 },
		{ 0.99, 0.01 } };
	static const int groups[] = { 2, 32, 320 };
	struct lengths of[3] = { coins, rare };

	lengths_spread(&of[2], 1000, 0.8);
	for (int i = 0; i < 9; i++) {
		const struct lengths *l = &of[i / 3];
		struct fullest_spec f = { l, lengths_cv(l), 0, 1,
			groups[i % 3], skew_largest(groups[i % 3]) };
		double last = 0, most = lengths_longest(l, 0) /
					lengths_mean(l);

		for (int n = 1; n < 1000; n += 1 + n / 50) {
			double kv;

			f.seqs = n;
			kv = fullest_kv(&f);
			ck_assert_double_ge(kv, last);
			ck_assert_double_ge(kv, n);
			ck_assert_double_le(kv, n * most * (1 + 1e-9));
			last = kv;
		}
	}
}
END_TEST

/*
 * Eighths of a lognormal, four and forty a group, beside groups that are drawn
 * by a row of numbers (Knuth's MMIX): 20,000 largest of 16 vary by 1 %.
 */
START_TEST(the_fullest_is_the_mean_of_those_drawn)
{
	struct lengths l;
	struct fullest_spec f = { &l, 0, _i ? 40 : 4, 1, 16,
		skew_largest(16) };
	uint64_t state = 1;
	double sum = 0;
	int times = SANITIZED ? 500 : _i ? 4000 : 20000;

	lengths_spread(&l, 1, 1);
	f.cv = lengths_cv(&l);
	for (int t = 0; t < times; t++) {
		double most = 0;

		for (int g = 0; g < 16; g++) {
			double kv = 0;

			for (int i = 0; i < (int)f.seqs; i++) {
				state = state * 6364136223846793005u +
					1442695040888963407u;
				kv += l.tok[state >> 61];
			}
			most = fmax(most, kv);
		}
		sum += most;
	}
	ck_rel(fullest_kv(&f), sum / times, SANITIZED ? 0.03 : 0.01);
}
END_TEST

Suite *suite_fullest(void)
{
	Suite *s = suite_create("fullest");
	TCase *t = tcase_create("fullest");

	tcase_add_loop_test(t, the_longest_are_counted, 0,
			    (int)(sizeof(counted) / sizeof(counted[0])));
	tcase_add_loop_test(t, a_sequence_more_is_the_most, 0,
			    (int)(sizeof(alike) / sizeof(alike[0])));
	tcase_add_test(t, an_output_in_progress_is_even);
	tcase_add_test(t, a_sequence_more_is_no_less_kv);
	tcase_add_loop_test(t, the_fullest_is_the_mean_of_those_drawn, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
