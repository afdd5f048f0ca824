#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "facts/set.h"
#include "learn/calibrate.h"
#include "learn/moved.h"

/*
 * A toy of a model: a row takes its own time times the overhead of the stack,
 * so every slope is 1 and what a fit leads to is done by hand.
 */
enum { ROWS = 3 };

static struct shelf *shelf;
static struct question question[ROWS];
static struct calibrate_row row[ROWS];
static struct calibration c;
static struct fault why;
static const double time_of[ROWS] = { 1, 7, 0.2 };

static double predict(void *of, int r, const struct question *q)
{
	(void)of;
	return time_of[r] * q->on.machine.stack->overhead;
}

static double unit(const struct facts *facts, const struct fact *f)
{
	(void)facts;
	return strncmp(f->key, "serve_overhead", 14) ? 1 : 2;
}

static struct calibrate_model toy = { "", predict, unit, NULL, false };

static void ask(int r, const char *date)
{
	struct scenario s;

	scenario_init(&s);
	snprintf(s.date, sizeof(s.date), "%s", date);
	snprintf(s.stack, sizeof(s.stack), "sglang");
	ck_assert(!scenario_set(&s, "hw", "h200-sxm", &why) &&
		  !scenario_set(&s, "model", "deepseek-r1", &why) &&
		  !scenario_set(&s, "gpus", "8", &why) &&
		  !scenario_set(&s, "tp", "8", &why) &&
		  !scenario_set(&s, "ctx", "2048", &why) &&
		  !scenario_set(&s, "batch", "4", &why));
	ck_assert_msg(!question_make(&question[r], &s, shelf_library(shelf),
				     &why), "%s", why.what);
}

static void open_shelf(void)
{
	shelf = shelf_open();
	ask(0, "");	/* read once for all tests */
}

static void close_shelf(void)
{
	shelf_free(shelf);
}

/* Of hw/stacks/prior.csv: an overhead, what rows scatter by. */
static double prior_is, prior_sd, scatter;

static void read_prior(void)
{
	struct facts prior = { 0 };
	const struct fact *f;

	ck_assert_int_eq(shelf_sheet(shelf, "hw/stacks", "prior", &prior,
				     &why), 0);
	f = facts_find(&prior, "overhead.any");
	prior_is = f->value;
	prior_sd = f->err / f->value;
	scatter = facts_find(&prior, "scatter")->value;
	facts_release(&prior);
}

/* Cauchy's, which is half at 1.5 scatters. */
static double weight_of(double r)
{
	double x = r / (1.5 * scatter);

	return 1 / (1 + x * x);
}

static double v;	/* the sheet's overhead */

/* Rows measured at what the sheets say, less this in the logarithm. */
static void measured(double a, double b, double d)
{
	const double off[ROWS] = { a, b, d };

	for (int r = 0; r < ROWS; r++)
		row[r] = (struct calibrate_row){ &question[r],
			time_of[r] * v * exp(-off[r]), 0 };
}

static void setup(void)
{
	for (int r = 0; r < ROWS; r++)
		ask(r, "");
	v = question[0].on.machine.stack->overhead;
	toy = (struct calibrate_model){ "", predict, unit, NULL, false };
	read_prior();
}

static void teardown(void)
{
	calibration_release(&c);
}

static void fit(bool leave_out)
{
	calibration_release(&c);
	ck_assert_msg(!calibrate(&c, &(struct calibrate_spec){ shelf, row,
		ROWS, leave_out, &toy }, &why), "%s", why.what);
}

static const struct parameter *parameter(const char *key)
{
	for (int p = 0; p < c.parameters; p++)
		if (!strcmp(c.parameter[p].key, key))
			return &c.parameter[p];
	return NULL;
}

/*
 * Where a step from `at` leads: n rows that are off by r there, of Cauchy's
 * weight, and the prior, whose logarithm is `away` from the sheet.
 */
