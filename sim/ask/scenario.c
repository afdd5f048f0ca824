#include "ask/scenario.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "base/units.h"
#include "model/lengths.h"

enum { DIGITS = 10 /* size: that a scenario is printed with */ };

#define WORD(field, arg, help) \
	{ #field, arg, help, (int)offsetof(struct scenario, field), 1 }
#define NUMBER(field, arg, help) \
	{ #field, arg, help, (int)offsetof(struct scenario, field), 0 }

const struct scenario_column scenario_columns[] = {
	WORD(id, "TEXT", "free text"),
	WORD(hw, "NAME", "GPU system: a name in hw/ or a path"),
	WORD(stack, "NAME", "software: a name in hw/stacks/ or a path; "
	     "ideal has each op at its peak, one after another (generic)"),
	WORD(model, "NAME", "a name in models/ or a path to a config.json"),
	WORD(weights, "FORMAT", "native bf16 fp8 nvfp4 mxfp4 int4 (native)"),
	WORD(kv, "FORMAT", "native bf16 fp8 (native)"),
	NUMBER(gpus, "N", "GPUs of one decode replica"),
	NUMBER(tp, "N", "attention tensor parallel degree (1)"),
	NUMBER(ep, "N", "expert parallel degree (gpus / pp)"),
	NUMBER(dcp, "N", "decode context parallel degree: GPUs of a tp group "
	       "that share out its KV (1)"),
	NUMBER(pp, "N", "pipeline stages (1)"),
	NUMBER(batch, "N", "sequences in flight per attention group"),
	NUMBER(concurrency, "N", "or: sequences over the whole replica"),
	NUMBER(requests, "N", "requests of a serving run"),
	NUMBER(ctx, "TOKENS", "mean KV length (isl + osl / 2), or the share of "
	       "each length, as 1024:0.5;8192:0.4;131072:0.1"),
	NUMBER(ctx_cv, "X", "coefficient of variation of the KV length "
	       "(the list's; or of an output in progress)"),
	NUMBER(isl, "TOKENS", "prompt length of a request"),
	NUMBER(osl, "TOKENS", "output length of a request"),
	NUMBER(mtp, "N", "draft tokens a step (0)"),
	NUMBER(verify, "N", "tokens of a sequence in a step (1 + mtp); more "
	       "where drafts are made elsewhere"),
	NUMBER(tokens_per_step, "X", "mean tokens a sequence gains a step "
	       "(the model's sheet)"),
	WORD(overlap, "HOW", "none or two-batch (what pays, where the stack "
	     "has both)"),
	NUMBER(redundant, "N", "extra expert slots for load balancing "
	       "(as the stack is run at that EP)"),
	WORD(balance, "HOW", "uniform eplb skewed (as the stack is run; eplb "
	     "with redundant slots given, skewed with 0)"),
	NUMBER(mem_share, "X", "share of HBM the engine may fill (the "
	       "stack's)"),
	WORD(mode, "HOW", "decode (decode)"),
	WORD(date, "DAY", "YYYY-MM-DD: the newest dated rows of a stack "
	     "up to it"),
	NUMBER(price, "USD", "$ per GPU-hour (the hw sheet's)"),
	WORD(set, "KEY=VALUE", "facts of the sheets to change, as "
	     "nic.bandwidth=25GB/s; more behind a semicolon"),
	WORD(serving, "OPTION=VALUE", "how requests come and are served, by "
	     "run's options: arrivals=poisson;rate=10;spread=1"),
};

const int scenario_columns_nr =
	sizeof(scenario_columns) / sizeof(*scenario_columns);

static char *word_at(struct scenario *s, const struct scenario_column *c)
{
	return (char *)s + c->offset;
}

static double *number_at(struct scenario *s, const struct scenario_column *c)
{
	return (double *)(void *)((char *)s + c->offset);
}

void scenario_init(struct scenario *s)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < scenario_columns_nr; i++)
		if (!scenario_columns[i].word)
			*number_at(s, &scenario_columns[i]) = (double)NAN;
}

int scenario_column_find(const char *name)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		if (strcmp(scenario_columns[i].name, name) == 0)
			return i;
	return -1;
}

