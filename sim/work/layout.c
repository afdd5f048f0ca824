#include "work/layout.h"

#include <assert.h>

#include <string.h>

#include "work/exchange.h"

enum { BOARD_GPUS = 8 /* size: GPUs of one board; more is a rack */ };

/* "native, bf16, fp8, ... or nvfp4" */
static int weights_unknown(const struct deployment_spec *spec,
			   struct fault *why)
{
	struct text list = TEXT_INIT;
	const char *name;

	for (int i = 0; (name = model_weights(spec->model, i)); i++)
		text_addf(&list, model_weights(spec->model, i + 1) ?
			  ", %s" : " or %s", name);
	fault_about(why, "weights");
	fault_what(why, "weights is \"%s\"", spec->weights);
	fault_remedy(why, "write native%s", list.buf);
	text_release(&list);
	return -1;
}

/*
 * V2, V3 and K2 cache in bf16 unless told otherwise, or made for fp8; DSA and
 * V4 in fp8 (DSA not in every stack), V4's index keys in fp4 where the tensor
 * cores have it (models without an indexer have none).
 */
static int kv_make(struct storage *s, const struct deployment_spec *spec,
		   struct fault *why)
{
	bool fp4 = spec->gpu->flops[MATH_FP4] > 0;
	bool wide = spec->model->family == FAMILY_MLA ||
		    (spec->model->family == FAMILY_DSA && !fp4 &&
		     spec->stack->kv_dsa_bf16 > 0);

	s->kv = wide && !spec->model->kv_fp8 ? FORMAT_BF16 : FORMAT_FP8;
	if (format_same(spec->kv, "fp8")) {
		s->kv = FORMAT_FP8;
	} else if (format_same(spec->kv, "bf16")) {
		s->kv = FORMAT_BF16;
	} else if (!format_same(spec->kv, "native")) {
		fault_about(why, "kv");
		fault_what(why, "kv is \"%s\"", spec->kv);
		return fault_remedy(why, "write native, bf16 or fp8");
	}
	s->form = attention_form(spec->model, s->kv, fp4);
	s->keys = MATH_FP8;
	if (spec->model->family == FAMILY_V4)
		s->keys = s->kv == FORMAT_BF16 ? MATH_BF16 :
			fp4 ? MATH_FP4 : MATH_FP8;
	return 0;
}

static int storage_make(struct storage *s, const struct deployment_spec *spec,
			struct fault *why)
{
	*s = (struct storage){ .kv = FORMAT_BF16, .keys = MATH_FP8 };
	if (model_stored(spec->model, spec->weights, &s->weights))
		return weights_unknown(spec, why);
	return kv_make(s, spec, why);
}

struct whole {
	int nr;
	const char *name;
};

static int divides(int part, const char *name, struct whole of,
		   struct fault *why)
{
	if (part >= 1 && of.nr % part == 0)
		return 0;
	fault_about(why, name);
	fault_what(why, "%s = %d does not divide %s = %d", name, part,
		   of.name, of.nr);
	return fault_remedy(why, "choose %s among the divisors of %d", name,
			    of.nr);
}

int layout_gpus(const struct layout *l)
{
	return l->gpus * l->pp;
}

int layout_stage_layers(const struct layout *l, const struct model *m)
{
	assert(l->pp >= 1);
	return (m->num_hidden_layers + l->pp - 1) / l->pp;
}

/* Stages of equal GPUs, each with a layer at least. */
static int stages_make(struct layout *l, const struct deployment_spec *spec,
		       struct fault *why)
{
	int layers = spec->model->num_hidden_layers;

	l->pp = spec->pp > 0 ? spec->pp : 1;
	l->dcp = spec->dcp > 0 ? spec->dcp : 1;
	if (divides(l->pp, "pp", (struct whole){ spec->gpus, "gpus" }, why))
		return -1;
	l->gpus = spec->gpus / l->pp;
	if (l->pp <= layers)
		return 0;
	fault_about(why, "pp");
	fault_what(why, "pp = %d is more than the %d layers of %s", l->pp,
		   layers, spec->model->name);
	return fault_remedy(why, "choose a pp up to %d", layers);
}

