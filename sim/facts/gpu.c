#include "facts/gpu.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "facts/want.h"

#define AT(field) offsetof(struct gpu, field)

static const struct want wants[] = {
	{ "bf16", DIM_FLOPS, LIMIT_POSITIVE, AT(flops[MATH_BF16]), false },
	{ "fp8", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_FP8]), false },
	{ "fp4", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_FP4]), false },
	{ "int8", DIM_FLOPS, LIMIT_FROM_ZERO, AT(flops[MATH_INT8]), true },
	{ "hbm.capacity", DIM_B, LIMIT_POSITIVE, AT(hbm_B), false },
	{ "hbm.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(hbm_Bps), false },
	{ "l2", DIM_B, LIMIT_POSITIVE, AT(l2_B), false },
	{ "sms", DIM_COUNT, LIMIT_COUNT, AT(sms), false },
	{ "clock", DIM_HZ, LIMIT_POSITIVE, AT(clock_Hz), false },
	{ "nvlink.bandwidth", DIM_BPS, LIMIT_FROM_ZERO, AT(nvlink_Bps), false },
	{ "nic.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(nic_Bps), false },
	{ "pcie.bandwidth", DIM_BPS, LIMIT_POSITIVE, AT(pcie_Bps), false },
	{ "tdp", DIM_W, LIMIT_POSITIVE, AT(tdp_W), false },
	{ "price", DIM_USD_H, LIMIT_POSITIVE, AT(price_usd_h), true },
};

enum { WANTS = (int)(sizeof(wants) / sizeof(wants[0])) };

/* A word that can stand in a key. */
static int take_arch(struct gpu *g, struct facts *facts, struct fault *why)
{
	if (facts_word(facts, "arch", &g->arch, why))
		return -1;
	if (*g->arch && !strpbrk(g->arch, ". ,@") && strcmp(g->arch, "any"))
		return 0;
	fault_at_fact(why, facts_find(facts, "arch"));
	fault_what(why, "\"%s\" is no architecture", g->arch);
	return fault_remedy(why, "write the word that a stack's sheet keys "
			    "its laws by, as sm90; or one of your own");
}

/* A GPU without NVLink is a domain of its own. */
static int take_domain(struct gpu *g, struct facts *facts, struct fault *why)
{
	static const struct want gpus = {
		"nvlink.gpus", DIM_COUNT, LIMIT_COUNT, 0, false
	};
	static const struct want in_switch = {
		"nvlink.in_switch", DIM_COUNT, LIMIT_FLAG, 0, false
	};
	double nr, flag;

	if (want_one(&gpus, facts, NULL, &nr, why) ||
	    want_one(&in_switch, facts, NULL, &flag, why))
		return -1;
	g->nvlink_gpus = nr < INT_MAX ? (int)nr : INT_MAX;
	g->in_switch = flag == 1;
	if (g->nvlink_Bps > 0 || nr == 1)
		return 0;
	fault_at_fact(why, facts_find(facts, gpus.key));
	fault_what(why, "%s is %g, but nvlink.bandwidth is 0", gpus.key, nr);
	return fault_remedy(why, "without NVLink write 1");
}

const char *gpu_key(int i)
{
	static const char *const others[] = { "arch", "nvlink.gpus",
					      "nvlink.in_switch", NULL };

	return i < WANTS ? wants[i].key : others[i - WANTS];
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

int gpu_take(struct gpu *g, struct facts *facts, struct fault *why)
{
	memset(g, 0, sizeof(*g));
	g->name = facts->name;
	if (take_arch(g, facts, why) ||
	    want_all(wants, WANTS, facts, g, why) ||
	    take_domain(g, facts, why) || take_also(facts, why))
		return -1;
	return facts_all_taken(facts, why);
}
