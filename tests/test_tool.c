#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fit/lawauto.h"
#include "read/sheet.h"
#include "logs/tool.h"
#include "tests/tests.h"
#include "tests/toy.h"

static struct shelf *shelf;
static struct table table, out;
static struct text bytes, freed;
static struct fault why;
static struct lawfit cal;

static void setup(void)
{
	shelf = shelf_open();
	table_init(&table, "");
	table_init(&out, "");
	bytes = freed = (struct text)TEXT_INIT;
	memset(&why, 0, sizeof(why));
	memset(&cal, 0, sizeof(cal));
}

static void teardown(void)
{
	lawfit_release(&cal);
	table_release(&table);
	table_release(&out);
	text_release(&bytes);
	text_release(&freed);
	shelf_free(shelf);
}

static int parse(const char *text)
{
	bytes.len = 0;
	text_add(&bytes, text);
	table_release(&table);
	return tool_parse(&table, "tool.out", &bytes, &why);
}

static const char *cell(int row, const char *column)
{
	return table_get(&table, row, table_column(&table, column));
}

static double number(int row, const char *column)
{
	return table_number(&table, row, table_column(&table, column));
}

START_TEST(nccl_tests_give_a_row_a_size)
{
	ck_assert_int_eq(parse("{\"version\": \"2.17\", \"nccl_version\": "
		"22902, \"start_time\": \"2026-10-02 09:12\", \"args\": "
		"[\"./build/reduce_scatter_perf\"], \"devices\": "
		"[{\"hostname\": \"n7\"}, {}, {}, {}], \"results\": ["
		"{\"size\": 0, \"out_of_place\": {\"time\": 3}},"
		"{\"size\": 1024, \"out_of_place\": {\"time\": 9.5, "
		"\"nwrong\": 0}, \"in_place\": {\"time\": 9}}]}"), 0);
	ck_assert_int_eq(table.rows, 1);
	ck_assert_str_eq(cell(0, "kernel"), "scatter");
	ck_rel(number(0, "ranks"), 4, 1e-9);
	ck_rel(number(0, "bytes"), 1024, 1e-9);
	ck_rel(number(0, "time"), 9.5, 1e-9);
	ck_assert_str_eq(cell(0, "source"), "nccl-tests -J 2.17, NCCL 22902, "
			 "n7, 2026-10-02");
}
END_TEST

/*
 * As nccl-tests' util.cu writes them: in its config, for each process its
 * first GPU alone. One process of 8; two of 2 threads with 2 GPUs each; four
 * of one; and a list of GPUs.
 */
static const struct {
	const char *config;
	double ranks;
} ran_on[] = {
	{ "\"nthreads\": 1, \"ngpus\": 8, \"devices\": [{\"rank\": 0}]", 8 },
	{ "\"nthreads\": 2, \"ngpus\": 2, \"devices\": [{\"rank\": 0}, "
	  "{\"rank\": 4}]", 8 },
	{ "\"nthreads\": 1, \"ngpus\": 1, \"devices\": [{\"rank\": 0}, "
	  "{\"rank\": 1}, {\"rank\": 2}, {\"rank\": 3}]", 4 },
	{ "\"nthreads\": 1, \"ngpus\": 2, \"devices\": [{\"rank\": 0}, "
	  "{\"rank\": 1}]", 2 },
};

START_TEST(nccl_tests_ran_on_the_gpus_of_all_processes)
{
	char text[512];

	snprintf(text, sizeof(text), "{\"version\": 2, \"nccl_version\": "
		 "22902, \"args\": [\"all_reduce_perf\"], \"config\": {%s}, "
		 "\"results\": [{\"size\": 64, \"out_of_place\": {\"time\": "
		 "9.5}}]}", ran_on[_i].config);
	ck_assert_msg(!parse(text), "%s", why.what);
	ck_rel(number(0, "ranks"), ran_on[_i].ranks, 1e-9);
	ck_assert_ptr_nonnull(strstr(cell(0, "source"), "-J 2, NCCL 22902"));
}
END_TEST

