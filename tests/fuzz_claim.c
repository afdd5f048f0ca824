/*
 * Claim files: any bytes are judged, or refused with a sentence and a remedy;
 * a sound claim has a verdict that says why.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spoken/phrase.h"
#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "say/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_say(const struct fault *why)
{
	if (!*why->what || !*why->remedy)
		abort();
}

static void must_judge(const struct claim *c)
{
	if (c->malformed)
		must_say(&c->fault);
	else if (!c->worst || !*c->worst->reason || isnan(c->worst->at))
		abort();
}

/* The same bytes as a sentence: its cells are a claim like any. */
static void must_understand(const uint8_t *data, size_t size,
			    struct shelf *shelf)
{
	char text[400];		/* size: longer than is read */
	struct fault why = { 0 };
	struct claims all = { .nr = 0 };
	struct phrase p;
	struct table t;

	size = size < sizeof(text) ? size : sizeof(text) - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	if (phrase_read(&p, text, &why)) {
		must_say(&why);
		return;
	}
	table_init(&t, "");
	table_add_row(&t, 0);
	phrase_put(&p, &t, 0);
	if (claims_judge_by(&all, &(struct claims_spec){ .table = &t,
			    .library = shelf_library(shelf), .said = true },
			    &why))
		must_say(&why);
	else
		must_judge(&all.claim[0]);
	claims_release(&all);
	table_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct shelf *shelf;
	struct fault why = { 0 };
	struct claims all = { .nr = 0 };
	struct text page = TEXT_INIT;
	struct table t, out;

	if (!shelf)
		shelf = shelf_open();
	if (table_parse(&t, "fuzz.csv", (const char *)data, size, &why)) {
		must_say(&why);
	} else if (claims_judge(&all, &t, shelf_library(shelf), &why)) {
		must_say(&why);
	} else {
		for (int i = 0; i < all.nr; i++)
			must_judge(&all.claim[i]);
		table_init(&out, "");
		claims_table(&all, &t, &out);
		table_release(&out);
		page_claims(&all, t.name, &page);
		if (strstr(page.buf, "<script"))
			abort();
		text_release(&page);
	}
	claims_release(&all);
	table_release(&t);
	must_understand(data, size, shelf);
	return 0;
}
