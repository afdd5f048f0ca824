#include "work/graph.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/larger.h"
#include "work/pass.h"

const struct captured *graph_sizes(const struct deployment *d)
{
	const struct padding *p = &d->machine.stack->padding;
	const struct captured *of = d->layout.drafts > 0 &&
		p->drafted.nr > 0 ? &p->drafted : &p->sizes;

	return p->pads > 0 && of->nr > 0 ? of : NULL;
}

double graph_per(const struct deployment *d, int query_tok)
{
	assert(query_tok >= 1);
	return d->machine.stack->padding.tokens > 0 ? query_tok : 1;
}

bool graph_alike(const struct deployment *d)
{
	return d->layout.exchange == EXCHANGE_GATHER ||
	       d->machine.stack->padding.ranks > 0;
}

bool graph_routes(const struct deployment *d)
{
	const struct padding *p = &d->machine.stack->padding;

	return (d->layout.ep > 1 ? p->routed_ep : p->routed) > 0;
}

double batch_rows(const struct batch *b, const struct deployment *d)
{
	const struct captured *sizes = graph_sizes(d);
	double per = graph_per(d, b->query_tok), n = b->seqs;

	assert(b->seqs >= 0 && b->rows >= 0 && b->micro >= 1);
	if (b->rows > 0 || !(n > 0) || !sizes)
		return larger(n, b->rows) / b->micro;
	if (graph_alike(d))
		n = larger(n, b->fullest);
	return captured_size(sizes, ceil(n) * per) / per / b->micro;
}

double batch_padding_tok(const struct batch *b, const struct deployment *d)
{
	if (!graph_routes(d))
		return 0;
	return (batch_rows(b, d) - b->seqs / b->micro) * b->query_tok *
	       d->layout.dp;
}

double batch_tok(const struct batch *b, const struct deployment *d)
{
	double tok = b->seqs / b->micro * b->query_tok * d->layout.dp +
		     batch_padding_tok(b, d);

	return (tok > 1 ? tok : 1) * d->layout.copies;
}

double batch_apart(const struct batch *b, const struct deployment *d)
{
	assert(b->query_tok >= 1);
	return 1 + (b->query_tok - 1) * (1 - d->model->routing_together);
}

double batch_apart_tok(const struct batch *b, const struct deployment *d)
{
	double tok = b->seqs / b->micro * batch_apart(b, d) * d->layout.dp +
		     lesser(d->layout.dp, batch_padding_tok(b, d));

	return tok > 1 ? tok : 1;
}

/* A GPU alone in its group has all of its rows: they are counted once. */
static enum whose counted_as(const struct graph *g, enum whose whose)
{
	if (g->shares)
		return whose;
	return whose == WHOSE_OWN ? WHOSE_GROUP :
	       whose == WHOSE_DRAFT_OWN ? WHOSE_DRAFT : whose;
}

static int part_begin(struct graph *g, enum whose whose)
{
	assert(g->parts < GRAPH_PARTS);
	g->whose = counted_as(g, whose);
	g->part[g->parts] = (struct part){ .first = g->ops };
	return g->parts++;
}

static void part_end(struct graph *g, int part)
{
	g->part[part].nr = g->ops - g->part[part].first;
}

static void attend(struct graph *g, const struct pass *p,
		   const struct part *part)
{
	struct pass at = *p;

	at.place = part->place;
	if (attn_latent(part->kind))
		pass_mla(&at, part->kind, g);
	else
		pass_v4(&at, part->kind, g);
}

static int part_attn(struct graph *g, const struct pass *p, enum attn kind,
		     enum site place)
{
	int part = part_begin(g, place == SITE_MTP ? WHOSE_DRAFT :
			      WHOSE_GROUP);

	g->part[part].attends = true;
	g->part[part].kind = kind;
	g->part[part].place = place;
	attend(g, p, &g->part[part]);
	part_end(g, part);
	return part;
}

static int part_dense(struct graph *g, const struct pass *p)
{
	struct pass own = *p;
	int part = part_begin(g, WHOSE_OWN);

	own.place = SITE_DENSE;
	pass_dense(&own, g);
	part_end(g, part);
	return part;
}

