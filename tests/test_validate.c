#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/refit.h"
#include "learn/validate.h"
#include "tests/rows.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct fault why;
static struct table in;
static struct swept *s;		/* [ROWS] */
static struct comparison v[8];

enum { ROWS = 8 };

/*
 * An answer of 20 ms a step, 2 tokens of it a sequence's: 100 tokens/s of a
 * GPU, 80 to 125 of them in the band, so the time is 0.8 to 1.25 times; 500 W,
 * 5 J a token.
 * It holds 100 + 20 + 5 GB of 0.9 x 140.
 */
static void answered(struct swept *to)
{
	to->scenario.tokens_per_step = 2;
	to->scenario.mem_share = 0.9;
	to->answer = (struct answer){ .fits = true, .step_s = 0.02,
		.tok_s_gpu = 100, .low = 80, .high = 125, .watt_gpu = 500,
		.j_per_tok = 5,
		.held = { .weights_B = 100e9, .kv_B = 20e9, .buffer_B = 5e9,
			  .budget_B = 126e9 } };
}

static void setup(void)
{
	memset(&why, 0, sizeof(why));
	s = calloc(ROWS, sizeof(*s));
	for (int i = 0; i < ROWS; i++) {
		scenario_init(&s[i].scenario);
		answered(&s[i]);
	}
	table_init(&in, "rows.csv");
}

static void teardown(void)
{
	table_release(&in);
	free(s);
}

static int measure(const char *metric, const char *value, const char *unit)
{
	int row = table_add_row(&in, in.rows + 2);

	table_set(&in, row, table_need(&in, "metric"), metric);
	table_set(&in, row, table_need(&in, "value"), value);
	table_set(&in, row, table_need(&in, "unit"), unit);
	return validate_row(&in, row, &s[row], &v[row], &why);
}

/* Equal, or both NaN. */
#define IS(got, want) ck_assert_msg(isnan(want) ? isnan(got) : \
	fabs((got) - (want)) <= 1e-12 * fabs(want), #got " is %.10g", got)

/* ---- a row and its answer ---- */

/*
 * A step of 25 ms: 20 is a fifth less, 16 to 25 its band, which holds its
 * ends. 8 ms a token: 20 / 2 is 10, a quarter more, 8 to 12.5; the step was 16.
 * 125 tokens/s: 100 is a fifth less, and the step that gives them is 20 x 100 /
 * 125 ms. 400 W: 500 is a quarter more, and power goes as the time does.
 */
static const struct {
	const char *metric, *value, *unit;
	double predicted, low, high, error, step_ms;
	bool inside;
} rows[] = {
	{ "step_ms", "25", "ms", 20, 16, 25, -.2, 25, true },
	{ "step_ms", "25.1", "", 20, 16, 25, 20 / 25.1 - 1, 25.1, false },
	{ "step_ms", "16", "ms", 20, 16, 25, .25, 16, true },
	{ "step_ms", "15.9", "ms", 20, 16, 25, 20 / 15.9 - 1, 15.9, false },
	{ "tpot_ms", "8", "ms", 10, 8, 12.5, .25, 16, true },
	{ "tpot_ms", "7.9", "ms", 10, 8, 12.5, 10 / 7.9 - 1, 15.8, false },
	{ "tok_s_gpu", "125", "tok/s/GPU", 100, 80, 125, -.2, 16, true },
	{ "tok_s_gpu", "126", "tok/s", 100, 80, 125, 100 / 126. - 1,
	  2000 / 126., false },
	{ "tok_s_gpu", "79", "", 100, 80, 125, 100 / 79. - 1, 2000 / 79.,
	  false },
	{ "power_w", "400", "W", 500, 400, 625, .25, NAN, true },
	{ "power_w", "626", "", 500, 400, 625, 500 / 626. - 1, NAN, false },
	{ "j_per_tok", "4", "J/token", 5, 4, 6.25, .25, NAN, true },
	{ "j_per_tok", "4", "J/tok", 5, 4, 6.25, .25, NAN, true },
};

