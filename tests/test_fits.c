#include <math.h>

#include "base/chance.h"
#include "tests/tests.h"
#include "tests/toy.h"

/*
 * Memory: what is held, and that as much as is said to fit does, and no more.
 * Random shares of HBM, contexts and layouts.
 */

enum { DRAWS = 60 };

static const struct toy_plan plans[] = {
	{ .gpus = 1 },
	{ .gpus = 8, .tp = 8 },
	{ .gpus = 8, .tp = 8, .dcp = 4 },
	{ .gpus = 16, .exchange = EXCHANGE_PAIR },
	{ .gpus = 16, .mtp = 2, .exchange = EXCHANGE_RANK },
	{ .gpus = 10, .pp = 5 },
	{ .gpus = 16, .exchange = EXCHANGE_PAIR, .two_batch = true },
};

enum { PLANS = sizeof(plans) / sizeof(*plans) };

static void (*const models[])(struct model *) = { toy_model, toy_v3,
						  toy_v4_flash };

static void make(struct toy *t, int plan, int model)
{
	struct toy_plan p = plans[plan];

	toy_init(t);
	models[model](&t->model);
	t->gpu.hbm_B = 1e12;	/* V3 fits on one of these */
	if (p.dcp > 1 && model == 2)
		p.dcp = 1;
	p.batch = 8;
	toy_plan(t, &p);
}

static struct refusal refused(const struct toy *t, const struct hold_spec *a)
{
	struct held h;

	deployment_hold(&t->on, a, &h);
	return deployment_refusal(&t->on, &h, a->ctx_tok);
}

/* A share of HBM that leaves something beside weights and buffers. */
static void draw(struct chance *c, const struct toy *t, struct hold_spec *a)
{
	struct held h;

	*a = (struct hold_spec){ .mem_share = 1, .seqs = 1, .micro =
		t->ask.batch.micro, .ctx_tok = floor(exp2(4 + 12 *
		chance_uniform(c))) };
	deployment_hold(&t->on, a, &h);
	a->mem_share = (h.weights_B + h.buffer_B) / h.hbm_B *
		       (1.001 + 0.3 * chance_uniform(c) *
			chance_uniform(c));
}

START_TEST(as_many_fit_as_there_is_room_for_and_one_more_does_not)
{
	struct chance c;
	struct toy t;
	int met = 0;

	chance_fill(&c, (uint64_t)_i);
	make(&t, _i % PLANS, _i / PLANS);
	for (int i = 0; i < DRAWS; i++) {
		struct hold_spec a;
		struct held h;
		double n;

		draw(&c, &t, &a);
		deployment_hold(&t.on, &a, &h);
		n = held_room_seqs(&h, a.ctx_tok);
		ck_assert(n >= 0 && n == floor(n));
		if (n < 1)
			continue;
		met++;
		a.seqs = n;
		ck_assert_int_eq(refused(&t, &a).kind, REFUSAL_NONE);
		a.seqs = n + 1;
		ck_assert_int_eq(refused(&t, &a).kind, REFUSAL_KV);
		/* and says how many would have */
		ck_rel(refused(&t, &a).fit, n, 0);
	}
	ck_assert_int_gt(met, DRAWS / 3);
}
END_TEST

START_TEST(the_longest_context_fits_and_a_token_more_does_not)
{
	struct chance c;
	struct toy t;

	chance_fill(&c, (uint64_t)_i);
	make(&t, _i % PLANS, _i / PLANS);
	for (int i = 0; i < DRAWS; i++) {
		struct hold_spec a;
		struct held h;
		double most;

		draw(&c, &t, &a);
		a.seqs = 1 + (double)chance_below(&c, 20);
		deployment_hold(&t.on, &a, &h);
		most = deployment_context(&t.on, &a, &h);
		ck_assert(most >= 0 && most <=
			  t.model.max_position_embeddings);
		if (most >= 1) {
			a.ctx_tok = most;
			ck_assert_int_eq(refused(&t, &a).kind, REFUSAL_NONE);
		}
		if (most >= t.model.max_position_embeddings)
			continue;
		a.ctx_tok = most + 1;
		ck_assert_int_ne(refused(&t, &a).kind, REFUSAL_NONE);
	}
}
END_TEST

/* The toy's token is 5 layers x 100 x 2 B; its longest context 100,000. */
static const struct { double B, tok; } alone[] = {
	{ 0, 0 }, { 999, 0 }, { 1000, 1 }, { 1999, 1 }, { 2000, 2 },
	{ 123456, 123 }, { 99998999, 99998 }, { 99999999, 99999 },
	{ 1e8, 100000 }, { 1e8 + 999, 100000 }, { 1e12, 100000 },
};

