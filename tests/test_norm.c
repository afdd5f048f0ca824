/*
 * norm: terms of a law are joined as its power says, by a cube root of our
 * own where that is quick.
 */
#include "tests/tests.h"

#include <float.h>
#include <math.h>

#include "cost/norm.h"

enum { CUBES = 200000 };

/* n^3 up to 2^53 is exact; so are those 8^k times as large, whose root is 2^k
   times n. One unit in the last place of 1 <= m < 2 is DBL_EPSILON. */
START_TEST(the_root_of_a_cube_is_what_was_cubed)
{
	static const int powers[] = { -300, -40, -1, 0, 1, 40, 300 };

	for (int k = 0; k < (int)(sizeof(powers) / sizeof(*powers)); k++)
		for (int n = 1; n <= CUBES; n += 1 + n / 64) {
			double x = ldexp((double)n * n * n, 3 * powers[k]);

			ck_rel(norm_root3(x), ldexp(n, powers[k]),
			       DBL_EPSILON);
		}
}
END_TEST

/* Newton's guess is worst where mantissas begin and end: all of [1, 8). */
START_TEST(a_root_cubed_is_what_it_was_of)
{
	for (double x = 1; x < 8; x += 1.0 / 4096) {
		long double root = norm_root3(x);

		ck_assert(fabsl(root * root * root / x - 1) <
			  3.3L * DBL_EPSILON);	/* 3 x 1 unit, and rounding */
	}
}
END_TEST

START_TEST(nothing_has_no_root_and_without_end_is_without_end)
{
	ck_assert(norm_root3(0) == 0);
	ck_assert(isinf(norm_root3((double)INFINITY)));
	ck_assert(isnan(norm_root3((double)NAN)));
}
END_TEST

/*
 * 3-4-5 in other powers: 1 + 8 + 27 = 36 under p = 3, whose root cubed is 36;
 * 1 + 8 + 27 = 36 of the squares 1, 4, 9 under p = 3/2, whose root squared and
 * cubed is 36^2; 1 + 2 + 3; the largest.
 */
START_TEST(terms_are_joined_as_their_power_says)
{
	double three = norm_3(1, 2, norm_raise(3, 3));
	double half = norm_3_2(1, 4, norm_raise(1.5, 9));

	ck_rel(three * three * three, 36, 1e-14);
	ck_rel(half * half * half, 36 * 36, 1e-14);
	ck_rel(norm_power(2, 3, 4, 0), 5, 1e-14);
	ck_assert(norm_largest(1, 3, 2) == 3);
}
END_TEST

START_TEST(a_term_alone_is_what_is_joined)
{
	ck_rel(norm_3(7e-6, 0, 0), 7e-6, 2 * DBL_EPSILON);
	ck_rel(norm_3_2(0, 7e-6, 0), 7e-6, 4 * DBL_EPSILON);
	ck_assert(norm_3_2(0, 0, 0) == 0 && norm_3(0, 0, 0) == 0);
}
END_TEST

START_TEST(each_power_has_its_norm)
{
	ck_assert_int_eq(norm_of(0), NORM_LARGEST);
	ck_assert_int_eq(norm_of(1), NORM_SUM);
	ck_assert_int_eq(norm_of(1.5), NORM_3_2);
	ck_assert_int_eq(norm_of(2), NORM_POWER);
	ck_assert_int_eq(norm_of(3), NORM_3);
	ck_assert(norm_raise(0, 4) == 4 && norm_raise(1, 4) == 4);
	ck_assert(norm_raise(1.5, 4) == 8 && norm_raise(3, 4) == 64);
	ck_rel(norm_raise(2, 4), 16, 1e-14);
}
END_TEST

Suite *suite_norm(void)
{
	Suite *s = suite_create("norm");
	TCase *tc = tcase_create("norms");

	tcase_add_test(tc, the_root_of_a_cube_is_what_was_cubed);
	tcase_add_test(tc, a_root_cubed_is_what_it_was_of);
	tcase_add_test(tc, nothing_has_no_root_and_without_end_is_without_end);
	tcase_add_test(tc, terms_are_joined_as_their_power_says);
	tcase_add_test(tc, a_term_alone_is_what_is_joined);
	tcase_add_test(tc, each_power_has_its_norm);
	suite_add_tcase(s, tc);
	return s;
}
