#include "answer/prefill.h"

#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"

typedef void (*toy_fn)(struct model *);

/* A question about the toys, as question_make would leave it. */
static void make(struct question *q, struct toy *t, toy_fn model,
		 const struct toy_plan *plan)
{
	toy_init(t);
	if (model)
		model(&t->model);
	t->stack.prefill_tok = 8192;
	t->stack.prefill_sms = 0.8;
	toy_plan(t, plan);
	memset(q, 0, sizeof(*q));
	q->on = t->on;
	q->skew = t->skew;
	q->batch = t->ask.batch;
	q->two_batch = plan->two_batch;
}

static struct prefill answer(const struct question *q, double prompt,
			     double cached, double chunk)
{
	struct prefill p;
	struct fault why;

	ck_assert_msg(!prefill_answer(&p, q, &(struct prefill_spec){
		.prompt_tok = prompt, .cached_tok = cached,
		.chunk_tok = chunk }, &why), "%s", why.what);
	return p;
}

/*
 * A host that takes 1,000 s to launch V3's 61 layers is all that a prompt takes
 * but for its kernels, and a share of that in pieces of CUDA graphs; not where
 * the pass, 2,048 tokens of it and then 1,952, has more than they hold.
 */
START_TEST(pieces_leave_the_host_a_share)
{
	static const struct { double most, takes_s; } in[] = {
		{ 0, 2000 }, { 1951, 2000 }, { 1952, 1250 }, { 2048, 500 } };
	struct prefill p;
	struct question q;
	struct fault why;
	struct toy t;

	make(&q, &t, toy_v3, &(struct toy_plan){ .batch = 1 });
	t.stack.eager_s = 1000.0 / 61;
	for (unsigned i = 0; i < sizeof(in) / sizeof(*in); i++) {
		ck_assert(!prefill_answer(&p, &q, &(struct prefill_spec){
			.prompt_tok = 4000, .chunk_tok = 2048,
			.piece_tok = in[i].most, .piece_share = .25 }, &why));
		ck_rel(p.ttft_s, in[i].takes_s, 1e-3);
	}
}
END_TEST

/*
 * GFLOP a token of a prompt without the head, at 4096, 32768 and 131072: V3
 * linear 71.4 and 2 x 61 x 128 x 320 x P / 2; V3.2 sparse after 2048 tokens
 * with indexers; V4 as decoding, at the mean context.
 */
static const struct { toy_fn toy; double gflop[3]; } work[] = {
	{ toy_v3, { 81.6, 153.3, 398.9 } },
	{ toy_v32, { 101.2, 123.2, 173.1 } },
	{ toy_v4_flash, { 27.48, 29.32, 34.59 } },
	{ toy_v4_pro, { 102.3, 108.5, 118.1 } },
};

START_TEST(a_prompts_token_takes_so_many_flops)
{
	struct question q;
	struct toy t;

	make(&q, &t, work[_i].toy, &(struct toy_plan){ .batch = 1,
		.balance = BALANCE_EVEN });
	for (int i = 0; i < 3; i++) {
		double tok = i == 0 ? 4096 : i == 1 ? 32768 : 131072;
		struct prefill p = answer(&q, tok, 0, tok);

		ck_rel(p.flop_tok - 2.0 * t.model.vocab_size *
		       t.model.hidden_size / tok, 1e9 * work[_i].gflop[i],
		       2e-3);
	}
}
END_TEST

/*
 * Chunks meet the same earlier tokens as one pass does; only the latents of
 * prior chunks are made keys and values again: 2048 + 4096 + 6144 tokens.
 */
