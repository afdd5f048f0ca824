#include "base/ticks.h"

#include <assert.h>
#include <math.h>

#include "base/units.h"

#define TICKS_A_SECOND 1e12		/* units: picoseconds */
#define LONGEST_S (100 * DAY_S)	/* units: 100 days */

/* To the nearest tick; a tie goes away from zero, as llround has it. */
ticks ticks_of_s(double s)
{
	assert(s >= 0 && s < LONGEST_S);
	return llround(s * TICKS_A_SECOND);
}

double ticks_to_s(ticks t)
{
	return (double)t / TICKS_A_SECOND;
}
