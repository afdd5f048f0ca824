#include "claims/degrees.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "words/item.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))
#define BIT(degree) (1u << DEGREE_ ## degree)

/* A name is what begins so: "tensor parallelism". */
static const struct named { const char *said; unsigned is; } names[] = {
	{ "dcp", BIT(DCP) }, { "dep", BIT(DP) | BIT(EP) },
	{ "tep", BIT(TP) | BIT(EP) }, { "tp", BIT(TP) }, { "ep", BIT(EP) },
	{ "pp", BIT(PP) }, { "dp", BIT(DP) },
	{ "tensor parallel", BIT(TP) }, { "tensor-parallel", BIT(TP) },
	{ "expert parallel", BIT(EP) }, { "expert-parallel", BIT(EP) },
	{ "pipeline parallel", BIT(PP) }, { "pipeline-parallel", BIT(PP) },
	{ "data parallel", BIT(DP) }, { "data-parallel", BIT(DP) },
	{ "decode context parallel", BIT(DCP) } };

/* "pp512" are the prompt tokens of a benchmark. */
static const double most[DEGREES] = {
	[DEGREE_TP] = 512, [DEGREE_EP] = 1024,	/* size: GPUs, likewise below */
	[DEGREE_PP] = 64, [DEGREE_DCP] = 64,	/* size: */
	[DEGREE_DP] = 1024 };			/* size: */

struct term {
	unsigned is;
	double n;
	const char *end;
};

/* "TP99 latency" is no degree, nor are more than there are. */
static bool is_degree(const struct term *t)
{
	static const double ranks[] = { 50, 90, 95, 99 }; /* units: percent */

	for (int i = 0; i < NR(ranks); i++)
		if (t->is == BIT(TP) && t->n == ranks[i])
			return false;
	for (int d = 0; d < DEGREES; d++)
		if ((t->is & 1u << d) && t->n > most[d])
			return false;
	return true;
}

static const char *number(const char *s, double *n)
{
	char *end;

	*n = 0;
	if (!isdigit((unsigned char)*s))
		return NULL;
	*n = (double)strtol(s, &end, 10);	/* math: decimal */
	return *n >= 1 ? end : NULL;
}

/* Words and signs between a name and its number. */
static const char *behind_name(const char *s)
{
	static const char *const links[] = { "ism", " degree", " size", " of",
		"=", ":", "-", " " };

	for (int i = 0; i < NR(links);) {
		int n = near_begins(s, links[i]);

		s += n;
		i = n > 0 ? 0 : i + 1;
	}
	return s;
}

/* "EP64", "64-way expert parallelism". */
static bool term_at(const char *s, struct term *t)
{
	const char *way = number(s, &t->n);
	int n = way ? near_begins(way, "-way ") : 0;

	if (way && n == 0)
		return false;
	if (way)
		s = way + n;
	t->is = 0;
	for (int i = 0; i < NR(names) && !t->is; i++) {
		n = near_begins(s, names[i].said);
		if (n > 0)
			t->is = names[i].is;
	}
	t->end = way ? s + n + near_begins(s + n, "ism") :
		number(behind_name(s + n), &t->n);
	return t->is && t->end && is_degree(t);
}

static void add(struct degrees *d, const struct term *t)
{
	for (int i = 0; i < DEGREES; i++)
		if (t->is & 1u << i)
			d->of[i] = d->of[i] == 0 || d->of[i] == t->n ? t->n :
				-1;
}

const char *degrees_read(struct degrees *d, const char *s)
{
	const char *end = NULL;
	struct degrees all = *d;
	struct term t;

	assert(d && s);
	while (term_at(s, &t)) {
		add(&all, &t);
		end = t.end;
		s = end + strspn(end, " /+,&x\xc3\x97-");
	}
	if (!end || isalnum((unsigned char)*end) || *end == '%')
		return NULL;
	*d = all;
	return end;
}

/* ---- a claim's ---- */

/*
 * Groups of attention share the GPUs of a stage, or those that the experts are
 * spread over; among how many a group is shared. Less than 0: it is open.
 */
static double attention(const struct claim *c, const struct degrees *d,
			bool dp_attention)
{
	double dp = d->of[DEGREE_DP], ep = d->of[DEGREE_EP];
	double stage = c->scenario.gpus / fmax(1, d->of[DEGREE_PP]);
	double tp = (ep > 0 ? ep : stage) / dp;

	if (dp == 0)
		return dp_attention ? -1 : d->of[DEGREE_TP];
	return tp >= 1 && tp == floor(tp) ? tp : -1;
}

/*
 * GPUs that it takes at least. Groups of attention are beside those of TP, or,
 * as SGLang counts, within them.
 */
static double taken(const struct degrees *d)
{
	double tp = fmax(1, d->of[DEGREE_TP]), dp = fmax(1, d->of[DEGREE_DP]);
	double both = fmod(tp, dp) > 0 ? tp * dp : tp;

	return fmax(1, d->of[DEGREE_PP]) * fmax(both, d->of[DEGREE_EP]);
}

/* What the columns and the text say that the claim's GPUs cannot be. */
static bool over(struct claim *c, const struct degrees *said)
{
	static const char *const called[] = { "TP", "EP", "PP", "DCP", "DP" };
	struct scenario *s = &c->scenario;
	double *const columns[] = { &s->tp, &s->ep, &s->pp, &s->dcp };
	struct degrees d = *said;

	for (int i = 0; i < DEGREE_DP; i++)
		if (!isnan(*columns[i]))
			d.of[i] = *columns[i];
	if (!(taken(&d) > s->gpus))
		return false;
	c->over.gpus = taken(&d);
	for (int i = 0; i < DEGREES; i++)
		if (d.of[i] > 1)
			text_list(c->over.said, sizeof(c->over.said), " ",
				  "%s%.0f", called[i], d.of[i]);
	for (int i = 0; i < DEGREE_DP; i++)
		*columns[i] = (double)NAN;
	return true;
}

void degrees_fill(struct claim *c, const char *text)
{
	struct scenario *s = &c->scenario;
	struct degrees d = { { 0 } };
	double stage;

	assert(c && text);
	for (const char *at = text, *end; *at; at = end) {
		end = degrees_read(&d, at);
		if (!end)
			end = at + strcspn(at, " ") + 1 -
				!at[strcspn(at, " ")];
	}
	if (over(c, &d))
		return;
	d.of[DEGREE_TP] = attention(c, &d, near_has(text, DP_ATTENTION));
	stage = s->gpus / fmax(1, d.of[DEGREE_PP]);
	for (int i = 0; i < DEGREE_DP; i++) {
		double *const columns[] = { &s->tp, &s->ep, &s->pp, &s->dcp };
		double n = d.of[i], of = i == DEGREE_PP ? s->gpus : stage;

		if (!(n >= 1) || !isnan(*columns[i]))
			continue;
		if (isnan(of) || fmod(of, n) == 0)
			*columns[i] = n;
		else
			text_list(c->noted, sizeof(c->noted), "; ", "%.0f GPUs "
				  "are not shared %.0f ways: %.60s is not "
				  "taken", s->gpus, n, text);
	}
}
