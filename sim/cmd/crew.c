#include "cmd/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* Questions are made in turn (the library is one), answered side by side. */
enum { CHUNK = 512 /* size: rows between the two */ };

struct job {
	struct question *question;
	struct swept *swept;
	int nr;
	const struct sweep_spec *spec;
	atomic_int next;
};

static void *worker(void *arg)
{
	struct job *j = arg;
	int i;

	while ((i = atomic_fetch_add(&j->next, 1)) < j->nr)
		sweep_answer(&j->swept[i], &j->question[i], j->spec);
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

static int threads_for(const struct crew_spec *a)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (a->jobs > 0)
		return a->jobs;
	return cores > 1 ? (int)cores : 1;
}

void crew_sweep(const struct table *t, const struct library *lib,
		const struct crew_spec *a, struct swept *results)
{
	struct job j = { .spec = &a->sweep,
		.question = mem_zeroed(CHUNK, sizeof(*j.question)) };
	struct memo *memo = memo_new(lib);

	for (int from = 0; from < t->rows; from += CHUNK) {
		j.nr = t->rows - from < CHUNK ? t->rows - from : CHUNK;
		j.swept = results + from;
		for (int i = 0; i < j.nr; i++)
			sweep_make(&j.swept[i], &j.question[i],
				   &(struct sweep_row){ t, from + i, memo },
				   &a->sweep);
		answer_all(&j, threads_for(a));
		if (a->progress)
			a->progress(from + j.nr, t->rows);
	}
	free(memo);
	free(j.question);
}
