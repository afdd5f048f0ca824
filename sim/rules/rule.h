/*
 * rule: one way to judge a claim. A rule is a function that has something to
 * say about claim i of a file, or nothing (false): what it needs is not
 * stated. The table in rules.c names each in one sentence.
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "claims/claim.h"

typedef bool (*rule_fn)(const struct claims *, int i, struct finding *);

struct rule {
	const char *name;
	const char *says;	/* one sentence */
	rule_fn judge;
	bool sheets;		/* it uses what descriptors say, */
	bool gpus;		/* of so many GPUs */
};

/* The last of them is asked where no other has an answer. */
extern const struct rule rules[];
extern const int rules_nr;

/* Claims by their own figures: own.c */
bool rule_identity(const struct claims *, int, struct finding *);
bool rule_scale(const struct claims *, int, struct finding *);
bool rule_share(const struct claims *, int, struct finding *);

/* And what its drafts bring: draft.c */
bool rule_drafts(const struct claims *, int, struct finding *);

/* By what a model keeps: kept.c */
bool rule_weights(const struct claims *, int, struct finding *);
bool rule_kv(const struct claims *, int, struct finding *);

/* By descriptors: fact.c */
bool rule_fact(const struct claims *, int, struct finding *);
bool rule_work(const struct claims *, int, struct finding *);
bool rule_waits(const struct claims *, int, struct finding *);
bool rule_power(const struct claims *, int, struct finding *);

bool rule_order(const struct claims *, int, struct finding *);
bool rule_answer(const struct claims *, int, struct finding *);

/* By nothing but units: rules/units.c */
bool rule_units(const struct claims *, int, struct finding *);

/* By how benchmarks and servers work: load.c */
bool rule_product(const struct claims *, int, struct finding *);
bool rule_little(const struct claims *, int, struct finding *);
bool rule_quantum(const struct claims *, int, struct finding *);
bool rule_samples(const struct claims *, int, struct finding *);
bool rule_sla(const struct claims *, int, struct finding *);
bool rule_admission(const struct claims *, int, struct finding *);
bool rule_prompt(const struct claims *, int, struct finding *);

/* By money and days: money.c */
bool rule_breakeven(const struct claims *, int, struct finding *);
bool rule_capacity(const struct claims *, int, struct finding *);
bool rule_demand(const struct claims *, int, struct finding *);
bool rule_rent(const struct claims *, int, struct finding *);
bool rule_savings(const struct claims *, int, struct finding *);
bool rule_list(const struct claims *, int, struct finding *);

/* By what is held and carried, and by the host beside it: fit.c */
bool rule_memory(const struct claims *, int, struct finding *);
bool rule_offload(const struct claims *, int, struct finding *);
bool rule_loading(const struct claims *, int, struct finding *);

/* By how fast hardware is for one request: pace.c */
bool rule_decode(const struct claims *, int, struct finding *);

/* And for its prompt: prompt.c */
bool rule_request(const struct claims *, int, struct finding *);
bool rule_prefill(const struct claims *, int, struct finding *);
bool rule_input(const struct claims *, int, struct finding *);
bool rule_requests(const struct claims *, int, struct finding *);
bool rule_count(const struct claims *, int, struct finding *);

/* By the load, played: played.c */
bool rule_played(const struct claims *, int, struct finding *);
bool rule_loaded(const struct claims *, int, struct finding *);

/* And for all, and for how much of it is used: limit.c */
bool rule_speed(const struct claims *, int, struct finding *);
bool rule_bound(const struct claims *, int, struct finding *);
bool rule_collective(const struct claims *, int, struct finding *);
bool rule_use(const struct claims *, int, struct finding *);

/* By the other claims of the file: cross.c */
bool rule_slope(const struct claims *, int, struct finding *);
bool rule_dominance(const struct claims *, int, struct finding *);
bool rule_contradiction(const struct claims *, int, struct finding *);
bool rule_peak(const struct claims *, int, struct finding *);
bool rule_equal(const struct claims *, int, struct finding *);
bool rule_speedup(const struct claims *, int, struct finding *);

/*
 * The load that those two need played; false: none. It is noted and played
 * (limits/pool) before rules are heard.
 */
bool rule_plays(const struct claim *, struct played_spec *);

/* ---- for the rules ---- */

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