enum layout_class deployment_class(const struct deployment *d)
{
	const struct layout *l = &d->layout;

	if (l->dp == 1 && l->nodes > 1)
		return CLASS_TP_NET;
	if (l->dp == 1)
		return l->ep > 1 ? CLASS_TP_EP : CLASS_TP;
	if (l->nodes > 1)
		return CLASS_NET;
	return d->machine.gpu->nvlink_gpus > BOARD_GPUS ? CLASS_RACK :
		CLASS_NODE;
}

void deployment_batch(struct deployment *d, double seqs)
{
	const struct bend *own = &d->machine.stack->own[deployment_class(d)];

	assert(seqs > 0);
	d->machine.own = own->nr ? bend_at(own, seqs) - 1 : 0;
}

/* Experts' kernels that exchange by themselves, by weight format. */
static enum role fused_role(enum format f)
{
	if (f == FORMAT_FP8)
		return ROLE_FUSED_FP8;
	if (f == FORMAT_NVFP4)
		return ROLE_FUSED_NVFP4;
	return f == FORMAT_MXFP4 ? ROLE_FUSED_MXFP4 : ROLE_NR;
}

static bool has_fused(const struct stack *s, enum format f)
{
	enum role role = fused_role(f);

	return role < ROLE_NR && s->law[role].kernel;
}

/*
 * They write into their peers' memory, which NVLink alone reaches, and hold
 * whole experts; those of drafts, which may be stored wider, too.
 */
static bool fuses(const struct layout *l, const struct deployment_spec *spec)
{
	return l->nodes == 1 && l->moe_tp == 1 &&
	       has_fused(spec->stack, layout_format(l, MODULE_EXPERTS)) &&
	       (l->drafts == 0 || has_fused(spec->stack, kept_in(
		&l->storage.weights, SITE_MTP, MODULE_EXPERTS)));
}

enum scope layout_scope(const struct layout *l, const struct gpu *gpu)
{
	assert(l->nodes >= 1);
	if (l->nodes > 1)
		return SCOPE_NET;
	return gpu->nvlink_gpus > BOARD_GPUS ? SCOPE_RACK : SCOPE_NODE;
}

static enum exchange exchange_of(const struct layout *l,
				 const struct deployment_spec *spec)
{
	if (l->dp == 1)		/* all have all tokens: sums are enough */
		return l->ep > 1 && spec->stack->group_fused > 0 &&
		       fuses(l, spec) ? EXCHANGE_FUSED : EXCHANGE_NONE;
	if (l->ep == 1)
		return EXCHANGE_GATHER;
	if (fuses(l, spec))
		return EXCHANGE_FUSED;
	return spec->stack->exchange[layout_scope(l, spec->gpu)];
}

void layout_spread(struct layout *l, const struct model *m,
		   const struct gpu *g)
{
	int unit = l->tp <= g->nvlink_gpus ? l->tp : 1;
	int units = l->gpus / unit, room = g->nvlink_gpus / unit;

	l->nodes = (units + room - 1) / room;
	l->domain = (units + l->nodes - 1) / l->nodes * unit;
	l->domain_least = units / l->nodes * unit;
	if (g->filled && l->nodes > 1) {
		l->domain = room * unit;
		l->domain_least = l->gpus - (l->nodes - 1) * l->domain;
	}
	assert(l->domain_least >= 1 && l->domain_least <= l->domain &&
	       l->domain <= g->nvlink_gpus);
	l->ranks_hit = exchange_ranks_hit(m, l->ep, true);
	l->nodes_hit = l->ep < l->nodes ?
		l->ranks_hit * l->nodes / l->ep :
		exchange_ranks_hit(m, l->nodes, true);
}

