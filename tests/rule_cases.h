/*
 * rule_cases: each rule with claims that pass it and claims that fail it.
 */
#ifndef TESTS_RULE_CASES_H
#define TESTS_RULE_CASES_H

#include "rules/rule.h"

struct rule_case {
	const char *rule, *rows;
	enum claim_verdict verdict;
};

extern const struct rule_case rule_cases[];
extern const int rule_cases_nr;

/*
 * Each rule with a claim that passes it and one that fails it. A case is the
 * rows of a claim file below HEAD; the last row is the one judged.
 */
#define HEAD "id,source,system,versus,hw,stack,model,weights,gpus,tp,ep," \
	"batch,concurrency,ctx,isl,osl,metric,value,given\n"

/* id source system versus hw stack model weights gpus tp ep batch */
#define BARE "x,s,A,,,,,,,,,"
#define ROW(concurrency, metric, value, given) \
	BARE "," concurrency ",,2048,1024," metric "," value ",\"" given "\"\n"
#define PLAIN(metric, value, given) \
	BARE ",,,,," metric "," value ",\"" given "\"\n"
#define ON(hw, weights, gpus, batch, rest) \
	"x,s,A,," hw ",," "deepseek-v3" "," weights "," gpus ",,," batch rest
#define COST(system, versus, metric, value, given) \
	"x,s," system "," versus ",,,,,,,,,,,,," metric "," value ",\"" given \
	"\"\n"

#endif
