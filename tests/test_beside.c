/* Prompts where others decode: what a step takes, how long one waits. */
#include "tests/tests.h"

#include "plan/beside.h"

/* 20 sequences of 100 steps of 20 ms: 0.2 prompts a step, of a microsecond. */
static struct beside quick(double rank)
{
	struct beside b = { .line = { .groups = 4, .own_s = 1e-6,
		.own_more_s = 1e-6, .full = 100 }, .alone = true, .seqs = 20,
		.steps = 100, .step_s = 0.02 };

	pass_line_make(&b.line, rank);
	return b;
}

static double first_s(const struct beside *b)
{
	struct beside_times t;

	beside_make(&t, b);
	return t.first_s;
}

/*
 * Who asks when it is answered does so as a step begins, is not in the next,
 * which is planned, but in the one behind: two steps. Who comes at random meets
 * a part x of one; the next is over at once in q / (1 + q) = 0.1534 of the
 * cases, q = 1 - exp(-0.2), when it is a pass: 0.1534 + 0.8466 x = 0.5 at 0.41,
 * and 0.9 at 0.88.
 */
START_TEST(the_next_step_is_planned_without_it)
{
	struct beside b = quick(0.5);

	ck_rel(first_s(&b), 0.04, 1e-3);
	b.at_random = true;
	ck_rel(first_s(&b), 0.02818, 0.03);
	b = quick(0.9);
	ck_rel(first_s(&b), 0.04, 1e-3);
	b.at_random = true;
	ck_rel(first_s(&b), 0.03764, 0.03);
	/* 50 ms on the way: two steps more are gone, or all of it is waited */
	b.line.host_s = b.in_s = 0.05;
	ck_rel(first_s(&b), 0.08764, 0.03);
	b.at_random = false;
	ck_rel(first_s(&b), 0.08, 1e-3);
}
END_TEST

/*
 * Looks every ten steps: up to nine more, nine in ten up to 8.1 of them, 0.162
 * s. Four groups that wait for each other: all have one after 4 (1 + 1/2 + 1/3
 * + 1/4) = 8.333 prompts, with a variance of 4 3 + 2 1 + 4/3 1/3 = 14.44, so
 * who comes meets 10.07, 50.3 steps: up to 0.9 of the others, 0.888 s. Ten
 * sequences send half as many: then the 60 steps end it, 0.9 x 59 x 0.02.
 */
START_TEST(prompts_wait_for_a_look_and_for_each_other)
{
	struct beside b = quick(0.9);

	b.look_steps = 10;
	ck_rel(first_s(&b) - 0.04, 0.162, 0.03);
	b.even_steps = 60;
	ck_rel(first_s(&b) - 0.04, 0.888, 0.03);
	b.seqs = 10;
	ck_rel(first_s(&b) - 0.04, 1.062, 0.03);
}
END_TEST

/*
 * Ten sequences whose answers take 500 steps of 20 ms: 0.02 prompts come a
 * step, and each takes the one group 0.1 s: 2 ms a step more, and little else
 * while they seldom meet; who decodes sees those of the nine others. Groups
 * that meet take the pass whoever has a prompt. In a step with decodes their KV
 * is read besides, 15 ms, and the rest of a step is in the pass: 0.02 + 0.0198
 * (0.101 + 0.015 - 0.02) = 0.0219.
 */
START_TEST(prompts_in_the_same_gpus_take_their_time)
{
	struct beside b = { .line = { .own_s = 0.1, .own_more_s = 0.1,
		.full = 4 }, .seqs = 10, .steps = 500, .step_s = 0.02,
		.kv_s = 0.015 };
	struct beside_times t;

	for (b.line.groups = 1; b.line.groups < 9; b.line.groups += 7) {
		pass_line_make(&b.line, 0.9);
		b.alone = true;
		beside_make(&t, &b);
		ck_rel(t.every_s, 0.022, 2e-3);
		ck_rel(t.step_s, 0.0218, 2e-3);
		b.alone = false;
		beside_make(&t, &b);
		ck_rel(t.every_s, 0.0219, 2e-3);
	}
	/* as short as the decode that it is in; never below */
	b.line.own_s = b.line.own_more_s = 0.001;
	beside_make(&t, &b);
	ck_rel(t.every_s, 0.02, 1e-9);
}
END_TEST

/*
 * Looks every thirty steps: 0.6 prompts are there on average, some in 1 -
 * exp(-0.6) = 0.4512 of the cases, 1.3298 of them then. A pass of a second and
 * a tenth for each more: 0.02 + 0.4512 (1 + 0.03298) / 30. Looked for in each
 * step, a pass has 1.01 of them: 0.02 + 0.0198 x 1.001.
 *
 * Of those of 30 steps who was answered in the last three, as their way takes
 * 50 ms, is there when the pass is over and looks again: 0.54 before and 0.06
 * after, in 0.41725 and 0.058235 of the cases, 1.29418 and 1.0303 then.
 */
START_TEST(prompts_that_wait_share_a_pass)
{
	struct beside b = { .line = { .groups = 1, .own_s = 1,
		.own_more_s = 0.1, .full = 4 }, .alone = true, .seqs = 10,
		.steps = 500, .step_s = 0.02 };
	struct beside_times t;

	pass_line_make(&b.line, 0.9);
	beside_make(&t, &b);
	ck_rel(t.every_s, 0.02 + 0.019801 * 1.001, 1e-4);
	b.look_steps = 30;
	beside_make(&t, &b);
	ck_rel(t.every_s, 0.02 + 0.451188 * 1.032975 / 30, 1e-4);
	b.in_s = 0.05;
	beside_make(&t, &b);
	ck_rel(t.every_s, 0.02 + (0.41725 * 1.029418 + 0.058235 * 1.00303) /
	       30, 1e-4);
}
END_TEST

