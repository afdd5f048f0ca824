/*
 * rule: one way to judge a claim that is well formed. A rule is a function that
 * has something to say about it, or nothing (false): what it needs is not
 * stated. rules.inc names each in one sentence.
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "claims/claim.h"

typedef bool rule_fn(const struct claim *, struct finding *);
typedef bool rule_across_fn(const struct claims *, int i, struct finding *);

struct rule {
	const char *name;
	const char *says;	/* one sentence */
	rule_fn *judge;		/* NULL: the other does, */
	rule_across_fn *across;
	bool sheets;		/* it uses what descriptors say, */
	bool gpus;		/* of so many GPUs */
};

/* The last of them is asked where no other has an answer. */
extern const struct rule rules[];
extern const int rules_nr;

#define RULE(name, ...) rule_fn rule_ ## name;
#define ACROSS(name, ...) rule_across_fn rule_ ## name;
#include "rules/rules.inc"
#undef RULE
#undef ACROSS

/*
 * The load that rules played and loaded need; false: none. It is noted and
 * played (limits/pool) before rules are heard.
 */
bool rule_plays(const struct claim *, struct played_spec *);

/* ---- for the rules ---- */

#define MS 1e3			/* units: ms of a second */

enum { HUMAN = 48 /* size: a number in words */ };

/* Set a finding's verdict. Always true, so: return finding_is(f, ...); */
bool finding_is(struct finding *, enum claim_verdict, enum confidence);

/*
 * Write one of a finding's lines: finding_say(f->reason, "...", ...). Numbers
 * are written as people do: 1.623e+05 becomes 162,300.
 */
#define finding_say(line, ...) \
	(finding_line((line), (int)sizeof(line), __VA_ARGS__))
void finding_line(char *line, int size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The reason and the verdict in one: return plausible(f, HIGH, "...", ...). Any
 * other line of the finding is written before.
 */
#define finding_says(f, verdict, confidence, ...) \
	(finding_say((f)->reason, __VA_ARGS__), \
	 finding_is((f), (verdict), (confidence)))
#define finding_so(f, verdict, sure, ...) \
	finding_says(f, VERDICT_ ## verdict, CONFIDENCE_ ## sure, __VA_ARGS__)
#define plausible(f, ...) finding_so(f, PLAUSIBLE, __VA_ARGS__)
#define holds(f, ...) finding_so(f, HOLDS, __VA_ARGS__)
#define unknown(f, ...) finding_so(f, UNKNOWN, __VA_ARGS__)
#define implausible(f, ...) finding_so(f, IMPLAUSIBLE, __VA_ARGS__)
#define inconsistent(f, ...) finding_so(f, INCONSISTENT, __VA_ARGS__)
#define impossible(f, ...) finding_so(f, IMPOSSIBLE, __VA_ARGS__)

/* The claimed figure in words, with its unit. */
const char *claim_figure(const struct claim *, char *out);

/* What there would have to be more of. */
const char *bound_resource(enum bound);

/* Less sure where the claim leaves the layout or the format open. */
enum confidence limits_sureness(const struct claim *);

/*
 * Where a figure stands to a limit of the claim's hardware. A limit is as good
 * as the data sheets (facts/granted), the figure as its digits: that close it
 * is at the limit.
 */
enum standing { STANDS_INSIDE, STANDS_AT, STANDS_BEYOND };
enum standing standing_of(const struct claim *, const struct amount *,
			  double limit, enum side);

/*
 * Times what it is as output alone, where the claim does not say that it is:
 * prompts may be counted as well. 1: it says so, or neither lengths nor the
 * pace of a request are stated, which show it.
 */
double claim_with_prompts(const struct claim *);

/* An amount of the claim with everything closed; NULL when unknown. */
const struct amount *claim_has(const struct claim *, enum quantity);

#endif
