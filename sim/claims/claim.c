#include "claims/claim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside/derived.h"
#include "base/mem.h"

const char *verdict_name(enum claim_verdict v)
{
	static const char *const name[] = {
		[VERDICT_PLAUSIBLE] = "plausible", [VERDICT_HOLDS] = "holds",
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_IMPLAUSIBLE] = "implausible",
		[VERDICT_INCONSISTENT] = "inconsistent",
		[VERDICT_IMPOSSIBLE] = "impossible" };

	return name[v];
}

const char *confidence_name(enum confidence c)
{
	static const char *const name[] = { "low", "medium", "high" };

	return name[c];
}

/* ---- reading ---- */

static const char *cell(const struct table *t, int row, const char *column)
{
	return table_get(t, row, table_column(t, column));
}

static int fault_in(struct fault *why, const struct table *t, int row,
		    const char *column)
{
	return fault_at(why, t->name, t->line[row],
			table_column(t, column) + 1);
}

static int read_metric(struct claim *c, const struct table *t, int row)
{
	struct fault *why = &c->fault;

	fault_in(why, t, row, "metric");
	if (quantity_parse(cell(t, row, "metric"), &c->metric, why))
		return -1;
	fault_in(why, t, row, "unit");
	if (quantity_amount(c->metric, "1", cell(t, row, "unit"), &c->value,
			    why))
		return -1;
	fault_in(why, t, row, "value");
	return quantity_amount(c->metric, cell(t, row, "value"),
			       cell(t, row, "unit"), &c->value, why);
}

/* A scenario column is an exact amount. */
static int column_amount(struct claim *c, enum quantity q, double x,
			 struct fault *why)
{
	struct amount *a = &c->stated.of[q];

	if (isnan(x))
		return 0;
	if (c->metric == q) {
		if (x >= c->value.low && x <= c->value.high)
			return 0;
		fault_what(why, "%s is the metric, %g, and the column says "
			   "%g", quantity_name(q), c->value.value, x);
		return fault_remedy(why, "leave the column blank");
	}
	if (a->known && (x < a->low || x > a->high)) {
		fault_what(why, "%s is %g in its column and %g in given",
			   quantity_name(q), x, a->value);
		return fault_remedy(why, "give it once");
	}
	*a = amount_exact(x);
	return 0;
}

