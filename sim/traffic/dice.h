/*
 * dice: chance that takes more than a line to draw. Provided by read/ (GSL);
 * where there is none (sim/embed/alone) dice_held says so, and who asks for
 * such arrivals is refused before they are drawn.
 */
#ifndef TRAFFIC_DICE_H
#define TRAFFIC_DICE_H

#include <stdbool.h>

#include "base/chance.h"

bool dice_held(void);

double dice_gamma(struct chance *, double shape, double scale);

/* exp(mean + sd x a standard normal) */
double dice_lognormal(struct chance *, double mean, double sd);

#endif
