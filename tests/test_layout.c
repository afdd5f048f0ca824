#include "ask/refusal.h"
#include "tests/tests.h"

#include <string.h>

#include "tests/toy.h"

static double weights_GB(struct toy *t)
{
	struct held h;

	deployment_hold(&t->on, &(struct hold_spec){ 1, 1, 1, 1, NULL }, &h);
	return h.weights_B / 1e9;
}

/*
 * V3, fp8, MTP, data-parallel attention, GB. On every GPU: attention
 * 62 x 187.1 M = 11.60, shared experts 59 x 44.04 M = 2.60, gates
 * 59 x 256 x 7168 x 2 B = 0.22, dense 3 x 396.4 M = 1.19, embedding and head
 * 2 x 129280 x 7168 x 2 B = 3.71, eh_proj 2 x 7168^2 x 2 B = 0.21: 19.52.
 * A routed expert in 59 layers is 2.598.
 */
static const struct { int ep, redundant; double GB; } weights[] = {
	{ 8, 0, 102.7 },	/* 19.52 + 32 x 2.598 */
	{ 32, 0, 40.3 },	/* 19.52 + 8 x 2.598 */
	{ 32, 32, 42.9 },	/* 19.52 + 9 x 2.598 */
	{ 128, 0, 24.7 },	/* 19.52 + 2 x 2.598 */
	{ 320, 0, 22.1 },	/* 19.52 + 1 x 2.598: a share is rounded up */
};

START_TEST(the_fullest_gpu_holds_the_published_weights_of_v3)
{
	struct toy t;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = weights[_i].ep,
		.redundant = weights[_i].redundant, .mtp = 1 });
	ck_assert_double_eq_tol(weights_GB(&t), weights[_i].GB, 0.05);
}
END_TEST

/* Whole experts within NVLink; else as without such a kernel. */
static const struct { int gpus, tp, ep; enum exchange e; } fusing[] = {
	{ 8, 1, 8, EXCHANGE_FUSED }, { 8, 2, 8, EXCHANGE_FUSED },
	{ 8, 8, 8, EXCHANGE_NONE }, { 8, 1, 4, EXCHANGE_PAIR },
	{ 8, 1, 1, EXCHANGE_GATHER }, { 16, 1, 16, EXCHANGE_PAIR },
};

START_TEST(experts_fuse_with_their_exchange_where_they_can)
{
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = fusing[_i].gpus,
		.tp = fusing[_i].tp, .ep = fusing[_i].ep,
		.exchange = EXCHANGE_FUSED });
	ck_assert_int_eq(t.on.layout.exchange, fusing[_i].e);
}
END_TEST

/* Drafts' experts in bf16, which no such kernel reads, are left out of it. */
START_TEST(drafts_that_are_stored_wider_do_not_fuse)
{
	for (int mtp = 0; mtp < 2; mtp++) {
		struct fault why;
		struct toy t;

		toy_make(&t, &(struct toy_plan){ .gpus = 8, .mtp = mtp,
			.exchange = EXCHANGE_FUSED });
		t.model.kept.of[SITE_MTP][MODULE_EXPERTS] = FORMAT_BF16;
		ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
		ck_assert_int_eq(t.on.layout.exchange == EXCHANGE_FUSED, !mtp);
	}
}
END_TEST

START_TEST(mtp_weighs_one_more_layer_however_many_drafts)
{
	double GB[3];

	for (int mtp = 0; mtp < 3; mtp++) {
		struct toy t;

		toy_init(&t);
		toy_v3(&t.model);
		toy_plan(&t, &(struct toy_plan){ .gpus = 8, .mtp = mtp });
		GB[mtp] = weights_GB(&t);
	}
	/* 0.187 + 33 x 0.04404 + gate 0.004 + eh_proj 0.206 = 1.850 */
	ck_assert_double_eq_tol(GB[1] - GB[0], 1.850, 0.001);
	ck_assert(GB[2] == GB[1]);
}
END_TEST

/*
 * Tensor parallelism of 8 keeps the down projections and the latent, 15.14 M
 * of a layer's 187.1 M, whole. The rest, 171.97 M, is split: 61 layers save
 * 61 x 171.97 M x 7/8 x 1.000244 B = 9.18 GB.
 */
