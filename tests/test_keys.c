#include <stdio.h>
#include <string.h>

#include "checkpoint/config.h"
#include "tests/tests.h"

static struct model m;
static struct fault why;

/* A key of a config, and between which numbers it may be; may: also null. */
struct key {
	const char *name, *value;
	int least, most;
	bool null;
};

enum { WIDE = 1 << 24, MANY = 65536 };

static const struct key v32[] = {
	{ "hidden_size", "10", 1, WIDE, false },
	{ "num_hidden_layers", "3", 1, MODEL_LAYERS, false },
	{ "first_k_dense_replace", "1", 0, MODEL_LAYERS, false },
	{ "intermediate_size", "20", 1, WIDE, false },
	{ "moe_intermediate_size", "5", 1, WIDE, false },
	{ "num_attention_heads", "4", 1, WIDE, false },
	{ "q_lora_rank", "6", 0, WIDE, false },
	{ "kv_lora_rank", "4", 1, WIDE, false },
	{ "qk_nope_head_dim", "2", 1, WIDE, false },
	{ "qk_rope_head_dim", "1", 1, WIDE, false },
	{ "v_head_dim", "3", 1, WIDE, false },
	{ "n_routed_experts", "8", 1, MANY, false },
	{ "num_experts_per_tok", "2", 1, MANY, false },
	{ "n_shared_experts", "1", 0, MANY, false },
	{ "n_group", "1", 1, MANY, false },
	{ "topk_group", "1", 1, MANY, false },
	{ "num_nextn_predict_layers", "1", 0, MODEL_LAYERS, true },
	{ "vocab_size", "100", 1, WIDE, false },
	{ "max_position_embeddings", "4096", 1, WIDE, false },
	{ "index_n_heads", "2", 1, WIDE, false },
	{ "index_head_dim", "4", 1, WIDE, false },
	{ "index_topk", "7", 1, WIDE, false },
};

