/*
 * bench: what a benchmark client writes about a run, as JSON.
 *
 *	vLLM		the result of `vllm bench serve` (SGLang's bench_serving
 *			writes the same keys); --save-detailed has every request
 *	InferenceX	a row of its API, or a list of them
 *
 * InferenceX: seconds; num_decode_gpu of an expert-parallel run is tp times
 * ep, so a replica's GPUs are taken to be decode_tp.
 */
#ifndef LOGS_BENCH_H
#define LOGS_BENCH_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

enum {
	BENCH_WORD = 128,	/* size: a name that a file says */
	BENCH_DAY = 16		/* size: YYYY-MM-DD */
};

/* One request of a detailed result, in seconds from the run's start. */
struct bench_request {
	double first_s;		/* its first token */
	double decode_s;	/* from there to its last */
	double in_tok, out_tok;
};

/* A run. NaN or "": the file does not say. */
struct bench_run {
	char client[BENCH_WORD];	/* "vllm bench serve", "InferenceX" */
	char hw[BENCH_WORD], engine[BENCH_WORD], model[BENCH_WORD];
	char precision[BENCH_WORD], date[BENCH_DAY];
	double gpus, tp, ep;
	double prefill_apart;	/* 0 or 1: on other GPUs */
	double mtp, accept;
	double clients, requests, in_tok, out_tok;	/* means */
	double tpot_s, ttft_s;	/* medians */
	double out_tok_s;	/* of all its GPUs */
	double running;		/* that decode at once: its output rate times
				   tpot (Little's law) */
	struct bench_request *request;	/* owned; NULL: not detailed */
	int nr;
};

struct bench {
	struct bench_run *run;	/* owned */
	int nr;
};

/*
 * 0; or -1 and a fault: no JSON (at its line), of neither client, a run that
 * completed nothing, lists of other lengths than their run. Release it in
 * either case.
 */
int bench_parse(struct bench *, const char *name, const struct text *bytes,
		struct fault *);
void bench_release(struct bench *);

#endif
