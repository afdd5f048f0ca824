#include "play/group.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

enum { GROUP_STAGES = GRAPH_PARTS * STAGE_NR };

static size_t index_at(const struct group_costs *s, int micro, int group)
{
	return (size_t)micro * (size_t)s->groups + (size_t)group;
}

/* Sequences of a group in one micro-batch, and in all of them. */
struct group {
	double seqs, all;
};

static struct group group_at(const struct loads *l, size_t at)
{
	struct group g = { l->seqs[at], 0 };
	size_t groups = (size_t)l->groups;

	for (size_t i = at % groups; i < groups * (size_t)l->micro; i += groups)
		g.all += l->seqs[i];
	return g;
}

/*
 * A group with its own number of sequences: count and cost anew. What is
 * padded to a CUDA graph is cut in halves afterwards (SGLang's
 * two_batch_overlap.py, vLLM's ubatch slices).
 */
static void group_count(struct step *st, const struct step_spec *a,
			const struct group *g)
{
	struct step_spec own = *a;
	double rows;

	own.batch.seqs = g->all;
	rows = batch_rows(&own.batch, own.on) * own.batch.micro;
	if (rows > g->all)
		own.batch.rows = rows;
	own.batch.seqs = g->seqs * a->batch.micro;
	step_count(st, &own);
	for (int i = 0; i < st->graph.ops; i++)
		cost_op(&a->on->machine, &st->graph.op[i], &st->cost[i]);
}

/* The core kernel reads the KV that this group holds. */
static double core_s(const struct step_spec *a, const struct op *mean,
		     double kv)
{
	double tok = 1 + mean->ctx_share * (kv - 1);
	struct op own = *mean;

	own.kv_B *= tok;
	own.flop_row *= tok;
	return cost_op_s(&a->on->machine, &own);
}

/*
 * This group's KV tokens over those that the step was counted with; a group
 * with less than a token is counted as one.
 */
static double group_kv(const struct step_spec *a, const struct loads *l,
		      size_t at)
{
	double seqs = l->seqs[at];

	if (!(seqs > 0) || seqs * a->batch.query_tok < 1)
		return 1;
	return l->kv_tok[at] / (seqs * a->batch.ctx_tok);
}

static double group_op_s(const struct step_spec *a, const struct step *st,
			int op, double kv)
{
	if (st->graph.op[op].ctx_share > 0 && kv != 1)
		return core_s(a, &st->graph.op[op], kv);
	return st->cost[op].s;
}

static void stages_fill(double *stage_s, const struct step_spec *a,
		      const struct step *st, double kv)
{
	for (int p = 0; p < st->graph.parts; p++) {
		const struct part *part = &st->graph.part[p];

		for (int i = part->first; i < part->first + part->nr; i++) {
			enum stage at = st->graph.op[i].stage;

			stage_s[p * STAGE_NR + (int)at] +=
				group_op_s(a, st, i, kv);
		}
	}
}

void group_costs_make(struct group_costs *s, const struct step_spec *a,
		const struct loads *l)
{
	size_t nr = (size_t)l->micro * (size_t)l->groups;
	struct step *st = step_room();
	struct group counted = { -1, -1 };

	*s = (struct group_costs){ l->groups, l->micro,
		mem_zeroed(nr * GROUP_STAGES, sizeof(double)),
		mem_zeroed(nr, sizeof(double)) };
	for (size_t i = 0; i < nr; i++) {
		const struct group g = group_at(l, i);

		if (g.seqs != counted.seqs || g.all != counted.all)
			group_count(st, a, &g);
		counted = g;
		stages_fill(&s->stage_s[i * GROUP_STAGES], a, st,
			  group_kv(a, l, i));
		s->tok[i] = l->seqs[i] * a->batch.query_tok;
	}
	free(st);
}

void group_costs_ops(double *op_s, const struct step_spec *a,
		     const struct loads *l, int at)
{
	size_t i = (size_t)at;
	const struct group g = group_at(l, i);
	struct step *st = step_room();

	group_count(st, a, &g);
	for (int op = 0; op < st->graph.ops; op++)
		op_s[op] = group_op_s(a, st, op, group_kv(a, l, i));
	free(st);
}

void group_costs_release(struct group_costs *s)
{
	free(s->stage_s);
	free(s->tok);
	*s = (struct group_costs){ 0 };
}

double group_costs_s(const struct group_costs *s, const struct item *it,
		     int group)
{
	assert(it->micro < s->micro && group < s->groups &&
	       it->part < GRAPH_PARTS);
	return s->stage_s[index_at(s, it->micro, group) * GROUP_STAGES +
			  (size_t)it->part * STAGE_NR + (size_t)it->stage];
}
