#include "serve/sample.h"

#include <assert.h>

#include "base/mem.h"

static void advance(struct serve_log *l, ticks now)
{
	double s = ticks_to_s(now - l->now.at);

	assert(now >= l->now.at);
	l->present_s += s * l->now.present;
	l->running_s += s * l->now.running;
	l->waiting_s += s * l->now.waiting;
	l->kv_tok_s += s * l->now.kv_tok;
	l->replica_s += s * l->now.replicas;
	l->now.at = now;
}

void sampler_present(struct serve_log *l, ticks now, int by)
{
	advance(l, now);
	l->now.present += by;
	assert(l->now.present >= 0);
}

/* Every second sample goes, and from now on half as many are taken. */
static void thin(struct serve_log *l)
{
	l->samples /= 2;
	for (int i = 0; i < l->samples; i++)
		l->sample[i] = l->sample[2 * i];
	l->stride *= 2;
}

static void keep(struct serve_log *l, ticks now)
{
	if (l->now.samples++ % l->stride)
		return;
	if (l->samples == SERVE_SAMPLES)
		thin(l);
	l->sample[l->samples++] = (struct serve_sample){ now,
		l->now.running, l->now.waiting, l->now.kv_tok,
		l->now.replicas };
}

void sampler_change(struct serve_log *l, ticks now,
		    const struct sampler_delta *d)
{
	advance(l, now);
	l->now.running += d->running;
	l->now.waiting += d->waiting;
	l->now.kv_tok += d->kv_tok;
	assert(l->now.running >= 0 && l->now.waiting >= 0);
	if (l->now.running > l->running_most)
		l->running_most = l->now.running;
	if (l->now.waiting > l->waiting_most)
		l->waiting_most = l->now.waiting;
	if (l->now.kv_tok > l->kv_most_tok)
		l->kv_most_tok = l->now.kv_tok;
	keep(l, now);
}

void sampler_replicas(struct serve_log *l, ticks now, int by)
{
	advance(l, now);
	l->now.replicas += by;
	assert(l->now.replicas >= 0);
}

/* Steps of equal length, one after the other, are one entry. */
void sampler_gap(struct serve_log *l, double s, double seqs)
{
	assert(s >= 0 && seqs > 0);
	if (l->gaps && l->gap[l->gaps - 1].s == s) {
		l->gap[l->gaps - 1].seqs += seqs;
		return;
	}
	l->gap = mem_grow(l->gap, l->gaps, &l->gap_cap, sizeof(*l->gap));
	l->gap[l->gaps++] = (struct serve_gap){ s, seqs };
}

void sampler_end(struct serve_log *l, ticks now)
{
	advance(l, now);
}