int scenario_no_column(const char *name, struct fault *why)
{
	const char *all[64];	/* size: more columns than there are */
	const char *near;
	int nr = 0;

	assert(scenario_columns_nr <= 64);	/* size: of all */
	for (; nr < scenario_columns_nr; nr++)
		all[nr] = scenario_columns[nr].name;
	near = near_word(name, all, nr);
	fault_what(why, "there is no column \"%.40s\"", name);
	return near ? fault_remedy(why, "did you mean %s?", near) :
		fault_remedy(why, "write columns of a scenario, as "
			     "gpus=8,ep=8");
}

static int set_word(char *to, const struct scenario_column *c,
		    const char *text, struct fault *why)
{
	size_t len = strlen(text);

	if (len >= SCENARIO_WORD) {
		fault_what(why, "%s is longer than %d bytes", c->name,
			   SCENARIO_WORD - 1);
		return fault_remedy(why, "shorten it");
	}
	memcpy(to, text, len + 1);
	return 0;
}

static int set_mix(struct scenario *s, const struct scenario_column *c,
		   const char *text, struct fault *why)
{
	struct lengths l;

	if (set_word(s->mix, c, text, why) || lengths_parse(&l, text, why))
		return -1;
	s->ctx = lengths_mean(&l);
	return 0;
}

int scenario_set(struct scenario *s, const char *column, const char *text,
		 struct fault *why)
{
	int at = scenario_column_find(column);

	return at < 0 ? 1 : scenario_set_at(s, at, text, why);
}

int scenario_set_at(struct scenario *s, int column, const char *text,
		    struct fault *why)
{
	const struct scenario_column *c = &scenario_columns[column];
	bool is_ctx = c->offset == (int)offsetof(struct scenario, ctx);

	assert(column >= 0 && column < scenario_columns_nr);
	if (c->word)
		return set_word(word_at(s, c), c, text, why);
	if (is_ctx)
		s->mix[0] = '\0';
	if (!*text) {
		*number_at(s, c) = (double)NAN;
		return 0;
	}
	if (is_ctx && strchr(text, ':'))
		return set_mix(s, c, text, why);
	if (units_number(text, number_at(s, c))) {
		fault_what(why, "%s is \"%.40s\", which is no number",
			   c->name, text);
		return fault_remedy(why, "write a plain decimal number");
	}
	return 0;
}

bool scenario_is_load(int column)
{
	int at = scenario_columns[column].offset;

	assert(column >= 0 && column < scenario_columns_nr);
	return at >= (int)offsetof(struct scenario, batch) &&
	       at <= (int)offsetof(struct scenario, ctx);
}

int scenario_first_load(void)
{
	int i = 0;

	while (!scenario_is_load(i))
		i++;
	assert(scenario_is_load(i + SCENARIO_LOADS - 1) &&
	       !scenario_is_load(i + SCENARIO_LOADS));
	return i;
}

void scenario_set_load(struct scenario *s, const double x[SCENARIO_LOADS])
{
	s->batch = x[0];
	s->concurrency = x[1];
	s->requests = x[2];
	s->ctx = x[3];	/* size: the last of them */
}

void scenario_take_load(struct scenario *s, const struct scenario *of)
{
	s->batch = of->batch;
	s->concurrency = of->concurrency;
	s->requests = of->requests;
	s->ctx = of->ctx;
	memcpy(s->overlap, of->overlap, strlen(of->overlap) + 1);
}

bool scenario_nearly(const struct scenario *a, const struct scenario *b)
{
	return a->gpus == b->gpus && a->ep == b->ep &&
	       !memcmp(a->hw, b->hw, offsetof(struct scenario, batch) -
				     offsetof(struct scenario, hw)) &&
	       !memcmp(&a->ctx_cv, &b->ctx_cv, sizeof(*a) -
				     offsetof(struct scenario, ctx_cv));
}

bool scenario_alike(const struct scenario *a, const struct scenario *b)
{
	return !memcmp(&a->requests, &b->requests, sizeof(a->requests)) &&
	       scenario_nearly(a, b);
}

/* ---- overrides ---- */

/* Those that would contradict a column that is now given. */
static void make_room(struct scenario *s, const char *name)
{
	if (strcmp(name, "batch") == 0)
		s->concurrency = (double)NAN;
	if (strcmp(name, "concurrency") == 0)
		s->batch = (double)NAN;
	if (strcmp(name, "isl") == 0 || strcmp(name, "osl") == 0) {
		s->ctx = (double)NAN;
		s->mix[0] = '\0';
	}
}

