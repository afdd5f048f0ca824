#include <string.h>

#include "model/attention.h"
#include "model/lengths.h"
#include "tests/tests.h"
#include "tests/toy.h"
#include "work/layout.h"
#include "work/shard.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { TOPK = 64, WINDOW = 128, HEAD = 50, INDEX = 20 };

/*
 * The toy with an indexer of 4 heads of 20 that picks 64 tokens, and as V4:
 * one vector of 50 a token, its output in 4 groups of rank 30, a window of 128
 * tokens, the rest of a layer's kind.
 */
static void model_of(struct model *m, enum family family)
{
	toy_model(m);
	m->family = family;
	if (family == FAMILY_MLA)
		return;
	m->index_n_heads = 4;
	m->index_head_dim = INDEX;
	m->index_topk = TOPK;
	if (family != FAMILY_V4)
		return;
	m->head_dim = HEAD;
	m->o_groups = 4;
	m->o_lora_rank = 30;
	m->sliding_window = WINDOW;
	memset(m->layers_of, 0, sizeof(m->layers_of));
	for (int i = 0; i < 5; i++) {
		static const enum attn kind[] = { ATTN_SWA, ATTN_CSA,
			ATTN_HCA, ATTN_CSA, ATTN_HCA };

		m->compress[i] = (unsigned char)kind[i];
		m->layers_of[kind[i]]++;
	}
	m->compress[5] = ATTN_SWA;
}

/* ---- matrices ---- */

#define ALL(name, n, k, module) { name, n, k, module, false, false }
#define PLAIN(name, n, k) { name, n, k, MODULE_Q_A, true, false }
#define SPLIT(name, n, k, module) { name, n, k, module, false, true }

/*
 * 16 heads of 30 + 10 are 640 wide as queries, of 30 + 40 1120 as keys and
 * values of the latent of 90; its key is 100 with the rope. V4: 16 heads of
 * 50 are 800, a group of them 200; 4 groups of rank 30 are 120. Content and
 * gate are compressed, in CSA for two halves.
 */
static const struct {
	enum family family;
	enum attn kind;
	int q_lora, nr;
	struct matrix m[8];
} lists[] = {
	{ FAMILY_MLA, ATTN_MLA, 200, 5, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  SPLIT("q_b", 640, 200, MODULE_Q_B),
	  ALL("kv_a", 100, 1000, MODULE_KV_A),
	  SPLIT("kv_b", 1120, 90, MODULE_KV_B),
	  SPLIT("o", 1000, 640, MODULE_O) } },
	{ FAMILY_MLA, ATTN_MLA, 0, 4, {
	  SPLIT("q", 640, 1000, MODULE_Q_B),
	  ALL("kv_a", 100, 1000, MODULE_KV_A),
	  SPLIT("kv_b", 1120, 90, MODULE_KV_B),
	  SPLIT("o", 1000, 640, MODULE_O) } },
	{ FAMILY_DSA, ATTN_DSA, 200, 8, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  SPLIT("q_b", 640, 200, MODULE_Q_B),
	  ALL("kv_a", 100, 1000, MODULE_KV_A),
	  SPLIT("kv_b", 1120, 90, MODULE_KV_B),
	  SPLIT("o", 1000, 640, MODULE_O),
	  ALL("index_q", 80, 200, MODULE_INDEX_Q),
	  PLAIN("index_weights", 4, 1000),
	  ALL("index_k", 20, 1000, MODULE_INDEX_K) } },
	{ FAMILY_DSA, ATTN_DSA_SHARED, 200, 5, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  SPLIT("q_b", 640, 200, MODULE_Q_B),
	  ALL("kv_a", 100, 1000, MODULE_KV_A),
	  SPLIT("kv_b", 1120, 90, MODULE_KV_B),
	  SPLIT("o", 1000, 640, MODULE_O) } },
	{ FAMILY_V4, ATTN_SWA, 200, 5, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  ALL("kv", 50, 1000, MODULE_KV_A),
	  SPLIT("q_b", 800, 200, MODULE_Q_B),
	  SPLIT("o_a", 120, 200, MODULE_O),
	  SPLIT("o_b", 1000, 120, MODULE_O) } },
	{ FAMILY_V4, ATTN_HCA, 200, 6, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  ALL("kv", 50, 1000, MODULE_KV_A),
	  SPLIT("q_b", 800, 200, MODULE_Q_B),
	  SPLIT("o_a", 120, 200, MODULE_O),
	  SPLIT("o_b", 1000, 120, MODULE_O),
	  PLAIN("compress", 100, 1000) } },
	{ FAMILY_V4, ATTN_CSA, 200, 9, {
	  ALL("q_a", 200, 1000, MODULE_Q_A),
	  ALL("kv", 50, 1000, MODULE_KV_A),
	  SPLIT("q_b", 800, 200, MODULE_Q_B),
	  SPLIT("o_a", 120, 200, MODULE_O),
	  SPLIT("o_b", 1000, 120, MODULE_O),
	  PLAIN("compress", 200, 1000),
	  ALL("index_q", 80, 200, MODULE_INDEX_Q),
	  PLAIN("index_weights", 4, 1000) } },
};

