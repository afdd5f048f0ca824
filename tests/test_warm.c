#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "library/shelf.h"
#include "tests/tests.h"

/*
 * Whatever a sweeper kept from the rows before, and though it does not time
 * what does not fit, a row is answered and written as it would be alone.
 */

static const char *const hw[] = { "h800-sxm", "gb200-nvl72", "b300-sxm" };
static const char *const model[] = { "deepseek-v3", "deepseek-v3.2",
				     "deepseek-v4-flash", "kimi-k2" };
static const char *const stack[] = { "generic", "sglang", "nobody" };
static const char *const balance[] = { "", "eplb", "skewed", "uneven" };
static const char *const overlap[] = { "", "none", "two-batch" };
static const char *const kv[] = { "", "fp8" };
static const double gpus[] = { 8, 16, 72, 96 };
static const double batch[] = { 0, 0.5, 1, 2, 64, 64.5, 300, 1e5 };
static const double ctx[] = { 1000, 4096, 90000, 2e6 };
static const double drafts[] = { 0, 0, 1, 3 };

static unsigned drawn;

/* A linear congruential generator's high bits; its row is made of few. */
static unsigned pick(unsigned of)
{
	drawn = drawn * 1664525u + 1013904223u;
	return (drawn >> 16) % of;
}

#define PICK(list) ((list)[pick(sizeof(list) / sizeof((list)[0]))])

/* Like the row before in half of the columns. */
static void vary(struct scenario *s)
{
	if (!pick(4))
		snprintf(s->hw, sizeof(s->hw), "%s", PICK(hw));
	if (!pick(8))
		snprintf(s->model, sizeof(s->model), "%s", PICK(model));
	if (!pick(8))
		snprintf(s->stack, sizeof(s->stack), "%s", PICK(stack));
	if (!pick(8))
		snprintf(s->balance, sizeof(s->balance), "%s", PICK(balance));
	if (!pick(8))
		snprintf(s->kv, sizeof(s->kv), "%s", PICK(kv));
	if (!pick(4))
		s->gpus = PICK(gpus);
	if (!pick(4))
		s->ep = pick(4) ? s->gpus : (double)NAN;
	if (!pick(8))
		s->mtp = PICK(drafts);
	if (pick(2))
		s->batch = PICK(batch);
	if (pick(2))
		s->ctx = PICK(ctx);
	if (!pick(8))
		s->ctx_cv = pick(2) ? 0.5 : (double)NAN;
	if (!pick(8))
		s->redundant = pick(2) ? 32 : (double)NAN;
	if (!pick(8))
		snprintf(s->overlap, sizeof(s->overlap), "%s", PICK(overlap));
	if (!pick(8))
		s->verify = pick(2) ? 4 : (double)NAN;
	snprintf(s->id, sizeof(s->id), "%u", pick(1000));
}

static void answer(struct sweeper *w, const struct scenario *s,
		   struct sweep_pen *pen, struct text *line)
{
	struct swept row = { .scenario = *s };

	sweep_answer(&row, w);
	line->len = 0;
	sweep_pen_line(pen, 0, &row, line);
	text_addf(line, "%d %s", row.malformed, row.fault.what);
}

static void same_as_alone(bool play)
{
	struct shelf *shelf = shelf_open();
	const struct sweep_spec spec = { .tpot_s = (double)INFINITY,
		.play = play, .run = { .seed = 1, .steps = 1 } };
	const struct sweep_spec told = { .tpot_s = spec.tpot_s,
		.unfit = UNFIT_TOLD, .play = play, .run = spec.run };
	struct text kept = TEXT_INIT, alone = TEXT_INIT;
	struct sweeper *w = malloc(sizeof(*w)), *own = malloc(sizeof(*own));
	struct sweep_sheet sheet;
	struct sweep_pen pen = { .sheet = &sheet };
	struct scenario s;

	sweep_sheet_init(&sheet, NULL);
	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "h800-sxm");
	snprintf(s.model, sizeof(s.model), "deepseek-v3");
	s.gpus = 8;
	s.batch = 1;
	s.ctx = 1000;
	sweeper_init(w, &told, shelf_library(shelf));
	for (int i = 0; i < (play ? 20 : 1500); i++) {
		struct sweep_pen fresh = { .sheet = &sheet };

		vary(&s);
		sweeper_init(own, &spec, shelf_library(shelf));
		answer(w, &s, &pen, &kept);
		answer(own, &s, &fresh, &alone);
		sweeper_release(own);
		sweep_pen_release(&fresh);
		ck_assert_str_eq(kept.buf, alone.buf);
	}
	sweeper_release(w);
	sweep_pen_release(&pen);
	sweep_sheet_release(&sheet);
	shelf_free(shelf);
	text_release(&kept);
	text_release(&alone);
	free(w);
	free(own);
}

