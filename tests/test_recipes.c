#include <stdio.h>
#include <string.h>

#include "model/kept.h"
#include "model/model.h"
#include "model/model_fields.h"
#include "facts/set.h"
#include "sheet/sheet.h"
#include "tests/rows.h"
#include "tests/tests.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- words of a recipe ---- */

/*
 * What a recipe makes of a checkpoint that is bf16, experts fp8: a letter for
 * each module of the MoE layers, in the order of enum module (q_a q_b kv_a
 * kv_b o index_q index_k dense shared experts), then the MTP block's.
 */
static const struct {
	const char *words, *moe, *mtp;
} recipes[] = {
	{ "", "bbbbbbbbb8", "bbbbbbbbb8" },
	{ "   ", "bbbbbbbbb8", "bbbbbbbbb8" },
	{ "all=fp8", "8888888888", "8888888888" },
	{ "attention=fp8", "8888888bb8", "8888888bb8" },
	{ "index=fp8", "bbbbb88bb8", "bbbbb88bb8" },
	{ "q_a=fp8", "8bbbbbbbb8", "8bbbbbbbb8" },
	{ "q_b=fp8", "b8bbbbbbb8", "b8bbbbbbb8" },
	{ "kv_a=fp8", "bb8bbbbbb8", "bb8bbbbbb8" },
	{ "kv_b=fp8", "bbb8bbbbb8", "bbb8bbbbb8" },
	{ "o=fp8", "bbbb8bbbb8", "bbbb8bbbb8" },
	{ "index_q=fp8", "bbbbb8bbb8", "bbbbb8bbb8" },
	{ "index_k=fp8", "bbbbbb8bb8", "bbbbbb8bb8" },
	{ "dense=fp8", "bbbbbbb8b8", "bbbbbbb8b8" },
	{ "shared=fp8", "bbbbbbbb88", "bbbbbbbb88" },
	{ "experts=nvfp4", "bbbbbbbbb4", "bbbbbbbbb4" },
	{ "mtp=nvfp4", "bbbbbbbbb8", "4444444444" },
	/* from left to right: the last word on a module stands */
	{ "all=nvfp4 attention=fp8 o=bf16", "8888b88444", "8888b88444" },
	{ "all=nvfp4 mtp=bf16", "4444444444", "bbbbbbbbbb" },
	{ "mtp=bf16 all=nvfp4", "4444444444", "4444444444" },
	/* as the checkpoint has it, whatever stood before */
	{ "all=nvfp4 experts=native", "4444444448", "4444444448" },
	{ "all=nvfp4 mtp=native", "4444444444", "bbbbbbbbb8" },
	{ " all=fp8   experts=nvfp4 ", "8888888884", "8888888884" },
};

static char letter(enum format f)
{
	return f == FORMAT_BF16 ? 'b' : f == FORMAT_FP8 ? '8' :
	       f == FORMAT_NVFP4 ? '4' : '?';
}

static void ck_place(const struct kept *k, enum site place, const char *want)
{
	char got[MODULE_NR + 1] = "";

	for (int m = 0; m < MODULE_NR; m++)
		got[m] = letter(kept_in(k, place, (enum module)m));
	ck_assert_str_eq(got, want);
}

START_TEST(a_recipe_changes_the_modules_it_names)
{
	const struct kept native = kept_all(FORMAT_BF16, FORMAT_FP8);
	struct kept k = native;
	struct fault why;

	ck_assert_int_eq(kept_apply(&k, &native, recipes[_i].words, &why), 0);
	ck_place(&k, SITE_DENSE, recipes[_i].moe);
	ck_place(&k, SITE_MOE, recipes[_i].moe);
	ck_place(&k, SITE_MTP, recipes[_i].mtp);
}
END_TEST

static const struct {
	const char *words, *what, *remedy;
} none[] = {
	{ "fp8", "\"fp8\" is no MODULE=FORMAT",
	  "write all=fp8 or experts=nvfp4, a blank between" },
	{ "all=fp8 experts", "\"experts\" is no MODULE=FORMAT",
	  "write all=fp8 or experts=nvfp4, a blank between" },
	{ "q=fp8", "\"q\" is no module of a recipe", "write all, attention, "
	  "q_a, q_b, kv_a, kv_b, o, index, dense, shared, experts or mtp" },
	{ "=fp8", "\"\" is no module of a recipe", "write all, attention, "
	  "q_a, q_b, kv_a, kv_b, o, index, dense, shared, experts or mtp" },
	{ "al=fp8", "\"al\" is no module of a recipe", "write all, attention, "
	  "q_a, q_b, kv_a, kv_b, o, index, dense, shared, experts or mtp" },
	{ "all=fp", "\"fp\" is no format of a recipe",
	  "write native, bf16, fp8, nvfp4, mxfp4, int4 or int8" },
	{ "all=", "\"\" is no format of a recipe",
	  "write native, bf16, fp8, nvfp4, mxfp4, int4 or int8" },
	{ "all=fp8=fp8", "\"fp8=fp8\" is no format of a recipe",
	  "write native, bf16, fp8, nvfp4, mxfp4, int4 or int8" },
	{ "mtp=natives", "\"natives\" is no format of a recipe",
	  "write native, bf16, fp8, nvfp4, mxfp4, int4 or int8" },
};

