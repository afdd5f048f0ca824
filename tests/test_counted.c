#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/tests.h"
#include "tests/toy.h"
#include "time/prefill.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * Bytes of every op, by hand: its weights, and what a row reads and writes.
 * A GEMM from k to n has n k weights and moves k in and 2 n B out, k in bytes
 * of what is multiplied; a stream moves what its name says.
 */

enum { ROWS = 10 };

struct moves {
	const char *name;
	int nth;		/* of that name */
	double weight_B, row_B;
};

/*
 * The toy, all bf16: hidden 1000; 16 heads of 30 + 10, v 40; queries by 200,
 * latent 90 + 10; dense 4000, experts 400, 64 of them; 10,000 words; a layer
 * of drafts.
 */
static const struct moves toy[] = {
	{ "norm", 0, 0, 3 * 1000 * 2 },
	{ "qkv_a", 0, 300 * 1000 * 2, 2000 + 2 * 300 },
	{ "qk_norm", 0, 0, 2 * (200 + 90) * 2 },
	{ "q_b", 0, 640 * 200 * 2, 400 + 2 * 640 },
	{ "rope_append", 0, 0, 2 * (160 + 100) * 2 },
	{ "absorb_uk", 0, 16 * 90 * 30 * 2, 16 * (60 + 2 * 90) },
	{ "mla", 0, 0, 16 * (100 + 90) * 2 },
	{ "absorb_uv", 0, 16 * 40 * 90 * 2, 16 * (180 + 2 * 40) },
	{ "o_proj", 0, 1000 * 640 * 2, 1280 + 2 * 1000 },
	{ "post_norm", 0, 0, 3 * 1000 * 2 },
	{ "dense_up", 0, 8000 * 1000 * 2, 2000 + 2 * 8000 },
	{ "dense_act", 0, 0, 3 * 4000 * 2 },
	{ "dense_down", 0, 1000 * 4000 * 2, 8000 + 2 * 1000 },
	{ "post_norm", 1, 0, 3 * 1000 * 2 },
	{ "gate", 0, 64 * 1000 * 2, 2000 + 2 * 64 },
	{ "topk", 0, 0, 64 * 4 },
	{ "shared_up", 0, 800 * 1000 * 2, 2000 + 2 * 800 },
	{ "shared_act", 0, 0, 3 * 400 * 2 },
	{ "shared_down", 0, 1000 * 400 * 2, 800 + 2 * 1000 },
	{ "eh_proj", 0, 1000 * 2000 * 2, 4000 + 2 * 1000 },
	{ "embed", 0, 0, 2 * 1000 * 2 },
	{ "lm_head", 1, 10000 * 1000 * 2, 2000 + 2 * 10000 },
};

/* fp8 has a scale of 4 B for each 128 x 128. */
#define FP8 (1 + 4 / 16384.0)

/*
 * V4-Flash: hidden 4096 in 4 streams; 64 heads of 512; queries by 1024; output
 * in 8 groups of rank 1024; an indexer of 64 x 128; experts 2048, 256 of them.
 * Mixing has 2 x 4 + 4 x 4 = 24 weights of 4 B for each number of the streams.
 * CSA's compressor makes content and gate twice, HCA's once; a token adds its
 * row and CSA pools two. At 1000 tokens an index has 250 keys.
 */
