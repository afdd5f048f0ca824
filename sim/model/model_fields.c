#include "model/model_fields.h"

#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { FIELD_INT, FIELD_BOOL, FIELD_INTS, FIELD_BYTES };

static const struct field {
	const char *name;
	size_t at;
	enum kind kind;
	int nr;			/* of a list */
	int most;		/* of a byte: those below */
} fields[] = {
#define INT(name) { #name, offsetof(struct model, name), FIELD_INT, 1, 0 }
#define AS(name, kind) { #name, offsetof(struct model, name), kind, 1, 0 }
	INT(hidden_size), INT(num_hidden_layers), INT(first_k_dense_replace),
	INT(intermediate_size), INT(moe_intermediate_size),
	INT(num_attention_heads), INT(q_lora_rank), INT(kv_lora_rank),
	INT(qk_nope_head_dim), INT(qk_rope_head_dim), INT(v_head_dim),
	INT(n_routed_experts), INT(num_experts_per_tok),
	INT(n_shared_experts), INT(n_group), INT(topk_group),
	INT(num_nextn_predict_layers), INT(vocab_size),
	INT(max_position_embeddings), INT(index_n_heads),
	INT(index_head_dim), INT(index_topk), INT(head_dim), INT(o_groups),
	INT(o_lora_rank), INT(sliding_window), INT(hc_mult),
	INT(num_hash_layers),
	AS(tie_word_embeddings, FIELD_BOOL),
	AS(routing_borrowed, FIELD_BOOL), AS(repeats, FIELD_BOOL),
	AS(kv_fp8, FIELD_BOOL),
	{ "layers_of", offsetof(struct model, layers_of), FIELD_INTS,
	  ATTN_NR, 0 },
	{ "compress", offsetof(struct model, compress), FIELD_BYTES,
	  MODEL_LAYERS, ATTN_NR },
	{ "kept", offsetof(struct model, kept), FIELD_BYTES,
	  SITE_NR * MODULE_NR, FORMAT_NR },
#undef INT
#undef AS
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static const char *const families[FAMILY_NR] = {
	[FAMILY_MLA] = "mla", [FAMILY_DSA] = "dsa", [FAMILY_V4] = "v4" };

const char *family_name(enum family f)
{
	assert(f >= 0 && f < FAMILY_NR);
	return families[f];
}

/* ---- writing ---- */

static int field_int(const struct model *m, const struct field *f, int i)
{
	const char *at = (const char *)m + f->at;

	switch (f->kind) {
	case FIELD_BOOL:
		return *(const bool *)(const void *)at;
	case FIELD_BYTES:
		return ((const unsigned char *)at)[i];
	default:
		return ((const int *)(const void *)at)[i];
	}
}

/* Trailing zeros of a list need not be written. */
static int written(const struct model *m, const struct field *f)
{
	int nr = f->nr;

	while (nr > 1 && field_int(m, f, nr - 1) == 0)
		nr--;
	return nr;
}

void model_fields_write(const struct model *m, struct text *out)
{
	assert(m && out);
	text_addf(out, "family\t%s\n", families[m->family]);
	if (*m->left_out)
		text_addf(out, "left_out\t%s\n", m->left_out);
	for (int i = 0; i < FIELDS; i++) {
		int nr = written(m, &fields[i]);

		text_addf(out, "%s\t", fields[i].name);
		for (int k = 0; k < nr; k++)
			text_addf(out, "%s%d", k ? " " : "",
				  field_int(m, &fields[i], k));
		text_add(out, "\n");
	}
}

/* ---- reading ---- */

static int set_word(struct model *m, const char *name, const char *value)
{
	if (strcmp(name, "family") == 0)
		for (int i = 0; i < FAMILY_NR; i++)
			if (strcmp(value, families[i]) == 0) {
				m->family = (enum family)i;
				return 0;
			}
	if (strcmp(name, "left_out") == 0)
		return snprintf(m->left_out, sizeof(m->left_out), "%s",
				value) < 0;
	return -1;
}

static int put(struct model *m, const struct field *f, int i, int x)
{
	char *at = (char *)m + f->at;

	if ((f->kind == FIELD_BOOL && x > 1) ||
	    (f->kind == FIELD_BYTES && x >= f->most))
		return -1;
	if (f->kind == FIELD_BOOL)
		*(bool *)(void *)at = x != 0;
	else if (f->kind == FIELD_BYTES)
		((unsigned char *)at)[i] = (unsigned char)x;
	else
		((int *)(void *)at)[i] = x;
	return 0;
}

static int set_list(struct model *m, const struct field *f, const char *value)
{
	for (int i = 0; i < f->nr; i++) {
		char *end;
		long long x = strtoll(value, &end, 10);	/* math: decimal */

		if (end == value || x < 0 || x > INT_MAX ||
		    put(m, f, i, (int)x))
			return -1;
		if (!*end)
			return 0;
		if (*end != ' ')
			return -1;
		value = end + 1;
	}
	return -1;
}

int model_fields_set(struct model *m, const char *name, const char *value,
		     struct fault *why)
{
	assert(m && name && value);
	if (!set_word(m, name, value))
		return 0;
	for (int i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0 &&
		    !set_list(m, &fields[i], value))
			return 0;
	fault_what(why, "\"%.40s\" is no field of a model, or \"%.40s\" no "
		   "value of it", name, value);
	return fault_remedy(why, "take it from `deeproof bundle`");
}
