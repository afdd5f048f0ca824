#include "time/play.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/engine.h"
#include "time/lane.h"
#include "time/program.h"
#include "time/seat.h"

/* Something that several ranks must reach before any goes on. */
struct meeting {
	int arrived;
	int members;
	ticks latest;	/* when the last port so far is done */
};

struct rank {
	int phase;	/* being run */
	int waits;	/* of its compute and its wire, how many are open */
	struct lane lane[LANE_NR];
	double received_B;
};

struct play {
	const struct step_ask *ask;
	const struct step *step;
	const struct loads *loads;
	struct program program;
	struct seats seats;
	struct engine engine;
	struct rank *rank;		/* gpus */
	struct meeting *meeting;	/* dp groups, then one of all */
	double *mean_rows;		/* [micro][layers] of a mean rank */
	int gpus;
};

/* ---- what things take ---- */

static int group_of(const struct play *p, int rank)
{
	return rank / p->ask->layout->tp;
}

static int ep_rank_of(const struct play *p, int rank)
{
	return rank / p->ask->layout->moe_tp;
}

static const struct op *experts_of(const struct play *p, int part)
{
	const struct part *at = &p->step->graph.part[part];

	for (int i = at->first; i < at->first + at->nr; i++)
		if (p->step->graph.op[i].stage == STAGE_EXPERTS)
			return &p->step->graph.op[i];
	return NULL;
}

static double item_s(const struct play *p, const struct item *it, int rank,
		     const struct phase *ph)
{
	const struct op *op;
	double s;

	if (it->stage != STAGE_EXPERTS)
		return seats_s(&p->seats, it->micro, group_of(p, rank),
			       it->part, it->stage);
	op = experts_of(p, it->part);
	s = cost_load_s(&p->ask->machine, op,
			loads_at(p->loads, it->micro, it->layer,
				 ep_rank_of(p, rank)));
	(void)ph;
	return s;
}

/* On-SM copies of both exchanges run with the experts of a paired layer. */
static double pack_s(const struct play *p, const struct phase *ph)
{
	const struct part *at;
	double s = 0;

	if (!p->ask->two_batch || ph->items != 1 || ph->wire >= 0 ||
	    ph->item[0].stage != STAGE_EXPERTS)
		return 0;
	at = &p->step->graph.part[ph->item[0].part];
	for (int i = at->first; i < at->first + at->nr; i++)
		s += p->step->cost[i].pack_s;
	return s;
}

static ticks compute_ticks(const struct play *p, const struct phase *ph,
			   int rank)
{
	double s = pack_s(p, ph);

	for (int i = 0; i < ph->items; i++)
		s += item_s(p, &ph->item[i], rank, ph);
	return ticks_of_s(s);
}

/* ---- wires ---- */

static struct meeting *meeting_of(struct play *p, const struct phase *ph,
				  int rank)
{
	const struct op *op = &p->step->graph.op[ph->wire];

	if (op->stage == STAGE_ATTN_SUM)
		return &p->meeting[group_of(p, rank)];
	return &p->meeting[p->ask->layout->dp];
}

/*
 * How much more than a mean rank's bytes this port carries: what starts here
 * is sent, what the local experts are asked for is received, and the longer
 * of both directions counts. received: that direction alone.
 */
static double port_load(const struct play *p, const struct phase *ph,
			int rank, double *received)
{
	const struct op *op = &p->step->graph.op[ph->wire];
	double mean, own, in;

	*received = 1;
	if (op->kind != OP_DISPATCH && op->kind != OP_COMBINE)
		return 1;
	mean = p->mean_rows[ph->micro * p->loads->layers + ph->layer];
	in = mean > 0 ? loads_at(p->loads, ph->micro, ph->layer,
				 ep_rank_of(p, rank))->rows / mean : 1;
	own = p->seats.tok[ph->micro * p->seats.groups + group_of(p, rank)] /
	      (p->ask->batch.seqs / p->ask->batch.micro *
	       p->ask->batch.query_tok);
	*received = op->kind == OP_DISPATCH ? in : own;
	return fmax(own, in);
}

static double gain_of(const struct play *p)
{
	return p->ask->machine.stack->gain[p->ask->machine.gpu->arch];
}

/*
 * Bytes go through the two ports at once, or, in an all-reduce beyond the
 * domain, through one after the other.
 */
static ticks through_ports(struct play *p, const struct phase *ph, int rank)
{
	const struct op *op = &p->step->graph.op[ph->wire];
	const struct cost *c = &p->step->cost[ph->wire];
	struct lane *lane = p->rank[rank].lane;
	double in, load = port_load(p, ph, rank, &in) * gain_of(p);
	ticks now = engine_now(&p->engine);
	ticks near, far;

	near = lane_take(&lane[LANE_NVLINK], now,
			 ticks_of_s(c->nvlink_s * load), c->nvlink_B * in);
	far = lane_take(&lane[LANE_NIC],
			op->kind == OP_ALLREDUCE ? near : now,
			ticks_of_s(c->rdma_s * load), c->rdma_B * in);
	p->rank[rank].received_B += (c->nvlink_B + c->rdma_B) * in;
	return near > far ? near : far;
}

/* Start-up time after the last port; what the SMs do is not on the wire. */
static ticks close_meeting(const struct play *p, const struct phase *ph,
			   const struct meeting *m)
{
	const struct cost *c = &p->step->cost[ph->wire];
	double s = c->fixed_s * gain_of(p) - (ph->beside ? c->pack_s : 0);
	ticks now = engine_now(&p->engine), end;

	end = s < 0 ? m->latest - ticks_of_s(-s) : m->latest + ticks_of_s(s);
	return end > now ? end : now;
}

