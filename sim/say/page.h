/*
 * page: judged claims as one HTML file that needs nothing beside it.
 */
#ifndef SAY_PAGE_H
#define SAY_PAGE_H

#include "claims/claim.h"
#include "base/text.h"

void page_claims(const struct claims *, const char *file, struct text *out);

#endif
