#include "plan/fleet.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/warm.h"
#include "base/mem.h"
#include "base/units.h"
#include "plan/search.h"

/* Where prompts would be read, for each format; false: nowhere in time. */
static bool pools_make(struct search *s, struct scenario of)
{
	const char *w[FLEET_LIST], *kv[FLEET_LIST];
	int kvs, ws = layouts_stored(s, w, kv, &kvs);
	bool there = false;

	for (int i = 0; i < ws * kvs; i++) {
		snprintf(of.weights, sizeof(of.weights), "%s", w[i / kvs]);
		snprintf(of.kv, sizeof(of.kv), "%s", kv[i % kvs]);
		there |= pool_find(s, of);
	}
	return there;
}

/* The question of one GPU of a kind, which any layout of it is like. */
static struct scenario on_one(const struct search *s, const char *hw)
{
	struct scenario of = s->spec->base;

	snprintf(of.hw, sizeof(of.hw), "%s", hw);
	of.batch = of.gpus = of.tp = of.ep = of.dcp = of.pp = 1;
	of.mtp = 0;
	of.tokens_per_step = (double)NAN;
	for (int i = 0; s->spec->word[FLEET_HW][i]; i++)
		if (s->spec->price[i] > 0 &&
		    !strcmp(s->spec->word[FLEET_HW][i], hw))
			of.price = s->spec->price[i];
	return of;
}

/* A format asked for that the model or its KV has not, whoever computes it. */
static int formats_wrong(struct search *s, const struct scenario *of,
			 struct fault *why)
{
	static const enum fleet_words words[] = { FLEET_WEIGHTS, FLEET_KV };

	for (int i = 0; i < 2; i++) {		/* size: of words */
		const char *const *word = s->spec->word[words[i]];

		for (; *word; word++) {
			struct scenario one = *of;

			snprintf(i ? one.kv : one.weights, SCENARIO_WORD, "%s",
				 *word);
			if (question_recall(&s->question, &one, s->memo, why) &&
			    !s->question.lacks)
				return -1;
		}
	}
	return 0;
}

/* One kind of GPU. */
struct kind {
	struct search search;
	struct fleet plan;	/* what was found of it: pools for prompts, and
				   what was refused */
	const char *hw;
	int ways;
	bool paid;		/* the money holds a node of it */
};

/*
 * Which GPU it is, and what it costs. 0; 1 and a fault that is one only where
 * it is so of all: nobody can pay for it; or -1 and the fault.
 */
static int meet_gpu(struct search *s, struct kind *k, struct fault *why)
{
	struct scenario of = on_one(s, k->hw);
	double node, usd;

	if (formats_wrong(s, &of, why) ||
	    (question_recall(&s->question, &of, s->memo, why) &&
	     !s->question.lacks))
		return -1;
	k->ways = layouts_ways(s);
	if (isfinite(s->spec->usd_h) && !(s->question.scenario.price > 0)) {
		fault_what(why, "nobody has published a price of %s", k->hw);
		return fault_remedy(why, "give one by --price");
	}
	node = fmin(HOST_GPUS, node_gpus(s->question.on.machine.gpu));
	usd = node * s->question.scenario.price;
	k->paid = !isfinite(s->spec->usd_h) || s->spec->usd_h >= usd;
	if (k->paid)
		return 0;
	fault_what(why, "the budget of $%.2f an hour is less than one node of "
		   "%.0f %s costs, $%.2f", s->spec->usd_h, node, k->hw, usd);
	fault_remedy(why, "give at least %.2f/h", usd);
	return 1;
}

/* The tools of a part, which may be a thread's; false: no such GPU. */
static bool begin(struct search *s, const struct scenario *of)
{
	struct fault why;

	s->memo = memo_new(s->spec->library);
	s->memo->warm = warm_new();
	s->room = s->memo->warm->room[ROOM_ASKED].step;
	s->other = step_room();
	return !question_recall(&s->question, of, s->memo, &why) ||
	       s->question.lacks;
}

