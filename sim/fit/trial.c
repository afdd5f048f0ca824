#include "fit/trial.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/near.h"
#include "model/attention.h"
#include "sheet/format.h"
#include "work/exchange.h"
#include "work/pass.h"

/* A row on its way to become a trial. */
struct reading {
	const struct trial_spec *ask;
	int row;
	struct trial *trial;
	struct model model;	/* the ask's, with the row's columns */
	enum format format;
	bool failed;
	struct fault *why;
};

static int fault_row(struct reading *r, const char *column)
{
	const struct table *t = r->ask->table;

	r->failed = true;
	return fault_at(r->why, t->name, t->line[r->row],
			table_column(t, column) + 1);
}

static const char *word(const struct reading *r, const char *column)
{
	const struct table *t = r->ask->table;

	return table_cell(t, r->row, column);
}

/* A number from least up; 0 and the fault when it is none. */
static double number(struct reading *r, const char *column, double least)
{
	const struct table *t = r->ask->table;
	double x = table_number(t, r->row, table_column(t, column));

	if (r->failed || (isfinite(x) && x >= least))
		return r->failed ? 0 : x;
	fault_row(r, column);
	fault_what(r->why, "%s is \"%s\"", column, word(r, column));
	if (*word(r, column))
		fault_remedy(r->why, "write a number, %g or more", least);
	else
		fault_remedy(r->why, "say what it was: --given %s=VALUE",
			     column);
	return 0;
}

static int count(struct reading *r, const char *column, int least)
{
	double x = number(r, column, least);

	if (r->failed || (x <= INT_MAX && x == floor(x)))
		return (int)x;
	fault_row(r, column);
	fault_what(r->why, "%s is \"%s\"", column, word(r, column));
	fault_remedy(r->why, "write a whole number");
	return 0;
}

/* A column that may be missing or blank. */
static double maybe(struct reading *r, const char *column, double otherwise)
{
	return *word(r, column) ? number(r, column, 0) : otherwise;
}

static void format(struct reading *r)
{
	if (r->failed || !format_parse(word(r, "format"), &r->format))
		return;
	fault_row(r, "format");
	fault_what(r->why, "\"%s\" is no format", word(r, "format"));
	fault_remedy(r->why, "write bf16, fp8, nvfp4, mxfp4 or int4");
}

/* ---- one kind of op each ---- */

static void take_op(struct reading *r, struct graph *g, const struct pass *p,
		    const char *name)
{
	if (r->failed)
		return;
	graph_count(g, p);
	for (int i = 0; i < g->ops; i++)
		if (!strcmp(g->op[i].name, name))
			r->trial->op = g->op[i];
}

static struct pass pass_of(struct deployment *on, const struct reading *r)
{
	struct pass p;

	*on = (struct deployment){ { .gpu = r->trial->gpu,
		.stack = r->ask->stack },
		&r->model, { .gpus = 1, .pp = 1, .tp = 1, .dcp = 1,
			     .dp = 1, .ep = 1, .moe_tp = 1, .shared_tp = 1,
			     .shared_parts = 1, .copies = 1,
			     .domain = 1, .nodes = 1 } };
	p = (struct pass){ .on = on, .query_tok = 1, .seqs = 1 };
	pass_exactly(&p, 1);
	return p;
}

/* No op yet, on the trial's GPU by the stack that is asked of. */
static struct graph graph_of(const struct reading *r)
{
	return (struct graph){ .machine = { .gpu = r->trial->gpu,
					    .stack = r->ask->stack } };
}

static void read_gemm(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);
	double m = number(r, "m", 1);
	struct gemm a = { ROWS_TOK, 1, number(r, "n", 1), number(r, "k", 1),
			  maybe(r, "heads", 1), 0 };

	format(r);
	a.format = r->format;
	if (r->failed)
		return;
	pass_exactly(&p, m);
	graph_gemm(&g, "gemm", STAGE_ATTN0, &a);
	take_op(r, &g, &p, "gemm");
}

static void read_mla(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);

	format(r);
	r->model.num_attention_heads = count(r, "heads", 1);
	p.seqs = number(r, "batch", 1);
	p.ctx_tok = number(r, "kv_tok", 1);
	on.layout.storage.kv = r->format;
	on.layout.storage.form = attention_form(&r->model, r->format, false);
	pass_fill(&p);
	if (!r->failed)
		pass_mla(&p, ATTN_MLA, &g);
	take_op(r, &g, &p, "mla");
}

/* V4's core: as many entries met as a window of that length has. */
static void read_sparse(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);

	format(r);
	r->model.family = FAMILY_V4;
	r->model.num_attention_heads = count(r, "heads", 1);
	r->model.head_dim = count(r, "dim", 1);
	r->model.sliding_window = count(r, "picks", 1);
	p.seqs = number(r, "batch", 1);
	p.ctx_tok = r->model.sliding_window;
	on.layout.storage.form = attention_form(&r->model, r->format, false);
	pass_fill(&p);
	if (!r->failed)
		pass_core(&p, ATTN_SWA, &g);
	take_op(r, &g, &p, "core");
}

