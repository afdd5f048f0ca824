#include <stdio.h>
#include <string.h>

#include "ask/question.h"
#include "cost/cost.h"
#include "library/shelf.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct shelf *shelf;

static void set_up(void)
{
	shelf = shelf_open();
}

static void tear_down(void)
{
	shelf_free(shelf);
}

/*
 * A scenario of words "column=value" with a blank between; a column that is
 * given twice is what was said last.
 */
static void say(struct scenario *s, const char *words)
{
	char copy[400], *word;
	struct fault why = { .row = 0 };

	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		ck_assert_msg(!scenario_set(s, word, value, &why), "%s: %s",
			      word, why.what);
	}
}

#define PLAIN "hw=h20-96g model=deepseek-v3 gpus=8 batch=1 ctx=1000 "

static int ask(struct question *q, const char *words, struct fault *why)
{
	struct scenario s;

	scenario_init(&s);
	say(&s, PLAIN);
	say(&s, words);
	fault_at(why, "", 0, 0);
	return question_make(q, &s, shelf_library(shelf), why);
}

/* ---- what is no question ---- */

#define GIVE(name) "give the column or the option --" name
#define WHOLE(least, most) "write a whole number from " least " to " most
#define ABOVE "write a number above 0"
#define DIVISOR(name, of) "choose " name " among the divisors of " of
#define BLANK " batch= concurrency="

