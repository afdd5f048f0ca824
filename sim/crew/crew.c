#include "crew/crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "crew/lend.h"

enum { PLACES = 32 /* size: pieces that are begun and not handed on */ };

struct place {
	struct crew_piece piece;
	bool done;
};

struct crew {
	const struct crew_work *work;
	const struct crew_spec *spec;
	struct lend lend;	/* the spec's library */
	pthread_mutex_t order;	/* guards what follows */
	pthread_cond_t turn;
	int64_t next;		/* row of the next piece to begin */
	int64_t begun, taken;	/* pieces, and those of them handed on */
	struct place place[PLACES];
	int status;
};

/* ---- pieces ---- */

/* The next rows that nobody has begun, in a free place; NULL: none are left. */
static struct place *begin(struct crew *c)
{
	struct place *p = NULL;

	pthread_mutex_lock(&c->order);
	while (!c->status && c->begun - c->taken == PLACES)
		pthread_cond_wait(&c->turn, &c->order);
	if (!c->status && c->next < c->work->rows) {
		int rows = crew_rows(c->spec, c->work->rows - c->next);

		p = &c->place[c->begun++ % PLACES];
		p->done = false;
		crew_piece_begin(&p->piece, c->next, rows);
		c->next += rows;
	}
	pthread_mutex_unlock(&c->order);
	return p;
}

static void take(struct crew *c, struct place *p)
{
	if (!c->status)
		c->status = c->work->take(c->work->of, &p->piece);
	crew_progress(c->work, c->spec, &p->piece);
	p->done = false;
	c->taken++;
}

/* Pieces are handed on in order: this one, when those before it are. */
static void hand_on(struct crew *c, struct place *p)
{
	pthread_mutex_lock(&c->order);
	p->done = true;
	while (c->taken < c->begun && c->place[c->taken % PLACES].done)
		take(c, &c->place[c->taken % PLACES]);
	pthread_cond_broadcast(&c->turn);
	pthread_mutex_unlock(&c->order);
}

static void *worker(void *arg)
{
	struct crew *c = arg;
	struct crew_hand *h = crew_hand_new(c->work, c->spec,
					    &c->lend.library);
	struct place *p;

	while ((p = begin(c)) != NULL) {
		struct crew_piece own = p->piece;	/* no line of a cache
							   is two threads' */
		for (int i = 0; i < own.rows; i++)
			crew_piece_row(&own, c->work, own.from + i, h);
		p->piece = own;
		hand_on(c, p);
	}
	crew_hand_free(h);
	return NULL;
}

bool crew_leads(void)
{
	return true;
}

void crew_dismiss(void)
{
}

static int threads_for(const struct crew_spec *a)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (a->jobs > 0)
		return a->jobs;
	return cores > 1 ? (int)cores : 1;
}

int crew_run(const struct crew_work *work, const struct crew_spec *spec)
{
	struct crew c = { .work = work, .spec = spec };
	int threads, started = 0;
	pthread_t *thread;

	assert(work && spec && spec->jobs >= 0);
	assert(work->from >= 0 && work->read && work->each && work->take);
	c.next = work->from;
	threads = threads_for(spec);
	thread = mem_zeroed((size_t)threads, sizeof(*thread));
	lend_init(&c.lend, spec->library);
	pthread_mutex_init(&c.order, NULL);
	pthread_cond_init(&c.turn, NULL);
	while (started < threads - 1 &&
	       !pthread_create(&thread[started], NULL, worker, &c))
		started++;
	worker(&c);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	pthread_cond_destroy(&c.turn);
	pthread_mutex_destroy(&c.order);
	lend_release(&c.lend);
	for (int i = 0; i < PLACES; i++)
		crew_piece_release(&c.place[i].piece);
	free(thread);
	return c.status;
}
