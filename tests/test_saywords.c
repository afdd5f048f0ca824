/* A question, its answer and a verdict in words: figures set by hand. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say/claim_text.h"
#include "say/memory.h"
#include "say/words.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct fixture {
	struct toy toy;
	struct question q;
	struct answer a;
};

/*
 * 8 toys, TP1 x DP8, EP8: 64 experts are 8 a rank. 100 GB, of which 90 may be
 * filled: 40 weights (10 attention, 25 experts), 5 buffers, 15 KV.
 */
static struct fixture *prepare(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct scenario *s = &f->q.scenario;

	ck_assert_ptr_nonnull(f);
	toy_make(&f->toy, &(struct toy_plan){ .gpus = 8, .batch = 32 });
	f->q.on = f->toy.on;
	f->q.skew = f->toy.skew;
	f->q.batch = f->toy.ask.batch;
	f->q.tokens_per_step = 1;
	scenario_init(s);
	s->batch = 32;
	s->ctx = 1000;
	strcpy(s->overlap, "none");
	strcpy(s->balance, "even");
	s->price = 2.5;
	f->a = (struct answer){ .fits = true, .held = { .hbm_B = 100e9,
			.budget_B = 90e9, .weights_B = 40e9, .attn_B = 10e9,
			.experts_B = 25e9, .buffer_B = 5e9, .kv_B = 15e9 },
		.room_tok = 123456, .room_low_tok = 100000,
		.room_high_tok = 150000, .max_batch = 123,
		.max_context = 3858, .step_s = 0.0204, .tpot_s = 0.0102,
		.tok_s_gpu = 1568.6, .tok_s_user = 98.04,
		.tok_s_total = 12549, .low = 1400, .high = 1700,
		.sol_tok_s_gpu = 5000, .bound = BOUND_HBM, .mfu = 0.125,
		.mbu = 0.5, .nvlink_util = 0.0825, .rdma_util = 0.001,
		.nvlink_B_tok = 1234.4, .rdma_B_tok = 99,
		.exposed_share = 0.0875, .imbalance = 1.254,
		.usd_mtok = 0.4427 };
	return f;
}

static void has(const struct text *out, const char *words)
{
	ck_assert_msg(strstr(out->buf, words) != NULL, "\"%s\" is not in:\n%s",
		      words, out->buf);
}

static void lacks(const struct text *out, const char *words)
{
	ck_assert_msg(!strstr(out->buf, words), "\"%s\" is there", words);
}

START_TEST(a_question_is_said_with_its_layout)
{
	struct fixture *f = prepare();
	struct text out = TEXT_INIT;

	words_question(&f->q, &out);
	has(&out, "on 8 x ");
	has(&out, "attention TP1 x DP8, experts EP8 x TP1 in 64 slots (8 a "
	    "rank), exchange ");
	has(&out, "32 sequences a group at 1000 tokens of context, 0 drafts, "
	    "overlap none, balance even\n");
	has(&out, "weights: attention bf16 (computed in bf16), shared experts "
	    "bf16 (computed in bf16), routed experts bf16 (computed in bf16)\n"
	    "KV: bf16, 200 B an entry\n");	/* 90 + 10 of 2 B */
	ck_assert_str_eq(out.buf + out.len - 10, "an entry\n\n");
	lacks(&out, "pipeline");
	lacks(&out, "share out");
	lacks(&out, "set:");
	lacks(&out, "borrowed");
	text_release(&out);
	strcpy(f->q.scenario.set, "hbm.bandwidth=5e12");
	f->q.on.layout.dcp = 4;
	f->q.on.layout.pp = 2;
	f->toy.model.routing_borrowed = true;
	words_question(&f->q, &out);
	/* five layers in two stages: three in the first */
	has(&out, "a pipeline of 2 stages, up to 3 layers each, of 8 GPUs\n");
	has(&out, "4 GPUs share out the KV of a TP group\n");
	has(&out, "set: hbm.bandwidth=5e12\n");
	has(&out, "routing facts are borrowed from the family: no sheet "
	    "stands beside this config\n");
	text_release(&out);
	free(f);
}
END_TEST

