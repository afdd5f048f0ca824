#include "judge/rule.h"

#include <math.h>
#include <stdio.h>

const struct rule rules[] = {
	{ "scale", "A figure that is off by a thousand, a million, a day for "
	  "an hour or MiB for MB from what the rest implies is a slip.",
	  rule_scale, false },
	{ "identity", "A figure equals what follows from the others that the "
	  "claim states.", rule_identity, false },
	{ "fact", "A figure about a GPU or a model equals its descriptor's.",
	  rule_fact, true },
	{ "order", "The 99th percentile is not below the mean.",
	  rule_order, false },
	{ "product", "Throughput is less than concurrency times tokens a "
	  "second: a request also waits for its first token.",
	  rule_product, false },
	{ "little", "No more requests are in flight than there are clients.",
	  rule_little, false },
	{ "quantum", "A script that counts whole waves over a nominal time "
	  "prints multiples of one wave.", rule_quantum, false },
	{ "samples", "A 99th percentile needs a hundred requests.",
	  rule_samples, false },
	{ "sla", "Throughput counts where the promised latency is kept.",
	  rule_sla, false },
	{ "admission", "A rate limiter lets in no more than its bucket is "
	  "refilled for.", rule_admission, false },
	{ "prompt", "A prompt has about as many tokens as its characters "
	  "allow.", rule_prompt, false },
	{ "breakeven", "A break-even volume can be produced in a day.",
	  rule_breakeven, false },
	{ "capacity", "A day's volume is at most the rate times 1440 "
	  "minutes.", rule_capacity, false },
	{ "demand", "What is recommended for a load carries it.",
	  rule_demand, false },
	{ "savings", "Cost ratios between the same systems agree, also by "
	  "way of a third.", rule_savings, false },
	{ "memory", "The weights and the KV fit, in a format that the GPU "
	  "computes.", rule_memory, true },
	{ "speed", "Throughput stays under the speed of light, and under "
	  "what any known stack reaches.", rule_speed, true },
	{ "decode", "A token takes no less than the bytes and FLOPs of its "
	  "step at their peaks.", rule_decode, true },
	{ "request", "A request takes no less than its prompt and its tokens, "
	  "one after the other.", rule_request, true },
	{ "prefill", "The first token comes no earlier than the prompt's "
	  "FLOPs at the peak of all GPUs.", rule_prefill, true },
	{ "bound", "An upper bound is the smallest of memory, compute, "
	  "wires and capacity.", rule_bound, true },
	{ "collective", "Splitting experts sends the bytes that the "
	  "collective needs.", rule_collective, false },
	{ "offload", "What does not fit the GPUs fits the host memory beside "
	  "them.", rule_offload, true },
	{ "loading", "Weights load no faster than storage delivers them.",
	  rule_loading, true },
	{ "slope", "More requests read more experts, and a token takes the "
	  "longer for it.", rule_slope, true },
	{ "dominance", "Weaker hardware is not faster under the same load.",
	  rule_dominance, true },
	{ "contradiction", "A file states a figure once, or the same each "
	  "time.", rule_contradiction, false },
	{ "peak", "A peak is among the measured rows.", rule_peak, false },
	{ "equal", "Systems are compared at equal concurrency.",
	  rule_equal, false },
};

const int rules_nr = sizeof(rules) / sizeof(*rules);

bool finding_is(struct finding *f, enum claim_verdict v, enum confidence c)
{
	f->verdict = v;
	f->confidence = c;
	return true;
}

const char *claim_figure(const struct claim *c, char *out)
{
	const struct amount *a = &c->value;
	const char *bound = !(a->low > 0) && a->high > 0 ? "less than " :
			    isfinite(a->high) ? "" : "more than ";
	char one[HUMAN], number[HUMAN - 16];	/* size: room for a word */

	if (a->range) {
		quantity_human(a->low, number, sizeof(number));
		quantity_say(c->metric, a->high, one, (int)sizeof(number));
		snprintf(out, HUMAN, "%.14s to %.28s", number, one);
		return out;
	}
	quantity_say(c->metric, a->value, number, sizeof(number));
	snprintf(out, HUMAN, "%s%s", bound, number);
	return out;
}

const struct amount *claim_has(const struct claim *c, enum quantity q)
{
	const struct amount *a = &c->all.amounts.of[q];

	return a->known ? a : NULL;
}

enum confidence limits_sureness(const struct claim *c)
{
	return c->limits.choices > 1 ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

const char *bound_resource(enum bound which)
{
	static const char *const name[] = { [BOUND_HBM] = "memory bandwidth",
		[BOUND_COMPUTE] = "FLOPs", [BOUND_NVLINK] = "NVLink bandwidth",
		[BOUND_RDMA] = "NIC bandwidth" };

	return name[which];
}
