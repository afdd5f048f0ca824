/*
 * ticks: simulated time, whole picoseconds. Sums are exact, so ties are ties
 * on every machine. int64_t reaches 106 days.
 */
#ifndef BASE_TICKS_H
#define BASE_TICKS_H

#include <stdint.h>

typedef int64_t ticks;

/* The only two crossings. s must be finite, >= 0 and below 100 days. */
ticks ticks_of_s(double s);
double ticks_to_s(ticks t);

#endif
