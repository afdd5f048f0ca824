#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sheet/captured.h"
#include "tests/toy.h"
#include "play/group.h"
#include "skew/draw.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* The list that SGLang captures, as far as it goes here. */
static const char some[] = "1 2 4 8 12 16..256+8 272..500+16";

static const struct { double batch, size; } sizes[] = {
	{ 0.5, 1 }, { 1, 1 }, { 3, 4 }, { 9, 12 }, { 12, 12 }, { 12.5, 16 },
	{ 17, 24 }, { 256, 256 }, { 257, 272 }, { 481, 496 },
	{ 497, 497 },	/* 272 + 14 x 16 = 496 is the last: as it is */
};

START_TEST(a_batch_runs_in_the_next_larger_graph)
{
	struct captured c;

	ck_assert_int_eq(captured_parse(&c, some), 0);
	ck_assert(captured_size(&c, sizes[_i].batch) == sizes[_i].size);
}
END_TEST

static const char *const slips[] = {
	"", " 1", "4 2", "4 4", "8..4+1", "8..256", "8+8", "1 x", "0", "1.5",
	"1..8+0", "..8+1", "1..+1", "1..8+", "1  2", "8..16+8 16", "1e9",
	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
};

START_TEST(what_is_no_list_of_rising_sizes_is_refused)
{
	struct captured c;

	ck_assert_int_eq(captured_parse(&c, slips[_i]), -1);
}
END_TEST

/* A toy whose engine has graphs of 4, 8 and 16 sequences. */
static void pad(struct toy *t, const struct toy_plan *plan)
{
	toy_init(t);
	t->stack.padding.pads = 1;
	captured_parse(&t->stack.padding.sizes, "4 8 16");
	toy_plan(t, plan);
}

/*
 * Of gpus GPUs in groups of tp: 5 sequences are computed as 8, and in two
 * micro-batches as 4 of each; where ranks take the size of the fullest, which
 * has 9, as 16. Three sequences of 4 tokens are 12: a graph of 16 tokens is
 * 4 sequences.
 */
static const struct {
	int gpus, tp, query_tok, micro;
	bool off, tokens, ranks;
	enum exchange how;
	double seqs, fullest, asked, rows;
} padded[] = {
	{ 8, 8, 1, 1, false, false, false, 0, 5, 0, 0, 8 },
	{ 8, 8, 1, 1, true, false, false, 0, 5, 0, 0, 5 },
	{ 8, 8, 1, 1, false, false, false, 0, 5, 0, 5, 5 },
	{ 8, 8, 1, 1, false, false, false, 0, 17, 0, 0, 17 },
	{ 8, 8, 4, 1, false, true, false, 0, 3, 0, 0, 4 },
	{ 8, 8, 4, 1, false, false, false, 0, 3, 0, 0, 4 },
	{ 8, 1, 1, 2, false, false, false, EXCHANGE_PAIR, 5, 9, 0, 4 },
	{ 8, 1, 1, 1, false, false, false, EXCHANGE_PAIR, 5, 9, 0, 8 },
	{ 8, 1, 1, 1, false, false, true, EXCHANGE_PAIR, 5, 9, 0, 16 },
	{ 8, 1, 1, 1, false, false, false, EXCHANGE_GATHER, 5, 9, 0, 16 },
};

START_TEST(kernels_compute_the_rows_of_a_graph)
{
	struct batch b = { .seqs = padded[_i].seqs, .ctx_tok = 1000,
		.query_tok = padded[_i].query_tok, .micro = padded[_i].micro,
		.fullest = padded[_i].fullest, .rows = padded[_i].asked };
	struct toy t;

	pad(&t, &(struct toy_plan){ .gpus = padded[_i].gpus,
		.tp = padded[_i].tp, .exchange = padded[_i].how });
	t.stack.padding.pads = !padded[_i].off;
	t.stack.padding.tokens = padded[_i].tokens;
	t.stack.padding.ranks = padded[_i].ranks;
	ck_assert(batch_rows(&b, &t.on) == padded[_i].rows);
}
END_TEST

/* Graphs with drafts may be others, one of 6 or of 6 and 12: of 5, and of 7. */
START_TEST(drafts_may_have_graphs_of_their_own)
{
	static const struct { const char *drafted; int mtp; double of[2]; }
	at[] = {
		{ "", 0, { 8, 8 } }, { "", 1, { 8, 8 } },
		{ "6", 0, { 8, 8 } }, { "6", 1, { 6, 7 } },
		{ "6 12", 1, { 6, 12 } },
	};

	for (int i = 0; i < NR(at); i++)
		for (int k = 0; k < 2; k++) {
			struct batch b = { .seqs = 5 + 2 * k, .query_tok = 1,
					   .ctx_tok = 1000, .micro = 1 };
			struct toy t;

			pad(&t, &(struct toy_plan){ .gpus = 8, .tp = 8,
				.mtp = at[i].mtp });
			captured_parse(&t.stack.padding.drafted,
				       at[i].drafted);
			ck_rel(batch_rows(&b, &t.on), at[i].of[k], 0);
			t.stack.padding.pads = 0;
			ck_rel(batch_rows(&b, &t.on), 5 + 2 * k, 0);
		}
}
END_TEST

/*
 * 5 sequences of 1000 tokens on 8 GPUs under TP, in a graph of 8: GEMMs have 8
 * rows and a sum carries 8 x 1000 x 2 B; attention meets the KV of 5, 5 x 1000
 * x 100 x 2 B, and what is useful of the gate is 5 x 2 x 1000 x 64 FLOPs.
 */
