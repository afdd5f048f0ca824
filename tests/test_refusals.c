#include <stdio.h>
#include <string.h>

#include "ask/refusal.h"
#include "ask/scenario.h"
#include "tests/tests.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- a refusal in words ---- */

/*
 * The toy's KV: 5 layers of 100 bf16 elements are 1000 B a token, so 1.5 MB
 * hold one sequence of 1500 tokens and 900 B none. Shares are said in whole
 * hundredths, the next larger, up to 0.97.
 */
static const struct {
	struct refusal r;
	const char *want;
} said[] = {
	{ { .kind = REFUSAL_NONE }, "" },
	{ { .kind = REFUSAL_FORMAT, .format = "nvfp4", .of = "routed experts" },
	  "toy has no tensor cores for nvfp4 routed experts" },
	{ { .kind = REFUSAL_CONTEXT, .need = 200000, .have = 100000 },
	  "a context of 200000 tokens is above the 100000 that toy was made "
	  "for; ask for up to that" },
	{ { .kind = REFUSAL_DCP }, "the attention of toy picks what it meets, "
	  "and no engine shards that over dcp = 2 GPUs; dcp=1 would run" },
	{ { .kind = REFUSAL_SHARD, .need = 100, .have = 128,
	    .of = "dense layers", .format = "fp8" },
	  "tp = 4 leaves a GPU 100 of the dense layers, which cut blocks of "
	  "128 in fp8; a smaller tp or weights without such blocks would" },
	{ { .kind = REFUSAL_SHARD, .need = 50, .have = 128, .by_moe = true,
	    .of = "routed experts", .format = "fp8" },
	  "gpus / ep = 2 leaves a GPU 50 of the routed experts, which cut "
	  "blocks of 128 in fp8; a larger ep or weights without such blocks "
	  "would" },
	{ { .kind = REFUSAL_SHARD, .need = 50, .have = 128, .by_moe = true,
	    .both = true, .of = "routed experts", .format = "fp8" },
	  "gpus / ep = 2 leaves a GPU 50 of the routed experts, which cut "
	  "blocks of 128 in fp8; a larger ep with a smaller tp or weights "
	  "without such blocks would" },
	{ { .kind = REFUSAL_WEIGHTS, .need = 100e9, .buffer_B = 1.25e9,
	    .have = 90e9, .share = 0.951 },
	  "100.0 GB of weights and 1.2 GB of buffers do not fit the 90.0 GB "
	  "that the engine may fill; mem_share=0.96 would hold them" },
	{ { .kind = REFUSAL_WEIGHTS, .need = 100e9, .buffer_B = 0,
	    .have = 90e9, .share = 0.97 },
	  "100.0 GB of weights and 0.0 GB of buffers do not fit the 90.0 GB "
	  "that the engine may fill; mem_share=0.97 would hold them" },
	{ { .kind = REFUSAL_WEIGHTS, .need = 100e9, .buffer_B = 0,
	    .have = 90e9, .share = 0.971 },
	  "100.0 GB of weights and 0.0 GB of buffers do not fit the 90.0 GB "
	  "that the engine may fill; more GPUs or fewer bits would" },
	{ { .kind = REFUSAL_KV, .need = 7e9, .have = 3e9, .fit = 3,
	    .share = 0.5 }, "7.0 GB of KV do not fit the 3.0 GB left beside "
	  "the weights; a batch of 3 would" },
	{ { .kind = REFUSAL_KV, .need = 7e9, .have = 3e9, .fit = 1,
	    .share = 0.5 }, "7.0 GB of KV do not fit the 3.0 GB left beside "
	  "the weights; a batch of 1 would" },
	{ { .kind = REFUSAL_KV, .need = 7e9, .have = 3e9, .fit = 0,
	    .share = 0.9201 }, "7.0 GB of KV do not fit the 3.0 GB left "
	  "beside the weights; mem_share=0.93 would hold them" },
	{ { .kind = REFUSAL_KV, .need = 7e9, .have = 1.5e6, .fit = 0,
	    .share = 1.2 }, "7.0 GB of KV do not fit the 0.0 GB left beside "
	  "the weights; not even one sequence of this context does; one of "
	  "1500 tokens would" },
	{ { .kind = REFUSAL_KV, .need = 7e9, .have = 900, .fit = 0,
	    .share = 1.2 }, "7.0 GB of KV do not fit the 0.0 GB left beside "
	  "the weights; not even one sequence does; more GPUs or fewer bits "
	  "would" },
};

