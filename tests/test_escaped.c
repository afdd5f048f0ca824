#include <math.h>
#include <string.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/tests.h"
#include "tests/toy.h"
#include "skew/largest.h"
#include "time/prefill.h"

/*
 * Terms that were once made wrong and no suite noticed: each by itself, its
 * value by pencil.
 */

#define US 1e-6
#define Z80 1.2815515655446004	/* normal quantile of 0.9 */

/*
 * Two of 16 heads a GPU, latent 90 + 10, 3 sequences of 1000 tokens: a row's
 * MMA has 16 rows all the same, 2 x 16 x 1000 (90 + 100) = 6.08 MFLOP, where
 * 3 tokens need 3 x 2 x 2 x 1000 x 190 = 2.28 MFLOP. All 16 heads: 3 x 6.08.
 */
static const struct { int tp; double flop; } mma[] = {
	{ 8, 2.28e6 }, { 1, 18.24e6 },
};

START_TEST(few_heads_take_the_time_of_sixteen)
{
	struct toy t;
	struct step st;
	const struct op *op;

	toy_make(&t, &(struct toy_plan){ .gpus = mma[_i].tp, .tp = mma[_i].tp,
		.batch = 3 });
	step_time(&st, &t.ask);
	op = toy_op(&st.graph, "mla", 0);
	ck_rel(op->flop_row, 6.08e6, 1e-12);
	ck_rel(op->flop, mma[_i].flop, 1e-12);
}
END_TEST

/* V3's 128 heads over tp; a block takes 64 of a token: 5 tokens in all. */
static const struct { int tp; double ctas; } blocks[] = {
	{ 1, 10 }, { 2, 5 }, { 4, 5 },
};

START_TEST(sixty_four_heads_are_one_thread_block)
{
	struct toy t;
	struct step st;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = blocks[_i].tp,
		.tp = blocks[_i].tp, .batch = 5 });
	step_time(&st, &t.ask);
	ck_rel(toy_op(&st.graph, "mla", 0)->ctas, blocks[_i].ctas, 0);
}
END_TEST

/*
 * Flash, a token. CSA: content and gate of two halves, 4 x 512 in fp32, one
 * row written and two read: 2048 x 4 x 3 = 24,576 B in 21 layers; HCA: 2 x 512
 * x 4 x 2 = 8,192 B in 20. Pro: 24,576 in 30 and 8,192 in 31.
 */
static const struct {
	void (*toy)(struct model *);
	double pooled_B;
} pools[] = { { toy_v4_flash, 679936 }, { toy_v4_pro, 991232 } };

START_TEST(a_compressor_writes_its_rows_and_reads_them)
{
	struct toy t;
	struct step st;
	double pooled_B = 0;

	toy_init(&t);
	pools[_i].toy(&t.model);
	toy_plan(&t, &(struct toy_plan){ .batch = 4 });
	step_time(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++) {
		const struct op *op = &st.graph.op[i];

		if (strcmp(op->name, "compress_pool") == 0)
			pooled_B += op_hbm_B(op) * op->count *
				    step_passes(&st.graph, i);
	}
	ck_rel(pooled_B, 4 * pools[_i].pooled_B, 1e-12);
}
END_TEST

/*
 * The largest is part of the total that it is a share of. Two lognormals of
 * sigma s: the larger has 1 / (1 + exp(-|D|)), D normal of variance 2 s^2. The
 * other taken at its mean, as largest_share does, is up to 3.1 % less; a total
 * that stays 2 would be 5 to 12 % more.
 */
static double larger_share(double s)
{
	double sum = 0, all = 0;

	for (double z = 0.0005; z < 8; z += 0.001) {
		double phi = exp(-z * z / 2);

		all += phi;
		sum += phi / (1 + exp(-z * sqrt(2) * s));
	}
	return sum / all;
}

START_TEST(a_large_one_makes_the_total_large)
{
	static const double sigma[] = { 1, 1.5, 2 };
	double s = sigma[_i], v = expm1(s * s);
	struct moments m = { 1, v, v * v * (v + 3) };
	struct largest_share of;
	struct largest l;

	largest_make(&l, 2);
	largest_share(&l, &m, 0, &of);
	ck_rel(of.mean, larger_share(s), 0.035);
}
END_TEST

