#include "inside/derived.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/attention.h"

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
	struct fact *f = facts_add(out, l->key);

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
		[MATH_INT8] = { "ridge_int8", "int8 peak / HBM bandwidth" },
	};
	const struct line sweep = { "hbm_sweep", g->hbm_B / g->hbm_Bps, "ms",
		"HBM capacity / HBM bandwidth" };

	assert(g->hbm_Bps > 0 && g->nvlink_gpus >= 1);
	for (int i = 0; i < MATH_NR; i++)
		if (g->flops[i] > 0)
			add(out, &(struct line){ ridge[i][0],
				g->flops[i] / g->hbm_Bps, "FLOP/B",
				ridge[i][1] }, ORIGIN_DERIVED);
	add(out, &sweep, ORIGIN_DERIVED);
}

static void add_all(struct facts *out, const struct line *line, int nr)
{
	for (int i = 0; i < nr; i++)
		add(out, &line[i], ORIGIN_DERIVED);
}

/* What weights = bf16 and so on make of the checkpoint. */
static void add_formats(const struct model *m, struct facts *out)
{
	static const char how[] = "as the row of this recipe says; without "
		"one bf16 and fp8 are of every matrix but vocabulary and "
		"router, 4 bits of the routed experts; MTP too";
	const char *name;

	for (int i = 0; (name = model_weights(m, i)); i++) {
		char key[64];		/* size: the longest key */
		struct kept k;

		if (model_stored(m, name, &k))
			continue;
		snprintf(key, sizeof(key), "checkpoint_bytes_%s", name);
		add(out, &(struct line){ key, model_checkpoint_in_B(m, &k), "B",
					 how }, ORIGIN_DERIVED);
	}
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
		{ "checkpoint_bytes_repeated", model_repeated_B(m), "B",
		  "embedding and head again, which an MTP block's files "
		  "repeat; on top of checkpoint_bytes on disk" },
	};

	add_all(out, line, NR(line));
	add_formats(m, out);
}

/* What native KV is, on GPUs with fp4: V4's index keys are fp8 on others. */
static struct kv_form form_of(const struct model *m)
{
	return attention_form(m, m->family == FAMILY_MLA ? FORMAT_BF16 :
			      FORMAT_FP8, true);
}

/*
 * Of one more token beyond the windows: a token's latent in every layer; in
 * V4 its share of what compressed layers keep.
 */
static double kv_token_B(const struct model *m)
{
	struct kv_form f = form_of(m);
	double far = 1 << 20;	/* size: beyond any window */

	return (attention_kv_B(m, &f, 2 * far) - attention_kv_B(m, &f, far)) /
	       far;
}

static void add_kv(const struct model *m, struct facts *out)
{
	static const char *const formula[FAMILY_NR] = {
		[FAMILY_MLA] = "layers x (kv_lora_rank + qk_rope_head_dim) x "
			"2 B (bf16)",
		[FAMILY_DSA] = "layers x (656 B fp8 latent + 132 B fp8 index "
			"key)",
		[FAMILY_V4] = "CSA layers x (584 B fp8 entry + 68 B fp4 index "
			"key) / 4 + HCA layers x 584 B / 128: of a token "
			"beyond the window",
	};
	static const char sequence[] = "of one sequence of that length, "
		"windows included, compressor state not";
	struct kv_form f = form_of(m);
	double state = 0;
	struct line line[] = {
		{ "kv_bytes_per_token", kv_token_B(m), "B",
		  formula[m->family] },
		{ "kv_bytes_4096",
		  attention_kv_B(m, &f, 4096),		/* size: context */
		  "B", sequence },
		{ "kv_bytes_32768",
		  attention_kv_B(m, &f, 32768),		/* size: context */
		  "B", sequence },
		{ "kv_bytes_131072",
		  attention_kv_B(m, &f, 131072),	/* size: context */
		  "B", sequence },
		{ "kv_bytes_1048576",
		  attention_kv_B(m, &f, 1048576),	/* size: context */
		  "B", sequence },
		{ "kv_state_bytes", 0, "B", "fp32 content and scores that the "
		  "compressors of a sequence hold, whatever its length" },
	};

	for (int a = 0; a < ATTN_NR; a++)
		state += model_attn_layers(m, (enum attn)a) *
			 attention_state_B(m, (enum attn)a);
	line[NR(line) - 1].value = state;
	add_all(out, line, m->family == FAMILY_V4 ? NR(line) : NR(line) - 1);
}

static void add_flop(const struct model *m, struct facts *out)
{
	static const char *const formula[FAMILY_NR] = {
		[FAMILY_MLA] = "2 x (active matrices without the input "
			"embedding) + 2 x layers x heads x context x (2 "
			"kv_lora_rank + qk_rope_head_dim): absorbed MLA",
		[FAMILY_DSA] = "as absorbed MLA over min(context, index_topk) "
			"tokens + 2 x layers x index_n_heads x index_head_dim "
			"x context",
		[FAMILY_V4] = "2 x (active matrices without the input "
			"embedding, mHC) + 4 x heads x head_dim x entries met "
			"+ 2 x CSA layers x index_n_heads x index_head_dim x "
			"context / 4",
	};
	const char *how = formula[m->family];
	const struct line line[] = {
		{ "flop_per_token_4096",
		  model_flop_per_token(m, 4096),	/* size: context */
		  "FLOP", how },
		{ "flop_per_token_32768",
		  model_flop_per_token(m, 32768),	/* size: context */
		  "FLOP", how },
		{ "flop_per_token_131072",
		  model_flop_per_token(m, 131072),	/* size: context */
		  "FLOP", how },
		{ "flop_per_token_1048576",
		  model_flop_per_token(m, 1048576),	/* size: context */
		  "FLOP", how },
	};

	add_all(out, line, NR(line));
}

