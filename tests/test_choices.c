/* What a claim leaves open: the ways that are tried, drafts, in words. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits/choice.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- ways to use GPUs ---- */

/* "replicas x TP / EP" of each way, in order; NaN is left open by the claim. */
static const struct {
	double gpus, tp, ep, pp;
	int nvlink;
	const char *ways;
} used[] = {
	/* one GPU: nothing to split */
	{ 1, NAN, NAN, NAN, 8, "1x1/1" },
	/* a board: experts over it or not, with attention split or whole; not
	 * experts in slices beside whole attention */
	{ 8, NAN, NAN, NAN, 8, "1x1/8 1x8/8 1x8/1" },
	{ 4, NAN, NAN, NAN, 8, "1x1/4 1x4/4 1x4/1" },
	/* two boards: TP over all or a board; as one, or a board each */
	{ 16, NAN, NAN, NAN, 8, "1x1/16 1x16/16 1x16/1 1x8/16 1x8/1 "
	  "2x1/8 2x8/8 2x8/1" },
	/* what is stated is not tried otherwise */
	{ 16, 8, NAN, NAN, 8, "1x8/16 1x8/1 2x8/8 2x8/1" },
	{ 16, NAN, 16, NAN, 8, "1x1/16 1x16/16 1x8/16" },
	{ 16, 1, 16, NAN, 8, "1x1/16" },
	{ 8, 1, NAN, NAN, 8, "1x1/8 1x1/1" },
	/* a group of 16 is on no board: no replicas of one */
	{ 32, 16, NAN, NAN, 8, "1x16/32 1x16/1" },
	/* a rack of 72, and boards */
	{ 144, 1, NAN, NAN, 72, "1x1/144 1x1/1 2x1/72 2x1/1 18x1/8 18x1/1" },
	/* 12 GPUs: no board divides them */
	{ 12, NAN, NAN, NAN, 8, "1x1/12 1x12/12 1x12/1 1x8/12 1x8/1" },
	/* stages of a pipeline have their part */
	{ 16, NAN, NAN, 2, 8, "1x1/8 1x8/8 1x8/1 2x1/4 2x4/4 2x4/1" },
};

static void say(const struct way *w, int nr, char *out, size_t size)
{
	*out = '\0';
	for (int i = 0; i < nr; i++) {
		size_t at = strlen(out);

		snprintf(out + at, size - at, "%s%gx%g/%g", i ? " " : "",
			 w[i].replicas, w[i].tp, w[i].ep);
	}
}

static struct limits_spec spec_of(double gpus, double tp, double ep, double pp)
{
	struct limits_spec a = { .prompt = false };

	scenario_init(&a.scenario);
	a.scenario.gpus = gpus;
	a.scenario.tp = tp;
	a.scenario.ep = ep;
	a.scenario.pp = pp;
	return a;
}

START_TEST(a_claim_is_tried_in_the_ways_it_allows)
{
	struct limits_spec a = spec_of(used[_i].gpus, used[_i].tp,
				       used[_i].ep, used[_i].pp);
	struct gpu g = { .nvlink_gpus = used[_i].nvlink };
	struct way w[CHOICE_WAYS];
	char got[512];

	say(w, choice_ways(&a, &g, w), got, sizeof(got));
	ck_assert_str_eq(got, used[_i].ways);
}
END_TEST

/* Never more than there is room for, and each of them uses all GPUs. */
START_TEST(ways_use_all_gpus)
{
	static const double gpus[] = { 1, 2, 3, 5, 8, 24, 32, 64, 72, 96, 144,
		320 };
	struct gpu g = { .nvlink_gpus = _i % 2 ? 72 : 8 };
	struct limits_spec a = spec_of(gpus[_i], NAN, NAN, NAN);
	struct way w[CHOICE_WAYS];
	int nr = choice_ways(&a, &g, w);

	ck_assert(nr >= 1 && nr <= CHOICE_WAYS);
	for (int i = 0; i < nr; i++) {
		double each = gpus[_i] / w[i].replicas;

		ck_assert(fmod(gpus[_i], w[i].replicas) <= 0);
		ck_assert(w[i].tp <= each && w[i].ep <= each);
		ck_assert(!(w[i].pp > 0));
	}
}
END_TEST

/* ---- stages, where nothing else fits ---- */

