#include "tests/tests.h"

#include "serve/route.h"
#include "tests/toy_engine.h"

/* ---- what is priced ---- */

/* Three run beside one: the fullest has 3, all have 4 - or, padded, 6. */
START_TEST(the_fullest_group_decides_and_may_be_padded_to)
{
	for (int padded = 0; padded <= 1; padded++) {
		struct toy_engine e;

		toy_begin(&e, TOY_GROUPS);
		toy_let_run(&e, 3, 1);
		e.is.padded_tok = 3 * padded;
		toy_plan_step(&e, 0);
		ck_assert_double_eq(e.asked.last.seqs, 3);
		ck_assert_double_eq(e.asked.last.all_seqs, padded ? 6 : 4);
		ck_assert_double_eq(e.asked.last.kv_tok, 30);
		ck_assert_double_eq(e.asked.last.all_kv_tok, 40);
		ck_assert_int_eq(e.r.running, 4);
		ck_assert_double_eq(e.r.kv_tok, 40);
		replica_release(&e.r);
	}
}
END_TEST

/*
 * Two prompts of 20 and 10 in one group, one of 20 in the other: where a graph
 * holds the fullest's 30 rows, both have as many; in one of 29 nobody runs.
 */
START_TEST(new_tokens_are_those_of_the_fullest_group_and_of_all)
{
	static const struct { double graph, all; } k[] = {
		{ 0, 50 }, { 29, 50 }, { 30, 60 } };

	for (int i = 0; i < 3; i++) {
		struct toy_engine e;

		toy_begin(&e, TOY_GROUPS);
		e.is.padded_tok = k[i].graph;
		toy_come(&e, 0, 20, 0);
		toy_come(&e, 1, 20, 0);
		toy_come(&e, 2, 10, 0);
		toy_plan_step(&e, 0);
		ck_assert_double_eq(e.asked.last.new_tok, 30);
		ck_assert_double_eq(e.asked.last.all_new_tok, k[i].all);
		ck_assert_double_eq(e.asked.last.prompts, 2);
		/* 20 x 10 + 10 x 5 */
		ck_assert_double_eq(e.asked.last.attend_tok2, 250);
		ck_assert(e.plan.prompts && e.plan.eager);
		replica_release(&e.r);
	}
}
END_TEST

/*
 * Two run in one group, the other has 8 tokens of a prompt: 8 rows each. The
 * fullest in decode is not the fullest: 2 x 2 of the 16 rows count as decode.
 */
START_TEST(padded_groups_have_the_rows_of_the_fullest)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	toy_let_run(&e, 2, 0);
	e.is.padded_tok = 8;
	toy_come(&e, 5, 8, 0);
	toy_plan_step(&e, 0);
	ck_assert_double_eq(e.asked.last.all_seqs, 4);
	ck_assert_double_eq(e.asked.last.all_new_tok, 12);
	ck_assert_double_eq(e.asked.last.new_tok, 8);
	replica_release(&e.r);
}
END_TEST

/* While its group computes a prompt alone, it does not decode. */
START_TEST(a_group_that_computes_a_prompt_alone_stands_still)
{
	static const struct { enum serve_batching how; int seqs; } k[] = {
		{ SERVE_ALONE, 1 }, { SERVE_MIXED, 3 } };

	for (int i = 0; i < 2; i++) {
		struct toy_engine e;

		toy_begin(&e, TOY_GROUPS);
		toy_let_run(&e, 2, 1);
		e.is.batching = k[i].how;
		toy_come(&e, 5, 10, 0);
		fifo_push(&e.r.rank[0].wait, fifo_pop(&e.r.inbox));
		toy_plan_step(&e, 0);
		ck_assert_double_eq(e.asked.last.all_seqs, k[i].seqs);
		replica_release(&e.r);
	}
}
END_TEST

/* Graphs of 1, 4 and 8: the smallest that holds the batch. */
START_TEST(decode_runs_in_the_smallest_graph_that_holds_it)
{
	static const struct { int seqs; double graph; } k[] = {
		{ 1, 1 }, { 2, 4 }, { 4, 4 }, { 5, 8 }, { 8, 8 }, { 9, 0 } };

	for (unsigned i = 0; i < sizeof(k) / sizeof(*k); i++) {
		struct toy_engine e;

		toy_begin(&e, 1);
		toy_let_run(&e, k[i].seqs, 0);
		e.is.graphs = 3;
		e.is.graph_seqs[0] = 1;
		e.is.graph_seqs[1] = 4;
		e.is.graph_seqs[2] = 8;
		toy_plan_step(&e, 0);
		ck_assert_double_eq(e.asked.last.graph_seqs, k[i].graph);
		ck_assert(e.plan.eager == (k[i].seqs == 9));
		ck_assert(!e.plan.prompts);
		replica_release(&e.r);
	}
}
END_TEST

/* A second, and 10 ms for each prompt of the fullest group. */
START_TEST(a_prompt_costs_its_admission)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	e.is.admit_s = .01;
	for (int32_t i = 0; i < 3; i++)
		toy_come(&e, i, 10, 0);
	toy_plan_step(&e, 0);
	ck_rel(e.plan.s, 1.02, 1e-12);
	toy_finish(&e);
	toy_plan_step(&e, 0);
	ck_rel(e.plan.s, 1, 1e-12);
	replica_release(&e.r);
}
END_TEST

