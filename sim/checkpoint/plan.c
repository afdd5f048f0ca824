#include "checkpoint/plan.h"

#include <assert.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "checkpoint/names.h"

enum {
	PATTERN_CHARS = 200,	/* size: the longest pattern */
	MOST_EXPERTS = 65536,	/* size: no model has so many */
	ANY = -1		/* size: a pattern of no one layer */
};

enum kind { KIND_WORDS, KIND_GLOB, KIND_REGEX };

struct rule {
	enum kind kind;
	char *given;		/* as written; owned */
	char *text;		/* without what stands before; owned */
	regex_t regex;		/* KIND_REGEX */
	int layer;		/* the one that it can match, or ANY */
	int format;
	bool met;
};

void plan_init(struct plan *p, const char *where)
{
	*p = (struct plan){ .all = PLAN_NONE, .experts = PLAN_NONE,
		.base = kept_all(FORMAT_BF16, FORMAT_BF16), .where = where };
}

void plan_release(struct plan *p)
{
	assert(p);
	for (int i = 0; i < p->nr; i++) {
		if (p->rule[i].kind == KIND_REGEX)
			regfree(&p->rule[i].regex);
		free(p->rule[i].given);
		free(p->rule[i].text);
	}
	free(p->rule);
	*p = (struct plan){ .all = PLAN_NONE, .experts = PLAN_NONE };
}

/* ---- patterns ---- */

/* What a checkpoint with a vision tower puts before, and what all do. */
static const char *bare(const char *name)
{
	static const char *const before[] = { "language_model.", "model." };

	for (int i = 0; i < 2; i++)
		if (!strncmp(name, before[i], strlen(before[i])))
			name += strlen(before[i]);
	return name;
}

/* A tensor's name is its module's: without .weight or .bias at the end. */
static void drop_tensor(char *text)
{
	static const char *const after[] = { ".weight", ".bias" };

	for (int i = 0; i < 2; i++) {
		size_t len = strlen(text), end = strlen(after[i]);

		if (len > end && !strcmp(text + len - end, after[i]))
			text[len - end] = '\0';
	}
}

/* layers.7. at the start: 7; else any. */
static int layer_of(const char *text)
{
	static const char start[] = "layers.";
	char *end;
	long layer;

	if (strncmp(text, start, strlen(start)))
		return ANY;
	text += strlen(start);
	if (*text < '0' || *text > '9')
		return ANY;
	layer = strtol(text, &end, 10);		/* units: decimal digits */
	return (*end == '.' || !*end) && layer < MODEL_LAYERS ? (int)layer :
		ANY;
}

/* experts.17. is as experts.0.; returns its number, or -1. */
static int expert_of(char *text)
{
	static const char word[] = "experts.";
	char *at = strstr(text, word), *end;
	long nr;

	if (!at)
		return -1;
	at += strlen(word);
	if (*at < '0' || *at > '9')
		return -1;
	nr = strtol(at, &end, 10);		/* units: decimal digits */
	if (nr < 0 || nr >= MOST_EXPERTS || (*end && *end != '.'))
		return -1;
	*at++ = '0';
	memmove(at, end, strlen(end) + 1);
	return (int)nr;
}

static int bad_regex(const struct plan *p, const char *pattern,
		     struct fault *why)
{
	fault_what(why, "%s names \"%s\", an expression that we cannot read",
		   p->where, pattern);
	return fault_remedy(why, "write it with . * + ? | ( ) [ ] \\d and "
			    "\\w alone, or as a glob");
}

/*
 * Python's expression as a POSIX one, anchored: (?: is (, \d and \w are
 * classes, a lazy *? matches what * does. 0, or -1: it has more than that.
 */
static int translate(const char *python, struct text *out)
{
	text_add(out, "^(");
	for (const char *p = python; *p; p++) {
		if (strchr("{}", *p))
			return -1;
		if (*p == '\\' && p[1] == 'd') {
			text_add(out, "[0-9]");
			p++;
		} else if (*p == '\\' && p[1] == 'w') {
			text_add(out, "[A-Za-z0-9_]");
			p++;
		} else if (*p == '\\') {
			if (!p[1] || !strchr(".*+?|()[]^$-_/\\", p[1]))
				return -1;
			text_addn(out, p++, 2);
		} else if (*p == '(' && p[1] == '?') {
			if (p[2] != ':')
				return -1;
			text_add(out, "(");
			p += 2;
		} else if (*p == '?' && p > python && strchr("*+?", p[-1])) {
			continue;
		} else {
			text_addn(out, p, 1);
		}
	}
	text_add(out, ")");
	return 0;
}