static const struct {
	double gpus, tp, ep, pp;
	int layers;
	const char *ways;	/* "PPxTP/EP" */
} staged[] = {
	{ 16, NAN, NAN, NAN, 61, "2x8/8 4x4/4 8x2/2 16x1/1" },
	{ 16, NAN, NAN, NAN, 8, "2x8/8 4x4/4 8x2/2" },
	{ 16, NAN, NAN, NAN, 7, "2x8/8 4x4/4" },
	{ 8, NAN, NAN, NAN, 61, "2x4/4 4x2/2 8x1/1" },
	{ 1, NAN, NAN, NAN, 61, "" }, { 2, NAN, NAN, NAN, 61, "2x1/1" },
	{ 12, NAN, NAN, NAN, 61, "3x4/4 6x2/2 12x1/1" },
	{ 16, 4, NAN, NAN, 61, "2x4/8 4x4/4" },
	{ 16, NAN, 2, NAN, 61, "2x8/2 4x4/2 8x2/2" },
	{ 16, NAN, NAN, 2, 61, "" },
};

START_TEST(stages_divide_the_gpus_and_the_layers)
{
	struct limits_spec a = spec_of(staged[_i].gpus, staged[_i].tp,
				       staged[_i].ep, staged[_i].pp);
	struct model m = { .num_hidden_layers = staged[_i].layers };
	struct way w[CHOICE_WAYS];
	int nr = choice_stages(&a, &m, w);
	char got[256];

	for (int i = 0; i < nr; i++) {
		ck_rel(w[i].replicas, 1, 0);
		w[i].replicas = w[i].pp;
	}
	say(w, nr, got, sizeof(got));
	ck_assert_str_eq(got, staged[_i].ways);
}
END_TEST

/* ---- drafts ---- */

/* As the sheet says; as often as the first; all of them. */
static const struct {
	double sheet[4];	/* tokens a step with 0 .. 3 drafts; 0: none */
	int drafts;
	double accepted;
} accepted[] = {
	{ { 1, 1.9, 2.5, 0 }, 1, 1.9 }, { { 1, 1.9, 2.5, 0 }, 2, 2.5 },
	{ { 1, 1.8, 0, 0 }, 2, 1 + 0.8 + 0.64 },
	{ { 1, 1.8, 0, 0 }, 3, 1 + 0.8 + 0.64 + 0.512 },
	{ { 1, 0, 0, 0 }, 3, 4 }, { { 1, 1, 0, 0 }, 2, 3 },
	{ { 1, 1.5, 0, 0 }, 0, 1 }, { { 0, 1.5, 0, 0 }, 0, 1 },
};

START_TEST(drafts_bring_what_is_known_of_them)
{
	struct model m = { .num_nextn_predict_layers = 1 };

	for (int i = 0; i < 4; i++)
		m.tokens_per_step[i] = accepted[_i].sheet[i];
	ck_rel(choice_accepted(&m, accepted[_i].drafts),
	       accepted[_i].accepted, 1e-12);
}
END_TEST

/* What a claim says of drafts, of a model with a layer for them and without. */
static const struct {
	int layers;
	double mtp, tokens;
	bool drafts;
	double multiple, mtp_is, tokens_is;	/* NaN: blank */
} stated[] = {
	/* without a layer: tokens multiply, and nothing is left to say */
	{ 0, NAN, 2.5, false, 2.5, NAN, NAN },
	{ 0, 3, NAN, false, 4, NAN, NAN },
	{ 0, NAN, NAN, true, 4, NAN, NAN }, { 0, NAN, NAN, false, 1, NAN, NAN },
	{ 0, NAN, 0.5, false, 1, NAN, NAN }, { 0, 0, NAN, true, 1, NAN, NAN },
	/* with one: so many drafts as those tokens need */
	{ 1, NAN, 2.5, false, 1, 2, 2.5 }, { 1, NAN, 2, false, 1, 1, 2 },
	{ 1, NAN, 1, false, 1, NAN, 1 }, { 1, NAN, NAN, true, 1, NAN, NAN },
	/* two that the sheet says nothing of: 1 + 0.8 + 0.64 */
	{ 1, 2, NAN, false, 1, 2, 2.44 }, { 1, 1, NAN, false, 1, 1, NAN },
	{ 1, 2, 2.1, false, 1, 2, 2.1 },
};

