#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "requests/serving.h"
#include "library/shelf.h"
#include "say/serving_text.h"
#include "tests/toy_question.h"

/* ---- what an engine is launched with ---- */

/* The toy on its GPU, these clients, requests of isl and osl tokens. */
static void make(struct question *q, struct toy *t, double clients,
		 double isl, double osl)
{
	toy_init(t);
	t->stack.mem_share = 0.9;
	t->stack.prefill_tok = 8192;
	toy_plan(t, &(struct toy_plan){ .batch = 1 });
	toy_question(q, t);
	q->batch.ctx_tok = isl + osl / 2;
	q->scenario.concurrency = clients;
	q->scenario.isl = isl;
	q->scenario.osl = osl;
}

static struct serve_engine engine(const struct question *q)
{
	struct serving_spec spec;
	struct serve_engine e;
	struct fault why = { 0 };

	serving_init(&spec);
	ck_assert_msg(!serving_engine(&e, q, &spec, &why), "%s", why.what);
	return e;
}

/*
 * 64 + 8192 + 127 = 8383, 130 whole 64: 8320. With at least 8192: 8320 all the
 * same; at 1024 it is 64 + 1024 + 127 = 1215, 18 x 64 = 1152, and 8192. From
 * 256 clients on 2048. Short prompts have 512 where a sheet says so; of a
 * trace, whose isl is blank, nobody knows how long they are.
 */
START_TEST(the_token_budget_follows_clients_and_prompts)
{
	static const struct {
		double clients, isl, tokens, fit, many, want, brief;
	} ask[] = {
		{ 64, 8192, 0, 1, 0, 8320, 0 },
		{ 64, 8192, 8192, 1, 0, 8320, 0 },
		{ 64, 1024, 0, 1, 0, 1152, 0 },
		{ 64, 1024, 8192, 1, 0, 8192, 0 },
		{ 255, 8192, 8192, 0, 256, 8192, 0 },
		{ 256, 8192, 8192, 0, 256, 2048, 0 },
		{ 4, 1024, 8192, 0, 256, 512, 512 },
		{ 4, 8192, 8192, 0, 256, 8192, 512 },
		{ 4, (double)NAN, 8192, 0, 256, 8192, 512 },
	};
	struct question q;
	struct toy t;

	make(&q, &t, ask[_i].clients, 1024, 1024);
	q.scenario.isl = ask[_i].isl;
	t.stack.serve.tokens = ask[_i].tokens;
	t.stack.serve.fit = ask[_i].fit;
	t.stack.serve.many = ask[_i].many;
	t.stack.serve.tokens_many = 2048;
	t.stack.serve.tokens_short = ask[_i].brief;
	ck_rel(engine(&q).budget_tok, ask[_i].want, 0);
}
END_TEST

/*
 * Pools run none of what a node's script holds back or bounds: a pass has the
 * stack's 8,192 tokens and not the script's 4,096, and any number run, not 16.
 * What they send goes over all NICs together, 1e11 bytes a second. A step of
 * theirs keeps no share of places where one of an engine that reads prompts
 * does.
 */
START_TEST(pools_have_engines_of_their_own)
{
	struct question q;
	struct toy t;
	struct serving_spec s;
	struct serving_room room;
	struct serve_engine e;
	struct fault why = { 0 };

	make(&q, &t, 4, 1024, 1024);
	t.gpu.nic_Bps = 1e11 / q.on.layout.gpus;
	t.stack.serve.recv = 30;
	t.stack.serve.tokens = 4096;
	t.stack.serve.seqs = 16;
	t.stack.serve.greedy_apart = 1;
	ck_assert(!engine(&q).greedy);
	serving_init(&s);
	strcpy(s.pools, "2:3");
	ck_assert(!serving_engine(&e, &q, &s, &why));
	serving_room(&room, &q, &s);
	ck_assert(e.recv_interval == 1 && e.max_seqs > 1000000 && e.greedy);
	ck_rel(e.budget_tok, 8192, 0);
	ck_rel(e.send_tok_s, 1e11 / room.tok_B, 1e-12);
}
END_TEST

