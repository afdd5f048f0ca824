#include "say/launch.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *launch_word(const struct launch *l, const char *name)
{
	assert(l && name);
	for (int i = 0; i < l->nr; i++)
		if (!strcmp(l->word[i].name, name))
			return l->word[i].value;
	return NULL;
}

void launch_set(struct launch *l, const char *name, const char *value)
{
	struct launch_word *w = &l->word[l->nr];

	assert(l->nr < LAUNCH_WORDS && strlen(name) < sizeof(w->name));
	assert(!launch_word(l, name) || !*name);
	l->nr++;
	snprintf(w->name, sizeof(w->name), "%s", name);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* Where a template is read. */
struct at {
	const struct launch *launch;
	const char *path;
	int line;
	struct fault *why;
};

static int bad(const struct at *at, const char *what)
{
	fault_at(at->why, at->path, at->line, 0);
	fault_what(at->why, "%s", what);
	return fault_remedy(at->why, "write @word@ with a word that "
			    "say/launch.h's file sets");
}

/* The word between two @; *end behind the second. NULL and the fault. */
static const char *blank(const struct at *at, const char *from,
			 const char **end)
{
	size_t len = strcspn(from, "@\n");
	char name[sizeof(((struct launch_word *)0)->name)];
	const char *value;

	if (from[len] != '@' || len >= sizeof(name)) {
		bad(at, "a blank does not end");
		return NULL;
	}
	memcpy(name, from, len);
	name[len] = '\0';
	*end = from + len + 1;
	value = launch_word(at->launch, name);
	if (!value)
		bad(at, "a blank has no such word");
	return value;
}

static bool is_set(const char *value)
{
	return *value && strcmp(value, "0") != 0;
}

/* The rest of a line, its blanks filled. 0 or -1. */
static int fill_line(const struct at *at, const char *from, struct text *out)
{
	while (*from && *from != '\n') {
		size_t plain = strcspn(from, "@\n");
		const char *value;

		text_addn(out, from, plain);
		from += plain;
		if (*from != '@')
			break;
		if (from[1] == '@') {
			text_addn(out, from, 1);
			from += 2;
			continue;
		}
		value = blank(at, from + 1, &from);
		if (!value)
			return -1;
		text_add(out, value);
	}
	return 0;
}

enum keep { KEEP, DROP, REFUSE, UNWANTED, BAD };

/* What the conditions before a line say; *from behind them. */
static enum keep conditions(const struct at *at, const char **from)
{
	enum keep keep = KEEP;

	while (**from == '@' && strchr("?!-~", (*from)[1]) && (*from)[1]) {
		char how = (*from)[1];
		const char *value = blank(at, *from + 2, from);
		bool set;

		if (!value)
			return BAD;
		set = is_set(value);
		if (how == '-' || how == '~')
			return !set ? DROP : how == '-' ? REFUSE : UNWANTED;
		if (set != (how == '?'))
			keep = DROP;
	}
	return keep;
}

enum launched launch_fill(const struct launch *l, const char *path,
			  const char *template, struct text *out,
			  struct fault *why)
{
	struct at at = { l, path, 0, why };
	size_t start = out->len;

	assert(path && template);
	text_addn(out, "", 0);
	for (const char *p = template; *p; p += *p == '\n') {
		const char *next = p + strcspn(p, "\n");
		enum keep keep;

		at.line++;
		keep = conditions(&at, &p);
		if (keep == UNWANTED)
			return LAUNCH_UNWANTED;
		if (keep == REFUSE) {
			out->len = start;
			out->buf[start] = '\0';
		}
		if (keep == BAD || ((keep == KEEP || keep == REFUSE) &&
				    fill_line(&at, p, out)))
			return LAUNCH_FAULT;
		if (keep == REFUSE)
			return LAUNCH_REFUSED;
		if (keep == KEEP)
			text_addn(out, "\n", 1);
		p = next;
	}
	return LAUNCH_MADE;
}