static const struct moves flash[] = {
	{ "mix_post", 0, 0, 9 * 4096 * 2 },
	{ "mix_pre", 0, 24 * 4 * 4096 * 4, 5 * 4096 * 2 },
	{ "norm", 0, 0, 2 * 4096 * 2 },
	{ "qkv_a", 0, 1536 * 4096 * FP8, 4096 + 2 * 1536 },
	{ "qk_norm", 0, 0, 2 * 1536 * 2 },
	{ "q_b", 0, 32768 * 1024 * FP8, 1024 + 2 * 32768 },
	{ "rope_append", 0, 0, 2 * 32768 * 2 },
	{ "core", 0, 0, 64 * 1024 * 2 },
	{ "rope_back", 0, 0, 3 * 32768 },
	{ "o_a", 0, 8 * 1024 * 4096 * FP8, 8 * (4096 + 2 * 1024) },
	{ "o_b", 0, 4096 * 8192 * FP8, 8192 + 2 * 4096 },
	{ "compress", 0, 2048 * 4096 * 2, 8192 + 2 * 2048 },
	{ "compress_pool", 0, 0, 2048 * 4 * 3 },
	{ "compress", 1, 1024 * 4096 * 2, 8192 + 2 * 1024 },
	{ "compress_pool", 1, 0, 1024 * 4 * 2 },
	{ "index_q", 0, 8192 * 1024 * FP8, 1024 + 2 * 8192 },
	{ "index_kw", 0, 576 * 4096 * 2, 8192 + 2 * 576 },
	{ "index_quant", 0, 0, 3 * 8192 + 2 * 512 * 4 },
	{ "index_logits", 0, 0, 8192 + 4 * 250 },
	{ "index_topk", 0, 0, 3 * 4 * 250 },
	{ "gate", 0, 256 * 4096 * 2, 8192 + 2 * 256 },
	{ "topk", 0, 0, 256 * 4 },
	{ "shared_up", 0, 4096 * 4096 * FP8, 4096 + 2 * 4096 },
	{ "shared_act", 0, 0, 3 * 2048 * 2 },
	{ "shared_down", 0, 4096 * 2048 * FP8, 2048 + 2 * 4096 },
	{ "e_proj", 0, 4096 * 4096 * FP8, 4096 + 2 * 4096 },
	{ "h_proj", 0, 4096 * 4096 * FP8, 4 * (4096 + 2 * 4096) },
	{ "embed", 0, 0, 2 * 4096 * 2 },
	{ "lm_head", 1, 129280.0 * 4096 * 2, 8192 + 2 * 129280 },
};

/*
 * Ten sequences of two tokens: 20 rows, or the 10 of the draft's layer. KV of
 * a sequence is read once for both.
 */
static void ck_counted(const struct graph *g, const struct moves *c)
{
	const struct op *op = toy_op(g, c->name, c->nth);
	bool draft = strstr(c->name, "_proj") && c->name[0] != 'o';

	ck_assert_msg(fabs(op->weight_B - c->weight_B) <= 1e-12 * c->weight_B,
		      "%s: %.10g B of weights, not %.10g", c->name,
		      op->weight_B, c->weight_B);
	ck_assert_msg(fabs(op->act_B - c->row_B * ROWS * (draft ? 1 : 2)) <=
		      1e-12 * op->act_B, "%s: %.10g B of rows, not %.10g",
		      c->name, op->act_B, c->row_B * ROWS * (draft ? 1 : 2));
}

static void count(struct step *st, struct toy *t)
{
	toy_plan(t, &(struct toy_plan){ .batch = ROWS, .mtp = 1,
					.ctx_tok = 1000 });
	step_time(st, &t->ask);
}

START_TEST(every_op_of_the_toy_moves_its_bytes)
{
	struct toy t;
	struct step st;

	toy_init(&t);
	count(&st, &t);
	for (int i = 0; i < NR(toy); i++)
		ck_counted(&st.graph, &toy[i]);
	/* 400 between the GEMMs: 2 of 2 B in, 2 of 2 B out of the middle */
	ck_rel(toy_op(&st.graph, "experts", 0)->row_act_B,
	       2000 + 400 * 8 + 2000, 0);
	ck_rel(toy_op(&st.graph, "experts", 0)->expert_B, 3 * 400e3 * 2, 0);
	ck_rel(toy_op(&st.graph, "mla", 0)->kv_B, ROWS * 1000 * 200, 1e-12);
	ck_rel(toy_op(&st.graph, "mla", 0)->ctx_share, 1, 0);
}
END_TEST

START_TEST(every_op_of_v4_moves_its_bytes)
{
	struct toy t;
	struct step st;

	toy_init(&t);
	toy_v4_flash(&t.model);
	count(&st, &t);
	for (int i = 0; i < NR(flash); i++)
		ck_counted(&st.graph, &flash[i]);
	/* quantised: a byte in, 2 x 2 and 2 x 1 between, bf16 out */
	ck_rel(toy_op(&st.graph, "experts", 0)->row_act_B,
	       4096 + 2048 * 6 + 8192, 0);
	/* an index goes with the context, of what it picks a part does */
	ck_rel(toy_op(&st.graph, "index_logits", 0)->ctx_share, 1, 0);
	ck_assert_double_lt(toy_op(&st.graph, "core", 0)->ctx_share, 1);
	/* four streams to one: 4 x 4 weights of 4 B a number, once */
	ck_rel(toy_op(&st.graph, "mix_head", 0)->act_B,
	       2 * ROWS * 5 * 4096 * 2 + 4096 * 16 * 4, 1e-12);
}
END_TEST

