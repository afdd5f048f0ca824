#include "skew/draw.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/mem.h"
#include "read/stream.h"
#include "skew/placing.h"

#define SQRT_3 1.7320508075688772	/* math: sqrt(3) */
#define SURE 0.999999	/* size: a chance of 1 would have no finite weight */

enum { TRIES = 64 /* size: redraws of an expert that a token has already */ };

/* What is drawn from, and the layer at hand. */
struct draw {
	const struct draw_spec *ask;
	struct loads *loads;
	struct stream stream[STREAM_NR];
	int seqs[2];		/* of all groups, by micro-batch */
	double *expert_p;	/* [experts] of the layer */
	double *believed_p;	/* [experts] what the balancer saw */
	int *copies;		/* [experts] slots that hold it */
	int *slot_expert;	/* [slots], rank after rank */
	double *slot_p;		/* [slots] chance that a token hits it, */
	double *slot_w;		/* and its weight in a draw of such tokens */
	unsigned *rows;		/* [slots] of a micro-batch */
	int *taken_by;		/* [slots] by expert: last token that has it */
};

static const gsl_rng *rng(const struct draw *d, enum stream_use use)
{
	return &d->stream[use].rng;
}

/* ---- popularity and placement of a layer ---- */

static bool is_even(const struct skew_spec *a)
{
	return a->balance == BALANCE_UNIFORM || !(a->sigma > 0);
}

static void draw_popularity(struct draw *d)
{
	const struct skew_spec *a = &d->ask->skew;
	double sum = 0;

	for (int e = 0; e < a->experts; e++) {
		d->expert_p[e] = gsl_ran_lognormal(rng(d, STREAM_POPULARITY),
						   0, a->sigma);
		sum += d->expert_p[e];
	}
	for (int e = 0; e < a->experts; e++)
		d->expert_p[e] = fmin(1, d->expert_p[e] * a->topk / sum);
}

/* A rank's s slots average their errors, so each may err by sqrt(s) more. */
static void place_balanced(struct draw *d)
{
	const struct skew_spec *a = &d->ask->skew;
	double sd = a->drift_cv * sqrt(a->slots / a->ranks);

	for (int e = 0; e < a->experts; e++)
		d->believed_p[e] = d->expert_p[e] *
			gsl_ran_lognormal(rng(d, STREAM_DRIFT), 0, sd);
	placing_pack(&(struct placing){ a->experts, a->slots, a->ranks,
				      d->believed_p, d->slot_expert,
				      d->copies });
}

/* Slots beyond the experts hold second copies, from the first expert on. */
static void place_in_order(struct draw *d)
{
	const struct skew_spec *a = &d->ask->skew;

	memset(d->copies, 0, (size_t)a->experts * sizeof(*d->copies));
	for (int i = 0; i < a->slots; i++) {
		d->slot_expert[i] = i % a->experts;
		d->copies[i % a->experts]++;
	}
}

/* Equal popularity is of slots: each is an expert of its own. */
static void place_evenly(struct draw *d)
{
	const struct skew_spec *a = &d->ask->skew;

	for (int i = 0; i < a->slots; i++) {
		d->slot_expert[i] = i;
		d->slot_p[i] = fmin(1, (double)a->topk / a->slots);
		d->slot_w[i] = d->slot_p[i];
	}
}

/*
 * A token's experts are drawn one after the other, none twice. That is a race
 * of exponential clocks with these rates, of which the first topk count (Rosen
 * 1972): by the time that topk have rung, taken as 1, one of rate w has with a
 * chance of 1 - exp(-w), which is to be p. Drawn by p itself, the hottest of R1
 * would be hit by 0.29 of the tokens, not by a third.
 */
static void weigh(struct draw *d)
{
	for (int i = 0; i < d->ask->skew.slots; i++) {
		int e = d->slot_expert[i];
		double p = fmin(d->expert_p[e], SURE);

		d->slot_p[i] = d->expert_p[e] / d->copies[e];
		d->slot_w[i] = -log1p(-p) / d->copies[e];
	}
}

static void draw_layer(struct draw *d)
{
	const struct skew_spec *a = &d->ask->skew;

	if (is_even(a)) {
		place_evenly(d);
		return;
	}
	draw_popularity(d);
	if (a->balance == BALANCE_EPLB)
		place_balanced(d);
	else
		place_in_order(d);
	weigh(d);
}

/* ---- tokens on slots ---- */

