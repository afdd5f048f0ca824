/*
 * toy_serve: engines with laws of one line, for tests of serving.
 */
#ifndef TESTS_TOY_SERVE_H
#define TESTS_TOY_SERVE_H

#include "serve/run.h"

/*
 * decode_s + seq_s a sequence + kv_s a KV token; with prompts prompt_s +
 * token_s a token, a sequence decoded beside them counting as one.
 */
struct toy_price {
	double decode_s, seq_s, kv_s;
	double prompt_s, token_s;
	int groups;
};

double toy_step_s(const void *of, const struct serve_step *);

/* (5 + .1 B) ms + 1 ns a context token; 50 ms + 10 us a prompt token. */
extern const struct toy_price toy_price;

/*
 * nr requests of a closed loop. Prompt i has least + 37 i mod span tokens, its
 * output likewise with 29.
 */
struct toy_lengths {
	int prompt, prompt_span, output, output_span;
};

void toy_load(struct serve_load *, int nr, const struct toy_lengths *);

/* One replica of one group under these. */
struct serve_spec toy_spec(const struct serve_load *,
			   const struct serve_engine *,
			   const struct toy_price *);

/* The q-th smallest share of n values, numpy's linear one; sorts them. */
double toy_percentile(double *x, int n, double q);

#endif
