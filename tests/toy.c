#include "tests/toy.h"

#include <assert.h>
#include <string.h>

void toy_gpu(struct gpu *g)
{
	*g = (struct gpu){ .name = "toy", .arch = "sm90",
		.flops = { [MATH_BF16] = 100e12, [MATH_FP8] = 200e12 },
		.hbm_B = 100e9, .hbm_Bps = 1e12, .sms = 100,
		.clock_Hz = 1e9, .nvlink_Bps = 100e9, .nvlink_gpus = 8,
		.nic_Bps = 10e9, .pcie_Bps = 50e9, .host_slower = 1,
		.tdp_W = 1000 };
}

void toy_stack(struct stack *s)
{
	static const struct law law = { .kernel = "toy", .t0_s = 1e-6,
		.e_b = 1, .e_f = 1, .pad = 1 };
	static const struct wire wire = { .alpha_s = 10e-6,
		.alpha_node_s = 10e-6, .alpha_switch_s = 10e-6,
		.two_shot = 1, .e_nvlink = 1, .e_two_shot = 1, .e_switch = 1,
		.e_rdma = 1 };

	memset(s, 0, sizeof(*s));
	s->name = "toy";
	s->arch = "sm90";
	s->knows = true;
	for (int f = 0; f < FORMAT_NR; f++)
		s->math[f] = MATH_NR;
	s->math[FORMAT_MXFP4] = MATH_FP8;
	for (int r = 0; r < ROLE_NR; r++)
		s->law[r] = law;
	for (int r = ROLE_FUSED_FP8; r <= ROLE_FUSED_MXFP4; r++)
		s->law[r].kernel = NULL;
	for (int w = 0; w < WIRE_NR; w++) {
		s->wire[w] = wire;
		s->wired[w] = true;
	}
	s->overhead = s->launch = s->launch_tp = 1;
	s->overhead_prefill = s->overhead_prefill_fp8 = 1;
	s->overhead_prefill_fused = 1;
	for (int i = 0; i < FAMILY_NR; i++)
		s->eager_times[i] = s->prefill_times[i] = 1;
	s->exchange[SCOPE_NODE] = s->exchange[SCOPE_NET] = EXCHANGE_PAIR;
	s->exchange[SCOPE_RACK] = EXCHANGE_RANK;
	s->dispatch_B = 2;
	s->pack_share = 1;
	s->mem_share = 0.9;
	s->buffer_B = 1e9;
	s->exchange_tok = 100;
}

void toy_model(struct model *m)
{
	*m = (struct model){ .name = "toy", .family = FAMILY_MLA,
		.lender = "toy", .hidden_size = 1000, .num_hidden_layers = 5,
		.first_k_dense_replace = 1, .intermediate_size = 4000,
		.moe_intermediate_size = 400, .num_attention_heads = 16,
		.q_lora_rank = 200, .kv_lora_rank = 90,
		.qk_nope_head_dim = 30, .qk_rope_head_dim = 10,
		.v_head_dim = 40, .n_routed_experts = 64,
		.num_experts_per_tok = 4, .n_shared_experts = 1,
		.n_group = 1, .topk_group = 1, .num_nextn_predict_layers = 1,
		.vocab_size = 10000, .max_position_embeddings = 100000,
		.repeats = true, .kept = KEPT(FORMAT_BF16, FORMAT_BF16) };
}

void toy_v3(struct model *m)
{
	*m = (struct model){ .name = "deepseek-v3", .family = FAMILY_MLA,
		.lender = "deepseek-v3", .hidden_size = 7168,
		.num_hidden_layers = 61, .first_k_dense_replace = 3,
		.intermediate_size = 18432, .moe_intermediate_size = 2048,
		.num_attention_heads = 128, .q_lora_rank = 1536,
		.kv_lora_rank = 512, .qk_nope_head_dim = 128,
		.qk_rope_head_dim = 64, .v_head_dim = 128,
		.n_routed_experts = 256, .num_experts_per_tok = 8,
		.n_shared_experts = 1, .n_group = 8, .topk_group = 4,
		.num_nextn_predict_layers = 1, .vocab_size = 129280,
		.max_position_embeddings = 163840,
		.repeats = true, .kept = KEPT(FORMAT_FP8, FORMAT_FP8) };
}

void toy_v32(struct model *m)
{
	toy_v3(m);
	m->name = m->lender = "deepseek-v3.2";
	m->family = FAMILY_DSA;
	m->index_n_heads = 64;
	m->index_head_dim = 128;
	m->index_topk = 2048;
}

