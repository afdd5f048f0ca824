#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/memo.h"
#include "tests/tests.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A library that says what it was asked for; a name that begins with x is
   none. */
struct asked {
	struct toy toy;
	struct gpu other;		/* of another architecture */
	struct stack others;		/* and the stack for it */
	int gpus, stacks, models;
	char name[200], date[40], arch[40];
};

static int refuse(const char *name, struct fault *why)
{
	fault_at(why, "library", 0, 0);
	return fault_what(why, "no %s", name);
}

static const struct gpu *gpu(void *of, const char *name, struct fault *why)
{
	struct asked *a = of;

	a->gpus++;
	snprintf(a->name, sizeof(a->name), "%s", name);
	if (*name == 'x' && refuse(name, why))
		return NULL;
	return strcmp(name, "other") ? &a->toy.gpu : &a->other;
}

static const struct stack *stack(void *of, const struct stack_spec *s,
				 struct fault *why)
{
	struct asked *a = of;

	a->stacks++;
	snprintf(a->name, sizeof(a->name), "%s", s->name);
	snprintf(a->date, sizeof(a->date), "%s", s->date);
	snprintf(a->arch, sizeof(a->arch), "%s", s->arch);
	if (*s->name == 'x' && refuse(s->name, why))
		return NULL;
	return strcmp(s->arch, "sm100") ? &a->toy.stack : &a->others;
}

static const struct model *model(void *of, const char *name,
				 struct fault *why)
{
	struct asked *a = of;

	a->models++;
	snprintf(a->name, sizeof(a->name), "%s", name);
	return *name == 'x' && refuse(name, why) ? NULL : &a->toy.model;
}

static struct asked a;
static struct library lib = { gpu, stack, model, &a, NULL };
static struct memo *memo;

static void set_up(void)
{
	memset(&a, 0, sizeof(a));
	toy_init(&a.toy);
	a.other = a.toy.gpu;
	a.other.arch = "sm100";
	a.others = a.toy.stack;
	a.others.arch = "sm100";
	memo = memo_new(&lib);
}

static void tear_down(void)
{
	free(memo);
}

static struct scenario of(const char *hw, const char *stacked,
			  const char *name)
{
	struct scenario s;

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "%s", hw);
	snprintf(s.stack, sizeof(s.stack), "%s", stacked);
	snprintf(s.model, sizeof(s.model), "%s", name);
	return s;
}

static void asks(const struct scenario *s, int gpus, int stacks, int models)
{
	struct deployment on;
	struct fault why;

	a.gpus = a.stacks = a.models = 0;
	ck_assert_int_eq(memo_look_up(memo, s, &on, &why), 0);
	ck_assert_int_eq(a.gpus, gpus);
	ck_assert_int_eq(a.stacks, stacks);
	ck_assert_int_eq(a.models, models);
	ck_assert_ptr_eq(on.machine.gpu, strcmp(s->hw, "other") ?
			 &a.toy.gpu : &a.other);
	ck_assert_ptr_eq(on.machine.stack, strcmp(s->hw, "other") ?
			 &a.toy.stack : &a.others);
	ck_assert_ptr_eq(on.model, &a.toy.model);
}

/* What another row names as well is asked for once. */
START_TEST(a_name_is_looked_up_when_it_is_another)
{
	struct scenario s = of("toy", "plain", "r1");

	asks(&s, 1, 1, 1);
	asks(&s, 0, 0, 0);
	s.gpus = 64;
	asks(&s, 0, 0, 0);
	snprintf(s.model, sizeof(s.model), "v3");
	asks(&s, 0, 0, 1);
	snprintf(s.stack, sizeof(s.stack), "fast");
	asks(&s, 0, 1, 0);
	snprintf(s.date, sizeof(s.date), "2025-01-01");
	asks(&s, 0, 1, 0);
	ck_assert_str_eq(a.date, "2025-01-01");
	snprintf(s.hw, sizeof(s.hw), "same");	/* of one architecture */
	asks(&s, 1, 0, 0);
	snprintf(s.hw, sizeof(s.hw), "other");
	asks(&s, 1, 1, 0);
	ck_assert_str_eq(a.arch, "sm100");
	snprintf(s.hw, sizeof(s.hw), "toy");
	asks(&s, 1, 1, 0);
	ck_assert_str_eq(a.arch, "sm90");
}
END_TEST