/* From 4 clients on, and of outputs below 4096 tokens. */
START_TEST(prompts_run_in_pieces_where_the_script_says_so)
{
	static const struct { double clients, osl; bool want; } ask[] = {
		{ 4, 1024, true }, { 3, 1024, false }, { 4, 8192, false },
	};
	struct question q;
	struct toy t;

	make(&q, &t, ask[_i].clients, 8192, ask[_i].osl);
	t.stack.serve.piece = 4;
	ck_assert(serving_pieces(&q) == ask[_i].want);
}
END_TEST

/* Experts of 4 bits, short prompts, from 4 clients on and by EP4. */
START_TEST(pieces_of_4_bits_are_of_wide_ep)
{
	static const struct { int gpus; double isl; bool want; } ask[] = {
		{ 4, 1024, true }, { 2, 1024, false }, { 4, 8192, false },
	};
	struct question q;
	struct toy t;

	make(&q, &t, 4, ask[_i].isl, 1024);
	t.model.kept = kept_all(FORMAT_BF16, FORMAT_NVFP4);
	toy_plan(&t, &(struct toy_plan){ .gpus = ask[_i].gpus, .batch = 1 });
	q.on = t.on;
	t.stack.serve.piece_fp4 = t.stack.serve.piece_ep = 4;
	ck_assert(serving_pieces(&q) == ask[_i].want);
}
END_TEST

/*
 * Where passes up to so many tokens do, however long outputs are; not where
 * several groups meet, and not of a model that picks.
 */
START_TEST(pieces_by_tokens_are_for_one_group_of_plain_attention)
{
	static const struct { int gpus, tp, index; bool want; } ask[] = {
		{ 1, 1, 0, true }, { 8, 8, 0, true }, { 8, 1, 0, false },
		{ 8, 8, 64, false },
	};
	struct question q;
	struct toy t;

	make(&q, &t, 4, 8192, 8192);
	t.model.index_n_heads = ask[_i].index;
	toy_plan(&t, &(struct toy_plan){ .gpus = ask[_i].gpus,
		.tp = ask[_i].tp, .batch = 1 });
	q.on = t.on;
	t.stack.serve.piece = 4;
	ck_assert(!serving_pieces(&q));
	t.stack.serve.piece_tok = 2048;
	ck_assert(serving_pieces(&q) == ask[_i].want);
	t.stack.serve.piece = 0;
	ck_assert(!serving_pieces(&q));
}
END_TEST

/* What the question says of memory is what it gets. */
START_TEST(memory_is_as_launched_unless_it_is_asked_for)
{
	struct question q;
	struct toy t;

	make(&q, &t, 4, 1024, 1024);
	t.gpu.hbm_B = 1e12;
	ck_rel(serving_mem_share(&q), 0.9, 0);
	t.stack.serve.mem = 0.82;
	t.stack.serve.mem_most = 0.95;
	ck_rel(serving_mem_share(&q), 0.82, 0);
	q.mem_share = 0.7;
	ck_rel(serving_mem_share(&q), 0.7, 0);
	q.mem_share = t.stack.mem_share;
	t.gpu.hbm_B = 1e9;	/* the weights alone take more */
	ck_rel(serving_mem_share(&q), 0.95, 0);
}
END_TEST

/* ---- layouts that ran ---- */

/*
 * November 2025 on H200, TensorRT-LLM: EP = TP, and attention DP above 32
 * clients at 8k. A month later what is recorded ran.
 */
START_TEST(what_was_asked_for_is_not_always_what_ran)
{
	static const struct {
		const char *date, *clients, *isl;
		double tp, ep;
	} ask[] = {
		{ "2025-11-02", "64", "8192", 1, 8 },
		{ "2025-11-02", "32", "8192", 8, 8 },
		{ "2025-11-02", "64", "1024", 8, 8 },
		{ "2025-12-15", "64", "8192", 8, 1 },
	};
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct question q;
	struct fault why = { 0 };
	const struct { const char *column, *text; } cell[] = {
		{ "hw", "h200-sxm" }, { "stack", "trtllm" },
		{ "model", "deepseek-r1" }, { "gpus", "8" }, { "tp", "8" },
		{ "ep", "1" }, { "osl", "1024" }, { "mode", "colocated" },
		{ "date", ask[_i].date }, { "isl", ask[_i].isl },
		{ "concurrency", ask[_i].clients },
	};

	scenario_init(&s);
	for (unsigned i = 0; i < sizeof(cell) / sizeof(*cell); i++)
		ck_assert(!scenario_set(&s, cell[i].column, cell[i].text,
					&why));
	ck_assert_msg(!question_make(&q, &s, shelf_library(shelf), &why),
		      "%s", why.what);
	ck_assert_msg(!serving_as_run(&q, &why), "%s", why.what);
	ck_rel(q.scenario.tp, ask[_i].tp, 0);
	ck_rel(q.scenario.ep, ask[_i].ep, 0);
	ck_rel(q.scenario.concurrency, strtod(ask[_i].clients, NULL), 0);
	shelf_free(shelf);
}
END_TEST

