#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint/config.h"
#include "library/shelf.h"
#include "tests/folder.h"
#include "tests/tests.h"

/*
 * What a refusal of a checkpoint says to do is done here, and the checkpoint
 * is then read. Single quotes stand for double ones, to spare the eye.
 */
#define REST "'hidden_size': 1000, 'num_hidden_layers': 4," \
	"'num_attention_heads': 10, 'q_lora_rank': 200," \
	"'n_routed_experts': 8, 'n_shared_experts': 1," \
	"'moe_intermediate_size': 500, 'vocab_size': 100," \
	"'max_position_embeddings': 4096, 'qk_rope_head_dim': 20"
#define LATENT "'first_k_dense_replace': 1, 'intermediate_size': 4000," \
	"'kv_lora_rank': 100, 'qk_nope_head_dim': 30, 'v_head_dim': 40," \
	"'num_nextn_predict_layers': 1," REST
#define GROUPS(nr, top) "'n_group': " nr ", 'topk_group': " top
#define EACH(nr) "'num_experts_per_tok': " nr
#define MLA EACH("2") "," GROUPS("1", "1") "," LATENT
#define V3 "'model_type': 'deepseek_v3'," MLA
#define V3_EACH(nr) "'model_type': 'deepseek_v3'," LATENT "," \
	GROUPS("1", "1") "," EACH(nr)
#define V3_GROUPS(nr, top) "'model_type': 'deepseek_v3'," LATENT "," \
	EACH("2") "," GROUPS(nr, top)
#define INDEXER "'index_n_heads': 4, 'index_head_dim': 10," \
	"'index_topk': 64,"
#define GLM "'model_type': 'glm_moe_dsa'," INDEXER MLA
#define V4 "'model_type': 'deepseek_v4', 'head_dim': 64," \
	"'o_lora_rank': 30, 'sliding_window': 16, 'hc_mult': 4," \
	"'hc_sinkhorn_iters': 20," EACH("2") "," INDEXER REST
#define MAP "'compress_ratios': [0, 4, 128, 4, 0]," \
	"'num_nextn_predict_layers': 1"
#define QUANT(text) "'quantization_config': {" text "}"
#define FP8 QUANT("'quant_method': 'fp8'")