START_TEST(a_measurement_is_compared_in_its_own_metric)
{
	ck_assert_int_eq(measure(rows[_i].metric, rows[_i].value,
				 rows[_i].unit), 0);
	ck_assert_ptr_null(v[0].missing);
	IS(v[0].measured, atof(rows[_i].value));
	IS(v[0].predicted, rows[_i].predicted);
	IS(v[0].low, rows[_i].low);
	IS(v[0].high, rows[_i].high);
	IS(v[0].error, rows[_i].error);
	IS(v[0].measured_step_s, rows[_i].step_ms / 1000);
	IS(v[0].predicted_step_s, .02);
	ck_assert(v[0].inside == rows[_i].inside);
	ck_assert(!validate_malformed(&s[0], &v[0]));
}
END_TEST

static const struct { const char *metric, *value, *unit, *says; } bad[] = {
	{ "", "5", "ms", "metric is blank; write tpot_ms, step_ms, tok_s_gpu, "
	  "power_w or j_per_tok; of colocated rows ttft_ms or ttft_p99_ms "
	  "too" },
	{ "step_ms", "5", "s", "step_ms is in \"s\"; write the value in ms" },
	{ "tpot_ms", "5", "tok/s", "tpot_ms is in \"tok/s\"; write the value "
	  "in ms" },
	{ "tok_s_gpu", "5", "ms", "tok_s_gpu is in \"ms\"; write the value in "
	  "tok/s/GPU" },
	{ "power_w", "5", "kW", "power_w is in \"kW\"; write the value in W" },
	{ "step_ms", "", "ms", "value is \"\"; write a number above 0" },
	{ "step_ms", "five", "ms", "value is \"five\"; write a number above "
	  "0" },
	{ "step_ms", "0", "ms", "value is \"0\"; write a number above 0" },
	{ "step_ms", "-5", "ms", "value is \"-5\"; write a number above 0" },
	{ "step_ms", "nan", "", "value is \"nan\"; write a number above 0" },
	{ "ttft_ms", "5", "s", "ttft_ms is in \"s\"; write the value in ms" },
};

START_TEST(what_is_no_measurement_is_a_fault_at_its_line)
{
	char want[400];
	struct text says = TEXT_INIT;

	ck_assert_int_eq(measure(bad[_i].metric, bad[_i].value, bad[_i].unit),
			 -1);
	snprintf(want, sizeof(want), "rows.csv:2: %s", bad[_i].says);
	rows_said(&why, want);
	rows_said(&v[0].fault, want);
	ck_assert_str_eq(v[0].missing, "malformed");
	ck_assert(isnan(v[0].predicted) && isnan(v[0].error) && !v[0].inside);
	ck_assert(validate_malformed(&s[0], &v[0]));
	validate_reason(&s[0], &v[0], &says);
	ck_assert(!strncmp(says.buf, bad[_i].says, says.len));
	text_release(&says);
}
END_TEST

/* What nobody predicts is no fault, and a slip is told what it may be. */
static const struct { const char *metric, *says; } unknown[] = {
	{ "tpot_s", "metric tpot_s is not predicted; did you mean tpot_ms?" },
	{ "step_s", "metric step_s is not predicted; did you mean step_ms?" },
	{ "happiness", "metric happiness is not predicted; of such a row these "
	  "are: tpot_ms, step_ms, tok_s_gpu, power_w, j_per_tok" },
	{ "ttft_ms", "metric ttft_ms is not predicted; of such a row these "
	  "are: tpot_ms, step_ms, tok_s_gpu, power_w, j_per_tok" },
	{ "ttft_p99_ms", "metric ttft_p99_ms is not predicted; of such a row "
	  "these are: tpot_ms, step_ms, tok_s_gpu, power_w, j_per_tok" },
};

