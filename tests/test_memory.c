#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "answer/longest.h"
#include "model/attention.h"
#include "library/shelf.h"
#include "say/memory.h"
#include "tests/tests.h"
#include "tests/toy.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* An answer of the data folder's sheets to columns "hw=...,gpus=8". */
static void ask(struct answer *a, struct question *q, struct shelf *shelf,
		const char *columns)
{
	struct scenario s;
	struct fault why;

	scenario_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert_msg(!scenario_override(&s, columns, &why), "%s", why.what);
	ck_assert_msg(!question_make(q, &s, shelf_library(shelf), &why), "%s",
		      why.what);
	answer_step(a, q, NULL);
}

/*
 * Pools that engines printed, in tokens a group or bytes a GPU, all but two of
 * experiments/measured/pools.csv: vLLM on H200, GB free for KV of TP8, DP8 EP8
 * and DP16 EP16; Kimi-K2.5-NVFP4 on TP4 of B200, 28.98 sequences of 9174 tokens
 * (its KV is fp8); V4-Flash on 8 B200 at 0.95, 7,450 blocks of 1,002,240 B for
 * each of 20.43 requests, and of 19.6 in each of 8 groups; SGLang TP8 on H200
 * at 0.81, 480,406 tokens; TP16 DP2 at 0.92, 264,288 tokens; V3.2 on DP8 of
 * B200 at 0.8, 54.52 GiB; R1 in NVFP4 on GB300, 36 sequences of 128 Ki tokens.
 * All within 15 %.
 */
static const struct {
	const char *columns;
	double tokens, GB;	/* 0: not that */
} pools[] = {
	{ "hw=h200-sxm,stack=vllm,model=deepseek-r1,gpus=8,tp=8,ep=1,batch=1,"
	  "ctx=4096", 0, 34 },
	{ "hw=h200-sxm,stack=vllm,model=deepseek-r1,gpus=8,batch=1,ctx=4096",
	  0, 10 },
	{ "hw=h200-sxm,stack=vllm,model=deepseek-r1,gpus=16,batch=1,ctx=4096",
	  0, 45 },
	{ "hw=b200-sxm,stack=vllm,model=kimi-k2,weights=nvfp4,kv=fp8,gpus=4,"
	  "tp=4,batch=1,ctx=9174", 28.98 * 9174, 0 },
	{ "hw=b200-sxm,stack=vllm,model=deepseek-v4-flash,gpus=8,tp=8,ep=8,"
	  "batch=1,ctx=4096,mem_share=0.95", 0, 20.43 * 7450 * 1.00224e-3 },
	{ "hw=b200-sxm,stack=vllm,model=deepseek-v4-flash,gpus=8,tp=1,ep=8,"
	  "batch=1,ctx=4096,mem_share=0.95", 0, 19.61 * 7450 * 1.00224e-3 },
	{ "hw=h200-sxm,stack=sglang,model=deepseek-v3,kv=bf16,gpus=8,tp=8,ep=1,"
	  "batch=1,ctx=4096,mem_share=0.81,date=2025-01-29", 480406, 0 },
	{ "hw=h100-sxm,stack=sglang,model=deepseek-r1,gpus=16,tp=8,batch=1,"
	  "ctx=4096,mem_share=0.92", 264288, 0 },
	{ "hw=b200-sxm,stack=sglang,model=deepseek-v3.2,gpus=8,tp=1,ep=1,"
	  "batch=1,ctx=4096,mem_share=0.8,date=2025-10-07", 0, 58.54 },
	{ "hw=gb300-nvl72,stack=sglang,model=deepseek-r1,weights=nvfp4,"
	  "kv=fp8,gpus=8,batch=1,ctx=131072", 36 * 131072, 0 },
};

START_TEST(a_public_pool_is_met_within_15_percent)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct answer a;

	ask(&a, &q, shelf, pools[_i].columns);
	if (pools[_i].tokens > 0)
		ck_rel(a.room_tok, pools[_i].tokens, 0.15);
	if (pools[_i].GB > 0)
		ck_rel(a.room_tok * a.held.kv_tok_B, pools[_i].GB * 1e9,
		       0.15);
	ck_assert_double_le(a.room_low_tok, a.room_tok);
	ck_assert_double_ge(a.room_high_tok, a.room_tok);
	ck_assert_double_le(a.max_batch_low, a.max_batch);
	ck_assert_double_ge(a.max_batch_high, a.max_batch);
	shelf_free(shelf);
}
END_TEST

/*
 * V3 on H20-96G by SGLang's 0.85 of 103.1 GB: 85.1 GB of weights and 3 of
 * buffers are above 87.6 GB and below 0.86 of it, 88.7 GB.
 */
START_TEST(a_share_that_would_hold_it_is_named_and_does)
{
	static const char columns[] = "hw=h20-96g,stack=sglang,gpus=8,tp=8,"
		"model=deepseek-r1,batch=1,ctx=512%s";
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct answer a;
	char all[256], more[32];
	const char *share;

	snprintf(all, sizeof(all), columns, "");
	ask(&a, &q, shelf, all);
	ck_assert(!a.fits);
	share = strstr(a.refusal, "mem_share=");
	ck_assert_msg(share != NULL, "%s", a.refusal);
	snprintf(more, sizeof(more), ",%.14s", share);
	ck_assert_str_eq(more, ",mem_share=0.86");
	snprintf(all, sizeof(all), columns, more);
	ask(&a, &q, shelf, all);
	ck_assert_msg(a.fits, "%s", a.refusal);
	shelf_free(shelf);
}
END_TEST