START_TEST(attention_tp_splits_all_but_the_latent)
{
	double GB[2];

	for (int i = 0; i < 2; i++) {
		struct toy t;

		toy_init(&t);
		toy_v3(&t.model);
		toy_plan(&t, &(struct toy_plan){ .gpus = 16,
						 .tp = i ? 8 : 1 });
		GB[i] = weights_GB(&t);
	}
	ck_assert_double_eq_tol(GB[0] - GB[1], 9.18, 0.005);
}
END_TEST

/* 512 + 64 numbers a layer; 61 layers, and one more with MTP. */
static const struct { const char *kv; int mtp; double B; } latents[] = {
	{ "native", 0, 70272 },		/* 576 x 2 x 61 */
	{ "bf16", 1, 71424 },		/* 576 x 2 x 62 */
	{ "fp8", 0, 35136 },		/* 576 x 61 */
};

START_TEST(a_token_of_kv_is_one_latent_a_layer)
{
	struct fault why;
	struct toy t;
	struct held h;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .tp = 8,
					 .mtp = latents[_i].mtp });
	t.spec.kv = latents[_i].kv;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	deployment_hold(&t.on, &(struct hold_spec){ 1, 10, 1000, 1, NULL }, &h);
	ck_rel(h.kv_tok_B, latents[_i].B, 0);
	ck_rel(h.kv_B, latents[_i].B * 10 * 1000, 0);
}
END_TEST

/*
 * 4 blocks (send and receive, odd and even) of 100 tokens of 64 slots of
 * 2000 + 31.25 B: 52 MB, and 1 GB of the engine's. 300 sequences with a draft
 * in two halves send 300 tokens at once: three times as much, and a sequence
 * more adds 520 kB.
 */
START_TEST(a_pair_exchange_allots_rows_for_every_slot)
{
	struct toy t;
	struct held h;
	struct fault why;

	toy_make(&t, &(struct toy_plan){ .gpus = 8,
					 .exchange = EXCHANGE_PAIR });
	deployment_hold(&t.on, &(struct hold_spec){ 0.5, 1, 1, 1, NULL }, &h);
	ck_rel(h.buffer_B, 1.052e9, 1e-12);
	ck_rel(h.budget_B, 50e9, 1e-12);
	t.spec.mtp = 1;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	deployment_hold(&t.on, &(struct hold_spec){ 0.5, 300, 1, 2, NULL }, &h);
	ck_rel(h.buffer_B, 1.156e9, 1e-12);
	ck_rel(h.grow_B, 520e3, 1e-12);
	ck_rel(h.grow_seqs, 100, 1e-12);
	toy_make(&t, &(struct toy_plan){ .gpus = 8,
					 .exchange = EXCHANGE_RANK });
	deployment_hold(&t.on, &(struct hold_spec){ 0.5, 1, 1, 1, NULL }, &h);
	ck_rel(h.buffer_B, 1e9, 1e-12);
}
END_TEST

/*
 * 100 MB of weights and 1052 MB of buffers leave 1.9 GB: 100 sequences of
 * 10 MB take 1 GB; beyond them each takes 10.52 MB, and 900 MB are 85 of them.
 */
START_TEST(sequences_bring_their_buffers)
{
	struct held h = { .weights_B = 100e6, .kv_B = 3e9, .kv_tok_B = 10e3,
		.buffer_B = 1052e6 + 200 * 520e3, .grow_B = 520e3,
		.grow_seqs = 100, .budget_B = 100e6 + 1052e6 + 1900e6 };

	ck_assert(held_room_seqs(&h, 1000) == 185);
	h.budget_B -= 1000e6;
	ck_assert(held_room_seqs(&h, 1000) == 90);
	h.budget_B -= 1000e6;
	ck_assert(held_room_seqs(&h, 1000) == 0);
}
END_TEST