START_TEST(a_metric_that_is_not_predicted_is_said_to_be)
{
	struct text says = TEXT_INIT;

	ck_assert_int_eq(measure(unknown[_i].metric, "5", ""), 0);
	ck_assert_str_eq(v[0].missing, "the metric is not predicted");
	ck_assert(isnan(v[0].predicted) && isnan(v[0].measured_step_s));
	ck_assert(!validate_malformed(&s[0], &v[0]));
	validate_reason(&s[0], &v[0], &says);
	ck_assert_str_eq(says.buf, unknown[_i].says);
	text_release(&says);
}
END_TEST

/* Each way in which a row has no answer. */
static void unsimulated(struct swept *w) { w->malformed = true;
	w->unsimulated = true; }
static void serving_nobody(struct swept *w) { unsimulated(w);
	strcpy(w->scenario.serving, "spread=1"); }
static void serving_some(struct swept *w) { serving_nobody(w);
	strcpy(w->scenario.mode, "colocated"); }
static void malformed(struct swept *w) { w->malformed = true;
	fault_what(&w->fault, "ep is 3"); }
static void none(struct swept *w) { w->answer.step_s = (double)NAN;
	strcpy(w->answer.refusal, "no law"); }
static void refused(struct swept *w) { w->answer.fits = false; w->served = true;
	strcpy(w->answer.refusal, "no pool"); }
/* 140.1 GB of 140 do not fit a GPU; 140 do, and 126.1 are given more. */
static void overflows(struct swept *w) { w->answer.held.kv_B = 35.1e9;
	w->answer.fits = false; strcpy(w->answer.refusal, "too much"); }
static void tight(struct swept *w) { w->answer.held.kv_B = 34.9e9;
	w->answer.fits = false; strcpy(w->answer.refusal, "too much"); }
static void unsaid(struct swept *w) { w->answer.watt_gpu = (double)NAN; }
static void one_token(struct swept *w) { w->served = true;
	w->seen[SEEN_AS_IS].ttft_s = 0.2;
	w->seen[SEEN_AS_IS].tpot_s = (double)NAN; }
static void only_warm(struct swept *w) { one_token(w);
	w->seen[SEEN_AS_IS].ttft_s = (double)NAN; }

#define SERVING_NOBODY "serving says how requests come, and mode=decode has " \
	"none; write mode=colocated"
#define ONLY_WARM "no request is counted: each was sent before warmup ended"

static const struct {
	void (*how)(struct swept *);
	const char *metric, *missing, *says, *fits, *refusal;
} lacks[] = {
	{ unsimulated, "tpot_ms", "colocated rows are not predicted without "
	  "--engine run", "colocated rows are not predicted without --engine "
	  "run", "", "colocated rows are not predicted without --engine run" },
	{ serving_some, "tpot_ms", "colocated rows are not predicted without "
	  "--engine run", "colocated rows are not predicted without --engine "
	  "run", "", "colocated rows are not predicted without --engine run" },
	{ serving_nobody, "tpot_ms", SERVING_NOBODY, SERVING_NOBODY, "",
	  SERVING_NOBODY },
	{ malformed, "tpot_ms", "malformed", "ep is 3", "", "ep is 3" },
	{ none, "tpot_ms", "no law", "no law", "yes", "no law" },
	{ refused, "tpot_ms", "no pool", "no pool", "no", "no pool" },
	{ overflows, "step_ms", "too much", "too much", "no", "too much" },
	{ tight, "step_ms", NULL, NULL, "no", "too much" },
	{ unsaid, "power_w", "the sheets do not tell the metric", "the sheets "
	  "do not tell the metric", "yes",
	  "the sheets do not tell the metric" },
	{ one_token, "tpot_ms", "an answer of one token has no time between "
	  "tokens", "an answer of one token has no time between tokens",
	  "yes", "an answer of one token has no time between tokens" },
	{ only_warm, "tpot_ms", ONLY_WARM, ONLY_WARM, "yes", ONLY_WARM },
};

