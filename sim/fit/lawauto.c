#include "fit/lawauto.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fit/untold.h"

enum {
	NODE = 8	/* size: ranks of an HGX board */
};

/* Is a row a copy, and no trial of a law? */
static bool is_copy(const struct table *t, int row)
{
	assert(row >= 0 && row < t->rows);
	return !strcmp(table_cell(t, row, "op"), "copy");
}

/* ---- what is given ---- */

static void give(struct table *t, const char *column, const char *value)
{
	int c = table_need(t, column);
	bool anew = !strcmp(column, "kernel");

	for (int r = 0; r < t->rows; r++)
		if (anew || !*table_get(t, r, c))
			table_set(t, r, c, value);
}

/* One COLUMN=VALUE, len long. */
static int give_one(struct table *t, const char *text, size_t len,
		    struct fault *why)
{
	char word[2 * KEY_CHARS], *value;
	bool fits = len < sizeof(word);

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	value = strchr(word, '=');
	if (fits && value && value > word && value[1]) {
		*value = '\0';
		give(t, word, value + 1);
		return 0;
	}
	fault_at(why, "--given", 0, 0);
	fault_what(why, "\"%.*s\" gives no column a value", (int)len, text);
	return fault_remedy(why, "write COLUMN=VALUE, as --given hw=h200-sxm,"
			    "tokens=128");
}

int trials_give(struct table *t, const struct choices *given,
		struct fault *why)
{
	assert(t && given);
	for (int i = 0; i < given->nr; i++)
		for (const char *p = given->text[i]; p;) {
			size_t len = strcspn(p, ",");

			if (give_one(t, p, len, why))
				return -1;
			p = p[len] ? p + len + 1 : NULL;
		}
	return 0;
}

/* ---- which laws ---- */

/* "dispatch dispatch_node": the wire that so many ranks use. */
static void choose_wire(struct table *t, int row)
{
	int c = table_column(t, "kernel");
	char words[KEY_CHARS];
	char *second;

	snprintf(words, sizeof(words), "%s", table_get(t, row, c));
	second = strchr(words, ' ');
	if (!second)
		return;
	*second++ = '\0';
	if (strncmp(second, words, strlen(words)))
		return;
	table_set(t, row, c, table_number(t, row, table_column(t, "ranks")) >
		  NODE ? words : second);
}

static bool is_wire(const char *kernel)
{
	for (int k = 0; k < WIRE_NR; k++)
		if (!strcmp(kernel, grammar_wire((enum wire_kind)k)))
			return true;
	return false;
}

static void add_law(struct lawlist *l, const char *kernel, const char *arch)
{
	char root[KEY_CHARS];
	int len = snprintf(root, sizeof(root), "%s.%.*s.%s",
			   is_wire(kernel) ? "wire" : "law",
			   (int)strcspn(kernel, " "), kernel, arch);

	if (len < 0 || len >= (int)sizeof(root))
		return;
	for (int i = 0; i < l->nr; i++)
		if (!strcmp(l->root[i], root))
			return;
	if (l->nr < LAWS_MOST)
		memcpy(l->root[l->nr++], root, sizeof(root));
}

int lawlist_make(struct lawlist *l, struct table *t, struct shelf *shelf,
		 struct fault *why)
{
	bool unknown = false;

	assert(l && t && shelf);
	l->nr = 0;
	for (int r = 0; r < t->rows; r++) {
		const struct gpu *gpu;

		if (is_copy(t, r))
			continue;
		if (untold_check(t, r, why))
			return -1;
		choose_wire(t, r);
		gpu = shelf_gpu(shelf, table_cell(t, r, "hw"), why);
		if (gpu)	/* else the fit names the row */
			add_law(l, table_cell(t, r, "kernel"), gpu->arch);
		else
			unknown = true;
	}
	/* No fit is there to name a row: the last GPU that none knows. */
	return unknown && !l->nr ? -1 : 0;
}

/* ---- as many terms as the rows tell ---- */

/* What a law's terms are while one after the other is freed. */
struct freeing {
	const struct lean *ask;
	struct lawterms terms;		/* the sheet's */
	bool freed[TERMS_MOST];
	char words[CHOICES][KEY_CHARS];
};

static bool is_fixed(const struct choices *fix, const char *param)
{
	size_t len = strlen(param);

	for (int i = 0; i < fix->nr; i++)
		if (!strncmp(fix->text[i], param, len) &&
		    fix->text[i][len] == '=')
			return true;
	return false;
}

static bool is_form(const struct want *w)
{
	return w->limit == LIMIT_NORM || w->limit == LIMIT_COUNT;
}