START_TEST(nvbandwidth_gives_the_rate_of_pcie)
{
	ck_assert_int_eq(parse("{\"nvbandwidth\": {\"git_version\": \"v0.8\", "
		"\"Driver Version\": \"570\", \"testcases\": [{\"name\": "
		"\"host_to_device_memcpy_ce\", \"bandwidth_matrix\": "
		"[[\"54\", \"N/A\", \"56\"]]}, {\"name\": \"device_local_copy"
		"\", \"bandwidth_matrix\": [[\"900\"]]}]}}"), 0);
	ck_assert_int_eq(table.rows, 2);
	copies_sheet(&table, &out);
	/* 55, and the standard error of 54 and 56: sqrt(2) / sqrt(2) = 1 */
	ck_assert_str_eq(table_get(&out, 0, 0), "pcie.bandwidth");
	ck_assert_str_eq(table_get(&out, 0, 1), "55");
	ck_assert_str_eq(table_get(&out, 0, 2), "1");
	ck_assert_str_eq(table_get(&out, 0, 4), "fitted");
}
END_TEST

START_TEST(deepep_gives_a_row_a_rank)
{
	ck_assert_int_eq(parse("[rank 0] Dispatch bandwidth: 98.00 GB/s, "
		"avg_t=76.50 us | Combine bandwidth: 103.00 GB/s, avg_t=140.25 "
		"us\n[rank 3] Dispatch bandwidth: 98.00 GB/s, avg_t=77.50 us | "
		"Combine bandwidth: 103.00 GB/s, avg_t=141.25 us\n[rank 3] "
		"Dispatch send/recv time: 20 + 8 us | Combine send/recv time: "
		"22 + 9 us\n"), 0);
	ck_assert_int_eq(table.rows, 4);
	ck_assert_str_eq(cell(0, "op"), "dispatch");
	ck_rel(number(0, "time"), 76.5, 1e-9);
	ck_assert_str_eq(cell(3, "op"), "combine");
	ck_rel(number(3, "time"), 141.25, 1e-9);
	ck_rel(number(0, "ranks"), 4, 1e-9);	/* 0 to 3 */
	ck_assert_str_eq(cell(0, "tokens"), "");	/* nobody said */
}
END_TEST

START_TEST(deepgemm_gives_gemms_and_pairs_of_an_expert)
{
	ck_assert_int_eq(parse(
		" > Perf (m=    64, n=  2112, k=  7168, 1D2D, layout=NT, BF16, "
		"acc=0):   12.5 us | 100 TFLOPS | 10 GB/s | 1.02x cuBLAS\n"
		" > Perf (m=    64, n=  2112, k=  7168, layout=NT, BF16, "
		"acc=0): 6.5 ms | 1 TFLOPS | 1 GB/s | 1.02x cuBLAS\n"
		" > Perf (m=    64, n=  2112, k=  7168, layout=NT, FP32, "
		"acc=1): 6.5 ms | 1 TFLOPS | 1 GB/s | 1.02x cuBLAS\n"
		" > Perf (num_groups=4, expected_m_per_group= 256, n=4096, "
		"k=7168, 1D2D, psum=0):  150 us | 9 TFLOPS | 9 GB/s\n"
		" > Perf (num_groups=4, expected_m_per_group= 256, n=7168, "
		"k=2048, 1D2D, psum=0):   75 us | 9 TFLOPS | 9 GB/s\n"), 0);
	ck_assert_int_eq(table.rows, 3);	/* acc=1 is none of ours */
	ck_assert_str_eq(cell(0, "kernel"), "deepgemm_fp8_kernel");
	ck_rel(number(0, "time"), 12.5, 1e-9);
	ck_assert_str_eq(cell(1, "format"), "bf16");
	ck_rel(number(1, "time"), 6500, 1e-9);	/* ms */
	/* 7168 to 2 x 2048 and back, in 150 + 75 us */
	ck_assert_str_eq(cell(2, "op"), "moe");
	ck_rel(number(2, "inter"), 2048, 1e-9);
	ck_rel(number(2, "time"), 225, 1e-9);
}
END_TEST

