#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "say/launch.h"

static void whole(struct launch *l, const char *name, double x)
{
	char text[32];	/* size: a number */

	snprintf(text, sizeof(text), "%.0f", x);
	launch_set(l, name, text);
}

static void share(struct launch *l, const char *name, double x)
{
	char text[32];	/* size: a number */

	snprintf(text, sizeof(text), "%.3g", x);
	launch_set(l, name, text);
}

static void flag(struct launch *l, const char *name, bool is)
{
	launch_set(l, name, is ? "1" : "");
}

/* One server: its GPUs, how they are spread over hosts. p: before each word. */
static void server(struct launch *l, const char *p, const struct question *q,
		   const struct launch_host *host)
{
	const struct layout *y = &q->on.layout;
	double gpus = layout_gpus(y), hosts = ceil(gpus / host->gpus);
	char name[24];	/* size: of a word */
	const struct { const char *name; double x; } numbers[] = {
		{ "gpus", gpus }, { "tp", y->tp }, { "dp", y->dp },
		{ "ep", y->ep }, { "nodes", hosts },
		{ "dp_local", ceil(y->dp / hosts) },
		{ "host_gpus", fmin(gpus, host->gpus) } };
	const struct { const char *name; bool is; } flags[] = {
		{ "dpattn", y->dp > 1 }, { "spread", y->ep > 1 },
		{ "multi", hosts > 1 },
		{ "pair", y->exchange > EXCHANGE_GATHER },
		{ "partial", y->tp > 1 && y->dp > 1 } };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		snprintf(name, sizeof(name), "%s%s", p, numbers[i].name);
		whole(l, name, numbers[i].x);
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		snprintf(name, sizeof(name), "%s%s", p, flags[i].name);
		flag(l, name, flags[i].is);
	}
}

/* What the engine may fill, as each engine counts it. */
static void memory(struct launch *l, const struct launch_spec *a)
{
	const struct held *h = &a->choice->answer.held;
	double rest = h->budget_B - h->weights_B - h->buffer_B;

	/* SGLang: weights and KV, of all memory */
	share(l, "mem_static", (h->budget_B - h->buffer_B) / h->hbm_B);
	/* vLLM: all that it takes, of all memory */
	share(l, "mem_all", h->budget_B / h->hbm_B);
	/* TensorRT-LLM: KV, of what weights and buffers leave */
	share(l, "kv_free", fmax(0, rest) /
	      (h->hbm_B - h->weights_B - h->buffer_B));
}

/* deepseek-v4.1 on h200 is a name of Kubernetes' only with hyphens. */
static void kube(struct launch *l, const struct scenario *s)
{
	char name[2 * SCENARIO_WORD];	/* size: two words */

	snprintf(name, sizeof(name), "%.60s-%.40s", s->model, s->hw);
	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '-';
	launch_set(l, "kube", name);
}

static void names(struct launch *l, const struct launch_spec *a)
{
	const struct scenario *s = &a->choice->scenario;
	char path[2 * SCENARIO_WORD];	/* size: two words */
	bool four = strstr(s->weights, "fp4") != NULL;

	launch_set(l, "model", s->model);
	launch_set(l, "hw", s->hw);
	launch_set(l, "gpu_type", a->host.type);
	launch_set(l, "weights", s->weights);
	launch_set(l, "balance", s->balance);
	snprintf(path, sizeof(path), "/models/%.80s-%.80s", s->model,
		 s->weights);
	launch_set(l, "checkpoint", *a->checkpoint ? a->checkpoint : path);
	flag(l, "weights_other", !*a->checkpoint);
	flag(l, "fp4", four);
	launch_set(l, "precision", four ? "fp4" : "fp8");
	flag(l, "kv_fp8", !strcmp(s->kv, "fp8"));
	launch_set(l, "p_hw", a->pool ? a->pool->scenario.hw : "");
	flag(l, "mixed", a->pool && strcmp(a->pool->scenario.hw, s->hw));
	kube(l, s);
}

