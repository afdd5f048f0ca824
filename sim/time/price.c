#include "time/price.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "time/host.h"
#include "time/nodes.h"
#include "time/pipeline.h"

#define LEAST_SEQS 0.015625	/* size: 1/64: groups take turns at one */
#define PRIOR_TOK 16384.0	/* size: of a prefix, to see what it takes */

enum {
	FEW = 9, MANY = 12,	/* size: 512 and 4,096 tokens in a pass */
	LEAST_KV = 6,		/* size: 64 tokens; then by the octave */
	BELOW_ONE = 6,		/* size: nodes from 1/64 to 1/2 */
	IN_ONES = 8,		/* size: then 1, 2, ... 8, */
	OCTAVE = 4		/* size: then four to an octave */
};

/* ---- nodes ---- */

/*
 * More is never quicker: where laws say so all the same (one sequence, beside
 * two in a micro-batch each), less takes no longer than more.
 */
static void rising(double *x, int nr)
{
	for (int i = nr - 2; i >= 0; i--)
		x[i] = fmin(x[i], x[i + 1]);
}

static void rising_plane(double *table, int rows, int nr)
{
	for (int i = rows - 1; i >= 0; i--) {
		rising(table + i * nr, nr);
		for (int j = 0; i < rows - 1 && j < nr; j++)
			table[i * nr + j] = fmin(table[i * nr + j],
						 table[(i + 1) * nr + j]);
	}
}

/* ---- decode ---- */

static double seqs_node(int i)
{
	int octave = (i - BELOW_ONE - IN_ONES + 1) / OCTAVE;
	int part = (i - BELOW_ONE - IN_ONES + 1) % OCTAVE;

	if (i < BELOW_ONE)
		return ldexp(LEAST_SEQS, i);
	if (i < BELOW_ONE + IN_ONES)
		return i - BELOW_ONE + 1;
	return ldexp(IN_ONES + IN_ONES / OCTAVE * part, octave);
}

/*
 * The parts of a layer after attention: what all groups' sequences decide.
 * Of two micro-batches, each hidden behind the other, there are no such parts:
 * the fullest group then decides all.
 */
static double rest_of(const struct step *st)
{
	double s = 0;

	for (int b = 0; b < st->graph.blocks; b++) {
		const struct block *block = &st->graph.block[b];
		const struct part *p = &st->graph.part[block->ffn];
		double passes = (double)block->layers * block->batches;

		for (int i = p->first; block->ffn >= 0 &&
		     i < p->first + p->nr; i++)
			s += passes * (st->cost[i].s + st->late_s[i]);
	}
	return s;
}

/* Core attention, and what scores keys for it: the ops that read the KV. */
static double readers_s(const struct step *st)
{
	double s = 0;

	for (int i = 0; i < st->graph.ops; i++)
		if (st->graph.op[i].kv_B > 0)
			s += step_passes(&st->graph, i) * st->cost[i].s;
	return s;
}

/* Sequences of a token each, whose deployment is put in on. */
static struct step_spec step_of(const struct step_spec *of, double seqs,
				struct deployment *on)
{
	struct step_spec a = *of;

	*on = *of->on;
	a.on = on;
	a.batch.seqs = seqs;
	a.batch.fullest = a.batch.fewer = 0;
	a.batch.ctx_tok = 1;
	deployment_batch(on, seqs);
	if (seqs < 2) {		/* one batch: none to overlap */
		a.two_batch = false;
		a.batch.micro = 1;
	}
	return a;
}

/*
 * A node of sequences. What their KV takes is its readers with a token each,
 * and what attention takes more with what they have: of V3 as good as the
 * KV's bytes, of a model that picks as much as each sequence may pick.
 */
static void make_seqs(struct price *p, const struct step_spec *of, int i,
		      struct step *st)
{
	struct deployment on;
	struct step_spec a = step_of(of, p->seqs[i], &on);
	double others;

	a.batch.rows = a.batch.seqs;
	step_time(st, &a);
	p->rest_s[i] = of->two_batch ? 0 : rest_of(st);
	p->launch_s[i] = host_launch_s(st, &a);
	p->once_s[i] = on.layout.pp > 1 ? pipeline_once_s(st) : 0;
	others = st->s - st->host_s - readers_s(st);
	for (int j = 0; i >= BELOW_ONE && j < PRICE_KVS; j++) {
		a.batch.ctx_tok = fmax(1, p->kv[j] / fmax(1, p->seqs[i]));
		step_reclock(st, &a);
		p->attn_s[i][j] = st->s - st->host_s - p->rest_s[i];
		p->kv_s[i][j] = fmax(0, st->s - st->host_s - others);
	}
}

