#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheet/bend.h"
#include "own/next.h"
#include "own/own.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/*
 * What varies by 0.03 as one and by 0.04 near a batch, a reach of 1: 0.05 all
 * in all, and between two batches a factor of e apart 0.0009 + 0.0016
 * exp(-1/2) = 0.00187045 of 0.0025.
 */
static const struct own_varies varies = { 0.03, 0.04, 1 };
#define APART 0.00187045
#define ROOT_21 (APART / 0.05)			/* 0.037409 */
#define ROOT_22 0.0331749	/* sqrt(0.0025 - 0.037409^2) */

static struct stack *sm90, *sm100;
static struct own_bend bend;
static struct text out;

static void setup(void)
{
	sm90 = calloc(1, sizeof(*sm90));
	sm100 = calloc(1, sizeof(*sm100));
	sm90->name = sm100->name = "mine";
	sm90->arch = "sm90";
	sm100->arch = "sm100";
	out = (struct text)TEXT_INIT;
}

static void teardown(void)
{
	own_bend_release(&bend);
	text_release(&out);
	free(sm90);
	free(sm100);
}

static struct own_knot at(double log_batch)
{
	return (struct own_knot){ sm90, CLASS_TP, "", log_batch,
		FAMILY_MLA };
}

static void knots(const struct own_knot *of, int rows)
{
	own_bend_init(&bend, of, rows);
	ck_assert_int_eq(own_bend_root(&bend, &varies), 0);
}

/* ---- where they stand ---- */

START_TEST(a_row_stands_off_by_what_its_knot_does)
{
	const struct own_knot of[] = { at(0), { 0 }, at(1) };
	const double one[] = { 2, 0 }, other[] = { 0, 1 };

	knots(of, 3);
	ck_assert_int_eq(bend.knots, 2);
	ck_rel(own_bend_at(&bend, 0, one), 0.1, 1e-5);
	ck_rel(own_bend_at(&bend, 2, one), 2 * ROOT_21, 1e-5);
	ck_rel(own_bend_at(&bend, 2, other), ROOT_22, 1e-5);
	ck_assert(!(fabs(own_bend_at(&bend, 0, other)) > 0));
	ck_assert(!(fabs(own_bend_at(&bend, 1, one)) > 0));	/* no part */
	/* 0.1 of 0.05 is two errors; the second is off by less */
	ck_rel(own_bend_strain(&bend, one), 2, 1e-5);
	ck_rel(own_bend_strain(&bend, (const double[]){ 1, -3 }),
	       (ROOT_21 - 3 * ROOT_22) / 0.05, 1e-5);
}
END_TEST

/* An eighth of a logarithm is one batch: e^0.12 is, e^0.13 is not. */
START_TEST(like_batches_are_one_knot)
{
	static const struct { double log_batch; int knots; } second[] = {
		{ 0, 1 }, { 0.12, 1 }, { -0.12, 1 }, { 0.13, 2 }, { -0.13, 2 },
	};

	for (int i = 0; i < NR(second); i++) {
		const struct own_knot of[] = { at(0),
					       at(second[i].log_batch) };

		own_bend_init(&bend, of, 2);
		ck_assert_int_eq(bend.knots, second[i].knots);
		ck_assert_int_eq(bend.of_row[1], second[i].knots - 1);
		own_bend_release(&bend);
	}
}
END_TEST

/* Twelve of a class; a thirteenth goes with its nearest, here the last. */
START_TEST(a_class_has_twelve_knots_at_most)
{
	struct own_knot of[OWN_KNOTS + 2];

	for (int i = 0; i <= OWN_KNOTS; i++)
		of[i] = at(i);
	of[OWN_KNOTS + 1] = at(3.4);
	knots(of, OWN_KNOTS + 2);
	ck_assert_int_eq(bend.knots, OWN_KNOTS);
	ck_assert_int_eq(bend.of_row[OWN_KNOTS], OWN_KNOTS - 1);
	ck_assert_int_eq(bend.of_row[OWN_KNOTS + 1], 3);
	/* the knots and the two ends are all that a list takes */
	own_bend_take(&bend, (const double[OWN_KNOTS]){ 1 });
	own_bend_rows(&bend, "x", &out);
	ck_assert(out.len > 0);
}
END_TEST