START_TEST(a_refusal_is_a_sentence_with_its_numbers)
{
	struct toy t;
	char out[300], cut[20];

	toy_make(&t, &(struct toy_plan){ .gpus = 4, .tp = 4, .dcp = 2,
		.ep = 2, .batch = 1 });
	t.on.layout.dcp = said[_i].r.kind == REFUSAL_DCP ? 2 : 1;
	refusal_words(&said[_i].r, &t.on, out, sizeof(out));
	ck_assert_str_eq(out, said[_i].want);
	refusal_words(&said[_i].r, &t.on, cut, sizeof(cut));
	ck_assert_int_eq(strncmp(cut, said[_i].want, sizeof(cut) - 1), 0);
	ck_assert(strlen(cut) < sizeof(cut));
}
END_TEST

/* ---- overrides ---- */

static double column(const struct scenario *s, const char *name)
{
	double x;

	memcpy(&x, (const char *)s + scenario_columns[
	       scenario_column_find(name)].offset, sizeof(x));
	return x;
}

/* What stood there before: batch 4, or concurrency 64 where pairs say so. */
static const struct {
	const char *before, *pairs, *column;
	double want;		/* NaN: blank */
} overrides[] = {
	{ "batch=4", "concurrency=64", "batch", NAN },
	{ "batch=4", "concurrency=64", "concurrency", 64 },
	{ "concurrency=64", "batch=4", "concurrency", NAN },
	{ "concurrency=64", "batch=4", "batch", 4 },
	{ "ctx=1000", "isl=500", "ctx", NAN },
	{ "ctx=1000", "osl=500", "ctx", NAN },
	{ "ctx=1000", "isl=500", "isl", 500 },
	{ "ctx=1000", "tp=8", "ctx", 1000 },
	{ "ctx=1000", "isl=500,ctx=700", "ctx", 700 },
	/* a column made blank again contradicts nothing */
	{ "concurrency=64", "batch=", "concurrency", 64 },
	{ "batch=4", "concurrency=", "batch", 4 },
	{ "ctx=1000", "isl=", "ctx", 1000 },
	{ "ctx=1000", "osl=", "ctx", 1000 },
	{ "batch=4", "batch=", "batch", NAN },
	{ "gpus=8", "gpus=16,gpus=32", "gpus", 32 },
	{ "gpus=8", "", "gpus", 8 },
};

START_TEST(what_is_given_takes_the_place_of_what_contradicts_it)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	ck_assert_int_eq(scenario_override(&s, overrides[_i].before, &why),
			 0);
	ck_assert_int_eq(scenario_override(&s, overrides[_i].pairs, &why), 0);
	if (isnan(overrides[_i].want))
		ck_assert_double_nan(column(&s, overrides[_i].column));
	else
		ck_rel(column(&s, overrides[_i].column), overrides[_i].want,
		       0);
}
END_TEST

/* Likewise a list of lengths, which is a context. */
START_TEST(a_list_of_lengths_goes_as_a_context_does)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	ck_assert_int_eq(scenario_override(&s, "ctx=100:0.5;300:0.5", &why),
			 0);
	ck_assert_str_eq(s.mix, "100:0.5;300:0.5");
	ck_rel(s.ctx, 200, 1e-12);
	ck_assert_int_eq(scenario_override(&s, "osl=", &why), 0);
	ck_assert_str_eq(s.mix, "100:0.5;300:0.5");
	ck_assert_int_eq(scenario_override(&s, "osl=10", &why), 0);
	ck_assert_str_eq(s.mix, "");
	ck_assert_double_nan(s.ctx);
}
END_TEST

