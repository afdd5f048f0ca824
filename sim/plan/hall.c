#include "plan/hall.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/chance.h"
#include "base/larger.h"
#include "base/mem.h"
#include "serve/queue.h"

enum {
	SEED = 1,	/* size: any */
	FEW = 4000,	/* size: prompts of a play where they seldom meet */
	START = 8	/* size: an eighth of a play is not looked at */
};

#define SELDOM 0.5		/* size: loads below which they seldom meet */

/* ---- what is played ---- */

struct group {
	struct fifo wait;	/* the first of them may be cut: */
	int32_t done_tok;
};

/* A prompt of the play that runs, or of the last. */
struct met {
	double at_s, seen_s;	/* sent; when an engine could see it */
	double first_s;		/* on the clock */
};

struct server {
	struct group *group;	/* owned */
	struct fifo inbox, ending;
	double began_s, ends_s;	/* the pass that runs; INFINITY: none does */
	double tokenized_s;	/* when the tokenizer is free */
	int outstanding;
	int waiting;		/* of those, in its groups */
};

struct hall {
	const struct drawn *drawn;
	struct server *server;	/* owned */
	int servers;
	double now_s;
	struct server *next;	/* that ends its pass, the first of equals */
	struct met *met;	/* of each prompt; owned */
	double *sorted_s;	/* owned */
};

struct drawn *hall_draw(const struct readers_spec *a)
{
	struct drawn *d = mem_zeroed(1, sizeof(*d));
	double longest = 2 * a->prompt_tok / (1 + a->spread);
	double least = fmax(1, floor(longest * a->spread));
	struct chance when, how_long;
	double gaps = 0;

	assert(a->groups >= 1 && a->prompt_tok >= 1);
	d->engine = *a->engine;
	d->spec = *a;
	d->spec.engine = &d->engine;
	chance_fill(&when, chance_seed(SEED, 0, STREAM_ARRIVALS));
	chance_fill(&how_long, chance_seed(SEED, 0, STREAM_TOKENS));
	for (int i = 0; i < HALL_PROMPTS; i++) {
		struct prompt *p = &d->prompt[i];
		double more = chance_uniform(&how_long) *
			      fmax(0, longest - least);

		p->gap = chance_exponential(&when, 1);
		gaps += p->gap;
		p->tok = (int32_t)fmax(1, round(least + more));
		p->cached_tok = (int32_t)fmin(a->cached_share * p->tok,
					      p->tok - 1);
	}
	for (int i = 0; i < HALL_PROMPTS; i++)
		d->prompt[i].gap *= HALL_PROMPTS / gaps;
	return d;
}

struct hall *hall_new(const struct drawn *d, int servers)
{
	struct hall *h = mem_zeroed(1, sizeof(*h));

	assert(servers >= 1);
	h->drawn = d;
	h->servers = servers;
	/* not cleared: who comes writes them first */
	h->met = mem_resize(NULL, HALL_PROMPTS, sizeof(*h->met));
	h->sorted_s = mem_resize(NULL, HALL_PROMPTS, sizeof(*h->sorted_s));
	h->server = mem_zeroed((size_t)servers, sizeof(*h->server));
	h->next = h->server;
	for (int i = 0; i < servers; i++) {
		h->server[i].ends_s = INFINITY;
		h->server[i].group = mem_zeroed((size_t)d->spec.groups,
			sizeof(*h->server[i].group));
	}
	return h;
}

void hall_free(struct hall *h)
{
	if (!h)
		return;
	for (int i = 0; i < h->servers; i++) {
		struct server *s = &h->server[i];

		for (int g = 0; g < h->drawn->spec.groups; g++)
			fifo_release(&s->group[g].wait);
		free(s->group);
		fifo_release(&s->inbox);
		fifo_release(&s->ending);
	}
	free(h->server);
	free(h->met);
	free(h->sorted_s);
	free(h);
}