static double step(double at, double r, int n, double away)
{
	double rows = n * weight_of(r) / (scatter * scatter);
	double prior = 1 / (prior_sd * prior_sd);

	return at + ((away - at) * prior - rows * r) / (rows + prior);
}

START_TEST(rows_and_prior_share_a_parameter_by_their_weights)
{
	static const double off[] = { 0, 0.05, -0.1, 0.4 };

	for (int i = 0; i < 4; i++) {
		double away = log(prior_is / v), at, sd;
		const struct parameter *p;

		measured(off[i], off[i], off[i]);
		fit(false);
		p = parameter("overhead.sm90");
		ck_assert_ptr_nonnull(p);
		at = step(0, off[i], ROWS, away);
		sd = sqrt(1 / (ROWS * weight_of(off[i] + at) /
			       (scatter * scatter) +
			       1 / (prior_sd * prior_sd)));
		at = step(at, off[i] + at, ROWS, away);
		ck_rel(p->value, v * exp(at), 1e-6);
		ck_rel(p->err, p->value * sd, 1e-6);
		ck_rel(p->prior, prior_is, 1e-12);
		ck_assert(p->is_log && !p->held);
		ck_assert_int_eq(c.rows, ROWS);
		ck_assert_int_eq(c.groups, 1);
	}
}
END_TEST

/*
 * Row 0 is one group and is off by 0.1; it is predicted from the other two,
 * which are off by nothing, and they from it. `straight` reads off the slopes,
 * which are 1, so it says the same.
 */
START_TEST(a_group_is_predicted_from_the_others)
{
	double away = log(prior_is / v), two, one, rows;

	for (int straight = 0; straight < 2; straight++) {
		toy.straight = straight;
		measured(0.1, 0, 0);
		row[1].group = row[2].group = 1;
		fit(true);
		ck_assert_int_eq(c.groups, 2);
		two = step(0, 0, 2, away);
		rows = 2 * weight_of(two) / (scatter * scatter);
		two = step(two, two, 2, away);
		ck_rel(c.log_error[0], 0.1 + two, 1e-6);
		ck_rel(c.shift[0], exp(two), 1e-6);
		ck_rel(c.shift_sd[0], sqrt(1 / (rows + 1 /
			(prior_sd * prior_sd))), 1e-6);
		/* with its own row, which the sheets' step is 0.1 off */
		rows = (2 + weight_of(0.1)) / (scatter * scatter);
		ck_rel(c.whole_sd[0], sqrt(1 / (rows + 1 /
			(prior_sd * prior_sd))), 1e-6);
		one = step(0, 0.1, 1, away);
		one = step(one, 0.1 + one, 1, away);
		for (int r = 1; r < ROWS; r++) {
			ck_rel(c.log_error[r], one, 1e-6);
			ck_rel(c.shift[r], exp(one), 1e-6);
		}
		/* the sheet's parameter stays where it is */
		ck_rel(parameter("overhead.sm90")->value, v, 1e-12);
	}
}
END_TEST

/* Rows from before `since`, 2025-09-01, and those that were not measured. */
START_TEST(what_is_old_or_unmeasured_takes_no_part)
{
	ask(0, "2025-08-31");
	ask(1, "2025-09-01");
	measured(0.1, 0.1, 0.1);
	row[2].measured = (double)NAN;
	fit(false);
	ck_assert_int_eq(c.rows, 1);
	ck_assert(isnan(row[0].measured) && !isnan(row[1].measured));
	fit(true);
	ck_assert(isnan(c.shift[0]) && isnan(c.log_error[0]) &&
		  isnan(c.shift_sd[2]));
	ck_assert(isfinite(c.shift[1]));
}
END_TEST

