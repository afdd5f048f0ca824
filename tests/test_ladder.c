#include <math.h>
#include <string.h>

#include "answer/answer.h"
#include "inside/sensitivity.h"
#include "inside/whatif.h"
#include "library/shelf.h"
#include "tests/tests.h"

static struct shelf *shelf;

static void open_shelf(void)
{
	shelf = shelf_open();
}

static void close_shelf(void)
{
	shelf_free(shelf);
}

/* A scenario from pairs, and the question that it makes. */
static void ask(struct question *q, struct scenario *s, const char *pairs)
{
	struct fault why = { 0 };

	scenario_init(s);
	ck_assert_msg(!scenario_override(s, pairs, &why), "%s", why.what);
	ck_assert_msg(!question_make(q, s, shelf_library(shelf), &why), "%s",
		      why.what);
}

#define DAY6 "hw=h800-sxm,stack=deepseek,model=deepseek-v3,gpus=144," \
	"redundant=32,batch=88,ctx=4989,overlap=two-batch"

static const char *const cases[] = {
	DAY6,
	"hw=h200-sxm,stack=sglang,model=deepseek-v3,gpus=8,tp=8,batch=64,"
	"isl=1024,osl=1024",
	"hw=h200-sxm,stack=sglang,model=deepseek-v3,gpus=8,batch=12.25,"
	"isl=1024,osl=1024",
	"hw=b200-sxm,model=deepseek-r1,gpus=16,batch=32,ctx=4096,mtp=1",
	"hw=h100-sxm,model=deepseek-v2-lite,gpus=1,batch=0.5,ctx=512",
	"hw=b200-sxm,model=deepseek-v3.2,gpus=16,batch=32,ctx=8192",
	"hw=b200-sxm,model=deepseek-v4-flash,gpus=16,batch=32,ctx=8192,"
	"overlap=two-batch",
	"hw=gb200-nvl72,model=kimi-k2,gpus=64,batch=64,ctx=8192,"
	"overlap=two-batch,weights=fp8",
};

enum { CASES = sizeof(cases) / sizeof(*cases) };

START_TEST(the_rungs_add_up_to_the_prediction_exactly)
{
	struct question q;
	struct scenario s;
	struct answer a;
	struct ladder l;
	double sum = 0;

	ask(&q, &s, cases[_i]);
	answer_step(&a, &q, NULL);
	ladder_climb(&l, &q);
	ck_assert(l.s[RUNG_NR - 1] == a.step_s);
	for (int i = 0; i < RUNG_NR; i++)
		sum += ladder_added_s(&l, i);
	ck_rel(sum, 1 / a.tok_s_gpu, 1e-12);
}
END_TEST

START_TEST(no_mechanism_is_a_bonus)
{
	struct question q;
	struct scenario s;
	struct ladder l;

	ask(&q, &s, cases[_i]);
	ladder_climb(&l, &q);
	for (int i = 0; i < RUNG_NR; i++)
		ck_assert_msg(ladder_added_s(&l, i) >= -1e-15 ||
			      i == RUNG_GAIN, "%s %g", rung_words[i].name,
			      ladder_added_s(&l, i));
}
END_TEST

/* 4,989 tokens x 61 layers x 576 x 2 B = 350.6 MB at 3.35 TB/s. */
START_TEST(the_first_rung_is_the_kv_cache_at_the_peak_of_hbm)
{
	struct question q;
	struct scenario s;
	struct ladder l;

	ask(&q, &s, DAY6);
	ladder_climb(&l, &q);
	ck_rel(ladder_token_s(&l, 0), 4989 * 70272.0 / 3.35e12, 1e-12);
}
END_TEST

/*
 * No rung below knows of the overhead; it makes the rest two or three times as
 * long, but for what a step has beside its layers.
 */