/* ---- a pass ---- */

/* To the group that has the fewest. */
static void receive(const struct hall *h, struct server *s, double seen_s)
{
	while (s->inbox.nr &&
	       h->met[fifo_first(&s->inbox)].seen_s <= seen_s) {
		struct group *best = s->group, *end = best +
			h->drawn->spec.groups;

		for (struct group *g = best + 1; best->wait.nr && g < end;
		     g++)
			if (g->wait.nr < best->wait.nr)
				best = g;
		fifo_push(&best->wait, fifo_pop(&s->inbox));
		s->waiting++;
	}
}

/* What a group reads in it. */
struct share {
	double tok, attend_tok2, prompts;
};

/* Whole prompts and, of engines that cut, what there is room for of one. */
static struct share read_on(const struct hall *h, struct server *s,
			    struct group *g)
{
	const struct serve_engine *e = h->drawn->spec.engine;
	struct share of = { 0 };
	double left = e->budget_tok;

	while (g->wait.nr && left > 0 && of.prompts < e->max_seqs) {
		int32_t id = fifo_first(&g->wait);
		const struct prompt *p = &h->drawn->prompt[id];
		double there = p->cached_tok + g->done_tok;
		double needs = p->tok - there;
		double tok = needs < left ? needs : left;

		if (!e->chunked && needs > left)
			break;
		of.tok += tok;
		of.attend_tok2 += tok * (there + tok / 2);
		of.prompts++;
		left -= tok;
		g->done_tok += (int32_t)tok;
		if (tok < needs)
			break;
		fifo_push(&s->ending, fifo_pop(&g->wait));
		s->waiting--;
		g->done_tok = 0;
	}
	return of;
}

/* Seconds of a pass over what its groups have; 0: they have nothing. */
static double pass_s(const struct hall *h, struct server *s)
{
	const struct readers_spec *a = &h->drawn->spec;
	struct serve_step step = { 0 };
	int unseen = s->waiting;

	for (struct group *g = s->group; unseen > 0; g++) {
		struct share of;

		if (!g->wait.nr)
			continue;
		unseen -= g->wait.nr;
		of = read_on(h, s, g);
		step.prompts = larger(step.prompts, of.prompts);
		step.new_tok = larger(step.new_tok, of.tok);
		step.attend_tok2 = larger(step.attend_tok2, of.attend_tok2);
		step.all_new_tok += of.tok;
	}
	return step.all_new_tok > 0 ? a->price.step_s(a->price.of, &step) +
		a->engine->admit_s * step.prompts : 0;
}

/* A pass begins of what was there at seen_s, or now if nothing was. */
static void begin(struct hall *h, struct server *s, double seen_s,
		  double now_s)
{
	double takes_s;

	receive(h, s, seen_s);
	takes_s = pass_s(h, s);
	if (!(takes_s > 0)) {
		receive(h, s, now_s);
		takes_s = pass_s(h, s);
	}
	s->began_s = now_s;
	s->ends_s = takes_s > 0 ? now_s + takes_s : INFINITY;
	if (!(takes_s > 0) && s->inbox.nr) {	/* on the way in */
		double at = h->met[fifo_first(&s->inbox)].seen_s;

		s->began_s = s->ends_s = at;
	}
}

static void end(struct hall *h, struct server *s)
{
	const struct serve_engine *e = h->drawn->spec.engine;
	double now = s->ends_s;

	s->outstanding -= s->ending.nr;
	while (s->ending.nr) {
		int32_t id = fifo_pop(&s->ending);

		h->met[id].first_s = now + e->out_s + e->send_s +
				 h->drawn->prompt[id].tok / e->send_tok_s;
	}
	begin(h, s, e->overlap ? s->began_s : now, now);
}

/* ---- a play ---- */

static void note_next(struct hall *h)
{
	struct server *next = h->server;

	for (struct server *s = next + 1; s < h->server + h->servers; s++)
		if (s->ends_s < next->ends_s)
			next = s;
	h->next = next;
}