/* Keys behind the prefix, a prior in the unit that the model says. */
START_TEST(a_model_has_its_own_priors)
{
	const struct parameter *p;

	toy.prefix = "served.";
	measured(0, 0, 0);
	fit(false);
	ck_assert_ptr_null(parameter("overhead.sm90"));
	p = parameter("serve_overhead.sm90@2026-05-12");
	ck_assert_ptr_nonnull(p);
	ck_rel(p->prior, 2 * 0.96, 1e-12);
	ck_rel(p->prior_err, 0.06 / 0.96, 1e-12);
	p = parameter("eager.sm90");		/* 2 +- 1 ms, in its own unit */
	ck_assert_ptr_nonnull(p);
	ck_assert(!p->is_log);
	ck_rel(p->prior, 2e-3, 1e-12);
	ck_rel(p->prior_err, 1e-3, 1e-12);
}
END_TEST

/*
 * Of May 2026 SGLang's served steps on Hopper take 0.9334 +- 0.022 times their
 * kernels, and served steps 0.96 +- 0.06 of decode steps: 0.97229, by
 * sqrt(0.02357^2 + 0.0625^2) = 0.06680. What a model predicts is any stack's.
 */
START_TEST(served_runs_say_what_an_overhead_is)
{
	const struct parameter *p;

	for (int step = 0; step < 2; step++) {
		measured(0, 0, 0);
		toy.prefix = "";
		calibration_release(&c);
		ck_assert(!calibrate(&c, &(struct calibrate_spec){ shelf, row,
			ROWS, false, step ? NULL : &toy }, &why));
		p = parameter("overhead.sm90");
		ck_assert_ptr_nonnull(p);
		ck_rel(p->prior, step ? 0.97229 : prior_is, 1e-4);
		ck_rel(p->prior_err, step ? 0.06680 : prior_sd, 1e-4);
	}
}
END_TEST

/*
 * Of six images each took 1.16 / 1.129, 1.129 / 1.053, 1.247 / 1.094,
 * 1.094 / 1.059, 0.9826 / 0.9334 and 1.195 / 1.107 times the next: logs 0.027
 * 0.070 0.131 0.033 0.051 0.077, mean 0.0647. What vLLM's served steps took
 * before those of September 2026, 1.236, is exp(0.0647) of them: 1.319, known
 * to 1.319 sqrt((0.038 / 1.236)^2 + 0.0379^2 7 / 6) = 0.0675.
 */
START_TEST(an_image_before_took_longer)
{
	static const char *const day[] = { "2026-08-31", "2026-09-02" };
	double value[2], err[2];

	for (int d = 0; d < 2; d++) {
		const struct facts *facts;
		const struct fact *f;

		ck_assert_ptr_nonnull(shelf_stack(shelf, &(struct stack_spec){
			.name = "vllm", .arch = "sm100", .date = day[d] },
			&why));
		facts = shelf_stack_facts(shelf, "vllm", day[d]);
		f = facts_find(facts, "serve_overhead.sm100");
		ck_assert_ptr_nonnull(f);
		value[d] = f->value;
		err[d] = f->err;
	}
	ck_rel(value[0], value[1] * exp(0.0647), 1e-3);
	ck_rel(err[0], value[0] * sqrt(pow(err[1] / value[1], 2) +
		0.0379 * 0.0379 * 7 / 6), 0.02);
}
END_TEST

/* ---- one row with what is moved ---- */

/* By ln 1.2 more overhead a row takes 1.2 times as long; measured, half. */
START_TEST(a_row_is_predicted_with_what_moved)
{
	double by[64] = { 0 }, out = 9;
	struct moves m;
	struct moved_row is = { shelf, &question[1], 7 * v / 2, &toy, 1, 0.3 };

	measured(0, 0, 0);
	fit(false);
	for (int p = 0; p < c.parameters; p++)
		c.parameter[p].value = !strcmp(c.parameter[p].key,
			"overhead.sm90") ? v : c.parameter[p].value;
	moves_init(&m, &c);
	ck_assert_int_eq(moves_error(&m, &is, by, &out, &why), 0);
	ck_rel(out, log(2), 1e-9);
	for (int p = 0; p < c.parameters; p++)
		by[p] = !strcmp(c.parameter[p].key, "overhead.sm90") ?
			log(1.2) : 0;
	ck_assert_int_eq(moves_error(&m, &is, by, &out, &why), 0);
	ck_rel(out, log(2.4), 1e-9);
	moves_release(&m);
}
END_TEST

