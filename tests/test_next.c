#include <math.h>
#include <string.h>

#include "answer/answer.h"
#include "facts/set.h"
#include "own/next.h"
#include "own/own_bend.h"
#include "tests/tests.h"
#include "tests/toy.h"

static struct shelf *shelf;
static struct question question;
static struct next next;
static struct text text;
static struct fault why;

static void setup(void)
{
	struct scenario s;

	shelf = shelf_open();
	memset(&next, 0, sizeof(next));
	text = (struct text)TEXT_INIT;
	scenario_init(&s);
	ck_assert(!scenario_override(&s, "hw=h200-sxm,stack=sglang,"
		"model=deepseek-r1,gpus=8,tp=8,ep=1,batch=64,ctx=4096", &why));
	ck_assert_msg(!question_make(&question, &s, shelf_library(shelf),
				     &why), "%s", why.what);
}

static void teardown(void)
{
	next_release(&next);
	text_release(&text);
	shelf_free(shelf);
}

static int ask(const char *have)
{
	struct scenario s;

	scenario_init(&s);
	ck_assert(!scenario_override(&s, have, &why));
	return next_make(&next, &(struct next_spec){ shelf, &question, &s },
			 &why);
}

START_TEST(the_layout_itself_tells_most_where_it_can_be_run)
{
	const struct candidate *best;
	struct facts prior = { 0 };
	double own, b = answer_class_sd(&question), left;

	ck_assert_int_eq(ask("hw=h200-sxm,gpus=8"), 0);
	best = &next.best[0];
	ck_rel(next.sd_before, answer_log_sd(&question), 1e-12);
	ck_rel(best->question.scenario.tp, 8, 1e-12);
	ck_rel(best->question.scenario.ep, 1, 1e-12);
	for (int i = 0; i < next.nr; i++)
		ck_assert(next.best[i].sd_after < next.sd_before);
	/* Of the same batch and context var = cov + (1 - own.share) b^2, the
	   row's own. */
	ck_assert_int_eq(shelf_sheet(shelf, "hw/stacks", "prior", &prior,
				     &why), 0);
	own = 1 - facts_find(&prior, "own.share")->value;
	facts_release(&prior);
	ck_assert(own > 0 && own < 1);
	ck_rel(best->var, best->cov + own * b * b, 1e-6);
	left = next.sd_before * next.sd_before -
	       best->cov * best->cov / best->var;
	ck_rel(best->sd_after, sqrt(left), 1e-9);
}
END_TEST

/*
 * 24 GPUs are no power of two, and no load that is tried is 100 sequences. Of
 * their own layout at 10 times the batch, ln 10 / reach off, only that part of
 * own.share is told that rows of all batches have in common, and a little.
 */
START_TEST(the_question_itself_is_tried_and_far_batches_tell_less)
{
	static const struct own_varies one = { 0.6, 0.8, 0.5 };
	struct scenario s;

	scenario_init(&s);
	ck_assert(!scenario_override(&s, "hw=gb200-nvl72,stack=sglang,"
		"model=deepseek-r1,gpus=24,tp=1,ep=24,batch=100,ctx=4096",
		&why));
	ck_assert_msg(!question_make(&question, &s, shelf_library(shelf),
				     &why), "%s", why.what);
	ck_assert_int_eq(ask("hw=gb200-nvl72,gpus=24"), 0);
	ck_rel(next.best[0].question.scenario.gpus, 24, 1e-12);
	ck_rel(next.best[0].question.scenario.batch, 100, 1e-12);
	/* 0.36 + 0.64 exp(-(ln 10 / 0.5)^2 / 2), the exponent 10.6 */
	ck_rel(own_varies_apart(&one, 0), 1, 1e-12);
	ck_rel(own_varies_apart(&one, log(10)), 0.36 + 0.64 * exp(-10.6038),
	       1e-6);
	/* with 16 of them it is not there to be measured */
	next_release(&next);
	ck_assert_int_eq(ask("hw=gb200-nvl72,gpus=16"), 0);
	ck_assert(next.best[0].question.scenario.gpus < 17);
}
END_TEST

/*
 * One sequence a GPU has a narrower band than eight, so its row is less of its
 * own: it would say most of a question of eight if rows of all batches had
 * alike in common. Eight say more.
 */
START_TEST(a_batch_is_told_by_its_like)
{
	struct scenario s;

	scenario_init(&s);
	ck_assert(!scenario_override(&s, "hw=h200-sxm,stack=sglang,"
		"model=deepseek-r1,gpus=16,tp=1,ep=16,batch=8,ctx=4096",
		&why));
	ck_assert_msg(!question_make(&question, &s, shelf_library(shelf),
				     &why), "%s", why.what);
	ck_assert_int_eq(ask("hw=h200-sxm,gpus=16"), 0);
	ck_rel(next.best[0].question.scenario.gpus, 16, 1e-12);
	ck_rel(next.best[0].question.scenario.batch, 8, 1e-12);
}
END_TEST

START_TEST(the_command_lines_say_the_layout)
{
	struct candidate c = { .question = question };

	c.question.scenario.tp = 2;
	c.question.scenario.ep = 8;
	next_commands(&c, &text);
	/* 8 GPUs in groups of 2: 4 of 64 sequences, 4096 - 512 tokens in. */
	ck_assert(strstr(text.buf, "--tp-size 8 --dp-size 4 "
			 "--enable-dp-attention --ep-size 8 "
			 "--max-running-requests 256"));
	ck_assert(strstr(text.buf, "--tensor-parallel-size 2 "
			 "--data-parallel-size 4 --enable-expert-parallel "
			 "--max-num-seqs 64"));
	ck_assert(strstr(text.buf, "enable_attention_dp: true"));
	ck_assert(strstr(text.buf, "--random-input-len 3584"));
	ck_assert(strstr(text.buf, "--max-concurrency 256"));
}
END_TEST

START_TEST(where_nothing_fits_nothing_is_advised)
{
	ck_assert_int_eq(ask("hw=h200-sxm,gpus=1"), -1);
	ck_assert(strstr(why.what, "nothing of deepseek-r1 fits"));
}
END_TEST

Suite *suite_next(void)
{
	Suite *s = suite_create("next");
	TCase *t = tcase_create("next");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_layout_itself_tells_most_where_it_can_be_run);
	tcase_add_test(t,
		the_question_itself_is_tried_and_far_batches_tell_less);
	tcase_add_test(t, a_batch_is_told_by_its_like);
	tcase_add_test(t, the_command_lines_say_the_layout);
	tcase_add_test(t, where_nothing_fits_nothing_is_advised);
	suite_add_tcase(s, t);
	return s;
}
