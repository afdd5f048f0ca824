/*
 * The crew of crew/crew.h, over the ranks of an MPI job. The first rank takes
 * pieces in order, answers rows between, and hands the next piece to whoever
 * sends one back: a slow rank gets fewer. Each other rank has two, so that it
 * works while one is on its way.
 */
#include "crew/crew.h"

#include <mpi.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "cmd/mpi/ranks.h"

enum {
	DEPTH = 2,	/* pieces that a rank has */
	WINDOW = 32,	/* size: pieces a rank that are not in order yet */
	NAP_NS = 50000,	/* units: nanoseconds between looks for a message */
	TAG_PIECE = 1,	/* to a rank: from, rows; no rows are the end */
	TAG_DONE = 2,	/* and back: struct done, then TAG_TEXT */
	TAG_TEXT = 3	/* size: what it wrote and what is to be said */
};

/* What a rank tells of its piece. */
struct done {
	int64_t from, rows, malformed, unfit, kept, text, notes;
};

enum { DONE_NR = sizeof(struct done) / sizeof(int64_t) };

static volatile sig_atomic_t told_to_end;

static void end(int signal)
{
	(void)signal;
	told_to_end = 1;
}

static int ranks(void)
{
	int nr;

	MPI_Comm_size(MPI_COMM_WORLD, &nr);
	return nr;
}

bool crew_leads(void)
{
	int rank;

	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	return rank == 0;
}

/* A message of this kind is there; or it was told to end, and none came. */
static bool await(int from, int tag, MPI_Status *st)
{
	const struct timespec nap = { 0, NAP_NS };
	int there = 0;

	for (;;) {
		MPI_Iprobe(from, tag, MPI_COMM_WORLD, &there, st);
		if (there || told_to_end)
			return there;
		nanosleep(&nap, NULL);
	}
}

/* ---- a rank that answers ---- */

static void send_back(struct crew_piece *p)
{
	struct done d = { p->from, p->rows, p->malformed, p->unfit, p->kept,
			  (int64_t)p->text.len, (int64_t)p->notes.len };
	size_t text = p->text.len;

	MPI_Send(&d, DONE_NR, MPI_INT64_T, 0, TAG_DONE, MPI_COMM_WORLD);
	text_addn(&p->text, p->notes.buf ? p->notes.buf : "", p->notes.len);
	MPI_Send(p->text.buf, (int)p->text.len, MPI_CHAR, 0, TAG_TEXT,
		 MPI_COMM_WORLD);
	p->text.len = text;
	p->text.buf[text] = '\0';
}

/* Ends the program: what comes after a crew's work is the first rank's. */
static void follow(const struct crew_work *work, const struct crew_spec *spec)
{
	struct crew_hand *h = crew_hand_new(work, spec, spec->library);
	struct crew_piece p = { .text = TEXT_INIT, .notes = TEXT_INIT };
	int64_t piece[2];
	MPI_Status st;

	while (await(0, TAG_PIECE, &st)) {
		MPI_Recv(piece, 2, MPI_INT64_T, 0, TAG_PIECE, MPI_COMM_WORLD,
			 &st);
		if (!piece[1])
			break;
		crew_piece_begin(&p, piece[0], (int)piece[1]);
		for (int i = 0; i < p.rows; i++)
			crew_piece_row(&p, work, p.from + i, h);
		send_back(&p);
		if (work->gone)
			work->gone(work->of, &p);
	}
	crew_piece_release(&p);
	crew_hand_free(h);
	if (told_to_end)
		ranks_lost();
	exit(0);
}

/* ---- the rank that leads ---- */

struct place {
	struct crew_piece piece;
	bool done;
};

struct lead {
	const struct crew_work *work;
	const struct crew_spec *spec;
	struct place *place;	/* owned; a ring */
	int64_t places;
	int64_t next;		/* row of the next piece to begin */
	int64_t begun, taken;	/* pieces, and those of them handed on */
	int *has;		/* owned; pieces that a rank has */
	bool *ended;		/* owned; ranks that were told so */
	int ranks;
	int status;
};

static struct place *begin(struct lead *l)
{
	struct place *p = &l->place[l->begun % l->places];
	int rows = crew_rows(l->spec, l->work->rows - l->next);

	if (l->status || !rows || l->begun - l->taken == l->places)
		return NULL;
	p->done = false;
	crew_piece_begin(&p->piece, l->next, rows);
	l->next += rows;
	l->begun++;
	return p;
}

static bool all_begun(const struct lead *l)
{
	return l->status || l->next == l->work->rows;
}

static void send_piece(int rank, int64_t from, int rows)
{
	const int64_t piece[2] = { from, rows };

	MPI_Send(piece, 2, MPI_INT64_T, rank, TAG_PIECE, MPI_COMM_WORLD);
}

