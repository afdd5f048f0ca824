#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "tests/tests.h"

/* The i-th number; every fourth is of three decimals, from -less on. */
static double drawn(uint64_t *state, int i, double less)
{
	double x;

	*state = *state * 6364136223846793005u + 1442695040888963407u;
	x = (double)(*state >> 11) / 9007199254740992.0;
	if (i % 4 == 1)
		return floor(x * 1e7) / 16;
	if (i % 4 == 2)
		return floor(x * 1e5) / 1000 - less;
	return x * pow(10, i % 61 - 30);
}

/*
 * What printf writes is right to the last digit by definition; a number is
 * spelt by other means, so every kind of it is compared: magnitudes from
 * 1e-30 to 1e30, short decimals (which are ties when cut), and whole ones.
 */
START_TEST(a_number_is_spelt_as_printf_does)
{
	uint64_t state = 1;
	char want[64];

	for (int i = 0; i < 200000; i++) {
		struct text got = TEXT_INIT;
		int digits = i % 3 ? 6 : 10;
		double x = drawn(&state, i, 50);

		snprintf(want, sizeof(want), "%.*g", digits, x);
		text_number(&got, x, digits);
		ck_assert_str_eq(got.buf, want);
		text_release(&got);
	}
}
END_TEST

/* Likewise, ties of short decimals and numbers of more digits among them. */
START_TEST(a_number_of_fixed_decimals_is_spelt_as_printf_does)
{
	uint64_t state = 1;
	char want[400];

	for (int i = 0; i < 200000; i++) {
		struct text got = TEXT_INIT;
		int decimals = i / 4 % 4;
		double x = drawn(&state, i, 10);

		snprintf(want, sizeof(want), "%.*f", decimals, x);
		text_fixed(&got, x, decimals);
		ck_assert_str_eq(got.buf, want);
		text_release(&got);
	}
}
END_TEST

static const struct {
	double x;
	const char *two;
} fixed[] = { { 0, "0.00" }, { -0.0, "-0.00" }, { 0.125, "0.12" },
	{ 0.375, "0.38" },	/* ties go to even */
	{ 0.005, "0.01" },	/* 0.005000000000000000104 */
	{ 0.995, "0.99" },	/* 0.99499999999999999556 */
	{ 9.999, "10.00" }, { 99999999.994, "99999999.99" },
	{ 1e300, NULL } };

START_TEST(a_number_of_two_decimals)
{
	struct text t = TEXT_INIT;

	text_fixed(&t, fixed[_i].x, 2);
	if (fixed[_i].two)
		ck_assert_str_eq(t.buf, fixed[_i].two);
	else
		ck_assert_uint_eq(t.len, 301 + 3);	/* 301 digits, .00 */
	text_release(&t);
}
END_TEST

static const struct {
	double x;
	const char *six;
} spelt[] = { { 0, "0" }, { -0.0, "-0" }, { 1, "1" }, { 999999.5, "1e+06" },
	{ 999999.4, "999999" }, { 0.0001, "0.0001" }, { 0.00001, "1e-05" },
	{ 123456.5, "123456" },		/* a tie goes to even */
	{ 0.1 + 0.2, "0.3" }, { 5e-324, "4.94066e-324" },
	{ 1e300, "1e+300" }, { -2.5, "-2.5" } };

START_TEST(a_number_of_six_digits)
{
	struct text t = TEXT_INIT;

	text_number(&t, spelt[_i].x, 6);
	ck_assert_str_eq(t.buf, spelt[_i].six);
	text_release(&t);
}
END_TEST

/* Numbers that are equal and not spelt alike, or differ in the last bit. */
START_TEST(a_number_kept_is_no_other)
{
	const double x[] = { 0, -0.0, 0, 0.5, 0.5, 16, nextafter(16, 17), 1e300,
			     -1e300 };
	struct text_spelt kept = { 0 };
	char want[TEXT_SPELT], got[TEXT_SPELT];

	for (unsigned i = 0; i < sizeof(x) / sizeof(*x); i++) {
		*text_respell(&kept, got, x[i], 15) = '\0';
		snprintf(want, sizeof(want), "%.15g", x[i]);
		ck_assert_str_eq(got, want);
	}
}
END_TEST

Suite *suite_number(void)
{
	Suite *s = suite_create("number");
	TCase *tc = tcase_create("spelt");

	tcase_add_test(tc, a_number_is_spelt_as_printf_does);
	tcase_add_test(tc, a_number_kept_is_no_other);
	tcase_add_test(tc, a_number_of_fixed_decimals_is_spelt_as_printf_does);
	tcase_add_loop_test(tc, a_number_of_two_decimals, 0,
			    (int)(sizeof(fixed) / sizeof(*fixed)));
	tcase_add_loop_test(tc, a_number_of_six_digits, 0,
			    (int)(sizeof(spelt) / sizeof(*spelt)));
	suite_add_tcase(s, tc);
	return s;
}
