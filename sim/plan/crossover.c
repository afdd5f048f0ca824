#include "plan/crossover.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BOARD = 8 /* size: GPUs that attention is split over at most */ };

struct sides {
	struct question tp, dp;
	struct step *room;
};

static int side(struct question *q, const struct choice *c,
		const struct fleet_spec *a, double tp)
{
	struct scenario s = c->scenario;
	struct fault why;

	s.tp = tp;
	s.dcp = 1;
	s.batch = 1;
	s.concurrency = s.requests = (double)NAN;
	s.redundant = 0;
	strcpy(s.overlap, "none");
	strcpy(s.balance, "skewed");
	return question_make(q, &s, a->library, &why);
}

/* Time a token of n sequences on the replica; NaN: there is no room. */
static double tpot_s(struct sides *s, struct question *q, double n)
{
	struct answer a;

	question_batch(q, n / q->on.layout.dp);
	answer_step(&a, q, s->room);
	return a.fits ? a.tpot_s : (double)NAN;
}

static double most(struct sides *s, struct question *q)
{
	struct answer a;

	question_batch(q, 1);
	answer_step(&a, q, s->room);
	return floor(a.max_batch) * q->on.layout.dp;
}

/* Split is slower at n; false too where one has no room. */
static bool crossed(struct sides *s, double n)
{
	return tpot_s(s, &s->tp, n) >= tpot_s(s, &s->dp, n);
}

static double cross(struct sides *s, double room)
{
	double low = 1, high = 1;

	assert(room >= 1);
	if (crossed(s, 1))
		return 1;
	while (high < room && !crossed(s, high)) {
		low = high;
		high = fmin(room, ceil(high * 1.25));	/* size: of a step */
	}
	if (!crossed(s, high))
		return (double)NAN;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		*(crossed(s, middle) ? &high : &low) = middle;
	}
	return high;
}

int crossover_make(struct crossover *x, const struct choice *c,
		   const struct fleet_spec *a)
{
	struct sides *s = mem_zeroed(1, sizeof(*s));
	double tp = c->scenario.gpus;
	int rc = 1;

	assert(tp >= 1);
	*x = (struct crossover){ .seqs = (double)NAN, .tp = tp };
	s->room = step_room();
	if (tp > 1 && tp <= BOARD && !(c->scenario.pp > 1) &&
	    !side(&s->tp, c, a, tp) && !side(&s->dp, c, a, 1)) {
		x->tp_tpot_s = tpot_s(s, &s->tp, 1);
		x->dp_tpot_s = tpot_s(s, &s->dp, 1);
		x->tp_most = most(s, &s->tp);
		x->dp_most = most(s, &s->dp);
		if (x->tp_most >= 1 && x->dp_most >= 1)
			x->seqs = cross(s, fmin(x->tp_most, x->dp_most));
		rc = 0;
	}
	free(s->room);
	free(s);
	return rc;
}
