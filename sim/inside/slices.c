#include "inside/slices.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "play/group.h"

void slices_init(struct slices *s, int ranks)
{
	assert(ranks >= 0);
	*s = (struct slices){ .ranks = ranks };
}

void slices_release(struct slices *s)
{
	free(s->slice);
	free(s->op_s);
	free(s->known);
	*s = (struct slices){ 0 };
}

static void add(struct slices *s, const struct slice *one)
{
	if (one->from >= one->to)
		return;
	s->slice = mem_grow(s->slice, s->nr, &s->cap, sizeof(*s->slice));
	s->slice[s->nr++] = *one;
}

/* ---- compute ---- */

/* Seconds of every op for a group's micro-batch. */
static const double *ops_of(struct slices *s, int micro, int group)
{
	int at = micro * s->loads->groups + group;
	double *op_s = &s->op_s[(size_t)at * GRAPH_OPS];

	if (!s->known[at])
		group_costs_ops(op_s, s->ask, s->loads, at);
	s->known[at] = true;
	return op_s;
}

static double op_s(struct slices *s, const struct item *it, int rank, int op)
{
	const struct layout *l = &s->ask->on->layout;

	if (it->stage == STAGE_EXPERTS)
		return cost_load_s(&s->ask->on->machine, &s->step->graph.op[op],
				   loads_at(s->loads, it->micro, it->layer,
					    rank / l->moe_tp));
	return ops_of(s, it->micro, rank / l->tp)[op];
}

/* An item's ops one after the other. Returns when the last one ends. */
static double item(struct slices *s, const struct span *sp,
		   const struct item *it, double at_s)
{
	const struct part *part = &s->step->graph.part[it->part];

	for (int i = part->first; i < part->first + part->nr; i++) {
		const struct op *op = &s->step->graph.op[i];
		struct slice one = { op->name, SLICE_OP, it->stage, sp->rank,
			LANE_COMPUTE, it->micro, it->layer, 0, 0 };

		if (op->stage != it->stage)
			continue;
		one.from = sp->from + ticks_of_s(at_s);
		at_s += op_s(s, it, sp->rank, i);
		one.to = sp->from + ticks_of_s(at_s);
		if (one.to > sp->to)
			one.to = sp->to;
		add(s, &one);
	}
	return at_s;
}

/* What is left of a phase is the copies of a paired layer's exchanges. */
static void compute(struct slices *s, const struct span *sp)
{
	const struct item *last = &sp->phase->item[sp->phase->items - 1];
	struct slice left = { "", SLICE_COPIES, STAGE_EXPERTS, sp->rank,
		LANE_COMPUTE, last->micro, last->layer, 0, sp->to };
	double at_s = 0;

	for (int i = 0; i < sp->phase->items; i++)
		at_s = item(s, sp, &sp->phase->item[i], at_s);
	left.from = sp->from + ticks_of_s(at_s);
	if (left.to - left.from > GRAPH_OPS)	/* more than rounding */
		add(s, &left);
}

/* ---- wires ---- */

static void wire(struct slices *s, const struct span *sp)
{
	static const enum slice_kind kind[] = {
		[SPAN_COMPUTE] = SLICE_OP, [SPAN_PORT] = SLICE_OP,
		[SPAN_WAIT] = SLICE_WAIT, [SPAN_STARTUP] = SLICE_STARTUP };
	const struct op *op = &s->step->graph.op[sp->phase->wire];
	struct slice one = { op->name, kind[sp->kind], op->stage, sp->rank,
		(int)sp->lane, sp->phase->micro, sp->phase->layer, sp->from,
		sp->to };

	add(s, &one);
}

/* ---- the watcher ---- */

static void begin(void *of, const struct step_spec *a, const struct step *st,
		  const struct loads *l)
{
	struct slices *s = of;
	size_t pairs = (size_t)l->micro * (size_t)l->groups;

	if (!s->ranks || s->ranks > a->on->layout.gpus)
		s->ranks = a->on->layout.gpus;
	s->ask = a;
	s->step = st;
	s->loads = l;
	s->paired = a->two_batch && a->on->layout.exchange != EXCHANGE_NONE;
	for (int i = 0; i < st->graph.blocks; i++)
		if (st->graph.block[i].kind == BLOCK_MOE)
			s->moe_layers += st->graph.block[i].layers;
	s->op_s = mem_zeroed(pairs * GRAPH_OPS, sizeof(*s->op_s));
	s->known = mem_zeroed(pairs, sizeof(*s->known));
}

static void span(void *of, const struct span *sp)
{
	struct slices *s = of;

	if (sp->to > s->end)
		s->end = sp->to;
	if (sp->rank >= s->ranks)
		return;
	if (sp->kind == SPAN_COMPUTE)
		compute(s, sp);
	else
		wire(s, sp);
}

struct play_watch slices_watch(struct slices *s)
{
	return (struct play_watch){ begin, span, s };
}

void slices_end(struct slices *s, double host_s)
{
	assert(host_s >= 0);
	for (int r = 0; r < s->ranks; r++)
		add(s, &(struct slice){ "", SLICE_HOST, STAGE_HEAD, r, LANE_NR,
			0, -1, s->end, s->end + ticks_of_s(host_s) });
}