/* A law of NAME_kernel has all terms: those that NAME lacks are 0. */
static void add_absent(struct lawterms *terms)
{
	const char *list[TERMS_MOST];
	int nr = law_terms(list);

	for (int i = 0; i < nr && terms->nr < TERMS_MOST; i++)
		if (!lawterms_find(terms, list[i]) &&
		    !lawterm_of_experts(list[i]))
			terms->term[terms->nr++] = (struct lawterm){
				.want = law_term(list[i]) };
}

/* The kernel that the stack uses where the rows' kernel was run; or false. */
static bool used_instead(struct lawname *alias, const struct lean *a,
			 const struct lawfit *c)
{
	const struct stack_spec of = { a->spec->stack, "", alias->arch };
	struct fault unused;
	const struct stack *stack;
	const char *kernel;

	if (alias->wired || !c->trials)
		return false;
	assert(c->trial[0].op.role < ROLE_NR);
	stack = shelf_stack(a->shelf, &of, &unused);
	kernel = stack ? stack->law[c->trial[0].op.role].kernel : NULL;
	if (!kernel)
		return false;
	snprintf(alias->name, sizeof(alias->name), "%s", kernel);
	return true;
}

/*
 * The sheet's terms of a law, or of the one that NAME_kernel is part of, or
 * of the kernel that the stack has for the same work.
 */
static int sheet_terms(struct lawterms *terms, const struct lean *a,
		       const struct lawname *name, const struct lawfit *c)
{
	static const struct choices none;
	struct fault unused;
	struct lawname alias = *name;
	char *tail = strstr(alias.name, "_kernel");
	struct lawterms_spec of = { .name = &alias, .fix = &none,
		.facts = shelf_stack_facts(a->shelf, a->spec->stack, ""),
		.arch = name->arch, .given = true };

	if (!of.facts)
		return -1;
	if (tail)
		*tail = '\0';
	if (lawterms_take(terms, &of, &unused) == 0) {
		if (tail)
			add_absent(terms);
		return 0;
	}
	if (!used_instead(&alias, a, c) || lawterms_take(terms, &of, &unused))
		return -1;
	add_absent(terms);
	return 0;
}

/* As PARAM=VALUE all terms of the sheet that are not freed. */
static void hold(struct freeing *f, struct choices *fix)
{
	*fix = f->ask->spec->fix;
	for (int i = 0; i < f->terms.nr && fix->nr < CHOICES; i++) {
		const struct lawterm *t = &f->terms.term[i];
		char *to = f->words[fix->nr];

		if (f->freed[i] || !isfinite(t->value) ||
		    is_fixed(&f->ask->spec->fix, t->want->key))
			continue;
		snprintf(to, KEY_CHARS, "%s=%.10g", t->want->key,
			 t->value / lawterm_factor(t->want));
		fix->text[fix->nr++] = to;
	}
}

/* 0: the rows identify the freed terms, each better than twice its error. */
static int fit_freed(struct freeing *f, struct lawfit *c, struct fault *why)
{
	const struct lean *a = f->ask;
	struct lawfit_spec lean = *a->spec;

	hold(f, &lean.fix);
	lawfit_release(c);
	if (lawfit(c, &lean, a->table, a->shelf, why))
		return -1;
	for (int i = 0; i < c->terms.nr; i++) {
		const struct lawterm *t = &c->terms.term[i];

		if (t->fitted && !(2 * t->err < t->value)) {
			fault_what(why, "%s of %s is no more than twice its "
				   "error", t->want->key, a->spec->law);
			return fault_remedy(why, "measure more sizes");
		}
	}
	return 0;
}

static void say_freed(const struct lawfit *c, struct text *freed)
{
	for (int i = 0; i < c->terms.nr; i++)
		if (c->terms.term[i].fitted)
			text_addf(freed, "%s%s", freed->len ? ", " : "",
				  c->terms.term[i].want->key);
}

static bool can_free(const struct freeing *f, int at)
{
	const struct lawterm *t = &f->terms.term[at];

	return !f->freed[at] && !is_form(t->want) && t->value > 0 &&
	       !is_fixed(&f->ask->spec->fix, t->want->key);
}

/* Free this one too, if the rows tell it beside those that are free. */
static bool try_one(struct freeing *f, int at, struct lawfit *c,
		    struct fault *why)
{
	if (!can_free(f, at))
		return false;
	f->freed[at] = true;
	f->freed[at] = fit_freed(f, c, why) == 0;
	return f->freed[at];
}

/* A start-up and a rate that are both wrong hide each other. */
static bool try_two(struct freeing *f, int at, struct lawfit *c,
		    struct fault *why)
{
	if (!can_free(f, 0) || !can_free(f, at) || at == 0)
		return false;
	f->freed[0] = true;
	if (!try_one(f, at, c, why))
		f->freed[0] = false;
	return f->freed[0];
}

