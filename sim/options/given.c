#include "options/given.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "options/describe.h"
#include "options/options.h"
#include "read/place.h"

enum { MOST_NAMES = 160 /* size: options of a verb, with argp's own */ };

/* What argp adds to every list. */
static const struct argp_option argps[] = {
	{ .name = "help" }, { .name = "usage" }, { .name = "version" }, { 0 }
};

static char plain(char c)
{
	return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

/* Does name begin with these letters, but for case, - and _? */
static bool begins(const char *name, const char *letters, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!name[i] || plain(name[i]) != plain(letters[i]))
			return false;
	return true;
}

/*
 * How many options begin so; *first is the first of them. An option of just
 * this name is one, whatever else begins so.
 */
static int find(const struct argp_option *list, const char *letters,
		size_t len, const struct argp_option **first)
{
	int nr = 0;

	for (; list->name; list++) {
		if (!begins(list->name, letters, len))
			continue;
		if (!list->name[len]) {
			*first = list;
			return 1;
		}
		if (!nr++)
			*first = list;
	}
	return nr;
}

static int no_option(const struct argp_option *list, const char *verb,
		     const char *word, size_t len, struct fault *why)
{
	const char *names[MOST_NAMES], *like;
	char name[64];	/* size: a name; a longer one is like none */
	int nr = 0;

	for (int i = 0; list[i].name && nr < MOST_NAMES; i++)
		if (!(list[i].flags & OPTION_HIDDEN))
			names[nr++] = list[i].name;
	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	like = near_word(name, names, nr);
	fault_at(why, "", 0, 0);
	fault_what(why, "%s has no option --%s", verb, name);
	if (like)
		return fault_remedy(why, "did you mean --%s?", like);
	return fault_remedy(why, "deeproof help %s lists them", verb);
}

/* -hw for --hw: argp would take the letters one by one. -oFILE is -o FILE. */
static int one_dash(const struct argp_option *list, const char *word,
		    bool *takes_next, struct fault *why)
{
	size_t len = strcspn(word + 1, "=");
	const struct argp_option *o = NULL;

	*takes_next = strcmp(word, "-o") == 0;
	if (len < 2 || word[1] == 'o' ||
	    find(list, word + 1, len, &o) != 1 || o->name[len])
		return 0;
	fault_at(why, "", 0, 0);
	fault_what(why, "%s is no option", word);
	return fault_remedy(why, "write --%s", o->name);
}

/* Of many that begin so argp says which. */
static int two_dashes(const struct argp_option *list, const char *verb,
		      char *word, bool *takes_next, struct fault *why)
{
	size_t len = strcspn(word, "=");
	const struct argp_option *o = NULL;
	int nr = find(list, word, len, &o);

	if (!nr && !find(argps, word, len, &o))
		return no_option(list, verb, word, len, why);
	if (nr == 1) {
		memcpy(word, o->name, len);
		*takes_next = !word[len] && o->arg &&
			!(o->flags & OPTION_ARG_OPTIONAL);
	}
	return 0;
}

int given_spell(const struct argp_option *list, int argc, char **argv,
		struct fault *why)
{
	const char *space = strrchr(argv[0], ' ');
	const char *verb = space ? space + 1 : argv[0];

	assert(list && argc > 0 && why);
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		bool takes_next = false;
		int rc = 0;

		if (!strncmp(argv[i], "--", 2))
			rc = two_dashes(list, verb, argv[i] + 2, &takes_next,
					why);
		else if (*argv[i] == '-')
			rc = one_dash(list, argv[i], &takes_next, why);
		if (rc)
			return -1;
		i += takes_next;
	}
	return 0;
}

void given_parse(const struct argp *a, int argc, char **argv, void *input)
{
	struct fault why = { 0 };

	assert(a && argc > 0 && argv);
	describe_if_asked(a, argc, argv);
	if (given_spell(a->options, argc, argv, &why))
		exit(options_fault(&why));
	if (argp_parse(a, argc, argv, 0, NULL, input))
		mem_exhausted();
}

/* "8,16" or "1..512"; of a path it is the name. */
int given_list(const char *column, const char *text, struct fault *why)
{
	static const char *const free_words[] = { "id", "set", "serving" };

	for (size_t i = 0; i < sizeof(free_words) / sizeof(*free_words); i++)
		if (strcmp(column, free_words[i]) == 0)
			return 0;
	if ((!strchr(text, ',') && !strstr(text, "..")) || place_is_path(text))
		return 0;
	fault_what(why, "%s is \"%.40s\", a list", column, text);
	return fault_remedy(why, "write one value (its decimals behind a "
			    "point); sweep asks lists");
}
