#include "time/late.h"

#include <assert.h>
#include <math.h>

#include "base/larger.h"
#include "time/fullest.h"

struct load late_wide(const struct late *l, const struct load *mean,
		      const struct spread *sp)
{
	struct load wide = *mean;

	assert(mean->touched > 0);
	wide.touched = larger(mean->touched, sp->most_touched);
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

struct late late_of(const struct step_spec *a)
{
	return (struct late){ a->skew, 0 };
}

/*
 * Through so many micro-batches. What has less than a sequence is counted as
 * one (work/rows).
 */
static double far_of(const struct step_spec *a, int micro)
{
	const struct batch *b = &a->batch;
	double flight = larger(1, b->flight), all = b->seqs * flight;
	struct fullest_spec f = { b->lengths, a->ctx_cv,
		b->fullest > 0 ? b->fullest * flight - b->fewer : all,
		micro * (int)flight, a->on->layout.dp };

	if (f.groups == 1 || !(all > 0))
		return 0;
	return larger(0, fullest_kv(&f) / larger(1, all) - 1);
}

double late_far(const struct step_spec *a)
{
	return far_of(a, a->batch.micro);
}

double late_far_all(const struct step_spec *a)
{
	return far_of(a, 1);
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

bool late_falls(const struct op *op)
{
	return op->stage == STAGE_EXPERTS || op->kind == OP_DISPATCH ||
	       op->kind == OP_COMBINE;
}

double late_otherwise_s(const struct step *st, const struct step_spec *a,
			const struct spread *sp, int i)
{
	const struct late l = late_of(a);
	struct op op = st->graph.op[i];
	const struct costed of = { &a->on->machine, &op, &st->rates[i] };
	struct cost c = st->cost[i];

	if (op.stage == STAGE_EXPERTS) {
		op_set_load(&op, &sp->mean);
		cost_at(&of, &c);
	}
	return c.s - st->cost[i].s + late_s(&l, &of, sp, &c) - st->late_s[i];
}
