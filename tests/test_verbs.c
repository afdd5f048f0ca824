/* The commands as a user calls them: status, figures, what goes where. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options/verb.h"
#include "read/sheet.h"
#include "tests/drawing.h"
#include "tests/verbs.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define ASK "--hw h200-sxm --model deepseek-v3 --gpus 8 --ctx 1000"

static void parse(struct table *t, const struct said *s)
{
	struct fault why = { 0 };

	ck_assert_msg(!table_parse(t, "out", s->out.buf, s->out.len, &why),
		      "%s: %s%s", why.what, s->out.buf, s->err.buf);
}

static double number(const struct table *t, int row, const char *column)
{
	int c = table_column(t, column);

	ck_assert_msg(c >= 0, "no column %s", column);
	return table_number(t, row, c);
}

/* ---- what each says, and whether it is a yes ---- */

static const struct {
	int (*verb)(int, char **);
	const char *line;
	int status;
	const char *out, *err;	/* NULL: nothing is said there */
} calls[] = {
	{ cmd_step, "step " ASK " --batch 16", EXIT_YES,
	  "16 sequences a group at 1000 tokens of context", NULL },
	{ cmd_step, "step --hw h200-sxm --model deepseek-v3 --gpus 1 --ctx "
	  "1000 --batch 16", EXIT_NO, "fits       no: ", NULL },
	{ cmd_step, "step --hw h200-sxm", EXIT_MALFORMED, NULL,
	  "deeproof: model is not given" },
	{ cmd_step, "step " ASK " --batch 16 --tp 3", EXIT_MALFORMED, NULL,
	  "deeproof: " },
	{ cmd_show, "show h200-sxm", EXIT_YES,
	  "h200-sxm: a GPU, hw/h200-sxm.csv\n", NULL },
	{ cmd_show, "show h200-sxm --csv", EXIT_YES,
	  "key,value,unit,origin,source\narch,sm90,name,spec,", NULL },
	{ cmd_show, "show --csv", EXIT_YES, "kind,name\nGPU,", NULL },
	{ cmd_show, "show nobody", EXIT_MALFORMED, NULL,
	  "deeproof: there is no GPU, stack or model \"nobody\" in " },
	{ cmd_show, "show h200", EXIT_MALFORMED, NULL,
	  "did you mean \"h200-sxm\"?" },
	{ cmd_prefill, "prefill --hw h200-sxm --model deepseek-v3 --gpus 8 "
	  "--isl 1000", EXIT_YES, "prompts of 1000 tokens, 0 of them cached, "
	  "8192 tokens a group and pass\n", NULL },
	{ cmd_prefill, "prefill --hw h200-sxm --model deepseek-v3 --gpus 8 "
	  "--isl 1000 --cached 400 --chunk 512", EXIT_YES, "prompts of 1000 "
	  "tokens, 400 of them cached, 512 tokens a group and pass\n", NULL },
	{ cmd_explain, "explain " ASK " --batch 16", EXIT_YES,
	  "GPU time of an output token", NULL },
	{ cmd_explain, "explain " ASK " --batch 16 --what-if free-netwerk",
	  EXIT_MALFORMED, NULL, "did you mean free-network?" },
	{ cmd_explain, "explain " ASK " --batch 16 --versus nothing=1",
	  EXIT_MALFORMED, NULL, "deeproof: " },
	{ cmd_check, "check --rules", EXIT_YES, "rule,says\nscale,", NULL },
	{ cmd_check, "check --vocabulary", EXIT_YES,
	  "name,unit,dimension,units,exact,meaning\ntok_s_gpu,tok/s/GPU,",
	  NULL },
	{ cmd_check, "check", EXIT_MALFORMED, NULL, "deeproof" },
	{ cmd_check, "check nowhere.csv", EXIT_MALFORMED, NULL,
	  "nowhere.csv" },
	{ cmd_bundle, "bundle", EXIT_YES, "deeproof 1\n[gpu ", NULL },
	{ cmd_plot, "plot", EXIT_MALFORMED, NULL,
	  "deeproof plot: KIND is not given; write deeproof plot KIND FILE\n"
	},
	{ cmd_plot, "plot pie x.csv", EXIT_MALFORMED, NULL,
	  "deeproof: there is no figure \"pie\"; write one of roofline, " },
	{ cmd_plot, "plot parity nowhere.csv", EXIT_MALFORMED, NULL,
	  "nowhere.csv" },
	{ cmd_cost, "cost nobody", EXIT_MALFORMED, NULL, "deeproof: there is "
	  "no offer \"nobody\" in " },
	{ cmd_cost, "cost --csv", EXIT_MALFORMED, NULL, "deeproof: no offer "
	  "is named; name some of " },
	{ cmd_cost, "cost ptu token-api", EXIT_YES, "", NULL },
	{ cmd_validate, "validate nowhere.csv", EXIT_MALFORMED, NULL,
	  "nowhere.csv" },
	{ cmd_sweep, "sweep", EXIT_MALFORMED, "hw is not given",
	  "deeproof" },
	{ cmd_sweep, "sweep " ASK " --batch 3..1", EXIT_MALFORMED, NULL,
	  "deeproof: " },
	{ cmd_plan, "plan --model deepseek-v3", EXIT_MALFORMED, NULL,
	  "deeproof: " },
	{ cmd_run, "run " ASK " --batch 4 --steps 1", EXIT_YES,
	  "4 sequences a group", NULL },
	{ cmd_fit, "fit nowhere.csv", EXIT_MALFORMED, NULL, "nowhere.csv" },
};

