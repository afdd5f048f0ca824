#include <assert.h>
#include <math.h>
#include <string.h>

#include "answer/answer.h"
#include "base/near.h"
#include "claims/claim.h"

static const char *const words[] = { "source", "quote", "system", "versus",
	"metric", "value", "unit", "given", "layout" };

/* What check itself writes, and what published tables have beside. */
static const char *const silent[] = { "verdict", "reason", "arithmetic",
	"limit", "needs", "confidence", "facts", "rule", "also", "taken",
	"read_as", "predicted", "low", "high", "error_pct", "inside", "notes",
	"note", "url", "refusal" };

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

static bool among(const char *const *list, int nr, const char *name)
{
	for (int i = 0; i < nr; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool is_known(const char *name)
{
	return scenario_column_find(name) >= 0 ||
	       among(words, NR(words), name) ||
	       among(silent, NR(silent), name) ||
	       answer_column_find(name) >= 0;
}

/* One letter of four or two of more, but not the first. */
static bool slip_of(const char *name, const char *column)
{
	const size_t few = 4;		/* size: letters */
	size_t a = strlen(name), b = strlen(column), len = a > b ? a : b;

	return name[0] == column[0] && len >= few &&
	       near_distance(name, column) <= (len > few ? 2 : 1);
}

/* The column that this one was probably meant to be. */
static const char *meant(const struct table *t, int c)
{
	const char *m = scenario_meant(t, c);

	for (int i = 0; i < NR(words) && !m; i++)
		if (slip_of(t->head[c], words[i]) &&
		    table_column(t, words[i]) < 0)
			m = words[i];
	return m;
}

int claims_columns(const struct table *t, struct text *notes,
		   struct fault *why)
{
	assert(t && t->name);
	for (int c = 0; c < t->columns; c++) {
		const char *name = t->head[c], *m;

		if (is_known(name))
			continue;
		m = meant(t, c);
		if (m) {
			fault_at(why, t->name, 1, c + 1);
			fault_what(why, "there is no column \"%.40s\"", name);
			return fault_remedy(why, "did you mean %s?", m);
		}
		if (notes)
			text_addf(notes, "note: %s: column \"%.40s\" says "
				  "nothing about a claim\n", t->name, name);
	}
	return 0;
}

double claim_gpus(const struct claim *c)
{
	assert(!c->malformed && !(c->gpus_taken < 0));
	return c->gpus_taken > 0 ? c->gpus_taken : c->scenario.gpus;
}

bool claim_is_of_requests(const struct claim *c)
{
	assert(!c->malformed);
	return (c->metric == Q_REQUESTS_PER_S ||
		c->metric == Q_REQUESTS_PER_DAY) && isnan(c->scenario.osl);
}

/* Of more attention costs more, of fewer the head: 0.2 % of 74 GFLOP each. */
double claim_isl(const struct claim *c)
{
	const double quickest = 64;	/* size: tokens */
	bool is_rate = (c->metric >= Q_IN_TOK_S_GPU &&
			c->metric <= Q_ALL_TOK_S_TOTAL) ||
		       claim_is_of_requests(c);

	assert(!c->malformed);
	return is_rate && isnan(c->scenario.isl) ? quickest :
	       c->scenario.isl;
}
