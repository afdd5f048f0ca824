#include <string.h>

#include "inside/derived.h"
#include "tests/tests.h"
#include "tests/toy.h"

/* Key, value and unit as show prints them. */
struct want {
	const char *key, *text, *unit;
};

static void ck_fact(const struct facts *fs, const struct want *w)
{
	const struct fact *f = facts_find(fs, w->key);

	ck_assert_msg(f != NULL, "no fact %s", w->key);
	ck_assert_str_eq(f->text, w->text);
	ck_assert_str_eq(f->unit, w->unit);
	ck_assert_str_ne(f->source, "");
}

START_TEST(the_toy_gpu_has_its_ridges_and_its_sweep)
{
	static const struct want want[] = {
		{ "ridge_bf16", "100", "FLOP/B" },	/* 100 TFLOP/s / TB/s */
		{ "ridge_fp8", "200", "FLOP/B" },
		{ "hbm_sweep", "100", "ms" },		/* 100 GB / (1 TB/s) */
	};
	struct facts fs;
	struct gpu g;

	toy_gpu(&g);
	facts_init(&fs, "toy");
	derived_gpu(&g, &fs);
	ck_assert_int_eq(fs.nr, 3);
	for (int i = 0; i < 3; i++) {
		ck_fact(&fs, &want[i]);
		ck_assert_int_eq(fs.fact[i].origin, ORIGIN_DERIVED);
	}
	ck_rel(facts_find(&fs, "hbm_sweep")->value, 0.1, 1e-12);
	facts_release(&fs);
}
END_TEST

START_TEST(a_ridge_is_there_for_each_rate_that_the_gpu_has)
{
	struct facts fs;
	struct gpu g;

	toy_gpu(&g);
	g.flops[MATH_FP8] = 0;
	g.flops[MATH_FP4] = 1000e12;
	facts_init(&fs, "toy");
	derived_gpu(&g, &fs);
	ck_assert(!facts_have(&fs, "ridge_fp8"));
	ck_fact(&fs, &(struct want){ "ridge_fp4", "1000", "FLOP/B" });
	facts_release(&fs);
}
END_TEST

/*
 * Attention: 200 (1000 + 640) + 1000 x 100 + 90 x 16 x 70 + 640 x 1000
 * = 1,168,800. Expert 3 x 1000 x 400 = 1.2 M, dense FFN 12 M, gate 64,000.
 *
 * Matrices of all layers: 5 attention + 12 M + 4 (64,000 + 65 experts)
 * = 330,100,000; met by a token: 5 experts instead of 65, 42,100,000.
 * Vectors: 5 (2000 + 200 + 90) + 1000 + 4 x 64 = 12,706. Embedding and head:
 * 10 M each.
 *
 * MTP: attention + 2290 + 64,000 + 65 experts + 64 biases + 2 x 1000 x 1000
 * + 3000 = 81,238,154.
 *
 * Bytes: 2 B each of 350,112,706 + 81,238,154, and 2 B more for each of
 * 5 x 64 biases. In fp8, 6 x 1,168,800 + 12 M + 5 x 65 x 1.2 M = 409,012,800
 * parameters take 1 + 4 / 16,384 B instead of 2. In 4 bits the 384 M of the
 * routed experts take 0.53125 B (mxfp4) or 0.5625 B (int4, nvfp4). The MTP
 * block on disk repeats embedding and head. KV: 5 layers x 100 x 2 B.
 *
 * FLOP: 2 (42.1 M + 10 M) + 2 x 5 x 16 (180 + 10) ctx = 104.2 M + 30,400 ctx.
 */
static const struct want toys[] = {
	{ "params_total", "350112706", "params" },
	{ "params_active", "62112706", "params" },
	{ "params_active_no_embedding", "52112706", "params" },
	{ "params_mtp", "81238154", "params" },
	{ "checkpoint_bytes", "862702360", "B" },
	{ "checkpoint_bytes_repeated", "40000000", "B" },
	{ "checkpoint_bytes_bf16", "862702360", "B" },
	{ "checkpoint_bytes_fp8", "453789417", "B" },
	{ "checkpoint_bytes_nvfp4", "310702360", "B" },
	{ "checkpoint_bytes_mxfp4", "298702360", "B" },
	{ "checkpoint_bytes_int4", "310702360", "B" },
	{ "kv_bytes_per_token", "1000", "B" },
	{ "kv_bytes_4096", "4096000", "B" },
	{ "kv_bytes_32768", "32768000", "B" },
	{ "kv_bytes_131072", "131072000", "B" },
	{ "kv_bytes_1048576", "1048576000", "B" },
	{ "flop_per_token_4096", "228718400", "FLOP" },
	{ "flop_per_token_32768", "1100347200", "FLOP" },
	{ "flop_per_token_131072", "4088788800", "FLOP" },
	{ "flop_per_token_1048576", "31980910400", "FLOP" },
	{ "layer_map", "mla x5; the first 1 with a dense FFN; MTP mla",
	  "name" },
};

