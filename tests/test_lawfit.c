#include "library/shelf.h"
#include "tests/tests.h"

#include <string.h>

#include <gsl/gsl_randist.h>

#include "fit/lawfit.h"
#include "read/sheet.h"
#include "read/stream.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct shelf *shelf;
static struct table table;
static struct lawfit cal;
static struct fault why;

static void setup(void)
{
	shelf = shelf_open();
	table_init(&table, "");
}

static void teardown(void)
{
	lawfit_release(&cal);
	table_release(&table);
	shelf_free(shelf);
}

static void read_table(const char *csv)
{
	table_release(&table);
	ck_assert_msg(!table_parse(&table, "t.csv", csv, strlen(csv), &why),
		      "%s", why.what);
}

static int fit_law(const char *law, const char *fix)
{
	struct lawfit_spec ask = { .law = law, .stack = "generic" };
	static char words[256];
	char *p;

	snprintf(words, sizeof(words), "%s", fix);
	for (p = strtok(words, " "); p; p = strtok(NULL, " "))
		ask.fix.text[ask.fix.nr++] = p;
	lawfit_release(&cal);
	return lawfit(&cal, &ask, &table, shelf, &why);
}

static void ck_fit(const char *law, const char *fix)
{
	char line[512];

	if (!fit_law(law, fix))
		return;
	fault_print(&why, line, sizeof(line));
	ck_abort_msg("%s", line);
}

/* ---- what is counted and costed ---- */

/* With every term given, a prediction is a sum that can be done by hand. */
static const struct {
	const char *law, *fix, *head, *row;
	double us;
} sums[] = {
	/*
	 * 16 x 1024 x 1024 on an H100: 2 MiB + 16 x 4 KiB = 2162688 B at
	 * 3.35 TB/s = 0.64558; 2^25 FLOP at 989.4 = 0.03391; kappa 1; t0 2.
	 */
	{ "law.cublas_bf16.sm90", "t0=2 e_b=1 e_f=1 kappa=1 p=1 pad=16",
	  "format,m,n,k", "cublas_bf16,h100-sxm,gemm,1,us,bf16,16,1024,1024",
	  3.67949 },
	/* One row is padded to 16 (FLOPs), and moves 4 KiB: 0.62722 us. */
	{ "law.cublas_bf16.sm90", "t0=2 e_b=1 e_f=1 kappa=1 p=1 pad=16",
	  "format,m,n,k", "cublas_bf16,h100-sxm,gemm,1,us,bf16,1,1024,1024",
	  3.66115 },
	/*
	 * 2 experts of 10 rows and one of 70, padded to 64: 256 rows of
	 * 6e6 FLOP = 1.55246; 3 x 6e6 B and 90 rows of 12,000 B: 5.69552.
	 */
	{ "law.cutlass_moe_fp8.sm90", "t0=1 e_b=1 e_f=1 rho=0 p=1 pad=64",
	  "format,hidden,inter,slots,rows,hot,hot_rows",
	  "cutlass_moe_fp8,h100-sxm,moe,1,us,bf16,1000,1000,2,10,1,70",
	  8.24798 },
	/*
	 * 128 heads, 2 x 1000 tokens: 2 x 1000 x 1152 B of KV, Q and O
	 * 2 x 128 x 1088 x 2 B: 0.85399; 2 x 2 x 128 x 1000 x 1088 FLOP:
	 * 0.56303, the shorter; 4 blocks on 132 SMs at 33 us: 1; t0 2.
	 */
	{ "law.trtllm_mla_bf16_h128.sm90",
	  "t0=2 e_b=1 e_f=1 rho=0 c=33 p=0 pad=1",
	  "format,heads,batch,kv_tok",
	  "trtllm_mla_bf16_h128,h100-sxm,mla,1,us,bf16,128,2,1000",
	  3.85399 },
	/*
	 * 128 heads are two blocks of a query: 200 on 148 SMs, so that 512
	 * picks are looped over twice, 8 x 512 / 1024 each: 8. That is more
	 * than 100 x (512 x 584 + 128 x 1024 x 2) B at 7.7 TB/s, 7.28769.
	 */
	{ "law.flashmla_v4.sm100",
	  "t0=2 e_b=1 e_f=1 kappa=8 whole=1 p=0 pad=64",
	  "format,dim,heads,batch,picks",
	  "flashmla_v4,b200-sxm,sparse,1,us,fp8,512,128,100,512", 10 },
	/* 16 heads are multiplied as 64: 100 x 2 x 64 x 512 x 1024 FLOP. */
	{ "law.flashmla_v4.sm100",
	  "t0=2 e_b=1 e_f=0.1 kappa=8 whole=1 p=0 pad=64",
	  "format,dim,heads,batch,picks",
	  "flashmla_v4,b200-sxm,sparse,1,us,fp8,512,16,100,512", 31.82617 },
	/* 8 ranks, 1 MB: 2 + 0.7 + 7e6 / 450e9. */
	{ "wire.allreduce.sm90", "alpha=2 alpha_peer=0.1 two_shot=50 "
	  "e_nvlink=1 e_two_shot=1 e_rdma=1 alpha_node=0 alpha_node_peer=0 "
	  "alpha_long=0 e_short=0 "
	  "alpha_switch=0 e_switch=0", "ranks,bytes",
	  "allreduce,h100-sxm,allreduce,1,us,8,1000000", 18.25556 },
	/* 1 MB gathered by 4: each sends 250 kB to 3: 5 + 3 + 1.66667. */
	{ "wire.gather.sm90", "alpha=5 alpha_peer=1 e_nvlink=1 e_rdma=1",
	  "ranks,bytes", "gather,h100-sxm,gather,1,us,4,1000000", 9.66667 },
	/* 8 copies of 7168 + 224 + 16 B, 7 of 8 off the GPU: 0.11524. */
	{ "wire.dispatch_node.any", "alpha=10 e_nvlink=1",
	  "format,ranks,tokens,hidden,topk,experts,exchange",
	  "dispatch_node,h100-sxm,dispatch,1,us,fp8,8,1,7168,8,256,pair",
	  10.11524 },
	/* The same to a rank beyond the node: 8 x 14336 x 8/16 at 50 GB/s. */
	{ "wire.combine.any", "alpha=10 alpha_log=1 e_nvlink=1 e_rdma=1 "
	  "droop=0", "format,ranks,tokens,hidden,topk,experts,exchange",
	  "combine,h100-sxm,combine,1,us,bf16,16,1,7168,8,256,pair",
	  12.14688 },
	/*
	 * One copy a destination rank, 2 ranks, 1 expert a token: half of
	 * them leave: 0.5 x 7168 x 0.5625 B at 900 GB/s = 0.00224.
	 */
	{ "wire.dispatch_rack.any", "alpha=1 alpha_rank=1 e_nvlink=1",
	  "format,ranks,tokens,hidden,topk,experts,exchange",
	  "dispatch_rack,gb200-nvl72,dispatch,1,us,nvfp4,2,1,7168,1,256,rank",
	  2.00224 },
};