START_TEST(a_command_says_its_answer_and_its_status)
{
	const struct said none = { 0 };
	struct said s = none;

	verb_run(&s, calls[_i].verb, calls[_i].line);
	ck_assert_msg(s.status == calls[_i].status, "%s: %d, %s",
		      calls[_i].line, s.status, s.err.buf);
	if (calls[_i].out)
		ck_assert_msg(strstr(s.out.buf, calls[_i].out) != NULL, "%s",
			      s.out.buf);
	else
		ck_assert_str_eq(s.out.buf, "");
	if (calls[_i].err)
		ck_assert_msg(strstr(s.err.buf, calls[_i].err) != NULL, "%s",
			      s.err.buf);
	else
		ck_assert_str_eq(s.err.buf, "");
	/* never more than a sentence, with argp's hint two, and a full line */
	if (s.status == EXIT_MALFORMED) {
		ck_assert_int_le(occurs(s.err.buf, "\n"), 3);
		ck_assert(s.err.buf[s.err.len - 1] == '\n');
	}
	said_release(&s);
}
END_TEST

/* ---- figures that a pencil has ---- */

/*
 * 61 layers x 576 x 2 B are 70,272 B of KV a token: of 16 x 1000 tokens 1.124
 * GB. 8 groups of 16 are 128 in flight. What a GPU does, 8 do.
 */