static void make_decode(struct price *p, const struct step_spec *of)
{
	struct step *st = step_room();

	for (int j = 0; j < PRICE_KVS; j++)
		p->kv[j] = ldexp(1, LEAST_KV + j);
	for (int i = 0; i < PRICE_SEQS; i++) {
		p->seqs[i] = seqs_node(i);
		make_seqs(p, of, i, st);
	}
	for (int i = 0; i < BELOW_ONE; i++) {	/* no group has less than one */
		memcpy(p->attn_s[i], p->attn_s[BELOW_ONE],
		       sizeof(p->attn_s[i]));
		memcpy(p->kv_s[i], p->kv_s[BELOW_ONE], sizeof(p->kv_s[i]));
	}
	rising(p->rest_s, PRICE_SEQS);
	rising(p->launch_s, PRICE_SEQS);
	rising_plane(&p->attn_s[0][0], PRICE_SEQS, PRICE_KVS);
	rising_plane(&p->kv_s[0][0], PRICE_SEQS, PRICE_KVS);
	free(st);
}

/* Of a table by sequences and their KV. */
static double by_kv(const struct price *p, const double *table, double seqs,
		    double kv)
{
	struct bracket x = bracket_of(p->seqs, PRICE_SEQS, seqs);
	struct bracket y = octave_of(p->kv, PRICE_KVS, kv);
	const double *a = table + x.i * PRICE_KVS + y.i, *b = a + PRICE_KVS;

	return between(between(a[0], a[1], y.f), between(b[0], b[1], y.f),
		       x.f);
}

static double attn_s(const struct price *p, double seqs, double kv)
{
	return by_kv(p, &p->attn_s[0][0], seqs, kv);
}

static double by_seqs(const struct price *p, const double *s, double seqs)
{
	struct bracket x = bracket_of(p->seqs, PRICE_SEQS, seqs);

	return between(s[x.i], s[x.i + 1], x.f);
}

/* ---- rows of padding ---- */

/* Sequences that n of a group are computed as. */
static double rows_of(const struct price *p, const struct price_step *s,
		      double n)
{
	double g;

	if (p->sizes.nr == 0 || !(s->graph_seqs > 0) || !(n > 0))
		return n;
	g = captured_size(&p->sizes, ceil(n) * p->per_tok) / p->per_tok;
	return fmax(n, fmin(g, s->graph_seqs));
}

/* n, and what g - n rows of padding touch. */
static double copied(const struct price *p, double n, double g)
{
	return n + fmin(p->copies, g - n);
}

/* The share of a row of a graph of g, the same for all that run in it. */
static double row_of(const double *row, const struct price *p, double g)
{
	struct bracket x = bracket_of(p->seqs, PRICE_SEQS, g);

	return row[x.f > 0 || x.i == 0 ? x.i : x.i - 1];
}

static double padded_attn_s(const struct price *p, const struct price_step *s)
{
	double g = rows_of(p, s, s->seqs), kv = s->kv_tok;

	if (!(g > s->seqs))
		return attn_s(p, s->seqs, kv);
	return between(attn_s(p, copied(p, s->seqs, g), kv), attn_s(p, g, kv),
		       row_of(p->attn_row, p, g));
}

static double padded_rest_s(const struct price *p, const struct price_step *s)
{
	double n = s->all_seqs / p->groups;
	double g = rows_of(p, s, p->alike ? s->seqs : n);

	if (!(g > n))
		return by_seqs(p, p->rest_s, n);
	return between(by_seqs(p, p->rest_s, copied(p, n, g)),
		       by_seqs(p, p->rest_s, g), row_of(p->rest_row, p, g));
}

/* Of what takes a without padding and b with a sequence in each row. */
static double share(double a, double padded, double b)
{
	return b > a ? fmin(1, fmax(0, (padded - a) / (b - a))) : 0;
}

/* A token of KV each, as the least of a node's: attention's GEMMs alone. */
static void make_row(struct price *p, const struct step_spec *of, int i,
		     struct step *st)
{
	double n = p->seqs[i], g = p->seqs[i + 1], kv = n, rest;
	struct deployment on;
	struct step_spec a = step_of(of, n, &on);