/* To the server that has the fewest. */
static void arrive(struct hall *h, int id)
{
	const struct serve_engine *e = h->drawn->spec.engine;
	struct met *p = &h->met[id];
	struct server *best = h->server;

	for (struct server *s = best + 1; best->outstanding &&
	     s < h->server + h->servers; s++)
		if (s->outstanding < best->outstanding)
			best = s;
	best->tokenized_s = larger(p->at_s + e->in_s, best->tokenized_s) +
			    e->tokenize_s_tok * h->drawn->prompt[id].tok;
	p->seen_s = best->tokenized_s;
	best->outstanding++;
	fifo_push(&best->inbox, id);
	if (isfinite(best->ends_s))
		return;
	best->began_s = best->ends_s = p->seen_s;	/* a pass of nobody */
	if (best->ends_s < h->next->ends_s ||
	    (best < h->next && !(best->ends_s > h->next->ends_s)))
		h->next = best;
}

/*
 * So many prompts, one in gap_s on average, to who reads on from the last
 * play; what is not read in the end has no first token.
 */
static void play(struct hall *h, int nr, double gap_s)
{
	assert(nr <= HALL_PROMPTS);
	for (int id = 0; id < nr; id++) {
		h->now_s += gap_s * h->drawn->prompt[id].gap;
		while (h->next->ends_s < h->now_s) {
			end(h, h->next);
			note_next(h);
		}
		h->met[id].at_s = h->now_s;
		h->met[id].first_s = INFINITY;
		arrive(h, id);
	}
}

/* The nth smallest: Hoare's selection (1961), the middle for a pivot. */
static double nth(double *x, int nr, int n)
{
	int low = 0, high = nr - 1;

	while (low < high) {
		double pivot = x[low + (high - low) / 2];
		int i = low, j = high;

		while (i <= j) {
			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i <= j) {
				double swap = x[i];

				x[i++] = x[j];
				x[j--] = swap;
			}
		}
		if (n <= j)
			high = j;
		else if (n >= i)
			low = i;
		else
			break;
	}
	return x[n];
}

/* What that share of prompts waited at most. */
static double waited_s(struct hall *h, int nr, double rank)
{
	int read = 0;

	for (int i = nr / START; i < nr; i++)
		if (isfinite(h->met[i].first_s))
			h->sorted_s[read++] = h->met[i].first_s -
					      h->met[i].at_s;
	return read ? nth(h->sorted_s, read, (int)(rank * (read - 1))) :
		      INFINITY;
}

/* All at once: what is read between the first quarter and the last. */
double hall_most(const struct drawn *d)
{
	const int low = FEW / 4, high = FEW - low;	/* size: */
	struct hall *h = hall_new(d, 1);
	double from, to;

	play(h, FEW, 0);
	while (isfinite(h->server[0].ends_s))
		end(h, &h->server[0]);
	for (int i = 0; i < FEW; i++)
		h->sorted_s[i] = h->met[i].first_s;
	from = nth(h->sorted_s, FEW, low);
	to = nth(h->sorted_s, FEW, high);
	hall_free(h);
	return (high - low) / (to - from);
}

/* So many are played: fewer where each takes several passes. */
static int prompts_of(const struct readers_spec *a, double load)
{
	double passes = a->prompt_tok * (1 - a->cached_share) /
			a->engine->budget_tok;

	return load < SELDOM ? FEW :
		(int)fmax(FEW, HALL_PROMPTS / fmax(1, passes));
}

double hall_play(struct hall *h, double load, double prompts_s)
{
	const struct readers_spec *a = &h->drawn->spec;
	int nr = prompts_of(a, load);

	assert(load > 0 && a->rank > 0 && a->rank < 1);
	play(h, nr, 1 / (load * prompts_s * h->servers));
	return waited_s(h, nr, a->rank);
}
