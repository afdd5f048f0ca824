/*
 * Logs and results: any bytes give rows that read as scenarios, or a fault
 * that says what and what to do; of a fault nothing is left behind.
 */
#include <stdint.h>
#include <stdlib.h>

#include "own/measure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *names[] = { "deepseek-r1", "h200-sxm", "sglang" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct place_names known = { names, 3, 3 };
	struct scenario given;
	struct measure_spec ask = { "fuzz", &given, &known, &known, &known };
	struct text bytes = TEXT_INIT, said = TEXT_INIT;
	struct table out;
	struct fault why = { 0 };

	scenario_init(&given);
	scenario_override(&given, "hw=h200-sxm,model=deepseek-r1,gpus=8,tp=1,"
			  "ep=8,ctx=4096,mode=decode,stack=sglang", &why);
	table_init(&out, "");
	text_addn(&bytes, (const char *)data, size);
	if (measure_bytes(&ask, &bytes, &out, &said, &why)) {
		if (!*why.what || !*why.remedy || out.rows || said.len)
			abort();
	} else {
		struct scenario s;

		for (int r = 0; r < out.rows; r++)
			if (scenario_read(&s, &out, r, &why))
				abort();
	}
	table_release(&out);
	text_release(&said);
	text_release(&bytes);
	return 0;
}
