#include "plan/readers.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/mem.h"
#include "serve/queue.h"

enum {
	SEED = 1,	/* size: any */
	PROMPTS = 16000,	/* size: of a play where they meet, */
	FEW = 4000,		/* size: and where they seldom do */
	START = 8,		/* size: an eighth of a play is not looked at */
	MANY = 200		/* size: prompts, which vary by 7 % */
};

/* Shares of the most that a server reads; the first: one comes alone. */
static const double load[READERS_LOADS] = { 0.005, 0.1, 0.2,	/* size: */
	0.35, 0.5, 0.6, 0.67, 0.73, 0.79, 0.85, 0.9, 0.94,	/* size: */
	0.97 };							/* size: */

#define SELDOM 0.5		/* size: loads below which they seldom meet */

static const int servers_of[READERS_SERVERS] = { 1, 2, 3, 4, 6,	/* size: */
	8, 10, 12, 16, 24 };				/* size: */

/* ---- what is played ---- */

struct prompt {
	double at_s, seen_s;	/* sent; when an engine could see it */
	double gap;		/* to the one before, of the mean */
	int32_t tok, cached_tok;
};

struct group {
	struct fifo wait;	/* the first of them may be cut: */
	int32_t done_tok;
	int ends;		/* of its prompts, in the pass that runs */
};

struct server {
	struct group *group;	/* owned */
	struct fifo inbox, ending;
	double began_s, ends_s;	/* the pass that runs; INFINITY: none does */
	double tokenized_s;	/* when the tokenizer is free */
	int outstanding;
};

struct hall {
	const struct readers_spec *spec;
	struct prompt *prompt;	/* owned */
	struct server *server;	/* owned */
	int servers;
	double now_s;
	double *first_s;	/* of each prompt, on the clock; owned */
	double *sorted_s;	/* owned */
};

/*
 * As serve/arrive draws them; a load is as high as it says, so the mean gap is
 * 1 to the last digit.
 */
static void draw(struct hall *h)
{
	const struct readers_spec *a = h->spec;
	double longest = 2 * a->prompt_tok / (1 + a->spread);
	double least = fmax(1, floor(longest * a->spread));
	struct chance when, how_long;
	double gaps = 0;

	chance_fill(&when, chance_seed(SEED, 0, STREAM_ARRIVALS));
	chance_fill(&how_long, chance_seed(SEED, 0, STREAM_TOKENS));
	for (int i = 0; i < PROMPTS; i++) {
		struct prompt *p = &h->prompt[i];
		double more = chance_uniform(&how_long) *
			      fmax(0, longest - least);

		p->gap = chance_exponential(&when, 1);
		gaps += p->gap;
		p->tok = (int32_t)fmax(1, round(least + more));
		p->cached_tok = (int32_t)fmin(a->cached_share * p->tok,
					      p->tok - 1);
	}
	for (int i = 0; i < PROMPTS; i++)
		h->prompt[i].gap *= PROMPTS / gaps;
}

static void hall_init(struct hall *h, const struct readers_spec *a)
{
	size_t most = (size_t)servers_of[READERS_SERVERS - 1];

	*h = (struct hall){ .spec = a };
	h->prompt = mem_zeroed(PROMPTS, sizeof(*h->prompt));
	h->first_s = mem_zeroed(PROMPTS, sizeof(*h->first_s));
	h->sorted_s = mem_zeroed(PROMPTS, sizeof(*h->sorted_s));
	h->server = mem_zeroed(most, sizeof(*h->server));
	for (size_t i = 0; i < most; i++)
		h->server[i].group = mem_zeroed((size_t)a->groups,
			sizeof(*h->server[i].group));
	draw(h);
}

static void hall_release(struct hall *h)
{
	for (int i = 0; i < servers_of[READERS_SERVERS - 1]; i++) {
		struct server *s = &h->server[i];

		for (int g = 0; g < h->spec->groups; g++)
			fifo_release(&s->group[g].wait);
		free(s->group);
		fifo_release(&s->inbox);
		fifo_release(&s->ending);
	}
	free(h->server);
	free(h->prompt);
	free(h->first_s);
	free(h->sorted_s);
}