/* What an elementwise kernel reads and writes. */
static void read_stream(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);
	double bytes = number(r, "bytes", 0);

	if (!r->failed)
		graph_stream(&g, "stream", STAGE_ATTN0, bytes);
	take_op(r, &g, &p, "stream");
}

static void read_moe(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);
	double slots = number(r, "slots", 0), rows = number(r, "rows", 0);

	format(r);
	r->model.hidden_size = count(r, "hidden", 1);
	r->model.moe_intermediate_size = count(r, "inter", 1);
	r->trial->hot = maybe(r, "hot", 0);
	r->trial->hot_rows = maybe(r, "hot_rows", 0);
	on.layout.storage.weights = kept_all(FORMAT_BF16, r->format);
	p.load.touched = slots + r->trial->hot;
	p.load.rows = slots * rows + r->trial->hot * r->trial->hot_rows;
	if (!r->failed)
		pass_moe(&p, &g);
	take_op(r, &g, &p, "experts");
	trial_pad(r->trial, 1);
}

/* Uniform routing, experts whole: slots that at least one of a row's hits. */
static void fused_load(struct reading *r, const struct layout *l,
		       struct pass *p)
{
	double experts = r->model.n_routed_experts;
	double one = r->model.num_experts_per_tok / experts;

	pass_exactly(p, number(r, "tokens", 1));
	p->load.rows = p->sent_tok * r->model.num_experts_per_tok;
	p->load.touched = -experts / l->ep *
		expm1(p->sent_tok * l->gpus * log1p(-one));
}

static void read_fused(struct reading *r)
{
	struct graph g = graph_of(r);
	struct deployment on;
	struct pass p = pass_of(&on, r);
	struct layout *l = &on.layout;

	format(r);
	r->model.hidden_size = count(r, "hidden", 1);
	r->model.moe_intermediate_size = count(r, "inter", 1);
	r->model.num_experts_per_tok = count(r, "topk", 1);
	r->model.n_routed_experts = count(r, "experts", 1);
	r->model.n_group = r->model.topk_group = 1;
	l->gpus = l->dp = l->ep = count(r, "ranks", 2);
	if (r->failed)
		return;
	l->exchange = EXCHANGE_FUSED;
	l->storage.weights = kept_all(FORMAT_BF16, r->format);
	layout_spread(l, &r->model, r->trial->gpu);
	fused_load(r, l, &p);
	if (!r->failed)
		pass_moe(&p, &g);
	take_op(r, &g, &p, "experts");
	trial_pad(r->trial, 1);
}

static void read_allreduce(struct reading *r)
{
	struct op *op = &r->trial->op;

	op->ranks = count(r, "ranks", 2);
	op->payload_B = number(r, "bytes", 1);
}

/* As ffn.c has it, within one domain. */
static void read_gather(struct reading *r)
{
	struct op *op = &r->trial->op;

	read_allreduce(r);
	if (!r->failed)
		op->nvlink_B = op->payload_B / op->ranks * (op->ranks - 1);
}

/* pair or rank */
static enum exchange exchange(struct reading *r)
{
	const char *name = word(r, "exchange");

	for (int i = EXCHANGE_PAIR; i < EXCHANGE_FUSED; i++)
		if (!strcmp(name, exchange_name((enum exchange)i)))
			return (enum exchange)i;
	if (r->failed)
		return EXCHANGE_NONE;
	fault_row(r, "exchange");
	fault_what(r->why, "\"%s\" carries no tokens", name);
	fault_remedy(r->why, "write pair, rank, node_out or node");
	return EXCHANGE_NONE;
}

/*
 * A row travels as bf16, as DeepEP's fp8 with its scales and header, or in
 * a 4-bit format with that format's scales: bf16 scaled down.
 */
static double row_format(const struct reading *r, struct stack *s)
{
	s->dispatch_B = r->format == FORMAT_FP8 ? 1 : 2;
	if (r->format == FORMAT_FP8)
		return 1;
	s->row_header_B = 0;
	return format_bytes(r->format) / 2;
}

static void read_carry(struct reading *r)
{
	struct stack stack = *r->ask->stack;
	struct deployment on = { { .gpu = r->trial->gpu, .stack = &stack },
		&r->model,
		{ .gpus = count(r, "ranks", 2), .pp = 1, .tp = 1, .dcp = 1,
		  .moe_tp = 1 } };
	struct layout *l = &on.layout;
	struct exchange_spec a = { .on = &on,
				  .tok = number(r, "tokens", 1) };
	struct op *op = &r->trial->op;
	double scale;

	format(r);
	scale = row_format(r, &stack);
	l->exchange = exchange(r);
	r->model.hidden_size = count(r, "hidden", 1);
	r->model.num_experts_per_tok = count(r, "topk", 1);
	r->model.n_routed_experts = count(r, "experts", 1);
	r->model.n_group = r->model.topk_group = 1;
	if (r->failed)
		return;
	l->dp = l->ep = l->gpus;
	layout_spread(l, &r->model, r->trial->gpu);
	exchange_fill(op, &a);
	op->nvlink_B *= scale;
	op->rdma_B *= scale;
}

