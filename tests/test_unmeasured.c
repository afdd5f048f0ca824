#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/tests.h"

/*
 * Where nobody has measured: what must hold there by arithmetic. Through the
 * sheets of hw/ and models/.
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

/* "hw=h200-sxm gpus=8 ..." to a question; 0, or -1 and the fault. */
static int question(struct question *q, const char *text, struct fault *why)
{
	struct scenario s;
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", text);
	scenario_init(&s);
	for (char *p = strtok(copy, " "); p; p = strtok(NULL, " ")) {
		char *equals = strchr(p, '=');

		*equals = '\0';
		ck_assert_int_eq(scenario_set(&s, p, equals + 1, why), 0);
	}
	return question_make(q, &s, shelf_library(shelf), why);
}

static struct answer answer(const char *text)
{
	struct question q;
	struct answer a;
	struct fault why;

	ck_assert_msg(!question(&q, text, &why), "%s", why.what);
	answer_step(&a, &q, NULL);
	return a;
}

/*
 * FP8 and INT4 checkpoints are widened to bf16 on an A100 (vLLM W8A16); at one
 * sequence a GPU that is a matter of bytes, so FP8 is between the two. Ada has
 * FP8 tensor cores. What is cached in FP8 is multiplied in it: refused.
 */
START_TEST(weights_are_widened_where_no_tensor_core_has_them)
{
#define A100 "hw=a100-80g model=deepseek-v3 gpus=64 batch=1 ctx=4096 "
	double bf16 = answer(A100 "weights=bf16").tok_s_gpu;
	double fp8 = answer(A100 "weights=fp8").tok_s_gpu;
	double int4 = answer(A100 "weights=int4").tok_s_gpu;

	ck_assert_double_gt(fp8, bf16);
	ck_assert_double_gt(int4, fp8);
	ck_assert(answer("hw=rtx6000-ada model=deepseek-v2-lite gpus=2 "
			 "weights=fp8 batch=1 ctx=1000").fits);
	ck_assert(!answer(A100 "weights=bf16 kv=fp8").fits);
#undef A100
}
END_TEST

/*
 * Blocks of 128: V3's experts and shared expert are 2048 wide, 128 a GPU at
 * TP16 and 64 at TP32; V4-Pro's are 3072, 384 at TP8 and 192 at TP16; V4-Pro's
 * experts in mxfp4 have blocks of 32, but not its shared one.
 */
static const struct { const char *text, *would; } shards[] = {
	{ "hw=h100-sxm model=deepseek-v3 gpus=16 tp=16 ep=1", NULL },
	{ "hw=h100-sxm model=deepseek-v3 gpus=32 tp=32 ep=1",
	  "; a larger ep with a smaller tp or weights" },
	{ "hw=h100-sxm model=deepseek-v3 gpus=32 tp=32 ep=32",
	  "; a smaller tp or weights" },
	{ "hw=h100-sxm model=deepseek-v3 gpus=32 tp=1 ep=32", NULL },
	{ "hw=h200-sxm model=deepseek-v3 gpus=32 tp=32 weights=bf16", NULL },
	{ "hw=h200-sxm model=deepseek-v3 gpus=32 tp=1 ep=1",
	  "; a larger ep or weights" },
	{ "hw=b200-sxm model=deepseek-v4-pro gpus=8 tp=8 ep=1", NULL },
	{ "hw=b200-sxm model=deepseek-v4-pro gpus=16 tp=16 ep=1",
	  "; a smaller tp or weights" },
};

START_TEST(a_shard_holds_whole_blocks)
{
	const char *would = shards[_i].would;
	char text[256];
	struct answer a;

	snprintf(text, sizeof(text), "%s batch=1 ctx=1000", shards[_i].text);
	a = answer(text);
	ck_assert_msg(a.fits == !would, "%s", a.refusal);
	if (!would)
		return;
	ck_assert_ptr_nonnull(strstr(a.refusal, "blocks of 128"));
	ck_assert_msg(strstr(a.refusal, would) != NULL, "%s", a.refusal);
}
END_TEST

/*
 * H800 EP16 with 32 spares: 18 slots a GPU. 288 slots x 256 tokens x 14,560 B
 * x 4 = 4.29 GB of buffers beside DeepSeek's weights leave 3.7 GB: 10
 * sequences of 4,989 x 70,272 B, not the 16 that half the buffers left room
 * for.
 */
START_TEST(buffers_are_double_both_ways)
{
	struct answer a = answer("hw=h800-sxm stack=deepseek gpus=16 batch=1 "
		"model=deepseek-v3 redundant=32 ctx=4989");

	ck_rel(a.held.buffer_B, 4.2e9 + 4.0 * 288 * 256 * 14560, 1e-9);
	ck_assert(a.max_batch == 10);
}
END_TEST

