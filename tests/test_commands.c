#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "options/verb.h"
#include "read/file.h"
#include "tests/folder.h"
#include "tests/says.h"

/*
 * Commands that are given files: what they print of them, where, and their
 * status.
 */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static void starts(const char *with)
{
	ck_assert_msg(!strncmp(said.out.buf, with, strlen(with)), "%s",
		      said.out.buf);
}

/* The number behind `name` in what was said; NaN: it is not there. */
static double behind(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtod(at + strlen(name), NULL) : (double)NAN;
}

static void stands(const char *name, const char *part)
{
	char path[FOLDER_PATH];
	struct text bytes = TEXT_INIT;
	struct fault why;

	ck_assert_msg(!file_read(folder_path(path, name), &bytes, &why),
		      "%s", why.what);
	ck_assert_msg(strstr(bytes.buf, part) != NULL, "%s", bytes.buf);
	text_release(&bytes);
}

/* ---- validate ---- */

#define HEAD "id,hw,stack,model,gpus,tp,ep,batch,ctx,metric,value,unit\n"
#define ROW(id, stack, batch, ms) id ",h200-sxm," stack ",deepseek-r1,8,8,1," \
	batch ",4096,step_ms," ms ",ms\n"
#define ELSE(id) id ",h200-sxm,sglang,deepseek-r1,8,8,1,4,4096,e2e_ms," \
	"1,J\n"

/* A fit is a sheet of parameters alone; what is not fitted is rows. */
START_TEST(a_calibration_is_a_sheet_and_no_rows)
{
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "20")
		   ROW("b", "sglang", "16", "25"));
	asks(cmd_validate, "validate @m.csv --calibrate");
	says(EXIT_YES, " on 2 rows\n", " of the stacks fitted to 2 rows\n");
	starts("key,value,err,unit,origin,source,note\n");
	asks(cmd_validate, "validate @m.csv --leave-out layout");
	says(EXIT_YES, NULL, "; each row predicted without its own of 1 "
	     "layout group\n");
	starts("id,hw,stack,");
	asks(cmd_validate, "validate @m.csv");
	says(EXIT_YES, NULL, NULL);
	starts("id,hw,stack,");
	ck_assert_ptr_null(strstr(said.err.buf, "fitted to"));
}
END_TEST

/* Six rows for one reason: five are named, one without an id by its line. */
START_TEST(rows_that_are_not_predicted_are_counted_by_reason)
{
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "20") ELSE("b")
		   ELSE("c") ELSE("") ELSE("e") ELSE("f")
		   ELSE("g") ROW("", "sglang", "0", "20"));
	asks(cmd_validate, "validate @m.csv");
	says(EXIT_MALFORMED, NULL, "7 of 8 rows are not predicted:\n"
	     "  6 rows: metric e2e_ms is not predicted; of such a row these "
	     "are: tpot_ms, step_ms, tok_s_gpu, power_w, j_per_tok: b, c, line "
	     "5, e, f"
	     ", ...\n  1 row: malformed: line 9\n");
}
END_TEST

/* As good as it was passes; errors that a gate has a point of do not. */
START_TEST(a_gate_is_passed_by_what_is_as_good)
{
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "20"));
	asks(cmd_validate, "validate @m.csv --summary @was.csv -o @rows.csv");
	says(EXIT_YES, NULL, NULL);
	ck_assert_str_eq(said.out.buf, "");
	stands("rows.csv", "\na,h200-sxm,");
	stands("was.csv", "by,group,rows,");
	asks(cmd_validate, "validate @m.csv --gate @was.csv");
	says(EXIT_YES, NULL, NULL);
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "200"));
	asks(cmd_validate, "validate @m.csv --gate @was.csv");
	says(EXIT_NO, "\na,", "h200-sxm");
	asks(cmd_validate, "validate @m.csv --gate @none.csv");
	says(EXIT_MALFORMED, NULL, "none.csv");
}
END_TEST

/* ---- calibrate, measure ---- */

/*
 * Of three rows two are predicted, and their own sheet is of their stack; the
 * third takes no part, and it is said why.
 */
START_TEST(one_s_own_rows_are_a_sheet_of_one_s_own)
{
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "12") ELSE("c")
		   ROW("b", "sglang", "16", "18"));
	asks(cmd_calibrate, "calibrate @m.csv");
	says(EXIT_YES, "\nown.sm90.tp,", "c takes no part: metric e2e_ms "
	     "is not predicted; of such a row these are: tpot_ms, step_ms, "
	     "tok_s_gpu, power_w, j_per_tok\nrow  ");
	starts("key,value,err,unit,origin,source,note\nbase,sglang,");
	ck_assert_ptr_nonnull(strstr(said.err.buf, "\na              "));
	ck_rel(behind(said.err.buf, "\na                       "), 12, 1e-9);
	ck_rel(behind(said.err.buf, "\nb                       "), 18, 1e-9);
	ck_assert_ptr_null(strstr(said.err.buf, "warning"));
	asks(cmd_calibrate, "calibrate @m.csv -o @own.csv");
	says(EXIT_YES, NULL, NULL);
	stands("own.csv", "\nband.tp,");
}
END_TEST