/* What a batch is, and the drafts. */
static void batch(struct launch *l, const struct launch_spec *a)
{
	const struct question *q = a->decode;
	const struct scenario *s = &a->choice->scenario;
	double seqs = s->batch * q->on.layout.dp;
	bool known = s->isl > 0 && s->osl > 0;

	whole(l, "batch", s->batch);
	whole(l, "micro", ceil(s->batch / q->on.layout.pp));
	whole(l, "seqs", seqs);
	whole(l, "all_seqs", seqs * a->choice->replicas);
	whole(l, "step_tok", s->batch * (s->mtp + 1));
	whole(l, "drafts", s->mtp);
	whole(l, "draft_tokens", s->mtp + 1);
	flag(l, "mtp", s->mtp > 0);
	share(l, "accepted", q->tokens_per_step);
	share(l, "sigma", q->on.model->routing_sigma);
	whole(l, "ctx", q->batch.ctx_tok);
	whole(l, "isl", known ? s->isl : 0);
	whole(l, "osl", known ? s->osl : 0);
	flag(l, "known", known);
	whole(l, "longest", known ? ceil(s->isl + s->osl) : 0);
	share(l, "hit", a->cached_share);
}

static void decode(struct launch *l, const struct launch_spec *a)
{
	const struct layout *y = &a->decode->on.layout;
	const struct choice *c = a->choice;
	double gpus = layout_gpus(y), hosts = ceil(gpus / a->host.gpus);
	const char *arch = a->decode->on.machine.gpu->arch;
	bool blackwell = !strncmp(arch, "sm10", 4);	/* size: of the word */

	server(l, "", a->decode, &a->host);
	whole(l, "node_gpus", a->host.gpus);
	whole(l, "stage_gpus", y->gpus);
	whole(l, "replicas", c->replicas);
	whole(l, "all_nodes", ceil(c->replicas * gpus / a->host.gpus));
	whole(l, "pp", y->pp);
	whole(l, "dcp", y->dcp);
	flag(l, "pp_on", y->pp > 1);
	flag(l, "dcp_on", y->dcp > 1);
	whole(l, "redundant", y->redundant);
	whole(l, "redundant_nr", y->redundant);
	whole(l, "slots", y->slots);
	flag(l, "eplb", !strcmp(c->scenario.balance, "eplb"));
	flag(l, "tbo", a->decode->two_batch);
	flag(l, "ep_part", y->ep > 1 && y->ep < y->gpus);
	flag(l, "tp_dp_hosts", y->dp > 1 && hosts > 1 &&
	     y->tp > a->host.gpus);
	flag(l, "sm100", blackwell);
	flag(l, "rack", blackwell && y->ep > a->decode->on.layout.tp &&
	     y->domain > 8);	/* size: GPUs of a board */
	launch_set(l, "blackwell_moe", strstr(c->scenario.weights, "fp4") ?
		   "TRTLLM" : "DEEPGEMM");
}

static void prefill(struct launch *l, const struct launch_spec *a)
{
	const struct question *q = a->prefill ? a->prefill : a->decode;
	double gpus = layout_gpus(&q->on.layout);
	double servers = a->pool ? ceil(a->choice->prefill_gpus / gpus) : 0;

	flag(l, "pools", a->pool != NULL);
	flag(l, "alone", a->pool == NULL);
	server(l, "p_", q, a->prefill ? &a->prefill_host : &a->host);
	whole(l, "p_replicas", servers);
	whole(l, "p_all_nodes", ceil(servers * gpus /
				     (a->prefill ? a->prefill_host.gpus :
				      a->host.gpus)));
	whole(l, "p_chunk", q->on.machine.stack->prefill_tok);
}

void launch_words(struct launch *l, const struct launch_spec *a)
{
	assert(a->host.gpus > 0 && (!a->pool == !a->prefill));
	l->nr = 0;
	names(l, a);
	decode(l, a);
	batch(l, a);
	memory(l, a);
	prefill(l, a);
}
