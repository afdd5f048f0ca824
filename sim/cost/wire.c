#include "cost/wire.h"

#include <assert.h>
#include <math.h>

#include "base/larger.h"
#include "cost/rate.h"
#include "work/exchange.h"

static const struct wire *wire_of(const struct machine *m, enum wire_kind k)
{
	return &m->stack->wire[k];
}

/* Port times plus start-up; the longer port decides. */
static void cost_ports(struct cost *c, double alpha_s)
{
	double port = larger(c->nvlink_s, c->rdma_s);

	c->fixed_s = alpha_s;
	c->s = alpha_s + port;
	c->bound = alpha_s > port ? BOUND_LATENCY :
		   c->rdma_s > c->nvlink_s ? BOUND_RDMA : BOUND_NVLINK;
}

/* One all-reduce algorithm inside a domain: start-up and port time. */
struct algorithm {
	enum allreduce how;
	double alpha_s;
	double port_s;
};

static void allreduce_pick(const struct machine *m, const struct op *op,
			   int n, struct algorithm *best)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);
	double peers = w->alpha_peer_s * (n - 1);
	double s1 = rate_nvlink_s(m->gpu, w->e_nvlink);
	double s2 = rate_nvlink_s(m->gpu, w->e_two_shot);
	struct algorithm t[] = {
		{ ALLREDUCE_ONE_SHOT, w->alpha_s + peers, s1 *
		  exchange_allreduce_B(ALLREDUCE_ONE_SHOT, n,
				       op->payload_B) },
		{ ALLREDUCE_TWO_SHOT, w->two_shot * w->alpha_s + peers, s2 *
		  exchange_allreduce_B(ALLREDUCE_TWO_SHOT, n,
				       op->payload_B) },
		{ ALLREDUCE_IN_SWITCH, w->alpha_switch_s, 2 *
		  op->payload_B * rate_nvlink_s(m->gpu, w->e_switch) } };
	int nr = w->e_switch > 0 && m->gpu->in_switch ?
		3 : 2;	/* size: ways of t */

	*best = t[0];
	for (int i = 1; i < nr; i++)
		if (t[i].alpha_s + t[i].port_s <
		    best->alpha_s + best->port_s)
			*best = t[i];
}

/* Within a domain, by the fastest algorithm. */
static void cost_inside(const struct machine *m, const struct op *op,
			struct cost *c)
{
	struct algorithm t;

	allreduce_pick(m, op, op->ranks, &t);
	c->nvlink_s = t.port_s;
	c->nvlink_B = exchange_allreduce_B(t.how, op->ranks, op->payload_B);
	cost_ports(c, t.alpha_s);
}

/* What reduce-scatter and all-gather inside a domain send. */
static void cost_sent(const struct machine *m, const struct op *op, int n,
		      struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);

	c->nvlink_B = exchange_allreduce_B(ALLREDUCE_TWO_SHOT, n,
					   op->payload_B);
	c->nvlink_s = c->nvlink_B * rate_nvlink_s(m->gpu, w->e_two_shot);
}

/*
 * Reduce-scatter and all-gather, each started by itself; between them go
 * the bytes of one two-shot all-reduce.
 */
static void cost_halves(const struct machine *m, const struct op *op, int n,
			struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);

	cost_sent(m, op, n, c);
	cost_ports(c, 2 * (w->alpha_s + w->alpha_peer_s * (n - 1)));
}

/* Between nodes: by the protocol that is done first. */
static void cost_between(const struct machine *m, double sent_B,
			 struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);
	double late_s = w->alpha_long_s;
	double long_s = sent_B * rate_nic_s(m->gpu, w->e_rdma);
	double short_s = w->e_short > 0 ?
		sent_B * rate_nic_s(m->gpu, w->e_short) : late_s + long_s;
	bool is_short = short_s < late_s + long_s;

	c->rdma_B = sent_B;
	c->rdma_s = is_short ? short_s : long_s;
	c->fixed_s += is_short ? 0 : late_s;
}

