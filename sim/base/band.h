/*
 * band: how far the ends of an 80 % band are, in standard errors. A tenth is
 * beyond each.
 */
#ifndef BASE_BAND_H
#define BASE_BAND_H

#define Z80 1.2815515655446004	/* math: normal quantile of 0.9 */

#endif
