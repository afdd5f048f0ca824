#include "time/step.h"

#include <assert.h>
#include <string.h>

#include "time/costs.h"
#include "time/host.h"
#include "time/late.h"
#include "time/paired.h"
#include "time/pipeline.h"
#include "time/totals.h"
#include "base/larger.h"
#include "base/mem.h"

/* ---- sums ---- */

/* What is waited for of an op: the mean rank's pass, and what is late. */
static double op_s(const struct step *st, int i)
{
	return st->kernels.s[st->kernels.lane[i]] + st->late_s[i];
}

static void add_stages(const struct step *st, int part, struct stage_times *t)
{
	const struct part *p = &st->graph.part[part];

	assert(part >= 0 && part < st->graph.parts);
	for (int i = p->first; i < p->first + p->nr; i++)
		t->s[st->stage[i]] += op_s(st, i);
}

/* Of ops that are late, and of those that pack. */
static void add_late(const struct step *st, int i, struct stage_times *t)
{
	double always;

	switch (st->stage[i]) {
	case STAGE_ATTN0:
		t->late_first += st->late_s[i];
		break;
	case STAGE_ATTN1:
		t->late_second += st->late_s[i];
		break;
	case STAGE_EXPERTS:
		always = late_always_s(st, i);
		t->late_experts += st->late_s[i] - always;
		t->always += always;
		t->bound = late_bound(st, i);
		break;
	case STAGE_DISPATCH:
		t->late_send += st->late_s[i];
		t->send_pack_s += st->cost[i].pack_s;
		t->send_sd += st->late_sd_s[i];
		break;
	case STAGE_COMBINE:
		t->back_pack_s += st->cost[i].pack_s;
		t->back_sd += st->late_sd_s[i];
		break;
	default:
		break;
	}
}

static bool in_part(const struct part *p, int i)
{
	return i >= p->first && i < p->first + p->nr;
}

static bool is_wire(enum stage stage)
{
	return stage == STAGE_ATTN_SUM || stage == STAGE_FFN_SUM ||
	       stage == STAGE_QUERIES || stage == STAGE_MERGE ||
	       stage == STAGE_SEND || stage == STAGE_DISPATCH ||
	       stage == STAGE_COMBINE;
}

static bool is_paired(const struct step_spec *a, const struct block *b)
{
	return a->two_batch && b->kind == BLOCK_MOE &&
	       a->on->layout.exchange != EXCHANGE_NONE;
}

/* Layers of a block whose micro-batches hide each other. */
static void stages_of(struct stage_times *t, const struct step *st, int block)
{
	const struct block *b = &st->graph.block[block];

	*t = paired_none;
	add_stages(st, b->attn, t);
	add_stages(st, b->ffn, t);
	for (int j = 0; j < st->apart; j++)
		if (in_part(&st->graph.part[b->attn], st->apart_op[j]) ||
		    in_part(&st->graph.part[b->ffn], st->apart_op[j]))
			add_late(st, st->apart_op[j], t);
	t->common = st->common;
	t->both = st->far_both;
	t->a = st->ranks_a;
	t->sure = 1 - st->chance * (1 - st->common / 2);
	t->stays = st->stays;
	t->apart = st->apart_late;
	t->sd = st->late_sd;
	t->z = st->z;
}

static double pair_s(struct step *st, int block)
{
	struct stage_times t;

	stages_of(&t, st, block);
	return paired_s(st, &t, st->graph.block[block].layers);
}

static double met_s(struct step *st)
{
	double s = 0;

	for (int k = 0; k < st->meets; k++) {
		const struct block *b = &st->graph.block[st->meet[k]];
		const struct part *attn = &st->graph.part[b->attn];
		const struct part *ffn = &st->graph.part[b->ffn];
		double group = 0, send = 0, send_sd = 0, all;

		for (int j = 0; j < st->apart; j++) {
			int i = st->apart_op[j];

			if (in_part(attn, i))
				group += st->late_s[i];
			else if (in_part(ffn, i) &&
				 st->stage[i] == STAGE_DISPATCH) {
				send += st->late_s[i];
				send_sd += st->late_sd_s[i];
			}
		}
		all = late_met_s(st, group, send, send_sd);
		st->met[k] = group > 0 && send > 0 ? all / (group + send) : 1;
		s += (double)b->layers * b->batches * (1 - st->met[k]) *
		     (group + send);
	}
	return s;
}

/* All other blocks take one op after the other. */
static double in_turn_s(struct step *st)
{
	double s = 0, met;

	for (int k = 0; k < st->turns; k++)
		s += st->in_turn[st->turn[k]] * op_s(st, st->turn[k]);
	for (int k = 0; k < st->sends; k++)
		st->exposed_s += st->in_turn[st->send[k]] *
				 op_s(st, st->send[k]);
	if (st->meets == 0)
		return s;
	met = met_s(st);
	st->exposed_s -= met;
	return s - met;
}