/*
 * 8 of compute and its exchange. With 0.8 of the SMs left compute takes 10:
 * longer than the exchange, or hidden by it, or not worth it.
 */
static const struct { double wire, sms, s; } overlaps[] = {
	{ 3, 0.8, 10 }, { 12, 0.8, 12 }, { 1.5, 0.8, 9.5 }, { 3, 0, 11 },
	{ 0, 0.8, 8 },
};

START_TEST(overlap_costs_compute_the_sms_of_the_exchange)
{
	double wire = overlaps[_i].wire;
	struct prefill_parts p = { 3, wire / 3, 5, 2 * wire / 3 };

	ck_rel(prefill_work_s(&p, overlaps[_i].sms), overlaps[_i].s, 1e-12);
}
END_TEST

/*
 * All layers alike, so a pass is so many times one of them: it takes
 * compute / 0.8, of which a quarter of compute is the exchange's. The head
 * has no exchange to hide: 20 MB of weights at 1 TB/s and its starts, 22 us of
 * 11 ms.
 */
START_TEST(a_pass_overlaps_by_its_stacks_share)
{
	struct prefill_pass pass;
	const struct prefill_parts *p = &pass.parts;
	struct toy t;
	double compute, wire;

	toy_init(&t);
	t.model.first_k_dense_replace = 0;
	t.stack.prefill_sms = 0.8;
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1,
		.two_batch = true });
	prefill_pass(&pass, &t.ask, &(struct chunk){ 1, 0, 8192 });
	compute = p->attn_s + p->ffn_s;
	wire = p->attn_wire_s + p->ffn_wire_s;
	ck_assert_msg(wire < compute / 0.8 && compute / 0.8 < compute + wire,
		      "%g %g", compute, wire);
	ck_rel(pass.exposed_s, compute / 4, 0.003);
}
END_TEST

/*
 * 100 kB on NVLink in 1 us, 80 kB on the NIC in 8, started in 10: at twice the
 * bytes 8 us later, whatever lies between a layer's kernels. Without a NIC the
 * exchange is kernels of the layer, which that stretches by 1.5: 1.5 (10 + 1),
 * and 1 us later is 1.5.
 */
START_TEST(only_an_exchange_on_nvlink_is_stretched)
{
	struct op op = { .kind = OP_COMBINE, .stage = STAGE_COMBINE,
		.count = 1, .ranks = 16, .nvlink_B = 100e3, .rdma_B = 80e3 };
	struct machine m;
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.overhead = 1.5;
	m = (struct machine){ .gpu = &t.gpu, .stack = &t.stack };
	cost_op(&m, &op, &c);
	ck_rel(c.s, 18 * US, 1e-12);
	ck_rel(cost_late_s(&m, &op, &c, 2), 8 * US, 1e-12);
	op.rdma_B = 0;
	cost_op(&m, &op, &c);
	ck_rel(c.s, 16.5 * US, 1e-12);
	ck_rel(cost_late_s(&m, &op, &c, 2), 1.5 * US, 1e-12);
}
END_TEST

/* 8 GPUs of a node, 8 times the length ever seen. */
static void far(struct question *q, struct toy *t)
{
	toy_init(t);
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .batch = 32,
		.ctx_tok = 8000 });
	t->stack.beyond.seen_ctx = 1000;
	memset(q, 0, sizeof(*q));
	q->on = t->on;
	q->batch = t->ask.batch;
	q->tokens_per_step = 1;
}

/* 3 doublings of 0.1 and an overhead of 0.4; then drafts of 1.2 */
START_TEST(independent_errors_add_in_quadrature)
{
	struct question q;
	struct toy t;

	far(&q, &t);
	t.stack.overhead_err = 0.4;
	t.stack.beyond.ctx = 0.1;
	t.stack.beyond.drafts = 1.2;
	ck_rel(answer_beyond_sd(&q), 0.5, 1e-12);
	q.on.layout.drafts = 1;
	ck_rel(answer_beyond_sd(&q), 1.3, 1e-12);
}
END_TEST