static const struct {
	const char *words, *about, *what, *remedy;
} none[] = {
	{ "hw=", "hw", "hw is not given", GIVE("hw") },
	{ "model=", "model", "model is not given", GIVE("model") },
	{ "gpus=", "gpus", "gpus is not given", GIVE("gpus") },
	/* counts, and their ends */
	{ "gpus=0", "gpus", "gpus is 0", WHOLE("1", "100000") },
	{ "gpus=100001", "gpus", "gpus is 100001", WHOLE("1", "100000") },
	{ "gpus=8.5", "gpus", "gpus is 8.5", WHOLE("1", "100000") },
	{ "tp=0", "tp", "tp is 0", WHOLE("1", "100000") },
	{ "tp=1.5", "tp", "tp is 1.5", WHOLE("1", "100000") },
	{ "ep=0", "ep", "ep is 0", WHOLE("1", "100000") },
	{ "dcp=0", "dcp", "dcp is 0", WHOLE("1", "100000") },
	{ "pp=0", "pp", "pp is 0", WHOLE("1", "100000") },
	{ "mtp=-1", "mtp", "mtp is -1", WHOLE("0", "8") },
	{ "mtp=9", "mtp", "mtp is 9", WHOLE("0", "8") },
	{ "mtp=0.5", "mtp", "mtp is 0.5", WHOLE("0", "8") },
	{ "verify=0", "verify", "verify is 0", WHOLE("1", "1024") },
	{ "mtp=2 verify=2", "verify", "verify is 2", WHOLE("3", "1024") },
	{ "verify=1025", "verify", "verify is 1025", WHOLE("1", "1024") },
	{ "redundant=-1", "redundant", "redundant is -1",
	  WHOLE("0", "100000") },
	/* amounts */
	{ "batch=0", "batch", "batch is 0", ABOVE },
	{ "batch=-3", "batch", "batch is -3", ABOVE },
	{ "batch=1000000001", "batch", "batch is 1000000001",
	  "write a number up to 1000000000" },
	{ "batch= concurrency=0", "concurrency", "concurrency is 0", ABOVE },
	{ "ctx=0", "ctx", "ctx is 0", ABOVE },
	{ "isl=-1", "isl", "isl is -1", ABOVE },
	{ "osl=0", "osl", "osl is 0", ABOVE },
	{ "requests=0", "requests", "requests is 0", ABOVE },
	{ "price=0", "price", "price is 0", ABOVE },
	{ "mem_share=0", "mem_share", "mem_share is 0", ABOVE },
	{ "mem_share=1.01", "mem_share", "mem_share is above 1",
	  "write a share of HBM, as 0.9" },
	{ "ctx_cv=-0.1", "ctx_cv", "ctx_cv is -0.1",
	  "write a number from 0 to 10" },
	{ "ctx_cv=10.5", "ctx_cv", "ctx_cv is 10.5",
	  "write a number from 0 to 10" },
	/* what is said twice, or not at all; 17 of 2 x 8 is one off */
	{ BLANK, "batch", "batch and concurrency are both blank",
	  "give one of them" },
	{ "batch=2 concurrency=18", "batch",
	  "batch 2 on 8 groups is not concurrency 18", "give one of them" },
	{ "batch=2 concurrency=14", "batch",
	  "batch 2 on 8 groups is not concurrency 14", "give one of them" },
	{ "tp=8 batch=3 concurrency=6", "batch",
	  "batch 3 on 1 groups is not concurrency 6", "give one of them" },
	{ "ctx=", "ctx", "ctx and isl are both blank",
	  "give the mean KV length, or the prompt length" },
	{ "ctx= osl=100", "osl", "osl is given, and neither isl nor ctx",
	  "give the mean KV length, or the prompt length" },
	{ "ctx=1000:0.5;2000:0.5 ctx_cv=0.5", "ctx_cv",
	  "ctx_cv is given beside a list of lengths",
	  "leave it out: the list says it" },
	/* words */
	{ "overlap=both", "overlap", "overlap is \"both\"",
	  "write none or two-batch" },
	{ "mode=prefill", "mode", "mode is \"prefill\"",
	  "write decode or colocated" },
	{ "date=2025-02-30", "date", "date is \"2025-02-30\"",
	  "write a day of the calendar as 2026-02-28" },
	{ "balance=even", "balance", "balance is \"even\"",
	  "write uniform, eplb or skewed" },
	{ "kv=fp4", "kv", "kv is \"fp4\"", "write native, bf16 or fp8" },
	/* drafts */
	{ "model=deepseek-v2-lite mtp=1", "mtp",
	  "mtp is 1 and deepseek-v2-lite has no MTP layer",
	  "leave mtp out: only MTP layers of the checkpoint are modelled, not "
	  "a draft model beside it" },
	{ "tokens_per_step=0.5", "tokens_per_step", "tokens_per_step is 0.5",
	  "without drafts it is 1; --mtp gives some" },
	{ "tokens_per_step=1.5", "tokens_per_step", "tokens_per_step is 1.5",
	  "without drafts it is 1; --mtp gives some" },
	{ "mtp=2 tokens_per_step=3.5", "tokens_per_step",
	  "tokens_per_step is 3.5", "with mtp = 2 it is from 1 to 3" },
	{ "verify=4", "tokens_per_step",
	  "no acceptance of 3 drafts is known for deepseek-v3",
	  "give tokens_per_step, from 1 to 4" },
	{ "verify=4 tokens_per_step=5", "tokens_per_step",
	  "tokens_per_step is 5", "with verify = 4 it is from 1 to 4" },
	/* layouts */
	{ "tp=3", "tp", "tp = 3 does not divide gpus = 8",
	  DIVISOR("tp", "8") },
	{ "ep=3", "ep", "ep = 3 does not divide gpus = 8",
	  DIVISOR("ep", "8") },
	{ "tp=8 dcp=3", "dcp", "dcp = 3 does not divide tp = 8",
	  DIVISOR("dcp", "8") },
	{ "pp=3", "pp", "pp = 3 does not divide gpus = 8",
	  DIVISOR("pp", "8") },
	{ "pp=2 tp=8", "tp", "tp = 8 does not divide gpus / pp = 4",
	  DIVISOR("tp", "4") },
	{ "pp=2 ep=8", "ep", "ep = 8 does not divide gpus / pp = 4",
	  DIVISOR("ep", "4") },
	{ "gpus=62 pp=62", "pp",
	  "pp = 62 is more than the 61 layers of deepseek-v3",
	  "choose a pp up to 61" },
	{ "gpus=256 tp=256", "tp",
	  "tp = 256 does not divide the 128 heads of deepseek-v3",
	  "choose a tp that does" },
	{ "model=deepseek-v4-flash gpus=16 tp=16", "tp",
	  "tp = 16 does not divide the 8 output groups of deepseek-v4-flash",
	  "choose a tp that does" },
	{ "gpus=96 ep=32", "ep",
	  "gpus / ep = 3 does not divide the experts' inner size 2048",
	  "choose a larger ep" },
	/* 10^9 x 8 groups x 8 experts: 2^31 / 64 is 33,554,432 */
	{ "batch=1e9", "batch", "batch 1000000000 is 8000000000 tokens a step "
	  "with 8 experts each", "write a batch below 33554432: up to 2^31 "
	  "pairs are counted" },
};

START_TEST(what_is_no_question_is_named_by_its_column)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_msg(ask(&q, none[_i].words, &why) == -1, "%s",
		      none[_i].words);
	ck_assert_str_eq(why.about, none[_i].about);
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert_str_eq(why.remedy, none[_i].remedy);
	ck_assert(!q.lacks && why.row == 0);
}
END_TEST

