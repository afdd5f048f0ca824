#include "checkpoint/weave.h"

#include <assert.h>
#include <string.h>

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

enum { PART = 32, HALF = 64, BLOCK = 128 /* size: weights a scale */ };

static const struct {
	struct weave w;
	enum format format;
} known[] = {	/* size: bits, and weights that share a scale */
	{ { 4, true, false, false, 16, false }, FORMAT_NVFP4 },	/* size: */
	{ { 4, true, false, false, PART, false }, FORMAT_MXFP4 }, /* size: */
	{ { 8, true, true, false, PART, false }, FORMAT_MXFP8 },  /* size: */
	{ { 8, true, true, false, BLOCK, true }, FORMAT_FP8 },	/* size: */
	{ { 8, true, true, false, 0, false }, FORMAT_FP8_CHANNEL }, /* size: */
	{ { 4, false, true, false, BLOCK, false }, FORMAT_W4AFP8 }, /* size: */
	{ { 4, false, false, false, PART, false }, FORMAT_INT4 }, /* size: */
	{ { 4, false, false, false, HALF, false }, FORMAT_INT4_64 }, /* size: */
	{ { 4, false, false, false, BLOCK, false },	/* size: bits */
	  FORMAT_INT4_128 },
	{ { 4, false, false, true, PART, false }, FORMAT_INT4Z_32 }, /* size: */
	{ { 4, false, false, true, HALF, false }, FORMAT_INT4Z_64 }, /* size: */
	{ { 4, false, false, true, BLOCK, false },	/* size: bits */
	  FORMAT_INT4Z_128 },
	{ { 8, false, false, false, 0, false }, FORMAT_INT8 },	/* size: */
	{ { 8, false, false, false, BLOCK, true },	/* size: bits */
	  FORMAT_INT8_BLOCK },
};

/* Activations decide where they make another kernel: int4 times fp8. */
int weave_format(const struct weave *w)
{
	assert(w);
	for (int i = 0; i < NR(known); i++) {
		const struct weave *k = &known[i].w;
		bool acts = w->bits == 4 && !w->real;	/* size: int4 */

		if (w->bits == k->bits && w->real == k->real &&
		    w->zero == k->zero && w->group == k->group &&
		    w->block == k->block && (!acts || w->act8 == k->act8))
			return (int)known[i].format;
	}
	return -1;
}

static bool says(const json_t *object, const char *key, const char *word)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && !strcmp(value, word);
}

static int whole(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 && n < 65536 ? (int)n : 0;		/* size: a group */
}

int weave_scheme(const json_t *group)
{
	const json_t *weights = json_object_get(group, "weights");
	const json_t *acts = json_object_get(group, "input_activations");
	const json_t *block = json_object_get(weights, "block_structure");
	struct weave w = {
		.bits = whole(weights, "num_bits"),
		.real = says(weights, "type", "float"),
		.act8 = says(acts, "type", "float") &&
			whole(acts, "num_bits") == 8,	/* size: bits */
		.zero = json_is_false(json_object_get(weights, "symmetric")),
		.group = whole(weights, "group_size"),
		.block = says(weights, "strategy", "block"),
	};

	if (w.block)
		w.group = (int)json_integer_value(json_array_get(block, 1));
	else if (says(weights, "strategy", "channel") ||
		 says(weights, "strategy", "tensor"))
		w.group = 0;
	return json_is_object(weights) ? weave_format(&w) : -1;
}

int weave_algo(const char *algo, int group)
{
	static const struct { const char *algo; int format; } algos[] = {
		{ "NVFP4", FORMAT_NVFP4 }, { "NVFP4_AWQ", FORMAT_NVFP4 },
		{ "W4A16_NVFP4", FORMAT_NVFP4 },
		{ "W4A8_NVFP4_FP8", FORMAT_NVFP4 },
		{ "FP8", FORMAT_FP8_CHANNEL }, { "FP8_PB_WO", FORMAT_FP8 },
		{ "FP8_BLOCK_SCALES", FORMAT_FP8 },
		{ "FP8_PER_CHANNEL_PER_TOKEN", FORMAT_FP8_CHANNEL },
		{ "MXFP4", FORMAT_MXFP4 }, { "W4A8_MXFP4_FP8", FORMAT_MXFP4 },
		{ "W4A16_MXFP4", FORMAT_MXFP4 }, { "MXFP8", FORMAT_MXFP8 },
		{ "W4A8_AWQ", FORMAT_W4AFP8 }, { "W4A16_AWQ", -1 },
		{ "W4A16", -1 }, { "INT4_AWQ", -1 },
		{ "W8A8_SQ_PER_CHANNEL", FORMAT_INT8 },
		{ "W8A16", FORMAT_INT8 },
	};
	const struct weave int4 = { .bits = 4, .group = group }; /* size: */

	assert(group > 0);
	for (int i = 0; algo && i < NR(algos); i++)
		if (!strcmp(algos[i].algo, algo))
			return algos[i].format >= 0 ? algos[i].format :
				weave_format(&int4);
	return -1;
}

int weave_quark(const json_t *weight)
{
	static const struct { const char *dtype; int bits; bool real; } of[] = {
		{ "fp4", 4, true }, { "fp8_e4m3", 8, true },	/* size: */
		{ "int4", 4, false }, { "int8", 8, false },	/* size: */
	};
	const char *dtype = json_string_value(json_object_get(weight,
							      "dtype"));
	struct weave w = { .group = whole(weight, "group_size"), };

	if (says(weight, "qscheme", "per_channel") ||
	    says(weight, "qscheme", "per_tensor"))
		w.group = 0;
	for (int i = 0; dtype && i < NR(of); i++) {
		if (strcmp(of[i].dtype, dtype))
			continue;
		w.bits = of[i].bits;
		w.real = of[i].real;
		return weave_format(&w);
	}
	return -1;
}

/* Packed as AutoGPTQ and AutoAWQ pack, zero points stand even where they are
   all alike; as llm-compressor does, they do not. */
int weave_rounded(const json_t *block, const json_t *packing)
{
	const char *type = json_string_value(json_object_get(block,
							     "data_type"));
	const char *packed = json_string_value(packing);
	struct weave w = { .bits = whole(block, "bits"),
		.group = whole(block, "group_size") };

	if (!type || !strcmp(type, "int"))
		w.zero = !packed || !strstr(packed, "llm_compressor");
	else if (!strncmp(type, "mx_fp", strlen("mx_fp")) ||
		 !strncmp(type, "nv_fp", strlen("nv_fp")))
		w.real = true;
	else
		return -1;
	w.act8 = w.real && w.bits == 8;		/* size: bits */
	return weave_format(&w);
}
