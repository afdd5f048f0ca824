#include "facts/set.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/text.h"
#include "facts/gpu.h"
#include "facts/stack.h"

enum { PAIR_CHARS = 192 /* size: the longest setting */ };

static enum home home_of(const char *key)
{
	static const char *const models[] = { "routing.", "params.",
		"tokens_per_step.", "recipe." };

	for (int i = 0; i < 4; i++)		/* size: of models */
		if (!strncmp(key, models[i], strlen(models[i])))
			return HOME_MODEL;
	for (int i = 0; gpu_key(i); i++)
		if (!strcmp(key, gpu_key(i)))
			return HOME_GPU;
	return HOME_STACK;
}

/* What is no GPU's or model's is looked for among a stack's, and named so. */
static int no_key(const struct facts *f, const char *key, struct fault *why)
{
	enum { OWN = 128 /* size: more keys than a GPU and an engine have */ };
	const char **list = mem_zeroed((size_t)f->nr + OWN, sizeof(*list));
	bool gpu = home_of(key) == HOME_GPU;
	const char *like;
	int nr = 0;

	for (int i = 0; gpu_key(i); i++)
		list[nr++] = gpu_key(i);
	for (int i = 0; stack_key(i); i++)
		list[nr++] = stack_key(i);
	assert(nr <= OWN);
	for (int i = 0; i < f->nr; i++)
		list[nr++] = f->fact[i].key;
	like = near_word(key, list, nr);
	if (like && !strcmp(like, key)) {
		fault_what(why, "the sheet of this %s has no row \"%s\"",
			   gpu ? "GPU" : "stack", key);
		fault_remedy(why, "give it one, or choose a --%s that has it",
			     gpu ? "hw" : "stack");
		free(list);
		return -1;
	}
	fault_what(why, "there is no fact \"%s\" of GPU, stack or model", key);
	if (like)
		fault_remedy(why, "did you mean \"%s\"?", like);
	else
		fault_remedy(why, "deeproof show NAME lists a sheet's");
	free(list);
	return -1;
}

/* Length of the number that a text starts with; the unit is the rest. */
static size_t split(const char *text, double *value)
{
	size_t len = strlen(text);

	while (len > 0 && units_number_of(text, len, value))
		len--;
	return len;
}

static int bad_value(const struct fact *f, const char *text,
		     struct fault *why)
{
	fault_what(why, "\"%s\" is no value of %s", text, f->key);
	if (f->dim == DIM_NAME)
		return fault_remedy(why, "write a word");
	if (strstr(text, "+-"))
		return fault_remedy(why, "write a number, its error of 0 or "
				    "more and one unit for both, as %s",
				    "nic.bandwidth=25+-5GB/s");
	return fault_remedy(why, "write a number and its unit, as %s",
			    units_examples(f->dim));
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " ");
}

/* "+-0.2", one standard error, or nothing; what comes behind it. NULL: no
   error can be that. */
static const char *take_error(const char *p, double *err)
{
	const char sign[] = "+-";
	size_t len;

	*err = 0;
	if (strncmp(p, sign, strlen(sign)))
		return p;
	p = skip_blanks(p + strlen(sign));
	len = split(p, err);
	return len && *err >= 0 ? skip_blanks(p + len) : NULL;
}

static int set_number(struct fact *f, const char *text, struct fault *why)
{
	double value, err, factor;
	size_t len = split(text, &value);
	const char *unit = take_error(skip_blanks(text + len), &err);
	enum dim dim;

	if (!len || !unit)
		return bad_value(f, text, why);
	if (!*unit)
		unit = f->unit;
	if (strlen(unit) >= sizeof(f->unit) ||
	    units_parse(unit, &dim, &factor) || dim != f->dim ||
	    !isfinite(value * factor) || !isfinite(err * factor))
		return bad_value(f, text, why);
	f->value = value * factor;
	f->err = err * factor;
	if (unit != f->unit)
		snprintf(f->unit, sizeof(f->unit), "%s", unit);
	free(f->text);
	f->text = mem_copy(text);
	f->text[len] = '\0';
	return 0;
}

static int set_one(struct facts *facts, char *pair, enum home home,
		   struct fault *why)
{
	char *sign = strchr(pair, '='), *value;
	struct fact *f;

	if (!sign || sign == pair) {
		fault_what(why, "\"%s\" is no KEY=VALUE", pair);
		return fault_remedy(why, "write nic.bandwidth=25GB/s, more of "
				    "them behind a semicolon");
	}
	*sign = '\0';
	pair = text_bare(pair);
	value = text_bare(sign + 1);
	if (home_of(pair) != home)
		return 0;
	f = facts_find(facts, pair);
	if (!f)
		return no_key(facts, pair, why);
	f->err = 0;
	if (f->dim == DIM_NAME) {
		if (!*value)
			return bad_value(f, "", why);
		free(f->text);
		f->text = mem_copy(value);
	} else if (set_number(f, value, why)) {
		return -1;
	}
	f->origin = ORIGIN_ASSUMED;
	free(f->source);
	f->source = mem_copy(FACT_SET);
	return 0;
}

int facts_set(struct facts *facts, const char *settings, enum home home,
	      struct fault *why)
{
	const char *p = settings;

	assert(facts && settings && why);
	fault_at(why, "", 0, 0);
	fault_about(why, FACT_SET);
	while (*p) {
		int len = (int)strcspn(p, ";");
		char pair[PAIR_CHARS];

		if (len >= PAIR_CHARS)
			return fault_what(why, "a setting is longer than %d "
					  "bytes", PAIR_CHARS - 1);
		snprintf(pair, sizeof(pair), "%.*s", len, p);
		if (len && set_one(facts, pair, home, why))
			return -1;
		if (len && text_said(settings, p, text_bare(pair)))
			return fault_twice(why, text_bare(pair));
		p += len;
		p += *p == ';';
	}
	return 0;
}
