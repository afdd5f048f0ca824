#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint/config.h"
#include "library/shelf.h"
#include "tests/folder.h"
#include "tests/tests.h"

/* Single quotes stand for double ones, to spare the eye. */
#define SIZES(type) "'model_type': '" type "', 'hidden_size': 1000," \
	"'num_hidden_layers': 4, 'first_k_dense_replace': 1," \
	"'intermediate_size': 4000, 'moe_intermediate_size': 500," \
	"'num_attention_heads': 10, 'q_lora_rank': 200," \
	"'kv_lora_rank': 100, 'qk_nope_head_dim': 30," \
	"'qk_rope_head_dim': 20, 'v_head_dim': 40," \
	"'n_routed_experts': 8, 'num_experts_per_tok': 2," \
	"'n_shared_experts': 1, 'n_group': 1, 'topk_group': 1," \
	"'num_nextn_predict_layers': 1, 'vocab_size': 100," \
	"'max_position_embeddings': 4096"
#define INDEXER "'index_n_heads': 4, 'index_head_dim': 10, 'index_topk': 64,"

static void quoted(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
	for (char *p = out; *p; p++)
		if (*p == '\'')
			*p = '"';
}

static int parse(struct model *m, const char *type_sizes, const char *more,
		 struct fault *why)
{
	char given[8192], text[8192];

	snprintf(given, sizeof(given), "{%s, %s}", type_sizes, more);
	quoted(text, sizeof(text), given);
	memset(m, 0, sizeof(*m));
	return config_parse(m, "toy.json", text, strlen(text), why);
}

#define QUANT(text) "'quantization_config': {" text "}"
#define CT(weights, rest) QUANT("'quant_method': 'compressed-tensors'," \
	"'config_groups': {'group_0': {'targets': ['Linear']," \
	"'weights': {" weights "}}}" rest)

