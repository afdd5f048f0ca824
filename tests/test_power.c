#include <math.h>

#include "tests/tests.h"

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/toy.h"
#include "time/power.h"

/*
 * 100 W idle, 400 W when HBM is busy, 200 W when tensor cores are, 50 W when
 * ports are. In a step of 10 ms 5 GB at 1 TB/s are 5 ms, tensor cores 2 ms,
 * NVLink 1 ms, the NIC 1 ms: 2 + 0.4 + 0.1 J, 250 W more.
 */
START_TEST(what_moves_draws_power_while_it_moves)
{
	struct gpu g;
	struct step st;

	toy_gpu(&g);
	g.idle_W = 100;
	g.hbm_W = 400;
	g.tensor_W = 200;
	g.wire_W = 50;
	st.hbm_B = 5e9;
	st.tensor_s = 2e-3;
	st.nvlink_s = st.rdma_s = 1e-3;
	ck_rel(power_moved_J(&st, &g), 2.5, 1e-12);
	ck_rel(power_W(&g, 2.5, 10e-3), 350, 1e-12);
	/* 2.5 J in 2 ms would be 1350 W: the limit is 1000 */
	ck_rel(power_W(&g, 2.5, 2e-3), 1000, 1e-12);
	g.idle_W = 0;
	ck_assert(isnan(power_W(&g, 2.5, 10e-3)));
}
END_TEST

/* Every shipped GPU: a step draws between idling and its limit. */
static const char *const gpus[] = { "h100-sxm", "h200-sxm", "h800-sxm",
	"h20-96g", "b200-sxm", "b300-sxm", "gb200-nvl72", "gb300-nvl72" };

START_TEST(an_answer_has_watts_and_joules_a_token)
{
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct question q;
	struct answer a;
	struct fault why;

	scenario_init(&s);
	ck_assert_int_eq(scenario_override(&s, "model=deepseek-v3,gpus=16,"
		"batch=32,ctx=4096", &why), 0);
	ck_assert_int_eq(scenario_set(&s, "hw", gpus[_i], &why), 0);
	ck_assert_int_eq(question_make(&q, &s, shelf_library(shelf), &why),
			 0);
	answer_step(&a, &q, NULL);
	ck_assert(a.watt_gpu > q.on.machine.gpu->idle_W);
	ck_assert(a.watt_gpu <= q.on.machine.gpu->tdp_W);
	/* all GPUs' watts over all GPUs' tokens a second */
	ck_rel(a.j_per_tok, 16 * a.watt_gpu / a.tok_s_total, 1e-9);
	shelf_free(shelf);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_power(void)
{
	Suite *s = suite_create("power");
	TCase *tc = tcase_create("power");

	tcase_add_test(tc, what_moves_draws_power_while_it_moves);
	tcase_add_loop_test(tc, an_answer_has_watts_and_joules_a_token,
			    0, NR(gpus));
	suite_add_tcase(s, tc);
	return s;
}
