#include "tests/tests.h"

#include <string.h>

#include "tests/toy.h"
#include "play/play.h"
#include "time/prefill.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Attention that picks and compresses, as ops of a step. */

typedef void (*toy_fn)(struct model *);

static const toy_fn toys[] = { toy_v3, toy_v32, toy_v4_flash, toy_v4_pro };

enum { TOYS = sizeof(toys) / sizeof(toys[0]) };

/* A Blackwell's fp4 on the toy GPU, so that V4's index keys are fp4. */
static void make(struct toy *t, toy_fn model, const struct toy_plan *plan)
{
	toy_init(t);
	model(&t->model);
	t->gpu.flops[MATH_FP4] = 400e12;
	toy_plan(t, plan);
}

static double sum_of(const struct step *st, size_t offset)
{
	double sum = 0;

	for (int i = 0; i < st->graph.ops; i++) {
		const struct op *op = &st->graph.op[i];

		sum += *(const double *)(const void *)
			((const char *)op + offset) * op->count *
		       step_passes(&st->graph, i);
	}
	return sum;
}

/* Alone on a GPU, the ops of a step are the FLOPs of its tokens. */
START_TEST(the_ops_of_a_step_count_the_models_flops)
{
	struct toy t;
	struct step st;

	make(&t, toys[_i], &(struct toy_plan){ .batch = 4, .ctx_tok = 8192,
					       .balance = BALANCE_EVEN });
	step_time(&st, &t.ask);
	ck_rel(sum_of(&st, offsetof(struct op, flop)) / 4,
	       model_flop_per_token(&t.model, 8192), 1e-9);
}
END_TEST

/*
 * At 4096 tokens. V3: 61 x 4096 x 1152 B. V3.2: 61 (2048 x 656 + 4096 x 132).
 * Flash: 43 x 128 x 584 + 21 (512 x 584 + 1024 x 68) + 20 x 32 x 584. Pro: 61
 * x 128 x 584 + 30 (1024 x 584 + 1024 x 68) + 31 x 32 x 584.
 */
static const double read_B[TOYS] = { 287834112, 114933760, 11329536,
				     25168640 };

START_TEST(a_token_reads_the_kv_that_it_meets)
{
	struct toy t;
	struct step st;

	make(&t, toys[_i], &(struct toy_plan){ .batch = 1, .ctx_tok = 4096 });
	step_time(&st, &t.ask);
	ck_rel(sum_of(&st, offsetof(struct op, kv_B)), read_B[_i], 1e-9);
}
END_TEST

START_TEST(tp_splits_heads_and_groups_and_nothing_else)
{
	static const struct { const char *name; double share; } want[] = {
		{ "qkv_a", 1 }, { "q_b", 0.25 }, { "compress", 1 },
		{ "index_q", 1 }, { "index_kw", 1 }, { "index_logits", 1 },
		{ "core", 0.25 }, { "o_a", 0.25 }, { "o_b", 0.25 },
		{ "mix_pre", 1 }, { "gate", 1 },
	};
	struct toy one, four;
	struct step a, b;

	make(&one, toy_v4_pro, &(struct toy_plan){ .batch = 8,
						   .ctx_tok = 8192 });
	make(&four, toy_v4_pro, &(struct toy_plan){ .gpus = 4, .tp = 4,
		.batch = 8, .ctx_tok = 8192 });
	step_time(&a, &one.ask);
	step_time(&b, &four.ask);
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_rel(toy_op(&b.graph, want[i].name, 0)->flop,
		       toy_op(&a.graph, want[i].name, 0)->flop *
		       want[i].share, 1e-12);
	/* every GPU reads the whole cache */
	ck_rel(sum_of(&b, offsetof(struct op, kv_B)),
	       sum_of(&a, offsetof(struct op, kv_B)), 1e-12);
}
END_TEST