START_TEST(attention_is_made_of_these_matrices)
{
	struct matrix list[ATTN_MATRICES];
	const struct kept k = kept_all(FORMAT_FP8, FORMAT_NVFP4);
	struct model m;
	double sum = 0;
	int nr;

	model_of(&m, lists[_i].family);
	m.q_lora_rank = lists[_i].q_lora;
	nr = attention_matrices(&m, lists[_i].kind, list);
	ck_assert_int_eq(nr, lists[_i].nr);
	for (int i = 0; i < nr; i++) {
		const struct matrix *want = &lists[_i].m[i];

		sum += list[i].n * list[i].k;
		if (i == 8) {	/* index_compress: 2 of 2 halves of 20 */
			ck_assert_str_eq(list[i].name, "index_compress");
			ck_rel(list[i].n * list[i].k, 80e3, 0);
			ck_assert(list[i].plain && !list[i].split);
			continue;
		}
		ck_assert_str_eq(list[i].name, want->name);
		ck_rel(list[i].n, want->n, 0);
		ck_rel(list[i].k, want->k, 0);
		ck_assert_int_eq(list[i].split, want->split);
		ck_assert_int_eq(list[i].plain, want->plain);
		if (!want->plain)
			ck_assert_int_eq(list[i].module, want->module);
		ck_assert_int_eq(matrix_format(&list[i], &k, SITE_MOE),
				 want->plain ? FORMAT_BF16 : FORMAT_FP8);
	}
	ck_rel(model_attn_params(&m, lists[_i].kind), sum, 1e-12);
}
END_TEST

/* ---- what is cached, and what a query meets of it ---- */

/*
 * A window of 128, and in CSA an entry of 4 tokens, in HCA one of 128; of CSA
 * as of DSA the best 64 are met. growth: the share of those that grows.
 */
static const struct {
	enum family family;
	enum attn kind;
	double ctx, entries, keys, met, growth;
} caches[] = {
	{ FAMILY_MLA, ATTN_MLA, 1000, 1000, 0, 1000, 1 },
	{ FAMILY_DSA, ATTN_DSA, 50, 50, 50, 50, 1 },
	{ FAMILY_DSA, ATTN_DSA, 64, 64, 64, 64, 1 },
	{ FAMILY_DSA, ATTN_DSA, 1000, 1000, 1000, 64, 0 },
	{ FAMILY_DSA, ATTN_DSA_SHARED, 1000, 1000, 0, 64, 0 },
	{ FAMILY_V4, ATTN_SWA, 100, 100, 0, 100, 0 },
	{ FAMILY_V4, ATTN_SWA, 1000, 128, 0, 128, 0 },
	{ FAMILY_V4, ATTN_CSA, 100, 125, 25, 125, 1 - 100 / 125.0 },
	{ FAMILY_V4, ATTN_CSA, 200, 178, 50, 178, 1 - 128 / 178.0 },
	{ FAMILY_V4, ATTN_CSA, 256, 192, 64, 192, 1 - 128 / 192.0 },
	{ FAMILY_V4, ATTN_CSA, 1000, 378, 250, 192, 0 },
	{ FAMILY_V4, ATTN_HCA, 1280, 138, 0, 138, 1 - 128 / 138.0 },
	{ FAMILY_V4, ATTN_HCA, 64, 64.5, 0, 64.5, 1 - 64 / 64.5 },
};

