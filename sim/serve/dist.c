#include "serve/dist.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

const double serve_percents[SERVE_RANKS] = {
	25, 50, 75, 90, 95, 99, 99.9	/* units: percent */
};

/* The samples x[from..to), of all in order those of ranks before..beyond. */
struct part {
	int from, to;
	double before, beyond;
};

/* The ranks that percentiles lie between, counted from 0. */
struct ranks {
	double low[SERVE_RANKS], high[SERVE_RANKS];
};

static void swap(struct serve_gap *a, struct serve_gap *b)
{
	struct serve_gap was = *a;

	*a = *b;
	*b = was;
}

static double middle_of(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* Less than one of them, like it, more: in this order (Dijkstra's flag). Those
   alike are in place and in neither part. */
static void split(struct serve_gap *x, const struct part *p,
		  struct part *less, struct part *more)
{
	double pivot = middle_of(x[p->from].s,
				 x[p->from + (p->to - p->from) / 2].s,
				 x[p->to - 1].s);
	int i = p->from;

	*less = (struct part){ p->from, p->from, p->before, p->before };
	*more = (struct part){ p->to, p->to, p->beyond, p->beyond };
	while (i < more->from) {
		if (x[i].s < pivot) {
			less->beyond += x[i].seqs;
			swap(&x[less->to++], &x[i++]);
		} else if (x[i].s > pivot) {
			more->before -= x[i].seqs;
			swap(&x[--more->from], &x[i]);
		} else {
			i++;
		}
	}
}

static bool is_wanted(const struct part *p, const struct ranks *r)
{
	for (int k = 0; k < SERVE_RANKS; k++)
		if ((r->low[k] >= p->before && r->low[k] < p->beyond) ||
		    (r->high[k] >= p->before && r->high[k] < p->beyond))
			return true;
	return false;
}

/*
 * Each wanted rank in its place, all that is less before it: a quicksort of
 * the parts that have one alone (Hoare 1961, FIND). The larger part is not
 * recursed into: the depth is a logarithm.
 */
static void put_in_place(struct serve_gap *x, struct part p,
			 const struct ranks *r)
{
	while (p.to - p.from > 1 && is_wanted(&p, r)) {
		struct part less, more;

		split(x, &p, &less, &more);
		if (less.to - less.from < more.to - more.from) {
			put_in_place(x, less, r);
			p = more;
		} else {
			put_in_place(x, more, r);
			p = less;
		}
	}
}

/* A place in samples that are walked in order. */
struct walk {
	const struct serve_gap *at, *last;
	double before;		/* samples, of this place */
};

/* The sample of this rank, walking on. */
static double ranked(struct walk *w, double rank)
{
	while (w->at < w->last && w->before + w->at->seqs <= rank)
		w->before += (w->at++)->seqs;
	return w->at->s;
}

/* numpy.percentile, linear: rank q (n - 1), between its two neighbours. */
static void percentiles(struct serve_dist *d, struct serve_gap *x, int nr)
{
	double rank[SERVE_RANKS];
	struct walk walk = { x, x + nr - 1, 0 };
	struct ranks r;

	for (int k = 0; k < SERVE_RANKS; k++) {
		rank[k] = serve_percents[k] * (d->nr - 1) /
			  100;	/* units: percent */
		r.low[k] = floor(rank[k]);
		r.high[k] = ceil(rank[k]);
	}
	put_in_place(x, (struct part){ 0, nr, 0, d->nr }, &r);
	for (int k = 0; k < SERVE_RANKS; k++) {
		double low = ranked(&walk, r.low[k]);
		struct walk on = walk;
		double high = ranked(&on, r.high[k]);

		d->at[k] = low + (rank[k] - r.low[k]) * (high - low);
	}
}

static void nothing(struct serve_dist *d)
{
	d->mean = d->sd = d->least = d->most = (double)NAN;
	for (int k = 0; k < SERVE_RANKS; k++)
		d->at[k] = (double)NAN;
}

void serve_dist_make(struct serve_dist *d, struct serve_gap *x, int nr)
{
	double sum = 0, squares = 0;

	assert(nr >= 0 && (x || !nr));
	*d = (struct serve_dist){ .least = INFINITY, .most = -INFINITY };
	for (int i = 0; i < nr; i++) {
		assert(x[i].seqs > 0);
		d->nr += x[i].seqs;
		sum += x[i].seqs * x[i].s;
		d->least = fmin(d->least, x[i].s);
		d->most = fmax(d->most, x[i].s);
	}
	if (nr == 0) {
		nothing(d);
		return;
	}
	d->mean = sum / d->nr;
	for (int i = 0; i < nr; i++)
		squares += x[i].seqs * (x[i].s - d->mean) * (x[i].s - d->mean);
	d->sd = sqrt(squares / d->nr);
	percentiles(d, x, nr);
}