/* Facts that are set are another GPU, stack and model, and no facts again. */
START_TEST(what_is_set_is_another_of_all_three)
{
	struct scenario s = of("toy", "plain", "r1");

	asks(&s, 1, 1, 1);
	snprintf(s.set, sizeof(s.set), "sms=5");
	asks(&s, 1, 1, 1);
	ck_assert_str_eq(a.name, "r1\nsms=5");
	asks(&s, 0, 0, 0);
	snprintf(s.set, sizeof(s.set), "sms=6");
	asks(&s, 1, 1, 1);
	s.set[0] = '\0';
	asks(&s, 1, 1, 1);
	ck_assert_str_eq(a.name, "r1");
}
END_TEST

static const struct {
	const char *hw, *stack, *model;
	int rc;
	const char *what;
} names[] = {
	{ "toy", "plain", "r1", 0, "held" }, { "", "", "", 0, "held" },
	{ "toy", "", "", 0, "held" }, { "", "plain", "r1", 0, "held" },
	{ "xgpu", "plain", "r1", -1, "no xgpu" },
	{ "toy", "xstack", "r1", -1, "no xstack" },
	{ "toy", "plain", "xmodel", -1, "no xmodel" },
	{ "", "xstack", "r1", 0, "held" },	/* of no architecture */
	{ "", "", "xmodel", -1, "no xmodel" },
	{ "xgpu", "xstack", "xmodel", -1, "no xgpu" },
};

START_TEST(a_name_that_is_none_takes_the_place_of_what_was_wrong)
{
	struct scenario s = of(names[_i].hw, names[_i].stack,
			       names[_i].model);
	struct fault why;

	fault_at(&why, "", 0, 0);
	fault_what(&why, "held");
	ck_assert_int_eq(memo_names(memo, &s, &why), names[_i].rc);
	ck_assert_str_eq(why.what, names[_i].what);
}
END_TEST

/* A name that was none is asked for again: it may be there by now. */
START_TEST(a_name_that_was_none_is_asked_again)
{
	struct scenario s = of("xgpu", "plain", "r1");
	struct deployment on;
	struct fault why;

	for (int i = 1; i <= 3; i++) {
		ck_assert_int_eq(memo_look_up(memo, &s, &on, &why), -1);
		ck_assert_int_eq(a.gpus, i);
	}
	ck_assert(a.stacks == 0 && a.models == 0);
}
END_TEST

/* ---- skews ---- */

static struct skew_spec spec_of(int ranks, double sigma)
{
	return (struct skew_spec){ .balance = BALANCE_SKEWED, .experts = 64,
		.topk = 4, .slots = 64, .ranks = ranks, .sigma = sigma };
}

/* Sixteen are kept, the oldest goes; each that is made has its own number. */
START_TEST(the_last_sixteen_skews_are_kept)
{
	struct skew_spec first = spec_of(8, 0.5);
	const struct skew *s = memo_skew(memo, &first);

	ck_assert_uint_eq(s->id, 1);
	ck_assert_ptr_eq(memo_skew(memo, &first), s);
	for (int i = 1; i < MEMO_SKEWS; i++) {
		struct skew_spec more = spec_of(8, 0.5 + i * 0.01);

		ck_assert_uint_eq(memo_skew(memo, &more)->id,
				  (unsigned)i + 1);
	}
	ck_assert_uint_eq(memo_skew(memo, &first)->id, 1);
	first.sigma = 0.9;
	ck_assert_uint_eq(memo_skew(memo, &first)->id, MEMO_SKEWS + 1);
	first.sigma = 0.5;
	ck_assert_uint_eq(memo_skew(memo, &first)->id, MEMO_SKEWS + 2);
}
END_TEST

