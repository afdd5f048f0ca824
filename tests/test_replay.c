#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/verify.h"
#include "library/shelf.h"
#include "say/plan_text.h"
#include "tests/fleets.h"
#include "tests/tests.h"

/* A node of H200, R1 in SGLang: prompts of 2,000 tokens, answers of 500. */
static struct fleet_spec node(void)
{
	struct fleet_spec a = fleet_asked();

	strcpy(a.base.model, "deepseek-r1");
	strcpy(a.base.stack, "sglang");
	a.base.ctx = (double)NAN;
	a.base.isl = 2000;
	a.base.osl = 500;
	a.gpus = 16;
	a.word[FLEET_HW][0] = "h200-sxm";
	return a;
}

static void replay(struct verified *v, const struct fleet *p,
		   const struct fleet_spec *a, int i)
{
	struct fault why;

	ck_assert_msg(!verify_choice(v, &(struct verify_spec){ p, a, 90, 1 },
				     i, &why), "%s", why.what);
}

/* n in flight and two of its roots have room, n + 1 have not. */
static bool leaves_room(double n, double room)
{
	return n + 2 * sqrt(n) <= room && n + 1 + 2 * sqrt(n + 1) > room;
}

/*
 * Every sequence that the plan has room for is in flight: batch x DP x
 * replicas, less what varies where requests come at random; four times as many
 * are played, and with servers for prompts 400 passes of each. What is said of
 * a limit is what was seen, and a smaller batch is looked for only where it is
 * missed.
 */
START_TEST(a_choice_is_replayed_as_planned)
{
	struct fleet_spec a = node();
	struct text out = TEXT_INIT;
	struct verified v;
	struct fleet p;

	a.ttft_s = 3;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr && i < 6; i += 5) {
		const struct choice *c = &p.choice[i];
		double room = c->scenario.batch * c->replicas *
			      c->scenario.gpus / c->scenario.tp;

		replay(&v, &p, &a, i);
		ck_assert(c->colocated ? v.in_flight == room :
			  leaves_room(v.in_flight, room));
		if (c->colocated)
			ck_rel(v.requests, fmax(4 * v.in_flight, 256), 1e-12);
		else
			ck_rel(v.requests, floor(400 * v.servers * p.pool
				[c->pool].readers.pass_prompts), 1e-12);
		ck_rel(v.answered, 1, 1e-12);
		ck_assert_double_le(v.tpot_s[0], v.tpot_s[1]);
		ck_assert_double_le(v.ttft_s[1], v.ttft_s[2]);
		ck_rel(v.tpot_over + 2, v.tpot_s[1] / 0.05 + 1, 1e-12);
		ck_rel(v.ttft_over + 2, v.ttft_s[1] / 3 + 1, 1e-12);
		ck_assert(isnan(v.batch) == (v.tpot_over <= 0));
		text_release(&out);
		plan_verified(&p, &a, &(struct plan_rows){ 1, &v, 1 }, &out);
		ck_assert((strstr(out.buf, "a token of 50 ms is kept") !=
			   NULL) == (v.tpot_over <= 0));
		ck_assert((strstr(out.buf, "token of 3000 ms is missed by") !=
			   NULL) == (v.ttft_over > 0));
	}
	text_release(&out);
	fleet_release(&p);
}
END_TEST

/* Half of the load's rate is half of its requests in flight, and no slower. */
START_TEST(a_load_comes_at_its_rate)
{
	struct fleet_spec a = node();
	struct verified v, half;
	struct fleet p;

	a.gpus = INFINITY;
	a.load_tok_s = 4000;
	fleet_made(&p, &a);
	replay(&v, &p, &a, 0);
	p.choice[0].load_tok_s /= 2;
	replay(&half, &p, &a, 0);
	ck_assert_double_le(fabs(half.in_flight - v.in_flight / 2), 1);
	ck_assert_double_le(half.tpot_s[0], v.tpot_s[0]);
	/* a time that is missed is no reason for a smaller batch: the load
	   is what it is */
	a.tpot_s = half.tpot_s[1] / 2;
	replay(&v, &p, &a, 0);
	ck_rel(v.tpot_over, 1, 1e-9);
	ck_assert(isnan(v.batch));
	fleet_release(&p);
}
END_TEST

/* A thousand replicas are too many to play: one of them has what each has. */
START_TEST(of_a_large_fleet_one_replica_is_played)
{
	struct fleet_spec a = node();
	const struct choice *c;
	struct verified v;
	struct fleet p;

	a.load_tok_s = 4000;
	fleet_made(&p, &a);
	p.choice[0].replicas *= 1000;
	p.choice[0].tok_s *= 1000;
	p.choice[0].load_tok_s *= 1000;
	c = &p.choice[0];
	replay(&v, &p, &a, 0);
	ck_rel(v.replicas, 1, 0);
	ck_rel(v.in_flight, floor(c->scenario.batch * c->scenario.gpus /
		c->scenario.tp * c->load_tok_s / c->tok_s), 1e-12);
	fleet_release(&p);
}
END_TEST

/* Without prompts steps are played: close to the closed form, as test_play. */
START_TEST(a_plan_without_prompts_is_replayed_by_steps)
{
	struct fleet_spec a = fleet_asked();
	struct verified v;
	struct fleet p;

	fleet_made(&p, &a);
	replay(&v, &p, &a, 0);
	ck_assert(v.by_steps);
	ck_rel(v.tpot_s[1], p.choice[0].answer.tpot_s, 0.05);
	ck_rel(v.tpot_over + 1, v.tpot_s[1] / 0.05, 1e-12);
	fleet_release(&p);
}
END_TEST

Suite *suite_replay(void)
{
	Suite *s = suite_create("replay");
	TCase *tc = tcase_create("choices");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, fleet_setup, fleet_teardown);
	tcase_add_test(tc, a_choice_is_replayed_as_planned);
	tcase_add_test(tc, a_load_comes_at_its_rate);
	tcase_add_test(tc, of_a_large_fleet_one_replica_is_played);
	tcase_add_test(tc, a_plan_without_prompts_is_replayed_by_steps);
	suite_add_tcase(s, tc);
	return s;
}
