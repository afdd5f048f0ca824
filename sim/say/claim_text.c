#include "say/claim_text.h"

#include <assert.h>
#include <string.h>

#include "judge/report.h"

const char *claim_id(const struct claim *c)
{
	return *c->id ? c->id : c->scenario.id;
}

/* Broken at blanks, each line indented. */
static void wrapped(struct text *out, const char *label, const char *s)
{
	size_t width = 66;	/* size: a line without its label */

	if (!*s)
		return;
	text_addf(out, "  %-11s", label);
	while (strlen(s) > width) {
		size_t n = width;

		while (n > 0 && s[n] != ' ')
			n--;
		if (n == 0)
			n = width;
		text_addn(out, s, n);
		text_addf(out, "\n%13s", "");
		s += n + (s[n] == ' ');
	}
	text_addf(out, "%s\n", s);
}

void claim_words(const struct claim *c, struct text *out)
{
	const struct finding *f = c->worst;
	char facts[CLAIM_TAKEN];

	assert(c->malformed || f);
	if (c->malformed) {
		text_addf(out, "%s: malformed\n", claim_id(c));
		wrapped(out, "because", c->fault.what);
		wrapped(out, "remedy", c->fault.remedy);
		text_add(out, "\n");
		return;
	}
	text_addf(out, "%s: %s (rule %s, confidence %s)\n", claim_id(c),
		  verdict_name(f->verdict), f->rule,
		  confidence_name(f->confidence));
	wrapped(out, "claim", c->quote);
	wrapped(out, "read as", quantity_read_as(c->metric, &c->value, facts,
						 (int)sizeof(facts)));
	wrapped(out, "taken", claim_taken(c, facts, (int)sizeof(facts)));
	wrapped(out, "because", f->reason);
	wrapped(out, "arithmetic", f->arithmetic);
	wrapped(out, "limit", f->limit);
	wrapped(out, "needs", f->needs);
	for (int k = 0; k < c->findings; k++)
		if (claim_seconds(c, k))
			wrapped(out, "also", c->finding[k].reason);
	wrapped(out, "facts", claim_facts(c, facts, (int)sizeof(facts)));
	text_add(out, "\n");
}

void claim_tally(const struct claims *all, struct tally *t)
{
	assert(all && t);
	*t = (struct tally){ .malformed = 0 };
	for (int i = 0; i < all->nr; i++) {
		if (all->claim[i].malformed)
			t->malformed++;
		else
			t->nr[all->claim[i].worst->verdict]++;
	}
}

void claim_counts(const struct claims *all, struct text *out)
{
	struct tally t;

	assert(all->nr >= 0);
	claim_tally(all, &t);
	text_addf(out, "%d claim%s:", all->nr, all->nr == 1 ? "" : "s");
	for (int v = 0; v < VERDICT_NR; v++)
		text_addf(out, " %d %s%s", t.nr[v], verdict_name(
			(enum claim_verdict)v), v < VERDICT_NR - 1 ? "," : "");
	if (t.malformed)
		text_addf(out, ", %d malformed", t.malformed);
	text_add(out, "\n");
}