/* Tokens that come back from the host at 10 a second: 25 take 2.5 s. */
START_TEST(a_step_takes_as_long_as_what_comes_from_the_host)
{
	static const struct { double tok, s; } k[] = {
		{ 5, 1 }, { 25, 2.5 } };

	for (int i = 0; i < 2; i++) {
		uint64_t hash[3] = { 1, 2, 3 };
		struct pool_list l = { hash, 1, k[i].tok, k[i].tok };
		struct toy_engine e;

		toy_begin(&e, 1);
		e.is.reuse = true;
		e.is.host_tok = 100;
		e.is.host_tok_s = 10;
		e.load.hash = hash;
		e.load.hash_tok = k[i].tok;
		e.r.rank[0].pool.host_room_tok = 100;
		pool_hold(&e.r.rank[0].pool, &l);
		pool_drop(&e.r.rank[0].pool, &l);
		pool_shrink(&e.r.rank[0].pool, 0);
		toy_come(&e, 0, 50, 0);
		e.request[0].blocks = 1;
		toy_plan_step(&e, 0);
		ck_rel(e.plan.s, k[i].s, 1e-12);
		replica_release(&e.r);
	}
}
END_TEST

/* KV^2 of a lone sequence: 10 and 11 are priced, and 43, 32 steps on. */
static double square(const void *of, const struct serve_step *s)
{
	struct toy_asked *a = (struct toy_asked *)of;

	a->last = *s;
	a->times++;
	return s->kv_tok * s->all_kv_tok;
}

/*
 * From 11^2 = 121 to 43^2 = 1,849 it is 54 a token: at 12 it is 175 without
 * being asked, at 43 still; at 44 it is 44^2 again.
 */
START_TEST(decode_steps_alike_lie_on_a_line)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	toy_let_run(&e, 1, 0);
	e.fleet.price.step_s = square;
	e.asked.times = 0;
	for (int kv = 10; kv <= 44; kv++) {
		toy_plan_step(&e, 0);
		ck_rel(e.plan.s, kv == 10 ? 100 : kv == 44 ? 44 * 44 :
		       121 + 54 * (kv - 11), 1e-12);
		ck_assert_int_eq(e.asked.times, kv == 10 ? 1 : kv < 44 ? 3 :
				 5);
		toy_finish(&e);
	}
	replica_release(&e.r);
}
END_TEST

/* ---- which engine ---- */

/* The fewest outstanding; of equals the first; or in turn. */
START_TEST(a_request_goes_to_the_least_loaded_or_in_turn)
{
	struct toy_engine e[3];
	struct replica r[3];
	struct router o = { .how = SERVE_LEAST_LOADED };
	const int loads[3] = { 2, 1, 1 };

	for (int i = 0; i < 3; i++) {
		toy_begin(&e[i], 1);
		r[i] = e[i].r;
		r[i].outstanding = loads[i];
	}
	o.load = &e[0].load;
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 1);
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 1);
	r[1].outstanding = 3;
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 2);
	o.how = SERVE_ROUND_ROBIN;
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(router_pick(&o, r, 3, 0), i % 3);
	for (int i = 0; i < 3; i++)
		replica_release(&e[i].r);
}
END_TEST

/* Two blocks of three are in the second's pool, one in the third's. */
START_TEST(a_request_goes_where_most_of_its_prompt_is)
{
	uint64_t hash[3] = { 1, 2, 3 };
	struct toy_engine e[3];
	struct replica r[3];
	struct router o = { .how = SERVE_PREFIX };

	for (int i = 0; i < 3; i++) {
		toy_begin(&e[i], 1);
		if (i)
			pool_hold(&e[i].r.rank[0].pool, &(struct pool_list){
				hash, 3 - i, 10, 10 });
		r[i] = e[i].r;
		r[i].outstanding = i;
	}
	e[0].load.hash = hash;
	e[0].request[0].blocks = 3;
	o.load = &e[0].load;
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 1);
	e[0].request[0].blocks = 1;	/* then both have as much */
	r[1].outstanding = 5;
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 2);
	e[0].request[0].blocks = 0;	/* none has any */
	ck_assert_int_eq(router_pick(&o, r, 3, 0), 0);
	for (int i = 0; i < 3; i++)
		replica_release(&e[i].r);
}
END_TEST

Suite *suite_planned(void)
{
	Suite *s = suite_create("planned");
	TCase *tc = tcase_create("planned");

	tcase_add_test(tc, the_fullest_group_decides_and_may_be_padded_to);
	tcase_add_test(tc, padded_groups_have_the_rows_of_the_fullest);
	tcase_add_test(tc,
		new_tokens_are_those_of_the_fullest_group_and_of_all);
	tcase_add_test(tc, a_group_that_computes_a_prompt_alone_stands_still);
	tcase_add_test(tc, decode_runs_in_the_smallest_graph_that_holds_it);
	tcase_add_test(tc, a_prompt_costs_its_admission);
	tcase_add_test(tc, a_step_takes_as_long_as_what_comes_from_the_host);
	tcase_add_test(tc, decode_steps_alike_lie_on_a_line);
	tcase_add_test(tc, a_request_goes_to_the_least_loaded_or_in_turn);
	tcase_add_test(tc, a_request_goes_where_most_of_its_prompt_is);
	suite_add_tcase(s, tc);
	return s;
}
