#include <assert.h>
#include <math.h>

#include "ask/scenario.h"
#include "model/model.h"

#define MOST_GPUS 100000.0	/* size: beyond it a number is a slip */
#define MOST_VERIFIED 1024.0	/* size: likewise, of a sequence in a step */
#define MOST_PRICE 300.0	/* units: $/h, as of a sheet (facts/gpu) */
#define MOST_CV 10.0		/* size: likewise */
#define MOST_TOKENS 1e9		/* size: beyond it a number is a slip */

static int whole(double x, const char *column, double least, double most,
		 struct fault *why)
{
	assert(least <= most);
	if (x >= least && x <= most && x == floor(x))
		return 0;
	fault_about(why, column);
	fault_what(why, "%s is %.10g", column, x);
	return fault_remedy(why, "write a whole number from %.0f to %.0f",
			    least, most);
}

static int above_zero(double x, const char *column, struct fault *why)
{
	if (isnan(x) || (x > 0 && x <= MOST_TOKENS))
		return 0;
	fault_about(why, column);
	fault_what(why, "%s is %.10g", column, x);
	if (x > 0)
		return fault_remedy(why, "write a number up to %.0f",
				    MOST_TOKENS);
	return fault_remedy(why, "write a number above 0");
}

/* What stands blank counts as its least. */
static double known(double x, double least)
{
	return isnan(x) ? least : x;
}

int scenario_ranges_given(const struct scenario *s, struct fault *why)
{
	struct scenario full = *s;

	full.gpus = known(s->gpus, 1);
	full.tp = known(s->tp, 1);
	full.ep = known(s->ep, 1);
	full.dcp = known(s->dcp, 1);
	full.pp = known(s->pp, 1);
	full.mtp = known(s->mtp, 0);
	full.verify = known(s->verify, 1 + full.mtp);
	full.redundant = known(s->redundant, 0);
	return scenario_ranges(&full, why);
}

int scenario_load_ranges(const struct scenario *s, struct fault *why)
{
	return above_zero(s->batch, "batch", why) ||
	       above_zero(s->concurrency, "concurrency", why) ||
	       above_zero(s->ctx, "ctx", why) ||
	       above_zero(s->requests, "requests", why) ? -1 : 0;
}

int scenario_ranges(const struct scenario *s, struct fault *why)
{
	const struct { double x; const char *name; double least, most; } n[] = {
		{ s->gpus, "gpus", 1, MOST_GPUS },
		{ s->tp, "tp", 1, MOST_GPUS },
		{ s->ep, "ep", 1, MOST_GPUS },
		{ s->dcp, "dcp", 1, MOST_GPUS },
		{ s->pp, "pp", 1, MOST_GPUS },
		{ s->mtp, "mtp", 0, MODEL_DRAFTS },
		{ s->verify, "verify", 1 + s->mtp, MOST_VERIFIED },
		{ s->redundant, "redundant", 0, MOST_GPUS } };
	const struct { double x; const char *name; } p[] = {
		{ s->batch, "batch" }, { s->concurrency, "concurrency" },
		{ s->ctx, "ctx" }, { s->isl, "isl" }, { s->osl, "osl" },
		{ s->requests, "requests" },
		{ s->price, "price" }, { s->mem_share, "mem_share" } };

	for (unsigned i = 0; i < sizeof(n) / sizeof(*n); i++)
		if (whole(n[i].x, n[i].name, n[i].least, n[i].most, why))
			return -1;
	for (unsigned i = 0; i < sizeof(p) / sizeof(*p); i++)
		if (above_zero(p[i].x, p[i].name, why))
			return -1;
	if (s->price > MOST_PRICE) {
		fault_about(why, "price");
		fault_what(why, "price is %.10g $ per GPU-hour", s->price);
		return fault_remedy(why, "write the rent of one GPU for one "
				    "hour, at most %g", MOST_PRICE);
	}
	if (s->ctx_cv < 0 || s->ctx_cv > MOST_CV) {
		fault_about(why, "ctx_cv");
		fault_what(why, "ctx_cv is %.10g", s->ctx_cv);
		return fault_remedy(why, "write a number from 0 to %g",
				    MOST_CV);
	}
	if (s->mem_share > 1) {
		fault_about(why, "mem_share");
		fault_what(why, "mem_share is above 1");
		return fault_remedy(why, "write a share of HBM, as 0.9");
	}
	return 0;
}
