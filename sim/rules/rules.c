#include "base/near.h"
#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "words/item.h"

const struct rule rules[] = {
	{ "scale", "A figure that is off by a thousand, a million, a day for "
	  "an hour or MiB for MB from what the rest implies is a slip.",
	  rule_scale, false, false },
	{ "share", "A part is no more than the whole.", rule_share,
	  false, false },
	{ "identity", "A figure equals what follows from the others that the "
	  "claim states.", rule_identity, false, false },
	{ "shared", "A model is shared by no more GPUs than there are, and a "
	  "box has no more of them than it is built with.", rule_shared,
	  true, false },
	{ "dated", "Nothing runs before it was announced.", rule_dated, true,
	  false },
	{ "fact", "A figure about a GPU or a model equals its descriptor's.",
	  rule_fact, true, false },
	{ "drafts", "A step brings the token that it samples and the drafts "
	  "that are accepted.", rule_drafts, true, false },
	{ "weights", "Weights take the parameters times the bits of each.",
	  rule_weights, true, false },
	{ "kv", "The KV cache takes what the attention of the model keeps.",
	  rule_kv, true, false },
	{ "work", "A token takes the FLOPs and the bytes that its model "
	  "needs.", rule_work, true, false },
	{ "waits", "Decoding waits for what takes longest.", rule_waits,
	  true, false },
	{ "power", "A GPU draws what its data sheet allows.", rule_power,
	  true, false },
	{ "order", "The 99th percentile is not below the mean.",
	  rule_order, false, false },
	{ "answer", "A request takes no less than its tokens at the pace that "
	  "it states.", rule_answer, false, false },
	{ "product", "Throughput is less than concurrency times tokens a "
	  "second: a request also waits for its first token.",
	  rule_product, false, false },
	{ "little", "No more requests are in flight than there are clients.",
	  rule_little, false, false },
	{ "quantum", "A script that counts whole waves over a nominal time "
	  "prints multiples of one wave.", rule_quantum, false, false },
	{ "samples", "A 99th percentile needs a hundred requests.",
	  rule_samples, false, false },
	{ "sla", "Throughput counts where the promised latency is kept.",
	  rule_sla, false, false },
	{ "admission", "A rate limiter lets in no more than its bucket is "
	  "refilled for.", rule_admission, false, false },
	{ "prompt", "A prompt has about as many tokens as its characters "
	  "allow.", rule_prompt, false, false },
	{ "rent", "A bill at the rent of a GPU is that of one, or of several.",
	  rule_rent, false, false },
	{ "breakeven", "A break-even volume can be produced in a day.",
	  rule_breakeven, false, false },
	{ "capacity", "A day's volume is at most the rate times 1440 "
	  "minutes.", rule_capacity, false, false },
	{ "demand", "What is recommended for a load carries it.",
	  rule_demand, false, false },
	{ "savings", "Cost ratios between the same systems agree, also by "
	  "way of a third.", rule_savings, false, false },
	{ "list", "Tokens are listed for no more than the dearest were, those "
	  "that a cache holds for no more than those that are computed.",
	  rule_list, false, false },
	{ "memory", "The weights and the KV fit, in a format that the GPU "
	  "computes.", rule_memory, true, false },
	{ "speed", "Throughput stays under the speed of light, and under "
	  "what any known stack reaches.", rule_speed, true, true },
	{ "decode", "A token takes no less than the bytes and FLOPs of its "
	  "step at their peaks.", rule_decode, true, true },
	{ "request", "A request takes no less than its prompt and its tokens, "
	  "one after the other.", rule_request, true, true },
	{ "prefill", "The first token comes no earlier than the prompt's "
	  "FLOPs at the peak of all GPUs.", rule_prefill, true, true },
	{ "played", "Latencies under a load are what the load, played request "
	  "by request, gives known software.", rule_played, true, false },
	{ "loaded", "Throughput under a load is what the load, played request "
	  "by request, lets known software make.", rule_loaded, true, false },
	{ "input", "Prompts are computed no faster than their FLOPs at the "
	  "peak of all GPUs.", rule_input, true, true },
	{ "requests", "A request has a token at least, and its prompt.",
	  rule_requests, true, true },
	{ "count", "A total takes as many GPUs as make it, and there are that "
	  "many.", rule_count, true, true },
	{ "bound", "An upper bound is the smallest of memory, compute, "
	  "wires and capacity.", rule_bound, true, false },
	{ "use", "A rate uses as much of the hardware as its tokens take of "
	  "it.", rule_use, true, false },
	{ "collective", "Splitting experts sends the bytes that the "
	  "collective needs.", rule_collective, false, false },
	{ "offload", "What does not fit the GPUs fits the host memory beside "
	  "them.", rule_offload, true, false },
	{ "loading", "Weights load no faster than storage delivers them.",
	  rule_loading, true, false },
	{ "slope", "More requests read more experts, and a token takes the "
	  "longer for it.", rule_slope, true, false },
	{ "dominance", "Weaker hardware is not faster under the same load.",
	  rule_dominance, true, false },
	{ "contradiction", "A file states a figure once, or the same each "
	  "time.", rule_contradiction, false, false },
	{ "peak", "A peak is among the measured rows.", rule_peak,
	  false, false },
	{ "speedup", "A speed-up is the ratio of the two figures that the "
	  "file gives.", rule_speedup, false, false },
	{ "equal", "Systems are compared at equal concurrency.",
	  rule_equal, false, false },
	{ "units", "Figures of a sentence, each once, make a number without a "
	  "unit where one follows from the rest, and that is one.",
	  rule_units, false, false },
};

