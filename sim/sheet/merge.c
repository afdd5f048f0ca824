#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "sheet/sheet.h"
#include "sheet/want.h"

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

/* The dated rows of a sheet: few, and the only ones that put others aside. */
struct dated {
	const struct fact **fact;	/* owned, not what it points at */
	int nr;
};

static struct dated dated_of(const struct facts *facts)
{
	struct dated d = { mem_zeroed((size_t)facts->nr, sizeof(*d.fact)), 0 };

	for (int i = 0; i < facts->nr; i++)
		if (*day(&facts->fact[i]))
			d.fact[d.nr++] = &facts->fact[i];
	return d;
}

/* No other row of that key is newer and yet not too new. */
static bool stands(const struct dated *dated, const struct fact *f,
		   const char *date)
{
	if (too_new(f, date))
		return false;
	for (int i = 0; i < dated->nr; i++) {
		const struct fact *g = dated->fact[i];

		if (same_key(f, g) && !too_new(g, date) &&
		    strcmp(day(g), day(f)) > 0)
			return false;
	}
	return true;
}

int facts_check_dates(const struct facts *facts, struct fault *why)
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

/* The day asked for, and the oldest of the dated rows. */
static void note_days(struct facts *out, const struct facts *from,
		      const char *date)
{
	snprintf(out->asked, sizeof(out->asked), "%s", date);
	for (int i = 0; i < from->nr; i++) {
		const char *d = day(&from->fact[i]);

		if (*d && (!*out->oldest || strcmp(d, out->oldest) < 0))
			snprintf(out->oldest, sizeof(out->oldest), "%s", d);
	}
}

void facts_merge(struct facts *out, struct facts *from, const char *date)
{
	bool *keep = mem_zeroed((size_t)from->nr, sizeof(*keep));
	struct dated dated = dated_of(from);

	note_days(out, from, date);
	for (int i = 0; i < from->nr; i++)
		keep[i] = stands(&dated, &from->fact[i], date);
	free(dated.fact);
	for (int i = 0; i < from->nr; i++) {
		struct fact *f = &from->fact[i];

		if (!keep[i] || !strcmp(f->key, "base"))
			continue;
		snprintf(f->date, sizeof(f->date), "%s", day(f));
		f->key[strcspn(f->key, "@")] = '\0';	/* from is not
							   looked up again */
		if (facts_have(out, f->key))
			continue;
		facts_move(out, f);
	}
	free(keep);
}