/* All at once, where the rows tell them all. */
static bool try_all(struct freeing *f, struct lawfit *c, struct fault *why)
{
	for (int i = 0; i < f->terms.nr; i++)
		f->freed[i] = can_free(f, i);
	if (fit_freed(f, c, why) == 0)
		return true;
	memset(f->freed, 0, sizeof(f->freed));
	return false;
}

/* The terms that the rows tell, first come, until no other can be freed. */
static int free_terms(struct freeing *f, struct lawfit *c, struct fault *why)
{
	bool any = false, more = true;

	if (try_all(f, c, why))
		return 0;
	while (more) {
		more = false;
		for (int i = 0; i < f->terms.nr; i++)
			more |= try_one(f, i, c, why);
		for (int i = 1; i < f->terms.nr && !more; i++)
			more = try_two(f, i, c, why);
		any |= more;
	}
	return any ? fit_freed(f, c, why) : -1;
}

/*
 * NCCL's all-reduce is neither one of the engines' own kernels nor their
 * multimem sum in the switch: it is a ring, and that one is fitted.
 */
static bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool is_nccl_sum(const struct lean *a)
{
	return begins(a->spec->law, "wire.allreduce.") && a->table->rows &&
	       begins(table_cell(a->table, 0, "source"), "nccl-tests");
}

const char *lean_caution(const struct lean *a)
{
	assert(a);
	if (is_nccl_sum(a))
		return "this is NCCL's all-reduce; engines sum what decoding "
		       "needs with kernels of their own, several times "
		       "quicker: take these rows where yours does not";
	if (strstr(a->spec->law, "_kernel."))
		return "these times are of the kernel alone; the sheet's law "
		       "of that name also holds what goes with it "
		       "(quantisation, SiLU): take e_b, e_f and rho of these "
		       "rows, not t0";
	return NULL;
}

static void add_nccl_form(struct choices *fix, const struct lean *a)
{
	static const char *const none[] = { "e_switch=0", "alpha_switch=0" };

	if (!is_nccl_sum(a))
		return;
	for (int i = 0; i < 2 && fix->nr < CHOICES; i++) {
		char name[KEY_CHARS];

		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(none[i], "="), none[i]);
		if (!is_fixed(fix, name))
			fix->text[fix->nr++] = none[i];
	}
}

int lawfit_lean(struct lawfit *c, const struct lean *given, struct fault *why)
{
	struct freeing *f = mem_zeroed(1, sizeof(*f));
	struct lawfit_spec spec = *given->spec;
	struct lean own = *given, *a = &own;
	struct lawname name;
	int rc;

	assert(a->freed);
	add_nccl_form(&spec.fix, given);
	own.spec = &spec;
	rc = lawfit(c, a->spec, a->table, a->shelf, why);
	f->ask = a;
	if (rc && !lawname_parse(&name, a->spec->law, &(struct fault){ 0 }) &&
	    sheet_terms(&f->terms, a, &name, c) == 0)
		rc = free_terms(f, c, why);
	c->held = a->spec->stack;
	say_freed(c, a->freed);
	free(f);
	return rc;
}

/* ---- copies ---- */

static void copy_row(const struct table *t, int first, struct table *out)
{
	double sum = 0, square = 0;
	const char *hw = table_cell(t, first, "hw");
	int nr = 0, row = table_add_row(out, 0);

	for (int r = first; r < t->rows; r++) {
		double x = table_number(t, r, table_column(t, "time"));

		if (!is_copy(t, r) || strcmp(table_cell(t, r, "hw"), hw))
			continue;
		nr++;
		sum += x;
		square += x * x;
	}
	sum /= nr;
	square = nr > 1 ? sqrt(fmax(square / nr - sum * sum, 0) / (nr - 1)) :
		 0;
	table_set(out, row, table_need(out, "key"), "pcie.bandwidth");
	table_setf(out, row, table_need(out, "value"), "%.4g", sum);
	table_setf(out, row, table_need(out, "err"), square > 0 ? "%.2g" : "",
		   square);
	table_set(out, row, table_need(out, "unit"), "GB/s");
	table_set(out, row, table_need(out, "origin"), "fitted");
	table_set(out, row, table_need(out, "source"), table_cell(t, first,
							    "source"));
	table_setf(out, row, table_need(out, "note"), "for hw/%s.csv; mean of "
		   "%d copies between host and GPU", *hw ? hw : "NAME", nr);
}

void copies_sheet(const struct table *t, struct table *out)
{
	assert(t && out);
	for (int r = 0; r < t->rows; r++) {
		bool first = is_copy(t, r);

		for (int i = 0; i < r && first; i++)
			first = !is_copy(t, i) ||
				strcmp(table_cell(t, i, "hw"),
				       table_cell(t, r, "hw"));
		if (first)
			copy_row(t, r, out);
	}
}
