#include "words/money.h"

#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/near.h"

static const struct money moneys[] = {
	{ " \xe2\x82\xac ", " dollars ", "EUR" },
	{ "\xe2\x82\xac", "$", "EUR" }, { "EUR ", "$", "EUR" },
	{ " euros ", " dollars ", "EUR" }, { " euro ", " dollars ", "EUR" },
	{ "\xc2\xa3", "$", "GBP" }, { "GBP ", "$", "GBP" },
	{ "\xc2\xa5", "$", "CNY or JPY" }, { "CNY ", "$", "CNY" },
	{ "RMB ", "$", "CNY" }, { " yuan ", " dollars ", "CNY" },
	{ " yen ", " dollars ", "JPY" }, { "EUR", "USD", "EUR" },
	{ "GBP", "USD", "GBP" }, { "CNY", "USD", "CNY" },
	{ "RMB", "USD", "CNY" }, { "JPY", "USD", "JPY" },
	{ "CHF", "USD", "CHF" }, { "\xe5\x85\x83", "USD", "CNY" },
	{ "$", "$", "USD" }, { "USD", "USD", "USD" },
	{ " dollars", " dollars", "USD" },
};

enum { MONEYS = sizeof(moneys) / sizeof(*moneys) };

/* "EUR 16", and not "16 EUR per hour"; "CNY", and no longer word. */
static bool is_whole(const struct money *m, const char *end)
{
	if (isalpha((unsigned char)*m->said) && *m->is == '$')
		return isdigit((unsigned char)*end);
	return !isalpha((unsigned char)*m->said) ||
	       !(isalpha((unsigned char)*end) || *end == '_');
}

const struct money *money_at(const char *s, int *letters)
{
	assert(s && letters);
	for (int i = 0; i < MONEYS; i++)
		if ((*letters = near_begins(s, moneys[i].said)) > 0 &&
		    is_whole(&moneys[i], s + *letters))
			return &moneys[i];
	return NULL;
}

int money_sign(const char *s)
{
	int n = near_begins(s, "US$");
	const struct money *m;

	if (n > 0)
		return n;
	m = money_at(s, &n);
	return m && *s != ' ' ? n + (int)strspn(s + n, " ") : 0;
}

const char *money_of(const char *text, bool *mixed)
{
	const char *is = "";
	bool inside = false;
	int n;

	assert(text && mixed);
	*mixed = false;
	for (; *text; inside = isalpha((unsigned char)*text), text++) {
		bool word = inside && isalpha((unsigned char)*text);
		const struct money *m = word ? NULL : money_at(text, &n);

		if (!m)
			continue;
		*mixed |= *is && strcmp(is, m->of);
		is = !*is || !strcmp(is, "USD") ? m->of : is;
	}
	return strcmp(is, "USD") ? is : "";
}
