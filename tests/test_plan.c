#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/confidence.h"
#include "plan/crossover.h"
#include "library/shelf.h"
#include "say/plan_text.h"
#include "tests/fleets.h"
#include "tests/tests.h"

static const struct choice *of_gpus(const struct fleet *p, double gpus)
{
	for (int i = 0; i < p->nr; i++)
		if (p->choice[i].scenario.gpus == gpus)
			return &p->choice[i];
	return NULL;
}

/*
 * DeepSeek runs EP144 (open-infra-index, day 6). The best EP of the plan lies
 * in 96 to 160, and EP144 is within a tenth of it.
 */
START_TEST(deepseeks_own_layout_is_near_the_best)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;

	fleet_made(&p, &a);
	ck_assert_double_ge(p.choice[0].scenario.ep, 96);
	ck_assert_double_le(p.choice[0].scenario.ep, 160);
	ck_assert_double_ge(of_gpus(&p, 144)->tok_s_gpu,
			    0.9 * p.choice[0].tok_s_gpu);
	fleet_release(&p);
}
END_TEST

/* A batch is the largest: it keeps the time and fits, one more does not. */
START_TEST(the_batch_found_is_the_largest)
{
	const double tpot_s = 0.02 + 0.004 * _i;
	struct fleet_spec a = fleet_asked();
	struct fleet p;

	a.tpot_s = tpot_s;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		struct question q;
		struct fault why;
		struct answer more;

		if (p.choice[i].scenario.batch < 2)
			continue;	/* of two micro-batches one is left */
		ck_assert(p.choice[i].answer.fits);
		ck_assert_double_le(p.choice[i].answer.tpot_s, tpot_s);
		ck_assert_int_eq(question_make(&q, &p.choice[i].scenario,
					       a.library, &why), 0);
		question_batch(&q, p.choice[i].scenario.batch + 1);
		answer_step(&more, &q, NULL);
		ck_assert(!more.fits || more.tpot_s > tpot_s);
	}
	fleet_release(&p);
}
END_TEST

/*
 * Without a time a token only room ends a batch. Prompts of 4,096 and answers
 * of 1,024, of which the engine keeps nothing free: m = 4,096 + 512 = 4,608
 * tokens each on average; lengths from 0.6 of the longest to all of it have a
 * cv of 0.4 / 1.6 / sqrt(3) = 0.1443, progress one of 1,024 / sqrt(12) =
 * 295.6 tokens: sd = sqrt((0.1443 x 4,096)^2 + 295.6^2) = 660.7. So many as
 * b m + 4 sqrt(b) sd leaves room for, and not one more.
 */
START_TEST(requests_of_many_lengths_have_room)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;
	int nr = 0;

	a.tpot_s = INFINITY;
	a.gpus = INFINITY;	/* to read its prompts, however many */
	a.base.isl = 4096;
	a.base.osl = 1024;
	a.base.ctx = (double)NAN;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		double b = p.choice[i].scenario.batch;
		double room = p.choice[i].answer.room_tok;

		if (p.choice[i].colocated || b < 2)
			continue;
		ck_assert_double_le(b * 4608 + 4 * sqrt(b) * 660.6, room);
		/* one more also takes buffers, below a hundredth */
		b += 1;
		ck_assert_double_gt(b * 4608 + 4 * sqrt(b) * 660.8,
				    0.99 * room);
		nr++;
	}
	ck_assert_int_gt(nr, 10);
	fleet_release(&p);
}
END_TEST

static double best(const struct fleet_spec *a)
{
	struct fleet p;
	double x;

	fleet_made(&p, a);
	x = p.nr ? p.choice[0].tok_s_gpu : 0;
	fleet_release(&p);
	return x;
}

START_TEST(more_gpus_on_offer_are_never_worse)
{
	struct fleet_spec a = fleet_asked();
	double least = 0;

	for (a.gpus = 8; a.gpus <= 520; a.gpus += 61) {
		double x = best(&a);

		ck_assert_double_ge(x, least);
		least = x;
	}
}
END_TEST

START_TEST(a_looser_time_a_token_is_never_worse)
{
	struct fleet_spec a = fleet_asked();
	double least = 0;

	for (a.tpot_s = 0.010; a.tpot_s < 0.2; a.tpot_s *= 1.4) {
		double x = best(&a);

		ck_assert_double_ge(x, least);
		least = x;
	}
}
END_TEST