START_TEST(an_answer_is_said_line_by_line)
{
	struct fixture *f = prepare();
	struct text out = TEXT_INIT;

	words_answer(&f->q, &f->a, &out);
	has(&out, "\nmemory     40.0 GB weights, 15.0 GB KV, 5.0 GB buffers "
	    "of 90.0 GB that the engine may fill\n"
	    "           room for 123456 tokens of KV (80 %: 100000 to 150000)"
	    ": a batch of 123, or 3858 tokens of context\n"
	    "fits       yes\n"
	    "step       20.40 ms, 10.20 ms a token; bound by hbm\n"
	    "tok/s      1569 a GPU (80 %: 1400 to 1700; speed of light 5000)"
	    ", 98.0 a user, 12549 in all\n"
	    "use        12.5 % of tensor peaks, 50.0 % of HBM, 8.2 % of "
	    "NVLink, 0.1 % of the NIC\n"
	    "wires      1234 B NVLink and 99 B RDMA a token; 8.8 % of the "
	    "step exposed\n"
	    "imbalance  the busiest rank's experts get 1.25 x the mean rows\n"
	    "cost       $0.443 per million output tokens at $2.50 a "
	    "GPU-hour\n");
	lacks(&out, "chosen");
	lacks(&out, "padded");
	text_release(&out);
	f->a.usd_mtok = (double)NAN;
	words_answer(&f->q, &f->a, &out);
	lacks(&out, "cost");
	text_release(&out);
	f->a.fits = false;
	strcpy(f->a.refusal, "no room");
	words_answer(&f->q, &f->a, &out);
	has(&out, "fits       no: no room\n");
	lacks(&out, "step ");		/* what does not fit has no pace */
	text_release(&out);
	free(f);
}
END_TEST

/* ---- memory: 72 columns are 100 GB ---- */

/* A 7.2, E 18, W 3.6, B 3.6, K 10.8, . 21.6, - 7.2: ends rounded. */
START_TEST(memory_is_a_bar_of_its_parts)
{
	static const struct { char sign; int upto; } parts[] = {
		{ 'A', 7 }, { 'E', 25 }, { 'W', 29 }, { 'B', 32 },
		{ 'K', 43 }, { '.', 65 }, { '-', 72 } };
	struct fixture *f = prepare();
	struct text out = TEXT_INIT;
	char bar[80] = "";
	int at = 0;

	for (int i = 0; i < NR(parts); i++)
		for (; at < parts[i].upto; at++)
			bar[at] = parts[i].sign;
	memory_bar(&f->q, &f->a, &out);
	has(&out, bar);
	has(&out, ", 100.0 GB; 8 GPUs, TP1 x DP8, EP8, stack ");
	has(&out, ", 32 sequences of 1000 tokens a group\n");
	has(&out, "  A    10.0 GB  attention weights\n"
	    "  E    25.0 GB  routed experts\n"
	    "  W     5.0 GB  other weights: dense, shared, gates, "
	    "vocabulary\n"
	    "  B     5.0 GB  buffers of engine and exchange\n"
	    "  K    15.0 GB  KV of the batch\n"
	    "  .    30.0 GB  room for more KV\n"
	    "  -    10.0 GB  not the engine's (mem_share)\n"
	    "  room for 123456 tokens of KV a group (80 %: 100000 to 150000)"
	    "\n");
	text_release(&out);
	free(f);
}
END_TEST

/* KV beyond its room ends at it, and a part without bytes has no line. */
START_TEST(memory_that_is_too_small_is_full)
{
	struct fixture *f = prepare();
	struct text out = TEXT_INIT;

	f->a.held.kv_B = 80e9;
	f->a.held.experts_B = 0;
	f->a.fits = false;
	strcpy(f->a.refusal, "no room");
	memory_bar(&f->q, &f->a, &out);
	has(&out, "  K    45.0 GB  KV of the batch\n  -    10.0 GB");
	lacks(&out, "room for more KV");
	lacks(&out, "routed experts");
	has(&out, "  does not fit: no room\n");
	text_release(&out);
	f->a.held.weights_B = 98e9;	/* with buffers more than there is */
	memory_bar(&f->q, &f->a, &out);
	lacks(&out, "KV of the batch");
	lacks(&out, "not the engine's");
	text_release(&out);
	free(f);
}
END_TEST

/* ---- verdicts ---- */

static struct finding finding(enum claim_verdict v, const char *rule)
{
	struct finding f = { .verdict = v, .confidence = CONFIDENCE_HIGH,
			     .rule = rule };

	snprintf(f.reason, sizeof(f.reason), "reason of %s", rule);
	return f;
}

