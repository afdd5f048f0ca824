#include "time/late.h"

#include <assert.h>
#include <math.h>

#include "base/larger.h"
#include "time/fullest.h"

struct load late_wide(const struct load *mean, const struct spread *sp)
{
	struct load wide = *mean;

	assert(mean->touched > 0);
	wide.touched = larger(mean->touched, sp->most_touched);
	wide.padded *= 1 + sp->apart * (wide.touched / mean->touched - 1);
	wide.padded += sp->most_tiles;
	return wide;
}

/*
 * The busiest rank's experts. Rows and touched slots vary nearly
 * independently; each alone would add d, together sqrt(d1^2 + d2^2). A slot
 * touched brings its tile: slots vary where they have few rows, one tile each.
 * There rows tell most of what is touched, and d2 has their tiles: d1 has
 * those that they do not tell. The hottest expert's rank may touch so few that
 * it is not late at all.
 */
static double experts_late_s(const struct costed *of, const struct spread *sp,
			     double mean_s)
{
	const struct load wide = late_wide(&of->op->load, sp);
	double d1 = cost_busy_s(of, &wide) - mean_s;
	double d2 = cost_busy_s(of, &sp->busiest_load) - mean_s;

	return late_both(d1, larger(0, d2));
}

static bool is_counted(const struct batch *b)
{
	return b->fewer > 0 || (b->lengths && b->lengths->nr > 0);
}

/*
 * Through so many micro-batches, over the mean of the groups: a batch that
 * does not divide by micro-batches or stages is as much less in all.
 */
static double counted(const struct step_spec *a, double groups_a, int micro)
{
	const struct batch *b = &a->batch;
	double flight = larger(1, b->flight);
	double most = b->fullest > 0 ? b->fullest : b->seqs;
	struct fullest_spec f = { b->lengths, a->ctx_cv,
		most * flight - b->fewer,
		micro * (int)flight, a->on->layout.dp, groups_a };

	return fullest_kv(&f) / larger(1, f.seqs);
}

/*
 * What has less than a sequence is counted as one (work/rows). Where groups
 * have as many sequences of even lengths, that is all there is to know.
 */
struct far late_far(const struct step_spec *a, double groups_a)
{
	const struct batch *b = &a->batch;
	double micro = b->micro, groups = a->on->layout.dp, pass, all;

	if (!(groups > 1) || !(b->seqs > 0))
		return (struct far){ 0, 1 };
	if (is_counted(b)) {
		pass = counted(a, groups_a, b->micro) - 1;
		all = b->micro > 1 ? counted(a, groups_a, 1) - 1 : pass;
	} else {
		struct many m = { groups, groups_a };

		pass = a->ctx_cv * fullest_even(b->seqs / micro, m);
		all = micro > 1 ? a->ctx_cv * fullest_even(b->seqs, m) : pass;
	}
	return pass > 0 ? (struct far){ pass, larger(0, all) / pass } :
			  (struct far){ 0, 1 };
}

double late_groups_a(const struct step_spec *a)
{
	int n = a->on->layout.dp;

	/* There are mostly as many groups as ranks, whose largest is known. */
	return n == a->skew->ranks ? a->skew->a : skew_largest(n);
}

/*
 * The fullest port of an exchange. Where only one of its two ports has more,
 * that may be the longer one in some layers alone; sd: of the line through
 * what layers have that is nearest in squares.
 */
static double exchange_late_s(const struct costed *of, const struct spread *sp,
			      const struct cost *mean, double *sd)
{
	double s = 0, squares = 0;

	*sd = 0;
	if (!of->op->forwarded) {
		s = cost_late_s(of->machine, of->op, mean, sp->busiest);
		if (sp->busiest > 1)
			*sd = s * sp->busiest_sd / (sp->busiest - 1);
		return s;
	}
	for (int i = 0; i < LARGEST_PARTS; i++) {
		double z = sp->z[i], part = largest_part[i];
		double at = larger(1, sp->busiest + z * sp->busiest_sd);

		at = cost_late_s(of->machine, of->op, mean, at);
		s += part * at;
		*sd += part * z * at;
		squares += part * z * z;
	}
	*sd /= squares;
	return s;
}

double late_s(const struct costed *of, const struct spread *sp,
	      struct cost_late *mean)
{
	const struct op *op = of->op;
	double s;

