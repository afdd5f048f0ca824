#include "cost/cost.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "cost/norm.h"
#include "cost/rate.h"
#include "cost/todo.h"
#include "cost/wire.h"

/* What it is launched with where it reads its own prompts; NULL: nothing. */
static const struct serve_facts *served(const struct machine *m)
{
	const struct serve_facts *of =
		m->serves == SERVES_ALL ? &m->stack->serve :
		m->serves == SERVES_ALL_DSA ? &m->stack->serve_dsa :
		m->serves == SERVES_ALL_V4 ? &m->stack->serve_v4 : NULL;

	return of && of->overhead > 0 ? of : NULL;
}

double machine_overhead(const struct machine *m)
{
	const struct serve_facts *of = served(m);

	return (of ? of->overhead : m->stack->overhead) * (1 + m->own);
}

double machine_overhead_log_sd(const struct machine *m)
{
	const struct serve_facts *of = served(m);

	return of ? of->overhead_err / of->overhead :
		    m->stack->overhead_err / m->stack->overhead;
}

/* ---- kernels ---- */

static double join(double p, const struct terms *t)
{
	if (t->flop_s == 0 && t->serial_s == 0)
		return t->hbm_s;
	return norm_join(p, t->hbm_s, t->flop_s, norm_raise(p, t->serial_s));
}

static enum bound kernel_bound(const struct cost *c)
{
	double late = c->fixed_s + c->serial_s;

	if (c->nvlink_s > larger(late, larger(c->hbm_s, c->flop_s)))
		return BOUND_NVLINK;
	return roof_bound(late, c->hbm_s, c->flop_s);
}

/*
 * The kernel sends and receives while it multiplies: the longer of the two,
 * and the first wave of tiles, before which neither has anything to do.
 */
static void cost_fused(const struct machine *m, const struct op *op,
		       double nvlink_B, struct cost *c)
{
	const struct law *l = machine_law(m, op->role);
	double fill = l->fill_s * (op->k + op->n) / K_UNIT;

	c->nvlink_B = nvlink_B;
	c->nvlink_s = nvlink_B * rate_nvlink_s(m->gpu, l->e_nvlink);
	c->s = larger(c->s, c->fixed_s + c->nvlink_s) + fill;
	c->fixed_s += fill;
}

static double cta_s(const struct machine *m, const struct op *op)
{
	return machine_law(m, op->role)->c_s / m->gpu->sms;
}

double cost_fixed_s(const struct machine *m, const struct op *op)
{
	return op->kind == OP_FIXED ? m->stack->head_s :
				      todo_fixed_s(m, op, cta_s(m, op));
}

double cost_serial_s(const struct machine *m, const struct op *op)
{
	return rate_loop_s(m->gpu, machine_law(m, op->role), op->k, op->ctas);
}

/* Of experts' for each of their rows. */
static double row_s(const struct machine *m, const struct op *op)
{
	const struct law *l = machine_law(m, op->role);
	double units = (2 * op->n + op->k) / K_UNIT;	/* of both GEMMs */

	return l->tile_s * units / l->pad / m->gpu->sms;
}

static void cost_kernel(const struct costed *of, const struct todo *t,
			struct cost *c)
{
	const struct machine *m = of->machine;
	const struct op *op = of->op;
	struct terms x;

	todo_terms(of, t, &x);
	c->fixed_s = x.fixed_s;
	c->roofs_s = join(machine_law(m, op->role)->p, &x);
	c->s = c->fixed_s + c->roofs_s;
	if (op->row_nvlink_B > 0)
		cost_fused(m, op, t->nvlink_B, c);
	if (op->beside)
		c->s = larger(x.hbm_s, x.flop_s);
	c->s *= op->count;
	c->hbm_s = x.hbm_s * op->count;
	c->flop_s = x.flop_s * op->count;
	c->serial_s = x.serial_s * op->count;
	c->fixed_s *= op->count;
	c->bound = kernel_bound(c);
}

static void cost_fixed(const struct machine *m, const struct op *op,
		       struct cost *c)
{
	c->fixed_s = c->s = cost_fixed_s(m, op);
	c->bound = BOUND_LATENCY;
}

/*
 * A library's collective, or an exchange through the NIC: its law is of whole
 * ranks that wait for each other, from when the last one comes, and a wire is
 * no longer for what a GPU does before. An exchange over NVLink alone is
 * kernels that write other GPUs' memory, among the layer's own.
 */
static bool is_collective(const struct op *op)
{
	if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE)
		return op->rdma_B > 0;
	return op_is_wire(op);
}

/*
 * What a layer takes over the sum of its kernels is what lies between them.
 * A fused exchange has no kernels between which anything could lie, and waits
 * likewise.
 */
