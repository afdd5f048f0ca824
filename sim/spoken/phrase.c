#include "spoken/phrase.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "words/item.h"
#include "words/money.h"
#include "spoken/naming.h"
#include "spoken/scan.h"

static int too_long(struct fault *why)
{
	fault_what(why, "the claim is longer than %d letters",
		   SAID_LONG - 1);
	return fault_remedy(why, "give its figures alone, or as a row of a "
			    "file");
}

/* "DeepSeek-V3 in FP8 on 4 H100", and no figure: that it runs there. */
static bool runs_there(struct phrase *p, const char *plain)
{
	if (!*p->hw || !(*p->model || *p->layout) ||
	    strpbrk(plain, "0123456789"))
		return false;
	snprintf(p->metric, sizeof(p->metric), "%s", quantity_name(Q_FITS));
	snprintf(p->value, sizeof(p->value), "1");
	return true;
}

/*
 * Lines as benchmark scripts print them, or one item; else a sentence, whose
 * figures are looked at one by one.
 */
int phrase_read(struct phrase *p, const char *text, struct fault *why)
{
	char plain[SAID_LONG];
	bool mixed;

	assert(p && text && why);
	*p = (struct phrase){ .metric = "", .money = money_of(text, &mixed) };
	if (strlen(text) >= SAID_LONG)
		return too_long(why);
	naming_take(text, plain, sizeof(plain), p);
	if (scan_lines(p, plain) || scan_item(p, plain) ||
	    scan_read(p, plain) || runs_there(p, plain))
		return 0;
	fault_what(why, "\"%.80s\" is no claim that can be read", text);
	return fault_remedy(why, "write a figure and its unit, as 'over 250 "
			    "tokens per second per user' or 'TTFT under 500 "
			    "ms', or name=value unit; deeproof check "
			    "--vocabulary lists the names");
}

void phrase_put(const struct phrase *p, struct table *t, int row)
{
	const struct { const char *column, *is; } cells[] = {
		{ "metric", p->metric }, { "value", p->value },
		{ "unit", p->unit }, { "given", p->given }, { "hw", p->hw },
		{ "model", p->model }, { "weights", p->weights },
		{ "stack", p->stack }, { "layout", p->layout } };

	assert(p && t && row >= 0);
	for (unsigned i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		int column = table_need(t, cells[i].column);

		if (!*table_get(t, row, column))
			table_set(t, row, column, cells[i].is);
	}
}
