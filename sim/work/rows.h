/*
 * rows: how many an op has. The files that count list every op as it is of
 * one row; what grows with the rows is multiplied by them here. A graph of
 * another batch is the same list with other rows.
 */
#ifndef WORK_ROWS_H
#define WORK_ROWS_H

#include "model/attention.h"
#include "work/op.h"

/* What an op is counted for each of. */
enum row_kind {
	ROWS_TOK,	/* tokens in GEMMs */
	ROWS_SHARED,	/* in those of a shared expert, or a part of one */
	ROWS_CACHED,	/* in those that make keys of a prompt's cache */
	ROWS_MET,	/* queries that core attention meets, */
	ROWS_GROUPS,	/* or each a matrix of its own */
	ROWS_SENT,	/* tokens that collectives carry, */
	ROWS_ROUTED,	/* an exchange of experts carries, */
	ROWS_LOAD,	/* and those that it carries to the experts */
	ROWS_NR
};

/* Whose tokens. */
enum whose {
	WHOSE_GROUP,	/* an attention group's, in a micro-batch */
	WHOSE_OWN,	/* a GPU's share of them (pass_own) */
	WHOSE_DRAFT,	/* a group's in a drafting pass, and the share */
	WHOSE_DRAFT_OWN,
	WHOSE_WHOLE,	/* a group's in all micro-batches */
	WHOSE_NR
};

struct pass;

/* Counts an op of one row anew, where nothing but the context is another. */
typedef void recount_fn(const struct pass *, enum attn, struct op *);

/* An op's counts that grow, of one row; and what an op does whatever rows. */
struct per_row {
	enum whose whose;
	enum row_kind rows;
	recount_fn *recount;	/* NULL: no context changes it */
	double beside;		/* up to so many rows it runs beside a longer
				   kernel; 0: it never does */
	double fixed_B;		/* of act_B */
	double m, flop, flop_row, kv_B, act_B, ctas;
	double payload_B, nvlink_B, rdma_B, nvlink_least_B, rdma_least_B;
	double messages, pack_B;
};

/* Rows of a pass, and the part of each that was asked for. */
struct rows_nr {
	double nr[ROWS_NR];
	double useful[ROWS_NR];
	struct load load;	/* of its experts */
};

void rows_of_pass(struct rows_nr *, const struct pass *);

/* Note what an op that is listed of one row has; then give it its rows. */
void per_row_note(struct per_row *, const struct op *);
void per_row_times(const struct per_row *, const struct rows_nr *,
		   struct op *);

#endif