/* The formats of q_b, o, dense, shared, experts, the MTP block's experts. */
static const struct {
	const char *quant;
	enum format q_b, o, dense, shared, experts, mtp;
} blocks[] = {
	{ QUANT("'quant_method': 'awq', 'bits': 4, 'group_size': 128,"
		"'zero_point': true, 'modules_to_not_convert': null"),
	  FORMAT_INT4Z_128, FORMAT_INT4Z_128, FORMAT_INT4Z_128,
	  FORMAT_INT4Z_128, FORMAT_INT4Z_128, FORMAT_INT4Z_128 },
	{ QUANT("'quant_method': 'gptq', 'bits': 4, 'group_size': 64,"
		"'desc_act': false, 'sym': true"),
	  FORMAT_INT4Z_64, FORMAT_INT4Z_64, FORMAT_INT4Z_64, FORMAT_INT4Z_64,
	  FORMAT_INT4Z_64, FORMAT_INT4Z_64 },
	{ QUANT("'quant_method': 'w4afp8', 'activation_scheme': 'dynamic'"),
	  FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_FP8, FORMAT_W4AFP8,
	  FORMAT_W4AFP8 },
	{ QUANT("'quant_method': 'w8a8_int8'"),
	  FORMAT_INT8, FORMAT_INT8, FORMAT_INT8, FORMAT_INT8, FORMAT_INT8,
	  FORMAT_INT8 },
	{ QUANT("'quant_method': 'blockwise_int8',"
		"'weight_block_size': [128, 128]"),
	  FORMAT_INT8_BLOCK, FORMAT_INT8_BLOCK, FORMAT_INT8_BLOCK,
	  FORMAT_INT8_BLOCK, FORMAT_INT8_BLOCK, FORMAT_INT8_BLOCK },
	{ CT("'num_bits': 8, 'type': 'float', 'strategy': 'channel'",
	     ", 'ignore': ['lm_head']"),
	  FORMAT_FP8_CHANNEL, FORMAT_FP8_CHANNEL, FORMAT_FP8_CHANNEL,
	  FORMAT_FP8_CHANNEL, FORMAT_FP8_CHANNEL, FORMAT_FP8_CHANNEL },
	{ CT("'num_bits': 4, 'type': 'float', 'group_size': 16",
	     ", 'ignore': ['lm_head', 're:.*self_attn.*',"
	     "'re:.*layers\\\\.0\\\\.mlp.*', 're:model.layers.4.*']"),
	  FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_NVFP4, FORMAT_NVFP4,
	  FORMAT_BF16 },
	{ QUANT("'quant_method': 'modelopt', 'quant_algo': 'NVFP4',"
		"'ignore': ['*self_attn.q*', '*kv_[ab]_proj*', 'lm_head',"
		"'model.layers.4*', 'model.layers.0.mlp.gate_proj',"
		"'model.layers.0.mlp.up_proj', 'layers.0.mlp.down_proj']"),
	  FORMAT_BF16, FORMAT_NVFP4, FORMAT_BF16, FORMAT_NVFP4, FORMAT_NVFP4,
	  FORMAT_BF16 },
	{ QUANT("'quant_method': 'modelopt', 'quant_algo': 'MIXED_PRECISION',"
		"'quantized_layers': {"
		"'model.layers.1.mlp.experts': {'quant_algo': 'W4A8_AWQ'},"
		"'model.layers.2.mlp.experts': {'quant_algo': 'W4A8_AWQ'},"
		"'model.layers.3.mlp.experts': {'quant_algo': 'W4A8_AWQ'}}"),
	  FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_W4AFP8,
	  FORMAT_BF16 },
	{ QUANT("'quant_method': 'quark', 'global_quant_config': {'weight':"
		"{'dtype': 'fp4', 'group_size': 32, 'qscheme': 'per_group'}},"
		"'exclude': ['*self_attn*', 'lm_head', 're:model.layers.4.*']"),
	  FORMAT_BF16, FORMAT_BF16, FORMAT_MXFP4, FORMAT_MXFP4, FORMAT_MXFP4,
	  FORMAT_BF16 },
	{ QUANT("'quant_method': 'fp8', 'fmt': 'e4m3',"
		"'weight_block_size': [128, 128], 'modules_to_not_convert':"
		"['lm_head', 'model.embed_tokens', 'mlp.gate',"
		"'model.layers.0.input_layernorm', 'self_attn.o_proj.weight',"
		"'model.layers.1.self_attn.indexer.k_norm.bias']"),
	  FORMAT_FP8, FORMAT_BF16, FORMAT_FP8, FORMAT_FP8, FORMAT_FP8,
	  FORMAT_FP8 },
	{ QUANT("'quant_method': 'auto-round', 'bits': 4, 'group_size': 128,"
		"'packing_format': 'auto_round:auto_gptq', 'iters': 200,"
		"'extra_config': {'self_attn.o_proj': {'bits': 16}}"),
	  FORMAT_INT4Z_128, FORMAT_BF16, FORMAT_INT4Z_128, FORMAT_INT4Z_128,
	  FORMAT_INT4Z_128, FORMAT_INT4Z_128 },
	{ QUANT("'quant_method': 'auto-round', 'bits': 4, 'group_size': 32,"
		"'data_type': 'mx_fp', 'extra_config':"
		"{'mlp.shared_experts': {'data_type': 'int'}}"),
	  FORMAT_MXFP4, FORMAT_MXFP4, FORMAT_MXFP4, FORMAT_INT4Z_32,
	  FORMAT_MXFP4, FORMAT_MXFP4 },
};

START_TEST(a_block_says_formats_module_by_module)
{
	struct fault why;
	struct model m;
	const struct kept *k = &m.kept;

	ck_assert_msg(!parse(&m, SIZES("deepseek_v3"), blocks[_i].quant,
			     &why), "%s", why.what);
	ck_assert_int_eq(kept_in(k, SITE_MOE, MODULE_Q_B), blocks[_i].q_b);
	ck_assert_int_eq(kept_in(k, SITE_DENSE, MODULE_Q_B), blocks[_i].q_b);
	ck_assert_int_eq(kept_in(k, SITE_MOE, MODULE_O), blocks[_i].o);
	ck_assert_int_eq(kept_in(k, SITE_DENSE, MODULE_DENSE),
			 blocks[_i].dense);
	ck_assert_int_eq(kept_in(k, SITE_MOE, MODULE_SHARED),
			 blocks[_i].shared);
	ck_assert_int_eq(kept_in(k, SITE_MOE, MODULE_EXPERTS),
			 blocks[_i].experts);
	ck_assert_int_eq(kept_in(k, SITE_MTP, MODULE_EXPERTS),
			 blocks[_i].mtp);
}
END_TEST

