#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "ask/grid.h"
#include "library/shelf.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * Rows of a grid whose load alone changes are asked again of the question that
 * stands there, and rows that nobody wants are told of in part. Neither changes
 * what is said of a row.
 */

static struct shelf *shelf;
static const struct library *lib;
static struct sweeper *w, *own;

static void setup(void)
{
	shelf = shelf_open();
	lib = shelf_library(shelf);
	w = malloc(sizeof(*w));
	own = malloc(sizeof(*own));
}

static void teardown(void)
{
	free(w);
	free(own);
	shelf_free(shelf);
}

/* Pairs of a column and its list of values. */
static void make(struct grid *g, const char *const *pair)
{
	const char *text[64] = { NULL };	/* size: columns, and more */
	struct fault why = { .row = 0 };

	for (; *pair; pair += 2)
		text[scenario_column_find(pair[0])] = pair[1];
	ck_assert_msg(!grid_make(g, text, &why), "%s", why.what);
}

/* A row of the grid, over the one before it, as a sweep reads it. */
static void read_row(struct swept *s, const struct grid *g, int64_t row)
{
	s->follows = s->sound && row == s->row + 1 &&
		     grid_follow(g, row, &s->scenario);
	s->row = row;
	s->malformed = s->searched = false;
	if (s->follows)
		return;
	fault_at(&s->fault, "", 0, 0);
	ck_assert(!grid_scenario(g, row, &s->scenario, &s->fault));
}

static void line(const struct swept *s, struct text *out)
{
	struct sweep_sheet sheet;

	sweep_sheet_init(&sheet, NULL);
	out->len = 0;
	sweep_line(&sheet, 0, s, out);
	text_addf(out, " %d %d %s %s", s->malformed, s->unwanted,
		  s->malformed ? s->fault.what : "",
		  s->malformed ? s->fault.remedy : "");
	sweep_sheet_release(&sheet);
}

static const struct {
	const char *pair[18];
	int follow;		/* sound rows that did, at least */
} grids[] = {
	{ { "hw", "h200-sxm", "model", "deepseek-v2-lite", "ep", "8",
	    "batch", "1,0.5,64,0,100000,7", "ctx",
	    "1000,1024,0,4096,8192,2000000000", NULL }, 6 },
	{ { "hw", "h200-sxm", "model", "deepseek-v2-lite", "ep", "8",
	    "concurrency", "8,12,0,800,2000000000", "requests",
	    "1,2,0,20,30,2000000000", "isl", "1000", "osl", "200", NULL }, 6 },
	/* both, which is right where they agree */
	{ { "hw", "h200-sxm", "model", "deepseek-v2-lite", "ep", "8",
	    "batch", "1,2,3", "concurrency", "8,8.5,16,20,24",
	    "ctx", "1000", NULL }, 1 },
	/* the overlap is left to each row */
	{ { "hw", "h800-sxm", "model", "deepseek-v3", "stack", "generic",
	    "ep", "64,96", "batch", "1,2,16,256", "ctx", "4096", NULL }, 4 },
};

START_TEST(a_row_that_follows_is_answered_as_alone)
{
	const struct sweep_spec spec = { .tpot_s = INFINITY };
	struct text kept = TEXT_INIT, alone = TEXT_INIT;
	struct swept row = { .row = -1 }, one;
	struct grid g;
	int follow = 0;

	make(&g, grids[_i].pair);
	sweeper_init(w, &spec, lib);
	for (int64_t i = 0; (double)i < grid_rows(&g); i++) {
		do {
			read_row(&row, &g, i);
			sweep_answer(&row, w);
		} while (row.malformed && row.follows);
		follow += row.follows;
		sweeper_init(own, &spec, lib);
		one = (struct swept){ .row = -1 };
		read_row(&one, &g, i);
		sweep_answer(&one, own);
		sweeper_release(own);
		line(&row, &kept);
		line(&one, &alone);
		ck_assert_str_eq(kept.buf, alone.buf);
	}
	ck_assert_int_ge(follow, grids[_i].follow);
	sweeper_release(w);
	text_release(&kept);
	text_release(&alone);
	grid_release(&g);
}
END_TEST

/* The same load of the same question, each out of its range. */
static const struct {
	const char *load, *about, *what;
} wrong[] = {
	{ "batch=0", "batch", "batch is 0" },
	{ "batch=-1", "batch", "batch is -1" },
	{ "batch=1000000001", "batch", "batch is 1000000001" },
	{ "concurrency=0", "concurrency", "concurrency is 0" },
	{ "ctx=0", "ctx", "ctx is 0" },
	{ "requests=0", "requests", "requests is 0" },
	{ "batch=", "batch", "batch and concurrency are both blank" },
	{ "ctx=", "ctx", "ctx and isl are both blank" },
	{ "concurrency=16", "batch",
	  "batch 1 on 8 groups is not concurrency 16" },
	{ "batch=2", NULL, NULL }, { "ctx=1", NULL, NULL },
	{ "requests=1", NULL, NULL }, { "concurrency=8", NULL, NULL },
	{ "batch=,concurrency=20", NULL, NULL },
};

