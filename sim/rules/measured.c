#include "rules/measured.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"
#include "words/figure.h"
#include "words/item.h"
#include "words/measure.h"
#include "words/money.h"

#define KILO 1e3		/* units: */

enum { NEAR = 16 /* size: letters that are about a figure */ };

/* What a kind's base unit is of, and how many of seconds, bytes and so on. */
static const struct dim_of {
	enum kind kind;
	double times;
	int dim[DIMS];
} dims_of[] = {
	{ K_RATE, 1, { [TOK] = 1, [SEC] = -1 } },
	{ K_MTOK, 1 / MILLION, { [USD] = 1, [TOK] = -1 } },
	{ K_MONEY, 1 / HOUR_S, { [USD] = 1, [SEC] = -1 } },
	{ K_USD, 1, { [USD] = 1 } }, { K_TIME, 1, { [SEC] = 1 } },
	{ K_DAILY, 1 / DAY_S, { [SEC] = -1 } }, { K_B, 1, { [BYTE] = 1 } },
	{ K_BPS, 1, { [BYTE] = 1, [SEC] = -1 } },
	{ K_W, 1, { [JOULE] = 1, [SEC] = -1 } },
	{ K_J, 1, { [JOULE] = 1, [TOK] = -1 } },
	{ K_HOURS, 1 / DAY_H, { 0 } }, { K_SHARE, 1, { 0 } },
	{ K_COUNT, 1, { 0 } },
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* The kind that the words are a unit of; NULL: none. */
static const struct dim_of *kind_of(const char *unit, bool money)
{
	for (int i = 0; i < NR(dims_of); i++) {
		const struct dim_of *d = &dims_of[i];
		bool paid = d->dim[USD] != 0;

		if (paid == money && kind_factor(d->kind, unit) > 0)
			return d;
	}
	return NULL;
}

/* Energy by itself, which claims have a token of, or a day. */
static size_t energy_length(const char *s, const struct dim_of **is)
{
	static const struct { const char *said; struct dim_of of; } units[] = {
		{ "MWh", { K_NR, MILLION * HOUR_S, { [JOULE] = 1 } } },
		{ "kWh", { K_NR, KILO * HOUR_S, { [JOULE] = 1 } } },
		{ "Wh", { K_NR, HOUR_S, { [JOULE] = 1 } } },
		{ "kJ", { K_NR, KILO, { [JOULE] = 1 } } },
		{ "MJ", { K_NR, MILLION, { [JOULE] = 1 } } } };
	const char *word = s + strspn(s, " ");

	for (int i = 0; i < NR(units); i++) {
		int n = near_begins(word, units[i].said);

		if (n == 0 || word[n] == '/' ||
		    isalpha((unsigned char)word[n]) ||
		    near_any(word + n, " per | a "))
			continue;
		*is = &units[i].of;
		return (size_t)(word - s) + (size_t)n;
	}
	return 0;
}

/* As many words behind the figure as are a unit: its letters. */
static size_t unit_length(const char *s, bool money, const struct dim_of **is)
{
	size_t all = strcspn(s, ",;:()$0123456789"), n = all < 2 * NEAR ?
		all : 2 * NEAR;
	char unit[48];			/* size: a few words */
	size_t energy = money ? 0 : energy_length(s, is);

	if (energy > 0)
		return energy;
	for (; n > 0; n--) {
		if (s[n] && isalnum((unsigned char)s[n]) &&
		    isalnum((unsigned char)s[n - 1]))
			continue;
		said_copy(unit, sizeof(unit), s, n);
		said_cut(unit);
		*is = *unit ? kind_of(unit, money) : NULL;
		if (*is)
			return n;
	}
	return 0;
}

/* It may be so many of what the dimensions say, too. */
static void add(struct measured *m, double times, const int dim[DIMS])
{
	struct reading *r = &m->as[m->nr];

	if (m->nr == READINGS)
		return;
	*r = m->as[0];
	r->value *= times;
	r->low *= times;
	r->high *= times;
	memcpy(r->dim, dim, sizeof(r->dim));
	m->nr++;
}

/* "50 % less", "15 % overhead": what is left, or all with it. */
static void as_change(struct measured *m, const char *around,
		      char before)
{
	struct reading *r = &m->as[0];
	struct reading was = *r;
	int sign = before == '-' ? -1 : before == '+' ? 1 :
		near_has(around, "less|below|cheaper|off|lower|reduc|saving|"
			 "discount|cut") ? -1 :
		near_has(around, "more|higher|overhead|premium|increase|above|"
			 "up |gain|plus");

	if (sign == 0)
		return;
	r->value = 1 + sign * was.value;
	r->low = 1 + sign * (sign > 0 ? was.low : was.high);
	r->high = 1 + sign * (sign > 0 ? was.high : was.low);
}

/* A figure at s, with its unit; where it ends; NULL: none. */
static const char *measure(struct measured *m, const char *begin,
			   const char *s)
{
	static const int a_token[DIMS] = { [SEC] = 1, [TOK] = -1 };
	const struct dim_of *d = NULL;
	struct figure f;
	bool money = money_sign(s) > 0;
	char unit[48], around[64];	/* size: a few words */
	const char *digits = s + money_sign(s);
	double times = 1;
	size_t n;

	if (!isdigit((unsigned char)*digits) || figure_read(&f, digits) ||
	    f.said == SAID_RANGE || f.rest < digits ||
	    f.rest > digits + strlen(digits) || !(f.value > 0))
		return NULL;
	money |= near_any(f.rest, "USD|dollar|cent");
	n = unit_length(f.rest, money, &d);
	said_copy(unit, sizeof(unit), f.rest, n);
	said_cut(unit);
	*m = (struct measured){ .nr = 1 };
	if (d)
		times = d->times * (d->kind == K_NR ? 1 :
				    kind_factor(d->kind, unit));
	m->as[0] = (struct reading){ f.value * times, f.low * times,
				     f.high * times, times, { 0 } };
	if (d)
		memcpy(m->as[0].dim, d->dim, sizeof(d->dim));
	else if (money)
		m->as[0].dim[USD] = 1;
	else if (near_any(f.rest, "input|output|prompt |generated|cached"))
		m->as[0].dim[TOK] = 1;
	if (d && d->kind == K_COUNT && near_has(unit, "tok"))
		m->as[0].dim[TOK] = 1;
	if (d && (d->kind == K_TIME || d->kind == K_B) &&
	    near_has(unit, "/tok|per tok|a tok"))
		m->as[0].dim[TOK] = -1;
	if ((!d || d->kind == K_COUNT) && !money && f.place >= 0 &&
	    m->as[0].dim[TOK] == 0)	/* so many things */
		m->as[0].low = m->as[0].high = m->as[0].value;
	m->bare = !d && (money || !isalpha((unsigned char)*f.rest) ||
			 near_any(f.rest, "of |for |to |before|in |at |with |"
				  "and |or |is |are "));
	said_copy(around, sizeof(around), s > begin + NEAR ? s - NEAR : begin,
		  (size_t)(f.rest - s) + n + 2 * NEAR);
	m->share = *f.rest == '%' ? m->as[0].value : 0;
	if (*f.rest == '%')
		as_change(m, around, s > begin ? s[-1] : ' ');
	else if (d && d->kind == K_TIME && m->as[0].dim[TOK] == 0)
		add(m, 1, a_token);	/* "TPOT 25 ms" */
	said_copy(m->words, sizeof(m->words), s, (size_t)(f.rest - s) + n);
	said_cut(m->words);
	return f.rest + n > s ? f.rest + n : NULL;
}

/* A bare figure is in the unit of the one before it that has one, too. */
static void alike(struct sentence *all)
{
	static const int none[DIMS] = { 0 };

	for (int i = 0; i < all->nr; i++)
		for (int k = 0; k < all->nr; k++) {
			struct measured *m = &all->of[i];
			const struct reading *r = &all->of[k].as[0];
			bool paid = r->dim[USD] != 0;

			if (i != k && m->bare &&
			    memcmp(r->dim, none, sizeof(none)) &&
			    paid == (m->as[0].dim[USD] != 0))
				add(m, r->times, r->dim);
		}
}

/* "four times", "twice": a figure without digits. */
static bool in_words(const char *s)
{
	struct figure f;
	size_t n;

	if (!isalpha((unsigned char)*s) || figure_read(&f, s))
		return false;
	n = f.rest >= s && f.rest <= s + strlen(s) ? (size_t)(f.rest - s) : 0;
	return strcspn(s, "0123456789") >= n;
}

void measured_read(struct sentence *all, const char *text)
{
	assert(all && text);
	*all = (struct sentence){ .nr = 0 };
	for (const char *s = text; *s; s++) {
		struct measured m;
		const char *end;
		bool inside = s > text && (isalnum((unsigned char)s[-1]) ||
			strchr("-.,_$", s[-1])) &&
			!(s[-1] == '-' && (s < text + 2 || s[-2] == ' '));

		all->worded |= !inside && in_words(s);
		end = inside && s[-1] != '$' ? NULL : measure(&m, text, s);
		if (!end || (inside && s[-1] == '$'))
			continue;
		if (all->nr == FIGURES) {
			all->more = true;
			return;
		}
		all->of[all->nr++] = m;
		s = end - 1;
	}
	alike(all);
}
