#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "answer/answer.h"
#include "inside/trace.h"
#include "library/shelf.h"
#include "tests/tests.h"

#define COMPUTE 0

static const char *const cases[] = {
	"hw=h800-sxm,stack=deepseek,model=deepseek-v3,gpus=32,redundant=32,"
	"batch=16,ctx=2048,overlap=two-batch",
	"hw=h800-sxm,stack=deepseek,model=deepseek-v3,gpus=16,batch=4.5,"
	"isl=512,osl=512,mtp=1",
	"hw=h200-sxm,stack=sglang,model=deepseek-v3,gpus=8,tp=8,batch=16,"
	"ctx=1024",
	"hw=b200-sxm,model=deepseek-v3.2,gpus=16,batch=32,ctx=8192",
	"hw=b200-sxm,model=deepseek-v4-flash,gpus=16,batch=32,ctx=8192,"
	"overlap=two-batch",
	"hw=h100-sxm,model=deepseek-v2-lite,gpus=1,batch=2,ctx=512",
	"hw=h200-sxm,model=deepseek-v3,gpus=16,tp=2,batch=64,isl=512,"
	"osl=512,overlap=two-batch",
};

enum { CASES = sizeof(cases) / sizeof(*cases) };

static struct shelf *shelf;
static struct question q;
static struct slices slices;
static struct answer answer;
static struct played played;

/* Play one step of a scenario and watch so many ranks (0: all). */
static void watch(const char *pairs, int ranks)
{
	struct play_watch w = slices_watch(&slices);
	struct run_spec r = { .seed = 3, .steps = 1, .watch = &w };
	struct scenario s;
	struct fault why = { 0 };

	shelf = shelf_open();
	scenario_init(&s);
	ck_assert_msg(!scenario_override(&s, pairs, &why), "%s", why.what);
	ck_assert_msg(!question_make(&q, &s, shelf_library(shelf), &why),
		      "%s", why.what);
	slices_init(&slices, ranks);
	answer_run(&answer, &q, &r, &played);
	slices_end(&slices, q.on.machine.stack->host_s);
}

static void done(void)
{
	slices_release(&slices);
	shelf_free(shelf);
}

static json_t *parsed(void)
{
	struct text out = TEXT_INIT;
	json_error_t why;
	json_t *root;

	trace_json(&slices, &q, &out);
	root = json_loadb(out.buf, out.len, JSON_REJECT_DUPLICATES, &why);
	ck_assert_msg(root != NULL, "%d: %s", why.line, why.text);
	text_release(&out);
	return root;
}

static double number(json_t *event, const char *key)
{
	json_t *x = json_object_get(event, key);

	ck_assert_msg(json_is_number(x), "no number %s", key);
	return json_number_value(x);
}

static const char *word(json_t *event, const char *key)
{
	const char *s = json_string_value(json_object_get(event, key));

	ck_assert_msg(s && *s, "no word %s", key);
	return s;
}

/* ---- the format's rules ---- */

/* Trace Event Format: X needs name, ph, ts, dur, pid, tid; M name, args. */
static void check_event(json_t *e)
{
	word(e, "name");
	ck_assert(json_is_integer(json_object_get(e, "pid")));
	if (!strcmp(word(e, "ph"), "M")) {
		ck_assert(json_object_size(json_object_get(e, "args")) == 1);
		return;
	}
	ck_assert_str_eq(word(e, "ph"), "X");
	ck_assert(json_is_integer(json_object_get(e, "tid")));
	ck_assert(number(e, "ts") >= 0);
	ck_assert(number(e, "dur") > 0);
}

START_TEST(every_event_has_what_the_format_asks_for)
{
	json_t *root, *events, *e;
	size_t i;

	watch(cases[_i], 4);
	root = parsed();
	events = json_object_get(root, "traceEvents");
	ck_assert(json_is_array(events) && json_array_size(events) > 100);
	json_array_foreach(events, i, e)
		check_event(e);
	json_decref(root);
	done();
}
END_TEST

static int by_time(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	if (x->lane != y->lane)
		return x->lane - y->lane;
	return (x->from > y->from) - (x->from < y->from);
}

START_TEST(events_on_one_lane_do_not_overlap)
{
	watch(cases[_i], 0);
	qsort(slices.slice, (size_t)slices.nr, sizeof(*slices.slice),
	      by_time);
	for (int i = 1; i < slices.nr; i++) {
		const struct slice *a = &slices.slice[i - 1], *b = a + 1;

		if (a->rank == b->rank && a->lane == b->lane)
			ck_assert_msg(a->to <= b->from, "%s and %s", a->op,
				      b->op);
	}
	done();
}
END_TEST

