#include "checkpoint/writer.h"

#include <assert.h>
#include <string.h>

#include "checkpoint/weave.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

enum {
	BLOCK = 128,		/* size: side of a block that shares a scale */
	GROUP = 128,		/* size: weights that do, where none is said */
	FOUR_BITS = 4		/* size: of AWQ, GPTQ */
};

#define COUNTED "counted are fp8, awq, gptq, auto-round, blockwise_int8, " \
	"w8a8_int8, w4afp8, mxfp4, compressed-tensors, modelopt and quark"

/* ---- lists and words ---- */

static const char *word(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static bool is(const json_t *json, const char *key, const char *value)
{
	const char *w = word(json, key);

	return w && !strcmp(w, value);
}

static int whole(const json_t *json, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(json, key));

	return n > 0 && n <= 65536 ? (int)n : 0;	/* size: a group */
}

/* Patterns of one list; null is an empty one. */
static int add_list(const struct block *b, const char *key, int format)
{
	const json_t *list = json_object_get(b->json, key);

	if (!list || json_is_null(list))
		return 0;
	if (!json_is_array(list)) {
		fault_what(b->why, "%s.%s is no list", b->plan->where, key);
		return fault_remedy(b->why, "write the names between [ and ]");
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *p = json_string_value(json_array_get(list, i));

		if (!p) {
			fault_what(b->why, "%s.%s[%d] is no name of a module",
				   b->plan->where, key, (int)i);
			return fault_remedy(b->why, "remove it, or write a "
					    "name");
		}
		if (plan_add(b->plan, p, format, b->why))
			return -1;
	}
	return 0;
}

/* What every writer calls the list of what is left as it was. */
static int add_left(const struct block *b)
{
	static const char *const keys[] = { "modules_to_not_convert",
		"ignored_layers", "ignore", "exclude_modules", "exclude" };

	for (int i = 0; i < NR(keys); i++)
		if (add_list(b, keys[i], PLAN_NONE))
			return -1;
	return 0;
}

static const char *const block_keys[] = {
	"activation_scheme", "activation_use_clipping", "algo_config", "bits",
	"block_name_to_quantize", "checkpoint_format", "config_groups",
	"damp_percent", "desc_act", "dynamic", "exclude", "exclude_modules",
	"export", "fmt", "format", "global_compression_ratio",
	"global_quant_config", "group_size", "ignore", "ignored_layers",
	"is_marlin_format", "kv_cache_post_rope", "kv_cache_quant_algo",
	"kv_cache_quant_config", "kv_cache_scheme", "layer_quant_config",
	"layer_type_quant_config", "linear_activation_scheme", "lm_head",
	"meta", "model_file_base_name", "model_name_or_path",
	"modules_to_not_convert", "moe_activation_scheme", "pack_dtype",
	"pack_method", "producer", "quant_algo", "quant_method", "quant_mode",
	"quantization_status", "quantized_layers", "scale_fmt",
	"softmax_quant_spec", "sparsity_config", "static_groups", "sym",
	"transform_config", "true_sequential", "version",
	"weight_block_size", "zero_point",
};

static int check_keys(const struct block *b)
{
	const char *key;
	json_t *value;

	if (strstr(word(b->json, "quant_method") ? word(b->json,
		   "quant_method") : "", "auto-round") ||
	    is(b->json, "provider", "auto-round"))
		return 0;	/* it notes how it was tuned, at length */

	/* json_object_foreach wants a non-const object, and only reads it. */
	json_object_foreach((json_t *)b->json, key, value) {
		int i = 0;

		while (i < NR(block_keys) && strcmp(key, block_keys[i]))
			i++;
		if (i < NR(block_keys) || json_is_null(value))
			continue;
		fault_what(b->why, "%s.%.64s is unknown", b->plan->where, key);
		return fault_remedy(b->why, "remove it if it changes no "
				    "format; " COUNTED);
	}
	return 0;
}

static int uncounted(const struct block *b, const char *what)
{
	fault_what(b->why, "%s.%s says a format that we cannot count",
		   b->plan->where, what);
	return fault_remedy(b->why, "take the config without the block, and "
			    "say the nearest format by the scenario's "
			    "weights");
}

/* ---- one writer each ---- */

