#include "limits/played.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "requests/job.h"
#include "base/mem.h"

#define Z99 2.5758293035489004	/* math: normal quantile of 0.995 */

enum {
	PER_CLIENT = 5,	/* size: requests; benchmarks send 10 */
	LEAST = 100,	/* size: requests, for a 99th percentile */
	MOST = 1000,	/* size: requests, for the time it takes; */
	ROUNDS = 2,	/* size: but so many of each client, */
	ANSWERS = 3,	/* size: and for as many times an answer takes where
			   requests come by themselves */
	CLIENTS = 4096	/* size: above, nothing is played */
};

static int requests_of(const struct played_spec *a)
{
	double n = fmax(LEAST, PER_CLIENT * a->clients);

	if (a->requests > 0)
		return a->requests;
	return (int)fmax(fmin(n, MOST), ROUNDS * a->clients);
}

static void replay(struct serve_tally *t, struct serving_job *job,
		   double slower)
{
	struct serve_log log;

	job->price.slower = slower;
	serve_run(&log, &job->run.serve);
	serve_tally(t, &job->run.serve, &log);
	if (log.done == 0)
		t->of[SERVE_TTFT].nr = 0;
	serve_log_release(&log);
	job->price.slower = 1;
}

/* As the engines of the choice share it out. */
static void ask_for(struct question *q, struct serving_spec *s,
		    const struct played_spec *a, double replicas)
{
	serving_init(s);
	snprintf(s->arrivals, sizeof(s->arrivals), "%s",
		 a->how == PLAYED_WAVES ? "waves" :
		 a->how == PLAYED_OPEN ? "poisson" : "closed");
	s->hit = fmin(a->hit, 0.99);	/* math: the last token is new */
	if (a->how == PLAYED_OPEN)
		s->rate = a->rate / replicas;
	q->scenario.concurrency = fmax(1, round(a->clients / replicas));
	q->scenario.requests = fmax(1, round(requests_of(a) / replicas));
}

/* False: this choice cannot be played. */
static bool play_so_many(struct played_way *w, const struct played_spec *a,
		 const struct ceiling *r)
{
	struct serving_job *job = mem_zeroed(1, sizeof(*job));
	struct question *q = mem_resize(NULL, 1, sizeof(*q));
	struct serving_spec spec;
	struct job_spec ask = { .spec = &spec, .seed = 1 };
	struct fault why;
	double sd = answer_log_sd(&r->best);
	double all = hypot(sd, a->limits->granted->versions);
	bool made;

	*q = r->best;
	question_serves(q, true);
	w->replicas = fmax(1, round(r->concurrency /
		fmax(1, r->best.scenario.concurrency)));
	ask_for(q, &spec, a, w->replicas);
	made = serving_job_make(job, q, &ask, &why) == 0;
	if (made) {
		replay(&w->as_is, job, 1);
		made = w->as_is.of[SERVE_TTFT].nr > 0;
	}
	if (made)
		replay(&w->least, job, exp(-Z99 * all));
	w->share = Z80 * sd / (Z99 * all);
	w->requests = requests_of(a);
	/* without what is in flight, which the load says */
	snprintf(w->setting, sizeof(w->setting), "%.*s", r->alone, r->setting);
	serving_job_release(job);
	free(job);
	free(q);
	return made;
}

/*
 * Requests that come by themselves fill an engine no sooner than the first of
 * them are answered: until then nobody sees the load.
 */
static bool play(struct played_way *w, const struct played_spec *a,
		 const struct ceiling *r)
{
	struct played_spec longer = *a;
	double n;

	if (!play_so_many(w, a, r))
		return false;
	n = ceil(ANSWERS * a->rate * w->as_is.of[SERVE_E2E].mean);
	if (a->how != PLAYED_OPEN || a->requests > 0 || n <= w->requests)
		return true;
	longer.requests = (int)fmin(n, CLIENTS);
	return play_so_many(w, &longer, r);
}

void played_make(struct played_run *p, const struct played_spec *a)
{
	const struct limits *l = a->limits;
	const struct ceiling *best[] = { &l->user, &l->total, l->first };

	assert(l != NULL && a->how >= PLAYED_CLOSED && a->how <= PLAYED_OPEN);
	*p = (struct played_run){ .ways = 0 };
	if (!l->timed || !l->fits || a->clients > CLIENTS)
		return;
	for (int i = 0; i < PLAYED_WAYS; i++) {
		bool again = !best[i] || !(best[i]->concurrency > 0);

		for (int k = 0; k < i && best[i]; k++)
			again |= !strcmp(best[i]->setting, best[k]->setting);
		if (!again)
			p->ways += play(&p->way[p->ways], a, best[i]);
	}
}
