#include "ask/derived.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define NR(list) ((int)(sizeof(list) / sizeof((list)[0])))

struct line {
	const char *key;
	double value;		/* base unit */
	const char *unit;
	const char *source;
};

/* The units that units.h knows, and two that only this file makes. */
static enum dim dim_of(const char *unit)
{
	enum dim dim;
	double factor;

	if (!units_parse(unit, &dim, &factor))
		return dim;
	return strcmp(unit, "FLOP") ? DIM_RATIO : DIM_COUNT;
}

/* Whole numbers in full, times and ratios to six digits. */
static char *plainly(const struct line *l)
{
	char text[64];	/* size: a double's digits in full */
	enum dim dim = dim_of(l->unit);

	if (dim == DIM_S)
		snprintf(text, sizeof(text), "%.6g", units_ms(l->value));
	else
		snprintf(text, sizeof(text), dim == DIM_RATIO ? "%.6g" :
			 "%.0f", l->value);
	return mem_copy(text);
}

static struct fact *add(struct facts *out, const struct line *l,
			enum origin origin)
{
	struct fact *f = facts_add(out);

	f->key = mem_copy(l->key);
	f->text = plainly(l);
	f->value = l->value;
	f->dim = dim_of(l->unit);
	snprintf(f->unit, sizeof(f->unit), "%s", l->unit);
	f->origin = origin;
	f->source = mem_copy(l->source);
	f->note = mem_copy("");
	return f;
}

void derived_gpu(const struct gpu *g, struct facts *out)
{
	static const char *const ridge[MATH_NR][2] = {
		[MATH_BF16] = { "ridge_bf16", "bf16 peak / HBM bandwidth" },
		[MATH_FP8] = { "ridge_fp8", "fp8 peak / HBM bandwidth" },
		[MATH_FP4] = { "ridge_fp4", "fp4 peak / HBM bandwidth" },
	};
	const struct line sweep = { "hbm_sweep", g->hbm_B / g->hbm_Bps, "ms",
		"HBM capacity / HBM bandwidth" };

	for (int i = 0; i < MATH_NR; i++)
		if (g->flops[i] > 0)
			add(out, &(struct line){ ridge[i][0],
				g->flops[i] / g->hbm_Bps, "FLOP/B",
				ridge[i][1] }, ORIGIN_DERIVED);
	add(out, &sweep, ORIGIN_DERIVED);
}

/* One latent and one rotary key a layer, in bf16, whatever the heads. */
static double kv_token_B(const struct model *m)
{
	return m->num_hidden_layers * format_bytes(FORMAT_BF16) *
	       (m->kv_lora_rank + m->qk_rope_head_dim);
}

static void add_all(struct facts *out, const struct line *line, int nr)
{
	for (int i = 0; i < nr; i++)
		add(out, &line[i], ORIGIN_DERIVED);
}

static void add_params(const struct model *m, struct facts *out)
{
	const struct line line[] = {
		{ "params_total", model_params(m), "params",
		  "embedding + layers x (attention + FFN or gate, shared and "
		  "all routed experts) + norms + head; without MTP" },
		{ "params_active", model_params_active(m, true), "params",
		  "params_total, num_experts_per_tok routed experts a layer" },
		{ "params_active_no_embedding", model_params_active(m, false),
		  "params", "params_active without the input embedding" },
		{ "params_mtp", m->num_nextn_predict_layers *
		  model_params_mtp(m), "params",
		  "num_nextn_predict_layers x (MoE layer + 2 hidden_size x "
		  "hidden_size projection + 3 norms); on top of params_total" },
		{ "checkpoint_bytes", model_checkpoint_B(m), "B",
		  "every parameter in the format it is stored in, scales and "
		  "MTP included" },
	};

	add_all(out, line, NR(line));
}

void derived_model(const struct model *m, struct facts *out)
{
	static const char formula[] = "2 x (active matrices without the input "
		"embedding) + 2 x layers x heads x context x (2 kv_lora_rank "
		"+ qk_rope_head_dim): absorbed MLA";
	const struct line line[] = {
		{ "kv_bytes_per_token", kv_token_B(m), "B",
		  "layers x (kv_lora_rank + qk_rope_head_dim) x 2 B (bf16)" },
		{ "flop_per_token_4096",
		  model_flop_per_token(m, 4096),	/* size: context */
		  "FLOP", formula },
		{ "flop_per_token_32768",
		  model_flop_per_token(m, 32768),	/* size: context */
		  "FLOP", formula },
		{ "flop_per_token_131072",
		  model_flop_per_token(m, 131072),	/* size: context */
		  "FLOP", formula },
	};

	add_params(m, out);
	add_all(out, line, NR(line));
}

static void add_word(struct facts *out, const char *key, const char *word,
		     const char *path)
{
	struct fact *f = facts_add(out);

	f->key = mem_copy(key);
	f->text = mem_copy(word);
	f->dim = DIM_NAME;
	snprintf(f->unit, sizeof(f->unit), "%s", units_base(DIM_NAME));
	f->origin = ORIGIN_SPEC;
	f->source = mem_copy(path);
	f->note = mem_copy("");
}

#define FIELD(name) { #name, m->name }

void derived_config(const struct model *m, const char *path,
		    struct facts *out)
{
	const struct { const char *key; double value; } field[] = {
		FIELD(hidden_size), FIELD(num_hidden_layers),
		FIELD(first_k_dense_replace), FIELD(intermediate_size),
		FIELD(moe_intermediate_size), FIELD(num_attention_heads),
		FIELD(q_lora_rank), FIELD(kv_lora_rank),
		FIELD(qk_nope_head_dim), FIELD(qk_rope_head_dim),
		FIELD(v_head_dim), FIELD(n_routed_experts),
		FIELD(num_experts_per_tok), FIELD(n_shared_experts),
		FIELD(n_group), FIELD(topk_group),
		FIELD(num_nextn_predict_layers), FIELD(vocab_size),
		FIELD(max_position_embeddings), FIELD(tie_word_embeddings),
	};

	for (int i = 0; i < NR(field); i++)
		add(out, &(struct line){ field[i].key, field[i].value,
					 "count", path }, ORIGIN_SPEC);
	add_word(out, "format.linear", format_name(m->linear), path);
	add_word(out, "format.experts", format_name(m->experts), path);
}
