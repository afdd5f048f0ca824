/*
 * rate: where a peak meets what is reached of it, and nowhere else.
 */
#ifndef TIME_RATE_H
#define TIME_RATE_H

#include "facts/stack.h"

/* Seconds to move a byte of HBM. */
double rate_hbm_s(const struct gpu *, const struct law *);

/*
 * Seconds for a FLOP: 1 / (e_f peak) + 1 / (rho SMs/132 clock/1.83 GHz).
 * The second term is CUDA-core and issue work that does not overlap the
 * tensor cores (promotion, softmax, epilogue): it scales with SMs x clock.
 */
double rate_flop_s(const struct gpu *, const struct law *, enum math);

/* Seconds to send a byte, one direction. */
double rate_nvlink_s(const struct gpu *, double reach);
double rate_nic_s(const struct gpu *, double reach);

/* Seconds to copy a byte with a few SMs beside other work. */
double rate_copy_s(const struct gpu *, double share);

#endif
