#include <math.h>
#include <stdio.h>
#include <string.h>

#include "answer/where.h"
#include "tests/tests.h"

/* 8 GPUs at 50 tok/s a user and 20 ms; the one below does not fit. */
static struct swept row(bool fits)
{
	struct swept s = { .malformed = false };

	scenario_init(&s.scenario);
	snprintf(s.scenario.hw, sizeof(s.scenario.hw), "h200-sxm");
	snprintf(s.scenario.id, sizeof(s.scenario.id), "first");
	s.scenario.gpus = 8;
	s.answer.fits = fits;
	s.answer.tok_s_user = 50;
	s.answer.tpot_s = 0.02;
	s.answer.held.kv_B = 3e9;
	s.answer.bound = fits ? BOUND_HBM : BOUND_CAPACITY;
	return s;
}

static const struct {
	const char *text;
	bool holds, holds_unfit;	/* of the row, and of the unfit one */
} cases[] = {
	{ "tok_s_user>=50", true, false },
	{ "tok_s_user>50", false, false },
	{ "tok_s_user<=50", true, false },
	{ "tok_s_user<50", false, false },
	{ "tok_s_user!=50", false, false },
	{ "tok_s_user!=51", true, false },	/* a blank cell is nothing */
	{ " tpot_ms = 20 ", true, false },	/* 0.02 s, in ms */
	{ "kv_gb==3", true, true },		/* of what does not fit too */
	{ "gpus=8 and hw=h200-sxm", true, true },
	{ "gpus=8 and hw!=h200-sxm", false, false },
	{ "fits=no", false, true },
	{ "fits!=no and tpot_ms<21 and gpus>7", true, false },
	{ "bound=hbm", true, false },
	{ "tp>=1", false, false },		/* blank */
	{ "id=first", true, true }, { "id!=first", false, false },
};

START_TEST(a_condition_holds_or_not)
{
	struct swept fit = row(true), unfit = row(false);
	struct where w;
	struct fault why = { 0 };

	ck_assert_msg(!where_parse(&w, cases[_i].text, &why), "%s", why.what);
	ck_assert_int_eq(where_holds(&w, &fit, ANSWER_REST),
			 cases[_i].holds);
	ck_assert_int_eq(where_holds(&w, &unfit, ANSWER_REST),
			 cases[_i].holds_unfit);
	ck_assert(!w.fit_only || !cases[_i].holds_unfit);
}
END_TEST

/* A band, room or a roof is filled in last, what ops come to before it. */
static const struct { const char *text; enum answer_stage last; } asks[] = {
	{ "tok_s_gpu>1 and gpus=8", ANSWER_SPEED },
	{ "kv_gb>1", ANSWER_SPEED }, { "fits=yes", ANSWER_SPEED },
	{ "mfu>0.1 and gpus=8", ANSWER_SUMS },
	{ "bound=hbm", ANSWER_SUMS }, { "watt_gpu<500", ANSWER_SUMS },
	{ "hw=h100 and tok_s_gpu_low>1", ANSWER_REST },
	{ "max_batch>1 and tp=8", ANSWER_REST },
	{ "sol_tok_s_gpu>1 and mbu>0.5", ANSWER_REST },
};

START_TEST(a_condition_knows_when_its_columns_are_there)
{
	struct where w;
	struct fault why = { 0 };

	ck_assert(!where_parse(&w, asks[_i].text, &why));
	ck_assert_int_eq(w.last, asks[_i].last);
}
END_TEST

/* 50 tok/s are not 51, whatever the MFU turns out to be; 50 may yet do. */
START_TEST(what_is_not_there_yet_decides_nothing)
{
	struct swept s = row(true);
	struct where w;
	struct fault why = { 0 };

	ck_assert(!where_parse(&w, "mfu>0.1 and tok_s_user>=51", &why));
	ck_assert(!where_holds(&w, &s, ANSWER_SPEED));
	ck_assert(!where_parse(&w, "mfu>0.1 and tok_s_user>=50", &why));
	ck_assert(where_holds(&w, &s, ANSWER_SPEED));
	ck_assert(!where_holds(&w, &s, ANSWER_SUMS));
	s.answer.mfu = 0.2;
	ck_assert(where_holds(&w, &s, ANSWER_SUMS));
}
END_TEST

static const char *const none[] = {
	"", "gpus", "gpus>", ">8", "gpus=8 and", "gpus=8 and ", "gpus>>8",
	"gpus=8=8", "gpus=eight", "gpu=8", "hw>h100", "tpot_ms=1 or gpus=8",
	"gpus=8 hw=h100",
};

START_TEST(what_is_no_condition_is_refused)
{
	struct where w;
	struct fault why = { 0 };

	ck_assert_int_eq(where_parse(&w, none[_i], &why), -1);
	ck_assert(*why.what && *why.remedy);
}
END_TEST

Suite *suite_where(void)
{
	Suite *s = suite_create("where");
	TCase *t = tcase_create("where");

	suite_add_tcase(s, t);
	tcase_add_loop_test(t, a_condition_holds_or_not, 0,
			    (int)(sizeof(cases) / sizeof(*cases)));
	tcase_add_loop_test(t, a_condition_knows_when_its_columns_are_there,
			    0, (int)(sizeof(asks) / sizeof(*asks)));
	tcase_add_test(t, what_is_not_there_yet_decides_nothing);
	tcase_add_loop_test(t, what_is_no_condition_is_refused, 0,
			    (int)(sizeof(none) / sizeof(*none)));
	return s;
}