/* Thrice the time, six times in b: no fact moves so far, and that is said. */
START_TEST(what_no_fact_explains_is_a_warning)
{
	folder_put("m.csv", HEAD ROW("a", "sglang", "4", "33")
		   ROW("b", "sglang", "16", "99") ROW("c", "sglang", "64",
						      "90"));
	asks(cmd_calibrate, "calibrate @m.csv");
	says(EXIT_YES, "\nown.sm90.tp,", "warning: ");
	ck_assert_ptr_nonnull(strstr(said.err.buf, "; of the facts, for b:\n"));
}
END_TEST

static const struct {
	const char *rows, *line;
	int status;
	const char *err;
} strays[] = {
	{ HEAD ELSE("a"), "calibrate @m.csv", EXIT_NO, "deeproof: no row "
	  "can be predicted, so none says anything of the stack\n" },
	{ HEAD ROW("a", "sglang", "4", "12") ROW("b", "trtllm", "4", "12"),
	  "calibrate @m.csv", EXIT_MALFORMED, "m.csv:3: the rows are of two "
	  "stacks, sglang and trtllm, and a sheet has one base" },
	/* what takes no part is of no stack either */
	{ HEAD ROW("a", "sglang", "4", "12") "b,h200-sxm,trtllm,deepseek-r1,8,"
	  "8,1,4,4096,e2e_ms,1,J\n", "calibrate @m.csv", EXIT_YES,
	  "b takes no part: " },
	/* a table's row counts once where all of it is the same */
	{ HEAD ROW("a", "sglang", "4", "12") ROW("a", "sglang", "4", "12")
	  ROW("b", "sglang", "4", "12"), "calibrate @m.csv", EXIT_YES,
	  "m.csv: what a says is there already; it counts once\nrow " },
	{ "nothing\n", "calibrate @m.csv", EXIT_MALFORMED, "none of its" },
	{ "hw,gpus,value\nh200-sxm,8,25\n", "calibrate @m.csv",
	  EXIT_MALFORMED, "m.csv:1: there is no column \"metric\", so no row "
	  "says what was measured; add metric,value,unit" },
	{ "metric,gpus,batch\ntpot_ms,8,25\n", "calibrate @m.csv",
	  EXIT_MALFORMED, "m.csv:1: there is no column \"value\"" },
	{ "hw\nh200-sxm\n", "calibrate @m.csv", EXIT_MALFORMED,
	  "none of its" },
	{ "id,hw,model,gpus,tp,batch,ctx,mode,metric,value,unit\n"
	  "a,h200-sxm,deepseek-r1,8,8,4,4096,colocated,tpot_ms,12,ms\n",
	  "calibrate @m.csv", EXIT_NO, "a takes no part: one's own rows are "
	  "of steps that decode alone, and no requests are played here\n" },
	{ HEAD, "calibrate", EXIT_MALFORMED, "no file is named" },
	{ HEAD, "calibrate @m.csv --next hw=h200-sxm,gpus=8", EXIT_MALFORMED,
	  "--next: it is a question, and reads no file" },
	{ HEAD, "calibrate @none.csv", EXIT_MALFORMED, "none.csv" },
	{ "nothing\n", "measure @m.csv --gpus 8", EXIT_MALFORMED,
	  "none of its" },
	{ HEAD, "measure", EXIT_MALFORMED, "no file is named" },
	{ HEAD, "measure @m.csv --hw h200", EXIT_MALFORMED, "did you mean" },
	{ HEAD, "measure @m.csv --gpus 0", EXIT_MALFORMED, "gpus" },
	{ HEAD, "measure @m.csv --model nobody", EXIT_MALFORMED, "nobody" },
};

START_TEST(what_says_nothing_of_a_stack_is_named)
{
	folder_put("m.csv", strays[_i].rows);
	asks(strncmp(strays[_i].line, "m", 1) ? cmd_calibrate : cmd_measure,
	    strays[_i].line);
	says(strays[_i].status, NULL, strays[_i].err);
	ck_assert_int_eq(!*said.out.buf, strays[_i].status != EXIT_YES);
}
END_TEST

