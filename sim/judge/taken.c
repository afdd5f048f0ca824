#include "judge/report.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"

/* Items, with semicolons between. */
struct list {
	char *out;
	size_t size;
};

#define add(l, ...) text_list((l)->out, (l)->size, "; ", __VA_ARGS__)

/* Are so long prompts in what decided? */
static bool is_on_prompts(const struct finding *f)
{
	return f->gpus && !f->by;
}

static void gpus(const struct claim *c, struct list *l)
{
	double n = c->gpus_taken;

	if (n > 0 && c->worst->gpus)
		add(l, "no number of GPUs is stated: %.0f %s taken", n,
		    n > 1 ? "are" : "is");
}

static void lengths(const struct claim *c, struct list *l)
{
	const struct scenario *s = &c->scenario;

	if (is_on_prompts(c->worst) && isnan(s->isl) && claim_isl(c) > 0)
		add(l, "no length of prompts is stated: %.0f tokens are taken, "
		    "which are computed quickest", claim_isl(c));
	else if (c->worst->by && isnan(s->ctx) && isnan(s->isl))
		add(l, "no context is stated: %.0f tokens are taken",
		    c->worst->by->best.scenario.ctx);
}

/* How many requests, and what else of it was open. */
static void choice(const struct claim *c, struct list *l)
{
	const struct ceiling *by = c->worst->by;

	if (!by)
		return;
	if (c->limits->lawless)
		add(l, "no known software has laws for this GPU: each op is "
		    "taken at its peaks, one after another");
	if (c->limits->open_batch)
		add(l, by == &c->limits->user ? "no number of requests is "
		    "stated: one at a time is taken" : "no number of requests "
		    "is stated: as many as fit are taken");
	if (c->limits->choices > 1)
		add(l, "of what is open the best of %d choices is taken: "
		    "%.100s", c->limits->choices, by->setting);
}

/* A default of what its own figures imply. */
static void usual(const struct claim *c, struct list *l)
{
	static const struct { enum quantity q; const char *is; } all[] = {
		{ Q_HOURS_PER_DAY, "24 hours a day" },
		{ Q_UTILIZATION, "full use" } };

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (c->worst->trail &&
		    account_of(&c->rest, all[i].q)->assumed &&
		    account_rests_on(&c->rest, c->metric, all[i].q))
			add(l, "%s is taken", all[i].is);
}

const char *claim_taken(const struct claim *c, char *out, int size)
{
	struct list l = { out, (size_t)size };

	assert(size > 0 && !c->malformed && c->worst);
	*out = '\0';
	if (*c->names.taken)
		add(&l, "%s", c->names.taken);
	if (*c->noted)
		add(&l, "%s", c->noted);
	gpus(c, &l);
	lengths(c, &l);
	choice(c, &l);
	usual(c, &l);
	return out;
}