/* At the ends of what is refused there is an answer. */
static const char *const sound[] = {
	"batch=2 concurrency=17", "batch=2 concurrency=15", "mem_share=1",
	"ctx_cv=10", "ctx_cv=0", "mtp=2 tokens_per_step=3",
	"verify=4 tokens_per_step=4", "mtp=1 tokens_per_step=1",
	"gpus=128 tp=128", "gpus=61 pp=61", "batch=33554431",
	"redundant=0", "overlap=two-batch", "balance=uniform", "date=",
	"kv=FP8", "weights=BF16",
};

START_TEST(what_is_just_a_question_is_one)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_msg(!ask(&q, sound[_i], &why), "%s: %s; %s", sound[_i],
		      why.what, why.remedy);
}
END_TEST

/* A name that is none comes before a blank, as it is looked at first. */
START_TEST(a_name_that_is_none_is_said_before_what_is_missing)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(ask(&q, "hw=h999 gpus=", &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "h999"));
	ck_assert_int_eq(ask(&q, "model=deepseek-v99 batch=0", &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "deepseek-v99"));
	ck_assert_int_eq(ask(&q, "stack=nobody tp=0", &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "nobody"));
	ck_assert_int_eq(ask(&q, "weights=fp7", &why), -1);
	ck_assert_str_eq(why.about, "weights");
	ck_assert_str_eq(why.what, "weights is \"fp7\"");
	ck_assert_int_eq(strncmp(why.remedy, "write native, bf16, fp8", 23),
			 0);
	ck_assert_ptr_nonnull(strstr(why.remedy, " or "));
}
END_TEST

/* ---- what is filled in ---- */

static const struct {
	const char *words, *column;
	double want;
} filled[] = {
	{ "", "tp", 1 }, { "", "pp", 1 }, { "", "dcp", 1 }, { "", "ep", 8 },
	{ "", "mtp", 0 }, { "", "verify", 1 }, { "", "tokens_per_step", 1 },
	{ "mtp=1", "verify", 2 }, { "gpus=16 pp=2", "ep", 8 },
	/* batch x groups = concurrency, groups = gpus / pp / tp */
	{ "batch=3", "concurrency", 24 },
	{ "tp=4 batch=3", "concurrency", 6 },
	{ "gpus=16 pp=2 tp=2 batch=3", "concurrency", 12 },
	{ "batch= concurrency=4", "batch", 0.5 },
	{ "batch=2 concurrency=17", "concurrency", 16 },
	/* ten a client, whole clients */
	{ "", "requests", 80 }, { "batch=0.3", "requests", 30 },
	{ "requests=7", "requests", 7 },
	/* half an answer past the prompt */
	{ "ctx= isl=1000", "ctx", 1000 },
	{ "ctx= isl=1000 osl=500", "ctx", 1250 },
	{ "isl=1 osl=1", "ctx", 1000 },
	{ "ctx=1000:0.5;3000:0.5", "ctx", 2000 },
	{ "mem_share=0.5", "mem_share", 0.5 }, { "price=3", "price", 3 },
};

START_TEST(what_is_left_blank_follows_from_the_rest)
{
	const struct scenario_column *c = &scenario_columns[
		scenario_column_find(filled[_i].column)];
	struct question q;
	struct fault why = { .row = 0 };
	double x;

	ck_assert_msg(!ask(&q, filled[_i].words, &why), "%s: %s",
		      filled[_i].words, why.what);
	memcpy(&x, (const char *)&q.scenario + c->offset, sizeof(x));
	ck_rel(x, filled[_i].want, 1e-12);
}
END_TEST

static const struct { const char *words, *column, *want; } worded[] = {
	{ "", "stack", "generic" }, { "", "weights", "native" },
	{ "", "kv", "native" }, { "", "mode", "decode" },
	{ "overlap=none", "overlap", "none" },
	{ "redundant=32 gpus=32", "balance", "eplb" },
	{ "redundant=0", "balance", "skewed" },
	{ "balance=uniform", "balance", "uniform" },
};

START_TEST(words_that_are_left_blank_are_the_plain_ones)
{
	const struct scenario_column *c = &scenario_columns[
		scenario_column_find(worded[_i].column)];
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_msg(!ask(&q, worded[_i].words, &why), "%s", why.what);
	ck_assert_str_eq((const char *)&q.scenario + c->offset,
			 worded[_i].want);
}
END_TEST

