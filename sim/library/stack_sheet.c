#include "library/stack_sheet.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "sheet/want.h"
#include "read/place.h"
#include "read/sheet.h"

enum { DEEPEST = 16 /* size: a chain of bases */ };

/* The sheets read so far, each the base of the one before. */
struct chain {
	struct text path[DEEPEST];
	int line[DEEPEST];	/* of the sheet before that names it */
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
	c->line[c->nr++] = base->line;
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

/* Merge in the last sheet; a base that it names is then the last. */
static int merge_last(struct facts *out, struct chain *c, const char *root,
		      const char *date, struct fault *why)
{
	struct facts own;
	const struct fact *base;
	int rc = facts_load(&own, last(c), why);

	if (rc && c->nr > 1)
		fault_named(why, c->path[c->nr - 2].buf, c->line[c->nr - 1]);
	if (!out->name)
		facts_init(out, own.name);
	if (!rc)
		rc = facts_check_dates(&own, why);
	base = rc ? NULL : facts_find(&own, "base");
	if (!rc)
		facts_merge(out, &own, date);
	if (base)
		rc = follow(c, root, base, why);
	facts_release(&own);
	return rc;
}

int stack_sheet_load(struct facts *out, const char *root, const char *name,
	       const char *date, struct fault *why)
{
	struct chain c = { .nr = 1 };
	int rc = place_find(&c.path[0], root, &place_stacks, name, why);

	assert(name);
	memset(out, 0, sizeof(*out));
	for (int i = 0; !rc && i < c.nr; i++)
		rc = merge_last(out, &c, root, date, why);
	for (int i = 0; i < c.nr; i++)
		text_release(&c.path[i]);
	return rc;
}
