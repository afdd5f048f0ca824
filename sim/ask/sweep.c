#include "ask/sweep.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* Questions are made in turn (the shelf is one), answered side by side. */
enum { CHUNK = 512 /* size: rows between the two */ };

struct job {
	struct question *question;
	struct swept *swept;
	int nr;
	const struct sweep_ask *ask;
	bool *search;		/* per row: look for the largest batch */
	atomic_int next;
};

static void nothing_meets(struct swept *s, const struct question *q)
{
	s->answer.fits = false;
	snprintf(s->answer.refusal, sizeof(s->answer.refusal),
		 "not even one sequence of %g tokens fits and meets the "
		 "target; more GPUs, a larger ep or a longer time a token "
		 "would", q->batch.ctx_tok);
	s->answer.bound = BOUND_CAPACITY;
}

static void answer_one(struct job *j, int i)
{
	struct question *q = &j->question[i];
	struct swept *s = &j->swept[i];
	struct played played;
	double most = 1;

	if (s->malformed)
		return;
	if (j->search[i]) {	/* in closed form, which is quick */
		most = answer_largest_batch(q, j->ask->tpot_s);
		question_batch(q, most > 0 ? most : 1);
	}
	if (j->ask->play)
		answer_run(&s->answer, q, &j->ask->run, &played);
	else
		answer_step(&s->answer, q, NULL);
	if (!(most > 0) && s->answer.fits)
		nothing_meets(s, q);
	s->scenario = q->scenario;
}

static void *worker(void *arg)
{
	struct job *j = arg;
	int i;

	while ((i = atomic_fetch_add(&j->next, 1)) < j->nr)
		answer_one(j, i);
	return NULL;
}

static void answer_all(struct job *j, int threads)
{
	pthread_t *thread = mem_zeroed((size_t)threads, sizeof(*thread));
	int started = 0;

	atomic_store(&j->next, 0);
	while (started < threads - 1 &&
	       pthread_create(&thread[started], NULL, worker, j) == 0)
		started++;
	worker(j);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	free(thread);
}

static void make_one(const struct table *t, int row, struct shelf *shelf,
		     struct job *j, int i)
{
	struct swept *s = &j->swept[i];

	memset(s, 0, sizeof(*s));
	s->malformed = scenario_read(&s->scenario, t, row, &s->fault) != 0;
	if (s->malformed)
		return;
	j->search[i] = isfinite(j->ask->tpot_s) &&
		       isnan(s->scenario.batch) &&
		       isnan(s->scenario.concurrency);
	if (j->search[i])
		s->scenario.batch = 1;
	fault_at(&s->fault, "", 0, 0);
	s->malformed = question_make(&j->question[i], &s->scenario, shelf,
				     &s->fault) != 0;
	if (!s->malformed)
		s->malformed = s->unsimulated =
			question_simulated(&j->question[i], &s->fault) != 0;
	if (!*s->fault.file) {
		snprintf(s->fault.file, sizeof(s->fault.file), "%s",
			 t->name);
		s->fault.row = t->line[row];
	}
}

static int threads_for(const struct sweep_ask *a)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (a->jobs > 0)
		return a->jobs;
	return cores > 1 ? (int)cores : 1;
}

void sweep_rows(const struct table *t, struct shelf *shelf,
		const struct sweep_ask *a, struct swept *results)
{
	struct job j = { .ask = a,
		.question = mem_zeroed(CHUNK, sizeof(*j.question)),
		.search = mem_zeroed(CHUNK, sizeof(*j.search)) };

	for (int from = 0; from < t->rows; from += CHUNK) {
		j.nr = t->rows - from < CHUNK ? t->rows - from : CHUNK;
		j.swept = results + from;
		for (int i = 0; i < j.nr; i++)
			make_one(t, from + i, shelf, &j, i);
		answer_all(&j, threads_for(a));
		if (a->progress)
			a->progress(from + j.nr, t->rows);
	}
	free(j.search);
	free(j.question);
}

/* Scenario columns, then the input's own, then the answer's. */
static void columns(const struct table *in, struct table *out)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		table_need(out, scenario_columns[i].name);
	for (int c = 0; c < in->columns; c++)
		table_need(out, in->head[c]);
	for (int i = 0; i < answer_columns_nr; i++)
		table_need(out, answer_columns[i]);
}

void sweep_table(const struct table *in, const struct swept *s,
		 struct table *out)
{
	columns(in, out);
	for (int r = 0; r < in->rows; r++) {
		int to = table_add_row(out, in->line[r]);

		for (int c = 0; c < in->columns; c++)
			table_set(out, to, table_need(out, in->head[c]),
				  table_get(in, r, c));
		if (s[r].malformed) {
			table_set(out, to, table_column(out, "refusal"),
				  s[r].fault.what);
			continue;
		}
		scenario_write(&s[r].scenario, out, to);
		answer_write(&s[r].answer, out, to);
	}
}