/* Sixteen lengths are a list, of a sixteenth each; one more is none. */
START_TEST(a_list_has_sixteen_lengths_at_most)
{
	char list[200] = "ctx=1:0.0625";
	struct scenario s;
	struct fault why = { .row = 0 };

	for (int i = 2; i <= 16; i++) {
		size_t len = strlen(list);

		snprintf(list + len, sizeof(list) - len, ";%d:0.0625", i);
	}
	scenario_init(&s);
	ck_assert_int_eq(scenario_override(&s, list, &why), 0);
	ck_rel(s.ctx, 8.5, 1e-12);
	strcat(list, ";17:0");
	ck_assert_int_eq(scenario_override(&s, list, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "which is no list of"));
	strcat(list, ".0625");
	ck_assert_int_eq(scenario_override(&s, list, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "which is no list of"));
}
END_TEST

/* Two stages of eight GPUs are sixteen. */
START_TEST(the_gpus_of_a_layout_are_those_of_all_stages)
{
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 16, .pp = 2, .batch = 2 });
	ck_assert_int_eq(t.on.layout.gpus, 8);
	ck_assert_int_eq(layout_gpus(&t.on.layout), 16);
	ck_assert_int_eq(layout_stage_layers(&t.on.layout, &t.model), 3);
}
END_TEST

#define PAIRS "write column=value pairs, as gpus=8,ep=8"

#define LIST "write tokens, or a share for each length, as " \
	     "1024:0.5;8192:0.4;131072:0.1"

static const struct { const char *pairs, *what, *remedy, *about; } wrong[] = {
	{ "gpus", "\"gpus\" has no \"=\"", PAIRS, NULL },
	{ "gpus=8,ep", "\"ep\" has no \"=\"", PAIRS, NULL },
	{ "gpu=8", "there is no column \"gpu\"", "did you mean gpus?", NULL },
	{ "zzzzzz=8", "there is no column \"zzzzzz\"",
	  "write columns of a scenario, as gpus=8,ep=8", NULL },
	{ "gpus=eight", "gpus is \"eight\", which is no number",
	  "write a plain decimal number", NULL },
	{ "ctx=1:0.4", "the shares of ctx sum to 0.4",
	  "make them sum to 1", "ctx" },
	{ "ctx=a:1", "ctx is \"a:1\", which is no list of TOKENS:SHARE above "
	  "0", LIST, "ctx" },
	{ "ctx=2e9:1", "ctx is \"2e9:1\", which is no list of TOKENS:SHARE "
	  "above 0", LIST, "ctx" },
};

START_TEST(an_override_that_is_none_is_said)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert_int_eq(scenario_override(&s, wrong[_i].pairs, &why), -1);
	ck_assert_str_eq(why.about, wrong[_i].about ? wrong[_i].about : "");
	ck_assert_str_eq(why.what, wrong[_i].what);
	ck_assert_str_eq(why.remedy, wrong[_i].remedy);
}
END_TEST

/* A word has 191 bytes at most. */
START_TEST(a_word_has_so_many_bytes)
{
	char word[SCENARIO_WORD + 1];
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	memset(word, 'x', sizeof(word));
	word[SCENARIO_WORD - 1] = '\0';
	ck_assert_int_eq(scenario_set(&s, "hw", word, &why), 0);
	ck_assert_str_eq(s.hw, word);
	word[SCENARIO_WORD - 1] = 'x';
	word[SCENARIO_WORD] = '\0';
	ck_assert_int_eq(scenario_set(&s, "model", word, &why), -1);
	ck_assert_str_eq(why.what, "model is longer than 191 bytes");
	ck_assert_str_eq(why.remedy, "shorten it");
	ck_assert_int_eq(scenario_set(&s, "nothing", "x", &why), 1);
}
END_TEST

Suite *suite_refusals(void)
{
	Suite *s = suite_create("refusals");
	TCase *t = tcase_create("refusals");

	tcase_add_loop_test(t, a_refusal_is_a_sentence_with_its_numbers, 0,
			    NR(said));
	tcase_add_loop_test(t,
		what_is_given_takes_the_place_of_what_contradicts_it, 0,
		NR(overrides));
	tcase_add_test(t, a_list_of_lengths_goes_as_a_context_does);
	tcase_add_loop_test(t, an_override_that_is_none_is_said, 0, NR(wrong));
	tcase_add_test(t, a_list_has_sixteen_lengths_at_most);
	tcase_add_test(t, the_gpus_of_a_layout_are_those_of_all_stages);
	tcase_add_test(t, a_word_has_so_many_bytes);
	suite_add_tcase(s, t);
	return s;
}