START_TEST(padding_is_rows_and_no_sequences)
{
	struct step st;
	struct toy t;

	pad(&t, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 5 });
	step_count(&st, &t.ask);
	ck_assert(toy_op(&st.graph, "gate", 0)->m == 8);
	ck_assert(toy_op(&st.graph, "o_proj", 0)->m == 8);
	ck_assert(toy_op(&st.graph, "ffn_allreduce", 0)->payload_B == 16e3);
	ck_assert(toy_op(&st.graph, "mla", 0)->m == 5);
	ck_rel(toy_op(&st.graph, "mla", 0)->kv_B, 1e6, 1e-12);
	ck_rel(toy_op(&st.graph, "gate", 0)->flop, 640e3, 1e-12);
}
END_TEST

/*
 * Of 8 groups with 5 sequences each in graphs of 8: experts see 40 tokens, or
 * 64, as many experts being touched as by 48, since a group's padding is one
 * token's copies. Under TP alone 5, or 8 and 6.
 */
static const struct {
	int tp, ep;
	bool routed, routed_ep;
	double tok, apart;
} seen[] = {
	{ 1, 8, true, false, 40, 40 },
	{ 1, 8, false, true, 64, 48 },
	{ 8, 1, false, true, 5, 5 },
	{ 8, 1, true, false, 8, 6 },
};

START_TEST(experts_see_padding_where_it_is_routed)
{
	struct toy t;

	pad(&t, &(struct toy_plan){ .gpus = 8, .tp = seen[_i].tp,
		.ep = seen[_i].ep, .batch = 5, .exchange = EXCHANGE_PAIR });
	t.stack.padding.routed = seen[_i].routed;
	t.stack.padding.routed_ep = seen[_i].routed_ep;
	ck_assert(batch_tok(&t.ask.batch, &t.on) == seen[_i].tok);
	ck_assert(batch_apart_tok(&t.ask.batch, &t.on) == seen[_i].apart);
}
END_TEST

/* The same, drawn: 4 experts a token, in each of the 4 layers with experts. */
START_TEST(a_played_step_draws_padding_too)
{
	struct loads l;
	struct toy t;
	double rows = 0;

	pad(&t, &(struct toy_plan){ .gpus = 8, .batch = 5,
		.balance = BALANCE_UNIFORM, .exchange = EXCHANGE_PAIR });
	t.stack.padding.routed_ep = 1;
	draw_loads(&l, &(struct draw_spec){ .on = &t.on, .skew = t.skew_spec,
		.batch = t.ask.batch, .pad = 1, .seed = 1 });
	for (int r = 0; r < l.ranks; r++)
		rows += loads_at(&l, 0, 0, r)->rows;
	ck_assert(rows == 64 * 4);
	loads_release(&l);
}
END_TEST

/*
 * Five sequences are a graph of 8, whose halves have 4 rows each, of 3 and of 2
 * sequences: played or not.
 */
START_TEST(halves_of_a_graph_compute_the_same_rows)
{
	double op_s[2][GRAPH_OPS];
	struct step *st = step_room();
	struct loads l;
	struct toy t;
	int gate = 0;

	pad(&t, &(struct toy_plan){ .gpus = 8, .batch = 5, .two_batch = true,
		.balance = BALANCE_UNIFORM, .exchange = EXCHANGE_PAIR });
	step_time(st, &t.ask);
	draw_loads(&l, &(struct draw_spec){ .on = &t.on, .skew = t.skew_spec,
		.batch = t.ask.batch, .pad = 1, .seed = 1 });
	ck_assert(l.seqs[0] == 3 && l.seqs[l.groups] == 2);
	group_costs_ops(op_s[0], &t.ask, &l, 0);
	group_costs_ops(op_s[1], &t.ask, &l, l.groups);
	while (strcmp(st->graph.op[gate].name, "gate"))
		gate++;
	ck_assert(op_s[0][gate] == st->cost[gate].s);
	ck_assert(op_s[1][gate] == st->cost[gate].s);
	loads_release(&l);
	free(st);
}
END_TEST

/* A perfect machine computes no padding: the floor is that of 5 sequences. */
START_TEST(a_floor_has_no_padding)
{
	struct graph *room = mem_resize(NULL, 1, sizeof(*room));
	enum bound which;
	struct toy t;
	double with, without;

	pad(&t, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 5 });
	with = step_floor_s(&t.ask, room, &which);
	t.stack.padding.pads = 0;
	without = step_floor_s(&t.ask, room, &which);
	ck_assert(with == without);
	free(room);
}
END_TEST

Suite *suite_captured(void)
{
	Suite *s = suite_create("captured");
	TCase *tc = tcase_create("captured");

	tcase_add_loop_test(tc, a_batch_runs_in_the_next_larger_graph,
			    0, NR(sizes));
	tcase_add_loop_test(tc, what_is_no_list_of_rising_sizes_is_refused,
			    0, NR(slips));
	tcase_add_loop_test(tc, kernels_compute_the_rows_of_a_graph,
			    0, NR(padded));
	tcase_add_test(tc, drafts_may_have_graphs_of_their_own);
	tcase_add_test(tc, padding_is_rows_and_no_sequences);
	tcase_add_loop_test(tc, experts_see_padding_where_it_is_routed,
			    0, NR(seen));
	tcase_add_test(tc, a_played_step_draws_padding_too);
	tcase_add_test(tc, halves_of_a_graph_compute_the_same_rows);
	tcase_add_test(tc, a_floor_has_no_padding);
	suite_add_tcase(s, tc);
	return s;
}