/* As many pieces to each as it may have; the end when there are none. */
static void deal(struct lead *l)
{
	for (int i = 0; i < DEPTH; i++)
		for (int r = 1; r < l->ranks; r++) {
			struct place *p = l->has[r] > i ? NULL : begin(l);

			if (!p)
				continue;
			send_piece(r, p->piece.from, p->piece.rows);
			l->has[r]++;
		}
	for (int r = 1; r < l->ranks && all_begun(l); r++)
		if (!l->has[r] && !l->ended[r]) {
			send_piece(r, 0, 0);
			l->ended[r] = true;
		}
}

static void take_in_order(struct lead *l)
{
	struct place *p = &l->place[l->taken % l->places];

	for (; l->taken < l->begun && p->done;
	     p = &l->place[++l->taken % l->places]) {
		if (!l->status)
			l->status = l->work->take(l->work->of, &p->piece);
		crew_progress(l->work, l->spec, &p->piece);
		p->done = false;
	}
}

static struct place *place_of(struct lead *l, int64_t from)
{
	for (int64_t i = l->taken; i < l->begun; i++)
		if (l->place[i % l->places].piece.from == from)
			return &l->place[i % l->places];
	return NULL;
}

static void receive(struct lead *l, int rank)
{
	struct done d;
	struct place *p;
	char *both;

	MPI_Recv(&d, DONE_NR, MPI_INT64_T, rank, TAG_DONE, MPI_COMM_WORLD,
		 MPI_STATUS_IGNORE);
	both = mem_zeroed((size_t)(d.text + d.notes) + 1, 1);
	MPI_Recv(both, (int)(d.text + d.notes), MPI_CHAR, rank, TAG_TEXT,
		 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	p = place_of(l, d.from);
	if (p) {
		p->piece.malformed = (int)d.malformed;
		p->piece.unfit = (int)d.unfit;
		p->piece.kept = (int)d.kept;
		text_addn(&p->piece.text, both, (size_t)d.text);
		text_addn(&p->piece.notes, both + d.text, (size_t)d.notes);
		p->done = true;
	}
	free(both);
	l->has[rank]--;
}

/* What has come is put in its place, and more is dealt out. */
static void attend(struct lead *l)
{
	MPI_Status st;
	int there;

	MPI_Iprobe(MPI_ANY_SOURCE, TAG_DONE, MPI_COMM_WORLD, &there, &st);
	for (; there; MPI_Iprobe(MPI_ANY_SOURCE, TAG_DONE, MPI_COMM_WORLD,
				 &there, &st)) {
		receive(l, st.MPI_SOURCE);
		take_in_order(l);
		deal(l);
	}
}

static bool others_work(const struct lead *l)
{
	for (int r = 1; r < l->ranks; r++)
		if (!l->ended[r])
			return true;
	return false;
}

static void own_piece(struct lead *l, struct place *p, struct crew_hand *h)
{
	for (int i = 0; i < p->piece.rows && !told_to_end; i++) {
		crew_piece_row(&p->piece, l->work, p->piece.from + i, h);
		attend(l);
	}
	p->done = true;
	take_in_order(l);
	deal(l);
}

static void lead(struct lead *l)
{
	struct crew_hand *h = crew_hand_new(l->work, l->spec,
					    l->spec->library);
	struct place *p;
	MPI_Status st;

	deal(l);
	while (!told_to_end && (others_work(l) || !all_begun(l))) {
		p = begin(l);
		if (p)
			own_piece(l, p, h);
		else if (await(MPI_ANY_SOURCE, TAG_DONE, &st))
			attend(l);
		deal(l);
	}
	take_in_order(l);
	crew_hand_free(h);
}

int crew_run(const struct crew_work *work, const struct crew_spec *spec)
{
	struct lead l = { .work = work, .spec = spec, .next = work->from,
			  .ranks = ranks() };

	signal(SIGTERM, end);
	if (!ranks_all(true)) {
		if (!crew_leads())
			exit(0);
		return -1;
	}
	if (!crew_leads())
		follow(work, spec);
	l.places = WINDOW * l.ranks;
	l.place = mem_zeroed((size_t)l.places, sizeof(*l.place));
	l.has = mem_zeroed((size_t)l.ranks, sizeof(*l.has));
	l.ended = mem_zeroed((size_t)l.ranks, sizeof(*l.ended));
	lead(&l);
	for (int64_t i = 0; i < l.places; i++)
		crew_piece_release(&l.place[i].piece);
	free(l.place);
	free(l.has);
	free(l.ended);
	if (told_to_end) {
		ranks_lost();
		return -1;
	}
	return l.status;
}

void crew_dismiss(void)
{
	ranks_all(false);
}
