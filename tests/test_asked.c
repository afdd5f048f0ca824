#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options/verb.h"
#include "read/file.h"
#include "read/sheet.h"
#include "tests/folder.h"
#include "tests/says.h"

/*
 * What commands say of layouts, descriptors and runs, and what they leave in
 * files.
 */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define V3 "--hw h200-sxm --model deepseek-v3 --gpus 8"

static void loaded(const char *name)
{
	char path[FOLDER_PATH];
	struct fault why = { 0 };

	table_release(&told);
	ck_assert_msg(!table_load(&told, folder_path(path, name), &why), "%s",
		      why.what);
}

/* The number behind `name` in what was said; NaN: it is not there. */
static double behind(const char *name)
{
	const char *at = strstr(said.out.buf, name);

	return at ? strtod(at + strlen(name), NULL) : (double)NAN;
}

/* ---- explain ---- */

START_TEST(what_an_answer_rests_on_is_a_table)
{
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --sensitivity "
	    "--csv");
	says(EXIT_YES, "hbm.bandwidth", NULL);
	told_rows();
	ck_assert_int_gt(told.rows, 5);
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --sensitivity");
	says(EXIT_YES, "\nGPU   hbm.bandwidth ", NULL);
}
END_TEST

/* 16 a group of one GPU; of eight GPUs 128, or as many as are asked for. */
START_TEST(two_layouts_hold_as_many_a_gpu)
{
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --versus tp=8");
	says(EXIT_YES, "\nsequences  16 a GPU; the other 16\n", NULL);
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --versus "
	    "tp=8,batch=16");
	says(EXIT_YES, "\nsequences  16 a GPU; the other 2\n", NULL);
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --versus "
	    "tp=8,concurrency=32");
	says(EXIT_YES, "\nsequences  16 a GPU; the other 4\n", NULL);
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --versus "
	    "gpus=2");
	says(EXIT_NO, "\nother      does not fit: ", NULL);
	asks(cmd_explain, "explain " V3 " --batch 16 --ctx 1000 --versus "
	    "model=deepseek-v2-lite");
	says(EXIT_MALFORMED, NULL, "the models differ: deepseek-v3 and ");
}
END_TEST

/* ---- plan ---- */

#define LOAD " --hw h200-sxm --ctx 4096 --tpot 50 --draws 0 --tp 1 --mtp 0 " \
	"--ep 8"

/* Two models, each with the load: what they take in all is their sum. */
START_TEST(two_models_are_planned_and_added_up)
{
	double gpus = 0, usd = 0, all_gpus, all_usd;
	static const char *const model[] = { "deepseek-v3",
					     "deepseek-v2-lite" };
	char line[256];

	for (int i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "plan --model %s" LOAD
			 " --tokens-day 1e9 --csv --top 1", model[i]);
		asks(cmd_plan, line);
		says(EXIT_YES, NULL, NULL);
		told_rows();
		gpus += told_at(0, "decode_gpus") + told_at(0, "prefill_gpus") +
			told_at(0, "spare_gpus");
		usd += told_at(0, "usd_month");
	}
	asks(cmd_plan, "plan --model deepseek-v3,deepseek-v2-lite" LOAD
	    " --tokens-day 1e9 --top 1");
	says(EXIT_YES, "\n\ndeepseek-v2-lite: ", NULL);
	ck_assert(!strncmp(said.out.buf, "deepseek-v3: ", 13));
	all_gpus = behind("\nIn all: ");
	all_usd = behind(" GPUs, $");
	ck_rel(all_gpus, gpus, 1e-9);
	ck_rel(all_usd, usd, 1e-4);
	asks(cmd_plan, "plan --model deepseek-v3,deepseek-v2-lite" LOAD
	    " --gpus 8");
	says(EXIT_MALFORMED, NULL, "several models share no number of GPUs");
}
END_TEST

/* Each is quicker than the one before by 15 % at least, and makes no more. */
START_TEST(a_front_gets_quicker_row_by_row)
{
	asks(cmd_plan, "plan --model deepseek-v3" LOAD " --gpus 8 --front");
	says(EXIT_YES, NULL, NULL);
	told_rows();
	ck_assert_int_gt(told.rows, 3);
	ck_assert(told_at(0, "tpot_ms") <= 50);
	for (int i = 1; i < told.rows; i++) {
		ck_assert(told_at(i, "tpot_ms") <=
			  0.85 * told_at(i - 1, "tpot_ms") * (1 + 1e-4));
		ck_assert(told_at(i, "tok_s_gpu") <=
			  told_at(i - 1, "tok_s_gpu") * (1 + 1e-4));
		ck_rel(told_at(i, "rank"), 1, 0);
	}
}
END_TEST

