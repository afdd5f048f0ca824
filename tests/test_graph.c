#include "tests/tests.h"

#include <string.h>

#include "tests/toy.h"

/* What a step does in all: its ops times their passes. */
struct sum {
	double flop, weight_B, kv_B, nvlink_B, rdma_B, payload_B;
};

static struct sum sum_of(const struct graph *g)
{
	struct sum s = { 0 };

	for (int i = 0; i < g->ops; i++) {
		const struct op *op = &g->op[i];
		double n = step_passes(g, i) * op->count;

		s.flop += n * op->flop;
		s.weight_B += n * op->weight_B;
		s.kv_B += n * op->kv_B;
		s.nvlink_B += n * op->nvlink_B;
		s.rdma_B += n * op->rdma_B;
		s.payload_B += n * op->payload_B;
	}
	return s;
}

static const struct op *find(const struct graph *g, const char *name)
{
	for (int i = 0; i < g->ops; i++)
		if (strcmp(g->op[i].name, name) == 0)
			return &g->op[i];
	return NULL;
}

static const struct block *block_of(const struct graph *g, enum block_kind k)
{
	for (int i = 0; i < g->blocks; i++)
		if (g->block[i].kind == k)
			return &g->block[i];
	return NULL;
}

static void count(struct step *st, const struct toy_plan *p)
{
	struct toy t;

	toy_make(&t, p);
	step_count(st, &t.ask);
}

static void v2_lite(struct model *m)
{
	toy_v3(m);
	m->hidden_size = 2048;
	m->num_hidden_layers = 27;
	m->first_k_dense_replace = 1;
	m->intermediate_size = 10944;
	m->moe_intermediate_size = 1408;
	m->num_attention_heads = 16;
	m->q_lora_rank = 0;		/* one full query projection */
	m->n_routed_experts = 64;
	m->num_experts_per_tok = 6;
	m->n_shared_experts = 2;
	m->n_group = m->topk_group = 1;
	m->vocab_size = 102400;
}

/*
 * GFLOP of a token decoded at 4096, from the formulas of the DeepSeek-V2
 * paper, section 2.1: V3 has 71.4 in its layers' matrices, 69.6 in attention
 * over the latent, 1.9 in the head.
 */
static const struct {
	void (*model)(struct model *);
	double ctx_tok, GFLOP;
} tokens[] = {
	{ toy_v3, 4096, 142.8 },
	{ toy_v3, 32768, 630 },
	{ v2_lite, 4096, 8.75 },
	/* 2 x 52.1 M, and 2 x 5 layers x 16 heads x 1000 x (2 x 90 + 10) */
	{ toy_model, 1000, 0.1346 },
};

START_TEST(the_ops_of_a_token_are_the_models_flops)
{
	struct toy t;
	struct step st;

	toy_init(&t);
	tokens[_i].model(&t.model);
	toy_plan(&t, &(struct toy_plan){ .batch = 1,
					 .ctx_tok = tokens[_i].ctx_tok });
	step_count(&st, &t.ask);
	ck_rel(sum_of(&st.graph).flop, tokens[_i].GFLOP * 1e9, 1e-3);
	ck_rel(sum_of(&st.graph).flop,
	       model_flop_per_token(&t.model, tokens[_i].ctx_tok), 1e-12);
}
END_TEST

/*
 * One token of the toy reads, in bf16, 5 layers x 1,168,800 of attention,
 * 12 M dense, 4 x (64,000 gate + 5 experts of 1.2 M), a head of 10 M:
 * 52.1 M weights, 104.2 MB.
 */
START_TEST(a_token_reads_the_active_weights)
{
	struct step st;

	count(&st, &(struct toy_plan){ .batch = 1 });
	ck_rel(sum_of(&st.graph).weight_B, 104.2e6, 1e-9);
}
END_TEST

/* V3: 2 x 128 x (2 x 512 + 64) / (576 x 2 B) = 241.8; K2's 64: half. */
START_TEST(mla_does_242_flops_a_byte)
{
	struct toy t;
	struct step st;
	const struct op *op;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .batch = 1, .ctx_tok = 4096 });
	step_count(&st, &t.ask);
	op = find(&st.graph, "mla");
	ck_assert_double_eq_tol(op->flop / op->kv_B, 241.8, 0.05);
}
END_TEST

