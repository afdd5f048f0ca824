/*
 * toy: a device, a stack and a model of round numbers, so that a test's sums
 * can be done in the head; and DeepSeek-V3, whose sums are published.
 *
 * The GPU: 100 GB at 1 TB/s, 100 TFLOP/s bf16, 200 fp8, no fp4, 8 GPUs on an
 * NVLink of 100 GB/s, a NIC of 10 GB/s. The stack: a kernel takes 1 us and
 * the longer of its roofs, a collective 10 us and the longer of its ports.
 *
 * The model, all bf16: 5 layers, the first dense; hidden 1000; 16 heads;
 * latent 90 + 10; 64 experts of 400, 4 a token, 1 shared; 10,000 words.
 */
#ifndef TESTS_TOY_H
#define TESTS_TOY_H

#include "time/step.h"

/* kept_all, where an initialiser must be constant. */
#define KEPT_ROW(l, e) { l, l, l, l, l, l, l, l, l, e }
#define KEPT(l, e) { { KEPT_ROW(l, e), KEPT_ROW(l, e), KEPT_ROW(l, e) } }

void toy_gpu(struct gpu *);
void toy_stack(struct stack *);
void toy_model(struct model *);

/* huggingface.co/deepseek-ai/DeepSeek-V3, config.json. */
void toy_v3(struct model *);

/* Of the same makers: config.json of V3.2, V4-Flash and V4-Pro. */
void toy_v32(struct model *);
void toy_v4_flash(struct model *);
void toy_v4_pro(struct model *);

/* What a test chooses; zero is the plain choice. */
struct toy_plan {
	int gpus, tp, ep;		/* 0: 1, 1 and gpus / pp */
	int dcp, pp;			/* 0: 1 */
	int mtp;
	int redundant;
	enum exchange exchange;		/* at every reach; 0: the stack's */
	enum balance balance;
	double sigma;
	double batch;			/* of an attention group */
	double ctx_tok;			/* 0: 1000 */
	bool two_batch;
};

/* A question about the toys; its parts point at each other. */
struct toy {
	struct gpu gpu;
	struct stack stack;
	struct model model;
	struct deployment_spec spec;
	struct deployment on;
	struct skew_spec skew_spec;
	struct skew skew;
	struct step_spec ask;	/* on the above */
};

void toy_init(struct toy *);	/* the three toys, to be changed at will */
void toy_plan(struct toy *, const struct toy_plan *);	/* then the rest */

/* Both of them. */
void toy_make(struct toy *, const struct toy_plan *);

/* The nth op of a name, from 0; there is one. */
const struct op *toy_op(const struct graph *, const char *name, int nth);

#endif
