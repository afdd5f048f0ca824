#include <string.h>

#include "model/attention.h"
#include "model/model_fields.h"
#include "tests/tests.h"
#include "tests/toy.h"

/*
 * A V4 model small enough to count on paper: two layers, one of CSA and one of
 * HCA, all bf16. Hidden 10, two streams; 2 heads of 4 (1 of it rope), a query
 * latent of 6; output in 2 groups of rank 3; an indexer of one head of 2;
 * 3 experts of 5, 1 a token, 1 shared; 20 words; one MTP layer of a window.
 */
static void little(struct model *m)
{
	*m = (struct model){ .name = "little", .family = FAMILY_V4,
		.lender = "little", .hidden_size = 10, .num_hidden_layers = 2,
		.moe_intermediate_size = 5, .num_attention_heads = 2,
		.q_lora_rank = 6, .head_dim = 4, .qk_rope_head_dim = 1,
		.o_groups = 2, .o_lora_rank = 3, .index_n_heads = 1,
		.index_head_dim = 2, .index_topk = 50, .sliding_window = 16,
		.n_routed_experts = 3, .num_experts_per_tok = 1,
		.n_shared_experts = 1, .n_group = 1, .topk_group = 1,
		.hc_mult = 2, .num_nextn_predict_layers = 1,
		.vocab_size = 20, .max_position_embeddings = 1000,
		.kept = KEPT(FORMAT_BF16, FORMAT_BF16) };
	m->compress[0] = ATTN_CSA;
	m->compress[1] = ATTN_HCA;
	m->compress[2] = ATTN_SWA;
	m->layers_of[ATTN_CSA] = m->layers_of[ATTN_HCA] = 1;
}

/*
 * Down 6 x 10 and 4 x 10, up 8 x 6; out 6 x 4 and 10 x 6: 232. A compressor of
 * content and gate is 8 x 10, of two halves in CSA 16 x 10; an indexer has 2 x
 * 6 queries, 10 weights and a compressor of its own, 8 x 10.
 */
static const struct { enum attn kind; double params; } layers[] = {
	{ ATTN_SWA, 232 },
	{ ATTN_HCA, 232 + 80 },
	{ ATTN_CSA, 232 + 160 + 12 + 10 + 80 },
};

START_TEST(attention_is_its_matrices)
{
	struct model m;

	little(&m);
	ck_rel(model_attn_params(&m, layers[_i].kind), layers[_i].params, 0);
}
END_TEST

/*
 * Experts: 3 x 10 x 5 = 150; a layer has 3 of them, a shared one and a gate of
 * 30. What is no matrix: norms of 2 x 10 + 6 + 4, in CSA 4 + 2 more and in HCA
 * 4; of hyper-connections twice (2 + 2) x 2 x 2 x 10, twice (4 x 2 + 3), two
 * sinks, and positions: 4 x 2 (4 + 2) in CSA, 128 x 4 in HCA: 36 + 320 + 22 +
 * 2 + 48 = 428 and 34 + 320 + 22 + 2 + 512 = 890. The last mixing is 2 x 2 x
 * 10 + 2 + 1 = 43, a last norm 10, routing biases 2 x 3.
 */
START_TEST(parameters_are_counted_by_pencil)
{
	double attn = 494 + 312, vectors = 428 + 890 + 43 + 10 + 6;
	struct model m;

	little(&m);
	ck_rel(model_expert_params(&m), 150, 0);
	ck_rel(attention_mix_params(&m), 320, 0);
	ck_rel(model_params(&m), attn + 2 * (30 + 4 * 150) + vectors + 400, 0);
	/* one expert of three; the embedding is looked up */
	ck_rel(model_params_active(&m, true),
	       attn + 2 * (30 + 2 * 150) + vectors + 400, 0);
	ck_rel(model_params_active(&m, false),
	       attn + 2 * (30 + 2 * 150) + vectors + 200, 0);
	m.tie_word_embeddings = true;
	ck_rel(model_params(&m), attn + 2 * (30 + 4 * 150) + vectors + 200, 0);
	/* two projections of 10 x 10, three norms, no compressor */
	ck_rel(model_params_mtp(&m), 232 + 30 + 344 + 43 + 30 + 150 +
	       3 * (1 + 150) + 200 + 30, 0);
}
END_TEST

/*
 * Two bytes each, but four of what V4 keeps in fp32: 392 of CSA's 428, 856 of
 * HCA's 890, 344 of the window's 374, mixings of 43, biases.
 */