static void arrive(struct play *p, int rank)
{
	const struct phase *ph = &p->program.phase[p->rank[rank].phase];
	struct meeting *m = meeting_of(p, ph, rank);
	ticks done = through_ports(p, ph, rank);

	if (done > m->latest)
		m->latest = done;
	if (++m->arrived < m->members)
		return;
	engine_set(&p->engine, close_meeting(p, ph, m),
		   p->gpus + (int)(m - p->meeting));
}

/* ---- ranks ---- */

static void begin(struct play *p, int rank)
{
	struct rank *r = &p->rank[rank];
	const struct phase *ph;
	ticks now = engine_now(&p->engine), takes;

	if (r->phase == p->program.nr)
		return;
	ph = &p->program.phase[r->phase];
	takes = compute_ticks(p, ph, rank);
	r->waits = ph->wire >= 0 ? 2 : 1;
	engine_set(&p->engine,
		   lane_take(&r->lane[LANE_COMPUTE], now, takes, 0), rank);
	if (ph->beside && ph->wire >= 0)
		arrive(p, rank);
}

static void ends_one(struct play *p, int rank)
{
	struct rank *r = &p->rank[rank];

	if (--r->waits > 0)
		return;
	r->phase++;
	begin(p, rank);
}

static void compute_ends(struct play *p, int rank)
{
	const struct phase *ph = &p->program.phase[p->rank[rank].phase];

	if (ph->wire >= 0 && !ph->beside)
		arrive(p, rank);
	ends_one(p, rank);
}

static void meeting_ends(struct play *p, int which)
{
	int dp = p->ask->layout->dp, tp = p->ask->layout->tp;
	int from = which == dp ? 0 : which * tp;
	int to = which == dp ? p->gpus : from + tp;

	p->meeting[which].arrived = 0;
	p->meeting[which].latest = 0;
	for (int r = from; r < to; r++)
		ends_one(p, r);
}

/* ---- the whole ---- */

static void mean_rows(struct play *p, struct played *out)
{
	const struct loads *l = p->loads;
	double sum_imbalance = 0;
	int played = 0;

	for (int i = 0; i < l->micro * l->layers; i++) {
		double sum = 0, most = 0;

		for (int r = 0; r < l->ranks; r++) {
			double rows = l->expert[i * l->ranks + r].rows;

			sum += rows;
			most = fmax(most, rows);
		}
		p->mean_rows[i] = sum / l->ranks;
		if (sum > 0) {
			sum_imbalance += most * l->ranks / sum;
			played++;
		}
	}
	out->imbalance = played ? sum_imbalance / played : 1;
}

static void play_init(struct play *p, const struct step_ask *a,
		      const struct step *st, const struct loads *l)
{
	size_t cells = (size_t)l->micro * (size_t)(l->layers ? l->layers : 1);
	bool paired = a->two_batch && a->layout->exchange != EXCHANGE_NONE;

	*p = (struct play){ .ask = a, .step = st, .loads = l,
		.gpus = a->layout->gpus };
	program_make(&p->program, &st->graph, paired);
	seats_make(&p->seats, a, l);
	engine_init(&p->engine, 2 * p->gpus);
	p->rank = mem_zeroed((size_t)p->gpus, sizeof(*p->rank));
	p->meeting = mem_zeroed((size_t)a->layout->dp + 1,
				sizeof(*p->meeting));
	p->mean_rows = mem_zeroed(cells, sizeof(*p->mean_rows));
	for (int g = 0; g < a->layout->dp; g++)
		p->meeting[g].members = a->layout->tp;
	p->meeting[a->layout->dp].members = p->gpus;
}

static void play_release(struct play *p)
{
	free(p->mean_rows);
	free(p->meeting);
	free(p->rank);
	engine_release(&p->engine);
	seats_release(&p->seats);
	program_release(&p->program);
}

static void tally(const struct play *p, struct played *out)
{
	for (int r = 0; r < p->gpus; r++) {
		const struct rank *k = &p->rank[r];

		for (int i = 0; i < LANE_NR; i++)
			out->busy_s[i] += ticks_to_s(k->lane[i].busy) /
					  p->gpus;
		out->nvlink_B += k->lane[LANE_NVLINK].bytes / p->gpus;
		out->rdma_B += k->lane[LANE_NIC].bytes / p->gpus;
		out->received_B += k->received_B / p->gpus;
	}
	out->events = engine_events(&p->engine);
	out->s = ticks_to_s(engine_now(&p->engine)) + p->step->host_s;
}

void play_step(struct played *out, const struct step_ask *a,
	       const struct step *st, const struct loads *l)
{
	struct play p;
	int32_t whom;

	memset(out, 0, sizeof(*out));
	play_init(&p, a, st, l);
	mean_rows(&p, out);
	for (int r = 0; r < p.gpus; r++)
		begin(&p, r);
	while (engine_next(&p.engine, &whom)) {
		if (whom < p.gpus)
			compute_ends(&p, whom);
		else
			meeting_ends(&p, whom - p.gpus);
	}
	for (int r = 0; r < p.gpus; r++)
		assert(p.rank[r].phase == p.program.nr);
	tally(&p, out);
	play_release(&p);
}
