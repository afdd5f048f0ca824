/*
 * weave: how one quantisation writer says the format of a group of weights,
 * as a format of ours.
 */
#ifndef CHECKPOINT_WEAVE_H
#define CHECKPOINT_WEAVE_H

#include <stdbool.h>

#include <jansson.h>

#include "sheet/format.h"

/* What all of them say in the end. */
struct weave {
	int bits;
	bool real;		/* floating point, not integers */
	bool act8;		/* times activations of 8 bits floating point */
	bool zero;		/* with zero points */
	int group;		/* weights of a row that share a scale; 0: the
				   whole row or matrix */
	bool block;		/* the scale is of group x group */
};

/* enum format, or -1: none that we count. */
int weave_format(const struct weave *);

/* compressed-tensors' weights and input_activations. -1: not one we count. */
int weave_scheme(const json_t *group);

/* ModelOpt's quant_algo with its group_size; NULL is none. */
int weave_algo(const char *algo, int group);

/* Quark's weight. */
int weave_quark(const json_t *weight);

/*
 * AutoRound's block, or one layer's of its extra_config: bits, group_size,
 * data_type and packing_format. -1: none that we can count.
 */
int weave_rounded(const json_t *block, const json_t *packing);

#endif