START_TEST(a_prediction_is_the_sum_that_a_hand_makes)
{
	char csv[512];

	snprintf(csv, sizeof(csv), "kernel,hw,op,time,unit,%s\n%s\n",
		 sums[_i].head, sums[_i].row);
	read_table(csv);
	ck_fit(sums[_i].law, sums[_i].fix);
	ck_rel(cal.predicted_s[0] * 1e6, sums[_i].us, 2e-5);
}
END_TEST

/* ---- truth recovered ---- */

/* A grid of GEMMs on an H100 and an H200, each timed 1 us. */
static void gemm_grid(void)
{
	static const int m[] = { 1, 16, 64, 256, 1024 };
	static const int n[][2] = { { 512, 7168 }, { 4096, 7168 },
				    { 7168, 2048 }, { 16384, 1536 } };
	struct text csv = TEXT_INIT;

	text_add(&csv, "kernel,hw,op,format,m,n,k,time,unit,source\n");
	for (int i = 0; i < NR(m); i++)
		for (int j = 0; j < NR(n); j++)
			for (int h = 0; h < 2; h++)
				text_addf(&csv, "cublas_bf16,h%d00-sxm,gemm,"
					  "bf16,%d,%d,%d,1,us,toy\n", h + 1,
					  m[i], n[j][0], n[j][1]);
	read_table(csv.buf);
	text_release(&csv);
}

/* Times from the law itself, with a log error of sigma. */
static void time_grid(double sigma, unsigned seed)
{
	struct stream stream;
	gsl_rng *rng = stream_open(&stream, seed, 0, STREAM_HITS);
	int at = table_column(&table, "time");

	ck_fit("law.cublas_bf16.sm90", "t0=3 e_b=0.8 e_f=0.6 kappa=0.5");
	for (int i = 0; i < cal.trials; i++)
		table_setf(&table, i, at, "%.9g", 1e6 * cal.predicted_s[i] *
			   exp(sigma * gsl_ran_gaussian(rng, 1)));
}

