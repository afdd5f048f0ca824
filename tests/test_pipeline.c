#include <math.h>
#include <string.h>

#include "tests/tests.h"

#include "skew/draw.h"
#include "tests/toy.h"

#define US 1e-6

static double step_s(const struct toy_plan *p)
{
	struct toy t;
	struct step st;

	toy_make(&t, p);
	step_time(&st, &t.ask);
	return st.s;
}

static double op_s(const struct toy_plan *p, const char *name)
{
	struct toy t;
	struct step st;

	toy_make(&t, p);
	step_time(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++)
		if (!strcmp(st.graph.op[i].name, name))
			return st.cost[i].s;
	return 0;
}

/* Embedding, LM head, sampling: the ops after the layers of the toy. */
static double once_s(const struct toy_plan *p)
{
	return op_s(p, "embed") + op_s(p, "lm_head") + op_s(p, "sample");
}

/*
 * 50 sequences over 5 stages of a toy GPU and a layer each: batches of 10. One
 * GPU with all layers takes layers + once for such a batch. A turn of the
 * slowest stage, the last, is layers / 5 + once and the rows sent on, 10 x
 * 1000 x 2 B = 20 kB at 100 GB/s = 0.2 us after 10 us: 5 turns are a round.
 */
START_TEST(a_round_is_as_many_turns_of_the_slowest_stage)
{
	struct toy_plan one = { .gpus = 1, .batch = 10 };
	double once = once_s(&one), layers = step_s(&one) - once;

	ck_rel(step_s(&(struct toy_plan){ .gpus = 5, .pp = 5, .batch = 50 }),
	       5 * (layers / 5 + once + 10.2 * US), 1e-9);
}
END_TEST

/*
 * 2 stages of 5 layers are 3 and 2: a turn is 3/5 of the layers or 2/5 and
 * what comes once, whichever is longer.
 */
START_TEST(stages_wait_for_the_one_with_most_layers)
{
	struct toy_plan one = { .gpus = 1, .batch = 10 };
	double once = once_s(&one), layers = step_s(&one) - once;

	ck_rel(step_s(&(struct toy_plan){ .gpus = 2, .pp = 2, .batch = 20 }),
	       2 * (fmax(layers * 3 / 5, layers * 2 / 5 + once) + 10.2 * US),
	       1e-9);
}
END_TEST

/* GPUs 0 to 7 are stage 0, a whole NVLink domain: 20 kB / 8 at 10 GB/s. */
START_TEST(a_stage_that_fills_its_domain_sends_by_the_nic)
{
	struct toy_plan p = { .gpus = 16, .tp = 8, .pp = 2, .batch = 20 };

	ck_rel(op_s(&p, "send"), 10 * US + 20000.0 / 8 / 10e9, 1e-9);
}
END_TEST

/* One stage sends to nobody: it has no such op, which would be launched. */
START_TEST(one_stage_sends_nothing_on)
{
	struct step st;
	struct toy t;
	int sends = 0;

	for (int pp = 1; pp <= 2; pp++) {
		toy_make(&t, &(struct toy_plan){ .gpus = 2, .pp = pp,
						 .batch = 20 });
		step_time(&st, &t.ask);
		for (int i = 0; i < st.graph.ops; i++)
			sends += st.graph.op[i].kind == OP_SEND;
		ck_assert_int_eq(sends, pp - 1);
	}
}
END_TEST

static void hold(const struct toy_plan *p, struct held *h)
{
	struct toy t;

	toy_init(&t);
	toy_v3(&t.model);
	toy_plan(&t, p);
	deployment_hold(&t.on, &(struct hold_spec){ 1, 1, 4096, 1, NULL }, h);
}

/*
 * V3's layers with experts: 187.1 M attention, 257 x 44.04 M experts and
 * a gate of 3.7 MB are 11.51 GB in FP8 (scales: 1.0002). 61 layers on 5
 * stages: 13 such on the fullest, 149.6 GB; on 61 stages one: 11.51 GB, and
 * with the head 1.85 GB more, 13.36.
 */
START_TEST(the_fullest_stage_holds_its_layers)
{
	struct held h;

	hold(&(struct toy_plan){ .gpus = 5, .pp = 5 }, &h);
	ck_rel(h.weights_B, 149.6e9, 0.002);
	hold(&(struct toy_plan){ .gpus = 61, .pp = 61 }, &h);
	ck_rel(h.weights_B, 13.36e9, 0.002);
}
END_TEST

/* 70,272 B a token: every GPU of TP8 has all of it, of dcp 8 an eighth. */
static const struct { int dcp, pp; double tok_B; } kv[] = {
	{ 1, 1, 70272 }, { 2, 1, 35136 }, { 8, 1, 8784 },
	{ 1, 61, 1152 }, { 4, 61, 288 },
};

START_TEST(shared_out_kv_takes_its_share_of_room)
{
	struct held h;

	hold(&(struct toy_plan){ .gpus = 8 * kv[_i].pp, .tp = 8,
		.dcp = kv[_i].dcp, .pp = kv[_i].pp }, &h);
	ck_rel(h.kv_tok_B, kv[_i].tok_B, 1e-9);
}
END_TEST