static const struct {
	const char *type, *more;
	const char *what;
	const char *remedy;	/* part of it */
} bad[] = {
	{ SIZES("deepseek_v3"), QUANT("'quant_method': 'modelopt',"
	  "'quant_algo': 'NVFP4', 'ignore': ['model.layers.9*']"),
	  "quantization_config names \"model.layers.9*\", which matches no "
	  "module of this model", "remove it" },
	{ SIZES("deepseek_v3"), QUANT("'quant_method': 'modelopt',"
	  "'quant_algo': 'NVFP4', 'ignore': ['layers.2.self_attn.o_proj']"),
	  "quantization_config stores o of layer 1 in nvfp4 and of layer 2 "
	  "in bf16", "MoE layers are alike" },
	{ SIZES("deepseek_v3"), QUANT("'quant_method': 'awq', 'bits': 3,"
	  "'group_size': 128"), "quantization_config is of 3 bits in groups "
	  "of 128", "32, 64 or 128" },
	{ SIZES("deepseek_v3"), QUANT("'quant_method': 'fp8', 'ignore': 'x'"),
	  "quantization_config.ignore is no list", "" },
	{ SIZES("deepseek_v3"), QUANT("'quant_method': 'fp8', 'ignore': [1]"),
	  "quantization_config.ignore[0] is no name of a module", "" },
	{ SIZES("deepseek_v3"), "'mlp_layer_types': ['dense', 'sparse',"
	  "'dense', 'sparse']", "mlp_layer_types[2] is not \"sparse\", and "
	  "first_k_dense_replace is 1", "not modelled" },
	{ SIZES("deepseek_v3"), "'mlp_layer_types': ['dense']",
	  "mlp_layer_types has 1 entries, and there are 4 layers", "one" },
	{ SIZES("glm_moe_dsa"), INDEXER "'indexer_types': ['shared', 'full',"
	  "'full', 'full']", "the first layer shares an indexer, and there "
	  "is none before", "" },
	{ SIZES("glm_moe_dsa"), INDEXER "'indexer_types': ['full', 'none',"
	  "'full', 'full']", "layer 1 has neither an indexer of its own nor "
	  "another's", "full or shared" },
};

