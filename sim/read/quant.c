#include "read/quant.h"

#include <string.h>

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

enum {
	BLOCK = 128,		/* size: side of a block that shares a scale */
	INT4_GROUP = 32,	/* size: weights that share a scale */
	INT4_BITS = 4,		/* size: of int4 */
};

/* Unquantised weights: bf16 and fp16 take the same room. */
static int read_plain(const json_t *text, struct model *m, struct fault *why)
{
	const json_t *value = json_object_get(text, "torch_dtype");
	const char *dtype;

	m->linear = m->experts = FORMAT_BF16;
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

static bool is(const json_t *quant, const char *key, const char *word)
{
	const char *value = json_string_value(json_object_get(quant, key));

	return value && !strcmp(value, word);
}

static int check_keys(const json_t *quant, struct fault *why)
{
	static const char *const known[] = {
		"activation_scheme", "fmt", "quant_method", "scale_fmt",
		"weight_block_size",
	};
	const char *key;
	json_t *value;

	/* json_object_foreach wants a non-const object, and only reads it. */
	json_object_foreach((json_t *)quant, key, value) {
		int i = 0;

		while (i < NR(known) && strcmp(key, known[i]))
			i++;
		if (i == NR(known))
			return fault_what(why, "quantization_config.%.64s "
					  "with fp8 is unknown", key);
	}
	return 0;
}

/* V4: routed experts in fp4 with a ue8m0 scale a 32 (mxfp4), or as the rest. */
static int read_experts(const json_t *text, struct model *m,
			struct fault *why)
{
	const json_t *value = json_object_get(text, "expert_dtype");
	const char *dtype = json_string_value(value);

	if (!value || json_is_null(value) || (dtype && !strcmp(dtype, "fp8")))
		return 0;
	if (dtype && !strcmp(dtype, "fp4")) {
		m->experts = FORMAT_MXFP4;
		return 0;
	}
	fault_what(why, "expert_dtype is neither fp4 nor fp8");
	return fault_remedy(why, "leave it out when the experts are stored as "
			    "the rest");
}

static int read_fp8(const json_t *quant, struct model *m, struct fault *why)
{
	const json_t *block = json_object_get(quant, "weight_block_size");

	if (check_keys(quant, why))
		return -1;
	if (!is(quant, "fmt", "e4m3"))
		return fault_what(why, "quantization_config.fmt is not e4m3");
	if (json_array_size(block) != 2 ||
	    json_integer_value(json_array_get(block, 0)) != BLOCK ||
	    json_integer_value(json_array_get(block, 1)) != BLOCK)
		return fault_what(why, "quantization_config."
				  "weight_block_size is not [%d, %d]", BLOCK,
				  BLOCK);
	m->linear = m->experts = FORMAT_FP8;
	return 0;
}

static bool ignores(const json_t *quant, const char *pattern)
{
	const json_t *list = json_object_get(quant, "ignore");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && !strcmp(s, pattern))
			return true;
	}
	return false;
}

/* Kimi-K2-Thinking and K2.5: routed experts in int4, the rest in bf16. */
static int read_int4(json_t *quant, struct model *m, struct fault *why)
{
	const char *type = "";
	int bits = 0, group = 0;

	json_unpack(quant, "{s:{s:{s:{s:i,s:s,s:i}}}}", "config_groups",
		    "group_0", "weights", "num_bits", &bits, "type", &type,
		    "group_size", &group);
	if (bits != INT4_BITS || group != INT4_GROUP || strcmp(type, "int") ||
	    json_object_size(json_object_get(quant, "config_groups")) != 1)
		return fault_what(why, "quantization_config.config_groups is "
				  "not one group of int4 with a scale a %d",
				  INT4_GROUP);
	if (!ignores(quant, "lm_head") ||
	    !ignores(quant, "re:.*self_attn.*") ||
	    !ignores(quant, "re:.*shared_experts.*") ||
	    !ignores(quant, "re:.*mlp\\.(gate|up|gate_up|down)_proj.*"))
		return fault_what(why, "quantization_config.ignore does not "
				  "leave all but the routed experts in bf16");
	m->linear = FORMAT_BF16;
	m->experts = FORMAT_INT4;
	return 0;
}

int quant_read(const json_t *root, const json_t *text, struct model *m,
	       struct fault *why)
{
	json_t *quant = json_object_get(text, "quantization_config");
	const char *method;

	if (!quant)
		quant = json_object_get(root, "quantization_config");
	if (!quant || json_is_null(quant))
		return read_plain(text, m, why);
	if (is(quant, "quant_method", "fp8"))
		return read_fp8(quant, m, why) ? -1 :
			read_experts(text, m, why);
	if (is(quant, "quant_method", "compressed-tensors"))
		return read_int4(quant, m, why);
	method = json_string_value(json_object_get(quant, "quant_method"));
	fault_what(why, "quantization_config.quant_method \"%.64s\" is not "
		   "one we can count", method ? method : "");
	return fault_remedy(why, "take the unquantised config, and say the "
			    "format by the scenario's weights");
}
