#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer/answer.h"
#include "own/own.h"
#include "read/file.h"
#include "tests/tests.h"
#include "tests/toy.h"

enum { ROWS = 3 };
static struct shelf *shelf;
static struct question question[ROWS];
static struct own_row row[ROWS];
static double step_s[ROWS];	/* by the sheets */
static struct own own;
static struct fault why;
static const double batch[ROWS] = { 2, 32, 256 };
static const char *hw, *date[ROWS];

static void ask(int i, const char *stack)
{
	struct scenario s;
	char text[32];

	scenario_init(&s);
	snprintf(s.date, sizeof(s.date), "%s", date[i] ? date[i] : "");
	snprintf(s.stack, sizeof(s.stack), "%s", stack);
	snprintf(text, sizeof(text), "%g", batch[i]);
	ck_assert(!scenario_set(&s, "hw", hw, &why) &&
		  !scenario_set(&s, "model", "deepseek-r1", &why) &&
		  !scenario_set(&s, "kv", "fp8", &why) &&
		  !scenario_set(&s, "gpus", "8", &why) &&
		  !scenario_set(&s, "tp", "8", &why) &&
		  !scenario_set(&s, "ep", "1", &why) &&
		  !scenario_set(&s, "ctx", "2048", &why) &&
		  !scenario_set(&s, "batch", text, &why));
	ck_assert_msg(!question_make(&question[i], &s, shelf_library(shelf),
				     &why), "%s", why.what);
}

static double step_of(int i)
{
	struct answer a;

	answer_step(&a, &question[i], NULL);
	return a.step_s;
}

static void open_shelf(void)
{
	shelf = shelf_open();
	hw = "h200-sxm";
	for (int i = 0; i < ROWS; i++)	/* read once for all tests */
		ask(i, "sglang");
}

static void close_shelf(void)
{
	shelf_free(shelf);
}

static void setup(void)
{
	hw = "h200-sxm";
	memset(date, 0, sizeof(date));
	memset(&own, 0, sizeof(own));
	for (int i = 0; i < ROWS; i++) {
		ask(i, "sglang");
		step_s[i] = step_of(i);
	}
}

static void teardown(void)
{
	own_release(&own);
}

/* Measured: `by` times what the sheets say, of the first rows. */
static void learn(int rows, double by)
{
	struct own_spec spec = { shelf, row, rows };

	own_release(&own);
	for (int i = 0; i < rows; i++)
		row[i] = (struct own_row){ .question = &question[i],
			.measured_step_s = by * step_s[i] };
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
}

START_TEST(rows_as_predicted_move_nothing)
{
	struct text sheet = TEXT_INIT;

	learn(ROWS, 1);
	for (int i = 0; i < ROWS; i++)
		ck_assert(fabs(row[i].after) < 1e-6);
	own_sheet(&own, "sglang", "rows.csv", &sheet);
	ck_assert(strstr(sheet.buf, "\nbase,sglang,"));
	ck_assert(!strstr(sheet.buf, "overhead"));
	ck_assert(strstr(sheet.buf, "\nband.tp,"));
	text_release(&sheet);
}
END_TEST

/* A batch of row 0 alone, 10 % slower than predicted: seen from others. */
static double seen_from(double at)
{
	struct text sheet = TEXT_INIT;
	struct bend bend = { 0 };
	const char *line;
	char value[512];

	own_sheet(&own, "sglang", "rows.csv", &sheet);
	line = strstr(sheet.buf, "\nown.sm90.tp,");
	ck_assert_msg(line != NULL, "%s", sheet.buf);
	ck_assert_int_eq(sscanf(line, "\nown.sm90.tp,%511[^,]", value), 1);
	ck_assert(!bend_parse(&bend, value, &why));
	text_release(&sheet);
	return log(bend_at(&bend, at));
}

/* What of `off` one row is believed by: share, or less where it is far off. */
static double believed_of(double off)
{
	double part = own.share;

	for (int i = 0; i < 100; i++) {
		double r = (1 - part) * off / (1.5 * own.band);
		double w = own.share / (1 + r * r);

		part = w / (w + 1 - own.share);
	}
	return part * off;
}

