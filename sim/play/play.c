#include "play/play.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "play/engine.h"
#include "play/lane.h"
#include "play/program.h"
#include "play/group.h"

/* Something that several ranks must reach before any goes on. */
struct barrier {
	int arrived;
	int members;
	ticks latest;	/* when the last port so far is done */
	ticks computed;	/* and the last member's compute */
};

struct rank {
	int phase;	/* being run */
	int waits;	/* of its compute and its wire, how many are open */
	struct lane lane[LANE_NR];
	double received_B;
	ticks exposed;	/* collectives that no compute hid, the last rank's
			   included */
};

struct play {
	const struct step_spec *ask;
	const struct step *step;
	const struct loads *loads;
	const struct play_watch *watch;	/* NULL: nobody */
	ticks *ported;			/* [gpus] when a rank's ports will be
					   done; only when watched */
	struct program program;
	struct group_costs costs;
	struct engine engine;
	struct rank *rank;		/* gpus */
	struct barrier *barrier;	/* dp groups, then one of all */
	double *mean_rows;		/* [layers] that the step counted */
	int moe_layers;			/* drafts come after them */
	int gpus;
};

/* ---- what things take ---- */

static int group_of(const struct play *p, int rank)
{
	return rank / p->ask->on->layout.tp;
}

static int ep_rank_of(const struct play *p, int rank)
{
	return rank / p->ask->on->layout.moe_tp;
}

/* The only op of a part's stage. */
static int op_of(const struct play *p, int part, enum stage stage)
{
	int i = p->step->graph.part[part].first;

	while (p->step->graph.op[i].stage != stage)
		i++;
	assert(i < p->step->graph.ops);
	return i;
}

static const struct op *experts_of(const struct play *p, int part)
{
	return &p->step->graph.op[op_of(p, part, STAGE_EXPERTS)];
}

static double item_s(const struct play *p, const struct item *it, int rank)
{
	if (it->stage != STAGE_EXPERTS)
		return group_costs_s(&p->costs, it, group_of(p, rank));
	return cost_load_s(&p->ask->on->machine, experts_of(p, it->part),
			   loads_at(p->loads, it->micro, it->layer,
				    ep_rank_of(p, rank)));
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
		s += item_s(p, &ph->item[i], rank);
	return ticks_of_s(s);
}

static void watch(const struct play *p, const struct span *s)
{
	if (s->from < s->to)
		p->watch->span(p->watch->of, s);
}

/* ---- wires ---- */

/* Collectives of one attention group. */
static bool of_group(enum stage s)
{
	return s == STAGE_QUERIES || s == STAGE_MERGE || s == STAGE_ATTN_SUM;
}

static struct barrier *barrier_of(struct play *p, const struct phase *ph,
				  int rank)
{
	const struct op *op = &p->step->graph.op[ph->wire];

	if (of_group(op->stage))
		return &p->barrier[group_of(p, rank)];
	return &p->barrier[p->ask->on->layout.dp];
}

/* What a rank carries of a mean rank's bytes, by direction. */
struct share {
	double sent;
	double received;
};

/* Tokens of the rank's group over those that the step was counted with. */
static double own_share(const struct play *p, const struct phase *ph,
			int rank)
{
	const struct batch *b = &p->ask->batch;
	const double *tok = &p->costs.tok[group_of(p, rank)];
	int groups = p->costs.groups;
	double own = tok[ph->micro * groups];

	if (b->micro == 2 && ph->layer >= p->moe_layers)
		own = (tok[0] + tok[groups]) / 2;	/* a draft: all */
	return own / (b->seqs / b->micro * b->query_tok);
}

/*
 * What crosses to a node once comes in by the sender's place there, wherever
 * in the node it goes: a NIC carries what its own rank sends or gets back.
 */
static struct share beyond(const struct op *op, struct share within)
{
	double own;

	if (!op->forwarded)
		return within;
	own = op->kind == OP_DISPATCH ? within.sent : within.received;
	return (struct share){ own, own };
}

/*
 * A dispatch sends what starts here and receives what the local experts are
 * asked for; a combine the other way round.
 */
static struct share share_of(const struct play *p, const struct phase *ph,
			     int rank)
{
	const struct op *op = &p->step->graph.op[ph->wire];
	double own, in;

	if (op->kind != OP_DISPATCH && op->kind != OP_COMBINE)
		return (struct share){ 1, 1 };
	own = own_share(p, ph, rank);
	in = loads_at(p->loads, ph->micro, ph->layer,
		      ep_rank_of(p, rank))->rows / p->mean_rows[ph->layer];
	if (op->kind == OP_DISPATCH)
		return (struct share){ own, in };
	return (struct share){ in, own };
}

static double overhead_of(const struct play *p, int op)
{
	return cost_overhead(&p->ask->on->machine, &p->step->graph.op[op]);
}

/* taken: when a port is done, and how long it was busy. */
static void watch_port(struct play *p, int rank, enum play_lane lane,
		       const ticks taken[2])
{
	const struct phase *ph = &p->program.phase[p->rank[rank].phase];
	ticks end = taken[0], took = taken[1];

	watch(p, &(struct span){ SPAN_PORT, lane, rank, end - took, end, ph });
}