START_TEST(flashmla_gives_what_decodes)
{
	ck_assert_int_eq(parse(
		"b=128, s_q=1, mean_sk=4096, h_q=128, h_kv=1, d=576, dv=512, "
		"causal=True, varlen=False\n0.249 ms, 600 TFLOPS, 2400 GB/s\n"
		"b=128, s_q=2, mean_sk=4096, h_q=128, h_kv=1, d=576, dv=512, "
		"causal=True, varlen=False\n0.450 ms, 600 TFLOPS, 2400 GB/s\n"
		/* no heads, no batch, more heads than a line has */
		"b=8, s_q=1, mean_sk=4096, h_q=0\n0.5 ms, 6 TFLOPS\n"
		"b=0, s_q=1, mean_sk=4096, h_q=128\n0.5 ms, 6 TFLOPS\n"
		"b=8, s_q=1, mean_sk=4096, h_q=4096\n0.5 ms, 6 TFLOPS\n"
		/* no time, and a time that is none */
		"b=8, s_q=1, mean_sk=4096, h_q=128\n0 ms, 6 TFLOPS\n"
		"inf ms, 6 TFLOPS\n"), 0);
	ck_assert_int_eq(table.rows, 1);	/* one query token */
	ck_rel(number(0, "batch"), 128, 1e-9);
	ck_rel(number(0, "heads"), 128, 1e-9);
	ck_rel(number(0, "kv_tok"), 4096, 1e-9);
	ck_rel(number(0, "time"), 0.249, 1e-9);
}
END_TEST

START_TEST(cutlass_gives_the_quickest_of_a_shape)
{
	ck_assert_int_eq(parse(
		"Problem,Provider,OperationKind,Operation,Disposition,m,n,k,A,"
		"batch_count,Runtime\n"
		"1,CUTLASS,gemm,a,passed,64,128,256,fe4m3:row,1,0.02\n"
		"1,CUTLASS,gemm,b,passed,64,128,256,fe4m3:row,1,0.01\n"
		"1,CUTLASS,gemm,c,failed,64,128,256,fe4m3:row,1,0.001\n"
		"1,CUTLASS,gemm,d,incorrect,64,128,256,fe4m3:row,1,0.002\n"
		"1,CUTLASS,spgemm,e,passed,64,128,256,fe4m3:row,1,0.003\n"
		"1,CUTLASS,gemm,f,passed,64,128,256,fe4m3:row,2,0.004\n"
		"2,CUTLASS,block_scaled_gemm,a,passed,64,128,512,"
		"ue4m3xe2m1:row,1,0.03\n"), 0);
	ck_assert_int_eq(table.rows, 2);
	ck_assert_str_eq(cell(0, "kernel"), "cutlass_fp8");
	ck_rel(number(0, "time"), 0.01, 1e-9);
	ck_assert_str_eq(cell(1, "format"), "nvfp4");
}
END_TEST