static const struct {
	const char *wrong;
	const char *remedy;	/* part of what is said */
	const char *mended;	/* and done */
} configs[] = {
	/* model_type and the keys of an architecture */
	{ "'model_type': 'deepseek_v3_next'," MLA, "families known", V3 },
	{ V3 ", 'of_no_sense': 4", "remove it", V3 },
	{ MLA, "families known", V3 },
	{ "'model_type': 'deepseek_v3', 'n_routed_expert': 8," MLA,
	  "did you mean \"n_routed_experts\"", V3 },
	{ V3 ", 'num_experts': 8", "write n_routed_experts", V3 },
	{ V3 ", 'index_topk': 64", "glm_moe_dsa", GLM },
	{ V3 ", 'dspark_block_size': 5", "release with MTP", V3 },
	{ V3 ", 'quantization': {'bits': 4}", "config of the release", V3 },
	{ "'model_type': 'deepseek_v3', 'index_topk_freq': 4," MLA,
	  "families known", V3 },
	/* sizes */
	{ "'model_type': 'deepseek_v3'," LATENT "," GROUPS("1", "1"),
	  "this model_type needs it", V3 },
	{ V3_EACH("2.5"), "write 1 to", V3_EACH("1") },
	{ V3_EACH("0"), "write 1 to", V3_EACH("1") },
	{ V3_EACH("9"), "write at most 8", V3_EACH("8") },
	{ V3_GROUPS("2", "3"), "write at most 2", V3_GROUPS("2", "2") },
	{ V3_GROUPS("3", "1"), "write one that does, as 1",
	  V3_GROUPS("1", "1") },
	{ V4 ", 'num_hash_layers': 1, 'o_groups': 3," MAP,
	  "write one that does, as 1",
	  V4 ", 'num_hash_layers': 1, 'o_groups': 1," MAP },
	{ V4 ", 'num_hash_layers': 5, 'o_groups': 1," MAP,
	  "write at most 4",
	  V4 ", 'num_hash_layers': 4, 'o_groups': 1," MAP },
	{ V3 ", 'moe_layer_freq': 2", "all have experts",
	  V3 ", 'moe_layer_freq': 1" },
	{ V3 ", 'tie_word_embeddings': 1", "write true or false",
	  V3 ", 'tie_word_embeddings': true" },
	{ V3 ", 'torch_dtype': 'float32'", "quantization_config", V3 "," FP8 },
	{ V3 ", 'num_local_experts': 9", "write what is so",
	  V3 ", 'num_local_experts': 8" },
	/* layers one by one */
	{ V3 ", 'mlp_layer_types': ['dense']", "one for each of",
	  V3 ", 'mlp_layer_types': ['dense', 'sparse', 'sparse', 'sparse']" },
	{ GLM ", 'indexer_types': ['full', 'none', 'full', 'full']",
	  "write full or shared",
	  GLM ", 'indexer_types': ['full', 'shared', 'full', 'full']" },
	{ GLM ", 'indexer_types': ['shared', 'full', 'full', 'full']",
	  "write full",
	  GLM ", 'indexer_types': ['full', 'full', 'full', 'full']" },
	{ V4 ", 'num_hash_layers': 1, 'o_groups': 2,"
	  "'num_nextn_predict_layers': 1, 'compress_ratios': [0, 4]",
	  "write one for each of",
	  V4 ", 'num_hash_layers': 1, 'o_groups': 2," MAP },
	{ V4 ", 'num_hash_layers': 1, 'o_groups': 2,"
	  "'num_nextn_predict_layers': 1,"
	  "'compress_ratios': [0, 4, 64, 4, 0]", "0 is a window",
	  V4 ", 'num_hash_layers': 1, 'o_groups': 2," MAP },
	{ V4 ", 'num_hash_layers': 1, 'o_groups': 2, 'expert_dtype': 'fp3',"
	  MAP "," FP8, "leave it out",
	  V4 ", 'num_hash_layers': 1, 'o_groups': 2," MAP "," FP8 },
	/* formats */
	{ V3 ", 'quantization_config': 8", "or remove it", V3 },
	{ V3 "," QUANT("'quant_method': 'hqq'"), "without the block", V3 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'fmt': 'e5m2'"),
	  "write e4m3", V3 "," QUANT("'quant_method': 'fp8', 'fmt': 'e4m3'") },
	{ V3 "," QUANT("'quant_method': 'fp8', 'weight_block_size': [1, 9]"),
	  "without the block", V3 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'skip': ['x']"), "remove it",
	  V3 "," FP8 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': 'lm_head'"),
	  "between [ and ]",
	  V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['lm_head']") },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': [1]"), "remove it",
	  V3 "," FP8 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['']"), "write 1 to",
	  V3 "," FP8 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['qkv*']"),
	  "remove it", V3 "," FP8 },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['qkv*']"),
	  "as in model.layers.3.self_attn.o_proj", V3 ","
	  QUANT("'quant_method': 'fp8',"
		"'ignore': ['model.layers.*.self_attn.q_[ab]*']") },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['re:o(?=_)']"),
	  "as a glob", V3 ","
	  QUANT("'quant_method': 'fp8', 'ignore': ['*o_proj']") },
	{ V3 "," QUANT("'quant_method': 'fp8', 'ignore': ['layers.2.mlp']"),
	  "are alike", V3 "," FP8 },
	{ V3 "," QUANT("'quant_method': 'awq', 'bits': 4, 'group_size': 48"),
	  "32, 64 or 128", V3 ","
	  QUANT("'quant_method': 'awq', 'bits': 4, 'group_size': 32") },
	{ V3 "," QUANT("'quant_method': 'compressed-tensors'"),
	  "without the block", V3 },
};

