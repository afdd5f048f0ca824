#include "work/exchange.h"

#include <assert.h>
#include <math.h>

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

/* C(n, k), small n; none where k is out of range. */
static double choose(int n, int k)
{
	double c = 1;

	for (int i = 0; i < k; i++)
		c *= (double)(n - i) / (i + 1);
	return k < 0 || k > n ? 0 : c;
}

/* A block of experts that begins in one group and may end in another. */
struct block_of {
	double head;	/* experts in its first group */
	double tail;	/* in its last, if that is another; else 0 */
	int full;	/* groups between them */
};

static struct block_of block_at(double group, double from, double to)
{
	double next = (floor(from / group) + 1) * group;
	struct block_of b = { fmin(to, next) - from, 0, 0 };

	assert(group > 0 && from >= 0 && to > from);
	if (to <= next)
		return b;
	b.full = (int)floor((to - next) / group);
	b.tail = to - next - b.full * group;
	return b;
}

/*
 * The chance that a block is hit. topk_group of n_group groups are kept, all
 * choices alike, and the k experts drawn from those: it is missed when none of
 * them is in what is kept of its head, its tail and the groups between.
 */
static double hit(const struct model *m, const struct block_of *b)
{
	double group = (double)m->n_routed_experts / m->n_group;
	double kept = group * m->topk_group, p = 0;
	int tails = b->tail > 0, rest = m->n_group - b->full - 1 - tails;

	for (int i = 0; i <= 1; i++)
		for (int k = 0; k <= tails; k++)
			for (int j = 0; j <= b->full; j++)
				p += choose(b->full, j) *
				     choose(rest, m->topk_group - i - k - j) *
				     miss(kept, i * b->head + k * b->tail +
					  j * group, m->num_experts_per_tok);
	return 1 - p / choose(m->n_group, m->topk_group);
}

