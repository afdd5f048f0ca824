#include "spoken/naming.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "words/figure.h"
#include "words/item.h"
#include "words/money.h"
#include "claims/degrees.h"
#include "claims/known.h"
#include "spoken/foreign.h"
#include "spoken/forms.h"
#include "spoken/reworded.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- names ---- */

/* A run of words; the signs at its ends are none of it. */
struct run {
	const char *from, *to;
	char words[SAID_LONG];
};

static const char *word_end(const char *s)
{
	return s + strcspn(s, " \t");
}

/* The next so many words from s on; false: there are fewer. */
static bool run_of(const char *s, int words, struct run *r)
{
	const char *end = s;

	s += strspn(s, "(\"'");
	for (int i = 0; i < words; i++) {
		end += strspn(end, " \t");
		if (!*end)
			return false;
		end = word_end(end);
	}
	while (end > s && strchr(",:;.)\"'", end[-1]))
		end--;
	if (end <= s || (size_t)(end - s) >= sizeof(r->words))
		return false;
	if (end - s > 2 && near_begins(end - 2, "GB") && *end == ')')
		end++;			/* "H20 (141GB)" */
	r->from = s;
	r->to = end;
	said_copy(r->words, sizeof(r->words), s, (size_t)(end - s));
	if (end - s > 1 && end[-1] == 's' && isdigit((unsigned char)end[-2]))
		r->words[end - s - 1] = '\0';	/* "H200s" */
	for (const char *w = r->words; *w; w++)	/* "H20 (141GB)" is one */
		if (strchr(",;:", *w) || (*w == '(' && end[-1] != ')'))
			return false;	/* two clauses */
	return true;
}

/* A number of things, said by itself before the name: where it begins. */
static size_t count_before(const struct out *o, double *many)
{
	size_t end = o->at, from;
	char word[32];		/* size: a number */
	struct figure f;

	while (end > 0 && o->text[end - 1] == ' ')
		end--;
	for (from = end; from > 0 && !strchr(" ;:(", o->text[from - 1]);)
		from--;
	if (from == end || end - from >= sizeof(word))
		return o->at;
	said_copy(word, sizeof(word), o->text + from, end - from);
	if (near_same(word, "single") || near_same(word, "one")) {
		*many = 1;
		return from;
	}
	if (strpbrk(word, "$.kKmMbB") || figure_read(&f, word) || *f.rest ||
	    f.value < 1 || f.value > floor(f.value))
		return o->at;
	*many = f.value;
	return from;
}

/* The last word before, in small letters. */
static void word_before(const struct out *o, char *word, size_t size)
{
	size_t end = o->at, from;

	while (end > 0 && strchr(" ;", o->text[end - 1]))
		end--;
	for (from = end; from > 0 && o->text[from - 1] != ' ';)
		from--;
	said_copy(word, size, o->text + from, end - from);
}

/* Behind what is it compared with, or of what unit is it the last part? */
static bool is_other(const struct out *o)
{
	char word[32];		/* size: a word */

	word_before(o, word, sizeof(word));
	return near_is(word, strlen(word), "over|than|vs|vs.|versus|per") ||
	       (*word && word[strlen(word) - 1] == '/');
}

/* "GPUs", "node" behind hardware: of its name. */
static const char *things_behind(const char *s)
{
	const char *w = s + strspn(s, " ");
	size_t n = 0;

	while (isalpha((unsigned char)w[n]))
		n++;
	return near_is(w, n, "gpus|gpu|cards|card|nodes|node|servers|server|"
		       "system") && !isdigit((unsigned char)w[n]) ? w + n : s;
}

/* "2.788M H800 GPU hours": of their time. */
static bool is_time(const char *s)
{
	return near_any(s, " GPU hour| GPU-hour| hours");
}

/* "Four GB300 NVL72 systems": how many GPUs, is said elsewhere or not. */
static bool is_systems(const char *behind, const char *words)
{
	return near_any(behind, " systems| racks| nodes| servers") &&
	       near_has(words, "nvl");
}

