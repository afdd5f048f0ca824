#include <stdlib.h>
#include <string.h>

#include "checkpoint/plan.h"
#include "tests/tests.h"

/*
 * A toy of four layers, the first dense, and an MTP block, which is layer 4.
 * Everything is fp8 but what a pattern leaves in bf16: k is kept, q is not.
 * In the order of module[]: q_a q_b o, dense, shared, experts.
 */
static const enum module module[] = { MODULE_Q_A, MODULE_Q_B, MODULE_O,
	MODULE_DENSE, MODULE_SHARED, MODULE_EXPERTS };

enum { MODULES = sizeof(module) / sizeof(*module) };

static struct model toy = { .family = FAMILY_MLA, .num_hidden_layers = 4,
	.first_k_dense_replace = 1, .num_nextn_predict_layers = 1 };
static struct model toy_v4 = { .family = FAMILY_V4, .num_hidden_layers = 4,
	.num_nextn_predict_layers = 1 };
static struct plan plan;
static struct kept kept;
static struct fault why;

static void setup(void)
{
	memset(&why, 0, sizeof(why));
	plan_init(&plan, "block");
	plan.all = FORMAT_FP8;
}

static void teardown(void)
{
	plan_release(&plan);
}

static int leave(const char *pattern, const struct model *m)
{
	return plan_add(&plan, pattern, PLAN_NONE, &why) ||
	       plan_apply(&plan, m, &kept, &why) ? -1 : 0;
}

static void is_kept(enum site s, const char *want)
{
	for (int i = 0; i < MODULES; i++)
		ck_assert_msg(kept_in(&kept, s, module[i]) ==
			      (want[i] == 'k' ? FORMAT_BF16 : FORMAT_FP8),
			      "%s of the %s", module_name(module[i]),
			      site_name(s));
}

/*
 * What a place has none of is as its like elsewhere: shared and experts of
 * the dense layers as the MoE layers', dense of these as the dense layers',
 * dense of the MTP block as its o.
 */
static const struct {
	const char *pattern, *dense, *moe, *mtp;
} patterns[] = {
	/* words, from one full stop to another */
	{ "self_attn", "kkkqqq", "kkkqqq", "kkkkqq" },
	{ "self_attn.o_proj.weight", "qqkqqq", "qqkqqq", "qqkkqq" },
	{ "model.self_attn.o_proj.bias", "qqkqqq", "qqkqqq", "qqkkqq" },
	{ "o_proj", "qqkqqq", "qqkqqq", "qqkkqq" },
	{ "self_attn.fused_qkv_a_proj", "kqqqqq", "kqqqqq", "kqqqqq" },
	{ "layers.0", "kkkkqq", "qqqkqq", "qqqqqq" },
	{ "model.layers.4", "qqqqqq", "qqqqqq", "kkkkkk" },
	{ "language_model.model.layers.4", "qqqqqq", "qqqqqq", "kkkkkk" },
	{ "layers.0.mlp", "qqqkqq", "qqqkqq", "qqqqqq" },
	{ "mlp.experts", "qqqqqk", "qqqqqk", "qqqqqk" },
	{ "mlp.shared_experts", "qqqqkq", "qqqqkq", "qqqqkq" },
	/* one expert is as the first is said to be, whatever it says */
	{ "mlp.experts.7.gate_proj", "qqqqqq", "qqqqqq", "qqqqqq" },
	{ "layers.1.mlp.experts.65535.up_proj", "qqqqqq", "qqqqqq",
	  "qqqqqq" },
	/* what has no format of its own is met all the same */
	{ "mlp.gate", "qqqqqq", "qqqqqq", "qqqqqq" },
	{ "layers.3.mlp.gate", "qqqqqq", "qqqqqq", "qqqqqq" },
	{ "lm_head", "qqqqqq", "qqqqqq", "qqqqqq" },
	{ "model.embed_tokens.weight", "qqqqqq", "qqqqqq", "qqqqqq" },
	{ "rotary_emb", "qqqqqq", "qqqqqq", "qqqqqq" },
	/* globs, of a name or of what it stands in */
	{ "*self_attn.q_b*", "qkqqqq", "qkqqqq", "qkqqqq" },
	{ "model.layers.[1-3].mlp.*", "qqqqkk", "qqqqkk", "qqqqqq" },
	{ "*layers.4", "qqqqqq", "qqqqqq", "kkkkkk" },
	{ "layers.?.self_attn", "kkkqqq", "kkkqqq", "kkkkqq" },
	{ "lm_hea?", "qqqqqq", "qqqqqq", "qqqqqq" },
	/* Python's expressions, from the start of a name */
	{ "re:.*o_proj", "qqkqqq", "qqkqqq", "qqkkqq" },
	{ "re:model\\.layers\\.\\d\\.mlp\\.experts\\.\\w+", "qqqqqk",
	  "qqqqqk", "qqqqqk" },
	{ "re:language_model\\.model\\.layers\\.4", "qqqqqq", "qqqqqq",
	  "kkkkkk" },
	{ "re:language_model\\.layers\\.4\\.", "qqqqqq", "qqqqqq", "kkkkkk" },
	{ "re:layers\\.[0]\\.", "kkkkqq", "qqqkqq", "qqqqqq" },
	{ "re:.*?mlp\\.(?:shared_experts|none)\\..+?_proj", "qqqqkq",
	  "qqqqkq", "qqqqkq" },
	{ "re:.*(q_a|q_b)_proj", "kkqqqq", "kkqqqq", "kkqqqq" },
};