/* The launch files of the first layout, and nothing beside what is there. */
START_TEST(a_plan_is_launched_from_its_folder)
{
	char line[FOLDER_PATH];
	struct text kept = TEXT_INIT;
	struct fault why;

	asks(cmd_plan, "plan --model deepseek-v3" LOAD " --gpus 8 --verify=1 "
	    "--launch @new");
	says(EXIT_YES, "\nReplayed:\n1   ", NULL);
	says(EXIT_YES, "/new: ", NULL);
	says(EXIT_YES, "sglang.sh", NULL);
	ck_assert_int_eq(access(folder_path(line, "new/sglang.sh"), F_OK), 0);
	asks(cmd_plan, "plan --model deepseek-r1" LOAD " --gpus 8 --launch "
	    "@new");
	says(EXIT_YES, "\nTo run it, in ", NULL);
	ck_assert(!file_read(line, &kept, &why));
	ck_assert_ptr_nonnull(strstr(kept.buf, "/DeepSeek-R1-0528"));
	text_release(&kept);
	folder_put("mine", "x");
	asks(cmd_plan, "plan --model deepseek-v3" LOAD " --gpus 8 --launch @");
	says(EXIT_MALFORMED, NULL, "which is no launch file");
	asks(cmd_plan, "plan --model deepseek-v3" LOAD " --gpus 8 --launch "
	    "@mine");
	says(EXIT_MALFORMED, NULL, "--launch: ");
	asks(cmd_plan, "plan --model deepseek-v3" LOAD " --gpus 8 --launch "
	    "@none/such");
	says(EXIT_MALFORMED, NULL, "name a folder whose parent is there");
	asks(cmd_plan, "plan --model deepseek-v3,deepseek-r1"
	    LOAD " --tokens-day 1e9 --launch @new");
	says(EXIT_MALFORMED, NULL, "several models have no one launch");
}
END_TEST

static const struct { const char *more, *err; } unplanned[] = {
	{ "--gpus 8 --rate 1 --users 5", "a load is given twice" },
	{ "--gpus 8 --rate 1", "--rate needs --osl" },
	{ "--gpus 8 --batch 4", "a plan finds the batch itself" },
	{ "--gpus 8 --concurrency 4", "a plan finds the batch itself" },
	{ "--gpus 8 --mix --isl 100 --osl 100", "--mix: there is one kind of "
	  "GPU" },
	{ "--gpus 0.5", "gpus is 0.5" },
	{ "--gpus 2e9", "gpus is 2000000000" },
	{ "--gpus 8 --against nobody", "there is no offer \"nobody\"" },
	{ "--gpus 8 --against=", "no offer is named" },
};

START_TEST(what_no_plan_can_be_of_is_refused)
{
	char line[256];

	snprintf(line, sizeof(line), "plan --model deepseek-v3" LOAD " %s",
		 unplanned[_i].more);
	asks(cmd_plan, line);
	says(EXIT_MALFORMED, NULL, unplanned[_i].err);
}
END_TEST

/* ---- show ---- */

static const struct { const char *line; int status; const char *out, *err; }
shown[] = {
	{ "hw/h200-sxm.csv", EXIT_YES, "h200-sxm: a GPU, hw/h200-sxm.csv\n",
	  NULL },
	{ "./hw/stacks/generic.csv", EXIT_YES, ": a stack, hw/stacks/generic."
	  "csv\n", NULL },
	{ "sglang --date 2026-01-01", EXIT_YES, "sglang: a stack, ", NULL },
	{ "models/deepseek-v3.json", EXIT_YES, "deepseek-v3: a model, models/"
	  "deepseek-v3.json\n", NULL },
	{ "deepseek-v3 --weights nvfp4 --csv", EXIT_YES,
	  "\nnum_hidden_layers,61,count,spec,", NULL },
	{ "deepseek-v3 --weights nvfp9", EXIT_MALFORMED, NULL, "--weights: "
	  "\"nvfp9\" is neither a format nor a recipe" },
	{ "h200-sxm --date 2026-01-01", EXIT_MALFORMED, NULL, "--date: "
	  "\"h200-sxm\" is a GPU, and only a stack has dated rows" },
	{ "h200-sxm --hw h200-sxm", EXIT_MALFORMED, NULL, "--hw: \"h200-sxm\" "
	  "is a GPU, and only a model fills memory" },
	{ "@n.csv", EXIT_MALFORMED, NULL, "this is neither the sheet of a GPU "
	  "nor of a stack" },
	{ "@law.csv", EXIT_YES, ": a stack, ", NULL },
	{ "@none.csv", EXIT_MALFORMED, NULL, "none.csv" },
	{ "@none.json", EXIT_MALFORMED, NULL, "none.json" },
	/* 70,272 B x 4096 are 0.29 GB */
	{ "deepseek-v3 --hw h200-sxm --gpus 8", EXIT_YES, "\n  K     0.3 GB  "
	  "KV of the batch\n", NULL },
	{ "deepseek-v3 --hw h200-sxm --gpus 8 --tp 3", EXIT_MALFORMED, NULL,
	  "tp = 3" },
};

