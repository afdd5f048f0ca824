#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "say/serving_text.h"

/* A number that JSON has: null for what is none. */
static void number(struct text *out, const char *key, double x)
{
	if (isfinite(x))
		text_addf(out, "  \"%s\": %.10g,\n", key, x);
	else
		text_addf(out, "  \"%s\": null,\n", key);
}

/* Numbers below have the units of the file that is written. */
static void vllm_dist(struct text *out, const char *what,
		      const struct serve_dist *d)
{
	static const char *const parts[] = { "p25", "median", "p75", "p90",
					     "p95", "p99", "p99.9" };
	char key[32];	/* size: "median_ttft_ms" */

	snprintf(key, sizeof(key), "mean_%s_ms", what);
	number(out, key, units_ms(d->mean));
	snprintf(key, sizeof(key), "std_%s_ms", what);
	number(out, key, units_ms(d->sd));
	for (int k = 0; k < SERVE_RANKS; k++) {
		snprintf(key, sizeof(key), "%s_%s_ms", parts[k], what);
		number(out, key, units_ms(d->at[k]));
	}
}

enum detail { DETAIL_PROMPT, DETAIL_OUTPUT, DETAIL_TTFT, DETAIL_SENT };

static double detail_of(const struct served *s, int i, enum detail which)
{
	const struct serve_request *r = &s->run->serve.load->request[i];

	switch (which) {
	case DETAIL_PROMPT:
		return r->prompt_tok;
	case DETAIL_OUTPUT:
		return r->output_tok;
	case DETAIL_TTFT:
		return serve_seen(&s->run->serve, s->log, i, SERVE_TTFT);
	default:
		return ticks_to_s(s->log->of[i].sent);
	}
}

static void details(struct text *out, const struct served *s, const char *key,
		    enum detail which)
{
	const char *before = "";

	text_addf(out, "  \"%s\": [", key);
	for (int i = 0; i < s->log->nr; i++) {
		if (s->log->of[i].fate != SERVE_DONE)
			continue;
		text_addf(out, "%s%.10g", before, detail_of(s, i, which));
		before = ", ";
	}
	text_add(out, "],\n");
}

static void names(struct text *out, const struct served *s)
{
	text_add(out, "{\n  \"date\": \"\",\n  \"endpoint_type\": \"vllm\",\n"
		 "  \"backend\": \"deeproof\",\n  \"label\": null,\n"
		 "  \"model_id\": \"");
	text_xml(out, s->q->on.model->name);
	text_add(out, "\",\n  \"tokenizer_id\": \"");
	text_xml(out, s->q->on.model->name);
	text_add(out, "\",\n");
	number(out, "num_prompts", s->log->nr);
	if (isnan(s->rate))
		text_add(out, "  \"request_rate\": \"inf\",\n");
	else
		number(out, "request_rate", s->rate);
	number(out, "max_concurrency", s->run->serve.load->clients ?
	       s->run->serve.load->clients : (double)NAN);
}

void serving_vllm(const struct served *s, struct text *out)
{
	const struct serve_tally *t = &s->a->as_is;

	assert(s->log);
	names(out, s);
	number(out, "duration", t->s);
	number(out, "completed", s->log->done);
	number(out, "failed", s->log->nr - s->log->done);
	number(out, "total_input_tokens", t->prompt_tok);
	number(out, "total_output_tokens", t->output_tok);
	number(out, "request_throughput", s->log->done / t->s);
	number(out, "request_goodput", s->a->good < 0 ? (double)NAN :
	       s->a->good / t->s);
	number(out, "output_throughput", t->output_tok / t->s);
	number(out, "total_token_throughput",
	       (t->prompt_tok + t->output_tok) / t->s);
	number(out, "max_concurrent_requests",
	       s->log->running_most + s->log->waiting_most);
	vllm_dist(out, "ttft", &t->of[SERVE_TTFT]);
	vllm_dist(out, "tpot", &t->of[SERVE_TPOT]);
	vllm_dist(out, "itl", &t->of[SERVE_ITL]);
	vllm_dist(out, "e2el", &t->of[SERVE_E2E]);
	details(out, s, "input_lens", DETAIL_PROMPT);
	details(out, s, "output_lens", DETAIL_OUTPUT);
	details(out, s, "ttfts", DETAIL_TTFT);
	details(out, s, "start_times", DETAIL_SENT);
	text_add(out, "  \"errors\": []\n}\n");
}

/* ---- AIPerf ---- */

static void aiperf_dist(struct text *out, const char *name,
			const struct serve_dist *d)
{
	static const char *const parts[] = { "p25", "p50", "p75", "p90",
					     "p95", "p99", "p99.9" };

	text_addf(out, "  \"%s\": {\n  \"unit\": \"ms\",\n", name);
	number(out, "avg", units_ms(d->mean));
	number(out, "min", units_ms(d->least));
	number(out, "max", units_ms(d->most));
	for (int k = 0; k < SERVE_RANKS - 1; k++)
		number(out, parts[k], units_ms(d->at[k]));
	number(out, "std", units_ms(d->sd));
	text_addf(out, "  \"count\": %.0f\n  },\n", d->nr);
}

static void aiperf_one(struct text *out, const char *name, const char *unit,
		       double x)
{
	text_addf(out, "  \"%s\": {\n  \"unit\": \"%s\",\n", name, unit);
	text_addf(out, "  \"avg\": %.10g\n  },\n", isfinite(x) ? x : 0);
}

void serving_aiperf(const struct served *s, struct text *out)
{
	const struct serve_tally *t = &s->a->as_is;

	assert(s->log);
	text_add(out, "{\n");
	aiperf_dist(out, "time_to_first_token", &t->of[SERVE_TTFT]);
	aiperf_dist(out, "inter_token_latency", &t->of[SERVE_TPOT]);
	aiperf_dist(out, "request_latency", &t->of[SERVE_E2E]);
	aiperf_one(out, "output_token_throughput", "tokens/sec",
		   t->output_tok / t->s);
	aiperf_one(out, "output_token_throughput_per_user",
		   "tokens/sec/user", s->a->tok_s_user);
	aiperf_one(out, "request_throughput", "requests/sec",
		   s->log->done / t->s);
	if (s->a->good >= 0)
		aiperf_one(out, "goodput", "requests/sec",
			   s->a->good / t->s);
	aiperf_one(out, "benchmark_duration", "sec", t->s);
	text_addf(out, "  \"request_count\": {\n  \"unit\": \"requests\",\n"
		  "  \"avg\": %d\n  }\n}\n", s->log->done);
}