START_TEST(a_row_is_answered_as_if_alone)
{
	same_as_alone(false);
}
END_TEST

static double longest_by_halving(const struct deployment *d,
				 const struct hold_spec *a, double left)
{
	double good = 0, bad = d->model->max_position_embeddings + 1.0;

	while (bad - good > 1) {
		double middle = floor((good + bad) / 2);
		struct hold_spec at = *a;
		struct held h;

		at.ctx_tok = middle;
		at.seqs = fmax(1, a->seqs);
		deployment_hold(d, &at, &h);
		if (h.kv_B <= left)
			good = middle;
		else
			bad = middle;
	}
	return good;
}

/* However it is looked for, the longest context is the longest. */
START_TEST(the_longest_context_is_found)
{
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct question q;
	struct fault why;

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "h200-sxm");
	s.gpus = 16;
	s.ctx = 4096;
	for (int i = 0; i < 60; i++) {
		struct hold_spec a = { 0.7 + 0.005 * i, 1 + i * i, 4096, 1,
				       NULL };
		struct held h;

		snprintf(s.model, sizeof(s.model), "%s",
			 model[i % 3]);
		s.batch = 1 + i;
		ck_assert(!question_make(&q, &s, shelf_library(shelf), &why));
		deployment_hold(&q.on, &a, &h);
		ck_assert_double_eq_tol(deployment_context(&q.on, &a, &h),
			longest_by_halving(&q.on, &a, h.budget_B -
				h.weights_B - h.buffer_B), 1);
	}
	shelf_free(shelf);
}
END_TEST

/* ---- which overlap pays ---- */

static struct memo *memo_with(const struct library *of, struct warm *warm)
{
	struct memo *m = memo_new(of);

	m->warm = warm;
	return m;
}

/* Where both overlaps are open, and a long way of batches is walked up. */
static void draw_open(struct scenario *s)
{
	static const char *const way[] = { "generic", "sglang", "vllm",
					   "trtllm" };
	static const double tp[] = { 1, 1, 2 }, wide[] = { 16, 72, 96 };

	snprintf(s->hw, sizeof(s->hw), "%s", PICK(hw));
	snprintf(s->model, sizeof(s->model), "%s", PICK(model));
	snprintf(s->stack, sizeof(s->stack), "%s", PICK(way));
	s->gpus = PICK(wide);
	s->tp = PICK(tp);
	s->mtp = pick(2);
	s->ctx_cv = pick(4) ? (double)NAN : 0.5;
	s->batch = 1;
}

/*
 * What a step takes at the least is by 1.5 % less than what it does take: of
 * the 2 % that are left for what expectations wobble, a quarter at most is
 * used.
 */
static void is_least(struct question *q)
{
	for (int two = 0; two < 2; two++) {
		double least = warm_least_s(q, two);

		ck_assert(!(least / 0.98 * 0.995 >
			    warm_step_s(q, two)));
	}
}

/*
 * Batches go up by up to a thirty-second and one, contexts in any order. Where
 * one of the two need not be timed the choice is that of both.
 */
START_TEST(an_overlap_is_chosen_as_if_both_were_timed)
{
	static const double lengths[] = { 1000, 4989, 9000 };
	struct shelf *shelf = shelf_open();
	struct warm *warm = warm_new();
	struct memo *kept = memo_with(shelf_library(shelf), warm);
	struct memo *alone = memo_with(shelf_library(shelf), NULL);
	struct question *q = malloc(sizeof(*q)), *own = malloc(sizeof(*own));
	struct scenario s;
	struct fault why;
	int rows = 0, spared = 0;

	drawn = 5 + (unsigned)_i;
	scenario_init(&s);
	for (int i = 0; i < 1200; i++) {
		if (i % 100 == 0)
			draw_open(&s);
		s.batch += floor(s.batch / 32) * pick(2) + pick(2);
		s.ctx = PICK(lengths);
		if (question_recall(q, &s, kept, &why))
			continue;	/* no law of this stack's */
		ck_assert(!question_recall(own, &s, alone, &why));
		ck_assert_int_eq(q->two_batch, own->two_batch);
		if (!q->timed)
			continue;
		rows++;
		spared += !warm->clocked[0] || !warm->clocked[1];
		is_least(q);
	}
	ck_assert_msg(rows > 200 && spared > rows / 8, "%d of %d", spared,
		      rows);
	free(kept);
	free(alone);
	free(q);
	free(own);
	warm_free(warm);
	shelf_free(shelf);
}
END_TEST

Suite *suite_warm(void)
{
	Suite *s = suite_create("warm");
	TCase *t = tcase_create("warm");

	suite_add_tcase(s, t);
	tcase_add_test(t, a_row_is_answered_as_if_alone);
	tcase_add_test(t, the_longest_context_is_found);
	tcase_add_loop_test(t, an_overlap_is_chosen_as_if_both_were_timed, 0,
			    3);
	return s;
}
