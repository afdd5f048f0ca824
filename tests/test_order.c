#include <stdio.h>
#include <string.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/tests.h"

/*
 * What published measurements say of the order of layouts, formats and
 * overlaps; each case names its source. Through the sheets of hw/ and models/.
 */

static struct shelf *shelf;

static void set_up(void)
{
	shelf = shelf_open();
}

static void tear_down(void)
{
	shelf_free(shelf);
}

/* "hw=h200-sxm,gpus=8,..." to an answer. */
static struct answer ask(const char *text)
{
	struct scenario s;
	struct question q;
	struct answer a;
	struct fault why = { 0 };
	char copy[512], *pair, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	scenario_init(&s);
	while ((pair = strtok(rest, ","))) {
		char *equals = strchr(pair, '=');

		rest = NULL;
		*equals = '\0';
		ck_assert_int_eq(scenario_set(&s, pair, equals + 1, &why), 0);
	}
	ck_assert_msg(!question_make(&q, &s, shelf_library(shelf), &why),
		      "%s", why.what);
	answer_step(&a, &q, NULL);
	return a;
}

#define H100_EP72 "hw=h100-sxm,stack=sglang,model=deepseek-v3,gpus=72," \
	"ctx=2000,redundant=32,"

/* LMSYS 2025-05-05, 72 H100: two-batch overlap +25.5 % at 256 tokens a GPU. */
START_TEST(two_batch_overlap_pays_at_256_tokens)
{
	double gain = ask(H100_EP72 "batch=256,overlap=two-batch").tok_s_gpu /
		      ask(H100_EP72 "batch=256,overlap=none").tok_s_gpu;

	ck_assert_double_gt(gain, 1.15);
	ck_assert_double_lt(gain, 1.35);
}
END_TEST

/* The same: -27 % at 32 tokens, break-even between 64 and 128. */
START_TEST(two_batch_overlap_costs_at_32_tokens)
{
	double at_32 = ask(H100_EP72 "batch=32,overlap=two-batch").tok_s_gpu /
		       ask(H100_EP72 "batch=32,overlap=none").tok_s_gpu;
	double at_128 = ask(H100_EP72 "batch=128,overlap=two-batch").
				tok_s_gpu /
			ask(H100_EP72 "batch=128,overlap=none").tok_s_gpu;

	ck_assert_double_lt(at_32, 0.83);
	ck_assert_double_gt(at_32, 0.67);
	ck_assert_double_gt(at_128, 1);
}
END_TEST

#define GB200_EP32 "hw=gb200-nvl72,stack=sglang,model=deepseek-r1,gpus=32," \
	"ctx=1384,kv=fp8,batch=112,date=2026-02-08,"

/* InferenceX 2026-02: 27.0 ms in fp8, 22.1 in nvfp4 (1.22x) at a batch of
   112. */
START_TEST(nvfp4_is_about_a_fifth_faster_than_fp8)
{
	double gain = ask(GB200_EP32 "weights=nvfp4").tok_s_gpu /
		      ask(GB200_EP32 "weights=fp8").tok_s_gpu;

	ck_assert_double_gt(gain, 1.12);
	ck_assert_double_lt(gain, 1.32);
}
END_TEST

#define H200_NODE "hw=h200-sxm,stack=sglang,model=deepseek-r1,gpus=8,ep=8," \
	"ctx=1384,"

/* InferenceX ifx-0415, ifx-0419: DP replicates 11.4 GB of attention weights,
   so TP is ahead while the batch is small. */
START_TEST(tp_beats_dp_in_a_node_at_small_batch)
{
	static const char *const load[] = { "concurrency=8", "concurrency=40",
		"concurrency=80" };
	char tp[512], dp[512];

	snprintf(tp, sizeof(tp), H200_NODE "tp=8,%s", load[_i]);
	snprintf(dp, sizeof(dp), H200_NODE "tp=1,%s", load[_i]);
	ck_assert_double_gt(ask(tp).tok_s_gpu, ask(dp).tok_s_gpu);
}
END_TEST

/* And every TP rank holds the whole latent KV, so DP holds more of it. */
START_TEST(dp_has_room_for_more_sequences_than_tp)
{
	struct answer tp = ask(H200_NODE "tp=8,concurrency=8");
	struct answer dp = ask(H200_NODE "tp=1,concurrency=8");

	ck_assert_double_gt(8 * dp.max_batch, tp.max_batch);
}
END_TEST