/* An answer in progress: osl / sqrt 12 over the context. */
static const struct { const char *words; double cv; int lengths; } spreads[] =
{
	{ "", 0, 0 }, { "osl=1200", 1200 / 1000.0 / 3.4641016151377544, 0 },
	{ "osl=1200 ctx_cv=0", 0, 0 },
	/* two lengths, 1000 either side of 2000 */
	{ "ctx=1000:0.5;3000:0.5 osl=9", 0.5, 2 },
	{ "ctx=500:1 osl=9", 0, 1 },
};

START_TEST(lengths_vary_as_a_list_says_or_an_output_in_progress)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_msg(!ask(&q, spreads[_i].words, &why), "%s", why.what);
	ck_rel(q.ctx_cv, spreads[_i].cv, 1e-12);
	ck_assert_int_eq(q.lengths.nr, spreads[_i].lengths);
}
END_TEST

/* ---- cells by themselves ---- */

static const struct { const char *words, *what; } cells[] = {
	{ "gpus=0", "gpus is 0" }, { "tp=1.5", "tp is 1.5" },
	{ "overlap=both", "overlap is \"both\"" },
	{ "mode=x", "mode is \"x\"" }, { "date=1", "date is \"1\"" },
	{ "balance=x", "balance is \"x\"" }, { "kv=fp4", "kv is \"fp4\"" },
	{ "mem_share=2", "mem_share is above 1" },
	{ "ctx=-1", "ctx is -1" }, { "mtp=3 verify=3", "verify is 3" },
	{ "", NULL }, { "kv=bf16", NULL }, { "kv=native", NULL },
	{ "kv=Fp8", NULL }, { "tp=3", NULL }, { "gpus=8 tp=16", NULL },
};

START_TEST(a_cell_is_refused_whatever_the_others_say)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	say(&s, cells[_i].words);
	fault_at(&why, "", 0, 0);
	ck_assert_int_eq(question_cells(&s, &why), cells[_i].what ? -1 : 0);
	if (cells[_i].what)
		ck_assert_str_eq(why.what, cells[_i].what);
}
END_TEST

/* ---- the step that is asked for ---- */

/*
 * A group's step has its own sequences; of more groups the fullest has the
 * next whole number. A pipeline of two stages has two batches in flight, of
 * half the sequences each, one where there is but one.
 */
static const struct {
	const char *words;
	double seqs, ask, flight, fullest, fewer;
} steps[] = {
	{ "tp=8 batch=4", 4, 4, 1, 0, 0 },
	{ "batch=3.5", 3, 3, 1, 4, .5 }, { "batch=.25", .25, .25, 1, 1, .75 },
	{ "gpus=16 pp=2 batch=8", 8, 4, 2, 4, 0 },
	{ "gpus=16 pp=2 batch=7.5", 8, 4, 2, 4, 0.5 },
	{ "gpus=16 pp=2 batch=1", 1, 1, 1, 1, 0 },
	{ "gpus=16 pp=2 batch=1.5", 1.5, 1, 1.5, 1, 0 },
	{ "gpus=32 pp=4 batch=2", 2, 1, 2, 1, 0 },
};

START_TEST(a_step_is_of_what_is_in_flight)
{
	struct question q;
	struct fault why = { .row = 0 };
	struct step_spec a;

	ck_assert_msg(!ask(&q, steps[_i].words, &why), "%s", why.what);
	a = question_step(&q, steps[_i].seqs);
	ck_rel(a.batch.seqs, steps[_i].ask, 1e-12);
	ck_rel(a.batch.flight, steps[_i].flight, 0);
	ck_rel(a.batch.fullest, steps[_i].fullest, 1e-12);
	ck_rel(1 + a.batch.fewer, 1 + steps[_i].fewer, 1e-12);
	ck_assert_ptr_eq(a.on, &q.on);
	ck_assert_ptr_eq(a.batch.lengths, &q.lengths);
	ck_rel(a.ctx_cv, q.ctx_cv, 0);
}
END_TEST

/* Five in two stages are as of four and of six; in four of four and eight. */
static const struct {
	const char *words;
	double below, above, part;
} beside[] = {
	{ "batch=3.5", 3, 4, 0.5 }, { "batch=0.25", 0.25, 0.25, 0 },
	{ "gpus=16 pp=2 batch=5", 4, 6, 0.5 },
	{ "gpus=32 pp=4 batch=5", 4, 8, 0.25 },
	{ "gpus=32 pp=4 batch=2.5", 2.5, 2.5, 0 },	/* a stage has none */
};

