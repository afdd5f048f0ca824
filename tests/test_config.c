#include <stdio.h>
#include <string.h>

#include "checkpoint/config.h"
#include "tests/tests.h"

/* Single quotes stand for double ones, to spare the eye. */
static const char toy[] =
	"{'model_type': 'deepseek_v3', 'hidden_size': 10,"
	"'num_hidden_layers': 2, 'first_k_dense_replace': 1,"
	"'intermediate_size': 20, 'moe_intermediate_size': 5,"
	"'num_attention_heads': 1, 'q_lora_rank': 6, 'kv_lora_rank': 4,"
	"'qk_nope_head_dim': 2, 'qk_rope_head_dim': 1, 'v_head_dim': 3,"
	"'n_routed_experts': 8, 'num_experts_per_tok': 2,"
	"'n_shared_experts': 1, 'n_group': 4, 'topk_group': 2,"
	"'num_nextn_predict_layers': 1, 'vocab_size': 100,"
	"'max_position_embeddings': 4096, 'rope_theta': 10000,"
	"'tie_word_embeddings': true, 'torch_dtype': 'bfloat16',"
	"'hidden_act': 'silu', 'architectures': ['Toy']}";

static const char toy_v4[] =
	"{'model_type': 'deepseek_v4', 'hidden_size': 10,"
	"'num_hidden_layers': 4, 'moe_intermediate_size': 5,"
	"'num_attention_heads': 4, 'q_lora_rank': 6, 'head_dim': 8,"
	"'qk_rope_head_dim': 2, 'o_groups': 2, 'o_lora_rank': 3,"
	"'compress_ratios': [0, 4, 128, 4, 0], 'sliding_window': 16,"
	"'index_n_heads': 2, 'index_head_dim': 4, 'index_topk': 7,"
	"'n_routed_experts': 8, 'num_experts_per_tok': 2,"
	"'n_shared_experts': 1, 'num_hash_layers': 1, 'hc_mult': 4,"
	"'hc_sinkhorn_iters': 20, 'num_nextn_predict_layers': 1,"
	"'vocab_size': 100, 'max_position_embeddings': 4096,"
	"'expert_dtype': 'fp4', 'swiglu_limit': 10.0,"
	"'quantization_config': {'quant_method': 'fp8', 'fmt': 'e4m3',"
	"'scale_fmt': 'ue8m0', 'weight_block_size': [128, 128]}}";

static int parse_of(const char *form, struct model *m, const char *old,
		    const char *new, struct fault *why);

static enum format linear_of(const struct model *m)
{
	return kept_in(&m->kept, SITE_MOE, MODULE_Q_B);
}

static enum format experts_of(const struct model *m)
{
	return kept_in(&m->kept, SITE_MOE, MODULE_EXPERTS);
}

/* The toy with its first `old` replaced by `new`. */
static int parse(struct model *m, const char *old, const char *new,
		 struct fault *why)
{
	return parse_of(toy, m, old, new, why);
}

static int parse_of(const char *form, struct model *m, const char *old,
		    const char *new, struct fault *why)
{
	const char *at = strstr(form, old);
	char text[4096];

	ck_assert_ptr_nonnull(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - form), form, new,
		 at + strlen(old));
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	memset(m, 0, sizeof(*m));
	return config_parse(m, "toy.json", text, strlen(text), why);
}

