/*
 * A checkpoint's three files, a NUL between them, and behind a third NUL the
 * words of a recipe: any bytes are a model, or refused with a sentence.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void said(const struct fault *why)
{
	if (!*why->what)
		abort();
}

/* The bytes up to the next NUL. */
static struct config_bytes next(const char **at, const char *end)
{
	struct config_bytes b = { *at, 0 };

	while (*at < end && **at)
		(*at)++;
	b.len = (size_t)(*at - b.at);
	if (*at < end)
		(*at)++;
	return b;
}

static void recipe(const struct model *m, const struct config_bytes *b)
{
	struct fault why = { 0 };
	struct kept k = m->kept;
	char words[256];

	if (b->len >= sizeof(words))
		return;
	memcpy(words, b->at, b->len);
	words[b->len] = '\0';
	if (kept_apply(&k, &m->kept, words, &why))
		said(&why);
	else if (!isfinite(model_checkpoint_in_B(m, &k)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct model m = { .name = "fuzz" };
	struct config_bytes file[3], words;
	struct fault why = { 0 };

	for (int i = 0; i < 3; i++)
		file[i] = next(&at, end);
	words = next(&at, end);
	if (config_parse_all(&m, "fuzz.json", file, &why)) {
		said(&why);
		return 0;
	}
	if (!(model_params(&m) > 0) || !isfinite(model_checkpoint_B(&m)))
		abort();
	recipe(&m, &words);
	return 0;
}