START_TEST(a_descriptor_is_shown_for_what_it_is)
{
	char line[256];

	folder_put("n.csv", "key,value,err,unit,origin,source,note\n"
		   "hbm.bandwidth,1,,TB/s,assumed,toy,\n");
	folder_put("law.csv", "key,value,err,unit,origin,source,note\n"
		   "base,generic,,name,assumed,toy,\n"
		   "overhead.any,1.5,,1,assumed,toy,\n");
	snprintf(line, sizeof(line), "show %s", shown[_i].line);
	asks(cmd_show, line);
	ck_assert_int_eq(said.status, shown[_i].status);
	if (shown[_i].out)
		ck_assert(strstr(said.out.buf, shown[_i].out) != NULL);
	says(said.status, NULL, shown[_i].err);
}
END_TEST

/* ---- plot ---- */

/* With its own words; and without its converter there is no picture. */
START_TEST(a_figure_has_the_words_that_it_is_given)
{
	static const char *const nowhere = "/nowhere";
	char *kept = strdup(getenv("PATH")), path[FOLDER_PATH];

	asks(cmd_sweep, "sweep " V3 " --ep 1,8 --batch 1..3 --ctx 1000 -o "
	    "@s.csv");
	says(EXIT_YES, NULL, NULL);
	asks(cmd_plot, "plot pareto @s.csv --title Mine --subtitle Sub "
	    "--source Here");
	says(EXIT_YES, "<title>Mine</title>", NULL);
	says(EXIT_YES, "Sub", NULL);
	says(EXIT_YES, "Here", NULL);
	setenv("PATH", nowhere, 1);
	asks(cmd_plot, "plot pareto @s.csv -o @x.png");
	setenv("PATH", kept, 1);
	free(kept);
	says(EXIT_MALFORMED, "", "cannot run rsvg-convert");
	ck_assert_int_ne(access(folder_path(path, "x.png"), F_OK), 0);
	asks(cmd_plot, "plot pareto @s.csv -o @x.xyz");
	says(EXIT_YES, "", NULL);
}
END_TEST

/* ---- sweep ---- */

/* An option fills what a file leaves blank, and is no list beside it. */
START_TEST(a_file_of_rows_is_filled_and_gone_on_with)
{
	struct text kept = TEXT_INIT;
	struct fault why;
	char path[FOLDER_PATH];

	folder_put("r.csv", "hw,model,gpus,batch,ctx\n"
		   "h200-sxm,deepseek-v3,8,4,\nh200-sxm,deepseek-v3,8,,2000\n"
		   "h200-sxm,deepseek-v3,16,8,\n");
	asks(cmd_sweep, "sweep @r.csv --ctx 1000 --batch 2 -o @o.csv "
	    "--where tok_s_gpu>0 --manifest");
	says(EXIT_YES, "", NULL);
	ck_assert(!file_read(folder_path(path, "o.csv.manifest"), &kept, &why));
	ck_assert_ptr_nonnull(strstr(kept.buf, "\ncommand,deeproof sweep "));
	ck_assert_ptr_nonnull(strstr(kept.buf, " --ctx 1000 --batch 2 "));
	ck_assert_ptr_nonnull(strstr(kept.buf, " --where 'tok_s_gpu>0' "));
	text_release(&kept);
	loaded("o.csv");
	ck_assert_int_eq(told.rows, 3);
	ck_rel(told_at(0, "ctx"), 1000, 0);
	ck_rel(told_at(1, "ctx"), 2000, 0);
	ck_rel(told_at(0, "batch"), 4, 0);
	ck_rel(told_at(1, "batch"), 2, 0);
	ck_rel(told_at(2, "gpus"), 16, 0);
	asks(cmd_sweep, "sweep @r.csv --ctx 1000,2000");
	says(EXIT_MALFORMED, "", "--ctx is a list beside a file");
	asks(cmd_sweep, "sweep " V3 " --batch 1..3 --resume");
	says(EXIT_MALFORMED, "", "--resume");
	asks(cmd_sweep, "sweep " V3 " --ctx 1..5000 --batch 1..5000");
	says(EXIT_MALFORMED, "", "the grid has 25000000 rows");
}
END_TEST