START_TEST(a_step_is_a_row_of_figures)
{
	struct said s;
	struct table t;

	verb_run(&s, cmd_step, "step " ASK " --batch 16 --csv");
	ck_assert_int_eq(s.status, EXIT_YES);
	parse(&t, &s);
	ck_assert_int_eq(t.rows, 1);
	ck_rel(number(&t, 0, "kv_gb"), 70272 * 16000.0 / 1e9, 1e-5);
	ck_rel(number(&t, 0, "concurrency"), 128, 0);
	ck_rel(number(&t, 0, "tok_s_total"), 8 * number(&t, 0, "tok_s_gpu"),
	       1e-5);
	ck_rel(number(&t, 0, "tok_s_user"), 1000 / number(&t, 0, "tpot_ms"),
	       1e-5);
	/* $4 an hour: 4 / 3600 / tok/s a million tokens */
	ck_rel(number(&t, 0, "usd_per_mtok"), 4e6 / 3600 /
	       number(&t, 0, "tok_s_gpu"), 1e-5);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* Two GPUs' numbers by three batches: six rows, in order. */
START_TEST(a_grid_has_a_row_for_each_of_its_points)
{
	static const double gpus[] = { 8, 8, 8, 16, 16, 16 };
	struct said s;
	struct table t;

	verb_run(&s, cmd_sweep, "sweep --hw h200-sxm --model deepseek-v3 "
		 "--gpus 8,16 --batch 1..3 --ctx 1000 --jobs 2");
	ck_assert_int_eq(s.status, EXIT_YES);
	parse(&t, &s);
	ck_assert_int_eq(t.rows, 6);
	for (int i = 0; i < 6; i++) {
		ck_rel(number(&t, i, "id"), i + 1, 0);
		ck_rel(number(&t, i, "gpus"), gpus[i], 0);
		ck_rel(number(&t, i, "batch"), 1 + i % 3, 0);
	}
	table_release(&t);
	said_release(&s);
}
END_TEST

/* Parts put together in order are the whole, byte for byte. */
START_TEST(parts_of_a_sweep_make_the_whole)
{
	struct said whole, part;
	struct text all = TEXT_INIT;
	char line[256];

	verb_run(&whole, cmd_sweep, "sweep " ASK " --batch 1..7");
	for (int i = 1; i <= 3; i++) {
		snprintf(line, sizeof(line), "sweep " ASK " --batch 1..7 "
			 "--shard %d/3", i);
		verb_run(&part, cmd_sweep, line);
		ck_assert_int_eq(part.status, EXIT_YES);
		text_addn(&all, part.out.buf, part.out.len);
		said_release(&part);
	}
	ck_assert_str_eq(all.buf, whole.out.buf);
	text_release(&all);
	said_release(&whole);
}
END_TEST

/* The best two of five batches are the largest: tok/s/GPU grows with them. */
START_TEST(the_best_rows_are_kept)
{
	struct said s;
	struct table t;

	verb_run(&s, cmd_sweep, "sweep " ASK " --batch 1..5 --best 2");
	parse(&t, &s);
	ck_assert_int_eq(t.rows, 2);
	ck_rel(number(&t, 0, "batch") + number(&t, 1, "batch"), 9, 0);
	table_release(&t);
	said_release(&s);
	verb_run(&s, cmd_sweep, "sweep " ASK " --batch 1..5 --where "
		 "\"batch>=2 and batch<4\"");
	parse(&t, &s);
	ck_assert_int_eq(t.rows, 2);
	ck_rel(number(&t, 0, "batch"), 2, 0);
	ck_rel(number(&t, 1, "batch"), 3, 0);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* One GPU holds no V3: three rows, all a no. */
START_TEST(rows_that_all_refuse_are_a_no)
{
	struct said s;
	struct table t;

	verb_run(&s, cmd_sweep, "sweep --hw h200-sxm --model deepseek-v3 "
		 "--gpus 1 --ctx 1000 --batch 1..3");
	ck_assert_int_eq(s.status, EXIT_NO);
	parse(&t, &s);
	for (int i = 0; i < 3; i++) {
		ck_assert_str_eq(table_get(&t, i, table_column(&t, "fits")),
				 "no");
		ck_assert(isnan(number(&t, i, "tok_s_gpu")));
		ck_assert(isnan(number(&t, i, "step_ms")));
	}
	table_release(&t);
	said_release(&s);
}
END_TEST

/* The largest batch below a time a token; one more is above it. */
START_TEST(the_largest_batch_in_time_is_found)
{
	struct said s;
	struct table t;
	char line[256];
	double batch;

	verb_run(&s, cmd_sweep, "sweep " ASK " --tpot 30");
	parse(&t, &s);
	batch = number(&t, 0, "batch");
	ck_assert(batch >= 2 && number(&t, 0, "tpot_ms") <= 30);
	table_release(&t);
	said_release(&s);
	snprintf(line, sizeof(line), "sweep " ASK " --batch %.0f", batch + 1);
	verb_run(&s, cmd_sweep, line);
	parse(&t, &s);
	ck_assert(number(&t, 0, "tpot_ms") > 30);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* What is solved for meets its condition. */
static const struct {
	const char *line, *column;
	double least, most;
} solved[] = {
	{ "step " ASK " --csv --solve batch --until tok_s_user>=30",
	  "tok_s_user", 30, 1e9 },
	{ "step " ASK " --csv --solve batch --until tpot_ms<=25", "tpot_ms",
	  0, 25 },
	{ "step --hw h200-sxm --model deepseek-v3 --gpus 8 --batch 8 --csv "
	  "--solve ctx --until tpot_ms<=35", "tpot_ms", 0, 35 },
};

START_TEST(what_is_solved_for_holds)
{
	struct said s;
	struct table t;
	double got;

	verb_run(&s, cmd_step, solved[_i].line);
	ck_assert_msg(s.status == EXIT_YES, "%s", s.err.buf);
	parse(&t, &s);
	got = number(&t, 0, solved[_i].column);
	ck_assert_msg(got >= solved[_i].least && got <= solved[_i].most,
		      "%g", got);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* Rungs add up, and so do the differences of two ladders. */
START_TEST(a_ladder_of_explain_adds_up)
{
	struct said s;
	struct table t;
	double added = 0, versus = 0, gap = 0;

	verb_run(&s, cmd_explain, "explain " ASK " --batch 16 --versus "
		 "batch=32 --csv");
	ck_assert_int_eq(s.status, EXIT_YES);
	parse(&t, &s);
	ck_assert_int_eq(t.rows, 21);
	for (int i = 0; i < t.rows; i++) {
		added += number(&t, i, "us_added");
		versus += number(&t, i, "us_added_versus");
		gap += number(&t, i, "us_difference");
	}
	ck_rel(added, number(&t, 20, "us_per_token"), 1e-6);
	ck_rel(versus, number(&t, 20, "us_per_token_versus"), 1e-6);
	ck_rel(gap, versus - added, 1e-6);
	ck_rel(number(&t, 20, "tok_s_gpu"), 1e6 / added, 1e-6);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* An output goes to its file, whole, and nothing to stdout. */
START_TEST(an_output_goes_where_it_is_told)
{
	char path[] = "build/verbsXXXXXX", line[256];
	int fd = mkstemp(path);
	struct said s, seen;
	struct text kept = TEXT_INIT;
	char part[1024];
	FILE *f;
	size_t n;

	ck_assert_int_ge(fd, 0);
	close(fd);
	verb_run(&s, cmd_step, "step " ASK " --batch 16 --csv");
	snprintf(line, sizeof(line), "step " ASK " --batch 16 --csv -o %s",
		 path);
	verb_run(&seen, cmd_step, line);
	ck_assert_int_eq(seen.status, EXIT_YES);
	ck_assert_str_eq(seen.out.buf, "");
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while ((n = fread(part, 1, sizeof(part), f)))
		text_addn(&kept, part, n);
	fclose(f);
	ck_assert_str_eq(kept.buf, s.out.buf);
	unlink(path);
	text_release(&kept);
	said_release(&s);
	said_release(&seen);
}
END_TEST

/*
 * What is next best is another choice, and does what it says when asked for; it
 * is called better where a stack is run otherwise than it would be fastest.
 */
static const char *const chosen[] = {
	"step --hw h800-sxm --stack deepseek --model deepseek-v3 --gpus 144 "
	"--batch 88 --ctx 4989",
	"step --hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 "
	"--batch 32 --ctx 2000",
};

START_TEST(the_next_best_choice_does_what_it_says)
{
	char balance[16], overlap[16], line[384], is[96];
	const char *first, *next, *made;
	double redundant, tok_s, is_run = 0;
	struct said s;
	struct table t;

	verb_run(&s, cmd_step, chosen[_i]);
	first = strstr(s.out.buf, " is run: balance ");
	next = strstr(s.out.buf, "next best  balance ");
	if (!next)
		next = strstr(s.out.buf, "better     balance ");
	made = strstr(s.out.buf, "tok/s      ");
	ck_assert(first && next && made);
	ck_assert_int_eq(sscanf(made, "tok/s %lf", &is_run), 1);
	ck_assert_int_eq(sscanf(next, "%*11c balance %15[a-z], %lf "
		"redundant, overlap %15[a-z-]: %lf tok/s", balance, &redundant,
		overlap, &tok_s), 4);
	ck_assert_int_eq(*next == 'b', tok_s > is_run);
	snprintf(is, sizeof(is), "balance %s, %.0f redundant, overlap %s\n",
		 balance, redundant, overlap);
	ck_assert_int_ne(strncmp(first + 9, is, strlen(is)), 0);
	snprintf(line, sizeof(line), "%s --balance %s --redundant %.0f "
		 "--overlap %s --csv", chosen[_i], balance, redundant,
		 overlap);
	said_release(&s);
	verb_run(&s, cmd_step, line);
	parse(&t, &s);
	ck_assert(fabs(number(&t, 0, "tok_s_gpu") - tok_s) < 0.51);
	table_release(&t);
	said_release(&s);
}
END_TEST

/* Ops: their shares of the time add up to one. */
START_TEST(ops_share_out_the_step)
{
	struct said s;
	struct table t;
	double share = 0;

	verb_run(&s, cmd_step, "step " ASK " --batch 16 --csv --ops - -o "
		 "/dev/null");
	ck_assert_msg(s.status == EXIT_YES, "%s", s.err.buf);
	parse(&t, &s);
	for (int i = 0; i < t.rows; i++) {
		share += number(&t, i, "time_share");
		ck_assert(number(&t, i, "time_us") >= 0);
		/* a KV of 16 x 1000 x 1152 B is read once a layer */
		if (!strcmp(table_get(&t, i, table_column(&t, "op")), "attend"))
			ck_rel(number(&t, i, "kv_B"), 16 * 1000 * 1152.0,
			       1e-9);
	}
	ck_rel(share, 1, 1e-4);
	table_release(&t);
	said_release(&s);
}
END_TEST

Suite *suite_verbs(void)
{
	Suite *s = suite_create("verbs");
	TCase *tc = tcase_create("verbs");

	tcase_add_loop_test(tc, a_command_says_its_answer_and_its_status, 0,
			    NR(calls));
	tcase_add_test(tc, a_step_is_a_row_of_figures);
	tcase_add_test(tc, a_grid_has_a_row_for_each_of_its_points);
	tcase_add_test(tc, parts_of_a_sweep_make_the_whole);
	tcase_add_test(tc, the_best_rows_are_kept);
	tcase_add_test(tc, rows_that_all_refuse_are_a_no);
	tcase_add_test(tc, the_largest_batch_in_time_is_found);
	tcase_add_loop_test(tc, what_is_solved_for_holds, 0, NR(solved));
	tcase_add_test(tc, a_ladder_of_explain_adds_up);
	tcase_add_test(tc, an_output_goes_where_it_is_told);
	tcase_add_loop_test(tc, the_next_best_choice_does_what_it_says, 0,
			    NR(chosen));
	tcase_add_test(tc, ops_share_out_the_step);
	suite_add_tcase(s, tc);
	return s;
}
