/*
 * format: how numbers are stored, and what the tensor cores do with them.
 */
#ifndef SHEET_FORMAT_H
#define SHEET_FORMAT_H

#include <stdbool.h>

enum format {		/* how a tensor is stored */
	FORMAT_BF16,
	FORMAT_FP8,		/* e4m3, one fp32 scale a 128 x 128 block */
	FORMAT_NVFP4,		/* e2m1, one fp8 scale a 16 */
	FORMAT_MXFP4,		/* e2m1, one ue8m0 scale a 32 */
	FORMAT_INT4,		/* one bf16 scale a 32 */
	FORMAT_FP32,
	FORMAT_FP8_CHANNEL,	/* e4m3, one fp32 scale a row */
	FORMAT_MXFP8,	/* e4m3, one ue8m0 scale a 32 */
	FORMAT_INT4_64,		/* one bf16 scale a 64 */
	FORMAT_INT4_128,	/* one bf16 scale a 128 */
	FORMAT_INT4Z_32,	/* AWQ, GPTQ: a bf16 scale and a 4-bit zero
				   point a 32, 64, 128 */
	FORMAT_INT4Z_64,
	FORMAT_INT4Z_128,
	FORMAT_W4AFP8,		/* int4, a bf16 scale a 128, times fp8 */
	FORMAT_INT8,		/* one fp32 scale a row */
	FORMAT_INT8_BLOCK,	/* one fp32 scale a 128 x 128 block */
	FORMAT_NR
};

enum math {		/* the tensor-core rate that a kernel runs at */
	MATH_BF16,
	MATH_FP8,
	MATH_FP4,
	MATH_INT8,
	MATH_NR
};

enum { BF16_B = 2, FP32_B = 4 /* size: bytes of an element */ };

/* Bytes a parameter takes, scales included. */
double format_bytes(enum format);

/*
 * Numbers that share a scale, along the dimension that a product sums over or,
 * out, along the other: a part of a matrix holds whole ones. 1: any part may
 * be cut off, as where a scale is of a whole row.
 */
int format_block(enum format, bool out);

const char *format_name(enum format);

/* The same name of a format: upper and lower case alike, hyphens or none. */
bool format_same(const char *, const char *);
int format_parse(const char *, enum format *);	/* 0, or -1 */

const char *math_name(enum math);

#endif
