#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crew/crew.h"

enum {
	PIECE = 256,	/* size: rows of a piece, in closed form */
	PLAYED = 4	/* size: and through the event engine, which is slow */
};

int crew_rows(const struct crew_spec *spec, int64_t left)
{
	int most = spec->sweep.play ? PLAYED : PIECE;

	assert(left >= 0);
	return left < most ? (int)left : most;
}

void crew_progress(const struct crew_work *work, const struct crew_spec *spec,
		   const struct crew_piece *p)
{
	int64_t done = p->from + p->rows - work->from;

	assert(done > 0 && p->from + p->rows <= work->rows);
	if (spec->progress)
		spec->progress(done, work->rows - work->from);
}

struct crew_hand *crew_hand_new(const struct crew_work *work,
				const struct crew_spec *spec,
				const struct library *library)
{
	struct crew_hand *h = mem_zeroed(1, sizeof(*h));

	sweeper_init(&h->sweeper, &spec->sweep, library);
	h->pen.sheet = work->sheet;
	return h;
}

void crew_hand_free(struct crew_hand *h)
{
	sweeper_release(&h->sweeper);
	sweep_pen_release(&h->pen);
	free(h);
}

void crew_piece_begin(struct crew_piece *p, int64_t from, int rows)
{
	assert(from >= 0 && rows > 0);
	p->from = from;
	p->rows = rows;
	p->malformed = p->unfit = p->kept = 0;
	p->text.len = p->notes.len = 0;
}

void crew_piece_row(struct crew_piece *p, const struct crew_work *work,
		    int64_t row, struct crew_hand *h)
{
	struct swept *s = &h->swept;

	assert(row >= p->from && row < p->from + p->rows);
	p->pen = &h->pen;
	do {	/* one that follows and is malformed is told as it was given */
		work->read(work->of, row, s);
		sweep_answer(s, &h->sweeper);
	} while (s->malformed && s->follows);
	p->malformed += s->malformed;
	p->unfit += !s->malformed && !s->answer.fits;
	work->each(work->of, row, s, p);
}

void crew_piece_release(struct crew_piece *p)
{
	text_release(&p->text);
	text_release(&p->notes);
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
				      NULL, &rows, NULL }, spec);
}