/*
 * Beyond a domain: reduce-scatter inside, all-reduce over the NICs of each
 * GPU's share, all-gather inside; all of it one kernel, started once.
 */
static void cost_allreduce(const struct machine *m, const struct op *op,
			   struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);
	int domain = m->gpu->nvlink_gpus;
	int nodes = (op->ranks + domain - 1) / domain;
	int inside = (op->ranks + nodes - 1) / nodes;	/* work/layout */

	if (nodes == 1 && op->kind == OP_HALVES) {
		cost_halves(m, op, op->ranks, c);
		return;
	}
	if (nodes == 1) {
		cost_inside(m, op, c);
		return;
	}
	if (inside > 1)
		cost_sent(m, op, inside, c);
	c->fixed_s = w->alpha_node_s + w->alpha_node_peer_s * (op->ranks - 1);
	cost_between(m, exchange_allreduce_B(ALLREDUCE_TWO_SHOT, nodes,
					     op->payload_B / inside), c);
	c->s = c->fixed_s + c->nvlink_s + c->rdma_s;
	c->bound = c->fixed_s > c->nvlink_s + c->rdma_s ? BOUND_LATENCY :
		   c->rdma_s > c->nvlink_s ? BOUND_RDMA : BOUND_NVLINK;
}

/* Half a two-shot all-reduce; beyond a domain, a ring over the NICs. */
static void cost_half(const struct machine *m, const struct op *op,
		      struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_ALLREDUCE);
	double sent_B = exchange_allreduce_B(ALLREDUCE_TWO_SHOT, op->ranks,
					     op->payload_B) / 2;
	double alpha = w->alpha_s + w->alpha_peer_s * (op->ranks - 1);

	if (op->ranks > m->gpu->nvlink_gpus) {
		c->rdma_B = sent_B;
		c->rdma_s = sent_B * rate_nic_s(m->gpu, w->e_rdma);
	} else {
		c->nvlink_B = sent_B;
		c->nvlink_s = sent_B * rate_nvlink_s(m->gpu, w->e_two_shot);
	}
	cost_ports(c, alpha);
}

/* One after the other; started as what NCCL sends to everyone is. */
static void cost_send(const struct machine *m, const struct op *op,
		      struct cost *c)
{
	const struct wire *w = wire_of(m, WIRE_GATHER);

	c->nvlink_B = op->nvlink_B;
	c->rdma_B = op->rdma_B;
	c->nvlink_s = op->nvlink_B * rate_nvlink_s(m->gpu, w->e_nvlink);
	c->rdma_s = op->rdma_B * rate_nic_s(m->gpu, w->e_rdma);
	c->fixed_s = w->alpha_s * (op->ranks - 1);
	c->s = c->fixed_s + c->nvlink_s + c->rdma_s;
	c->bound = c->rdma_s > c->nvlink_s ? BOUND_RDMA : BOUND_NVLINK;
	if (c->fixed_s > larger(c->nvlink_s, c->rdma_s))
		c->bound = BOUND_LATENCY;
}

/*
 * What the SMs do is not hidden by what else they could do: the copies at
 * either end, and all the while those SMs that an exchange keeps.
 */
static void cost_pack(const struct stack *s, const struct op *op,
		      const struct rates *r, struct cost *c)
{
	if (s->ideal > 0)
		return;
	if (op->pack_B > 0)
		c->pack_s = 2 * s->pack_s + op->pack_B * r->copy_s;
	if (op->sms > 0)
		c->pack_s = larger(c->pack_s, op->sms * c->s);
	c->pack_s = lesser(c->pack_s, c->s);
}

