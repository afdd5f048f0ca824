#include "fit/lawterms.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *lawterm_unit(const struct want *w)
{
	assert(w && w->key);
	if (w->dim == DIM_S)
		return "us";
	if (w->dim == DIM_FLOPS)
		return "TFLOP/s";
	return w->dim == DIM_COUNT ? "count" : "1";
}

double lawterm_factor(const struct want *w)
{
	enum dim dim;
	double factor = 1;

	assert(w && w->key);
	units_parse(lawterm_unit(w), &dim, &factor);
	return factor;
}

/* ---- which there are ---- */

static const struct want *want_of(const struct lawname *n, const char *param)
{
	return n->wired ? wire_term(param) : law_term(param);
}

/* p, pad and whole: a choice of form, not a measure of anything. */
static bool is_form(const struct want *w)
{
	return w->limit == LIMIT_NORM || w->limit == LIMIT_COUNT ||
	       w->limit == LIMIT_FLAG;
}

/* The law that a stack would take (facts/stack.h): one root, whole. */
static const struct fact *at_root(const struct lawterms_spec *a,
				  const char *arch, const char *param)
{
	char key[4 * KEY_CHARS];	/* size: three words and dots */

	snprintf(key, sizeof(key), "%s.%s.%s.%s",
		 a->name->wired ? "wire" : "law", a->name->name,
		 arch, param);
	return facts_find(a->facts, key);
}

static const struct fact *in_sheet(const struct lawterms_spec *a,
				   const char *param)
{
	const char *first[TERMS_MOST];
	struct places at;

	if (a->name->wired)
		wire_terms(a->name->kind, first);
	else
		law_terms(first);
	if (at_root(a, a->name->arch, first[0]))
		return at_root(a, a->name->arch, param);
	grammar_places(&at, a->facts, a->arch);
	for (int i = 0; i < at.nr; i++)
		if (at_root(a, at.word[i], first[0]))
			return at_root(a, at.word[i], param);
	return NULL;
}

static void add(struct lawterms *l, const struct lawterms_spec *a,
		const char *param)
{
	struct lawterm *t = &l->term[l->nr++];
	const struct fact *f = in_sheet(a, param);

	*t = (struct lawterm){ .want = want_of(a->name, param),
			       .fitted = true };
	if (!is_form(t->want) && !a->given)
		return;
	t->fitted = false;
	t->value = f ? f->value : t->want->limit == LIMIT_FLAG ? 0 : NAN;
}

bool lawterm_of_experts(const char *param)
{
	assert(param);
	return !strcmp(param, "e_nvlink") || !strcmp(param, "fill") ||
	       !strcmp(param, "tile");
}

static void add_all(struct lawterms *l, const struct lawterms_spec *a)
{
	const char *list[TERMS_MOST];
	int nr = a->name->wired ? wire_terms(a->name->kind, list) :
		 law_terms(list);
	bool known = in_sheet(a, list[0]);

	for (int i = 0; i < nr; i++)
		if (known ? in_sheet(a, list[i]) != NULL :
		    a->name->wired || !lawterm_of_experts(list[i]))
			add(l, a, list[i]);
}

/* ---- what is given ---- */

static int no_fix(struct fault *why, const char *text, const char *what)
{
	fault_at(why, "--fix", 0, 0);
	fault_what(why, "\"%s\" %s", text, what);
	return fault_remedy(why, "write PARAM=VALUE, as --fix e_f=0.82, in "
			    "the unit of a sheet: us, TFLOP/s or 1");
}

static int fix(struct lawterms *l, const struct lawterms_spec *a,
	       const char *text, struct fault *why)
{
	char name[KEY_CHARS];
	const char *p = strchr(text, '=');
	const char *beyond;
	struct lawterm *t;
	double x;

	if (!p || units_number(p + 1, &x) || x < 0)
		return no_fix(why, text, "gives no parameter a value");
	snprintf(name, sizeof(name), "%.*s", (int)(p - text), text);
	if (!want_of(a->name, name))
		return no_fix(why, text, "is about no term of such a law");
	beyond = want_beyond(want_of(a->name, name), x);
	if (beyond) {
		fault_at(why, "--fix", 0, 0);
		fault_what(why, "%s is %s", name, p + 1);
		return fault_remedy(why, "write %s", beyond);
	}
	if (!lawterms_find(l, name))
		add(l, a, name);
	t = lawterms_find(l, name);
	t->fitted = false;
	t->value = x * lawterm_factor(t->want);
	return 0;
}

static int check_form(const struct lawterms *l, const struct lawname *n,
		      struct fault *why)
{
	for (int i = 0; i < l->nr; i++) {
		const char *param = l->term[i].want->key;

		if (l->term[i].fitted || isfinite(l->term[i].value))
			continue;
		fault_at(why, "--fix", 0, 0);
		fault_what(why, "the stack's sheet does not say what %s of %s "
			   "is", param, n->root);
		return fault_remedy(why, "give it: --fix %s=VALUE", param);
	}
	return 0;
}

int lawterms_take(struct lawterms *l, const struct lawterms_spec *a,
		  struct fault *why)
{
	assert(l && a);
	l->nr = 0;
	add_all(l, a);
	for (int i = 0; i < a->fix->nr; i++)
		if (fix(l, a, a->fix->text[i], why))
			return -1;
	return check_form(l, a->name, why);
}

struct lawterm *lawterms_find(struct lawterms *l, const char *param)
{
	assert(param);
	for (int i = 0; i < l->nr; i++)
		if (!strcmp(l->term[i].want->key, param))
			return &l->term[i];
	return NULL;
}

/* ---- into a stack ---- */

static void set_all(const struct lawterms *l, void *of)
{
	for (int i = 0; i < l->nr; i++) {
		char *at = (char *)of + l->term[i].want->at;

		*(double *)(void *)at = l->term[i].value;
	}
}

void lawterms_set(const struct lawterms *l, const struct lawname *n,
		  struct stack *s)
{
	struct wire wire = { 0 };
	struct law law = { .kernel = n->name };

	assert(l && n && s);
	set_all(l, n->wired ? (void *)&wire : (void *)&law);
	for (int r = 0; r < ROLE_NR && !n->wired; r++)
		s->law[r] = law;
	if (!n->wired)
		return;
	s->wire[n->kind] = wire;
	s->wired[n->kind] = true;
}
