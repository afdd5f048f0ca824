/*
 * page: judged claims as one HTML file that needs nothing beside it.
 */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include "ask/claim.h"
#include "base/text.h"

void page_claims(const struct claims *, const char *file, struct text *out);

#endif