enum { TOYS = sizeof(toys) / sizeof(toys[0]) };

START_TEST(the_toy_model_counts_as_by_hand)
{
	struct facts fs;
	struct model m;

	toy_model(&m);
	facts_init(&fs, "toy");
	derived_model(&m, &fs);
	ck_assert_int_eq(fs.nr, TOYS);
	ck_fact(&fs, &toys[_i]);
	ck_assert_str_eq(fs.fact[_i].key, toys[_i].key);
	ck_assert_int_eq(fs.fact[_i].origin, ORIGIN_DERIVED);
	facts_release(&fs);
}
END_TEST

/* Published: 671 B parameters, 70 KB of KV (61 x 576 x 2 B), 37 B active. */
START_TEST(v3_is_what_its_makers_say)
{
	struct facts fs;
	struct model m;

	toy_v3(&m);
	facts_init(&fs, "deepseek-v3");
	derived_model(&m, &fs);
	ck_rel(facts_find(&fs, "params_total")->value, 671e9, 1e-3);
	ck_rel(facts_find(&fs, "params_active")->value, 37e9, 0.02);
	ck_fact(&fs, &(struct want){ "kv_bytes_per_token", "70272", "B" });
	facts_release(&fs);
}
END_TEST

START_TEST(a_checkpoint_without_mtp_has_no_mtp_parameters)
{
	struct facts fs;
	struct model m;

	toy_model(&m);
	m.num_nextn_predict_layers = 0;
	facts_init(&fs, "toy");
	derived_model(&m, &fs);
	ck_fact(&fs, &(struct want){ "params_mtp", "0", "params" });
	/* 2 B x 350,112,706 + 2 B x 4 x 64 */
	ck_fact(&fs, &(struct want){ "checkpoint_bytes", "700225924", "B" });
	facts_release(&fs);
}
END_TEST

START_TEST(the_kv_of_a_token_is_what_a_layout_holds)
{
	struct toy t;
	struct held h;
	struct facts fs;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	deployment_hold(&t.on, &(struct hold_spec){ 1, 1, 1, 1, NULL }, &h);
	facts_init(&fs, "toy");
	derived_model(&t.model, &fs);
	ck_rel(facts_find(&fs, "kv_bytes_per_token")->value, h.kv_tok_B, 0);
	facts_release(&fs);
}
END_TEST

START_TEST(a_configs_fields_are_facts_of_its_file)
{
	static const struct want want[] = {
		{ "hidden_size", "7168", "count" },
		{ "num_hidden_layers", "61", "count" },
		{ "q_lora_rank", "1536", "count" },
		{ "max_position_embeddings", "163840", "count" },
		{ "tie_word_embeddings", "0", "count" },
		{ "format.linear", "fp8", "name" },
		{ "format.experts", "fp8", "name" },
	};
	struct facts fs;
	struct model m;

	toy_v3(&m);
	facts_init(&fs, "deepseek-v3");
	derived_config(&m, "x/config.json", &fs);
	ck_fact(&fs, &want[_i]);
	for (int i = 0; i < fs.nr; i++) {
		ck_assert_int_eq(fs.fact[i].origin, ORIGIN_SPEC);
		ck_assert_str_eq(fs.fact[i].source, "x/config.json");
	}
	facts_release(&fs);
}
END_TEST

Suite *suite_derived(void)
{
	Suite *s = suite_create("derived");
	TCase *t = tcase_create("derived");

	tcase_add_test(t, the_toy_gpu_has_its_ridges_and_its_sweep);
	tcase_add_test(t, a_ridge_is_there_for_each_rate_that_the_gpu_has);
	tcase_add_loop_test(t, the_toy_model_counts_as_by_hand, 0, TOYS);
	tcase_add_test(t, v3_is_what_its_makers_say);
	tcase_add_test(t, a_checkpoint_without_mtp_has_no_mtp_parameters);
	tcase_add_test(t, the_kv_of_a_token_is_what_a_layout_holds);
	tcase_add_loop_test(t, a_configs_fields_are_facts_of_its_file, 0, 7);
	suite_add_tcase(s, t);
	return s;
}