START_TEST(a_batch_that_divides_by_no_stages_alternates)
{
	struct question q;
	struct fault why = { .row = 0 };
	struct neighbours n;

	ck_assert_msg(!ask(&q, beside[_i].words, &why), "%s", why.what);
	n = question_neighbours(&q);
	ck_rel(n.below, beside[_i].below, 1e-12);
	ck_rel(n.above, beside[_i].above, 1e-12);
	ck_rel(1 + n.part, 1 + beside[_i].part, 1e-12);
}
END_TEST

START_TEST(another_batch_of_a_question_moves_what_follows_it)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(ask(&q, "batch=4", &why), 0);
	question_batch(&q, 6.5);
	ck_rel(q.batch.seqs, 6.5, 0);
	ck_rel(q.scenario.batch, 6.5, 0);
	ck_rel(q.scenario.concurrency, 52, 1e-12);
	ck_rel(q.scenario.requests, 520, 1e-12);
	ck_assert_int_eq(ask(&q, "batch=4 requests=9", &why), 0);
	question_batch(&q, 6);
	ck_rel(q.scenario.requests, 9, 0);
}
END_TEST

/* SGLang's layers on Hopper: 1.006 where KV comes from other GPUs, 0.9826 where
   none does; known to 0.026 and 0.031 of that. */
START_TEST(who_reads_its_own_prompts_has_the_overhead_of_such)
{
	static const struct { const char *given; double overhead, sd; } t[] = {
		{ "stack=sglang date=2026-01-01", 1.006, 0.026 / 1.006 },
		{ "stack=sglang date=2026-01-01 mode=colocated", 0.9826,
		  0.031 / 0.9826 },
		{ "stack=ideal mode=colocated", 1, 0 },
	};

	for (int i = 0; i < NR(t); i++) {
		struct question q;
		struct fault why;

		ck_assert_int_eq(ask(&q, t[i].given, &why), 0);
		q.on.machine.own = 0;
		ck_rel(machine_overhead(&q.on.machine), t[i].overhead, 1e-12);
		ck_rel(1 + machine_overhead_log_sd(&q.on.machine),
		       1 + t[i].sd, 1e-12);
	}
}
END_TEST

START_TEST(prompts_in_the_same_gpus_are_no_decode_step)
{
	struct question q;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(ask(&q, "mode=colocated", &why), 0);
	ck_assert_int_eq(question_simulated(&q, &why), -1);
	ck_assert_str_eq(why.about, "mode");
	ck_assert_str_eq(why.what, "mode=colocated is not simulated here");
	ck_assert_str_eq(why.remedy, "use mode=decode, or deeproof run, "
			 "which plays requests");
	ck_assert_int_eq(ask(&q, "serving=spread=1", &why), 0);
	ck_assert_int_eq(question_simulated(&q, &why), -1);
	ck_assert_str_eq(why.about, "serving");
	ck_assert_str_eq(why.remedy, "leave it out, or use deeproof run, "
			 "which plays requests");
	ck_assert_int_eq(ask(&q, "", &why), 0);
	ck_assert_int_eq(question_simulated(&q, &why), 0);
}
END_TEST

Suite *suite_asking(void)
{
	Suite *s = suite_create("asking");
	TCase *t = tcase_create("asking");

	tcase_add_unchecked_fixture(t, set_up, tear_down);
	tcase_add_loop_test(t, what_is_no_question_is_named_by_its_column, 0,
			    NR(none));
	tcase_add_loop_test(t, what_is_just_a_question_is_one, 0, NR(sound));
	tcase_add_test(t, a_name_that_is_none_is_said_before_what_is_missing);
	tcase_add_loop_test(t, what_is_left_blank_follows_from_the_rest, 0,
			    NR(filled));
	tcase_add_loop_test(t, words_that_are_left_blank_are_the_plain_ones, 0,
			    NR(worded));
	tcase_add_loop_test(t,
		lengths_vary_as_a_list_says_or_an_output_in_progress, 0,
		NR(spreads));
	tcase_add_loop_test(t, a_cell_is_refused_whatever_the_others_say, 0,
			    NR(cells));
	tcase_add_loop_test(t, a_step_is_of_what_is_in_flight, 0, NR(steps));
	tcase_add_loop_test(t, a_batch_that_divides_by_no_stages_alternates,
			    0, NR(beside));
	tcase_add_test(t, another_batch_of_a_question_moves_what_follows_it);
	tcase_add_test(t, prompts_in_the_same_gpus_are_no_decode_step);
	tcase_add_test(t, who_reads_its_own_prompts_has_the_overhead_of_such);
	suite_add_tcase(s, t);
	return s;
}