/*
 * An all-gather carries what all ranks have to each before the experts, a
 * reduce-scatter their sums behind: 10 rows of 1000 x 2 B of 8 GPUs.
 */
START_TEST(what_is_gathered_is_scattered_again)
{
	static const struct {
		const char *name;
		enum op_kind kind;
		enum stage stage;
	} of[] = {
		{ "allgather", OP_GATHER, STAGE_DISPATCH },
		{ "reduce_scatter", OP_SCATTER, STAGE_COMBINE },
	};
	struct toy t;
	struct step st;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = ROWS,
					 .exchange = EXCHANGE_GATHER });
	step_time(&st, &t.ask);
	for (int i = 0; i < 2; i++) {
		const struct op *op = toy_op(&st.graph, of[i].name, 0);

		ck_assert_int_eq(op->kind, of[i].kind);
		ck_assert_int_eq(op->stage, of[i].stage);
		ck_assert((op < toy_op(&st.graph, "experts", 0)) == !i);
		ck_assert_int_eq(op->ranks, 8);
		ck_rel(op->payload_B, 8 * ROWS * 2000, 1e-12);
		ck_rel(op->nvlink_B, 7 * ROWS * 2000, 1e-12);
		ck_assert(!(op->rdma_B > 0));
	}
}
END_TEST

/*
 * Each site is stored in its own format: V3 in fp8 with a dense layer's
 * attention in bf16, and all of the draft's layer. o_proj: 7168 x 16384.
 */
START_TEST(a_site_is_read_as_it_is_stored)
{
	static const double B[] = { FP8, 2, 2 };	/* as they stand */
	const double weights = 7168 * 16384.0;
	struct toy t;
	struct step st;
	double seen = 0;

	toy_init(&t);
	toy_v3(&t.model);
	for (int m = 0; m < MODULE_NR; m++)
		t.model.kept.of[SITE_DENSE][m] =
			t.model.kept.of[SITE_MTP][m] = FORMAT_BF16;
	count(&st, &t);
	for (int i = 0; i < NR(B); i++)
		seen += toy_op(&st.graph, "o_proj", i)->weight_B / weights;
	ck_rel(seen, B[0] + B[1] + B[2], 1e-12);
	for (int b = 0; b < st.graph.blocks; b++) {
		const struct block *at = &st.graph.block[b];
		const struct part *p;
		double want = at->kind == BLOCK_MOE ? FP8 : 2;

		if (at->kind == BLOCK_ONCE)
			continue;
		p = &st.graph.part[at->attn];
		for (int i = p->first; i < p->first + p->nr; i++)
			if (!strcmp(st.graph.op[i].name, "o_proj"))
				ck_rel(st.graph.op[i].weight_B, weights * want,
				       1e-12);
	}
}
END_TEST

/* top-k and its weights are two launches, all else is one. */
START_TEST(an_op_is_launched_once)
{
	struct toy t;
	struct step st;

	/* tokens are chosen after the head of a draft and of the step */
	for (int v4 = 0; v4 < 2; v4++) {
		toy_init(&t);
		if (v4)
			toy_v4_flash(&t.model);
		count(&st, &t);
		for (int i = 0; i < st.graph.ops; i++)
			ck_assert_msg(st.graph.op[i].count ==
				      (strcmp(st.graph.op[i].name, "topk") ?
				       1 : 2), "%s", st.graph.op[i].name);
		for (int i = 0; i < 2; i++)
			ck_assert_int_eq(toy_op(&st.graph, "sample", i)->kind,
					 OP_FIXED);
	}
}
END_TEST

/*
 * V3.2's indexer has 64 heads of 128: a key of 128 and 64 weights are 192
 * columns of one GEMM, or 128 and 64 of two. Nine elementwise kernels take nine
 * times as long as one, of a prompt's pass one; V4's are as they are.
 */
