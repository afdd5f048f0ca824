#include <math.h>
#include <string.h>

#include "model/attention.h"
#include "tests/tests.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What weights and stages of a pipeline take: by pencil. */

static void hold(struct toy *t, double seqs, double ctx_tok, struct held *h)
{
	const struct hold_spec a = { .mem_share = 0.9, .seqs = seqs,
				     .ctx_tok = ctx_tok, .micro = 1 };

	deployment_hold(&t->on, &a, h);
}

/* ---- stages ---- */

/*
 * The toy's embedding and head are 1000 x 10,000 x 2 B = 20 MB each; where
 * they are tied there is one of them. A group of attention TP shares them.
 */
START_TEST(words_are_embedded_once_or_twice)
{
	struct held twice, once;
	struct toy t;

	toy_init(&t);
	toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	hold(&t, 1, 1000, &twice);
	t.model.tie_word_embeddings = true;
	hold(&t, 1, 1000, &once);
	ck_rel(twice.weights_B - once.weights_B, 20e6, 1e-9);
	t.model.tie_word_embeddings = false;
	toy_plan(&t, &(struct toy_plan){ .gpus = 4, .tp = 4, .ep = 1,
					 .batch = 1 });
	hold(&t, 1, 1000, &twice);
	t.model.tie_word_embeddings = true;
	hold(&t, 1, 1000, &once);
	ck_rel(twice.weights_B - once.weights_B, 5e6, 1e-9);
}
END_TEST

/*
 * One GPU a stage; x is what one holds of all layers but the words, d of a
 * dense one, m of one of the four others: x = d + 4 m. Two stages of 5 layers
 * are 3 and 2: the first has d + 2 m, the second 2 m, each 20 MB of words.
 * Five stages are a layer each: the fullest has m and words, or, at the end of
 * four, with 2, 1, 1 and 1 layers, nobody has more than 2 m between.
 */
START_TEST(the_fullest_stage_is_counted)
{
	struct toy t;
	struct held one, most, two, five;
	double d, m;

	toy_init(&t);
	t.model.num_nextn_predict_layers = 0;
	toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	hold(&t, 1, 1000, &one);
	t.model.first_k_dense_replace = 2;
	toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	hold(&t, 1, 1000, &most);	/* 2 d + 3 m */
	t.model.first_k_dense_replace = 1;
	/* d - m, and d + 4 m with 40 MB */
	m = (one.weights_B - 40e6 - (most.weights_B - one.weights_B)) / 5;
	d = most.weights_B - one.weights_B + m;
	ck_assert(m > d && d > 0);
	toy_plan(&t, &(struct toy_plan){ .gpus = 2, .pp = 2, .batch = 1 });
	hold(&t, 1, 1000, &two);
	ck_rel(two.weights_B, fmax(d + 2 * m, 2 * m) + 20e6, 1e-9);
	toy_plan(&t, &(struct toy_plan){ .gpus = 5, .pp = 5, .batch = 1 });
	hold(&t, 1, 1000, &five);
	ck_rel(five.weights_B, m + 20e6, 1e-9);
	ck_rel(five.kv_tok_B, one.kv_tok_B / 5, 1e-12);
	toy_plan(&t, &(struct toy_plan){ .gpus = 3, .pp = 3, .batch = 1 });
	hold(&t, 1, 1000, &two);	/* 1, 2 and 2 layers: m + m between */
	ck_rel(two.weights_B, fmax(2 * m, fmax(d, m) + 20e6), 1e-9);
}
END_TEST

/* ---- what a GPU cannot multiply ---- */

/*
 * What it lacks tensor cores for it widens to bf16, all but int8: weights are
 * named before KV, attention's before experts'.
 */
static const struct {
	enum format linear, experts, kv;
	const char *of, *format;	/* NULL: all of it runs */
} unmet[] = {
	{ FORMAT_INT8, FORMAT_INT8, FORMAT_FP8, "attention weights", "int8" },
	{ FORMAT_BF16, FORMAT_INT8, FORMAT_FP8, "routed experts", "int8" },
	{ FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, "KV", "fp8" },
	{ FORMAT_FP8, FORMAT_FP8, FORMAT_BF16, NULL, NULL },
};

START_TEST(a_gpu_is_refused_what_it_cannot_multiply)
{
	struct refusal r;
	struct held h;
	struct toy t;

	toy_init(&t);
	t.model.kept = kept_all(unmet[_i].linear, unmet[_i].experts);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	t.on.layout.storage.kv = unmet[_i].kv;
	t.gpu.flops[MATH_FP8] = 0;
	hold(&t, 1, 1000, &h);
	r = deployment_refusal(&t.on, &h, 1000);
	ck_assert(deployment_lacks(&t.on) == (unmet[_i].of != NULL));
	if (!unmet[_i].of) {
		ck_assert_int_eq(r.kind, REFUSAL_NONE);
		return;
	}
	ck_assert_int_eq(r.kind, REFUSAL_FORMAT);
	ck_assert_str_eq(r.of, unmet[_i].of);
	ck_assert_str_eq(r.format, unmet[_i].format);
}
END_TEST

