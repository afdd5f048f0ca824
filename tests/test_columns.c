#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "tests/tests.h"

/* ---- an answer's columns ---- */

/*
 * In base units, each a number of its own: 5e9 B are 5 GB, 12.5e-3 s 12.5 ms;
 * rates, shares and counts stand as they are.
 */
static const struct answer full = {
	.fits = true, .refusal = "none, really", .bound = BOUND_NVLINK,
	.held = { .weights_B = 5e9, .weights_high_B = 6e9, .kv_B = 2.5e9 },
	.room_tok = 1234, .max_batch = 56, .max_context = 8192,
	.room_low_tok = 1000, .room_high_tok = 1500, .max_batch_low = 40,
	.max_batch_high = 60, .step_s = .0125, .tpot_s = .025,
	.tok_s_gpu = 640, .tok_s_user = 41, .tok_s_total = 5120, .low = 500,
	.high = 800, .sol_tok_s_gpu = 2000, .mfu = .25, .mbu = .5,
	.nvlink_B_tok = 1001, .rdma_B_tok = 2002, .nvlink_util = .125,
	.rdma_util = .0625, .exposed_share = .75, .imbalance = 1.5,
	.watt_gpu = 700, .j_per_tok = 1.25, .usd_mtok = .3 };

enum { SPEED = ANSWER_SPEED, SUMS = ANSWER_SUMS, REST = ANSWER_REST };