static int part_moe(struct graph *g, const struct pass *p, enum whose whose)
{
	int part = part_begin(g, whose);

	pass_moe(p, g);
	part_end(g, part);
	return part;
}

static int part_head(struct graph *g, const struct pass *p)
{
	int part = part_begin(g, WHOSE_WHOLE);

	pass_head(p, g);
	part_end(g, part);
	return part;
}

static void block_add(struct graph *g, struct block b)
{
	assert(g->blocks < GRAPH_BLOCKS);
	if (b.layers > 0)
		g->block[g->blocks++] = b;
}

/*
 * What passes of a step have alike. Field by field: clearing one first would
 * take as long as the rest.
 */
static void pass_begin(struct pass *p, const struct graph_spec *a)
{
	p->on = a->on;
	p->ctx_tok = a->batch->ctx_tok;
	p->lengths = a->batch->lengths;
	p->chunk = NULL;
}

static void draft_pass(struct pass *p, const struct graph_spec *a)
{
	const struct batch *b = a->batch;

	pass_begin(p, a);
	p->seqs = b->seqs;
	p->row_seqs = batch_rows(b, a->on) * b->micro;
	p->query_tok = 1;
	p->load = a->draft_load;
	p->place = SITE_MTP;
	pass_fill(p);
}

static void draft_block(struct graph *g, const struct graph_spec *a)
{
	const struct model *m = a->on->model;
	struct pass p;
	int attn, ffn;

	draft_pass(&p, a);
	attn = part_attn(g, &p, model_attn(m, m->num_hidden_layers),
			 SITE_MTP);
	g->part[attn].drafts = true;
	ffn = part_moe(g, &p, WHOSE_DRAFT_OWN);
	g->whose = WHOSE_DRAFT;
	pass_draft(&p, g);
	part_end(g, ffn);
	block_add(g, (struct block){ BLOCK_DRAFT, "draft", attn, ffn,
				     a->on->layout.drafts, 1 });
}

/* Layers of one kind: the leading dense ones, then those with experts. */
static void kind_blocks(struct graph *g, const struct pass *p,
			enum attn kind, int *moe)
{
	const struct model *m = p->on->model;
	int layers = model_attn_layers(m, kind);
	int dense = model_dense_layers(m, kind);
	int micro = g->micro, attn, first;

	if (layers == 0)
		return;
	attn = first = part_attn(g, p, kind, SITE_MOE);
	if (dense > 0 && !kept_attention_alike(&p->on->layout.storage.weights,
					       SITE_DENSE, SITE_MOE))
		first = part_attn(g, p, kind, SITE_DENSE);
	if (dense > 0)
		block_add(g, (struct block){ BLOCK_DENSE, "dense", first,
			part_dense(g, p), dense, micro });
	if (*moe < 0)
		*moe = part_moe(g, p, WHOSE_OWN);
	block_add(g, (struct block){ BLOCK_MOE, m->family == FAMILY_V4 ||
		kind == ATTN_DSA_SHARED ? attn_name(kind) : "moe", attn,
		*moe, layers - dense, micro });
}

/* Of one micro-batch. */
static void main_pass(struct pass *p, const struct graph_spec *a)
{
	const struct batch *b = a->batch;

	pass_begin(p, a);
	p->seqs = b->seqs / b->micro;
	p->row_seqs = batch_rows(b, a->on);
	p->query_tok = b->query_tok;
	p->load = a->load;
	p->place = SITE_MOE;
	pass_fill(p);
}

/* The first of all parts: its ops, each of one row. */
static void list_begin(struct graph *g, const struct graph_spec *a, int micro)
{
	g->ops = g->parts = g->blocks = 0;	/* the lists write anew */
	g->machine = a->on->machine;
	g->micro = micro;
	g->shares = pass_shares(&a->on->layout);
}

static void list_main(struct graph *g, const struct pass *p)
{
	int moe = -1;

	for (int kind = 0; kind < ATTN_NR; kind++)
		kind_blocks(g, p, (enum attn)kind, &moe);
}