START_TEST(there_is_room_for_what_is_left)
{
	struct held h = { .weights_B = 60, .buffer_B = 10, .budget_B = 91,
			  .kv_tok_B = 5 };

	ck_assert(held_room_tok(&h) == 4);	/* 21 / 5, whole tokens */
	h.weights_B = 90;
	ck_assert(held_room_tok(&h) == 0);
}
END_TEST

/* slots a rank = ceil((experts + redundant) / ep) */
static const struct { int ep, redundant, rank, slots; } slots[] = {
	{ 8, 0, 8, 64 },
	{ 8, 1, 9, 72 },
	{ 8, 8, 9, 72 },
	{ 48, 0, 2, 96 },
	{ 64, 0, 1, 64 },
	{ 128, 0, 1, 128 },
};

START_TEST(slots_are_rounded_up_to_equal_shares)
{
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = slots[_i].ep,
					 .redundant = slots[_i].redundant });
	ck_assert_int_eq(t.on.layout.slots_rank, slots[_i].rank);
	ck_assert_int_eq(t.on.layout.slots, slots[_i].slots);
}
END_TEST

/* Domains of 8; the toy stack sends pairs, and by rank in a rack. */
static const struct {
	int gpus, tp, ep, domain;
	int dp, moe_tp, nodes;
	enum exchange exchange;
} shapes[] = {
	{ 1, 1, 1, 8, 1, 1, 1, EXCHANGE_NONE },
	{ 8, 8, 8, 8, 1, 1, 1, EXCHANGE_NONE },		/* all TP */
	{ 8, 1, 8, 8, 8, 1, 1, EXCHANGE_PAIR },
	{ 8, 2, 4, 8, 4, 2, 1, EXCHANGE_PAIR },
	{ 8, 1, 1, 8, 8, 8, 1, EXCHANGE_GATHER },	/* no EP */
	{ 16, 1, 16, 8, 16, 1, 2, EXCHANGE_PAIR },
	{ 16, 1, 16, 72, 16, 1, 1, EXCHANGE_RANK },
	{ 4, 4, 4, 72, 1, 1, 1, EXCHANGE_NONE },
	{ 12, 1, 4, 8, 12, 3, 2, EXCHANGE_PAIR },
};

START_TEST(a_layout_knows_its_groups_and_its_exchange)
{
	struct toy t;

	toy_init(&t);
	t.gpu.nvlink_gpus = shapes[_i].domain;
	t.model.moe_intermediate_size = 480;	/* 3 divides it */
	toy_plan(&t, &(struct toy_plan){ .gpus = shapes[_i].gpus,
		.tp = shapes[_i].tp, .ep = shapes[_i].ep });
	ck_assert_int_eq(t.on.layout.dp, shapes[_i].dp);
	ck_assert_int_eq(t.on.layout.moe_tp, shapes[_i].moe_tp);
	ck_assert_int_eq(t.on.layout.nodes, shapes[_i].nodes);
	ck_assert_int_eq(t.on.layout.exchange, shapes[_i].exchange);
}
END_TEST

/* attn_in, attn_out, dense and shared, experts of an fp8 checkpoint */
static const struct {
	const char *weights;
	enum format in, out, dense, experts;
} stores[] = {
	{ "native", FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_FP8 },
	{ "fp8", FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_FP8 },
	{ "bf16", FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_BF16 },
	{ "nvfp4", FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_NVFP4 },
	{ "nvidia", FORMAT_BF16, FORMAT_NVFP4, FORMAT_NVFP4, FORMAT_NVFP4 },
	{ "mxfp4", FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_MXFP4 },
	{ "int4", FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_INT4 },
};

START_TEST(four_bits_are_for_experts_unless_a_recipe_says_more)
{
	static const char words[] = "all=nvfp4 q_a=bf16 q_b=bf16 kv_a=bf16";
	const struct layout *l;
	struct fault why;
	struct toy t;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8 });
	t.model.recipe[0] = (struct recipe){ "nvidia", t.model.kept };
	t.model.recipes = 1;
	ck_assert_int_eq(kept_apply(&t.model.recipe[0].kept, &t.model.kept,
				    words, &why), 0);
	t.spec.weights = stores[_i].weights;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	l = &t.on.layout;
	ck_assert_int_eq(layout_format(l, MODULE_Q_B), stores[_i].in);
	ck_assert_int_eq(layout_format(l, MODULE_O), stores[_i].out);
	ck_assert_int_eq(kept_in(&l->storage.weights, SITE_DENSE,
				 MODULE_DENSE), stores[_i].dense);
	ck_assert_int_eq(layout_format(l, MODULE_SHARED), stores[_i].dense);
	ck_assert_int_eq(layout_format(l, MODULE_EXPERTS),
			 stores[_i].experts);
}
END_TEST

