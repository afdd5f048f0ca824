#include "time/prefill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Prompts go by rank and node, whatever decoding does: a row is sent once to
 * each, since bytes and not messages decide.
 */
static struct deployment for_prompts(const struct step_spec *a)
{
	struct deployment on = *a->on;

	if (layout_masked(&on.layout) ||
	    on.layout.exchange == EXCHANGE_FUSED)
		on.layout.exchange = EXCHANGE_RANK;
	return on;
}

static void count(struct prefill_pass *out, const struct step_spec *a,
		  const struct deployment *on, const struct chunk *c,
		  struct spread *sp)
{
	struct graph_spec g = { .on = on, .batch = &a->batch };
	const struct layout *l = &on->layout;
	double pad = machine_law(&a->on->machine, layout_experts_role(l))->pad;

	skew_spread(a->skew, c->seqs * c->new_tok * l->dp, fmax(1, pad), sp);
	g.load = sp->mean;
	graph_prefill(&out->graph, &g, c);
}

static bool is_wire(const struct op *op)
{
	return op->kind != OP_KERNEL && op->kind != OP_FIXED;
}

struct sums {
	double compute, wire, late;
};

static void add_part(struct prefill_pass *out, const struct step_spec *a,
		     int part, const struct spread *sp, struct sums *s)
{
	const struct part *p = &out->graph.part[part];

	for (int i = p->first; part >= 0 && i < p->first + p->nr; i++) {
		const struct op *op = &out->graph.op[i];

		if (is_wire(op))
			s->wire += out->cost[i].s;
		else
			s->compute += out->cost[i].s;
		if (op->stage == STAGE_EXPERTS)
			s->late += cost_load_s(&a->on->machine, op,
					       &sp->busiest_load) -
				   out->cost[i].s;
		if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
			s->wire += cost_late_s(&a->on->machine, op,
					       &out->cost[i], sp->busiest);
	}
}

static void add_block(struct prefill_pass *out, const struct step_spec *a,
		      const struct block *b, const struct spread *sp)
{
	double share = a->on->machine.stack->prefill_sms, compute, s;
	struct sums t = { 0 };

	if (b->attn >= 0)
		add_part(out, a, b->attn, sp, &t);
	add_part(out, a, b->ffn, sp, &t);
	compute = t.compute + t.late;
	s = compute + t.wire;
	if (a->two_batch && t.wire > 0)
		s = fmin(s, fmax(compute / share, t.wire));
	out->s += b->layers * s;
	out->wire_s += b->layers * t.wire;
	out->exposed_s += b->layers * (s - compute);
	out->late_s += b->layers * t.late;
}

static void totals(struct prefill_pass *out, const struct step_spec *a)
{
	for (int i = 0; i < out->graph.ops; i++) {
		const struct op *op = &out->graph.op[i];
		double flop = op->flop * op->count *
			      step_passes(&out->graph, i);

		out->flop += flop;
		if (flop > 0)
			out->peak_s += flop /
				a->on->machine.gpu->flops[op->math];
	}
}

void prefill_pass(struct prefill_pass *out, const struct step_spec *a,
		  const struct chunk *c)
{
	struct deployment on = for_prompts(a);
	struct spread sp;

	memset(out, 0, sizeof(*out));
	count(out, a, &on, c, &sp);
	for (int i = 0; i < out->graph.ops; i++)
		cost_op(&a->on->machine, &out->graph.op[i], &out->cost[i]);
	out->s = a->on->machine.stack->host_s;
	for (int i = 0; i < out->graph.blocks; i++)
		add_block(out, a, &out->graph.block[i], &sp);
	totals(out, a);
}

const char *prefill_lacks(const struct step_spec *a, const struct chunk *c)
{
	struct deployment on = for_prompts(a);
	enum role experts = layout_experts_role(&on.layout);
	struct prefill_pass *pass;
	struct spread sp;
	const char *lack = NULL;

	if (!machine_law(&on.machine, experts)->kernel)
		return role_name(experts);
	pass = mem_resize(NULL, 1, sizeof(*pass));
	count(pass, a, &on, c, &sp);
	for (int i = 0; i < pass->graph.ops && !lack; i++)
		lack = machine_lacks(&a->on->machine, &pass->graph.op[i]);
	free(pass);
	return lack;
}