/* What Flash and Pro have in common, then pairs of CSA and HCA to the end. */
static void toy_v4(struct model *m, int layers, enum attn first)
{
	*m = (struct model){ .family = FAMILY_V4, .lender = "deepseek-v4-flash",
		.num_hidden_layers = layers, .head_dim = 512,
		.qk_rope_head_dim = 64, .o_lora_rank = 1024,
		.sliding_window = 128, .index_n_heads = 64,
		.index_head_dim = 128, .num_experts_per_tok = 6,
		.n_shared_experts = 1, .n_group = 1, .topk_group = 1,
		.num_hash_layers = 3, .num_nextn_predict_layers = 1,
		.hc_mult = 4, .vocab_size = 129280,
		.max_position_embeddings = 1048576,
		.kept = KEPT(FORMAT_FP8, FORMAT_MXFP4) };
	for (int l = 0; l <= layers; l++) {
		enum attn kind = l < 2 ? first : l == layers ? ATTN_SWA :
			l % 2 ? ATTN_HCA : ATTN_CSA;

		m->compress[l] = (unsigned char)kind;
		if (l < layers)
			m->layers_of[kind]++;
	}
}

void toy_v4_flash(struct model *m)
{
	toy_v4(m, 43, ATTN_SWA);
	m->name = "deepseek-v4-flash";
	m->hidden_size = 4096;
	m->moe_intermediate_size = 2048;
	m->num_attention_heads = 64;
	m->q_lora_rank = 1024;
	m->o_groups = 8;
	m->index_topk = 512;
	m->n_routed_experts = 256;
}

void toy_v4_pro(struct model *m)
{
	toy_v4(m, 61, ATTN_HCA);
	m->name = "deepseek-v4-pro";
	m->hidden_size = 7168;
	m->moe_intermediate_size = 3072;
	m->num_attention_heads = 128;
	m->q_lora_rank = 1536;
	m->o_groups = 16;
	m->index_topk = 1024;
	m->n_routed_experts = 384;
}

void toy_init(struct toy *t)
{
	memset(t, 0, sizeof(*t));
	toy_gpu(&t->gpu);
	toy_stack(&t->stack);
	toy_model(&t->model);
}

/* FP8 experts in one kernel with their exchange; a wave is 1 us a K loop. */
static void toy_fused(struct toy *t)
{
	t->model.kept = kept_all(FORMAT_BF16, FORMAT_FP8);
	t->stack.law[ROLE_FUSED_FP8] = (struct law){
		.kernel = "toy", .t0_s = 1e-6, .e_b = 1, .e_f = 1, .pad = 1,
		.e_nvlink = 1, .fill_s = 1.024e-6 };
}

static void toy_where(struct toy *t, const struct toy_plan *p)
{
	int gpus = p->gpus ? p->gpus : 1, pp = p->pp ? p->pp : 1;
	struct fault why;
	int rc;

	if (p->exchange == EXCHANGE_FUSED)
		toy_fused(t);
	else if (p->exchange != EXCHANGE_NONE)
		for (int r = 0; r < SCOPE_NR; r++)
			t->stack.exchange[r] = p->exchange;
	t->spec = (struct deployment_spec){ .gpu = &t->gpu, .stack = &t->stack,
		.model = &t->model, .weights = "native", .kv = "native",
		.gpus = gpus, .tp = p->tp ? p->tp : 1,
		.ep = p->ep ? p->ep : gpus / pp, .redundant = p->redundant,
		.mtp = p->mtp, .dcp = p->dcp, .pp = pp };
	rc = deployment_make(&t->on, &t->spec, &why);
	assert(rc == 0);
	(void)rc;
}

void toy_plan(struct toy *t, const struct toy_plan *p)
{
	toy_where(t, p);
	t->skew_spec = (struct skew_spec){ .balance = p->balance,
		.experts = t->model.n_routed_experts,
		.topk = t->model.num_experts_per_tok,
		.slots = t->on.layout.slots, .ranks = t->on.layout.ep,
		.sigma = p->sigma };
	skew_make(&t->skew, &t->skew_spec);
	t->ask = (struct step_spec){
		.on = &t->on, .skew = &t->skew,
		.batch = { .seqs = p->batch / (p->pp ? p->pp : 1),
			   .flight = p->pp ? p->pp : 1,
			   .ctx_tok = p->ctx_tok > 0 ? p->ctx_tok : 1000,
			   .query_tok = 1 + p->mtp,
			   .micro = p->two_batch ? 2 : 1 },
		.two_batch = p->two_batch };
}

void toy_make(struct toy *t, const struct toy_plan *p)
{
	toy_init(t);
	toy_plan(t, p);
}

const struct op *toy_op(const struct graph *g, const char *name, int nth)
{
	int i = 0;

	while (i < g->ops && (strcmp(g->op[i].name, name) || nth-- > 0))
		i++;
	assert(i < g->ops);
	return &g->op[i];
}
