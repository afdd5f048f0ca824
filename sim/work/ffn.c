#include <assert.h>
#include <math.h>

#include "work/exchange.h"
#include "work/pass.h"

/* Under attention TP alone, FFNs are split like attention is. */
static double ffn_tp(const struct pass *p)
{
	return p->on->layout.dp == 1 ? p->on->layout.tp : 1;
}

struct swiglu {
	const char *up, *act, *down;
	enum stage stage;
	enum row_kind rows;
	enum format format;
	double inner;
	bool beside;
};

/* up and gate in one GEMM, SwiGLU (two in, one out), down. */
static void swiglu(const struct pass *p, struct graph *g,
		   const struct swiglu *s)
{
	double h = p->on->model->hidden_size;

	graph_gemm(g, s->up, s->stage, &(struct gemm){ s->rows, 1,
		2 * s->inner, h, 1, s->format });
	graph_stream(g, s->act, s->stage,
		     s->inner * 3 * BF16_B);	/* math: 2 in, 1 out */
	graph_gemm(g, s->down, s->stage, &(struct gemm){ s->rows, 1, h,
		s->inner, 1, s->format });
	for (int i = 1; i <= 3; i++)	/* math: those three */
		g->row[g->ops - i].rows = s->rows;
	if (s->beside)
		graph_beside(g, 3, INFINITY);	/* math: those three */
}

/* Residual in and out, normed row out. */
static void norm(const struct pass *p, struct graph *g, enum stage stage)
{
	double h = p->on->model->hidden_size;

	graph_stream(g, "post_norm", stage,
		     h * 3 * BF16_B);	/* math: those three */
}

void pass_dense(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	int ranks = p->on->layout.dp == 1 ? p->on->layout.tp : 1;

	norm(p, g, STAGE_FFN);
	swiglu(p, g, &(struct swiglu){ "dense_up", "dense_act", "dense_down",
		STAGE_FFN, ROWS_TOK, pass_format(p, MODULE_DENSE),
		m->intermediate_size / ffn_tp(p), false });
	graph_allreduce(g, p, STAGE_FFN_SUM, ranks);
}

static void gate(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double experts = m->n_routed_experts;

	pass_mix(p, g, STAGE_GATE);
	norm(p, g, STAGE_GATE);
	graph_gemm(g, "gate", STAGE_GATE,
		   &(struct gemm){ ROWS_TOK, 1, experts, m->hidden_size, 1,
				   FORMAT_BF16 });
	graph_stream(g, "topk", STAGE_GATE, experts * FP32_B);
	g->op[g->ops - 1].count = 2;
}

/*
 * A fused kernel pulls a row a pair and writes a sum a pair back; both go
 * through this GPU's port. A mean rank takes in as many rows as it sends.
 */
static void fused(const struct pass *p, struct op *op)
{
	const struct layout *l = &p->on->layout;
	const struct model *m = p->on->model;
	struct exchange_spec spec = { p->on, 1, p->chunk };
	double out = exchange_dispatch_row_B(m, p->on->machine.stack);
	double back = exchange_combine_row_B(m);

	op->row_nvlink_B = (out + back) * (l->gpus - 1) / l->gpus;
	op->nvlink_least_B = exchange_fewest_B(&spec, OP_DISPATCH) +
			     exchange_fewest_B(&spec, OP_COMBINE);
}

/*
 * 6 h I FLOPs and 3 h I weights an expert; a row moves h in (a byte when
 * quantised), 3 I between the GEMMs and h out: DeepGEMM test_mega_moe.
 */
static void experts(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	const struct layout *l = &p->on->layout;
	enum format f = pass_format(p, MODULE_EXPERTS);
	double h = m->hidden_size;
	double inner = (double)m->moe_intermediate_size / l->moe_tp;
	enum math math = layout_math(&p->on->machine, f);
	double in_B = math == MATH_BF16 ? 2 : 1;
	struct op *op = graph_op(g, "experts", STAGE_EXPERTS, ROWS_LOAD);

	op->role = layout_moe_role(l, f);
	op->math = math;
	if (l->exchange == EXCHANGE_FUSED)
		fused(p, op);
	op->n = inner;
	op->k = h;
	op->flop_row = 2 * model_expert_params(m) / l->moe_tp;
	op->expert_B = model_expert_params(m) / l->moe_tp * format_bytes(f);
	op->row_act_B = h * in_B + inner * (2 * BF16_B + 2 * in_B) +
			h * BF16_B;
}

static void carry(const struct pass *p, struct graph *g, enum op_kind kind)
{
	bool out = kind == OP_DISPATCH;
	struct op *op = graph_op(g, out ? "dispatch" : "combine",
				 out ? STAGE_DISPATCH : STAGE_COMBINE,
				 ROWS_ROUTED);

	op->kind = kind;
	exchange_fill(op, &(struct exchange_spec){ p->on, 1, p->chunk });
}

/*
 * Everyone's rows to everyone and partial sums back: each GPU's share goes to
 * every other GPU, over the NIC where the peer is beyond the domain. NCCL
 * rings cross each node boundary once a GPU, so RDMA carries a copy a node.
 */