START_TEST(a_row_without_an_answer_says_why)
{
	struct text says = TEXT_INIT;
	struct table out;

	lacks[_i].how(&s[0]);
	ck_assert_int_eq(measure(lacks[_i].metric, "5", ""), 0);
	if (lacks[_i].missing)
		ck_assert_str_eq(v[0].missing, lacks[_i].missing);
	else
		ck_assert_ptr_null(v[0].missing);
	validate_reason(&s[0], &v[0], &says);
	ck_assert_str_eq(says.buf ? says.buf : "",
			 lacks[_i].says ? lacks[_i].says : "");
	text_release(&says);
	table_init(&out, "");
	validate_table(&in, s, v, &out);
	ck_assert_str_eq(table_get(&out, 0, table_column(&out, "fits")),
			 lacks[_i].fits);
	ck_assert_str_eq(table_get(&out, 0, table_column(&out, "refusal")),
			 lacks[_i].refusal);
	ck_assert_str_eq(table_get(&out, 0, table_column(&out, "inside")),
			 lacks[_i].missing ? "" : "no");
	table_release(&out);
}
END_TEST

START_TEST(what_users_saw_is_in_the_metric_s_unit)
{
	static const struct seen seen = { .25, .02, 1.5, 120, 640 };
	static const struct { enum metric of; double is; } want[] = {
		{ METRIC_TTFT_MS, 250 }, { METRIC_TTFT_P99_MS, 1500 },
		{ METRIC_TPOT_MS, 20 }, { METRIC_POWER_W, 640 },
		{ METRIC_TOK_S_GPU, 120 },
		{ METRIC_J_PER_TOK, 640 / 120. },
	};

	for (int i = 0; i < NR(want); i++)
		ck_rel(validate_seen(&seen, want[i].of), want[i].is, 1e-12);
}
END_TEST

/*
 * Of 25 ms 20 are predicted; the second row is at fault; whatever columns the
 * input has stand first, and what it said of `fits` is not kept.
 */
START_TEST(the_table_has_the_rows_and_what_became_of_them)
{
	struct table out;
	struct text csv = TEXT_INIT;

	table_need(&in, "id");
	table_need(&in, "fits");
	ck_assert_int_eq(measure("step_ms", "25", "ms"), 0);
	table_set(&in, 0, table_column(&in, "id"), "a");
	table_set(&in, 0, table_column(&in, "fits"), "perhaps");
	ck_assert_int_eq(measure("step_ms", "x", "ms"), -1);
	table_set(&in, 1, table_column(&in, "id"), "b");
	table_init(&out, "");
	validate_table(&in, s, v, &out);
	table_write(&out, &csv);
	ck_assert_str_eq(csv.buf,
		"id,fits,metric,value,unit,predicted,low,high,error_pct,"
		"inside,refusal,measured_step_ms,predicted_step_ms\n"
		"a,yes,step_ms,25,ms,20,16,25,-20,yes,,25,20\n"
		"b,,step_ms,x,ms,,,,,,\"value is \"\"x\"\"\",,\n");
	ck_assert_int_eq(out.line[1], 3);
	table_release(&out);
	text_release(&csv);
}
END_TEST

/* ---- errors by group ---- */

/* tp, ep, batch; its layout and its range of sequences a GPU. */
static const struct {
	double gpus, tp, ep, batch, mtp;
	const char *layout, *batch_name, *drafts;
} groups[] = {
	{ 8, 8, 1, 16, 0, "TP attention, TP experts", "up to 2 a GPU",
	  "no drafts" },
	{ 8, 8, 8, 17, 1, "TP attention, EP", "2 to 16 a GPU",
	  "with drafts" },
	{ 8, 8, 2, 128, 3, "TP attention, EP", "2 to 16 a GPU",
	  "with drafts" },
	{ 8, 1, 8, 16.5, 0, "DP attention, EP <= 8", "16 to 64 a GPU",
	  "no drafts" },
	{ 8, 4, 8, 256, 0, "DP attention, EP <= 8", "16 to 64 a GPU",
	  "no drafts" },
	{ 16, 1, 16, 65, 0, "DP attention, EP > 8", "64 to 256 a GPU",
	  "no drafts" },
	{ 1, 1, 1, 256, 0, "DP attention, EP <= 8", "64 to 256 a GPU",
	  "no drafts" },
	{ 16, 1, 9, 257, 0, "DP attention, EP > 8", "over 256 a GPU",
	  "no drafts" },
};