	a.batch.rows = g;
	step_time(st, &a);
	rest = of->two_batch ? 0 : rest_of(st);
	p->rest_row[i] = share(by_seqs(p, p->rest_s, copied(p, n, g)), rest,
			       by_seqs(p, p->rest_s, g));
	p->attn_row[i] = share(attn_s(p, copied(p, n, g), kv),
			       st->s - st->host_s - rest, attn_s(p, g, kv));
}

static void make_rows(struct price *p, const struct step_spec *of)
{
	const struct captured *sizes = graph_sizes(of->on);
	struct step *st;

	if (!sizes)
		return;
	p->sizes = *sizes;
	p->per_tok = graph_per(of->on, of->batch.query_tok);
	p->alike = graph_alike(of->on);
	p->copies = graph_routes(of->on) ?
		of->batch.micro / batch_apart(&of->batch, of->on) : 0;
	st = step_room();
	for (int i = 0; i < PRICE_SEQS - 1; i++)
		make_row(p, of, i, st);
	p->attn_row[PRICE_SEQS - 1] = p->attn_row[PRICE_SEQS - 2];
	p->rest_row[PRICE_SEQS - 1] = p->rest_row[PRICE_SEQS - 2];
	free(st);
}

/* What the engine does between two steps, and within one that drafts. */
double price_host_s(const struct price *p, const struct price_step *s)
{
	return p->host_s + p->host_seq_s * s->seqs +
	       (s->all_seqs > 0 ? p->turn_s : 0);
}

static double decode_s(const struct price *p, const struct price_step *s)
{
	if (!(s->all_seqs > 0))
		return 0;
	return host_joined_s(p->launch_norm, padded_attn_s(p, s) +
			     padded_rest_s(p, s) + price_host_s(p, s),
			     by_seqs(p, p->launch_s, s->seqs));
}

double price_once_s(const struct price *p, const struct price_step *s)
{
	return by_seqs(p, p->once_s, s->seqs);
}

/* Of it, what their KV takes: core attention, and what picks for it. */
static double kv_s(const struct price *p, const struct price_step *s)
{
	return s->seqs > 0 ? by_kv(p, &p->kv_s[0][0], s->seqs, s->kv_tok) : 0;
}

/* ---- prompts ---- */

/* What attention takes beyond prompts of a token each: core attention. */
static double core_of(const struct price *p, const struct step_spec *of,
		      const struct chunk *c, struct prefill_pass *pass)
{
	double tok = c->seqs * c->new_tok;
	struct bracket x = octave_of(p->tok, PRICE_TOKS, tok);

	prefill_pass(pass, of, c);
	return fmax(0, pass->parts.attn_s -
		    between(p->part[x.i].attn_s, p->part[x.i + 1].attn_s,
			    x.f));
}

/*
 * Dense attention makes keys and values of cached latents again. n tokens
 * that meet P take n k P + E P: E P is twice that of n less that of 2 n. A
 * sparse one meets what it picks, and E is 0.
 */
static double prior_of(const struct price *p, const struct step_spec *of,
		       struct prefill_pass *pass)
{
	struct chunk one = { 1, PRIOR_TOK, ldexp(1, FEW) };
	struct chunk two = { 1, PRIOR_TOK, ldexp(1, FEW + 1) };
	struct chunk fresh = { 1, 0, one.new_tok };
	struct chunk both = { 1, 0, two.new_tok };
	double a = core_of(p, of, &one, pass) - core_of(p, of, &fresh, pass);
	double b = core_of(p, of, &two, pass) - core_of(p, of, &both, pass);

	return fmax(0, 2 * a - b) / PRIOR_TOK;
}

/*
 * A token's core attention where tokens meet `mean` on average: of MANY, in
 * prompts of twice that, or in one with a prefix.
 */
static double core_at(const struct price *p, const struct step_spec *of,
		      double mean, struct prefill_pass *pass)
{
	double tok = ldexp(1, MANY);
	struct chunk c = { tok / (2 * mean), 0, 2 * mean };
	double prior = mean - tok / 2;

	if (prior > 0)
		c = (struct chunk){ 1, prior, tok };
	return fmax(0, core_of(p, of, &c, pass) -
		    p->prior_s * fmax(0, prior)) / tok;
}

