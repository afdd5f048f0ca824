#include "tests/tests.h"

#include <signal.h>
#include <string.h>

#include "base/ticks.h"
#include "base/units.h"
#include "tests/ends.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- units ---- */

static const struct {
	const char *unit;
	enum dim dim;
	double factor;
} known[] = {
	{ "1", DIM_RATIO, 1 },
	{ "%", DIM_RATIO, 0.01 },
	{ "count", DIM_COUNT, 1 },
	{ "B", DIM_B, 1 },
	{ "kB", DIM_B, 1e3 },
	{ "MB", DIM_B, 1e6 },
	{ "GB", DIM_B, 1e9 },
	{ "TB", DIM_B, 1e12 },
	{ "KiB", DIM_B, 1024 },
	{ "MiB", DIM_B, 1048576 },
	{ "GiB", DIM_B, 1073741824 },
	{ "TiB", DIM_B, 1099511627776 },
	{ "B/s", DIM_BPS, 1 },
	{ "kB/s", DIM_BPS, 1e3 },
	{ "MB/s", DIM_BPS, 1e6 },
	{ "GB/s", DIM_BPS, 1e9 },
	{ "Gb/s", DIM_BPS, 125e6 },	/* 1e9 / 8 */
	{ "Gbps", DIM_BPS, 125e6 },
	{ "Gbit/s", DIM_BPS, 125e6 },
	{ "Tb/s", DIM_BPS, 125e9 },	/* 1e12 / 8 */
	{ "Tbps", DIM_BPS, 125e9 },
	{ "Tbit/s", DIM_BPS, 125e9 },
	{ "TB/s", DIM_BPS, 1e12 },
	{ "KiB/s", DIM_BPS, 1024 },
	{ "MiB/s", DIM_BPS, 1048576 },
	{ "GiB/s", DIM_BPS, 1073741824 },
	{ "TiB/s", DIM_BPS, 1099511627776 },
	{ "FLOP/s", DIM_FLOPS, 1 },
	{ "kFLOP/s", DIM_FLOPS, 1e3 },
	{ "MFLOP/s", DIM_FLOPS, 1e6 },
	{ "GFLOP/s", DIM_FLOPS, 1e9 },
	{ "TFLOP/s", DIM_FLOPS, 1e12 },
	{ "PFLOP/s", DIM_FLOPS, 1e15 },
	{ "s", DIM_S, 1 },
	{ "ms", DIM_S, 1e-3 },
	{ "us", DIM_S, 1e-6 },
	{ "ns", DIM_S, 1e-9 },
	{ "Hz", DIM_HZ, 1 },
	{ "MHz", DIM_HZ, 1e6 },
	{ "GHz", DIM_HZ, 1e9 },
	{ "W", DIM_W, 1 },
	{ "kW", DIM_W, 1e3 },
	{ "$/h", DIM_USD_H, 1 },
	{ "$/month", DIM_USD_H, 1 / 730.0 },
	{ "$/Mtok", DIM_USD_TOK, 1e-6 },
	{ "tok/s", DIM_TOK_S, 1 },
	{ "tok/min", DIM_TOK_S, 1 / 60.0 },
	{ "tok/day", DIM_TOK_S, 1 / 86400.0 },
	{ "tok", DIM_TOK, 1 },
	{ "params", DIM_PARAMS, 1 },
	{ "kparams", DIM_PARAMS, 1e3 },
	{ "Mparams", DIM_PARAMS, 1e6 },
	{ "Bparams", DIM_PARAMS, 1e9 },
	{ "Tparams", DIM_PARAMS, 1e12 },
	{ "name", DIM_NAME, 1 },
};

START_TEST(a_unit_has_a_dimension_and_a_factor)
{
	enum dim dim;
	double factor;

	ck_assert_int_eq(units_parse(known[_i].unit, &dim, &factor), 0);
	ck_assert_int_eq(dim, known[_i].dim);
	ck_assert_double_eq(factor, known[_i].factor);
}
END_TEST

static const char *const no_unit[] = {
	"", "gb", "Gb", "GB/S", "GB ", " GB", "b", "K", "PiB",
	"flops", "sec", "USD", "tokens", "G", "B/", "names",
};

START_TEST(what_is_no_unit_is_refused)
{
	enum dim dim;
	double factor;

	ck_assert_int_eq(units_parse(no_unit[_i], &dim, &factor), -1);
}
END_TEST

START_TEST(every_dimension_has_a_base_unit_and_a_name)
{
	enum dim dim;
	double factor;

	ck_assert_int_eq(units_parse(units_base((enum dim)_i), &dim, &factor),
			 0);
	ck_assert_int_eq((int)dim, _i);
	ck_assert_double_eq(factor, 1);
	ck_assert_int_gt((int)strlen(units_dim_name(dim)), 0);
	ck_assert_ptr_nonnull(strstr(units_examples(dim), units_base(dim)));
}
END_TEST