/* Rate x time: the most output tokens that a sum an hour buys. */
START_TEST(more_money_never_carries_less)
{
	struct fleet_spec a = fleet_asked();
	double least = 0;

	a.gpus = INFINITY;
	for (a.usd_h = 100; a.usd_h < 2000; a.usd_h *= 1.7) {
		struct fleet p;
		double most = 0;

		fleet_made(&p, &a);
		for (int i = 0; i < p.nr; i++) {
			const struct choice *c = &p.choice[i];

			most = fmax(most, c->tok_s);
			ck_assert_double_le(c->decode_gpus *
					    c->scenario.price, a.usd_h);
		}
		ck_assert_double_ge(most, least);
		least = most;
		fleet_release(&p);
	}
}
END_TEST

START_TEST(a_cheaper_gpu_never_makes_dearer_tokens)
{
	struct fleet_spec a = fleet_asked();
	struct fleet dear, cheap;

	a.base.price = 4;
	fleet_made(&dear, &a);
	a.base.price = 2;
	fleet_made(&cheap, &a);
	/* half the price, half the cost: the layout does not depend on it */
	ck_rel(cheap.choice[0].usd_mtok_out,
	       dear.choice[0].usd_mtok_out / 2, 1e-12);
	ck_rel(cheap.choice[0].usd_month, dear.choice[0].usd_month / 2,
	       1e-12);
	fleet_release(&dear);
	fleet_release(&cheap);
}
END_TEST

/*
 * 1,000,000 tokens a second on replicas of r tok/s: ceil(1e6 / r) of them,
 * and the fewest GPUs lead.
 */
START_TEST(a_load_is_carried_by_the_fewest_gpus)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;

	a.gpus = INFINITY;
	a.load_tok_s = 1e6;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		const struct choice *c = &p.choice[i];

		ck_rel(c->replicas, ceil(1e6 / c->answer.tok_s_total), 1e-12);
		ck_assert_double_ge(c->tok_s, 1e6);
		ck_rel(c->spare_share, 1 - 1e6 / c->tok_s, 1e-12);
		if (i)
			ck_assert_double_ge(c->decode_gpus,
					    p.choice[i - 1].decode_gpus);
	}
	fleet_release(&p);
}
END_TEST

/* Nobody decodes V3 in a tenth of a millisecond: the nearest is said. */
START_TEST(what_nothing_meets_has_a_nearest)
{
	struct fleet_spec a = fleet_asked();
	struct text out = TEXT_INIT;
	struct fleet p;

	a.tpot_s = 1e-4;
	fleet_made(&p, &a);
	ck_assert_int_eq(p.nr, 0);
	ck_assert_double_gt(fleet_nearest_tpot_s(&p), 1e-3);
	plan_refusals(&p, &a, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "None serves below"));
	text_release(&out);
	fleet_release(&p);
}
END_TEST

static void not_known_by(struct fleet *p, double log_sd)
{
	for (int i = 0; i < p->nr; i++)
		p->choice[i].log_sd = log_sd;
}

/*
 * Shares are of all draws; a flip is within reach. Equal seeds draw alike, and
 * 3 % that a choice is not known by are less than what its facts make of it:
 * nothing is left to be drawn beside them.
 */
START_TEST(how_sure_a_choice_is_adds_up)
{
	struct fleet_spec a = fleet_asked();
	struct confidence one, two;
	int choice[CONFIDENCE_CHOICES];
	struct fleet p;
	double sum = 0;
	int draws = SANITIZED ? 20 : 200;

	fleet_made(&p, &a);
	not_known_by(&p, 0);
	confidence_make(&one, &(struct confidence_spec){ &p, draws, 7,
		fleet_sheets, NULL }, choice);
	two = one;
	not_known_by(&p, 0.03);
	if (!SANITIZED)		/* most of it is the flips, draws or not */
		confidence_make(&two, &(struct confidence_spec){ &p, draws, 7,
			fleet_sheets, NULL }, choice);
	ck_assert_int_gt(one.nr, 3);
	for (int k = 0; k < one.nr; k++) {
		ck_rel(one.share[k] + 1, two.share[k] + 1, 0);
		sum += one.share[k];
	}
	ck_rel(sum, 1, 1e-9);
	for (int i = 0; i < one.flips; i++) {
		ck_assert_double_le(fabs(one.flip[i].errors), 4);
		if (i)
			ck_assert_double_ge(fabs(one.flip[i].errors),
					    fabs(one.flip[i - 1].errors));
	}
	ck_assert_ptr_nonnull(one.worst);
	fleet_release(&p);
}
END_TEST

