/*
 * Sheets of facts: any bytes are read, or refused with a sentence and a
 * remedy; what was read makes a GPU or a stack, or is refused likewise.
 */
#include <stdint.h>
#include <stdlib.h>

#include "facts/gpu.h"
#include "facts/stack.h"
#include "read/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_say(const struct fault *why)
{
	if (!*why->what || !*why->remedy)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct stack stack;
	struct fault why = { 0 };
	struct facts facts;
	struct table t;
	struct gpu gpu;

	if (table_parse(&t, "fuzz.csv", (const char *)data, size, &why)) {
		must_say(&why);
		table_release(&t);
		return 0;
	}
	if (facts_from_table(&facts, &t, &why)) {
		must_say(&why);
	} else {
		if (gpu_take(&gpu, &facts, &why))
			must_say(&why);
		if (stack_take(&stack, &facts, "sm90", &why))
			must_say(&why);
	}
	facts_release(&facts);
	table_release(&t);
	return 0;
}
