#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "rules/rule.h"

enum { DAY = 12 /* size: YYYY-MM-DD */ };

/* A year that is none of a longer number; 0: none begins here. */
static int year_at(const char *text, const char *s)
{
	bool inside = s > text && (isalnum((unsigned char)s[-1]) ||
				   strchr(".,", s[-1]));
	int n = near_begins(s, "20");

	if (inside || n == 0 || !isdigit((unsigned char)s[2]) ||
	    !isdigit((unsigned char)s[3]) ||		/* size: of a year */
	    isdigit((unsigned char)s[4]))		/* size: of a year */
		return 0;
	return n;
}

/* The month that the text names before s; 0: none. */
static int month_before(const char *text, const char *s)
{
	static const char *const months[] = { "jan", "feb", "mar", "apr",
		"may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
	const char *word = s;

	while (word > text && strchr(" ,0123456789", word[-1]))
		word--;
	while (word > text && isalpha((unsigned char)word[-1]))
		word--;
	for (int m = 0; m < 12; m++)			/* units: months */
		if (near_begins(word, months[m]))
			return m + 1;
	return 0;
}

/* "in 2023": of a year alone, where nothing is counted. */
static bool is_year(const char *text, const char *s)
{
	const size_t word = strlen(" in "), year = strlen("2000");

	return (!s[year] || strchr(",.;:)", s[year]) ||
		near_any(s + year, " with | on | at | we | our | the ")) &&
	       s >= text + word && near_any(s - word, " in | of | by ");
}

/* The last day that the sentence may be of, by the latest date in it. */
static bool day_of(const char *text, char *day)
{
	*day = '\0';
	for (const char *s = text; *s; s++) {
		char is[DAY];
		int month;

		if (!year_at(text, s))
			continue;
		month = month_before(text, s);
		if (s[4] == '-' && isdigit((unsigned char)s[5])) /* size: */
			snprintf(is, sizeof(is), "%.7s-31", s);
		else if (month > 0)
			snprintf(is, sizeof(is), "%.4s-%02d-31", s, month);
		else if (is_year(text, s))
			snprintf(is, sizeof(is), "%.4s-12-31", s);
		else
			continue;
		if (strcmp(is, day) > 0)
			strcpy(day, is);
	}
	return *day;
}

bool rule_dated(const struct claim *c, struct finding *f)
{
	const struct { const char *name, *day; } of[] = {
		{ c->model ? c->model->name : "",
		  c->model && !c->model->routing_borrowed ?
			c->model->announced : NULL },
		{ c->gpu ? c->gpu->name : "",
		  c->gpu ? c->gpu->announced : NULL } };
	char day[DAY] = "";

	if (*c->scenario.date)
		snprintf(day, sizeof(day), "%.10s", c->scenario.date);
	else if (!c->said || !day_of(c->quote, day))
		return false;
	for (unsigned k = 0; k < sizeof(of) / sizeof(*of); k++) {
		if (!of[k].day || strcmp(of[k].day, day) <= 0)
			continue;
		finding_say(f->arithmetic, "%.7s < %s", day, of[k].day);
		finding_say(f->limit, "%s: announced on %s", of[k].name,
			    of[k].day);
		finding_say(f->needs, "a day from %s on", of[k].day);
		return inconsistent(f, HIGH, "The claim is of %.7s at the "
				    "latest, and %s was announced on %s", day,
				    of[k].name, of[k].day);
	}
	return false;
}
