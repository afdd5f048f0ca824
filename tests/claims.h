/*
 * claims: what is said of each claim of a file, against what was said when it
 * was reviewed: a golden file of tests/golden.
 */
#ifndef TESTS_CLAIMS_H
#define TESTS_CLAIMS_H

#include "rules/rule.h"

/* "stands", "unknown", "fails", "malformed" */
const char *claims_kind(const struct claim *);

/* Does a row of what is said move with every fit of a stack? */
bool claims_moves(const struct table *said, int row);

/*
 * Where they part, the row's lines there; with a column "heard", that as well.
 * With GOLDEN in the environment the file is written anew: review the
 * difference as code.
 */
void ck_claims(const char *path, const struct claims *, const struct table *in);

/*
 * What each rule says of each claim, not the one alone that judges it: verdict,
 * and where it draws its limit. Of what moves with a fit: does it stand?
 */
void ck_heard(const char *path, const struct claims *, const struct table *in);

#endif
