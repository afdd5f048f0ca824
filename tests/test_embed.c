#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "embed/deeproof.h"
#include "requests/job.h"
#include "library/shelf.h"
#include "say/serving_text.h"
#include "tests/bundled.h"
#include "tests/tests.h"

/* What the command line loads from files, as an embedding program has it. */
static deeproof *opened(void)
{
	deeproof *d = deeproof_open();

	ck_assert_msg(!deeproof_load(d, bundled()), "%s", deeproof_error(d));
	return d;
}

static void set(deeproof *d, struct scenario *s, const char *column,
		const char *value)
{
	struct fault why;

	ck_assert_msg(!deeproof_set(d, column, value), "%s",
		      deeproof_error(d));
	ck_assert_int_eq(scenario_set(s, column, value, &why), 0);
}

/* The row that sweep prints of it, from files. */
static void row_from_files(struct sweeper *w, const struct scenario *s,
			   struct text *out)
{
	struct sweep_sheet sheet;
	struct swept *row = calloc(1, sizeof(*row));

	row->scenario = *s;
	sweep_answer(row, w);
	sweep_sheet_init(&sheet, NULL);
	sweep_line(&sheet, 0, row, out);
	sweep_sheet_release(&sheet);
	free(row);
	out->buf[--out->len] = '\0';
}

static const char *const models[] = { "deepseek-r1", "deepseek-v2-lite",
	"deepseek-v3", "deepseek-v3.2", "deepseek-v4-flash",
	"deepseek-v4-pro", "glm-5", "kimi-k2" };
static const char *const gpus[] = { "h20-96g", "h200-sxm", "h800-sxm",
	"b200-sxm", "b300-sxm", "gb200-nvl72", "rtx6000-ada" };
static const struct { const char *stack, *date; } stacks[] = {
	{ "", "" }, { "ideal", "" }, { "sglang", "" }, { "deepseek", "" },
	{ "deepseek", "2025-02-27" }, { "trtllm", "2025-06-01" } };
static const struct { const char *gpus, *tp, *ep, *batch, *mtp; } layouts[] = {
	{ "8", "1", "8", "32", "0" }, { "8", "8", "1", "3", "0" },
	{ "64", "1", "64", "100.5", "0" }, { "16", "2", "16", "9", "1" } };

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * 8 models x 7 GPUs x 6 stacks x 4 layouts = 1,344 scenarios: the same bytes
 * from memory as from files, faults and refusals included.
 */