/* ---- what a step costs ---- */

/*
 * 2 chunks of 512 tokens of which each meets 1,024 before it: pairs are
 * 2 x 512 x (1024 + 256) = 1,310,720, and 2,048 tokens are in the cache.
 */
START_TEST(a_chunk_pays_for_the_prefix_it_meets)
{
	struct question q;
	struct toy t;
	struct serving_price p;
	struct serve_step s = { .prompts = 2, .new_tok = 1024,
		.attend_tok2 = 1310720, .all_new_tok = 1024 };
	struct price_step same = { .new_tok = 1024, .attend_tok2 = 1310720,
		.prior_tok = 2048, .all_new_tok = 1024 };
	struct price_step fresh = same;
	const struct serve_step decode = { .seqs = 2, .kv_tok = 500,
		.all_seqs = 2, .all_kv_tok = 500, .graph_seqs = 2 };
	const struct price_step alone = { .seqs = 2, .kv_tok = 500,
		.all_seqs = 2, .graph_seqs = 2 };

	make(&q, &t, 4, 1024, 1024);
	serving_price_init(&p, &q);
	fresh.prior_tok = 0;
	ck_rel(serving_step_s(&p, &s), price_s(p.of, &same), 1e-12);
	ck_assert(price_s(p.of, &same) > price_s(p.of, &fresh));
	p.slower = 1.5;
	ck_rel(serving_step_s(&p, &s), 1.5 * price_s(p.of, &same), 1e-12);
	p.prompts = 2;	/* on steps with prompts alone */
	ck_rel(serving_step_s(&p, &s), 3 * price_s(p.of, &same), 1e-12);
	ck_rel(serving_step_s(&p, &decode), 1.5 * price_s(p.of, &alone),
	       1e-12);
	serving_price_release(&p);
}
END_TEST

/*
 * Played, batches of 1, 2 and 4 take 1, 2 and 4 times the closed form: that of
 * sqrt(2) is halfway from 1 to 2, of 100 as of 4. Of two groups with 3 and 1
 * sequences the mean, 2, decides. Prompts stay as they are.
 */
START_TEST(steps_of_ranks_that_were_played_cost_what_these_take)
{
	struct question q;
	struct toy t;
	struct serving_price p;
	struct serve_step s = { .seqs = 3, .kv_tok = 500, .all_seqs = 4,
		.all_kv_tok = 800, .graph_seqs = 3 };
	double closed, prompts;

	make(&q, &t, 4, 1024, 1024);
	serving_price_init(&p, &q);
	p.groups = 2;
	closed = serving_step_s(&p, &s);
	s.new_tok = s.all_new_tok = 64;
	s.attend_tok2 = 2048;
	prompts = serving_step_s(&p, &s);
	p.ranks = (struct serving_ranks){ 3, { 1, 2, 4 } };
	ck_rel(serving_ranks_over(&p.ranks, 0), 1, 1e-12);
	ck_rel(serving_ranks_over(&p.ranks, sqrt(2)), 1.5, 1e-12);
	ck_rel(serving_ranks_over(&p.ranks, 4), 4, 1e-12);
	ck_rel(serving_ranks_over(&p.ranks, 100), 4, 1e-12);
	ck_rel(serving_step_s(&p, &s), prompts, 1e-12);
	s.new_tok = s.all_new_tok = s.attend_tok2 = 0;
	ck_rel(serving_step_s(&p, &s), 2 * closed, 1e-12);
	serving_price_release(&p);
}
END_TEST

