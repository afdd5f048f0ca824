#include "time/prefill.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "cost/norm.h"

/*
 * Prompts go by rank and node where decoding is by low latency: a row is sent
 * once to each, since bytes and not messages decide. A fused exchange is one
 * kernel for both: DeepGEMM's is timed up to 32,768 tokens a rank.
 */
static struct deployment for_prompts(const struct step_spec *a)
{
	struct deployment on = *a->on;

	if (layout_masked(&on.layout))
		on.layout.exchange = EXCHANGE_RANK;
	return on;
}

/* How a chunk's rows fall on experts, in tiles of the kernel of a role. */
static void fall(const struct step_spec *a, const struct chunk *c,
		 enum role role, struct spread *sp)
{
	double tok = c->seqs * c->new_tok * a->on->layout.dp;
	double pad = fmax(1, machine_law(&a->on->machine, role)->pad);

	skew_spread(a->skew, &(struct fallen){ tok * a->on->layout.copies, tok,
					       pad }, sp);
}

/* The ops of a chunk; how its rows fall. */
static struct spread count(struct prefill_pass *out, const struct step_spec *a,
			   const struct deployment *on, const struct chunk *c)
{
	struct graph_spec g = { .on = on, .batch = &a->batch };
	struct spread sp;

	fall(a, c, layout_experts_role(&on->layout), &sp);
	g.load = sp.mean;
	graph_prefill(&out->graph, &g, c);
	return sp;
}

struct sums {
	double compute, wire, late;
};

double prefill_work_s(const struct prefill_parts *p, double sms)
{
	double compute = p->attn_s + p->ffn_s;
	double wire = p->attn_wire_s + p->ffn_wire_s;

	assert(sms >= 0 && sms <= 1);
	if (sms > 0 && wire > 0)
		return lesser(compute + wire, larger(compute / sms, wire));
	return compute + wire;
}

double prefill_eager_s(double work_s, double eager_s)
{
	if (!(eager_s > 0))
		return work_s;
	return norm_3(work_s, eager_s, 0);
}

static enum format experts_format(const struct deployment *on)
{
	return kept_in(&on->layout.storage.weights, SITE_MOE, MODULE_EXPERTS);
}

static bool experts_fp4(const struct deployment *on)
{
	return format_bytes(experts_format(on)) < 1;
}

/*
 * Layers to launch, and what of them are the kernels of indexers: of DSA's its
 * query, what is of the key and of the heads, its logits and its best keys.
 */
static double launched_layers(const struct deployment *on, double *indexers)
{
	const struct stack *s = on->machine.stack;
	double kernels = 3 + s->index_gemms + s->index_streams;	/* size: */

	*indexers = s->eager_kernels > 0 ?
		model_attn_layers(on->model, ATTN_DSA) * kernels /
		s->eager_kernels : 0;
	return on->model->num_hidden_layers + *indexers;
}

double prefill_launch_s(const struct deployment *on)
{
	const struct stack *s = on->machine.stack;
	double indexers;

	return (experts_fp4(on) ? s->eager_fp4_s : s->eager_s) *
	       s->eager_times[on->model->family] *
	       on->machine.gpu->host_slower * launched_layers(on, &indexers);
}

double prefill_launch_sd(const struct deployment *on)
{
	const struct stack *s = on->machine.stack;
	double layer_s = experts_fp4(on) ? s->eager_fp4_s : s->eager_s;
	double err_s = experts_fp4(on) ? s->eager_fp4_err_s : s->eager_err_s;
	enum family family = on->model->family;
	double times = s->eager_times_err[family] / s->eager_times[family];
	double indexers, layers = launched_layers(on, &indexers);
	double share = indexers > 0 ? indexers / layers *
		       s->eager_kernels_err / s->eager_kernels : 0;

	return layer_s > 0 ? hypot(hypot(err_s / layer_s, share), hypot(times,
				   on->machine.gpu->host_slower_err)) : 0;
}

double prefill_rate(const struct deployment *on)
{
	const struct stack *s = on->machine.stack;

	return s->overhead_prefill * s->prefill_times[on->model->family] *
	       (experts_format(on) == FORMAT_FP8 ?
		s->overhead_prefill_fp8 : 1) *
	       (on->layout.exchange == EXCHANGE_FUSED ?
		s->overhead_prefill_fused : 1);
}

double prefill_rate_sd(const struct deployment *on)
{
	const struct stack *s = on->machine.stack;
	enum family family = on->model->family;
	double var = pow(s->overhead_prefill_err / s->overhead_prefill, 2) +
		     pow(s->prefill_times_err[family] /
			 s->prefill_times[family], 2);

	assert(s->overhead_prefill > 0 && s->overhead_prefill_fp8 > 0 &&
	       s->overhead_prefill_fused > 0);
	if (experts_format(on) == FORMAT_FP8)
		var += pow(s->overhead_prefill_fp8_err /
			   s->overhead_prefill_fp8, 2);
	if (on->layout.exchange == EXCHANGE_FUSED)
		var += pow(s->overhead_prefill_fused_err /
			   s->overhead_prefill_fused, 2);
	return sqrt(var);
}

/*
 * Kernels are tuned by their rows: a tile of few wastes little on decode's,
 * one of many reads weights less often. Of two that a stack has, the quicker
 * runs.
 */
