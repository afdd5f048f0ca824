#include "claims/names.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "claims/spelt.h"

struct name {
	const char *said, *is;
};

/* As plain() spells them: no blanks, hyphens or maker. */
static const struct name systems[] = {
	{ "h100", "h100-sxm" }, { "h100sxm5", "h100-sxm" },
	{ "h100sxm", "h100-sxm" }, { "h10080gb", "h100-sxm" },
	{ "h100sxm80gb", "h100-sxm" }, { "h100sxm580gb", "h100-sxm" },
	{ "h10080gbhbm3", "h100-sxm" }, { "hgxh100", "h100-sxm" },
	{ "h200", "h200-sxm" }, { "h200sxm", "h200-sxm" },
	{ "h200141gb", "h200-sxm" }, { "h200sxm141gb", "h200-sxm" },
	{ "hgxh200", "h200-sxm" },
	{ "h800", "h800-sxm" }, { "h800sxm", "h800-sxm" },
	{ "h80080gb", "h800-sxm" },
	{ "h20", "h20-96g" }, { "h2096gb", "h20-96g" },
	{ "h2096g", "h20-96g" }, { "h203e", "h20-141g" },
	{ "h20141gb", "h20-141g" }, { "h20141g", "h20-141g" },
	{ "b200", "b200-sxm" }, { "b200sxm", "b200-sxm" },
	{ "b200180gb", "b200-sxm" }, { "b200192gb", "b200-sxm" },
	{ "hgxb200", "b200-sxm" },
	{ "b300", "b300-sxm" }, { "b300sxm", "b300-sxm" },
	{ "hgxb300", "b300-sxm" },
	{ "gb200", "gb200-nvl72" }, { "gb200nvl72", "gb200-nvl72" },
	{ "nvl72", "gb200-nvl72" }, { "gb300", "gb300-nvl72" },
	{ "gb300nvl72", "gb300-nvl72" },
	{ "a100", "a100-80g" }, { "a10080gb", "a100-80g" },
	{ "a100sxm", "a100-80g" }, { "a100sxm4", "a100-80g" },
	{ "a100sxm80gb", "a100-80g" }, { "a100sxm480gb", "a100-80g" },
	{ "a10080g", "a100-80g" }, { "a800", "a100-80g" },
	{ "hgxa100", "a100-80g" },
	{ "rtx6000ada", "rtx6000-ada" }, { "rtx6000adageneration",
	  "rtx6000-ada" }, { "6000ada", "rtx6000-ada" },
};

/* Systems of eight, in a cloud or on a board. */
static const struct name eights[] = {
	{ "p548xlarge", "h100-sxm" }, { "p5e48xlarge", "h200-sxm" },
	{ "p5en48xlarge", "h200-sxm" }, { "p4de24xlarge", "a100-80g" },
	{ "p6b20048xlarge", "b200-sxm" }, { "p6b30048xlarge", "b300-sxm" },
	{ "ndh100v5", "h100-sxm" }, { "ndh200v5", "h200-sxm" },
	{ "a3highgpu8g", "h100-sxm" }, { "a3megagpu8g", "h100-sxm" },
	{ "a3ultragpu8g", "h200-sxm" }, { "a4highgpu8g", "b200-sxm" },
	{ "bmgpuh1008", "h100-sxm" }, { "bmgpuh2008", "h200-sxm" },
	{ "bmgpub2008", "b200-sxm" }, { "h100nvl8", "h100-sxm" },
	{ "h200nvl8", "h200-sxm" }, { "b200nvl8", "b200-sxm" },
	{ "b300nvl8", "b300-sxm" }, { "dgxh100", "h100-sxm" },
	{ "dgxh200", "h200-sxm" }, { "dgxb200", "b200-sxm" },
	{ "dgxb300", "b300-sxm" }, { "dgxa100", "a100-80g" },
};