static int parse(struct model *m, const char *fields, struct fault *why)
{
	char text[8192];

	snprintf(text, sizeof(text), "{%s}", fields);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	memset(m, 0, sizeof(*m));
	return config_parse(m, "toy.json", text, strlen(text), why);
}

START_TEST(what_a_config_is_told_to_be_is_read)
{
	struct fault why = { .row = 0 };
	struct model m;
	struct kept k;

	ck_assert_int_eq(parse(&m, configs[_i].wrong, &why), -1);
	ck_assert_msg(strstr(why.remedy, configs[_i].remedy) != NULL,
		      "%s; %s", why.what, why.remedy);
	ck_assert_msg(!parse(&m, configs[_i].mended, &why), "%s; %s",
		      why.what, why.remedy);
	/* "say the nearest format by the scenario's weights" */
	ck_assert_int_eq(model_stored(&m, "int4", &k), 0);
	ck_assert_double_lt(model_checkpoint_in_B(&m, &k),
			    model_checkpoint_in_B(&m, &m.kept));
}
END_TEST

/* ---- a checkpoint's folder ---- */

#define CT(left) QUANT("'quant_method': 'compressed-tensors'," \
	"'config_groups': {'group_0': {'targets': ['Linear']," \
	"'weights': {'num_bits': 8, 'type': 'float'," \
	"'strategy': 'channel'}}}, 'ignore': [" left "]")
#define NVIDIA(left) "{'quantization': {'quant_algo': 'NVFP4'," \
	"'group_size': 16, 'exclude_modules': [" left "]}}"
#define INDEX(size, layer) "{'metadata': {'total_size': " size "}," \
	"'weight_map': {'model.layers." layer ".mlp.gate.weight': 'a'}}"

/* What stands in a folder; NULL: no such file. */
struct files {
	const char *config, *nvidia, *index;
};

static const struct {
	struct files wrong;
	const char *remedy;
	struct files mended;
} folders[] = {
	{ { NULL, NULL, NULL }, "folder of a checkpoint",
	  { "{" V3 "}", NULL, NULL } },
	{ { "{" V3 "," CT("'lm_head'") "}", NVIDIA("'lm_head'"), NULL },
	  "remove the block", { "{" V3 "}", NVIDIA("'lm_head'"), NULL } },
	{ { "{" V3 "," CT("'lm_head'") "}", NVIDIA("'lm_head'"), NULL },
	  "remove the block", { "{" V3 "," CT("'lm_head'") "}", NULL, NULL } },
	{ { "{" V3 "}", "{'producer': 1}", NULL }, "or remove it",
	  { "{" V3 "}", NULL, NULL } },
	{ { "{" V3 "}", NVIDIA("'*.wqx*'"), NULL }, "remove it",
	  { "{" V3 "}", NVIDIA(""), NULL } },
	{ { "{" V3 "}", NULL, INDEX("1e9", "60") }, "or remove it",
	  { "{" V3 "}", NULL, NULL } },
	{ { "{" V3 "}", NULL, INDEX("1e9", "60") },
	  "take the index that belongs", { "{" V3 "}", NULL,
	  INDEX("122600000", "3") } },
	{ { "{" V3 "}", NULL, INDEX("-5", "3") }, "or remove it",
	  { "{" V3 "}", NULL, NULL } },
	{ { "{" V3 "}", NULL, "{}" }, "or remove it",
	  { "{" V3 "}", NULL, NULL } },
	{ { "[1", NULL, NULL }, "take the file anew",
	  { "{" V3 "}", NULL, NULL } },
	{ { "[1]", NULL, NULL }, "Hugging Face config.json",
	  { "{" V3 "}", NULL, NULL } },
};

