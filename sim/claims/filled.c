#include "claims/filled.h"

#include <math.h>

#include "base/text.h"

static void fill(double *x, const struct amount *a, double times)
{
	if (isnan(*x) && a->known && a->low > 0 && isfinite(a->low))
		*x = a->low * times;
}

/* As a whole number: GPUs of nodes and the like. */
static void fill_whole(double *x, const struct amount *a)
{
	if (isnan(*x) && a->known && a->value >= 1 && isfinite(a->value))
		*x = fmax(1, round(a->value));
}

void filled_columns(struct claim *c)
{
	struct amounts all = c->stated;
	struct scenario *s = &c->scenario;

	all.of[c->metric] = c->value;
	fill(&s->gpus, &all.of[Q_GPUS], 1);
	if (all.of[Q_NODES].known && all.of[Q_GPUS_PER_NODE].known &&
	    isnan(s->gpus)) {
		struct amount gpus = amount_exact(all.of[Q_NODES].value *
			all.of[Q_GPUS_PER_NODE].value);

		fill_whole(&s->gpus, &gpus);
	}
	fill(&s->isl, &all.of[Q_ISL], 1);
	fill(&s->mtp, &all.of[Q_DRAFTS], 1);
	fill(&s->osl, &all.of[Q_OSL], 1);
	fill(&s->mem_share, &all.of[Q_MEM_SHARE], 1);
	if (c->metric != Q_TOKENS_PER_STEP)
		fill(&s->tokens_per_step, &all.of[Q_TOKENS_PER_STEP], 1);
	if (isnan(s->tokens_per_step) && s->mtp >= 1 &&
	    all.of[Q_ACCEPTANCE].known && all.of[Q_ACCEPTANCE].low <= 1)
		s->tokens_per_step = 1 + s->mtp *
			fmin(all.of[Q_ACCEPTANCE].high, 1);
	if (isnan(s->isl))
		fill(&s->ctx, &all.of[Q_CTX], 1);
	if (isnan(s->batch))
		fill(&s->concurrency, &all.of[Q_CONCURRENCY], 1);
}

void filled_users(struct claim *c)
{
	const struct amount *users = c->metric == Q_USERS ? &c->value :
		&c->stated.of[Q_USERS];

	if (isnan(c->scenario.batch))
		fill(&c->scenario.concurrency, users, c->scenario.gpus);
}

double filled_board(const struct claim *c)
{
	const double most = 8;		/* units: GPUs of a board */
	double gpus = c->gpu->nvlink_gpus;
	bool of_node = c->metric == Q_TOK_S_NODE ||
		       c->metric == Q_IN_TOK_S_NODE;

	if (of_node && isnan(c->scenario.gpus))
		return gpus;		/* the most that it can be */
	if (gpus > most || gpus < 2)
		return 0;
	return c->scenario.gpus < gpus ? c->scenario.gpus : gpus;
}

void filled_nodes(struct claim *c)
{
	const struct amount *nodes = &c->stated.of[Q_NODES];
	double each = c->gpu ? filled_board(c) : 0;

	if (!isnan(c->scenario.gpus) || !nodes->known || nodes->value < 1 ||
	    !isfinite(nodes->value) || each < 2 ||
	    c->metric == Q_GPUS_PER_NODE || c->metric == Q_GPUS ||
	    c->stated.of[Q_GPUS].known)
		return;
	c->scenario.gpus = round(nodes->value) * each;
	text_list(c->names.taken, sizeof(c->names.taken), "; ",
		  "a node is taken as %.0f GPUs", each);
}
