/*
 * gpu: one GPU of a system, and the wires it hangs on. Peaks only: what a
 * kernel reaches of them is the stack's to say, never this file's.
 */
#ifndef FACTS_GPU_H
#define FACTS_GPU_H

#include <stdbool.h>

#include "sheet/fact.h"
#include "sheet/format.h"

struct gpu {
	const char *name;		/* not owned: the facts' name */
	const char *arch;		/* likewise: "sm90", or any other word:
					   whose laws of a stack it runs */
	const char *announced;		/* likewise: a day; NULL: unknown */
	double flops[MATH_NR];		/* dense peak, FLOP/s; 0: cannot */
	double hbm_B;			/* usable capacity */
	double hbm_Bps;
	double hbm_err, nvlink_err, nic_err;	/* of these bandwidths, one
					   standard error over the value */
	double sms;
	double clock_Hz;		/* boost */
	double nvlink_Bps;		/* per GPU, one direction; 0: none */
	int nvlink_gpus;		/* GPUs in one NVLink domain */
	bool filled;			/* one after the other, not evenly */
	bool in_switch;			/* NVSwitch can reduce (NVLS, SHARP) */
	double nic_Bps;			/* per GPU, one direction */
	double pcie_Bps;		/* one direction */
	double host_slower;		/* what its host takes to launch a
					   kernel, over what an x86 takes */
	double host_slower_err;		/* one standard error over that */
	double tdp_W;
	double idle_W;			/* running steps that do nothing; 0:
					   nobody says */
	double hbm_W, tensor_W, wire_W;	/* more, when busy all the time */
	double price_usd_h;		/* per GPU-hour; 0: nobody published */
};

/* The keys that a sheet of a GPU has, one by one; NULL after the last. */
const char *gpu_key(int i);

/*
 * Fill from a sheet. A row KEY.also is what another source says of a key; it
 * is shown beside it, and can be set. facts must outlive gpu. 0, or -1 and the
 * fault.
 */
int gpu_take(struct gpu *, struct facts *, struct fault *);

#endif
