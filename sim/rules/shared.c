#include <math.h>

#include "rules/rule.h"

static void counts(struct finding *f, double many, double have)
{
	finding_say(f->arithmetic, "%.0f GPUs, of %.0f", many, have);
	finding_say(f->limit, "%.0f GPUs", have);
	finding_say(f->needs, "%.0f GPUs", many);
}

bool rule_shared(const struct claim *c, struct finding *f)
{
	const struct amount *node = c->metric == Q_GPUS_PER_NODE ? &c->value :
		&c->stated.of[Q_GPUS_PER_NODE];
	/* "two DGX H200 with 16 GPUs" have them together */
	double board = fmax(c->gpu ? c->gpu->nvlink_gpus : 0, c->names.holds);
	double gpus = c->scenario.gpus;

	if (c->over.gpus > 0) {
		counts(f, c->over.gpus, gpus);
		return inconsistent(f, HIGH, "The claim says %s, which takes "
				    "%.0f GPUs, and there are %.0f",
				    c->over.said, c->over.gpus, gpus);
	}
	if (c->names.holds > 0 && gpus > c->names.holds) {
		counts(f, gpus, c->names.holds);
		return inconsistent(f, HIGH, "The claim says %.0f GPUs, and "
				    "the boxes that it counts have %.0f", gpus,
				    c->names.holds);
	}
	if (!node->known || board <= 1 || node->low <= board)
		return false;
	counts(f, node->value, board);
	return inconsistent(f, MEDIUM, "The claim says %.0f GPUs a node, and "
			    "one of %s has %.0f", node->value, c->gpu->name,
			    board);
}
