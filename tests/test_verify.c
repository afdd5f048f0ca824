#include <math.h>

#include "tests/tests.h"

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/toy.h"
#include "skew/draw.h"

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

/*
 * One known acceptance 0.85: 1.85, then 0.85 x 0.85^2 = 0.614 more, then that
 * x 0.85^3 = 0.377: R1, with 0.92, was measured at 2.58 and 2.82. Two known,
 * 0.8 and 0.4 more: each next gains half as much.
 */
static const struct { double al[4]; int drafts; double tokens; } ladders[] = {
	{ { 1, 1.85 }, 1, 1.85 },
	{ { 1, 1.85 }, 2, 2.464125 },
	{ { 1, 1.85 }, 3, 2.841274515625 },
	{ { 1, 1.8, 2.2 }, 3, 2.4 },
	{ { 1, 1.8, 2.2 }, 4, 2.5 },
	{ { 1 }, 2, 0 },
};

START_TEST(acceptance_falls_by_position)
{
	struct model m = { .tokens_per_step = { 0 } };

	for (int n = 0; n < 4; n++)
		m.tokens_per_step[n] = ladders[_i].al[n];
	ck_assert_double_eq_tol(model_tokens(&m, ladders[_i].drafts),
				ladders[_i].tokens, 1e-9);
}
END_TEST

/*
 * TensorRT-LLM's blog 1, one request on 8 B200, R1: 111 198 250 253 245 239
 * tok/s at 0 to 5 drafts. Three are best, within a hundredth of four here;
 * five are worse than two.
 */
START_TEST(a_ladder_of_drafts_has_its_best_rung)
{
	struct shelf *shelf = shelf_open();
	double tok_s[6];

	for (int n = 0; n < 6; n++) {
		struct scenario s;
		struct question q;
		struct answer a;
		struct fault why;

		scenario_init(&s);
		s.mtp = n;
		ck_assert_int_eq(scenario_override(&s, "hw=b200-sxm,gpus=8,"
			"stack=trtllm,model=deepseek-r1,weights=nvfp4,tp=8,"
			"ep=2,batch=1,ctx=2048", &why), 0);
		ck_assert_int_eq(question_make(&q, &s, shelf_library(shelf),
					       &why), 0);
		answer_step(&a, &q, NULL);
		tok_s[n] = a.tok_s_user;
	}
	for (int n = 0; n < 6; n++)
		ck_assert_double_le(tok_s[n], 1.01 * tok_s[3]);
	ck_assert(tok_s[0] < tok_s[1] && tok_s[1] < tok_s[5] &&
		  tok_s[5] < tok_s[2]);
	shelf_free(shelf);
}
END_TEST

/*
 * Neighbours share `shared` of their experts in `learned` of the layers and
 * chance alone in the rest. Chance is k / n (1 + cv^2), cv the spread of
 * loads: 1.28. Of what chance leaves apart, they go together in the rest:
 * V3.2 8 / 256 x 2.638 = 0.0824, 1 - 0.748 / 0.9176 = 0.1848;
 * GLM-5 1 - 0.706 / 0.9176 = 0.2306;
 * V4-Flash 6 / 256 x 2.638 = 0.0618, 40 / 43 (1 - 0.632 / 0.9382) = 0.3036.
 */
static const struct { const char *model; double shared, learned, is; }
neighbours[] = {
	{ "deepseek-v3.2", 0.252, 1, 0.1848 },
	{ "glm-5", 0.294, 1, 0.2306 },
	{ "deepseek-v4-flash", 0.368, 40.0 / 43, 0.3036 },
};

START_TEST(tokens_of_a_text_go_together_as_measured)
{
	struct shelf *shelf = shelf_open();
	const struct model *m;
	struct fault why;
	double cv = 1.28, chance, is;

	m = shelf_model(shelf, neighbours[_i].model, &why);
	ck_assert_ptr_nonnull(m);
	chance = (double)m->num_experts_per_tok / m->n_routed_experts *
		 (1 + cv * cv);
	is = neighbours[_i].learned *
	     (1 - (1 - neighbours[_i].shared) / (1 - chance));
	ck_assert_double_eq_tol(is, neighbours[_i].is, 1e-4);
	ck_assert_double_eq_tol(m->routing_together, is, 0.006);
	shelf_free(shelf);
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
	tcase_add_loop_test(tc, tokens_of_a_text_go_together_as_measured,
			    0, NR(neighbours));
	tcase_add_loop_test(tc, acceptance_falls_by_position, 0, NR(ladders));
	tcase_add_test(tc, a_ladder_of_drafts_has_its_best_rung);
	suite_add_tcase(s, tc);
	return s;
}