static bool in_turn(const struct op *op)
{
	return op->kind == OP_ALLREDUCE || op->kind == OP_HALVES ||
	       op->kind == OP_SEND;
}

/* After the last port; what the SMs copy beside experts is not on the wire. */
static double startup_s(const struct play *p, const struct phase *ph)
{
	const struct cost *c = &p->step->cost[ph->wire];

	return c->fixed_s * overhead_of(p, ph->wire) -
	       (ph->beside ? c->pack_s : 0);
}

/* Copies that take longer than the start-up are in the port's time. */
static ticks port_ticks(const struct play *p, const struct phase *ph, double s)
{
	return ticks_of_s(fmax(0, s * overhead_of(p, ph->wire) +
				  fmin(0, startup_s(p, ph))));
}

/*
 * Bytes go through the two ports at once, or, in an all-reduce beyond the
 * domain, through one after the other. The longer direction counts.
 */
static ticks through_ports(struct play *p, const struct phase *ph, int rank)
{
	const struct op *op = &p->step->graph.op[ph->wire];
	const struct cost *c = &p->step->cost[ph->wire];
	struct lane *lane = p->rank[rank].lane;
	struct share of = share_of(p, ph, rank);
	struct share net = beyond(op, of);
	ticks now = engine_now(&p->engine);
	ticks on_nvlink = port_ticks(p, ph, c->nvlink_s *
				     fmax(of.sent, of.received));
	ticks on_nic = port_ticks(p, ph, c->rdma_s *
				  fmax(net.sent, net.received));
	ticks near, far;

	near = lane_take(&lane[LANE_NVLINK], now, on_nvlink,
			 c->nvlink_B * of.sent);
	far = lane_take(&lane[LANE_NIC],
			in_turn(op) ? near : now, on_nic,
			c->rdma_B * net.sent);
	if (p->watch) {
		watch_port(p, rank, LANE_NVLINK, (ticks[]){ near, on_nvlink });
		watch_port(p, rank, LANE_NIC, (ticks[]){ far, on_nic });
	}
	p->rank[rank].received_B += c->nvlink_B * of.received +
				    c->rdma_B * net.received;
	return near > far ? near : far;
}

/*
 * In a paired layer the attention's sum is one of the kernels that an
 * exchange hides under: its ports are busy, and nobody queues for them.
 */
static void sum_beside(struct play *p, const struct item *it, int rank)
{
	const struct cost *c;
	struct lane *lane = p->rank[rank].lane;
	int op;

	if (!of_group(it->stage))
		return;
	op = op_of(p, it->part, it->stage);
	c = &p->step->cost[op];
	assert(!cost_has_overhead(&p->step->graph.op[op]));
	lane[LANE_NVLINK].busy += ticks_of_s(c->nvlink_s);
	lane[LANE_NVLINK].bytes += c->nvlink_B;
	lane[LANE_NIC].busy += ticks_of_s(c->rdma_s);
	lane[LANE_NIC].bytes += c->rdma_B;
	p->rank[rank].received_B += c->nvlink_B + c->rdma_B;
	p->rank[rank].exposed += ticks_of_s(item_s(p, it, rank));
}

/* The port that a fused exchange keeps from within the experts' kernel. */
static void sent_within(struct play *p, const struct item *it, int rank)
{
	struct lane *lane = &p->rank[rank].lane[LANE_NVLINK];
	const struct cost *c;
	const struct op *op;
	double share;

	if (it->stage != STAGE_EXPERTS)
		return;
	op = experts_of(p, it->part);
	c = &p->step->cost[op - p->step->graph.op];
	share = loads_at(p->loads, it->micro, it->layer,
			 ep_rank_of(p, rank))->rows / op->load.rows;
	lane->busy += ticks_of_s(c->nvlink_s * share);
	lane->bytes += c->nvlink_B * share;
	p->rank[rank].received_B += c->nvlink_B * share;
}

/* computed: when this rank's compute is done. */
static void arrive(struct play *p, int rank, ticks computed)
{
	const struct phase *ph = &p->program.phase[p->rank[rank].phase];
	struct barrier *m = barrier_of(p, ph, rank);
	ticks done = through_ports(p, ph, rank);

	if (p->watch)
		p->ported[rank] = done;
	if (done > m->latest)
		m->latest = done;
	if (computed > m->computed)
		m->computed = computed;
	if (++m->arrived < m->members)
		return;
	engine_set(&p->engine, m->latest +
		   ticks_of_s(fmax(0, startup_s(p, ph))),
		   p->gpus + (int)(m - p->barrier));
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
	for (int i = 0; i < ph->items; i++)
		sum_beside(p, &ph->item[i], rank);
	for (int i = 0; i < ph->items; i++)
		sent_within(p, &ph->item[i], rank);
	r->waits = ph->wire >= 0 ? 2 : 1;
	now = lane_take(&r->lane[LANE_COMPUTE], now, takes, 0);
	if (p->watch)
		watch(p, &(struct span){ SPAN_COMPUTE, LANE_COMPUTE, rank,
					 now - takes, now, ph });
	engine_set(&p->engine, now, rank);
	if (ph->beside && ph->wire >= 0)
		arrive(p, rank, now);
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
		arrive(p, rank, engine_now(&p->engine));
	ends_one(p, rank);
}