START_TEST(an_indexer_in_pieces_is_as_many_kernels)
{
	static struct step st[2];
	static struct prefill_pass pass;
	struct toy t;
	double s[2];

	for (int i = 0; i < 2; i++) {
		toy_init(&t);
		toy_v32(&t.model);
		t.stack.index_gemms = i ? 2 : 1;
		t.stack.index_streams = i ? 9 : 1;
		toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 2,
			.ctx_tok = 4096 });
		step_time(&st[i], &t.ask);
		s[i] = st[i].cost[toy_op(&st[i].graph, "index_quant", 0) -
				  st[i].graph.op].s;
	}
	ck_rel(s[1], 9 * s[0], 1e-12);
	ck_rel(toy_op(&st[0].graph, "index_kw", 0)->n, 192, 0);
	ck_rel(toy_op(&st[1].graph, "index_kw", 0)->n, 128, 0);
	ck_rel(toy_op(&st[1].graph, "index_w", 0)->n, 64, 0);
	prefill_pass(&pass, &t.ask, &(struct chunk){ 1, 0, 4096 });
	ck_rel(toy_op(&pass.graph, "index_quant", 0)->count, 1, 0);
	toy_v4_flash(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 1, .batch = 2,
		.ctx_tok = 4096 });
	step_time(&st[1], &t.ask);
	ck_rel(toy_op(&st[1].graph, "index_quant", 0)->count, 1, 0);
}
END_TEST

/*
 * One query of 2,048 picks under vLLM on Hopper, by its own kernel of before
 * 24 June 2026: 21 us and 73.6 for each 1,024, 168.2 us, and for eight queries
 * as long; FA3 since: 15.23 + 60 sqrt(2048) / 1024 + 3.875 / 132 = 17.9 us and
 * more than that by no more than its bytes.
 */
START_TEST(a_query_may_have_one_thread_block_to_itself)
{
	static const struct { const char *date, *batch; double us, more; } k[] =
	{
		{ "2026-06-23", "1", 168.2, 0 },
		{ "2026-06-23", "8", 168.2, 0 },
		{ "2026-06-24", "1", 17.91, 1 },
		{ "2026-06-24", "8", 18.1, 6 },
	};
	struct shelf *shelf = shelf_open();

	for (int i = 0; i < NR(k); i++) {
		struct step *st = step_room();
		struct scenario s;
		struct question q = { .lacks = false };
		struct answer a;
		struct fault why;
		double us;

		scenario_init(&s);
		fault_at(&why, "", 0, 0);
		ck_assert_int_eq(scenario_override(&s, "hw=h200-sxm,stack=vllm,"
			"model=glm-5,weights=fp8,kv=bf16,gpus=8,tp=8,ep=1,"
			"ctx=4096", &why), 0);
		ck_assert_int_eq(scenario_set(&s, "date", k[i].date, &why), 0);
		ck_assert_int_eq(scenario_set(&s, "batch", k[i].batch, &why),
				 0);
		ck_assert_msg(!question_make(&q, &s, shelf_library(shelf),
					     &why), "%s", why.what);
		answer_step(&a, &q, st);
		for (int o = 0; o < st->graph.ops; o++)
			if (!strcmp(st->graph.op[o].name, "sparse_mla")) {
				us = (st->cost[o].fixed_s +
				      st->cost[o].roofs_s) / 1e-6;
				ck_assert_double_ge(us, k[i].us * 0.999);
				ck_assert_double_le(us, k[i].us * 1.001 +
						    k[i].more);
			}
		free(st);
	}
	shelf_free(shelf);
}
END_TEST

Suite *suite_counted(void)
{
	Suite *s = suite_create("counted");
	TCase *t = tcase_create("counted");

	tcase_add_test(t, every_op_of_the_toy_moves_its_bytes);
	tcase_add_test(t, every_op_of_v4_moves_its_bytes);
	tcase_add_test(t, what_is_gathered_is_scattered_again);
	tcase_add_test(t, a_site_is_read_as_it_is_stored);
	tcase_add_test(t, an_op_is_launched_once);
	tcase_add_test(t, a_query_may_have_one_thread_block_to_itself);
	tcase_add_test(t, an_indexer_in_pieces_is_as_many_kernels);
	suite_add_tcase(s, t);
	return s;
}