/* ---- what is left ---- */

/* In bytes: 90 of 100, 50 of weights and 10 of buffers, 3 a token. */
static const struct {
	double weights, tok_B, room;
} rooms[] = {
	{ 50, 3, 10 }, { 50, 4, 7 }, { 79, 3, 0 }, { 80, 3, 0 }, { 95, 3, 0 },
};

START_TEST(room_is_what_weights_and_buffers_leave)
{
	struct held h = { .budget_B = 90, .hbm_B = 100, .buffer_B = 10,
		.weights_B = rooms[_i].weights,
		.weights_high_B = rooms[_i].weights + 2,
		.kv_tok_B = rooms[_i].tok_B, .buffer_err_B = 4 };
	struct held low, high;

	ck_rel(held_room_tok(&h), rooms[_i].room, 0);
	held_range(&h, &low, &high);
	/* 1.28155 x 4 and copies of 2 more; less, but never below nothing */
	ck_rel(low.buffer_B, 10 + 4 * 1.2815515655 + 2, 1e-9);
	ck_rel(high.buffer_B, 10 - 4 * 1.2815515655, 1e-9);
	/* a share of HBM that is known to 3: sqrt(4^2 + 3^2) = 5 */
	h.budget_err_B = 3;
	held_range(&h, &low, &high);
	ck_rel(low.buffer_B, 10 + 5 * 1.2815515655 + 2, 1e-9);
	ck_rel(high.buffer_B, 10 - 5 * 1.2815515655, 1e-9);
	h.buffer_err_B = 40;
	held_range(&h, &low, &high);
	ck_rel(high.buffer_B, 0, 0);
}
END_TEST

/* 0.9 of 100 GB, known to 0.03: 3 GB. Who asks for 0.8 gets 0.8. */
START_TEST(a_share_that_nobody_asks_for_is_in_doubt)
{
	struct held h;
	struct toy t;

	toy_init(&t);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	t.stack.mem_share_err = 0.03;
	t.stack.mem_share = 0.9;	/* as hold asks */
	hold(&t, 1, 1000, &h);
	ck_rel(h.budget_err_B, 0.03 * h.hbm_B, 1e-12);
	t.stack.mem_share = 0.8;
	hold(&t, 1, 1000, &h);
	ck_rel(h.budget_err_B, 0, 0);
}
END_TEST

/*
 * 30 are left where 10 sequences of 2 B are held, and each of those beyond 4
 * has taken 1 B more, 6 in all: without them 36. (36 + 4) / 3 = 13.3 of them
 * have room, and 3 of 12 B each, as no more than 4 take nothing beside.
 */
static const struct { double tok_B, seqs; } grown[] = {
	{ 2, 13 }, { 12, 3 }, { 9, 4 }, { 8.9, 4 }, { 7, 5 },
};

START_TEST(a_sequence_more_takes_buffers_too)
{
	double seq = grown[_i].tok_B, held = 10;
	struct held h = { .budget_B = 100, .weights_B = 54, .buffer_B = 16,
		.kv_tok_B = seq, .kv_B = seq * held, .grow_B = 1,
		.grow_seqs = 4 };

	/* left: 100 - 54 - 16 = 30, and 1 x (10 - 4) */
	ck_rel(held_room_seqs(&h, 1), grown[_i].seqs, 0);
	h.weights_B = 91;	/* 30 - 37 + 6: nothing is left */
	ck_rel(held_room_seqs(&h, 1), 0, 0);
}
END_TEST

Suite *suite_held(void)
{
	Suite *s = suite_create("held");
	TCase *t = tcase_create("held");

	tcase_add_test(t, words_are_embedded_once_or_twice);
	tcase_add_test(t, the_fullest_stage_is_counted);
	tcase_add_loop_test(t, a_gpu_is_refused_what_it_cannot_multiply, 0,
			    NR(unmet));
	tcase_add_loop_test(t, room_is_what_weights_and_buffers_leave, 0,
			    NR(rooms));
	tcase_add_test(t, a_share_that_nobody_asks_for_is_in_doubt);
	tcase_add_loop_test(t, a_sequence_more_takes_buffers_too, 0,
			    NR(grown));
	suite_add_tcase(s, t);
	return s;
}