static const struct {
	const char *model;
	double ctx;
	const char *says;
	enum fleet_words w;
	const char *word;
} faults[] = {
	{ "", 4989, "model is not given", FLEET_PP, NULL },
	{ "deepseek-v3", -1, "ctx and isl are both blank", FLEET_PP, NULL },
	{ "deepseek-v9", 4989, "there is no model", FLEET_PP, NULL },
	{ "deepseek-v3", 4989, "dcp = 3 divides no tp that is tried",
	  FLEET_DCP, "3" },
	{ "deepseek-v3", 4989, "pp = 62 is more than the 61 layers of "
	  "deepseek-v3", FLEET_PP, "62" },
	/* what no scenario may have, no layout is asked with */
	{ "deepseek-v3", 4989, "pp is 0", FLEET_PP, "0" },
	{ "deepseek-v3", 4989, "pp is 1.5", FLEET_PP, "1.5" },
	{ "deepseek-v3", 4989, "pp is \"x\", which is no number", FLEET_PP,
	  "x" },
	{ "deepseek-v3", 4989, "dcp is 0", FLEET_DCP, "0" },
	{ "deepseek-v3", 4989, "tp is 2.5", FLEET_TP, "2.5" },
	{ "deepseek-v3", 4989, "ep is -8", FLEET_EP, "-8" },
	{ "deepseek-v3", 4989, "mtp is 9", FLEET_MTP, "9" },
	{ "deepseek-v3", 4989, "weights is \"fp5\"", FLEET_WEIGHTS, "fp5" },
	{ "deepseek-v3", 4989, "kv is \"fp5\"", FLEET_KV, "fp5" },
};

START_TEST(what_is_missing_is_said)
{
	struct fleet_spec a = fleet_asked();
	struct fault why;
	struct fleet p;

	strcpy(a.base.model, faults[_i].model);
	a.base.ctx = faults[_i].ctx > 0 ? faults[_i].ctx : (double)NAN;
	a.word[faults[_i].w][0] = faults[_i].word;
	ck_assert_int_eq(fleet_make(&p, &a, &why), -1);
	ck_assert_msg(strstr(why.what, faults[_i].says) != NULL, "%s",
		      why.what);
	fleet_release(&p);
}
END_TEST

/* Drafts that were seen to gain 1.5 tokens a step do so where there are some;
   without one a step gains one. */
START_TEST(what_drafts_gain_is_of_layouts_with_drafts)
{
	static const char *const mtp[] = { "0", "2" };
	struct fleet_spec a = fleet_asked();
	struct fleet p;
	int seen[2] = { 0 };

	a.word[FLEET_MTP][0] = mtp[0];
	a.word[FLEET_MTP][1] = mtp[1];
	a.base.tokens_per_step = 1.5;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		const struct scenario *s = &p.choice[i].scenario;

		seen[s->mtp > 0]++;
		ck_assert_double_eq(s->tokens_per_step, s->mtp > 0 ? 1.5 : 1);
	}
	ck_assert(seen[0] && seen[1]);
	fleet_release(&p);
}
END_TEST

/*
 * Five H200 hold V3 in 4 bits as a pipeline (705 GB, some 350 of weights), and
 * no size of a replica that is tried else has five stages but those of 40: one
 * GPU a stage is. Sizes: 1, 2, 4 and 16 a stage are none of the list's, 8 are
 * its 40; none stands twice.
 */
START_TEST(stages_that_divide_no_size_are_of_each)
{
	struct fleet_spec a = fleet_asked();
	struct fault why;
	struct fleet p;
	int of[600] = { 0 };

	strcpy(a.base.weights, "int4");
	strcpy(a.base.stack, "generic");
	a.base.ctx = 1024;
	a.word[FLEET_HW][0] = "h200-sxm";
	a.word[FLEET_HW][1] = NULL;
	a.word[FLEET_WEIGHTS][0] = "int4";
	a.word[FLEET_PP][0] = "5";
	a.word[FLEET_TP][0] = "1";
	a.word[FLEET_TP][1] = NULL;
	a.word[FLEET_MTP][0] = "0";
	ck_assert_int_eq(fleet_make(&p, &a, &why), 0);
	for (int i = 0; i < p.nr; i++)
		of[(int)p.choice[i].scenario.gpus]++;
	ck_assert(of[5] == 1 && of[10] == 1 && of[20] == 1 && of[40] == 1);
	ck_assert(!of[8] && !of[200]);
	fleet_release(&p);
}
END_TEST

/*
 * A node of H200 with V3: 671 GB of weights leave 8 x 141 GB room for both
 * ways. TP8 holds the whole KV on each GPU, so it has room for about an eighth
 * of the sequences; one sequence is quicker split. Where they cross, one less
 * is quicker split and one more is not.
 */
