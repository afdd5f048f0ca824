#include "requests/serving.h"

#include <assert.h>
#include <math.h>

double serving_ranks_over(const struct serving_ranks *r, double seqs)
{
	double at = log2(fmax(1, seqs)), share;
	int i;

	assert(r->nr >= 1 && seqs >= 0);
	i = (int)fmin(at, r->nr - 1);
	if (i >= r->nr - 1)
		return r->over[r->nr - 1];
	share = at - i;
	return r->over[i] + share * (r->over[i + 1] - r->over[i]);
}