static void many_tokens(struct draw *d, int tok)
{
	const struct skew_spec *a = &d->ask->skew;
	unsigned pairs = (unsigned)tok * (unsigned)a->topk;
	unsigned fallen = 0;

	gsl_ran_multinomial(rng(d, STREAM_HITS), (size_t)a->slots, pairs,
			    d->slot_p, d->rows);
	for (int i = 0; i < a->slots; i++)
		fallen += d->rows[i];
	d->rows[a->slots - 1] += pairs - fallen;	/* lost in rounding */
}

/* A slot whose expert the token does not have yet, if one is found. */
static size_t other_slot(struct draw *d, const gsl_ran_discrete_t *table,
			 int token)
{
	size_t slot;
	int tries = 0;

	do
		slot = gsl_ran_discrete(rng(d, STREAM_HITS), table);
	while (d->taken_by[d->slot_expert[slot]] == token &&
	       ++tries < TRIES);
	return slot;
}

/*
 * One token after the other, its experts all different. A multinomial lets a
 * token hit an expert twice, which among few tokens leaves too few slots
 * touched: 4 % fewer for two tokens of R1.
 */
static void few_tokens(struct draw *d, int tok)
{
	const struct skew_spec *a = &d->ask->skew;
	gsl_ran_discrete_t *table = gsl_ran_discrete_preproc(
		(size_t)a->slots, d->slot_w);

	if (!table) {	/* no memory for it */
		many_tokens(d, tok);
		return;
	}
	memset(d->rows, 0, (size_t)a->slots * sizeof(*d->rows));
	memset(d->taken_by, 0, (size_t)a->slots * sizeof(*d->taken_by));
	for (int token = 1; token <= tok; token++)
		for (int k = 0; k < a->topk; k++) {
			size_t slot = other_slot(d, table, token);

			d->rows[slot]++;
			d->taken_by[d->slot_expert[slot]] = token;
		}
	gsl_ran_discrete_free(table);
}

/* Count a rank's slots into its load. */
static void fill_load(struct load *to, const unsigned *rows, int slots,
		      double pad)
{
	*to = (struct load){ 0 };
	for (int i = 0; i < slots; i++) {
		to->touched += rows[i] > 0;
		to->rows += rows[i];
		to->padded += ceil(rows[i] / pad) * pad;
	}
}

/* Rows that go where others went: as many more on the slots that have some. */
static void more_rows(struct draw *d, unsigned pairs)
{
	const struct skew_spec *a = &d->ask->skew;
	unsigned *more = mem_zeroed((size_t)a->slots, sizeof(*more));
	double *p = mem_zeroed((size_t)a->slots, sizeof(*p));

	for (int i = 0; i < a->slots; i++)
		p[i] = d->rows[i];
	gsl_ran_multinomial(rng(d, STREAM_HITS), (size_t)a->slots, pairs, p,
			    more);
	for (int i = 0; i < a->slots; i++)
		d->rows[i] += more[i];
	free(p);
	free(more);
}

/*
 * Of tok tokens, those that know nothing of another in their sequence: of a
 * part of one, as often as that.
 */
static int apart(const struct draw *d, int tok, int layer)
{
	const struct model *m = d->ask->on->model;
	int q = d->ask->batch.query_tok;
	double some;

	if (layer >= model_moe_layers(m) || !(m->routing_together > 0))
		return tok;
	some = tok * (1 + (q - 1) * (1 - m->routing_together)) / q;
	if (!(some > floor(some)))
		return (int)some;
	return (int)(some + gsl_rng_uniform(rng(d, STREAM_HITS)));
}

/* Rows that go to experts to fill CUDA graphs: copies of one a group. */
static int padding(const struct draw *d, int layer)
{
	if (layer >= model_moe_layers(d->ask->on->model))
		return 0;
	return (int)round(batch_padding_tok(&d->ask->batch, d->ask->on));
}

/* An empty micro-batch runs a token all the same, as batch_tok has it. */
static void draw_hits(struct draw *d, int micro, int layer, int tok)
{
	const struct skew_spec *a = &d->ask->skew;
	int room = a->slots / a->ranks, some = apart(d, tok, layer);
	int copies = padding(d, layer);

	some += copies < d->loads->groups ? copies : d->loads->groups;
	tok += copies;
	if (some < a->slots)
		few_tokens(d, some > 0 ? some : 1);
	else
		many_tokens(d, some);
	tok *= d->ask->on->layout.copies;
	if (tok > some)
		more_rows(d, (unsigned)(tok - some) * (unsigned)a->topk);
	for (int r = 0; r < a->ranks; r++)
		fill_load(loads_at(d->loads, micro, layer, r),
			  d->rows + r * room, room, fmax(1, d->ask->pad));
}

/* ---- sequences ---- */