static const struct kind {
	const char *name;
	enum op_kind op;
	void (*read)(struct reading *);
} kinds[] = {
	{ "gemm", OP_KERNEL, read_gemm },
	{ "bmm", OP_KERNEL, read_gemm },
	{ "stream", OP_KERNEL, read_stream },
	{ "mla", OP_KERNEL, read_mla },
	{ "sparse", OP_KERNEL, read_sparse },
	{ "moe", OP_KERNEL, read_moe },
	{ "fused", OP_KERNEL, read_fused },
	{ "allreduce", OP_ALLREDUCE, read_allreduce },
	{ "gather", OP_GATHER, read_gather },
	{ "scatter", OP_SCATTER, read_gather },
	{ "dispatch", OP_DISPATCH, read_carry },
	{ "combine", OP_COMBINE, read_carry },
};

enum { KINDS = (int)(sizeof(kinds) / sizeof(kinds[0])) };

/* ---- any row ---- */

static const struct kind *kind(struct reading *r)
{
	const char *name = word(r, "op"), *list[KINDS], *near;

	for (int i = 0; i < KINDS; i++) {
		list[i] = kinds[i].name;
		if (!strcmp(name, kinds[i].name))
			return &kinds[i];
	}
	if (r->failed)
		return NULL;
	near = near_word(name, list, KINDS);
	fault_row(r, "op");
	fault_what(r->why, "\"%s\" is no op", name);
	fault_remedy(r->why, "%s%s", near ? "did you mean " : "write gemm "
		     "bmm stream mla sparse moe fused allreduce gather scatter "
		     "dispatch or combine", near ? near : "");
	return NULL;
}

static void read_gpu(struct reading *r)
{
	struct fault why;

	r->trial->gpu = shelf_gpu(r->ask->shelf, word(r, "hw"), &why);
	if (r->trial->gpu)
		return;
	fault_row(r, "hw");
	fault_what(r->why, "%s", why.what);
	fault_remedy(r->why, "%s", why.remedy);
}

static void read_time(struct reading *r)
{
	double x, factor = 1;
	enum dim dim;

	if (r->failed)
		return;
	if (units_parse(word(r, "unit"), &dim, &factor) || dim != DIM_S) {
		fault_row(r, "unit");
		fault_what(r->why, "\"%s\" is no unit of time",
			   word(r, "unit"));
		fault_remedy(r->why, "write us, ms or s");
		return;
	}
	x = table_number(r->ask->table, r->row,
			 table_column(r->ask->table, "time"));
	if (isfinite(x) && x > 0) {
		r->trial->s = x * factor;
		return;
	}
	fault_row(r, "time");
	fault_what(r->why, "time is \"%s\"", word(r, "time"));
	fault_remedy(r->why, "write a number above 0");
}

/* A GPU without such tensor cores did not run this kernel. */
static void check_math(struct reading *r)
{
	const struct trial *t = r->trial;

	if (r->failed || !(t->op.flop > 0) ||
	    t->gpu->flops[t->op.math] > 0)
		return;
	fault_row(r, "hw");
	fault_what(r->why, "%s has no %s rate", t->gpu->name,
		   math_name(t->op.math));
	fault_remedy(r->why, "name the GPU that was measured");
}

bool trial_about(const struct table *t, int row, const char *kernel)
{
	const char *p = table_cell(t, row, "kernel");
	size_t len = strlen(kernel);

	assert(row >= 0 && row < t->rows);
	for (; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == len && !strncmp(p, kernel, len))
			return true;
	return false;
}

int trial_read(struct trial *trial, const struct trial_spec *ask, int row,
	       struct fault *why)
{
	struct reading r = { .ask = ask, .row = row, .trial = trial,
			     .model = *ask->model, .why = why };
	const struct kind *k;

	assert(trial && ask && row >= 0);
	memset(trial, 0, sizeof(*trial));
	trial->row = row;
	read_gpu(&r);
	read_time(&r);
	trial->weight = maybe(&r, "weight", 1);
	k = kind(&r);
	if (r.failed || !k)
		return -1;
	trial->op.kind = k->op;
	trial->op.count = 1;
	k->read(&r);
	check_math(&r);
	return r.failed ? -1 : 0;
}

static double pad_up(double rows, double pad)
{
	return ceil(rows / pad) * pad;
}

void trial_pad(struct trial *t, double pad)
{
	struct load l = t->op.load;
	double rows = l.rows - t->hot * t->hot_rows;
	double slots = l.touched - t->hot;

	assert(pad >= 1);
	if (t->op.stage != STAGE_EXPERTS)
		return;
	l.padded = t->hot * pad_up(t->hot_rows, pad);
	if (slots > 0)
		l.padded += slots * pad_up(rows / slots, pad);
	op_set_load(&t->op, &l);
}