static int compile(struct plan *p, struct rule *r, struct fault *why)
{
	struct text posix = TEXT_INIT;
	int rc = translate(r->text, &posix);

	if (!rc)
		rc = regcomp(&r->regex, posix.buf, REG_EXTENDED | REG_NOSUB);
	text_release(&posix);
	return rc ? bad_regex(p, r->given, why) : 0;
}

static void rule_free(struct rule *r)
{
	free(r->given);
	free(r->text);
}

int plan_add(struct plan *p, const char *pattern, int format,
	     struct fault *why)
{
	static const char re[] = "re:";
	bool regex = !strncmp(pattern, re, strlen(re));
	struct rule r = { .format = format, .layer = ANY };

	assert(format >= 0 && format <= PLAN_NONE);
	if (!*pattern || strlen(pattern) > PATTERN_CHARS) {
		fault_what(why, "%s names a module of %d characters",
			   p->where, (int)strlen(pattern));
		return fault_remedy(why, "write 1 to %d", PATTERN_CHARS);
	}
	r.given = mem_copy(pattern);
	r.text = mem_copy(regex ? pattern + strlen(re) : bare(pattern));
	r.kind = regex ? KIND_REGEX : strpbrk(pattern, "*?[") ? KIND_GLOB :
		KIND_WORDS;
	if (r.kind != KIND_REGEX) {
		drop_tensor(r.text);
		r.layer = layer_of(r.text);
		if (expert_of(r.text) > 0) {	/* as the first of them */
			rule_free(&r);
			return 0;
		}
	} else if (compile(p, &r, why)) {
		rule_free(&r);
		return -1;
	}
	p->rule = mem_grow(p->rule, p->nr, &p->cap, sizeof(*p->rule));
	p->rule[p->nr++] = r;
	return 0;
}

/* The words of text stand in name one after the other. */
static bool has_words(const char *name, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = strstr(name, text); at;
	     at = strstr(at + 1, text))
		if ((at == name || at[-1] == '.') &&
		    (!at[len] || at[len] == '.'))
			return true;
	return false;
}

/* The whole of name, or of what it stands in. */
static bool globs(const char *name, const char *glob)
{
	char part[NAME_CHARS];

	snprintf(part, sizeof(part), "%s", name);
	for (char *dot = part; dot; dot = strrchr(part, '.')) {
		if (dot != part)
			*dot = '\0';
		if (!fnmatch(glob, part, 0))
			return true;
	}
	return false;
}

static bool regex_meets(const regex_t *regex, const char *name)
{
	static const char *const before[] = { "", "model.",
		"language_model.model.", "language_model." };
	char whole[NAME_CHARS];

	for (int i = 0; i < 4; i++) {		/* size: of before */
		snprintf(whole, sizeof(whole), "%s%s", before[i], name);
		if (!regexec(regex, whole, 0, NULL, 0))
			return true;
	}
	return false;
}

static bool meets_one(const struct rule *r, const char *name)
{
	switch (r->kind) {
	case KIND_WORDS:
		return has_words(name, r->text);
	case KIND_GLOB:
		return globs(name, r->text);
	default:
		return regex_meets(&r->regex, name);
	}
}

/* layer. and any of the row's names, behind bars. */
static bool meets(const struct rule *r, const char *layer, const char *row)
{
	char name[NAME_CHARS];

	for (const char *p = row; *p;) {
		int len = (int)strcspn(p, "|");

		snprintf(name, sizeof(name), "%s%.*s", layer, len, p);
		if (meets_one(r, name))
			return true;
		p += len;
		p += *p == '|';
	}
	return false;
}

/* ---- the model's modules ---- */

struct walk {
	struct plan *p;
	const struct model *m;
	struct kept *kept;
	int first[SITE_NR][MODULE_NR];	/* layer that set it; -1: none yet */
	struct fault *why;
};

static enum site place_of(const struct model *m, int layer)
{
	assert(layer >= 0 && m->first_k_dense_replace <= m->num_hidden_layers);
	if (layer >= m->num_hidden_layers)
		return SITE_MTP;
	return layer < m->first_k_dense_replace ? SITE_DENSE : SITE_MOE;
}

