/*
 * whatif: the prediction in a world without some of its mechanisms.
 *
 *	free-network		collectives take no time, nor do the copies
 *				that they make on the SMs
 *	infinite-bandwidth	their bytes take no time; start-up remains
 *	perfect-balance		no rank waits for a busier one
 *	zero-launch		kernels and thread blocks start at once
 *
 * or the name of any rung but the first (ladder.h), which is left out.
 */
#ifndef INSIDE_WHATIF_H
#define INSIDE_WHATIF_H

#include "inside/ladder.h"

enum { WHATIFS = 16 /* size: what-ifs of one combination */ };

struct whatif {
	const char *name[WHATIFS];	/* constants */
	unsigned off[WHATIFS];		/* what ladder_without_s leaves out */
	int nr;
};

/* "free-network,zero-launch". 0, or -1 and a fault: a name that is none. */
int whatif_parse(struct whatif *, const char *text, struct fault *);

/* The names there are, blanks between them, appended. */
void whatif_names(struct text *);

/*
 * A row for the prediction ("as it is"), one for each what-if alone and, of
 * several, one for all together: what_if,us_per_token,tok_s_gpu,change_pct.
 */
void whatif_table(const struct whatif *, const struct question *,
		  struct table *);

#endif
