/*
 * shard: what tensor parallelism leaves of a matrix holds whole blocks of a
 * scale, or no kernel takes it.
 */
#ifndef WORK_SHARD_H
#define WORK_SHARD_H

#include "work/layout.h"

struct shard {
	const char *of;		/* constant; NULL: none is cut */
	const char *format;	/* likewise */
	double part;		/* of it on a GPU, along the cut */
	int block;		/* that does not divide it */
	bool by_moe;		/* gpus / ep cut it, not tp */
	bool both;		/* and tp something else */
};

/*
 * The first that is cut through a block. vLLM and SGLang refuse to load it:
 * DeepSeek-V3 in 128 x 128 blocks leaves 64 of an expert's 2048 at TP32
 * (sgl-project/sglang 3345; vllm-project/vllm 12256 and 42384).
 */
struct shard deployment_cut(const struct deployment *);

#endif