/* ---- the step ---- */

static double pad_of(const struct step_spec *a)
{
	enum role role = layout_experts_role(&a->on->layout);
	double pad = machine_law(&a->on->machine, role)->pad;

	return pad > 1 ? pad : 1;
}

void step_fall(const struct step_spec *a, struct loads_fall *sp)
{
	double tok = batch_tok(&a->batch, a->on), pad = pad_of(a);
	double apart = batch_apart_tok(&a->batch, a->on);

	spreads_get(a, &(struct fallen){ tok, lesser(tok, apart), pad },
		    &sp->main);
	sp->draft = sp->main;
	if (a->on->layout.drafts == 0)
		return;
	tok = larger(1, a->batch.seqs * a->on->layout.dp);
	spreads_get(a, &(struct fallen){ tok * a->on->layout.copies, tok, pad },
		    &sp->draft);
}

static struct graph_spec counted(const struct step_spec *a,
				 const struct loads_fall *sp)
{
	return (struct graph_spec){ a->on, &a->batch, sp->main.mean,
				    sp->draft.mean };
}

static void count(struct graph *graph, const struct step_spec *a,
		  struct loads_fall *sp)
{
	struct graph_spec g;

	step_fall(a, sp);
	g = counted(a, sp);
	graph_build(graph, &g);
}

struct step *step_room(void)
{
	return mem_resize(NULL, 1, sizeof(struct step));
}

void step_count(struct step *st, const struct step_spec *a)
{
	struct loads_fall sp;

	count(&st->graph, a, &sp);
}

double step_turns(const struct step_spec *a)
{
	int pp = a->on->layout.pp;

	return pp > 1 ? a->batch.flight / pp : 1;
}

void step_finish(struct step *st, const struct step_spec *a)
{
	if (st->whole)
		return;
	step_total(st, a);
	if (a->on->layout.pp > 1)
		pipeline_round(st, a);
	host_launches(st, a);
	st->whole = true;
}

/* One by one: what the compiler makes of a memset is slower here. */
static void clear(struct step *st)
{
	st->launch_s = st->launch_log_sd = st->bubble_s = st->exposed_s = 0;
	st->hidden_s = 0;
	for (int i = 0; i < BOUND_NR; i++)
		st->bound_s[i] = 0;
	st->flop = st->peak_s = st->hbm_B = st->tensor_s = 0;
	st->nvlink_B = st->rdma_B = st->nvlink_s = st->rdma_s = 0;
	st->whole = false;
}

/* Of ops that have their costs. */
static void sum(struct step *st, const struct step_spec *a)
{
	const struct stack *stack = a->on->machine.stack;

	clear(st);
	st->imbalance = st->busiest;
	late_fall(st, a->skew);
	st->ranks_a = a->skew->a;
	st->host_s = host_between_s(a->on, a->batch.seqs);
	st->s = st->host_s + in_turn_s(st);
	for (int i = 0; i < st->graph.blocks; i++)
		if (st->paired[i])
			st->s += pair_s(st, i);
	if (a->on->layout.pp > 1 || stack->launch_s > 0)
		step_finish(st, a);	/* which adds to s */
}

static bool is_spread(const struct batch *b)
{
	return b->lengths && b->lengths->nr > 0;
}

static void remember(struct step *st, const struct step_spec *a)
{
	st->batch = a->batch;
	st->spread = is_spread(&a->batch);
	st->ctx_cv = a->ctx_cv;
}

static void add_turns(struct step *st, int part, double passes)
{
	const struct part *p;

	if (part < 0)
		return;
	p = &st->graph.part[part];
	for (int i = p->first; i < p->first + p->nr; i++)
		st->in_turn[i] += passes;
}

static bool dispatches(const struct step *st, int part)
{
	const struct part *p = &st->graph.part[part < 0 ? 0 : part];

	for (int i = p->first; part >= 0 && i < p->first + p->nr; i++)
		if (st->stage[i] == STAGE_DISPATCH)
			return true;
	return false;
}

/* Which blocks overlap, and how often their ops pass in those that do not. */
static void pair(struct step *st, const struct step_spec *a)
{
	st->two_batch = a->two_batch;
	st->meets = 0;
	for (int i = 0; i < st->graph.ops; i++)
		st->in_turn[i] = 0;
	for (int i = 0; i < st->graph.blocks; i++) {
		const struct block *b = &st->graph.block[i];
		double passes = (double)b->layers * b->batches;

		st->paired[i] = is_paired(a, b);
		if (st->paired[i])
			continue;
		if (b->attn >= 0 && dispatches(st, b->ffn))
			st->meet[st->meets++] = i;
		add_turns(st, b->attn, passes);
		add_turns(st, b->ffn, passes);
	}
}