START_TEST(a_query_meets_so_much_of_what_is_cached)
{
	struct model m;

	model_of(&m, caches[_i].family);
	ck_rel(attention_entries(&m, caches[_i].kind, caches[_i].ctx),
	       caches[_i].entries, 1e-12);
	ck_rel(attention_keys(&m, caches[_i].kind, caches[_i].ctx),
	       caches[_i].keys, 1e-12);
	ck_rel(attention_met(&m, caches[_i].kind, caches[_i].ctx),
	       caches[_i].met, 1e-12);
	ck_rel(attention_growth(&m, caches[_i].kind, caches[_i].ctx),
	       caches[_i].growth, 1e-12);
	/* 2 FLOPs for each head, entry and element, as key and as value */
	ck_rel(attention_core_flop(&m, caches[_i].kind, caches[_i].ctx),
	       2 * 16 * caches[_i].met *
	       (caches[_i].family == FAMILY_V4 ? 100 : 190), 1e-12);
	ck_rel(attention_index_flop(&m, caches[_i].kind, caches[_i].ctx),
	       2 * 4 * INDEX * caches[_i].keys, 1e-12);
}
END_TEST

static const struct { double from, to; } prompts[] = {
	{ 0, 10 }, { 0, 64 }, { 0, 100 }, { 50, 60 }, { 60, 70 }, { 0, 128 },
	{ 100, 300 }, { 250, 260 }, { 256, 257 }, { 300, 5000 }, { 0, 5000 } };

/* The mean over a prompt's queries is that of each: a fine sum of them. */
START_TEST(a_prompts_mean_is_that_of_its_queries)
{
	static const struct { enum family family; enum attn kind; } of[] = {
		{ FAMILY_MLA, ATTN_MLA }, { FAMILY_DSA, ATTN_DSA },
		{ FAMILY_DSA, ATTN_DSA_SHARED }, { FAMILY_V4, ATTN_SWA },
		{ FAMILY_V4, ATTN_CSA }, { FAMILY_V4, ATTN_HCA } };
	const double from = prompts[_i].from, to = prompts[_i].to;
	enum { PARTS = 5000 };

	for (int k = 0; k < NR(of); k++) {
		double met = 0, keys = 0;
		struct model m;

		model_of(&m, of[k].family);
		for (int i = 0; i < PARTS; i++) {
			double at = from + (to - from) * (i + 0.5) / PARTS;

			met += attention_met(&m, of[k].kind, at) / PARTS;
			keys += attention_keys(&m, of[k].kind, at) / PARTS;
		}
		ck_rel(attention_met_mean(&m, of[k].kind, from, to), met,
		       1e-5);
		ck_rel(attention_keys_mean(&m, of[k].kind, from, to), keys,
		       1e-9);
	}
}
END_TEST

/*
 * fp32 keys, values and scores of what is not compressed yet: CSA 2 x 4 rows
 * of twice 50 + 20, content and score; HCA 128 rows of 50.
 */
START_TEST(a_compressor_holds_what_is_not_compressed)
{
	struct model m;

	model_of(&m, FAMILY_V4);
	ck_rel(attention_state_B(&m, ATTN_CSA), 2 * 8 * 140 * 4, 0);
	ck_rel(attention_state_B(&m, ATTN_HCA), 2 * 128 * 50 * 4, 0);
	ck_rel(attention_state_B(&m, ATTN_SWA), 0, 0);
	ck_rel(attention_state_B(&m, ATTN_MLA), 0, 0);
}
END_TEST