/* Class, architecture and image: what differs in one shares nothing. */
START_TEST(what_differs_in_anything_shares_nothing)
{
	const struct own_knot other[] = {
		{ sm90, CLASS_NODE, "", 0, FAMILY_MLA },
		{ sm100, CLASS_TP, "", 0, FAMILY_MLA },
		{ sm90, CLASS_TP, "2026-01-15", 0, FAMILY_MLA } };
	const double z[] = { 2, 1 };

	for (int i = 0; i < NR(other); i++) {
		const struct own_knot of[] = { at(0), other[i] };

		knots(of, 2);
		ck_assert(!own_knot_alike(&of[0], &of[1]));
		ck_assert_int_eq(bend.knots, 2);
		ck_rel(own_bend_at(&bend, 1, z), 0.05, 1e-5);
		own_bend_release(&bend);
	}
	ck_assert(own_knot_alike(&other[0], &(struct own_knot){ sm90,
		CLASS_NODE, "", 9, FAMILY_V4 }));
}
END_TEST

START_TEST(without_a_row_there_is_nothing_to_bend)
{
	const struct own_knot none[] = { { 0 }, { 0 } };

	knots(none, 2);
	ck_assert_int_eq(bend.knots, 0);
	own_bend_take(&bend, NULL);
	own_bend_rows(&bend, "x", &out);
	own_bend_say(&bend, &out);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* ---- as rows of a sheet ---- */

/* The list of a row by its key, read as a sheet's. */
static void listed(const char *key, struct bend *b)
{
	const char *line = strstr(out.buf ? out.buf : "", key);
	struct fault why = { 0 };
	char value[512];

	ck_assert_msg(line != NULL, "no %s in %s", key, out.buf);
	ck_assert_int_eq(sscanf(line + strlen(key), "%511[^,]", value), 1);
	ck_assert_msg(!bend_parse(b, value, &why), "%s", why.what);
}

/*
 * One knot at a batch of 1, off by 0.1. At e^x the covariance is 0.0009 +
 * 0.0016 exp(-x^2 / 2) of 0.0025: at e^3, where the list ends, 0.00091777, and
 * beyond it stays. (Values have four digits.)
 */
START_TEST(far_from_its_knot_a_list_is_level)
{
	static const struct { double x, share; } far[] = {
		{ 0, 1 }, { 3, 0.36711 }, { -3, 0.36711 }, { 9, 0.36711 },
	};
	const struct own_knot of = at(0);
	struct bend b;

	knots(&of, 1);
	own_bend_take(&bend, (const double[]){ 2 });
	own_bend_rows(&bend, "a,b", &out);
	listed("own.sm90.tp,", &b);
	ck_assert_int_eq(b.nr, BEND_KNOTS);
	for (int i = 0; i < NR(far); i++)
		ck_rel(bend_at(&b, exp(far[i].x)), exp(0.1 * far[i].share),
		       2e-4);
	ck_assert_ptr_nonnull(strstr(out.buf, ",,name,fitted,\"a,b\",was 1 in "
		"mine; by what layers take longer at a batch of a group; "
		"deeproof calibrate\n"));
}
END_TEST

/* Off by 0.1 where the stack had 1.2 there: 1.2 e^0.1, and it says so. */
START_TEST(a_list_counts_with_the_one_that_was_there)
{
	const struct own_knot of = at(0);
	struct bend b;
	struct fault why;

	ck_assert_int_eq(bend_parse(&sm90->own[CLASS_TP], "1:1.2", &why), 0);
	knots(&of, 1);
	own_bend_take(&bend, (const double[]){ 2 });
	own_bend_rows(&bend, "x", &out);
	listed("own.sm90.tp,", &b);
	ck_rel(bend_at(&b, 1), 1.2 * exp(0.1), 1e-4);
	ck_assert_ptr_nonnull(strstr(out.buf, "was another list in mine;"));
}
END_TEST

/* A thousandth is worth a row: 0.05 x 0.019 is 0.00095, 0.05 x 0.021 more. */
START_TEST(what_is_nothing_is_no_row)
{
	const struct own_knot of = at(0);

	knots(&of, 1);
	for (int i = 0; i < 2; i++) {
		own_bend_take(&bend, (const double[]){ i ? -0.021 : 0.019 });
		own_bend_rows(&bend, "x", &out);
		ck_assert_int_eq(out.len > 0, i);
	}
}
END_TEST

/*
 * Of two images one is off by 0.1 and the other by nothing: then both have a
 * row, or the older one's would hold on. Of another class there is none.
 */
START_TEST(an_image_that_is_met_has_its_row_beside_one_that_is_not)
{
	const struct own_knot of[] = {
		{ sm90, CLASS_TP, "2025-12-01", 0, FAMILY_MLA },
		{ sm90, CLASS_TP, "2026-01-15", 0, FAMILY_MLA },
		{ sm90, CLASS_NODE, "2026-01-15", 0, FAMILY_MLA } };
	struct bend b;

	knots(of, 3);
	own_bend_take(&bend, (const double[]){ 2, 0, 0 });
	own_bend_rows(&bend, "x", &out);
	listed("own.sm90.tp@2025-12-01,", &b);
	ck_rel(bend_at(&b, 1), exp(0.1), 1e-4);
	listed("own.sm90.tp@2026-01-15,", &b);
	ck_rel(bend_at(&b, 1), 1, 1e-4);
	ck_assert_ptr_null(strstr(out.buf, "own.sm90.node"));
}
END_TEST

/* e^0.1 = 1.105; at e sequences 0.1 x 0.00187045 / 0.0025 = 0.074818 more. */
START_TEST(it_is_said_at_the_batches_that_were_measured)
{
	const struct own_knot of[] = { at(0), at(1),
		{ sm100, CLASS_RACK, "2026-01-15", log(8), FAMILY_MLA } };

	knots(of, 3);
	own_bend_take(&bend, (const double[]){ 2, 0, -2 });
	own_bend_say(&bend, &out);
	ck_assert_str_eq(out.buf,
		"own.sm90.tp: layers take, times what the sheets say, 1.105 "
		"at 1 1.078 at 2.718 sequences a group\n"
		"own.sm100.rack@2026-01-15: layers take, times what the sheets "
		"say, 0.905 at 8 sequences a group\n");
}
END_TEST

/*
 * Nobody had a step of V4 on it, nor of others: two rows of V4 are one row of a
 * sheet, and with one of R1 there are two. Where some had, there is none.
 */
START_TEST(an_architecture_is_known_by_the_family_that_ran)
{
	struct own_knot of[] = { at(0), at(4), at(8) };
	const char *seen;

	sm90->beyond.arch[FAMILY_V4] = sm90->beyond.arch[FAMILY_MLA] = 0.1;
	of[0].family = of[1].family = FAMILY_V4;
	knots(of, 3);
	own_bend_take(&bend, (const double[]){ 0, 0, 0 });
	own_bend_rows(&bend, "x", &out);
	seen = strstr(out.buf, "band_arch_v4.sm90,0,,1,measured,x,");
	ck_assert_ptr_nonnull(seen);
	ck_assert_ptr_null(strstr(seen + 1, "band_arch_v4"));
	ck_assert_ptr_nonnull(strstr(out.buf, "band_arch_mla.sm90,0,"));
	text_release(&out);
	sm90->beyond.arch[FAMILY_V4] = 0;
	own_bend_rows(&bend, "x", &out);
	ck_assert_ptr_null(strstr(out.buf, "band_arch_v4"));
}
END_TEST

/* ---- a sheet of one's own ---- */

/*
 * overhead went from 1.15 to 1.2 +- 0.03, launch of 2 us stayed, and of two
 * days' rows of one key both are written, though one did not move.
 */
START_TEST(a_sheet_has_what_moved_and_what_it_was)
{
	struct parameter p[] = {
		{ .key = "overhead.sm90", .file = "hw/x.csv", .date = "",
		  .line = 7, .prior = 1.15, .value = 1.2, .err = 0.031,
		  .is_log = true },
		{ .key = "launch.sm90", .file = "hw/x.csv", .date = "",
		  .line = 8, .prior = 2e-6, .value = 2e-6, .err = 1e-6,
		  .is_time = true },
		{ .key = "host.sm90", .file = "hw/x.csv", .line = 9,
		  .date = "2025-01-01", .prior = 3e-6, .value = 3e-6,
		  .err = 1e-6, .is_time = true },
		{ .key = "host.sm90", .file = "hw/x.csv", .line = 10,
		  .date = "2026-01-01", .prior = 3e-6, .value = 4.5e-6,
		  .err = 1e-6, .is_time = true },
	};
	struct own o = { .c = { .parameter = p, .parameters = 4, .rows = 3 } };

	for (int b = 0; b < CLASS_NR; b++)
		o.own_band[b] = b == CLASS_NODE ? 0.0456 : (double)NAN;
	own_sheet(&o, "sg,lang", "rows.csv", &out);
	ck_assert_str_eq(out.buf, "key,value,err,unit,origin,source,note\n"
		"base,\"sg,lang\",,name,assumed,this sheet gives what "
		"differs,every other row is from there\n"
		"overhead.sm90,1.2,0.031,1,fitted,rows.csv,was 1.15 in "
		"hw/x.csv line 7; deeproof calibrate on 3 rows\n"
		"host.sm90@2025-01-01,3,1,us,fitted,rows.csv,was 3 in "
		"hw/x.csv line 9; deeproof calibrate on 3 rows\n"
		"host.sm90@2026-01-01,4.5,1,us,fitted,rows.csv,was 3 in "
		"hw/x.csv line 10; deeproof calibrate on 3 rows\n"
		"band.node,0.046,,1,fitted,rows.csv,log error of a layout "
		"like those measured; deeproof calibrate\n");
	o.c.rows = 1;
	text_release(&out);
	own_sheet(&o, "sglang", "rows.csv", &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "deeproof calibrate on 1 "
				     "row\n"));
}
END_TEST

