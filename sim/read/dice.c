#include "traffic/dice.h"

#include <assert.h>
#include <gsl/gsl_randist.h>

#include "read/stream.h"

bool dice_held(void)
{
	return true;
}

double dice_gamma(struct chance *c, double shape, double scale)
{
	assert(shape > 0 && scale > 0);
	gsl_rng g = stream_of(c);

	return gsl_ran_gamma(&g, shape, scale);
}

double dice_lognormal(struct chance *c, double mean, double sd)
{
	assert(sd >= 0);
	gsl_rng g = stream_of(c);

	return gsl_ran_lognormal(&g, mean, sd);
}