static void add_word(struct facts *out, const char *key, const char *word,
		     const char *path)
{
	struct fact *f = facts_add(out, key);

	f->text = mem_copy(word);
	f->dim = DIM_NAME;
	snprintf(f->unit, sizeof(f->unit), "%s", units_base(DIM_NAME));
	f->origin = ORIGIN_SPEC;
	f->source = mem_copy(path);
	f->note = mem_copy("");
}

int derived_stored(const struct model *m, const char *weights,
		   struct facts *out)
{
	struct kept k;

	if (model_stored(m, weights, &k))
		return -1;
	add(out, &(struct line){ "stored_bytes", model_checkpoint_in_B(m, &k),
		"B", "checkpoint_bytes in the weights asked for" },
	    ORIGIN_DERIVED);
	add(out, &(struct line){ "stored_bytes_mtp", model_mtp_in_B(m, &k),
		"B", "of stored_bytes, the MTP block" }, ORIGIN_DERIVED);
	return 0;
}

/* ---- the map of layers ---- */

/* Layers from `from` on that repeat a period of one or two kinds. */
static int run_of(const struct model *m, int from, int period)
{
	int l = from + period;

	while (l < m->num_hidden_layers &&
	       model_attn(m, l) == model_attn(m, l - period))
		l++;
	return (l - from) / period;
}

/* "swa x2, (csa hca) x20, csa", then dense layers and the MTP's kind. */
static void map_of(const struct model *m, struct text *out)
{
	int layers = m->num_hidden_layers, l = 0;

	while (l < layers) {
		int one = run_of(m, l, 1);
		int two = l + 1 < layers ? run_of(m, l, 2) : 0;
		const char *name = attn_name(model_attn(m, l));

		text_add(out, l ? ", " : "");
		if (one == 1 && two > 1) {
			text_addf(out, "(%s %s) x%d", name,
				  attn_name(model_attn(m, l + 1)), two);
			l += 2 * two;
		} else {
			text_addf(out, one > 1 ? "%s x%d" : "%s", name, one);
			l += one;
		}
	}
	if (m->first_k_dense_replace > 0)
		text_addf(out, "; the first %d with a dense FFN",
			  m->first_k_dense_replace);
	if (m->num_hash_layers > 0)
		text_addf(out, "; the first %d routed by hash",
			  m->num_hash_layers);
	if (m->num_nextn_predict_layers > 0)
		text_addf(out, "; MTP %s", attn_name(model_attn(m, layers)));
}

static void add_map(const struct model *m, struct facts *out)
{
	struct text map = TEXT_INIT;
	struct fact *f;

	map_of(m, &map);
	add_word(out, "layer_map", map.buf, "compress_ratios: 0 swa, 4 csa, "
		 "128 hca; mla and dsa are of their family");
	f = &out->fact[out->nr - 1];
	f->origin = ORIGIN_DERIVED;
	text_release(&map);
}

void derived_model(const struct model *m, struct facts *out)
{
	assert(m->num_hidden_layers > 0);
	add_params(m, out);
	add_kv(m, out);
	add_flop(m, out);
	add_map(m, out);
}

/* Formats by module; those of the MTP block where they are others. */
static void add_stored(const struct model *m, struct facts *out,
		       const char *path)
{
	struct text words = TEXT_INIT;

	kept_words(&m->kept, SITE_MOE, &words);
	add_word(out, "format.linear", words.buf, path);
	add_word(out, "format.experts", format_name(kept_in(&m->kept,
		 SITE_MOE, MODULE_EXPERTS)), path);
	text_release(&words);
	if (m->num_nextn_predict_layers == 0 ||
	    !memcmp(m->kept.of[SITE_MTP], m->kept.of[SITE_MOE], MODULE_NR))
		return;
	kept_words(&m->kept, SITE_MTP, &words);
	text_addf(&words, ", experts %s", format_name(kept_in(&m->kept,
		  SITE_MTP, MODULE_EXPERTS)));
	add_word(out, "format.mtp", words.buf, path);
	text_release(&words);
}

#define FIELD(name) { #name, m->name, false }	/* 0: it has none */
#define COUNT(name) { #name, m->name, true }	/* 0 says something too */

void derived_config(const struct model *m, const char *path,
		    struct facts *out)
{
	const struct { const char *key; double value; bool zero; } field[] = {
		FIELD(hidden_size), FIELD(num_hidden_layers),
		COUNT(first_k_dense_replace), FIELD(intermediate_size),
		FIELD(moe_intermediate_size), FIELD(num_attention_heads),
		COUNT(q_lora_rank), FIELD(kv_lora_rank),
		FIELD(qk_nope_head_dim), FIELD(qk_rope_head_dim),
		FIELD(v_head_dim), FIELD(n_routed_experts),
		FIELD(num_experts_per_tok), COUNT(n_shared_experts),
		FIELD(n_group), FIELD(topk_group),
		COUNT(num_nextn_predict_layers), FIELD(vocab_size),
		COUNT(max_position_embeddings), COUNT(tie_word_embeddings),
		FIELD(index_n_heads), FIELD(index_head_dim),
		FIELD(index_topk), FIELD(head_dim), FIELD(o_groups),
		FIELD(o_lora_rank), FIELD(sliding_window), FIELD(hc_mult),
		FIELD(num_hash_layers),
	};

	for (int i = 0; i < NR(field); i++)
		if (field[i].value > 0 || field[i].zero)
			add(out, &(struct line){ field[i].key, field[i].value,
					 "count", path }, ORIGIN_SPEC);
	add_stored(m, out, path);
	if (*m->left_out)
		add_word(out, "left_out", m->left_out, path);
}