static const struct name models[] = {
	{ "v3", "deepseek-v3" }, { "deepseekv3", "deepseek-v3" },
	{ "deepseekv30324", "deepseek-v3" }, { "deepseekv31", "deepseek-v3" },
	{ "deepseekv31terminus", "deepseek-v3" },
	{ "deepseekv3base", "deepseek-v3" }, { "deepseek671b",
	  "deepseek-v3" },
	{ "r1", "deepseek-r1" }, { "deepseekr1", "deepseek-r1" },
	{ "deepseekr10528", "deepseek-r1" }, { "r10528", "deepseek-r1" },
	{ "deepseekr1671b", "deepseek-r1" }, { "r1671b", "deepseek-r1" },
	{ "deepseekr1fp4", "deepseek-r1" },
	{ "deepseekr10528fp4", "deepseek-r1" },
	{ "v32", "deepseek-v3.2" }, { "deepseekv32", "deepseek-v3.2" },
	{ "deepseekv32exp", "deepseek-v3.2" },
	{ "v4flash", "deepseek-v4-flash" },
	{ "deepseekv4flash", "deepseek-v4-flash" },
	{ "v4pro", "deepseek-v4-pro" },
	{ "deepseekv4pro", "deepseek-v4-pro" },
	{ "v2lite", "deepseek-v2-lite" },
	{ "deepseekv2lite", "deepseek-v2-lite" },
	{ "k2", "kimi-k2" }, { "kimik2", "kimi-k2" },
	{ "kimik2instruct", "kimi-k2" }, { "kimik2thinking", "kimi-k2" },
	{ "kimik20905", "kimi-k2" }, { "kimik2instruct0905", "kimi-k2" },
	{ "kimik25", "kimi-k2" }, { "kimik26", "kimi-k2" },
	{ "k25", "kimi-k2" }, { "k2thinking", "kimi-k2" },
	{ "glm5", "glm-5" }, { "glm51", "glm-5" }, { "glm5744b", "glm-5" },
	{ "deepseekv3r1", "deepseek-v3" }, { "deepseekr1v3", "deepseek-r1" },
	{ "v3r1", "deepseek-v3" }, { "r1v3", "deepseek-r1" },
	{ "deepseekr1zero", "deepseek-r1" }, { "v31", "deepseek-v3" },
	{ "deepseekv32speciale", "deepseek-v3.2" },
	{ "deepseek", "deepseek-v3" }, { "dsv3", "deepseek-v3" },
	{ "dsr1", "deepseek-r1" }, { "dsv4flash", "deepseek-v4-flash" },
	{ "dsv4pro", "deepseek-v4-pro" },
};