#define LOG "experiments/calibrate/sglang.log"
#define RAN " --hw h20-96g --model deepseek-r1 --gpus 16 --tp 1 --ep 16 " \
	"--mtp 1"

/* 48 sequences a group in the log; a copy of it says nothing new. */
START_TEST(a_log_is_rows_and_a_copy_of_it_none)
{
	struct text bytes = TEXT_INIT;
	struct fault why;

	ck_assert(!file_read(LOG, &bytes, &why));
	folder_put("copy.log", bytes.buf);
	text_release(&bytes);
	asks(cmd_measure, "measure " LOG RAN);
	says(EXIT_YES, "\nsglang.log-1,h20-96g,sglang,deepseek-r1,,,16,1,16,,"
	     ",48,", "12 of 24 dropped");
	asks(cmd_measure, "measure Makefile " LOG RAN);
	says(EXIT_MALFORMED, "\nsglang.log-1,", "Makefile: ");
	asks(cmd_calibrate, "calibrate " LOG " @copy.log" RAN);
	says(EXIT_YES, "\nbase,sglang,", "copy.log: what copy.log-1 says is "
	     "there already; it counts once\n");
}
END_TEST

#define V3 "--hw h200-sxm --model deepseek-v3"

static const struct { const char *line; int status; const char *what; }
nexts[] = {
	{ V3 " --gpus 8 --tp 8 --ep 1 --batch 64 --ctx 4096 --next gpus=8",
	  EXIT_YES, "\nThe first, on three engines:\n\n# SGLang\n" },
	{ V3 " --gpus 8 --batch 64 --ctx 4096 --next hw=h200-sxm",
	  EXIT_MALFORMED, "\"hw=h200-sxm\" does not say how many GPUs" },
	{ V3 " --gpus 8 --batch 64 --ctx 4096 --next hw=h200,gpus=8",
	  EXIT_MALFORMED, "did you mean" },
	{ V3 " --gpus 8 --batch 64 --ctx 4096 --next gpus=1", EXIT_NO,
	  "nothing of deepseek-v3 fits" },
	{ V3 " --gpus 1 --batch 64 --ctx 4096 --next gpus=8", EXIT_NO,
	  "\nfits       no: " },
	{ V3 " --gpus 8 --tp 3 --batch 64 --ctx 4096 --next gpus=8",
	  EXIT_MALFORMED, "tp = 3" },
};

START_TEST(what_to_measure_next_is_asked_of_what_there_is)
{
	char line[256];

	snprintf(line, sizeof(line), "calibrate %s", nexts[_i].line);
	asks(cmd_calibrate, line);
	says(nexts[_i].status, NULL, NULL);
	ck_assert_msg(strstr(said.out.buf, nexts[_i].what) ||
		      strstr(said.err.buf, nexts[_i].what), "%s%s",
		      said.out.buf, said.err.buf);
	if (nexts[_i].status != EXIT_YES)
		return;
	/* each is a band below that of the question */
	ck_assert(behind(said.out.buf, "of this question is +-") >
		  behind(said.out.buf, "    4096  +-"));
	ck_assert(behind(said.out.buf, "\nh200-sxm ") >= 8);
}
END_TEST

/* ---- fit ---- */

/* 14 us, and 7/8 of the bytes at 0.6 of 450 GB/s, from 1 kB on by fours. */
static void put_gathers(const char *more)
{
	struct text t = TEXT_INIT;
	double size = 1024;

	text_add(&t, "kernel,hw,op,ranks,bytes,time,unit\n");
	for (int i = 0; i < 9; i++, size *= 4)
		text_addf(&t, "gather,,gather,8,%.0f,%.6f,us\n", size,
			  14 + 0.875 * size / (450e3 * 0.6));
	text_add(&t, more);
	folder_put("g.csv", t.buf);
	text_release(&t);
}

/* alpha is 14 us less 7 of the sheet's alpha_peer, which the rows do not tell;
   by itself a law has all its terms free but those that are fixed. */
