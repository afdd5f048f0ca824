#include "claims/spelt.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"

enum {
	MOST = 100000,	/* size: GPUs that one name counts */
	TIMES = 2	/* size: bytes of a multiplication sign in UTF-8 */
};

/* ---- words ---- */

static bool is_times(const char *s)
{
	return strncmp(s, "\xc3\x97", TIMES) == 0;
}

/*
 * The next run of letters and digits, small; a times sign is an x. Points
 * within go. False: no more.
 */
static bool next_word(const char **text, char *word)
{
	const char *s = *text;
	int n = 0;

	while (*s && !isalnum((unsigned char)*s) && *s != '*' && !is_times(s))
		s++;
	if (*s == '*' || is_times(s)) {
		*text = s + (*s == '*' ? 1 : TIMES);
		strcpy(word, "x");
		return true;
	}
	for (; n < SPELT - 1; s++) {
		if (isalnum((unsigned char)*s))
			word[n++] = (char)tolower((unsigned char)*s);
		else if (*s != '.' || n == 0)
			break;
	}
	word[n] = '\0';
	*text = s;
	return n > 0;
}

static bool among(const char *words, const char *word)
{
	return near_is(word, strlen(word), words);
}

static void append(struct spelt *out, const char *word, int n)
{
	int at = (int)strlen(out->name);

	n = n < SPELT - 1 - at ? n : SPELT - 1 - at;
	memcpy(out->name + at, word, (size_t)n);
	out->name[at + n] = '\0';
}

/* ---- counts ---- */

/* A number of a few digits at the start of s; where it ends; else s. */
static const char *count(const char *s, double *x)
{
	char *end;
	long n;

	if (!isdigit((unsigned char)*s))
		return s;
	n = strtol(s, &end, 10);	/* math: decimal */
	if (n < 1 || n > MOST)
		return s;
	*x = (double)n;
	return end;
}

static bool has_digit(const char *s, int n)
{
	for (int i = 0; i < n; i++)
		if (isdigit((unsigned char)s[i]))
			return true;
	return false;
}

/* One count more. */
static void counted(double *many, double x)
{
	*many = (*many > 0 ? *many : 1) * x;
}

/* "8x", "2x8", "8xh200": the counts before, multiplied; what is left. */
static const char *counts_before(const char *word, double *many)
{
	double x;
	const char *from = word, *s = count(word, &x);

	while (s > word && *s == 'x') {
		counted(many, x);
		word = s + 1;
		s = count(word, &x);
	}
	if (s > word && !*s && word > from) {	/* "2x8" */
		counted(many, x);
		return s;
	}
	return word;
}

/* "h200x8": the count behind; how much of the word is left. */
static int counts_behind(const char *word, double *many)
{
	int n = (int)strlen(word), at = n;
	double x;

	while (at > 0 && isdigit((unsigned char)word[at - 1]))
		at--;
	if (at == n || at < 2 || word[at - 1] != 'x' ||
	    !has_digit(word, at - 1) || *count(word + at, &x))
		return n;
	counted(many, x);
	return at - 1;
}

/* Does a later word have letters and digits? Then a bare number counts it. */
static bool names_one(const char *text)
{
	char word[SPELT];

	while (next_word(&text, word)) {
		int n = (int)strlen(word);

		if (has_digit(word, n) && isalpha((unsigned char)word[0]))
			return true;
	}
	return false;
}

/* The word behind: "80 GB", "8 x", "8 GPUs". */
static bool followed(const char *text, const char *words)
{
	char word[SPELT];

	return next_word(&text, word) && among(words, word);
}

/* ---- systems ---- */

static const char makers[] = "nvidia|deepseek|ai|x|moonshotai|zai|org|amd";
static const char sizes[] = "gb|g|gib|tb";
static const char things[] = "gpu|gpus";
static const char times[] = "x";
static const char boards[] =
	"gpu|gpus|tensor|core|a|cores|server|servers|node|nodes|system"
	"|systems|rack|racks|nodes|host|hosts|sxm|sxm2|sxm4|sxm5|sxm6|hbm3"
	"|hbm3e|hbm2e|nvlink|hgx|dgx|single|one|with|of|and|the";

/* A bare number: of memory, of GPUs, or of the name. */
static void bare(struct spelt *out, const char *word, const char *text,
		 bool after_x)
{
	static const char boxes[] = "node|nodes|hosts|servers|machines|racks";
	double x;

	bool first = !*out->name && (followed(text, times) ||
				     names_one(text));

	if (*out->name && out->many > 0 && followed(text, boxes))
		return;			/* "16x H100 (2 nodes)" */
	if (followed(text, sizes) || *count(word, &x) ||
	    !(after_x || first || followed(text, things)))
		append(out, word, (int)strlen(word));
	else
		counted(&out->many, x);
}

void spelt_system(struct spelt *out, const char *text)
{
	char word[SPELT];
	const char *const start = text;
	bool after_x = false;

	assert(out && text);
	*out = (struct spelt){ .many = 0 };
	while (next_word(&text, word)) {
		int n = (int)strlen(word);
		bool tail = *out->name && text - n > start &&
			text[-n - 1] == '-';	/* "A192-32X": no count */
		const char *rest = tail ? word :
			counts_before(word, &out->many);

		if (rest > word) {
			append(out, rest, counts_behind(rest, &out->many));
		} else if (strspn(word, "0123456789") == (size_t)n) {
			bare(out, word, text, after_x);
		} else if (word[0] == 'x' && n > 1 &&
			   strspn(word + 1, "0123456789") == (size_t)n - 1) {
			bare(out, word + 1, "", true);
		} else if (!among(boards, word) &&
			   !among(makers, word)) {
			append(out, word, counts_behind(word, &out->many));
		}
		after_x = strcmp(word, "x") == 0;
	}
	if (out->many > MOST)
		out->many = 0;
}

/* ---- models and formats ---- */

void spelt_model(struct spelt *out, const char *text)
{
	static const char silent[] =
		"nvidia|ai|moonshotai|zai|org|fp8|fp4|nvfp4|mxfp4|awq|gptq"
		"|int4|int8|bf16|w4a16|w4afp8|instruct|base|code|thinking"
		"|chat|671b|685b|1t|model|full|the|gguf|unsloth|experimental"
		"|exp|preview";
	char word[SPELT];

	assert(out && text);
	*out = (struct spelt){ .many = 0 };
	while (next_word(&text, word))
		if (!among(silent, word))
			append(out, word, (int)strlen(word));
}

int spelt_word(struct spelt *out, const char **text)
{
	*out = (struct spelt){ .many = 0 };
	return next_word(text, out->name);
}