static const struct {
	double value;
	enum dim dim;
	const char *want;
} human[] = {
	{ 3.35e12, DIM_BPS, "3.35 TB/s" },
	{ 989.4e12, DIM_FLOPS, "989.4 TFLOP/s" },
	{ 7e16, DIM_FLOPS, "70 PFLOP/s" },
	{ 141e9, DIM_B, "141 GB" },
	{ 656, DIM_B, "656 B" },
	{ -2e6, DIM_B, "-2 MB" },
	{ 0, DIM_B, "0 B" },
	{ 0, DIM_S, "0 s" },
	{ 2, DIM_S, "2 s" },
	{ 3600, DIM_S, "3600 s" },
	{ 50.2e-3, DIM_S, "50.2 ms" },
	{ 1.5e-6, DIM_S, "1.5 us" },
	{ 0.5e-9, DIM_S, "0.5 ns" },
	{ 1.98e9, DIM_HZ, "1.98 GHz" },
	{ 700, DIM_W, "700 W" },
	{ 2.5, DIM_USD_H, "2.5 $/h" },
	{ 163840, DIM_TOK, "163840 tok" },
	{ 671e9, DIM_PARAMS, "671 Bparams" },
	{ 0.57, DIM_RATIO, "0.57" },
	{ 132, DIM_COUNT, "132" },
	{ NAN, DIM_B, "-" },
	{ -NAN, DIM_S, "-" },
	{ INFINITY, DIM_S, "-" },
};

START_TEST(a_number_reads_as_a_person_writes_it)
{
	char out[32];

	ck_assert_ptr_eq(units_human(human[_i].value, human[_i].dim, out,
				     sizeof(out)), out);
	ck_assert_str_eq(out, human[_i].want);
}
END_TEST

START_TEST(a_number_is_cut_to_the_room_there_is)
{
	char out[4];

	ck_assert_str_eq(units_human(3.35e12, DIM_BPS, out, 4), "3.3");
}
END_TEST

static const struct {
	const char *text;
	double want;
} number[] = {
	{ "0", 0 }, { "42", 42 }, { "-2.5", -2.5 }, { "+.5", 0.5 },
	{ "5.", 5 }, { "1e3", 1000 }, { "1.5E-2", 0.015 }, { "007", 7 },
	{ "1e-400", 0 },
};

START_TEST(a_decimal_number_is_read)
{
	double got = 99;

	ck_assert_int_eq(units_number(number[_i].text, &got), 0);
	ck_assert_double_eq(got, number[_i].want);
}
END_TEST

static const char *const no_number[] = {
	"", " ", "x", "nan", "NaN", "-nan", "inf", "-inf", "infinity", "0x10",
	"0x1p3", "1e999", "-1e999", " 1", "1 ", "1,5", "1_000", "1e", "1e+",
	"--1", "1.2.3", ".", "-", "e5", "12 GB", "1f", "1\n", "50%",
};

START_TEST(what_is_no_number_is_refused)
{
	double got = 99;

	ck_assert_int_eq(units_number(no_number[_i], &got), -1);
	ck_assert_double_eq(got, 99);
}
END_TEST

START_TEST(reports_may_ask_for_small_times_and_billions)
{
	ck_rel(units_us(0.0125), 12500, 1e-15);
	ck_rel(units_ms(0.0125), 12.5, 1e-15);
	ck_rel(units_giga(141e9), 141, 1e-15);
}
END_TEST

/* ---- ticks ---- */

static const struct {
	double s;
	ticks want;
} crossing[] = {
	{ 0, 0 },
	{ 1e-12, 1 },
	{ 0.4e-12, 0 },
	{ 1.5e-12, 2 },			/* a tie goes away from zero */
	{ 2.5e-12, 3 },			/* this one too */
	{ 1e-6, 1000000 },
	{ 1, 1000000000000 },
	{ 8640000 - 1, 8639999000000000000 },	/* 100 days less 1 s */
};

START_TEST(seconds_round_to_the_nearest_tick)
{
	ck_assert_int_eq(ticks_of_s(crossing[_i].s), crossing[_i].want);
}
END_TEST

START_TEST(ticks_come_back_as_seconds)
{
	ck_rel(ticks_to_s(1000000), 1e-6, 1e-15);
	ck_rel(ticks_to_s(50200000000), 50.2e-3, 1e-15);
	ck_rel(ticks_to_s(0), 0, 0);
}
END_TEST

static const double no_time[] = { -1e-12, NAN, INFINITY, 8640000 };

static void to_ticks(const void *s)
{
	ticks_of_s(*(const double *)s);
}

START_TEST(a_time_out_of_range_is_our_bug)
{
	ck_assert_int_eq(ends_with(to_ticks, &no_time[_i]), 128 + SIGABRT);
}
END_TEST

Suite *suite_units(void)
{
	Suite *s = suite_create("units");
	TCase *tc = tcase_create("numbers");

	tcase_add_loop_test(tc, a_unit_has_a_dimension_and_a_factor, 0,
			    NR(known));
	tcase_add_loop_test(tc, what_is_no_unit_is_refused, 0, NR(no_unit));
	tcase_add_loop_test(tc, every_dimension_has_a_base_unit_and_a_name, 0,
			    DIM_NR);
	tcase_add_loop_test(tc, a_number_reads_as_a_person_writes_it, 0,
			    NR(human));
	tcase_add_test(tc, a_number_is_cut_to_the_room_there_is);
	tcase_add_loop_test(tc, a_decimal_number_is_read, 0, NR(number));
	tcase_add_loop_test(tc, what_is_no_number_is_refused, 0,
			    NR(no_number));
	tcase_add_test(tc, reports_may_ask_for_small_times_and_billions);
	tcase_add_loop_test(tc, seconds_round_to_the_nearest_tick, 0,
			    NR(crossing));
	tcase_add_test(tc, ticks_come_back_as_seconds);
	tcase_add_loop_test(tc, a_time_out_of_range_is_our_bug, 0,
			    NR(no_time));
	suite_add_tcase(s, tc);
	return s;
}