/* A stack is made once while nothing moves, and anew when something does. */
START_TEST(a_moved_stack_is_kept_while_it_stays)
{
	double by[64] = { 0 };
	struct moves m;
	const struct stack *first, *other;
	struct moved_from from, of100;

	measured(0, 0, 0);
	fit(false);
	from = (struct moved_from){ facts_behind(shelf, &question[0]),
				    "sm90" };
	of100 = (struct moved_from){ from.facts, "sm100" };
	ck_assert_ptr_nonnull(from.facts);
	moves_init(&m, &c);
	first = moves_stack(&m, &from, by, &why);
	ck_assert_ptr_nonnull(first);
	other = moves_stack(&m, &of100, by, &why);
	ck_assert_ptr_nonnull(other);
	ck_assert(other != first);
	ck_assert_int_eq(m.nr, 2);
	ck_assert_ptr_eq(moves_stack(&m, &from, by, &why), first);
	ck_assert_ptr_eq(moves_stack(&m, &of100, by, &why), other);
	by[0] = 0.01;
	ck_assert_ptr_nonnull(moves_stack(&m, &from, by, &why));
	ck_assert_int_eq(m.nr, 1);	/* the others are forgotten */
	moves_release(&m);
}
END_TEST

/* One row of a sheet moved by so much, of an H200's stack. */
static const struct stack *moved_by(struct moves *m, const char *key,
				    double by)
{
	const struct facts *facts = facts_behind(shelf, &question[0]);
	const struct moved_from from = { facts, "sm90" };
	const struct fact *f = facts_find(facts, key);
	static struct parameter p;
	static struct calibration one = { .parameter = &p, .parameters = 1 };

	ck_assert_ptr_nonnull(f);
	p = (struct parameter){ .file = f->file, .line = f->line,
				.value = f->value };
	moves_init(m, &one);
	return moves_stack(m, &from, &by, &why);
}

/* The sheet's host takes nothing: 3 us more are 3, 1 us less there is not. A
   ratio is refused below 0 be it another architecture's. */
START_TEST(what_moves_out_of_its_range_makes_no_stack)
{
	const struct facts *facts = facts_behind(shelf, &question[0]);
	struct moves m;

	ck_rel(1 + moved_by(&m, "host", 3e-6)->host_s, 1 + 3e-6, 1e-12);
	moves_release(&m);
	ck_assert_ptr_null(moved_by(&m, "host", -1e-6));
	moves_release(&m);
	ck_assert_ptr_null(moved_by(&m, "overhead.sm100", -9));
	ck_assert_ptr_nonnull(strstr(why.what, "overhead.sm100"));
	moves_release(&m);
	ck_assert_double_eq(facts_find(facts, "host")->value, 0);
}
END_TEST

Suite *suite_moved(void)
{
	Suite *s = suite_create("moved");
	TCase *t = tcase_create("moved");

	tcase_add_unchecked_fixture(t, open_shelf, close_shelf);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_moves_out_of_its_range_makes_no_stack);
	tcase_add_test(t,
		rows_and_prior_share_a_parameter_by_their_weights);
	tcase_add_test(t, a_group_is_predicted_from_the_others);
	tcase_add_test(t, what_is_old_or_unmeasured_takes_no_part);
	tcase_add_test(t, a_model_has_its_own_priors);
	tcase_add_test(t, served_runs_say_what_an_overhead_is);
	tcase_add_test(t, an_image_before_took_longer);
	tcase_add_test(t, a_row_is_predicted_with_what_moved);
	tcase_add_test(t, a_moved_stack_is_kept_while_it_stays);
	suite_add_tcase(s, t);
	return s;
}
