#include "work/rows.h"

#include <assert.h>

#include "base/larger.h"
#include "work/pass.h"

/* A shared expert, or its part, sees what several GPUs have gathered. */
static void shared(struct rows_nr *r, const struct pass *p)
{
	const struct layout *l = &p->on->layout;

	if (l->dp == 1)
		return;
	r->nr[ROWS_SHARED] = larger(1, p->sent_tok * l->shared_tp);
	r->useful[ROWS_SHARED] = p->asked_tok * l->shared_tp /
				 r->nr[ROWS_SHARED];
}

/* Experts see the rows of all; less than one token a step is a part of one. */
static double useful_load(const struct pass *p)
{
	const struct layout *l = &p->on->layout;
	bool all = l->dp == 1 && !l->own;
	double useful = lesser(1, p->routed_tok * (all ? 1 : l->gpus)) /
			l->copies;

	return p->routed_tok > p->asked_tok ?
		useful * (p->asked_tok / p->routed_tok) : useful;
}

void rows_of_pass(struct rows_nr *r, const struct pass *p)
{
	double useful = p->asked_tok / p->tok;

	assert(p->tok > 0 && p->met_tok > 0);
	r->nr[ROWS_TOK] = r->nr[ROWS_SHARED] = p->tok;
	r->nr[ROWS_CACHED] = p->chunk ? p->chunk->seqs * p->ctx_tok : 0;
	r->nr[ROWS_MET] = r->nr[ROWS_GROUPS] = p->met_tok;
	r->nr[ROWS_SENT] = p->sent_tok;
	r->nr[ROWS_ROUTED] = r->nr[ROWS_LOAD] = p->routed_tok;
	for (int i = 0; i < ROWS_NR; i++)
		r->useful[i] = useful;
	r->useful[ROWS_MET] = r->useful[ROWS_GROUPS] =
		p->asked_tok / p->met_tok;
	r->useful[ROWS_LOAD] = useful_load(p);
	r->load = p->load;
	shared(r, p);
}

void per_row_note(struct per_row *r, const struct op *op)
{
	r->m = op->m;
	r->flop = op->flop;
	r->flop_row = op->flop_row;
	r->kv_B = op->kv_B;
	r->act_B = op->act_B;
	r->ctas = op->ctas;
	r->payload_B = op->payload_B;
	r->nvlink_B = op->nvlink_B;
	r->rdma_B = op->rdma_B;
	r->nvlink_least_B = op->nvlink_least_B;
	r->rdma_least_B = op->rdma_least_B;
	r->messages = op->messages;
	r->pack_B = op->pack_B;
}

static void kernel(const struct per_row *r, double nr, struct op *op)
{
	if (r->rows == ROWS_GROUPS) {
		op->groups = nr;
		op->flop_row = nr * r->flop_row;
	} else {
		op->m = nr * r->m;
	}
	op->flop = nr * r->flop * op->useful;
	op->kv_B = nr * r->kv_B;
	op->act_B = nr * r->act_B + r->fixed_B;
	op->ctas = nr * r->ctas;
}

static void wire(const struct per_row *r, double nr, struct op *op)
{
	op->payload_B = nr * r->payload_B;
	op->nvlink_B = nr * r->nvlink_B;
	op->rdma_B = nr * r->rdma_B;
	op->nvlink_least_B = nr * r->nvlink_least_B;
	op->rdma_least_B = nr * r->rdma_least_B;
	op->messages = nr * r->messages;
	op->pack_B = nr * r->pack_B;
}

void per_row_times(const struct per_row *r, const struct rows_nr *of,
		   struct op *op)
{
	double nr = of->nr[r->rows];

	op->useful = of->useful[r->rows];
	op->beside = nr <= r->beside;
	if (r->rows == ROWS_LOAD) {
		op_set_load(op, &of->load);
		op->flop *= op->useful;
		op->nvlink_least_B = nr * r->nvlink_least_B;
	} else if (op->kind == OP_KERNEL) {
		kernel(r, nr, op);
	} else {
		wire(r, nr, op);
	}
}
