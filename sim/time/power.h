/*
 * power: what a GPU draws in a decode step, the board with its HBM.
 *
 *	watts = idle + hbm (bytes at the peak's time / step)
 *		+ tensor (tensor cores busy / step) + wire (ports busy / step)
 *
 * up to its limit. Each watt is of the GPU's sheet: what this part draws more
 * when it is busy all the time. Tensor cores are busy with padding too.
 */
#ifndef TIME_POWER_H
#define TIME_POWER_H

#include "time/step.h"

/* Joules of one GPU in a step, beside what idling takes. */
double power_moved_J(const struct step *, const struct gpu *);

/* Watts of such a step when it takes s seconds; NaN: no sheet says. */
double power_W(const struct gpu *, double moved_J, double s);

#endif