/* Four times the context is twice the loop: sqrt(4096), sqrt(16384). */
START_TEST(a_split_kv_loops_over_the_root_of_its_length)
{
	struct step st;

	count(&st, &(struct toy_plan){ .batch = 3, .ctx_tok = 4096 });
	ck_rel(find(&st.graph, "mla")->k, 64, 1e-12);
	count(&st, &(struct toy_plan){ .batch = 1, .ctx_tok = 16384 });
	ck_rel(find(&st.graph, "mla")->k, 128, 1e-12);
}
END_TEST

/* 16 heads, 1000 tokens of 100 numbers in bf16: 200 kB a sequence. */
static const struct {
	int tp, mtp;
	double batch, flop, kv_B;
} cores[] = {
	{ 1, 0, 1, 6.08e6, 200e3 },	/* 2 x 16 x 1000 x 190 */
	{ 1, 0, 10, 60.8e6, 2e6 },
	{ 4, 0, 10, 15.2e6, 2e6 },	/* heads are split, the latent not */
	{ 1, 1, 10, 121.6e6, 2e6 },	/* both tokens read the same KV */
};

START_TEST(attention_reads_the_latent_once_a_sequence)
{
	struct step st;
	const struct op *op;

	count(&st, &(struct toy_plan){ .gpus = cores[_i].tp,
		.tp = cores[_i].tp, .mtp = cores[_i].mtp,
		.batch = cores[_i].batch });
	op = find(&st.graph, "mla");
	ck_rel(op->flop, cores[_i].flop, 1e-12);
	ck_rel(op->kv_B, cores[_i].kv_B, 1e-12);
}
END_TEST

START_TEST(two_micro_batches_do_the_same_and_read_weights_twice)
{
	struct step one, two;
	struct sum a, b;

	count(&one, &(struct toy_plan){ .gpus = 16, .batch = 64,
					.balance = BALANCE_EVEN });
	count(&two, &(struct toy_plan){ .gpus = 16, .batch = 64,
		.balance = BALANCE_EVEN, .two_batch = true });
	a = sum_of(&one.graph);
	b = sum_of(&two.graph);
	ck_rel(b.flop, a.flop, 1e-12);
	ck_rel(b.kv_B, a.kv_B, 1e-12);
	ck_rel(b.nvlink_B, a.nvlink_B, 1e-12);
	ck_rel(b.rdma_B, a.rdma_B, 1e-12);
	ck_assert(b.weight_B > 1.5 * a.weight_B);
	ck_assert(b.weight_B < 2 * a.weight_B);	/* the head is read once */
}
END_TEST

/* m, n, k, groups; 2 m n k FLOPs; weights n k and rows m (k + n) in bf16. */
static const struct {
	const char *name;
	double n, k, groups, weight_B;
} gemms[] = {
	{ "qkv_a", 300, 1000, 1, 600e3 },	/* 200 + 100 wide */
	{ "q_b", 640, 200, 1, 256e3 },		/* 16 x (30 + 10) */
	{ "absorb_uk", 90, 30, 16, 86.4e3 },
	{ "absorb_uv", 40, 90, 16, 115.2e3 },
	{ "o_proj", 1000, 640, 1, 1280e3 },
	{ "dense_up", 8000, 1000, 1, 16e6 },
	{ "dense_down", 1000, 4000, 1, 8e6 },
	{ "gate", 64, 1000, 1, 128e3 },
	{ "shared_up", 800, 1000, 1, 1.6e6 },
	{ "shared_down", 1000, 400, 1, 800e3 },
	{ "lm_head", 10000, 1000, 1, 20e6 },
};

