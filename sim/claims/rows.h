/*
 * rows: what the claims of one table show of one another.
 */
#ifndef CLAIMS_ROWS_H
#define CLAIMS_ROWS_H

#include "claims/claim.h"

/*
 * As many digits count of a figure as a neighbour of its table shows. Fills
 * the numbers of equal texts, the chains of a source's metric and lightest.
 */
void rows_compare(struct claims *);

#endif
