#include "cmd/crew.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	PIECE = 256,	/* size: rows of a piece, in closed form */
	PLAYED = 4	/* size: and through the event engine, which is slow */
};

struct crew {
	const struct crew_work *work;
	const struct crew_spec *spec;
	struct library library;	/* the spec's, by one thread at a time */
	pthread_mutex_t shelf;
	pthread_mutex_t order;	/* guards what follows */
	pthread_cond_t turn;
	int64_t next;		/* row of the next piece to begin */
	int64_t taken;		/* rows handed on */
	int status;
};

/* ---- the library, by one thread at a time ---- */

static const struct gpu *lend_gpu(void *of, const char *name,
				  struct fault *why)
{
	struct crew *c = of;
	const struct gpu *got;

	pthread_mutex_lock(&c->shelf);
	got = c->spec->library->gpu(c->spec->library->of, name, why);
	pthread_mutex_unlock(&c->shelf);
	return got;
}

static const struct stack *lend_stack(void *of,
				      const struct stack_spec *spec,
				      struct fault *why)
{
	struct crew *c = of;
	const struct stack *got;

	pthread_mutex_lock(&c->shelf);
	got = c->spec->library->stack(c->spec->library->of, spec, why);
	pthread_mutex_unlock(&c->shelf);
	return got;
}

static const struct model *lend_model(void *of, const char *name,
				      struct fault *why)
{
	struct crew *c = of;
	const struct model *got;

	pthread_mutex_lock(&c->shelf);
	got = c->spec->library->model(c->spec->library->of, name, why);
	pthread_mutex_unlock(&c->shelf);
	return got;
}

/* ---- pieces ---- */

/* The next rows that nobody has begun; 0 when there are none. */
static int begin(struct crew *c, int64_t *from)
{
	int most = c->spec->sweep.play ? PLAYED : PIECE, rows = 0;

	pthread_mutex_lock(&c->order);
	*from = c->next;
	if (!c->status)
		rows = c->work->rows - *from < most ?
			(int)(c->work->rows - *from) : most;
	c->next += rows;
	pthread_mutex_unlock(&c->order);
	return rows;
}

static void count(struct crew_piece *p, const struct swept *s)
{
	p->malformed += s->malformed;
	p->unfit += !s->malformed && !s->answer.fits;
}

static void answer(struct crew *c, struct crew_piece *p, struct sweeper *w,
		   struct swept *s)
{
	p->malformed = p->unfit = p->kept = 0;
	p->text.len = p->notes.len = 0;
	for (int64_t row = p->from; row < p->from + p->rows; row++) {
		c->work->read(c->work->of, row, s);
		sweep_answer(s, w);
		count(p, s);
		c->work->each(c->work->of, row, s, p);
	}
}

static int shown(int64_t rows)
{
	return rows < INT_MAX ? (int)rows : INT_MAX;
}

/* Hand a piece on when those before it are. */
static void hand_on(struct crew *c, struct crew_piece *p)
{
	pthread_mutex_lock(&c->order);
	while (c->taken != p->from)
		pthread_cond_wait(&c->turn, &c->order);
	if (!c->status)
		c->status = c->work->take(c->work->of, p);
	c->taken += p->rows;
	if (c->spec->progress)
		c->spec->progress(shown(c->taken), shown(c->work->rows));
	pthread_cond_broadcast(&c->turn);
	pthread_mutex_unlock(&c->order);
}

static void *worker(void *arg)
{
	struct crew *c = arg;
	struct crew_piece p = { .text = TEXT_INIT, .notes = TEXT_INIT };
	struct swept *s = mem_zeroed(1, sizeof(*s));
	struct sweeper *w = mem_zeroed(1, sizeof(*w));

	sweeper_init(w, &c->spec->sweep, &c->library);
	while ((p.rows = begin(c, &p.from))) {
		answer(c, &p, w, s);
		hand_on(c, &p);
	}
	sweeper_release(w);
	text_release(&p.text);
	text_release(&p.notes);
	free(w);
	free(s);
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
	int threads = threads_for(spec), started = 0;
	pthread_t *thread = mem_zeroed((size_t)threads, sizeof(*thread));
	struct crew c = { .work = work, .spec = spec, .next = work->from,
			  .taken = work->from };

	c.library = (struct library){ lend_gpu, lend_stack, lend_model, &c };
	pthread_mutex_init(&c.shelf, NULL);
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
	pthread_mutex_destroy(&c.shelf);
	free(thread);
	return c.status;
}

/* ---- a table's rows ---- */

struct rows {
	const struct table *table;
	struct swept *results;
};

static void read_row(const void *of, int64_t row, struct swept *s)
{
	sweep_read(s, ((const struct rows *)of)->table, (int)row);
}

static void keep_row(void *of, int64_t row, const struct swept *s,
		     struct crew_piece *p)
{
	(void)p;
	((struct rows *)of)->results[row] = *s;
}

static int take_rows(void *of, struct crew_piece *p)
{
	(void)of;
	(void)p;
	return 0;
}

void crew_sweep(const struct table *t, const struct crew_spec *spec,
		struct swept *results)
{
	struct rows rows = { t, results };

	crew_run(&(struct crew_work){ 0, t->rows, read_row, keep_row, take_rows,
				      NULL, &rows }, spec);
}