START_TEST(a_word_that_is_none_is_said)
{
	const struct kept native = kept_all(FORMAT_BF16, FORMAT_FP8);
	struct kept k = native;
	struct fault why;

	ck_assert_int_eq(kept_apply(&k, &native, none[_i].words, &why), -1);
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert_str_eq(why.remedy, none[_i].remedy);
}
END_TEST

/* In and out of one struct: what it was is what native means. */
START_TEST(a_recipe_may_change_what_it_is_of)
{
	struct kept k = kept_all(FORMAT_BF16, FORMAT_FP8);
	struct fault why;

	ck_assert_int_eq(kept_apply(&k, &k, "all=nvfp4 o=native", &why), 0);
	ck_place(&k, SITE_MOE, "4444b44444");
}
END_TEST

static const struct {
	const char *words, *want;
} spoken[] = {
	{ "", "bf16" }, { "all=fp8", "fp8" },
	{ "all=fp8 experts=nvfp4", "fp8" },
	{ "experts=nvfp4", "bf16" },
	{ "o=fp8", "q_a q_b kv_a kv_b index_q index_k dense shared bf16; "
	  "o fp8" },
	{ "all=nvfp4 attention=bf16", "q_a q_b kv_a kv_b o index_q index_k "
	  "bf16; dense shared nvfp4" },
	{ "all=fp8 q_a=bf16 shared=nvfp4", "q_a bf16; q_b kv_a kv_b o "
	  "index_q index_k dense fp8; shared nvfp4" },
};

/* Routed experts are said elsewhere: they are none of these words. */
START_TEST(a_place_is_one_format_or_each_with_its_modules)
{
	const struct kept native = kept_all(FORMAT_BF16, FORMAT_FP8);
	struct text out = TEXT_INIT;
	struct kept k = native;
	struct fault why;

	ck_assert_int_eq(kept_apply(&k, &native, spoken[_i].words, &why), 0);
	kept_words(&k, SITE_MOE, &out);
	ck_assert_str_eq(out.buf, spoken[_i].want);
	text_release(&out);
}
END_TEST

/* All but what is of the FFN: dense, shared and routed may differ. */
START_TEST(attention_alike_looks_at_attention_alone)
{
	struct kept k = kept_all(FORMAT_BF16, FORMAT_FP8);

	ck_assert(kept_attention_alike(&k, SITE_DENSE, SITE_MOE));
	k.of[SITE_MOE][MODULE_DENSE] = FORMAT_FP8;
	k.of[SITE_MOE][MODULE_SHARED] = FORMAT_FP8;
	k.of[SITE_MOE][MODULE_EXPERTS] = FORMAT_BF16;
	ck_assert(kept_attention_alike(&k, SITE_DENSE, SITE_MOE));
	for (int m = 0; m < MODULE_DENSE; m++) {
		struct kept other = k;

		other.of[SITE_MOE][m] = FORMAT_FP8;
		ck_assert(!kept_attention_alike(&other, SITE_DENSE, SITE_MOE));
		ck_assert(kept_attention_alike(&other, SITE_DENSE, SITE_MTP));
	}
}
END_TEST

START_TEST(modules_and_places_have_names)
{
	static const char *const module[] = { "q_a", "q_b", "kv_a", "kv_b",
		"o", "index_q", "index_k", "dense", "shared", "experts" };

	ck_assert_int_eq(NR(module), MODULE_NR);
	for (int m = 0; m < MODULE_NR; m++)
		ck_assert_str_eq(module_name((enum module)m), module[m]);
	ck_assert_str_eq(site_name(SITE_DENSE), "dense layers");
	ck_assert_str_eq(site_name(SITE_MOE), "MoE layers");
	ck_assert_str_eq(site_name(SITE_MTP), "MTP block");
}
END_TEST

/* ---- what a scenario may call it ---- */

