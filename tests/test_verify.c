#include <math.h>

#include "tests/tests.h"

#include "tests/toy.h"
#include "time/draw.h"

/* 8 toy GPUs, 10 sequences each of 4 tokens: 320 tokens, 1280 rows. */
static void plan(struct toy *t, double together)
{
	toy_init(t);
	t->model.routing_together = together;
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .batch = 10 });
	t->ask.batch.query_tok = 4;
}

static const struct op *experts(struct toy *t, struct step *st)
{
	step_time(st, &t->ask);
	for (int i = 0; i < st->graph.ops; i++)
		if (st->graph.op[i].stage == STAGE_EXPERTS)
			return &st->graph.op[i];
	return NULL;
}

/*
 * 64 experts, 4 a token, 8 a GPU: T tokens apart touch 8 (1 - (15/16)^T) of
 * them. 80 sequences: apart 320 tokens, all together 80, by half 80 x 2.5.
 */
static const struct { double together, tok; } cases[] = {
	{ 0, 320 }, { 1, 80 }, { 0.5, 200 },
};

START_TEST(tokens_that_go_together_touch_fewer_experts)
{
	struct toy t;
	struct step st;
	const struct op *op;

	plan(&t, cases[_i].together);
	op = experts(&t, &st);
	ck_assert_ptr_nonnull(op);
	ck_rel(op->load.touched, 8 * (1 - pow(15.0 / 16, cases[_i].tok)),
	       1e-9);
	ck_rel(op->load.rows, 1280 / 8, 1e-9);	/* all are multiplied */
}
END_TEST

/* No draft is made: the step has no pass but the model's own. */
START_TEST(verifying_drafts_of_elsewhere_makes_none)
{
	struct toy t;
	struct step st;

	plan(&t, 0);
	step_time(&st, &t.ask);
	for (int b = 0; b < st.graph.blocks; b++)
		ck_assert_int_ne(st.graph.block[b].kind, BLOCK_DRAFT);
}
END_TEST

/* 8 x 10 x 4 x 4 pairs in every one of 4 layers, drawn. */
START_TEST(every_pair_is_drawn_all_the_same)
{
	struct toy t;
	struct loads l;

	plan(&t, cases[_i].together);
	draw_loads(&l, &(struct draw_spec){ .on = &t.on,
		.skew = t.skew_spec, .batch = t.ask.batch, .pad = 1,
		.seed = 1 });
	for (int y = 0; y < l.layers; y++) {
		double rows = 0;

		for (int r = 0; r < l.ranks; r++)
			rows += loads_at(&l, 0, y, r)->rows;
		ck_assert(rows == 1280);
	}
	loads_release(&l);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_verify(void)
{
	Suite *s = suite_create("verify");
	TCase *tc = tcase_create("verify");

	tcase_add_loop_test(tc, tokens_that_go_together_touch_fewer_experts,
			    0, NR(cases));
	tcase_add_test(tc, verifying_drafts_of_elsewhere_makes_none);
	tcase_add_loop_test(tc, every_pair_is_drawn_all_the_same,
			    0, NR(cases));
	suite_add_tcase(s, tc);
	return s;
}
