#include "learn/served.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "requests/job.h"

enum { MOST = 1000000 /* size: requests that a row may ask for */ };

static void refuse(struct swept *s, const char *reason)
{
	s->answer.fits = false;
	snprintf(s->answer.refusal, sizeof(s->answer.refusal), "%.*s",
		 (int)sizeof(s->answer.refusal) - 1, reason);
}

static const char *lacks(const struct scenario *s,
			 const struct serving_spec *v)
{
	if (!(s->isl >= 1) || !(s->osl >= 1))
		return "isl or osl is blank: requests have no length";
	if (!serving_is_open(v) && !(s->concurrency >= 1))
		return "concurrency is below 1: nobody asks";
	if (!(s->requests >= 1 && s->requests <= MOST))
		return "requests is not from 1 to 1000000";
	return NULL;
}

static struct seen seen_of(const struct serve_tally *t, int gpus)
{
	return (struct seen){ .ttft_s = t->of[SERVE_TTFT].at[1],
		.tpot_s = t->of[SERVE_TPOT].at[1],
		.ttft_p99_s = t->of[SERVE_TTFT].at[5],	/* size: P99 */
		.tok_s_gpu = t->output_tok / t->s / gpus };
}

/* The question of a row becomes that of what ran, with what it says of it. */
static int as_run(struct question *q, struct serving_spec *v,
		  struct fault *why)
{
	serving_init(v);
	if (serving_set_all(v, q->scenario.serving, why))
		return -1;
	if (*v->workload) {
		fault_what(why, "serving names a workload, and a row's "
			   "requests are drawn");
		return fault_remedy(why, "write isl, osl and spread, or ask "
				    "deeproof run, which reads it");
	}
	if (*v->slo || !isnan(v->band)) {
		fault_what(why, "serving sets %s, and a row %s", *v->slo ?
			   "slo" : "band", *v->slo ? "counts no requests" :
			   "has always one");
		return fault_remedy(why, "leave it out, or ask deeproof run");
	}
	return serving_as_run(q, why);
}

/*
 * With a band three times: also with steps slower and faster. Requests that
 * were answered, or -1 and a fault.
 */
static int play(struct seen *seen, const struct question *q,
		const struct job_spec *ask, bool band, struct fault *why)
{
	struct serving_job job = { .load = { 0 } };
	struct serving_answer a;
	struct serve_log log;
	double idle_W = q->on.machine.gpu->idle_W;
	int done = -1;

	if (!serving_job_make(&job, q, ask, why)) {
		job.run.band = band;
		job.run.near = false;
		serving_answer(&a, &log, q, &job.run);
		done = log.done;
		seen[SEEN_AS_IS] = seen_of(&a.as_is, a.gpus);
		seen[SEEN_SLOW] = seen_of(&a.slow, a.gpus);
		seen[SEEN_FAST] = seen_of(&a.fast, a.gpus);
		for (int i = 0; i < SEEN_NR; i++)	/* all but idling */
			seen[i].watt_gpu = idle_W + (a.watt_gpu - idle_W) *
				seen[i].tok_s_gpu / seen[SEEN_AS_IS].tok_s_gpu;
		serve_log_release(&log);
	}
	serving_job_release(&job);
	return done;
}

void served_play(struct seen *seen, const struct question *asked,
		 uint64_t seed)
{
	struct serving_spec spec;
	const struct job_spec ask = { &spec, seed };
	struct question q = *asked;
	struct seen all[SEEN_NR];
	struct fault why = { 0 };
	int bad;

	assert(asked->on.model && asked->colocated);
	bad = as_run(&q, &spec, &why) ||
		play(all, &q, &ask, false, &why) < 0;
	assert(!bad);
	(void)bad;
	*seen = all[SEEN_AS_IS];
}

/* Not an answer but a fault, at the row. */
static void malform(struct swept *s, const struct fault *why)
{
	struct fault at = s->fault;

	s->fault = *why;
	memcpy(s->fault.file, at.file, sizeof(at.file));
	s->fault.row = at.row;
	fault_about(&s->fault, "serving");
	s->malformed = true;
}

void served_row(struct swept *s, const struct question *asked,
		const struct run_spec *run)
{
	struct serving_spec spec;
	const struct job_spec ask = { &spec, run->seed };
	struct question q = *asked;
	struct fault why = { 0 };
	const char *lack;
	int done;

	assert(asked->colocated && s->served);
	if (as_run(&q, &spec, &why)) {
		malform(s, &why);
		return;
	}
	if (serving_refused(&s->answer, &q))
		return;
	s->answer.fits = true;
	*s->answer.refusal = '\0';
	lack = lacks(&asked->scenario, &spec);
	if (lack) {
		refuse(s, lack);
		return;
	}
	done = play(s->seen, &q, &ask, true, &why);
	if (done < 0)
		malform(s, &why);
	else if (done == 0)
		refuse(s, "no request is ever admitted: each is longer than "
			  "the model's context, the KV room or the token "
			  "budget");
}