START_TEST(chunks_cost_what_they_read_again)
{
	struct question q;
	struct toy t;
	struct prefill whole, cut;

	make(&q, &t, toy_v3, &(struct toy_plan){ .batch = 1,
		.balance = BALANCE_EVEN });
	whole = answer(&q, 8192, 0, 8192);
	cut = answer(&q, 8192, 0, 2048);
	ck_assert_int_eq((int)whole.passes, 1);
	ck_assert_int_eq((int)cut.passes, 4);
	/* kv_b: 2 x 61 x 512 x 32768 a token; and 3 heads more */
	ck_rel((cut.flop_tok - whole.flop_tok) * 8192,
	       2 * 61 * 512.0 * 32768 * 12288 + 3 * 2 * 129280.0 * 7168, 1e-9);
	ck_assert(cut.ttft_s > whole.ttft_s);
}
END_TEST

START_TEST(a_cached_prefix_saves_time_and_is_met_all_the_same)
{
	struct question q;
	struct toy t;
	double before = INFINITY;

	make(&q, &t, work[_i].toy, &(struct toy_plan){ .gpus = 8,
		.batch = 1 });
	for (double cached = 0; cached < 8192; cached += 1024) {
		struct prefill p = answer(&q, 8192, cached, 8192);

		ck_assert(p.ttft_s < before);
		ck_rel(p.prompt_tok_s_gpu * (8192 - cached),
		       p.tok_s_gpu * 8192, 1e-9);
		before = p.ttft_s;
	}
}
END_TEST

