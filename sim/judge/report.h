/*
 * report: verdicts beside the claims that they are about.
 */
#ifndef JUDGE_REPORT_H
#define JUDGE_REPORT_H

#include "claims/claim.h"

/*
 * The input with verdict,reason,arithmetic,limit,needs,confidence,facts,rule,
 * also,taken,read_as. What it had in them is cleared; a malformed row keeps
 * its reason alone.
 */
void claims_table(const struct claims *, const struct table *in,
		  struct table *out);

/* Does finding k come to the verdict of the worst, where that accuses? */
bool claim_seconds(const struct claim *, int k);

/* What the verdict took from descriptors; "" where it took nothing. */
const char *claim_facts(const struct claim *, char *out, int size);

/*
 * All that was taken for what the claim does not say: names, GPUs, lengths, the
 * load, a day's hours; "" where nothing was.
 */
enum { CLAIM_TAKEN = 640 /* size: of it */ };
const char *claim_taken(const struct claim *, char *out, int size);

const char *verdict_name(enum claim_verdict);
const char *verdict_says(enum claim_verdict);	/* what it means */
const char *confidence_name(enum confidence);

#endif