/*
 * A stack of overhead 2 and one that only says so of such engines are one; of
 * such engines of a family, in its own row.
 */
START_TEST(an_engine_that_receives_no_kv_has_its_own_overhead)
{
	const struct serve_step s = { .seqs = 8, .kv_tok = 8000,
		.all_seqs = 8, .all_kv_tok = 8000, .graph_seqs = 8 };
	double step[3];

	for (int i = 0; i < 3; i++) {
		struct question q;
		struct toy t;
		struct serving_price p;
		struct serve_facts *of[FAMILY_NR];
		enum family is;

		make(&q, &t, 8, 1000, 100);
		is = t.model.family;
		t.model.family = (enum family)_i;
		question_serves(&q, i > 0);
		t.model.family = is;
		t.stack.overhead = i < 2 ? 2 : 1;
		of[FAMILY_MLA] = &t.stack.serve;
		of[FAMILY_DSA] = &t.stack.serve_dsa;
		of[FAMILY_V4] = &t.stack.serve_v4;
		of[_i]->overhead = i < 2 ? 0 : 2;
		serving_price_init(&p, &q);
		step[i] = serving_step_s(&p, &s);
		serving_price_release(&p);
	}
	ck_rel(step[1], step[0], 1e-12);
	ck_rel(step[2], step[0], 1e-12);
}
END_TEST

/* ---- what it draws ---- */

static double watts(const struct question *q)
{
	struct serving_price price;
	struct serve_engine e = engine(q);
	struct serve_request asked[4];
	struct serve_load load = { .request = asked, .nr = 4,
		.client = SERVE_CLOSED, .clients = 2, .hash_tok = 1 };
	struct serving_run r = { .price = &price,
		.serve = { .load = &load, .fleet = { &e,
			{ serving_step_s, &price }, 1, 1 } } };
	struct serving_answer a;
	struct serve_log log;

	for (int i = 0; i < 4; i++)
		asked[i] = (struct serve_request){ .prompt_tok = 500,
			.output_tok = 50, .steps = 49, .after = -1 };
	serving_price_init(&price, q);
	serving_answer(&a, &log, q, &r);
	ck_rel(a.j_mtok, 1e6 * a.watt_gpu * a.gpus * a.as_is.s / 200, 1e-9);
	serve_log_release(&log);
	serving_price_release(&price);
	return a.watt_gpu;
}

/*
 * 100 W idle and nothing else is 100 W; what moving bytes adds doubles with
 * its watts; no more than the board's 1,000 W in any case. Joules a token are
 * watts of all GPUs times seconds over the 4 x 50 tokens.
 */
START_TEST(a_run_draws_what_its_steps_move)
{
	struct question q;
	struct toy t;
	double once, twice;

	make(&q, &t, 2, 500, 50);
	t.gpu.idle_W = 100;
	t.gpu.tdp_W = 1000;
	t.gpu.hbm_W = t.gpu.tensor_W = t.gpu.wire_W = 0;
	ck_rel(watts(&q), 100, 1e-9);
	t.gpu.hbm_W = 10;
	once = watts(&q);
	t.gpu.hbm_W = 20;
	twice = watts(&q);
	ck_assert(once > 100);
	ck_rel(twice - 100, 2 * (once - 100), 1e-9);
	t.gpu.hbm_W = 1e9;
	ck_rel(watts(&q), 1000, 1e-9);
}
END_TEST

/* ---- what it looks like ---- */

/*
 * Two requests that overlap have a slot each; a third, sent at 3 ms, has that
 * of the first, which was read at 3 ms. 1 ms is 1e9 ticks and 1,000 us.
 */