/* The toy's budget is 100 GB; a token takes 5 layers x 100 x 2 B. */
START_TEST(the_longest_context_fits_and_one_more_does_not)
{
	struct hold_spec hold = { .mem_share = 0.02, .seqs = 3,
				  .ctx_tok = 100 };
	struct toy t;
	struct held h;
	double most;

	toy_make(&t, &(struct toy_plan){ .batch = 3 });
	deployment_hold(&t.on, &hold, &h);
	most = deployment_context(&t.on, &hold, &h);
	ck_rel(most, floor((h.budget_B - h.weights_B - h.buffer_B) / 3000),
	       1e-9);
	hold.mem_share = 0.001;
	deployment_hold(&t.on, &hold, &h);
	ck_rel(deployment_context(&t.on, &hold, &h), 0, 0);
	hold.mem_share = 1;
	deployment_hold(&t.on, &hold, &h);
	ck_rel(deployment_context(&t.on, &hold, &h), 100000 / 3.0 < 1 ? 0 :
	       fmin(100000, floor((h.budget_B - h.weights_B - h.buffer_B) /
				  3000)), 1e-9);
}
END_TEST

/*
 * The stage that is fullest and the share of the tokens that a GPU of a dcp
 * group holds count as in kv_gb: at the longest context it fits, one token
 * more and it does not. V3 by SGLang on H200: one group of 8 whose KV is
 * shared out by 8; two stages of 8; none of it.
 */
static const char *const longest[] = {
	"gpus=8,tp=8,batch=64",
	"gpus=8,tp=8,dcp=8,batch=256",
	"gpus=16,tp=8,pp=2,batch=256",
};

START_TEST(max_context_fits_and_one_token_more_does_not)
{
	struct shelf *shelf = shelf_open();
	struct memo *memo = memo_new(shelf_library(shelf));
	struct question q = { .lacks = false };
	struct scenario s;
	struct answer a;
	struct fault why;

	scenario_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert(!scenario_override(&s, "hw=h200-sxm,model=deepseek-v3,"
				     "stack=sglang", &why));
	ck_assert(!scenario_override(&s, longest[_i], &why));
	ck_assert_msg(!question_longest(&q, &s, memo, &why), "%s", why.what);
	answer_step(&a, &q, NULL);
	ck_assert_msg(a.fits, "%s", a.refusal);
	ck_rel(a.max_context, q.batch.ctx_tok, 0);
	ck_assert_double_lt(q.batch.ctx_tok, 163840);	/* the model's */
	s.ctx = q.batch.ctx_tok + 1;
	ck_assert(!question_recall(&q, &s, memo, &why));
	answer_step(&a, &q, NULL);
	ck_assert_int_eq(a.lack.kind, REFUSAL_KV);
	ck_assert(question_longest(&q, &s, memo, &why) == -1);
	free(memo);
	shelf_free(shelf);
}
END_TEST

/*
 * One group on one node: 1 GB. Groups add 2 GB, nodes 4 GB; their errors are
 * independent: sqrt(0.3^2 + 0.4^2 + 1.2^2) = 1.3 GB.
 */
static const struct { int gpus, tp; double GB, err_GB; } beside[] = {
	{ 8, 8, 1, 0.3 },
	{ 8, 1, 3, 0.5 },
	{ 16, 1, 7, 1.3 },
};

START_TEST(buffers_grow_with_groups_and_nodes)
{
	struct toy t;
	struct held h;

	toy_make(&t, &(struct toy_plan){ .gpus = beside[_i].gpus,
		.tp = beside[_i].tp, .exchange = EXCHANGE_RANK });
	t.stack.buffer_dp_B = 2e9;
	t.stack.buffer_net_B = 4e9;
	t.stack.buffer_err_B[0] = 0.3e9;
	t.stack.buffer_err_B[1] = 0.4e9;
	t.stack.buffer_err_B[2] = 1.2e9;
	deployment_hold(&t.on, &(struct hold_spec){ 0.5, 1, 1, 1, NULL }, &h);
	ck_rel(h.buffer_B, beside[_i].GB * 1e9, 1e-12);
	ck_rel(h.buffer_err_B, beside[_i].err_GB * 1e9, 1e-12);
}
END_TEST

START_TEST(the_bar_is_72_columns_wide)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct text out = TEXT_INIT;
	struct answer a;
	const char *bar;

	ask(&a, &q, shelf, pools[_i].columns);
	memory_bar(&q, &a, &out);
	bar = strstr(out.buf, "\n  A");
	ck_assert_ptr_nonnull(bar);
	ck_assert_uint_eq(strcspn(bar + 1, "\n"), 2 + 72);
	ck_assert_ptr_nonnull(strstr(out.buf, "routed experts"));
	text_release(&out);
	shelf_free(shelf);
}
END_TEST

Suite *suite_memory(void)
{
	Suite *s = suite_create("memory");
	TCase *t = tcase_create("memory");

	tcase_add_loop_test(t, a_public_pool_is_met_within_15_percent, 0,
			    NR(pools));
	tcase_add_test(t, a_share_that_would_hold_it_is_named_and_does);
	tcase_add_test(t, the_longest_context_fits_and_one_more_does_not);
	tcase_add_loop_test(t, max_context_fits_and_one_token_more_does_not,
			    0, NR(longest));
	tcase_add_loop_test(t, buffers_grow_with_groups_and_nodes, 0,
			    NR(beside));
	tcase_add_loop_test(t, the_bar_is_72_columns_wide, 0, NR(pools));
	suite_add_tcase(s, t);
	return s;
}
