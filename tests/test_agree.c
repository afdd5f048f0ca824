#include <stdio.h>

#include "ask/question.h"
#include "library/shelf.h"
#include "tests/tests.h"
#include "play/play.h"

/*
 * Every shipped model on real sheets, with equal loads on every rank and
 * group: the two readings of its graph must agree.
 */

static const char *const models[] = {
	"deepseek-v2-lite", "deepseek-v3", "deepseek-r1", "deepseek-v3.2",
	"deepseek-v4-flash", "deepseek-v4-pro", "kimi-k2", "glm-5",
};

static const struct {
	const char *hw;
	int gpus, tp, ep;
} layouts[] = {
	{ "h800-sxm", 32, 1, 32 },	/* the NIC, a copy an expert */
	{ "h200-sxm", 8, 8, 8 },	/* tensor parallel, a node */
	{ "h200-sxm", 16, 8, 16 },	/* and two, with all their experts */
	{ "gb200-nvl72", 16, 1, 16 },	/* NVLink alone */
	{ "b300-sxm", 8, 1, 1 },	/* gather and scatter */
};

enum {
	MODELS = sizeof(models) / sizeof(models[0]),
	LAYOUTS = sizeof(layouts) / sizeof(layouts[0]),
	DRAFTS = 2, OVERLAPS = 2,
	CASES = MODELS * LAYOUTS * OVERLAPS * DRAFTS
};

static struct shelf *shelf;

static void open_shelf(void)
{
	shelf = shelf_open();
}

static void close_shelf(void)
{
	shelf_free(shelf);
}

static int ask(struct question *q, int i)
{
	struct scenario s;
	struct fault why = { 0 };
	const char *model = models[i % MODELS];
	int at = i / MODELS % LAYOUTS;
	bool drafts = i / MODELS / LAYOUTS / OVERLAPS;

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "%s", layouts[at].hw);
	snprintf(s.model, sizeof(s.model), "%s", model);
	snprintf(s.overlap, sizeof(s.overlap), "%s", i / MODELS / LAYOUTS %
		 OVERLAPS ? "two-batch" : "none");
	s.gpus = layouts[at].gpus;
	s.tp = layouts[at].tp;
	s.ep = layouts[at].ep;
	s.batch = 64;
	s.ctx = 8192;
	if (drafts) {
		s.mtp = 1;
		s.tokens_per_step = 1.5;
	}
	return question_make(q, &s, shelf_library(shelf), &why);
}

START_TEST(a_shipped_model_plays_as_its_closed_form_says)
{
	struct question q;
	struct step_spec one;
	struct step st;
	struct loads loads;
	struct played out;

	if (ask(&q, _i)) {
		ck_assert_int_ge(_i, CASES / DRAFTS);	/* no MTP layer */
		return;
	}
	q.skew_spec.balance = BALANCE_EVEN;
	q.skew_spec.sigma = 0;
	skew_make(&q.skew, &q.skew_spec);
	q.ctx_cv = 0;
	one = question_step(&q, q.batch.seqs);
	step_time(&st, &one);
	loads_init(&loads, &q.on, one.batch.micro);
	loads_even(&loads, &st.graph, &one.batch);
	play_step(&out, &one, &st, &loads);
	ck_rel(out.s, st.s, 1e-3);
	loads_release(&loads);
}
END_TEST

Suite *suite_agree(void)
{
	Suite *s = suite_create("agree");
	TCase *t = tcase_create("agree");

	tcase_add_unchecked_fixture(t, open_shelf, close_shelf);
	tcase_add_loop_test(t, a_shipped_model_plays_as_its_closed_form_says,
			    0, CASES);
	suite_add_tcase(s, t);
	return s;
}