static void put_all(const struct files *f)
{
	folder_put("config.json", f->config);
	folder_put("hf_quant_config.json", f->nvidia);
	folder_put("model.safetensors.index.json", f->index);
}

START_TEST(what_a_folder_is_told_to_be_is_read)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };

	put_all(&folders[_i].wrong);
	ck_assert_ptr_null(shelf_model(s, folder(), &why));
	ck_assert_msg(strstr(why.remedy, folders[_i].remedy) != NULL,
		      "%s; %s", why.what, why.remedy);
	ck_assert_msg(strncmp(why.file, folder(), strlen(folder())) == 0, "%s",
		      why.file);
	shelf_free(s);
	s = shelf_open();
	put_all(&folders[_i].mended);
	ck_assert_msg(shelf_model(s, folder(), &why) != NULL, "%s; %s",
		      why.what, why.remedy);
	shelf_free(s);
}
END_TEST

/* ---- whose writer drops the MTP block ---- */

/*
 * llm-compressor drops it (its issue 1630), unless what is left alone names
 * it; model_free_ptq, whose examples leave out the embedding by name, keeps
 * it, and so does everybody's fp8 of DeepSeek's own kind.
 */
static const struct {
	const char *block;
	int mtp;
} written[] = {
	{ CT("'lm_head'"), 0 },
	{ CT("'lm_head', 're:.*self_attn.*'"), 0 },
	{ CT("'lm_head', 're:model.layers.4.*'"), 1 },
	{ CT("'re:.*gate$', 'lm_head', 'model.embed_tokens'"), 1 },
	{ QUANT("'quant_method': 'gptq', 'bits': 4, 'group_size': 128"), 0 },
	{ FP8, 1 },
	{ QUANT("'quant_method': 'modelopt', 'quant_algo':"
		"'MIXED_PRECISION'"), 1 },
};

START_TEST(an_mtp_block_is_where_its_writer_leaves_it)
{
	char fields[4096];
	struct fault why = { .row = 0 };
	struct model m;

	snprintf(fields, sizeof(fields), "%s,%s", V3, written[_i].block);
	ck_assert_msg(!parse(&m, fields, &why), "%s", why.what);
	ck_assert_int_eq(m.num_nextn_predict_layers, written[_i].mtp);
	ck_assert_int_eq(strstr(m.left_out, "without the MTP block") != NULL,
			 !written[_i].mtp);
}
END_TEST

/* NVIDIA's DeepSeek-R1-0528-W4AFP8 lists no layer: fp8, experts int4. */
START_TEST(mixed_precision_without_a_list_is_w4afp8)
{
	struct fault why = { .row = 0 };
	struct model m;

	ck_assert_msg(!parse(&m, V3 "," QUANT("'quant_method': 'modelopt',"
		      "'quant_algo': 'MIXED_PRECISION'"), &why), "%s",
		      why.what);
	ck_assert_int_eq(kept_in(&m.kept, SITE_MOE, MODULE_O), FORMAT_FP8);
	ck_assert_int_eq(kept_in(&m.kept, SITE_MOE, MODULE_SHARED),
			 FORMAT_FP8);
	ck_assert_int_eq(kept_in(&m.kept, SITE_MOE, MODULE_EXPERTS),
			 FORMAT_W4AFP8);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_mended(void)
{
	Suite *s = suite_create("mended");
	TCase *t = tcase_create("configs"), *f = tcase_create("folders");

	tcase_add_loop_test(t, what_a_config_is_told_to_be_is_read, 0,
			    NR(configs));
	tcase_add_loop_test(t, an_mtp_block_is_where_its_writer_leaves_it, 0,
			    NR(written));
	tcase_add_test(t, mixed_precision_without_a_list_is_w4afp8);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(f, folder_make, folder_remove);
	tcase_add_loop_test(f, what_a_folder_is_told_to_be_is_read, 0,
			    NR(folders));
	suite_add_tcase(s, f);
	return s;
}
