/*
 * names: hardware, models and formats by the names that people give them.
 */
#ifndef CLAIMS_NAMES_H
#define CLAIMS_NAMES_H

#include "ask/scenario.h"
#include "base/text.h"
#include "facts/library.h"

/*
 * Write the names that the library knows over those of the scenario ("H100"
 * becomes h100-sxm, "8x B200" 8 GPUs of b200-sxm, "Q4_K_M" int4), and say in
 * taken what was taken for what. A name without a sheet becomes blank and is
 * left in missing. bits: of a weight, where the format's name says them;
 * else 0.
 */
struct names {
	char taken[200];	/* size: a few names; "" where none was */
	char missing[64];	/* size: a name; "" where there is none */
	const char *kind;	/* of it: hw or model */
	char near[64];		/* size: one that there is, alike; or "" */
	double bits;
	bool second;		/* of a name that two sheets have, the second
				   is to be taken: set before */
	bool either;		/* hw is such a name */
	double holds;		/* GPUs that the boxes counted have; 0: none
				   are */
};

/*
 * Hardware by a name that several have, where the claim says how much memory:
 * "H20" of 141 GB is the H20-3e. said: as the claim has it.
 */
void names_sized(struct names *, struct scenario *, const char *said,
		 double memory_GB);

/* 0, or -1 and a fault: a path that does not load. */
int names_take(struct names *, struct scenario *, const struct library *,
	       struct fault *);

#endif
