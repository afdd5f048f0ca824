#include "serve/door.h"

#include <assert.h>
#include <math.h>

void door_init(struct door *d, const struct serve_load *l,
	       const struct serve_door *is)
{
	assert(is->bucket_tok >= 0 && is->at_once >= 0);
	assert(is->refill_tok_s > 0 || !(is->bucket_tok > 0));
	*d = (struct door){ .is = is, .load = l, .tok = is->bucket_tok };
}

void door_release(struct door *d)
{
	fifo_release(&d->quota);
	fifo_release(&d->line);
}

static double charge_of(const struct door *d, int32_t id)
{
	double own = d->load->request[id].output_tok;

	return d->is->charge_tok > 0 ? d->is->charge_tok : own;
}

/* level = min(capacity, level + refill x time), as every token bucket. */
static void refill(struct door *d, ticks now)
{
	d->tok = fmin(d->is->bucket_tok, d->tok + d->is->refill_tok_s *
		      ticks_to_s(now - d->at));
	d->at = now;
}

/* To the tick in which its tokens are there, rounding aside. */
static bool may_pay(const struct door *d, int32_t id)
{
	double rounding = d->is->refill_tok_s * ticks_to_s(2);

	return d->tok + rounding >= charge_of(d, id);
}

bool door_knock(struct door *d, int32_t id, ticks now)
{
	assert(id >= 0 && id < d->load->nr && now >= d->at);
	if (!(d->is->bucket_tok > 0)) {
		fifo_push(&d->line, id);
		return true;
	}
	refill(d, now);
	if (charge_of(d, id) > d->is->bucket_tok)
		return false;
	if (d->is->waits) {
		fifo_push(&d->quota, id);
		return true;
	}
	if (!may_pay(d, id))
		return false;
	d->tok -= charge_of(d, id);
	fifo_push(&d->line, id);
	return true;
}

static void pay(struct door *d, ticks now)
{
	if (!d->quota.nr)
		return;
	refill(d, now);
	while (d->quota.nr && may_pay(d, fifo_first(&d->quota))) {
		int32_t id = fifo_pop(&d->quota);

		d->tok -= charge_of(d, id);
		fifo_push(&d->line, id);
	}
}

bool door_open(struct door *d, int32_t *id, ticks now)
{
	pay(d, now);
	if (!d->line.nr || (d->is->at_once && d->inside >= d->is->at_once))
		return false;
	*id = fifo_pop(&d->line);
	d->inside++;
	return true;
}

void door_leave(struct door *d)
{
	assert(d->inside > 0);
	d->inside--;
}

bool door_opens(const struct door *d, ticks now, double *s)
{
	double lacks;

	if (!d->quota.nr)
		return false;
	assert(d->at == now && d->is->refill_tok_s > 0);
	lacks = charge_of(d, fifo_first(&d->quota)) - d->tok;
	*s = fmax(0, lacks) / d->is->refill_tok_s;
	return true;
}