/*
 * share x near of the band's variance is common to like batches: at 100 times
 * the batch, ln 100 / 0.83 = 5.5 reaches off, 1 - near of what is believed
 * near is left. (1 - 2 % of the step are no layers: those move by that more.)
 */
START_TEST(one_row_is_believed_near_its_batch_and_less_far_away)
{
	double near;

	learn(1, 1.1);
	near = seen_from(batch[0]);
	ck_rel(near, believed_of(log(1.1)), 0.03);
	ck_rel(seen_from(100 * batch[0]), near * (1 - own.near), 0.05);
}
END_TEST

START_TEST(between_two_batches_a_bend_is_straight_in_their_logarithm)
{
	struct bend b;

	ck_assert(!bend_parse(&b, "1:1.02;16:0.98", &why));
	ck_rel(bend_at(&b, 4), 1, 1e-12);	/* ln 4 is half of ln 16 */
	ck_rel(bend_at(&b, 0.1), 1.02, 1e-12);
	ck_rel(bend_at(&b, 900), 0.98, 1e-12);
	ck_rel(bend_at(&b, 16), 0.98, 1e-12);
	b.nr = 0;
	ck_rel(bend_at(&b, 4), 1, 1e-12);
}
END_TEST

START_TEST(what_is_no_bend_is_refused)
{
	static const char *const bad[] = { "", "1", "1:", "1:0", "0:1", "-1:1",
		"2:1;1:1", "1:1;1:1", "1:x", "1:1;", "1:nan",
		"1:1;2:1;3:1;4:1;5:1;6:1;7:1;8:1;9:1;10:1;11:1;12:1;13:1;14:1;"
		"15:1" };
	struct bend b;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(bend_parse(&b, bad[i], &why) == (i == 9 ? 0 : -1),
			      "%s", bad[i]);
}
END_TEST

START_TEST(three_rows_are_believed_and_one_half)
{
	double one, three;

	learn(1, 1.1);
	ck_rel(row[0].before, -log(1.1), 1e-9);
	ck_assert(isnan(row[0].left_out));
	one = row[0].after / row[0].before;
	learn(ROWS, 1.1);
	three = row[1].after / row[1].before;
	ck_assert_msg(one > 0.05 && one < 0.7, "one row leaves %g", one);
	ck_assert_msg(three > 0 && three < 0.3, "three leave %g", three);
	ck_assert(three < one);
	for (int i = 0; i < ROWS; i++) {
		/* The others help a row that is left out, less than itself. */
		ck_assert(fabs(row[i].left_out) < fabs(row[i].before));
		ck_assert(fabs(row[i].left_out) > fabs(row[i].after));
	}
	/* (Two bands off they say that bands are too narrow, too.) */
	learn(ROWS, 1 + own.band);
	for (int i = 0; i < ROWS; i++)
		ck_assert(row[i].sd_after < row[i].sd_before);
}
END_TEST

/* Written, and read as a stack, it predicts what was learned. */
static void round_trip(void)
{
	char path[64];
	struct text sheet = TEXT_INIT;
	double learned[ROWS];

	snprintf(path, sizeof(path), "build/own-%ld.csv", (long)getpid());
	for (int i = 0; i < ROWS; i++)
		learned[i] = row[i].measured_step_s * exp(row[i].after);
	own_sheet(&own, "sglang", "rows.csv", &sheet);
	ck_assert(strstr(sheet.buf, ",fitted,rows.csv,was 1 in sglang; "));
	ck_assert_msg(!file_write(path, &sheet, &why), "%s", why.what);
	for (int i = 0; i < ROWS; i++) {
		ask(i, path);
		/* The sheet has four digits. */
		ck_rel(step_of(i), learned[i], 1e-3);
	}
	unlink(path);
	text_release(&sheet);
}