START_TEST(a_pattern_leaves_what_it_names)
{
	ck_assert_msg(!leave(patterns[_i].pattern, &toy), "%s", why.what);
	is_kept(SITE_DENSE, patterns[_i].dense);
	is_kept(SITE_MOE, patterns[_i].moe);
	is_kept(SITE_MTP, patterns[_i].mtp);
}
END_TEST

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *pattern, *what;	/* the whole of it, or its end */
} refused[] = {
	{ "elf_attn.o_proj", "matches no module of this model" },
	{ "self_attn.o_pro", "matches no module of this model" },
	{ "layers.5", "matches no module of this model" },
	{ "layers.12x", "matches no module of this model" },
	{ "layers.", "matches no module of this model" },
	{ "experts.65536", "matches no module of this model" },
	{ "q_b*", "matches no module of this model" },
	{ "re:o_proj", "matches no module of this model" },
	{ "re:.*o.proj.\\.", "matches no module of this model" },
	{ "re:.*\\d\\d\\.", "matches no module of this model" },
	{ "vision_tower.blocks.0", "matches no module of this model" },
	{ A40 A40 A40 A40 A40, "matches no module of this model" },
	{ A40 A40 A40 A40 A40 "a", "block names a module of 201 characters" },
	{ "", "block names a module of 0 characters" },
	{ "re:a{2}", "an expression that we cannot read" },
	{ "re:}", "an expression that we cannot read" },
	{ "re:\\s", "an expression that we cannot read" },
	{ "re:(?=x)", "an expression that we cannot read" },
	{ "re:(", "an expression that we cannot read" },
	{ "re:a\\", "an expression that we cannot read" },
	/* of one kind, and not alike */
	{ "layers.1.self_attn", "block stores q_a of layer 1 in bf16 and of "
	  "layer 2 in fp8" },
	{ "layers.3.self_attn.o_proj", "block stores o of layer 1 in fp8 and "
	  "of layer 3 in bf16" },
	{ "mlp.experts.0.up_proj", "block stores experts of layer 1 in fp8 "
	  "and of layer 1 in bf16" },
};

START_TEST(a_pattern_that_cannot_be_is_refused)
{
	size_t len, end = strlen(refused[_i].what);

	ck_assert_int_eq(leave(refused[_i].pattern, &toy), -1);
	len = strlen(why.what);
	ck_assert_msg(len >= end && !strcmp(why.what + len - end,
					    refused[_i].what), "%s", why.what);
	ck_assert(*why.remedy);
}
END_TEST

/* A tower may be named where the root has one. */
START_TEST(a_tower_is_named_where_there_is_one)
{
	static const char *const of[] = { "vision_tower.blocks.0",
		"visual.*", "re:.*mm_projector.*" };

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(leave(of[i], &toy), -1);
		plan.vision = true;
		ck_assert_int_eq(plan_apply(&plan, &toy, &kept, &why), 0);
		is_kept(SITE_MOE, "qqqqqq");
		teardown();
		setup();
	}
}
END_TEST