START_TEST(bytes_are_counted_by_pencil)
{
	double csa = 36 * 2 + 392 * 4 + 494 * 2;
	double hca = 34 * 2 + 856 * 4 + 312 * 2;
	double swa = 30 * 2 + 344 * 4 + 232 * 2;
	double moe = 2 * (30 + 4 * 150), ends = 2 * (400 + 10);
	double mtp = swa + moe + 3 * 4 + 43 * 4 + 200 * 2 + 30 * 2;
	struct model m;

	little(&m);
	ck_rel(model_mtp_in_B(&m, &m.kept), mtp, 0);
	ck_rel(model_checkpoint_B(&m), csa + hca + 2 * moe + 2 * 3 * 4 + ends +
	       43 * 4 + mtp, 0);
	ck_rel(model_repeated_B(&m), 0, 0);
	/* a layer by hash: no bias of 3, but 20 words of one 64-bit expert */
	m.num_hash_layers = 1;
	ck_rel(model_checkpoint_B(&m), csa + hca + 2 * moe + 3 * 4 + ends +
	       43 * 4 + mtp + 160, 0);
	/* experts in fp8 with a scale of 4 B a 128 x 128; a half of it */
	m.num_hash_layers = 0;
	for (int p = 0; p < SITE_NR; p++)
		m.kept.of[p][MODULE_EXPERTS] = FORMAT_FP8;
	ck_rel(model_checkpoint_B(&m), csa + hca + 2 * moe + 2 * 3 * 4 + ends +
	       43 * 4 + mtp - 9 * 150 * (1 - 4 / 16384.0), 1e-12);
}
END_TEST

/*
 * A token: twice 494 + 312 + 2 x (30 + 300) + 200 of matrices; in each layer
 * twice 320 to mix and 2 x 2 x 10 x (2 + 2) to collapse and spread. Of 400
 * tokens CSA has 16 and 100 entries and picks 50 of these, HCA 16 and 400 /
 * 128; each entry is 2 x 2 heads x (4 + 4), an index key 2 x 2.
 */
START_TEST(flops_are_counted_by_pencil)
{
	double matrices = 2 * (494 + 312 + 2 * 330 + 200);
	double mixing = 2 * (2 * 320 + 2 * 160);
	double core = 32 * (66 + 16 + 400.0 / 128), keys = 4 * 100;
	struct model m;

	little(&m);
	ck_rel(model_flop_per_token(&m, 400), matrices + mixing + core + keys,
	       1e-12);
	/* of 40: all 10 are picked; 40 / 128 of HCA's */
	ck_rel(model_flop_per_token(&m, 40), matrices + mixing +
	       32 * (26 + 16 + 40.0 / 128) + 4 * 10, 1e-12);
}
END_TEST

/*
 * An entry is 4 x 2 B, an index key 2 x 2 B: of 400 tokens CSA keeps 116
 * entries and 100 keys, HCA 19.125 entries.
 */
START_TEST(a_cache_is_counted_by_pencil)
{
	struct kv_form f;
	struct model m;

	little(&m);
	f = attention_form(&m, FORMAT_BF16, false);
	ck_rel(f.entry_B, 8, 0);
	ck_rel(f.key_B, 4, 0);
	ck_rel(attention_kv_B(&m, &f, 400), 8 * (116 + 19.125) + 4 * 100, 0);
	/* content and score: 8 rows of 2 x (4 + 2), 128 rows of 4; in fp32 */
	ck_rel(attention_state_B(&m, ATTN_CSA), 2 * 8 * 12 * 4, 0);
	ck_rel(attention_state_B(&m, ATTN_HCA), 2 * 128 * 4 * 4, 0);
	ck_rel(1 + attention_state_B(&m, ATTN_SWA), 1, 0);
}
END_TEST

/*
 * Of the entries met, those that grow with the context: all of an MLA's; of
 * CSA's 16 + 10 the 10, until it picks; of HCA's 16 + 1 one, of a window none.
 */
START_TEST(what_grows_is_what_is_not_picked)
{
	struct model m;

	little(&m);
	ck_rel(attention_growth(&m, ATTN_MLA, 40), 1, 0);
	ck_rel(attention_growth(&m, ATTN_CSA, 40), 10.0 / 26, 1e-12);
	ck_rel(1 + attention_growth(&m, ATTN_CSA, 400), 1, 0);
	ck_rel(attention_growth(&m, ATTN_HCA, 128), 1.0 / 17, 1e-12);
	ck_rel(1 + attention_growth(&m, ATTN_SWA, 40), 1, 0);
}
END_TEST

/* The mean of a prompt's queries is the mean of each of them, to a token. */
static const enum attn kinds[] = { ATTN_MLA, ATTN_DSA, ATTN_SWA, ATTN_CSA,
				   ATTN_HCA };
static const struct { double from, to; } prompts[] = {
	{ 0, 10 }, { 0, 1000 }, { 300, 301 }, { 10, 60 }, { 150, 900 },
};