/* Entry and key: V3.2 packs a scale a 128, V4 one a 64 and a byte more. */
static const struct {
	enum family family;
	enum format kv;
	bool fp4;
	double entry_B, key_B;
} forms[] = {
	{ FAMILY_MLA, FORMAT_BF16, false, 200, 0 },
	{ FAMILY_MLA, FORMAT_FP8, false, 100, 0 },
	{ FAMILY_DSA, FORMAT_BF16, false, 200, 24 },	/* 20 and a scale */
	{ FAMILY_DSA, FORMAT_FP8, false, 90 + 90 / 128.0 * 4 + 20, 24 },
	{ FAMILY_V4, FORMAT_BF16, false, 100, 40 },
	{ FAMILY_V4, FORMAT_BF16, true, 100, 40 },
	{ FAMILY_V4, FORMAT_FP8, false, 40 + 40 / 64.0 + 1 + 20, 24 },
	{ FAMILY_V4, FORMAT_FP8, true, 40 + 40 / 64.0 + 1 + 20,
	  10 + 20 / 32.0 },
};

START_TEST(an_entry_and_a_key_take_so_many_bytes)
{
	struct model m;
	struct kv_form f;

	model_of(&m, forms[_i].family);
	f = attention_form(&m, forms[_i].kv, forms[_i].fp4);
	ck_rel(f.entry_B, forms[_i].entry_B, 1e-12);
	ck_rel(f.key_B, forms[_i].key_B, 1e-12);
}
END_TEST

/* All layers: entries and keys of each kind as often as it is there. */
START_TEST(a_sequence_caches_what_its_layers_do)
{
	const struct kv_form f = { 90, 24 };
	struct model m;

	model_of(&m, FAMILY_MLA);
	ck_rel(attention_kv_B(&m, &f, 1000), 5 * 1000 * 90, 1e-12);
	model_of(&m, FAMILY_DSA);
	ck_rel(attention_kv_B(&m, &f, 1000), 5 * 1000 * (90 + 24), 1e-12);
	model_of(&m, FAMILY_V4);	/* 128; 378 and 250 keys; 135.8125 */
	ck_rel(attention_kv_B(&m, &f, 1000), 128 * 90 +
	       2 * (378 * 90 + 250 * 24) + 2 * 135.8125 * 90, 1e-12);
}
END_TEST

/* ---- what is held ---- */

/*
 * Three of 1000 x 400 an expert, 64 of them a layer, bf16: 153.6 MB a layer,
 * four layers; with drafts one more. Attention, of every layer, is of the
 * matrices above: 200 k + 128 k + 100 k + 100.8 k + 640 k = 1,168,800 weights
 * of 2 B. kv_b once more absorbed: 16 x 90 x 70 x 2 B a layer.
 */
START_TEST(what_is_held_is_said_by_what_holds_it)
{
	for (int mtp = 0; mtp < 2; mtp++) {
		struct hold_spec a = { .mem_share = 0.9, .seqs = 1,
				       .ctx_tok = 1000 };
		struct held h;
		struct toy t;

		toy_make(&t, &(struct toy_plan){ .batch = 1, .mtp = mtp });
		deployment_hold(&t.on, &a, &h);
		ck_rel(h.experts_B, (4 + mtp) * 153.6e6, 1e-12);
		ck_rel(h.attn_B, (5 + mtp) * 1168800 * 2, 1e-12);
		ck_rel(h.weights_high_B - h.weights_B,
		       (5 + mtp) * 16 * 90 * 70 * 2, 1e-9);
		ck_rel(h.kv_tok_B, (5 + mtp) * 200, 1e-12);
		ck_rel(h.budget_B, 0.9 * 100e9, 1e-12);
	}
}
END_TEST

/* On 4 GPUs of a group: queries, kv_b and o are split, experts by ep. */
START_TEST(a_group_splits_what_can_be_split)
{
	struct hold_spec a = { .mem_share = 0.9, .seqs = 1, .ctx_tok = 1000 };
	struct held h;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 4, .tp = 4, .ep = 2,
					 .batch = 1 });
	deployment_hold(&t.on, &a, &h);
	/* 32 slots a rank of two GPUs: half of the experts' halves */
	ck_rel(h.experts_B, 4 * 153.6e6 / 4, 1e-12);
	ck_rel(h.attn_B, 5 * 2 * (300e3 + (128e3 + 100800 + 640e3) / 4),
	       1e-12);
	ck_rel(h.weights_high_B - h.weights_B, 5 * 16 / 4 * 90 * 70 * 2,
	       1e-9);
	ck_rel(h.kv_tok_B, 5 * 200, 1e-12);
}
END_TEST