static void tune_experts(struct prefill_pass *out, const struct step_spec *a,
			 const struct chunk *c, struct spread *sp)
{
	const struct machine *m = &a->on->machine;
	struct spread many;

	if (!machine_law(m, ROLE_MOE_FP8_PROMPTS)->kernel)
		return;
	fall(a, c, ROLE_MOE_FP8_PROMPTS, &many);
	for (int i = 0; i < out->graph.ops; i++) {
		struct op op = out->graph.op[i];
		struct cost cost;

		if (op.stage != STAGE_EXPERTS || op.role != ROLE_MOE_FP8)
			continue;
		op.role = ROLE_MOE_FP8_PROMPTS;
		op_set_load(&op, &many.mean);
		cost_op(m, &op, &cost);
		if (cost.s >= out->cost[i].s)
			continue;
		out->graph.op[i] = op;
		out->cost[i] = cost;
		*sp = many;
	}
}

/* What the busiest rank adds counts as compute that everybody waits for. */
static struct sums part_sums(const struct prefill_pass *out,
			     const struct step_spec *a, int part,
			     const struct spread *sp)
{
	const struct part none = { 0 };
	const struct part *p = part < 0 ? &none : &out->graph.part[part];
	struct sums t = { 0 };

	for (int i = p->first; i < p->first + p->nr; i++) {
		const struct op *op = &out->graph.op[i];

		if (op_is_wire(op))
			t.wire += out->cost[i].s;
		else
			t.compute += out->cost[i].s;
		if (op->stage == STAGE_EXPERTS)
			t.late += cost_load_s(&a->on->machine, op,
					      &sp->busiest_load) -
				  out->cost[i].s;
		if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
			t.wire += cost_late_s(&a->on->machine, op,
					      &out->cost[i], sp->busiest);
	}
	t.compute += t.late;
	return t;
}

static void add_block(struct prefill_pass *out, const struct step_spec *a,
		      const struct block *b, const struct spread *sp)
{
	const struct stack *stack = a->on->machine.stack;
	double rate = prefill_rate(a->on);
	struct sums attn = part_sums(out, a, b->attn, sp);
	struct sums ffn = part_sums(out, a, b->ffn, sp);
	struct prefill_parts p = { attn.compute, attn.wire,
				   ffn.compute, ffn.wire };
	double s = prefill_work_s(&p, a->two_batch ? stack->prefill_sms : 0);

	out->s += b->layers * rate * s;
	out->wire_s += b->layers * rate * (attn.wire + ffn.wire);
	out->exposed_s += b->layers * rate * (s - attn.compute - ffn.compute);
	out->late_s += b->layers * rate * (attn.late + ffn.late);
	out->parts.attn_s += b->layers * p.attn_s;
	out->parts.attn_wire_s += b->layers * p.attn_wire_s;
	out->parts.ffn_s += b->layers * p.ffn_s;
	out->parts.ffn_wire_s += b->layers * p.ffn_wire_s;
}

static void totals(struct prefill_pass *out, const struct step_spec *a)
{
	for (int i = 0; i < out->graph.ops; i++) {
		const struct op *op = &out->graph.op[i];
		double passes = step_passes(&out->graph, i);
		double flop = op->flop * op->count * passes;

		out->flop += flop;
		out->hbm_B += passes * op->count * op_hbm_B(op);
		out->tensor_s += passes * out->cost[i].flop_s;
		out->port_s += passes * (out->cost[i].nvlink_s +
					 out->cost[i].rdma_s);
		if (flop > 0)
			out->peak_s += flop /
				a->on->machine.gpu->flops[op->math];
	}
}

void prefill_pass(struct prefill_pass *out, const struct step_spec *a,
		  const struct chunk *c)
{
	struct deployment on = for_prompts(a), theirs = *a->on;
	struct step_spec of = *a;
	struct spread sp;

	assert(c->seqs > 0 && c->new_tok > 0 && c->prior_tok >= 0);
	theirs.machine.own = 0;		/* it was learned from decode */
	of.on = &theirs;
	a = &of;
	memset((char *)out + offsetof(struct prefill_pass, s), 0,
	       sizeof(*out) - offsetof(struct prefill_pass, s));
	sp = count(out, a, &on, c);
	for (int i = 0; i < out->graph.ops; i++)
		cost_op(&a->on->machine, &out->graph.op[i], &out->cost[i]);
	tune_experts(out, a, c, &sp);
	for (int i = 0; i < out->graph.blocks; i++)
		add_block(out, a, &out->graph.block[i], &sp);
	out->work_s = out->s;
	out->eager_s = prefill_launch_s(a->on);
	out->s = a->on->machine.stack->host_s +
		 prefill_eager_s(out->s, out->eager_s);
	totals(out, a);
}

const char *prefill_lacks(const struct step_spec *a, const struct chunk *c)
{
	struct deployment on = for_prompts(a);
	enum role experts = layout_experts_role(&on.layout);
	struct prefill_pass *pass;
	const char *lack = NULL;

	if (!machine_law(&on.machine, experts)->kernel)
		return role_name(experts);
	pass = mem_resize(NULL, 1, sizeof(*pass));
	count(pass, a, &on, c);
	for (int i = 0; i < pass->graph.ops && !lack; i++)
		lack = machine_lacks(&a->on->machine, &pass->graph.op[i]);
	free(pass);
	return lack;
}
