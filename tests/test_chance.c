#include <stdint.h>
#include <string.h>

#include "base/chance.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { MANY = 20000 };

/* ---- the generator, beside what others print of it ---- */

/*
 * The first numbers of xoshiro256++ from the words 1, 2, 3, 4, as the tests
 * of rand_xoshiro have them from the authors' C (docs.rs/rand_xoshiro). The
 * first by hand: (1 + 4) turned by 23 bits is 5 x 2^23 = 41,943,040, and 1.
 */
static const uint64_t first[] = {
	41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
	9228616714210784205u, 9973669472204895162u, 14011001112246962877u,
	12406186145184390807u, 15849039046786891736u, 10450023813501588000u,
};

START_TEST(the_first_numbers_are_those_of_its_authors)
{
	struct chance c = { { 1, 2, 3, 4 } };

	for (int i = 0; i < NR(first); i++)
		ck_assert_msg(chance_next(&c) == first[i], "number %d", i);
}
END_TEST

/*
 * splitmix64 from 0 and from 1234567: what Java's SplittableRandom gives
 * (rosettacode.org, Pseudo-random numbers/Splitmix64).
 */
static const struct {
	uint64_t seed;
	uint64_t word[CHANCE_WORDS];
} filled[] = {
	{ 1234567, { 6457827717110365317u, 3203168211198807973u,
		     9817491932198370423u, 4593380528125082431u } },
	{ 0, { 0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u, 0x06c45d188009454fu,
	       0xf88bb8a8724c81ecu } },
};

START_TEST(a_seed_fills_the_state_by_splitmix)
{
	struct chance c;

	chance_fill(&c, filled[_i].seed);
	for (int i = 0; i < CHANCE_WORDS; i++)
		ck_assert_msg(c.state[i] == filled[_i].word[i], "word %d", i);
}
END_TEST

/* ---- seeds of streams ---- */

