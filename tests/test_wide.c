#include "tests/tests.h"

#include <string.h>

#include "claims/wide.h"
#include "read/sheet.h"

/* Heads that are metrics: a claim of each figure, the others beside it. */
static const struct {
	const char *csv;
	int rows;
	const char *metric, *value, *unit, *given, *hw;	/* of the last */
} wides[] = {
	{ "GPU,Concurrency,TTFT (ms),tok/s/GPU\nH200,64,300,400\n", 2,
	  "tok_s_gpu", "400", "", "ttft_ms=300 ms", "H200" },
	{ "Provider,Hardware,Price (CNY/h),Throughput (tok/s),"
	  "Cost (CNY/Mtok)\nA,8x H20,130,2200,N/A\n", 2, "tok_s_total",
	  "2200", "tok/s", "usd_per_hour=130 CNY/h", "8x H20" },
	{ "Metric,Mean,P50,P99\nTTFT (ms),423,410,2741\n", 3,
	  "P99 TTFT (ms)", "2741", "", "Mean TTFT (ms)=423; P50 TTFT (ms)=410",
	  "" },
	{ "GPU,Throughput tok/s (per GPU),Speed [tok/s/user],Hourly\n"
	  "H200,310,41,$3\n", 2, "tok_s_user", "41", "tok/s/user",
	  "tok_s_gpu=310 tok/s per GPU", "H200" },
	/* a phase's rate goes with no figure of whole requests */
	{ "ISL,TTFT (ms),Tput Prefill (TPS)\n128,179.7,712.3\n", 2,
	  "input_tok_s_total", "712.3", "TPS", "", "" },
	{ "hw,metric,value,TTFT (ms)\nH200,tok_s_gpu,400,300\n", 1,
	  "tok_s_gpu", "400", "", "", "H200" },
	/* hardware under a number of it, and a size that is no format */
	{ "| Weights (GB) | Min GPUs |\n|---|---|\n| 671 | 8x H200 |\n", 1,
	  "weights_gb", "671", "GB", "", "8x H200" },
	/* two lengths in a cell, and what a ratio compares */
	{ "GPU,ISL/OSL,tok/s/GPU\nH200,1k/2k,300\n", 1, "tok_s_gpu", "300", "",
	  "ISL/OSL=1k/2k", "H200" },
	{ "Baseline TTFT (ms),Optimized TTFT (ms),Speedup\n800,200,4.0x\n", 1,
	  "speedup_x", "4.0x", "", "before=800 ms; after=200 ms", "" },
	{ "Baseline tok/s,Optimized tok/s,Speedup\n800,2400,3.0x\n", 1,
	  "speedup_x", "3.0x", "", "before=800 tok/s; after=2400 tok/s", "" },
	{ "Baseline GPU,TTFT (ms)\nH100,300\n", 1, "ttft_ms", "300", "ms", "",
	  "" },
	{ "GPUs,TTFT (ms)\n8x H200,300\n", 1, "ttft_ms", "300", "ms", "",
	  "8x H200" },
	{ "a,b\n1,2\n", 1, "", "", "", "", "" },
};

START_TEST(a_column_may_be_a_metric)
{
	struct text notes = TEXT_INIT;
	struct fault why = { 0 };
	struct table t;
	int last;

	ck_assert_int_eq(table_parse(&t, "wide", wides[_i].csv,
				     strlen(wides[_i].csv), &why), 0);
	wide_rows(&t, &notes);
	text_release(&notes);
	last = t.rows - 1;
	ck_assert_int_eq(t.rows, wides[_i].rows);
	ck_assert_str_eq(table_cell(&t, last, "metric"), wides[_i].metric);
	ck_assert_str_eq(table_cell(&t, last, "value"), wides[_i].value);
	ck_assert_str_eq(table_cell(&t, last, "unit"), wides[_i].unit);
	ck_assert_str_eq(table_cell(&t, last, "given"), wides[_i].given);
	ck_assert_str_eq(table_cell(&t, last, "hw"), wides[_i].hw);
	table_release(&t);
}
END_TEST

/* A thousand are a table of people's; one more is none, metric or not. */
START_TEST(a_thousand_columns_are_the_most)
{
	struct text csv = TEXT_INIT, notes = TEXT_INIT;
	struct fault why = { 0 };
	struct table t;

	text_add(&csv, "GPU,TTFT (ms)");
	for (int i = 2; i < 1000 + _i; i++)
		text_addf(&csv, ",c%d", i);
	text_add(&csv, "\nH200,300");
	for (int i = 2; i < 1000 + _i; i++)
		text_add(&csv, ",");
	ck_assert_int_eq(table_parse(&t, "wide", csv.buf, csv.len, &why), 0);
	ck_assert_int_eq(wide_rows(&t, &notes), _i == 0);
	table_release(&t);
	text_release(&csv);
	text_release(&notes);
}
END_TEST

Suite *suite_wide(void)
{
	Suite *s = suite_create("wide");
	TCase *t = tcase_create("wide");

	tcase_add_loop_test(t, a_column_may_be_a_metric, 0,
			    (int)(sizeof(wides) / sizeof(*wides)));
	tcase_add_loop_test(t, a_thousand_columns_are_the_most, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
