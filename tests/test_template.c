/* Templates of launch commands, and the words that a choice fills them with. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say/launch.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct launch words(void)
{
	struct launch l = { .nr = 0 };

	launch_set(&l, "tp", "8");
	launch_set(&l, "on", "1");
	launch_set(&l, "off", "");
	launch_set(&l, "zero", "0");
	launch_set(&l, "zeros", "00");
	return l;
}

START_TEST(a_word_has_its_value)
{
	struct launch l = words();

	ck_assert_str_eq(launch_word(&l, "tp"), "8");
	ck_assert_str_eq(launch_word(&l, "zeros"), "00");
	ck_assert_ptr_null(launch_word(&l, "t"));
	ck_assert_ptr_null(launch_word(&l, ""));
	ck_assert_int_eq(l.nr, 5);
}
END_TEST

/* ---- lines that stay, and lines that go ---- */

static const struct {
	const char *template, *out;
} made[] = {
	{ "", "" }, { "\n", "\n" }, { "serve", "serve\n" },
	{ "serve\n", "serve\n" }, { "a\n\nb\n", "a\n\nb\n" },
	{ "--tp @tp@ \\\n", "--tp 8 \\\n" },
	{ "@tp@@tp@", "88\n" }, { "@tp@ and @on@.", "8 and 1.\n" },
	{ "me@@here", "me@here\n" }, { "@@tp@@", "@tp@\n" },
	{ "x@off@y", "xy\n" },
	/* kept where it is set: not "" and not "0" */
	{ "@?on@yes", "yes\n" }, { "@?off@yes", "" }, { "@?zero@yes", "" },
	{ "@?zeros@yes", "yes\n" }, { "@?tp@--tp @tp@", "--tp 8\n" },
	/* or where it is not */
	{ "@!on@no", "" }, { "@!off@no", "no\n" }, { "@!zero@no", "no\n" },
	/* one after the other: all must hold */
	{ "@?on@@?tp@both", "both\n" }, { "@?on@@?off@both", "" },
	{ "@?off@@?on@both", "" }, { "@?on@@!off@both", "both\n" },
	{ "@!off@@!on@x", "" },
	/* at the start of a line alone */
	{ "a @?on@ b\n@?off@c\nd", NULL },
	{ "a\n@?off@b\nc\n", "a\nc\n" },
	/* what would refuse or stop it, and is not set */
	{ "@-off@never said", "" }, { "@~off@\ngoes on", "goes on\n" },
	{ "@-zero@x\n@-off@y\nz\n", "z\n" },
};

START_TEST(a_template_is_filled)
{
	struct launch l = words();
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	enum launched got = launch_fill(&l, "t.sh", made[_i].template, &out,
					&why);

	if (!made[_i].out) {		/* "?on" is no word */
		ck_assert_int_eq(got, LAUNCH_FAULT);
		ck_assert_str_eq(why.what, "a blank has no such word");
	} else {
		ck_assert_int_eq(got, LAUNCH_MADE);
		ck_assert_str_eq(out.buf, made[_i].out);
	}
	text_release(&out);
}
END_TEST

/* What cannot be run: the sentence, in place of all before it. */
static const struct {
	const char *template, *out;
	enum launched got;
} stopped[] = {
	{ "a\nb\n@-on@not with TP@tp@\nc\n", "before; not with TP8",
	  LAUNCH_REFUSED },
	{ "@-on@first\n@-tp@second\n", "before; first", LAUNCH_REFUSED },
	{ "@?off@@-on@x\n", "before; x", LAUNCH_REFUSED },
	{ "@~on@\na\n", "before; ", LAUNCH_UNWANTED },
	{ "@-off@a\n@~tp@\n", "before; ", LAUNCH_UNWANTED },
};

START_TEST(what_an_engine_cannot_run_is_said)
{
	struct launch l = words();
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	text_add(&out, "before; ");
	ck_assert_int_eq(launch_fill(&l, "t.sh", stopped[_i].template, &out,
				     &why), stopped[_i].got);
	ck_assert_str_eq(out.buf, stopped[_i].out);
	text_release(&out);
}
END_TEST

static const struct {
	const char *template, *what;
	int line;
} faults[] = {
	{ "a\nb @nobody@\n", "a blank has no such word", 2 },
	{ "b @tp\n@", "a blank does not end", 1 },
	{ "b @tp", "a blank does not end", 1 },
	{ "a\n\nc@", "a blank does not end", 3 },
	{ "@?nobody@x", "a blank has no such word", 1 },
	{ "@!nobody@x", "a blank has no such word", 1 },
	{ "a\n@?tp", "a blank does not end", 2 },
	{ "@-on@why @nobody@", "a blank has no such word", 1 },
	{ "@a-word-of-more-than-23-characters@", "a blank does not end", 1 },
	{ "@a-word-of-23-characters@", "a blank has no such word", 1 },
	{ "@a-word-of-24-characters.@", "a blank does not end", 1 },
};