/* A sum over more nodes is no faster. */
START_TEST(tp_over_more_nodes_is_no_faster)
{
	double before = 0;

	for (int tp = 16; tp <= 64; tp *= 2) {
		char text[256];
		struct answer a;

		snprintf(text, sizeof(text), "hw=h100-sxm model=deepseek-v3 "
			 "weights=bf16 batch=1 ctx=1000 gpus=%d tp=%d ep=1",
			 tp, tp);
		a = answer(text);
		ck_assert_double_gt(a.step_s, before);
		before = a.step_s;
	}
}
END_TEST

/*
 * trtllm-gen NVFP4 experts reach 4.4 and 4.5 PFLOP/s on B200 and GB200, 4.7
 * and 4.9 on B300 and GB300, whose peaks are 1.5 times as high.
 */
START_TEST(a_larger_fp4_peak_is_not_reached_further)
{
	static const char *const hw[] = { "b200-sxm", "gb200-nvl72",
		"b300-sxm", "gb300-nvl72" };

	for (int i = 0; i < 4; i++) {
		struct fault why;
		const struct gpu *g = shelf_gpu(shelf, hw[i], &why);
		const struct stack *s = shelf_stack(shelf,
			&(struct stack_spec){ "generic", "", g->arch }, &why);
		double reached = s->law[ROLE_MOE_NVFP4].e_f *
				 g->flops[MATH_FP4];

		ck_assert_double_gt(reached, 4.2e15);
		ck_assert_double_lt(reached, 5.0e15);
	}
}
END_TEST

/*
 * At the speed of light a step takes its floor or more, whole batch or not, and
 * with the fused exchange of experts that stay in a node.
 */
START_TEST(no_batch_beats_its_own_floor)
{
	static const double batches[] = { 0.1, 0.9, 1.5, 2.25, 3.75, 7.5,
					  63.5, 200.7 };
	static const char *const on[] = { "hw=h200-sxm gpus=64",
		"hw=h800-sxm gpus=16", "hw=gb200-nvl72 gpus=96",
		"hw=b200-sxm gpus=8 tp=8", "hw=h200-sxm gpus=8" };

	for (unsigned i = 0; i < sizeof(batches) / sizeof(*batches); i++)
		for (unsigned k = 0; k < sizeof(on) / sizeof(*on); k++) {
			char text[256];
			struct answer a;

			snprintf(text, sizeof(text), "%s stack=ideal "
				 "model=deepseek-v3 ctx=1000 balance=uniform "
				 "batch=%g", on[k], batches[i]);
			a = answer(text);
			ck_assert_double_le(a.tok_s_gpu, a.sol_tok_s_gpu);
		}
}
END_TEST

/*
 * 96 GPUs of NVL72 are 48 and 48: 58 layers x 8 x 21,744 B x 1/2 = 5.04 MB a
 * token by pair; as 72 and 24 3/8 in the mean, 3.78 MB, and twice that of a GPU
 * of the smaller side, which the step waits for: it is the slower.
 */
START_TEST(domains_that_do_not_divide_are_halves)
{
	struct answer a = answer("hw=gb200-nvl72 stack=sglang gpus=96 "
		"model=deepseek-v3 batch=64 ctx=1000");

	struct answer b = answer("hw=gb200-nvl72 stack=sglang gpus=96 "
		"model=deepseek-v3 batch=64 ctx=1000 set=nvlink.filled=1");

	ck_rel(a.rdma_B_tok, 58 * 8 * 21744 / 2.0, 1e-9);
	ck_rel(b.rdma_B_tok, 58 * 8 * 21744 * 3 / 8., 1e-9);
	ck_assert_double_gt(b.step_s, a.step_s);
}
END_TEST

/* ---- a chip of one's own ---- */

/* In a folder of its own, in $TMPDIR or else in build/. */
static char folder[200], chip[220];

/* An MI300X-like card: 8 a node, no FP4, a NIC of 2 x 400 Gb/s. */
static void put_chip(void)
{
	static const char rows[] =
		"key,value,err,unit,origin,source,note\n"
		"arch,gfx942,,name,assumed,one's own,\n"
		"bf16,1307,,TFLOP/s,assumed,one's own,\n"
		"fp8,2615,,TFLOP/s,assumed,one's own,\n"
		"fp4,0,,TFLOP/s,assumed,one's own,\n"
		"hbm.capacity,192,,GB,assumed,one's own,\n"
		"hbm.bandwidth,5.3,,TB/s,assumed,one's own,\n"
		"sms,304,,count,assumed,one's own,\n"
		"clock,2.1,,GHz,assumed,one's own,\n"
		"nvlink.bandwidth,448,,GB/s,assumed,one's own,\n"
		"nvlink.gpus,8,,count,assumed,one's own,\n"
		"nvlink.in_switch,0,,count,assumed,one's own,\n"
		"nic.bandwidth,100,,GB/s,assumed,one's own,2 x 400 Gb/s\n"
		"pcie.bandwidth,64,,GB/s,assumed,one's own,\n"
		"tdp,750,,W,assumed,one's own,\n";
	const char *tmp = getenv("TMPDIR");
	FILE *f;

	snprintf(folder, sizeof(folder), "%s/chip.XXXXXX",
		 tmp ? tmp : "build");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(chip, sizeof(chip), "%s/chip.csv", folder);
	f = fopen(chip, "w");
	ck_assert_ptr_nonnull(f);
	fputs(rows, f);
	fclose(f);
}

