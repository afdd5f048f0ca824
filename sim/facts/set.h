/*
 * set: facts that a question changes: "KEY=VALUE;KEY=VALUE", a value with its
 * unit as a sheet would have it ("nic.bandwidth=25GB/s"), or in the unit of
 * the sheet's own row; with one standard error where it is no more than
 * assumed ("nic.bandwidth=25+-5GB/s").
 */
#ifndef FACTS_SET_H
#define FACTS_SET_H

#include "sheet/fact.h"

enum home { HOME_GPU, HOME_STACK, HOME_MODEL };

/*
 * Between a descriptor's name and its settings, where a library is asked for
 * both at once.
 */
#define SET_MARK '\n'

/*
 * Change the facts of the settings whose home this is; their origin becomes
 * assumed, their error that of the setting. 0, or -1 and the fault: a key that
 * the sheet has not, a value that is none, a unit of something else.
 */
int facts_set(struct facts *, const char *settings, enum home,
	      struct fault *);

#endif
