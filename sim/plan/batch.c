#include "plan/search.h"

#include <assert.h>
#include <math.h>

/*
 * The largest batch of a layout. Time and room only get worse with the batch,
 * so halving would find it; but a step's time is nearly a line in the batch,
 * and layouts asked one after the other are much alike. So the batch of the
 * last that was like it is tried, then where a line through what is known
 * meets the limit: three or four steps are timed instead of ten.
 */

/* A batch that was asked about. */
struct tried {
	double batch, tpot_s;
	bool serves;
	bool late;		/* fits, has room, and only takes too long */
};

struct between {
	struct tried good, bad;	/* the most that serves; the least that does
				   not: batch INFINITY, where none is known */
	struct tried older;	/* one that served before, or batch 0 */
	double room;		/* more than this is not likely to fit */
};

/* ---- room ---- */

/*
 * Requests differ in length and in how far they are, and an engine keeps room
 * for what is to come: all of it, a share, or none. Of so many sequences with
 * means m = isl + osl (1 + kept) / 2 the sum stays below
 *
 *	batch m + 4 sqrt(batch) sd,	of a length's and of the progress's sd
 *
 * at nearly all times: two deviations are passed once in 44 looks, and where
 * room ends once all wait after it.
 */
enum { DEVIATIONS = 4 /* size: once in 30,000 looks */ };

struct request_room {
	double mean, sd;
};

static struct request_room request_room(const struct search *s)
{
	const struct scenario *of = &s->question.scenario;
	double kept = s->question.on.machine.stack->serve.reserve;

	return (struct request_room){
		of->isl + of->osl * (1 + fmin(1, kept)) / 2,
		hypot(FLEET_CV * of->isl,
		      of->osl * (1 - fmin(1, kept)) / sqrt(12)) }; /* math: */
}

static bool has_room(const struct search *s, double batch, double room_tok)
{
	struct request_room r = request_room(s);

	return batch <= 1 ||
	       batch * r.mean + DEVIATIONS * sqrt(batch) * r.sd <= room_tok;
}

/* About the largest batch of which that is so: a square in sqrt(batch). */
static double room_for(const struct search *s, const struct answer *a)
{
	double tok = held_room_tok(&a->held), root;
	double seqs = held_room_seqs(&a->held,
				     s->question.batch.ctx_tok);
	struct request_room r;
	double half;

	if (!s->prompts)
		return seqs;
	r = request_room(s);
	half = DEVIATIONS * r.sd / 2;
	root = (sqrt(half * half + r.mean * tok) - half) / r.mean;
	return fmin(seqs, root * root);
}

/* ---- batches of a pipeline ---- */

/*
 * Of a pool whose steps take whoever has come, one of p batches in flight that
 * is fuller takes longer, more come meanwhile, and they are its own. Each step
 * of n sequences takes c + k n a stage; the fullest, of m, comes round in p
 * (c + k m), and who comes in the last c + k n of that joins another. As many
 * come as go, so
 *
 *	m / (p (c + k m) - (p - 1) (c + k n)) = n / (c + k n),
 *
 * which is so of m = n, and of (p - 1) k n = c: beyond that n the others stay
 * there, and what is more gathers in one. Its tokens come in p k of all that
 * are in flight: no more of them a second for any number. By chance a batch has
 * its root more; two of those have to stay below it too. Whose engine reads its
 * prompts may be alike beyond that, as clients come back to another batch, or
 * not: that is played, not planned.
 */
static bool stays_alike(struct search *s)
{
	const struct serve_facts *of = serving_launch(&s->question);
	const struct layout *l = &s->question.on.layout;
	double seqs = s->question.batch.seqs, p = l->pp;
	double none_s, with_s = s->answer.step_s, chance;
	struct step_spec ask;

	assert(p >= 1 && with_s > 0);
	if (p < 2 || seqs < 2 || s->colocated || !(of->greedy_apart > 0))
		return true;
	ask = question_step(&s->question, seqs / 2);
	step_time(s->other, &ask);
	none_s = 2 * s->other->s - with_s;	/* p c, by a line */
	chance = 2 * sqrt(p / (seqs * l->dp));
	return (p - 1) * (with_s - none_s) * (1 + chance) <= none_s;
}

/* ---- one batch ---- */