/* Nobody is there. */
static void clear(struct hall *h, int servers)
{
	h->servers = servers;
	h->now_s = 0;
	for (int i = 0; i < servers; i++) {
		struct server *s = &h->server[i];

		for (int g = 0; g < h->spec->groups; g++) {
			s->group[g].wait.head = s->group[g].wait.nr = 0;
			s->group[g].done_tok = 0;
		}
		s->inbox.head = s->inbox.nr = 0;
		s->ending.head = s->ending.nr = 0;
		s->tokenized_s = 0;
		s->ends_s = INFINITY;
		s->outstanding = 0;
	}
}

/* ---- a pass ---- */

/* To the group that has the fewest. */
static void receive(const struct hall *h, struct server *s, double seen_s)
{
	while (s->inbox.nr &&
	       h->prompt[fifo_first(&s->inbox)].seen_s <= seen_s) {
		struct group *best = s->group;

		for (int g = 1; g < h->spec->groups; g++)
			if (s->group[g].wait.nr < best->wait.nr)
				best = &s->group[g];
		fifo_push(&best->wait, fifo_pop(&s->inbox));
	}
}

static double larger(double a, double b)
{
	return a > b ? a : b;	/* no call */
}

/* What a group reads in it. */
struct share {
	double tok, attend_tok2, prompts;
};

/* Whole prompts and, of engines that cut, what there is room for of one. */
static struct share read_on(const struct hall *h, struct server *s,
			    struct group *g)
{
	const struct serve_engine *e = h->spec->engine;
	struct share of = { 0 };
	double left = e->budget_tok;

	while (g->wait.nr && left > 0 && of.prompts < e->max_seqs) {
		int32_t id = fifo_first(&g->wait);
		const struct prompt *p = &h->prompt[id];
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
		g->done_tok = 0;
	}
	return of;
}

/* Seconds of a pass over what its groups have; 0: they have nothing. */
static double pass_s(const struct hall *h, struct server *s)
{
	const struct readers_spec *a = h->spec;
	struct serve_step step = { 0 };

	for (int g = 0; g < a->groups; g++) {
		struct share of;

		if (!s->group[g].wait.nr)
			continue;
		of = read_on(h, s, &s->group[g]);
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
		double at = h->prompt[fifo_first(&s->inbox)].seen_s;

		s->began_s = s->ends_s = at;
	}
}

static void end(struct hall *h, struct server *s)
{
	const struct serve_engine *e = h->spec->engine;
	double now = s->ends_s;

	s->outstanding -= s->ending.nr;
	while (s->ending.nr) {
		int32_t id = fifo_pop(&s->ending);

		h->first_s[id] = now + e->out_s + e->send_s +
				 h->prompt[id].tok / e->send_tok_s;
	}
	begin(h, s, e->overlap ? s->began_s : now, now);
}

/* ---- a play ---- */

/* To the server that has the fewest. */
static void arrive(struct hall *h, int id)
{
	const struct serve_engine *e = h->spec->engine;
	struct prompt *p = &h->prompt[id];
	struct server *best = h->server;

	for (int i = 1; i < h->servers; i++)
		if (h->server[i].outstanding < best->outstanding)
			best = &h->server[i];
	best->tokenized_s = fmax(p->at_s + e->in_s, best->tokenized_s) +
			    e->tokenize_s_tok * p->tok;
	p->seen_s = best->tokenized_s;
	best->outstanding++;
	fifo_push(&best->inbox, id);
	if (!isfinite(best->ends_s))	/* idle: a pass of nobody ends */
		best->began_s = best->ends_s = p->seen_s;
}

static struct server *next_end(struct hall *h)
{
	struct server *next = h->server;

	for (int i = 1; i < h->servers; i++)
		if (h->server[i].ends_s < next->ends_s)
			next = &h->server[i];
	return next;
}

/*
 * So many prompts, one in gap_s on average, to who reads on from the last
 * play; what is not read in the end has no first token.
 */
