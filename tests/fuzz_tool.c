/*
 * Benchmarks' files: any bytes give trials, are left to others, or are a
 * fault that says what and what to do; what a trial lacks is a fault too.
 */
#include <stdint.h>
#include <stdlib.h>

#include "fit/lawauto.h"
#include "logs/tool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct shelf *shelf;
	struct choices given = { { "hw=h200-sxm", "ranks=8" }, 2 };
	struct text bytes = TEXT_INIT;
	struct table t, out;
	struct lawlist laws;
	struct fault why = { 0 };
	int rc;

	if (!shelf)
		shelf = shelf_open();
	text_addn(&bytes, (const char *)data, size);
	rc = tool_parse(&t, "fuzz", &bytes, &why);
	if (rc < 0 && (!*why.what || !*why.remedy))
		abort();
	table_init(&out, "");
	if (rc == 0) {
		if ((trials_give(&t, &given, &why) ||
		     lawlist_make(&laws, &t, shelf, &why)) &&
		    (!*why.what || !*why.remedy))
			abort();
		copies_sheet(&t, &out);
	}
	table_release(&out);
	table_release(&t);
	text_release(&bytes);
	return 0;
}
