/*
 * launch_wants: the rows of launch facts that a stack's sheet may hold, their
 * keys without .ARCH.
 */
#ifndef FACTS_LAUNCH_WANTS_H
#define FACTS_LAUNCH_WANTS_H

#include "facts/launch.h"
#include "facts/want.h"

extern const struct want launch_wants[];
extern const int launch_wants_nr;

#endif
