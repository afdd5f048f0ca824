/*
 * What options say: grids, column=value pairs, numbers and units. The first
 * byte chooses; any text is taken, or refused with a sentence.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ask/grid.h"
#include "base/near.h"
#include "base/text.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 4096 };

static void pairs(const char *text)
{
	struct fault why = { 0 };
	struct scenario s;

	scenario_init(&s);
	if (scenario_override(&s, text, &why) && !*why.what)
		abort();
}

static void values(const char *text, int is_word)
{
	struct fault why = { 0 };
	struct grid_list list;

	if (grid_list_make(&list, text, is_word, &why) && !*why.what)
		abort();
	grid_list_release(&list);
}

static void numbers(const char *text)
{
	static const char *const words[] = { "gpus", "tokens_per_step" };
	double x, factor;
	enum dim dim;

	if (!units_number(text, &x) && !isfinite(x))
		abort();
	if (!units_parse(text, &dim, &factor) && !(factor > 0))
		abort();
	near_word(text, words, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = TEXT_INIT;

	if (size < 1 || size > LONGEST)
		return 0;
	text_addn(&text, (const char *)data + 1, size - 1);
	if (data[0] % 4 == 0)
		pairs(text.buf);
	else if (data[0] % 4 == 3)
		numbers(text.buf);
	else
		values(text.buf, data[0] % 4 == 1);
	text_release(&text);
	return 0;
}