/* ---- what a block of a scale leaves whole ---- */

/*
 * On 4 GPUs: an expert's 400 over two are 200, a shared one's 400 over four
 * 100, the dense layer's 4000 1000; queries are 640 / 4 = 160 wide, as what
 * the output is projected from. Blocks are 128 either way; of 32 they run
 * along the sum alone.
 */
static const struct {
	enum module module;
	enum format format;
	const char *of;
	double part;
	int block;
	bool by_moe;
} cuts[] = {
	{ MODULE_EXPERTS, FORMAT_FP8, "routed experts", 200, 128, true },
	{ MODULE_SHARED, FORMAT_FP8, "shared experts", 100, 128, false },
	{ MODULE_DENSE, FORMAT_FP8, "dense layers", 1000, 128, false },
	{ MODULE_Q_B, FORMAT_FP8, "queries", 160, 128, false },
	{ MODULE_O, FORMAT_FP8, "attention's output", 160, 128, false },
	{ MODULE_EXPERTS, FORMAT_MXFP4, "routed experts", 200, 32, true },
	{ MODULE_SHARED, FORMAT_NVFP4, "shared experts", 100, 16, false },
	{ MODULE_DENSE, FORMAT_INT4_64, "dense layers", 1000, 64, false },
	{ MODULE_O, FORMAT_INT4_64, "attention's output", 160, 64, false },
	{ MODULE_Q_B, FORMAT_INT4_64, NULL, 0, 0, false },
	{ MODULE_O, FORMAT_MXFP4, NULL, 0, 0, false },	/* 5 x 32 */
	{ MODULE_EXPERTS, FORMAT_FP8_CHANNEL, NULL, 0, 0, false },
	{ MODULE_EXPERTS, FORMAT_BF16, NULL, 0, 0, false },
	{ MODULE_KV_B, FORMAT_FP8, NULL, 0, 0, false },
	{ MODULE_Q_A, FORMAT_FP8, NULL, 0, 0, false },
};

START_TEST(a_part_of_a_matrix_holds_whole_blocks)
{
	struct shard s;
	struct toy t;

	toy_init(&t);
	for (int p = 0; p < SITE_NR; p++)
		t.model.kept.of[p][cuts[_i].module] =
			(unsigned char)cuts[_i].format;
	toy_plan(&t, &(struct toy_plan){ .gpus = 4, .tp = 4, .ep = 2,
					 .batch = 1 });
	s = deployment_cut(&t.on);
	if (!cuts[_i].of) {
		ck_assert_ptr_null(s.of);
		return;
	}
	ck_assert_str_eq(s.of, cuts[_i].of);
	ck_assert_str_eq(s.format, format_name(cuts[_i].format));
	ck_rel(s.part, cuts[_i].part, 0);
	ck_assert_int_eq(s.block, cuts[_i].block);
	ck_assert_int_eq(s.by_moe, cuts[_i].by_moe);
}
END_TEST

Suite *suite_matrices(void)
{
	Suite *s = suite_create("matrices");
	TCase *t = tcase_create("matrices");

	tcase_add_loop_test(t, attention_is_made_of_these_matrices, 0,
			    NR(lists));
	tcase_add_loop_test(t, a_query_meets_so_much_of_what_is_cached, 0,
			    NR(caches));
	tcase_add_loop_test(t, a_prompts_mean_is_that_of_its_queries, 0,
			    NR(prompts));
	tcase_add_test(t, a_compressor_holds_what_is_not_compressed);
	tcase_add_loop_test(t, an_entry_and_a_key_take_so_many_bytes, 0,
			    NR(forms));
	tcase_add_test(t, a_sequence_caches_what_its_layers_do);
	tcase_add_test(t, what_is_held_is_said_by_what_holds_it);
	tcase_add_test(t, a_group_splits_what_can_be_split);
	tcase_add_loop_test(t, a_part_of_a_matrix_holds_whole_blocks, 0,
			    NR(cuts));
	suite_add_tcase(s, t);
	return s;
}