/*
 * Of turns of three stages 0.0198 / 1.0198 have 1.00997 prompts, which find
 * places in 3 (1 - (2 / 3)^1.00997) = 1.00807 steps: so many passes of 1.00019
 * s. In 0.98058^2 = 0.96154 of the cases none of the two before it has: those
 * under way wait for its other two turns, in place of two of 0.02 s: 2 x
 * 0.98019 x 0.96154 s more. Where each turn has a prompt nobody waits for
 * another.
 */
START_TEST(who_is_under_way_waits_behind_a_long_step)
{
	struct beside b = { .line = { .groups = 1, .own_s = 1,
		.own_more_s = 0.1, .full = 4 }, .alone = true, .seqs = 10,
		.steps = 500, .step_s = 0.02, .stages = 3 };
	struct beside_times t, one;

	pass_line_make(&b.line, 0.9);
	beside_make(&t, &b);
	ck_rel(t.every_s, 0.02 + 0.019801 * (1.00826 + 1.88499), 1e-4);
	b.alone = false;
	b.seqs = 50 * b.steps;		/* 1 - exp(-50) is 1 */
	beside_make(&t, &b);
	b.stages = 1;
	beside_make(&one, &b);
	ck_rel(t.every_s, one.every_s, 1e-9);
}
END_TEST

/*
 * Ten prompts a step between two groups, full steps of 10 s of which all is
 * KV, a second a prompt. They go where there is room: five each, give or take
 * sqrt(5), and the larger of two is 0.589 of these above (Blom: the quantile of
 * 1.625 / 2.25): 6.318. A step takes 16.318 s; who comes is in the third, with
 * ten others: half as often as not with 5.5 + 0.589 sqrt(5.5) = 6.882.
 */
START_TEST(the_busier_of_two_groups_decides)
{
	struct beside b = { .line = { .groups = 2, .own_s = 1,
		.own_more_s = 1, .full = 100 }, .fit = 100, .seqs = 1000,
		.steps = 100, .step_s = 10, .kv_s = 10 };
	struct beside_times t;

	pass_line_make(&b.line, 0.5);
	beside_make(&t, &b);
	ck_rel(t.every_s, 16.318, 1e-3);
	ck_rel(t.first_s, 2 * 16.318 + 16.882, 0.01);
}
END_TEST

/*
 * A step has the tokens of one prompt of the mean length, which takes 0.1 s
 * beside 0.02 s of KV; one comes seldom. Lengths are within 0.25 of it, evenly:
 * of the tenth that is shortest, up to 0.8, each has a step of 0.08 + 0.02. The
 * longest are cut: at 1.2 a full step, and one of what is left, 0.02 + 0.02. In
 * both cases after two steps of 0.02. Whole, it has one of 0.12 + 0.02.
 */
START_TEST(who_is_longer_than_a_step_ends_in_the_next)
{
	struct beside b = { .line = { .groups = 1, .own_s = 0.1,
		.own_more_s = 0.1, .full = 1 }, .fit = 1, .cuts = true,
		.seqs = 1, .steps = 1e5, .step_s = 0.02, .kv_s = 0.02 };

	pass_line_make(&b.line, 0.1);
	ck_rel(first_s(&b), 0.04 + 0.1, 0.03);
	pass_line_make(&b.line, 0.9);
	ck_rel(first_s(&b), 0.04 + 0.12 + 0.04, 0.03);
	b.cuts = false;
	b.line.full = 2;
	ck_rel(first_s(&b), 0.04 + 0.14, 0.03);
}
END_TEST

/*
 * Engines that cut none wait for every group again with what had no room. Two
 * groups of whom one prompt each ends in a step, 60 steps for each other: 0.05
 * a step, 2 (1 + 1/2) = 3 until both have one, more than both end then: nothing
 * is promised. Of two that end, half a second prompt more each is.
 */
START_TEST(what_outruns_its_reading_has_no_first_token)
{
	struct beside b = { .line = { .groups = 2, .own_s = 0.1,
		.own_more_s = 0.1, .full = 1 }, .seqs = 5, .steps = 100,
		.step_s = 0.02, .even_steps = 61 };

	pass_line_make(&b.line, 0.9);
	ck_assert(isinf(first_s(&b)));
	b.line.full = 2;
	ck_assert(isfinite(first_s(&b)));
	b.line.full = 1;
	b.cuts = true;
	b.fit = 1;
	ck_assert(isfinite(first_s(&b)));
}
END_TEST

Suite *suite_beside(void)
{
	Suite *s = suite_create("beside");
	TCase *tc = tcase_create("beside");

	tcase_add_test(tc, the_next_step_is_planned_without_it);
	tcase_add_test(tc, prompts_wait_for_a_look_and_for_each_other);
	tcase_add_test(tc, prompts_in_the_same_gpus_take_their_time);
	tcase_add_test(tc, prompts_that_wait_share_a_pass);
	tcase_add_test(tc, who_is_under_way_waits_behind_a_long_step);
	tcase_add_test(tc, the_busier_of_two_groups_decides);
	tcase_add_test(tc, who_is_longer_than_a_step_ends_in_the_next);
	tcase_add_test(tc, what_outruns_its_reading_has_no_first_token);
	suite_add_tcase(s, tc);
	return s;
}