START_TEST(every_size_lands_in_its_field)
{
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_msg(!parse(&m, "{", "{", &why), "%s", why.what);
	ck_assert_int_eq(m.family, FAMILY_MLA);
	ck_assert_int_eq(m.hidden_size, 10);
	ck_assert_int_eq(m.num_hidden_layers, 2);
	ck_assert_int_eq(m.first_k_dense_replace, 1);
	ck_assert_int_eq(m.intermediate_size, 20);
	ck_assert_int_eq(m.moe_intermediate_size, 5);
	ck_assert_int_eq(m.num_attention_heads, 1);
	ck_assert_int_eq(m.q_lora_rank, 6);
	ck_assert_int_eq(m.kv_lora_rank, 4);
	ck_assert_int_eq(m.qk_nope_head_dim, 2);
	ck_assert_int_eq(m.qk_rope_head_dim, 1);
	ck_assert_int_eq(m.v_head_dim, 3);
	ck_assert_int_eq(m.n_routed_experts, 8);
	ck_assert_int_eq(m.num_experts_per_tok, 2);
	ck_assert_int_eq(m.n_shared_experts, 1);
	ck_assert_int_eq(m.n_group, 4);
	ck_assert_int_eq(m.topk_group, 2);
	ck_assert_int_eq(m.num_nextn_predict_layers, 1);
	ck_assert_int_eq(m.vocab_size, 100);
	ck_assert_int_eq(m.max_position_embeddings, 4096);
	ck_assert(m.tie_word_embeddings);
	ck_assert_int_eq(linear_of(&m), FORMAT_BF16);
	ck_assert_int_eq(experts_of(&m), FORMAT_BF16);
}
END_TEST

#define INT4(bits, ignore) "{'quantization_config': {" \
	"'quant_method': 'compressed-tensors', 'config_groups': {'group_0':" \
	"{'targets': ['Linear'], 'weights': {'num_bits': " bits "," \
	"'type': 'int', 'group_size': 32}}}, 'ignore': ['lm_head'," \
	ignore "'re:.*shared_experts.*'," \
	"'re:.*mlp\\\\.(gate|up|gate_up|down)_proj.*']},"
#define FP8(fmt, block) "{'quantization_config': {'quant_method': 'fp8'," \
	"'activation_scheme': 'dynamic', 'fmt': '" fmt "'," \
	"'weight_block_size': " block "},"

static const struct {
	const char *old, *new;
	int q_lora_rank, mtp, ctx;
	enum format linear, experts;
} good[] = {
	{ "'q_lora_rank': 6", "'q_lora_rank': null", 0, 1, 4096,
	  FORMAT_BF16, FORMAT_BF16 },
	{ "'q_lora_rank': 6", "'q_lora_rank': 0", 0, 1, 4096,
	  FORMAT_BF16, FORMAT_BF16 },
	{ "10000", "1e4", 6, 1, 4096, FORMAT_BF16, FORMAT_BF16 },
	{ "'num_nextn_predict_layers': 1,", "", 6, 0, 4096, FORMAT_BF16,
	  FORMAT_BF16 },
	{ "deepseek_v3", "kimi_k2", 6, 1, 4096, FORMAT_BF16, FORMAT_BF16 },
	{ "deepseek_v3", "deepseek_v2", 6, 1, 4096, FORMAT_BF16,
	  FORMAT_BF16 },
	{ "{", FP8("e4m3", "[128, 128]"), 6, 1, 4096, FORMAT_FP8,
	  FORMAT_FP8 },
	{ "{", "{'quantization_config': null,", 6, 1, 4096, FORMAT_BF16,
	  FORMAT_BF16 },
	{ "{", INT4("4", "'re:.*self_attn.*',"), 6, 0, 4096, FORMAT_BF16,
	  FORMAT_INT4 },
	{ "{", INT4("4", "'re:.*self_attn.*',"
	  "'re:.*layers\\\\.2\\\\..*',"), 6, 1,
	  4096, FORMAT_BF16,
	  FORMAT_INT4 },
};

START_TEST(the_spellings_of_real_configs_are_read)
{
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_msg(!parse(&m, good[_i].old, good[_i].new, &why), "%s",
		      why.what);
	ck_assert_int_eq(m.q_lora_rank, good[_i].q_lora_rank);
	ck_assert_int_eq(m.num_nextn_predict_layers, good[_i].mtp);
	ck_assert_int_eq(m.max_position_embeddings, good[_i].ctx);
	ck_assert_int_eq(linear_of(&m), good[_i].linear);
	ck_assert_int_eq(experts_of(&m), good[_i].experts);
}
END_TEST