START_TEST(a_thousand_scenarios_have_the_command_lines_digits)
{
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();
	struct sweep_spec spec = { .tpot_s = INFINITY };
	struct sweeper *w = calloc(1, sizeof(*w));
	int answered = 0, step = SANITIZED ? 5 : 1;

	sweeper_init(w, &spec, shelf_library(shelf));
	for (int i = 0; i < NR(models) * NR(gpus) * NR(stacks) * NR(layouts);
	     i += step) {
		int l = i % NR(layouts), s = i / NR(layouts) % NR(stacks);
		int g = i / NR(layouts) / NR(stacks) % NR(gpus);
		int m = i / NR(layouts) / NR(stacks) / NR(gpus);
		struct text want = TEXT_INIT;
		struct scenario of;

		deeproof_clear(d);
		scenario_init(&of);
		set(d, &of, "hw", gpus[g]);
		set(d, &of, "model", models[m]);
		set(d, &of, "stack", stacks[s].stack);
		set(d, &of, "date", stacks[s].date);
		set(d, &of, "gpus", layouts[l].gpus);
		set(d, &of, "tp", layouts[l].tp);
		set(d, &of, "ep", layouts[l].ep);
		set(d, &of, "batch", layouts[l].batch);
		set(d, &of, "mtp", layouts[l].mtp);
		set(d, &of, "ctx", "4096");
		row_from_files(w, &of, &want);
		if (deeproof_answer(d) != 2) {
			answered++;
			ck_assert_str_eq(deeproof_row(d), want.buf);
		}
		text_release(&want);
	}
	ck_assert_int_gt(answered, 1000 / step);
	sweeper_release(w);
	free(w);
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

static const struct { const char *column, *value; int rc; const char *says; }
columns[] = {
	{ "gpus", "eight", -1, "gpus is \"eight\"" },
	{ "gpu", "8", -1, "there is no column \"gpu\"" },
	{ "gpus", "", 0, "" },
};

START_TEST(a_column_that_is_none_is_said)
{
	deeproof *d = deeproof_open();

	ck_assert_int_eq(deeproof_set(d, columns[_i].column,
				      columns[_i].value), columns[_i].rc);
	ck_assert_ptr_nonnull(strstr(deeproof_error(d), columns[_i].says));
	deeproof_close(d);
}
END_TEST

static const struct { const char *text, *says; } bundles[] = {
	{ "", "bundle:1: the first line is not" },
	{ "deeproof 2\n", "bundle:1: the first line is not" },
	{ "deeproof 1\nkey\tvalue\n", "bundle:2: a line before" },
	{ "deeproof 1\n[cpu x]\n", "bundle:2: a section is a gpu" },
	{ "deeproof 1\n[gpu x\n", "bundle:2: a section is [KIND NAME]" },
	{ "deeproof 1\n[sheet x]\n", "bundle:2: a [sheet] follows" },
	{ "deeproof 1\n[model x]\nhidden_size\n", "bundle:3: a field is" },
	{ "deeproof 1\n[model x]\nhidden_size\t-1\n", "bundle:3: \"hidden" },
	{ "deeproof 1\n[model x]\ncolour\t1\n", "bundle:3: \"colour\"" },
	{ "deeproof 1\n[gpu x]\nkey\tvalue\na\tb\tc\n", "bundle:4: more" },
	{ "deeproof 1\n[gpu x]\nkey\tvalue\na\tb\n", "no column \"err\"" },
};

/* And what was there before is there still. */
START_TEST(a_bundle_that_is_none_is_said_and_adds_nothing)
{
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();
	char before[4096];

	snprintf(before, sizeof(before), "%s", deeproof_names(d, "gpu"));
	for (int i = 0; i < NR(bundles); i++) {
		ck_assert_int_eq(deeproof_load(d, bundles[i].text), -1);
		ck_assert_msg(strstr(deeproof_error(d), bundles[i].says) !=
			      NULL, "%s", deeproof_error(d));
		ck_assert_str_eq(deeproof_names(d, "gpu"), before);
	}
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

START_TEST(without_an_answer_there_is_none_of_its_tables)
{
	deeproof *d = deeproof_open(), *other = deeproof_open();

	ck_assert_int_eq(deeproof_answer(d), 2);
	ck_assert_ptr_nonnull(strstr(deeproof_error(d), "hw is not given"));
	ck_assert_str_eq(deeproof_text(d, "tok_s_gpu"), "");
	ck_assert(isnan(deeproof_number(d, "tok_s_gpu")));
	ck_assert_ptr_null(deeproof_table(d, "ops"));
	ck_assert_ptr_null(deeproof_table(d, "opera"));
	ck_assert_ptr_null(deeproof_versus(d, other));
	ck_assert_ptr_null(deeproof_names(d, "cpu"));
	deeproof_close(d);
	deeproof_close(other);
	deeproof_close(NULL);
}
END_TEST

/* The rungs add up to the prediction: 8 GPUs x 32 sequences in step_ms. */
START_TEST(tables_are_of_the_answer)
{
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();
	static const char *const what[] = { "ops", "ladder", "timeline",
					    "memory", "facts" };
	double rate;

	deeproof_set(d, "hw", "h200-sxm");
	deeproof_set(d, "model", "deepseek-v3");
	deeproof_set(d, "gpus", "8");
	deeproof_set(d, "batch", "32");
	deeproof_set(d, "ctx", "4096");
	ck_assert_int_eq(deeproof_answer(d), 0);
	for (int i = 0; i < NR(what); i++)
		ck_assert_msg(deeproof_table(d, what[i]) != NULL, "%s",
			      what[i]);
	rate = deeproof_number(d, "tok_s_gpu");
	ck_rel(rate, 32 / (deeproof_number(d, "step_ms") * 1e-3), 1e-5);
	ck_assert_str_eq(deeproof_text(d, "hw"), "h200-sxm");
	ck_assert_ptr_nonnull(deeproof_versus(d, d));
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

/* A stack may be loaded in pieces: what its base says counts afterwards. */
START_TEST(what_is_loaded_again_replaces_what_was_there)
{
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();

	ck_assert_int_eq(deeproof_load(d, "deeproof 1\n[stack mine]\n"
		"key\tvalue\terr\tunit\torigin\tsource\tnote\n"
		"base\tgeneric\t\tname\tassumed\ttoy\t\n"
		"host\t1\t\ts\tassumed\ttoy\t\n"), 0);
	deeproof_set(d, "hw", "h200-sxm");
	deeproof_set(d, "model", "deepseek-v3");
	deeproof_set(d, "stack", "mine");
	deeproof_set(d, "gpus", "8");
	deeproof_set(d, "batch", "1");
	deeproof_set(d, "ctx", "100");
	ck_assert_int_eq(deeproof_answer(d), 0);
	ck_assert_double_gt(deeproof_number(d, "step_ms"), 1000);
	ck_assert_int_eq(deeproof_load(d, "deeproof 1\n[stack mine]\n"
		"key\tvalue\terr\tunit\torigin\tsource\tnote\n"
		"base\tgeneric\t\tname\tassumed\ttoy\t\n"), 0);
	ck_assert_int_eq(deeproof_answer(d), 0);
	ck_assert_double_lt(deeproof_number(d, "step_ms"), 1000);
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

/* ---- requests ---- */

static const struct { const char *name, *value; } runs[][4] = {
	{ { "concurrency", "8" } },
	{ { "arrivals", "poisson" }, { "rate", "3" }, { "seed", "7" },
	  { "slo", "ttft=300,tpot=20" } },
	{ { "mtp", "1" }, { "concurrency", "8" }, { "pools", "1:2" },
	  { "band", "0" } },
};

static void ask_of(deeproof *d, const char *name, const char *value)
{
	if (!name)
		return;
	ck_assert_msg(!(scenario_column_find(name) < 0 ?
		deeproof_serving(d, name, value) :
		deeproof_set(d, name, value)), "%s", deeproof_error(d));
}

/* The row that run --csv prints, made of files as tasks/serving does. */
static void row_of_run(struct shelf *shelf, int run, struct text *out)
{
	struct serving_job job = { .load = { 0 } };
	struct serving_spec spec;
	struct job_spec ask = { &spec, 1 };
	struct serving_answer a;
	struct serve_log log;
	struct question q;
	struct scenario s;
	struct fault why;
	struct served all = { &q, &job.run, &a, &log, (double)NAN };
	struct table t;

	scenario_init(&s);
	serving_init(&spec);
	scenario_override(&s, "hw=h200-sxm,stack=sglang,model=deepseek-r1,"
			  "gpus=8,tp=8,isl=1000,osl=100,requests=40", &why);
	for (int i = 0; i < 4 && runs[run][i].name; i++)
		if (strcmp(runs[run][i].name, "seed") == 0)
			ask.seed = 7;
		else if (scenario_set(&s, runs[run][i].name,
				      runs[run][i].value, &why) > 0)
			serving_set(&spec, runs[run][i].name,
				    runs[run][i].value, &why);
	ck_assert(!serving_scenario(&s, &spec, &why));
	ck_assert(!question_make(&q, &s, shelf_library(shelf), &why));
	ck_assert_msg(!serving_job_make(&job, &q, &ask, &why), "%s", why.what);
	job.run.band = !(runs[run][3].name &&
			 !strcmp(runs[run][3].name, "band"));
	serving_answer(&a, &log, &q, &job.run);
	q.scenario.requests = job.load.nr - log.unsent;
	all.rate = serving_is_open(&spec) ? spec.rate : (double)NAN;
	table_init(&t, "");
	serving_row(&all, &t);
	table_write(&t, out);
	table_release(&t);
	serve_log_release(&log);
	serving_job_release(&job);
}

START_TEST(requests_have_the_command_lines_digits)
{
	static const struct { const char *name, *value; } base[] = {
		{ "hw", "h200-sxm" }, { "stack", "sglang" },
		{ "model", "deepseek-r1" }, { "gpus", "8" }, { "tp", "8" },
		{ "isl", "1000" }, { "osl", "100" }, { "requests", "40" } };
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();
	struct text want = TEXT_INIT;

	for (int i = 0; i < NR(base); i++)
		ask_of(d, base[i].name, base[i].value);
	for (int i = 0; i < 4; i++)
		ask_of(d, runs[_i][i].name, runs[_i][i].value);
	ck_assert_msg(deeproof_serve(d) == 0, "%s", deeproof_error(d));
	row_of_run(shelf, _i, &want);
	ck_assert_str_eq(deeproof_table(d, "served"), want.buf);
	ck_assert_ptr_nonnull(strstr(deeproof_table(d, "requests"), "ttft_ms"));
	ck_assert_ptr_nonnull(strstr(deeproof_table(d, "occupancy"),
				     "waiting"));
	ck_assert_int_eq(deeproof_set(d, "tp", "4"), 0);
	ck_assert_ptr_null(deeproof_table(d, "served"));
	text_release(&want);
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

/* 2: malformed; 1: R1 in FP8 does not fit 4 H100s. */
static const struct {
	const char *name, *value;
	int rc;
	const char *says;
} wrong[] = {
	{ "arrivals", "poisson", 2, "no rate is given" },
	{ "arrivals", "often", 2, "no way to arrive" },
	{ "workload", "day.jsonl", 2, "reads no file" },
	{ "isl", "", 2, "neither isl nor ctx" },
	{ "osl", "", 2, "requests have no length" },
	{ "gpus", "4", 1, "do not fit" },
};

START_TEST(requests_that_cannot_be_played_are_said)
{
	struct shelf *shelf = shelf_open();
	deeproof *d = opened();

	ask_of(d, "hw", "h100-sxm");
	ask_of(d, "model", "deepseek-r1");
	ask_of(d, "gpus", "16");
	ask_of(d, "concurrency", "4");
	ask_of(d, "isl", "100");
	ask_of(d, "osl", "10");
	ask_of(d, wrong[_i].name, wrong[_i].value);
	ck_assert_int_eq(deeproof_serve(d), wrong[_i].rc);
	ck_assert_msg(strstr(wrong[_i].rc == 2 ? deeproof_error(d) :
			     deeproof_text(d, "refusal"), wrong[_i].says) !=
		      NULL, "%s", deeproof_error(d));
	ck_assert_ptr_null(deeproof_table(d, "served"));
	deeproof_clear(d);
	ck_assert_int_eq(deeproof_serving(d, "tempo", "1"), -1);
	ck_assert_int_eq(deeproof_serving(d, "seed", "-1"), -1);
	ck_assert_int_eq(deeproof_serving(d, "rate", ""), 0);
	deeproof_close(d);
	shelf_free(shelf);
}
END_TEST

Suite *suite_embed(void)
{
	Suite *s = suite_create("embed");
	TCase *tc = tcase_create("embed");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc,
		       a_thousand_scenarios_have_the_command_lines_digits);
	tcase_add_loop_test(tc, a_column_that_is_none_is_said, 0,
			    NR(columns));
	tcase_add_test(tc, a_bundle_that_is_none_is_said_and_adds_nothing);
	tcase_add_test(tc, without_an_answer_there_is_none_of_its_tables);
	tcase_add_test(tc, tables_are_of_the_answer);
	tcase_add_test(tc, what_is_loaded_again_replaces_what_was_there);
	tcase_add_loop_test(tc, requests_have_the_command_lines_digits, 0,
			    NR(runs));
	tcase_add_loop_test(tc, requests_that_cannot_be_played_are_said, 0,
			    NR(wrong));
	suite_add_tcase(s, tc);
	return s;
}