START_TEST(a_block_that_cannot_be_is_refused)
{
	struct fault why;
	struct model m;

	ck_assert_int_eq(parse(&m, bad[_i].type, bad[_i].more, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_ptr_nonnull(strstr(why.remedy, bad[_i].remedy));
}
END_TEST

/*
 * GLM-5.2's rule: layer l has its own indexer where max(l - 3 + 1, 0) is a
 * multiple of 4: of 4 layers 0, 1 and 2, and layer 3 shares that of 2. An
 * indexer is 4 x 10 x 200 + 4 x 1000 + 10 x 1000 weights and 2 x 10 of norm.
 */
START_TEST(shared_indexers_are_counted_where_they_are)
{
	static const char *const ways[] = {
		INDEXER "'index_topk_freq': 4, 'index_skip_topk_offset': 3",
		INDEXER "'index_topk_pattern': 'FFFS'",
		INDEXER "'indexer_types': ['full', 'full', 'full', 'shared']",
	};
	struct fault why;
	struct model m, all;

	ck_assert_msg(!parse(&all, SIZES("glm_moe_dsa"), INDEXER
			     "'indexer_types': ['full', 'full', 'full',"
			     "'full']", &why), "%s", why.what);
	ck_assert_msg(!parse(&m, SIZES("glm_moe_dsa"), ways[_i], &why), "%s",
		      why.what);
	ck_assert_int_eq(model_attn_layers(&all, ATTN_DSA), 4);
	ck_assert_int_eq(model_attn_layers(&m, ATTN_DSA), 3);
	ck_assert_int_eq(model_attn_layers(&m, ATTN_DSA_SHARED), 1);
	ck_assert_int_eq(model_attn(&m, 3), ATTN_DSA_SHARED);
	ck_assert_int_eq(model_attn(&m, 4), ATTN_DSA);
	ck_rel(model_params(&all) - model_params(&m), 22020, 1e-9);
}
END_TEST

/* ---- a checkpoint's folder ---- */

#define NVIDIA(algo, left) "{'producer': {'name': 'modelopt'}," \
	"'quantization': {'quant_algo': '" algo "', 'group_size': 16," \
	"'kv_cache_quant_algo': null, 'exclude_modules': [" left "]}}"
#define INDEX(size, names) "{'metadata': {'total_size': " size "}," \
	"'weight_map': {" names "}}"
#define T(name) "'" name "': 'a'"

/* Editors put a mark before all; some writers add a word of their own. */
START_TEST(what_writers_add_is_read_past)
{
	static const char mark[] = "\xef\xbb\xbf";
	char given[8192], text[8192];
	struct fault why;
	struct model m = { .name = "" };

	snprintf(given, sizeof(given), "%s{" SIZES("deepseek_v3")
		 ", 'unsloth_fixed': true, 'quantization_config': {}}", mark);
	quoted(text, sizeof(text), given);
	ck_assert_msg(!config_parse(&m, "toy.json", text, strlen(text), &why),
		      "%s", why.what);
	ck_assert_int_eq(m.num_hidden_layers, 4);
	ck_assert_int_eq(kept_in(&m.kept, SITE_MOE, MODULE_O), FORMAT_BF16);
}
END_TEST

START_TEST(a_folder_is_its_config_and_what_stands_beside)
{
	struct shelf *s = shelf_open();
	char path[FOLDER_PATH];
	struct fault why;
	const struct model *m;

	folder_put("config.json", "{" SIZES("deepseek_v3") "}");
	m = shelf_model(s, folder_path(path, "/config.json"), &why);
	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_str_eq(m->name, strrchr(folder(), '/') + 1);
	folder_put("hf_quant_config.json", NVIDIA("NVFP4", "'lm_head',"
	    "'model.layers.*.self_attn*', 'model.layers.4*'"));
	m = shelf_model(s, folder(), &why);
	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_str_eq(m->name, strrchr(folder(), '/') + 1);
	ck_assert_int_eq(kept_in(&m->kept, SITE_MOE, MODULE_EXPERTS),
			 FORMAT_NVFP4);
	ck_assert_int_eq(kept_in(&m->kept, SITE_MOE, MODULE_O), FORMAT_BF16);
	ck_assert_int_eq(kept_in(&m->kept, SITE_MTP, MODULE_EXPERTS),
			 FORMAT_BF16);
	shelf_free(s);
}
END_TEST

/*
 * 2 B each: attention 200 x 1000 + 500 x 200 + 120 x 1000 + 700 x 100
 * + 400 x 1000 = 890,000 in 5 layers; dense 12 M; 4 x (8000 + 9 x 1.5 M);
 * eh_proj 2 M; embedding and head 200,000: 72,682,000 weights, 145.4 MB.
 * The index also holds both of the MTP block again, 0.4 MB.
 */
#define LAYERS T("model.layers.3.mlp.gate.weight") "," \
	T("model.layers.4.embed_tokens.weight") "," \
	T("model.layers.4.shared_head.head.weight")

#define FP8 ", 'quantization_config': {'quant_method': 'fp8'," \
	"'weight_block_size': [128, 128]}"
#define AWQ ", 'quantization_config': {'quant_method': 'awq', 'bits': 4," \
	"'group_size': 128}"

static const struct {
	const char *index;
	const char *left_out;	/* part of it; blank: nothing */
	int mtp;
	const char *more;	/* of the config; NULL: nothing */
} indexes[] = {
	/* a size as a text, and none */
	{ INDEX("'145800000'", LAYERS), "", 1, NULL },
	{ "{'metadata': {}, 'weight_map': {" LAYERS "}}", "", 1, NULL },
	/* DeepSeek's own of its fp8 files: the size that bf16 would have */
	{ INDEX("145800000", LAYERS "," T("model.layers.0.self_attn.o_proj."
	  "weight_scale_inv")), "", 1, FP8 },
	/* an AWQ that kept the block, and one of which nobody knows */
	{ "{'weight_map': {" LAYERS "}}", "", 1, AWQ },
	{ "", "without the MTP block", 0, AWQ },
	{ INDEX("145800000", LAYERS), "", 1, NULL },
	{ INDEX("160000000", LAYERS), "a format is not as", 1, NULL },
	{ INDEX("112600000", T("model.layers.3.mlp.gate.weight")), "", 0,
	  NULL },
	{ INDEX("155000000", LAYERS "," T("vision_tower.patch.weight")),
	  "not 1 tensors as vision_tower.patch.weight", 1, NULL },
	{ INDEX("80000000", LAYERS "," T("model.layers.0.self_attn.o_proj."
	  "weight_scale_inv")), "the index stores o of the dense layers with "
	  "a scale, counted here in bf16", 1, NULL },
};

START_TEST(an_index_agrees_or_the_answer_says_where_not)
{
	struct shelf *s = shelf_open();
	char config[2048];
	struct fault why;
	const struct model *m;

	snprintf(config, sizeof(config), "{" SIZES("deepseek_v3") "%s}",
		 indexes[_i].more ? indexes[_i].more : "");
	folder_put("config.json", config);
	if (*indexes[_i].index)
		folder_put("model.safetensors.index.json", indexes[_i].index);
	m = shelf_model(s, folder(), &why);
	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_int_eq(m->num_nextn_predict_layers, indexes[_i].mtp);
	if (*indexes[_i].left_out)
		ck_assert_ptr_nonnull(strstr(m->left_out,
					     indexes[_i].left_out));
	else
		ck_assert_str_eq(m->left_out, "");
	shelf_free(s);
}
END_TEST

/* Both leave all of attention alone: one by a glob, one matrix by matrix. */
START_TEST(blocks_agree_on_what_the_model_has)
{
	struct shelf *s = shelf_open();
	struct fault why;
	const struct model *m;

	folder_put("config.json", "{" SIZES("deepseek_v3") ","
	    QUANT("'quant_method': 'modelopt', 'quant_algo': 'NVFP4',"
		  "'ignore': ['lm_head', '*self_attn*']") "}");
	folder_put("hf_quant_config.json", NVIDIA("NVFP4", "'lm_head',"
	    "'self_attn.q_a_proj', 'self_attn.q_b_proj', 'self_attn.o_proj',"
	    "'self_attn.kv_b_proj', 'self_attn.kv_a_proj_with_mqa'"));
	m = shelf_model(s, folder(), &why);
	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_int_eq(kept_in(&m->kept, SITE_MOE, MODULE_O), FORMAT_BF16);
	shelf_free(s);
}
END_TEST

static const struct {
	const char *config, *nvidia, *index;
	const char *what;	/* part of it */
} spoilt[] = {
	{ NULL, NULL, NULL, "there is no config.json in this folder" },
	{ "{" SIZES("deepseek_v3") "," CT("'num_bits': 8, 'type': 'float',"
	  "'strategy': 'channel'", "") "}", NVIDIA("NVFP4", "'lm_head'"),
	  NULL, "quantization_config says that q_a of the dense layers is "
	  "fp8-channel, and hf_quant_config.json that it is nvfp4" },
	{ "{" SIZES("deepseek_v3") "}", "{'producer': 1}", NULL,
	  "hf_quant_config.json has no quantization" },
	{ "{" SIZES("deepseek_v3") "}", NULL,
	  INDEX("1000", T("model.layers.60.mlp.gate.weight")),
	  "is of another model: it names 61 layers, and this one has 4" },
	{ "{" SIZES("deepseek_v3") "}", NULL, "{'weight_map': {'a': 'b'}}",
	  "names 0 layers" },
	{ "{" SIZES("deepseek_v3") "}", NULL, INDEX("-5", "'a': 'b'"),
	  "total_size that is no size" },
	{ "{" SIZES("deepseek_v3") "}", NULL, "{}", "lacks weight_map" },
	{ "{" SIZES("deepseek_v3") "}", NULL, "[1", "expected near" },
};

START_TEST(a_folder_that_does_not_hold_together_is_refused)
{
	struct shelf *s = shelf_open();
	struct fault why;

	if (spoilt[_i].config)
		folder_put("config.json", spoilt[_i].config);
	if (spoilt[_i].nvidia)
		folder_put("hf_quant_config.json", spoilt[_i].nvidia);
	if (spoilt[_i].index)
		folder_put("model.safetensors.index.json", spoilt[_i].index);
	ck_assert_ptr_null(shelf_model(s, folder(), &why));
	ck_assert_msg(strstr(why.what, spoilt[_i].what) != NULL, "%s",
		      why.what);
	shelf_free(s);
}
END_TEST

/* ---- named recipes ---- */

/*
 * V3 by NVIDIA's recipe: 37.5 GB less in 4 bits than in fp8 everywhere but
 * q_a, q_b, kv_a, kv_b and the MTP block. Routed 58 x 256 x 44.04 M, shared
 * 58 x 44.04 M, dense 3 x 396.4 M and o 61 x 117.4 M take 9/16 B: 372.7 GB.
 * The rest of attention, 61 x 69.67 M, gates 58 x 1.84 M, 2 x 926.7 M of
 * vocabulary and the MTP block's 11.61 B take 2 B: 35.6 GB more. Norms and
 * biases are below 0.01 GB, so 409.6 GB with what sums round off.
 */
static const struct {
	const char *name, *weights;
	double bytes;
	double tolerance;
} recipes[] = {
	{ "deepseek-v3", "nvfp4", 409.6e9, 1e-3 },
	{ "deepseek-r1", "nvfp4", 409.6e9, 1e-3 },
	/* o in 2 B: 61 x 117.4 M x 23/16 B more */
	{ "deepseek-r1", "nvfp4-v1", 419.9e9, 1e-3 },
	{ "kimi-k2", "int4", 594.2e9, 1e-3 },
	{ "kimi-k2", "nvfp4", 594.2e9, 1e-3 },
};

START_TEST(a_recipe_is_a_row_of_the_models_sheet)
{
	struct shelf *s = shelf_open();
	struct fault why;
	struct kept k;
	const struct model *m = shelf_model(s, recipes[_i].name, &why);

	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_int_eq(model_stored(m, recipes[_i].weights, &k), 0);
	ck_rel(model_checkpoint_in_B(m, &k), recipes[_i].bytes,
	       recipes[_i].tolerance);
	shelf_free(s);
}
END_TEST

static const struct {
	const char *words, *what;
} rows[] = {
	{ "all", "\"all\" is no MODULE=FORMAT" },
	{ "alll=fp8", "\"alll\" is no module of a recipe" },
	{ "all=fp9", "\"fp9\" is no format of a recipe" },
};

START_TEST(a_recipe_that_says_nothing_is_refused)
{
	struct kept k = kept_all(FORMAT_BF16, FORMAT_BF16);
	struct fault why;

	fault_at(&why, "x.csv", 1, 0);
	ck_assert_int_eq(kept_apply(&k, &k, rows[_i].words, &why), -1);
	ck_assert_str_eq(why.what, rows[_i].what);
	ck_assert(*why.remedy);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_quant(void)
{
	Suite *s = suite_create("quant");
	TCase *t = tcase_create("blocks"), *f = tcase_create("folders");

	tcase_add_loop_test(t, a_block_says_formats_module_by_module, 0,
			    NR(blocks));
	tcase_add_loop_test(t, a_block_that_cannot_be_is_refused, 0, NR(bad));
	tcase_add_test(t, what_writers_add_is_read_past);
	tcase_add_loop_test(t, shared_indexers_are_counted_where_they_are, 0,
			    3);
	tcase_add_loop_test(t, a_recipe_is_a_row_of_the_models_sheet, 0,
			    NR(recipes));
	tcase_add_loop_test(t, a_recipe_that_says_nothing_is_refused, 0,
			    NR(rows));
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(f, folder_make, folder_remove);
	tcase_add_test(f, a_folder_is_its_config_and_what_stands_beside);
	tcase_add_test(f, blocks_agree_on_what_the_model_has);
	tcase_add_loop_test(f, an_index_agrees_or_the_answer_says_where_not,
			    0, NR(indexes));
	tcase_add_loop_test(f,
			    a_folder_that_does_not_hold_together_is_refused,
			    0, NR(spoilt));
	suite_add_tcase(s, f);
	return s;
}