START_TEST(a_gemm_has_the_shape_of_its_matrix)
{
	struct step st;
	const struct op *op;
	double n = gemms[_i].n, k = gemms[_i].k, groups = gemms[_i].groups;

	count(&st, &(struct toy_plan){ .gpus = 8, .batch = 10 });
	op = find(&st.graph, gemms[_i].name);
	ck_assert_ptr_nonnull(op);
	ck_assert(op->m == 10 && op->n == n && op->k == k);
	ck_assert(op->groups == groups);
	ck_rel(op->flop, 2 * 10 * n * k * groups, 1e-12);
	ck_rel(op->weight_B, gemms[_i].weight_B, 1e-12);
	ck_rel(op->act_B, 10 * groups * (k + n) * 2, 1e-12);
}
END_TEST

/*
 * 80 tokens of 8 GPUs, 4 experts each, equal loads: 40 rows a GPU; of its 8
 * experts 1 - (15/16)^80 = 99.4 % are touched, 2.4 MB each. A row brings
 * 2000 B in and out and 400 x (4 + 4) B between the two GEMMs.
 */
START_TEST(experts_are_counted_by_the_rows_that_arrive)
{
	double touched = 8 * (1 - pow(15.0 / 16, 80));
	struct step st;
	const struct op *op;

	count(&st, &(struct toy_plan){ .gpus = 8, .batch = 10,
				       .balance = BALANCE_EVEN });
	op = find(&st.graph, "experts");
	ck_rel(op->load.rows, 40, 1e-12);
	ck_rel(op->load.touched, touched, 1e-12);
	ck_rel(op->flop, 40 * 2 * 1.2e6, 1e-12);
	ck_rel(op->weight_B, touched * 2.4e6, 1e-12);
	ck_rel(op->act_B, 40 * (2000 + 3200 + 2000), 1e-12);
}
END_TEST

/* Under TP alone every GPU has 1/8 of every matrix but the latent's. */
START_TEST(tp_alone_sums_twice_a_layer_and_exchanges_nothing)
{
	struct step st;
	const struct op *attn, *ffn;
	int ffns = 0;

	count(&st, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 10 });
	attn = find(&st.graph, "attn_allreduce");
	ffn = find(&st.graph, "ffn_allreduce");
	ck_assert(attn->payload_B == 20000 && attn->ranks == 8);
	ck_assert(ffn->payload_B == 20000 && ffn->ranks == 8);
	for (int i = 0; i < st.graph.ops; i++)
		if (st.graph.op[i].stage == STAGE_FFN_SUM)
			ffns += (int)step_passes(&st.graph, i);
	ck_assert_int_eq(ffns, 5);
	ck_assert_ptr_null(find(&st.graph, "dispatch"));
	ck_assert_ptr_null(find(&st.graph, "allgather"));
	ck_assert(find(&st.graph, "shared_down")->k == 50);
	ck_assert(find(&st.graph, "lm_head")->n == 1250);
	ck_assert(find(&st.graph, "q_b")->n == 80);
	ck_assert(find(&st.graph, "qkv_a")->n == 300);
}
END_TEST

/*
 * 16 GPUs in 2 nodes; a GPU's share is 10 tokens of 2000 B. Its NVLink port
 * sends it to 7 peers and passes on what came from the other node; its NIC
 * sends it over once.
 */
START_TEST(a_gather_brings_every_row_to_every_gpu)
{
	struct step st;
	const struct op *out, *back;

	count(&st, &(struct toy_plan){ .gpus = 16, .batch = 10,
				       .exchange = EXCHANGE_GATHER });
	out = find(&st.graph, "allgather");
	back = find(&st.graph, "reduce_scatter");
	ck_assert(out->payload_B == 320e3 && back->payload_B == 320e3);
	ck_assert(out->nvlink_B == 280e3 && back->nvlink_B == 280e3);
	ck_assert(out->rdma_B == 20e3 && back->rdma_B == 20e3);
}
END_TEST

/* A group of 2 GPUs starts each token once: every GPU sends half of them. */
START_TEST(a_tp_group_shares_its_dispatch)
{
	struct step one, two;

	count(&one, &(struct toy_plan){ .gpus = 8, .batch = 10 });
	count(&two, &(struct toy_plan){ .gpus = 8, .tp = 2, .batch = 10 });
	ck_rel(2 * find(&two.graph, "dispatch")->nvlink_B,
	       find(&one.graph, "dispatch")->nvlink_B, 1e-12);
}
END_TEST

