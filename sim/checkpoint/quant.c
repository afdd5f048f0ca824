#include "checkpoint/quant.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "checkpoint/agree.h"
#include "checkpoint/plan.h"
#include "checkpoint/writer.h"

/* ---- what is not quantised ---- */

/* Unquantised weights: bf16 and fp16 take the same room. */
static int read_plain(const json_t *text, struct fault *why)
{
	const json_t *value = json_object_get(text, "torch_dtype");
	const char *dtype;

	if (!value)
		value = json_object_get(text, "dtype");
	dtype = json_string_value(value);
	if (!value || json_is_null(value) ||
	    (dtype && (!strcmp(dtype, "bfloat16") ||
		       !strcmp(dtype, "float16"))))
		return 0;
	fault_what(why, "torch_dtype is neither bfloat16 nor float16");
	return fault_remedy(why, "quantised weights are said by "
			    "quantization_config");
}

/*
 * V4 is trained with its linear layers in fp8 and routed experts as
 * expert_dtype says: fp4 with a ue8m0 scale a 32 (mxfp4), or as the rest.
 */
static int read_v4(const json_t *text, struct kept *base, struct fault *why)
{
	const json_t *value = json_object_get(text, "expert_dtype");
	const char *dtype = json_string_value(value);

	*base = kept_all(FORMAT_FP8, FORMAT_FP8);
	if (!value || json_is_null(value) || (dtype && !strcmp(dtype, "fp8")))
		return 0;
	if (dtype && !strcmp(dtype, "fp4")) {
		*base = kept_all(FORMAT_FP8, FORMAT_MXFP4);
		return 0;
	}
	fault_what(why, "expert_dtype is neither fp4 nor fp8");
	return fault_remedy(why, "leave it out when the experts are stored as "
			    "the rest");
}

/* ---- blocks together ---- */

struct source {
	const json_t *json;
	const char *where;
};

static bool is(const json_t *json, const char *key, const char *value)
{
	const char *w = json_string_value(json_object_get(json, key));

	return w && !strcmp(w, value);
}

/* What the KV is calibrated for: engines take that when they are not told. */
static bool kv_is_fp8(const json_t *block)
{
	const json_t *scheme = json_object_get(block, "kv_cache_scheme");

	return is(block, "kv_cache_quant_algo", "FP8") ||
	       (is(scheme, "type", "float") &&
		json_integer_value(json_object_get(scheme, "num_bits")) ==
		8);	/* size: bits */
}

static void drop_mtp(struct model *m)
{
	if (m->num_nextn_predict_layers > 0 && !*m->left_out)
		snprintf(m->left_out, sizeof(m->left_out), "such a checkpoint "
			 "is written without the MTP block; its index beside "
			 "the config would say otherwise");
	m->num_nextn_predict_layers = 0;
}

/* layers.61, of 61, as a name or in an expression; or mtp. */
static bool names_mtp(const json_t *list, const struct model *m)
{
	char nr[16];		/* size: a number */

	snprintf(nr, sizeof(nr), "%d", m->num_hidden_layers);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *p = json_string_value(json_array_get(list, i));
		const char *at = p ? strstr(p, "layers") : NULL;

		if (p && strstr(p, "mtp"))
			return true;
		at = at ? at + strcspn(at, "0123456789") : NULL;
		if (at && !strncmp(at, nr, strlen(nr)) &&
		    strspn(at, "0123456789") == strlen(nr))
			return true;
	}
	return false;
}

/* The embedding is no linear layer: who must leave it out by name works on
   tensors and not on a model. */
static bool names_tensors(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *p = json_string_value(json_array_get(list, i));

		if (p && strstr(p, "embed"))
			return true;
	}
	return false;
}

/*
 * compressed-tensors: llm-compressor loads a model by way of Transformers,
 * which has no MTP block (vllm-project/llm-compressor issues 1630 and 2735;
 * 325 and 346 GiB of R1 are published without), so that it is there only
 * where the list of what is left alone names it, or where the list is of
 * model_free_ptq, which rewrites the files themselves.
 */
static bool drops(const struct block *b, const struct model *m)
{
	const json_t *left = json_object_get(b->json, "ignore");

	return b->drops_mtp || (b->may_drop && !names_mtp(left, m) &&
				!names_tensors(left));
}

static int apply(const struct source *s, const struct quant_spec *a,
		 struct model *m, struct fault *why)
{
	const struct kept base = m->kept;
	struct plan plan;
	struct block b = { s->json, &plan, why, false, false };
	int rc;

	plan_init(&plan, s->where);
	plan.base = base;
	plan.vision = a->root != a->text;
	rc = writer_read(&b);
	m->kv_fp8 |= kv_is_fp8(s->json);
	if (!rc)
		rc = plan_apply(&plan, m, &m->kept, why);
	plan_release(&plan);
	if (!rc && !a->indexed && drops(&b, m))
		drop_mtp(m);
	return rc;
}

/* An empty one says nothing, as null does. */
static bool there(const json_t *block)
{
	return block && !json_is_null(block) &&
	       (!json_is_object(block) || json_object_size(block) > 0);
}

/* config.json's block: the text_config's, the root's where that has none. */
static const json_t *own_block(const struct quant_spec *a)
{
	const json_t *inner = json_object_get(a->text, "quantization_config");

	return there(inner) ? inner :
		json_object_get(a->root, "quantization_config");
}

int quant_read(const struct quant_spec *a, struct model *m, struct fault *why)
{
	static const char *const where[2] = { "quantization_config",
					      "hf_quant_config.json" };
	const struct source own = { own_block(a), where[0] };
	const struct source other = {
		json_object_get(a->nvidia, "quantization"), where[1] };
	struct kept base = kept_all(FORMAT_BF16, FORMAT_BF16), first;
	bool has = there(own.json), beside = there(other.json);

	assert(a->root && a->text && m->num_hidden_layers >= 1);
	if (a->nvidia && !beside) {
		fault_what(why, "hf_quant_config.json has no quantization");
		return fault_remedy(why, "take NVIDIA's file, or remove it");
	}
	if (m->family == FAMILY_V4 && (has || beside) &&
	    read_v4(a->text, &base, why))
		return -1;
	m->kept = base;
	m->kv_fp8 = false;
	if (!has && !beside)
		return read_plain(a->text, why);
	if (has && apply(&own, a, m, why))
		return -1;
	if (m->family == FAMILY_V4 && has &&
	    is(own.json, "quant_method", "fp8"))
		for (int p = 0; p < SITE_NR; p++)
			m->kept.of[p][MODULE_EXPERTS] =
				base.of[p][MODULE_EXPERTS];
	first = m->kept;
	if (!beside)
		return 0;
	m->kept = base;
	if (apply(&other, a, m, why))
		return -1;
	return has ? agree_check(&(struct agree_pair){ &first, &m->kept,
		where }, m, why) : 0;
}