/* A kernel for 64 heads takes as long with 16: tp = 4 of Flash's 64. */
START_TEST(few_heads_are_padded_to_what_the_kernel_takes)
{
	double s[2];

	for (int i = 0; i < 2; i++) {
		struct toy t;
		struct step st;

		toy_init(&t);
		toy_v4_flash(&t.model);
		t.stack.law[ROLE_SPARSE_V4].pad = 64;
		toy_plan(&t, &(struct toy_plan){ .gpus = i ? 4 : 1,
			.tp = i ? 4 : 1, .batch = 64, .ctx_tok = 8192 });
		step_time(&st, &t.ask);
		for (int o = 0; o < st.graph.ops; o++)
			if (!strcmp(st.graph.op[o].name, "core"))
				s[i] = st.cost[o].flop_s;
		ck_rel(toy_op(&st.graph, "core", 0)->m, i ? 16 : 64, 0);
	}
	/* HCA: 64 tokens x 64 heads x 2 x 192 x 1024 FLOP at 100 TFLOP/s */
	ck_rel(s[0], 16.1061e-6, 1e-4);
	ck_rel(s[1], s[0], 1e-12);
}
END_TEST

/* Four queries a sequence read its index keys and its window once. */
START_TEST(drafts_share_what_their_sequence_reads)
{
	struct toy t;
	struct step st;
	const struct op *op;

	make(&t, toy_v32, &(struct toy_plan){ .batch = 2, .mtp = 3,
					      .ctx_tok = 10000 });
	step_time(&st, &t.ask);
	op = toy_op(&st.graph, "index_logits", 0);
	ck_rel(op->kv_B, 2 * 10000 * 132, 1e-12);
	ck_rel(op->flop, 2 * 4 * 16384.0 * 10000, 1e-12);
	op = toy_op(&st.graph, "sparse_mla", 0);
	ck_rel(op->kv_B, 2 * 2048 * 656, 1e-12);
	/* 8 tokens x 128 heads x 2 x 2048 x (576 + 512) */
	ck_rel(op->flop, 8 * 570425344.0, 1e-12);
}
END_TEST

/*
 * Of 1,000 tokens V3.2 picks all, of 9,000 as many as 2,048. A group that has
 * 8,000 more meets 1,048 more, 0.131 for a token; over means of 5,000 and of
 * 1,524 that is 0.42979. Where all have more than it picks, nothing; where all
 * have less, as much as it has more.
 */
START_TEST(who_has_more_meets_more_where_some_meet_no_more)
{
	const struct lengths some = { 2, { 1000, 9000 }, { 0.5, 0.5 } };
	const struct lengths none = { 2, { 3000, 9000 }, { 0.5, 0.5 } };
	const struct lengths all = { 2, { 10, 14 }, { 0.5, 0.5 } };
	struct toy t;
	struct step st;

	make(&t, toy_v32, &(struct toy_plan){ .batch = 2, .ctx_tok = 5000 });
	t.ask.batch.lengths = &some;
	step_time(&st, &t.ask);
	ck_rel(toy_op(&st.graph, "sparse_mla", 0)->ctx_share, 0.42979, 1e-5);
	t.ask.batch.lengths = &none;
	step_time(&st, &t.ask);
	ck_rel(1 + toy_op(&st.graph, "sparse_mla", 0)->ctx_share, 1, 1e-12);
	t.ask.batch.lengths = &all;
	step_time(&st, &t.ask);
	ck_rel(toy_op(&st.graph, "sparse_mla", 0)->ctx_share, 1, 1e-12);
}
END_TEST

/*
 * A thread block goes through all keys of its query: at 5,120 tokens and 2 us
 * a 1,024 those are 10 us of each of 61 layers, for one query and for eight.
 * Four tokens of V4 are a key, and its kernel's loop is not known.
 */
START_TEST(a_query_looks_through_its_keys_by_itself)
{
	static const double batch[2] = { 1, 8 };
	struct toy t;
	struct step st;

	for (int i = 0; i < 2; i++) {
		double before_s;

		make(&t, toy_v32, &(struct toy_plan){ .batch = batch[i],
						      .ctx_tok = 5120 });
		t.stack.law[ROLE_PICK].p = 1;
		step_time(&st, &t.ask);
		before_s = st.s;
		t.stack.law[ROLE_PICK].kappa_s = 2e-6;
		step_time(&st, &t.ask);
		ck_rel(st.s - before_s, 61 * 10e-6, 1e-9);
	}
	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 1,
						   .ctx_tok = 5120 });
	step_time(&st, &t.ask);
	ck_assert_int_eq(toy_op(&st.graph, "index_topk", 0)->role, ROLE_STREAM);
}
END_TEST