START_TEST(a_request_keeps_a_slot_until_it_is_read)
{
	static const char *const want[] = {
		"\"request 0\",\"pid\":0,\"tid\":0,\"ts\":0.000000,"
			"\"dur\":3000.000000",
		"\"request 1\",\"pid\":0,\"tid\":1,\"ts\":1000.000000,"
			"\"dur\":4000.000000",
		"\"request 2\",\"pid\":0,\"tid\":0,\"ts\":3000.000000,"
			"\"dur\":1000.000000",
		"\"wait\",\"pid\":0,\"tid\":1,\"ts\":1000.000000,"
			"\"dur\":500.000000",
		"\"prompt\",\"pid\":0,\"tid\":1,\"ts\":1500.000000,"
			"\"dur\":500.000000",
		"\"decode\",\"pid\":0,\"tid\":1,\"ts\":2000.000000,"
			"\"dur\":3000.000000",
	};
	const ticks ms = 1000000000;
	struct serve_request asked[3] = { { 0 } };
	struct serve_outcome of[3] = {
		{ .first = ms, .last = 3 * ms, .fate = SERVE_DONE },
		{ .sent = ms, .joined = ms + ms / 2, .first = 2 * ms,
		  .last = 5 * ms, .fate = SERVE_DONE },
		{ .sent = 3 * ms, .joined = 3 * ms, .first = 3 * ms,
		  .last = 4 * ms, .fate = SERVE_DONE },
	};
	struct serve_load load = { .request = asked, .nr = 3 };
	struct serve_log log = { .of = of, .nr = 3 };
	struct serving_run run = { .serve = { .load = &load } };
	struct served s = { .run = &run, .log = &log };
	struct text out = TEXT_INIT;

	serving_trace(&s, &out);
	for (unsigned i = 0; i < sizeof(want) / sizeof(*want); i++)
		ck_assert_msg(strstr(out.buf, want[i]) != NULL, "no %s in %s",
			      want[i], out.buf);
	text_release(&out);
}
END_TEST

/*
 * A script that asks less of up to `small` GPUs under TP, experts of 8 bits:
 * looks at the inbox, tokens of a step, sequences.
 */
START_TEST(few_gpus_are_launched_with_less)
{
	struct question q;
	struct toy t;
	struct serve_engine e;
	bool is = _i == 1;

	make(&q, &t, 64, 8192, 1024);
	t.stack.serve.recv = 30;
	t.stack.serve.recv_small = 10;
	t.stack.serve.tokens = 32768;
	t.stack.serve.tokens_small = 8192;
	t.stack.serve.seqs = 128;
	t.stack.serve.seqs_small = 32;
	t.stack.serve.small = q.on.layout.gpus - 1 + _i;
	e = engine(&q);
	ck_assert_int_eq(e.recv_interval, is ? 10 : 30);
	ck_assert_int_eq((int)e.budget_tok, is ? 8192 : 32768);
	ck_assert_int_eq(e.max_seqs, is ? 32 : 128);
	t.stack.serve.small = q.on.layout.gpus = q.on.layout.dp = 2;
	e = engine(&q);
	ck_assert_int_eq(e.recv_interval, 30);
	ck_assert_int_eq(e.max_seqs, 128);
}
END_TEST

Suite *suite_launch(void)
{
	Suite *s = suite_create("launch");
	TCase *tc = tcase_create("launch");

	tcase_add_loop_test(tc,
		the_token_budget_follows_clients_and_prompts, 0, 9);
	tcase_add_test(tc, pools_have_engines_of_their_own);
	tcase_add_loop_test(tc,
		pieces_by_tokens_are_for_one_group_of_plain_attention, 0, 4);
	tcase_add_loop_test(tc, pieces_of_4_bits_are_of_wide_ep, 0, 3);
	tcase_add_loop_test(tc,
		prompts_run_in_pieces_where_the_script_says_so, 0, 3);
	tcase_add_test(tc, memory_is_as_launched_unless_it_is_asked_for);
	tcase_add_loop_test(tc, what_was_asked_for_is_not_always_what_ran, 0,
			    4);
	tcase_add_test(tc, a_chunk_pays_for_the_prefix_it_meets);
	tcase_add_loop_test(tc,
			    an_engine_that_receives_no_kv_has_its_own_overhead,
			    0, FAMILY_NR);
	tcase_add_test(tc, a_run_draws_what_its_steps_move);
	tcase_add_test(tc, a_request_keeps_a_slot_until_it_is_read);
	tcase_add_test(tc,
		steps_of_ranks_that_were_played_cost_what_these_take);
	tcase_add_loop_test(tc, few_gpus_are_launched_with_less, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