/* Of two that are as quick the first; what says what it is of, says it. */
START_TEST(one_row_of_a_shape_and_all_that_it_says)
{
	ck_assert_int_eq(parse(
		"Problem,Provider,OperationKind,Operation,Disposition,m,n,k,A,"
		"B,Runtime\n"
		"1,CUTLASS,gemm,a,passed,64,128,256,bf16:row,bf16:column,0.5\n"
		"1,CUTLASS,gemm,b,passed,64,128,256,bf16:row,bf16:column,0.5\n"
		"1,CUTLASS,gemm,c,passed,64,128,256,e5m2:row,x,0.25\n"
		"1,CUTLASS,gemm,d,incorrect,9,9,9,f16:row,x,0.25\n"
		"1,CUTLASS,gemm,e,passed,8,9,9,s8:row,x,0.25\n"), 0);
	ck_assert_int_eq(table.rows, 2);
	ck_assert_int_eq(table.line[0], 2);
	ck_assert_str_eq(cell(0, "kernel"), "cutlass_bf16");
	ck_assert_str_eq(cell(1, "kernel"), "cutlass_fp8");
	ck_rel(number(0, "m"), 64, 0);
	ck_rel(number(0, "n"), 128, 0);
	ck_rel(number(0, "k"), 256, 0);
	ck_assert_int_eq(parse("[rank 0] num_tokens=64 hidden=7168 num_topk=8 "
		"num_experts=288 Dispatch bandwidth: 98 GB/s, avg_t=76.50 us "
		"| Combine bandwidth: 103 GB/s, avg_t=140.25 us\n"), 0);
	ck_assert_int_eq(table.rows, 2);
	for (int i = 0; i < 2; i++) {
		ck_rel(number(i, "tokens"), 64, 0);
		ck_rel(number(i, "hidden"), 7168, 0);
		ck_rel(number(i, "topk"), 8, 0);
		ck_rel(number(i, "experts"), 288, 0);
		ck_rel(number(i, "ranks"), 1, 0);
		ck_assert_str_eq(cell(i, "format"), i ? "bf16" : "fp8");
		ck_assert_str_eq(cell(i, "kernel"), i ?
				 "combine combine_node" :
				 "dispatch dispatch_node");
		ck_assert_str_eq(cell(i, "source"), "DeepEP: tool.out");
	}
}
END_TEST

/* ---- what is none ---- */

static const struct { const char *text, *what; int row; } wrong[] = {
	{ "{\"a\":\n 1,,}", "it is no JSON: string or '}' expected near ','",
	  2 },
	{ "{\"output_throughput\": 3}", "it is JSON of neither nccl-tests "
	  "(args, results) nor nvbandwidth", 0 },
	{ "{\"args\": \"sendrecv_perf\", \"results\": []}", "its args name no "
	  "program whose times a law is about", 0 },
	{ "{\"args\": \"all_gather_perf\", \"results\": [{\"size\": 4, "
	  "\"out_of_place\": {\"time\": 1, \"nwrong\": 2}}]}", "a size came "
	  "out with wrong values, so its time is of nothing", 0 },
	{ "{\"args\": \"all_gather_perf\", \"results\": []}", "none of its "
	  "lines has a time that a law is about", 0 },
	{ "b=1, s_q=1, mean_sk=4096, h_q=128\n", "none of its lines has a time "
	  "that a law is about", 0 },
};

START_TEST(what_has_no_time_is_a_fault)
{
	ck_assert_int_eq(parse(wrong[_i].text), -1);
	ck_assert_str_eq(why.what, wrong[_i].what);
	ck_assert_int_eq(why.row, wrong[_i].row);
	ck_assert_str_eq(why.file, "tool.out");
	ck_assert(*why.remedy);
}
END_TEST

START_TEST(another_file_is_left_to_others)
{
	ck_assert_int_eq(parse("kernel,hw,op\n"), 1);
	ck_assert_int_eq(parse(""), 1);
}
END_TEST

/* ---- to laws ---- */

static void give(const char *text)
{
	struct choices c = { { text }, 1 };

	ck_assert_int_eq(trials_give(&table, &c, &why), 0);
}

/* 14 us, and 7/8 of the bytes at 0.6 of 450 GB/s; every other `off`. */
static void gather(int sizes, double off)
{
	double size = 1024;

	table_release(&table);
	text_add(&bytes, "kernel,hw,op,ranks,bytes,time,unit\n");
	for (int i = 0; i < sizes; i++, size *= 4)
		text_addf(&bytes, "gather,,gather,8,%.0f,%.6f,us\n", size,
			  (14 + 0.875 * size / (450e3 * 0.6)) *
			  (i % 2 ? off : 1));
	ck_assert_int_eq(table_parse(&table, "t.csv", bytes.buf, bytes.len,
				     &why), 0);
	give("hw=h200-sxm");
}

