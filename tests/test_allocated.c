#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>

#include "answer/sweep.h"
#include "base/mem.h"
#include "library/shelf.h"
#include "tests/allocated.h"
#include "tests/toy.h"
#include "time/price.h"

/* What is done a million times asks for no memory. */

static const struct toy_plan plans[] = {
	{ .gpus = 8, .tp = 8, .batch = 16 },
	{ .gpus = 16, .tp = 1, .batch = 64, .mtp = 1, .balance = BALANCE_EPLB,
	  .redundant = 16, .sigma = 1 },
	{ .gpus = 16, .tp = 2, .batch = 64, .two_batch = true,
	  .balance = BALANCE_SKEWED, .sigma = 1 },
	{ .gpus = 16, .tp = 4, .pp = 2, .batch = 8 },
};

static void (*const models[])(struct model *) = {
	toy_model, toy_v3, toy_v32, toy_v4_flash, toy_v4_pro,
};

enum {
	PLANS = sizeof(plans) / sizeof(plans[0]),
	MODELS = sizeof(models) / sizeof(models[0])
};

static void make(struct toy *t, int i)
{
	toy_init(t);
	models[i % MODELS](&t->model);
	toy_plan(t, &plans[i / MODELS]);
}

/* Else all below would hold of anything. */
START_TEST(what_is_allocated_is_counted)
{
	long before = allocated();

	free(mem_zeroed(1, 1));
	free(mem_copy("text"));
	free(malloc(1));
	ck_assert_int_eq(allocated() - before, 3);
}
END_TEST

START_TEST(a_step_and_a_pass_allocate_nothing)
{
	struct step *st = step_room();
	struct prefill_pass *pass = mem_zeroed(1, sizeof(*pass));
	struct toy t;
	long before;

	make(&t, _i);
	before = allocated();
	step_time(st, &t.ask);
	for (double ctx = 1000; ctx < 1e5; ctx *= 2) {
		t.ask.batch.ctx_tok = ctx;
		step_retime(st, &t.ask);
	}
	step_list(st);
	if (t.on.layout.pp == 1)
		prefill_pass(pass, &t.ask, &(struct chunk){ 1, 0, 1000 });
	ck_assert_int_eq(allocated() - before, 0);
	free(pass);
	free(st);
}
END_TEST

START_TEST(a_price_allocates_nothing)
{
	struct price *p = mem_zeroed(1, sizeof(*p));
	struct toy t;
	long before;
	double s = 0;

	make(&t, _i);
	price_make(p, &t.ask);
	before = allocated();
	for (double n = 1; n < 1000; n *= 2) {
		struct price_step a = { .seqs = n, .kv_tok = 1000 * n,
			.all_seqs = n * p->groups, .graph_seqs = n };

		s += price_s(p, &a);
		a.new_tok = a.all_new_tok = 10 * n;
		a.attend_tok2 = 50 * n * n;
		s += price_s(p, &a);
	}
	ck_assert_int_eq(allocated() - before, 0);
	ck_assert(s > 0);
	free(p);
}
END_TEST

/* The first rows make what is kept for the rest. */
START_TEST(a_warm_row_allocates_nothing)
{
	static const struct sweep_spec spec = { .tpot_s = (double)INFINITY };
	struct shelf *shelf = shelf_open();
	struct sweeper *w = mem_zeroed(1, sizeof(*w));
	struct swept *row = mem_zeroed(1, sizeof(*row));
	long before = 0;

	sweeper_init(w, &spec, shelf_library(shelf));
	scenario_init(&row->scenario);
	snprintf(row->scenario.hw, sizeof(row->scenario.hw), "h800-sxm");
	snprintf(row->scenario.model, sizeof(row->scenario.model),
		 "deepseek-v3");
	row->scenario.gpus = 32;
	for (int i = 0; i < 100; i++) {
		row->scenario.batch = 1 + i;
		row->scenario.ctx = 1000 + 100 * i;
		sweep_answer(row, w);
		ck_assert(row->answer.fits);
		if (i == 9)
			before = allocated();
	}
	ck_assert_int_eq(allocated() - before, 0);
	sweeper_release(w);
	shelf_free(shelf);
	free(row);
	free(w);
}
END_TEST

Suite *suite_allocated(void);

Suite *suite_allocated(void)
{
	Suite *s = suite_create("allocated");
	TCase *t = tcase_create("allocated");

	tcase_add_test(t, what_is_allocated_is_counted);
	tcase_add_loop_test(t, a_step_and_a_pass_allocate_nothing, 0,
			    PLANS * MODELS);
	tcase_add_loop_test(t, a_price_allocates_nothing, 0, PLANS * MODELS);
	tcase_add_test(t, a_warm_row_allocates_nothing);
	suite_add_tcase(s, t);
	return s;
}