static const struct {
	const char *old, *new;
	const char *what;
	const char *remedy;	/* part of it */
} bad[] = {
	{ "deepseek_v3", "llama", "model_type \"llama\" is unknown",
	  "deepseek_v2, deepseek_v3, kimi_k2" },
	{ "deepseek_v3", "deepseek_v32", "index_n_heads is missing",
	  "families known: deepseek_v2" },
	{ "deepseek_v3", "deepseek_v4",
	  "key \"first_k_dense_replace\" is unknown", "families known" },
	{ "deepseek_v3", "deepseek_v41",
	  "model_type \"deepseek_v41\" is not modelled: its n-gram tables "
	  "(Engram), its encoder of 20 layers before the decoder and the "
	  "caches that layers share are not counted", "known" },
	{ "'model_type': 'deepseek_v3',", "", "model_type is missing",
	  "families known" },
	{ "n_routed_experts", "num_experts",
	  "num_experts is not how these families spell their experts",
	  "n_routed_experts" },
	{ "{", "{'index_topk': 2048,", "index_topk says sparse attention "
	  "(DSA), which this model_type does not have", "deepseek_v32" },
	{ "{", "{'compress_ratios': [4],", "compress_ratios says compressed "
	  "attention, which this model_type does not have",
	  "deepseek_v4" },
	{ "{", "{'dspark_block_size': 5,", "dspark_block_size says a DSpark "
	  "drafter, which is not modelled", "MTP" },
	{ "{", "{'sliding_window': 128,", "key \"sliding_window\" is "
	  "unknown", "families known" },
	{ "'hidden_size'", "'hiden_size'", "key \"hiden_size\" is unknown",
	  "did you mean \"hidden_size\"?" },
	{ "'hidden_size': 10,", "", "hidden_size is missing", "" },
	{ "'hidden_size': 10", "'hidden_size': '10'",
	  "hidden_size is not a whole number", "" },
	{ "'hidden_size': 10", "'hidden_size': 10.5",
	  "hidden_size is not a whole number", "" },
	{ "'hidden_size': 10", "'hidden_size': null",
	  "hidden_size is not a whole number", "" },
	{ "'hidden_size': 10", "'hidden_size': 0", "hidden_size is 0",
	  "write 1 to" },
	{ "'hidden_size': 10", "'hidden_size': -10", "hidden_size is -10",
	  "write 1 to" },
	{ "'hidden_size': 10", "'hidden_size': 4294967306",
	  "hidden_size is 4294967306", "write 1 to" },
	{ "'q_lora_rank': 6", "'q_lora_rank': -1", "q_lora_rank is -1", "" },
	{ "'q_lora_rank': 6,", "", "q_lora_rank is missing", "" },
	{ "'max_position_embeddings': 4096,", "",
	  "max_position_embeddings is missing", "families known" },
	{ "'max_position_embeddings': 4096", "'max_position_embeddings': 0",
	  "max_position_embeddings is 0", "write 1 to" },
	{ "'num_experts_per_tok': 2", "'num_experts_per_tok': 9",
	  "num_experts_per_tok is 9, above n_routed_experts, 8", "" },
	{ "'topk_group': 2", "'topk_group': 5",
	  "topk_group is 5, above n_group, 4", "" },
	{ "'n_group': 4", "'n_group': 3",
	  "n_group, 3, does not divide n_routed_experts, 8", "" },
	{ "'first_k_dense_replace': 1", "'first_k_dense_replace': 3",
	  "first_k_dense_replace is 3, above num_hidden_layers, 2", "" },
	{ "{", "{'moe_layer_freq': 2,", "moe_layer_freq is not 1, so some "
	  "later layers are dense: not modelled", "" },
	{ "true", "1", "tie_word_embeddings is neither true nor false", "" },
	{ "bfloat16", "float32",
	  "torch_dtype is neither bfloat16 nor float16", "" },
	{ "{", FP8("e5m2", "[128, 128]"),
	  "quantization_config.fmt is not e4m3", "" },
	{ "{", FP8("e4m3", "[1, 128]"),
	  "quantization_config.weight_block_size is not [128, 128]", "" },
	{ "{", FP8("e4m3", "[128, 128], 'modules_to_skip': []"),
	  "quantization_config.modules_to_skip is unknown", "remove it" },
	{ "{", FP8("e4m3", "[128, 128], 'modules_to_not_convert': ['x']"),
	  "quantization_config names \"x\", which matches no module of this "
	  "model", "self_attn.o_proj" },
	{ "{", INT4("3", "'re:.*self_attn.*',"), "quantization_config."
	  "config_groups says a format that we cannot count", "weights" },
	{ "{", INT4("4", "'re:self_attn(?=x)',"), "quantization_config names "
	  "\"re:self_attn(?=x)\", an expression that we cannot read",
	  "glob" },
	{ "{", "{'quantization_config': {'quant_method': 'hqq'},",
	  "quantization_config.quant_method \"hqq\" is not one we can "
	  "count", "weights" },
	{ "{", "{'quantization_config': 8,",
	  "quantization_config is no object", "quant_method" },
	{ "{", "{'quantization': {'bits': 4},", "quantization is how MLX says "
	  "that it packed the weights, which is not counted", "nearest" },
};

