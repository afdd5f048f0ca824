#include "plan/search.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void fleet_refuse(struct fleet *p, const char *why, double tpot_s)
{
	struct fleet_refusal *r;
	int i = 0;

	while (i < p->refusals && strcmp(p->refusal[i].why, why))
		i++;
	if (i == p->refusals) {
		p->refusal = mem_grow(p->refusal, p->refusals,
				      &p->refusals_cap, sizeof(*p->refusal));
		p->refusal[p->refusals++] = (struct fleet_refusal){
			.tpot_s = (double)NAN };
		snprintf(p->refusal[i].why, sizeof(p->refusal[i].why), "%s",
			 why);
	}
	r = &p->refusal[i];
	r->nr++;
	r->tpot_s = fmin(isnan(r->tpot_s) ? INFINITY : r->tpot_s,
			 isnan(tpot_s) ? INFINITY : tpot_s);
	if (!isfinite(r->tpot_s))
		r->tpot_s = (double)NAN;
}

/* A sentence without the figures of one layout. */
static const char *reason_of(const struct answer *a)
{
	static const char *const words[REFUSAL_NR] = {
		[REFUSAL_CONTEXT] = "the context is above the model's",
		[REFUSAL_WEIGHTS] = "the weights do not fit",
		[REFUSAL_KV] = "not even one sequence's KV fits beside the "
			       "weights" };

	return words[a->lack.kind] ? words[a->lack.kind] : a->refusal;
}

void fleet_add(struct fleet *p, const struct choice *c)
{
	p->choice = mem_grow(p->choice, p->nr, &p->cap, sizeof(*p->choice));
	p->choice[p->nr++] = *c;
}

/*
 * With as many sequences as send no more prompts than the GPUs that are left
 * can read: where even one replica, at its largest batch, sends more. Replicas
 * that carry a load send the same prompts however few sequences each has.
 */
static bool with_fewer(struct search *s, struct choice *c)
{
	double low = 0, high = c->scenario.batch;

	if (c->pool < 0 || s->spec->load_tok_s > 0)
		return false;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		batch_answer(s, &c->answer, middle);
		*(fleet_affords(s, c) ? &low : &high) = middle;
	}
	if (low < 1)
		return false;
	batch_answer(s, &c->answer, low);
	answer_rest(&c->answer, &s->question, s->room);
	c->scenario = s->question.scenario;
	c->log_sd = c->answer.log_sd;
	return fleet_size(s, c);
}

/* The first token at the load: of the sequences that there is room for, the
   share of it that is carried, or fewer, as a step of them is shorter. */
static double loaded_first_s(struct search *s, const struct choice *c)
{
	double share = c->load_tok_s / c->tok_s;
	double most = fmax(1, ceil(c->scenario.batch * share));
	double first_s = batch_first_s(s, most);
	double faster = s->answer.tpot_s * s->slower.token / c->answer.tpot_s;

	if (most > 1 && s->answer.fits)
		first_s = batch_first_s(s, fmax(1, ceil(most * faster)));
	return first_s;
}

/* One choice, sized; false: it is late, or takes more than there is. */
static bool sized(struct search *s, struct choice *c)
{
	if (fleet_late(s, c))
		return false;
	if (fleet_size(s, c) || with_fewer(s, c))
		return true;
	least_note(&s->plan->least_gpus, fleet_least(s, c));
	return false;
}

/* With its prompts on the best of its own kind of GPU; false: on none. */
static bool take_own(struct search *s, const struct choice *most,
		     const int *pool, int nr)
{
	struct choice best = { .tok_s_gpu = 0 };

	for (int i = 0; i < nr; i++) {
		struct choice c = *most;

		c.pool = pool[i];
		if (pool_is_own(s, pool[i]) && sized(s, &c) &&
		    c.tok_s_gpu > best.tok_s_gpu)
			best = c;
	}
	if (best.tok_s_gpu > 0)
		fleet_add(s->plan, &best);
	return best.tok_s_gpu > 0;
}

/* With prompts on its own kind of GPU, and on the best other kind. */
static void take(struct search *s, const struct answer *a)
{
	const struct layout *y = &s->question.on.layout;
	struct choice c = { .scenario = s->question.scenario,
		.answer = *a, .log_sd = a->log_sd,
		.colocated = s->colocated, .pool = -1,
		.spares = y->slots -
			  s->question.on.model->n_routed_experts };
	int pools[POOLS_TRIED], nr = s->colocated ? 0 : pools_for(s, pools);
	bool served;

	if (s->prompts && !s->colocated && !nr)
		return;		/* said where pools were made */
	if (s->colocated) {
		c.ttft_s = queue_lone_s(&s->beside.line);
		c.first_s = s->first_s;
		c.prefill_tok_s_gpu = (double)NAN;
	}
	served = nr && take_own(s, &c, pools, nr);
	c.pool = nr ? pools[nr - 1] : -1;
	if ((!nr || !pool_is_own(s, c.pool)) && sized(s, &c)) {
		if (c.colocated && c.load_tok_s > 0)
			c.first_s = loaded_first_s(s, &c);
		fleet_add(s->plan, &c);
		served = true;
	}
	s->plan->served += served;
	if (!served)
		fleet_refuse(s->plan, s->spec->load_tok_s > 0 ?
		       "the load takes more than what is on offer" :
		       "one replica takes more than what is on offer",
		       (double)NAN);
}

/* Of up to so many sequences a group. */
static void try_layout(struct search *s, const struct scenario *of,
		       double most)
{
	static const char *const late[] = { "prompts elsewhere and a decode "
		"step take longer than the first token may",
		"prompts in the same GPUs wait longer for their first token "
		"than asked for" };
	struct question *q = &s->question;
	struct answer a;
	struct fault why;

	s->plan->asked++;
	s->served = 0;
	fault_at(&why, "", 0, 0);
	if (question_recall(q, of, s->memo, &why)) {
		fleet_refuse(s->plan, why.what, (double)NAN);
		return;
	}
	if (s->colocated && !prompts_beside_make(s)) {
		fleet_refuse(s->plan, late[1], (double)NAN);
		return;
	}
	s->step_most_s = s->prompts && !s->colocated ? pools_step_s(s) :
			 INFINITY;
	s->served = batch_largest(s, &a, most);
	if (s->served >= 1)
		take(s, &a);
	else if (a.fits && a.tpot_s <= s->spec->tpot_s)
		fleet_refuse(s->plan, late[s->colocated], (double)NAN);
	else if (a.fits)
		fleet_refuse(s->plan, "one sequence alone takes longer than "
			     "the time a token asked for", a.tpot_s);
	else
		fleet_refuse(s->plan, reason_of(&a), (double)NAN);
}

/* With prompts beside, no more are served, but where another first token kept
   them few, or KV that comes from others slowed their steps. */
void layout_try(struct search *s, const struct scenario *of, bool alone)
{
	struct scenario own = *of;

	try_layout(s, of, INFINITY);
	if (!s->prompts || !alone)
		return;
	s->colocated = true;
	snprintf(own.mode, sizeof(own.mode), "colocated");
	try_layout(s, &own, INFINITY);
	s->colocated = false;
}