static void play(struct hall *h, int nr, double gap_s)
{
	struct server *s;

	assert(nr <= PROMPTS);
	for (int id = 0; id < nr; id++) {
		h->now_s += gap_s * h->prompt[id].gap;
		while ((s = next_end(h))->ends_s < h->now_s)
			end(h, s);
		h->prompt[id].at_s = h->now_s;
		h->first_s[id] = INFINITY;
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
		if (isfinite(h->first_s[i]))
			h->sorted_s[read++] = h->first_s[i] -
					      h->prompt[i].at_s;
	return read ? nth(h->sorted_s, read, (int)(rank * (read - 1))) :
		      INFINITY;
}

/* All at once: what is read between the first quarter and the last. */
static double most_of(struct hall *h)
{
	const int low = FEW / 4, high = FEW - low;	/* size: */
	double from, to;

	clear(h, 1);
	play(h, FEW, 0);
	while (isfinite(h->server[0].ends_s))
		end(h, &h->server[0]);
	memcpy(h->sorted_s, h->first_s, FEW * sizeof(*h->sorted_s));
	from = nth(h->sorted_s, FEW, low);
	to = nth(h->sorted_s, FEW, high);
	return (high - low) / (to - from);
}

/* ---- all plays ---- */

/* Prompts of a server that a full pass has the tokens of. */
static double pass_prompts(const struct readers_spec *a)
{
	double fresh = a->prompt_tok * (1 - a->cached_share);

	return a->groups * fmax(1, a->engine->budget_tok / fresh);
}

/* So many are played: fewer where each takes several passes. */
static int prompts_of(const struct readers_spec *a, double u)
{
	double passes = a->prompt_tok * (1 - a->cached_share) /
			a->engine->budget_tok;

	return u < SELDOM ? FEW :
		(int)fmax(FEW, PROMPTS / fmax(1, passes));
}

/*
 * Of so many servers, up to the limit: more prompts never wait less. Where many
 * come to a pass of as many servers, their number hardly varies.
 */
static void column(struct readers *r, struct hall *h, int of)
{
	double *s = r->first_s[of], last = 0;
	int servers = servers_of[of];

	if (of && r->pass_prompts * servers_of[of - 1] > MANY) {
		memcpy(s, r->first_s[of - 1], sizeof(r->first_s[of]));
		return;
	}
	clear(h, servers);
	for (int i = 0; i < READERS_LOADS; i++) {
		double rate = load[i] * r->prompts_s * servers;
		int nr = prompts_of(h->spec, load[i]);

		s[i] = INFINITY;
		if (last > r->limit_s)
			continue;
		play(h, nr, 1 / rate);
		last = fmax(last, waited_s(h, nr, h->spec->rank));
		s[i] = last;
	}
}

void readers_make(struct readers *r, const struct readers_spec *a)
{
	struct hall h;

	assert(a->groups >= 1 && a->prompt_tok >= 1);
	assert(a->cached_share >= 0 && a->cached_share < 1);
	assert(a->rank > 0 && a->rank < 1);
	hall_init(&h, a);
	*r = (struct readers){ .prompts_s = most_of(&h),
			       .pass_prompts = pass_prompts(a),
			       .limit_s = a->limit_s };
	if (!(a->limit_s > 0))
		r->limit_s = 3 * /* math: who meets the longest wait */
			     r->pass_prompts / r->prompts_s;
	for (int of = 0; of < READERS_SERVERS; of++)
		column(r, &h, of);
	hall_release(&h);
}

/* Straight between loads; beyond the limit nothing is played. */
static double at_load(const double *s, double u)
{
	double f;
	int i = 0;

	while (i < READERS_LOADS - 2 && load[i + 1] < u)
		i++;
	f = (u - load[i]) / (load[i + 1] - load[i]);
	if (!(f > 0))
		return s[i];
	return isinf(s[i + 1]) ? INFINITY : s[i] + f * (s[i + 1] - s[i]);
}

double readers_first_s(const struct readers *r, double servers,
		       double prompts_s)
{
	double u = prompts_s / servers / r->prompts_s;
	int of = READERS_SERVERS - 1;

	assert(servers >= 1 && prompts_s >= 0);
	if (u > load[READERS_LOADS - 1])
		return INFINITY;
	while (servers_of[of] > servers)
		of--;
	return at_load(r->first_s[of], u);
}

double readers_servers(const struct readers *r, double prompts_s,
		       double first_s)
{
	double low, high;

	assert(prompts_s >= 0);
	if (!(r->first_s[0][0] <= first_s))
		return INFINITY;
	low = fmax(0, ceil(prompts_s / r->prompts_s) - 1);
	for (high = low + 1; !(readers_first_s(r, high, prompts_s) <= first_s)
	     && high < 1e7;)		/* size: servers */
		high += ceil(high - low);
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		*(readers_first_s(r, middle, prompts_s) <= first_s ? &high :
		  &low) = middle;
	}
	return high;
}
