/*
 * todo: what a launch of a kernel has to do, and how long that takes by each
 * term of its law. Inline, as each kernel of a step asks.
 */
#ifndef COST_TODO_H
#define COST_TODO_H

#include <assert.h>

#include "cost/cost.h"
#include "cost/rate.h"

struct todo {
	double hbm_B;
	double rows;		/* with those of padding */
	double flop_row;
	double nvlink_B;	/* sent by itself */
};

struct terms {
	double hbm_s, flop_s, serial_s;
	double fixed_s;		/* before it does anything */
};

/* As its op stands. */
static inline struct todo todo_of(const struct costed *of)
{
	const struct op *op = of->op;
	double rows = op->stage == STAGE_EXPERTS ? op->load.padded :
		      op->flop_row > 0 ?
		      rate_rows(op->m, machine_law(of->machine,
						   op->role)->pad) : 0;

	return (struct todo){ op_hbm_B(op), rows, op->flop_row,
			      op->nvlink_B };
}

/* Of experts, under another load. */
static inline struct todo todo_load(const struct op *op,
				    const struct load *load)
{
	assert(op->stage == STAGE_EXPERTS);
	return (struct todo){ load->touched * op->expert_B + op->kv_B +
				      load->rows * op->row_act_B,
		load->padded, op->flop_row,
		op->row_nvlink_B > 0 ? load->rows * op->row_nvlink_B : 0 };
}

/* What that is with KV so many times longer. */
static inline struct todo todo_longer(const struct op *op,
				      const struct todo *is, double times)
{
	assert(op->kind == OP_KERNEL);
	return (struct todo){ op->weight_B + op->kv_B * times + op->act_B,
			      is->rows, is->flop_row * times, is->nvlink_B };
}

/* Before it does anything, of which each of its thread blocks takes so much. */
static inline double todo_fixed_s(const struct machine *m, const struct op *op,
				  double cta_s)
{
	double s = machine_law(m, op->role)->t0_s * m->stack->launch;

	return op->ctas > 0 ? s + op->ctas * cta_s : s;
}

static inline void todo_terms(const struct costed *of, const struct todo *t,
			      struct terms *out)
{
	const struct op *op = of->op;
	const struct law *law = machine_law(of->machine, op->role);
	const struct rates *r = of->rates;

	out->hbm_s = t->hbm_B * r->hbm_s;
	out->flop_s = t->rows > 0 ? t->rows * t->flop_row * r->flop_s : 0;
	out->serial_s = op->stage == STAGE_EXPERTS ? t->rows * r->row_s :
		rate_loop_s(of->machine->gpu, law, op->k, op->ctas);
	out->fixed_s = todo_fixed_s(of->machine, op, r->cta_s);
}

#endif
