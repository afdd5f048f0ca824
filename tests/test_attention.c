#include "model/attention.h"
#include "tests/tests.h"
#include "tests/toy.h"

/*
 * Totals of V3.2 and V4 as published or as their papers and code count them
 * (arXiv 2412.19437, 2606.19348; DeepSeek-V3.2-Exp and V4 inference/model.py).
 */

static struct kv_form fp8(const struct model *m)
{
	return attention_form(m, FORMAT_FP8, true);
}

static double slope_B(const struct model *m, const struct kv_form *f)
{
	return (attention_kv_B(m, f, 1 << 20) -
		attention_kv_B(m, f, 1 << 19)) / (1 << 19);
}

START_TEST(v32_is_v3_and_61_indexers)
{
	struct model v3, m;

	toy_v3(&v3);
	toy_v32(&m);
	/*
	 * An indexer: q 8192 x 1536 + keys 128 x 7168 + weights 64 x 7168
	 * + LayerNorm 256 = 13,959,424; x 61 = 851,524,864.
	 */
	ck_rel(model_params(&m) - model_params(&v3), 851524864, 1e-9);
	ck_rel(model_params(&m), 671.9e9, 1e-4);
	/* 685.76: V3's 684.87 GB, 62 indexers of 13.5 MB fp8 + 0.9 bf16 */
	ck_rel(model_checkpoint_B(&m), 685.8e9, 1e-3);
}
END_TEST

START_TEST(v4_flash_has_284_billion)
{
	struct model m;

	toy_v4_flash(&m);
	/*
	 * SWA: q 4096 x 1024 + 1024 x 32768, kv 4096 x 512, o_a 8192 x 4096,
	 * o_b 8192 x 4096: 106,954,752. HCA + 2 x 512 x 4096, CSA + 4 x 512 x
	 * 4096 and an indexer of 8192 x 1024 + 64 x 4096 + 512 x 4096.
	 */
	ck_rel(model_attn_params(&m, ATTN_SWA), 106954752, 0);
	ck_rel(model_attn_params(&m, ATTN_HCA), 111149056, 0);
	ck_rel(model_attn_params(&m, ATTN_CSA), 126091264, 0);
	/* 43 x 257 experts of 25,165,824 are 278.1, attention 5.1, ends 1.06 */
	ck_rel(model_params(&m), 284.332e9, 1e-5);
	ck_rel(model_params_active(&m, false), 13.270e9, 1e-4);
	ck_rel(model_params_mtp(&m), 6.610e9, 1e-4);
	/* experts 44 x 256 x 13.37 MB = 150.6 GB and 9.0 of the rest */
	ck_rel(model_checkpoint_B(&m), 159.6e9, 1e-3);
}
END_TEST

START_TEST(v4_pro_has_1573_billion)
{
	struct model m;

	toy_v4_pro(&m);
	ck_rel(model_params(&m), 1573.0e9, 1e-5);
	ck_rel(model_params_active(&m, false), 48.852e9, 1e-4);
	ck_rel(model_params_mtp(&m), 25.840e9, 1e-4);
	/* experts 62 x 384 x 35.09 MB = 835.5 GB and 29.2 of the rest */
	ck_rel(model_checkpoint_B(&m), 864.7e9, 1e-4);
}
END_TEST

START_TEST(cache_formats_are_those_of_the_kernels)
{
	struct model m;
	struct kv_form f;

	toy_v32(&m);
	f = fp8(&m);
	ck_rel(f.entry_B, 656, 0);	/* 512 + 4 x 4 + 64 x 2 */
	ck_rel(f.key_B, 132, 0);	/* 128 + 4 */
	toy_v4_pro(&m);
	f = fp8(&m);
	ck_rel(f.entry_B, 584, 0);	/* 448 + 64 x 2 + 7 + 1 */
	ck_rel(f.key_B, 68, 0);		/* 128 / 2 + 128 / 32 */
	ck_rel(attention_form(&m, FORMAT_FP8, false).key_B, 132, 0);
	f = attention_form(&m, FORMAT_BF16, true);
	ck_rel(f.entry_B, 1024, 0);
	ck_rel(f.key_B, 256, 0);
}
END_TEST

START_TEST(kv_grows_by_so_much_a_token)
{
	struct model v32, flash, pro;
	struct kv_form f;

	toy_v32(&v32);
	toy_v4_flash(&flash);
	toy_v4_pro(&pro);
	f = fp8(&v32);
	ck_rel(slope_B(&v32, &f), 61 * 788, 1e-9);
	f = fp8(&flash);
	/* 21 x 652 / 4 + 20 x 584 / 128 = 3423 + 91.25 */
	ck_rel(slope_B(&flash, &f), 3514.25, 1e-9);
	f = fp8(&pro);
	/* 30 x 652 / 4 + 31 x 584 / 128 = 4890 + 141.4 */
	ck_rel(slope_B(&pro, &f), 5031.4375, 1e-9);
	f = attention_form(&pro, FORMAT_FP8, false);
	ck_rel(slope_B(&pro, &f), 5511.4375, 1e-9);
}
END_TEST

