#include "time/spreads.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "time/step.h"

#define GOLDEN 0x9e3779b97f4a7c15u	/* math: 2^64 / golden ratio */

#define OTHER_IDS 0x80000000u	/* size: ids from here are of skews changed */

enum { HIGH = 64 - 11 /* size: the bits of SPREADS are the highest */ };

struct spreads *spreads_new(void)
{
	return mem_zeroed(1, sizeof(struct spreads));
}

static unsigned slot_of(unsigned id, double tok)
{
	uint64_t bits;

	memcpy(&bits, &tok, sizeof(bits));
	return (unsigned)((bits * GOLDEN + id * (GOLDEN >> 1)) * GOLDEN >>
			  HIGH);
}

static bool is_of(const struct spread_kept *k, const struct skew *s,
		  const struct fallen *by)
{
	return k->of == s->id && k->by.tok == by->tok &&
	       k->by.apart == by->apart && k->by.pad == by->pad;
}

/*
 * Two to a slot, the later one first: of a few hundred batches in as many
 * thousand slots, one in eight shares its own with another.
 */
void spreads_get(const struct step_spec *a, const struct fallen *by,
		 struct spread *out)
{
	struct spreads *kept = a->spreads;
	const struct skew *s = a->skew;
	struct spread_kept *k;

	assert(by->tok > 0 && by->pad >= 1);
	if (!kept || s->id == 0) {
		skew_spread(s, by, out);
		return;
	}
	k = kept->kept[slot_of(s->id, by->tok)];
	if (is_of(&k[1], s, by))
		k++;
	if (!is_of(k, s, by)) {
		k[1] = k[0];
		skew_spread(s, by, &k->spread);
		k->of = s->id;
		k->by = *by;
	}
	*out = k->spread;
}

/* ---- other skews ---- */

/* Moments of exp(sigma z) over its mean: e^v - 1, and (e^v - 1)^2 (e^v + 2). */
static void widen(struct moments *m, double sigma, double to)
{
	double was = exp(sigma * sigma), is = exp(to * to);
	double f = (is - 1) / (was - 1);

	m->var *= f;
	m->third *= f * f * (is + 2) / (was + 2);
}

static void spread_out(struct skew *s, double sigma, double to)
{
	double all = 0, now = 0;

	for (int i = 0; i < s->nodes; i++)
		all += s->share[i] * s->p[i];
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = pow(s->p[i], to / sigma);
		now += s->share[i] * s->p[i];
	}
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = fmin(s->p[i] * all / now, 1 - DBL_EPSILON);
		s->miss[i] = log1p(-s->p[i]);
	}
	if (s->tops == 0)
		widen(&s->rank, sigma, to);
}

static void change(struct skew *out, const struct skew *s,
		   const struct skew_change *by)
{
	*out = *s;
	out->id = 0;
	if (by->to > by->sigma)
		spread_out(out, by->sigma, by->to);
	out->drift_cv += by->drift_cv;
}

const struct skew *spreads_other(struct spreads *kept, const struct skew *s,
				 const struct skew_change *by,
				 struct skew *room)
{
	unsigned at;

	assert(by->to >= by->sigma && by->drift_cv >= 0);
	if (!kept || s->id == 0) {
		change(room, s, by);
		return room;
	}
	for (at = 0; at < SPREADS_OTHERS; at++)
		if (kept->other[at].of == s->id &&
		    !memcmp(&kept->other[at].by, by, sizeof(*by)))
			return &kept->other[at].skew;
	at = kept->others++ % SPREADS_OTHERS;
	kept->other[at].of = s->id;
	kept->other[at].by = *by;
	change(&kept->other[at].skew, s, by);
	kept->other[at].skew.id = OTHER_IDS + kept->others;
	return &kept->other[at].skew;
}