/*
 * With --stack ideal it is a GPU like any other: 16 of them move V3's 58 x
 * 0.963 x 21,728 B a token over their NICs (7168 + 224 out, no header, and
 * 14336 back). A stack without laws for it says so.
 */
START_TEST(a_chip_of_ones_own_has_its_speed_of_light)
{
	char text[512];
	struct question q;
	struct fault why;
	struct answer a;

	put_chip();
	snprintf(text, sizeof(text), "hw=%s stack=ideal model=deepseek-v3 "
		 "gpus=16 batch=64 ctx=1000 balance=uniform", chip);
	a = answer(text);
	ck_assert(a.fits);
	ck_rel(a.rdma_B_tok, 58 * 0.963 * 21728, 1e-3);
	ck_assert_double_le(a.tok_s_gpu, a.sol_tok_s_gpu);
	snprintf(text, sizeof(text), "hw=%s stack=generic model=deepseek-v3 "
		 "gpus=16 batch=64 ctx=1000", chip);
	ck_assert_int_eq(question(&q, text, &why), -1);
	ck_assert(!q.lacks);
	ck_assert_str_eq(why.what, "stack generic has no laws for the "
			 "architecture gfx942 of chip");
	ck_assert_ptr_nonnull(strstr(why.remedy, "--stack ideal"));
	remove(chip);
	rmdir(folder);
}
END_TEST

/*
 * Who has a chip run Hopper's laws knows no step of it: 0.1 (log, as a GPU left
 * out) more than of an H200, and all that its facts are off by, not a fifth.
 */
START_TEST(another_architectures_laws_are_none_of_its_steps)
{
	char text[512], stack[220];
	struct question q;
	struct fault why;
	struct answer own;
	FILE *f;

	put_chip();
	snprintf(stack, sizeof(stack), "%s/stack.csv", folder);
	f = fopen(stack, "w");
	ck_assert_ptr_nonnull(f);
	fputs("key,value,err,unit,origin,source,note\n"
	      "base,generic,,name,assumed,one's own,\n"
	      "arch.gfx942,sm90,,name,assumed,one's own,\n", f);
	fclose(f);
	snprintf(text, sizeof(text), "hw=%s stack=%s model=deepseek-v3 "
		 "gpus=8 batch=64 ctx=1000", chip, stack);
	own = answer(text);
	ck_assert_int_eq(question(&q, text, &why), 0);
	ck_rel(q.on.machine.stack->beyond.arch[FAMILY_MLA], 0.1, 1e-12);
	ck_assert(own.facts_log_sd > 0);
	ck_rel(answer_doubt_sd(&own, &q), hypot(hypot(own.facts_log_sd,
		own.together_log_sd), own.launch_log_sd), 1e-12);
	ck_assert_int_eq(question(&q, "hw=b300-sxm model=deepseek-v3 gpus=8 "
				  "batch=64 ctx=1000", &why), 0);
	ck_assert(!(q.on.machine.stack->beyond.arch[FAMILY_MLA] > 0));
	ck_assert_int_eq(question(&q, "hw=h200-sxm model=deepseek-v4-flash "
				  "gpus=8 batch=64 ctx=1000", &why), 0);
	ck_rel(q.on.machine.stack->beyond.arch[FAMILY_V4], 0.1, 1e-12);
	remove(stack);
	remove(chip);
	rmdir(folder);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_unmeasured(void)
{
	Suite *s = suite_create("unmeasured");
	TCase *t = tcase_create("by arithmetic");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, weights_are_widened_where_no_tensor_core_has_them);
	tcase_add_loop_test(t, a_shard_holds_whole_blocks, 0, NR(shards));
	tcase_add_test(t, buffers_are_double_both_ways);
	tcase_add_test(t, tp_over_more_nodes_is_no_faster);
	tcase_add_test(t, a_larger_fp4_peak_is_not_reached_further);
	tcase_add_test(t, no_batch_beats_its_own_floor);
	tcase_add_test(t, domains_that_do_not_divide_are_halves);
	tcase_add_test(t, a_chip_of_ones_own_has_its_speed_of_light);
	tcase_add_test(t, another_architectures_laws_are_none_of_its_steps);
	suite_add_tcase(s, t);
	return s;
}