/* ---- how to measure what would tell most ---- */

static struct candidate candidate(double gpus, double tp, double ep)
{
	static struct gpu gpu = { .name = "h200-sxm" };
	struct candidate c = { 0 };

	snprintf(c.question.scenario.model,
		 sizeof(c.question.scenario.model), "r1");
	c.question.scenario.gpus = gpus;
	c.question.scenario.tp = tp;
	c.question.scenario.ep = ep;
	c.question.scenario.batch = 5;
	c.question.batch.ctx_tok = 4096;
	c.question.on.machine.gpu = &gpu;
	return c;
}

/*
 * 8 GPUs in groups of 2: four groups of 5 are 20 clients and 80 prompts, each
 * of 4,096 less half of 1,024 tokens out.
 */
START_TEST(the_command_lines_are_each_engine_s_own)
{
	struct candidate c = candidate(8, 2, 8);

	c.question.scenario.mtp = 2;
	next_commands(&c, &out);
	ck_assert_str_eq(out.buf,
		"# SGLang\npython3 -m sglang.launch_server --model-path r1 "
		"--tp-size 8 --dp-size 4 --enable-dp-attention --ep-size 8 "
		"--speculative-algorithm EAGLE --speculative-num-steps 2 "
		"--speculative-eagle-topk 1 --speculative-num-draft-tokens 3 "
		"--max-running-requests 20 --disable-radix-cache "
		"2>sglang.log\n"
		"# vLLM\nvllm serve r1 --tensor-parallel-size 2 "
		"--data-parallel-size 4 --enable-expert-parallel "
		"--speculative-config '{\"method\":\"mtp\","
		"\"num_speculative_tokens\":2}' --max-num-seqs 5 "
		"--no-enable-prefix-caching 2>vllm.log\n"
		"# TensorRT-LLM\nprintf 'tensor_parallel_size: 8\\n"
		"moe_expert_parallel_size: 8\\nenable_attention_dp: true\\n"
		"max_batch_size: 5\\nprint_iter_log: true\\n"
		"speculative_config: {decoding_type: MTP, max_draft_len: 2}"
		"\\n' >trtllm.yaml\ntrtllm-serve r1 --extra_llm_api_options "
		"trtllm.yaml 2>trtllm.log\n"
		"# the load, for any of them\nvllm bench serve --model r1 "
		"--dataset-name random --random-input-len 3584 "
		"--random-output-len 1024 --ignore-eos --max-concurrency 20 "
		"--num-prompts 80 --save-result --save-detailed\n"
		"deeproof calibrate sglang.log --hw h200-sxm --model r1 --gpus "
		"8 --tp 2 --ep 8 --ctx 4096 --mtp 2 -o own.csv\n");
}
END_TEST