/* Without what says how many there are in one. */
static void less_board(const char *words, char *out, size_t size)
{
	said_copy(out, size, words, strlen(words));
	for (char *w = out; *w; w++) {
		int n = near_any(w, " NVL72|DGX |HGX ");

		memmove(w, w + n, strlen(w + n) + 1);
	}
}

static void take_hw(struct out *o, const struct run *r, struct phrase *p)
{
	/* "two H200 nodes", "a single H100 server" */
	int boxes = near_any(r->to, " nodes| servers| node| server");
	double many = 0;

	if (*p->hw)
		return;		/* the first is meant */
	o->at = count_before(o, &many);
	if (is_systems(r->to, r->words))
		less_board(r->words, p->hw, sizeof(p->hw));
	else if (many > 0)
		snprintf(p->hw, sizeof(p->hw), "%.0fx %.40s%.*s", many,
			 r->words, boxes, r->to);
	else
		snprintf(p->hw, sizeof(p->hw), "%.50s%.*s", r->words,
			 isdigit((unsigned char)*r->words) ? boxes : 0, r->to);
}

/* A window begins and ends with a word of the name. */
static bool is_tight(const char *words)
{
	static const char loose[] = "single|one|with|a|an|the|of|and|nvlink|"
		"hbm|hbm3|hbm3e|hbm2e|node|nodes|systems|racks|servers|system|"
		"rack|server|on|in|for|to|at|per|or|gpus|gpu|cards|card";
	const char *last = strrchr(words, ' ');

	last = last ? last + 1 : words;
	if (near_is(last, strlen(last), loose) ||
	    near_is(words, strcspn(words, " "), loose))
		return false;
	return isalnum((unsigned char)*words) &&
	       (isalnum((unsigned char)words[strlen(words) - 1]) ||
		words[strlen(words) - 1] == ')');
}

/* "SGLang v0.5.7", "TensorRT LLM 1.0": an engine and its version. */
static bool is_engine(const char *words)
{
	char word[SAID_LONG];
	bool first = true;

	for (const char *s = words; *s; s += strspn(s, " "), first = false) {
		size_t n = strcspn(s, " ");

		said_copy(word, sizeof(word), s, n);
		s += n;
		if (known_kind(word) == NAME_STACK || (!first &&
		    (near_is(word, strlen(word), "llm|engine") ||
		     isdigit((unsigned char)word[strspn(word, "vV")]))))
			continue;
		return false;
	}
	return true;
}

/* An engine is all of its name, and no format ends a model's, nor what counts
   something: "R1 2150 tokens/s". */
static bool is_own(enum name_kind kind, const struct run *r)
{
	const char *last = strrchr(r->words, ' ');

	if (kind == NAME_STACK)
		return is_engine(r->words);
	return kind != NAME_MODEL || !last ||
	       (known_kind(last + 1) != NAME_FORMAT &&
		!(isdigit((unsigned char)last[1]) && near_any(r->to,
			" tok| t/s| user| request| ms| GPU| output")));
}

static bool is_hw(enum name_kind kind)
{
	return kind == NAME_HW || kind == NAME_STRANGER;
}

/* Fewer words are a whole name, "MI300X", that no sheet is of. */
static bool is_strange(const char *s, int words)
{
	struct run r;

	return run_of(s, words, &r) && strpbrk(r.words, "0123456789") &&
	       known_kind(r.words) == NAME_STRANGER;
}

/* "R1 Distill 70B", "DeepSeek R1 8B": Llama or Qwen that it taught. */
static bool is_distilled(const char *words)
{
	const char *last = strrchr(words, ' ');
	const double small = 100;	/* units: billions, of the largest */
	char model[SAID_LONG];
	struct figure f;

	if (near_has(words, "distill"))
		return !last || near_has(last, "distill|qwen|llama") ||
		       isdigit((unsigned char)last[1]);
	if (!last || !isdigit((unsigned char)last[1]) ||
	    figure_read(&f, last + 1) || *f.rest || !f.scaled ||
	    f.value >= small * 1e9)	/* units: billions */
		return false;
	said_copy(model, sizeof(model), words, (size_t)(last - words));
	return known_kind(model) == NAME_MODEL && near_has(model, "r1");
}