/*
 * Attention's groups have it whole; but where all tokens are gathered, a stack
 * may have every GPU compute its part for all of them.
 */
static int shared_tp(const struct layout *l, const struct stack *s)
{
	if (l->dp == 1)
		return l->own ? 1 : l->tp;
	return l->exchange == EXCHANGE_GATHER && s->shared_gathered > 0 ?
		l->gpus : 1;
}

static int layout_make(struct layout *l, const struct deployment_spec *spec,
		       struct fault *why)
{
	const struct model *m = spec->model;
	struct whole stage;

	*l = (struct layout){ .tp = spec->tp, .ep = spec->ep,
		.redundant = spec->redundant, .drafts = spec->mtp };
	if (stages_make(l, spec, why))
		return -1;
	stage = (struct whole){ l->gpus, l->pp > 1 ? "gpus / pp" : "gpus" };
	if (divides(l->tp, "tp", stage, why) ||
	    divides(l->ep, "ep", stage, why) ||
	    divides(l->dcp, "dcp", (struct whole){ l->tp, "tp" }, why))
		return -1;
	l->dp = l->gpus / l->tp;
	l->moe_tp = l->gpus / l->ep;
	if (m->num_attention_heads % l->tp) {
		fault_about(why, "tp");
		fault_what(why, "tp = %d does not divide the %d heads of %s",
			   l->tp, m->num_attention_heads, m->name);
		return fault_remedy(why, "choose a tp that does");
	}
	if (m->o_groups % l->tp) {	/* 0 when it has none */
		fault_about(why, "tp");
		fault_what(why, "tp = %d does not divide the %d output groups "
			   "of %s", l->tp, m->o_groups, m->name);
		return fault_remedy(why, "choose a tp that does");
	}
	if (m->moe_intermediate_size % l->moe_tp) {
		fault_about(why, "ep");
		fault_what(why, "gpus / ep = %d does not divide the experts' "
			   "inner size %d", l->moe_tp,
			   m->moe_intermediate_size);
		return fault_remedy(why, "choose a larger ep");
	}
	l->slots_rank = (m->n_routed_experts + l->redundant + l->ep - 1) /
			l->ep;
	l->slots = l->slots_rank * l->ep;
	assert(l->slots >= m->n_routed_experts + l->redundant &&
	       l->dp * l->tp == l->gpus && l->ep * l->moe_tp == l->gpus);
	layout_spread(l, m, spec->gpu);
	if (storage_make(&l->storage, spec, why))
		return -1;
	l->exchange = exchange_of(l, spec);
	l->own = l->dp == 1 && l->exchange == EXCHANGE_FUSED &&
		 spec->stack->group_own > 0 && !m->first_k_dense_replace;
	l->copies = l->dp == 1 && l->exchange == EXCHANGE_FUSED && !l->own ?
		l->tp : 1;
	l->shared_tp = shared_tp(l, spec->stack);
	l->shared_parts = l->dp == 1 && spec->stack->shared_whole > 0 ? 1 :
		l->shared_tp;
	return 0;
}

int deployment_make(struct deployment *d, const struct deployment_spec *spec,
		    struct fault *why)
{
	*d = (struct deployment){ .model = spec->model,
		.machine = { .gpu = spec->gpu, .stack = spec->stack } };
	return layout_make(&d->layout, spec, why);
}

enum format layout_format(const struct layout *l, enum module m)
{
	return kept_in(&l->storage.weights, SITE_MOE, m);
}

/*
 * How a format is multiplied. Integers without zero points and with them
 * are read by the same kernels.
 */
