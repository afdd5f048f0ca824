#include <stdio.h>
#include <string.h>

#include "facts/gpu.h"
#include "read/sheet.h"
#include "tests/tests.h"

#define HEAD "key,value,err,unit,origin,source,note\n"

/* A toy: 100 TFLOP/s, 1 TB/s, ten SMs at 1 GHz. */
static const char toy[] =
	HEAD
	"arch,sm90,,name,spec,toy,\n"
	"bf16,100,,TFLOP/s,spec,toy,\n"
	"fp8,200,,TFLOP/s,spec,toy,\n"
	"fp4,0,,FLOP/s,spec,toy,cannot\n"
	"hbm.capacity,80,,GB,spec,toy,\n"
	"hbm.bandwidth,1,,TB/s,spec,toy,\n"
	"sms,10,,count,spec,toy,\n"
	"clock,1,,GHz,spec,toy,\n"
	"nvlink.bandwidth,100,,GB/s,spec,toy,\n"
	"nvlink.gpus,8,,count,spec,toy,\n"
	"nvlink.in_switch,1,,count,spec,toy,\n"
	"nic.bandwidth,50,,GB/s,spec,toy,\n"
	"pcie.bandwidth,64,,GB/s,spec,toy,\n"
	"tdp,0.7,,kW,spec,toy,\n";

/* The toy with its line of this key replaced by another, or by none. */
static void sheet(struct facts *facts, const char *key, const char *line)
{
	char text[2048] = "", start[64];
	struct table t;
	struct fault why = { .row = 0 };
	const char *p = toy, *end;

	snprintf(start, sizeof(start), "%s,", key);
	for (; *p; p = end + 1) {
		int ours = !strncmp(p, start, strlen(start));

		end = strchr(p, '\n');
		strncat(text, ours ? line : p,
			ours ? strlen(line) : (size_t)(end + 1 - p));
	}
	ck_assert_int_eq(table_parse(&t, "toy.csv", text, strlen(text), &why),
			 0);
	ck_assert_int_eq(facts_from_table(facts, &t, &why), 0);
	table_release(&t);
}

START_TEST(a_sheet_becomes_a_gpu_in_base_units)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "none", "");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), 0);
	ck_assert_str_eq(gpu.name, "toy");
	ck_assert_str_eq(gpu.arch, "sm90");
	ck_rel(gpu.flops[MATH_BF16], 100e12, 1e-12);
	ck_rel(gpu.flops[MATH_FP8], 200e12, 1e-12);
	ck_rel(gpu.flops[MATH_FP4], 0, 0);
	ck_rel(gpu.hbm_B, 80e9, 1e-12);
	ck_rel(gpu.hbm_Bps, 1e12, 1e-12);
	ck_rel(gpu.sms, 10, 0);
	ck_rel(gpu.clock_Hz, 1e9, 1e-12);
	ck_rel(gpu.nvlink_Bps, 100e9, 1e-12);
	ck_assert_int_eq(gpu.nvlink_gpus, 8);
	ck_assert(gpu.in_switch);
	ck_rel(gpu.nic_Bps, 50e9, 1e-12);
	ck_rel(gpu.pcie_Bps, 64e9, 1e-12);
	ck_rel(gpu.tdp_W, 700, 1e-12);
	ck_rel(gpu.price_usd_h, 0, 0);
	ck_rel(gpu.host_slower, 1, 0);		/* nobody says else */
	ck_rel(gpu.host_slower_err, 0, 0);
	facts_release(&facts);
}
END_TEST

/* 2.5 times an x86, known to 1: to 0.4 of itself. */
START_TEST(a_host_launches_as_its_sheet_says)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "tdp", "tdp,700,,W,spec,toy,\n"
	      "host.slower,2.5,1,1,reported,toy,\n");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), 0);
	ck_rel(gpu.host_slower, 2.5, 1e-12);
	ck_rel(gpu.host_slower_err, 0.4, 1e-12);
	facts_release(&facts);
}
END_TEST

/*
 * What others say stands beside a row of its kind, wherever in the sheet, and
 * is taken; beside none, or in another unit, it is a slip.
 */
static const struct { const char *rows; int row; } also[] = {
	{ "hbm.bandwidth.also,2,,TB/s,spec,toy,\narch,sm90,,name,spec,toy,\n",
	  0 },
	{ "arch,sm90,,name,spec,toy,\nsms.also,12,,count,spec,toy,\n", 0 },
	{ "hbm.bandwidth.also,2,,TB,spec,toy,\narch,sm90,,name,spec,toy,\n",
	  2 },
	{ "arch,sm90,,name,spec,toy,\nhbm.also,2,,TB,spec,toy,\n", 3 },
};