/*
 * On an architecture with steps of its family a fifth of the facts' errors is
 * left up to 0.15, and all of what is beyond: 0.1 is 0.02, 0.25 is 0.03 + 0.1;
 * on another they stand.
 */
START_TEST(steps_made_up_for_errors_as_large_as_theirs)
{
	struct answer a = { .facts_log_sd = 0.1 };
	struct question q;
	struct toy t;

	far(&q, &t);
	t.stack.beyond.facts = 0.2;
	t.stack.beyond.seen_facts = 0.15;
	ck_rel(answer_doubt_sd(&a, &q), 0.02, 1e-12);
	a.facts_log_sd = 0.25;
	ck_rel(answer_doubt_sd(&a, &q), 0.13, 1e-12);
	t.stack.beyond.arch[FAMILY_V4] = 0.1;	/* is of another family */
	ck_rel(answer_doubt_sd(&a, &q), 0.13, 1e-12);
	t.stack.beyond.arch[FAMILY_MLA] = 0.1;
	ck_rel(answer_doubt_sd(&a, &q), 0.25, 1e-12);
}
END_TEST

/* 0.3 of the class, 0.4 of the overhead; of launches, facts 0.96, 0.72: 1.3 */
START_TEST(a_band_is_of_all_errors_in_quadrature)
{
	struct answer a = { .step_s = 0.01, .launch_log_sd = 0.96,
			    .facts_log_sd = 0.72, .sol_tok_s_gpu = 1e9 };
	struct question q;
	struct toy t;

	far(&q, &t);
	t.stack.band[CLASS_NODE] = 0.3;
	t.stack.overhead_err = 0.4;
	answer_rates(&a, &q);
	ck_rel(a.tok_s_gpu, 3200, 1e-12);
	ck_rel(a.low, 3200 * exp(-1.3 * Z80), 1e-9);
	ck_rel(a.high, 3200 * exp(1.3 * Z80), 1e-9);
}
END_TEST

/*
 * A sequence grows from isl to isl + osl: its mean is 1000 + 500 / 2, and
 * anywhere between with the same chance is 500 / sqrt(12) around it.
 */
static const struct { const char *osl; double ctx, cv; } lengths[] = {
	{ "500", 1250, 0.115470054 }, { "", 1000, 0 },
};

START_TEST(a_context_is_half_an_answer_past_its_prompt)
{
	static const char *const set[][2] = { { "hw", "h200-sxm" },
		{ "model", "deepseek-v3" }, { "gpus", "8" }, { "batch", "8" },
		{ "isl", "1000" } };
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct question q;
	struct fault why;

	scenario_init(&s);
	for (unsigned i = 0; i < sizeof(set) / sizeof(*set); i++)
		ck_assert_int_eq(scenario_set(&s, set[i][0], set[i][1], &why),
				 0);
	ck_assert_int_eq(scenario_set(&s, "osl", lengths[_i].osl, &why), 0);
	ck_assert_msg(!question_make(&q, &s, shelf_library(shelf), &why), "%s",
		      why.what);
	ck_rel(q.scenario.ctx, lengths[_i].ctx, 0);
	ck_rel(q.batch.ctx_tok, lengths[_i].ctx, 0);
	ck_assert_double_eq_tol(q.ctx_cv, lengths[_i].cv, 1e-9);
	shelf_free(shelf);
}
END_TEST

/*
 * The largest of 8 normals is 1.434 (Blom); half of the length as deviation.
 * A sequence's KV is 1000 x 100 x 2 B, 0.2 us at 1 TB/s: of 8, in two
 * micro-batches, 4 are read at once, and 1.434 x 0.5 / sqrt(4) of their 0.8 us
 * are waited for; less than one a group is one where it is, a quarter is in two
 * groups of 8, and of two the longer is sqrt(3) / 3 deviations above the mean.
 */
static const struct { double batch; bool two; double late_us; } longest[] = {
	{ 8, true, 1.4342 * 0.25 * 0.8 }, { 4, false, 1.4342 * 0.25 * 0.8 },
	{ 0.25, false, 0.57735 * 0.5 * 0.2 },
};

