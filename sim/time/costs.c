#include "time/costs.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "time/late.h"

/* Of the parts, a draft's come last but for the head. */
static int first_draft_op(const struct graph *g)
{
	for (int i = 0; i < g->blocks; i++)
		if (g->block[i].kind == BLOCK_DRAFT)
			return g->part[g->block[i].attn].first;
	return g->ops;
}

void costs_make(struct step *st, const struct step_spec *a)
{
	const struct graph *g = &st->graph;

	assert(g->ops > 0);
	for (int i = 0; i < g->ops; i++) {
		cost_rates(&a->on->machine, &g->op[i], &st->rates[i]);
		st->stage[i] = g->op[i].stage;
		st->late_s[i] = st->late_sd_s[i] = 0;
	}
	kernels_make(&st->kernels, g, st->rates);
	st->first_draft = first_draft_op(g);
	st->apart = 0;
	for (int i = 0; i < g->ops; i++)
		if (st->kernels.kind[i] != LANE_ROWS)
			st->apart_op[st->apart++] = i;
}

static struct costed costed_of(const struct step *st, int i)
{
	return (struct costed){ &st->graph.machine, &st->graph.op[i],
				&st->rates[i] };
}

/* Core attention, and what picks for it, of a mean and of the longest. */
static void put_context(struct step *st, int i)
{
	const struct costed of = costed_of(st, i);
	int lane = st->kernels.lane[i];
	struct todo mean, longest;

	graph_give(&st->graph, i);
	mean = todo_of(&of);
	longest = todo_longer(of.op, &mean, 1 + of.op->ctx_share * st->far);
	kernels_put(&st->kernels, lane, &of, &mean);
	kernels_put(&st->kernels, lane + 1, &of, &longest);
}


/* Experts of a mean rank; one of more slots; one of more rows. */
static void put_load(struct step *st, const struct spread *sp, int i)
{
	const struct costed of = costed_of(st, i);
	int lane = st->kernels.lane[i];
	struct load wide;
	struct todo todo;

	graph_give(&st->graph, i);
	todo = todo_of(&of);
	kernels_put(&st->kernels, lane, &of, &todo);
	wide = late_wide(&of.op->load, sp);
	todo = todo_load(of.op, &wide);
	kernels_put(&st->kernels, lane + 1, &of, &todo);
	todo = todo_load(of.op, &sp->busiest_load);
	kernels_put(&st->kernels, lane + 2, &of, &todo);
}

static void cost_alone(struct step *st, const struct spread *sp, int i)
{
	const struct costed of = costed_of(st, i);
	struct cost_late mean = { &st->cost[i], 0 };

	graph_give(&st->graph, i);
	cost_at(&of, &st->cost[i]);
	st->late_s[i] = late_s(&of, sp, &mean);
	st->late_sd_s[i] = mean.sd_s;
	st->kernels.s[st->kernels.lane[i]] = st->cost[i].s;
}

/* What the lanes of the busiest rank take longer than the mean one's. */
static double spare_late_s(const struct kernels *k, int i)
{
	const double *s = &k->s[k->lane[i]];

	return k->kind[i] == LANE_LOAD ?
		late_both(s[1] - s[0], larger(0, s[2] - s[0])) :
		s[1] - s[0];
}

static void put_late(struct step *st, int i)
{
	st->late_s[i] = spare_late_s(&st->kernels, i);
	st->late_sd_s[i] = st->late_sd * st->late_s[i];
}

void costs_far(struct step *st, const struct step_spec *a)
{
	struct far far = late_far(a, st->groups_a);

	st->far = far.pass;
	st->far_both = far.both;
}

/* Attention parts are shared by blocks, so each op is costed once. */
void costs_all(struct step *st, const struct step_spec *a,
	       const struct loads_fall *sp)
{
	struct kernels *k = &st->kernels;

	st->graph.machine = a->on->machine;
	kernels_rows(k, &st->graph);
	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];
		const struct spread *fall = i < st->first_draft ? &sp->main :
								  &sp->draft;

		if (k->kind[i] == LANE_CONTEXT)
			put_context(st, i);
		else if (k->kind[i] == LANE_LOAD)
			put_load(st, fall, i);
		else
			cost_alone(st, fall, i);
	}
	kernels_time(k, machine_overhead(&a->on->machine));
	for (int j = 0; j < st->apart; j++)
		if (k->kind[st->apart_op[j]] != LANE_ALONE)
			put_late(st, st->apart_op[j]);
}

void costs_context(struct step *st, const struct step_spec *a)
{
	struct kernels *k = &st->kernels;

	st->graph.machine = a->on->machine;
	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];

		if (k->kind[i] != LANE_CONTEXT)
			continue;
		put_context(st, i);
		kernels_time_lane(k, k->lane[i]);
		kernels_time_lane(k, k->lane[i] + 1);
		put_late(st, i);
	}
}

void costs_list(struct step *st)
{
	const struct kernels *k = &st->kernels;
	bool rest = st->listed == LISTED_NONE;

	for (int i = 0; i < st->graph.ops; i++) {
		if (k->kind[i] == LANE_ALONE ||
		    !(rest || k->kind[i] == LANE_CONTEXT))
			continue;
		if (k->kind[i] == LANE_ROWS)
			graph_give(&st->graph, i);
		kernels_cost(k, k->lane[i], &st->cost[i]);
	}
}