/* Rounding to picoseconds: 64 ops of 61 layers. */
START_TEST(the_slices_are_what_was_played)
{
	double busy = 0;
	ticks end = 0;

	watch(cases[_i], 0);
	ck_assert_int_eq(slices.ranks, q.on.layout.gpus);
	for (int i = 0; i < slices.nr; i++) {
		const struct slice *s = &slices.slice[i];

		if (s->to > end)
			end = s->to;
		if (s->lane == COMPUTE)
			busy += ticks_to_s(s->to - s->from);
	}
	ck_assert(fabs(ticks_to_s(end) - played.s) < 1e-9);
	ck_assert(fabs(busy / q.on.layout.gpus - played.busy_s[LANE_COMPUTE]) <
		  1e-7);
	done();
}
END_TEST

START_TEST(ops_are_named_as_in_step)
{
	struct step st;

	watch(cases[_i], 2);
	answer_step(&answer, &q, &st);
	for (int i = 0; i < slices.nr; i++) {
		const struct slice *s = &slices.slice[i];
		int op = 0;

		if (s->kind == SLICE_COPIES || s->kind == SLICE_HOST)
			continue;
		while (op < st.graph.ops &&
		       strcmp(st.graph.op[op].name, s->op))
			op++;
		ck_assert_msg(op < st.graph.ops, "no op %s", s->op);
	}
	done();
}
END_TEST

START_TEST(a_watched_step_takes_as_long_as_an_unwatched_one)
{
	struct run_spec r = { .seed = 3, .steps = 1 };
	struct played alone;

	watch(cases[_i], 0);
	answer_run(&answer, &q, &r, &alone);
	ck_assert(alone.s == played.s);
	ck_assert_int_eq(alone.events, played.events);
	done();
}
END_TEST

START_TEST(only_the_ranks_asked_for_are_traced)
{
	watch(cases[0], 3);
	for (int i = 0; i < slices.nr; i++)
		ck_assert_int_lt(slices.slice[i].rank, 3);
	ck_assert_int_eq(slices.slice[slices.nr - 1].rank, 2);
	done();
}
END_TEST

/* A model's name may be a path with anything in it. */
START_TEST(a_name_with_quotes_is_still_json)
{
	struct model odd;
	json_t *root;

	watch(cases[5], 1);
	odd = *q.on.model;
	odd.name = "a \"b\" \\ \n c";
	q.on.model = &odd;
	root = parsed();
	ck_assert_str_eq(word(json_object_get(root, "otherData"), "model"),
			 odd.name);
	json_decref(root);
	done();
}
END_TEST

/* ---- one layer ---- */

START_TEST(a_timeline_is_one_layer_of_all_stages)
{
	struct table t;
	int lane, from, to, experts = 0;

	watch(cases[_i], 1);
	table_init(&t, "");
	trace_timeline(&slices, &t);
	ck_assert_int_gt(t.rows, 3);
	lane = table_column(&t, "lane");
	from = table_column(&t, "from_us");
	to = table_column(&t, "to_us");
	for (int i = 0; i < t.rows; i++) {
		ck_assert(table_number(&t, i, from) >= 0);
		ck_assert(table_number(&t, i, from) <
			  table_number(&t, i, to));
		if (!strcmp(table_get(&t, i, table_column(&t, "stage")),
			    "experts") &&
		    !strcmp(table_get(&t, i, table_column(&t, "kind")),
			    "busy"))
			experts++;
	}
	ck_assert_str_eq(table_get(&t, 0, lane), "compute");
	ck_assert_int_eq(experts, q.two_batch ? 2 : 1);
	table_release(&t);
	done();
}
END_TEST

Suite *suite_trace(void);
Suite *suite_trace(void)
{
	Suite *s = suite_create("trace");
	TCase *c = tcase_create("trace");

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, every_event_has_what_the_format_asks_for, 0,
			    CASES);
	tcase_add_loop_test(c, events_on_one_lane_do_not_overlap, 0, CASES);
	tcase_add_loop_test(c, the_slices_are_what_was_played, 0, CASES);
	tcase_add_loop_test(c, ops_are_named_as_in_step, 0, CASES);
	tcase_add_loop_test(c,
		a_watched_step_takes_as_long_as_an_unwatched_one, 0, CASES);
	tcase_add_test(c, only_the_ranks_asked_for_are_traced);
	tcase_add_test(c, a_name_with_quotes_is_still_json);
	tcase_add_loop_test(c, a_timeline_is_one_layer_of_all_stages, 0,
			    CASES);
	suite_add_tcase(s, c);
	return s;
}
