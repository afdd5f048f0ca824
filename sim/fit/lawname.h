/*
 * lawname: law.KERNEL.ARCH or wire.WIRE.ARCH, the root of a law's keys.
 */
#ifndef FIT_LAWNAME_H
#define FIT_LAWNAME_H

#include <stdbool.h>

#include "facts/grammar.h"

struct lawname {
	bool wired;		/* a wire's law, not a kernel's */
	enum wire_kind kind;	/* of a wire */
	char name[KEY_CHARS];	/* KERNEL or WIRE */
	char root[KEY_CHARS];	/* the whole */
	char arch[KEY_CHARS];	/* or "any" */
};

/* KERNEL.ARCH alone is a law. 0; or -1 and a fault at --law. */
int lawname_parse(struct lawname *, const char *text, struct fault *);

#endif
