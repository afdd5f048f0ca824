/*
 * plan: what a quantisation block says of the modules of a checkpoint: a
 * format for all, patterns of what has another, patterns of what is left as
 * it was. Applied to a model it becomes a struct kept.
 */
#ifndef CHECKPOINT_PLAN_H
#define CHECKPOINT_PLAN_H

#include "model/model.h"

enum { PLAN_NONE = FORMAT_NR /* size: no format: as it was */ };

struct rule;

struct plan {
	struct kept base;	/* what is left as it was */
	int all;		/* enum format of every matrix, or PLAN_NONE */
	int experts;		/* of the routed experts; PLAN_NONE: all */
	struct rule *rule;	/* owned; patterns, in their order */
	int nr;
	int cap;
	bool vision;		/* a tower of the root's may be named too */
	const char *where;	/* "quantization_config", not owned */
};

void plan_init(struct plan *, const char *where);
void plan_release(struct plan *);

/*
 * A pattern that has this format (PLAN_NONE: is left as it was). "re:" and a
 * regular expression that matches from the start of a name; with * ? or [ a
 * glob of the whole name or of what it stands in; else words of the name
 * between full stops ("self_attn", "layers.61", "mlp.gate"). "model." and
 * "language_model." before it change nothing. 0, or -1 and the fault.
 */
int plan_add(struct plan *, const char *pattern, int format, struct fault *);

/*
 * The model's formats. Refused are a pattern that matches no module, and
 * layers of one kind that are not alike.
 */
int plan_apply(struct plan *, const struct model *, struct kept *,
	       struct fault *);

#endif
