/*
 * claim_text: judged claims in words.
 */
#ifndef SAY_CLAIM_TEXT_H
#define SAY_CLAIM_TEXT_H

#include "base/text.h"
#include "claims/claim.h"

/* What a claim is called: its own id, or its row's. */
const char *claim_id(const struct claim *);

/* A claim as a paragraph, its verdict first. */
void claim_words(const struct claim *, struct text *);

/* How many of each verdict. */
struct tally {
	int nr[VERDICT_NR];
	int malformed;
};

void claim_tally(const struct claims *, struct tally *);

/* "24 claims: 8 plausible, ..." and a line end. */
void claim_counts(const struct claims *, struct text *);

#endif
