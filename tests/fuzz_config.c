/* config.json: any bytes are a model, or refused with a sentence. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "read/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m = { .name = "fuzz" };
	struct fault why = { 0 };

	if (config_parse(&m, "fuzz.json", (const char *)data, size, &why)) {
		if (!*why.what)
			abort();
		return 0;
	}
	if (!(model_params(&m) > 0) || !isfinite(model_checkpoint_B(&m)))
		abort();
	return 0;
}
