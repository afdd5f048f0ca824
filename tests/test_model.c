#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "read/sheet.h"
#include "tests/tests.h"
#include "tests/toy.h"

/*
 * Two layers, the first dense, one head: every count fits in the head.
 * Attention: q 10 (2 + 1) = 30, kv down 10 (4 + 1) = 50, kv up 4 (2 + 3) = 20,
 * o 3 x 10 = 30: 130. Expert 3 x 10 x 5 = 150. Dense 3 x 10 x 20 = 600.
 */
static const struct model toy = {
	.hidden_size = 10, .num_hidden_layers = 2, .first_k_dense_replace = 1,
	.intermediate_size = 20, .moe_intermediate_size = 5,
	.num_attention_heads = 1, .q_lora_rank = 0, .kv_lora_rank = 4,
	.qk_nope_head_dim = 2, .qk_rope_head_dim = 1, .v_head_dim = 3,
	.n_routed_experts = 8, .num_experts_per_tok = 2,
	.n_shared_experts = 1, .n_group = 1, .topk_group = 1,
	.num_nextn_predict_layers = 1, .vocab_size = 100,
	.kept = KEPT(FORMAT_BF16, FORMAT_BF16),
};

static const struct model v3 = {
	.hidden_size = 7168, .num_hidden_layers = 61,
	.first_k_dense_replace = 3, .intermediate_size = 18432,
	.moe_intermediate_size = 2048, .num_attention_heads = 128,
	.q_lora_rank = 1536, .kv_lora_rank = 512, .qk_nope_head_dim = 128,
	.qk_rope_head_dim = 64, .v_head_dim = 128, .n_routed_experts = 256,
	.num_experts_per_tok = 8, .n_shared_experts = 1, .n_group = 8,
	.topk_group = 4, .num_nextn_predict_layers = 1, .vocab_size = 129280,
	.kept = KEPT(FORMAT_FP8, FORMAT_FP8),
};

START_TEST(the_toys_blocks_count_as_by_hand)
{
	struct model low = toy;

	ck_rel(model_attn_params(&toy, ATTN_MLA), 130, 0);
	ck_rel(model_expert_params(&toy), 150, 0);
	ck_rel(model_dense_params(&toy), 600, 0);
	ck_assert_int_eq(model_moe_layers(&toy), 1);
	/* q of rank 6: 10 x 6 + 6 x 3 = 78 instead of 30 */
	low.q_lora_rank = 6;
	ck_rel(model_attn_params(&low, ATTN_MLA), 178, 0);
}
END_TEST

START_TEST(the_toys_parameters_count_as_by_hand)
{
	struct model tied = toy;

	/*
	 * Layers 2 x 130, dense 600, router 80, shared 150, routed 8 x 150;
	 * norms 2 (20 + 0 + 4) + 10, biases 8; ends 2 x 1000: 4356.
	 */
	ck_rel(model_params(&toy), 4356, 0);
	/* two routed experts of eight: 6 x 150 fewer */
	ck_rel(model_params_active(&toy, true), 3456, 0);
	ck_rel(model_params_active(&toy, false), 2456, 0);
	/* 130 + 24 + 80 + 150 + 8 x 151 + 2 x 100 + 30 */
	ck_rel(model_params_mtp(&toy), 1822, 0);
	tied.tie_word_embeddings = true;
	ck_rel(model_params(&tied), 3356, 0);
	ck_rel(model_params_active(&tied, true), 2456, 0);
}
END_TEST

START_TEST(the_toys_bytes_count_as_by_hand)
{
	struct model half = toy;

	/* (4356 + 1822) at 2 B, and 8 + 8 biases at 2 B more */
	ck_rel(model_checkpoint_B(&toy), 12388, 0);
	/* experts at 0.5 B + 2/32 B = 0.5625 B: 2 x 1200 x 1.4375 B less */
	half.kept = kept_all(FORMAT_BF16, FORMAT_INT4);
	ck_rel(model_checkpoint_B(&half), 12388 - 3450, 0);
}
END_TEST

START_TEST(the_toys_flops_count_as_by_hand)
{
	/* matrices 2 x 130 + 600 + 80 + 3 x 150 = 1390, head 1000 */
	ck_rel(model_flop_per_token(&toy, 0), 2 * 2390, 0);
	/* 2 layers x 1 head x 100 tokens x (2 x 4 + 1) = 1800 */
	ck_rel(model_flop_per_token(&toy, 100), 2 * (2390 + 1800), 0);
}
END_TEST

START_TEST(more_context_is_never_fewer_flops)
{
	double ctx = 1024.0 * _i;

	ck_assert(model_flop_per_token(&v3, ctx + 1024) >
		  model_flop_per_token(&v3, ctx));
}
END_TEST

START_TEST(v3_is_the_published_671_billion)
{
	/*
	 * Attention 7168 x 1536 + 1536 x 24576 + 7168 x 576 + 512 x 32768 +
	 * 16384 x 7168 = 187105280. Published to the parameter, bias and
	 * norms included: 671026419200 without MTP.
	 */
	ck_rel(model_attn_params(&v3, ATTN_MLA), 187105280, 0);
	ck_rel(model_expert_params(&v3), 44040192, 0);
	ck_rel(model_params(&v3), 671026419200, 0);
	/* 257 experts 11.318, attention .187, eh_proj .103, router .002 */
	ck_rel(model_params_mtp(&v3), 11.610e9, 1e-4);
	/* README_WEIGHTS.md: 36.7 without the embedding */
	ck_rel(model_params_active(&v3, false), 36.626e9, 1e-4);
	ck_rel(model_params_active(&v3, true), 37.552e9, 1e-4);
}
END_TEST