START_TEST(the_overhead_is_a_rung_of_its_own)
{
	struct question q;
	struct scenario s;
	struct stack own;
	struct ladder two, three;

	ask(&q, &s, DAY6);
	own = *q.on.machine.stack;
	q.on.machine.stack = &own;
	own.overhead = 2;
	ladder_climb(&two, &q);
	own.overhead = 3;
	ladder_climb(&three, &q);
	for (int i = 0; i < RUNG_GAIN; i++)
		ck_assert(!(fabs(two.s[i] - three.s[i]) > 0));
	ck_assert_double_gt(two.s[RUNG_GAIN], 1.5 * two.s[RUNG_GAIN - 1]);
	ck_rel(three.s[RUNG_GAIN] - three.s[RUNG_GAIN - 1],
	       2 * (two.s[RUNG_GAIN] - two.s[RUNG_GAIN - 1]), 0.1);
}
END_TEST

/*
 * Bytes at an infinite rate leave what a long message waits for where no
 * protocol is of short ones (e_short 0); where one is, it needs no wait.
 */
START_TEST(bytes_of_no_size_take_the_protocol_that_there_is)
{
	static const double e_short[] = { 0, 0.1 };
	double s[2][2];

	for (int i = 0; i < 2; i++)
		for (int late = 0; late < 2; late++) {
			struct question q;
			struct scenario from;
			struct stack own;
			struct wire *w = &own.wire[WIRE_ALLREDUCE];

			ask(&q, &from, "hw=h200-sxm,model=deepseek-v3,gpus=16,"
			    "tp=16,batch=8,ctx=2048");
			own = *q.on.machine.stack;
			q.on.machine.stack = &own;
			w->e_short = e_short[i];
			w->alpha_long_s = late ? 1e-5 : 0;
			s[i][late] = ladder_without_s(&q, LADDER_BANDWIDTH);
		}
	/* 61 layers wait at least once each */
	ck_assert(s[0][1] - s[0][0] > 61 * 1e-5);
	ck_rel(s[1][1], s[1][0], 1e-12);
}
END_TEST

/* One micro-batch reads its weights once; one GPU sends nothing. */
START_TEST(what_is_not_there_costs_nothing)
{
	static const enum rung none[] = { RUNG_AGAIN, RUNG_ALLREDUCE,
		RUNG_WIRE, RUNG_STARTUP, RUNG_PACK, RUNG_IMBALANCE };
	struct question q;
	struct scenario s;
	struct ladder l;

	ask(&q, &s, "hw=h200-sxm,model=deepseek-v2-lite,gpus=1,batch=16,"
	    "ctx=2048");
	ladder_climb(&l, &q);
	for (unsigned i = 0; i < sizeof(none) / sizeof(*none); i++)
		ck_assert(!(fabs(ladder_added_s(&l, (int)none[i])) > 0));
}
END_TEST

START_TEST(two_ladders_differ_by_what_their_rungs_differ)
{
	struct question p, q;
	struct scenario s, t;
	struct ladder x, y;
	struct table out;
	double sum = 0;

	ask(&p, &s, DAY6);
	ask(&q, &t, DAY6 ",gpus=32,redundant=0");
	ladder_climb(&x, &p);
	ladder_climb(&y, &q);
	table_init(&out, "");
	ladder_versus(&x, &y, &out);
	ck_assert_int_eq(out.rows, RUNG_NR);
	for (int i = 0; i < out.rows; i++)
		sum += table_number(&out, i,
				    table_column(&out, "us_difference"));
	ck_rel(sum, 1e6 * (ladder_token_s(&y, RUNG_NR - 1) -
			   ladder_token_s(&x, RUNG_NR - 1)), 1e-6);
	table_release(&out);
}
END_TEST

/* ---- what if ---- */

START_TEST(a_world_without_a_cost_is_never_slower)
{
	static const char *const worlds[] = { "free-network",
		"infinite-bandwidth", "perfect-balance", "zero-launch",
		"zero-launch,free-network" };
	struct question q;
	struct scenario s;

	ask(&q, &s, cases[_i]);
	for (unsigned i = 0; i < sizeof(worlds) / sizeof(*worlds); i++) {
		struct whatif w;
		struct fault why;
		unsigned off = 0;

		ck_assert(!whatif_parse(&w, worlds[i], &why));
		for (int k = 0; k < w.nr; k++)
			off |= w.off[k];
		ck_assert(ladder_without_s(&q, off) <=
			  ladder_without_s(&q, 0) * (1 + 1e-12));
	}
}
END_TEST