/*
 * One group of all GPUs, whole experts in each, no drafts: what is not asked
 * for is not said. Half a sequence a group of 8 is 0.5: 1 client; a context of
 * 100 leaves no prompt below half the output, so one token.
 */
START_TEST(what_a_layout_has_not_is_not_said)
{
	static const char *const never[] = { "--dp-size", "--enable-dp",
		"--ep-size", "speculative", "--data-parallel-size",
		"--enable-expert-parallel", "--mtp" };
	struct candidate c = candidate(8, 8, 1);

	c.question.scenario.batch = 0.5;
	c.question.batch.ctx_tok = 100;
	next_commands(&c, &out);
	for (int i = 0; i < NR(never); i++)
		ck_assert_msg(!strstr(out.buf, never[i]), "%s", never[i]);
	ck_assert_ptr_nonnull(strstr(out.buf, "enable_attention_dp: false"));
	ck_assert_ptr_nonnull(strstr(out.buf, "moe_expert_parallel_size: 1"));
	ck_assert_ptr_nonnull(strstr(out.buf, "--max-running-requests 1 "));
	ck_assert_ptr_nonnull(strstr(out.buf, "--random-input-len 1 "));
	ck_assert_ptr_nonnull(strstr(out.buf, "--num-prompts 4 "));
}
END_TEST

