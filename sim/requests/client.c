#include "requests/serving.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

#define SIGMAS 6.0	/* math: above a mean */
#define SPREAD 0.8	/* size: the shortest of a uniform, if none is given */
#define FEWEST 0.25	/* size: of a lognormal's mean, taken as its least */
#define MOST 1e9	/* size: requests at once, pieces of a stream */

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

/* The second of two words is true, the first and none are false. */
static int choose(bool *is, const char *text, const char *const *words,
		  struct fault *why)
{
	*is = strcmp(text, words[2]) == 0;
	if (!*text || *is || strcmp(text, words[1]) == 0)
		return 0;
	fault_what(why, "%s is \"%.40s\"", words[0], text);
	return fault_remedy(why, "write %s or %s", words[1], words[2]);
}

static int wrong(struct fault *why, const char *what, const char *remedy)
{
	fault_what(why, "%s", what);
	return fault_remedy(why, "%s", remedy);
}

static int clock_of(const struct serving_spec *s, struct serve_reading *r,
		    struct fault *why)
{
	r->stop_s = given(s->stop_s, 0);
	r->warm_s = given(s->warm_s, 0);
	r->more_chunks = (int)fmin(MOST, given(s->more_chunks, 0));
	if (s->more_chunks > MOST)
		return wrong(why, "more_chunks is over 1000000000",
			     "write the pieces of a stream that hold no token");
	if (!isnan(s->stop_s) && !(r->stop_s > 0))
		return wrong(why, "duration is 0",
			     "write seconds after which nothing is sent");
	if (r->stop_s > 0 && r->warm_s >= r->stop_s)
		return wrong(why, "the warm-up is as long as the run",
			     "write a warmup below duration");
	return 0;
}

static int door_of(const struct serving_spec *s, struct serve_door *d,
		   struct fault *why)
{
	double at_once = fmin(given(s->semaphore, MOST),
			      given(s->threads, MOST));

	d->bucket_tok = given(s->bucket_tok, 0);
	d->refill_tok_s = given(s->refill_tok_s, 0);
	d->charge_tok = given(s->charge_tok, 0);
	d->connect_s = given(s->connect_s, 0);
	if (d->connect_s > HOUR_S)
		return wrong(why, "connect is over an hour",
			     "write it in ms");
	if (d->bucket_tok > 0 && !(d->refill_tok_s > 0))
		return wrong(why, "a bucket is never filled again",
			     "write refill, tokens a second");
	if (!(d->bucket_tok > 0) && d->refill_tok_s > 0)
		return wrong(why, "refill has no bucket to fill",
			     "write bucket, the tokens that it holds");
	if (!(at_once >= 1))
		return wrong(why, "nobody may pass the door",
			     "write semaphore and threads of 1 or more");
	d->at_once = at_once < MOST ? (int)at_once : 0;
	return 0;
}

int serving_beside(struct serve_door *d, const struct serving_spec *s,
		   struct fault *why)
{
	assert(*s->overflow != '\0');
	d->bucket_tok = given(s->beside_tok, 0);
	d->refill_tok_s = given(s->beside_tok_s, 0);
	if (d->bucket_tok > 0 && !(d->refill_tok_s > 0))
		return wrong(why, "its bucket is never filled again",
			     "write overflow_refill, tokens a second");
	if (!(d->bucket_tok > 0) && d->refill_tok_s > 0)
		return wrong(why, "overflow_refill has no bucket to fill",
			     "write overflow_bucket, the tokens that it holds");
	if (!(s->bucket_tok > 0) || *s->over == 'w')
		return wrong(why, "nobody is refused, so that nothing "
			     "overflows", "give the first a bucket and refill "
			     "that refuse");
	return 0;
}

int serving_client(struct serve_load *l, const struct serving_spec *s,
		   struct fault *why)
{
	static const char *const count[] = { "count", "tokens", "chunks" };
	static const char *const by[] = { "tpot_by", "n-1", "n" };
	static const char *const over[] = { "over", "refused", "waits" };

	assert(l->nr >= 0);
	return choose(&l->reading.chunks, s->count, count, why) ||
	       choose(&l->reading.by_n, s->tpot_by, by, why) ||
	       choose(&l->door.waits, s->over, over, why) ||
	       clock_of(s, &l->reading, why) ||
	       door_of(s, &l->door, why) ? -1 : 0;
}

double serving_requests_most(const struct question *q,
			     const struct serving_spec *s, double step_s)
{
	double least = *s->lengths == 'l' ? FEWEST : given(s->spread, SPREAD);
	double tok = fmax(1, floor(q->scenario.osl * least));
	double steps = fmax(1, (tok - 1) / (1 + q->on.layout.drafts));
	double come = s->stop_s * s->rate;

	assert(s->stop_s > 0 && step_s > 0);
	if (s->rate > 0)
		return ceil(come + SIGMAS * sqrt(come) + 1);
	return q->scenario.concurrency *
	       ceil(1 + s->stop_s / (steps * step_s / 2));
}
