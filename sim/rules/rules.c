#include "base/near.h"
#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "words/item.h"

const struct rule rules[] = {
#define RULE(name, sheets, gpus, says) \
	{ #name, says, rule_ ## name, NULL, sheets, gpus },
#define ACROSS(name, sheets, gpus, says) \
	{ #name, says, NULL, rule_ ## name, sheets, gpus },
#include "rules/rules.inc"
#undef RULE
#undef ACROSS
};

const int rules_nr = sizeof(rules) / sizeof(*rules);

bool finding_is(struct finding *f, enum claim_verdict v, enum confidence c)
{
	assert(v < VERDICT_NR && *f->reason);
	f->verdict = v;
	f->confidence = c;
	return true;
}

const char *claim_figure(const struct claim *c, char *out)
{
	static const char *const word[] = { [SAID_AROUND] = "about ",
		[SAID_LEAST] = "more than ", [SAID_MOST] = "less than ",
		[SAID_UP_TO] = "up to ", [SAID_PLAIN] = "",
		[SAID_RANGE] = "" };
	const struct amount *a = &c->value;
	char one[HUMAN], number[HUMAN - 16];	/* size: room for a word */

	assert(c->value.said <= SAID_UP_TO);
	if (a->said == SAID_RANGE) {
		quantity_human(a->low, number, sizeof(number));
		quantity_say(c->metric, a->high, one, (int)sizeof(number));
		snprintf(out, HUMAN, "%.14s to %.28s", number, one);
		return out;
	}
	quantity_say(c->metric, a->value, number, sizeof(number));
	snprintf(out, HUMAN, "%s%s", word[a->said], number);
	return out;
}

enum standing standing_of(const struct claim *c, const struct amount *a,
			  double limit, enum side side)
{
	const double slack = c->limits->granted->sheets;

	assert(side <= SIDE_ABOVE);
	if (side == SIDE_BELOW) {
		if (fmin(a->low, a->value * (1 - slack)) > limit)
			return STANDS_BEYOND;
		return a->value > limit * (1 - slack) ? STANDS_AT :
		       STANDS_INSIDE;
	}
	if (fmax(a->high, a->value * (1 + slack)) < limit)
		return STANDS_BEYOND;
	return a->value < limit * (1 + slack) ? STANDS_AT : STANDS_INSIDE;
}

double claim_with_prompts(const struct claim *c)
{
	/* by its quote, or by the words of its cells */
	static const char quotes[] = "output throughput|output tput|output "
		"token throughput|output tok/s|output tokens/s|output tokens "
		"per second|output tps|output speed|tok/s output|tokens/s "
		"output|tokens per second output|tok/s of output|tokens/s of "
		"output|tokens per second of output|decode throughput|decode "
		"tok|decoding tok|decoding throughput|generation throughput|"
		"generation speed|generated tok";
	static const char outputs[] = "out|gen|decod|complet";
	double isl = c->scenario.isl, osl = c->scenario.osl;
	const struct amount *of = c->stated.of;

	assert(!c->malformed);
	if ((c->metric != Q_TOK_S_TOTAL && c->metric != Q_TOK_S_GPU &&
	     c->metric != Q_TOK_S_NODE) || !(osl >= 1) || !(isl >= 1) ||
	    (!of[Q_TPOT_MS].known && !of[Q_TOK_S_USER].known) ||
	    near_has(c->quote, quotes) || near_has(c->called, outputs) ||
	    near_has(c->written.unit, outputs) ||
	    near_has(c->written.text, outputs))
		return 1;
	return (isl + osl) / osl;
}

const struct amount *claim_has(const struct claim *c, enum quantity q)
{
	const struct amount *a = &account_of(&c->all, q)->amount;

	assert(q < Q_NR);
	return a->known ? a : NULL;
}

enum confidence limits_sureness(const struct claim *c)
{
	assert(c->limits->choices > 0);
	return c->limits->choices > 1 ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

const char *bound_resource(enum bound which)
{
	static const char *const name[] = { [BOUND_HBM] = "memory bandwidth",
		[BOUND_COMPUTE] = "FLOPs", [BOUND_NVLINK] = "NVLink bandwidth",
		[BOUND_RDMA] = "NIC bandwidth" };

	assert(which < BOUND_LATENCY);
	return name[which];
}