START_TEST(a_sheet_of_ones_own_predicts_what_was_learned)
{
	learn(ROWS, 0.9);
	round_trip();
}
END_TEST

/*
 * Two rows of the days before another value of overhead, and off by a fifth;
 * the third of a later day, as predicted: both values have to be written.
 */
START_TEST(rows_of_two_days_keep_both_values)
{
	struct own_spec spec = { shelf, row, ROWS };

	hw = "gb200-nvl72";
	date[0] = date[1] = "2025-12-20";
	date[2] = "2026-02-10";
	for (int i = 0; i < ROWS; i++) {
		ask(i, "sglang");
		row[i] = (struct own_row){ &question[i], step_of(i) *
			(i < 2 ? 1.2 : 1), 0, 0, 0, 0, 0 };
	}
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
	round_trip();
}
END_TEST

/*
 * A stack of one's own, whose overhead nobody fitted: its error is the
 * parameter's, and what the layout may be off by is the band without it. Of a
 * fitted one it is in the band. All rows a tenth slower is then the stack's
 * rather than the layout's, as their variances are.
 */
START_TEST(an_overhead_that_is_learned_is_not_in_the_band_as_well)
{
	const struct stack *s;
	double sum = 0, all, of_stack, err;

	learn(ROWS, 1);
	for (int i = 0; i < ROWS; i++)
		sum += pow(answer_log_sd(&question[i]), 2);
	ck_rel(own.band, sqrt(sum / ROWS), 1e-9);
	ck_assert_int_eq(own.c.parameters, 0);
	sum = 0;
	for (int i = 0; i < ROWS; i++) {
		ask(i, "generic");
		step_s[i] = step_of(i);
		sum += pow(answer_log_sd(&question[i]), 2);
	}
	s = question[0].on.machine.stack;
	err = s->overhead_err / s->overhead;
	learn(ROWS, 1.1);
	ck_rel(own.band, sqrt(sum / ROWS - err * err), 1e-9);
	ck_assert_int_eq(own.c.parameters, 1);
	ck_assert_str_eq(own.c.parameter[0].key, "overhead.any");
	of_stack = log(own.c.parameter[0].value / own.c.parameter[0].prior);
	all = log(1.1);
	/* What rows of all batches share: err^2 and the layout's level^2 of
	   share (1 - near) band^2, and a third of what like batches do, for
	   there are three: the stack's part of it is this or less. */
	ck_assert(of_stack > 0.4 * all && of_stack < all * err * err /
		  (err * err + own.share * (1 - own.near) *
		   own.band * own.band));
}
END_TEST

/*
 * Rows of two images of one layout, a fifth slow in the one and as predicted
 * in the other: of their layout the one says nothing to the other.
 */
START_TEST(what_one_image_is_off_by_is_not_another_s)
{
	struct own_spec spec = { shelf, row, ROWS };
	struct text sheet = TEXT_INIT;

	hw = "gb200-nvl72";
	date[0] = date[1] = "2025-12-20";
	date[2] = "2026-02-10";
	for (int i = 0; i < ROWS; i++) {
		ask(i, "sglang");
		row[i] = (struct own_row){ &question[i], step_of(i) *
			(i < 2 ? 1.2 : 1), 0, 0, 0, 0, 0 };
	}
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
	ck_assert(row[0].after > -log(1.2) / 2);
	ck_assert(fabs(row[2].after) < 1e-9);
	own_sheet(&own, "sglang", "rows.csv", &sheet);
	ck_assert(strstr(sheet.buf, "\nown.sm100.tp@2025-12-01,"));
	ck_assert(strstr(sheet.buf, "\nown.sm100.tp@2026-01-15,"));
	text_release(&sheet);
}
END_TEST

/*
 * Three rows of one batch that are off alike, by half of what such rows
 * scatter: with n rows of a class at one batch, one's own b^2 (1 - s)
 * and s b^2 in common, s / (s + (1 - s) / 3) of it is believed, and
 * of their mean alone as much: what one of them is off by beyond it stays.
 * (Soft weights take up to 2 % of it from the two that are further off.)
 */
