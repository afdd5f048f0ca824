#include "fit/untold.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "read/place.h"

/* What tests/test_low_latency.py of DeepEP runs when it is told nothing. */
#define DEEPEP "tokens=128,hidden=7168,topk=8,experts=288"

/* "NVIDIA H200" has the word h200, and not h20. */
static bool has_word(const char *text, const char *word, size_t len)
{
	for (const char *p = text; *p; p++)
		if (!strncasecmp(p, word, len) &&
		    (p == text || !isalnum((unsigned char)p[-1])) &&
		    !isalnum((unsigned char)p[len]))
			return true;
	return false;
}

/* The sheets whose first word the device has: "h20-141g or h20-96g". */
static void sheets_of(const char *device, struct text *out)
{
	struct text root = TEXT_INIT;
	struct place_names n = { 0 };

	place_root(&root);
	place_names(&n, root.buf, &place_gpus);
	for (int i = 0; i < n.nr; i++)
		if (has_word(device, n.name[i], strcspn(n.name[i], "-")))
			text_addf(out, "%s%s", out->len ? " or " : "",
				  n.name[i]);
	place_names_release(&n);
	text_release(&root);
}

static int no_hw(const struct table *t, int row, struct fault *why)
{
	const char *device = table_cell(t, row, "device");
	struct text sheets = TEXT_INIT;
	int rc;

	fault_at(why, t->name, t->line[row], 0);
	if (*device)
		sheets_of(device, &sheets);
	if (sheets.len) {
		fault_what(why, "it ran on \"%.64s\", and of which sheet that "
			   "is it does not say", device);
		rc = fault_remedy(why, "give --given hw=%s", sheets.buf);
	} else {
		fault_what(why, "it does not say on which GPU this ran");
		rc = fault_remedy(why, "give --given hw=NAME; deeproof show "
				  "lists them");
	}
	text_release(&sheets);
	return rc;
}

static int no_rows(const struct table *t, int row, struct fault *why)
{
	static const char *const need[] = { "tokens", "hidden", "topk",
					    "experts" };
	struct text lacks = TEXT_INIT;

	for (unsigned i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (!*table_cell(t, row, need[i]))
			text_addf(&lacks, "%s%s", lacks.len ? ", " : "",
				  need[i]);
	if (!lacks.len)
		return 0;
	fault_at(why, t->name, t->line[row], 0);
	fault_what(why, "it does not say %s", lacks.buf);
	text_release(&lacks);
	return fault_remedy(why, "give --given " DEEPEP ", which is what "
			    "DeepEP's test runs when it is told nothing, or "
			    "what yours was");
}

int untold_check(const struct table *t, int row, struct fault *why)
{
	const char *op;

	assert(t && row >= 0 && row < t->rows && why);
	op = table_cell(t, row, "op");
	if (!*table_cell(t, row, "hw"))
		return no_hw(t, row, why);
	return !strcmp(op, "dispatch") || !strcmp(op, "combine") ?
		no_rows(t, row, why) : 0;
}