static void end(struct search *s)
{
	free(s->other);
	warm_free(s->memo->warm);
	free(s->memo);
}

/* Where the prompts of a kind would be read; if nowhere, why. */
static void pools_of(void *kinds, int i)
{
	struct kind *k = &((struct kind *)kinds)[i];
	struct search *s = &k->search;
	struct scenario of = on_one(s, k->hw);

	if (!k->paid)
		return;
	if (begin(s, &of) && !pools_make(s, of))
		fleet_refuse(s->plan, s->plan->pool_s > 0 ?
			     "no layout brings the first token in the time "
			     "asked for" : "no layout on offer reads prompts "
			     "apart from decode", (double)NAN);
	end(s);
}

/* A way to run a kind, whose layouts are asked by themselves. */
struct asking {
	struct search search;
	struct fleet plan;	/* its pools are the whole plan's, */
	const struct fleet *whole;	/* this one's, lent */
	const char *hw;
	int way;
};

static void part_ask(void *parts, int i)
{
	struct asking *p = &((struct asking *)parts)[i];
	struct search *s = &p->search;
	struct scenario of = on_one(s, p->hw);

	pools_lend(s->plan, p->whole);
	if (begin(s, &of))
		layouts_all(s, of, p->way);
	pools_release(s->plan);
	end(s);
}

/* What a part found, after what others did. */
static void join(struct fleet *p, struct fleet *part)
{
	for (int i = 0; i < part->nr; i++)
		fleet_add(p, &part->choice[i]);
	for (int i = 0; i < part->refusals; i++)
		for (int k = 0; k < part->refusal[i].nr; k++)
			fleet_refuse(p, part->refusal[i].why,
			       part->refusal[i].tpot_s);
	p->asked += part->asked;
	p->served += part->served;
	least_note(&p->least_gpus, part->least_gpus);
	least_note(&p->first_s, part->first_s);
	least_note(&p->pool_s, part->pool_s);
	least_note(&p->step_s, part->step_s);
	fleet_release(part);
}

static void one_by_one(void *of, int nr, void (*part)(void *arg, int i),
		       void *arg)
{
	(void)of;
	for (int i = 0; i < nr; i++)
		part(arg, i);
}

static void by_hands(const struct fleet_spec *a, int nr,
		     void (*part)(void *arg, int i), void *arg)
{
	(a->hands ? a->hands : one_by_one)(a->hands_of, nr, part, arg);
}

static void all_pools(struct fleet *p, const struct search *s,
		      struct kind *kind, int nr)
{
	for (int i = 0; i < nr; i++)
		kind[i].search = (struct search){ .spec = s->spec,
			.plan = &kind[i].plan, .prompts = true };
	by_hands(s->spec, nr, pools_of, kind);
	for (int i = 0; i < nr; i++) {
		for (int k = 0; k < kind[i].plan.pools; k++) {
			p->pool = mem_grow(p->pool, p->pools, &p->pools_cap,
					   sizeof(*p->pool));
			p->pool[p->pools++] = kind[i].plan.pool[k];
		}
		kind[i].plan.pools = 0;	/* they are the whole's now */
		join(p, &kind[i].plan);
	}
}

static void all_layouts(struct fleet *p, const struct search *s,
			const struct kind *kind, int kinds)
{
	struct asking *part;
	int nr = 0, at = 0;

	for (int i = 0; i < kinds; i++)
		nr += kind[i].ways;
	part = mem_zeroed((size_t)nr, sizeof(*part));
	for (int i = 0; i < kinds; i++)
		for (int way = 0; way < kind[i].ways; way++, at++) {
			part[at] = (struct asking){ .hw = kind[i].hw,
				.way = way, .whole = p, .search = {
					.spec = s->spec,
					.plan = &part[at].plan,
					.prompts = s->prompts } };
		}
	by_hands(s->spec, nr, part_ask, part);
	for (int i = 0; i < nr; i++)
		join(p, &part[i].plan);
	free(part);
}

