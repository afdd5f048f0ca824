#include "sheet/format.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/*
 * A scale of a whole row is counted as one a 4096: rows are 1536 to 18432
 * long, so it is at most 0.3 % of the matrix, and 0.1 % here.
 */
#define IN(name, bytes, scale_B, block) \
	{ name, (bytes) + (scale_B) / (double)(block), block }
static const struct {
	const char *name;
	double bytes;	/* of a parameter, with its part of the scales */
	double block;	/* parameters that share them */
} formats[FORMAT_NR] = {
	[FORMAT_BF16] = IN("bf16", 2, 0, 1),
	[FORMAT_FP8] = IN("fp8", 1, 4, 128 * 128),	/* size: fp32 scale */
	[FORMAT_NVFP4] = IN("nvfp4", 0.5, 1, 16),	/* size: e4m3 scale */
	[FORMAT_MXFP4] = IN("mxfp4", 0.5, 1, 32),	/* size: ue8m0 scale */
	[FORMAT_INT4] = IN("int4", 0.5, 2, 32),		/* size: bf16 scale */
	[FORMAT_FP32] = IN("fp32", 4, 0, 1),		/* size: no scale */
	[FORMAT_FP8_CHANNEL] = IN("fp8-channel", 1, 4, 4096),	/* size: row */
	[FORMAT_MXFP8] = IN("mxfp8", 1, 1, 32),	/* size: ue8m0 scale */
	[FORMAT_INT4_64] = IN("int4-64", 0.5, 2, 64),	/* size: bf16 scale */
	[FORMAT_INT4_128] = IN("int4-128", 0.5, 2, 128), /* size: same */
	[FORMAT_INT4Z_32] = IN("int4z-32", 0.5, 2.5, 32),	/* size: zero */
	[FORMAT_INT4Z_64] = IN("int4z-64", 0.5, 2.5, 64),	/* size: zero */
	[FORMAT_INT4Z_128] = IN("int4z-128", 0.5, 2.5, 128),	/* size: zero */
	[FORMAT_W4AFP8] = IN("w4afp8", 0.5, 2, 128),	/* size: bf16 scale */
	[FORMAT_INT8] = IN("int8", 1, 4, 4096),		/* size: of a row */
	[FORMAT_INT8_BLOCK] = IN("int8-block", 1, 4, 128 * 128), /* size: */
};
#undef IN

double format_bytes(enum format f)
{
	assert(f >= 0 && f < FORMAT_NR);
	return formats[f].bytes;
}

int format_block(enum format f, bool out)
{
	enum { SIDE = 128, ROW = 4096 };	/* size: as in formats */

	assert(f >= 0 && f < FORMAT_NR);
	if (formats[f].block >= SIDE * SIDE)
		return SIDE;
	return out || formats[f].block >= ROW ? 1 : (int)formats[f].block;
}

const char *format_name(enum format f)
{
	assert(f >= 0 && f < FORMAT_NR);
	return formats[f].name;
}

bool format_same(const char *a, const char *b)
{
	for (;;) {
		a += strspn(a, "-_ ");
		b += strspn(b, "-_ ");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

int format_parse(const char *name, enum format *f)
{
	for (int i = 0; i < FORMAT_NR; i++) {
		if (!format_same(formats[i].name, name))
			continue;
		*f = (enum format)i;
		return 0;
	}
	return -1;
}

const char *math_name(enum math m)
{
	static const char *const name[MATH_NR] = {
		[MATH_BF16] = "bf16",
		[MATH_FP8] = "fp8",
		[MATH_FP4] = "fp4",
		[MATH_INT8] = "int8",
	};

	assert(m >= 0 && m < MATH_NR);
	return name[m];
}