/*
 * 10 sequences of 1000 tokens, 2 of 16 heads a GPU of TP8: 100 wide latents
 * of 2 B are 2 MB; with dcp 4 a GPU reads 0.5 MB and has 8 heads. Queries: 10
 * x 2 heads x 100 x 2 B = 4 kB of each GPU to 3 others; back 10 x 2 x (90 x 2
 * + 4) = 3680 B likewise; 10 us each and at 100 GB/s.
 */
START_TEST(the_core_meets_a_share_of_the_context_for_all_heads)
{
	struct toy_plan p = { .gpus = 8, .tp = 8, .dcp = 4, .batch = 10 };
	struct toy t;
	struct step st;
	const struct op *core = NULL;

	toy_make(&t, &p);
	step_time(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++)
		if (!strcmp(st.graph.op[i].name, "mla"))
			core = &st.graph.op[i];
	ck_assert_ptr_nonnull(core);
	ck_rel(core->kv_B, 10 * 250 * 200.0, 1e-12);
	ck_rel(core->flop, 10 * 2 * 8 * 250 * 190.0, 1e-12);
	ck_rel(op_s(&p, "queries_ag"), 10 * US + 12000 / 100e9, 1e-9);
	ck_rel(op_s(&p, "merge_rs"), 10 * US + 11040 / 100e9, 1e-9);
}
END_TEST

static const struct { int gpus, tp, dcp, pp; const char *what; } wrong[] = {
	{ 8, 8, 3, 1, "dcp = 3 does not divide tp = 8" },
	{ 8, 4, 8, 1, "dcp = 8 does not divide tp = 4" },
	{ 8, 1, 1, 3, "pp = 3 does not divide gpus = 8" },
	{ 8, 1, 1, 8, "pp = 8 is more than the 5 layers of toy" },
	{ 8, 8, 1, 2, "tp = 8 does not divide gpus / pp = 4" },
};

START_TEST(shares_and_stages_must_divide)
{
	struct toy t;
	struct fault why = { 0 };

	toy_make(&t, &(struct toy_plan){ .gpus = 8 });
	t.spec.gpus = wrong[_i].gpus;
	t.spec.tp = wrong[_i].tp;
	t.spec.ep = 1;
	t.spec.dcp = wrong[_i].dcp;
	t.spec.pp = wrong[_i].pp;
	ck_assert_int_eq(deployment_make(&t.on, &t.spec, &why), -1);
	ck_assert_str_eq(why.what, wrong[_i].what);
}
END_TEST

START_TEST(no_engine_shards_what_an_indexer_picks)
{
	struct toy t;
	struct held h;

	toy_init(&t);
	toy_v32(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .tp = 8, .dcp = 2 });
	deployment_hold(&t.on, &(struct hold_spec){ 1, 1, 4096, 1, NULL }, &h);
	ck_assert_int_eq(deployment_refusal(&t.on, &h, 4096).kind,
			 REFUSAL_DCP);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/*
 * Three sequences a group in two stages are a batch of two and one of one,
 * whichever group: not two and one beside each other, where all wait for two.
 * Seven in three are 3, 2 and 2; four and a half in two 5 or 4, as 3 or 2 and
 * 2.
 */
static const struct { double seqs, flight; int step; double least, most; }
ways[] = {
	{ 3, 2, 0, 2, 2 }, { 3, 2, 1, 1, 1 }, { 3, 2, 2, 2, 2 },
	{ 7, 3, 0, 3, 3 }, { 7, 3, 1, 2, 2 }, { 7, 3, 2, 2, 2 },
	{ 4.5, 2, 0, 2, 3 }, { 4.5, 2, 1, 2, 2 }, { 4, 2, 1, 2, 2 },
};

START_TEST(groups_cut_their_batches_alike)
{
	struct draw_spec d = { .pad = 1, .seed = 1, .step = ways[_i].step };
	double least = INFINITY, most = 0;
	struct loads l;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	d.on = &t.on;
	d.skew = t.skew_spec;
	d.batch = t.ask.batch;
	d.batch.seqs = ways[_i].seqs / ways[_i].flight;
	d.batch.flight = ways[_i].flight;
	draw_loads(&l, &d);
	for (int g = 0; g < l.groups; g++) {
		least = fmin(least, l.seqs[g]);
		most = fmax(most, l.seqs[g]);
	}
	ck_rel(least, ways[_i].least, 0);
	ck_rel(most, ways[_i].most, 0);
	loads_release(&l);
}
END_TEST

Suite *suite_pipeline(void)
{
	Suite *s = suite_create("pipeline");
	TCase *tc = tcase_create("stages and shares");

	tcase_add_test(tc, a_round_is_as_many_turns_of_the_slowest_stage);
	tcase_add_test(tc, stages_wait_for_the_one_with_most_layers);
	tcase_add_test(tc, one_stage_sends_nothing_on);
	tcase_add_test(tc, a_stage_that_fills_its_domain_sends_by_the_nic);
	tcase_add_test(tc, the_fullest_stage_holds_its_layers);
	tcase_add_loop_test(tc, shared_out_kv_takes_its_share_of_room,
			    0, NR(kv));
	tcase_add_test(tc,
		the_core_meets_a_share_of_the_context_for_all_heads);
	tcase_add_loop_test(tc, shares_and_stages_must_divide, 0, NR(wrong));
	tcase_add_loop_test(tc, groups_cut_their_batches_alike, 0, NR(ways));
	tcase_add_test(tc, no_engine_shards_what_an_indexer_picks);
	suite_add_tcase(s, tc);
	return s;
}
