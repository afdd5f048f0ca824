#include "requests/serving.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/units.h"

#define MS 1e-3		/* units: of files and options */
#define US 1e-6		/* units: likewise */

#define AT(field) (int)offsetof(struct serving_spec, field)
#define WORD(name, field, arg, help) { name, arg, help, AT(field), \
	(int)sizeof(((struct serving_spec *)NULL)->field), 1 }
#define NUMBER(name, field, arg, help, unit) \
	{ name, arg, help, AT(field), 0, unit }

const struct serving_column serving_columns[] = {
	WORD("arrivals", arrivals, "HOW", "closed waves sequential offline "
	     "poisson constant bursty day (closed: --concurrency clients)"),
	NUMBER("rate", rate, "X", "requests (sessions) a second", 1),
	NUMBER("burstiness", burstiness, "X", "of bursty: shape of its gamma "
	       "intervals, below 1 is burstier (1)", 1),
	NUMBER("swing", swing, "X", "of day: peak over mean less 1 (0.5)", 1),
	NUMBER("day", day_s, "S", "of day: its length (86400)", 1),
	WORD("lengths", lengths, "HOW", "uniform or lognormal (uniform)"),
	NUMBER("spread", spread, "X", "uniform: from this share of --isl and "
	       "--osl up to them (0.8; 1 is fixed); lognormal: sd of the "
	       "logarithm", 1),
	NUMBER("hit", hit, "X", "share of each prompt found in a cache (0)",
	       1),
	WORD("accept", accept, "P,P...", "acceptance of each draft, those "
	     "before it accepted (what tokens_per_step says)"),
	NUMBER("turns", turns, "N", "of a session; each prompt says again all "
	       "that was said (1)", 1),
	NUMBER("think", think_s, "S", "mean time between turns (0)", 1),
	WORD("workload", workload, "FILE", "requests of a trace: Mooncake "
	     "JSONL, Azure or BurstGPT CSV, or a CSV of one's own with "
	     "at_s,prompt_tokens,output_tokens"),
	NUMBER("speedup", speedup, "X", "divide its times (1)", 1),
	WORD("prompts", prompts, "HOW", "distinct or same: all requests ask "
	     "the same, and a prefix cache finds it (distinct)"),
	NUMBER("duration", stop_s, "S", "the client begins nothing after it "
	       "(waves: no wave); tokens a minute are over it, whatever ran "
	       "on", 1),
	NUMBER("warmup", warm_s, "S", "what is sent before is not counted (0)",
	       1),
	WORD("count", count, "WHAT", "tokens, or chunks: the client counts "
	     "pieces of a stream, one a step, as tokens (tokens)"),
	NUMBER("more_chunks", more_chunks, "N", "counted beside them: a role, "
	       "an end (0)", 1),
	WORD("tpot_by", tpot_by, "WHAT", "n-1 or n: what the client divides "
	     "the time between n tokens by (n-1)"),
	NUMBER("bucket", bucket_tok, "TOKENS", "a quota before the engines: "
	       "its token bucket, full at first", 1),
	NUMBER("refill", refill_tok_s, "TOK/S", "of the bucket", 1),
	NUMBER("charge", charge_tok, "TOKENS", "that a request takes from it "
	       "(its output)", 1),
	WORD("over", over, "HOW", "refused or waits: who finds the bucket "
	     "empty (refused)"),
	NUMBER("semaphore", semaphore, "N", "requests past the door at once; "
	       "others wait there, first come first served", 1),
	NUMBER("threads", threads, "N", "the same of a thread pool: the "
	       "smaller of the two holds", 1),
	WORD("overflow", overflow, "NAME", "of a service: who is refused goes "
	     "to this one in hw/services/"),
	NUMBER("overflow_bucket", beside_tok, "TOKENS", "the bucket of its own "
	       "quota", 1),
	NUMBER("overflow_refill", beside_tok_s, "TOK/S", "of that", 1),
	NUMBER("connect", connect_s, "MS", "of a client's first request (0)",
	       MS),
	NUMBER("replicas", replicas, "N", "engines behind a router (1)", 1),
	WORD("scale", scale, "LEAST:MOST", "or so many, as load comes and "
	     "goes"),
	WORD("scale_by", scale_by, "WHAT", "present or requests: what calls "
	     "for one, requests in the system or sent a second (present)"),
	NUMBER("scale_at", scale_at, "X", "of that for each", 1),
	NUMBER("scale_start", scale_start_s, "S", "until a called one takes "
	       "requests", 1),
	NUMBER("scale_hold", scale_hold_s, "S", "none goes that was wanted so "
	       "lately (300)", 1),
	NUMBER("scale_look", scale_look_s, "S", "from one look at it to the "
	       "next (15)", 1),
	WORD("pools", pools, "P:D", "prefill and decode engines apart"),
	WORD("route", route, "HOW", "round-robin least-loaded prefix "
	     "(round-robin)"),
	WORD("slo", slo, "LIMITS", "ttft=MS,tpot=MS,e2e=MS: count the "
	     "requests that keep to them"),
	WORD("batching", batching, "HOW", "alone or mixed: prompts before "
	     "decode, or with it"),
	WORD("reserve", reserve, "HOW", "whole ratio now: KV room kept for "
	     "output to come"),
	NUMBER("max_num_seqs", max_seqs, "N", "sequences a group runs, in "
	       "all steps of a pipeline together", 1),
	NUMBER("max_num_batched_tokens", max_tokens, "N", "of a group's step",
	       1),
	NUMBER("chunked", chunked, "0|1", "prompts are cut at that", 1),
	NUMBER("overlap_schedule", overlap, "0|1", "steps are planned one "
	       "ahead (1; of a pipeline 0)", 1),
	NUMBER("block", block_tok, "TOKENS", "of a KV block", 1),
	NUMBER("recv_interval", recv_interval, "N", "steps between looks at "
	       "the inbox", 1),
	NUMBER("prefill_interval", prefill_interval, "N", "steps from one "
	       "with prompts to the next", 1),
	NUMBER("prefill_delay", prefill_delay, "N", "passes that a group's "
	       "prompts wait for those of others", 1),
	NUMBER("graph_max", graph_max, "N", "largest CUDA graph of decode", 1),
	NUMBER("kv_room", room_tok, "TOKENS", "of a group", 1),
	NUMBER("host_room", host_tok, "TOKENS", "KV kept in host memory", 1),
	NUMBER("host_rate", host_tok_s, "TOK/S", "that come back from there",
	       1),
	NUMBER("reuse", reuse, "0|1", "prefix blocks are found again (1 with "
	       "hashes)", 1),
	NUMBER("band", band, "0|1", "the ends of the 80 % band are played too "
	       "(1)", 1),
	NUMBER("in", in_s, "MS", "client to scheduler", MS),
	NUMBER("out", out_s, "MS", "token to client", MS),
	NUMBER("tokenize", tokenize_s_tok, "US", "a prompt token, one prompt "
	       "after the other", US),
};