START_TEST(what_is_no_such_model_is_refused_by_name)
{
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(parse(&m, bad[_i].old, bad[_i].new, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_ptr_nonnull(strstr(why.remedy, bad[_i].remedy));
	ck_assert_str_eq(why.file, "toy.json");
}
END_TEST

START_TEST(a_v4_config_gives_its_map_of_layers)
{
	static const enum attn map[] = { ATTN_SWA, ATTN_CSA, ATTN_HCA,
					 ATTN_CSA, ATTN_SWA };
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_msg(!parse_of(toy_v4, &m, "{", "{", &why), "%s", why.what);
	ck_assert_int_eq(m.family, FAMILY_V4);
	for (int l = 0; l < 5; l++)
		ck_assert_int_eq(model_attn(&m, l), map[l]);
	ck_assert_int_eq(model_attn_layers(&m, ATTN_SWA), 1);
	ck_assert_int_eq(model_attn_layers(&m, ATTN_CSA), 2);
	ck_assert_int_eq(model_attn_layers(&m, ATTN_HCA), 1);
	ck_assert_int_eq(m.n_group, 1);
	ck_assert_int_eq(m.topk_group, 1);
	ck_assert_int_eq(m.hc_mult, 4);
	ck_assert_int_eq(linear_of(&m), FORMAT_FP8);
	ck_assert_int_eq(experts_of(&m), FORMAT_MXFP4);
	ck_assert_msg(!parse_of(toy_v4, &m, "'expert_dtype': 'fp4',", "",
				&why), "%s", why.what);
	ck_assert_int_eq(experts_of(&m), FORMAT_FP8);
}
END_TEST

static const struct {
	const char *old, *new;
	const char *what;
	const char *remedy;
} bad_v4[] = {
	{ "128, 4, 0]", "4]", "compress_ratios has 3 numbers, and there are "
	  "5 layers with MTP", "num_nextn_predict_layers" },
	{ "4, 0]", "4, 0, 0]", "compress_ratios has 6 numbers, and there are "
	  "5 layers with MTP", "" },
	{ "128, 4", "64, 4", "compress_ratios[2] is none of 0, 4 and 128",
	  "window" },
	{ "128, 4", "'x', 4", "compress_ratios[2] is none of 0, 4 and 128",
	  "" },
	{ "'compress_ratios': [0, 4, 128, 4, 0],", "",
	  "compress_ratios is missing", "families known" },
	{ "'index_topk': 7,", "", "index_topk is missing", "deepseek_v4" },
	{ "'q_lora_rank': 6", "'q_lora_rank': null",
	  "q_lora_rank is not a whole number", "" },
	{ "'o_groups': 2", "'o_groups': 3", "o_groups, 3, does not divide "
	  "num_attention_heads, 4", "" },
	{ "'qk_rope_head_dim': 2", "'qk_rope_head_dim': 9",
	  "qk_rope_head_dim is 9, above head_dim, 8", "" },
	{ "'num_hash_layers': 1", "'num_hash_layers': 5",
	  "num_hash_layers is 5, above num_hidden_layers, 4", "" },
	{ "'fp4'", "'fp3'", "expert_dtype is neither fp4 nor fp8", "" },
	{ "{", "{'kv_lora_rank': 512,", "key \"kv_lora_rank\" is unknown",
	  "families known" },
	{ "{", "{'kv_source_layer_ids': [2],", "kv_source_layer_ids says "
	  "layers that share a cache (DeepSeek-V4.1), which is not modelled",
	  "DeepSeek-V4" },
};

START_TEST(what_is_no_v4_is_refused_by_name)
{
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(parse_of(toy_v4, &m, bad_v4[_i].old, bad_v4[_i].new,
				  &why), -1);
	ck_assert_str_eq(why.what, bad_v4[_i].what);
	ck_assert_ptr_nonnull(strstr(why.remedy, bad_v4[_i].remedy));
}
END_TEST

static const struct {
	const char *text;
	int row;
} broken[] = {
	{ "", 1 },
	{ "{\"a\": 1\n \"b\": 2}", 2 },
	{ "{\"a\": 1,\n\"a\": 2}", 2 },
	{ "{\"hidden_size\":\n\nNaN}", 3 },
	{ "{} x", 1 },
	{ "[1]", 0 },
	{ "{\"text_config\": [1]}", 0 },
};

START_TEST(what_is_no_json_is_refused_at_its_line)
{
	const char *text = broken[_i].text;
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(config_parse(&m, "x.json", text, strlen(text), &why),
			 -1);
	ck_assert_int_eq(why.row, broken[_i].row);
	ck_assert(*why.what);
}
END_TEST

START_TEST(a_text_config_is_descended_into)
{
	struct model m;
	struct fault why = { .row = 0 };
	char text[4096];
	int len = snprintf(text, sizeof(text), "{'vision_config': {'depth': 2"
			   "}, 'model_type': 'kimi_k25', 'text_config': %s, "
			   "'quantization_config': {'quant_method': 'fp8', "
			   "'fmt': 'e4m3', 'weight_block_size': [128, 128]}}",
			   toy);

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	ck_assert_int_eq(config_parse(&m, "x.json", text, (size_t)len, &why),
			 0);
	ck_assert_int_eq(m.hidden_size, 10);
	ck_assert_int_eq(experts_of(&m), FORMAT_FP8);
}
END_TEST

START_TEST(the_sheets_half_is_left_alone)
{
	struct model m = { .name = "toy", .routing_sigma = 0.5 };
	char text[sizeof(toy)];
	struct fault why = { .row = 0 };

	memcpy(text, toy, sizeof(toy));
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	ck_assert_int_eq(config_parse(&m, "x.json", text, strlen(text), &why),
			 0);
	ck_assert_str_eq(m.name, "toy");
	ck_rel(m.routing_sigma, 0.5, 0);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_a_fault)
{
	struct model m;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(config_load(&m, "/no/such/config.json", &why), -1);
	ck_assert_str_eq(why.file, "/no/such/config.json");
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_config(void)
{
	Suite *s = suite_create("config");
	TCase *t = tcase_create("config");

	tcase_add_test(t, every_size_lands_in_its_field);
	tcase_add_loop_test(t, the_spellings_of_real_configs_are_read, 0,
			    NR(good));
	tcase_add_loop_test(t, what_is_no_such_model_is_refused_by_name, 0,
			    NR(bad));
	tcase_add_test(t, a_v4_config_gives_its_map_of_layers);
	tcase_add_loop_test(t, what_is_no_v4_is_refused_by_name, 0,
			    NR(bad_v4));
	tcase_add_loop_test(t, what_is_no_json_is_refused_at_its_line, 0,
			    NR(broken));
	tcase_add_test(t, a_text_config_is_descended_into);
	tcase_add_test(t, the_sheets_half_is_left_alone);
	tcase_add_test(t, a_file_that_is_not_there_is_a_fault);
	suite_add_tcase(s, t);
	return s;
}