START_TEST(a_mean_over_a_prompt_is_that_of_its_queries)
{
	enum attn kind = kinds[_i];
	struct model m;

	little(&m);
	for (unsigned k = 0; k < sizeof(prompts) / sizeof(*prompts); k++) {
		double from = prompts[k].from, to = prompts[k].to, sum = 0;
		int parts = 4000;

		for (int i = 0; i < parts; i++) {
			double t = from + (to - from) * (i + 0.5) / parts;
			double all = kind == ATTN_CSA ? t / 4 :
				kind == ATTN_HCA ? t / 128 : t;

			if (kind == ATTN_SWA)
				all = 0;
			if (kind == ATTN_DSA || kind == ATTN_CSA)
				all = fmin(all, 50);
			if (kind != ATTN_MLA && kind != ATTN_DSA)
				all += fmin(t, 16);
			sum += all / parts;
		}
		ck_rel(attention_met_mean(&m, kind, from, to), sum, 1e-5);
	}
}
END_TEST

/* ---- written down, and read back ---- */

static void read_back(struct model *m, const char *lines)
{
	char line[512];
	struct fault why;

	while (*lines) {
		size_t len = strcspn(lines, "\n");
		char *tab;

		ck_assert(len < sizeof(line));
		memcpy(line, lines, len);
		line[len] = '\0';
		tab = strchr(line, '\t');
		ck_assert_ptr_nonnull(tab);
		*tab = '\0';
		ck_assert_msg(!model_fields_set(m, line, tab + 1, &why), "%s",
			      why.what);
		lines += len + 1;
	}
}

static void (*const toys[])(struct model *) = { little, toy_model, toy_v3,
	toy_v32, toy_v4_flash, toy_v4_pro };

START_TEST(a_model_is_the_same_when_read_back)
{
	struct text out = TEXT_INIT, again = TEXT_INIT;
	struct model was, is;

	memset(&is, 0, sizeof(is));
	toys[_i](&was);
	model_fields_write(&was, &out);
	read_back(&is, out.buf);
	is.kept = was.kept;
	ck_rel(model_params(&is), model_params(&was), 0);
	ck_rel(model_params_mtp(&is), model_params_mtp(&was), 0);
	ck_rel(model_checkpoint_B(&is), model_checkpoint_B(&was), 0);
	ck_rel(model_flop_per_token(&is, 5000),
	       model_flop_per_token(&was, 5000), 0);
	model_fields_write(&is, &again);
	ck_assert_str_eq(again.buf, out.buf);
	text_release(&out);
	text_release(&again);
}
END_TEST

static const struct { const char *name, *value; bool ok; } fields[] = {
	{ "hidden_size", "10", true }, { "hidden_size", "-1", false },
	{ "hidden_size", "", false }, { "hidden_size", "10x", false },
	{ "hidden_size", "10 11", false }, { "hidden_size", "ten", false },
	{ "hidden_size", "2147483647", true },
	{ "hidden_size", "2147483648", false }, { "hiden_size", "1", false },
	{ "tie_word_embeddings", "1", true },
	{ "tie_word_embeddings", "2", false }, { "family", "v4", true },
	{ "family", "v5", false },
};

START_TEST(a_field_takes_what_it_can_hold)
{
	struct fault why;
	struct model m;
	int rc;

	little(&m);
	fault_at(&why, "", 0, 0);
	rc = model_fields_set(&m, fields[_i].name, fields[_i].value, &why);
	ck_assert_msg((rc == 0) == fields[_i].ok, "%s %s: %d", fields[_i].name,
		      fields[_i].value, rc);
	if (rc)
		ck_assert_ptr_nonnull(strstr(why.what, fields[_i].name));
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_little(void)
{
	Suite *s = suite_create("little");
	TCase *t = tcase_create("little");

	tcase_add_loop_test(t, attention_is_its_matrices, 0, NR(layers));
	tcase_add_test(t, parameters_are_counted_by_pencil);
	tcase_add_test(t, bytes_are_counted_by_pencil);
	tcase_add_test(t, flops_are_counted_by_pencil);
	tcase_add_test(t, a_cache_is_counted_by_pencil);
	tcase_add_test(t, what_grows_is_what_is_not_picked);
	tcase_add_loop_test(t, a_mean_over_a_prompt_is_that_of_its_queries, 0,
			    NR(kinds));
	tcase_add_loop_test(t, a_model_is_the_same_when_read_back, 0,
			    NR(toys));
	tcase_add_loop_test(t, a_field_takes_what_it_can_hold, 0, NR(fields));
	suite_add_tcase(s, t);
	return s;
}