/*
 * 4 groups of 4 GPUs, 40 tokens each: attention's sum of 80 kB leaves every
 * GPU 10 tokens for what follows, the shared expert whole, and is gathered
 * again after the combine: halves. 10 x 4 rows of 2000 B, 7/16 by NVLink.
 */
START_TEST(a_gpu_of_a_group_goes_on_with_its_share_of_the_tokens)
{
	static const char *const own[] = { "gate", "shared_up", "shared_down",
					   "dense_up", "dense_down" };
	struct step st;
	const struct op *sum;

	count(&st, &(struct toy_plan){ .gpus = 16, .tp = 4, .batch = 40 });
	sum = find(&st.graph, "attn_rs_ag");
	ck_assert(sum && sum->kind == OP_HALVES);
	ck_assert(sum->payload_B == 80e3 && sum->ranks == 4);
	ck_assert(find(&st.graph, "o_proj")->m == 40);
	for (int i = 0; i < (int)(sizeof(own) / sizeof(*own)); i++)
		ck_assert_msg(find(&st.graph, own[i])->m == 10, "%s", own[i]);
	ck_assert(find(&st.graph, "shared_down")->k == 400);
	ck_assert(find(&st.graph, "dispatch")->nvlink_B == 35e3);
	ck_assert(find(&st.graph, "experts")->m == 40);
}
END_TEST

START_TEST(a_draft_is_one_more_layer_and_a_pass_of_the_head)
{
	struct step st;
	const struct block *b;
	const struct part *p;
	double heads = 0;

	count(&st, &(struct toy_plan){ .gpus = 8, .mtp = 2, .batch = 10,
				       .two_batch = true });
	b = block_of(&st.graph, BLOCK_DRAFT);
	ck_assert_int_eq(b->layers, 2);
	ck_assert_int_eq(b->batches, 1);
	p = &st.graph.part[b->ffn];
	for (int i = p->first; i < p->first + p->nr; i++) {
		const struct op *op = &st.graph.op[i];

		ck_assert(op->m == 10 || op->m == 0 ||
			  op->stage == STAGE_EXPERTS);
		heads += strcmp(op->name, "lm_head") == 0;
	}
	ck_assert(heads == 1);
	/* the main layers: 3 tokens a sequence, half of the batch */
	ck_assert(find(&st.graph, "q_b")->m == 15);
}
END_TEST

static const struct {
	int layers, dense, dense_blocks, moe_blocks;
} edges[] = {
	{ 5, 0, 0, 1 },
	{ 5, 1, 1, 1 },
	{ 5, 5, 1, 0 },
};

START_TEST(a_kind_of_layer_that_a_model_lacks_is_no_block)
{
	struct toy t;
	struct step st;
	double layers = 0;

	toy_init(&t);
	t.model.num_hidden_layers = edges[_i].layers;
	t.model.first_k_dense_replace = edges[_i].dense;
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 10 });
	step_count(&st, &t.ask);
	ck_assert_int_eq(block_of(&st.graph, BLOCK_DENSE) != NULL,
			 edges[_i].dense_blocks);
	ck_assert_int_eq(block_of(&st.graph, BLOCK_MOE) != NULL,
			 edges[_i].moe_blocks);
	for (int i = 0; i < st.graph.ops; i++)
		if (strcmp(st.graph.op[i].name, "mla") == 0)
			layers += step_passes(&st.graph, i);
	ck_assert(layers == edges[_i].layers);
}
END_TEST

START_TEST(a_step_runs_at_least_one_row)
{
	struct step st;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 0.01 });
	step_count(&st, &t.ask);
	ck_assert(find(&st.graph, "q_b")->m == 1);
	ck_assert(batch_tok(&t.ask.batch, &t.on) == 1);
	t.ask.batch.seqs = 10;
	ck_assert(batch_tok(&t.ask.batch, &t.on) == 80);
}
END_TEST

