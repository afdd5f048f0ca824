#include "answer/where.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"

#define ALIKE 1e-9	/* size: relative difference of equal numbers */

/* ---- reading ---- */

static const struct {
	const char *text;
	enum where_sign sign;
} signs[] = {	/* the longer before the shorter */
	{ "<=", WHERE_AT_MOST }, { ">=", WHERE_AT_LEAST },
	{ "!=", WHERE_IS_NOT }, { "==", WHERE_IS }, { "<", WHERE_LESS },
	{ ">", WHERE_MORE }, { "=", WHERE_IS },
};

static int unreadable(const char *text, struct fault *why)
{
	fault_what(why, "\"%.80s\" is no condition", text);
	return fault_remedy(why, "write 'COLUMN>=VALUE', more of them joined "
			    "by \"and\", with < <= > >= = or !=");
}

static int no_column(const char *name, struct fault *why)
{
	const char *all[128];	/* size: more columns than there are */
	const char *near;
	int nr = 0;

	assert(scenario_columns_nr + answer_columns_nr <= 128); /* size: */
	for (int i = 0; i < scenario_columns_nr; i++)
		all[nr++] = scenario_columns[i].name;
	for (int i = 0; i < answer_columns_nr; i++)
		all[nr++] = answer_column(i);
	near = near_word(name, all, nr);
	fault_what(why, "there is no column \"%.60s\"", name);
	return fault_remedy(why, near ? "did you mean %s?" :
			    "write one of the header's", near);
}

static bool is_word(const struct where_condition *c)
{
	return c->given >= 0 ? scenario_columns[c->given].word :
	       !answer_is_number(c->answered);
}

static int take_value(struct where_condition *c, const char *name,
		      struct fault *why)
{
	c->number = (double)NAN;
	if (!is_word(c)) {
		if (!units_number(c->word, &c->number))
			return 0;
		fault_what(why, "%s is a number and \"%.60s\" is none", name,
			   c->word);
		return fault_remedy(why, "write a decimal number");
	}
	if (c->sign == WHERE_IS || c->sign == WHERE_IS_NOT)
		return 0;
	fault_what(why, "%s is a word, which is neither more nor less", name);
	return fault_remedy(why, "write %s=%.60s or %s!=%.60s", name, c->word,
			    name, c->word);
}

/* A cell of so many characters without the blanks around it. */
static int word_of(char *out, const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	while (len && text[len - 1] == ' ')
		len--;
	if (!len || len >= SCENARIO_WORD)
		return -1;
	memcpy(out, text, len);
	out[len] = '\0';
	return 0;
}

static int take(struct where_condition *c, const char *text, size_t len,
		struct fault *why)
{
	char name[SCENARIO_WORD], all[SCENARIO_WORD];
	size_t at = strcspn(text, "<>=!"), sign = 0;

	if (word_of(all, text, len))
		return unreadable(text, why);
	while (sign < sizeof(signs) / sizeof(*signs) &&
	       strncmp(text + at, signs[sign].text, strlen(signs[sign].text)))
		sign++;
	if (at >= len || sign == sizeof(signs) / sizeof(*signs) ||
	    word_of(name, text, at))
		return unreadable(all, why);
	at += strlen(signs[sign].text);
	if (at >= len || word_of(c->word, text + at, len - at) ||
	    strpbrk(c->word, "<>=! "))
		return unreadable(all, why);
	c->sign = signs[sign].sign;
	c->given = scenario_column_find(name);
	c->answered = answer_column_find(name);
	if (c->given < 0 && c->answered < 0)
		return no_column(name, why);
	c->from = c->given < 0 ? answer_stage(c->answered) : ANSWER_SPEED;
	return take_value(c, name, why);
}

/* Of what does not fit such a cell is blank, or says so. */
static bool wants_fit(const struct where_condition *c)
{
	return c->given < 0 && ((answer_is_number(c->answered) &&
				 !answer_always(c->answered)) ||
		(c->answered == answer_column_find("fits") &&
		 (c->sign == WHERE_IS) == !strcmp(c->word, "yes")));
}

int where_parse(struct where *w, const char *text, struct fault *why)
{
	*w = (struct where){ .nr = 0 };
	for (;;) {
		const char *and = strstr(text, " and ");
		size_t len = and ? (size_t)(and - text) : strlen(text);

		if (w->nr == WHERE_MOST) {
			fault_what(why, "more than %d conditions", WHERE_MOST);
			return fault_remedy(why, "leave some out");
		}
		if (take(&w->is[w->nr], text, len, why))
			return -1;
		if (w->is[w->nr].from > w->last)
			w->last = w->is[w->nr].from;
		w->fit_only |= wants_fit(&w->is[w->nr++]);
		if (!and)
			return 0;
		text = and + strlen(" and ");
	}
}

/* ---- asking ---- */

static bool number_holds(enum where_sign sign, double x, double y)
{
	bool same = fabs(x - y) <= ALIKE * fmax(fabs(x), fabs(y));

	switch (sign) {
	case WHERE_LESS:
		return x < y && !same;
	case WHERE_AT_MOST:
		return x < y || same;
	case WHERE_MORE:
		return x > y && !same;
	case WHERE_AT_LEAST:
		return x > y || same;
	case WHERE_IS:
		return same;
	case WHERE_IS_NOT:
		break;
	}
	return !same;
}

static double number_of(const struct where_condition *c,
			const struct swept *s)
{
	double x;

	assert(c->given >= 0 || c->answered >= 0);
	if (c->given < 0)
		return answer_number(&s->answer, c->answered);
	memcpy(&x, (const char *)&s->scenario +
	       scenario_columns[c->given].offset, sizeof(x));
	return x;
}

static bool holds(const struct where_condition *c, const struct swept *s)
{
	const char *word;
	double x;

	if (!isnan(c->number)) {
		x = number_of(c, s);
		return !isnan(x) && number_holds(c->sign, x, c->number);
	}
	word = c->given >= 0 ? (const char *)&s->scenario +
			       scenario_columns[c->given].offset :
	       answer_word(&s->answer, c->answered);
	return *word && (c->sign == WHERE_IS) == !strcmp(word, c->word);
}

bool where_holds(const struct where *w, const struct swept *s,
		 enum answer_stage so_far)
{
	assert(!s->malformed && w->nr <= WHERE_MOST);
	for (int i = 0; i < w->nr; i++)
		if (w->is[i].from <= so_far && !holds(&w->is[i], s))
			return false;
	return true;
}