static const struct {
	const char *weights;
	int rc;
	const char *moe;
} stored[] = {
	{ "native", 0, "bbbbbbbbb8" }, { "Native", 0, "bbbbbbbbb8" },
	{ "bf16", 0, "bbbbbbbbbb" }, { "fp8", 0, "8888888888" },
	/* of four bits the routed experts alone */
	{ "nvfp4", 0, "bbbbbbbbb4" }, { "NV-FP4", 0, "bbbbbbbbb4" },
	{ "mxfp4", 0, "bbbbbbbbb?" }, { "int4", 0, "bbbbbbbbb?" },
	{ "o=fp8", 0, "bbbb8bbbb8" }, { "o=fp9", -1, "" },
	{ "fp32", -1, "" }, { "int8", -1, "" }, { "", -1, "" },
	{ "own", 0, "4444444444" }, { "OWN", 0, "4444444444" },
};

START_TEST(a_name_of_a_format_says_how_all_is_stored)
{
	struct facts f;
	struct fault why;
	struct model m;
	struct kept k;

	toy_model(&m);
	m.kept = kept_all(FORMAT_BF16, FORMAT_FP8);
	rows_facts(&f, ROW("routing.sigma", "0", "1")
		   ROW("routing.drift", "0", "1")
		   ROW("recipe.own", "all=nvfp4", "name"));
	ck_assert_int_eq(model_take(&m, &f, &why), 0);
	ck_assert_int_eq(model_stored(&m, stored[_i].weights, &k),
			 stored[_i].rc);
	if (stored[_i].rc == 0)
		ck_place(&k, SITE_MOE, stored[_i].moe);
	facts_release(&f);
}
END_TEST

/* The sheet's word on a plain name holds, and stands once in the list. */
START_TEST(a_recipe_of_a_plain_name_is_the_sheets)
{
	static const char *const want[] = { "bf16", "fp8", "nvfp4", "mxfp4",
		"int4", "mixed" };
	struct facts f;
	struct fault why;
	struct model m;
	struct kept k;

	toy_model(&m);
	rows_facts(&f, ROW("routing.sigma", "0", "1")
		   ROW("routing.drift", "0", "1")
		   ROW("recipe.nvfp4", "all=nvfp4 attention=fp8", "name")
		   ROW("recipe.mixed", "experts=fp8", "name"));
	ck_assert_int_eq(model_take(&m, &f, &why), 0);
	ck_assert_int_eq(model_stored(&m, "nvfp4", &k), 0);
	ck_place(&k, SITE_MOE, "8888888444");
	for (int i = 0; i < NR(want); i++)
		ck_assert_str_eq(model_weights(&m, i), want[i]);
	ck_assert_ptr_null(model_weights(&m, NR(want)));
	facts_release(&f);
}
END_TEST

START_TEST(a_bad_recipe_is_named_by_its_line)
{
	struct facts f;
	struct fault why;
	struct model m;

	toy_model(&m);
	rows_facts(&f, ROW("routing.sigma", "0", "1")
		   ROW("routing.drift", "0", "1")
		   ROW("recipe.own", "every=fp8", "name"));
	ck_assert_int_eq(model_take(&m, &f, &why), -1);
	rows_said(&why, "toy.csv:4: \"every\" is no module of a recipe; write "
		  "all, attention, q_a, q_b, kv_a, kv_b, o, index, dense, "
		  "shared, experts or mtp");
	facts_release(&f);
}
END_TEST

/* ---- tokens a step ---- */

/*
 * One known acceptance p: 1 + p + p^2 (taken with p after one that was taken)
 * ...: the k-th draft gains p^(1 + 2 + ... + k), as each runs on what the one
 * before made. 0.8: 1.8, 1.8 + 0.8^3 = 2.312, + 0.8^6 = 2.574144.
 */
START_TEST(drafts_beyond_one_known_fall_off)
{
	struct model m;

	toy_model(&m);
	memset(m.tokens_per_step, 0, sizeof(m.tokens_per_step));
	m.tokens_per_step[0] = 1;
	ck_rel(model_tokens(&m, 0), 1, 0);
	ck_rel(model_tokens(&m, 1), 0, 0);
	ck_rel(model_tokens(&m, 3), 0, 0);
	m.tokens_per_step[1] = 1.8;
	ck_rel(model_tokens(&m, 1), 1.8, 0);
	ck_rel(model_tokens(&m, 2), 1.8 + 0.512, 1e-12);
	ck_rel(model_tokens(&m, 3), 1.8 + 0.512 + 0.262144, 1e-12);
}
END_TEST