START_TEST(rows_of_a_wire_are_rows_of_a_sheet)
{
	put_gathers("");
	asks(cmd_fit, "fit @g.csv --given hw=h200-sxm");
	says(EXIT_YES, "/g.csv --law wire.gather.sm90 --given hw=h200-sxm; 9 "
	     "rows; mean error 0.", "\nh200-sxm     fitted       9 ");
	starts("key,value,err,unit,origin,source,note\nwire.gather.sm90.");
	ck_rel(behind(said.out.buf, "sm90.alpha,"), 14 - 7 * 0.9727, 2e-3);
	ck_rel(behind(said.out.buf, "e_nvlink,"), 0.6, 2e-3);
	ck_assert_ptr_nonnull(strstr(said.err.buf, "\nall          fitted"
		"       9    0.0%"));
	ck_assert_ptr_nonnull(strstr(said.err.buf, "the rows tell alpha, "
		"e_nvlink; the rest is the sheet's\n"));
	asks(cmd_fit, "fit @g.csv --given hw=h200-sxm --law wire.gather.sm90 "
	    "--fix alpha_peer=1 --fix e_rdma=0.8 --predict");
	says(EXIT_YES, "kernel,hw,op,ranks,bytes,time,unit", "wire.gather.sm90"
	     ": condition number ");
	asks(cmd_fit, "fit @g.csv --given hw=h200-sxm --law wire.gather.sm90 "
	    "--fix alpha_peer=1 --fix e_rdma=0.8");
	says(EXIT_YES, " --given hw=h200-sxm --fix alpha_peer=1 --fix "
	     "e_rdma=0.8; 9 rows", NULL);
	ck_rel(behind(said.out.buf, "sm90.alpha,"), 14 - 7, 1e-3);
}
END_TEST

/* Rows of two GPUs are told of by each and all together. */
START_TEST(each_gpu_of_a_fit_has_its_line)
{
	put_gathers("gather,h100-sxm,gather,8,1024,14.0033,us\n"
		    "gather,h100-sxm,gather,8,4096,14.0133,us\n");
	asks(cmd_fit, "fit @g.csv --given hw=h200-sxm");
	says(EXIT_YES, NULL, "\nh200-sxm     fitted       9 ");
	says(EXIT_YES, NULL, "\nh100-sxm     fitted       2 ");
	says(EXIT_YES, NULL, "\nall          fitted      11 ");
	ck_assert_ptr_null(strstr(strstr(said.err.buf, "\nh200-sxm ") + 1,
				  "\nh200-sxm "));
}
END_TEST

static const struct { const char *more, *line; int status; const char *err; }
fits[] = {
	{ "", "fit @g.csv", EXIT_MALFORMED, "no law is named" },
	{ "", "fit", EXIT_MALFORMED, "no file is named" },
	{ "", "fit @none.csv", EXIT_MALFORMED, "none.csv" },
	{ "", "fit @g.csv --given hw", EXIT_MALFORMED, "--given" },
	/* one size of group does not tell a peer's part */
	{ "", "fit @g.csv --given hw=h200-sxm --law wire.gather.sm90",
	  EXIT_NO, "do not identify" },
	/* a bad row is named once, and the rest is fitted */
	{ "gather,,gather,8,-5,1,us\n", "fit @g.csv --given hw=h200-sxm",
	  EXIT_MALFORMED, "g.csv:11" },
	{ "gather,,gather,8,-5,1,us\n", "fit @g.csv --given hw=h200-sxm "
	  "--law wire.gather.sm90", EXIT_MALFORMED, "do not identify" },
	{ "gather,,gather,8,-5,1,us\n", "fit @g.csv --given hw=h200-sxm "
	  "--law wire.gather.sm90 --fix alpha_peer=1 --fix e_rdma=0.8",
	  EXIT_MALFORMED, "g.csv:11" },
};

START_TEST(what_tells_no_law_is_refused)
{
	put_gathers(fits[_i].more);
	asks(cmd_fit, fits[_i].line);
	says(fits[_i].status, NULL, fits[_i].err);
}
END_TEST

Suite *suite_commands(void);

Suite *suite_commands(void)
{
	Suite *suite = suite_create("commands");
	TCase *t = tcase_create("commands");

	tcase_add_checked_fixture(t, says_open, says_close);
	tcase_add_test(t, a_calibration_is_a_sheet_and_no_rows);
	tcase_add_test(t,
		rows_that_are_not_predicted_are_counted_by_reason);
	tcase_add_test(t, a_gate_is_passed_by_what_is_as_good);
	tcase_add_test(t, one_s_own_rows_are_a_sheet_of_one_s_own);
	tcase_add_test(t, what_no_fact_explains_is_a_warning);
	tcase_add_loop_test(t, what_says_nothing_of_a_stack_is_named, 0,
			    NR(strays));
	tcase_add_test(t, a_log_is_rows_and_a_copy_of_it_none);
	tcase_add_loop_test(t, what_to_measure_next_is_asked_of_what_there_is,
			    0, NR(nexts));
	tcase_add_test(t, rows_of_a_wire_are_rows_of_a_sheet);
	tcase_add_test(t, each_gpu_of_a_fit_has_its_line);
	tcase_add_loop_test(t, what_tells_no_law_is_refused, 0, NR(fits));
	suite_add_tcase(suite, t);
	return suite;
}
