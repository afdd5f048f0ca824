#include "facts/format.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *name;
	double bytes;	/* of a parameter, without scales */
	double scale_B;
	double block;	/* parameters that share a scale */
} formats[FORMAT_NR] = {
	[FORMAT_BF16] = { "bf16", 2, 0, 1 },
	[FORMAT_FP8] = { "fp8", 1, 4, 128 * 128 },	/* size: fp32 scale */
	[FORMAT_NVFP4] = { "nvfp4", 0.5, 1, 16 },	/* size: e4m3 scale */
	[FORMAT_MXFP4] = { "mxfp4", 0.5, 1, 32 },	/* size: ue8m0 scale */
	[FORMAT_INT4] = { "int4", 0.5, 2, 32 },		/* size: bf16 scale */
	[FORMAT_FP32] = { "fp32", 4, 0, 1 },		/* size: no scale */
};

double format_bytes(enum format f)
{
	assert(f >= 0 && f < FORMAT_NR);
	return formats[f].bytes + formats[f].scale_B / formats[f].block;
}

const char *format_name(enum format f)
{
	assert(f >= 0 && f < FORMAT_NR);
	return formats[f].name;
}

int format_parse(const char *name, enum format *f)
{
	for (int i = 0; i < FORMAT_NR; i++) {
		if (strcmp(formats[i].name, name))
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
	};

	assert(m >= 0 && m < MATH_NR);
	return name[m];
}