static const struct {
	enum role gemm, whole, masked;
} roles[FORMAT_NR] = {
	[FORMAT_BF16] = { ROLE_GEMM_BF16, ROLE_MOE_BF16, ROLE_MASKED_BF16 },
	[FORMAT_FP32] = { ROLE_GEMM_BF16, ROLE_MOE_BF16, ROLE_MASKED_BF16 },
	[FORMAT_FP8] = { ROLE_GEMM_FP8, ROLE_MOE_FP8, ROLE_MASKED_FP8 },
	[FORMAT_FP8_CHANNEL] = { ROLE_GEMM_FP8, ROLE_MOE_FP8,
				 ROLE_MASKED_FP8 },
	[FORMAT_MXFP8] = { ROLE_GEMM_FP8, ROLE_MOE_FP8, ROLE_MASKED_FP8 },
	[FORMAT_NVFP4] = { ROLE_GEMM_NVFP4, ROLE_MOE_NVFP4,
			   ROLE_MASKED_NVFP4 },
	[FORMAT_MXFP4] = { ROLE_GEMM_MXFP4, ROLE_MOE_MXFP4,
			   ROLE_MASKED_MXFP4 },
	[FORMAT_INT4] = { ROLE_GEMM_INT4, ROLE_MOE_INT4, ROLE_MASKED_INT4 },
	[FORMAT_INT4_64] = { ROLE_GEMM_INT4, ROLE_MOE_INT4,
			     ROLE_MASKED_INT4 },
	[FORMAT_INT4_128] = { ROLE_GEMM_INT4, ROLE_MOE_INT4,
			      ROLE_MASKED_INT4 },
	[FORMAT_INT4Z_32] = { ROLE_GEMM_INT4, ROLE_MOE_INT4,
			      ROLE_MASKED_INT4 },
	[FORMAT_INT4Z_64] = { ROLE_GEMM_INT4, ROLE_MOE_INT4,
			      ROLE_MASKED_INT4 },
	[FORMAT_INT4Z_128] = { ROLE_GEMM_INT4, ROLE_MOE_INT4,
			       ROLE_MASKED_INT4 },
	[FORMAT_W4AFP8] = { ROLE_GEMM_INT4, ROLE_MOE_W4AFP8,
			    ROLE_MASKED_W4AFP8 },
	[FORMAT_INT8] = { ROLE_GEMM_INT8, ROLE_MOE_INT8, ROLE_MASKED_INT8 },
	[FORMAT_INT8_BLOCK] = { ROLE_GEMM_INT8, ROLE_MOE_INT8,
				ROLE_MASKED_INT8 },
};

/* As it is stored, unless a stack's kernels do otherwise. */
static enum math stored_math(enum format f)
{
	switch (f) {
	case FORMAT_FP8:
	case FORMAT_FP8_CHANNEL:
	case FORMAT_MXFP8:
		return MATH_FP8;
	case FORMAT_INT8:
	case FORMAT_INT8_BLOCK:
		return MATH_INT8;
	case FORMAT_NVFP4:
		return MATH_FP4;
	default:		/* 4 bits are widened to bf16: Marlin */
		return MATH_BF16;
	}
}

/* Nothing widens INT8, whose activations are INT8 too. */
enum math layout_math(const struct machine *m, enum format f)
{
	enum math math = m->stack->math[f] < MATH_NR ? m->stack->math[f] :
			 stored_math(f);

	return math == MATH_INT8 || m->gpu->flops[math] > 0 ? math :
		MATH_BF16;
}

enum role layout_gemm_role(enum format f)
{
	assert(f >= 0 && f < FORMAT_NR);
	return roles[f].gemm;
}

enum role layout_moe_role(const struct layout *l, enum format f)
{
	if (l->exchange == EXCHANGE_FUSED)
		return fused_role(f);
	return layout_masked(l) ? roles[f].masked : roles[f].whole;
}

bool layout_masked(const struct layout *l)
{
	return l->exchange == EXCHANGE_PAIR ||
	       l->exchange == EXCHANGE_NODE_OUT ||
	       l->exchange == EXCHANGE_NODE;
}

enum role layout_experts_role(const struct layout *l)
{
	return layout_moe_role(l, layout_format(l, MODULE_EXPERTS));
}