static int block_of(const struct block *b, bool *square)
{
	const json_t *size = json_object_get(b->json, "weight_block_size");

	*square = size && !json_is_null(size);
	if (!*square)
		return 0;
	if (json_array_size(size) == 2 &&
	    json_integer_value(json_array_get(size, 0)) == BLOCK &&
	    json_integer_value(json_array_get(size, 1)) == BLOCK)
		return 0;
	fault_what(b->why, "%s.weight_block_size is not [%d, %d]",
		   b->plan->where, BLOCK, BLOCK);
	return fault_remedy(b->why, "others are not modelled: take the "
			    "config without the block, and say the nearest "
			    "format by the scenario's weights");
}

static int read_fp8(struct block *b)
{
	bool square;

	if (word(b->json, "fmt") && !is(b->json, "fmt", "e4m3")) {
		fault_what(b->why, "%s.fmt is not e4m3", b->plan->where);
		return fault_remedy(b->why, "any other takes the same room: "
				    "write e4m3");
	}
	if (block_of(b, &square))
		return -1;
	b->plan->all = square ? FORMAT_FP8 : FORMAT_FP8_CHANNEL;
	return 0;
}

static int read_int8(struct block *b)
{
	bool square;

	if (block_of(b, &square))
		return -1;
	b->plan->all = square ? FORMAT_INT8_BLOCK : FORMAT_INT8;
	return 0;
}

/* GPTQ stores zero points even where they are all alike (sym). */
static int read_bits(struct block *b)
{
	const json_t *zero = json_object_get(b->json, "zero_point");
	struct weave w = { .bits = whole(b->json, "bits"),
		.zero = !json_is_false(zero),
		.group = whole(b->json, "group_size") };
	int f = weave_format(&w);

	if (f < 0) {
		fault_what(b->why, "%s is of %d bits in groups of %d",
			   b->plan->where, w.bits, w.group);
		return fault_remedy(b->why, "counted are %d bits in groups of "
				    "32, 64 or 128", FOUR_BITS);
	}
	if (json_object_size(json_object_get(b->json, "dynamic")))
		return uncounted(b, "dynamic");
	b->plan->all = f;
	b->drops_mtp = true;
	return 0;
}

/* What is left in 16 bits, or stored otherwise, is listed by name. */
static int read_rounded(struct block *b)
{
	const int left = 16;		/* size: bits of what is left */
	json_t *extra = json_object_get(b->json, "extra_config");
	const json_t *packing = json_object_get(b->json, "packing_format");
	int f = weave_rounded(b->json, packing);
	const char *name;
	json_t *one;

	if (f < 0)
		return uncounted(b, "bits");
	b->plan->all = f;
	b->drops_mtp = true;
	json_object_foreach(extra, name, one) {
		bool plain = whole(one, "bits") >= left;
		json_t *own = json_copy((json_t *)b->json);

		json_object_update(own, one);
		f = plain ? PLAN_NONE : weave_rounded(own, packing);
		json_decref(own);
		if (f < 0 && !plain)
			return uncounted(b, "extra_config");
		if (plan_add(b->plan, name, f, b->why))
			return -1;
	}
	return 0;
}

/* SGLang: fp8 as DeepSeek has it, routed experts in int4 times fp8. */
static int read_w4afp8(struct block *b)
{
	int group = whole(b->json, "group_size");

	if (group && group != GROUP)
		return uncounted(b, "group_size");
	b->plan->all = FORMAT_FP8;
	b->plan->experts = FORMAT_W4AFP8;
	return 0;
}

static int read_mxfp4(struct block *b)
{
	b->plan->experts = FORMAT_MXFP4;
	return 0;
}

/* A group's format, for all linear layers or for the names it targets. */
static int add_group(struct block *b, const json_t *group)
{
	const json_t *targets = json_object_get(group, "targets");
	int f = weave_scheme(group);

	if (f < 0)
		return uncounted(b, "config_groups");
	if (!json_array_size(targets))
		b->plan->all = f;
	for (size_t i = 0; i < json_array_size(targets); i++) {
		const char *t = json_string_value(json_array_get(targets, i));

		if (t && !strcmp(t, "Linear"))
			b->plan->all = f;
		else if (!t || plan_add(b->plan, t, f, b->why))
			return t ? -1 : uncounted(b, "config_groups");
	}
	return 0;
}