bool cost_has_overhead(const struct op *op)
{
	return op->stage != STAGE_HEAD && !(op->row_nvlink_B > 0) &&
	       !is_collective(op);
}

double cost_overhead(const struct machine *m, const struct op *op)
{
	return cost_has_overhead(op) ? machine_overhead(m) : 1;
}

static void add_overhead(const struct machine *m, const struct op *op,
		      struct cost *c)
{
	double times = cost_overhead(m, op);

	c->s *= times;
	c->pack_s *= times;
}

/* One by one: what the compiler makes of a memset is slower here. */
static void cost_clear(struct cost *c)
{
	c->s = c->hbm_s = c->flop_s = c->serial_s = c->fixed_s = 0;
	c->nvlink_s = c->rdma_s = c->pack_s = c->roofs_s = 0;
	c->nvlink_B = c->rdma_B = 0;
	c->bound = BOUND_HBM;
}

void cost_rates(const struct machine *m, const struct op *op, struct rates *r)
{
	*r = (struct rates){ 0 };
	if (op->kind == OP_KERNEL) {
		const struct law *l = machine_law(m, op->role);

		r->hbm_s = rate_hbm_s(m->gpu, l);
		if (op->flop_row > 0)
			r->flop_s = rate_flop_s(m->gpu, l, op->math);
		r->cta_s = cta_s(m, op);
		if (op->stage == STAGE_EXPERTS)
			r->row_s = row_s(m, op);
	} else if (op->kind == OP_DISPATCH || op->kind == OP_COMBINE) {
		wire_rates(m, op, r);
	}
}

static inline void cost_todo(const struct costed *of, const struct todo *t,
		      struct cost *c)
{
	cost_clear(c);
	cost_kernel(of, t, c);
	add_overhead(of->machine, of->op, c);
}

void cost_at(const struct costed *of, struct cost *c)
{
	if (of->op->kind == OP_KERNEL) {
		const struct todo t = todo_of(of);

		cost_todo(of, &t, c);
		return;
	}
	cost_clear(c);
	if (of->op->kind == OP_FIXED)
		cost_fixed(of->machine, of->op, c);
	else
		wire_cost(of->machine, of->op, of->rates, c);
	add_overhead(of->machine, of->op, c);
}

void cost_op(const struct machine *m, const struct op *op, struct cost *c)
{
	struct rates r;

	cost_rates(m, op, &r);
	cost_at(&(struct costed){ m, op, &r }, c);
}

/* A kernel that neither sends nor runs beside another has no more to it. */
double cost_op_s(const struct machine *m, const struct op *op)
{
	struct rates r;
	const struct costed of = { m, op, &r };
	struct cost c;
	struct todo t;
	struct terms x;

	cost_rates(m, op, &r);
	if (op->kind != OP_KERNEL || op->row_nvlink_B > 0 || op->beside) {
		cost_at(&of, &c);
		return c.s;
	}
	t = todo_of(&of);
	todo_terms(&of, &t, &x);
	return (x.fixed_s + join(machine_law(m, op->role)->p, &x)) *
	       op->count * cost_overhead(m, op);
}

double cost_launched_s(const struct machine *m, const struct op *op,
		       const struct cost *was)
{
	struct cost c = { .s = (cost_fixed_s(m, op) + was->roofs_s) *
			       op->count };

	assert(op->kind == OP_KERNEL);
	if (op->row_nvlink_B > 0 || op->beside)
		cost_op(m, op, &c);
	else
		c.s *= cost_overhead(m, op);
	return c.s;
}

double cost_busy_s(const struct costed *of, const struct load *load)
{
	const struct todo t = todo_load(of->op, load);
	struct cost c;

	cost_todo(of, &t, &c);
	return c.s;
}

double cost_load_s(const struct machine *m, const struct op *op,
		   const struct load *load)
{
	struct rates r;

	cost_rates(m, op, &r);
	return cost_busy_s(&(struct costed){ m, op, &r }, load);
}

double cost_late_s(const struct machine *m, const struct op *op,
		   const struct cost *c, double skew)
{
	double rdma_s = op->forwarded ? c->rdma_s : skew * c->rdma_s;

	return cost_overhead(m, op) * (larger(skew * c->nvlink_s, rdma_s) -
				       larger(c->nvlink_s, c->rdma_s));
}

const char *bound_name(enum bound b)
{
	static const char *const name[BOUND_NR] = { "hbm", "compute",
		"nvlink", "rdma", "latency", "host", "capacity" };

	assert(b >= 0 && b < BOUND_NR);
	return name[b];
}
