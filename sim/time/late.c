#include "time/late.h"

#include <assert.h>
#include <math.h>

#include "base/larger.h"

struct load late_wide(const struct late *l, const struct load *mean,
		      const struct spread *sp)
{
	struct load wide = *mean;

	assert(mean->touched > 0);
	wide.touched = lesser(l->slots_rank,
			       mean->touched + l->skew->a * sp->sd_touched);
	wide.padded *= 1 + sp->apart * (wide.touched / mean->touched - 1);
	wide.padded += l->skew->a * sp->sd_tiles;
	return wide;
}

/*
 * The busiest rank's experts. Rows and touched slots vary nearly
 * independently; each alone would add d, together sqrt(d1^2 + d2^2). A slot
 * touched brings its tile: slots vary where they have few rows, one tile each.
 * There rows tell most of what is touched, and d2 has their tiles: d1 has
 * those that they do not tell.
 */
static double experts_late_s(const struct late *l, const struct costed *of,
			     const struct spread *sp, double mean_s)
{
	const struct load wide = late_wide(l, &of->op->load, sp);
	double d1 = cost_busy_s(of, &wide) - mean_s;
	double d2 = cost_busy_s(of, &sp->busiest_load) - mean_s;

	return late_both(d1, d2);
}

double late_groups_a(const struct step_spec *a)
{
	int n = a->on->layout.dp;

	/* There are mostly as many groups as ranks, whose largest is known. */
	return n == a->skew->ranks ? a->skew->a : skew_largest(n);
}

/*
 * The attention group whose sequences are longest: KV of a group of n
 * sequences varies by ctx_cv / sqrt(n) and the largest of dp is waited for.
 */
struct late late_of(const struct step_spec *a, double groups_a)
{
	double seqs = larger(1, a->batch.seqs / a->batch.micro);
	struct late l = { a->skew, a->on->layout.slots_rank, 0 };

	if (a->ctx_cv > 0 && a->on->layout.dp > 1)
		l.far = groups_a * a->ctx_cv / sqrt(seqs);
	return l;
}

double late_s(const struct late *l, const struct costed *of,
	      const struct spread *sp, const struct cost *mean)
{
	const struct op *op = of->op;

	if (op->stage == STAGE_EXPERTS)
		return experts_late_s(l, of, sp, mean->s);
	assert(!(op->ctx_share > 0));
	if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
		return cost_late_s(of->machine, op, mean, sp->busiest);
	return 0;
}
