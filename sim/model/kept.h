/*
 * kept: in which format each kind of matrix of a checkpoint is stored. A
 * recipe says it by module and by place, since quantised checkpoints leave
 * attention, shared experts, the first layers or the MTP block as they were.
 */
#ifndef MODEL_KEPT_H
#define MODEL_KEPT_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"
#include "sheet/format.h"

enum module {		/* matrices that a recipe tells apart */
	MODULE_Q_A,
	MODULE_Q_B,	/* or the one q_proj of a model without q_a */
	MODULE_KV_A,	/* V4: its one kv */
	MODULE_KV_B,
	MODULE_O,	/* V4: o_a and o_b */
	MODULE_INDEX_Q,
	MODULE_INDEX_K,
	MODULE_DENSE,	/* the FFN of a leading layer */
	MODULE_SHARED,
	MODULE_EXPERTS,
	MODULE_NR
};

enum site {		/* where they stand */
	SITE_DENSE,	/* the leading layers without experts */
	SITE_MOE,	/* the other layers */
	SITE_MTP,	/* the MTP block */
	SITE_NR
};

/* Norms, router, embedding and head are bf16 in every checkpoint we know. */
struct kept {
	unsigned char of[SITE_NR][MODULE_NR];	/* enum format */
};

enum format kept_in(const struct kept *, enum site, enum module);

/* All in one format, or the routed experts in another. */
struct kept kept_all(enum format linear, enum format experts);

/* Two places keep what attention is made of alike. */
bool kept_attention_alike(const struct kept *, enum site, enum site);

/*
 * Change what a recipe says: words MODULE=FORMAT, each from left to right.
 * MODULE is all, attention (q_a q_b kv_a kv_b o index), one of these, dense,
 * shared, experts, or mtp (all of that block); FORMAT is one or native, as
 * *native has it. 0, or -1 and the fault.
 */
int kept_apply(struct kept *, const struct kept *native, const char *words,
	       struct fault *);

/* The words of a place, but the routed experts: one format, or each. */
void kept_words(const struct kept *, enum site, struct text *out);

const char *module_name(enum module);
const char *site_name(enum site);

#endif