/* 28 h bytes a token and site, and 24 x 4 h fp32 weights: Flash h = 4096. */
START_TEST(mixed_streams_cost_their_traffic)
{
	struct toy t;
	struct step st;
	const struct op *pre;

	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 10 });
	step_time(&st, &t.ask);
	pre = toy_op(&st.graph, "mix_pre", 0);
	ck_rel(toy_op(&st.graph, "mix_post", 0)->act_B + pre->act_B,
	       10 * 28 * 4096, 1e-12);
	ck_rel(pre->weight_B, 24 * 4 * 4096 * 4, 1e-12);
}
END_TEST

/*
 * Beside the chain of the indexer run q_b, its rope, the compressor's two and
 * index_kw, in Flash's 21 layers of CSA; beside q_b in its 20 of HCA those two.
 * Each of the 5 x 21 + 2 x 20 then takes its bytes, without the 1 us of its
 * start; past so many tokens, and in a prompt, they take turns.
 */
START_TEST(what_is_on_another_stream_has_no_latency)
{
	const struct chunk c = { 1, 0, 10 };
	static struct prefill_pass one, many;
	struct toy t;
	struct step st, turns;

	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 10 });
	step_time(&turns, &t.ask);
	prefill_pass(&one, &t.ask, &c);
	t.stack.streams_tok = 10;
	step_time(&st, &t.ask);
	ck_rel(turns.s - st.s, 145e-6, 1e-9);
	ck_rel(st.hbm_B, turns.hbm_B, 1e-12);
	prefill_pass(&many, &t.ask, &c);
	ck_rel(many.s, one.s, 1e-12);
	t.ask.batch.seqs = 11;
	step_retime(&st, &t.ask);
	t.stack.streams_tok = 0;
	step_time(&turns, &t.ask);
	ck_rel(st.s, turns.s, 1e-12);
}
END_TEST

static double mixed_B(const struct graph *g)
{
	double sum = 0;

	for (int i = 0; i < g->ops; i++)
		if (strcmp(g->op[i].name, "mix_pre") == 0)
			sum += op_hbm_B(&g->op[i]) * step_passes(g, i);
	return sum;
}

/*
 * A prompt's streams come from memory twice: 4 h x 2 B more of each of its ten
 * tokens in each of 86 places, h = 4096.
 */
START_TEST(a_prompts_streams_are_read_twice)
{
	static struct prefill_pass pass;
	struct toy t;
	struct step st;

	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 10 });
	step_time(&st, &t.ask);
	prefill_pass(&pass, &t.ask, &(struct chunk){ 1, 0, 10 });
	ck_rel(mixed_B(&pass.graph) - mixed_B(&st.graph),
	       86.0 * 10 * 4 * 4096 * 2, 1e-9);
}
END_TEST

START_TEST(a_block_a_kind_and_every_layer_once)
{
	struct toy t;
	struct step st;
	int layers[BLOCK_ONCE + 1] = { 0 };

	make(&t, toys[_i], &(struct toy_plan){ .batch = 1, .mtp = 2 });
	step_time(&st, &t.ask);
	for (int b = 0; b < st.graph.blocks; b++)
		layers[st.graph.block[b].kind] += st.graph.block[b].layers;
	ck_assert_int_eq(layers[BLOCK_DENSE], t.model.first_k_dense_replace);
	ck_assert_int_eq(layers[BLOCK_MOE], model_moe_layers(&t.model));
	ck_assert_int_eq(layers[BLOCK_DRAFT], 2);
	ck_assert_int_eq(layers[BLOCK_ONCE], 1);
}
END_TEST