/*
 * Bytes on wires and useful FLOPs are of the tokens there are, whatever share
 * of a row a GPU or a micro-batch has of them: a token's do not change.
 */
static const struct toy_plan shares[] = {
	{ .gpus = 8, .batch = 0.01 },		/* less than one in all */
	{ .gpus = 8, .batch = 0.3 },
	{ .gpus = 16, .batch = 0.3, .exchange = EXCHANGE_GATHER },
	{ .gpus = 16, .batch = 0.3, .mtp = 1, .exchange = EXCHANGE_RANK },
	{ .gpus = 8, .batch = 1, .two_batch = true },
	{ .gpus = 16, .tp = 2, .batch = 1, .two_batch = true },
	{ .gpus = 16, .tp = 16, .batch = 0.5 },
};

START_TEST(a_tokens_bytes_and_flops_do_not_depend_on_how_many_there_are)
{
	struct toy_plan many = shares[_i];
	struct step few_st, many_st;
	struct sum few, all;
	double times = 100 / many.batch;

	many.batch = 100;
	count(&few_st, &shares[_i]);
	count(&many_st, &many);
	few = sum_of(&few_st.graph);
	all = sum_of(&many_st.graph);
	ck_rel(times * few.flop, all.flop, 1e-9);
	ck_rel(times * few.payload_B, all.payload_B, 1e-9);
	ck_rel(times * few.nvlink_B, all.nvlink_B, 1e-9);
	ck_rel(times * few.rdma_B, all.rdma_B, 1e-9);
}
END_TEST

START_TEST(the_largest_graph_has_room)
{
	struct toy t;
	struct step st;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .tp = 8, .mtp = 3,
		.batch = 1, .two_batch = true });
	step_count(&st, &t.ask);
	ck_assert_int_le(st.graph.ops, GRAPH_OPS);
	ck_assert_int_le(st.graph.parts, GRAPH_PARTS);
	ck_assert_int_le(st.graph.blocks, GRAPH_BLOCKS);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static TCase *case_counts(void)
{
	TCase *tc = tcase_create("counts");

	tcase_add_loop_test(tc, the_ops_of_a_token_are_the_models_flops,
			    0, NR(tokens));
	tcase_add_test(tc, a_token_reads_the_active_weights);
	tcase_add_test(tc, mla_does_242_flops_a_byte);
	tcase_add_test(tc, a_split_kv_loops_over_the_root_of_its_length);
	tcase_add_loop_test(tc, attention_reads_the_latent_once_a_sequence,
			    0, NR(cores));
	tcase_add_loop_test(tc, a_gemm_has_the_shape_of_its_matrix,
			    0, NR(gemms));
	tcase_add_test(tc, experts_are_counted_by_the_rows_that_arrive);
	tcase_add_test(tc, tp_alone_sums_twice_a_layer_and_exchanges_nothing);
	tcase_add_test(tc, a_gather_brings_every_row_to_every_gpu);
	tcase_add_test(tc, a_tp_group_shares_its_dispatch);
	tcase_add_test(tc,
		a_gpu_of_a_group_goes_on_with_its_share_of_the_tokens);
	return tc;
}

static TCase *case_blocks(void)
{
	TCase *tc = tcase_create("blocks");

	tcase_add_test(tc,
		two_micro_batches_do_the_same_and_read_weights_twice);
	tcase_add_test(tc, a_draft_is_one_more_layer_and_a_pass_of_the_head);
	tcase_add_loop_test(tc, a_kind_of_layer_that_a_model_lacks_is_no_block,
			    0, NR(edges));
	tcase_add_test(tc, a_step_runs_at_least_one_row);
	tcase_add_loop_test(tc,
		a_tokens_bytes_and_flops_do_not_depend_on_how_many_there_are,
		0, NR(shares));
	tcase_add_test(tc, the_largest_graph_has_room);
	return tc;
}

Suite *suite_graph(void)
{
	Suite *s = suite_create("graph");

	suite_add_tcase(s, case_counts());
	suite_add_tcase(s, case_blocks());
	return s;
}
