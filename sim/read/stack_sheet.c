#include "read/stack_sheet.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "facts/want.h"
#include "read/place.h"
#include "read/sheet.h"

enum { DEEPEST = 16 /* size: a chain of bases */ };

/* The day of a row; "" for an undated one, which is older than all. */
static const char *day(const struct fact *f)
{
	const char *at = strchr(f->key, '@');

	return at ? at + 1 : "";
}

static bool same_key(const struct fact *a, const struct fact *b)
{
	size_t len = strcspn(a->key, "@");

	return len == strcspn(b->key, "@") && !strncmp(a->key, b->key, len);
}

static bool too_new(const struct fact *f, const char *date)
{
	return *date && strcmp(day(f), date) > 0;
}

/* No other row of that key is newer and yet not too new. */
static bool stands(const struct facts *facts, const struct fact *f,
		   const char *date)
{
	if (too_new(f, date))
		return false;
	for (int i = 0; i < facts->nr; i++) {
		const struct fact *g = &facts->fact[i];

		if (same_key(f, g) && !too_new(g, date) &&
		    strcmp(day(g), day(f)) > 0)
			return false;
	}
	return true;
}

static int check_dates(const struct facts *facts, struct fault *why)
{
	for (int i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->fact[i];

		if (!strchr(f->key, '@') || date_valid(day(f)))
			continue;
		fault_at_fact(why, f);
		fault_what(why, "\"%s\" has no date after its @", f->key);
		return fault_remedy(why, "write KEY@YYYY-MM-DD");
	}
	return 0;
}

/* Move what stands and has not got there before to out, undated. */
static void merge(struct facts *out, struct facts *from, const char *date)
{
	bool *keep = mem_zeroed((size_t)from->nr, sizeof(*keep));

	for (int i = 0; i < from->nr; i++)
		keep[i] = stands(from, &from->fact[i], date);
	for (int i = 0; i < from->nr; i++) {
		struct fact *f = &from->fact[i];

		if (!keep[i] || !strcmp(f->key, "base"))
			continue;
		snprintf(f->date, sizeof(f->date), "%s", day(f));
		f->key[strcspn(f->key, "@")] = '\0';
		if (facts_have(out, f->key))
			continue;
		*facts_add(out) = *f;
		memset(f, 0, sizeof(*f));
	}
	free(keep);
}

/* The sheets read so far, each the base of the one before. */
struct chain {
	struct text path[DEEPEST];
	int nr;
};

static const char *last(const struct chain *c)
{
	return c->path[c->nr - 1].buf;
}

/* A base that was read before, or a base too many. Always -1. */
static int leads_back(const struct fact *base, struct fault *why)
{
	fault_at_fact(why, base);
	fault_what(why, "base \"%s\" leads back to itself", base->text);
	return fault_remedy(why, "a base must end in a sheet without one");
}

/* Add the path of the base that the last sheet names. */
static int follow(struct chain *c, const char *root, const struct fact *base,
		  struct fault *why)
{
	const char *from = last(c), *slash = strrchr(from, '/');
	struct text *path = &c->path[c->nr];

	if (base->dim != DIM_NAME) {
		fault_at_fact(why, base);
		return fault_what(why, "base is no name");
	}
	if (c->nr == DEEPEST)
		return leads_back(base, why);
	if (place_is_path(base->text) && *base->text != '/' && slash)
		text_addn(path, from, (size_t)(slash + 1 - from));
	c->nr++;
	if (place_find(path, root, &place_stacks, base->text, why)) {
		snprintf(why->file, sizeof(why->file), "%s", from);
		why->row = base->line;
		return -1;
	}
	for (int i = 0; i < c->nr - 1; i++)
		if (!strcmp(c->path[i].buf, path->buf))
			return leads_back(base, why);
	return 0;
}

/* Merge in the last sheet. more: it named a base, which is now the last. */
static int merge_last(struct facts *out, struct chain *c, const char *root,
		      const char *date, bool *more, struct fault *why)
{
	struct facts own;
	const struct fact *base;
	int rc = facts_load(&own, last(c), why);

	if (!out->name)
		facts_init(out, own.name);
	if (!rc)
		rc = check_dates(&own, why);
	base = rc ? NULL : facts_find(&own, "base");
	*more = base != NULL;
	if (!rc)
		merge(out, &own, date);
	if (base)
		rc = follow(c, root, base, why);
	facts_release(&own);
	return rc;
}

int stack_sheet_load(struct facts *out, const char *root, const char *name,
	       const char *date, struct fault *why)
{
	struct chain c = { .nr = 1 };
	bool more = true;
	int rc = place_find(&c.path[0], root, &place_stacks, name, why);

	memset(out, 0, sizeof(*out));
	while (!rc && more)
		rc = merge_last(out, &c, root, date, &more, why);
	for (int i = 0; i < c.nr; i++)
		text_release(&c.path[i]);
	return rc;
}