static void is(double got, double want)
{
	if (isnan(want))
		ck_assert_msg(isnan(got), "%g", got);
	else
		ck_rel(got, want, 1e-12);
}

START_TEST(what_is_stated_of_drafts_is_kept)
{
	struct limits_spec a = spec_of(8, NAN, NAN, NAN);
	struct model m = { .num_nextn_predict_layers = stated[_i].layers,
			   .tokens_per_step = { 1, 1.8 } };

	a.drafts = stated[_i].drafts;
	a.scenario.mtp = stated[_i].mtp;
	a.scenario.tokens_per_step = stated[_i].tokens;
	is(choice_drafts_stated(&a, &m), stated[_i].multiple);
	is(a.scenario.mtp, stated[_i].mtp_is);
	is(a.scenario.tokens_per_step, stated[_i].tokens_is);
}
END_TEST

/* ---- equal choices ---- */

START_TEST(choices_differ_by_each_of_their_parts)
{
	const struct choice a = { "nvfp4", { 2, 4, 8, 0, 0 }, 1, true, true,
				  true };

	for (int k = 0; k < 11; k++) {
		struct choice b = a;

		b.weights = k == 0 ? NULL : b.weights;
		b.way.replicas += k == 1;
		b.way.tp += k == 2;
		b.way.ep += k == 3;
		b.way.pp += k == 4;
		b.way.dcp += k == 5;
		b.drafts += k == 6;
		b.small_kv = k != 7;
		b.two_batch = k != 8;
		b.favour = k != 9;
		ck_assert_int_eq(choice_same(&a, &b), k >= 8);
		ck_assert_int_eq(choice_equal(&a, &b), k == 10);
		ck_assert_int_eq(choice_same(&b, &a), k >= 8);
	}
}
END_TEST

/* ---- in words ---- */

static const struct {
	double replicas, concurrency;
	int tp, ep, pp, drafts;
	const char *words;
} worded[] = {
	{ 1, 64, 1, 8, 1, 0, "fp8 weights, TP1 EP8, 64 in flight" },
	{ 2, 64, 8, 1, 1, 1, "2 replicas of fp8 weights, TP8 EP1, 1 draft, "
	  "128 in flight" },
	{ 1, 12.5, 4, 4, 2, 3, "fp8 weights, TP4 EP4 PP2, 3 drafts, 12.5 in "
	  "flight" },
	{ 1, 123456.7, 1, 8, 1, 0, "fp8 weights, TP1 EP8, 123457 in "
	  "flight" },
};

START_TEST(a_choice_is_said_in_words)
{
	struct choice c = { .way = { worded[_i].replicas, 1, 1, 0 } };
	struct question *q = calloc(1, sizeof(*q));
	char out[128];
	int alone;

	strcpy(q->scenario.weights, "fp8");
	q->scenario.concurrency = worded[_i].concurrency;
	q->on.layout.tp = worded[_i].tp;
	q->on.layout.ep = worded[_i].ep;
	q->on.layout.pp = worded[_i].pp;
	q->on.layout.drafts = worded[_i].drafts;
	alone = choice_words(&c, q, out, sizeof(out));
	ck_assert_str_eq(out, worded[_i].words);
	ck_assert_ptr_eq(out + alone, strrchr(out, ','));
	free(q);
}
END_TEST

Suite *suite_choices(void)
{
	Suite *s = suite_create("choices");
	TCase *tc = tcase_create("choices");

	tcase_add_loop_test(tc, a_claim_is_tried_in_the_ways_it_allows, 0,
			    NR(used));
	tcase_add_loop_test(tc, ways_use_all_gpus, 0, 12);
	tcase_add_loop_test(tc, stages_divide_the_gpus_and_the_layers, 0,
			    NR(staged));
	tcase_add_loop_test(tc, drafts_bring_what_is_known_of_them, 0,
			    NR(accepted));
	tcase_add_loop_test(tc, what_is_stated_of_drafts_is_kept, 0,
			    NR(stated));
	tcase_add_test(tc, choices_differ_by_each_of_their_parts);
	tcase_add_loop_test(tc, a_choice_is_said_in_words, 0, NR(worded));
	suite_add_tcase(s, tc);
	return s;
}