static double term(const char *name)
{
	return lawterms_find(&cal.terms, name)->value;
}

static bool is_free(const char *name)
{
	return lawterms_find(&cal.terms, name)->fitted;
}

static int fit_lean(void)
{
	struct lawlist laws;
	struct lawfit_spec spec = { .stack = "generic" };

	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), 0);
	ck_assert_int_eq(laws.nr, 1);
	spec.law = laws.root[0];
	return lawfit_lean(&cal, &(struct lean){ &spec, &table, shelf,
						 &freed }, &why);
}

START_TEST(rows_of_one_size_of_group_tell_two_terms)
{
	gather(9, 1);
	ck_assert_int_eq(fit_lean(), 0);
	ck_assert_str_eq(cal.name.root, "wire.gather.sm90");
	ck_assert_str_eq(freed.buf, "alpha, e_nvlink");
	/* The sheet's alpha_peer, 0.9727 us of each of 7, is held. */
	ck_rel(units_us(term("alpha")), 14 - 7 * 0.9727, 2e-3);
	ck_rel(term("e_nvlink"), 0.6, 2e-3);
	ck_assert(!is_free("alpha_peer"));
}
END_TEST

START_TEST(small_sizes_alone_tell_the_start_up)
{
	gather(3, 1.02);	/* 16 kB take 0.05 us of 14 */
	ck_assert_int_eq(fit_lean(), 0);
	ck_assert(is_free("alpha") && !is_free("e_nvlink"));
	ck_rel(term("e_nvlink"), 0.533, 1e-9);	/* the sheet's */
}
END_TEST

/*
 * A kernel of no sheet has the form of the one that the stack runs for the
 * same work: cublas_bf16's, p 1.5 and rows to 16. Its own are a start-up that
 * 10 us bring near and half of 4.8 TB/s, for 16 rows are a 26th of the time in
 * FLOPs: half a per cent of the blend.
 */
START_TEST(a_kernel_of_no_sheet_has_the_form_of_what_runs_instead)
{
	table_release(&table);
	text_add(&bytes, "kernel,hw,op,format,m,n,k,time,unit\n");
	for (int n = 1024; n <= 16384; n *= 2)
		text_addf(&bytes, "cutlass_bf16,,gemm,bf16,16,%d,%d,%.4f,us\n",
			  n, n, 10 + 2.0 * n * (n + 32) / (0.5 * 4.8e6));
	ck_assert_int_eq(table_parse(&table, "t.csv", bytes.buf, bytes.len,
				     &why), 0);
	give("hw=h200-sxm");
	ck_assert_msg(!fit_lean(), "%s", why.what);
	ck_assert_str_eq(cal.name.root, "law.cutlass_bf16.sm90");
	ck_rel(term("e_b"), 0.5, 0.02);
	ck_rel(term("p"), 1.5, 1e-9);
	ck_rel(term("pad"), 16, 1e-9);
	ck_assert(is_free("e_b") && !is_free("p"));
}
END_TEST

#define DEEPEP "tokens=128,hidden=7168,topk=8,experts=288"

/* What a device is called names the sheets that it may be of, no more. */
static const struct {
	const char *device, *remedy;
} devices[] = {
	{ "NVIDIA H200", "give --given hw=h200-sxm" },
	{ "NVIDIA H100 80GB HBM3", "give --given hw=h100-sxm" },
	{ "[0x1b] NVIDIA H20", "give --given hw=h20-141g or h20-96g" },
	{ "NVIDIA GB200", "give --given hw=gb200-nvl72" },
	{ "NVIDIA L40S", "give --given hw=NAME; deeproof show lists them" },
	{ "", "give --given hw=NAME; deeproof show lists them" },
};

