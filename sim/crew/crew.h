/*
 * crew: rows answered by several threads and handed on in order.
 */
#ifndef CREW_CREW_H
#define CREW_CREW_H

#include <stdint.h>

#include "answer/sweep.h"

/* Some rows that follow each other, done. */
struct crew_piece {
	int64_t from;		/* the first row */
	int rows;
	struct text text;	/* what `each` wrote of them, and */
	struct text notes;	/* what is to be said of them on stderr */
	int malformed;		/* of the rows, and */
	int unfit;		/* those answered with fits=no */
	int kept;		/* those that each counted */
	struct sweep_pen *pen;	/* of who does it; not owned */
};

/*
 * What is to be done. Any thread calls read and each, for a row at a time,
 * read into what holds the row that it read last; take gets the pieces in
 * order of rows, one call at a time, and a return other than 0 ends the work.
 */
struct crew_work {
	int64_t from;		/* the first row, and */
	int64_t rows;		/* the one behind the last */
	void (*read)(const void *of, int64_t row, struct swept *);
	void (*each)(void *of, int64_t row, const struct swept *,
		     struct crew_piece *);
	int (*take)(void *of, struct crew_piece *);
	/*
	 * Where pieces go to another program that takes them: what has gone,
	 * so that less need follow. NULL: that changes nothing.
	 */
	void (*gone)(void *of, const struct crew_piece *);
	void *of;
	const struct sweep_sheet *sheet;	/* that each writes lines of by
						   the piece's pen, or NULL */
};

struct crew_spec {
	struct sweep_spec sweep;
	int jobs;		/* threads; 0: as many as cores */
	/* of this work's rows, the first at work->from; may be NULL */
	void (*progress)(int64_t done, int64_t of);
	const struct library *library;	/* asked by one thread at a time */
};

/* Is it this program that takes the pieces, or does it only answer rows? */
bool crew_leads(void);

/* There will be no crew_run: the others need not wait for it. */
void crew_dismiss(void);

/*
 * 0, or what take returned; -1: a part of the crew was lost. The same
 * pieces whatever the number of threads.
 */
int crew_run(const struct crew_work *, const struct crew_spec *);

/* ---- what every kind of crew does alike: crew_rows.c ---- */

/* One that answers rows. */
struct crew_hand {
	struct sweeper sweeper;
	struct swept swept;	/* the last row */
	struct sweep_pen pen;
};

/* crew_hand_free. The library's is the spec's, or one that lends it. */
struct crew_hand *crew_hand_new(const struct crew_work *,
				const struct crew_spec *,
				const struct library *);
void crew_hand_free(struct crew_hand *);

/* Rows of the next piece, of those left. */
int crew_rows(const struct crew_spec *, int64_t left);

/* Tells the spec's progress that a piece was taken. */
void crew_progress(const struct crew_work *, const struct crew_spec *,
		   const struct crew_piece *);

void crew_piece_begin(struct crew_piece *, int64_t from, int rows);
void crew_piece_row(struct crew_piece *, const struct crew_work *, int64_t row,
		    struct crew_hand *);
void crew_piece_release(struct crew_piece *);

/* Answer every row of a table; results[table->rows] is the caller's. */
void crew_sweep(const struct table *, const struct crew_spec *,
		struct swept *results);

#endif