double exchange_ranks_hit(const struct model *m, int ep, bool group_limit)
{
	double slots = (double)m->n_routed_experts / ep, sum = 0;
	double group = (double)m->n_routed_experts / m->n_group;

	if (!group_limit || m->n_group <= 1)
		return ep * (1 - miss(m->n_routed_experts, slots,
				      m->num_experts_per_tok));
	if (ep % m->n_group == 0)	/* each in one group, all alike */
		return ep * hit(m, &(struct block_of){ slots, 0, 0 });
	for (int i = 0; i < ep; i++) {
		struct block_of b = block_at(group, i * slots,
					     (i + 1) * slots);

		sum += hit(m, &b);
	}
	return sum;
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

/* Rows of one token, and what wires they take from GPU to GPU. */
struct fare {
	double copies;	/* on the last stretch, those for this GPU included */
	double near;	/* of them, over NVLink */
	double far;	/* rows that cross to another domain */
};

/* GPUs in the domain of a mean GPU: the sizes differ by one group at most. */
static double domain_mean(const struct layout *l)
{
	double full = l->domain, less = l->domain_least, nr;

	if (l->domain == l->domain_least)
		return full;
	nr = (l->gpus - l->nodes * less) / (full - less);
	return (nr * full * full + (l->nodes - nr) * less * less) / l->gpus;
}

/*
 * A copy for each pair or for each rank, sent straight. Every GPU of a rank
 * that splits its experts needs the row. Copies go to every GPU alike.
 */
static struct fare straight(const struct layout *l, double copies)
{
	double near = domain_mean(l);

	return (struct fare){ copies, copies * (near - 1) / l->gpus,
			      copies * (l->gpus - near) / l->gpus };
}

/*
 * A copy for each node but the sender's, to the GPU of the same place there;
 * it goes on to every other GPU of the node that needs it, and so do those of
 * the sender's own node: of all copies, 1 - nodes / gpus are for another GPU
 * than where they came into the node.
 */
static struct fare by_node(const struct layout *l, double copies)
{
	return (struct fare){ copies,
		copies * (1 - (double)l->nodes / l->gpus),
		l->nodes_hit * (l->nodes - 1) / l->nodes };
}

static double pairs(const struct exchange_spec *a)
{
	return (double)a->on->model->num_experts_per_tok *
	       a->on->layout.moe_tp;
}

static double ranks(const struct exchange_spec *a)
{
	return a->on->layout.ranks_hit * a->on->layout.moe_tp;
}

static bool is_forwarded(const struct exchange_spec *a, enum op_kind kind)
{
	enum exchange e = a->on->layout.exchange;

	return a->on->layout.nodes > 1 &&
	       (a->by_node || e == EXCHANGE_NODE ||
		(e == EXCHANGE_NODE_OUT && kind == OP_DISPATCH));
}

static struct fare fare_of(const struct exchange_spec *a, enum op_kind kind)
{
	const struct layout *l = &a->on->layout;
	bool pair = l->exchange == EXCHANGE_PAIR ||
		    l->exchange == EXCHANGE_NODE_OUT;
	double copies = pair ? pairs(a) : ranks(a);

	return is_forwarded(a, kind) ? by_node(l, copies) :
				       straight(l, copies);
}

/*
 * DeepEP low latency packs and unpacks on the SMs: a bf16 row is read, an
 * fp8 copy a pair is written, received and read again; on the way back the
 * k bf16 rows are read, written, read, and one sum is written. What came to
 * a node to go on is read there once more. V2 makes the copies a pair where
 * the experts are, from one a rank, and adds them up there.
 */
static double pack_B(const struct exchange_spec *a, enum op_kind kind,
		     const struct fare *f)
{
	double h = a->on->model->hidden_size, c = f->copies, on = 0, k = c;

	if (!layout_masked(&a->on->layout))
		return 0;
	if (is_forwarded(a, kind))
		on = f->far;
	if (a->on->layout.exchange == EXCHANGE_NODE)
		k = pairs(a);
	if (kind == OP_DISPATCH)	/* fp8: written, received, read */
		return a->tok * (2 * h + (2 * c + k + on) * h);
	return a->tok * ((2 * c + k + on) * 2 * h + 2 * h);	/* bf16 */
}

static double row_B(const struct exchange_spec *a, bool out)
{
	return out ? exchange_dispatch_row_B(a->on->model,
					     a->on->machine.stack) :
		     exchange_combine_row_B(a->on->model);
}

/*
 * The fewest: a copy a node on the NICs, and on NVLink, none of it having
 * come by a NIC, a copy a rank of the own domain.
 */
void exchange_least(struct op *op, const struct exchange_spec *a)
{
	const struct layout *l = &a->on->layout;
	double B = a->tok * row_B(a, op->kind == OP_DISPATCH ||
				  op->kind == OP_GATHER);
	struct fare near = straight(l, ranks(a));
	struct fare far = by_node(l, ranks(a));

	op->nvlink_least_B = fmin(op->nvlink_B, B * near.near);
	op->rdma_least_B = fmin(op->rdma_B, B * fmin(near.far, far.far));
}

double exchange_fewest_B(const struct exchange_spec *a, enum op_kind kind)
{
	return a->tok * row_B(a, kind == OP_DISPATCH) *
	       straight(&a->on->layout, ranks(a)).near;
}

/*
 * What the fullest port carries over the mean one. Straight: on NVLink in the
 * largest domain, on the NIC in the smallest. A copy a node: on the NICs of the
 * smallest domain, where the rows of all other GPUs come in by the fewest.
 */
static void fullest(struct op *op, const struct layout *l)
{
	double mean = domain_mean(l);

	op->nvlink_over = op->rdma_over = 0;
	if (l->domain == l->domain_least)
		return;
	if (op->forwarded) {
		op->rdma_over = (double)(l->gpus - l->domain_least) /
			(l->domain_least * (l->nodes - 1)) - 1;
		return;
	}
	if (mean > 1)
		op->nvlink_over = (l->domain - mean) / (mean - 1);
	op->rdma_over = (mean - l->domain_least) / (l->gpus - mean);
}

/* Low-latency kernels leave the SMs once they have sent (receive hooks). */
static double kept_sms(const struct exchange_spec *a)
{
	const struct stack *s = a->on->machine.stack;

	switch (a->on->layout.exchange) {
	case EXCHANGE_NODE:
		return s->forward_sms;
	case EXCHANGE_RANK:
		return s->rank_sms;
	default:
		return 0;
	}
}

void exchange_fill(struct op *op, const struct exchange_spec *a)
{
	const struct layout *l = &a->on->layout;
	double row = row_B(a, op->kind == OP_DISPATCH);
	struct fare f = fare_of(a, op->kind);

	op->ranks = l->gpus;
	op->nodes = l->nodes;
	op->forwarded = is_forwarded(a, op->kind);
	op->sms = kept_sms(a);
	op->payload_B = a->tok * f.copies * row;
	op->nvlink_B = a->tok * f.near * row;
	op->rdma_B = a->tok * f.far * row;
	op->messages = a->tok * (f.near + f.far);
	op->pack_B = pack_B(a, op->kind, &f);
	assert(!(f.near < 0) && !(f.far < 0) && (l->nodes > 1 || f.far <= 0));
	fullest(op, l);
	exchange_least(op, a);
}