const int rules_nr = sizeof(rules) / sizeof(*rules);

bool finding_is(struct finding *f, enum claim_verdict v, enum confidence c)
{
	assert(v < VERDICT_NR && *f->reason);
	f->verdict = v;
	f->confidence = c;
	return true;
}

const char *claim_figure(const struct claim *c, char *out)
{
	static const char *const word[] = { [SAID_AROUND] = "about ",
		[SAID_LEAST] = "more than ", [SAID_MOST] = "less than ",
		[SAID_UP_TO] = "up to ", [SAID_PLAIN] = "",
		[SAID_RANGE] = "" };
	const struct amount *a = &c->value;
	char one[HUMAN], number[HUMAN - 16];	/* size: room for a word */

	assert(c->value.said <= SAID_UP_TO);
	if (a->said == SAID_RANGE) {
		quantity_human(a->low, number, sizeof(number));
		quantity_say(c->metric, a->high, one, (int)sizeof(number));
		snprintf(out, HUMAN, "%.14s to %.28s", number, one);
		return out;
	}
	quantity_say(c->metric, a->value, number, sizeof(number));
	snprintf(out, HUMAN, "%s%s", word[a->said], number);
	return out;
}

enum standing standing_of(const struct claim *c, const struct amount *a,
			  double limit, enum side side)
{
	const double slack = c->limits->granted->sheets;

	assert(side <= SIDE_ABOVE);
	if (side == SIDE_BELOW) {
		if (fmin(a->low, a->value * (1 - slack)) > limit)
			return STANDS_BEYOND;
		return a->value > limit * (1 - slack) ? STANDS_AT :
		       STANDS_INSIDE;
	}
	if (fmax(a->high, a->value * (1 + slack)) < limit)
		return STANDS_BEYOND;
	return a->value < limit * (1 + slack) ? STANDS_AT : STANDS_INSIDE;
}

double claim_with_prompts(const struct claim *c)
{
	/* by its quote, or by the words of its cells */
	static const char quotes[] = "output throughput|output tput|output "
		"token throughput|output tok/s|output tokens/s|output tokens "
		"per second|output tps|output speed|tok/s output|tokens/s "
		"output|tokens per second output|tok/s of output|tokens/s of "
		"output|tokens per second of output|decode throughput|decode "
		"tok|decoding tok|decoding throughput|generation throughput|"
		"generation speed|generated tok";
	static const char outputs[] = "out|gen|decod|complet";
	double isl = c->scenario.isl, osl = c->scenario.osl;
	const struct amount *of = c->stated.of;

	assert(!c->malformed);
	if ((c->metric != Q_TOK_S_TOTAL && c->metric != Q_TOK_S_GPU &&
	     c->metric != Q_TOK_S_NODE) || !(osl >= 1) || !(isl >= 1) ||
	    (!of[Q_TPOT_MS].known && !of[Q_TOK_S_USER].known) ||
	    near_has(c->quote, quotes) || near_has(c->called, outputs) ||
	    near_has(c->written.unit, outputs) ||
	    near_has(c->written.text, outputs))
		return 1;
	return (isl + osl) / osl;
}

const struct amount *claim_has(const struct claim *c, enum quantity q)
{
	const struct amount *a = &account_of(&c->all, q)->amount;

	assert(q < Q_NR);
	return a->known ? a : NULL;
}

enum confidence limits_sureness(const struct claim *c)
{
	assert(c->limits->choices > 0);
	return c->limits->choices > 1 ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

const char *bound_resource(enum bound which)
{
	static const char *const name[] = { [BOUND_HBM] = "memory bandwidth",
		[BOUND_COMPUTE] = "FLOPs", [BOUND_NVLINK] = "NVLink bandwidth",
		[BOUND_RDMA] = "NIC bandwidth" };

	assert(which < BOUND_LATENCY);
	return name[which];
}