	mean->sd_s = 0;
	if (op->stage == STAGE_EXPERTS) {
		s = experts_late_s(of, sp, mean->cost->s);
		if (sp->busiest > 1)
			mean->sd_s = s * sp->busiest_sd / (sp->busiest - 1);
		return s;
	}
	assert(!(op->ctx_share > 0));
	if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
		return exchange_late_s(of, sp, mean->cost, &mean->sd_s);
	return 0;
}

/*
 * Of what the busiest rank's experts are late, what is not so in every layer:
 * ranks without a spare slot have more than others in all of them.
 */
static double by_chance(const struct step *st, const struct skew *s)
{
	double always = s->always - 1, all = st->busiest - 1;

	return always > 0 && all > 0 ? larger(0, 1 - always / all) : 1;
}

/*
 * Of two that are late, by how much they are others: of many ranks that vary
 * as normals do, the two vary as one (late_both). Where one stands out among
 * its like by more, there are the two alone, and the later of them counts: by
 * what is more than a normal's in the largest's deviation over it, for ranks
 * that have a sum of 1 to 64 lognormals each (drawn, 16 to 320: within 0.15).
 */
static double apart_late(const struct step *st, const struct skew *s)
{
	double all = st->chance * (st->busiest - 1) * s->a_sd, tail;

	if (!(all > 0))
		return st->stays;
	tail = 1 - all / larger(all, st->busiest_sd * s->a);
	return 1 - (1 - st->stays) * (1 - tail);
}

void late_fall(struct step *st, const struct skew *s)
{
	st->chance = by_chance(st, s);
	st->stays = s->stays * (1 - st->chance);
	st->apart_late = apart_late(st, s);
}

/*
 * The group with the longest contexts starts its dispatch last, and another
 * rank's port has most to carry: the later of the two is waited for, not both,
 * and in some layers that port is the later by far.
 */
double late_met_s(const struct step *st, double group, double send,
		  double send_sd)
{
	double s = 0;

	for (int i = 0; i < LARGEST_PARTS; i++) {
		double port = larger(0, send + st->z[i] * send_sd);

		s += largest_part[i] * late_either(group, port,
						   st->apart_late);
	}
	return lesser(group + send, s);
}

bool late_falls(const struct op *op)
{
	return op->stage == STAGE_EXPERTS || op->kind == OP_DISPATCH ||
	       op->kind == OP_COMBINE;
}

/* What more rows alone cost them. */
static double rows_s(const struct step *st, int i)
{
	const double *s = &st->kernels.s[st->kernels.lane[i]];

	return st->kernels.kind[i] == LANE_LOAD ? larger(0, s[2] - s[0]) :
						  st->late_s[i];
}

/* Tiles are of that where rows cost something: else it is slots. */
double late_always_s(const struct step *st, int i)
{
	const double *s = &st->kernels.s[st->kernels.lane[i]];
	double rows = rows_s(st, i), tiles = 0;

	if (st->kernels.kind[i] == LANE_LOAD)
		tiles = lesser(rows, st->tiles_stay * (s[1] - s[0]));
	return larger((1 - st->chance) * rows, tiles);
}

double late_bound(const struct step *st, int i)
{
	const double *s = &st->kernels.s[st->kernels.lane[i]];
	double wide, tall, normal = 0;

	if (st->kernels.kind[i] != LANE_LOAD)
		return 1;
	wide = (s[1] - s[0]) * (s[1] - s[0]);
	tall = larger(0, s[2] - s[0]) * larger(0, s[2] - s[0]);
	if (wide > 0 && st->bound > 0)
		normal += wide / st->bound;
	if (tall > 0 && st->rows_bound > 0)
		normal += tall / st->rows_bound;
	return normal > 0 ? (wide + tall) / normal : 1;
}

double late_otherwise_s(const struct step *st, const struct step_spec *a,
			const struct spread *sp, int i)
{
	struct op op = st->graph.op[i];
	const struct costed of = { &a->on->machine, &op, &st->rates[i] };
	struct cost c = st->cost[i];
	struct cost_late mean = { &c, 0 };

	if (op.stage == STAGE_EXPERTS) {
		op_set_load(&op, &sp->mean);
		cost_at(&of, &c);
	}
	return c.s - st->cost[i].s + late_s(&of, sp, &mean) - st->late_s[i];
}
