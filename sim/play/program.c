#include "play/program.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

struct maker {
	struct program *program;
	const struct graph *graph;
	struct phase now;	/* being filled */
	int moe_layer;		/* MoE layers so far */
};

static void flush(struct maker *m)
{
	struct program *p = m->program;

	if (!m->now.items && m->now.wire < 0)
		return;
	p->phase = mem_grow(p->phase, p->nr, &p->cap, sizeof(*p->phase));
	p->phase[p->nr++] = m->now;
	m->now = (struct phase){ .wire = -1, .layer = -1 };
}

static bool part_has(const struct graph *g, int part, enum stage stage,
		     int *op)
{
	const struct part *p = &g->part[part];

	for (int i = p->first; i < p->first + p->nr; i++)
		if (g->op[i].stage == stage) {
			*op = i;
			return true;
		}
	return false;
}

static void compute(struct maker *m, struct item item)
{
	int op;

	if (!part_has(m->graph, item.part, item.stage, &op))
		return;
	if (m->now.items == PHASE_ITEMS)
		flush(m);
	m->now.item[m->now.items++] = item;
}

/* End the phase with the wire op of a stage, if the part has one. */
static void wire(struct maker *m, struct item at)
{
	int op;

	if (!part_has(m->graph, at.part, at.stage, &op))
		return;
	m->now.wire = op;
	m->now.micro = at.micro;
	m->now.layer = at.layer;
	flush(m);
}

/* One layer, one micro-batch, everything in turn. */
static void serial_pass(struct maker *m, const struct block *b, int micro,
			int layer)
{
	static const struct { enum stage stage; bool attn, wire; } order[] = {
		{ STAGE_ATTN0, true, false }, { STAGE_QUERIES, true, true },
		{ STAGE_ATTN1, true, false }, { STAGE_MERGE, true, true },
		{ STAGE_ATTN_SUM, true, true }, { STAGE_GATE, false, false },
		{ STAGE_DISPATCH, false, true },
		{ STAGE_SHARED, false, false },
		{ STAGE_EXPERTS, false, false },
		{ STAGE_COMBINE, false, true }, { STAGE_FFN, false, false },
		{ STAGE_FFN_SUM, false, true }, { STAGE_HEAD, false, false },
		{ STAGE_SEND, false, true } };

	for (unsigned i = 0; i < sizeof(order) / sizeof(*order); i++) {
		struct item it = { order[i].attn ? b->attn : b->ffn,
				   order[i].stage, micro, layer };

		if (it.part < 0)
			continue;
		if (order[i].wire)
			wire(m, it);
		else
			compute(m, it);
	}
}

static void serial(struct maker *m, const struct block *b)
{
	bool moe = b->kind == BLOCK_MOE || b->kind == BLOCK_DRAFT;

	for (int l = 0; l < b->layers; l++)
		for (int mb = 0; mb < b->batches; mb++)
			serial_pass(m, b, mb, moe ? m->moe_layer + l : -1);
	if (moe)
		m->moe_layer += b->layers;
}

/* What an attention group sends is one of the kernels here. */
static void after_attn0(struct maker *m, const struct block *b, int micro,
			int layer)
{
	compute(m, (struct item){ b->attn, STAGE_QUERIES, micro, layer });
	compute(m, (struct item){ b->attn, STAGE_ATTN1, micro, layer });
	compute(m, (struct item){ b->attn, STAGE_MERGE, micro, layer });
	compute(m, (struct item){ b->attn, STAGE_ATTN_SUM, micro, layer });
	compute(m, (struct item){ b->ffn, STAGE_GATE, micro, layer });
}

/*
 * Half a layer of the timeline. `left` is the micro-batch whose experts run,
 * `right` the other one, which is a layer ahead in the second half; at the
 * very end there is nothing of it left to do.
 */
static void half(struct maker *m, const struct block *b, int left, int layer)
{
	int right = 1 - left, ahead = layer + left;
	bool last = ahead == m->moe_layer + b->layers;

	assert(left == 0 || left == 1);
	compute(m, (struct item){ b->ffn, STAGE_SHARED, left, layer });
	if (!last)
		compute(m, (struct item){ b->attn, STAGE_ATTN0, right, ahead });
	m->now.beside = true;
	wire(m, (struct item){ b->ffn, STAGE_DISPATCH, left, layer });
	flush(m);
	compute(m, (struct item){ b->ffn, STAGE_EXPERTS, left, layer });
	flush(m);
	if (!last)
		after_attn0(m, b, right, ahead);
	m->now.beside = true;
	wire(m, (struct item){ b->ffn, STAGE_COMBINE, left, layer });
	flush(m);
}

static void paired(struct maker *m, const struct block *b)
{
	compute(m, (struct item){ b->attn, STAGE_ATTN0, 0, m->moe_layer });
	after_attn0(m, b, 0, m->moe_layer);
	flush(m);
	for (int l = 0; l < b->layers; l++) {
		half(m, b, 0, m->moe_layer + l);
		half(m, b, 1, m->moe_layer + l);
	}
	m->moe_layer += b->layers;
}

void program_make(struct program *p, const struct graph *g, bool is_paired)
{
	struct maker m = { .program = p, .graph = g,
			   .now = { .wire = -1, .layer = -1 } };

	*p = (struct program){ 0 };
	for (int b = 0; b < g->blocks; b++)
		if (is_paired && g->block[b].kind == BLOCK_MOE)
			paired(&m, &g->block[b]);
		else
			serial(&m, &g->block[b]);
	flush(&m);
}

void program_release(struct program *p)
{
	free(p->phase);
	*p = (struct program){ 0 };
}
