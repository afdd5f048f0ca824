/*
 * launch_wants: the rows of launch facts that a stack's sheet may hold, their
 * keys without .ARCH.
 */
#ifndef FACTS_LAUNCH_WANTS_H
#define FACTS_LAUNCH_WANTS_H

#include "facts/grammar.h"
#include "facts/launch.h"
#include "sheet/want.h"

#define LAUNCH_HEAD "serve_"		/* of the keys; instead, */
#define LAUNCH_DSA "serve_dsa_"		/* with models of DSA's family, */
#define LAUNCH_V4 "serve_v4_"		/* and with V4's */

extern const struct want launch_wants[];
extern const int launch_wants_nr;

/* That of a key without its .ARCH, behind any head; NULL: there is none. */
const struct want *launch_want(const char *key);

/* What the rows behind a head say, of the first place that has each. */
void launch_take(struct serve_facts *, const struct facts *,
		 const struct places *, const char *head);

#endif