/* What it is without a pattern, and what the last pattern makes of it. */
static int format_in(struct walk *w, int layer, const struct name *n,
		     enum site place)
{
	struct plan *p = w->p;
	char before[32];	/* size: layers.999. */
	int base = n->module < 0 ? FORMAT_BF16 :
		w->kept->of[place][n->module];
	int f = p->all == PLAN_NONE ? base : p->all;
	bool left = false;

	names_layer(w->m, layer, before, sizeof(before));
	if (n->module < 0)
		f = FORMAT_BF16;
	else if (n->module == MODULE_EXPERTS && p->experts != PLAN_NONE)
		f = p->experts;
	for (int i = 0; i < p->nr; i++) {
		struct rule *r = &p->rule[i];

		if ((r->layer != ANY && r->layer != layer) ||
		    !meets(r, before, n->text))
			continue;
		r->met = true;
		if (r->format == PLAN_NONE)
			left = true;
		else
			f = r->format;
	}
	return left ? base : f;
}

static int layer_row(struct walk *w, int layer, const struct name *n,
		     struct kept *out)
{
	enum site place = place_of(w->m, layer);
	int f = format_in(w, layer, n, place), *first;

	if (n->module < 0 || !n->place[place])
		return 0;
	first = &w->first[place][n->module];
	if (*first < 0) {
		*first = layer;
		out->of[place][n->module] = (unsigned char)f;
		return 0;
	}
	if (out->of[place][n->module] == f)
		return 0;
	fault_what(w->why, "%s stores %s of layer %d in %s and of layer %d in "
		   "%s", w->p->where, module_name((enum module)n->module),
		   *first, format_name((enum format)out->of[place][n->module]),
		   layer, format_name((enum format)f));
	return fault_remedy(w->why, "take a checkpoint whose %s are alike: "
			    "others are not modelled", site_name(place));
}

/* Patterns of what stands outside the layers, and of a vision tower. */
static void meet_outer(struct plan *p, struct rule *r)
{
	for (int i = 0; names_outer[i] && !r->met; i++)
		r->met = meets_one(r, names_outer[i]);
	for (int i = 0; p->vision && names_vision[i] && !r->met; i++) {
		size_t len = strlen(names_vision[i]);
		char inside[NAME_CHARS];

		snprintf(inside, sizeof(inside), "%s.proj", names_vision[i]);
		r->met = !strncmp(r->text, names_vision[i], len) ||
			 meets_one(r, inside);
	}
}

static int all_met(struct plan *p, struct fault *why)
{
	for (int i = 0; i < p->nr; i++) {
		struct rule *r = &p->rule[i];

		if (!r->met)
			meet_outer(p, r);
		if (r->met)
			continue;
		fault_what(why, "%s names \"%s\", which matches no module of "
			   "this model", p->where, r->given);
		return fault_remedy(why, "remove it, or spell it as the "
				    "checkpoint does, as in "
				    "model.layers.3.self_attn.o_proj");
	}
	return 0;
}

/* What a place has none of is said to be as its like elsewhere. */
static void fill_absent(const struct walk *w, struct kept *out)
{
	for (int m = 0; m < MODULE_NR && w->p->nr > 0; m++)
		for (int s = 0; s < SITE_NR; s++) {
			int from = m == MODULE_DENSE ? SITE_DENSE : SITE_MOE;

			if (w->first[s][m] >= 0)
				continue;
			out->of[s][m] = s != SITE_MTP &&
				w->first[from][m] >= 0 ?
				out->of[from][m] : out->of[s][MODULE_O];
		}
}

int plan_apply(struct plan *p, const struct model *m, struct kept *kept,
	       struct fault *why)
{
	struct walk w = { p, m, &p->base, { { 0 } }, why };
	int rows, layers = m->num_hidden_layers + m->num_nextn_predict_layers;
	const struct name *row = names_of(m->family, &rows);
	struct kept out = p->base;

	assert(p->all <= PLAN_NONE && p->experts <= PLAN_NONE);
	if (p->all != PLAN_NONE)
		out = kept_all((enum format)p->all, (enum format)p->all);
	if (p->experts != PLAN_NONE)
		for (int i = 0; i < SITE_NR; i++)
			out.of[i][MODULE_EXPERTS] = (unsigned char)p->experts;
	memset(w.first, -1, sizeof(w.first));
	for (int l = 0; l < layers && p->nr > 0; l++)
		for (int i = 0; i < rows; i++)
			if (layer_row(&w, l, &row[i], &out))
				return -1;
	fill_absent(&w, &out);
	*kept = out;
	return all_met(p, why);
}