static uint64_t splitmix(uint64_t at)
{
	uint64_t z = at + 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Mixed, the step added, mixed, the use added, and mixed once more. */
START_TEST(a_streams_seed_is_mixed_of_all_three)
{
	for (uint64_t seed = 0; seed < 4; seed++)
		for (int step = 0; step < 4; step++)
			for (int use = 0; use < STREAM_NR; use++)
				ck_assert(chance_seed(seed, step, (enum
					stream_use)use) == splitmix(splitmix(
					splitmix(seed) + (uint64_t)step) +
					(uint64_t)use));
}
END_TEST

/* 5 seeds, 20 steps, 8 purposes: 800 streams, no two alike. */
START_TEST(no_two_streams_have_one_seed)
{
	enum { SEEDS = 5, STEPS = 20, ALL = SEEDS * STEPS * STREAM_NR };
	uint64_t seen[ALL];
	int nr = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		for (int step = 0; step < STEPS; step++)
			for (int use = 0; use < STREAM_NR; use++)
				seen[nr++] = chance_seed(seed, step,
						(enum stream_use)use);
	ck_assert_int_eq(nr, ALL);
	for (int i = 0; i < nr; i++)
		for (int k = 0; k < i; k++)
			ck_assert(seen[i] != seen[k]);
}
END_TEST

/* ---- in [0, 1) ---- */

/* The first number over 2^11, whole, over 2^53: 41943041 / 2048 = 20480.0. */
START_TEST(a_share_is_the_upper_53_bits)
{
	struct chance c = { { 1, 2, 3, 4 } };

	ck_assert(chance_uniform(&c) == ldexp(20480, -53));
	ck_assert(chance_uniform(&c) == ldexp(58720359 / 2048, -53));
}
END_TEST

/* All ones: (2^53 - 1) / 2^53, the largest below 1. */
START_TEST(the_largest_share_is_below_one)
{
	struct chance c = { { 0, 0, 0, UINT64_MAX } };
	double x = chance_uniform(&c);

	ck_assert(x == 1 - ldexp(1, -53));
	ck_assert(x < 1);
}
END_TEST

/*
 * Mean 1/2, variance 1/12, so the mean of n is within 5 sd = 5 / sqrt(12 n) of
 * it; each tenth has n / 10 of them, sd sqrt(0.09 n).
 */
START_TEST(shares_are_even)
{
	struct chance c;
	int in[10] = { 0 };
	double sum = 0;

	chance_fill(&c, 7);
	for (int i = 0; i < MANY; i++) {
		double x = chance_uniform(&c);

		ck_assert(x >= 0 && x < 1);
		sum += x;
		in[(int)(10 * x)]++;
	}
	ck_assert(fabs(sum / MANY - 0.5) < 5 / sqrt(12.0 * MANY));
	for (int i = 0; i < 10; i++)
		ck_assert_msg(fabs(in[i] - MANY / 10.0) <
			      5 * sqrt(0.09 * MANY), "tenth %d", i);
}
END_TEST

/* ---- below n ---- */

/*
 * n = 2^40: each value has (2^64 - 1) / 2^40 = 16,777,215 words, and the first
 * number, 41,943,041, is among the third lot: 2. The second, 58,720,359, is
 * among the fourth: 3.
 */
START_TEST(a_word_falls_on_equal_lots)
{
	struct chance c = { { 1, 2, 3, 4 } };

	ck_assert(chance_below(&c, (uint64_t)1 << 40) == 2);
	ck_assert(chance_below(&c, (uint64_t)1 << 40) == 3);
}
END_TEST

/*
 * Of 3 each has (2^64 - 1) / 3 words, and the very last, 2^64 - 1, is one too
 * many: it is drawn again. From 0, 0, 0, ones the words are ones, and then
 * 2 (2^64 - 1) turned by 23 and ones: 2^64 - 2 - 2^23, in the last third.
 */
START_TEST(a_word_beyond_the_last_lot_is_drawn_again)
{
	struct chance c = { { 0, 0, 0, UINT64_MAX } }, d = c;

	ck_assert(chance_next(&d) == UINT64_MAX);
	ck_assert(chance_next(&d) == UINT64_MAX - 1 - ((uint64_t)1 << 23));
	ck_assert(chance_below(&c, 3) == 2);
	ck_assert(memcmp(&c, &d, sizeof(c)) == 0);
}
END_TEST

static const uint64_t sizes[] = { 1, 2, 3, 7, 10, 64, 1000,
	((uint64_t)1 << 63) + 1, UINT64_MAX };

START_TEST(every_value_below_n_and_no_other)
{
	uint64_t n = sizes[_i], most = 0;
	struct chance c;

	chance_fill(&c, n);
	for (int i = 0; i < MANY; i++) {
		uint64_t k = chance_below(&c, n);

		ck_assert(k < n);
		most = k > most ? k : most;
	}
	/* A chance of (1 - 1/1000)^20000 = 2e-9 that 999 never came. */
	ck_assert(most >= (n <= 1000 ? n - 1 : n / 1000 * 999));
}
END_TEST

/* Of ten, each n / 10 times: sd sqrt(0.09 n), and nobody is 5 of them off. */
START_TEST(values_below_n_come_alike)
{
	struct chance c;
	int nr[10] = { 0 };

	chance_fill(&c, 3);
	for (int i = 0; i < MANY; i++)
		nr[chance_below(&c, 10)]++;
	for (int k = 0; k < 10; k++)
		ck_assert_msg(fabs(nr[k] - MANY / 10.0) <
			      5 * sqrt(0.09 * MANY), "%d: %d", k, nr[k]);
}
END_TEST

/* ---- waiting times ---- */

/* u = 20480 / 2^53 = 2.27e-12: -m ln(1 - u) = m u (1 + u / 2 + ...). */
START_TEST(a_waiting_time_inverts_its_distribution)
{
	struct chance c = { { 1, 2, 3, 4 } };

	ck_rel(chance_exponential(&c, 3), 3 * ldexp(20480, -53), 1e-11);
	c = (struct chance){ { 0, 0, 0, UINT64_MAX } };
	ck_rel(chance_exponential(&c, 2), 2 * 53 * log(2), 1e-12);
	c = (struct chance){ { 1, 2, 3, 4 } };
	ck_assert(chance_exponential(&c, 0) == 0);
}
END_TEST

/*
 * The mean of n is m, its sd m / sqrt(n); above m are exp(-1) of them, above
 * 2 m exp(-2), with sd sqrt(p (1 - p) n).
 */
START_TEST(waiting_times_have_their_mean_and_tail)
{
	const double m = 4, p1 = exp(-1), p2 = exp(-2);
	double sum = 0, above = 0, far = 0;
	struct chance c;

	chance_fill(&c, 11);
	for (int i = 0; i < MANY; i++) {
		double x = chance_exponential(&c, m);

		ck_assert(x >= 0);
		sum += x;
		above += x > m;
		far += x > 2 * m;
	}
	ck_assert(fabs(sum / MANY - m) < 5 * m / sqrt(MANY));
	ck_assert(fabs(above - p1 * MANY) < 5 * sqrt(p1 * (1 - p1) * MANY));
	ck_assert(fabs(far - p2 * MANY) < 5 * sqrt(p2 * (1 - p2) * MANY));
}
END_TEST

/* The same draws, so a mean twice as long is twice as long each time. */
START_TEST(waiting_times_scale_with_their_mean)
{
	struct chance a, b;

	chance_fill(&a, 5);
	b = a;
	for (int i = 0; i < 1000; i++)
		ck_rel(chance_exponential(&a, 2), 2 *
		       chance_exponential(&b, 1), 1e-15);
}
END_TEST

Suite *suite_chance(void)
{
	Suite *s = suite_create("chance");
	TCase *t = tcase_create("chance");

	tcase_add_test(t, the_first_numbers_are_those_of_its_authors);
	tcase_add_loop_test(t, a_seed_fills_the_state_by_splitmix, 0,
			    NR(filled));
	tcase_add_test(t, a_streams_seed_is_mixed_of_all_three);
	tcase_add_test(t, no_two_streams_have_one_seed);
	tcase_add_test(t, a_share_is_the_upper_53_bits);
	tcase_add_test(t, the_largest_share_is_below_one);
	tcase_add_test(t, shares_are_even);
	tcase_add_test(t, a_word_falls_on_equal_lots);
	tcase_add_test(t, a_word_beyond_the_last_lot_is_drawn_again);
	tcase_add_loop_test(t, every_value_below_n_and_no_other, 0, NR(sizes));
	tcase_add_test(t, values_below_n_come_alike);
	tcase_add_test(t, a_waiting_time_inverts_its_distribution);
	tcase_add_test(t, waiting_times_have_their_mean_and_tail);
	tcase_add_test(t, waiting_times_scale_with_their_mean);
	suite_add_tcase(s, t);
	return s;
}
