#include "facts/gpu.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sheet/want.h"

#define AT(field) offsetof(struct gpu, field)
#define BESIDE(field) offsetof(struct reading, field)

/* What is no double of a GPU stands beside it. */
struct reading {
	struct gpu gpu;		/* first: at the offsets of its own */
	double gpus, in_switch, filled;
};

static const struct want wants[] = {
	{ "bf16", DIM_FLOPS, LIMIT_POSITIVE, AT(flops[MATH_BF16]), false },
	{ "fp8", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_FP8]), false },
	{ "fp4", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_FP4]), false },
	{ "int8", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_INT8]), true },
	{ "hbm.capacity", DIM_B, LIMIT_POSITIVE, AT(hbm_B), false },
	{ "hbm.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(hbm_Bps), false },
	{ "sms", DIM_COUNT, LIMIT_COUNT, AT(sms), false },
	{ "clock", DIM_HZ, LIMIT_POSITIVE, AT(clock_Hz), false },
	{ "nvlink.bandwidth", DIM_BPS, LIMIT_FROM_ZERO, AT(nvlink_Bps), false },
	{ "nvlink.gpus", DIM_COUNT, LIMIT_COUNT, BESIDE(gpus), false },
	{ "nvlink.in_switch", DIM_COUNT, LIMIT_FLAG, BESIDE(in_switch),
	  false },
	{ "nvlink.filled", DIM_COUNT, LIMIT_FLAG, BESIDE(filled), true },
	{ "nic.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(nic_Bps), false },
	{ "pcie.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(pcie_Bps), false },
	{ "host.slower", DIM_RATIO, LIMIT_POSITIVE, AT(host_slower), true },
	{ "tdp", DIM_W, LIMIT_POSITIVE, AT(tdp_W), false },
	{ "power.idle", DIM_W, LIMIT_POSITIVE, AT(idle_W), true },
	{ "power.hbm", DIM_W, LIMIT_FROM_ZERO, AT(hbm_W), true },
	{ "power.tensor", DIM_W, LIMIT_FROM_ZERO, AT(tensor_W), true },
	{ "power.wire", DIM_W, LIMIT_FROM_ZERO, AT(wire_W), true },
	{ "price", DIM_USD_H, LIMIT_POSITIVE, AT(price_usd_h), true },
};

enum { WANTS = (int)(sizeof(wants) / sizeof(wants[0])) };

/*
 * Ten times beyond any machine on either side there is a slip: 4,800 TB/s of
 * HBM, 1,830 GHz, 989 FLOP/s. In base units; 0 is said by the wants above.
 */
static const struct span {
	const char *key;
	enum dim dim;
	double least, most;
} spans[] = {
	{ "bf16", DIM_FLOPS, 1e12, 5e16 },		/* units: FLOP/s */
	{ "fp8", DIM_FLOPS, 1e12, 1e17 },		/* units: FLOP/s */
	{ "fp4", DIM_FLOPS, 1e12, 2e17 },		/* units: FLOP/s */
	{ "int8", DIM_FLOPS, 1e12, 1e17 },		/* units: OP/s */
	{ "hbm.capacity", DIM_B, 1e9, 5e12 },		/* units: B */
	{ "hbm.bandwidth", DIM_BPS, 1e10, 2e14 },	/* units: B/s */
	{ "sms", DIM_COUNT, 1, 1e4 },			/* units: SMs */
	{ "clock", DIM_HZ, 1e8, 3e10 },			/* units: Hz */
	{ "nvlink.bandwidth", DIM_BPS, 1e9, 2e13 },	/* units: B/s */
	{ "nvlink.gpus", DIM_COUNT, 1, 1e4 },		/* units: GPUs */
	{ "nic.bandwidth", DIM_BPS, 1e8, 1e13 },	/* units: B/s */
	{ "pcie.bandwidth", DIM_BPS, 1e8, 1e13 },	/* units: B/s */
	{ "host.slower", DIM_RATIO, 0.02, 100 },	/* units: 1 */
	{ "tdp", DIM_W, 1, 1e5 },			/* units: W */
	{ "price", DIM_USD_H, 1e-3, 300 },		/* units: $/h */
};

static int in_spans(const struct facts *facts, struct fault *why)
{
	char least[32], most[32];	/* size: a number and a unit */

	for (unsigned i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		const struct span *s = &spans[i];
		const struct fact *f = facts_find(facts, s->key);

		if (!f || !(f->value > 0) ||
		    (f->value >= s->least && f->value <= s->most))
			continue;
		fault_at_fact(why, f);
		fault_what(why, "\"%s\" is %s %s, and no machine comes within "
			   "ten times that", s->key, f->text, f->unit);
		return fault_remedy(why, "is the unit right? From %s to %s is "
				    "taken", units_human(s->least, s->dim,
				    least, sizeof(least)),
				    units_human(s->most, s->dim, most,
				    sizeof(most)));
	}
	return 0;
}

static bool is_part_of_key(const char *word)
{
	const char *c = word;

	if (!isalpha((unsigned char)*c))	/* sm90, gfx942 */
		return false;
	while (isalnum((unsigned char)*c) || *c == '_' || *c == '-')
		c++;
	return *word && !*c;
}

/* A word that can stand in a key. */
static int take_arch(struct gpu *g, struct facts *facts, struct fault *why)
{
	if (facts_word(facts, "arch", &g->arch, why))
		return -1;
	if (is_part_of_key(g->arch) && strcmp(g->arch, "any"))
		return 0;
	fault_at_fact(why, facts_find(facts, "arch"));
	fault_what(why, "\"%s\" is no architecture", g->arch);
	return fault_remedy(why, "write the word that a stack's sheet keys "
			    "its laws by, as sm90; or one of your own");
}

/* A GPU without NVLink is a domain of its own. */
static int take_domain(struct gpu *g, const struct reading *r,
		       const struct facts *facts, struct fault *why)
{
	g->nvlink_gpus = r->gpus < INT_MAX ? (int)r->gpus : INT_MAX;
	g->in_switch = r->in_switch == 1;
	g->filled = r->filled == 1;
	if (g->nvlink_Bps > 0 || g->nvlink_gpus == 1)
		return 0;
	fault_at_fact(why, facts_find(facts, "nvlink.gpus"));
	fault_what(why, "nvlink.gpus is %g, but nvlink.bandwidth is 0",
		   r->gpus);
	return fault_remedy(why, "without NVLink write 1");
}

const char *gpu_key(int i)
{
	assert(i >= 0 && i <= WANTS + 1);
	return i < WANTS ? wants[i].key : i == WANTS ? "arch" : NULL;
}

/* What other sources say: rows KEY.also of a key that is there. */
static int take_also(struct facts *facts, struct fault *why)
{
	static const char tail[] = ".also";

	for (int i = 0; i < facts->nr; i++) {
		struct fact *f = &facts->fact[i], *of;
		size_t stem = strlen(f->key) - strlen(tail);
		char key[64];		/* size: the longest key of a GPU */

		if (strlen(f->key) <= strlen(tail) || stem >= sizeof(key) ||
		    strcmp(f->key + stem, tail))
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)stem, f->key);
		of = facts_find(facts, key);
		if (of && of->dim == f->dim) {
			f->taken = true;
			continue;
		}
		fault_at_fact(why, f);
		fault_what(why, "\"%s\" stands beside no \"%s\"", f->key,
			   key);
		return fault_remedy(why, "write the row of \"%s\" first, in "
				    "the same kind of unit", key);
	}
	return 0;
}

/* Of a bandwidth that may be 0. */
static double share_of(const struct facts *facts, const char *key)
{
	const struct fact *f = facts_find(facts, key);

	return f && f->value > 0 ? f->err / f->value : 0;
}

int gpu_take(struct gpu *g, struct facts *facts, struct fault *why)
{
	struct reading r = { .gpu = { .host_slower = 1 } };

	assert(g && facts && why);
	memset(g, 0, sizeof(*g));
	if (want_all(wants, WANTS, facts, &r, why))
		return -1;
	*g = r.gpu;
	g->name = facts->name;
	if (take_arch(g, facts, why) ||
	    want_day(facts, "announced", &g->announced, why) ||
	    take_domain(g, &r, facts, why) || take_also(facts, why) ||
	    in_spans(facts, why))
		return -1;
	g->hbm_err = share_of(facts, "hbm.bandwidth");
	g->nvlink_err = share_of(facts, "nvlink.bandwidth");
	g->nic_err = share_of(facts, "nic.bandwidth");
	g->host_slower_err = share_of(facts, "host.slower");
	return facts_all_taken(facts, why);
}