START_TEST(a_blank_that_is_none_is_named_by_its_line)
{
	struct launch l = words();
	struct text out = TEXT_INIT;
	struct fault why = { 0 };

	ck_assert_int_eq(launch_fill(&l, "t.sh", faults[_i].template, &out,
				     &why), LAUNCH_FAULT);
	ck_assert_str_eq(why.what, faults[_i].what);
	ck_assert_str_eq(why.file, "t.sh");
	ck_assert_int_eq(why.row, faults[_i].line);
	ck_assert_ptr_nonnull(strstr(why.remedy, "write @word@"));
	text_release(&out);
}
END_TEST

/* A fault in a line that is dropped is none: nothing is filled there. */
START_TEST(a_line_that_goes_is_not_filled)
{
	struct launch l = words();
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(launch_fill(&l, "t.sh", "@?off@@nobody@\na\n", &out,
				     &why), LAUNCH_MADE);
	ck_assert_str_eq(out.buf, "a\n");
	text_release(&out);
}
END_TEST

/* ---- the words of a choice ---- */

/*
 * 16 GPUs on two hosts of 8, TP4 x DP4, EP16; 4 replicas; a batch of 32, two
 * drafts; 100 GB of HBM, of which the engine may fill 90, 40 weights and 10
 * buffers.
 */
static struct choice choice_of(void)
{
	struct choice c = { .pool = -1, .replicas = 4 };
	struct scenario *s = &c.scenario;

	scenario_init(s);
	strcpy(s->model, "deepseek-v4.1");
	strcpy(s->hw, "h200_sxm");
	strcpy(s->weights, "native");
	strcpy(s->kv, "fp8");
	strcpy(s->balance, "eplb");
	s->batch = 32;
	s->mtp = 2;
	s->isl = 1000.5;
	s->osl = 500;
	s->gpus = 16;
	c.answer.held = (struct held){ .hbm_B = 100e9, .budget_B = 90e9,
		.weights_B = 40e9, .buffer_B = 10e9 };
	return c;
}

static const struct {
	const char *name, *value;
} said[] = {
	{ "model", "deepseek-v4.1" }, { "hw", "h200_sxm" },
	{ "gpu_type", "h200" }, { "kube", "deepseek-v4-1-h200-sxm" },
	{ "checkpoint", "/models/deepseek-v4.1-native" },
	{ "weights_other", "1" }, { "fp4", "" }, { "precision", "fp8" },
	{ "kv_fp8", "1" }, { "p_hw", "" }, { "mixed", "" },
	{ "gpus", "16" }, { "tp", "4" }, { "dp", "4" }, { "ep", "16" },
	{ "nodes", "2" }, { "dp_local", "2" }, { "host_gpus", "8" },
	{ "dpattn", "1" }, { "spread", "1" }, { "multi", "1" },
	{ "partial", "1" }, { "node_gpus", "8" }, { "stage_gpus", "16" },
	{ "replicas", "4" }, { "all_nodes", "8" }, { "pp", "1" },
	{ "dcp", "1" }, { "pp_on", "" }, { "dcp_on", "" },
	{ "redundant", "0" }, { "slots", "64" }, { "eplb", "1" },
	{ "tbo", "" }, { "ep_part", "" }, { "tp_dp_hosts", "" },
	{ "sm100", "" }, { "rack", "" }, { "blackwell_moe", "DEEPGEMM" },
	{ "batch", "32" }, { "seqs", "128" }, { "all_seqs", "512" },
	{ "step_tok", "96" }, { "drafts", "2" }, { "draft_tokens", "3" },
	{ "mtp", "1" }, { "accepted", "2.35" }, { "ctx", "1250" },
	{ "isl", "1000" }, { "osl", "500" }, { "known", "1" },
	{ "longest", "1501" }, { "hit", "0.25" },
	/* (90 - 10) / 100; 90 / 100; (90 - 40 - 10) / (100 - 40 - 10) */
	{ "mem_static", "0.8" }, { "mem_all", "0.9" }, { "kv_free", "0.8" },
	{ "pools", "" }, { "alone", "1" }, { "p_gpus", "16" },
	{ "p_replicas", "0" }, { "p_all_nodes", "0" },
	{ "p_chunk", "8192" },
};