static void rising_parts(struct price *p)
{
	for (int i = PRICE_TOKS - 2; i >= 0; i--) {
		struct prefill_parts *a = &p->part[i], *b = a + 1;

		a->attn_s = fmin(a->attn_s, b->attn_s);
		a->ffn_s = fmin(a->ffn_s, b->ffn_s);
		a->attn_wire_s = fmin(a->attn_wire_s, b->attn_wire_s);
		a->ffn_wire_s = fmin(a->ffn_wire_s, b->ffn_wire_s);
	}
}

static void make_prompts(struct price *p, const struct step_spec *of)
{
	struct prefill_pass *pass = mem_resize(NULL, 1, sizeof(*pass));

	for (int i = 0; i < PRICE_TOKS; i++) {
		p->tok[i] = ldexp(1, i);
		prefill_pass(pass, of, &(struct chunk){ p->tok[i], 0, 1 });
		p->part[i] = pass->parts;
	}
	rising_parts(p);
	p->prior_s = prior_of(p, of, pass);
	for (int i = 0; i < PRICE_TOKS; i++)
		p->core_s[i] = core_at(p, of, p->tok[i], pass);
	rising(p->core_s, PRICE_TOKS);
	free(pass);
}

/*
 * tok g(pairs / tok): as g is straight or bends down, more tokens for the same
 * pairs never take less.
 */
static double core_s(const struct price *p, const struct price_step *s)
{
	struct bracket x;

	if (!(s->new_tok > 0))
		return 0;
	x = octave_of(p->tok, PRICE_TOKS, s->attend_tok2 / s->new_tok);
	return s->new_tok * between(p->core_s[x.i], p->core_s[x.i + 1], x.f) +
	       s->prior_tok * p->prior_s;
}

double price_launch_s(const struct price *p, double rows)
{
	return p->eager_s * (rows <= p->piece_tok ? p->piece_share : 1);
}

/*
 * Attention is of the group with most, the rest of all groups' mean. What the
 * KV takes has the decode's overhead in it, and the prompts' is not its.
 */
static double prompts_s(const struct price *p, const struct price_step *s)
{
	double own = s->new_tok + s->seqs * p->query_tok;
	double mean = (s->all_new_tok + s->all_seqs * p->query_tok) /
		      p->groups;
	struct bracket x = octave_of(p->tok, PRICE_TOKS, own);
	struct bracket y = octave_of(p->tok, PRICE_TOKS, mean);
	const struct prefill_parts *a = &p->part[x.i], *b = &p->part[y.i];
	struct prefill_parts t = {
		.attn_s = between(a[0].attn_s, a[1].attn_s, x.f) +
			  core_s(p, s) + kv_s(p, s) / p->rate,
		.attn_wire_s = between(a[0].attn_wire_s, a[1].attn_wire_s,
				       x.f),
		.ffn_s = between(b[0].ffn_s, b[1].ffn_s, y.f),
		.ffn_wire_s = between(b[0].ffn_wire_s, b[1].ffn_wire_s, y.f),
	};

	return prefill_eager_s(p->rate * prefill_work_s(&t, p->sms),
			       price_launch_s(p, own));
}

/* ---- a step ---- */

void price_make(struct price *p, const struct step_spec *of)
{
	memset(p, 0, sizeof(*p));
	p->groups = of->on->layout.dp;
	p->query_tok = of->batch.query_tok;
	p->host_s = of->on->machine.stack->host_s;
	p->turn_s = host_turn_s(of->on);
	p->host_seq_s = of->on->machine.stack->host_seq_s;
	p->launch_norm = of->on->machine.stack->launch_norm;
	p->sms = of->two_batch ? of->on->machine.stack->prefill_sms : 0;
	p->rate = prefill_rate(of->on);
	p->eager_s = prefill_launch_s(of->on);
	make_decode(p, of);
	make_rows(p, of);
	make_prompts(p, of);
}

void price_pieces(struct price *p, double tok, double share)
{
	assert(tok > 0 && share >= 0 && share <= 1);
	p->piece_tok = tok;
	p->piece_share = share;
}

double price_s(const struct price *p, const struct price_step *s)
{
	double decode = decode_s(p, s);

	assert(s->seqs >= 0 && s->kv_tok >= 0 && s->new_tok >= 0);
	assert(s->all_seqs >= s->seqs && s->all_new_tok >= s->new_tok);
	if (s->all_new_tok > 0)
		return larger(decode, prompts_s(p, s) + price_host_s(p, s));
	if (decode > 0 && !(s->graph_seqs > 0))
		return larger(decode, p->eager_s + price_host_s(p, s));
	return decode;
}