START_TEST(v3_takes_143_gflop_a_token_at_4096)
{
	/*
	 * Linear: 61 x 187.105 + 3 x 396.36 + 58 (1.835 + 9 x 44.040)
	 * = 35.698 G weights, 71.4 GFLOP; core 2 x 61 x 128 x 4096 x 1088
	 * = 69.6; head 2 x 129280 x 7168 = 1.9.
	 */
	ck_rel(model_flop_per_token(&v3, 4096), 142.8e9, 1e-3);
	ck_rel(model_flop_per_token(&v3, 4096) - model_flop_per_token(&v3, 0),
	       69.592e9, 1e-4);
	/* + 28672 x 2 x 61 x 128 x 1088 */
	ck_rel(model_flop_per_token(&v3, 32768), 630e9, 1e-3);
}
END_TEST

START_TEST(v3s_checkpoint_is_685_gb)
{
	struct model main = v3;

	main.num_nextn_predict_layers = 0;
	/* fp8 669.07 G x (1 + 4/16384) B, bf16 2 x .927 + .106 at 2 B */
	ck_rel(model_checkpoint_B(&main), 673.2e9, 1e-4);
	ck_rel(model_checkpoint_B(&v3), 684.9e9, 1e-4);
}
END_TEST

static int take(struct model *m, const char *rows, struct fault *why)
{
	static struct facts facts;
	struct table t;
	char text[1024];
	int rc;

	snprintf(text, sizeof(text), "key,value,err,unit,origin,source,note\n"
		 "%s", rows);
	ck_assert_int_eq(table_parse(&t, "toy.csv", text, strlen(text), why),
			 0);
	ck_assert_int_eq(facts_from_table(&facts, &t, why), 0);
	table_release(&t);
	rc = model_take(m, &facts, why);
	m->name = NULL;
	facts_release(&facts);
	return rc;
}

#define SIGMA "routing.sigma,0.5,,1,assumed,toy,\n" \
	      "routing.drift,0.1,,1,assumed,toy,\n"

START_TEST(a_sheet_adds_what_a_config_lacks)
{
	struct model m = toy;
	struct fault why = { .row = 0 };

	m.routing_borrowed = true;	/* which who lends it says, behind */
	ck_assert_int_eq(take(&m, SIGMA
			      "params.published,4.4,,kparams,reported,toy,\n"
			      "tokens_per_step.1,1.8,,1,measured,toy,\n"
			      "tokens_per_step.3,2.7,,1,measured,toy,\n",
			      &why), 0);
	ck_assert(!m.routing_borrowed);
	ck_rel(m.routing_sigma, 0.5, 1e-12);
	ck_rel(m.routing_drift_cv, 0.1, 1e-12);
	ck_rel(m.published_params, 4400, 1e-12);
	ck_rel(m.tokens_per_step[0], 1, 0);
	ck_rel(m.tokens_per_step[1], 1.8, 1e-12);
	ck_rel(m.tokens_per_step[2], 0, 0);
	ck_rel(m.tokens_per_step[3], 2.7, 1e-12);
	ck_assert_int_eq(m.hidden_size, 10);
}
END_TEST

static const struct {
	const char *rows, *what;
	int row;
} bad[] = {
	{ "", "missing key \"routing.sigma\"", 0 },
	{ "routing.sigma,-1,,1,assumed,toy,\n", "\"routing.sigma\" is -1", 2 },
	{ "routing.sigma,1,,1,assumed,toy,\n",
	  "missing key \"routing.drift\"", 0 },
	{ SIGMA "tokens_per_step.2,0.9,,1,measured,toy,\n",
	  "\"tokens_per_step.2\" is 0.9", 4 },
	{ SIGMA "tokens_per_step.2,3.1,,1,measured,toy,\n",
	  "2 drafts cannot give 3.1 tokens a step", 4 },
	{ SIGMA "tokens_per_step.9,3,,1,measured,toy,\n",
	  "nobody asks for key \"tokens_per_step.9\"", 4 },
};

START_TEST(a_sheet_that_cannot_be_is_refused_with_its_line)
{
	struct model m = toy;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(take(&m, bad[_i].rows, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_int_eq(why.row, bad[_i].row);
	if (strstr(why.what, "drafts cannot"))	/* 2 of them and its own */
		ck_assert_str_eq(why.remedy, "write at most 3");
}
END_TEST

Suite *suite_model(void)
{
	Suite *s = suite_create("model");
	TCase *t = tcase_create("model");

	tcase_add_test(t, the_toys_blocks_count_as_by_hand);
	tcase_add_test(t, the_toys_parameters_count_as_by_hand);
	tcase_add_test(t, the_toys_bytes_count_as_by_hand);
	tcase_add_test(t, the_toys_flops_count_as_by_hand);
	tcase_add_loop_test(t, more_context_is_never_fewer_flops, 0, 3);
	tcase_add_test(t, v3_is_the_published_671_billion);
	tcase_add_test(t, v3_takes_143_gflop_a_token_at_4096);
	tcase_add_test(t, v3s_checkpoint_is_685_gb);
	tcase_add_test(t, a_sheet_adds_what_a_config_lacks);
	tcase_add_loop_test(t, a_sheet_that_cannot_be_is_refused_with_its_line,
			    0, (int)(sizeof(bad) / sizeof(bad[0])));
	suite_add_tcase(s, t);
	return s;
}
