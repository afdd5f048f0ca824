/*
 * plan_text: a plan in words: the layouts, how sure, what would change it.
 */
#ifndef SAY_PLAN_TEXT_H
#define SAY_PLAN_TEXT_H

#include "plan/confidence.h"
#include "plan/crossover.h"
#include "plan/offer.h"
#include "plan/unasked.h"
#include "plan/verify.h"

/* The first `most` choices, a line each. */
void plan_text(const struct fleet *, const struct fleet_spec *, int most,
	       struct text *out);

/* choice: the indices that confidence_make filled. */
void plan_confidence(const struct fleet *, const struct confidence *,
		     const int *choice, struct text *out);

/* What gains a twentieth and more, most first. */
void plan_unasked(const struct unasked *, int nr, struct text *out);

/* Up to where attention is better split. */
void plan_crossover(const struct crossover *, struct text *out);

/* What a choice draws, where its sheet says; usd_kwh 0: no price. */
void plan_energy(const struct choice *, double usd_kwh, struct text *out);

/* What others ask, for prompts of which this share is cached. */
struct plan_offers {
	const struct offer *offer;	/* not owned */
	int nr;
	double cached_share;
};

/* A choice's cost beside what others ask for the same tokens. */
void plan_against(const struct choice *, const struct plan_offers *,
		  struct text *out);

/* What was not taken and why, grouped; what is the least to be had. */
void plan_refusals(const struct fleet *, const struct fleet_spec *,
		   struct text *out);

/*
 * rank,replicas,why,... then the scenario and answer columns, best first; no
 * second header behind what stands in out.
 */
struct plan_rows {
	int most;
	const struct verified *replayed;	/* of the first nr; NULL: no
						   such columns. Not owned */
	int nr;
};

void plan_csv(const struct fleet *, const struct plan_rows *, struct text *out);

/* Those replayed, in words; most is not looked at. */
void plan_verified(const struct fleet *, const struct fleet_spec *,
		   const struct plan_rows *, struct text *out);

#endif