/* ---- run ---- */

#define FEW V3 " --tp 8 --mode colocated --concurrency 2 --isl 64 --osl 8 " \
	"--requests 6"

/* Six requests of two clients; at the end none is in flight. */
START_TEST(requests_are_played_and_kept)
{
	asks(cmd_run, "run " FEW " --csv --requests-out @r.csv --occupancy "
	    "@o.csv --trace @t.json");
	says(EXIT_YES, NULL, NULL);
	told_rows();
	ck_rel(told_at(0, "answered"), 6, 0);
	ck_rel(told_at(0, "requests"), 6, 0);
	ck_assert(told_at(0, "tpm_low") < told_at(0, "tpm_high"));
	loaded("r.csv");
	ck_assert_int_eq(told.rows, 6);
	loaded("o.csv");
	ck_rel(told_at(told.rows - 1, "running"), 0, 0);
	asks(cmd_run, "run " FEW " --csv --band 0");
	told_rows();
	ck_assert(!(told_at(0, "tpm_low") > 0));
	asks(cmd_run, "run " FEW);
	says(EXIT_YES, "\nrequests   6 answered in ", NULL);
	asks(cmd_run, "run " FEW " --format vllm");
	says(EXIT_YES, "\"backend\": \"deeproof\"", NULL);
	asks(cmd_run, "run " FEW " --format aiperf");
	says(EXIT_YES, "{", NULL);
	asks(cmd_run, "run " FEW " --ranks all");
	says(EXIT_YES, "\nranks ", NULL);
}
END_TEST

static const struct { const char *line; int status; const char *what; }
runs[] = {
	{ FEW " --ranks 2", EXIT_MALFORMED, "--ranks: requests are played on "
	  "every rank or in closed form" },
	{ FEW " --format xml", EXIT_MALFORMED, "--format: that is no format" },
	{ FEW " --workload @none.csv", EXIT_MALFORMED, "none.csv" },
	{ "--hw h200-sxm --model deepseek-v3 --gpus 1 --mode colocated "
	  "--concurrency 2 --isl 64 --osl 8", EXIT_NO, "\nfits       no: " },
	{ "--hw h200-sxm --model deepseek-v3 --gpus 1 --mode colocated "
	  "--concurrency 2 --isl 64 --osl 8 --csv", EXIT_NO, ",no," },
	{ V3 " --batch 4 --ctx 1000 --steps 1 --timeline - -o /dev/null",
	  EXIT_YES, "lane,micro,layer,stage,kind,from_us,to_us\ncompute,0," },
	{ V3 " --batch 4 --ctx 1000 --steps 1 --trace - -o /dev/null",
	  EXIT_YES, "\"traceEvents\"" },
};

START_TEST(a_run_says_what_was_played)
{
	char line[256];

	snprintf(line, sizeof(line), "run %s", runs[_i].line);
	asks(cmd_run, line);
	says(runs[_i].status, NULL, NULL);
	ck_assert_msg(strstr(said.out.buf, runs[_i].what) ||
		      strstr(said.err.buf, runs[_i].what), "%s%s", said.out.buf,
		      said.err.buf);
}
END_TEST

/* ---- solve ---- */