static const struct name formats[] = {
	{ "f8", "fp8" }, { "float8", "fp8" }, { "fp8e4m3", "fp8" },
	{ "e4m3", "fp8" }, { "fp8block", "fp8" }, { "w8a8fp8", "fp8" },
	{ "int8", "fp8" }, { "w8a8", "fp8" }, { "w8a16", "fp8" },
	{ "q80", "fp8" }, { "8bit", "fp8" },
	{ "bfloat16", "bf16" }, { "fp16", "bf16" }, { "float16", "bf16" },
	{ "f16", "bf16" }, { "half", "bf16" }, { "16bit", "bf16" },
	{ "fp4", "nvfp4" }, { "fp4native", "native" }, { "auto", "native" },
	{ "awq", "int4" }, { "gptq", "int4" }, { "4bit", "int4" },
	{ "w4a16", "int4" }, { "w4a8", "int4" }, { "w4afp8", "int4" },
	{ "int4awq", "int4" }, { "awqint4", "int4" }, { "u4", "int4" },
	{ "gptqint4", "int4" }, { "ud", "int4" },
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Small letters and digits alone, without who made it. */
static void plain(const char *s, char *out, size_t size)
{
	static const char *const makers[] = { "nvidia", "deepseekai",
		"moonshotai", "zaiorg" };
	size_t at = 0;

	for (; *s && at + 1 < size; s++)
		if (isalnum((unsigned char)*s))
			out[at++] = (char)tolower((unsigned char)*s);
	out[at] = '\0';
	for (int i = 0; i < NR(makers); i++) {
		size_t n = strlen(makers[i]);

		if (strncmp(out, makers[i], n) == 0 && out[n])
			memmove(out, out + n, at - n + 1);
	}
}

static const char *known_as(const struct name *list, int nr, const char *said)
{
	char spelt[64];		/* size: a name */

	plain(said, spelt, sizeof(spelt));
	for (int i = 0; i < nr; i++)
		if (strcmp(list[i].said, spelt) == 0)
			return list[i].is;
	return NULL;
}

static void took(struct names *n, const char *said, const char *is)
{
	size_t at = strlen(n->taken);

	snprintf(n->taken + at, sizeof(n->taken) - at, "%s%.60s is taken as "
		 "%.40s", at ? "; " : "", said, is);
}

static bool is_path(const char *name)
{
	return strchr(name, '/') != NULL || strstr(name, ".csv") ||
	       strstr(name, ".json");
}

static void no_sheet(struct names *n, const char *kind, const char *said,
		     const struct name *list, int nr)
{
	const char *names[64], *near;	/* size: more than there are */
	int all = 0;

	for (int i = 0; i < nr && all < NR(names); i++)
		names[all++] = list[i].is;
	near = near_word(said, names, all);
	snprintf(n->missing, sizeof(n->missing), "%.60s", said);
	snprintf(n->near, sizeof(n->near), "%.60s", near ? near : "");
	n->kind = kind;
}

/* One of eights, or several: its GPUs into spelt. NULL: none of them. */
static const char *eight_of(const char *said, struct spelt *spelt)
{
	const double each = 8;		/* units: GPUs */
	const char *bare = said + strspn(said, "0123456789");
	const char *is;

	if (bare > said)	/* "2x DGX B200" */
		bare += strspn(bare, " xX*\xc3\x97");
	is = known_as(eights, NR(eights), bare);
	if (!is)
		is = known_as(eights, NR(eights), spelt->name);
	if (!is)
		return NULL;
	spelt->many = each * (spelt->many > 0 ? spelt->many : 1);
	return is;
}

/* Does the text have this word, on its own? */
static bool has_word(const char *text, const char *word)
{
	struct spelt w;

	while (spelt_word(&w, &text))
		if (strcmp(w.name, word) == 0)
			return true;
	return false;
}

/*
 * "HGX H200", "GB200 NVL72": a board or a rack holds what its GPU's NVLink
 * joins, into spelt. "8x H200 HGX" counts GPUs all the same, "2x HGX H200"
 * boards.
 */
static bool on_board(struct spelt *spelt, const char *said,
		     const struct gpu *g)
{
	const double most = 8;		/* units: GPUs of a board */
	bool board = (has_word(said, "hgx") || has_word(said, "dgx")) &&
		     g->nvlink_gpus <= most;
	bool rack = has_word(said, "nvl72") && g->nvlink_gpus > most;

	if ((!board && !rack) || (rack && spelt->many > 0) ||
	    spelt->many >= g->nvlink_gpus || has_word(said, "gpu") ||
	    has_word(said, "gpus"))
		return false;
	spelt->many = g->nvlink_gpus * (spelt->many > 0 ? spelt->many : 1);
	return true;
}

static int take_hw(struct names *n, struct scenario *s,
		   const struct library *lib, struct fault *why)
{
	char said[SCENARIO_WORD], all[SCENARIO_WORD + 8];	/* size: */
	struct spelt spelt;
	const struct gpu *g;
	const char *is;
	bool eight;

	if (!*s->hw || lib->gpu(lib->of, s->hw, why))
		return 0;
	if (is_path(s->hw))
		return fault_about(why, "hw");
	snprintf(said, sizeof(said), "%s", s->hw);
	for (char *p = s->hw; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	spelt_system(&spelt, said);
	is = eight_of(said, &spelt);
	eight = is != NULL;
	if (!is)
		is = known_as(systems, NR(systems), said);
	if (!is)
		is = known_as(systems, NR(systems), spelt.name);
	if (is)
		snprintf(s->hw, sizeof(s->hw), "%s", is);
	g = lib->gpu(lib->of, s->hw, why);
	eight |= g && on_board(&spelt, said, g);
	eight &= isnan(s->gpus);
	if (isnan(s->gpus) && spelt.many >= 1)
		s->gpus = spelt.many;
	if (g) {
		snprintf(all, sizeof(all), "%.0f %s", spelt.many, s->hw);
		took(n, said, eight ? all : s->hw);
		return 0;
	}
	no_sheet(n, "hw", said, systems, NR(systems));
	*s->hw = '\0';
	return 0;
}

static int take_model(struct names *n, struct scenario *s,
		      const struct library *lib, struct fault *why)
{
	char said[SCENARIO_WORD];
	struct spelt spelt;
	const char *is;

	if (!*s->model || lib->model(lib->of, s->model, why))
		return 0;
	is = known_as(models, NR(models), s->model);
	spelt_model(&spelt, s->model);
	if (!is)
		is = known_as(models, NR(models), spelt.name);
	if (!is && is_path(s->model) && strstr(s->model, ".json"))
		return fault_about(why, "model");
	snprintf(said, sizeof(said), "%s", s->model);
	if (is)
		snprintf(s->model, sizeof(s->model), "%s", is);
	for (char *p = s->model; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (lib->model(lib->of, s->model, why)) {
		took(n, said, s->model);
		return 0;
	}
	no_sheet(n, "model", said, models, NR(models));
	*s->model = '\0';
	return 0;
}

static const struct stack *stack_of(const struct scenario *s,
				    const struct library *lib,
				    struct fault *why)
{
	return lib->stack(lib->of, &(struct stack_spec){ s->stack, s->date,
			  s->hw }, why);
}

/* "SGLang v0.5.7", "Dynamo TRT-LLM": the engine that the words name. */
static const char *engine_among(const char *text)
{
	static const struct name engines[] = {
		{ "sglang", "sglang" }, { "vllm", "vllm" },
		{ "trt", "trtllm" }, { "trtllm", "trtllm" },
		{ "tensorrt", "trtllm" } };
	struct spelt word;

	if (is_path(text))
		return NULL;
	while (spelt_word(&word, &text))
		for (int i = 0; i < NR(engines); i++)
			if (strcmp(word.name, engines[i].said) == 0)
				return engines[i].is;
	return NULL;
}

static int take_stack(struct names *n, struct scenario *s,
		      const struct library *lib, struct fault *why)
{
	static const struct name stacks[] = {
		{ "tensorrtllm", "trtllm" }, { "trt", "trtllm" },
		{ "tensorrt", "trtllm" } };
	/* that there are, and no sheet of them */
	static const struct name strangers[] = {
		{ "dynamo", "any known software" }, { "nvidiadynamo", "" },
		{ "tgi", "" }, { "lmdeploy", "" }, { "llamacpp", "" },
		{ "ktransformers", "" }, { "mooncake", "" }, { "llmd", "" },
		{ "nim", "" }, { "ollama", "" }, { "exllamav2", "" },
		{ "mlx", "" }, { "deepspeed", "" }, { "triton", "" },
		{ "tensorrtmodelopt", "" }, { "lightllm", "" },
		{ "xllm", "" }, { "aibrix", "" }, { "rtpllm", "" },
		{ "fastertransformer", "" }, { "chitu", "" } };
	char said[SCENARIO_WORD];
	const char *is;

	if (!*s->stack || stack_of(s, lib, why))
		return 0;
	is = known_as(stacks, NR(stacks), s->stack);
	if (!is)
		is = engine_among(s->stack);
	snprintf(said, sizeof(said), "%s", s->stack);
	if (is)
		snprintf(s->stack, sizeof(s->stack), "%s", is);
	for (char *p = s->stack; *p && !is_path(said); p++)
		*p = (char)tolower((unsigned char)*p);
	if (!is_path(said) && known_as(strangers, NR(strangers), said)) {
		*s->stack = '\0';
		took(n, said, strangers[0].is);
		return 0;
	}
	if (strcmp(said, s->stack) == 0 ||
	    !stack_of(s, lib, why))
		return fault_about(why, "stack");
	took(n, said, s->stack);
	return 0;
}

/* "1.58-bit", "Q2_K_XL", "IQ1_S": bits that the name says. */
static double bits_of(const char *said, const char *spelt)
{
	char *end;
	double bits = strtod(said, &end);
	const double least = 1.5;	/* units: bits of the densest format */

	if (end != said && strstr(spelt, "bit") && bits > 0)
		return bits;
	if (*spelt == 'u' && spelt[1] == 'd')
		spelt += 2;
	if (*spelt == 'i' && spelt[1] == 'q')
		spelt++;
	if (*spelt == 'q' && isdigit((unsigned char)spelt[1]))
		return fmax(least, spelt[1] - '0');
	return 0;
}

static const char *format_of(double bits)
{
	const double four = 5, eight = 9;	/* units: bits below which */

	return bits < four ? "int4" : bits < eight ? "fp8" : "bf16";
}

/* Is it a format of the model, or of any where there is no model? */
static bool is_format(const char *word, const struct model *m)
{
	enum format f;
	struct kept kept;

	if (format_same(word, "native"))
		return true;
	return m ? model_stored(m, word, &kept) == 0 :
	       format_parse(word, &f) == 0;
}

/* "block-wise FP8 weights": the first of the words that is a format. */
static const char *format_among(const char *text, const struct model *m)
{
	struct spelt word;

	while (spelt_word(&word, &text)) {
		const char *is = known_as(formats, NR(formats), word.name);

		if (is)
			return is;
		for (int f = 0; f < FORMAT_NR; f++)
			if (format_same(word.name, format_name(
					(enum format)f)) &&
			    is_format(word.name, m))
				return format_name((enum format)f);
	}
	return NULL;
}

static void take_format(struct names *n, char *word, double *bits,
			const struct model *m)
{
	char said[SCENARIO_WORD], spelt[64];	/* size: a name */
	const char *is;

	if (!*word || is_format(word, m))
		return;
	snprintf(said, sizeof(said), "%s", word);
	plain(said, spelt, sizeof(spelt));
	is = known_as(formats, NR(formats), said);
	if (!is && bits) {
		double b = bits_of(said, spelt);

		is = b > 0 ? format_of(b) : NULL;
		if (b > 0 && (b < 4 || b > 4))	/* units: int4's are its own */
			*bits = b;
	}
	if (!is)
		is = format_among(said, m);
	if (!is)
		return;
	snprintf(word, SCENARIO_WORD, "%s", is);
	took(n, said, is);
}

int names_take(struct names *n, struct scenario *s, const struct library *lib,
	       struct fault *why)
{
	const struct model *m;

	assert(lib && s);
	*n = (struct names){ .kind = "" };
	if (take_hw(n, s, lib, why) || take_model(n, s, lib, why) ||
	    take_stack(n, s, lib, why))
		return -1;
	m = *s->model ? lib->model(lib->of, s->model, why) : NULL;
	take_format(n, s->weights, &n->bits, m);
	take_format(n, s->kv, NULL, NULL);
	if (!*s->weights || is_format(s->weights, m))
		return 0;
	fault_at(why, "", 0, 0);
	fault_about(why, "weights");
	fault_what(why, "weights is \"%.40s\"", s->weights);
	return fault_remedy(why, "write native, bf16, fp8, nvfp4, mxfp4, "
			    "int4, or bits as 1.58bit");
}