static int read_given(struct claim *c, const struct table *t, int row)
{
	const struct scenario *s = &c->scenario;
	const struct { enum quantity q; double x; } columns[] = {
		{ Q_GPUS, s->gpus }, { Q_CONCURRENCY, s->concurrency },
		{ Q_ISL, s->isl }, { Q_OSL, s->osl }, { Q_CTX, s->ctx },
		{ Q_MEM_SHARE, s->mem_share } };
	struct fault *why = &c->fault;

	fault_in(why, t, row, "given");
	if (quantity_given(cell(t, row, "given"), &c->stated, why))
		return -1;
	if (c->stated.of[c->metric].known) {
		fault_what(why, "given states the metric, %s",
			   quantity_name(c->metric));
		return fault_remedy(why, "give other quantities alone");
	}
	for (unsigned i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (column_amount(c, columns[i].q, columns[i].x, why))
			return -1;
	return 0;
}

static void fill(double *x, const struct amount *a, double times)
{
	if (isnan(*x) && a->known && a->low > 0 && isfinite(a->low))
		*x = a->low * times;
}

/*
 * What given states, and the claim itself where it is about the scenario,
 * serves blank columns too; of a range the end that is easier.
 */
static void fill_columns(struct claim *c)
{
	struct amounts all = c->stated;
	struct scenario *s = &c->scenario;

	all.of[c->metric] = c->value;
	fill(&s->gpus, &all.of[Q_GPUS], 1);
	fill(&s->isl, &all.of[Q_ISL], 1);
	fill(&s->osl, &all.of[Q_OSL], 1);
	fill(&s->mem_share, &all.of[Q_MEM_SHARE], 1);
	if (isnan(s->isl))
		fill(&s->ctx, &all.of[Q_CTX], 1);
	if (!isnan(s->batch))
		return;
	fill(&s->concurrency, &all.of[Q_CONCURRENCY], 1);
	fill(&s->concurrency, &all.of[Q_USERS], s->gpus);
}

/* What descriptors say counts as stated, unless the claim says otherwise. */
static void fact(struct claim *c, enum quantity q, double x)
{
	if (!c->stated.of[q].known && c->metric != q && x > 0)
		c->stated.of[q] = amount_exact(x);
}

static void facts_of(struct claim *c)
{
	struct facts fs;
	struct fact *kv;

	if (c->gpu)
		fact(c, Q_HBM_TB_S, c->gpu->hbm_Bps / 1e12); /* units: TB/s */
	if (!c->model)
		return;
	facts_init(&fs, c->model->name);
	derived_model(c->model, &fs);
	kv = facts_find(&fs, "kv_bytes_per_token");
	if (kv && strcmp(c->scenario.kv, "fp8"))	/* V3's is native */
		fact(c, Q_KV_B_TOK, kv->value);
	facts_release(&fs);
}

/* Is it the format or the stack that makes no question, or the row? */
static bool row_is_sound(const struct claim *c,
			 const struct library *lib)
{
	struct scenario s = c->scenario;
	struct limits l;

	snprintf(s.weights, sizeof(s.weights), "bf16");
	*s.stack = '\0';
	limits_make(&l, &s, lib);
	return l.sound;
}

static int look_up(struct claim *c, const struct library *lib)
{
	const struct scenario *s = &c->scenario;

	if (*s->hw)
		c->gpu = lib->gpu(lib->of, s->hw, &c->fault);
	if (*s->hw && !c->gpu)
		return -1;
	if (*s->model)
		c->model = lib->model(lib->of, s->model, &c->fault);
	if (*s->model && !c->model)
		return -1;
	limits_make(&c->limits, s, lib);
	if (!c->limits.asked || c->limits.sound || row_is_sound(c, lib))
		return 0;
	snprintf(c->fault.what, sizeof(c->fault.what), "%s",
		 c->limits.fault.what);
	snprintf(c->fault.remedy, sizeof(c->fault.remedy), "%s",
		 c->limits.fault.remedy);
	return -1;
}

/* The column that a sentence begins with; "" where it begins otherwise. */
static const char *first_word(const struct table *t, const char *what,
			      char *out, int size)
{
	snprintf(out, (size_t)size, "%.*s", (int)strcspn(what, " "), what);
	if (table_column(t, out) < 0)
		*out = '\0';
	return out;
}

/* A fault that arose behind the row is the row's. */
static void placed(struct fault *why, const struct table *t, int row,
		   const char *column, bool whole)
{
	char word[SCENARIO_WORD];
	struct fault at;

	fault_in(&at, t, row, whole ? first_word(t, why->what, word,
						 (int)sizeof(word)) : column);
	snprintf(at.what, sizeof(at.what), "%.200s", why->what);
	snprintf(at.remedy, sizeof(at.remedy), "%.300s", *why->remedy ?
		 why->remedy : "name one that is there");
	*why = at;
}

static void read_claim(struct claim *c, const struct table *t, int row,
		       const struct library *lib)
{
	struct amounts with;

	*c = (struct claim){ .id = cell(t, row, "id"),
		.source = cell(t, row, "source"),
		.quote = cell(t, row, "quote"),
		.system = cell(t, row, "system"),
		.versus = cell(t, row, "versus") };
	c->malformed = scenario_read(&c->scenario, t, row, &c->fault) ||
		read_metric(c, t, row) || read_given(c, t, row);
	if (c->malformed)
		return;
	fill_columns(c);
	c->malformed = look_up(c, lib) != 0;
	if (c->malformed) {
		placed(&c->fault, t, row, !*c->scenario.hw || c->gpu ?
		       "model" : "hw", c->model != NULL);
		return;
	}
	facts_of(c);
	known_init(&c->rest, &c->stated);
	known_close(&c->rest, c->metric);
	with = c->stated;
	with.of[c->metric] = c->value;
	known_init(&c->all, &with);
	known_close(&c->all, c->metric);
}

/* ---- the file ---- */

static int columns_there(const struct table *t, struct fault *why)
{
	static const char *const need[] = { "metric", "value" };

	for (unsigned i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (table_column(t, need[i]) < 0) {
			fault_at(why, t->name, 1, 0);
			fault_what(why, "there is no column %s", need[i]);
			return fault_remedy(why, "a claim file has id, "
				"source, quote, system, scenario columns, "
				"metric, value, unit and given");
		}
	return 0;
}

int claims_read(struct claims *all, const struct table *t,
		const struct library *lib, struct fault *why)
{
	*all = (struct claims){ NULL, 0 };
	if (columns_there(t, why))
		return -1;
	all->claim = mem_zeroed((size_t)t->rows + 1, sizeof(*all->claim));
	all->nr = t->rows;
	for (int i = 0; i < t->rows; i++)
		read_claim(&all->claim[i], t, i, lib);
	return 0;
}

void claims_release(struct claims *all)
{
	free(all->claim);
	*all = (struct claims){ NULL, 0 };
}

bool claim_seconds(const struct claim *c, int k)
{
	return &c->finding[k] != c->worst &&
	       c->finding[k].verdict == c->worst->verdict &&
	       c->worst->verdict >= VERDICT_IMPLAUSIBLE;
}

const char *claim_also(const struct claim *c, char *out, int size)
{
	int at = 0;

	*out = '\0';
	for (int k = 0; k < c->findings && at < size; k++)
		if (claim_seconds(c, k))
			at += snprintf(out + at, (size_t)(size - at), "%s%s",
				       at ? " " : "", c->finding[k].rule);
	return out;
}

static double tera(double x)
{
	return x / 1e12;		/* units: */
}

static int gpu_facts(const struct gpu *g, char *out, size_t size)
{
	static const char *const name[] = { [MATH_BF16] = "bf16",
		[MATH_FP8] = "fp8", [MATH_FP4] = "fp4",
		[MATH_INT8] = "int8" };
	int at = snprintf(out, size, "%s: %.1f GB at %.3g TB/s", g->name,
			  units_giga(g->hbm_B), tera(g->hbm_Bps));

	for (int i = 0; i < MATH_NR && at < (int)size; i++)
		if (g->flops[i] > 0)
			at += snprintf(out + at, size - (size_t)at,
				       ", %.0f TFLOP/s %s", tera(g->flops[i]),
				       name[i]);
	if (at < (int)size)
		at += snprintf(out + at, size - (size_t)at,
			       ", NVLink %.0f GB/s, NIC %.0f GB/s",
			       units_giga(g->nvlink_Bps),
			       units_giga(g->nic_Bps));
	return at;
}

const char *claim_facts(const struct claim *c, char *out, int size)
{
	const struct model *m = c->model;
	int at = 0;

	*out = '\0';
	if (!c->worst->sheets)
		return out;
	if (c->gpu)
		at = gpu_facts(c->gpu, out, (size_t)size);
	if (m && at < size)
		snprintf(out + at, (size_t)(size - at), "%s%s: %.4g G "
			 "parameters, %.3g G of them a token", at ? "; " : "",
			 m->name, units_giga(model_params(m)),
			 units_giga(model_params_active(m, true)));
	return out;
}

void claims_table(const struct claims *all, const struct table *in,
		  struct table *out)
{
	static const char *const added[] = { "verdict", "reason",
		"arithmetic", "limit", "needs", "confidence",
		"facts", "rule", "also" };
	char also[128];		/* size: names of rules */
	char facts[320];	/* size: two descriptors */

	for (int c = 0; c < in->columns; c++)
		table_need(out, in->head[c]);
	for (unsigned i = 0; i < sizeof(added) / sizeof(*added); i++)
		table_need(out, added[i]);
	for (int r = 0; r < in->rows; r++) {
		const struct claim *c = &all->claim[r];
		const struct finding *f = c->worst;
		int to = table_add_row(out, in->line[r]);

		for (int i = 0; i < in->columns; i++)
			table_set(out, to, table_column(out, in->head[i]),
				  table_get(in, r, i));
		if (c->malformed) {
			table_set(out, to, table_column(out, "reason"),
				  c->fault.what);
			continue;
		}
		table_set(out, to, table_column(out, "verdict"),
			  verdict_name(f->verdict));
		table_set(out, to, table_column(out, "reason"), f->reason);
		table_set(out, to, table_column(out, "rule"), f->rule);
		table_set(out, to, table_column(out, "also"),
			  claim_also(c, also, (int)sizeof(also)));
		table_set(out, to, table_column(out, "facts"),
			  claim_facts(c, facts, (int)sizeof(facts)));
		table_set(out, to, table_column(out, "arithmetic"),
			  f->arithmetic);
		table_set(out, to, table_column(out, "limit"), f->limit);
		table_set(out, to, table_column(out, "needs"), f->needs);
		table_set(out, to, table_column(out, "confidence"),
			  confidence_name(f->confidence));
	}
}