START_TEST(a_load_that_is_asked_again_has_its_ranges)
{
	struct memo *memo = memo_new(lib);
	struct question *q = malloc(sizeof(*q));
	struct scenario s;
	struct fault why = { .row = 0 };
	int rc;

	scenario_init(&s);
	ck_assert(!scenario_override(&s, "id=a,hw=h200-sxm,model="
		"deepseek-v2-lite,gpus=8,ep=8,batch=1,ctx=1000", &why));
	ck_assert(!question_recall(q, &s, memo, &why));
	ck_assert(!scenario_override(&s, wrong[_i].load, &why));
	if (_i == 8)		/* beside the batch, not in its place */
		s.batch = 1;
	rc = question_again(q, &s, memo, &why);
	ck_assert_int_eq(rc, wrong[_i].what ? -1 : 0);
	if (rc) {
		ck_assert_str_eq(why.about, wrong[_i].about);
		ck_assert_str_eq(why.what, wrong[_i].what);
	} else {
		/* 8 groups; 10 requests of each client, unless it says */
		ck_rel(q->scenario.concurrency, 8 * q->scenario.batch, 0);
		ck_rel(q->batch.seqs, q->scenario.batch, 0);
		ck_rel(q->batch.ctx_tok, s.ctx, 0);
		ck_rel(q->batch.seqs, _i == 9 ? 2 : _i == 13 ? 2.5 : 1, 0);
	}
	free(q);
	free(memo);
}
END_TEST

/* ---- rows that nobody wants ---- */

struct judge {
	enum answer_stage until;	/* wanted up to here, and no further */
	int asked[2];
};

static bool wants(const void *of, const struct swept *s,
		  enum answer_stage so_far)
{
	struct judge *j = (struct judge *)(uintptr_t)of;

	ck_assert(so_far == ANSWER_SPEED || so_far == ANSWER_SUMS);
	ck_assert_double_gt(s->answer.step_s, 0);
	ck_assert((s->answer.mfu > 0) == (so_far == ANSWER_SUMS));
	j->asked[so_far == ANSWER_SUMS]++;
	return so_far < j->until;
}

/* It is asked of its speed, then of its sums, then it has all the rest. */
static const struct {
	enum answer_stage until;
	bool searched;
	int speed, sums;
	bool unwanted, rest;
} told[] = {
	{ ANSWER_SPEED, false, 1, 0, true, false },
	{ ANSWER_SUMS, false, 1, 1, true, false },
	{ ANSWER_REST, false, 1, 1, false, true },
	{ ANSWER_SPEED, true, 0, 0, false, true },	/* may yet be late */
};

START_TEST(a_row_is_told_of_as_far_as_it_is_wanted)
{
	struct judge j = { .until = told[_i].until };
	const struct sweep_spec spec = {
		.tpot_s = told[_i].searched ? 0.1 : INFINITY,
		.wanted = wants, .judge = &j };
	struct swept row = { .row = 0 };
	struct fault why = { .row = 0 };

	scenario_init(&row.scenario);
	ck_assert(!scenario_override(&row.scenario, told[_i].searched ?
		"hw=h200-sxm,model=deepseek-v2-lite,gpus=1,ctx=1000" :
		"hw=h200-sxm,model=deepseek-v2-lite,gpus=1,ctx=1000,batch=8",
		&why));
	sweeper_init(w, &spec, lib);
	sweep_answer(&row, w);
	ck_assert(!row.malformed && row.answer.fits);
	ck_assert_int_eq(j.asked[0], told[_i].speed);
	ck_assert_int_eq(j.asked[1], told[_i].sums);
	ck_assert(row.unwanted == told[_i].unwanted);
	ck_assert_double_gt(row.answer.tok_s_gpu, 0);
	ck_assert((row.answer.sol_tok_s_gpu > 0) == told[_i].rest);
	ck_assert((row.answer.low > 0) == told[_i].rest);
	sweeper_release(w);
}
END_TEST

/* ---- what a GPU cannot multiply ---- */

/*
 * An A100 has no tensor cores for fp8: KV in bf16 would run, where 32 of them
 * hold V3, or on more than 4. What has no time runs in one batch, though 128
 * of them run two where they have one.
 */
static const struct { const char *pairs, *refusal, *overlap; } lacks[] = {
	{ "hw=a100-80g,gpus=32,batch=16,kv=fp8", "a100-80g has no tensor "
	  "cores for fp8 KV; kv=bf16 would run", "none" },
	{ "hw=a100-80g,gpus=4,batch=16,kv=fp8", "a100-80g has no tensor cores "
	  "for fp8 KV; kv=bf16 would run, on more GPUs", "none" },
	{ "hw=a100-80g,stack=deepseek,gpus=128,batch=128,kv=fp8", "a100-80g "
	  "has no tensor cores for fp8 KV; kv=bf16 would run", "none" },
	{ "hw=h800-sxm,stack=deepseek,gpus=128,batch=128,kv=fp8", "",
	  "two-batch" },
};

START_TEST(what_is_lacked_is_told_what_would_run)
{
	const struct sweep_spec spec = { .tpot_s = INFINITY };
	struct swept row = { .row = 0 };
	struct fault why;

	scenario_init(&row.scenario);
	ck_assert(!scenario_override(&row.scenario,
				     "model=deepseek-v3,ctx=1000", &why));
	ck_assert(!scenario_override(&row.scenario, lacks[_i].pairs, &why));
	sweeper_init(w, &spec, lib);
	sweep_answer(&row, w);
	ck_assert(!row.malformed);
	ck_assert_str_eq(row.answer.refusal, lacks[_i].refusal);
	ck_assert_str_eq(row.scenario.overlap, lacks[_i].overlap);
	sweeper_release(w);
}
END_TEST

Suite *suite_again(void)
{
	Suite *s = suite_create("again");
	TCase *t = tcase_create("again");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_row_that_follows_is_answered_as_alone, 0,
			    NR(grids));
	tcase_add_loop_test(t, a_load_that_is_asked_again_has_its_ranges, 0,
			    NR(wrong));
	tcase_add_loop_test(t, a_row_is_told_of_as_far_as_it_is_wanted, 0,
			    NR(told));
	tcase_add_loop_test(t, what_is_lacked_is_told_what_would_run, 0,
			    NR(lacks));
	suite_add_tcase(s, t);
	return s;
}