START_TEST(a_skew_is_another_by_any_of_what_it_is_made_of)
{
	struct skew_spec s = spec_of(8, 0.5), other[7];
	unsigned id = memo_skew(memo, &s)->id;

	for (int i = 0; i < NR(other); i++)
		other[i] = s;
	other[0].balance = BALANCE_EPLB;
	other[1].experts = 32;
	other[2].topk = 2;
	other[3].slots = 72;
	other[4].ranks = 16;
	other[5].sigma = 0.50001;
	other[6].drift_cv = 0.1;
	for (int i = 0; i < NR(other); i++) {
		ck_assert_uint_ne(memo_skew(memo, &other[i])->id, id);
		ck_assert_uint_eq(memo_skew(memo, &s)->id, id);
	}
}
END_TEST

/* ---- laws ---- */

/* What was found to have a law for every op is so alone, spares apart. */
START_TEST(a_deployment_is_lawful_as_it_was_found)
{
	struct deployment d, other[10];
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .tp = 2, .batch = 1 });
	d = t.on;
	ck_assert(!memo_is_lawful(memo, &d));
	memo->lawful = d;
	ck_assert(memo_is_lawful(memo, &d));
	for (int i = 0; i < NR(other); i++)
		other[i] = d;
	other[0].layout.gpus = 16;
	other[1].layout.tp = 4;
	other[2].layout.ep = 4;
	other[3].layout.dcp = 2;
	other[4].layout.pp = 2;
	other[5].layout.drafts = 1;
	other[6].layout.exchange = EXCHANGE_GATHER;
	other[7].layout.storage.kv = FORMAT_FP8;
	other[8].layout.storage.weights = kept_all(FORMAT_FP8, FORMAT_FP8);
	other[9].machine.gpu = &a.toy.gpu;
	for (int i = 0; i < NR(other); i++)
		ck_assert_msg(!memo_is_lawful(memo, &other[i]), "%d", i);
	d.layout.redundant = d.layout.slots = 72;
	ck_assert(memo_is_lawful(memo, &d));
}
END_TEST

/* ---- without a library ---- */

/* Sheets may be others in the same place: a law that was found is looked for
   again, what tokens fall on is the same. */
START_TEST(what_is_lent_is_what_any_names_mean)
{
	struct memo *own = memo_new(NULL);
	struct scenario s = of("no such", "no such", "no such");
	struct skew_spec skew = { BALANCE_UNIFORM, 64, 4, 64, 8, 0, 0 };
	struct deployment on;
	struct fault why;
	unsigned id;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .tp = 2, .batch = 1 });
	for (int i = 0; i < 2; i++) {
		t.on.machine.gpu = i ? &a.other : &a.toy.gpu;
		memo_lend(own, &t.on);
		ck_assert_int_eq(memo_names(own, &s, &why), 0);
		ck_assert_int_eq(memo_look_up(own, &s, &on, &why), 0);
		ck_assert_ptr_eq(on.machine.gpu, t.on.machine.gpu);
		ck_assert_ptr_eq(on.machine.stack, t.on.machine.stack);
		ck_assert_ptr_eq(on.model, t.on.model);
	}
	id = memo_skew(own, &skew)->id;
	own->lawful = t.on;
	ck_assert(memo_is_lawful(own, &t.on));
	memo_lend(own, &t.on);
	ck_assert(!memo_is_lawful(own, &t.on));
	ck_assert_uint_eq(memo_skew(own, &skew)->id, id);
	free(own);
}
END_TEST

Suite *suite_memo(void)
{
	Suite *s = suite_create("memo");
	TCase *t = tcase_create("memo");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_name_is_looked_up_when_it_is_another);
	tcase_add_test(t, what_is_set_is_another_of_all_three);
	tcase_add_loop_test(t,
		a_name_that_is_none_takes_the_place_of_what_was_wrong, 0,
		NR(names));
	tcase_add_test(t, a_name_that_was_none_is_asked_again);
	tcase_add_test(t, the_last_sixteen_skews_are_kept);
	tcase_add_test(t, a_skew_is_another_by_any_of_what_it_is_made_of);
	tcase_add_test(t, a_deployment_is_lawful_as_it_was_found);
	tcase_add_test(t, what_is_lent_is_what_any_names_mean);
	suite_add_tcase(s, t);
	return s;
}