START_TEST(short_prompts_share_a_pass)
{
	struct question q;
	struct toy t;
	struct prefill p;

	make(&q, &t, toy_v3, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	p = answer(&q, 1000, 0, 8192);
	ck_rel(p.together, 8, 0);
	ck_rel(p.prompts_s, p.tok_s_gpu * 8 / 1000, 1e-12);
	ck_assert(p.ttft_s < 8 * 8 / p.prompts_s);
	p = answer(&q, 1000, 0, 0);	/* the stack's 8192 */
	ck_rel(p.chunk_tok, 8192, 0);
}
END_TEST

START_TEST(one_gpu_exchanges_nothing_and_overlap_never_hurts)
{
	struct question q;
	struct toy t;
	double s[2];

	make(&q, &t, toy_v3, &(struct toy_plan){ .batch = 1 });
	ck_rel(answer(&q, 4096, 0, 0).exposed_share, 0, 0);
	for (int two = 0; two < 2; two++) {
		make(&q, &t, toy_v3, &(struct toy_plan){ .gpus = 16,
			.batch = 1, .two_batch = two });
		s[two] = answer(&q, 4096, 0, 0).ttft_s;
	}
	ck_assert(s[1] <= s[0]);
}
END_TEST

/* 1.25 in all, 1.5 more where the exchange is fused; each errs by itself. */
START_TEST(a_fused_exchange_has_an_overhead_of_its_own)
{
	struct question q;
	struct toy t;

	make(&q, &t, NULL, &(struct toy_plan){ .gpus = 4, .batch = 1 });
	t.stack.overhead_prefill = 1.25;
	t.stack.overhead_prefill_fused = 1.5;
	q.on.layout.exchange = EXCHANGE_GATHER;
	ck_rel(prefill_rate(&q.on), 1.25, 1e-12);
	t.stack.overhead_prefill_err = 0.0375;
	t.stack.overhead_prefill_fused_err = 0.06;
	ck_rel(prefill_rate_sd(&q.on), 0.03, 1e-12);
	q.on.layout.exchange = EXCHANGE_FUSED;
	ck_rel(prefill_rate(&q.on), 1.875, 1e-12);
	ck_rel(prefill_rate_sd(&q.on), 0.05, 1e-12);	/* by 0.03 and 0.04 */
}
END_TEST

/* V4's passes take 1.2 times V3's 1.25, and err by 0.03 and 0.04. */
START_TEST(a_family_has_an_overhead_of_its_own)
{
	struct question q;
	struct toy t;

	make(&q, &t, NULL, &(struct toy_plan){ .gpus = 4, .batch = 1 });
	t.stack.overhead_prefill = 1.25;
	t.stack.overhead_prefill_err = 0.0375;
	t.stack.prefill_times[FAMILY_V4] = 1.2;
	t.stack.prefill_times_err[FAMILY_V4] = 0.048;
	ck_rel(prefill_rate(&q.on), 1.25, 1e-12);
	ck_rel(prefill_rate_sd(&q.on), 0.03, 1e-12);
	t.model.family = FAMILY_V4;
	ck_rel(prefill_rate(&q.on), 1.5, 1e-12);
	ck_rel(prefill_rate_sd(&q.on), 0.05, 1e-12);
}
END_TEST

static const struct {
	double prompt, cached;
} bad[] = { { 100, 100 }, { 100, 200 }, { 100, -1 }, { 0, 0 } };

START_TEST(the_last_token_is_always_computed)
{
	struct question q;
	struct toy t;
	struct prefill p;
	struct fault why;

	make(&q, &t, NULL, &(struct toy_plan){ .batch = 1 });
	ck_assert_int_eq(prefill_answer(&p, &q, &(struct prefill_spec){
		.prompt_tok = bad[_i].prompt, .cached_tok = bad[_i].cached },
		&why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "is not below the prompt's"));
}
END_TEST

START_TEST(a_stack_without_the_kernel_is_named)
{
	struct question q;
	struct toy t;
	struct prefill p;
	struct fault why;

	make(&q, &t, toy_v3, &(struct toy_plan){ .batch = 1 });
	t.stack.law[ROLE_MHA].kernel = NULL;
	ck_assert_int_eq(prefill_answer(&p, &q, &(struct prefill_spec){
		.prompt_tok = 100 }, &why), -1);
	ck_assert_str_eq(why.what, "stack toy has no law for mha on toy "
			 "(sm90)");
}
END_TEST

/*
 * The experts of 58 layers start 0.5 us sooner in a kernel that is made for
 * many rows, whose tiles are as large; one that starts 1 us later is not run.
 */
START_TEST(of_two_kernels_of_experts_the_quicker_runs)
{
	static const struct { double t0_s, saved_s; } many[] = {
		{ 0.5e-6, 58 * 0.5e-6 }, { 2e-6, 0 }, { 1e-6, 0 },
	};
	struct question q;
	struct toy t;
	double with, without;

	make(&q, &t, toy_v3, &(struct toy_plan){ .gpus = 8, .tp = 8,
		.batch = 1 });
	t.stack.law[ROLE_MOE_FP8_PROMPTS].kernel = NULL;
	without = answer(&q, 8192, 0, 8192).ttft_s;
	t.stack.law[ROLE_MOE_FP8_PROMPTS] = t.stack.law[ROLE_MOE_FP8];
	t.stack.law[ROLE_MOE_FP8_PROMPTS].t0_s = many[_i].t0_s;
	with = answer(&q, 8192, 0, 8192).ttft_s;
	ck_assert_double_eq_tol(without - with, many[_i].saved_s, 1e-12);
}
END_TEST

Suite *suite_prefill(void)
{
	Suite *s = suite_create("prefill");
	TCase *t = tcase_create("prefill");
	int toys = (int)(sizeof(work) / sizeof(work[0]));

	tcase_add_loop_test(t, a_prompts_token_takes_so_many_flops, 0, toys);
	tcase_add_test(t, pieces_leave_the_host_a_share);
	tcase_add_test(t, chunks_cost_what_they_read_again);
	tcase_add_loop_test(t,
			    a_cached_prefix_saves_time_and_is_met_all_the_same,
			    0, toys);
	tcase_add_test(t, short_prompts_share_a_pass);
	tcase_add_test(t, one_gpu_exchanges_nothing_and_overlap_never_hurts);
	tcase_add_test(t, a_fused_exchange_has_an_overhead_of_its_own);
	tcase_add_test(t, a_family_has_an_overhead_of_its_own);
	tcase_add_loop_test(t, the_last_token_is_always_computed, 0, 4);
	tcase_add_test(t, a_stack_without_the_kernel_is_named);
	tcase_add_loop_test(t, of_two_kernels_of_experts_the_quicker_runs, 0,
			    3);
	suite_add_tcase(s, t);
	return s;
}