static void cost_gather(const struct machine *m, const struct op *op,
			const struct rates *r, struct cost *c)
{
	const struct wire *w = wire_of(m, op->kind == OP_GATHER ?
				       WIRE_GATHER : WIRE_SCATTER);

	c->nvlink_B = op->nvlink_B;
	c->rdma_B = op->rdma_B;
	c->nvlink_s = op->nvlink_B * rate_nvlink_s(m->gpu, w->e_nvlink);
	if (op->rdma_B > 0)
		c->rdma_s = op->rdma_B * rate_nic_s(m->gpu, w->e_rdma);
	cost_ports(c, w->alpha_s + w->alpha_peer_s * (op->ranks - 1));
	cost_pack(m->stack, op, r, c);
}

static enum wire_kind exchange_wire(const struct machine *m,
				    const struct op *op)
{
	bool out = op->kind == OP_DISPATCH;
	enum exchange e;

	if (op->rdma_B > 0)
		return out ? WIRE_DISPATCH : WIRE_COMBINE;
	e = op->pack_B > 0 ? EXCHANGE_PAIR : EXCHANGE_RANK;
	if (e == EXCHANGE_RANK && m->stack->wired[WIRE_DISPATCH_RACK])
		return out ? WIRE_DISPATCH_RACK : WIRE_COMBINE_RACK;
	return out ? WIRE_DISPATCH_NODE : WIRE_COMBINE_NODE;
}

static void cost_exchange(const struct machine *m, const struct op *op,
			  const struct rates *r, struct cost *c)
{
	c->nvlink_B = op->nvlink_B;
	c->rdma_B = op->rdma_B;
	c->nvlink_s = op->nvlink_B * (1 + op->nvlink_over) * r->nvlink_s;
	if (op->rdma_B > 0)
		c->rdma_s = op->rdma_B * (1 + op->rdma_over) * r->nic_s;
	cost_ports(c, r->start_s);
	cost_pack(m->stack, op, r, c);
}

void wire_rates(const struct machine *m, const struct op *op, struct rates *r)
{
	const struct wire *w = wire_of(m, exchange_wire(m, op));
	double droop = 1;

	r->start_s = w->alpha_s;
	if (op->nodes > 1)
		r->start_s += w->alpha_log_s * log2(op->nodes);
	if (op->nodes > 1 && w->droop > 0)
		droop = pow(op->nodes, -w->droop);
	if (op->forwarded)
		r->start_s += m->stack->forward_s;
	if (w->alpha_rank_s > 0)
		r->start_s += w->alpha_rank_s * log2(op->ranks);
	r->nvlink_s = rate_nvlink_s(m->gpu, w->e_nvlink);
	r->nic_s = rate_nic_s(m->gpu, w->e_rdma * droop);
	if (m->stack->pack_share > 0)
		r->copy_s = rate_copy_s(m->gpu, m->stack->pack_share);
}

void wire_cost(const struct machine *m, const struct op *op,
	       const struct rates *r, struct cost *c)
{
	switch (op->kind) {
	case OP_ALLREDUCE:
	case OP_HALVES:
		cost_allreduce(m, op, c);
		break;
	case OP_HALF:
		cost_half(m, op, c);
		break;
	case OP_SEND:
		cost_send(m, op, c);
		break;
	case OP_GATHER:
	case OP_SCATTER:
		cost_gather(m, op, r, c);
		break;
	case OP_DISPATCH:
	case OP_COMBINE:
		cost_exchange(m, op, r, c);
		break;
	case OP_KERNEL:
	case OP_MEETING:
	case OP_FIXED:
		break;
	}
}

enum wire_kind cost_wire(const struct machine *m, const struct op *op)
{
	switch (op->kind) {
	case OP_ALLREDUCE:
	case OP_HALVES:
	case OP_HALF:
		return WIRE_ALLREDUCE;
	case OP_SEND:
	case OP_GATHER:
		return WIRE_GATHER;
	case OP_SCATTER:
		return WIRE_SCATTER;
	case OP_DISPATCH:
	case OP_COMBINE:
		return exchange_wire(m, op);
	case OP_KERNEL:
	case OP_MEETING:
	case OP_FIXED:
		break;
	}
	return WIRE_NR;
}
