#include "words/change.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/near.h"

static const struct verb {
	const char *words;	/* what is longer before what it begins with */
	enum change change;
	bool alone;		/* no "by" need follow */
} verbs[] = {
	{ "cutting|cuts|cut|reduced|reduces|reduce|lowered|lowers|dropped|drops"
	  "|fell|falls|shrank|slashed|slashes|decreased", CHANGE_LESS, false },
	{ "a reduction of|reduction of|down|savings of|saving|saves|saved|save",
	  CHANGE_LESS, true },
	{ "raised|raises|increased|increases|improved|improves|grew|boosted"
	  "|boosts", CHANGE_MORE, false },
	{ "up", CHANGE_MORE, true },
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
		int n = near_any(s, verbs[i].words);
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
