/*
 * The library: any bundle is taken or refused with a sentence, and any words
 * as columns and values are answered or refused; it never stops the program.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "embed/deeproof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sheet[] = "deeproof 1\n[gpu x]\nkey\tvalue\terr\tunit\t"
	"origin\tsource\tnote\n";

static void ask(deeproof *d, char *text)
{
	static const char *const what[] = { "ops", "ladder", "timeline",
					    "memory", "facts", "opera",
					    "served", "requests" };
	char *value = strchr(text, '=');

	if (value)
		*value++ = '\0';
	if (deeproof_set(d, text, value ? value : "") &&
	    !*deeproof_error(d))
		abort();
	if (deeproof_answer(d) == 2 && !*deeproof_error(d))
		abort();
	if (deeproof_serving(d, text, value ? value : "") &&
	    !*deeproof_error(d))
		abort();
	deeproof_set(d, "requests", "20");
	deeproof_set(d, "concurrency", "2");
	if (deeproof_serve(d) == 2 && !*deeproof_error(d))
		abort();
	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++)
		deeproof_table(d, what[i]);
	deeproof_row(d);
	deeproof_text(d, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	deeproof *d = deeproof_open();
	char *text = malloc(sizeof(sheet) + size);
	size_t from = size && data[0] % 3 == 0 ? sizeof(sheet) - 1 : 0;

	if (from)
		memcpy(text, sheet, from);
	memcpy(text + from, data, size);
	text[from + size] = '\0';
	if (deeproof_load(d, text) && !*deeproof_error(d))
		abort();
	ask(d, text);
	free(text);
	deeproof_close(d);
	return 0;
}