START_TEST(what_rows_have_in_common_is_believed_and_not_their_own)
{
	static const double off[ROWS] = { 0.02, 0.02, 0.005 };
	struct own_spec spec = { shelf, row, ROWS };
	const double mean = 0.015;
	double believed;

	for (int i = 0; i < ROWS; i++)
		row[i] = (struct own_row){ &question[0], step_s[0] *
			exp(off[i]), 0, 0, 0, 0, 0 };
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
	believed = own.share / (own.share + (1 - own.share) / 3);
	for (int i = 0; i < ROWS; i++)
		ck_assert_msg(fabs(row[i].after - (believed * mean - off[i])) <
			      3e-4, "%g", row[i].after + off[i]);
}
END_TEST

START_TEST(twice_the_time_is_a_strain_and_names_suspects)
{
	struct suspect list[3];
	struct own_spec spec = { shelf, row, ROWS };
	int nr;

	learn(ROWS, 1.1);
	ck_assert_int_eq(own.strains, 0);
	learn(ROWS, 3);
	ck_assert_int_gt(own.strains, 0);
	ck_assert(fabs(own.strain[0].errors) > 3);
	nr = own_suspects(&spec, &row[0], list, 3);
	ck_assert_int_eq(nr, 3);
	ck_assert(fabs(list[0].errors) <= fabs(list[1].errors));
	ck_assert(fabs(list[1].errors) <= fabs(list[2].errors));
}
END_TEST

/* So are times that no GPU reaches, and such as none takes. */
static const double absurd[] = { 1e-6, 1e-3, 0.3, 3, 1e3, 1e12 };

START_TEST(an_absurd_time_is_a_strain_whichever_way)
{
	double errors, sd;

	learn(ROWS, absurd[_i]);
	ck_assert_int_gt(own.strains, 0);
	errors = own.strain[0].errors;
	ck_assert((errors > 0) == (absurd[_i] > 1));
	/* three that agree leave 1 / (1 + 3 s / (1 - s)) at most */
	sd = own.band * sqrt(own.share);
	ck_assert_msg(fabs(errors) > fabs(log(absurd[_i])) / sd / 2 &&
		      fabs(errors) < fabs(log(absurd[_i])) / sd * 1.2,
		      "%g", errors * sd);
}
END_TEST

/*
 * Two rows as predicted and a third that is off by a factor f, beside one of
 * them. Its weight is (1.5 b / ln f)^2 at most, so that it is off by ln f times
 * that, and the other moves by less than share / (1 - share) of it: of a band b
 * of 0.06 and f = 10, 2.4 x 2.25 x 0.0036 / 2.3 = 0.008.
 */
static const double wild[] = { 1e-4, 0.1, 10, 1e4 };

START_TEST(one_wild_row_moves_no_other)
{
	struct own_spec spec = { shelf, row, ROWS };

	ask(1, "sglang");
	for (int i = 0; i < ROWS; i++)
		row[i] = (struct own_row){ &question[i ? 1 : 0], step_s[i ? 1 :
			0] * (i == 2 ? wild[_i] : 1), 0, 0, 0, 0, 0 };
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
	ck_assert_msg(fabs(row[0].after) < 0.008, "%g", row[0].after);
	ck_assert_msg(fabs(row[1].after) < 0.008, "%g", row[1].after);
	ck_assert_int_gt(own.strains, 0);
}
END_TEST

/*
 * Rows that agree with each other no more than with the sheets have a band of
 * what they are off by: half and twice the time are ln 2 off.
 */
START_TEST(a_band_is_no_narrower_than_what_rows_are_off_by)
{
	static const double by[] = { 2, 0.5, 2 };
	struct own_spec spec = { shelf, row, ROWS };

	for (int i = 0; i < ROWS; i++)
		row[i] = (struct own_row){ &question[i], step_s[i] * by[i], 0,
			0, 0, 0, 0 };
	ck_assert_msg(!own_make(&own, &spec, &why), "%s", why.what);
	for (int i = 0; i < ROWS; i++)
		ck_assert_msg(row[i].sd_after > log(2) / 2 &&
			      row[i].sd_after < log(2) * 2, "%g",
			      row[i].sd_after);
}
END_TEST