static int rows_in(const struct table *t, const char *by, const char *group)
{
	for (int r = 0; r < t->rows; r++)
		if (!strcmp(table_get(t, r, 0), by) &&
		    !strcmp(table_get(t, r, 1), group))
			return (int)table_number(t, r, 2);
	return 0;
}

START_TEST(a_row_is_counted_in_each_of_its_groups)
{
	char attention[16];	/* as a layout's name begins */
	struct table out;
	struct swept *w = &s[0];

	w->scenario.gpus = groups[_i].gpus;
	w->scenario.tp = groups[_i].tp;
	w->scenario.ep = groups[_i].ep;
	w->scenario.batch = groups[_i].batch;
	w->scenario.mtp = groups[_i].mtp;
	strcpy(w->scenario.hw, "h200");
	strcpy(w->scenario.stack, "sglang");
	strcpy(w->scenario.model, "r1");
	ck_assert_int_eq(measure("step_ms", "25", "ms"), 0);
	table_init(&out, "");
	validate_summary(s, v, 1, &out);
	ck_assert_int_eq(out.rows, 8);
	ck_assert_int_eq(rows_in(&out, "all", "all"), 1);
	ck_assert_int_eq(rows_in(&out, "hw", "h200"), 1);
	ck_assert_int_eq(rows_in(&out, "stack", "sglang"), 1);
	ck_assert_int_eq(rows_in(&out, "model", "r1"), 1);
	ck_assert_int_eq(rows_in(&out, "layout", groups[_i].layout), 1);
	snprintf(attention, sizeof(attention), "%.12s", groups[_i].layout);
	ck_assert_int_eq(rows_in(&out, "attention", attention), 1);
	ck_assert_int_eq(rows_in(&out, "batch", groups[_i].batch_name), 1);
	ck_assert_int_eq(rows_in(&out, "mtp", groups[_i].drafts), 1);
	table_release(&out);
}
END_TEST

/*
 * Predicted 20 ms each: 25 16 40 18.2 are -20 +25 -50 +9.89 %: a mean of 26.2
 * without signs, a median of 22.5, 1 of 4 within 10, 2 within 20 (the end
 * counts), 3 in the band of 16 to 25. A row without an answer is in none.
 */
START_TEST(a_group_sums_up_its_rows)
{
	static const struct { const char *column; double is; } want[] = {
		{ "rows", 4 }, { "mape_pct", (20 + 25 + 50 + 9.8901) / 4 },
		{ "median_pct", 22.5 },
		{ "bias_pct", (-20 + 25 - 50 + 9.8901) / 4 },
		{ "within10_pct", 25 }, { "within20_pct", 50 },
		{ "inside_pct", 75 },
	};
	struct table out;

	measure("step_ms", "25", "");
	measure("step_ms", "16", "");
	measure("happiness", "1", "");
	measure("step_ms", "40", "");
	measure("step_ms", "18.2", "");
	table_init(&out, "");
	validate_summary(s, v, in.rows, &out);
	ck_assert_str_eq(table_get(&out, 0, 0), "all");
	for (int i = 0; i < NR(want); i++)
		ck_rel(table_number(&out, 0, table_column(&out,
			want[i].column)), want[i].is, 1e-5);
	table_release(&out);
}
END_TEST

/* Of 20, 50 and 25 % the one in the middle is 25, wherever it stands. */
START_TEST(the_median_of_three_is_the_middle_one)
{
	static const char *const order[][3] = { { "25", "40", "16" },
		{ "16", "25", "40" }, { "40", "16", "25" } };
	struct table out;

	for (int i = 0; i < 3; i++)
		measure("step_ms", order[_i][i], "");
	table_init(&out, "");
	validate_summary(s, v, in.rows, &out);
	ck_rel(table_number(&out, 0, table_column(&out, "median_pct")), 25,
	       1e-5);
	table_release(&out);
}
END_TEST