START_TEST(the_longest_of_the_groups_is_waited_for)
{
	struct toy t;
	struct step st;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = longest[_i].batch,
		.two_batch = longest[_i].two });
	t.ask.ctx_cv = 0.5;
	t.ask.batch.fullest = ceil(longest[_i].batch);
	t.ask.batch.fewer = t.ask.batch.fullest - longest[_i].batch;
	step_time(&st, &t.ask);
	ck_rel(st.late_s[toy_op(&st.graph, "mla", 0) - st.graph.op],
	       longest[_i].late_us * US, 1e-3);
}
END_TEST

/*
 * 4.9 sequences in two stages are three and two in nine groups of ten, and two
 * and two: the fullest has 5 / 4.9, of the lower neighbour's two as of all.
 */
START_TEST(batches_in_stages_are_short_alike)
{
	struct toy t;
	struct step st;

	toy_make(&t, &(struct toy_plan){ .gpus = 20, .pp = 2, .batch = 2 });
	t.ask.batch.seqs = t.ask.batch.flight = 2;
	t.ask.batch.fullest = 2.5;
	t.ask.batch.fewer = 0.1;
	step_time(&st, &t.ask);
	ck_rel(st.late_s[toy_op(&st.graph, "mla", 0) - st.graph.op],
	       2 * 0.2 * (5 / 4.9 - 1) * US, 1e-9);
}
END_TEST

/*
 * 8 MB over 8 GPUs of an NVLink: 2 x 7/8 x 8 MB at 100 GB/s. Over two such,
 * 2 x 1/2 x 1 MB beside it at 10 GB/s, over four 2 x 3/4 x 1 MB. With a sum in
 * the switch 8 MB are sent. Half of it, a gather or a scatter, is 7/8 x 8 MB;
 * beyond a domain 15/16 x 8 MB by the NIC.
 */
static const struct {
	enum op_kind kind;
	int ranks;
	bool in_switch;
	double us;
	enum bound which;
} reduced[] = {
	{ OP_ALLREDUCE, 8, false, 140, BOUND_NVLINK },
	{ OP_ALLREDUCE, 16, false, 140, BOUND_NVLINK },
	{ OP_ALLREDUCE, 32, false, 150, BOUND_RDMA },
	{ OP_ALLREDUCE, 8, true, 80, BOUND_NVLINK },
	{ OP_ALLREDUCE, 16, true, 100, BOUND_RDMA },
	{ OP_HALF, 8, false, 70, BOUND_NVLINK },
	{ OP_HALF, 16, false, 750, BOUND_RDMA },
};

START_TEST(a_full_domain_is_one)
{
	struct graph g = { .ops = 1, .parts = 1, .blocks = 1, .micro = 1,
		.part = { { 0, 1 } },
		.block = { { .kind = BLOCK_ONCE, .attn = -1, .ffn = 0,
			     .layers = 1, .batches = 1 } },
		.op = { {
		.kind = reduced[_i].kind, .stage = STAGE_HEAD, .count = 1,
		.ranks = reduced[_i].ranks, .payload_B = 8e6 } } };
	enum bound which;
	struct toy t;

	toy_init(&t);
	t.gpu.in_switch = reduced[_i].in_switch;
	ck_rel(graph_floor_s(&g, &t.gpu, &which), reduced[_i].us * US, 1e-12);
	ck_assert_int_eq((int)which, (int)reduced[_i].which);
}
END_TEST

/*
 * V3.2: 5 tokens of 128 heads over tp, a block for 64 of them. Their indexer
 * has 64 heads of 128 in and a logit of 4 B for each of 1,000 keys out. Up to
 * 16 heads a GPU engines have a kernel apart, and for a cache in bf16 others.
 */
