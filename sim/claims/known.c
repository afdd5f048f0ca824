#include "claims/known.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "sheet/format.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* As plain() spells them: no blanks, hyphens or maker. */
const struct name known_systems[] = {
	{ "h100|h100sxm5|h100sxm|h10080gb|h100sxm80gb|h100sxm580gb"
	  "|h10080gbhbm3|hgxh100", "h100-sxm" },
	{ "h200|h200sxm|h200141gb|h200sxm141gb|hgxh200", "h200-sxm" },
	{ "h800|h800sxm|h80080gb", "h800-sxm" },
	{ "h20|h2096gb|h2096g", "h20-96g" },
	{ "h203e|h20141gb|h20141g", "h20-141g" },
	{ "b200|b200sxm|b200180gb|b200192gb|hgxb200", "b200-sxm" },
	{ "b300|b300sxm|hgxb300", "b300-sxm" },
	{ "gb200|gb200nvl72|nvl72", "gb200-nvl72" },
	{ "gb300|gb300nvl72", "gb300-nvl72" },
	{ "a100|a10080gb|a100sxm|a100sxm4|a100sxm80gb|a100sxm480gb|a10080g"
	  "|a800|hgxa100", "a100-80g" },
	{ "rtx6000ada|rtx6000adageneration|6000ada", "rtx6000-ada" },
};

/* Systems of eight, in a cloud or on a board. */
static const struct name eights[] = {
	{ "p548xlarge|ndh100v5|a3highgpu8g|a3megagpu8g|bmgpuh1008|h100nvl8"
	  "|dgxh100", "h100-sxm" },
	{ "p5e48xlarge|p5en48xlarge|ndh200v5|a3ultragpu8g|bmgpuh2008|h200nvl8"
	  "|dgxh200", "h200-sxm" },
	{ "p4de24xlarge|dgxa100", "a100-80g" },
	{ "p6b20048xlarge|a4highgpu8g|bmgpub2008|b200nvl8|dgxb200",
	  "b200-sxm" },
	{ "p6b30048xlarge|b300nvl8|dgxb300", "b300-sxm" },
};

const struct name known_models[] = {
	{ "v3|deepseekv3|deepseekv30324|deepseekv31|deepseekv31terminus"
	  "|deepseekv3base|deepseek671b|deepseekv3r1|v3r1|v31|deepseek|dsv3",
	  "deepseek-v3" },
	{ "r1|deepseekr1|deepseekr10528|r10528|deepseekr1671b|r1671b"
	  "|deepseekr1fp4|deepseekr10528fp4|deepseekr1v3|r1v3|deepseekr1zero"
	  "|dsr1", "deepseek-r1" },
	{ "v32|deepseekv32|deepseekv32exp|deepseekv32expbase"
	  "|deepseekv32speciale", "deepseek-v3.2" },
	{ "v4flash|deepseekv4flash|dsv4flash", "deepseek-v4-flash" },
	{ "v4pro|deepseekv4pro|dsv4pro", "deepseek-v4-pro" },
	{ "v2lite|deepseekv2lite", "deepseek-v2-lite" },
	{ "k2|kimik2|kimik2instruct|kimik2thinking|kimik20905"
	  "|kimik2instruct0905|kimik25|kimik26|k25|k2thinking", "kimi-k2" },
	{ "glm5|glm51|glm5744b", "glm-5" },
};

static const struct name formats[] = {
	{ "f8|float8|fp8e4m3|e4m3|fp8block|w8a8fp8|int8|w8a8|w8a16|q80|8bit",
	  "fp8" },
	{ "bfloat16|fp16|float16|f16|half|16bit", "bf16" }, { "fp4", "nvfp4" },
	{ "fp4native|auto|nativeweights|nativeformat|nativeprecision",
	  "native" },
	{ "awq|gptq|4bit|w4a16|w4a8|w4afp8|int4awq|awqint4|u4|gptqint4|ud",
	  "int4" },
};

const int known_systems_nr = NR(known_systems);
const int known_models_nr = NR(known_models);