START_TEST(what_others_say_stands_beside_a_row)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };
	int rc;

	sheet(&facts, "arch", also[_i].rows);
	rc = gpu_take(&gpu, &facts, &why);
	ck_assert_int_eq(rc, also[_i].row ? -1 : 0);
	if (rc) {
		ck_assert_int_eq(why.row, also[_i].row);
		ck_assert_ptr_nonnull(strstr(why.what, "stands beside no"));
	} else {
		ck_rel(gpu.hbm_Bps, 1e12, 1e-12);
		ck_rel(gpu.sms, 10, 0);
	}
	facts_release(&facts);
}
END_TEST

/* A sheet of one row lacks the 14 others of the toy: all, at once. */
START_TEST(what_a_sheet_lacks_is_told_once)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };
	const char *line = strchr(toy, '\n') + 1;	/* behind the head */

	facts_init_named(&facts, "toy");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), -1);
	ck_assert_str_eq(why.what, "missing key \"bf16\"");
	for (; *line; line = strchr(line, '\n') + 1) {
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)strcspn(line, ","),
			 line);
		if (strcmp(key, "arch"))	/* a word, and asked for last */
			ck_assert_ptr_nonnull(strstr(why.remedy, key));
	}
	ck_assert_ptr_nonnull(strstr(why.remedy, "the unit FLOP/s, TFLOP/s"));
	facts_release(&facts);
}
END_TEST

START_TEST(a_price_and_a_gpu_without_nvlink_are_taken)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "nvlink.gpus", "nvlink.gpus,1,,count,spec,toy,\n"
	      "price,2.5,,$/h,reported,toy,\n");
	facts_find(&facts, "nvlink.bandwidth")->value = 0;
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), 0);
	ck_assert_int_eq(gpu.nvlink_gpus, 1);
	ck_rel(gpu.price_usd_h, 2.5, 1e-12);
	facts_release(&facts);
}
END_TEST

/*
 * All of the toy's. nic.bandwidth, which is asked for itself, is no slip of
 * hbm.bandwidth.
 */
static const char *const needed[] = { "arch", "bf16", "fp8", "fp4",
	"hbm.capacity", "hbm.bandwidth", "sms", "clock", "nvlink.bandwidth",
	"nvlink.gpus", "nvlink.in_switch", "nic.bandwidth", "pcie.bandwidth",
	"tdp" };

START_TEST(a_fact_that_is_missing_is_asked_for)
{
	char what[64];
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	snprintf(what, sizeof(what), "missing key \"%s\"", needed[_i]);
	sheet(&facts, needed[_i], "");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), -1);
	ck_assert_str_eq(why.what, what);
	ck_assert_msg(!strncmp(why.remedy, "add a row ", 10), "%s",
		      why.remedy);
	facts_release(&facts);
}
END_TEST

START_TEST(a_slip_of_what_is_missing_is_still_found)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "hbm.bandwidth", "hbm.bandwith,1,,TB/s,spec,toy,\n");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), -1);
	ck_assert_str_eq(why.remedy, "line 7 has \"hbm.bandwith\": write "
			 "\"hbm.bandwidth\"");
	facts_release(&facts);
}
END_TEST