START_TEST(sparse_attention_has_blocks_and_logits)
{
	int tp = 1 << _i;
	struct toy t;
	struct step st;

	toy_init(&t);
	toy_v32(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = tp, .tp = tp, .batch = 5 });
	step_time(&st, &t.ask);
	ck_rel(toy_op(&st.graph, "sparse_mla", 0)->ctas, tp == 1 ? 10 : 5, 0);
	ck_assert_int_eq(toy_op(&st.graph, "sparse_mla", 0)->role, tp >= 8 ?
			 ROLE_SPARSE_FEW : ROLE_SPARSE_MLA);
	ck_rel(toy_op(&st.graph, "index_logits", 0)->act_B,
	       5 * (64 * 128 + 4000.0), 1e-12);
	t.on.layout.storage.kv = FORMAT_BF16;
	step_time(&st, &t.ask);
	ck_assert_int_eq(toy_op(&st.graph, "sparse_mla", 0)->role, tp >= 8 ?
			 ROLE_SPARSE_FEW_BF16 : ROLE_SPARSE_MLA_BF16);
}
END_TEST

/* What a layer's kernels take longer by, they take longer on all ranks. */
START_TEST(a_late_rank_of_a_pass_has_its_layers_overhead)
{
	struct prefill_pass plain, slow;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	prefill_pass(&plain, &t.ask, &(struct chunk){ 1, 0, 8192 });
	t.stack.overhead_prefill *= 1.5;
	prefill_pass(&slow, &t.ask, &(struct chunk){ 1, 0, 8192 });
	ck_assert_double_gt(plain.late_s, 0);
	ck_rel(slow.late_s, 1.5 * plain.late_s, 1e-12);
	ck_rel(slow.wire_s, 1.5 * plain.wire_s, 1e-12);
}
END_TEST

/* Each alone adds d, both together the root of their squares. */
START_TEST(rows_and_slots_are_late_together_in_quadrature)
{
	struct toy t;
	struct step st;
	struct loads_fall fall;
	const struct op *op;
	struct load wide;
	double mean, d1, d2;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 2 });
	step_time(&st, &t.ask);
	step_fall(&t.ask, &fall);
	op = toy_op(&st.graph, "experts", 0);
	mean = st.cost[op - st.graph.op].s;
	wide = op->load;
	wide.touched = fall.main.most_touched;
	d1 = cost_load_s(&t.on.machine, op, &wide) - mean;
	d2 = cost_load_s(&t.on.machine, op, &fall.main.busiest_load) - mean;
	ck_assert_msg(d1 > 0 && d2 > 0, "%g %g", d1, d2);
	ck_rel(st.late_s[op - st.graph.op], sqrt(d1 * d1 + d2 * d2), 1e-9);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_escaped(void)
{
	Suite *s = suite_create("escaped");
	TCase *t = tcase_create("escaped");

	tcase_add_loop_test(t, few_heads_take_the_time_of_sixteen, 0, NR(mma));
	tcase_add_loop_test(t, sixty_four_heads_are_one_thread_block, 0,
			    NR(blocks));
	tcase_add_loop_test(t, a_compressor_writes_its_rows_and_reads_them, 0,
			    NR(pools));
	tcase_add_loop_test(t, a_large_one_makes_the_total_large, 0, 3);
	tcase_add_loop_test(t, overlap_costs_compute_the_sms_of_the_exchange,
			    0, NR(overlaps));
	tcase_add_test(t, a_pass_overlaps_by_its_stacks_share);
	tcase_add_test(t, only_an_exchange_on_nvlink_is_stretched);
	tcase_add_test(t, steps_made_up_for_errors_as_large_as_theirs);
	tcase_add_test(t, independent_errors_add_in_quadrature);
	tcase_add_test(t, a_band_is_of_all_errors_in_quadrature);
	tcase_add_loop_test(t, a_context_is_half_an_answer_past_its_prompt, 0,
			    NR(lengths));
	tcase_add_loop_test(t, the_longest_of_the_groups_is_waited_for, 0,
			    NR(longest));
	tcase_add_test(t, batches_in_stages_are_short_alike);
	tcase_add_loop_test(t, a_full_domain_is_one, 0, NR(reduced));
	tcase_add_loop_test(t, sparse_attention_has_blocks_and_logits, 0, 4);
	tcase_add_test(t, a_late_rank_of_a_pass_has_its_layers_overhead);
	tcase_add_test(t, rows_and_slots_are_late_together_in_quadrature);
	suite_add_tcase(s, t);
	return s;
}