START_TEST(the_ideal_stack_has_nothing_to_learn)
{
	struct own_spec spec = { shelf, row, 1 };

	ask(0, "ideal");
	row[0] = (struct own_row){ &question[0], 1, 0, 0, 0, 0, 0 };
	ck_assert_int_eq(own_make(&own, &spec, &why), -1);
	ck_assert(strstr(why.what, "has an effect on the measured rows"));
}
END_TEST

/*
 * One of the class is off by 0.05, of which an overhead known to 0.06 of 2
 * takes 0.03: 0.0025 - 0.0009 leave 0.0016. Another by 0.02, all of it the
 * overhead's. A third was not measured. A GPU takes in 2 / 8 tokens where the
 * first was: its share is over what that makes of a band. Half is the mean.
 */
START_TEST(a_band_is_what_no_overhead_takes)
{
	struct parameter p[] = { { .key = "launch.sm90", .value = 1, .err = 9 },
				 { .key = "overhead.any", .value = 2,
				   .err = 0.06 } };
	struct own o = { .c = { .parameter = p, .parameters = 2 } };
	struct own_spec spec = { shelf, row, ROWS };
	static const struct question none;
	double grows = answer_grows(&question[0]);

	ck_assert(fabs(grows - 1) > 0.01);
	row[0] = (struct own_row){ .question = &question[0], .sd_after = 0.05,
				   .measured_step_s = 1 };
	row[1] = (struct own_row){ .question = &question[1], .sd_after = 0.02,
				   .measured_step_s = 1 };
	row[2] = (struct own_row){ .question = &none, .sd_after = 0.5,
				   .measured_step_s = (double)NAN };
	own_bands(&o, &spec);
	ck_rel(o.own_band[CLASS_TP], sqrt(0.0016 / 2) / grows, 1e-9);
	for (int b = 0; b < CLASS_NR; b++)
		ck_assert(isnan(o.own_band[b]) == (b != CLASS_TP));
}
END_TEST

Suite *suite_own(void)
{
	Suite *s = suite_create("own");
	TCase *t = tcase_create("own");

	tcase_add_unchecked_fixture(t, open_shelf, close_shelf);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, rows_as_predicted_move_nothing);
	tcase_add_test(t,
		between_two_batches_a_bend_is_straight_in_their_logarithm);
	tcase_add_test(t, what_is_no_bend_is_refused);
	tcase_add_test(t,
		one_row_is_believed_near_its_batch_and_less_far_away);
	tcase_add_test(t, three_rows_are_believed_and_one_half);
	tcase_add_test(t, a_sheet_of_ones_own_predicts_what_was_learned);
	tcase_add_test(t, rows_of_two_days_keep_both_values);
	tcase_add_test(t,
		an_overhead_that_is_learned_is_not_in_the_band_as_well);
	tcase_add_test(t, what_one_image_is_off_by_is_not_another_s);
	tcase_add_test(t,
		what_rows_have_in_common_is_believed_and_not_their_own);
	tcase_add_test(t, a_band_is_what_no_overhead_takes);
	tcase_add_test(t, twice_the_time_is_a_strain_and_names_suspects);
	tcase_add_loop_test(t, an_absurd_time_is_a_strain_whichever_way, 0,
			    (int)(sizeof(absurd) / sizeof(*absurd)));
	tcase_add_loop_test(t, one_wild_row_moves_no_other, 0,
			    (int)(sizeof(wild) / sizeof(*wild)));
	tcase_add_test(t, a_band_is_no_narrower_than_what_rows_are_off_by);
	tcase_add_test(t, the_ideal_stack_has_nothing_to_learn);
	suite_add_tcase(s, t);
	return s;
}