/* always: of what does not fit, too; stage: when it is filled in. */
static const struct {
	const char *name, *cell;
	bool number, always;
	int stage;
} columns[] = {
	{ "fits", "yes", false, true, SPEED },
	{ "refusal", "\"none, really\"", false, true, SPEED },
	{ "weights_gb", "5", true, true, SPEED },
	{ "kv_gb", "2.5", true, true, SPEED },
	{ "kv_room_tokens", "1234", true, true, REST },
	{ "max_batch", "56", true, true, REST },
	{ "step_ms", "12.5", true, false, SPEED },
	{ "tpot_ms", "25", true, false, SPEED },
	{ "tok_s_gpu", "640", true, false, SPEED },
	{ "tok_s_user", "41", true, false, SPEED },
	{ "tok_s_total", "5120", true, false, SPEED },
	{ "tok_s_gpu_low", "500", true, false, REST },
	{ "tok_s_gpu_high", "800", true, false, REST },
	{ "sol_tok_s_gpu", "2000", true, false, REST },
	{ "bound", "nvlink", false, true, SUMS },
	{ "mfu", "0.25", true, false, SUMS },
	{ "mbu", "0.5", true, false, SUMS },
	{ "nvlink_bytes_per_token", "1001", true, false, SUMS },
	{ "rdma_bytes_per_token", "2002", true, false, SUMS },
	{ "nvlink_util", "0.125", true, false, SUMS },
	{ "rdma_util", "0.0625", true, false, SUMS },
	{ "exposed_comm_share", "0.75", true, false, SUMS },
	{ "imbalance", "1.5", true, false, SUMS },
	{ "usd_per_mtok", "0.3", true, false, SPEED },
	{ "max_context", "8192", true, true, REST },
	{ "weights_gb_low", "5", true, true, SPEED },
	{ "weights_gb_high", "6", true, true, SPEED },
	{ "kv_room_tokens_low", "1000", true, true, REST },
	{ "kv_room_tokens_high", "1500", true, true, REST },
	{ "max_batch_low", "40", true, true, REST },
	{ "max_batch_high", "60", true, true, REST },
	{ "watt_gpu", "700", true, false, SUMS },
	{ "j_per_tok", "1.25", true, false, SUMS },
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void cell_is(const struct answer *a, int i, const char *want)
{
	struct text out = TEXT_INIT;

	text_add(&out, "");
	answer_cell(a, i, &out);
	ck_assert_msg(!strcmp(out.buf ? out.buf : "", want),
		      "%s is %s, not %s", columns[i].name, out.buf, want);
	text_release(&out);
}

START_TEST(each_column_is_its_field_in_its_unit)
{
	ck_assert_int_eq(answer_columns_nr, COLUMNS);
	for (int i = 0; i < COLUMNS; i++) {
		ck_assert_str_eq(answer_column(i), columns[i].name);
		ck_assert_int_eq(answer_column_find(columns[i].name), i);
		ck_assert_int_eq(answer_is_number(i), columns[i].number);
		ck_assert_int_eq(answer_always(i), columns[i].always);
		ck_assert_int_eq(answer_stage(i), columns[i].stage);
		cell_is(&full, i, columns[i].cell);
	}
	ck_assert_int_eq(answer_column_find("tok_s"), -1);
}
END_TEST

/* What does not fit has memory and words alone; what is late says tpot. */
START_TEST(what_does_not_fit_has_no_speed)
{
	struct answer a = full;

	a.fits = false;
	a.bound = BOUND_CAPACITY;
	for (int i = 0; i < COLUMNS; i++)
		if (columns[i].number)
			cell_is(&a, i, columns[i].always ? columns[i].cell :
				"");
	cell_is(&a, 0, "no");
	cell_is(&a, 14, "capacity");
	a.late = true;
	cell_is(&a, 14, "tpot");
}
END_TEST

START_TEST(what_is_not_known_is_blank)
{
	struct answer a = full;

	a.usd_mtok = (double)NAN;
	a.max_batch = INFINITY;
	a.step_s = -INFINITY;
	cell_is(&a, answer_column_find("usd_per_mtok"), "");
	cell_is(&a, answer_column_find("max_batch"), "");
	cell_is(&a, answer_column_find("step_ms"), "");
	answer_nothing(&a);
	for (int i = 0; i < COLUMNS; i++)
		if (columns[i].number && !columns[i].always)
			cell_is(&a, i, "");
	cell_is(&a, 14, "capacity");
	cell_is(&a, 2, "5");
}
END_TEST

/* ---- a sheet's lines ---- */

static struct table in;
static struct sweep_sheet sheet;
static struct text out;

static void read(const char *note)
{
	static const char *const head[] = { "note", "hw", "tok_s_gpu", "gpus",
					    "batch" };
	int row;

	table_init(&in, "in.csv");
	for (int i = 0; i < 5; i++)
		table_need(&in, head[i]);
	row = table_add_row(&in, 2);
	table_set(&in, row, 0, note);
	table_set(&in, row, 1, "h200-sxm");
	table_set(&in, row, 2, "99999");
	table_set(&in, row, 3, "-128");
	table_set(&in, row, 4, "8");
	sweep_sheet_init(&sheet, &in);
	out = (struct text)TEXT_INIT;
}

static void teardown(void)
{
	sweep_sheet_release(&sheet);
	table_release(&in);
	text_release(&out);
}

/* The cell of a column in a line below its header. */
static const char *under(const char *head, const char *line, const char *name)
{
	static char cell[256];
	size_t len;

	for (;;) {
		len = strcspn(head, ",\n");
		snprintf(cell, sizeof(cell), "%.*s",
			 (int)strcspn(line, ",\n"), line);
		if (len == strlen(name) && !strncmp(head, name, len))
			return cell;
		ck_assert_msg(head[len] == ',', "no column %s", name);
		head += len + 1;
		line += strcspn(line, ",\n") + 1;
	}
}

static int commas(const char *line)
{
	int nr = 0;

	for (; *line && *line != '\n'; line++)
		nr += *line == ',';
	return nr;
}

/* Own columns stand between those asked and those answered; none twice. */
START_TEST(a_malformed_row_keeps_what_it_asked_and_no_answer)
{
	struct swept s;
	struct text head = TEXT_INIT;

	read("mine");
	sweep_read(&s, &in, 0);
	ck_assert(!s.malformed);
	s.malformed = true;
	fault_what(&s.fault, "gpus is -128");
	sweep_head(&sheet, &head);
	sweep_line(&sheet, 0, &s, &out);
	ck_assert_int_eq(sheet.owns, 1);
	ck_assert_int_eq(commas(head.buf), scenario_columns_nr + COLUMNS);
	ck_assert_int_eq(commas(out.buf), commas(head.buf));
	ck_assert_str_eq(under(head.buf, out.buf, "id"), "");
	ck_assert_str_eq(under(head.buf, out.buf, "hw"), "h200-sxm");
	ck_assert_str_eq(under(head.buf, out.buf, "gpus"), "-128");
	ck_assert_str_eq(under(head.buf, out.buf, "note"), "mine");
	ck_assert_str_eq(under(head.buf, out.buf, "refusal"), "gpus is -128");
	for (int i = 0; i < COLUMNS; i++)
		if (strcmp(columns[i].name, "refusal"))
			ck_assert_str_eq(under(head.buf, out.buf,
					       columns[i].name), "");
	text_release(&head);
}
END_TEST

START_TEST(a_row_that_is_answered_has_every_cell)
{
	struct swept s;
	struct text head = TEXT_INIT;

	read("mine");
	sweep_read(&s, &in, 0);
	s.answer = full;
	memset(s.answer.refusal, 0, sizeof(s.answer.refusal));
	sweep_head(&sheet, &head);
	sweep_line(&sheet, 0, &s, &out);
	ck_assert_int_eq(commas(out.buf), commas(head.buf));
	ck_assert_str_eq(under(head.buf, out.buf, "id"), "1");
	ck_assert_str_eq(under(head.buf, out.buf, "batch"), "8");
	ck_assert_str_eq(under(head.buf, out.buf, "ctx"), "");
	ck_assert_str_eq(under(head.buf, out.buf, "note"), "mine");
	for (int i = 0; i < COLUMNS; i++)
		if (i != 1)
			ck_assert_str_eq(under(head.buf, out.buf,
				columns[i].name), columns[i].cell);
	text_release(&head);
}
END_TEST

/*
 * A pen that keeps cells writes what one that keeps none does: rows whose
 * load alone changes, and rows that differ in one column before or behind.
 */
START_TEST(a_pen_writes_each_row_as_if_alone)
{
	struct sweep_pen pen = { .sheet = &sheet };
	struct text alone = TEXT_INIT;
	struct swept s;

	read("");
	sweep_read(&s, &in, 0);
	s.answer = full;
	for (int i = 0; i < 60; i++) {
		struct scenario *of = &s.scenario;
		struct fault why;

		of->batch = 1 + i % 7;
		of->ctx = 100.5 * (i % 5);
		of->tp = i % 11 < 5 ? 1 : 2;
		of->mtp = i % 13 < 6 ? 0 : 1;
		of->gpus = i % 17 < 8 ? 8 : 16;
		of->ctx_cv = i % 19 < 9 ? (double)NAN : .5;
		strcpy(of->hw, i % 23 < 11 ? "h200-sxm" : "b200-sxm");
		ck_assert(!scenario_set(of, "ctx", i % 29 == 3 ?
			"1024:0.5;3072:0.5" : i % 2 ? "4096" : "", &why));
		s.answer.step_s = .001 * i;
		s.answer.fits = i % 3 > 0;
		text_release(&alone);
		text_release(&out);
		alone = out = (struct text)TEXT_INIT;
		sweep_line(&sheet, 0, &s, &alone);
		sweep_pen_line(&pen, 0, &s, &out);
		ck_assert_str_eq(out.buf, alone.buf);
	}
	text_release(&alone);
	sweep_pen_release(&pen);
}
END_TEST

/* ---- scenarios ---- */

/* Written, read again and written: columns of any kind, some of them blank. */
START_TEST(what_is_written_is_read_again)
{
	unsigned random = 12345;

	for (int round = 0; round < 40; round++) {
		struct scenario s, again;
		struct table t;
		struct fault why;
		char text[64];

		scenario_init(&s);
		for (int i = 0; i < scenario_columns_nr; i++) {
			random = random * 1103515245u + 12345u;
			if (random >> 16 & 1)
				continue;
			snprintf(text, sizeof(text),
				 scenario_columns[i].word ? "w%u, \"%u\"" :
				 "%u.%u", random >> 20, random >> 28);
			ck_assert(!scenario_set_at(&s, i, text, &why));
		}
		if (!*s.id)
			strcpy(s.id, "x");
		table_init(&t, "t.csv");
		table_add_row(&t, 1);
		scenario_write(&s, &t, 0);
		ck_assert_int_eq(t.columns, scenario_columns_nr);
		ck_assert(!scenario_read(&again, &t, 0, &why));
		ck_assert(!memcmp(&s, &again, sizeof(s)));
		table_release(&t);
	}
}
END_TEST

/* One letter of four, two of more, never the first, and none that is there. */
static const struct {
	const char *head, *meant;
} slips[] = {
	{ "bach", "batch" }, { "batc", "batch" }, { "cncurency",
	"concurrency" }, { "modl", "model" }, { "modle", "model" },
	{ "node", NULL }, { "dp", NULL }, { "tpp", NULL }, { "gpu", "gpus" },
	{ "batch", NULL }, { "hello", NULL }, { "datx", "date" },
};

START_TEST(a_slip_is_told_from_another_word)
{
	struct table t;
	const char *meant;

	table_init(&t, "t.csv");
	table_need(&t, slips[_i].head);
	meant = scenario_meant(&t, 0);
	ck_assert_msg(slips[_i].meant ? meant && !strcmp(meant,
		slips[_i].meant) : !meant, "%s: %s", slips[_i].head, meant);
	if (meant) {	/* but not where that column is there as well */
		table_need(&t, slips[_i].meant);
		meant = scenario_meant(&t, 0);
		ck_assert(!meant || strcmp(meant, slips[_i].meant));
	}
	table_release(&t);
}
END_TEST

/* The load alone may differ, the id as well; requests where it is nearly. */
START_TEST(scenarios_are_alike_but_for_their_load)
{
	static const char *const load[] = { "id", "batch", "concurrency",
					    "ctx" };

	for (int i = 0; i < scenario_columns_nr; i++) {
		const char *name = scenario_columns[i].name;
		bool may = false, requests = !strcmp(name, "requests");
		struct scenario a, b;
		struct fault why;

		for (int k = 0; k < 4; k++)
			may |= !strcmp(name, load[k]);
		scenario_init(&a);
		a.gpus = a.ep = 8;
		b = a;
		ck_assert(scenario_alike(&a, &b));
		ck_assert(!scenario_set_at(&b, i, "5", &why));
		ck_assert_msg(scenario_alike(&a, &b) == may, "%s", name);
		ck_assert_msg(scenario_nearly(&a, &b) == (may || requests),
			      "%s", name);
		ck_assert_int_eq(scenario_is_load(i), i > 0 &&
				 (may || requests));
	}
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_columns(void)
{
	Suite *s = suite_create("columns");
	TCase *t = tcase_create("columns"), *l = tcase_create("lines");

	tcase_add_test(t, each_column_is_its_field_in_its_unit);
	tcase_add_test(t, what_does_not_fit_has_no_speed);
	tcase_add_test(t, what_is_not_known_is_blank);
	tcase_add_test(t, what_is_written_is_read_again);
	tcase_add_loop_test(t, a_slip_is_told_from_another_word, 0,
			    NR(slips));
	tcase_add_test(t, scenarios_are_alike_but_for_their_load);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(l, NULL, teardown);
	tcase_add_test(l,
		       a_malformed_row_keeps_what_it_asked_and_no_answer);
	tcase_add_test(l, a_row_that_is_answered_has_every_cell);
	tcase_add_test(l, a_pen_writes_each_row_as_if_alone);
	suite_add_tcase(s, l);
	return s;
}