static void ask(struct search *s, struct tried *t, double batch)
{
	struct answer *a = &s->answer;

	assert(batch >= 1);
	question_batch(&s->question, batch);
	answer_speed(a, &s->question, s->room);
	*t = (struct tried){ batch, a->tpot_s, a->fits, false };
	s->slower = (struct slower){ 1, 1 };
	if (!a->fits)
		return;
	t->serves = !s->prompts ||
		    has_room(s, batch, held_room_tok(&a->held));
	if (s->prompts && !s->colocated)
		t->serves &= a->step_s <= s->step_most_s;
	/* prompts can only slow it; one sequence alone has a time to say */
	if (t->serves && s->colocated &&
	    (batch <= 1 || a->tpot_s <= s->spec->tpot_s)) {
		prompts_wait(s);
		t->serves = prompts_beside(s, a, &s->slower);
		t->tpot_s *= s->slower.token;
	}
	t->late = t->serves && !(t->tpot_s <= s->spec->tpot_s &&
				 stays_alike(s));
	t->serves &= !t->late;
}

/* ---- where to ask next ---- */

/* Where a line through two of them meets the limit. */
static double meets_at(const struct tried *a, const struct tried *b,
		       double limit_s)
{
	return a->batch + (limit_s - a->tpot_s) * (b->batch - a->batch) /
			  (b->tpot_s - a->tpot_s);
}

/* Whole, and between what is known; by no line: the middle. */
static double next_of(const struct between *b, double limit_s, bool by_line)
{
	double most = fmin(b->bad.batch - 1, fmax(b->room, b->good.batch + 1));
	double at = most;

	if (!by_line)
		at = (b->good.batch + b->bad.batch) / 2;
	else if (b->bad.late)
		at = meets_at(&b->good, &b->bad, limit_s);
	else if (b->older.batch > 0 && isfinite(limit_s))
		at = meets_at(&b->older, &b->good, limit_s);
	if (isnan(at))
		at = (b->good.batch + b->bad.batch) / 2;
	return fmin(fmax(floor(at), b->good.batch + 1), floor(most));
}

/* The batch of the last layout with such attention, of such a place. */
static double *hint_of(struct search *s)
{
	return &s->hint[s->colocated][(int)s->question.scenario.tp %
				      SEARCH_HINTS];
}

static void learn(struct search *s, struct between *b, const struct tried *t)
{
	b->room = fmin(b->room, floor(room_for(s, &s->answer)));
	if (!t->serves) {
		b->bad = *t;
		return;
	}
	b->older = b->good;
	b->good = *t;
}

static void search(struct search *s, struct between *b)
{
	const int lines = 3;	/* size: without halving what is between */
	double guess = *hint_of(s), wide = INFINITY;
	int slow = 0;

	while (b->bad.batch - b->good.batch > 1) {
		double apart = b->bad.batch - b->good.batch, at;
		struct tried t;

		slow = apart < wide / 2 ? 0 : slow + 1;
		wide = fmin(wide, apart);
		at = guess > b->good.batch && guess < b->bad.batch ? guess :
		     next_of(b, s->spec->tpot_s, slow <= lines);
		guess = 0;
		ask(s, &t, at);
		learn(s, b, &t);
	}
}

/* ---- the largest ---- */

double batch_largest(struct search *s, struct answer *a, double most)
{
	struct between b = { .bad = { .batch = most + 1 },
			     .room = INFINITY };
	struct tried t;

	assert(most >= 0);
	ask(s, &t, 1);
	*a = s->answer;
	if (a->fits && !s->colocated)
		least_note(&s->plan->step_s, a->step_s);
	a->tpot_s = t.tpot_s;
	if (!t.serves)
		return 0;
	b.good = t;
	b.room = floor(room_for(s, a));
	if (s->question.wants_two && most >= 2) {
		ask(s, &t, 2);	/* 1 is one batch, and sends from more room */
		b.room = INFINITY;
		learn(s, &b, &t);
	}
	b.bad.batch = fmin(b.bad.batch, 1 + fmax(b.good.batch,
		floor(held_room_seqs(&s->answer.held,
				     s->question.batch.ctx_tok))));
	search(s, &b);
	if (s->question.batch.seqs < b.good.batch ||
	    s->question.batch.seqs > b.good.batch)
		ask(s, &t, b.good.batch);
	*a = s->answer;
	answer_rest(a, &s->question, s->room);
	if (s->colocated)
		prompts_slow(a, &s->slower);
	*hint_of(s) = b.good.batch;
	return b.good.batch;
}

double batch_first_s(struct search *s, double batch)
{
	struct tried t;

	assert(s->colocated && batch >= 1);
	ask(s, &t, batch);
	return s->answer.fits ? s->first_s : (double)NAN;
}

void batch_answer(struct search *s, struct answer *a, double batch)
{
	struct tried t;

	assert(!s->colocated && batch >= 1);
	ask(s, &t, batch);
	*a = s->answer;
}