/* ---- groups that are left out ---- */

/* Two rows that differ in one thing: are they one group? */
static const struct {
	const char *hw, *stack, *model;
	double gpus, tp, ep;
	bool one[REFIT_NR];	/* by layout, GPU, model, stack */
} apart[] = {
	{ "h200", "sglang", "r1", 8, 8, 1, { 0, true, true, true, true } },
	{ "b200", "sglang", "r1", 8, 8, 1, { 0, false, false, true, true } },
	{ "h200", "trtllm", "r1", 8, 8, 1, { 0, false, true, true, false } },
	{ "h200", "sglang", "v3", 8, 8, 1, { 0, true, true, false, true } },
	{ "h200", "sglang", "r1", 16, 8, 1, { 0, false, true, true, true } },
	{ "h200", "sglang", "r1", 8, 4, 1, { 0, false, true, true, true } },
	{ "h200", "sglang", "r1", 8, 8, 8, { 0, false, true, true, true } },
};

START_TEST(rows_of_one_group_stand_or_fall_together)
{
	struct calibrate_row row[2] = { { 0 } };

	for (int i = 0; i < 2; i++) {
		struct scenario *q = &s[i].scenario;
		int as = i ? _i : 0;

		strcpy(q->hw, apart[as].hw);
		strcpy(q->stack, apart[as].stack);
		strcpy(q->model, apart[as].model);
		q->gpus = apart[as].gpus;
		q->tp = apart[as].tp;
		q->ep = apart[as].ep;
	}
	for (int by = REFIT_LAYOUT; by < REFIT_NR; by++) {
		struct grouping g = { (enum refit_by)by, 5 };

		row[0].group = refit_group(s, 0, &g, row);
		ck_assert_int_eq(row[0].group, 5);
		ck_assert_int_eq(refit_group(s, 1, &g, row),
				 apart[_i].one[by] ? 5 : 6);
		ck_assert_int_eq(g.groups, apart[_i].one[by] ? 6 : 7);
	}
}
END_TEST

START_TEST(what_is_left_out_has_a_name)
{
	ck_assert_ptr_null(refit_by_name(REFIT_NOTHING));
	ck_assert_str_eq(refit_by_name(REFIT_LAYOUT), "layout");
	ck_assert_str_eq(refit_by_name(REFIT_HW), "hw");
	ck_assert_str_eq(refit_by_name(REFIT_MODEL), "model");
	ck_assert_str_eq(refit_by_name(REFIT_STACK), "stack");
}
END_TEST

Suite *suite_validate(void)
{
	Suite *suite = suite_create("validate");
	TCase *t = tcase_create("validate");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_measurement_is_compared_in_its_own_metric,
			    0, NR(rows));
	tcase_add_loop_test(t, what_is_no_measurement_is_a_fault_at_its_line,
			    0, NR(bad));
	tcase_add_loop_test(t, a_metric_that_is_not_predicted_is_said_to_be,
			    0, NR(unknown));
	tcase_add_loop_test(t, a_row_without_an_answer_says_why, 0,
			    NR(lacks));
	tcase_add_test(t, what_users_saw_is_in_the_metric_s_unit);
	tcase_add_test(t, the_table_has_the_rows_and_what_became_of_them);
	tcase_add_loop_test(t, a_row_is_counted_in_each_of_its_groups, 0,
			    NR(groups));
	tcase_add_test(t, a_group_sums_up_its_rows);
	tcase_add_loop_test(t, the_median_of_three_is_the_middle_one, 0, 3);
	tcase_add_loop_test(t, rows_of_one_group_stand_or_fall_together, 0,
			    NR(apart));
	tcase_add_test(t, what_is_left_out_has_a_name);
	suite_add_tcase(suite, t);
	return suite;
}
