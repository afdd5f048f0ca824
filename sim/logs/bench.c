#include "logs/bench.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/units.h"
#include "read/json.h"

/* ---- what a key holds ---- */

static double number(const json_t *of, const char *key)
{
	const json_t *x = json_object_get(of, key);

	if (json_is_boolean(x))
		return json_is_true(x);
	return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static void word(const json_t *of, const char *key, char *out)
{
	const json_t *x = json_object_get(of, key);

	snprintf(out, BENCH_WORD, "%s", json_is_string(x) ?
		 json_string_value(x) : "");
}

/* YYYYMMDD-... or YYYY-MM-DD...; anything else says no day. */
static void day(const json_t *of, char *out)
{
	char text[BENCH_WORD], at[BENCH_DAY];

	word(of, "date", text);
	snprintf(at, sizeof(at), "%.10s", text);	/* size: a day */
	if (!date_valid(at))
		snprintf(at, sizeof(at), "%.4s-%.2s-%.2s", text,
			 strlen(text) > 4 ? text + 4 : "",	/* size: */
			 strlen(text) > 6 ? text + 6 : "");	/* size: */
	if (date_valid(at))
		memcpy(out, at, sizeof(at));
}

static const struct bench_run silent = {
	.gpus = (double)NAN, .tp = (double)NAN, .ep = (double)NAN,
	.prefill_apart = (double)NAN, .mtp = (double)NAN,
	.accept = (double)NAN, .clients = (double)NAN,
	.requests = (double)NAN, .in_tok = (double)NAN,
	.out_tok = (double)NAN, .tpot_s = (double)NAN,
	.ttft_s = (double)NAN, .out_tok_s = (double)NAN,
	.running = (double)NAN,
};

/* ---- vllm bench serve ---- */

static double sum(const json_t *list)
{
	double s = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		s += json_number_value(json_array_get(list, i));
	return s;
}

static double at(const json_t *list, size_t i)
{
	return json_number_value(json_array_get(list, i));
}

/* Requests that gave no second token, or failed, say nothing of decoding; nor
   do times that no clock has. */
static int take_details(struct bench_run *r, const json_t *j,
			struct fault *why)
{
	const json_t *in = json_object_get(j, "input_lens");
	const json_t *out = json_object_get(j, "output_lens");
	const json_t *ttft = json_object_get(j, "ttfts");
	const json_t *itl = json_object_get(j, "itls");
	const json_t *start = json_object_get(j, "start_times");
	size_t nr = json_array_size(start);

	if (!nr)
		return 0;
	if (json_array_size(in) != nr || json_array_size(out) != nr ||
	    json_array_size(ttft) != nr || json_array_size(itl) != nr) {
		fault_what(why, "start_times, input_lens, output_lens, ttfts "
			   "and itls are lists of different lengths");
		return fault_remedy(why, "give the file as the client wrote "
				    "it");
	}
	r->request = mem_zeroed(nr, sizeof(*r->request));
	for (size_t i = 0; i < nr; i++) {
		struct bench_request *to = &r->request[r->nr];

		*to = (struct bench_request){ at(start, i) + at(ttft, i),
			sum(json_array_get(itl, i)), at(in, i), at(out, i) };
		r->nr += to->decode_s > 0 && to->out_tok > 1 &&
			 isfinite(to->first_s) && isfinite(to->decode_s);
	}
	assert(r->nr >= 0 && (size_t)r->nr <= nr);
	return 0;
}

static int vllm_run(struct bench_run *r, const json_t *j, struct fault *why)
{
	double done = number(j, "completed");

	snprintf(r->client, sizeof(r->client), "bench serve");
	word(j, "model_id", r->model);
	day(j, r->date);
	if (!(done >= 1)) {
		fault_what(why, "no request was completed");
		return fault_remedy(why, "give the result of a run that "
				    "worked");
	}
	r->requests = done;
	r->clients = number(j, "max_concurrency");
	r->in_tok = number(j, "total_input_tokens") / done;
	r->out_tok = number(j, "total_output_tokens") / done;
	r->tpot_s = number(j, "median_tpot_ms") / units_ms(1);
	r->ttft_s = number(j, "median_ttft_ms") / units_ms(1);
	r->out_tok_s = number(j, "output_throughput");
	r->accept = number(j, "spec_decode_acceptance_length");
	r->running = r->out_tok_s * r->tpot_s;
	return take_details(r, j, why);
}

/* ---- InferenceX ---- */

/* Of a run apart the decode GPUs are the prompt's others. */
static void inferencex_layout(struct bench_run *r, const json_t *j)
{
	double tp = number(j, "decode_tp"), ep = number(j, "decode_ep");
	bool dp = number(j, "decode_dp_attention") > 0;

	r->gpus = tp;
	r->tp = dp ? 1 : tp;
	r->ep = ep;
	r->prefill_apart = number(j, "disagg");
}

static int inferencex_run(struct bench_run *r, const json_t *j,
			  struct fault *why)
{
	const json_t *m = json_object_get(j, "metrics");
	char spec[BENCH_WORD];

	snprintf(r->client, sizeof(r->client), "InferenceX");
	word(j, "hardware", r->hw);
	word(j, "framework", r->engine);
	word(j, "model", r->model);
	word(j, "precision", r->precision);
	word(j, "spec_method", spec);
	day(j, r->date);
	if (!strcmp(spec, "none"))
		r->mtp = 0;
	inferencex_layout(r, j);
	r->clients = number(j, "conc");
	r->in_tok = number(j, "isl");
	r->out_tok = number(j, "osl");
	r->tpot_s = number(m, "median_tpot");
	r->ttft_s = number(m, "median_ttft");
	r->out_tok_s = number(m, "output_tput_per_gpu") * r->gpus;
	r->running = r->out_tok_s * r->tpot_s;
	if (r->tpot_s > 0)
		return 0;
	fault_what(why, "metrics has no median_tpot above 0");
	return fault_remedy(why, "give rows as the API writes them, in "
			    "seconds");
}

/* ---- either ---- */

/* The key that only such a file has. */
static const struct {
	const char *key;
	int (*run)(struct bench_run *, const json_t *, struct fault *);
} clients[] = {
	{ "output_throughput", vllm_run },
	{ "metrics", inferencex_run },
};

enum { CLIENTS = sizeof(clients) / sizeof(*clients) };

static int take(struct bench *b, const json_t *j, struct fault *why)
{
	struct bench_run *to;

	for (int c = 0; c < CLIENTS; c++) {
		if (!json_object_get(j, clients[c].key))
			continue;
		b->run = mem_resize(b->run, (size_t)b->nr + 1,
				    sizeof(*b->run));
		to = &b->run[b->nr++];
		*to = silent;
		return clients[c].run(to, j, why);
	}
	fault_what(why, "it is neither a result of vllm bench serve (no "
		   "output_throughput) nor a row of InferenceX (no metrics)");
	return fault_remedy(why, "deeproof fit reads nccl-tests and "
			    "nvbandwidth; an engine's log is read as it is");
}

/* The list in an answer of the API, or the thing itself. */
static const json_t *rows_of(const json_t *j)
{
	static const char *const key[] = { "data", "rows", "results",
					   "benchmarks" };

	for (unsigned i = 0; i < sizeof(key) / sizeof(*key); i++)
		if (json_is_array(json_object_get(j, key[i])))
			return json_object_get(j, key[i]);
	return j;
}

static int take_all(struct bench *b, const json_t *j, const char *name,
		    struct fault *why)
{
	const json_t *rows = rows_of(j);
	size_t nr = json_is_array(rows) ? json_array_size(rows) : 1;

	for (size_t i = 0; i < nr; i++) {
		fault_at(why, name, 0, 0);
		if (take(b, json_is_array(rows) ? json_array_get(rows, i) :
			 rows, why))
			return -1;
	}
	if (b->nr)
		return 0;
	fault_at(why, name, 0, 0);
	fault_what(why, "its list of runs is empty");
	return fault_remedy(why, "give a file with at least one");
}

int bench_parse(struct bench *b, const char *name, const struct text *bytes,
		struct fault *why)
{
	json_error_t err;
	json_t *j;
	int rc;

	assert(b && name && bytes && why);
	*b = (struct bench){ 0 };
	j = json_parse(bytes->buf, bytes->len, 0, &err);
	if (!j) {
		fault_at(why, name, err.line > 0 ? err.line : 0, 0);
		fault_what(why, "it is no JSON: %s", err.text);
		return fault_remedy(why, "give the file as the client wrote "
				    "it");
	}
	rc = take_all(b, j, name, why);
	json_decref(j);
	return rc;
}

void bench_release(struct bench *b)
{
	for (int i = 0; i < b->nr; i++)
		free(b->run[i].request);
	free(b->run);
	*b = (struct bench){ 0 };
}
