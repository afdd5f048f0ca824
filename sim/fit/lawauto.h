/*
 * lawauto: every law that a table of trials is about, fitted as far as the
 * table tells it.
 *
 * A benchmark of one's own is seldom a table that tells all terms of a law
 * apart: one batch of DeepEP says how long an exchange takes, not which part
 * of that is start-up. Terms are freed from the first (a time) on, as many as
 * the rows identify; the others stay as the stack's sheet has them. A kernel
 * NAME_kernel that the sheet has not (DeepGEMM without the quantisation that
 * the sheet's law holds) borrows the form and the terms of NAME; any other
 * those of the kernel that the stack uses for such work.
 */
#ifndef FIT_LAWAUTO_H
#define FIT_LAWAUTO_H

#include "fit/lawfit.h"

enum { LAWS_MOST = 32 /* size: laws of a table */ };

struct lawlist {
	char root[LAWS_MOST][KEY_CHARS];	/* law.KERNEL.ARCH */
	int nr;
};

/*
 * Fill what a tool's table leaves blank: COLUMN=VALUE each, of every row
 * where the column is blank; kernel is replaced. 0, or -1 and a fault at
 * --given.
 */
int trials_give(struct table *, const struct choices *given, struct fault *);

/*
 * The laws of the rows, in their order. DeepEP's rows, which name two wires,
 * are about the node's where the ranks lie in one of 8, about the network's
 * otherwise, and keep that name alone. 0, or -1 and a fault: a row without hw.
 */
int lawlist_make(struct lawlist *, struct table *, struct shelf *,
		 struct fault *);

/*
 * lawfit, with as many terms free as the rows identify; spec->fix holds.
 * freed: their names, appended. 0, or -1 and a fault. Release it in either
 * case.
 */
struct lean {
	const struct lawfit_spec *spec;	/* not owned; nor the rest */
	const struct table *table;
	struct shelf *shelf;
	struct text *freed;
};

int lawfit_lean(struct lawfit *, const struct lean *, struct fault *);

/* What to know before such rows go into a sheet; NULL: nothing. */
const char *lean_caution(const struct lean *);

/*
 * PCIe of nvbandwidth (op copy): a row of a GPU's sheet for each hw, its value
 * the mean and its err the standard error of it, added to out.
 */
void copies_sheet(const struct table *, struct table *out);

#endif