static const struct {
	const char *key, *line;
	const char *what;
	int row;
} bad[] = {
	{ "tdp", "", "missing key \"tdp\"", 0 },
	{ "fp8", "", "missing key \"fp8\"", 0 },
	{ "bf16", "bf16,0,,FLOP/s,spec,toy,\n", "\"bf16\" is 0", 3 },
	{ "fp8", "fp8,-1,,FLOP/s,spec,toy,\n", "\"fp8\" is -1", 4 },
	{ "hbm.bandwidth", "hbm.bandwidth,0,,TB/s,spec,toy,\n",
	  "\"hbm.bandwidth\" is 0", 7 },
	/* Slips of a unit: a thousand times what there is, or a millionth. */
	{ "hbm.bandwidth", "hbm.bandwidth,4800,,TB/s,spec,toy,\n",
	  "\"hbm.bandwidth\" is 4800 TB/s, and no machine comes within ten "
	  "times that", 7 },
	{ "clock", "clock,1830,,GHz,spec,toy,\n",
	  "\"clock\" is 1830 GHz, and no machine comes within ten times that",
	  9 },
	{ "bf16", "bf16,989,,PFLOP/s,spec,toy,\n",
	  "\"bf16\" is 989 PFLOP/s, and no machine comes within ten times "
	  "that", 3 },
	{ "bf16", "bf16,989,,FLOP/s,spec,toy,\n",
	  "\"bf16\" is 989 FLOP/s, and no machine comes within ten times "
	  "that", 3 },
	{ "nvlink.gpus", "nvlink.gpus,2147483647,,count,spec,toy,\n",
	  "\"nvlink.gpus\" is 2147483647 count, and no machine comes within "
	  "ten times that", 11 },
	{ "hbm.capacity", "hbm.capacity,80,,TB,spec,toy,\n",
	  "\"hbm.capacity\" is 80 TB, and no machine comes within ten times "
	  "that", 6 },
	{ "sms", "sms,10.5,,count,spec,toy,\n", "\"sms\" is 10.5", 8 },
	{ "nvlink.gpus", "nvlink.gpus,0,,count,spec,toy,\n",
	  "\"nvlink.gpus\" is 0", 11 },
	{ "nvlink.in_switch", "nvlink.in_switch,2,,count,spec,toy,\n",
	  "\"nvlink.in_switch\" is 2", 12 },
	{ "nvlink.bandwidth", "nvlink.bandwidth,0,,GB/s,spec,toy,\n",
	  "nvlink.gpus is 8, but nvlink.bandwidth is 0", 11 },
	{ "arch", "arch,sm9.0,,name,spec,toy,\n",
	  "\"sm9.0\" is no architecture", 2 },
	{ "arch", "arch,2026),,name,spec,toy,\n",
	  "\"2026)\" is no architecture", 2 },
	{ "arch", "arch,1e999,,name,spec,toy,\n",
	  "\"1e999\" is no architecture", 2 },
	{ "arch", "arch,any,,name,spec,toy,\n",
	  "\"any\" is no architecture", 2 },
	{ "tdp", "tdp,700,,W,spec,toy,\nhbm.size,1,,GB,spec,toy,\n",
	  "nobody asks for key \"hbm.size\"", 16 },
	{ "tdp", "tdp,700,,W,spec,toy,\nhost.slower,275,,1,spec,toy,\n",
	  "\"host.slower\" is 275 1, and no machine comes within ten times "
	  "that", 16 },
};

START_TEST(a_gpu_that_cannot_be_is_refused_with_its_line)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, bad[_i].key, bad[_i].line);
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_int_eq(why.row, bad[_i].row);
	ck_assert(*why.remedy);
	facts_release(&facts);
}
END_TEST

START_TEST(a_unit_of_something_else_is_refused)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "hbm.bandwidth", "hbm.bandwidth,1,,TB,spec,toy,\n");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), -1);
	ck_assert_int_eq(why.row, 7);
	facts_release(&facts);
}
END_TEST

START_TEST(an_architecture_is_any_word)
{
	struct facts facts;
	struct gpu gpu;
	struct fault why = { .row = 0 };

	sheet(&facts, "arch", "arch,gfx942,,name,spec,toy,\n");
	ck_assert_int_eq(gpu_take(&gpu, &facts, &why), 0);
	ck_assert_str_eq(gpu.arch, "gfx942");
	facts_release(&facts);
}
END_TEST

Suite *suite_gpu(void)
{
	Suite *s = suite_create("gpu");
	TCase *t = tcase_create("gpu");

	tcase_add_test(t, a_sheet_becomes_a_gpu_in_base_units);
	tcase_add_test(t, a_host_launches_as_its_sheet_says);
	tcase_add_loop_test(t, what_others_say_stands_beside_a_row, 0,
			    sizeof(also) / sizeof(also[0]));
	tcase_add_test(t, what_a_sheet_lacks_is_told_once);
	tcase_add_test(t, a_price_and_a_gpu_without_nvlink_are_taken);
	tcase_add_loop_test(t, a_gpu_that_cannot_be_is_refused_with_its_line,
			    0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_loop_test(t, a_fact_that_is_missing_is_asked_for, 0,
			    sizeof(needed) / sizeof(needed[0]));
	tcase_add_test(t, a_slip_of_what_is_missing_is_still_found);
	tcase_add_test(t, a_unit_of_something_else_is_refused);
	tcase_add_test(t, an_architecture_is_any_word);
	suite_add_tcase(s, t);
	return s;
}