/* 2.5 a group of 2 groups are 5 clients, and 3 sequences is most a group. */
START_TEST(a_part_of_a_sequence_is_one_more_client)
{
	struct candidate c = candidate(4, 2, 1);

	c.question.scenario.batch = 2.5;
	next_commands(&c, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "--max-running-requests 5 "));
	ck_assert_ptr_nonnull(strstr(out.buf, "--max-num-seqs 3 "));
	ck_assert_ptr_nonnull(strstr(out.buf, "max_batch_size: 3\\n"));
	ck_assert_ptr_nonnull(strstr(out.buf, "--dp-size 2 "));
}
END_TEST

Suite *suite_bends(void)
{
	Suite *s = suite_create("bends");
	TCase *t = tcase_create("bends");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_row_stands_off_by_what_its_knot_does);
	tcase_add_test(t, like_batches_are_one_knot);
	tcase_add_test(t, a_class_has_twelve_knots_at_most);
	tcase_add_test(t, what_differs_in_anything_shares_nothing);
	tcase_add_test(t, without_a_row_there_is_nothing_to_bend);
	tcase_add_test(t, far_from_its_knot_a_list_is_level);
	tcase_add_test(t, a_list_counts_with_the_one_that_was_there);
	tcase_add_test(t, what_is_nothing_is_no_row);
	tcase_add_test(t,
		an_image_that_is_met_has_its_row_beside_one_that_is_not);
	tcase_add_test(t, it_is_said_at_the_batches_that_were_measured);
	tcase_add_test(t, an_architecture_is_known_by_the_family_that_ran);
	tcase_add_test(t, a_sheet_has_what_moved_and_what_it_was);
	tcase_add_test(t, the_command_lines_are_each_engine_s_own);
	tcase_add_test(t, what_a_layout_has_not_is_not_said);
	tcase_add_test(t, a_part_of_a_sequence_is_one_more_client);
	suite_add_tcase(s, t);
	return s;
}
