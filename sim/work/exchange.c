#include "work/exchange.h"

#include <assert.h>

enum {
	SCALE_ELEMENTS = 128,	/* size: elements that share an fp8 scale */
	SCALE_B = 4		/* size: bytes of that fp32 scale */
};

double exchange_allreduce_B(enum allreduce how, int n, double payload_B)
{
	assert(n >= 1);
	switch (how) {
	case ALLREDUCE_ONE_SHOT:
		return (n - 1) * payload_B;
	case ALLREDUCE_TWO_SHOT:
		return 2.0 * (n - 1) / n * payload_B;
	case ALLREDUCE_IN_SWITCH:
		return n > 1 ? payload_B : 0;
	}
	return 0;
}

/* C(all - mine, k) / C(all, k): none of k draws hits one of mine. */
static double miss(double all, double mine, int k)
{
	double p = 1;

	for (int i = 0; i < k; i++)
		p *= (all - mine - i) / (all - i);
	return p > 0 ? p : 0;
}

/* C(n, k), small n. */
static double choose(int n, int k)
{
	double c = 1;

	for (int i = 0; i < k; i++)
		c *= (double)(n - i) / (i + 1);
	return k > n ? 0 : c;
}

/*
 * The chance that a rank of `slots` experts is hit. `span` is the number of
 * groups that the rank covers (1 when it is part of one): j of them are kept
 * with the hypergeometric chance, and then hold j / span of its experts.
 */
static double hit(const struct model *m, double slots, int span)
{
	double kept = (double)m->n_routed_experts * m->topk_group / m->n_group;
	double p = 0;

	for (int j = 1; j <= span && j <= m->topk_group; j++)
		p += choose(span, j) *
		     choose(m->n_group - span, m->topk_group - j) /
		     choose(m->n_group, m->topk_group) *
		     (1 - miss(kept, slots * j / span,
			       m->num_experts_per_tok));
	return p;
}

double exchange_ranks_hit(const struct model *m, int ep, bool group_limit)
{
	double slots = (double)m->n_routed_experts / ep;
	int span = m->n_group > ep ? m->n_group / ep : 1;

	if (!group_limit || m->n_group <= 1)
		return ep * (1 - miss(m->n_routed_experts, slots,
				      m->num_experts_per_tok));
	return ep * hit(m, slots, span);
}

double exchange_dispatch_row_B(const struct model *m, const struct stack *s)
{
	double row = m->hidden_size * s->dispatch_B;

	if (s->dispatch_B < 2)	/* quantised: block scales travel along */
		row += (double)m->hidden_size / SCALE_ELEMENTS * SCALE_B;
	return s->row_header_B + row;
}

double exchange_combine_row_B(const struct model *m)
{
	return 2.0 * m->hidden_size;
}

/*
 * Copies of one token that leave for any GPU, this one included. A pair
 * exchange sends one per (token, expert); one by rank sends one per rank hit.
 * Every GPU of a rank that splits its experts needs the row.
 */
static double copies(const struct exchange_spec *a)
{
	const struct layout *l = &a->on->layout;

	if (l->exchange == EXCHANGE_PAIR)
		return (double)a->on->model->num_experts_per_tok * l->moe_tp;
	return exchange_ranks_hit(a->on->model, l->ep, true) * l->moe_tp;
}

/*
 * DeepEP low latency packs and unpacks on the SMs: a bf16 row is read, an
 * fp8 copy a pair is written, received and read again; on the way back the
 * k bf16 rows are read, written, read, and one sum is written.
 */
static double pack_B(const struct exchange_spec *a, enum op_kind kind)
{
	double h = a->on->model->hidden_size, c = copies(a);

	if (a->on->layout.exchange != EXCHANGE_PAIR)
		return 0;
	if (kind == OP_DISPATCH)
		return a->tok * (2 * h + 3 * c * h);	/* math: fp8, 3 times */
	return a->tok * (3 * c * 2 * h + 2 * h);	/* math: as bf16 */
}

void exchange_fill(struct op *op, const struct exchange_spec *a)
{
	const struct layout *l = &a->on->layout;
	double row = op->kind == OP_DISPATCH ?
		exchange_dispatch_row_B(a->on->model, a->on->machine.stack) :
		exchange_combine_row_B(a->on->model);
	double rows = a->tok * copies(a);
	double near = (double)(l->domain - 1) / l->gpus;
	double far = (double)(l->gpus - l->domain) / l->gpus;

	op->ranks = l->gpus;
	op->payload_B = rows * row;
	op->nvlink_B = rows * near * row;
	op->rdma_B = rows * far * row;
	if (a->by_node && l->nodes > 1) {
		double there = exchange_ranks_hit(a->on->model, l->nodes, true);

		op->rdma_B = a->tok * there * (l->nodes - 1) / l->nodes * row;
		op->nvlink_B = rows * (l->domain - 1) / l->domain * row;
	}
	op->messages = rows * (near + far);
	op->pack_B = pack_B(a, op->kind);
}
