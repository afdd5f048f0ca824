#include <math.h>
#include <stdio.h>

#include "answer/answer.h"
#include "inside/trace.h"
#include "options/emit.h"
#include "tasks/service.h"
#include "time/host.h"
#include "tasks/serving.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "say/words.h"

enum { TRACED = 4 /* size: ranks, where it is not said */ };

static const struct command command = {
	"", "Play decode steps in the event engine: every rank and layer, "
	"sampled expert loads, barriers at the exchanges, shared ports. Exit "
	"1 when it does not fit.\v"
	"Example:\n  deeproof run --hw h800-sxm --stack deepseek "
	"--model deepseek-v3 \\\n    --gpus 144 --redundant 32 --batch 88 "
	"--ctx 4989 --overlap two-batch\n"
	"\nWith --trace FILE the first step, or each request, opens in "
	"ui.perfetto.dev.\n"
	"\nWith mode=colocated, arrivals or a workload, requests are played "
	"one by one:\n  deeproof run --hw h200-sxm --stack sglang "
	"--model deepseek-r1 \\\n    --gpus 8 --tp 8 --concurrency 16 "
	"--isl 1024 --osl 1024 --mode colocated\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_SEED |
	OPTION_TRACE | OPTION_SERVE | OPTION_SOLVE };

static void words_played(const struct played *p, struct text *out)
{
	text_addf(out, "played     %d steps, %.0f events; compute busy %.1f "
		  "%% of a step, NVLink port %.1f %%, NIC %.1f %%\n",
		  p->steps, (double)p->events,
		  units_percent(p->busy_s[LANE_COMPUTE] / p->s),
		  units_percent(p->busy_s[LANE_NVLINK] / p->s),
		  units_percent(p->busy_s[LANE_NIC] / p->s));
}

static int write_trace(const struct slices *s, const struct question *q,
		       const char *path)
{
	struct text out = TEXT_INIT;

	trace_json(s, q, &out);
	return emit(&out, path, EXIT_YES);
}

static int write_timeline(const struct slices *s, const char *path)
{
	struct table t;
	struct text out = TEXT_INIT;

	table_init(&t, path);
	trace_timeline(s, &t);
	table_write(&t, &out);
	table_release(&t);
	return emit(&out, path, EXIT_YES);
}

/* answer_run, and what was to be seen of it. */
static int played(struct answer *a, const struct question *q,
		  const struct options *o, struct played *p)
{
	struct run_spec r = { .seed = o->seed, .steps = o->steps };
	struct slices s;
	struct play_watch watch = slices_watch(&s);
	int status = EXIT_YES;

	slices_init(&s, o->ranks < 0 ? TRACED : o->ranks);
	if (o->trace || o->timeline)
		r.watch = &watch;
	answer_run(a, q, &r, p);
	if (r.watch && !isnan(a->step_s))
		slices_end(&s, host_between_s(&q->on, q->batch.seqs));
	if (o->trace)
		status = write_trace(&s, q, o->trace);
	if (o->timeline && status == EXIT_YES)
		status = write_timeline(&s, o->timeline);
	slices_release(&s);
	return status;
}

static int ask(const struct options *o, struct shelf *shelf)
{
	struct scenario s;
	struct serving_spec v;
	struct question q = { .lacks = false };
	struct answer a;
	struct played p;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	bool requests;

	if (o->serve.service)
		return service(o);
	serving_init(&v);
	if (options_scenario(o, &s, &why) ||
	    serving_set_all(&v, s.serving, &why) ||
	    serve_options_spec(&o->serve, &v, &why))
		return solve_fault(o, &why);
	requests = strcmp(s.mode, "colocated") == 0 || serving_asked(&v) ||
		   serve_options_wanted(&o->serve);
	if (requests && serving_scenario(&s, &v, &why))
		return solve_fault(o, &why);
	if (question_make(&q, &s, shelf_library(shelf), &why))
		return options_refused(o, &q, &why);
	if (requests)
		return serving(o, &q, &v);
	if (played(&a, &q, o, &p))
		return EXIT_MALFORMED;
	if (o->csv) {
		words_row(&q, &a, &out);
	} else {
		words_question(&q, &out);
		if (!isnan(a.step_s))
			words_played(&p, &out);
		words_answer(&q, &a, &out);
	}
	return solve_emit(&out, o, a.fits ? EXIT_YES : EXIT_NO);
}

int cmd_run(int argc, char **argv)
{
	return solve_verb(&command, ask, argc, argv);
}