/* The four models, one batch and two, with drafts and without. */
START_TEST(played_evenly_a_step_takes_what_it_takes)
{
	struct toy t;
	struct step st;
	struct loads loads;
	struct played played;

	make(&t, toys[_i % TOYS], &(struct toy_plan){ .gpus = 8, .batch = 32,
		.ctx_tok = 8192, .balance = BALANCE_EVEN,
		.two_batch = _i / TOYS % 2, .mtp = _i / TOYS / 2 });
	step_time(&st, &t.ask);
	loads_init(&loads, &t.on, t.ask.batch.micro);
	loads_even(&loads, &st.graph, &t.ask.batch);
	play_step(&played, &t.ask, &st, &loads);
	loads_release(&loads);
	ck_rel(played.s, st.s, 1e-3);
}
END_TEST

START_TEST(a_better_gpu_is_never_slower)
{
	struct toy t;
	struct step slow, fast;

	make(&t, toys[_i], &(struct toy_plan){ .gpus = 8, .batch = 32 });
	step_time(&slow, &t.ask);
	t.gpu.hbm_Bps *= 2;
	step_time(&fast, &t.ask);
	ck_assert(fast.s <= slow.s);
	for (int m = 0; m < MATH_NR; m++)
		t.gpu.flops[m] *= 2;
	step_time(&slow, &t.ask);
	ck_assert(slow.s <= fast.s);
}
END_TEST

/* ---- memory ---- */

/*
 * GB on the fullest GPU with MTP, DP attention: what is not routed, 9.02 and
 * 29.17, less the table of hashes (0.02) and MTP's fp32 where it has none;
 * an expert is 13.37 and 35.09 MB in 44 and 62 layers.
 */
static const struct { toy_fn toy; int ep; double GB; } weights[] = {
	{ toy_v4_flash, 8, 27.8 }, { toy_v4_flash, 32, 13.7 },
	{ toy_v4_pro, 8, 133.6 }, { toy_v4_pro, 32, 55.3 },
	{ toy_v32, 8, 103.6 }, { toy_v32, 32, 41.2 },
};

START_TEST(the_fullest_gpu_holds_its_share_of_the_line)
{
	struct toy t;
	struct held h;

	make(&t, weights[_i].toy, &(struct toy_plan){ .gpus = weights[_i].ep,
						      .mtp = 1 });
	deployment_hold(&t.on, &(struct hold_spec){ 1, 1, 1, 1, NULL }, &h);
	ck_rel(h.weights_B, 1e9 * weights[_i].GB, 4e-3);
}
END_TEST

/*
 * Two sequences of Flash at 8192 tokens: 3514.25 x 8192 B, 43 windows of
 * 128 x 584 B, compressors 21 x 81,920 + 20 x 524,288 B each.
 */
START_TEST(a_sequence_keeps_windows_and_compressors_too)
{
	struct toy t;
	struct held h;

	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 2 });
	deployment_hold(&t.on, &(struct hold_spec){ 1, 2, 8192, 1, NULL }, &h);
	ck_rel(h.kv_B, 2 * (3514.25 * 8192 + 43 * 74752.0 + 1720320 +
			    10485760), 1e-12);
}
END_TEST

static const struct {
	const char *kv;
	double entry_B, key_B;
	enum math keys;
} forms[] = {
	{ "native", 584, 68, MATH_FP4 },
	{ "fp8", 584, 68, MATH_FP4 },
	{ "bf16", 1024, 256, MATH_BF16 },
};

START_TEST(kv_is_stored_as_asked)
{
	struct toy t;
	struct fault why;

	make(&t, toy_v4_pro, &(struct toy_plan){ .batch = 1 });
	t.spec.kv = forms[_i].kv;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	ck_rel(t.on.layout.storage.form.entry_B, forms[_i].entry_B, 0);
	ck_rel(t.on.layout.storage.form.key_B, forms[_i].key_B, 0);
	ck_assert_int_eq(t.on.layout.storage.keys, forms[_i].keys);
	/* Hopper has no fp4: index keys in fp8 */
	t.gpu.flops[MATH_FP4] = 0;
	t.spec.kv = "native";
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	ck_rel(t.on.layout.storage.form.key_B, 132, 0);
	ck_assert_int_eq(t.on.layout.storage.keys, MATH_FP8);
}
END_TEST

