#include "time/power.h"

#include <assert.h>
#include <math.h>

double power_moved_J(const struct step *st, const struct gpu *g)
{
	return g->hbm_W * st->hbm_B / g->hbm_Bps +
	       g->tensor_W * st->tensor_s +
	       g->wire_W * (st->nvlink_s + st->rdma_s);
}

double power_W(const struct gpu *g, double moved_J, double s)
{
	assert(!(moved_J < 0) && !(s < 0));
	if (!(g->idle_W > 0))
		return (double)NAN;
	return fmin(g->tdp_W, g->idle_W + moved_J / s);
}