/*
 * Of two, gains 0.8 and 0.4: each further one gains half of the one before.
 * Where the last gained more than the one before, they gain as much, not more.
 */
START_TEST(drafts_beyond_several_known_go_on_as_those_did)
{
	struct model m;

	toy_model(&m);
	memset(m.tokens_per_step, 0, sizeof(m.tokens_per_step));
	m.tokens_per_step[0] = 1;
	m.tokens_per_step[1] = 1.8;
	m.tokens_per_step[2] = 2.2;
	ck_rel(model_tokens(&m, 3), 2.4, 1e-12);
	ck_rel(model_tokens(&m, 4), 2.5, 1e-12);
	ck_rel(model_tokens(&m, 5), 2.55, 1e-12);
	m.tokens_per_step[2] = 2.7;
	ck_rel(model_tokens(&m, 3), 3.6, 1e-12);
	ck_rel(model_tokens(&m, 8), 1.8 + 7 * 0.9, 1e-12);
	m.tokens_per_step[4] = 3;	/* and one that is known is that */
	ck_rel(model_tokens(&m, 4), 3, 0);
	m.tokens_err[4] = 0.3;	/* a tenth; of eight drafts 2 x */
	ck_rel(model_tokens_log_sd(&m, 4), 0.1, 1e-12);
	ck_rel(model_tokens_log_sd(&m, 8), 0.2, 1e-12);
}
END_TEST

START_TEST(tokens_a_step_are_of_one_draft_more_at_most)
{
	static const char base[] = ROW("routing.sigma", "0", "1")
		ROW("routing.drift", "0", "1");
	struct facts f;
	struct fault why;
	struct model m;
	char rows[400];

	toy_model(&m);
	snprintf(rows, sizeof(rows), "%s%s%s", base,
		 ROW("tokens_per_step.1", "2", "1"),
		 ROW("tokens_per_step.8", "9", "1"));
	rows_facts(&f, rows);
	ck_assert_int_eq(model_take(&m, &f, &why), 0);
	ck_rel(m.tokens_per_step[1], 2, 0);
	ck_rel(m.tokens_per_step[8], 9, 0);
	facts_release(&f);
	snprintf(rows, sizeof(rows), "%s%s", base,
		 ROW("tokens_per_step.2", "3.5", "1"));
	rows_facts(&f, rows);
	ck_assert_int_eq(model_take(&m, &f, &why), -1);
	rows_said(&why, "toy.csv:4: 2 drafts cannot give 3.5 tokens a step; "
		  "write at most 3");
	facts_release(&f);
	snprintf(rows, sizeof(rows), "%s%s", base,
		 ROW("tokens_per_step.9", "2", "1"));
	rows_facts(&f, rows);
	ck_assert_int_eq(model_take(&m, &f, &why), -1);
	ck_assert_str_eq(why.what, "nobody asks for key "
			 "\"tokens_per_step.9\"");
	facts_release(&f);
}
END_TEST

/* ---- a model as lines ---- */

/* Set every line of one model on a blank one. */
static void copied(struct model *to, const struct model *from)
{
	struct text lines = TEXT_INIT;
	struct fault why;
	char *line, *next;

	memset(to, 0, sizeof(*to));
	model_fields_write(from, &lines);
	for (line = lines.buf; *line; line = next) {
		char *tab = strchr(line, '\t');

		next = strchr(line, '\n');
		*next++ = '\0';
		ck_assert_ptr_nonnull(tab);
		*tab++ = '\0';
		ck_assert_msg(!model_fields_set(to, line, tab, &why),
			      "%s; %s", why.what, why.remedy);
	}
	text_release(&lines);
	to->name = from->name;
	to->lender = from->lender;
}

static void (*const shipped[])(struct model *) = { toy_model, toy_v3, toy_v32,
	toy_v4_flash, toy_v4_pro };

/*
 * Byte by byte, padding too, as both began as zeros: all that a config says,
 * whether the MTP block's files repeat the embedding and whether its makers
 * serve fp8 KV included.
 */
