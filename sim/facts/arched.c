#include "facts/arched.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "facts/launch_wants.h"

#define NR(list) ((int)(sizeof(list) / sizeof((list)[0])))

const struct want *arched_want(const char *key)
{
	static const struct want held[] = {
		{ "overhead", DIM_RATIO, LIMIT_POSITIVE, 0, false },
		{ "launch", DIM_RATIO, LIMIT_POSITIVE, 0, false },
		{ "prefill_overhead", DIM_RATIO, LIMIT_POSITIVE, 0, false },
		{ "prefill_overhead_fp8", DIM_RATIO, LIMIT_POSITIVE, 0,
		  false },
		{ "prefill_overhead_fused", DIM_RATIO, LIMIT_POSITIVE, 0,
		  false },
		{ "prefill_overhead_v4", DIM_RATIO, LIMIT_POSITIVE, 0, false },
		{ "band_arch", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "band_arch_mla", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "band_arch_dsa", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "band_arch_v4", DIM_RATIO, LIMIT_SHARE, 0, false },
		{ "streams", DIM_TOK, LIMIT_FROM_ZERO, 0, false },
		{ "eager", DIM_S, LIMIT_FROM_ZERO, 0, false },
		{ "eager_fp4", DIM_S, LIMIT_FROM_ZERO, 0, false },
		{ "eager_kernels", DIM_COUNT, LIMIT_FROM_ZERO, 0, false },
		{ "eager_v4", DIM_RATIO, LIMIT_POSITIVE, 0, false },
	};

	for (int i = 0; i < NR(held); i++)
		if (!strcmp(key, held[i].key))
			return &held[i];
	return launch_want(key);	/* serve_WHAT, serve_v4_WHAT... */
}

bool arched_or(const struct arched *a, const struct facts *facts,
	       const struct places *at, double none)
{
	const struct fact *f = grammar_find(facts, a->key, at, "");

	*a->value = f ? f->value : none;
	*a->err = f ? f->err : 0;
	return f != NULL;
}

/* KEY_FAMILY.ARCH of each family, into two arrays; 1 where nobody says. */
static void families(const struct arched *a, const struct facts *facts,
		     const struct places *at)
{
	for (int i = 0; i < FAMILY_NR; i++) {
		char key[KEY_CHARS];

		text_join(key, sizeof(key), (const char *const[]){ a->key, "_",
			family_name((enum family)i), NULL });
		arched_or(&(struct arched){ key, &a->value[i], &a->err[i] },
			  facts, at, 1);
	}
}

void arched_prompts(struct stack *s, const struct facts *facts,
		    const struct places *at)
{
	const struct arched overhead[] = {
		{ "prefill_overhead", &s->overhead_prefill,
		  &s->overhead_prefill_err },
		{ "prefill_overhead_fp8", &s->overhead_prefill_fp8,
		  &s->overhead_prefill_fp8_err },
		{ "prefill_overhead_fused", &s->overhead_prefill_fused,
		  &s->overhead_prefill_fused_err },
	}, bare[] = {
		{ "eager", &s->eager_s, &s->eager_err_s },
		{ "eager_kernels", &s->eager_kernels, &s->eager_kernels_err },
		{ "streams", &s->streams_tok, &s->streams_err },
	}, family[] = {
		{ "prefill_overhead", s->prefill_times, s->prefill_times_err },
		{ "eager", s->eager_times, s->eager_times_err },
	}, fp4 = { "eager_fp4", &s->eager_fp4_s, &s->eager_fp4_err_s };

	for (int i = 0; i < NR(overhead); i++)
		arched_or(&overhead[i], facts, at, 1);
	for (int i = 0; i < NR(bare); i++)
		arched_or(&bare[i], facts, at, 0);
	if (!arched_or(&fp4, facts, at, s->eager_s))
		s->eager_fp4_err_s = s->eager_err_s;
	for (int i = 0; i < NR(family); i++)
		families(&family[i], facts, at);
}