static double value(const char *param)
{
	return lawterms_find(&cal.terms, param)->value;
}

START_TEST(the_law_that_made_the_rows_is_found_again)
{
	gemm_grid();
	time_grid(0, 1);
	ck_fit("law.cublas_bf16.sm90", "");
	ck_rel(value("t0"), 3e-6, 1e-5);
	ck_rel(value("e_b"), 0.8, 1e-5);
	ck_rel(value("e_f"), 0.6, 1e-5);
	ck_rel(value("kappa"), 0.5e-6, 1e-5);
}
END_TEST

/* How many of the four are within two standard errors of the truth? */
static int within_two(void)
{
	static const struct { const char *param; double truth; } want[] = {
		{ "t0", 3e-6 }, { "e_b", 0.8 }, { "e_f", 0.6 },
		{ "kappa", 0.5e-6 } };
	int nr = 0;

	for (int i = 0; i < NR(want); i++) {
		const struct lawterm *t = lawterms_find(&cal.terms,
							want[i].param);

		ck_assert(t->err > 0 && t->err < 0.5 * t->value);
		nr += fabs(t->value - want[i].truth) < 2 * t->err;
	}
	return nr;
}

/* 95 of 100, and a few less since the law is bent: at least 85. */
START_TEST(noise_of_5_percent_moves_it_by_its_errors)
{
	struct errors e;
	int nr = 0;

	for (unsigned seed = 1; seed <= 25; seed++) {
		gemm_grid();
		time_grid(0.05, seed);
		ck_fit("law.cublas_bf16.sm90", "");
		nr += within_two();
	}
	ck_assert_msg(nr >= 85, "%d of 100", nr);
	/* The mean of |5 % x normal| is 4 %. */
	lawfit_errors(&cal, true, NULL, &e);
	ck_assert_int_eq(e.rows, 40);
	ck_assert(e.mape > 0.02 && e.mape < 0.06);
}
END_TEST

/* ---- which rows ---- */

START_TEST(from_fits_to_some_and_predicts_the_rest)
{
	struct lawfit_spec ask = { .law = "law.cublas_bf16.sm90",
		.stack = "generic", .from = { { "hw=h100-sxm" }, 1 } };
	struct errors seen, unseen;

	gemm_grid();
	time_grid(0, 1);
	lawfit_release(&cal);
	ck_assert_int_eq(lawfit(&cal, &ask, &table, shelf, &why), 0);
	lawfit_errors(&cal, true, NULL, &seen);
	lawfit_errors(&cal, false, "h200-sxm", &unseen);
	ck_assert_int_eq(seen.rows, 20);
	ck_assert_int_eq(unseen.rows, 20);
	ck_assert(seen.mape < 1e-4 && unseen.mape < 1e-4);
}
END_TEST

START_TEST(rows_of_another_architecture_are_predicted_only)
{
	gemm_grid();
	table_set(&table, 7, table_column(&table, "hw"), "b200-sxm");
	time_grid(0, 1);
	ck_fit("law.cublas_bf16.sm90", "");
	ck_assert_int_eq(cal.trials, 40);
	ck_assert(!cal.used[7] && cal.used[6] && cal.used[8]);
}
END_TEST

START_TEST(a_row_may_be_about_several_kernels)
{
	read_table("kernel\ncublas_bf16 cublas_bmm\ncublas\n");
	ck_assert(trial_about(&table, 0, "cublas_bmm"));
	ck_assert(trial_about(&table, 0, "cublas_bf16"));
	ck_assert(!trial_about(&table, 0, "cublas"));
	ck_assert(trial_about(&table, 1, "cublas"));
}
END_TEST

/* ---- bad rows: reported with their line, the rest goes on ---- */

static const struct {
	const char *column, *cell, *what;
} bad[] = {
	{ "time", "-3", "time is \"-3\"" },
	{ "time", "0", "time is \"0\"" },
	{ "time", "nan", "time is \"nan\"" },
	{ "unit", "GB", "\"GB\" is no unit of time" },
	{ "unit", "", "is no unit of time" },
	{ "hw", "h101-sxm", "h101-sxm" },
	{ "op", "gem", "\"gem\" is no op" },
	{ "format", "fp7", "\"fp7\" is no format" },
	{ "m", "", "m is \"\"" },
	{ "n", "0", "n is \"0\"" },
	{ "k", "x", "k is \"x\"" },
};