static double wide(int ep, int redundant)
{
	struct scenario s;
	struct question q;
	struct answer a;
	struct fault why = { 0 };

	scenario_init(&s);
	strcpy(s.hw, "h800-sxm");
	strcpy(s.stack, "deepseek");
	strcpy(s.model, "deepseek-v3");
	strcpy(s.overlap, "two-batch");
	s.gpus = ep;
	s.batch = 1;
	s.ctx = 4989;
	s.redundant = redundant;
	ck_assert_msg(!question_make(&q, &s, shelf_library(shelf), &why),
		      "%s", why.what);
	question_batch(&q, answer_largest_batch(&q, 0.050));
	answer_step(&a, &q, NULL);
	return a.tok_s_gpu;
}

/*
 * At 50 ms a token on H800: 1,500 or so at EP64, 1,850 at EP144 (measured),
 * flat beyond. From 72 to 144 the overhead is what is left of the curve.
 */
START_TEST(wide_ep_on_h800_has_its_knee_between_72_and_144)
{
	double ep32 = wide(32, 32), ep72 = wide(72, 32), ep96 = wide(96, 32);
	double ep144 = wide(144, 32), ep288 = wide(288, 32);
	double best = fmax(ep96, ep144);

	ck_assert_double_gt(ep72, 1.3 * ep32);	/* steep before */
	ck_assert_double_gt(best, 1.03 * ep72);	/* still rising */
	ck_assert_double_lt(ep288, 1.05 * best);	/* flat after */
}
END_TEST

/* ---- what nobody measured comes in an order all the same ---- */

static const char *const on_blackwell[] = {
	"gpus=4,tp=4,ep=1", "gpus=8,tp=8,ep=8", "gpus=8,tp=1,ep=8",
	"gpus=32,tp=1,ep=32", "gpus=72,tp=1,ep=72",
};

static const char *const engines[] = { "sglang", "trtllm", "vllm" };

enum { LAYOUTS = sizeof(on_blackwell) / sizeof(*on_blackwell),
       ENGINES = sizeof(engines) / sizeof(*engines) };

/* R1 on GB200 at 7,836 tokens, of a case's engine and layout. */
static double step_s(int of, const char *with, int batch)
{
	char text[512];

	snprintf(text, sizeof(text), "hw=gb200-nvl72,model=deepseek-r1,"
		 "ctx=7836,stack=%s,%s,%s,batch=%d", engines[of % ENGINES],
		 on_blackwell[of / ENGINES], with, batch);
	return ask(text).step_s;
}

/* 4 bits an expert's weight are not read in more time than 8. */
START_TEST(fewer_bits_take_no_longer)
{
	for (int batch = 1; batch <= 256; batch *= 16)
		ck_assert_double_le(step_s(_i, "weights=nvfp4", batch),
				    step_s(_i, "weights=fp8", batch));
}
END_TEST

/*
 * Four times the sequences take longer, and not four times as long: weights
 * are read once.
 */
START_TEST(more_sequences_take_longer_and_less_each)
{
	double was = step_s(_i, "weights=fp8", 1);

	for (int batch = 4; batch <= 256; batch *= 4) {
		double now = step_s(_i, "weights=fp8", batch);

		ck_assert_double_gt(now, was);
		ck_assert_double_lt(now, 4 * was);
		was = now;
	}
}
END_TEST

/*
 * A draft is a layer of 62, a head, and another row a sequence: a step of one
 * sequence takes longer by it, and less than its tokens are worth (1.8).
 */
START_TEST(a_draft_pays_for_one_sequence)
{
	double plain = step_s(_i, "weights=fp8", 1);
	double drafts = step_s(_i, "weights=fp8,mtp=1,tokens_per_step=1.8", 1);

	ck_assert_double_gt(drafts, plain);
	ck_assert_double_lt(drafts, 1.8 * plain);
}
END_TEST

Suite *suite_order(void)
{
	Suite *s = suite_create("order");
	TCase *t = tcase_create("published");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, two_batch_overlap_pays_at_256_tokens);
	tcase_add_test(t, two_batch_overlap_costs_at_32_tokens);
	tcase_add_test(t, nvfp4_is_about_a_fifth_faster_than_fp8);
	tcase_add_loop_test(t, tp_beats_dp_in_a_node_at_small_batch, 0, 3);
	tcase_add_test(t, dp_has_room_for_more_sequences_than_tp);
	tcase_add_test(t, wide_ep_on_h800_has_its_knee_between_72_and_144);
	suite_add_tcase(s, t);
	t = tcase_create("unmeasured");
	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_loop_test(t, fewer_bits_take_no_longer, 0, ENGINES * LAYOUTS);
	tcase_add_loop_test(t, more_sequences_take_longer_and_less_each, 0,
			    ENGINES * LAYOUTS);
	tcase_add_loop_test(t, a_draft_pays_for_one_sequence, 0,
			    ENGINES * LAYOUTS);
	suite_add_tcase(s, t);
	return s;
}