START_TEST(a_verdict_is_said_with_its_reasons)
{
	struct finding f[] = { finding(VERDICT_IMPOSSIBLE, "speed"),
		finding(VERDICT_IMPOSSIBLE, "memory"),
		finding(VERDICT_HOLDS, "kv") };
	struct claim *c = calloc(1, sizeof(*c));
	struct text out = TEXT_INIT;

	strcpy(f[0].arithmetic, "1 + 1 = 2");
	strcpy(f[0].limit, "two");
	c->id = "x1";
	c->quote = "so they say";
	c->metric = Q_TPM;
	c->value = amount_of(550000, 545000, 555000);
	c->finding = f;
	c->findings = 3;
	c->worst = &f[0];
	claim_words(c, &out);
	ck_assert_str_eq(out.buf,
		"x1: impossible (rule speed, confidence high)\n"
		"  claim      so they say\n"
		"  read as    545,000 to 555,000 tok/min\n"
		"  because    reason of speed\n"
		"  arithmetic 1 + 1 = 2\n"
		"  limit      two\n"
		"  also       reason of memory\n\n");
	text_release(&out);
	free(c);
}
END_TEST

/* Sixty-six characters a line, broken at blanks; a long word is cut. */
START_TEST(a_long_reason_is_broken)
{
	struct finding f = finding(VERDICT_HOLDS, "kv");
	struct claim *c = calloc(1, sizeof(*c));
	struct text out = TEXT_INIT;
	char word[71];

	memset(word, 'w', 70);
	word[70] = '\0';
	/* 64 characters and "ab": 67, so ab goes down; then 70 of one word */
	snprintf(f.reason, sizeof(f.reason), "%.64s ab %s", word, word);
	c->id = "";
	strcpy(c->scenario.id, "7");
	c->quote = "";
	c->finding = &f;
	c->findings = 1;
	c->worst = &f;
	c->metric = Q_BOUND;
	claim_words(c, &out);
	ck_assert_int_eq(strncmp(out.buf, "7: holds (rule kv, confidence high)"
		"\n  because    ", 49), 0);
	has(&out, "wwww\n             ab\n             wwww");
	has(&out, "wwww\n             wwww\n\n");	/* 66 and 4 of 70 */
	text_release(&out);
	c->malformed = true;
	strcpy(c->fault.what, "it is none");
	strcpy(c->fault.remedy, "write one");
	claim_words(c, &out);
	ck_assert_str_eq(out.buf, "7: malformed\n  because    it is none\n"
			 "  remedy     write one\n\n");
	text_release(&out);
	free(c);
}
END_TEST

START_TEST(verdicts_are_counted)
{
	struct finding f[] = { finding(VERDICT_HOLDS, "a"),
		finding(VERDICT_IMPOSSIBLE, "b"),
		finding(VERDICT_PLAUSIBLE, "c") };
	struct claim *c = calloc(5, sizeof(*c));
	struct claims all = { .claim = c, .nr = 5 };
	struct text out = TEXT_INIT;

	for (int i = 0; i < 4; i++)
		c[i].worst = &f[i % 3];	/* holds twice */
	c[4].malformed = true;
	claim_counts(&all, &out);
	ck_assert_str_eq(out.buf, "5 claims: 1 plausible, 2 holds, 0 unknown, "
		"0 implausible, 0 inconsistent, 1 impossible, 1 malformed\n");
	text_release(&out);
	all.nr = 1;
	claim_counts(&all, &out);
	ck_assert_str_eq(out.buf, "1 claim: 0 plausible, 1 holds, 0 unknown, "
		"0 implausible, 0 inconsistent, 0 impossible\n");
	text_release(&out);
	free(c);
}
END_TEST

Suite *suite_saywords(void)
{
	Suite *s = suite_create("saywords");
	TCase *tc = tcase_create("words");

	tcase_add_test(tc, a_question_is_said_with_its_layout);
	tcase_add_test(tc, an_answer_is_said_line_by_line);
	tcase_add_test(tc, memory_is_a_bar_of_its_parts);
	tcase_add_test(tc, memory_that_is_too_small_is_full);
	tcase_add_test(tc, a_verdict_is_said_with_its_reasons);
	tcase_add_test(tc, a_long_reason_is_broken);
	tcase_add_test(tc, verdicts_are_counted);
	suite_add_tcase(s, tc);
	return s;
}