START_TEST(a_model_survives_being_written_down)
{
	static struct model from, to;

	memset(&from, 0, sizeof(from));
	shipped[_i](&from);
	from.kv_fp8 = _i % 2;
	from.routing_borrowed = _i % 2 == 0;
	from.tie_word_embeddings = _i > 2;
	strcpy(from.left_out, _i ? "without a vision tower" : "");
	copied(&to, &from);
	ck_assert_int_eq(to.repeats, from.repeats);
	ck_assert_int_eq(to.kv_fp8, from.kv_fp8);
	ck_assert_int_eq(to.tie_word_embeddings, from.tie_word_embeddings);
	ck_assert_str_eq(to.left_out, from.left_out);
	ck_assert_int_eq(memcmp(&to.kept, &from.kept, sizeof(to.kept)), 0);
	ck_assert_int_eq(memcmp(to.compress, from.compress,
				sizeof(to.compress)), 0);
	ck_assert_int_eq(memcmp(to.layers_of, from.layers_of,
				sizeof(to.layers_of)), 0);
	ck_rel(model_params(&to), model_params(&from), 0);
	ck_rel(model_checkpoint_B(&to), model_checkpoint_B(&from), 0);
	ck_rel(model_repeated_B(&to), model_repeated_B(&from), 0);
	ck_rel(model_flop_per_token(&to, 4096),
	       model_flop_per_token(&from, 4096), 0);
}
END_TEST

static const struct {
	const char *name, *value;
	int rc;
} fields[] = {
	{ "hidden_size", "7168", 0 }, { "hidden_size", "2147483647", 0 },
	{ "hidden_size", "2147483648", -1 }, { "hidden_size", "-1", -1 },
	/* which in 32 bits would be 1, and all of a long's */
	{ "hidden_size", "-4294967295", -1 },
	{ "hidden_size", "9223372036854775808", -1 },
	{ "hidden_size", "7168 ", -1 }, { "hidden_size", "7168 1", -1 },
	{ "hidden_size", "7168.5", -1 }, { "hidden_size", "", -1 },
	{ "hidden", "7168", -1 }, { "family", "v4", 0 },
	{ "family", "v5", -1 }, { "repeats", "1", 0 }, { "repeats", "2", -1 },
	{ "kv_fp8", "0", 0 }, { "kv_fp8", "yes", -1 },
	{ "compress", "0 1 5", 0 }, { "compress", "0 6", -1 },
	{ "layers_of", "1 2 3 4 5 6", 0 },
	{ "layers_of", "1 2 3 4 5 6 7", -1 }, { "layers_of", "1  2", 0 },
	{ "kept", "15", 0 }, { "kept", "16", -1 }, { "kept", "-1", -1 },
	{ "left_out", "anything", 0 },
};

START_TEST(a_field_that_is_none_is_said)
{
	static struct model m;
	char want[200];
	struct fault why;

	ck_assert_msg(model_fields_set(&m, fields[_i].name, fields[_i].value,
				       &why) == fields[_i].rc, "%s=%s",
		      fields[_i].name, fields[_i].value);
	if (fields[_i].rc == 0)
		return;
	snprintf(want, sizeof(want), "\"%s\" is no field of a model, or "
		 "\"%s\" no value of it", fields[_i].name, fields[_i].value);
	ck_assert_str_eq(why.what, want);
	ck_assert_str_eq(why.remedy, "take it from `deeproof bundle`");
}
END_TEST

/* ---- the suite ---- */

static void add_model(Suite *s)
{
	TCase *t = tcase_create("model");

	tcase_add_loop_test(t, a_name_of_a_format_says_how_all_is_stored, 0,
			    NR(stored));
	tcase_add_test(t, a_recipe_of_a_plain_name_is_the_sheets);
	tcase_add_test(t, a_bad_recipe_is_named_by_its_line);
	tcase_add_test(t, drafts_beyond_one_known_fall_off);
	tcase_add_test(t, drafts_beyond_several_known_go_on_as_those_did);
	tcase_add_test(t, tokens_a_step_are_of_one_draft_more_at_most);
	tcase_add_loop_test(t, a_model_survives_being_written_down, 0,
			    NR(shipped));
	tcase_add_loop_test(t, a_field_that_is_none_is_said, 0, NR(fields));
	suite_add_tcase(s, t);
}

Suite *suite_recipes(void)
{
	Suite *s = suite_create("recipes");
	TCase *t = tcase_create("kept");

	tcase_add_loop_test(t, a_recipe_changes_the_modules_it_names, 0,
			    NR(recipes));
	tcase_add_loop_test(t, a_word_that_is_none_is_said, 0, NR(none));
	tcase_add_test(t, a_recipe_may_change_what_it_is_of);
	tcase_add_loop_test(t, a_place_is_one_format_or_each_with_its_modules,
			    0, NR(spoken));
	tcase_add_test(t, attention_alike_looks_at_attention_alone);
	tcase_add_test(t, modules_and_places_have_names);
	suite_add_tcase(s, t);
	add_model(s);
	return s;
}