/* What a rank waited for after its own ports, on the longer one. */
static void watch_end(const struct play *p, int rank, ticks latest)
{
	const struct rank *r = &p->rank[rank];
	const struct phase *ph = &p->program.phase[r->phase];
	const struct cost *c = &p->step->cost[ph->wire];
	enum play_lane lane = c->rdma_s > c->nvlink_s ? LANE_NIC :
			      LANE_NVLINK;
	ticks now = engine_now(&p->engine);
	ticks end = latest < now ? latest : now;

	watch(p, &(struct span){ SPAN_WAIT, lane, rank, p->ported[rank], end,
				 ph });
	watch(p, &(struct span){ SPAN_STARTUP, lane, rank, end, now, ph });
}

static void barrier_ends(struct play *p, int which)
{
	int dp = p->ask->on->layout.dp, tp = p->ask->on->layout.tp;
	ticks over = engine_now(&p->engine) - p->barrier[which].computed;
	int from = which == dp ? 0 : which * tp;
	int to = which == dp ? p->gpus : from + tp;

	assert(p->barrier[which].arrived == to - from);
	for (int r = from; p->watch && r < to; r++)
		watch_end(p, r, p->barrier[which].latest);
	p->barrier[which] = (struct barrier){ .members = to - from };
	for (int r = from; r < to; r++) {
		p->rank[r].exposed += over > 0 ? over : 0;
		ends_one(p, r);
	}
}

/* ---- the whole ---- */

static void mean_rows(struct play *p)
{
	const struct graph *g = &p->step->graph;
	int layer = 0;

	for (int i = 0; i < g->blocks; i++) {
		const struct block *b = &g->block[i];
		const struct op *op = b->kind == BLOCK_MOE ||
			b->kind == BLOCK_DRAFT ? experts_of(p, b->ffn) : NULL;

		for (int y = 0; op && y < b->layers; y++)
			p->mean_rows[layer++] = op->load.rows;
		if (b->kind == BLOCK_MOE)
			p->moe_layers += b->layers;
	}
}

static void play_init(struct play *p, const struct play_spec *all)
{
	const struct step_spec *a = all->ask;
	const struct step *st = all->step;
	const struct loads *l = all->loads;
	bool paired = a->two_batch && a->on->layout.exchange != EXCHANGE_NONE;

	*p = (struct play){ .ask = a, .step = st, .loads = l,
		.watch = all->watch, .gpus = a->on->layout.gpus };
	program_make(&p->program, &st->graph, paired);
	group_costs_make(&p->costs, a, l);
	engine_init(&p->engine, 2 * p->gpus);
	p->rank = mem_zeroed((size_t)p->gpus, sizeof(*p->rank));
	p->barrier = mem_zeroed((size_t)a->on->layout.dp + 1,
				sizeof(*p->barrier));
	if (p->watch)
		p->ported = mem_zeroed((size_t)p->gpus, sizeof(*p->ported));
	p->mean_rows = mem_zeroed((size_t)l->layers, sizeof(*p->mean_rows));
	mean_rows(p);
	for (int g = 0; g < a->on->layout.dp; g++)
		p->barrier[g].members = a->on->layout.tp;
	p->barrier[a->on->layout.dp].members = p->gpus;
}

static void play_release(struct play *p)
{
	free(p->ported);
	free(p->mean_rows);
	free(p->barrier);
	free(p->rank);
	engine_release(&p->engine);
	group_costs_release(&p->costs);
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
		out->exposed_s += ticks_to_s(k->exposed) / p->gpus;
	}
	out->nvlink_B *= step_turns(p->ask);
	out->rdma_B *= step_turns(p->ask);
	out->received_B *= step_turns(p->ask);
	out->events = engine_events(&p->engine);
	out->s = ticks_to_s(engine_now(&p->engine)) + p->step->host_s +
		 p->step->bubble_s;
}

void play_watched(struct played *out, const struct play_spec *a)
{
	struct play p;
	int32_t whom;

	*out = (struct played){ .steps = 1 };
	play_init(&p, a);
	if (p.watch)
		p.watch->begin(p.watch->of, p.ask, p.step, p.loads);
	out->imbalance = loads_imbalance(a->loads);
	for (int r = 0; r < p.gpus; r++)
		begin(&p, r);
	while (engine_next(&p.engine, &whom)) {
		if (whom < p.gpus)
			compute_ends(&p, whom);
		else
			barrier_ends(&p, whom - p.gpus);
	}
	for (int r = 0; r < p.gpus; r++)
		assert(p.rank[r].phase == p.program.nr);
	tally(&p, out);
	play_release(&p);
}

void play_step(struct played *out, const struct step_spec *a,
	       const struct step *st, const struct loads *l)
{
	play_watched(out, &(struct play_spec){ a, st, l, NULL });
}