START_TEST(so_many_bytes_hold_so_long_a_sequence)
{
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .batch = 1 });
	ck_assert_double_eq(deployment_alone_tok(&t.on, alone[_i].B),
			    alone[_i].tok);
}
END_TEST

/*
 * Twice the sequences hold twice the KV; of a token nothing changes. A dcp of
 * 4 holds a quarter; a draft's layer is a sixth beside five. Buffers of no
 * masked exchange do not grow.
 */
START_TEST(what_is_held_goes_by_what_holds_it)
{
	struct hold_spec a = { .mem_share = 0.9, .seqs = 3, .ctx_tok = 1000 };
	struct held one, two;
	struct toy t;

	make(&t, 1, 0);
	deployment_hold(&t.on, &a, &one);
	ck_rel(one.kv_tok_B, 1000, 1e-12);
	ck_rel(one.kv_B, 3e6, 1e-12);
	ck_rel(one.budget_B, 0.9e12, 1e-12);
	a.seqs = 6;
	deployment_hold(&t.on, &a, &two);
	ck_rel(two.kv_B, 6e6, 1e-12);
	ck_rel(two.kv_tok_B, 1000, 1e-12);
	ck_rel(two.buffer_B, one.buffer_B, 1e-12);
	make(&t, 2, 0);
	deployment_hold(&t.on, &a, &two);
	ck_rel(two.kv_tok_B, 250, 1e-12);
	ck_rel(two.weights_B, one.weights_B, 1e-12);
	make(&t, 4, 0);
	deployment_hold(&t.on, &a, &two);
	ck_rel(two.kv_tok_B, 1200, 1e-12);
	/* a stage of one layer of five */
	make(&t, 5, 0);
	deployment_hold(&t.on, &a, &two);
	ck_rel(two.kv_tok_B, 200, 1e-12);
}
END_TEST

/*
 * Lengths of 100 and 300 tokens, three to one: as much as sequences of 150,
 * since every token of MLA's is one latent.
 */
START_TEST(a_mixture_holds_its_mean)
{
	struct lengths mixed = { .nr = 2, .tok = { 100, 300 },
				 .share = { 0.75, 0.25 } };
	struct hold_spec a = { .mem_share = 0.9, .seqs = 8, .ctx_tok = 150,
			       .lengths = &mixed };
	struct held is, same;
	struct toy t;

	make(&t, 0, 0);
	deployment_hold(&t.on, &a, &is);
	a.lengths = NULL;
	deployment_hold(&t.on, &a, &same);
	ck_rel(is.kv_B, same.kv_B, 1e-12);
	ck_rel(is.kv_B, 8 * 150 * 1000.0, 1e-12);
}
END_TEST

/* Worse and better by 1.28 times the error: less room and more. */
START_TEST(an_error_of_the_buffers_is_room_either_way)
{
	struct hold_spec a = { .mem_share = 0.9, .seqs = 1, .ctx_tok = 1000 };
	struct held h, low, high;
	struct toy t;

	make(&t, 0, 0);
	t.stack.buffer_err_B[0] = 0.5e9;
	deployment_hold(&t.on, &a, &h);
	held_range(&h, &low, &high);
	ck_rel(low.buffer_B - h.buffer_B, 0.5e9 * 1.2815515655 +
	       h.weights_high_B - h.weights_B, 1e-6);
	/* kv_b again: 5 layers x 16 heads x 90 x (30 + 40) x 2 B */
	ck_rel(h.weights_high_B - h.weights_B, 1.008e6, 1e-6);
	ck_rel(h.buffer_B - high.buffer_B, 0.5e9 * 1.2815515655, 1e-6);
	ck_assert(held_room_tok(&low) < held_room_tok(&h) &&
		  held_room_tok(&h) < held_room_tok(&high));
	h.buffer_err_B = 10e9;	/* better than nothing there is not */
	held_range(&h, &low, &high);
	ck_rel(1 + high.buffer_B, 1, 0);
}
END_TEST

Suite *suite_fits(void)
{
	Suite *s = suite_create("fits");
	TCase *t = tcase_create("memory");

	tcase_add_loop_test(t,
		as_many_fit_as_there_is_room_for_and_one_more_does_not, 0,
		3 * PLANS);
	tcase_add_loop_test(t,
		the_longest_context_fits_and_a_token_more_does_not, 0,
		3 * PLANS);
	tcase_add_loop_test(t, so_many_bytes_hold_so_long_a_sequence, 0,
			    (int)(sizeof(alone) / sizeof(*alone)));
	tcase_add_test(t, what_is_held_goes_by_what_holds_it);
	tcase_add_test(t, a_mixture_holds_its_mean);
	tcase_add_test(t, an_error_of_the_buffers_is_room_either_way);
	suite_add_tcase(s, t);
	return s;
}