/* "Llama 405B": a model of others. */
static bool is_foreign(const char *words)
{
	const char *last = strrchr(words, ' ');

	return near_any(words, "llama|qwen|mixtral|mistral|grok|gpt|gemma|"
			"nemotron|minimax") && last &&
	       strpbrk(last, "0123456789");
}

/* One of its models that no sheet is of. */
static bool is_deepseek(const char *words)
{
	int n = near_begins(words, "deepseek ");

	return n > 0 && isalpha((unsigned char)words[n]) &&
	       isdigit((unsigned char)words[n + 1]);
}

/* A name at s: where it ends; NULL: none. */
static const char *name_at(const char *s, struct out *o, struct phrase *p,
			   bool peaks)
{
	const int most = 4;		/* size: words of a name */
	struct run r;

	for (int n = most; n > 0; n--) {
		enum name_kind kind;

		if (!run_of(s, n, &r) || (n > 1 && is_strange(s, n - 1)))
			continue;
		if ((n == 2 && is_foreign(r.words)) ||
		    (is_distilled(r.words) && is_tight(r.words))) {
			if (!*p->model)
				snprintf(p->model, sizeof(p->model), "%.60s",
					 r.words);
			return r.to;
		}
		kind = known_kind(r.words);
		/* "DeepSeek V4" is none that is known, and not V3 */
		if (kind == NAME_MODEL && near_same(r.words, "deepseek"))
			continue;
		if (kind == NAME_NONE && n == 2 && is_deepseek(r.words))
			kind = NAME_MODEL;
		if (kind == NAME_NONE || !is_tight(r.words) ||
		    !is_own(kind, &r) ||
		    (kind == NAME_FORMAT && peaks) ||
		    (is_hw(kind) && (is_other(o) || is_time(r.to))))
			continue;
		if (is_hw(kind))
			take_hw(o, &r, p);
		else if (kind == NAME_MODEL && !*p->model)
			snprintf(p->model, sizeof(p->model), "%.60s",
				 r.words);
		else if (kind == NAME_STACK && !*p->stack)
			snprintf(p->stack, sizeof(p->stack), "%.30s",
				 r.words);
		else if (kind == NAME_FORMAT && !*p->weights)
			snprintf(p->weights, sizeof(p->weights), "%.31s",
				 r.words);
		return is_hw(kind) ? things_behind(r.to) : r.to;
	}
	return NULL;
}

/* "TP8/EP8": behind it; NULL: it is none. */
static const char *layout_at(const char *s, struct phrase *p)
{
	struct degrees d = { { 0 } };
	const char *end = degrees_read(&d, s);
	int n = near_begins(s, DP_ATTENTION);

	if (n > 0)
		end = s + n;
	if (end)
		text_list(p->layout, sizeof(p->layout), " ", "%.*s",
			  (int)(end - s), s);
	return end;
}

/* A currency's sign, as a dollar's: behind it; NULL: there is none. */
static const char *money_plain(const char *s, struct out *o)
{
	int letters;
	const struct money *money = money_at(s, &letters);
	bool space;

	if (!money || !strcmp(money->of, "USD"))
		return NULL;
	space = s[letters - 1] == ' ' && *money->is == ' ';
	out_put(o, money->is, strlen(money->is) - space);
	return s + letters - space;
}

void naming_take(const char *text, char *out, size_t size, struct phrase *p)
{
	struct out o = { out, 0, size };
	char words[SAID_LONG], plain[SAID_LONG];
	bool begin = true;
	bool peaks = near_has(text, "flop");

	assert(text && out && size > 0 && p);
	*out = '\0';
	foreign_plain(text, plain, sizeof(plain));
	reworded_plain(plain, words, sizeof(words));
	forms_plain(words, plain, sizeof(plain));
	for (const char *s = plain; *s;) {
		const char *end = money_plain(s, &o);

		if (!end && begin) {
			end = layout_at(s, p);
			if (!end)
				end = name_at(s, &o, p, peaks);
			if (end)
				out_word(&o, "; ");
		}
		begin = *s == ' ' || *s == '(' || *s == '/';
		if (end) {
			s = end;
			begin = false;
		} else {
			out_put(&o, s++, 1);
		}
	}
}