START_TEST(a_bad_row_is_reported_and_the_rest_is_fitted)
{
	gemm_grid();
	time_grid(0, 1);
	/* The header is line 1: row 3 is line 5, an H200. */
	table_set(&table, 3, table_column(&table, bad[_i].column),
		  bad[_i].cell);
	ck_fit("law.cublas_bf16.sm90", "");
	ck_assert_int_eq(cal.bads, 1);
	ck_assert_int_eq(cal.bad[0].row, 5);
	ck_assert_str_eq(cal.bad[0].file, "t.csv");
	ck_assert(*cal.bad[0].remedy);
	ck_assert_msg(strstr(cal.bad[0].what, bad[_i].what) != NULL, "%s",
		      cal.bad[0].what);
	ck_assert_int_eq(cal.trials, 39);
	ck_rel(value("e_b"), 0.8, 1e-5);
}
END_TEST

START_TEST(an_exchange_is_by_pair_or_by_rank)
{
	read_table("kernel,hw,op,time,unit,format,ranks,tokens,hidden,topk,"
		   "experts,exchange\ndispatch_node,h100-sxm,dispatch,1,us,"
		   "fp8,8,1,7168,8,256,mail\ndispatch_node,h100-sxm,dispatch,"
		   "1,us,fp8,8.5,1,7168,8,256,pair\n");
	ck_assert_int_eq(fit_law("wire.dispatch_node.any", ""), -1);
	ck_assert_int_eq(cal.bads, 2);
	ck_assert(strstr(cal.bad[0].what, "\"mail\" carries no tokens"));
	ck_assert(strstr(cal.bad[1].what, "ranks is \"8.5\""));
	ck_assert(strstr(why.what, "no sound row is about"));
}
END_TEST

/* What fuses the exchange moves a token at least, and words are none. */
START_TEST(a_fused_row_has_tokens)
{
	read_table("kernel,ranks,tokens,hw,op,format,hidden,inter,topk,"
		   "experts,time,unit\n"
		   "deepgemm_mega,8,0,b200-sxm,fused,mxfp4,4096,2048,6,256,9,"
		   "us\n"
		   "deepgemm_mega,8,x,b200-sxm,fused,mxfp4,4096,2048,6,256,9,"
		   "us\n");
	ck_assert_int_eq(fit_law("law.deepgemm_mega.sm100", ""), -1);
	ck_assert_int_eq(cal.bads, 2);
	for (int i = 0; i < 2; i++)
		ck_assert_str_eq(cal.bad[i].remedy,
				 "write a number, 1 or more");
}
END_TEST

/* ---- bad questions ---- */

static const struct {
	const char *law, *fix, *what;
} faults[] = {
	{ "cublas_bf16", "", "is no law" },
	{ "cublas_bf16.", "", "has no architecture" },
	{ "cublas_bf16.sm91", "", "knows no architecture" },
	{ "wire.gathr.sm90", "", "is no wire" },
	{ "law.cublas.sm90", "", "no sound row is about" },
	{ "law.cublas_bf16.sm90", "e_g=1", "is about no term" },
	{ "law.cublas_bf16.sm90", "e_f", "gives no parameter a value" },
	{ "law.cublas_bf16.sm90", "e_f=x", "gives no parameter a value" },
	{ "law.cublas_bf16.sm90", "e_f=-1", "gives no parameter a value" },
	/* kappa and a time per block: no GEMM has blocks to count */
	{ "law.cublas_bf16.sm90", "t0=3 e_b=0.8", NULL },
};

START_TEST(a_bad_question_is_one_sentence)
{
	gemm_grid();
	time_grid(0, 1);
	if (!faults[_i].what) {
		ck_fit(faults[_i].law, faults[_i].fix);
		return;
	}
	ck_assert_int_eq(fit_law(faults[_i].law, faults[_i].fix), -1);
	ck_assert_msg(strstr(why.what, faults[_i].what) != NULL, "%s",
		      why.what);
	ck_assert(*why.remedy);
	ck_assert(!cal.refused);
}
END_TEST

START_TEST(a_choice_of_rows_names_a_column)
{
	struct lawfit_spec ask = { .law = "law.cublas_bf16.sm90",
		.stack = "generic", .rows = { { "gpu=h100-sxm" }, 1 } };

	gemm_grid();
	ck_assert_int_eq(lawfit(&cal, &ask, &table, shelf, &why), -1);
	ck_assert_str_eq(why.file, "--rows");
	ck_assert(strstr(why.what, "names no column"));
}
END_TEST

