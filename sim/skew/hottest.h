/*
 * hottest: the slot of a layer that has most, where a balancer has few spare
 * ones to give to the hottest experts.
 */
#ifndef SKEW_HOTTEST_H
#define SKEW_HOTTEST_H

#include <stdbool.h>

#include "skew/skew.h"

struct hottest {
	double share;	/* of a token's choices, in the mean over layers */
	double log_sd;	/* of that between layers; > 0 */
};

/* Spare slots are few enough, and experts many enough, that those that may be
   hot are known one by one. */
bool hottest_known(const struct skew_spec *);

/* Of such. */
struct hottest hottest_slot(const struct skew_spec *);

#endif
