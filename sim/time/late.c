#include "time/late.h"

#include <assert.h>
#include <math.h>

/*
 * The busiest rank's experts. Rows and touched slots vary nearly
 * independently; each alone would add d, together sqrt(d1^2 + d2^2). A slot
 * touched brings its tile: slots vary where they have few rows, one tile each.
 */
static double experts_late_s(const struct step_spec *a, const struct op *op,
			     const struct spread *sp, double mean_s)
{
	struct load wide = op->load;
	double d1, d2;

	assert(op->load.touched > 0);
	wide.touched = fmin(a->on->layout.slots_rank, op->load.touched +
			    a->skew->a * sp->sd_touched);
	wide.padded *= wide.touched / op->load.touched;
	d1 = cost_load_s(&a->on->machine, op, &wide) - mean_s;
	d2 = cost_load_s(&a->on->machine, op, &sp->busiest_load) - mean_s;
	return hypot(d1, d2);
}

/* There are mostly as many groups as ranks, whose largest is known. */
static double largest_of(const struct skew *s, int n)
{
	return n == s->ranks ? s->a : skew_largest(n);
}

/*
 * The attention group whose sequences are longest: KV of a group of n
 * sequences varies by ctx_cv / sqrt(n) and the largest of dp is waited for.
 */
static double core_late_s(const struct step_spec *a, const struct op *op,
			  double mean_s)
{
	double seqs = fmax(1, a->batch.seqs / a->batch.micro), far;
	struct op longest = *op;
	struct cost c;

	if (!(a->ctx_cv > 0) || a->on->layout.dp == 1)
		return 0;
	far = op->ctx_share * largest_of(a->skew, a->on->layout.dp) *
	      a->ctx_cv / sqrt(seqs);
	longest.kv_B *= 1 + far;
	longest.flop_row *= 1 + far;
	cost_op(&a->on->machine, &longest, &c);
	return c.s - mean_s;
}

double late_s(const struct step_spec *a, const struct op *op,
		     const struct spread *sp, const struct cost *mean)
{
	if (op->stage == STAGE_EXPERTS)
		return experts_late_s(a, op, sp, mean->s);
	if (op->ctx_share > 0)
		return core_late_s(a, op, mean->s);
	if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
		return cost_late_s(&a->on->machine, op, mean, sp->busiest);
	return 0;
}
