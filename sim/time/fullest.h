/*
 * fullest: how much KV is in the attention group that has most.
 */
#ifndef TIME_FULLEST_H
#define TIME_FULLEST_H

#include "model/lengths.h"

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
};

/*
 * Expected, the sum of all pieces, in sequences of the mean length: seqs of
 * them or more.
 */
double fullest_kv(const struct fullest_spec *);

#endif
