#include <stdio.h>
#include <string.h>

#include "facts/gpu.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A GPU in order but for one row, which is 10 times beyond any machine. */
static const struct {
	const char *key, *unit;
	double least, most;	/* the ends of what is taken, in that unit */
} spans[] = {
	{ "bf16", "TFLOP/s", 1, 50000 }, { "fp8", "TFLOP/s", 1, 100000 },
	{ "fp4", "TFLOP/s", 1, 200000 }, { "hbm.capacity", "GB", 1, 5000 },
	{ "hbm.bandwidth", "GB/s", 10, 200000 },
	{ "sms", "count", 1, 10000 }, { "clock", "MHz", 100, 30000 },
	{ "nvlink.bandwidth", "GB/s", 1, 20000 },
	{ "nvlink.gpus", "count", 1, 10000 },
	{ "nic.bandwidth", "GB/s", 0.1, 10000 },
	{ "pcie.bandwidth", "GB/s", 0.1, 10000 }, { "tdp", "W", 1, 100000 },
	{ "price", "$/h", 0.001, 300 },
};

static int gpu_of(const char *key, const char *unit, double x,
		  struct fault *why)
{
	static const char *const rows[][3] = { { "bf16", "100", "TFLOP/s" },
		{ "fp8", "200", "TFLOP/s" }, { "fp4", "0", "TFLOP/s" },
		{ "hbm.capacity", "80", "GB" },
		{ "hbm.bandwidth", "3", "TB/s" },
		{ "sms", "100", "count" }, { "clock", "1", "GHz" },
		{ "nvlink.bandwidth", "100", "GB/s" },
		{ "nvlink.gpus", "8", "count" },
		{ "nvlink.in_switch", "1", "count" },
		{ "nic.bandwidth", "50", "GB/s" },
		{ "pcie.bandwidth", "64", "GB/s" }, { "tdp", "700", "W" },
		{ "price", "2", "$/h" } };
	char text[1500] = ROW("arch", "sm90", "name");
	struct facts f;
	struct gpu g;
	int rc;

	for (int i = 0; i < NR(rows); i++) {
		size_t len = strlen(text);
		bool ours = strcmp(rows[i][0], key) == 0;
		char own[40];

		snprintf(own, sizeof(own), "%.17g", x);
		snprintf(text + len, sizeof(text) - len,
			 "%s,%s,,%s,assumed,t,\n", rows[i][0],
			 ours ? own : rows[i][1], ours ? unit : rows[i][2]);
	}
	rows_facts(&f, text);
	rc = gpu_take(&g, &f, why);
	facts_release(&f);
	return rc;
}

START_TEST(a_machine_is_within_what_machines_are)
{
	const char *key = spans[_i].key, *unit = spans[_i].unit;
	bool whole = strcmp(unit, "count") == 0;
	struct fault why = { .row = 0 };

	ck_assert_msg(!gpu_of(key, unit, spans[_i].least, &why), "%s: %s",
		      key, why.what);
	ck_assert_msg(!gpu_of(key, unit, spans[_i].most, &why), "%s: %s",
		      key, why.what);
	ck_assert_int_eq(gpu_of(key, unit, whole ? spans[_i].most + 1 :
				spans[_i].most * 1.001, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "no machine comes within ten "
				     "times that"));
	ck_assert_ptr_nonnull(strstr(why.remedy, "is the unit right? From "));
	if (whole)
		return;
	ck_assert_int_eq(gpu_of(key, unit, spans[_i].least * 0.999, &why),
			 -1);
	ck_assert_str_eq(why.file, "toy.csv");
}
END_TEST

/* What another source says stands beside a row, in its kind of unit. */
START_TEST(what_else_is_said_stands_beside_a_row)
{
	static const char *const rows[][2] = {
		{ ROW("sms.also", "132", "count"), NULL },
		{ ROW("sms.also", "132", "GB"),
		  "\"sms.also\" stands beside no \"sms\"" },
		{ ROW("sm.also", "132", "count"),
		  "\"sm.also\" stands beside no \"sm\"" },
		{ ROW(".also", "1", "1"), "nobody asks for key \".also\"" } };
	static const char base[] = ROW("arch", "sm90", "name")
		ROW("bf16", "100", "TFLOP/s") ROW("fp8", "0", "TFLOP/s")
		ROW("fp4", "0", "TFLOP/s") ROW("hbm.capacity", "80", "GB")
		ROW("hbm.bandwidth", "3", "TB/s")
		ROW("sms", "100", "count") ROW("clock", "1", "GHz")
		ROW("nvlink.bandwidth", "0", "GB/s")
		ROW("nvlink.gpus", "1", "count")
		ROW("nvlink.in_switch", "0", "count")
		ROW_ERR("nic.bandwidth", "50", "5", "GB/s")
		ROW("pcie.bandwidth", "64", "GB/s") ROW("tdp", "700", "W");

	for (int i = 0; i < NR(rows); i++) {
		char text[1500];
		struct facts f;
		struct fault why;
		struct gpu g;

		snprintf(text, sizeof(text), "%s%s", base, rows[i][0]);
		rows_facts(&f, text);
		ck_assert_int_eq(gpu_take(&g, &f, &why), rows[i][1] ? -1 : 0);
		if (rows[i][1])
			ck_assert_str_eq(why.what, rows[i][1]);
		ck_rel(g.sms, 100, 0);
		if (!rows[i][1]) {	/* 5 of 50; of 0 nothing is a share */
			ck_rel(g.nic_err, 0.1, 1e-12);
			ck_assert(g.nvlink_err == 0 && g.hbm_err == 0);
		}
		facts_release(&f);
	}
}
END_TEST

/* One standard error over the value, each of its own bandwidth. */
START_TEST(the_error_of_a_bandwidth_is_a_share_of_it)
{
	static const char text[] = ROW("arch", "sm90", "name")
		ROW("bf16", "100", "TFLOP/s") ROW("fp8", "0", "TFLOP/s")
		ROW("fp4", "0", "TFLOP/s") ROW("hbm.capacity", "80", "GB")
		ROW_ERR("hbm.bandwidth", "4", "0.1", "TB/s")
		ROW("sms", "100", "count")
		ROW("clock", "1", "GHz")
		ROW_ERR("nvlink.bandwidth", "400", "20", "GB/s")
		ROW("nvlink.gpus", "8", "count")
		ROW("nvlink.in_switch", "1", "count")
		ROW_ERR("nic.bandwidth", "50", "5", "GB/s")
		ROW("pcie.bandwidth", "64", "GB/s") ROW("tdp", "700", "W");
	struct facts f;
	struct fault why = { .row = 0 };
	struct gpu g;

	rows_facts(&f, text);
	ck_assert_int_eq(gpu_take(&g, &f, &why), 0);
	ck_rel(g.hbm_err, 0.025, 1e-12);
	ck_rel(g.nvlink_err, 0.05, 1e-12);
	ck_rel(g.nic_err, 0.1, 1e-12);
	ck_assert(g.in_switch && g.nvlink_gpus == 8);
	facts_release(&f);
}
END_TEST

Suite *suite_machines(void)
{
	Suite *s = suite_create("machines");
	TCase *t = tcase_create("machines");

	tcase_add_loop_test(t, a_machine_is_within_what_machines_are, 0,
			    NR(spans));
	tcase_add_test(t, what_else_is_said_stands_beside_a_row);
	tcase_add_test(t, the_error_of_a_bandwidth_is_a_share_of_it);
	suite_add_tcase(s, t);
	return s;
}