static int read_groups(struct block *b)
{
	json_t *groups = json_object_get(b->json, "config_groups");
	const char *key;
	json_t *group;

	if (!json_object_size(groups))
		return uncounted(b, "config_groups");
	json_object_foreach(groups, key, group)
		if (add_group(b, group))
			return -1;
	return 0;
}

static int read_compressed(struct block *b)
{
	b->may_drop = true;
	return read_groups(b);
}

/*
 * ModelOpt's list of what is quantised, each with its algorithm. Without one
 * it is W4AFP8, as in NVIDIA's DeepSeek-R1-0528-W4AFP8 and as SGLang and
 * TensorRT-LLM (pull request 18393) take it.
 */
static int read_layers(struct block *b)
{
	json_t *layers = json_object_get(b->json, "quantized_layers");
	const char *name;
	json_t *one;

	if (!json_object_size(layers))
		return read_w4afp8(b);
	json_object_foreach(layers, name, one) {
		int group = whole(one, "group_size");
		int f = weave_algo(word(one, "quant_algo"),
				   group ? group : GROUP);

		if (f < 0)
			return uncounted(b, "quantized_layers");
		if (plan_add(b->plan, name, f, b->why))
			return -1;
	}
	return 0;
}

static int read_modelopt(struct block *b)
{
	const char *algo = word(b->json, "quant_algo");
	int group = whole(b->json, "group_size"), f;

	if (!algo)
		return read_groups(b);
	if (!strcmp(algo, "MIXED_PRECISION"))
		return read_layers(b);
	f = weave_algo(algo, group ? group : GROUP);
	if (f < 0)
		return uncounted(b, "quant_algo");
	b->plan->all = f;
	return 0;
}

static int read_quark(struct block *b)
{
	const json_t *all = json_object_get(b->json, "global_quant_config");
	json_t *layers = json_object_get(b->json, "layer_quant_config");
	int f = weave_quark(json_object_get(all, "weight"));
	const char *name;
	json_t *one;

	if (f < 0)
		return uncounted(b, "global_quant_config");
	b->plan->all = f;
	json_object_foreach(layers, name, one) {
		f = weave_quark(json_object_get(one, "weight"));
		if (f < 0)
			return uncounted(b, "layer_quant_config");
		if (plan_add(b->plan, name, f, b->why))
			return -1;
	}
	return 0;
}

static const struct {
	const char *method;
	int (*read)(struct block *);
} methods[] = {
	{ "fp8", read_fp8 },
	{ "blockwise_int8", read_int8 },
	{ "w8a8_int8", read_int8 },
	{ "awq", read_bits },
	{ "awq_marlin", read_bits },
	{ "gptq", read_bits },
	{ "gptq_marlin", read_bits },
	{ "auto-round", read_rounded },
	{ "intel/auto-round", read_rounded },
	{ "w4afp8", read_w4afp8 },
	{ "mxfp4", read_mxfp4 },
	{ "compressed-tensors", read_compressed },
	{ "modelopt", read_modelopt },
	{ "modelopt_fp4", read_modelopt },
	{ "modelopt_mixed", read_modelopt },
	{ "quark", read_quark },
};

int writer_read(struct block *b)
{
	const char *method = word(b->json, "quant_method");

	assert(b->plan && b->why);
	if (!json_is_object(b->json)) {
		fault_what(b->why, "%s is no object", b->plan->where);
		return fault_remedy(b->why, "write it as the checkpoint does, "
				    "{\"quant_method\": ...}, or remove it");
	}

	if (!method && word(b->json, "quant_algo"))
		method = "modelopt";
	for (int i = 0; method && i < NR(methods); i++) {
		if (strcmp(methods[i].method, method))
			continue;
		return check_keys(b) || methods[i].read(b) || add_left(b) ?
			-1 : 0;
	}
	fault_what(b->why, "%s.quant_method \"%.64s\" is not one we can count",
		   b->plan->where, method ? method : "");
	return fault_remedy(b->why, "take the config without the block, and "
			    "say the nearest format by the scenario's "
			    "weights; " COUNTED);
}