/*
 * Without fp4 tensor cores Marlin widens NVFP4 to bf16, and without fp8 ones
 * FP8 (vLLM's W8A16); MXFP4 meets fp8 activations where a stack has kernels
 * for it (SGLang's W4A8) and is widened elsewhere.
 */
START_TEST(a_format_runs_at_the_nearest_rate_that_there_is)
{
	struct toy t;
	struct machine m = { .gpu = &t.gpu, .stack = &t.stack };

	toy_init(&t);
	ck_assert_int_eq(layout_math(&m, FORMAT_BF16), MATH_BF16);
	ck_assert_int_eq(layout_math(&m, FORMAT_FP8), MATH_FP8);
	ck_assert_int_eq(layout_math(&m, FORMAT_NVFP4), MATH_BF16);
	ck_assert_int_eq(layout_math(&m, FORMAT_MXFP4), MATH_FP8);
	ck_assert_int_eq(layout_math(&m, FORMAT_INT4), MATH_BF16);
	t.gpu.flops[MATH_FP4] = 400e12;
	ck_assert_int_eq(layout_math(&m, FORMAT_NVFP4), MATH_FP4);
	ck_assert_int_eq(layout_math(&m, FORMAT_MXFP4), MATH_FP8);
	t.gpu.flops[MATH_FP8] = t.gpu.flops[MATH_FP4] = 0;
	ck_assert_int_eq(layout_math(&m, FORMAT_FP8), MATH_BF16);
	ck_assert_int_eq(layout_math(&m, FORMAT_MXFP4), MATH_BF16);
	t.gpu.flops[MATH_FP8] = 200e12;
	t.stack.math[FORMAT_MXFP4] = MATH_NR;
	ck_assert_int_eq(layout_math(&m, FORMAT_MXFP4), MATH_BF16);
}
END_TEST

static const struct {
	int gpus, tp, ep;
	const char *weights, *kv, *what;
} faults[] = {
	{ 8, 3, 8, "native", "native", "tp = 3 does not divide gpus = 8" },
	{ 8, 0, 8, "native", "native", "tp = 0 does not divide gpus = 8" },
	{ 8, 1, 16, "native", "native", "ep = 16 does not divide gpus = 8" },
	{ 32, 32, 32, "native", "native",
	  "tp = 32 does not divide the 16 heads of toy" },
	{ 96, 1, 32, "native", "native",
	  "gpus / ep = 3 does not divide the experts' inner size 400" },
	{ 8, 1, 8, "fp32", "native", "weights is \"fp32\"" },
	{ 8, 1, 8, "fp6", "native", "weights is \"fp6\"" },
	{ 8, 1, 8, "native", "fp4", "kv is \"fp4\"" },
};

START_TEST(what_is_no_layout_is_a_fault)
{
	struct fault why;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8 });
	fault_at(&why, "", 0, 0);
	t.spec.gpus = faults[_i].gpus;
	t.spec.tp = faults[_i].tp;
	t.spec.ep = faults[_i].ep;
	t.spec.weights = faults[_i].weights;
	t.spec.kv = faults[_i].kv;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), -1);
	ck_assert_str_eq(why.what, faults[_i].what);
	ck_assert_str_ne(why.remedy, "");
}
END_TEST

/*
 * The toy: 5 x 2.34 MB of attention, 4 x 156.13 MB of MoE on one GPU, 24 of
 * dense FFN and 40 of embedding and head are 700 MB. KV is 1000 B a token.
 * In 2.1 GB beside 1 GB of buffers there is room for 400 MB of it: 3 whole
 * sequences of 100,000, since it is 399.8. In 1.71 GB there are 9.8 MB left:
 * 9,800 tokens.
 */