/* 512 B of fp8, 4 scales of 4 B and 64 x 2 B; or 576 x 2 B. */
START_TEST(dsa_is_stored_as_the_stack_would)
{
	static const struct {
		double flag, fp4;
		const char *kv;
		double entry_B;
	} cases[] = {
		{ 0, 0, "native", 656 }, { 1, 0, "native", 1152 },
		{ 1, 400e12, "native", 656 }, { 1, 0, "fp8", 656 },
	};
	struct toy t;
	struct fault why;

	make(&t, toy_v32, &(struct toy_plan){ .batch = 1 });
	for (int i = 0; i < NR(cases); i++) {
		t.stack.kv_dsa_bf16 = cases[i].flag;
		t.gpu.flops[MATH_FP4] = cases[i].fp4;
		t.spec.kv = cases[i].kv;
		ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
		ck_rel(t.on.layout.storage.form.entry_B, cases[i].entry_B, 0);
	}
	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 1 });
	t.gpu.flops[MATH_FP4] = 0;
	t.stack.kv_dsa_bf16 = 1;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	ck_rel(t.on.layout.storage.form.entry_B, 584, 0);
}
END_TEST

START_TEST(nvfp4_of_v4_is_its_routed_experts_alone)
{
	struct toy t;
	struct fault why;

	make(&t, toy_v4_pro, &(struct toy_plan){ .batch = 1 });
	t.spec.weights = "nvfp4";
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), 0);
	ck_assert_int_eq(layout_format(&t.on.layout, MODULE_EXPERTS),
			 FORMAT_NVFP4);
	ck_assert_int_eq(layout_format(&t.on.layout, MODULE_Q_B), FORMAT_FP8);
	ck_assert_int_eq(layout_format(&t.on.layout, MODULE_O), FORMAT_FP8);
	ck_assert_int_eq(layout_format(&t.on.layout, MODULE_SHARED),
			 FORMAT_FP8);
}
END_TEST

START_TEST(tp_must_divide_the_output_groups)
{
	struct toy t;
	struct fault why;

	make(&t, toy_v4_flash, &(struct toy_plan){ .batch = 1 });
	t.spec.gpus = t.spec.tp = t.spec.ep = 16;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), -1);
	ck_assert_str_eq(why.what, "tp = 16 does not divide the 8 output "
			 "groups of deepseek-v4-flash");
}
END_TEST


Suite *suite_sparse(void)
{
	Suite *s = suite_create("sparse");
	TCase *t = tcase_create("sparse");

	tcase_add_loop_test(t, the_ops_of_a_step_count_the_models_flops, 0,
			    TOYS);
	tcase_add_loop_test(t, a_token_reads_the_kv_that_it_meets, 0, TOYS);
	tcase_add_test(t, tp_splits_heads_and_groups_and_nothing_else);
	tcase_add_test(t, few_heads_are_padded_to_what_the_kernel_takes);
	tcase_add_test(t, drafts_share_what_their_sequence_reads);
	tcase_add_test(t, who_has_more_meets_more_where_some_meet_no_more);
	tcase_add_test(t, a_query_looks_through_its_keys_by_itself);
	tcase_add_test(t, mixed_streams_cost_their_traffic);
	tcase_add_test(t, what_is_on_another_stream_has_no_latency);
	tcase_add_test(t, a_prompts_streams_are_read_twice);
	tcase_add_loop_test(t, a_block_a_kind_and_every_layer_once, 0, TOYS);
	tcase_add_loop_test(t, played_evenly_a_step_takes_what_it_takes, 0,
			    4 * TOYS);
	tcase_add_loop_test(t, a_better_gpu_is_never_slower, 0, TOYS);
	tcase_add_loop_test(t, the_fullest_gpu_holds_its_share_of_the_line, 0,
			    NR(weights));
	tcase_add_test(t, a_sequence_keeps_windows_and_compressors_too);
	tcase_add_loop_test(t, kv_is_stored_as_asked, 0, NR(forms));
	tcase_add_test(t, dsa_is_stored_as_the_stack_would);
	tcase_add_test(t, nvfp4_of_v4_is_its_routed_experts_alone);
	tcase_add_test(t, tp_must_divide_the_output_groups);
	suite_add_tcase(s, t);
	return s;
}