/* Small letters and digits alone, without who made it. */
void known_plain(const char *s, char *out, size_t size)
{
	static const char *const makers[] = { "nvidia", "deepseekai",
		"moonshotai", "zaiorg" };
	size_t at = 0;

	assert(s && out && size > 0);
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

const char *known_as(const struct name *list, int nr, const char *said)
{
	char spelt[64];		/* size: a name */

	assert(list && nr > 0 && said);
	known_plain(said, spelt, sizeof(spelt));
	for (int i = 0; i < nr; i++)
		if (near_is(spelt, strlen(spelt), list[i].said))
			return list[i].is;
	return NULL;
}

/* "H20 (140GB)", "H100 79GB": a size that tools print, of one near it. */
static const char *sized(const char *said)
{
	char spelt[64], other[80];	/* size: names */
	size_t n, digits = 3;		/* size: of GB, at most */
	const double near = 0.03;	/* math: GiB, or what is left free */
	const char *is = NULL;
	int size;

	known_plain(said, spelt, sizeof(spelt));
	n = strlen(spelt);
	while (n > 0 && strchr("gib", spelt[n - 1]))
		n--;
	if (n < digits || spelt[n] != 'g')
		return NULL;
	digits -= spelt[n - digits] == '0';
	if (strspn(spelt + n - digits, "0123456789") != digits)
		return NULL;
	size = (int)strtol(spelt + n - digits, NULL, 10); /* math: decimal */
	for (int off = 0; off <= size * near && !is; off++)
		for (int sign = -1; sign <= 1 && !is; sign += 2) {
			snprintf(other, sizeof(other), "%.*s%dgb",
				 (int)(n - digits), spelt, size + sign * off);
			is = known_as(known_systems, known_systems_nr, other);
		}
	return is;
}

const char *known_system(const char *said)
{
	const char *is = known_as(known_systems, known_systems_nr, said);

	return is ? is : sized(said);
}

const char *known_second(const char *said)
{
	static const struct name seconds[] = { { "h20", "h20-141g" } };

	return known_as(seconds, NR(seconds), said);
}

/* Those of which a point release is built as they are. */
static const char *const families[] = { "glm5", "kimik2", "k2" };

/* "V4-Flash-0731", "GLM-5.2": a day's checkpoint, or a point release. */
static bool less_release(char *spelt)
{
	const size_t day = 4;		/* size: digits of a month and a day */
	size_t n = strlen(spelt), digits = 0;

	while (digits < n && isdigit((unsigned char)spelt[n - digits - 1]))
		digits++;
	if (digits == day + 1 || digits == day) {
		spelt[n - day] = '\0';
		return true;
	}
	for (int i = 0; i < NR(families); i++)
		if (strlen(families[i]) + 1 == n && digits > 0 &&
		    !strncmp(spelt, families[i], n - 1)) {
			spelt[n - 1] = '\0';
			return true;
		}
	return false;
}

const char *known_model(const char *said)
{
	const char *is = known_as(known_models, known_models_nr, said);
	char spelt[64];		/* size: a name */

	assert(said);
	known_plain(said, spelt, sizeof(spelt));
	return is || !less_release(spelt) ? is :
	       known_as(known_models, known_models_nr, spelt);
}

bool known_stranger(const char *said)
{
	char spelt[64];		/* size: a name */

	assert(said);
	known_plain(said, spelt, sizeof(spelt));
	return near_any(spelt, "deepseekv41|dsv41|v41");
}

const char *known_format(const char *said)
{
	return known_as(formats, NR(formats), said);
}

const char *known_eight(struct spelt *spelt)
{
	const double each = 8;		/* units: GPUs */
	const char *is;

	assert(spelt);
	is = known_as(eights, NR(eights), spelt->name);
	if (is)
		spelt->many = each * (spelt->many > 0 ? spelt->many : 1);
	return is;
}

bool known_path(const char *name)
{
	assert(name);
	return strchr(name, '/') != NULL || strstr(name, ".csv") ||
	       strstr(name, ".json");
}

const char *known_engine(const char *text)
{
	static const struct name engines[] = {
		{ "sglang", "sglang" }, { "vllm", "vllm" },
		{ "trt", "trtllm" }, { "trtllm", "trtllm" },
		{ "tensorrt", "trtllm" } };
	struct spelt word;

	assert(text);
	if (known_path(text))
		return NULL;
	while (spelt_word(&word, &text))
		for (int i = 0; i < NR(engines); i++)
			if (strcmp(word.name, engines[i].said) == 0)
				return engines[i].is;
	return NULL;
}

double known_bits(const char *said, const char *spelt)
{
	char *end;
	double bits = strtod(said, &end);
	const double least = 1.5;	/* units: bits of the densest format */

	assert(said && spelt);
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

/* Hardware that there is, and no sheet of it. */
static bool is_stranger(const char *spelt)
{
	return near_any(spelt, "rtx|mi2|mi3|mi4|gaudi|tpu|ascend|910|trainium"
			"|l40|l4|a6000|v100|macstudio|macbook|groq"
			"|cerebras|cs3|sn40|dgxspark|h100nvl|h100pcie"
			"|m3ultra|m2ultra|m4max");
}

static bool is_sheet(const struct name *list, int nr, const char *spelt)
{
	char own[64];		/* size: a name */

	for (int i = 0; i < nr; i++) {
		known_plain(list[i].is, own, sizeof(own));
		if (strcmp(own, spelt) == 0)
			return true;
	}
	return known_as(list, nr, spelt) != NULL;
}

enum name_kind known_kind(const char *words)
{
	char own[64];		/* size: a name */
	struct spelt spelt;
	enum format f;

	assert(words);
	known_plain(words, own, sizeof(own));
	spelt_system(&spelt, words);
	if (!*own || (isdigit((unsigned char)*own) && !(spelt.many > 0) &&
		      !strstr(own, "bit")))
		return NAME_NONE;
	if (is_sheet(known_models, known_models_nr, own) || known_model(own))
		return NAME_MODEL;
	if (known_system(spelt.name) || known_system(own) ||
	    is_sheet(known_systems, known_systems_nr, spelt.name) ||
	    is_sheet(known_systems, known_systems_nr, own) ||
	    known_eight(&spelt))
		return NAME_HW;
	if (is_stranger(spelt.name))
		return NAME_STRANGER;
	if (known_engine(words))
		return NAME_STACK;
	if (near_same(words, "half") || near_same(words, "auto") ||
	    near_same(words, "native"))
		return NAME_NONE;	/* words of their own in a sentence */
	if (known_format(words) ||
	    format_parse(words, &f) == 0 ||
	    (strstr(words, "-bit") && !strchr(words, ' ') &&
	     known_bits(words, own) > 0))
		return NAME_FORMAT;
	spelt_model(&spelt, words);
	return *spelt.name && (known_model(spelt.name) ||
		is_sheet(known_models, known_models_nr, spelt.name)) ?
	       NAME_MODEL : NAME_NONE;
}