/* The most that keeps it, and that one more does not. */
START_TEST(what_was_solved_is_said)
{
	double is, more, batch;

	asks(cmd_step, "step " V3 " --ctx 1000 --batch 16 --solve batch "
	    "--until tpot_ms<=33");
	says(EXIT_YES, ": tpot_ms ", NULL);
	is = behind(": tpot_ms ");
	ck_assert(is <= 33);
	ck_rel(behind(", asked <= "), 33, 0);
	ck_rel(behind(", from "), 16, 0);
	ck_assert_int_eq(sscanf(strstr(said.out.buf, " (at "), " (at %lf: %lf)",
				&batch, &more), 2);
	ck_assert(more > 33);
	ck_rel(behind("\nsolved     batch = "), batch - 1, 0);
	asks(cmd_step, "step " V3 " --ctx 1000 --batch 8 --set "
	    "nic.bandwidth=50GB/s --solve nic.bandwidth --until tpot_ms<=1");
	says(EXIT_NO, "\nsolved     nic.bandwidth not: nearest at ", NULL);
	says(EXIT_NO, "GB/s, from 50GB/s: tpot_ms ", NULL);
	asks(cmd_step, "step " V3 " --ctx 1000 --batch 8 --solve nic.bandwidth "
	    "--until tpot_ms<=1");
	says(EXIT_MALFORMED, NULL, "that is no column, and no fact that --set "
	     "gives");
	asks(cmd_step, "step " V3 " --ctx 1000 --batch 8 --solve batch "
	    "--until fits=yes");
	says(EXIT_YES, ": fits yes", NULL);
	asks(cmd_step, "step " V3 " --ctx 1000 --batch 8 --solve batch");
	says(EXIT_MALFORMED, NULL, "it does not say until when");
}
END_TEST

/* ---- prefill, help ---- */

/* 1,000 tokens of which 400 are cached, and TTFT is what 600 take. */
START_TEST(a_prompt_is_a_row)
{
	asks(cmd_prefill, "prefill " V3 " --isl 1000 --cached 400 --csv");
	says(EXIT_YES, NULL, NULL);
	told_rows();
	ck_rel(told_at(0, "cached"), 400, 0);
	ck_rel(told_at(0, "isl"), 1000, 0);
	ck_rel(told_at(0, "passes"), 1, 0);
	ck_assert(told_at(0, "ttft_ms") > 0);
}
END_TEST

START_TEST(options_are_a_page_and_completions)
{
	asks(cmd_step, "step --describe=man");
	says(EXIT_YES, "\\fB\\-\\-ops\\fR=\\fIFILE\\fR", NULL);
	ck_assert(said.out.buf[0] == '.');
	asks(cmd_step, "step --describe=bash");
	says(EXIT_YES, "\tstep) options=\"--help", NULL);
	says(EXIT_YES, " --balance) values=\"", NULL);
	says(EXIT_YES, " --hw) values=$(deeproof show --csv 2>/dev/null | sed "
	     "-n 's/^GPU,//p') ;;", NULL);
	/* the words alone: what is said of them, or with what else the option
	   may stand, is no value of it */
	asks(cmd_run, "run --describe=bash");
	says(EXIT_YES, " --prompts) values=\" distinct same\" ;;", NULL);
	says(EXIT_YES, " --route) values=\" round-robin least-loaded "
	     "prefix\" ;;", NULL);
	asks(cmd_show, "show --describe=bash");
	says(EXIT_YES, " --kv) values=\" native bf16 fp8\" ;;", NULL);
}
END_TEST

Suite *suite_asked(void);

Suite *suite_asked(void)
{
	Suite *suite = suite_create("asked");
	TCase *c = tcase_create("asked");

	tcase_add_checked_fixture(c, says_open, says_close);
	tcase_add_test(c, what_an_answer_rests_on_is_a_table);
	tcase_add_test(c, two_layouts_hold_as_many_a_gpu);
	tcase_add_test(c, two_models_are_planned_and_added_up);
	tcase_add_test(c, a_front_gets_quicker_row_by_row);
	tcase_add_test(c, a_plan_is_launched_from_its_folder);
	tcase_add_loop_test(c, what_no_plan_can_be_of_is_refused, 0,
			    NR(unplanned));
	tcase_add_loop_test(c, a_descriptor_is_shown_for_what_it_is, 0,
			    NR(shown));
	tcase_add_test(c, a_figure_has_the_words_that_it_is_given);
	tcase_add_test(c, a_file_of_rows_is_filled_and_gone_on_with);
	tcase_add_test(c, requests_are_played_and_kept);
	tcase_add_loop_test(c, a_run_says_what_was_played, 0, NR(runs));
	tcase_add_test(c, what_was_solved_is_said);
	tcase_add_test(c, a_prompt_is_a_row);
	tcase_add_test(c, options_are_a_page_and_completions);
	suite_add_tcase(suite, c);
	return suite;
}