struct fixture {
	struct toy toy;
	struct question q;
	struct choice choice;
	struct launch_spec spec;
};

static void prepare(struct fixture *f, int tp, int ep)
{
	memset(f, 0, sizeof(*f));
	toy_make(&f->toy, &(struct toy_plan){ .gpus = 16, .tp = tp, .ep = ep,
					      .batch = 32 });
	f->toy.stack.prefill_tok = 8192;
	f->q.on = f->toy.on;
	f->q.tokens_per_step = 2.35;
	f->q.batch.ctx_tok = 1250;
	f->choice = choice_of();
	f->spec = (struct launch_spec){ .choice = &f->choice,
		.decode = &f->q, .host = { 8, "h200" }, .checkpoint = "",
		.cached_share = 0.25 };
}

START_TEST(a_choice_has_its_words)
{
	struct fixture *f = malloc(sizeof(*f));
	struct launch l;

	prepare(f, 4, 16);
	launch_words(&l, &f->spec);
	ck_assert_msg(launch_word(&l, said[_i].name) &&
		      !strcmp(launch_word(&l, said[_i].name),
			      said[_i].value), "%s is %s, not %s",
		      said[_i].name, launch_word(&l, said[_i].name),
		      said[_i].value);
	free(f);
}
END_TEST

/* Another choice: fp4 with a checkpoint, one host, no lengths, no drafts. */
static const struct {
	const char *name, *value;
} others[] = {
	{ "fp4", "1" }, { "precision", "fp4" }, { "checkpoint", "org/fp4" },
	{ "weights_other", "" }, { "kv_fp8", "" }, { "mtp", "" },
	{ "multi", "" }, { "nodes", "1" }, { "partial", "" },
	{ "dp_local", "1" }, { "dpattn", "" }, { "known", "" },
	{ "isl", "0" }, { "osl", "0" }, { "longest", "0" }, { "eplb", "" },
	{ "blackwell_moe", "TRTLLM" }, { "host_gpus", "16" },
	{ "tp_dp_hosts", "" }, { "kv_free", "0" }, { "all_nodes", "1" },
	{ "p_replicas", "3" }, { "p_hw", "b200-sxm" }, { "mixed", "1" },
	{ "pools", "1" }, { "alone", "" }, { "p_nodes", "2" },
	{ "p_all_nodes", "6" }, { "sm100", "1" }, { "rack", "" },
};

START_TEST(another_choice_has_other_words)
{
	struct fixture *f = malloc(sizeof(*f));
	struct pool pool = { .tok_s_gpu = 1 };
	struct launch l;

	prepare(f, 16, 16);
	strcpy(f->choice.scenario.weights, "nvfp4");
	strcpy(f->choice.scenario.kv, "bf16");
	strcpy(f->choice.scenario.balance, "even");
	strcpy(pool.scenario.hw, "b200-sxm");
	f->choice.scenario.mtp = 0;
	f->choice.scenario.osl = (double)NAN;
	f->choice.replicas = 1;
	f->choice.prefill_gpus = 48;	/* three servers of 16 */
	f->choice.answer.held.weights_B = 85e9;	/* and buffers: over 90 */
	f->toy.gpu.arch = "sm100";
	f->spec.checkpoint = "org/fp4";
	f->spec.host.gpus = 16;
	f->spec.prefill_host = (struct launch_host){ 8, "b200" };
	f->spec.pool = &pool;
	f->spec.prefill = &f->q;
	launch_words(&l, &f->spec);
	ck_assert_msg(launch_word(&l, others[_i].name) &&
		      !strcmp(launch_word(&l, others[_i].name),
			      others[_i].value), "%s is %s, not %s",
		      others[_i].name, launch_word(&l, others[_i].name),
		      others[_i].value);
	free(f);
}
END_TEST

Suite *suite_template(void)
{
	Suite *s = suite_create("template");
	TCase *tc = tcase_create("template");

	tcase_add_test(tc, a_word_has_its_value);
	tcase_add_loop_test(tc, a_template_is_filled, 0, NR(made));
	tcase_add_loop_test(tc, what_an_engine_cannot_run_is_said, 0,
			    NR(stopped));
	tcase_add_loop_test(tc, a_blank_that_is_none_is_named_by_its_line, 0,
			    NR(faults));
	tcase_add_test(tc, a_line_that_goes_is_not_filled);
	tcase_add_loop_test(tc, a_choice_has_its_words, 0, NR(said));
	tcase_add_loop_test(tc, another_choice_has_other_words, 0,
			    NR(others));
	suite_add_tcase(s, tc);
	return s;
}