START_TEST(a_million_tokens_take_a_tenth_of_v32s_kv)
{
	struct model v32, flash, pro;
	struct kv_form f, g;
	double million = 1 << 20, whole;

	toy_v32(&v32);
	toy_v4_flash(&flash);
	toy_v4_pro(&pro);
	f = fp8(&v32);
	whole = attention_kv_B(&v32, &f, million);	/* 50.40 GB */
	f = fp8(&flash);
	/* 3514.25 x 2^20 + 43 windows of 128 x 584 = 3.688 GB */
	ck_rel(attention_kv_B(&flash, &f, million) / whole, 0.073, 5e-3);
	g = fp8(&pro);
	ck_rel(attention_kv_B(&pro, &g, million) / whole, 0.105, 5e-3);
	g = attention_form(&pro, FORMAT_BF16, true);
	/* (30 x 1280 / 4 + 31 x 8) 2^20 + 61 x 128 x 1024 = 9.62 x 2^30 */
	ck_rel(attention_kv_B(&pro, &g, million), 9.62 * (1 << 30), 1e-3);
}
END_TEST

START_TEST(compressors_hold_megabytes_a_request)
{
	struct model m;

	toy_v4_flash(&m);
	/* 2 x 8 rows x 2 (512 + 128) x 4 B; 2 x 128 rows x 512 x 4 B */
	ck_rel(attention_state_B(&m, ATTN_CSA), 65536 + 16384, 0);
	ck_rel(attention_state_B(&m, ATTN_HCA), 524288, 0);
	ck_rel(attention_state_B(&m, ATTN_SWA), 0, 0);
}
END_TEST

/*
 * V3.2 at 4096: V3's 142.84 G less 61 x 278,528 x 2048 of core attention, and
 * 61 (2 x 13.96 M + 16,384 x 4096) of indexers: 113.8 G. Flash at 4096: fp8
 * 2 x 5.857 G, fp4 2 x 6.493 G, bf16 and head 2 x 0.884 G, core 2.215 G,
 * logits 0.352 G, mHC 0.085 G: 29.12 G.
 */
static const struct {
	void (*toy)(struct model *);
	double ctx_tok, gflop;
} flops[] = {
	{ toy_v32, 4096, 113.8 }, { toy_v32, 131072, 240.7 },
	{ toy_v32, 1048576, 1158 },
	{ toy_v4_flash, 4096, 29.12 }, { toy_v4_flash, 32768, 32.17 },
	{ toy_v4_flash, 131072, 42.64 }, { toy_v4_flash, 1048576, 140.4 },
	{ toy_v4_pro, 4096, 108.6 }, { toy_v4_pro, 32768, 113.95 },
	{ toy_v4_pro, 131072, 132.3 }, { toy_v4_pro, 1048576, 303 },
};

START_TEST(a_token_takes_the_published_flops)
{
	struct model m;

	flops[_i].toy(&m);
	ck_rel(model_flop_per_token(&m, flops[_i].ctx_tok),
	       1e9 * flops[_i].gflop, 2e-3);
}
END_TEST

/* Flash at 8192 tokens: 128; 128 + 512; 128 + 64. */
START_TEST(a_query_meets_a_window_and_what_is_picked)
{
	struct model m;

	toy_v4_flash(&m);
	ck_rel(attention_met(&m, ATTN_SWA, 8192), 128, 0);
	ck_rel(attention_met(&m, ATTN_CSA, 8192), 640, 0);
	ck_rel(attention_met(&m, ATTN_HCA, 8192), 192, 0);
	ck_rel(attention_met(&m, ATTN_CSA, 400), 228, 0);
	ck_rel(attention_keys(&m, ATTN_CSA, 8192), 2048, 0);
	ck_rel(attention_growth(&m, ATTN_SWA, 8192), 0, 0);
	ck_rel(attention_growth(&m, ATTN_CSA, 8192), 0, 0);
	ck_rel(attention_growth(&m, ATTN_CSA, 512), 0.5, 0);
	ck_rel(attention_growth(&m, ATTN_HCA, 8192), 1.0 / 3, 1e-12);
	toy_v32(&m);
	ck_rel(attention_met(&m, ATTN_DSA, 1000), 1000, 0);
	ck_rel(attention_met(&m, ATTN_DSA, 8192), 2048, 0);
	ck_rel(attention_growth(&m, ATTN_DSA, 1000), 1, 0);
	ck_rel(attention_growth(&m, ATTN_DSA, 8192), 0, 0);
}
END_TEST

START_TEST(more_context_never_holds_or_meets_less)
{
	static void (*const toys[])(struct model *) = { toy_v3, toy_v32,
		toy_v4_flash, toy_v4_pro };
	struct model m;
	struct kv_form f;

	toys[_i](&m);
	f = fp8(&m);
	for (double ctx = 1; ctx < 1e6; ctx *= 1.5) {
		ck_assert(attention_kv_B(&m, &f, 1.5 * ctx) >=
			  attention_kv_B(&m, &f, ctx));
		ck_assert(model_flop_per_token(&m, 1.5 * ctx) >=
			  model_flop_per_token(&m, ctx));
	}
}
END_TEST

Suite *suite_attention(void)
{
	Suite *s = suite_create("attention");
	TCase *t = tcase_create("attention");

	tcase_add_test(t, v32_is_v3_and_61_indexers);
	tcase_add_test(t, v4_flash_has_284_billion);
	tcase_add_test(t, v4_pro_has_1573_billion);
	tcase_add_test(t, cache_formats_are_those_of_the_kernels);
	tcase_add_test(t, kv_grows_by_so_much_a_token);
	tcase_add_test(t, a_million_tokens_take_a_tenth_of_v32s_kv);
	tcase_add_test(t, compressors_hold_megabytes_a_request);
	tcase_add_loop_test(t, a_token_takes_the_published_flops, 0,
			    (int)(sizeof(flops) / sizeof(flops[0])));
	tcase_add_test(t, a_query_meets_a_window_and_what_is_picked);
	tcase_add_loop_test(t, more_context_never_holds_or_meets_less, 0, 4);
	suite_add_tcase(s, t);
	return s;
}