static void gather(const struct pass *p, struct graph *g, enum op_kind kind)
{
	const struct layout *l = &p->on->layout;
	bool out = kind == OP_GATHER;
	struct op *op = graph_op(g, out ? "allgather" : "reduce_scatter",
				 out ? STAGE_DISPATCH : STAGE_COMBINE,
				 ROWS_SENT);
	double share = p->on->model->hidden_size * BF16_B;

	op->kind = kind;
	op->ranks = l->gpus;
	op->payload_B = share * l->gpus;
	op->nvlink_B = share * (l->domain - 1) * l->nodes;
	op->rdma_B = share * (l->nodes - 1);
	op->messages = l->gpus - 1;
	op->sms = p->on->machine.stack->gather_sms;
	op->nodes = l->nodes;
	exchange_least(op, &(struct exchange_spec){ p->on, 1, p->chunk });
}

static void meet(struct graph *g, bool out)
{
	graph_op(g, out ? "arrive" : "leave", out ? STAGE_DISPATCH :
		 STAGE_COMBINE, ROWS_TOK)->kind = OP_MEETING;
}

static void exchange(const struct pass *p, struct graph *g, bool out)
{
	switch (p->on->layout.exchange) {
	case EXCHANGE_GATHER:
		gather(p, g, out ? OP_GATHER : OP_SCATTER);
		break;
	case EXCHANGE_PAIR:
	case EXCHANGE_RANK:
	case EXCHANGE_NODE_OUT:
	case EXCHANGE_NODE:
		carry(p, g, out ? OP_DISPATCH : OP_COMBINE);
		break;
	case EXCHANGE_FUSED:
		meet(g, out);
		break;
	default:
		break;
	}
}

/*
 * On a stream beside the fused kernel; or, where no other micro-batch hides
 * the all-to-all, beside that (single-batch overlap). An all-gather of NCCL
 * holds SMs and hides nothing.
 */
static bool shared_beside(const struct pass *p, const struct graph *g)
{
	const struct stack *s = p->on->machine.stack;
	enum exchange e = p->on->layout.exchange;

	if (e == EXCHANGE_FUSED)
		return s->shared_beside > 0;
	return e > EXCHANGE_GATHER && g->micro == 1 && s->shared_exchange > 0;
}

/* Whole, of a GPU's own tokens; or a part of it, of all that were gathered. */
static void shared(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	const struct layout *l = &p->on->layout;
	double inner = m->moe_intermediate_size * m->n_shared_experts;

	assert(l->shared_tp >= 1 && l->shared_tp <= l->gpus);
	swiglu(p, g, &(struct swiglu){ "shared_up", "shared_act",
		"shared_down", STAGE_SHARED, ROWS_SHARED,
		pass_format(p, MODULE_SHARED), inner / l->shared_parts,
		shared_beside(p, g) });
}

void pass_moe(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	const struct layout *l = &p->on->layout;

	gate(p, g);
	exchange(p, g, true);
	if (m->n_shared_experts > 0)
		shared(p, g);
	experts(p, g);
	exchange(p, g, false);
	graph_allreduce(g, p, STAGE_FFN_SUM, l->dp == 1 && !l->own ?
			l->gpus : 1);
}

static void lm_head(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;

	graph_gemm(g, "lm_head", STAGE_HEAD,
		   &(struct gemm){ ROWS_TOK, 1, m->vocab_size / ffn_tp(p),
				   m->hidden_size, 1, FORMAT_BF16 });
}

/* Logits to tokens; a time that is the stack's, not counted. */
static void sample(struct graph *g)
{
	graph_op(g, "sample", STAGE_HEAD, ROWS_TOK)->kind = OP_FIXED;
}

void pass_draft(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double h = m->hidden_size;
	enum format f = pass_format(p, MODULE_Q_A);

	if (m->hc_mult > 0) {	/* the embedding's, and every stream's */
		graph_gemm(g, "e_proj", STAGE_HEAD,
			   &(struct gemm){ ROWS_TOK, 1, h, h, 1, f });
		graph_gemm(g, "h_proj", STAGE_HEAD,
			   &(struct gemm){ ROWS_TOK, m->hc_mult, h, h, 1,
					   f });
	} else {
		graph_gemm(g, "eh_proj", STAGE_HEAD,
			   &(struct gemm){ ROWS_TOK, 1, h, 2 * h, 1,
					   FORMAT_BF16 });
	}
	lm_head(p, g);
	sample(g);
}

/*
 * Every stage of a pipeline but the last sends its rows on, V4 its streams,
 * each GPU of a group a part of them. Stages stand in the order of the GPUs:
 * whoever is the last in its NVLink domain sends over the NIC.
 */
static void send(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	const struct layout *l = &p->on->layout;
	int room = p->on->machine.gpu->nvlink_gpus;
	double streams = m->hc_mult > 0 ? m->hc_mult : 1;
	int all = l->pp - 1, far;
	struct op *op;

	if (l->pp == 1)
		return;
	far = l->gpus >= room ? all : (l->gpus * l->pp - 1) / room;
	op = graph_op(g, "send", STAGE_SEND, ROWS_SENT);
	op->kind = OP_SEND;
	op->ranks = l->pp;
	op->payload_B = streams * m->hidden_size * BF16_B / l->tp;
	op->nvlink_B = op->nvlink_least_B = (all - far) * op->payload_B;
	op->rdma_B = op->rdma_least_B = far * op->payload_B;
}

void pass_head(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double h = m->hidden_size, streams = m->hc_mult;

	graph_stream(g, "embed", STAGE_HEAD, h * 2 * BF16_B);
	if (streams > 0) {
		graph_stream(g, "mix_head", STAGE_HEAD,
			     h * (streams + 1) * BF16_B);
		g->row[g->ops - 1].fixed_B = h * streams * streams * FP32_B;
	}
	lm_head(p, g);
	sample(g);
	send(p, g);
}