/* A kernel that no sheet knows has every term: the unfelt are named. */
START_TEST(a_new_kernel_needs_its_form_and_is_told_what_is_unfelt)
{
	gemm_grid();
	time_grid(0, 1);
	for (int i = 0; i < table.rows; i++)
		table_set(&table, i, table_column(&table, "kernel"), "mine");
	ck_assert_int_eq(fit_law("law.mine.sm90", ""), -1);
	ck_assert(strstr(why.what, "does not say what p of law.mine.sm90"));
	ck_assert_int_eq(fit_law("law.mine.sm90", "p=1.5 pad=16 rho=0"), -1);
	ck_assert(cal.refused);
	ck_assert_msg(strstr(why.what, "do not identify c"), "%s", why.what);
	ck_fit("law.mine.sm90", "p=1.5 pad=16 rho=0 c=0");
	ck_rel(value("e_b"), 0.8, 1e-5);
}
END_TEST

/* ---- what comes out ---- */

START_TEST(a_fit_is_rows_that_a_sheet_takes)
{
	struct table out;
	struct facts facts;
	const struct fact *f;

	gemm_grid();
	time_grid(0.02, 1);
	ck_fit("law.cublas_bf16.sm90", "e_f=0.6");
	table_init(&out, "fit.csv");
	lawfit_sheet(&cal, "deeproof fit x", &out);
	ck_assert_int_eq(facts_from_table(&facts, &out, &why), 0);
	f = facts_find(&facts, "law.cublas_bf16.sm90.t0");
	ck_assert_int_eq(f->origin, ORIGIN_FITTED);
	ck_assert(fabs(f->value - 3e-6) < 4 * f->err);
	ck_assert(f->err > 0 && f->err < 0.1 * f->value);
	ck_assert_str_eq(f->source, "toy");
	ck_assert(strstr(f->note, "deeproof fit x; 40 rows; mean error"));
	f = facts_find(&facts, "law.cublas_bf16.sm90.e_f");
	ck_assert_int_eq(f->origin, ORIGIN_ASSUMED);
	ck_assert(f->value == 0.6);
	ck_assert(facts_have(&facts, "law.cublas_bf16.sm90.pad"));
	facts_release(&facts);
	table_release(&out);
}
END_TEST

START_TEST(every_row_comes_back_with_its_prediction)
{
	struct table out;

	gemm_grid();
	time_grid(0, 1);
	ck_fit("law.cublas_bf16.sm90", "");
	table_init(&out, "");
	lawfit_rows(&cal, &out);
	ck_assert_int_eq(out.rows, 40);
	ck_assert_str_eq(table_get(&out, 9, table_column(&out, "fitted")),
			 "yes");
	ck_assert(fabs(table_number(&out, 9, table_column(&out,
							  "error_pct"))) <
		  0.1);
	ck_assert_str_eq(table_get(&out, 9, table_column(&out, "time")),
			 table_get(&table, 9, table_column(&table, "time")));
	table_release(&out);
}
END_TEST

Suite *suite_lawfit(void);

Suite *suite_lawfit(void)
{
	Suite *s = suite_create("lawfit");
	TCase *good = tcase_create("good");
	TCase *refused = tcase_create("refused");

	tcase_add_checked_fixture(good, setup, teardown);
	tcase_add_loop_test(good, a_prediction_is_the_sum_that_a_hand_makes,
			    0, NR(sums));
	tcase_add_test(good, the_law_that_made_the_rows_is_found_again);
	tcase_add_test(good, noise_of_5_percent_moves_it_by_its_errors);
	tcase_add_test(good, from_fits_to_some_and_predicts_the_rest);
	tcase_add_test(good, rows_of_another_architecture_are_predicted_only);
	tcase_add_test(good, a_row_may_be_about_several_kernels);
	tcase_add_test(good, a_fit_is_rows_that_a_sheet_takes);
	tcase_add_test(good, every_row_comes_back_with_its_prediction);
	suite_add_tcase(s, good);
	tcase_add_checked_fixture(refused, setup, teardown);
	tcase_add_loop_test(refused,
			    a_bad_row_is_reported_and_the_rest_is_fitted, 0,
			    NR(bad));
	tcase_add_test(refused, an_exchange_is_by_pair_or_by_rank);
	tcase_add_test(refused, a_fused_row_has_tokens);
	tcase_add_loop_test(refused, a_bad_question_is_one_sentence, 0,
			    NR(faults));
	tcase_add_test(refused, a_choice_of_rows_names_a_column);
	tcase_add_test(refused,
		a_new_kernel_needs_its_form_and_is_told_what_is_unfelt);
	suite_add_tcase(s, refused);
	return s;
}
