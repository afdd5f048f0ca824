#include "judge/report.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct { const char *name, *says; } verdicts[VERDICT_NR] = {
	[VERDICT_PLAUSIBLE] = { "plausible", "nothing contradicts it" },
	[VERDICT_HOLDS] = { "holds", "it follows from its other figures or "
		"from a data sheet, or known software reaches it" },
	[VERDICT_UNKNOWN] = { "unknown", "what it could be judged by is not "
		"stated, or has no sheet here" },
	[VERDICT_IMPLAUSIBLE] = { "implausible", "hardware could, no known "
		"software does, or nothing published comes near" },
	[VERDICT_INCONSISTENT] = { "inconsistent", "its own figures, its "
		"neighbours' or a data sheet give another" },
	[VERDICT_IMPOSSIBLE] = { "impossible", "it is beyond a limit of the "
		"hardware, or does not fit its memory" },
};

const char *verdict_name(enum claim_verdict v)
{
	assert(v < VERDICT_NR);
	return verdicts[v].name;
}

const char *verdict_says(enum claim_verdict v)
{
	assert(v < VERDICT_NR);
	return verdicts[v].says;
}

const char *confidence_name(enum confidence c)
{
	static const char *const name[] = { "low", "medium", "high" };

	assert(c <= CONFIDENCE_HIGH);
	return name[c];
}

bool claim_seconds(const struct claim *c, int k)
{
	assert(k >= 0 && k < c->findings && c->worst);
	return &c->finding[k] != c->worst &&
	       c->finding[k].verdict == c->worst->verdict &&
	       c->worst->verdict >= VERDICT_IMPLAUSIBLE;
}

/* The names of the rules that do. */
static const char *also(const struct claim *c, char *out, int size)
{
	assert(size > 0 && !c->malformed);
	*out = '\0';
	for (int k = 0; k < c->findings; k++)
		if (claim_seconds(c, k))
			text_list(out, (size_t)size, " ", "%s",
				  c->finding[k].rule);
	return out;
}

static double tera(double x)
{
	return x / 1e12;		/* units: */
}

static void gpu_facts(const struct gpu *g, char *out, size_t size)
{
	static const char *const name[] = { [MATH_BF16] = "bf16",
		[MATH_FP8] = "fp8", [MATH_FP4] = "fp4",
		[MATH_INT8] = "int8" };

	text_list(out, size, "", "%s: %.1f GB at %.3g TB/s", g->name,
		  units_giga(g->hbm_B), tera(g->hbm_Bps));
	for (int i = 0; i < MATH_NR; i++)
		if (g->flops[i] > 0)
			text_list(out, size, ", ", "%.0f TFLOP/s %s",
				  tera(g->flops[i]), name[i]);
	text_list(out, size, ", ", "NVLink %.0f GB/s, NIC %.0f GB/s",
		  units_giga(g->nvlink_Bps), units_giga(g->nic_Bps));
}

const char *claim_facts(const struct claim *c, char *out, int size)
{
	const struct model *m = c->model;

	assert(size > 0 && !c->malformed);
	*out = '\0';
	if (!c->worst->sheets)
		return out;
	if (c->gpu)
		gpu_facts(c->gpu, out, (size_t)size);
	if (m)
		text_list(out, (size_t)size, "; ", "%s: %.4g G parameters, "
			  "%.3g G of them a token", m->name,
			  units_giga(model_params(m)),
			  units_giga(model_params_active(m, true)));
	return out;
}

static const char *const added[] = { "verdict", "reason", "arithmetic",
	"limit", "needs", "confidence", "facts", "rule", "also", "taken",
	"read_as" };

static void put(struct table *t, int row, const char *column,
		const char *text)
{
	table_set(t, row, table_column(t, column), text);
}

/* What an earlier check wrote there says nothing of this one. */
static void clear(struct table *t, int row)
{
	for (unsigned i = 0; i < sizeof(added) / sizeof(*added); i++)
		put(t, row, added[i], "");
}

static void judged(const struct claim *c, struct table *t, int row)
{
	const struct finding *f = c->worst;
	char text[CLAIM_TAKEN];

	put(t, row, "verdict", verdict_name(f->verdict));
	put(t, row, "reason", f->reason);
	put(t, row, "arithmetic", f->arithmetic);
	put(t, row, "limit", f->limit);
	put(t, row, "needs", f->needs);
	put(t, row, "confidence", confidence_name(f->confidence));
	put(t, row, "facts", claim_facts(c, text, (int)sizeof(text)));
	put(t, row, "rule", f->rule);
	put(t, row, "also", also(c, text, (int)sizeof(text)));
	put(t, row, "taken", claim_taken(c, text, (int)sizeof(text)));
	put(t, row, "read_as", quantity_read_as(c->metric, &c->value, text,
						(int)sizeof(text)));
}

void claims_table(const struct claims *all, const struct table *in,
		  struct table *out)
{
	assert(in->rows == all->nr);
	for (int c = 0; c < in->columns; c++)
		table_need(out, in->head[c]);
	for (unsigned i = 0; i < sizeof(added) / sizeof(*added); i++)
		table_need(out, added[i]);
	for (int r = 0; r < in->rows; r++) {
		const struct claim *c = &all->claim[r];
		int to = table_add_row(out, in->line[r]);

		for (int i = 0; i < in->columns; i++)
			table_set(out, to, table_column(out, in->head[i]),
				  table_get(in, r, i));
		clear(out, to);
		if (c->malformed)
			put(out, to, "reason", c->fault.what);
		else
			judged(c, out, to);
	}
}
