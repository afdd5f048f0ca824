#include "ask/warm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct warm *warm_new(void)
{
	struct warm *w = mem_zeroed(1, sizeof(*w));

	w->spreads = spreads_new();
	w->step[0] = step_room();
	w->step[1] = step_room();
	return w;
}

void warm_free(struct warm *w)
{
	if (!w)
		return;
	free(w->spreads);
	free(w->step[0]);
	free(w->step[1]);
	free(w);
}

/* ---- deployments ---- */

static void hold(char *to, const char *word)
{
	memcpy(to, word, strlen(word) + 1);
}

void warm_key_of(struct warm_key *k, const struct question *q)
{
	const struct scenario *s = &q->scenario;

	k->gpu = q->on.machine.gpu;
	k->stack = q->on.machine.stack;
	k->model = q->on.model;
	k->chosen = q->chosen;
	k->gpus = s->gpus;
	k->tp = s->tp;
	k->ep = s->ep;
	k->dcp = s->dcp;
	k->pp = s->pp;
	k->mtp = s->mtp;
	k->redundant = s->redundant;
	hold(k->balance, s->balance);
	hold(k->weights, s->weights);
	hold(k->kv, s->kv);
}

/* Numbers that were filled in; none of them is NaN. */
static bool alike(const struct warm_key *a, const struct warm_key *b)
{
	return a->ep == b->ep && a->gpus == b->gpus && a->tp == b->tp &&
	       a->gpu == b->gpu && a->stack == b->stack &&
	       a->model == b->model && a->dcp == b->dcp && a->pp == b->pp &&
	       a->mtp == b->mtp && a->redundant == b->redundant &&
	       a->chosen.balance == b->chosen.balance &&
	       a->chosen.redundant == b->chosen.redundant &&
	       !strcmp(a->balance, b->balance) &&
	       !strcmp(a->weights, b->weights) && !strcmp(a->kv, b->kv);
}

bool warm_recall(const struct warm *w, const struct warm_key *k,
		 struct question *q)
{
	const struct warm_place *p = w->place;

	while (p < w->place + w->places && !alike(&p->key, k))
		p++;
	if (p == w->place + w->places)
		return false;
	q->on = p->on;
	q->skew_spec = p->skew_spec;
	q->skew = p->skew;
	q->scenario.redundant = p->redundant;
	hold(q->scenario.balance, p->balance);
	return true;
}

void warm_keep(struct warm *w, const struct warm_key *k,
	       const struct question *q)
{
	struct warm_place *p = &w->place[w->oldest];

	p->key = *k;
	p->on = q->on;
	p->skew_spec = q->skew_spec;
	p->skew = q->skew;
	deployment_store(&q->on, &p->stored);
	p->redundant = q->scenario.redundant;
	hold(p->balance, q->scenario.balance);
	w->oldest = (w->oldest + 1) % WARM_PLACES;
	if (w->places < WARM_PLACES)
		w->places++;
}

/* Copies of a kept one are the same to the byte; others are not found. */
static const struct held *stored(const struct question *q)
{
	const struct warm *w = q->warm;

	for (int i = 0; w && i < w->places; i++)
		if (!memcmp(&w->place[i].on, &q->on, sizeof(q->on)))
			return &w->place[i].stored;
	return NULL;
}

void warm_hold(const struct question *q, struct held *h)
{
	const struct hold_spec spec = { q->mem_share, q->batch.seqs,
					q->batch.ctx_tok, q->batch.micro,
					&q->lengths };
	const struct held *known = stored(q);

	if (known)
		*h = *known;
	else
		deployment_store(&q->on, h);
	deployment_fill(&q->on, &spec, h);
}

bool warm_is_enough(const struct question *q, bool fits)
{
	return !fits && q->warm && q->warm->fit_only;
}

/* ---- steps ---- */

const struct step *warm_step(const struct question *q, bool two_batch)
{
	const struct warm *w = q->warm;

	assert(!w || q->timed <= w->timed);
	if (!w || !q->timed || q->timed != w->timed ||
	    q->batch.seqs < 1 || q->batch.seqs > floor(q->batch.seqs) ||
	    memcmp(&w->timed_on, &q->on, sizeof(q->on)))
		return NULL;
	return w->step[two_batch];
}
