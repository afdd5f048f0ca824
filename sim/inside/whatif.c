#include "inside/whatif.h"

#include <assert.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"

#define NETWORK (RUNG_BIT(RUNG_ALLREDUCE) | RUNG_BIT(RUNG_WIRE) | \
		 RUNG_BIT(RUNG_STARTUP) | RUNG_BIT(RUNG_PACK))
#define BALANCE (RUNG_BIT(RUNG_IMBALANCE) | RUNG_BIT(RUNG_STRAGGLER))
#define LAUNCH RUNG_BIT(RUNG_LAUNCH)

static const struct known {
	const char *name;
	unsigned off;
} known[] = {
	{ "free-network", NETWORK },
	{ "infinite-bandwidth", LADDER_BANDWIDTH },
	{ "perfect-balance", BALANCE },
	{ "zero-launch", LAUNCH },
};

enum {
	KNOWN = sizeof(known) / sizeof(*known),
	NAMES = KNOWN + RUNG_NR - 1	/* the first rung cannot be left out */
};

static struct known name_at(int i)
{
	if (i < KNOWN)
		return known[i];
	i += 1 - KNOWN;
	return (struct known){ rung_words[i].name, RUNG_BIT(i) };
}

void whatif_names(struct text *out)
{
	for (int i = 0; i < NAMES; i++)
		text_addf(out, "%s%s", i ? " " : "", name_at(i).name);
}

static int unknown(const char *word, struct fault *why)
{
	const char *all[NAMES], *near;
	struct text names = TEXT_INIT;

	for (int i = 0; i < NAMES; i++)
		all[i] = name_at(i).name;
	near = near_word(word, all, NAMES);
	fault_what(why, "there is no what-if \"%.40s\"", word);
	whatif_names(&names);
	if (near)
		fault_remedy(why, "did you mean %s?", near);
	else
		fault_remedy(why, "write one of: %s", names.buf);
	text_release(&names);
	return -1;
}

static int add(struct whatif *w, const char *word, struct fault *why)
{
	for (int i = 0; i < NAMES; i++) {
		struct known k = name_at(i);

		if (strcmp(word, k.name))
			continue;
		if (w->nr == WHATIFS) {
			fault_what(why, "there are over %d what-ifs",
				   WHATIFS);
			return fault_remedy(why, "write fewer");
		}
		w->name[w->nr] = k.name;
		w->off[w->nr++] = k.off;
		return 0;
	}
	return unknown(word, why);
}

int whatif_parse(struct whatif *w, const char *text, struct fault *why)
{
	int rc = 0;

	assert(text);
	w->nr = 0;
	do {
		size_t len = strcspn(text, ",");
		struct text one = TEXT_INIT;

		text_addn(&one, text, len);
		rc = add(w, one.buf, why);
		text_release(&one);
		text += len;
	} while (!rc && *text++ == ',');
	return rc;
}

/* ---- the table ---- */

static void put(struct table *t, const struct question *q, const char *name,
		unsigned off)
{
	int row = table_add_row(t, 0);
	double s = ladder_without_s(q, off) / ladder_tok(q);
	double change = ladder_without_s(q, 0) / ladder_tok(q) / s - 1;

	table_set(t, row, table_need(t, "what_if"), name);
	table_setf(t, row, table_need(t, "us_per_token"), "%.9g",
		   units_us(s));
	table_setf(t, row, table_need(t, "tok_s_gpu"), "%.9g", 1 / s);
	table_setf(t, row, table_need(t, "change_pct"), "%.6g",
		   100 * change);	/* units: per cent */
}

void whatif_table(const struct whatif *w, const struct question *q,
		  struct table *t)
{
	struct text all = TEXT_INIT;
	unsigned off = 0;

	assert(w->nr >= 0);
	put(t, q, "as it is", 0);
	for (int i = 0; i < w->nr; i++) {
		put(t, q, w->name[i], w->off[i]);
		text_addf(&all, "%s%s", i ? "," : "", w->name[i]);
		off |= w->off[i];
	}
	if (w->nr > 1)
		put(t, q, all.buf, off);
	text_release(&all);
}
