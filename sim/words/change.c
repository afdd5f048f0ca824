#include "words/change.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/near.h"

static const struct verb {
	const char *text;
	enum change change;
	bool alone;		/* no "by" need follow */
} verbs[] = {
	{ "cuts", CHANGE_LESS, false }, { "cut", CHANGE_LESS, false },
	{ "cutting", CHANGE_LESS, false }, { "reduced", CHANGE_LESS, false },
	{ "reduces", CHANGE_LESS, false }, { "reduce", CHANGE_LESS, false },
	{ "reduction of", CHANGE_LESS, true },
	{ "a reduction of", CHANGE_LESS, true },
	{ "lowered", CHANGE_LESS, false }, { "lowers", CHANGE_LESS, false },
	{ "dropped", CHANGE_LESS, false }, { "drops", CHANGE_LESS, false },
	{ "fell", CHANGE_LESS, false }, { "falls", CHANGE_LESS, false },
	{ "shrank", CHANGE_LESS, false }, { "slashed", CHANGE_LESS, false },
	{ "slashes", CHANGE_LESS, false }, { "down", CHANGE_LESS, true },
	{ "decreased", CHANGE_LESS, false },
	{ "saves", CHANGE_LESS, true }, { "saved", CHANGE_LESS, true },
	{ "saving", CHANGE_LESS, true }, { "savings of", CHANGE_LESS, true },
	{ "save", CHANGE_LESS, true },
	{ "raised", CHANGE_MORE, false }, { "raises", CHANGE_MORE, false },
	{ "increased", CHANGE_MORE, false },
	{ "increases", CHANGE_MORE, false },
	{ "improved", CHANGE_MORE, false },
	{ "improves", CHANGE_MORE, false }, { "up", CHANGE_MORE, true },
	{ "grew", CHANGE_MORE, false }, { "boosted", CHANGE_MORE, false },
	{ "boosts", CHANGE_MORE, false },
};

static const char *blanks(const char *s)
{
	return s + strspn(s, " \t");
}

const char *change_read(const char *s, enum change *change)
{
	assert(s != NULL && change != NULL);
	*change = CHANGE_NONE;
	for (unsigned i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		int n = near_begins(s, verbs[i].text);
		const char *at = blanks(s + n);

		if (n == 0 || (s[n] != ' ' && s[n] != '\t'))
			continue;
		if (near_begins(at, "from "))
			return at;
		for (const char *w = at; *w && !isdigit((unsigned char)*w);
		     w = blanks(w + strcspn(w, " \t"))) {
			bool by = near_begins(w, "by ");

			if (!by && !near_begins(w, "to ") &&
			    !near_begins(w, "in "))
				continue;
			*change = by ? verbs[i].change : CHANGE_NONE;
			return blanks(w + strlen("by "));
		}
		if (!verbs[i].alone)
			return s;
		*change = verbs[i].change;
		return at;
	}
	return s;
}
