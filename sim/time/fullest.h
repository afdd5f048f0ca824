/*
 * fullest: how much KV is in the attention group that has most.
 */
#ifndef TIME_FULLEST_H
#define TIME_FULLEST_H

#include <math.h>

#include "base/larger.h"
#include "model/lengths.h"

#define FULLEST_SQRT_3 1.7320508075688772	/* math: half a uniform */

/* Groups, whose sequences are cut in as many pieces that pass one by one. */
struct fullest_spec {
	const struct lengths *lengths;	/* not owned; NULL or empty: even
					   between two, as an output in
					   progress has them */
	double cv;		/* of the lengths */
	double seqs;		/* mean of the groups; where it is not whole
				   some have the next number, others one less */
	int cut;		/* >= 1; as even as whole numbers are */
	int groups;		/* >= 1 */
	double groups_a;	/* skew_largest of those */
};

/*
 * Expected, the sum of all pieces, in sequences of the mean length: seqs of
 * them or more.
 */
double fullest_kv(const struct fullest_spec *);

/* Groups, and a: where the largest of as many standard normals is expected. */
struct many {
	double groups, a;
};

/*
 * Of n sequences each of an even spread, half as wide as sqrt(3) deviations:
 * by how many of those the fullest is longer. The largest of G lone ones is
 * (G - 1) / (G + 1) of that over the mean, and no group's mean is more.
 */
static inline double fullest_even(double n, struct many m)
{
	double most = FULLEST_SQRT_3 * (m.groups - 1) / (m.groups + 1);

	return lesser(m.a / sqrt(larger(1, n)), most);
}

#endif