static int override_one(struct scenario *s, char *pair, struct fault *why)
{
	char *equals = strchr(pair, '=');
	int rc;

	if (!equals) {
		fault_what(why, "\"%.40s\" has no \"=\"", pair);
		return fault_remedy(why, "write column=value pairs, as "
				    "gpus=8,ep=8");
	}
	*equals = '\0';
	rc = scenario_set(s, pair, equals + 1, why);
	if (rc > 0)
		return scenario_no_column(pair, why);
	if (equals[1])		/* what is blank contradicts nothing */
		make_room(s, pair);
	return rc;
}

int scenario_override(struct scenario *s, const char *pairs,
		      struct fault *why)
{
	int rc = 0;

	while (!rc && *pairs) {
		size_t len = strcspn(pairs, ",");
		struct text one = TEXT_INIT;

		text_addn(&one, pairs, len);
		rc = override_one(s, one.buf, why);
		text_release(&one);
		pairs += len + (pairs[len] == ',');
	}
	return rc;
}

int scenario_given(struct scenario *s, const char *pairs, struct fault *why)
{
	for (const char *p = pairs; *p; p += *p != '\0') {
		char name[SCENARIO_WORD];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p, "=,"), p);
		if (text_said(pairs, p, name))
			return fault_twice(why, name);
		p += strcspn(p, ",");
	}
	return scenario_override(s, pairs, why);
}

int scenario_read(struct scenario *s, const struct table *t, int row,
		  struct fault *why)
{
	assert(row >= 0 && row < t->rows);
	scenario_init(s);
	for (int i = 0; i < t->columns; i++) {
		fault_at(why, t->name, t->line[row], i + 1);
		if (scenario_set(s, t->head[i], table_get(t, row, i),
				 why) < 0)
			return -1;
	}
	if (!*s->id)
		snprintf(s->id, sizeof(s->id), "%d", row + 1);
	return 0;
}

/*
 * One letter of four or two of more, but not the first: "node" is no slip of
 * mode, nor "dp" of tp.
 */
static bool slip_of(const char *word, const char *column)
{
	enum { SHORT = 4 /* size: letters */ };
	size_t a = strlen(word), b = strlen(column), len = a > b ? a : b;

	return word[0] == column[0] && len >= SHORT &&
	       near_distance(word, column) <= (len > SHORT ? 2 : 1);
}

const char *scenario_meant(const struct table *t, int c)
{
	if (scenario_column_find(t->head[c]) >= 0)
		return NULL;
	for (int i = 0; i < scenario_columns_nr; i++)
		if (slip_of(t->head[c], scenario_columns[i].name) &&
		    table_column(t, scenario_columns[i].name) < 0)
			return scenario_columns[i].name;
	return NULL;
}

void scenario_cell(const struct scenario *s, int i, struct text *out)
{
	const struct scenario_column *c = &scenario_columns[i];
	const char *at = (const char *)s + c->offset;
	double x;

	assert(i >= 0 && i < scenario_columns_nr);
	if (c->word) {
		text_cell(out, at);
		return;
	}
	if (*s->mix && strcmp(c->name, "ctx") == 0) {
		text_cell(out, s->mix);
		return;
	}
	memcpy(&x, at, sizeof(x));
	if (!isnan(x))
		text_number(out, x, DIGITS);
}

char *scenario_spell(const struct scenario *s, int i,
		     struct text_spelt *kept, char *out)
{
	double x;

	assert(i >= 0 && i < scenario_columns_nr && !scenario_columns[i].word);
	memcpy(&x, (const char *)s + scenario_columns[i].offset, sizeof(x));
	return isnan(x) ? out : text_respell(kept, out, x, DIGITS);
}

void scenario_write(const struct scenario *s, struct table *t, int row)
{
	struct text cell = TEXT_INIT;

	for (int i = 0; i < scenario_columns_nr; i++) {
		const struct scenario_column *c = &scenario_columns[i];
		int column = table_need(t, c->name);

		if (c->word) {
			table_set(t, row, column,
				  (const char *)s + c->offset);
			continue;
		}
		cell.len = 0;
		text_addn(&cell, "", 0);
		scenario_cell(s, i, &cell);
		table_set(t, row, column, cell.buf);
	}
	text_release(&cell);
}
