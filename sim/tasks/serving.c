#include "tasks/serving.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "requests/job.h"
#include "options/emit.h"
#include "crew/progress.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "logs/requests.h"
#include "say/serving_text.h"
#include "say/words.h"

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

/* The requests of a file, where one is given. */
int serving_file(struct serve_load *l, const struct serving_spec *s,
		 struct fault *why)
{
	struct requests_spec r = { .path = s->workload,
		.speedup = given(s->speedup, 1) };

	assert(l && s);
	if (!*s->workload)
		return 0;
	if (!(r.speedup > 0))
		return fault_option(why, "--speedup", "speedup is 0", "write a "
				    "number above 0");
	return requests_load(l, &r, why);
}

/* ---- output ---- */

/* How many sequences a group has, those who come by the clock do not say. */
static void asked(const struct served *s, struct text *out)
{
	struct question *q = mem_resize(NULL, 1, sizeof(*q));

	*q = *s->q;
	if (s->run->serve.load->client == SERVE_OPEN)
		q->scenario.batch = (double)NAN;
	words_question(q, out);
	free(q);
}

static int formatted(const struct served *s, const struct options *o,
		     struct text *out)
{
	const char *how = o->serve.format ? o->serve.format :
			  o->csv ? "csv" : "text";
	struct table t;

	if (strcmp(how, "vllm") == 0) {
		serving_vllm(s, out);
	} else if (strcmp(how, "aiperf") == 0) {
		serving_aiperf(s, out);
	} else if (strcmp(how, "csv") == 0) {
		table_init(&t, "");
		serving_row(s, &t);
		table_write(&t, out);
		table_release(&t);
	} else {
		if (s->run->service)
			service_words(s, out);
		else
			asked(s, out);
		serving_words(s, out);
	}
	return 0;
}

static int table_out(const struct served *s, const char *path,
		     void (*fill)(const struct served *, struct table *))
{
	struct table t;
	struct text out = TEXT_INIT;

	if (!path)
		return EXIT_YES;
	table_init(&t, path);
	fill(s, &t);
	table_write(&t, &out);
	table_release(&t);
	return emit(&out, path, EXIT_YES);
}

static int trace_out(const struct served *s, const char *path)
{
	struct text out = TEXT_INIT;

	if (!path)
		return EXIT_YES;
	serving_trace(s, &out);
	return emit(&out, path, EXIT_YES);
}

int serving_print(const struct served *s, const struct options *o)
{
	struct text out = TEXT_INIT;
	bool counts = isfinite(s->a->as_is.of[SERVE_E2E].mean);
	int status = counts ? EXIT_YES : EXIT_NO;

	assert(s && s->log);
	if (table_out(s, o->serve.requests_out, serving_requests) ||
	    table_out(s, o->serve.occupancy, serving_occupancy) ||
	    trace_out(s, o->trace))
		return EXIT_MALFORMED;
	formatted(s, o, &out);
	return solve_emit(&out, o, status);
}

int serving_format(const char *how, struct fault *why)
{
	if (!how || !strcmp(how, "text") || !strcmp(how, "csv") ||
	    !strcmp(how, "vllm") || !strcmp(how, "aiperf"))
		return 0;
	return fault_option(why, "--format", "that is no format", "write text, "
			    "csv, vllm or aiperf");
}

static int print_refused(const struct answer *a, const struct question *q,
			 const struct options *o)
{
	struct text out = TEXT_INIT;

	if (o->csv) {
		words_row(q, a, &out);
	} else {
		words_question(q, &out);
		words_answer(q, a, &out);
	}
	return solve_emit(&out, o, EXIT_NO);
}

/* The solver's many questions are asked without, unless it solves for it. */
bool serving_is_banded(const struct options *o, const struct serving_spec *s)
{
	return s->band == 0 ? false : !o->into || strstr(o->until, "_low") ||
	       strstr(o->until, "_high") || strstr(o->until, "spare");
}

/* Of a sequence while it decodes, on average. */
static double mean_ctx(const struct serve_load *l)
{
	double sum = 0, steps = 0;

	for (int i = 0; i < l->nr; i++) {
		const struct serve_request *r = &l->request[i];

		sum += r->steps * (r->prompt_tok + r->output_tok / 2.0);
		steps += r->steps;
	}
	return steps > 0 ? sum / steps : 1;
}

/* --ranks of requests: all, whose steps are then played; or a sentence. */
static int play_ranks(struct serving_job *job, const struct question *q,
		      const struct options *o, struct fault *why)
{
	int groups = q->on.layout.dp * job->run.serve.fleet.replicas;
	struct serving_ranks_spec s = { { .seed = o->seed, .steps = o->steps },
		job->engine.max_seqs, mean_ctx(&job->load) };

	if (o->ranks < 0)
		return 0;
	if (o->ranks > 0)
		return fault_option(why, "--ranks", "requests are played on "
				    "every rank or in closed form", "write "
				    "all, or leave it out");
	s.most_seqs = fmin(s.most_seqs, fmax(1, job->engine.room_tok /
					     (s.ctx_tok +
					      job->engine.seq_tok)));
	if (job->load.client == SERVE_CLOSED)
		s.most_seqs = fmin(s.most_seqs,
				   ceil((double)job->load.clients / groups));
	serving_play_ranks(&job->price.ranks, q, &s);
	return 0;
}

int serving(const struct options *o, struct question *q,
	    const struct serving_spec *s)
{
	struct serving_job job = { .load = { 0 } };
	struct job_spec ask = { s, o->seed };
	struct serving_answer a;
	struct serve_log log;
	struct fault why = { 0 };
	struct served all = { q, &job.run, &a, &log,
			      serving_is_open(s) ? s->rate : (double)NAN };
	struct answer none;
	int status;

	assert(o && q && s);
	if (serving_refused(&none, q))
		return print_refused(&none, q, o);
	if (serving_format(o->serve.format, &why) ||
	    serving_file(&job.load, s, &why)) {
		serve_load_release(&job.load);
		return solve_fault(o, &why);
	}
	serving_met(q, &job.load);
	if (serving_job_make(&job, q, &ask, &why) ||
	    play_ranks(&job, q, o, &why)) {
		serving_job_release(&job);
		return solve_fault(o, &why);
	}
	job.run.band = job.run.near = serving_is_banded(o, s);
	job.run.serve.progress = o->into ? NULL : progress_stderr();
	serving_answer(&a, &log, q, &job.run);
	q->scenario.requests = job.load.nr - log.unsent;
	status = serving_print(&all, o);
	serve_log_release(&log);
	serving_job_release(&job);
	return status;
}