const int serving_columns_nr =
	sizeof(serving_columns) / sizeof(*serving_columns);

static double *number_at(struct serving_spec *s, const struct serving_column *c)
{
	assert(!c->word);
	return (double *)(void *)((char *)s + c->offset);
}

void serving_init(struct serving_spec *s)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < serving_columns_nr; i++)
		if (!serving_columns[i].word)
			*number_at(s, &serving_columns[i]) = (double)NAN;
	s->rows = (double)NAN;
}

int serving_set(struct serving_spec *s, const char *column, const char *text,
		struct fault *why)
{
	const struct serving_column *c = serving_columns;
	double x;

	while (c < serving_columns + serving_columns_nr &&
	       strcmp(c->name, column))
		c++;
	if (c == serving_columns + serving_columns_nr)
		return 1;
	if (c->word) {
		if (strlen(text) >= (size_t)c->word) {
			fault_what(why, "%s is longer than %d bytes", column,
				   c->word - 1);
			return fault_remedy(why, "shorten it");
		}
		memcpy((char *)s + c->offset, text, strlen(text) + 1);
		return 0;
	}
	if (units_number(text, &x) || x < 0) {
		fault_what(why, "%s is \"%.40s\", which is no number of 0 or "
			   "more", column, text);
		return fault_remedy(why, "write a plain decimal number");
	}
	if (strcmp(c->arg, "N") == 0 && x != floor(x)) {
		fault_what(why, "%s is \"%.40s\", which is no whole number",
			   column, text);
		return fault_remedy(why, "write one, as %.0f", ceil(x));
	}
	if (strcmp(c->arg, "0|1") == 0 && x != 0 && x != 1) {
		fault_what(why, "%s is \"%.40s\", which is neither 0 nor 1",
			   column, text);
		return fault_remedy(why, "write 1 for yes, 0 for no");
	}
	*number_at(s, c) = x * c->unit;
	return 0;
}

int serving_set_all(struct serving_spec *s, const char *pairs,
		    struct fault *why)
{
	for (const char *all = pairs, *here; *pairs;) {
		char pair[SCENARIO_WORD] = "", *value;
		size_t len = strcspn(pairs, ";");

		assert(len < sizeof(pair));
		memcpy(pair, pairs, len);
		here = pairs;
		pairs += len + (pairs[len] == ';');
		value = strchr(pair, '=');
		if (value)
			*value++ = '\0';
		if (!value || !*value) {
			fault_what(why, "serving says \"%.40s\" and no value",
				   pair);
			return fault_remedy(why, "write option=value, as "
					    "arrivals=poisson;rate=10");
		}
		if (text_said(all, here, pair))
			return fault_twice(why, pair);
		switch (serving_set(s, pair, value, why)) {
		case 0:
			continue;
		case 1:
			fault_what(why, "serving sets \"%.40s\", which is no "
				   "option of requests", pair);
			return fault_remedy(why, "deeproof help run lists "
					    "them");
		default:
			return -1;
		}
	}
	return 0;
}

bool serving_asked(const struct serving_spec *s)
{
	struct serving_spec own = *s;

	for (int i = 0; i < serving_columns_nr; i++) {
		const struct serving_column *c = &serving_columns[i];

		if (c->word ? *((char *)&own + c->offset) != '\0' :
		    !isnan(*number_at(&own, c)))
			return true;
	}
	return false;
}
