#include "claims/names.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "claims/known.h"
#include "claims/spelt.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

static void took(struct names *n, const char *said, const char *is)
{
	text_list(n->taken, sizeof(n->taken), "; ", "%.60s is taken as %.40s",
		  said, is);
}

/* The one that is a letter or two shorter: "h20x" of "h20"; NULL: none. */
static const char *begun_by(char *plain, const struct name *list, int nr)
{
	const char *is = NULL;
	size_t n = strlen(plain);

	for (size_t less = 0; less <= 2 && less < n && !is; less++) {
		plain[n - less] = '\0';
		is = known_as(list, nr, plain);
	}
	return is;
}

/* What may be meant; NULL: nothing. */
static const char *alike(const char *said, const struct name *list, int nr)
{
	const char *names[64] = { NULL }, *near;	/* size: more than
							   there are */
	char plain[64];		/* size: a name */
	int all = nr < NR(names) ? nr : NR(names);

	for (int i = 0; i < all; i++)
		names[i] = list[i].is;
	known_plain(said, plain, sizeof(plain));
	near = near_word(said, names, all);
	return near ? near : begun_by(plain, list, nr);
}

static void no_sheet(struct names *n, const char *kind, const char *said,
		     const char *near)
{
	snprintf(n->missing, sizeof(n->missing), "%.60s", said);
	snprintf(n->near, sizeof(n->near), "%.60s", near ? near : "");
	n->kind = kind;
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
 * "two H200 nodes", "one H100 server": what is counted are boards. "16x H100 (2
 * nodes)" has a count of each.
 */
static bool counts_boxes(const char *said, double many)
{
	static const char *const boxes[] = { "node", "server", "machine" };
	bool number = false;
	struct spelt w;

	for (; spelt_word(&w, &said); number = isdigit((unsigned char)*w.name))
		for (int i = 0; i < NR(boxes); i++) {
			size_t n = strlen(boxes[i]);

			if (number || strncmp(w.name, boxes[i], n))
				continue;
			if (w.name[n] ? !strcmp(w.name + n, "s") && many > 1 :
			    many <= 1)
				return true;
		}
	return false;
}

/*
 * "HGX H200", "GB200 NVL72": a board or a rack holds what its GPU's NVLink
 * joins, into spelt. "8x H200 HGX" counts GPUs all the same, "2x HGX H200"
 * boards; "4x GB200 NVL72" GPUs, and "1x GB200 NVL72" is a rack.
 */
static bool on_board(struct spelt *spelt, const char *said,
		     const struct gpu *g)
{
	const double most = 8;		/* units: GPUs of a board */
	bool board = (has_word(said, "hgx") || has_word(said, "dgx")) &&
		     g->nvlink_gpus <= most;
	bool rack = has_word(said, "nvl72") && g->nvlink_gpus > most;

	if (!board && !rack && spelt->many != g->nvlink_gpus &&
	    g->nvlink_gpus > 1 && counts_boxes(said, spelt->many)) {
		spelt->many = g->nvlink_gpus <= most ? g->nvlink_gpus *
			fmax(1, spelt->many) : 0;
		return spelt->many > 0;
	}
	if ((!board && !rack) || (rack && spelt->many > 1) ||
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
	bool eight, counted;

	if (!*s->hw || lib->gpu(lib->of, s->hw, why))
		return 0;
	if (known_path(s->hw))
		return fault_about(why, "hw");
	snprintf(said, sizeof(said), "%s", s->hw);
	for (char *p = s->hw; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	spelt_system(&spelt, said);
	counted = spelt.many > 0;
	is = known_eight(&spelt);
	eight = is != NULL;
	if (!is)
		is = known_system(said);
	if (!is)
		is = known_system(spelt.name);
	n->either = is && !eight && known_second(spelt.name);
	if (n->either && n->second)
		is = known_second(spelt.name);
	if (is)
		snprintf(s->hw, sizeof(s->hw), "%s", is);
	g = lib->gpu(lib->of, s->hw, why);
	eight |= g && on_board(&spelt, said, g);
	n->holds = eight && counted ? spelt.many : 0;
	eight &= isnan(s->gpus);
	if (isnan(s->gpus) && spelt.many >= 1)
		s->gpus = spelt.many;
	if (g) {
		snprintf(all, sizeof(all), "%.0f %s", spelt.many, s->hw);
		took(n, said, eight ? all : s->hw);
		return 0;
	}
	no_sheet(n, "hw", said,
		 alike(said, known_systems, known_systems_nr));
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
	is = known_model(s->model);
	spelt_model(&spelt, s->model);
	if (!is)
		is = known_model(spelt.name);
	if (!is && known_path(s->model) && strstr(s->model, ".json"))
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
	no_sheet(n, "model", said,
		 alike(said, known_models, known_models_nr));
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

static int take_stack(struct names *n, struct scenario *s,
		      const struct library *lib, struct fault *why)
{
	static const struct name stacks[] = {
		{ "tensorrtllm", "trtllm" }, { "trt", "trtllm" },
		{ "tensorrt", "trtllm" } };
	/* that there are, and no sheet of them */
	static const char strangers[] =
		"dynamo|nvidiadynamo|tgi|lmdeploy|llamacpp|ktransformers"
		"|mooncake|llmd|nim|ollama|exllamav2|mlx|deepspeed|triton"
		"|tensorrtmodelopt|lightllm|xllm|aibrix|rtpllm"
		"|fastertransformer|chitu";
	char plain[64];		/* size: a name */
	char said[SCENARIO_WORD];
	const char *is;

	if (!*s->stack || stack_of(s, lib, why))
		return 0;
	is = known_as(stacks, NR(stacks), s->stack);
	if (!is)
		is = known_engine(s->stack);
	snprintf(said, sizeof(said), "%s", s->stack);
	if (is)
		snprintf(s->stack, sizeof(s->stack), "%s", is);
	for (char *p = s->stack; *p && !known_path(said); p++)
		*p = (char)tolower((unsigned char)*p);
	known_plain(said, plain, sizeof(plain));
	if (!known_path(said) && near_is(plain, strlen(plain), strangers)) {
		*s->stack = '\0';
		took(n, said, "any known software");
		return 0;
	}
	if (strcmp(said, s->stack) == 0 ||
	    !stack_of(s, lib, why))
		return fault_about(why, "stack");
	took(n, said, s->stack);
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
		const char *is = known_format(word.name);

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
	known_plain(said, spelt, sizeof(spelt));
	is = known_format(said);
	if (!is && bits) {
		double b = known_bits(said, spelt);

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

void names_sized(struct names *n, struct scenario *s, const char *said,
		 double memory_GB)
{
	struct spelt spelt;
	char sized[SPELT + 16];		/* size: and a memory */
	const char *is;

	assert(n && s && said && memory_GB >= 0);
	spelt_system(&spelt, said);
	is = known_system(spelt.name);
	if (!is || strcmp(is, s->hw))
		return;
	snprintf(sized, sizeof(sized), "%s%.0fgb", spelt.name,
		 fmin(memory_GB, 1e6));		/* size: digits */
	is = known_system(sized);
	if (!is || !strcmp(is, s->hw))
		return;
	snprintf(s->hw, sizeof(s->hw), "%s", is);
	n->either = false;
	*n->taken = '\0';
	took(n, said, is);
}

int names_take(struct names *n, struct scenario *s, const struct library *lib,
	       struct fault *why)
{
	const struct model *m;

	assert(lib && s);
	*n = (struct names){ .kind = "", .second = n->second };
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
