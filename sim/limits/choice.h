/*
 * choice: what a claim leaves open, decided: a format, a layout, drafts.
 */
#ifndef LIMITS_CHOICE_H
#define LIMITS_CHOICE_H

#include "limits/ceiling.h"

enum {
	CHOICE_WEIGHTS = 5,	/* size: formats that are tried */
	CHOICE_WAYS = 24	/* size: ways to lay a model out */
};

extern const char *const choice_weights[CHOICE_WEIGHTS];

/* How GPUs are used: each of `replicas` alike. */
struct way {
	double replicas, tp, ep;
	double pp, dcp;		/* 0: as stated, or none */
};

struct choice {
	const char *weights;	/* NULL: as stated */
	struct way way;
	int drafts;		/* -1: as stated */
	bool small_kv;		/* fp8 where the model keeps bf16 */
	bool two_batch;
	bool favour;	/* the best public kernels, even loads */
};

/*
 * Tokens that a step brings a sequence with so many drafts: the model's sheet;
 * else as if each were taken as often as its first; else all of them.
 */
double choice_accepted(const struct model *, int drafts);

/*
 * Drafts as they were stated, where the model or its sheet says less: written
 * into the scenario; of a model that has no layer for them the tokens of a
 * step, which multiply its speed, else 1.
 */
double choice_drafts_stated(struct limits_spec *, const struct model *);

/* The same but for overlap and kernels. */
bool choice_same(const struct choice *, const struct choice *);

/* And in those as well. */
bool choice_equal(const struct choice *, const struct choice *);

/* 0, or -1 and the fault: no question. */
int choice_make(const struct choice *, const struct limits_spec *,
		struct memo *, struct question *, struct fault *);

/* "fp8 weights, TP1 EP8, 64 in flight"; the letters before the last comma. */
int choice_words(const struct choice *, const struct question *, char *out,
		  size_t size);

/* A KV that the GPU has no tensor cores for as software widens it. */
void choice_widen(struct question *);

/* The ways that the claim allows; how many. */
int choice_ways(const struct limits_spec *, const struct gpu *,
		struct way *out);

/*
 * And in stages, which keep nothing twice: tried where no other way fits. out
 * has room for CHOICE_WAYS.
 */
int choice_stages(const struct limits_spec *, const struct model *,
		  struct way *out);

#endif
