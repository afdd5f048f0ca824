#include "work/pass.h"

#include <assert.h>
#include <string.h>

#include "work/exchange.h"

void pass_fill(struct pass *p)
{
	const struct padding *pad = &p->on->machine.stack->padding;
	double routed = p->on->layout.ep > 1 ? pad->routed_ep : pad->routed;

	pass_exactly(p, p->seqs * p->query_tok);
	if (p->row_seqs > p->seqs)
		p->sent_tok = p->row_seqs * p->query_tok;
	if (routed > 0)
		p->routed_tok = p->sent_tok;
	p->met_tok = p->asked_tok > 1 ? p->asked_tok : 1;
	p->tok = p->sent_tok > 1 ? p->sent_tok : 1;
}

void pass_exactly(struct pass *p, double tok)
{
	assert(tok >= 0);
	p->asked_tok = p->met_tok = p->sent_tok = p->routed_tok = p->tok = tok;
}

bool pass_shares(const struct layout *l)
{
	return (l->dp > 1 || l->own) && l->tp > 1;
}

struct pass pass_own(const struct pass *p)
{
	struct pass own = *p;

	if (!pass_shares(&p->on->layout))
		return own;
	own.asked_tok = p->asked_tok / p->on->layout.tp;
	own.routed_tok = p->routed_tok / p->on->layout.tp;
	own.sent_tok = p->sent_tok / p->on->layout.tp;
	own.tok = own.sent_tok > 1 ? own.sent_tok : 1;
	return own;
}

struct op *graph_op(struct graph *g, const char *name, enum stage stage,
		    enum row_kind rows)
{
	static const struct op blank = { .count = 1, .ranks = 1,
					 .useful = 1 };
	struct op *op = &g->op[g->ops];

	assert(g->ops < GRAPH_OPS);
	memcpy(op, &blank, sizeof(*op));	/* quicker than to clear it */
	op->name = name;
	op->stage = stage;
	g->row[g->ops].whose = g->whose;
	g->row[g->ops].rows = rows;
	g->row[g->ops].recount = NULL;
	g->row[g->ops].beside = 0;
	g->row[g->ops++].fixed_B = 0;
	return op;
}

void graph_by_context(struct graph *g, const struct pass *p, enum attn kind,
		      recount_fn *f)
{
	assert(g->ops > 0);
	g->row[g->ops - 1].recount = f;
	f(p, kind, &g->op[g->ops - 1]);
}

enum format pass_format(const struct pass *p, enum module m)
{
	return kept_in(&p->on->layout.storage.weights, p->place, m);
}

/*
 * 2 n k FLOPs a row; weights once, activations as wide as what is multiplied
 * (at least a byte) and a bf16 result.
 */
void graph_gemm(struct graph *g, const char *name, enum stage stage,
		const struct gemm *a)
{
	struct op *op = graph_op(g, name, stage, a->rows);
	enum math math = layout_math(&g->machine, a->format);
	double in_B = math == MATH_BF16 ? 2 : 1;

	op->role = layout_gemm_role(a->format);
	op->math = math;
	op->m = a->each;
	op->n = a->n;
	op->k = a->k;
	op->groups = a->groups;
	op->flop_row = 2 * a->n * a->k * a->groups;
	op->flop = a->each * op->flop_row;
	op->weight_B = a->n * a->k * a->groups * format_bytes(a->format);
	op->act_B = a->each * a->groups * (a->k * in_B + 2 * a->n);
}

void graph_beside(struct graph *g, int ops, double rows)
{
	assert(ops >= 0 && ops <= g->ops && rows >= 0);
	for (int i = g->ops - ops; i < g->ops; i++) {
		g->row[i].beside = rows;
		g->op[i].beside = rows > 0;
	}
}

void graph_stream(struct graph *g, const char *name, enum stage stage,
		  double bytes)
{
	struct op *op = graph_op(g, name, stage, ROWS_TOK);

	op->role = ROLE_STREAM;
	op->act_B = bytes;
}

void graph_half(struct graph *g, const struct pass *p, enum stage stage,
		double own_B)
{
	int ranks = p->on->layout.dcp;
	struct op *op;

	assert(stage == STAGE_QUERIES || stage == STAGE_MERGE);
	if (ranks <= 1)
		return;
	op = graph_op(g, stage == STAGE_QUERIES ? "queries_ag" : "merge_rs",
		      stage, ROWS_MET);
	op->kind = OP_HALF;
	op->ranks = ranks;
	op->payload_B = own_B * ranks;
}

void graph_allreduce(struct graph *g, const struct pass *p, enum stage stage,
		     int ranks)
{
	struct op *op;

	if (ranks == 1)
		return;
	op = graph_op(g, stage == STAGE_ATTN_SUM ? "attn_allreduce" :
		      "ffn_allreduce", stage, ROWS_SENT);
	op->kind = OP_ALLREDUCE;
	if (pass_shares(&p->on->layout)) {
		op->name = "attn_rs_ag";
		op->kind = OP_HALVES;
	}
	op->ranks = ranks;
	op->payload_B = p->on->model->hidden_size * 2;
}