static const struct key v4[] = {
	{ "hidden_size", "10", 1, WIDE, false },
	{ "num_hidden_layers", "3", 1, MODEL_LAYERS, false },
	{ "moe_intermediate_size", "5", 1, WIDE, false },
	{ "num_attention_heads", "4", 1, WIDE, false },
	{ "q_lora_rank", "6", 0, WIDE, false },
	{ "qk_rope_head_dim", "2", 1, WIDE, false },
	{ "n_routed_experts", "8", 1, MANY, false },
	{ "num_experts_per_tok", "2", 1, MANY, false },
	{ "n_shared_experts", "1", 0, MANY, false },
	{ "n_group", "1", 1, MANY, true },
	{ "topk_group", "1", 1, MANY, true },
	{ "num_nextn_predict_layers", "1", 0, MODEL_LAYERS, true },
	{ "vocab_size", "100", 1, WIDE, false },
	{ "max_position_embeddings", "4096", 1, WIDE, false },
	{ "index_n_heads", "2", 1, WIDE, false },
	{ "index_head_dim", "4", 1, WIDE, false },
	{ "index_topk", "7", 1, WIDE, false },
	{ "head_dim", "8", 1, WIDE, false },
	{ "o_groups", "2", 1, WIDE, false },
	{ "o_lora_rank", "3", 1, WIDE, false },
	{ "sliding_window", "16", 1, WIDE, false },
	{ "hc_mult", "4", 1, WIDE, false },
	{ "num_hash_layers", "1", 0, MODEL_LAYERS, false },
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static bool without_block(bool is_v4, int at, const char *value)
{
	return at >= 0 && !strcmp((is_v4 ? v4 : v32)[at].name,
				  "num_nextn_predict_layers") &&
	       (!value || !strcmp(value, "null"));
}

/* All keys as they are, but one as given; NULL: without it. */
static int parse(bool is_v4, int at, const char *value, const char *more)
{
	const struct key *k = is_v4 ? v4 : v32;
	struct text t = TEXT_INIT;
	int rc;

	memset(&m, 0, sizeof(m));
	memset(&why, 0, sizeof(why));
	text_addf(&t, "{'model_type': '%s'", is_v4 ? "deepseek_v4" :
		  "deepseek_v32");
	if (is_v4)	/* one for the block, where there is one */
		text_addf(&t, ", 'compress_ratios': [0, 4, 128%s]",
			  without_block(is_v4, at, value) ? "" : ", 0");
	for (int i = 0; i < (is_v4 ? NR(v4) : NR(v32)); i++)
		if (i != at || value)
			text_addf(&t, ", '%s': %s", k[i].name,
				  i == at ? value : k[i].value);
	text_addf(&t, "%s}", more);
	for (size_t i = 0; i < t.len; i++)
		if (t.buf[i] == '\'')
			t.buf[i] = '"';
	rc = config_parse(&m, "toy.json", t.buf, t.len, &why);
	text_release(&t);
	return rc;
}

static void refused(bool is_v4, int at, long n)
{
	const struct key *k = is_v4 ? &v4[at] : &v32[at];
	char value[32], what[96];

	snprintf(value, sizeof(value), "%ld", n);
	snprintf(what, sizeof(what), "%s is %ld", k->name, n);
	ck_assert_int_eq(parse(is_v4, at, value, ""), -1);
	ck_assert_str_eq(why.what, what);
	snprintf(what, sizeof(what), "write %d to %d", k->least, k->most);
	ck_assert_str_eq(why.remedy, what);
}

/* One below and one above are refused, and so are texts and parts. */
static void bounds(bool is_v4, int at)
{
	const struct key *k = is_v4 ? &v4[at] : &v32[at];
	char what[96], real[32];

	ck_assert_msg(!parse(is_v4, -1, NULL, ""), "%s", why.what);
	refused(is_v4, at, k->least - 1);
	refused(is_v4, at, (long)k->most + 1);
	snprintf(what, sizeof(what), "%s is not a whole number", k->name);
	ck_assert_int_eq(parse(is_v4, at, "'7'", ""), -1);
	ck_assert_str_eq(why.what, what);
	ck_assert_int_eq(parse(is_v4, at, "1.5", ""), -1);
	ck_assert_str_eq(why.what, what);
	snprintf(real, sizeof(real), "%s.0", k->value);
	ck_assert_msg(!parse(is_v4, at, real, ""), "%s", why.what);
	ck_assert_int_eq(parse(is_v4, at, "null", ""), k->null ? 0 : -1);
	ck_assert_int_eq(parse(is_v4, at, NULL, ""), k->null ? 0 : -1);
	snprintf(what, sizeof(what), "%s is missing", k->name);
	if (!k->null)
		ck_assert_str_eq(why.what, what);
}

START_TEST(a_size_has_its_bounds)
{
	bounds(false, _i);
}
END_TEST

START_TEST(a_size_of_v4_has_its_bounds)
{
	bounds(true, _i);
}
END_TEST

/* ---- what is said again: of 3 layers, the first dense, and an MTP ---- */

static const struct {
	const char *more, *what;	/* blank: it agrees */
} again[] = {
	{ ", 'num_local_experts': 8", "" },
	{ ", 'num_local_experts': null", "" },
	{ ", 'num_local_experts': 9",
	  "num_local_experts is 9, and by n_routed_experts it is 8" },
	{ ", 'mlp_layer_types': ['dense', 'sparse', 'sparse']", "" },
	{ ", 'mlp_layer_types': ['dense', 'sparse', 'sparse', 'sparse']",
	  "" },
	{ ", 'mlp_layer_types': ['sparse', 'sparse', 'sparse']",
	  "mlp_layer_types[0] is not \"dense\", and first_k_dense_replace "
	  "is 1" },
	{ ", 'mlp_layer_types': ['dense', 'dense', 'sparse']",
	  "mlp_layer_types[1] is not \"sparse\", and first_k_dense_replace "
	  "is 1" },
	{ ", 'mlp_layer_types': ['dense', 'sparse', 4]",
	  "mlp_layer_types[2] is not \"sparse\", and first_k_dense_replace "
	  "is 1" },
	{ ", 'mlp_layer_types': ['dense', 'sparse']",
	  "mlp_layer_types has 2 entries, and there are 3 layers" },
	{ ", 'mlp_layer_types': ['dense', 'sparse', 'sparse', 'sparse', "
	  "'sparse']", "mlp_layer_types has 5 entries, and there are 3 "
	  "layers" },
	{ ", 'indexer_types': ['full', 'shared']",
	  "indexer_types has 2 entries, and there are 3 layers" },
	{ ", 'indexer_types': ['shared', 'full', 'full']", "the first layer "
	  "shares an indexer, and there is none before" },
	{ ", 'indexer_types': ['full', 'half', 'full']",
	  "layer 1 has neither an indexer of its own nor another's" },
	{ ", 'index_topk_freq': 0",
	  "layer 0 has neither an indexer of its own nor another's" },
	{ ", 'index_topk_freq': 2, 'index_skip_topk_offset': -1",
	  "layer 0 has neither an indexer of its own nor another's" },
	{ ", 'index_topk_pattern': 'SFF'", "the first layer shares an "
	  "indexer, and there is none before" },
};

START_TEST(what_is_said_again_agrees_or_is_refused)
{
	int rc = parse(false, -1, NULL, again[_i].more);

	ck_assert_int_eq(rc, *again[_i].what ? -1 : 0);
	ck_assert_str_eq(why.what, again[_i].what);
}
END_TEST

/* Layers of three with an indexer of their own; an MTP block always has. */
static const struct {
	const char *more;
	int own;
	const char *layers;	/* o: own, s: shared, of three and the block */
} shared[] = {
	{ "", 3, "oooo" },
	{ ", 'indexer_types': ['full', 'shared', 'full']", 2, "osoo" },
	{ ", 'indexer_types': ['full', 'shared', 'shared']", 1, "osso" },
	{ ", 'index_topk_pattern': 'FSF'", 2, "osoo" },
	{ ", 'index_topk_pattern': 'FS'", 2, "osoo" },
	/* the first two, then each second one behind them: 4, 6 ... */
	{ ", 'index_topk_freq': 2", 2, "ooso" },
	{ ", 'index_topk_freq': 2, 'index_skip_topk_offset': 1", 2, "osoo" },
	{ ", 'index_topk_freq': 1", 3, "oooo" },
	{ ", 'index_topk_freq': 3, 'index_skip_topk_offset': 1", 1, "osso" },
	/* words come before a pattern, and it before a period */
	{ ", 'indexer_types': ['full', 'full', 'shared'], "
	  "'index_topk_pattern': 'FSF', 'index_topk_freq': 1", 2, "ooso" },
	{ ", 'index_topk_pattern': 'FSS', 'index_topk_freq': 1", 1, "osso" },
};

START_TEST(layers_share_the_indexer_before_them)
{
	ck_assert_msg(!parse(false, -1, NULL, shared[_i].more), "%s",
		      why.what);
	ck_assert_int_eq(m.layers_of[ATTN_DSA], shared[_i].own);
	ck_assert_int_eq(m.layers_of[ATTN_DSA_SHARED], 3 - shared[_i].own);
	for (int l = 0; l < 4; l++)
		ck_assert_int_eq(m.compress[l], shared[_i].layers[l] == 'o' ?
				 ATTN_DSA : ATTN_DSA_SHARED);
}
END_TEST

/* V4's heads are nope and rope: 8 is 6 and 2. */
START_TEST(v4_says_its_heads_again)
{
	ck_assert(!parse(true, -1, NULL, ", 'qk_nope_head_dim': 6, "
			 "'v_head_dim': 8"));
	ck_assert_int_eq(parse(true, -1, NULL, ", 'qk_nope_head_dim': 5"),
			 -1);
	ck_assert_str_eq(why.what, "qk_nope_head_dim is 5, and by head_dim "
			 "it is 6");
	ck_assert_int_eq(parse(true, -1, NULL, ", 'v_head_dim': 6"), -1);
	ck_assert_str_eq(why.what, "v_head_dim is 6, and by head_dim it is "
			 "8");
	/* three layers and a block: a window, 4 to 1, 128 to 1 */
	ck_assert(!parse(true, -1, NULL, ""));
	ck_assert_int_eq(m.layers_of[ATTN_SWA], 1);
	ck_assert_int_eq(m.layers_of[ATTN_CSA], 1);
	ck_assert_int_eq(m.layers_of[ATTN_HCA], 1);
	ck_assert_int_eq(m.num_nextn_predict_layers, 1);
	ck_assert_int_eq(m.n_group, 1);
}
END_TEST

Suite *suite_keys(void)
{
	Suite *s = suite_create("keys");
	TCase *t = tcase_create("keys");

	tcase_add_loop_test(t, a_size_has_its_bounds, 0, NR(v32));
	tcase_add_loop_test(t, a_size_of_v4_has_its_bounds, 0, NR(v4));
	tcase_add_loop_test(t, what_is_said_again_agrees_or_is_refused, 0,
			    NR(again));
	tcase_add_loop_test(t, layers_share_the_indexer_before_them, 0,
			    NR(shared));
	tcase_add_test(t, v4_says_its_heads_again);
	suite_add_tcase(s, t);
	return s;
}
