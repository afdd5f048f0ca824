#include "facts/granted.h"

#include <assert.h>

#include "sheet/want.h"

#define ROW(key, limit, field) { "check." key, DIM_RATIO, LIMIT_ ## limit, \
	offsetof(struct granted, field), false }

static const struct want wants[] = {
	ROW("light", REACH, light),
	ROW("seen", REACH, seen),
	ROW("versions", POSITIVE, versions),
	ROW("prompt_peak", REACH, prompt_peak),
	ROW("prompt_sooner", FROM_ONE, prompt_sooner),
	ROW("sooner", FROM_ONE, sooner),
	ROW("sooner_high", FROM_ONE, sooner_high),
	ROW("sooner_sparse", FROM_ONE, sooner_sparse),
	ROW("faster", FROM_ONE, faster),
	ROW("densest_bits", FROM_ONE, densest_bits),
	ROW("widest_bits", FROM_ONE, widest_bits),
	ROW("beside_weights", FROM_ONE, beside_weights),
	ROW("sheets", INSIDE, sheets),
	ROW("boards", INSIDE, boards),
	ROW("counted", INSIDE, counted),
	ROW("embedding", INSIDE, embedding),
	ROW("used", INSIDE, used),
	ROW("texts", INSIDE, texts),
	ROW("hidden", INSIDE, hidden),
	ROW("power_peak", FROM_ONE, power_peak),
	ROW("chars_token", FROM_ONE, chars_token),
	ROW("alike", FROM_ONE, alike),
	ROW("idle_clocks", INSIDE, idle_clocks),
	ROW("batch_bytes", FROM_ONE, batch_bytes),
	ROW("drafts", FROM_ONE, drafts),
	ROW("busy", INSIDE, busy),
	ROW("queue", INSIDE, queue),
	ROW("paid_use", INSIDE, paid_use),
	ROW("beside_gpus", FROM_ONE, beside_gpus),
	{ "check.dearest", DIM_USD_TOK, LIMIT_POSITIVE,
	  offsetof(struct granted, dearest_usd_tok), false },
	{ "check.cluster", DIM_COUNT, LIMIT_COUNT,
	  offsetof(struct granted, cluster), false },
};

int granted_take(struct granted *g, struct facts *facts, struct fault *why)
{
	assert(g && facts && why);
	return want_all(wants, (int)(sizeof(wants) / sizeof(*wants)), facts, g,
			why);
}
