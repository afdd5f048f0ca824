/*
 * judged: rows of a claim file, judged, for the suites that ask what a rule
 * found and where it drew its limit.
 */
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include "rules/rule.h"
#include "library/shelf.h"

struct judged {
	struct shelf *shelf;
	struct table table;
	struct claims all;
};

/* The head line, then a row each; none may be malformed. */
void judged_make(struct judged *, const char *csv);
void judged_release(struct judged *);

/* The last row, and what this rule said of it; fails where it said nothing. */
const struct claim *judged_last(const struct judged *);
const struct finding *judged_by(const struct claim *, const char *rule);

#endif
