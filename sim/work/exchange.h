/*
 * exchange: the bytes and messages that parallelism puts on the wires. All
 * counts are what one GPU sends, one layer, one micro-batch.
 */
#ifndef WORK_EXCHANGE_H
#define WORK_EXCHANGE_H

#include "work/layout.h"
#include "work/op.h"

enum allreduce {
	ALLREDUCE_ONE_SHOT,	/* everyone sends all to everyone */
	ALLREDUCE_TWO_SHOT,	/* reduce-scatter, all-gather; also a ring */
	ALLREDUCE_IN_SWITCH	/* NVSwitch adds: one copy up */
};

/* Bytes one of n ranks sends to all-reduce payload_B. */
double exchange_allreduce_B(enum allreduce, int n, double payload_B);

/*
 * Expected number of EP ranks that hold at least one of a token's k experts,
 * its own included, ranks holding slots in equal blocks. Without a group
 * limit: ep (1 - C(E - s, k) / C(E, k)). With topk_group of n_group groups
 * (DeepSeek V3 report 2.1.2): the k experts are spread over the kept groups
 * only, all choices of groups alike; a rank's block may lie in several.
 */
double exchange_ranks_hit(const struct model *, int ep, bool group_limit);

/* Bytes of a dispatched row: header, hidden at dispatch_B, scales. */
double exchange_dispatch_row_B(const struct model *, const struct stack *);

/* Bytes of a combined row: bf16. */
double exchange_combine_row_B(const struct model *);

/*
 * Fill a dispatch or combine of tok tokens that start on this GPU, as the
 * layout's exchange sends them, split into NVLink and RDMA by the NVLink
 * domain: means over the GPUs, and how much fuller the fullest port is.
 */
struct exchange_spec {
	const struct deployment *on;
	double tok;
	bool by_node;	/* a row crosses to a node once, then goes on inside:
			   how prompts are sent */
};

void exchange_fill(struct op *, const struct exchange_spec *);

/*
 * Of a dispatch, combine, all-gather or reduce-scatter whose bytes are known:
 * the fewest that any known exchange of these tokens would send. The floor
 * of a step takes these.
 */
void exchange_least(struct op *, const struct exchange_spec *);

/* The same of the NVLink bytes alone, one way. */
double exchange_fewest_B(const struct exchange_spec *, enum op_kind);

#endif