/* The last of two formats holds; what one leaves alone no other changes. */
START_TEST(the_last_pattern_holds_but_over_what_is_left)
{
	ck_assert(!plan_add(&plan, "self_attn", FORMAT_NVFP4, &why));
	ck_assert(!plan_add(&plan, "o_proj", FORMAT_INT4, &why));
	ck_assert(!plan_add(&plan, "q_a_proj", PLAN_NONE, &why));
	ck_assert(!plan_add(&plan, "re:.*q_a_proj", FORMAT_MXFP4, &why));
	ck_assert_int_eq(plan_apply(&plan, &toy, &kept, &why), 0);
	for (int s = 0; s < SITE_NR; s++) {
		ck_assert_int_eq(kept_in(&kept, (enum site)s, MODULE_Q_A),
				 FORMAT_BF16);
		ck_assert_int_eq(kept_in(&kept, (enum site)s, MODULE_Q_B),
				 FORMAT_NVFP4);
		ck_assert_int_eq(kept_in(&kept, (enum site)s, MODULE_O),
				 FORMAT_INT4);
	}
	ck_assert_int_eq(kept_in(&kept, SITE_MOE, MODULE_SHARED), FORMAT_FP8);
}
END_TEST

/* Without a pattern: all, and the routed experts in theirs; or the base. */
START_TEST(experts_have_their_own_format)
{
	plan.experts = FORMAT_MXFP4;
	ck_assert_int_eq(plan_apply(&plan, &toy, &kept, &why), 0);
	ck_assert_int_eq(kept_in(&kept, SITE_MTP, MODULE_EXPERTS),
			 FORMAT_MXFP4);
	ck_assert_int_eq(kept_in(&kept, SITE_MOE, MODULE_SHARED), FORMAT_FP8);
	plan.all = PLAN_NONE;
	ck_assert_int_eq(plan_apply(&plan, &toy, &kept, &why), 0);
	ck_assert_int_eq(kept_in(&kept, SITE_MOE, MODULE_EXPERTS),
			 FORMAT_MXFP4);
	ck_assert_int_eq(kept_in(&kept, SITE_MOE, MODULE_SHARED),
			 FORMAT_BF16);
	plan.experts = PLAN_NONE;
	plan.base = kept_all(FORMAT_INT8, FORMAT_W4AFP8);
	ck_assert_int_eq(leave("lm_head", &toy), 0);
	ck_assert_int_eq(kept_in(&kept, SITE_DENSE, MODULE_DENSE),
			 FORMAT_INT8);
	ck_assert_int_eq(kept_in(&kept, SITE_MOE, MODULE_EXPERTS),
			 FORMAT_W4AFP8);
}
END_TEST

/* V4's block is mtp.0, its layers are attn and ffn, and none is dense. */
START_TEST(v4_calls_its_block_mtp)
{
	ck_assert_msg(!leave("mtp.0.attn", &toy_v4), "%s", why.what);
	is_kept(SITE_MTP, "kkkkqq");
	is_kept(SITE_MOE, "qqqqqq");
	teardown();
	setup();
	ck_assert_int_eq(leave("layers.4", &toy_v4), -1);
	teardown();
	setup();
	ck_assert_msg(!leave("ffn.experts", &toy_v4), "%s", why.what);
	is_kept(SITE_MOE, "qqqqqk");
	teardown();
	setup();
	ck_assert_int_eq(leave("attn.wo_b", &toy_v4), -1);
	ck_assert_str_eq(why.what, "block stores o of layer 0 in fp8 and of "
			 "layer 0 in bf16");
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_pattern(void)
{
	Suite *s = suite_create("pattern");
	TCase *t = tcase_create("pattern");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_pattern_leaves_what_it_names, 0,
			    NR(patterns));
	tcase_add_loop_test(t, a_pattern_that_cannot_be_is_refused, 0,
			    NR(refused));
	tcase_add_test(t, a_tower_is_named_where_there_is_one);
	tcase_add_test(t, the_last_pattern_holds_but_over_what_is_left);
	tcase_add_test(t, experts_have_their_own_format);
	tcase_add_test(t, v4_calls_its_block_mtp);
	suite_add_tcase(s, t);
	return s;
}
