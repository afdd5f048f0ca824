/*
 * offers: sheets of hw/offers by name, or of a path.
 */
#ifndef TASKS_OFFERS_H
#define TASKS_OFFERS_H

#include "plan/offer.h"

enum { OFFERS_MOST = 16 /* size: compared at once */ };

struct offers {
	struct facts sheet[OFFERS_MOST];	/* owned; what offers name */
	struct offer offer[OFFERS_MOST];
	int nr;
};

/* Add one. 0, or -1 and the fault; released either way. */
int offers_add(struct offers *, const char *name, struct fault *);

/* Several, with commas between. */
int offers_list(struct offers *, const char *names, struct fault *);

void offers_release(struct offers *);

#endif
