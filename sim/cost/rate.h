/*
 * rate: where a peak meets what is reached of it, and nowhere else.
 * Inline, as each op of a step asks.
 */
#ifndef COST_RATE_H
#define COST_RATE_H

#include <math.h>

#include "facts/stack.h"

#define K_UNIT 1024.0	/* units: kappa is per 1024 of K */
#define RHO_SMS 132.0	/* units: rho is stated for 132 SMs */
#define RHO_HZ 1.83e9	/* units: at 1.83 GHz, an H100's tensor boost */

/* Seconds to move a byte of HBM. */
static inline double rate_hbm_s(const struct gpu *g, const struct law *l)
{
	return 1 / (l->e_b * g->hbm_Bps);
}

/*
 * Seconds for a FLOP: 1 / (e_f peak) + 1 / (rho SMs/132 clock/1.83 GHz).
 * The second term is CUDA-core and issue work that does not overlap the
 * tensor cores (promotion, softmax, epilogue): it scales with SMs x clock.
 */
static inline double rate_flop_s(const struct gpu *g, const struct law *l,
				 enum math math)
{
	double tensor = l->e_f * g->flops[math], issue;

	if (!(l->rho_flops > 0))
		return 1 / tensor;
	issue = l->rho_flops * g->sms * g->clock_Hz;
	return (issue + RHO_SMS * RHO_HZ * tensor) / (tensor * issue);
}

/*
 * Seconds of a serial loop of length k; where a sequence's KV is not split, of
 * k^2 tokens, as often as its blocks come in waves.
 */
static inline double rate_loop_s(const struct gpu *g, const struct law *l,
				 double k, double ctas)
{
	if (l->whole > 0 && ctas > 0)
		k *= k * ceil(ctas / g->sms);
	return l->kappa_s * k / K_UNIT;
}

/* Rows that a kernel multiplies: whole tiles. */
static inline double rate_rows(double rows, double pad)
{
	return pad > 1 ? ceil(rows / pad) * pad : rows;
}

/* Seconds to send a byte, one direction. */
static inline double rate_nvlink_s(const struct gpu *g, double reach)
{
	return g->nvlink_Bps > 0 ? 1 / (reach * g->nvlink_Bps) : 0;
}

static inline double rate_nic_s(const struct gpu *g, double reach)
{
	return 1 / (reach * g->nic_Bps);
}

/* Seconds to copy a byte with a few SMs beside other work. */
static inline double rate_copy_s(const struct gpu *g, double share)
{
	return 1 / (share * g->hbm_Bps);
}

#endif