static void list_turns(struct step *st)
{
	st->turns = st->sends = 0;
	for (int i = 0; i < st->graph.ops; i++) {
		if (!(st->in_turn[i] > 0))
			continue;
		st->turn[st->turns++] = i;
		if (is_wire(st->stage[i]))
			st->send[st->sends++] = i;
	}
}

/* Of a graph that was built. */
static void prepare(struct step *st, const struct step_spec *a)
{
	costs_make(st, a);
	totals_make(st);
	pair(st, a);
	list_turns(st);
	st->groups_a = late_groups_a(a);
	remember(st, a);
}

static void sum_all(struct step *st, const struct step_spec *a,
		    const struct loads_fall *sp)
{
	st->listed = LISTED_NONE;
	st->busiest = sp->main.busiest;
	st->busiest_sd = sp->main.busiest_sd;
	memcpy(st->z, sp->main.z, sizeof(st->z));
	st->late_sd = st->busiest > 1 ?
		      st->busiest_sd / (st->busiest - 1) : 0;
	st->common = sp->main.common;
	st->bound = sp->main.bound;
	st->rows_bound = sp->main.rows_bound;
	st->tiles_stay = sp->main.tiles_stay;
	costs_far(st, a);
	costs_all(st, a, sp);
	sum(st, a);
}

void step_clock(struct step *st, const struct step_spec *a)
{
	struct loads_fall sp;

	count(&st->graph, a, &sp);
	prepare(st, a);
	sum_all(st, a, &sp);
}

void step_time(struct step *st, const struct step_spec *a)
{
	step_clock(st, a);
	step_finish(st, a);
	step_list(st);
}

/* Lengths are taken to be others each time. */
static bool same_context(const struct step *st, const struct batch *b)
{
	return !st->spread && !is_spread(b) && st->batch.ctx_tok == b->ctx_tok;
}

/* Of the same rows. */
static bool same_far(const struct step *st, const struct step_spec *a)
{
	return !st->spread && !is_spread(&a->batch) &&
	       st->ctx_cv == a->ctx_cv && st->batch.fewer == a->batch.fewer;
}

static bool same_rows(const struct step *st, const struct step_spec *a)
{
	const struct batch *was = &st->batch, *is = &a->batch;

	return was->seqs == is->seqs && was->fullest == is->fullest &&
	       was->rows == is->rows &&
	       st->graph.machine.own == a->on->machine.own;
}

void step_reclock(struct step *st, const struct step_spec *a)
{
	struct loads_fall sp;
	struct graph_spec g = { .on = a->on, .batch = &a->batch };
	bool rows = same_rows(st, a), far = rows && !same_far(st, a);

	assert(st->graph.ops > 0 && st->batch.micro == a->batch.micro &&
	       st->batch.query_tok == a->batch.query_tok);
	assert(st->two_batch == a->two_batch);
	if (!same_context(st, &a->batch))
		graph_attend(&st->graph, &g);
	remember(st, a);
	if (rows) {
		if (st->listed == LISTED_ALL)
			st->listed = LISTED_BUT_CONTEXT;
		if (far)
			costs_far(st, a);
		costs_context(st, a);
		sum(st, a);
		return;
	}
	step_fall(a, &sp);
	g = counted(a, &sp);
	graph_rows(&st->graph, &g);
	sum_all(st, a, &sp);
}

void step_retime(struct step *st, const struct step_spec *a)
{
	step_reclock(st, a);
	step_finish(st, a);
}

void step_sum(struct step *st, const struct step_spec *a)
{
	struct loads_fall sp;

	step_fall(a, &sp);
	prepare(st, a);
	sum_all(st, a, &sp);
	step_finish(st, a);
	step_list(st);
}

void step_list(struct step *st)
{
	assert(st->whole);
	if (st->listed == LISTED_ALL)
		return;
	costs_list(st);
	for (int b = 0; b < st->graph.blocks; b++) {
		struct stage_times t;

		if (!st->paired[b])
			continue;
		stages_of(&t, st, b);
		paired_weigh(&t, st->graph.block[b].layers, st->stage_w[b]);
	}
	totals_weigh(st);
	st->listed = LISTED_ALL;
}

double step_floor_s(const struct step_spec *a, struct graph *room,
		    enum bound *which)
{
	struct step_spec one = *a;
	struct loads_fall sp;

	one.batch.micro = 1;
	one.batch.rows = one.batch.seqs;
	count(room, &one, &sp);
	return graph_floor_s(room, a->on->machine.gpu, which);
}
