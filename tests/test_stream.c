#include "tests/tests.h"

#include <string.h>

#include "read/stream.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * State 0 0 0 1: the sum of the first and last word is 1, turned left by 23
 * is 0x800000. The next three are of the reference C code, as printed in
 * github.com/DSCF-1224/xoshiro-fortran, test/README.md. GSL gets their lower 32
 * bits: an unsigned long has no more everywhere.
 */
START_TEST(the_generator_is_xoshiro256_plus_plus)
{
	static const uint64_t want[] = { 0x800000, 0x800011,
		0x2200000800011, 0x2200044000020 };
	static const uint64_t state[CHANCE_WORDS] = { 0, 0, 0, 1 };
	struct stream s;
	gsl_rng *rng = stream_open(&s, 1, 0, STREAM_HITS);

	ck_assert_str_eq(gsl_rng_name(rng), "xoshiro256++");
	memcpy(s.chance.state, state, sizeof(state));
	ck_assert_uint_eq(gsl_rng_max(rng), 0xffffffff);
	for (int i = 0; i < NR(want); i++) {
		struct chance same = s.chance;

		ck_assert(chance_next(&same) == want[i]);
		ck_assert_uint_eq(gsl_rng_get(rng), want[i] & 0xffffffff);
	}
}
END_TEST

/* 2^40 and 0 are one number to 32 bits, and two seeds. */
START_TEST(a_seed_has_64_bits)
{
	struct stream s;
	struct chance c;

	chance_fill(&c, chance_seed((uint64_t)1 << 40, 0, STREAM_HITS));
	stream_open(&s, (uint64_t)1 << 40, 0, STREAM_HITS);
	ck_assert(memcmp(&c, &s.chance, sizeof(c)) == 0);
}
END_TEST

/* The first two outputs of prng.di.unimi.it/splitmix64.c for seed 0. */
START_TEST(the_seed_is_spread_by_splitmix64)
{
	struct stream s;

	stream_open(&s, 1, 0, STREAM_HITS);
	gsl_rng_set(&s.rng, 0);
	ck_assert_uint_eq(s.chance.state[0], 0xe220a8397b1dcdaf);
	ck_assert_uint_eq(s.chance.state[1], 0x6e789e6aa1b965f4);
}
END_TEST

/*
 * First and last word 2^64 - 1 and 1 add to 0, turned 0, and plus the first
 * that is the largest word: 53 ones, 1 - 2^-53.
 */
START_TEST(a_uniform_number_stays_below_one)
{
	struct stream s;
	double sum = 0;

	stream_open(&s, 1, 0, STREAM_HITS);
	s.chance.state[0] = UINT64_MAX;
	s.chance.state[3] = 1;
	ck_assert_double_eq(gsl_rng_uniform(&s.rng),
			    1 - 1.0 / 9007199254740992.0);
	for (int i = 0; i < 10000; i++) {
		double u = gsl_rng_uniform(&s.rng);

		ck_assert(u >= 0 && u < 1);
		sum += u;
	}
	/* sd of the mean: 1 / sqrt(12 x 10000) = 0.0029 */
	ck_assert_double_eq_tol(sum / 10000, 0.5, 0.012);
}
END_TEST

static const struct { uint64_t seed; int step; enum stream_use use; }
others[] = {
	{ 2, 0, STREAM_POPULARITY }, { 1, 1, STREAM_POPULARITY },
	{ 1, 0, STREAM_DRIFT }, { 0, 0, STREAM_POPULARITY },
	{ 0, 1, STREAM_POPULARITY }, { 1, 1, STREAM_DRIFT } };

START_TEST(seed_step_and_purpose_each_make_another_stream)
{
	struct stream s, other;

	stream_open(&s, 1, 0, STREAM_POPULARITY);
	stream_open(&other, others[_i].seed, others[_i].step,
		    others[_i].use);
	for (int i = 0; i < CHANCE_WORDS; i++)
		ck_assert(s.chance.state[i] != other.chance.state[i]);
}
END_TEST

Suite *suite_stream(void)
{
	Suite *s = suite_create("stream");
	TCase *t = tcase_create("stream");

	tcase_add_test(t, the_generator_is_xoshiro256_plus_plus);
	tcase_add_test(t, a_seed_has_64_bits);
	tcase_add_test(t, the_seed_is_spread_by_splitmix64);
	tcase_add_test(t, a_uniform_number_stays_below_one);
	tcase_add_loop_test(t, seed_step_and_purpose_each_make_another_stream,
			    0, NR(others));
	suite_add_tcase(s, t);
	return s;
}