/*
 * Groups are numbered on through the steps; up to group i there are
 * round(i seqs) sequences, so that no sum is off by more than one. Batches that
 * are on their way through a pipeline are steps one after the other, and all
 * groups cut theirs alike: the first ones have one more.
 */
static int group_seqs(const struct draw_spec *a, int group)
{
	int flight = a->batch.flight > 1 ? (int)a->batch.flight : 1;
	double i = (double)(a->step / flight) * a->on->layout.dp + group;
	double seqs = a->batch.seqs * flight;
	int all = (int)(round((i + 1) * seqs) - round(i * seqs));

	return (all + flight - 1 - a->step % flight) / flight;
}

/* Each at one of the lengths, by its share. */
static double draw_lengths(struct draw *d, const struct lengths *l, int seqs)
{
	double sum = 0;

	for (int i = 0; i < seqs; i++) {
		double u = gsl_rng_uniform(rng(d, STREAM_LENGTHS));
		int k = 0;

		while (k < l->nr - 1 && u >= l->share[k])
			u -= l->share[k++];
		sum += l->tok[k];
	}
	return sum;
}

static double draw_kv_tok(struct draw *d, int seqs)
{
	const gsl_rng *lengths = rng(d, STREAM_LENGTHS);
	double half = fmin(1, SQRT_3 * d->ask->ctx_cv), sum = 0;
	const struct lengths *l = d->ask->batch.lengths;

	if (l && l->nr > 0)
		return draw_lengths(d, l, seqs);

	for (int i = 0; i < seqs; i++)
		sum += 1 + half * (2 * gsl_rng_uniform(lengths) - 1);
	return sum * d->ask->batch.ctx_tok;
}

static void draw_groups(struct draw *d)
{
	struct loads *l = d->loads;

	for (int g = 0; g < l->groups; g++) {
		int seqs = group_seqs(d->ask, g);

		for (int m = 0; m < l->micro; m++) {
			int own = (seqs + l->micro - 1 - m) / l->micro;

			l->seqs[m * l->groups + g] = own;
			l->kv_tok[m * l->groups + g] = draw_kv_tok(d, own);
			d->seqs[m] += own;
		}
	}
}

/* ---- the whole ---- */

static void draw_experts(struct draw *d)
{
	const struct loads *l = d->loads;
	int moe_layers = model_moe_layers(d->ask->on->model);

	for (int y = 0; y < l->layers; y++) {
		draw_layer(d);
		if (y >= moe_layers)	/* a draft: the whole batch at once */
			draw_hits(d, 0, y, d->seqs[0] + d->seqs[1]);
		else for (int m = 0; m < l->micro; m++)
			draw_hits(d, m, y,
				  d->seqs[m] * d->ask->batch.query_tok);
	}
}

static void draw_init(struct draw *d, const struct draw_spec *a,
		      struct loads *l)
{
	size_t experts = (size_t)a->skew.experts;
	size_t slots = (size_t)a->skew.slots;

	*d = (struct draw){ .ask = a, .loads = l };
	for (int i = 0; i < STREAM_NR; i++)
		stream_open(&d->stream[i], a->seed, a->step,
			    (enum stream_use)i);
	d->expert_p = mem_zeroed(experts, sizeof(*d->expert_p));
	d->believed_p = mem_zeroed(experts, sizeof(*d->believed_p));
	d->copies = mem_zeroed(experts, sizeof(*d->copies));
	d->slot_expert = mem_zeroed(slots, sizeof(*d->slot_expert));
	d->slot_p = mem_zeroed(slots, sizeof(*d->slot_p));
	d->slot_w = mem_zeroed(slots, sizeof(*d->slot_w));
	d->rows = mem_zeroed(slots, sizeof(*d->rows));
	d->taken_by = mem_zeroed(slots, sizeof(*d->taken_by));
}

static void draw_release(struct draw *d)
{
	free(d->taken_by);
	free(d->rows);
	free(d->slot_w);
	free(d->slot_p);
	free(d->slot_expert);
	free(d->copies);
	free(d->believed_p);
	free(d->expert_p);
}

void draw_loads(struct loads *l, const struct draw_spec *a)
{
	struct draw d;

	assert(a->skew.balance != BALANCE_EVEN);
	assert(a->skew.slots >= a->skew.experts);
	assert(a->skew.slots % a->skew.ranks == 0);
	assert(a->batch.micro == 1 || a->batch.micro == 2);
	loads_init(l, a->on, a->batch.micro);
	assert(l->ranks == a->skew.ranks);
	draw_init(&d, a, l);
	draw_groups(&d);
	draw_experts(&d);
	draw_release(&d);
}