START_TEST(few_sequences_want_attention_split)
{
	struct fleet_spec a = fleet_asked();
	struct crossover x;
	struct fleet p;

	strcpy(a.base.stack, "sglang");
	a.word[FLEET_HW][0] = "h200-sxm";
	a.gpus = 8;
	a.base.ctx = 4096;
	fleet_made(&p, &a);
	ck_assert_int_gt(p.nr, 0);
	ck_rel(p.choice[0].scenario.gpus, 8, 1e-12);
	ck_assert_int_eq(crossover_make(&x, &p.choice[0], &a), 0);
	ck_assert_double_lt(x.tp_tpot_s, x.dp_tpot_s);
	ck_assert_double_gt(x.dp_most, 4 * x.tp_most);
	ck_assert_double_gt(x.seqs, 8);
	ck_assert_double_le(x.seqs, x.tp_most);
	for (int i = -1; i <= 0; i++) {
		double tpot[2];

		for (int k = 0; k < 2; k++) {
			struct scenario s = p.choice[0].scenario;
			struct question q;
			struct answer at;
			struct fault why;

			s.tp = k ? 1 : 8;
			s.batch = (x.seqs + i) / (k ? 8 : 1);
			s.concurrency = (double)NAN;
			s.redundant = 0;
			strcpy(s.overlap, "none");
			strcpy(s.balance, "skewed");
			ck_assert(!question_make(&q, &s, a.library, &why));
			answer_step(&at, &q, NULL);
			tpot[k] = at.tpot_s;
		}
		ck_assert((tpot[0] < tpot[1]) == (i < 0));
	}
	fleet_release(&p);
}
END_TEST

/* The only choice: 8 H200, attention TP8, prompts of 32,000 elsewhere. */
static struct choice on_offer(double gpus)
{
	struct fleet_spec a = fleet_asked();
	struct choice best = { .tok_s_gpu = 0 };
	struct fleet p;

	a.base.isl = 32000;
	a.base.osl = 500;
	a.gpus = gpus;
	a.base.ctx = (double)NAN;
	strcpy(a.base.stack, "sglang");
	a.word[FLEET_HW][0] = "h200-sxm";
	a.word[FLEET_TP][0] = "8";
	a.word[FLEET_TP][1] = NULL;
	a.word[FLEET_EP][0] = "8";
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr && best.tok_s_gpu <= 0; i++)
		if (p.choice[i].scenario.gpus == 8 && p.choice[i].pool >= 0)
			best = p.choice[i];
	fleet_release(&p);
	return best;
}

/*
 * A replica of 8 at its largest batch sends more prompts than two nodes read.
 * On 24 GPUs it is still a choice, with the sequences whose prompts the 16
 * that are left can read; on 16, where 8 are left, with fewer; on 15 it is
 * none, as nothing reads a prompt.
 */
START_TEST(fewer_sequences_where_prompts_have_few_gpus)
{
	struct choice all = on_offer(320), three = on_offer(24);
	struct choice two = on_offer(16);

	ck_assert_double_gt(all.prefill_gpus / all.replicas, 16);
	ck_assert_double_eq(three.replicas, 1);
	ck_assert_double_eq(three.decode_gpus + three.prefill_gpus, 24);
	ck_assert_double_lt(three.scenario.batch, all.scenario.batch);
	ck_assert_double_le(three.answer.tpot_s, all.answer.tpot_s);
	ck_assert_double_eq(two.decode_gpus + two.prefill_gpus, 16);
	ck_assert_double_lt(two.scenario.batch, three.scenario.batch);
	ck_assert_double_ge(two.scenario.batch, 1);
	ck_assert_double_eq(on_offer(15).tok_s_gpu, 0);
}
END_TEST

Suite *suite_plan(void)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("fleet");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, fleet_setup, fleet_teardown);
	tcase_add_test(tc, deepseeks_own_layout_is_near_the_best);
	tcase_add_loop_test(tc, the_batch_found_is_the_largest, 0, 9);
	tcase_add_test(tc, requests_of_many_lengths_have_room);
	tcase_add_test(tc, more_gpus_on_offer_are_never_worse);
	tcase_add_test(tc, a_looser_time_a_token_is_never_worse);
	tcase_add_test(tc, more_money_never_carries_less);
	tcase_add_test(tc, a_cheaper_gpu_never_makes_dearer_tokens);
	tcase_add_test(tc, a_load_is_carried_by_the_fewest_gpus);
	tcase_add_test(tc, what_nothing_meets_has_a_nearest);
	tcase_add_test(tc, how_sure_a_choice_is_adds_up);
	tcase_add_test(tc, few_sequences_want_attention_split);
	tcase_add_test(tc, fewer_sequences_where_prompts_have_few_gpus);
	tcase_add_test(tc, stages_that_divide_no_size_are_of_each);
	tcase_add_test(tc, what_drafts_gain_is_of_layouts_with_drafts);
	tcase_add_loop_test(tc, what_is_missing_is_said, 0,
			    (int)(sizeof(faults) / sizeof(*faults)));
	suite_add_tcase(s, tc);
	return s;
}