static const struct {
	double hbm_B, fp8, seqs, ctx_tok;
	const char *weights, *refusal;
} refusals[] = {
	{ 2.1e9, 1, 3, 1e5, "native", "" },
	{ 2.1e9, 1, 5, 1e5, "native", "0.5 GB of KV do not fit the 0.4 GB left "
	  "beside the weights; a batch of 3 would" },
	{ 2e9, 1, 1, 1e5 + 1, "native", "a context of 100001 tokens is above "
	  "the 100000 that toy was made for; ask for up to that" },
	{ 1.5e9, 1, 1, 1000, "native", "0.7 GB of weights and 1.0 GB of "
	  "buffers do not fit the 1.5 GB that the engine may fill; more GPUs "
	  "or fewer bits would" },
	{ 2e9, 0, 1, 1000, "fp8", "toy has no tensor cores for fp8 KV" },
	{ 1.71e9, 1, 1, 1e5, "native", "0.1 GB of KV do not fit the 0.0 GB "
	  "left beside the weights; not even one sequence of this context "
	  "does; one of 9800 tokens would" },
};

START_TEST(what_does_not_fit_is_refused_with_its_reason)
{
	char out[256];
	struct fault why;
	struct toy t;
	struct held h;
	struct refusal lack;

	toy_make(&t, &(struct toy_plan){ .gpus = 1 });
	t.gpu.hbm_B = refusals[_i].hbm_B;
	if (refusals[_i].fp8 == 0) {	/* weights are widened, KV is not */
		t.gpu.flops[MATH_FP8] = 0;
		t.spec.kv = "fp8";
	}
	t.spec.weights = refusals[_i].weights;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	deployment_hold(&t.on, &(struct hold_spec){ 1, refusals[_i].seqs,
				      refusals[_i].ctx_tok, 1, NULL }, &h);
	lack = deployment_refusal(&t.on, &h, refusals[_i].ctx_tok);
	refusal_words(&lack, &t.on, out, sizeof(out));
	ck_assert_str_eq(out, refusals[_i].refusal);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static TCase *case_held(void)
{
	TCase *tc = tcase_create("held");

	tcase_add_loop_test(tc,
		the_fullest_gpu_holds_the_published_weights_of_v3,
		0, NR(weights));
	tcase_add_test(tc, drafts_that_are_stored_wider_do_not_fuse);
	tcase_add_test(tc, mtp_weighs_one_more_layer_however_many_drafts);
	tcase_add_loop_test(tc,
		experts_fuse_with_their_exchange_where_they_can, 0,
		sizeof(fusing) / sizeof(fusing[0]));
	tcase_add_test(tc, attention_tp_splits_all_but_the_latent);
	tcase_add_loop_test(tc, a_token_of_kv_is_one_latent_a_layer,
			    0, NR(latents));
	tcase_add_test(tc, a_pair_exchange_allots_rows_for_every_slot);
	tcase_add_test(tc, sequences_bring_their_buffers);
	tcase_add_test(tc, there_is_room_for_what_is_left);
	tcase_add_loop_test(tc, what_does_not_fit_is_refused_with_its_reason,
			    0, NR(refusals));
	return tc;
}

static TCase *case_layout(void)
{
	TCase *tc = tcase_create("layout");

	tcase_add_loop_test(tc, slots_are_rounded_up_to_equal_shares,
			    0, NR(slots));
	tcase_add_loop_test(tc, a_layout_knows_its_groups_and_its_exchange,
			    0, NR(shapes));
	tcase_add_loop_test(tc,
		four_bits_are_for_experts_unless_a_recipe_says_more,
		0, NR(stores));
	tcase_add_test(tc, a_format_runs_at_the_nearest_rate_that_there_is);
	tcase_add_loop_test(tc, what_is_no_layout_is_a_fault, 0, NR(faults));
	return tc;
}

Suite *suite_layout(void)
{
	Suite *s = suite_create("layout");

	suite_add_tcase(s, case_layout());
	suite_add_tcase(s, case_held());
	return s;
}
