/*
 * gpu: one GPU of a system, and the wires it hangs on. Peaks only: what a
 * kernel reaches of them is the stack's to say, never this file's.
 */
#ifndef FACTS_GPU_H
#define FACTS_GPU_H

#include <stdbool.h>

#include "facts/fact.h"
#include "facts/format.h"

enum arch {		/* whose kernels it runs: the laws are keyed by it */
	ARCH_SM80,	/* Ampere */
	ARCH_SM89,	/* Ada */
	ARCH_SM90,	/* Hopper */
	ARCH_SM100,	/* Blackwell, B300 and GB300 included */
	ARCH_NR
};

struct gpu {
	const char *name;		/* not owned: the facts' name */
	enum arch arch;
	double flops[MATH_NR];		/* dense peak, FLOP/s; 0: cannot */
	double hbm_B;			/* usable capacity */
	double hbm_Bps;
	double l2_B;
	double sms;
	double clock_Hz;		/* boost */
	double nvlink_Bps;		/* per GPU, one direction; 0: none */
	int nvlink_gpus;		/* GPUs in one NVLink domain */
	bool in_switch;			/* NVSwitch can reduce (NVLS, SHARP) */
	double nic_Bps;			/* per GPU, one direction */
	double pcie_Bps;		/* one direction */
	double tdp_W;
	double price_usd_h;		/* per GPU-hour; 0: nobody published */
};

/* Fill from a sheet. facts must outlive gpu. 0, or -1 and the fault. */
int gpu_take(struct gpu *, struct facts *, struct fault *);

const char *arch_name(enum arch);
int arch_parse(const char *, enum arch *);

#endif