static int most_first(const void *a, const void *b)
{
	const struct fleet_refusal *x = a, *y = b;

	return x->nr != y->nr ? y->nr - x->nr : strcmp(x->why, y->why);
}

static int check(const struct fleet_spec *a, struct fault *why)
{
	fault_at(why, "", 0, 0);
	if (!*a->base.model) {
		fault_what(why, "model is not given");
		return fault_remedy(why, "say --model, as deepseek-v3");
	}
	if (!a->word[FLEET_HW][0]) {
		fault_what(why, "hw is not given");
		return fault_remedy(why, "say --hw, one or several with "
				    "commas between");
	}
	if (isnan(a->base.ctx) && isnan(a->base.isl)) {
		fault_what(why, "ctx and isl are both blank");
		return fault_remedy(why, "give the mean KV length, or prompt "
				    "and output lengths by --isl and --osl");
	}
	if (isfinite(a->ttft_s) && !(a->base.isl > 0 && a->base.osl > 0)) {
		fault_what(why, "a time to the first token needs isl and osl");
		return fault_remedy(why, "give both, or leave --ttft out");
	}
	return 0;
}

/* A GPU, stack or model that is none is told before what is blank. */
static void misnamed(const struct fleet_spec *a, struct fault *why)
{
	struct memo *memo = memo_new(a->library);
	struct scenario s = a->base;
	int rc = 0;

	for (int i = 0; !rc && a->word[FLEET_HW][i]; i++) {
		snprintf(s.hw, sizeof(s.hw), "%s", a->word[FLEET_HW][i]);
		rc = memo_names(memo, &s, why);
	}
	free(memo);
}

/* All kinds are met, then their prompts' pools, then their layouts. */
static int kinds_ask(struct search *s, struct fault *why)
{
	const char *const *hw = s->spec->word[FLEET_HW];
	struct kind *kind = mem_zeroed(FLEET_LIST, sizeof(*kind));
	int nr = 0, rc = 0, paid = 0;

	for (; rc >= 0 && hw[nr]; nr++) {
		assert(nr < FLEET_LIST);
		kind[nr].hw = hw[nr];
		rc = meet_gpu(s, &kind[nr], why);
		paid += !rc;
	}
	rc = rc < 0 || !paid ? -1 : layouts_wrong(s, why);
	if (!rc && s->prompts)
		all_pools(s->plan, s, kind, nr);
	if (!rc)
		all_layouts(s->plan, s, kind, nr);
	free(kind);
	return rc;
}

int fleet_make(struct fleet *p, const struct fleet_spec *a, struct fault *why)
{
	struct search *s;
	int rc;

	*p = (struct fleet){ 0 };
	if (check(a, why)) {
		misnamed(a, why);
		return -1;
	}
	s = mem_zeroed(1, sizeof(*s));
	s->spec = a;
	s->plan = p;
	s->memo = memo_new(a->library);
	s->prompts = a->base.isl > 0 && a->base.osl > 0;
	rc = kinds_ask(s, why);
	free(s->memo);
	free(s);
	if (rc)
		return -1;
	if (!p->asked)
		fleet_refuse(p, "no replica of 1 to 512 GPUs has such tp, pp "
			     "and ep", (double)NAN);
	if (p->pool_s > 0 && p->step_s > 0)
		least_note(&p->first_s, p->pool_s + joins_s(a, p->step_s));
	fleet_rank(p, a);
	if (p->refusals)
		qsort(p->refusal, (size_t)p->refusals, sizeof(*p->refusal),
		      most_first);
	return 0;
}

void fleet_release(struct fleet *p)
{
	free(p->choice);
	pools_release(p);
	free(p->refusal);
	*p = (struct fleet){ 0 };
}

double fleet_nearest_tpot_s(const struct fleet *p)
{
	double least = INFINITY;

	for (int i = 0; i < p->refusals; i++)
		if (p->refusal[i].tpot_s < least)
			least = p->refusal[i].tpot_s;
	return isfinite(least) ? least : (double)NAN;
}