static void list_head(struct graph *g, const struct pass *p)
{
	block_add(g, (struct block){ BLOCK_ONCE, "head", -1, part_head(g, p),
				     1, 1 });
}

static void note(struct graph *g)
{
	for (int i = 0; i < g->ops; i++)
		per_row_note(&g->row[i], &g->op[i]);
}

void graph_give(struct graph *g, int op)
{
	const struct per_row *row = &g->row[op];

	assert(op >= 0 && op < g->ops);
	per_row_times(row, &g->nr[row->whose], &g->op[op]);
}

static void give_all(struct graph *g)
{
	for (int i = 0; i < g->ops; i++)
		graph_give(g, i);
}

void graph_count(struct graph *g, const struct pass *p)
{
	note(g);
	rows_of_pass(&g->nr[WHOSE_GROUP], p);
	give_all(g);
}

static void rows_of_both(struct graph *g, enum whose group, enum whose own,
			 const struct pass *p)
{
	struct pass share;

	rows_of_pass(&g->nr[group], p);
	if (!g->shares)
		return;
	share = pass_own(p);
	rows_of_pass(&g->nr[own], &share);
}

void graph_rows(struct graph *g, const struct graph_spec *a)
{
	struct pass p;

	assert(g->micro == a->batch->micro);
	main_pass(&p, a);
	rows_of_both(g, WHOSE_GROUP, WHOSE_OWN, &p);
	p.seqs = a->batch->seqs;
	p.row_seqs *= a->batch->micro;
	pass_fill(&p);
	rows_of_pass(&g->nr[WHOSE_WHOLE], &p);
	if (a->on->layout.drafts > 0) {
		draft_pass(&p, a);
		rows_of_both(g, WHOSE_DRAFT, WHOSE_DRAFT_OWN, &p);
	}
}

void graph_build(struct graph *g, const struct graph_spec *a)
{
	struct pass p;

	main_pass(&p, a);
	list_begin(g, a, a->batch->micro);
	list_main(g, &p);
	if (a->on->layout.drafts > 0)
		draft_block(g, a);
	list_head(g, &p);
	note(g);
	graph_rows(g, a);
	give_all(g);
}

static void attend_part(struct graph *g, const struct pass *p,
			const struct part *part)
{
	struct pass at = *p;

	at.place = part->place;
	for (int i = part->first; i < part->first + part->nr; i++) {
		if (!g->row[i].recount)
			continue;
		g->row[i].recount(&at, part->kind, &g->op[i]);
		per_row_note(&g->row[i], &g->op[i]);
	}
}

void graph_attend(struct graph *g, const struct graph_spec *a)
{
	struct pass p;

	assert(g->micro == a->batch->micro);
	main_pass(&p, a);
	for (int i = 0; i < g->parts; i++)
		if (g->part[i].attends && !g->part[i].drafts)
			attend_part(g, &p, &g->part[i]);
	if (a->on->layout.drafts == 0)
		return;
	draft_pass(&p, a);
	for (int i = 0; i < g->parts; i++)
		if (g->part[i].drafts)
			attend_part(g, &p, &g->part[i]);
}

void graph_prefill(struct graph *g, const struct graph_spec *a,
		   const struct chunk *c)
{
	struct pass p = { .on = a->on,
			  .seqs = c->seqs, .load = a->load, .chunk = c,
			  .place = SITE_MOE,
			  .ctx_tok = c->prior_tok + c->new_tok,
			  .query_tok = (int)c->new_tok };
	struct pass last = p;

	list_begin(g, a, 1);
	list_main(g, &p);
	list_head(g, &last);
	note(g);
	pass_exactly(&p, c->seqs * c->new_tok);
	rows_of_both(g, WHOSE_GROUP, WHOSE_OWN, &p);
	pass_exactly(&last, c->seqs);	/* one sampled token a prompt */
	rows_of_pass(&g->nr[WHOSE_WHOLE], &last);
	give_all(g);
}
