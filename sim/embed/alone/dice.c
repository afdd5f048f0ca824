/* Linked into the library, which has no GSL: serving refuses what needs it. */
#include "traffic/dice.h"

#include <math.h>

bool dice_held(void)
{
	return false;
}

double dice_gamma(struct chance *c, double shape, double scale)
{
	(void)c;
	(void)shape;
	(void)scale;
	return (double)NAN;
}

double dice_lognormal(struct chance *c, double mean, double sd)
{
	(void)c;
	(void)mean;
	(void)sd;
	return (double)NAN;
}