START_TEST(a_device_names_the_sheets_that_it_may_be_of)
{
	struct lawlist laws;
	char text[512];

	snprintf(text, sizeof(text), "{\"version\": \"2.17.0\", \"args\": "
		 "\"./all_gather_perf -g 8\", \"devices\": [{\"rank\": 0, "
		 "\"device_info\": \"%s\"}], \"results\": [{\"size\": 1024, "
		 "\"out_of_place\": {\"time\": 9.5}}]}", devices[_i].device);
	ck_assert_msg(!parse(text), "%s", why.what);
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), -1);
	ck_assert_str_eq(why.remedy, devices[_i].remedy);
}
END_TEST

START_TEST(flashmla_s_sparse_times_are_named_and_refused)
{
	ck_assert_int_eq(parse("Running on TestParam(s_q=2, s_kv=4096, "
		"topk=2048)\nTime (per): 41.2 us\nSplitkv time: 38.0 us\n"),
		-1);
	ck_assert_ptr_nonnull(strstr(why.what, "sparse decoding"));
	ck_assert_ptr_nonnull(strstr(why.remedy, "law.flashmla_sparse"));
}
END_TEST

START_TEST(ranks_tell_which_wire_deepep_used)
{
	struct lawlist laws;

	ck_assert_int_eq(parse("[rank 15] Dispatch bandwidth: 9 GB/s, "
		"avg_t=76.50 us | Combine bandwidth: 3 GB/s, avg_t=140.25 us"),
		0);
	give("hw=h200-sxm," DEEPEP);
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), 0);
	ck_assert_str_eq(laws.root[0], "wire.dispatch.sm90");
	ck_assert_int_eq(parse("[rank 7] Dispatch bandwidth: 9 GB/s, "
		"avg_t=76.50 us | Combine bandwidth: 3 GB/s, avg_t=140.25 us"),
		0);
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), -1);
	ck_assert_str_eq(why.what, "it does not say on which GPU this ran");
	give("hw=h200-sxm");
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), -1);
	ck_assert_str_eq(why.what, "it does not say tokens, hidden, topk, "
			 "experts");
	give("tokens=128,hidden=7168");
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), -1);
	ck_assert_str_eq(why.what, "it does not say topk, experts");
	give("topk=8,experts=288");
	ck_assert_int_eq(lawlist_make(&laws, &table, shelf, &why), 0);
	ck_assert_str_eq(laws.root[1], "wire.combine_node.sm90");
}
END_TEST

Suite *suite_tool(void)
{
	Suite *s = suite_create("tool");
	TCase *t = tcase_create("tool");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nccl_tests_give_a_row_a_size);
	tcase_add_loop_test(t, nccl_tests_ran_on_the_gpus_of_all_processes, 0,
			    sizeof(ran_on) / sizeof(*ran_on));
	tcase_add_test(t, nvbandwidth_gives_the_rate_of_pcie);
	tcase_add_test(t, deepep_gives_a_row_a_rank);
	tcase_add_test(t, deepgemm_gives_gemms_and_pairs_of_an_expert);
	tcase_add_test(t, flashmla_gives_what_decodes);
	tcase_add_test(t, cutlass_gives_the_quickest_of_a_shape);
	tcase_add_test(t, one_row_of_a_shape_and_all_that_it_says);
	tcase_add_loop_test(t, what_has_no_time_is_a_fault, 0,
			    (int)(sizeof(wrong) / sizeof(*wrong)));
	tcase_add_test(t, another_file_is_left_to_others);
	tcase_add_test(t, rows_of_one_size_of_group_tell_two_terms);
	tcase_add_test(t, small_sizes_alone_tell_the_start_up);
	tcase_add_test(t,
		a_kernel_of_no_sheet_has_the_form_of_what_runs_instead);
	tcase_add_test(t, ranks_tell_which_wire_deepep_used);
	tcase_add_test(t, flashmla_s_sparse_times_are_named_and_refused);
	tcase_add_loop_test(t, a_device_names_the_sheets_that_it_may_be_of, 0,
			    sizeof(devices) / sizeof(*devices));
	suite_add_tcase(s, t);
	return s;
}