/* A wire of zero length is at least as good as one of infinite width. */
START_TEST(a_free_network_beats_one_of_infinite_bandwidth)
{
	struct question q;
	struct scenario s;
	struct whatif w;
	struct fault why;

	ask(&q, &s, cases[1]);
	ck_assert(!whatif_parse(&w, "free-network,infinite-bandwidth", &why));
	ck_assert(ladder_without_s(&q, w.off[0]) <
		  ladder_without_s(&q, w.off[1]));
	ck_assert(ladder_without_s(&q, w.off[1]) < ladder_without_s(&q, 0));
}
END_TEST

START_TEST(a_combination_stands_below_its_parts)
{
	struct question q;
	struct scenario s;
	struct whatif w;
	struct fault why;
	struct table t;

	ask(&q, &s, DAY6);
	ck_assert(!whatif_parse(&w, "zero-launch,perfect-balance", &why));
	table_init(&t, "");
	whatif_table(&w, &q, &t);
	ck_assert_int_eq(t.rows, 4);
	ck_assert_str_eq(table_get(&t, 3, table_column(&t, "what_if")),
			 "zero-launch,perfect-balance");
	ck_assert(table_number(&t, 3, table_column(&t, "tok_s_gpu")) >
		  table_number(&t, 2, table_column(&t, "tok_s_gpu")));
	table_release(&t);
}
END_TEST

START_TEST(an_unknown_what_if_is_a_fault_that_names_the_nearest)
{
	struct whatif w;
	struct fault why;

	fault_at(&why, "--what-if", 0, 0);
	ck_assert_int_eq(whatif_parse(&w, "zero-launch,free-netwrk", &why),
			 -1);
	ck_assert_ptr_nonnull(strstr(why.what, "free-netwrk"));
	ck_assert_ptr_nonnull(strstr(why.remedy, "free-network"));
	ck_assert_int_eq(whatif_parse(&w, "", &why), -1);
	ck_assert_int_eq(whatif_parse(&w, "kv", &why), -1);
}
END_TEST

/* ---- overrides ---- */

START_TEST(what_is_given_makes_room_for_itself)
{
	struct scenario s;
	struct fault why;

	scenario_init(&s);
	ck_assert(!scenario_override(&s, "batch=8,ctx=100,gpus=8", &why));
	ck_assert(!scenario_override(&s, "concurrency=64,isl=7,gpus=", &why));
	ck_assert(isnan(s.batch) && isnan(s.ctx) && isnan(s.gpus));
	ck_rel(s.concurrency, 64, 0);
	ck_rel(s.isl, 7, 0);
}
END_TEST

static const struct { const char *pairs, *says; } bad_pairs[] = {
	{ "gpus", "no \"=\"" },
	{ "gpsu=8", "gpsu" },
	{ "gpus=many", "many" },
	{ "gpus=8,,ep=8", "no \"=\"" },
	{ "=8", "no column" },
};

START_TEST(a_malformed_override_is_a_fault)
{
	struct scenario s;
	struct fault why;

	scenario_init(&s);
	fault_at(&why, "--versus", 0, 0);
	ck_assert_int_eq(scenario_override(&s, bad_pairs[_i].pairs, &why),
			 -1);
	ck_assert_msg(strstr(why.what, bad_pairs[_i].says) != NULL, "%s",
		      why.what);
	ck_assert(*why.remedy);
}
END_TEST

/* ---- sensitivity ---- */

static void feel(struct sensitivity *v, struct question *q,
		 struct scenario *s, const char *pairs)
{
	struct sensitivity_spec a = { .scenario = s };

	ask(q, s, pairs);
	a.gpu = shelf_gpu_facts(shelf, q->scenario.hw);
	a.stack = shelf_stack_facts(shelf, q->scenario.stack,
				    q->scenario.date);
	a.model = shelf_model_facts(shelf, q->scenario.model);
	a.config = q->on.model;
	sensitivity_make(v, &a);
}

static const struct influence *moved(const struct sensitivity *v,
				     const char *key)
{
	for (int i = 0; i < v->nr; i++)
		if (strcmp(v->moved[i].fact->key, key) == 0)
			return &v->moved[i];
	return NULL;
}

/*
 * One sequence on one GPU at the speed of light waits for HBM alone: a tenth
 * more of it is a tenth more of tokens, and nothing else matters but what the
 * ideal kernel reaches of it.
 */
START_TEST(at_the_speed_of_light_tokens_follow_hbm)
{
	struct sensitivity v;
	struct question q;
	struct scenario s;

	feel(&v, &q, &s, "hw=h200-sxm,stack=ideal,model=deepseek-v2-lite,"
	     "gpus=1,batch=1,ctx=512,balance=uniform");
	ck_assert_ptr_nonnull(moved(&v, "hbm.bandwidth"));
	ck_rel(moved(&v, "hbm.bandwidth")->tok_s_gpu[NUDGE_TENTH_UP],
	       1.1 * v.tok_s_gpu, 1e-9);
	ck_rel(moved(&v, "hbm.bandwidth")->tok_s_gpu[NUDGE_TENTH_DOWN],
	       0.9 * v.tok_s_gpu, 1e-9);
	ck_assert_ptr_null(moved(&v, "nic.bandwidth"));
	sensitivity_release(&v);
}
END_TEST

START_TEST(facts_are_listed_the_largest_first_and_moved_where_they_can)
{
	struct sensitivity v;
	struct question q;
	struct scenario s;
	struct table t;

	feel(&v, &q, &s, DAY6);
	ck_rel(v.tok_s_gpu, ladder_tok(&q) / ladder_without_s(&q, 0), 1e-12);
	ck_assert_int_gt(v.nr, 10);
	for (int i = 1; i < v.nr; i++)
		ck_assert(v.moved[i - 1].largest >= v.moved[i].largest);
	/* A reach of 0.967 cannot be a tenth more. */
	ck_assert(isnan(moved(&v, "wire.dispatch.any.e_rdma")
			->tok_s_gpu[NUDGE_TENTH_UP]));
	table_init(&t, "");
	sensitivity_table(&v, &t);
	ck_assert_int_eq(t.rows, v.nr);
	table_release(&t);
	sensitivity_release(&v);
}
END_TEST

Suite *suite_ladder(void);
Suite *suite_ladder(void)
{
	Suite *s = suite_create("ladder");
	TCase *c = tcase_create("ladder");

	tcase_add_unchecked_fixture(c, open_shelf, close_shelf);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, the_rungs_add_up_to_the_prediction_exactly, 0,
			    CASES);
	tcase_add_loop_test(c, no_mechanism_is_a_bonus, 0, CASES);
	tcase_add_test(c, the_first_rung_is_the_kv_cache_at_the_peak_of_hbm);
	tcase_add_test(c, the_overhead_is_a_rung_of_its_own);
	tcase_add_test(c, bytes_of_no_size_take_the_protocol_that_there_is);
	tcase_add_test(c, what_is_not_there_costs_nothing);
	tcase_add_test(c, two_ladders_differ_by_what_their_rungs_differ);
	tcase_add_loop_test(c, a_world_without_a_cost_is_never_slower, 0,
			    CASES);
	tcase_add_test(c, a_free_network_beats_one_of_infinite_bandwidth);
	tcase_add_test(c, a_combination_stands_below_its_parts);
	tcase_add_test(c,
		an_unknown_what_if_is_a_fault_that_names_the_nearest);
	tcase_add_test(c, what_is_given_makes_room_for_itself);
	tcase_add_loop_test(c, a_malformed_override_is_a_fault, 0,
			    sizeof(bad_pairs) / sizeof(*bad_pairs));
	tcase_add_test(c, at_the_speed_of_light_tokens_follow_hbm);
	tcase_add_test(c,
		facts_are_listed_the_largest_first_and_moved_where_they_can);
	suite_add_tcase(s, c);
	return s;
}
