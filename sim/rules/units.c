#include "rules/rule.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"
#include "rules/tolerance.h"
#include "words/item.h"
#include "words/money.h"

/*
 * Arithmetic by units alone: what the words are about is not asked. The figures
 * of a sentence, each once, times or over the others, make a number without a
 * unit; where that is one, the last follows from the rest.
 */

enum { TOK, SEC, USD, BYTE, JOULE, DIMS };

enum {
	FIGURES = 4,	/* size: of a sentence; of more, chance closes some */
	READINGS = 3,	/* size: of a figure */
	NEAR = 16	/* size: letters that are about it */
};

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

struct reading {
	double value, low, high;
	double times;		/* base units of one of its own */
	int dim[DIMS];
};

struct measured {
	struct reading as[READINGS];
	int nr;
	bool bare;		/* nothing counts it */
	char words[48];		/* size: it, as the sentence has it */
};

struct sentence {
	struct measured of[FIGURES];
	int nr;
	bool more;		/* than there is room for, */
	bool worded;		/* or in words */
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

static bool has_any(const char *text, const char *const *list, int nr)
{
	for (int i = 0; i < nr; i++)
		if (said_has(text, list[i]))
			return true;
	return false;
}

/* ---- figures with their units ---- */

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

/* As many words behind the figure as are a unit: its letters. */
static size_t unit_length(const char *s, bool money, const struct dim_of **is)
{
	size_t all = strcspn(s, ",;:()$0123456789"), n = all < 2 * NEAR ?
		all : 2 * NEAR;
	char unit[48];			/* size: a few words */

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

static void add(struct measured *m, double value, const struct reading *like)
{
	struct reading *r = &m->as[m->nr];
	double times = value / like->value;

	if (m->nr == READINGS)
		return;
	*r = *like;
	r->value = value;
	r->low *= times;
	r->high *= times;
	m->nr++;
}

/* "50 % less", "15 % overhead": what is left, or all with it. */
static void as_change(struct measured *m, const char *around,
		      char before)
{
	static const char *const lesses[] = { "less", "below", "cheaper",
		"off", "lower", "reduc", "saving", "discount", "cut" };
	static const char *const mores[] = { "more", "higher", "overhead",
		"premium", "increase", "above", "up ", "gain", "plus" };
	struct reading *r = &m->as[0];
	struct reading was = *r;
	int sign = before == '-' ? -1 : before == '+' ? 1 :
		has_any(around, lesses, NR(lesses)) ? -1 :
		has_any(around, mores, NR(mores)) ? 1 : 0;

	if (sign == 0)
		return;
	r->value = 1 + sign * was.value;
	r->low = 1 + sign * (sign > 0 ? was.low : was.high);
	r->high = 1 + sign * (sign > 0 ? was.high : was.low);
}

/* Words behind a figure that are nothing it counts. */
static bool has_begin(const char *s)
{
	static const char *const words[] = { "of ", "for ", "to ", "before",
		"in ", "at ", "with ", "and ", "or ", "is ", "are " };

	for (int i = 0; i < NR(words); i++)
		if (near_begins(s, words[i]))
			return true;
	return false;
}

/* "219,111 input and 196,599 output tokens" */
static bool is_token(const char *s)
{
	static const char *const words[] = { "input", "output", "prompt ",
		"generated", "cached" };

	for (int i = 0; i < NR(words); i++)
		if (near_begins(s, words[i]))
			return true;
	return false;
}

/* A figure at s, with its unit; where it ends; NULL: none. */
static const char *measure(struct measured *m, const char *begin,
			   const char *s)
{
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
	money |= near_begins(f.rest, "USD") > 0 ||
		near_begins(f.rest, "dollar") > 0 ||
		near_begins(f.rest, "cent") > 0;
	n = unit_length(f.rest, money, &d);
	said_copy(unit, sizeof(unit), f.rest, n);
	said_cut(unit);
	*m = (struct measured){ .nr = 1 };
	if (d)
		times = kind_factor(d->kind, unit) * d->times;
	m->as[0] = (struct reading){ f.value * times, f.low * times,
				     f.high * times, times, { 0 } };
	if (d)
		memcpy(m->as[0].dim, d->dim, sizeof(d->dim));
	else if (money)
		m->as[0].dim[USD] = 1;
	else if (is_token(f.rest))
		m->as[0].dim[TOK] = 1;
	if (d && d->kind == K_COUNT && said_has(unit, "tok"))
		m->as[0].dim[TOK] = 1;
	if (d && (d->kind == K_TIME || d->kind == K_B) &&
	    (said_has(unit, "/tok") || said_has(unit, "per tok") ||
	     said_has(unit, "a tok")))
		m->as[0].dim[TOK] = -1;
	if ((!d || d->kind == K_COUNT) && !money && f.place >= 0 &&
	    m->as[0].dim[TOK] == 0)	/* so many things */
		m->as[0].low = m->as[0].high = m->as[0].value;
	m->bare = !d && (money || !isalpha((unsigned char)*f.rest) ||
			 has_begin(f.rest));
	said_copy(around, sizeof(around), s > begin + NEAR ? s - NEAR : begin,
		  (size_t)(f.rest - s) + n + 2 * NEAR);
	if (*f.rest == '%')
		as_change(m, around, s > begin ? s[-1] : ' ');
	else if (d && d->kind == K_TIME && m->as[0].dim[TOK] == 0) {
		add(m, m->as[0].value, &m->as[0]);
		m->as[1].dim[TOK] = -1;	/* "TPOT 25 ms" */
	}
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

			if (i == k || !m->bare || m->nr == READINGS ||
			    !memcmp(r->dim, none, sizeof(none)) ||
			    paid != (m->as[0].dim[USD] != 0))
				continue;
			add(m, m->as[0].value * r->times, &m->as[0]);
			memcpy(m->as[m->nr - 1].dim, r->dim, sizeof(none));
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

static void measures(struct sentence *all, const char *text)
{
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

/* ---- what closes ---- */

/* A way to read and to combine them: of each a reading, and over or times. */
struct way {
	int as[FIGURES], sign[FIGURES];
	double times;		/* what they make together */
	bool closes;
};

struct ways {
	struct way best;	/* the closest to one */
	int nr;			/* that have no unit left */
};

static void weigh(struct ways *all, const struct sentence *s, struct way *w)
{
	const double slack = TOLERANCE_CUT;
	double low = 1, high = 1;
	int dim[DIMS] = { 0 };

	w->times = 1;
	for (int i = 0; i < s->nr; i++) {
		const struct reading *r = &s->of[i].as[w->as[i]];

		for (int k = 0; k < DIMS; k++)
			dim[k] += w->sign[i] * r->dim[k];
		w->times *= w->sign[i] > 0 ? r->value : 1 / r->value;
		low *= w->sign[i] > 0 ? r->low : 1 / r->high;
		high *= w->sign[i] > 0 ? r->high : 1 / r->low;
	}
	for (int k = 0; k < DIMS; k++)
		if (dim[k] != 0)
			return;
	w->closes = low <= 1 + slack && high >= 1 - slack;
	all->nr++;
	if (all->nr == 1 || (w->closes && !all->best.closes) ||
	    (w->closes == all->best.closes &&
	     fabs(log(w->times)) < fabs(log(all->best.times))))
		all->best = *w;
}

/* Of figure i on, each way. */
static void try_from(struct ways *all, const struct sentence *s,
		     struct way *w, int i)
{
	if (i == s->nr) {
		weigh(all, s, w);
		return;
	}
	for (w->as[i] = 0; w->as[i] < s->of[i].nr; w->as[i]++)
		for (w->sign[i] = i == 0 ? 1 : -1; w->sign[i] <= 1;
		     w->sign[i] += 2)
			try_from(all, s, w, i + 1);
}

static void line(const struct sentence *s, const struct way *w,
		 struct finding *f)
{
	char text[400];			/* size: five figures */
	size_t at = 0;

	for (int i = 0; i < s->nr; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
			i == 0 ? "" : w->sign[i] > 0 ? " x " : " / ",
			s->of[i].words);
	finding_say(f->arithmetic, "%s = %.4g", text, w->times);
	finding_say(f->limit, "units: the figures make one");
}

/* "plus", "versus": one of three alike is the sum of the others. */
static bool adds(const struct sentence *s, struct finding *f)
{
	const struct reading *a = &s->of[0].as[0], *b = &s->of[1].as[0],
		*c = &s->of[2].as[0];

	if (s->nr != 2 + 1 || memcmp(a->dim, b->dim, sizeof(a->dim)) ||
	    memcmp(a->dim, c->dim, sizeof(a->dim)))
		return false;
	if (!(a->low + b->low <= c->high && a->high + b->high >= c->low) &&
	    !(a->low + c->low <= b->high && a->high + c->high >= b->low) &&
	    !(b->low + c->low <= a->high && b->high + c->high >= a->low))
		return false;
	finding_say(f->arithmetic, "%s, %s, %s: one is the sum of the others",
		    s->of[0].words, s->of[1].words, s->of[2].words);
	finding_say(f->reason, "One of its figures is the sum of the others");
	return finding_is(f, VERDICT_HOLDS, CONFIDENCE_MEDIUM);
}

/* With two that stand side by side and are of one kind taken together. */
static bool summed(const struct sentence *s, struct finding *f)
{
	for (int i = 0; i + 1 < s->nr; i++) {
		struct reading *a, *b;
		struct sentence t = *s;
		struct ways ways = { .nr = 0 };
		struct way w;

		a = &t.of[i].as[0];
		b = &t.of[i + 1].as[0];
		if (s->nr < 2 + 2 || memcmp(a->dim, b->dim, sizeof(a->dim)))
			continue;
		a->value += b->value;
		a->low += b->low;
		a->high += b->high;
		t.of[i].nr = 1;
		t.nr--;
		memmove(&t.of[i + 1], &t.of[i + 2],
			(size_t)(t.nr - i - 1) * sizeof(*t.of));
		try_from(&ways, &t, &w, 0);
		if (ways.nr == 0 || !ways.best.closes)
			continue;
		line(&t, &ways.best, f);
		finding_say(f->reason, "By their units its figures follow "
			    "from one another, %s and %s together",
			    s->of[i].words, s->of[i + 1].words);
		return finding_is(f, VERDICT_HOLDS, CONFIDENCE_MEDIUM);
	}
	return false;
}

/* It says that one of its figures follows. */
static bool concludes(const char *text)
{
	static const char *const words[] = { " is ", " are ", " so ", " make",
		" gives", " cost", " = ", " in all", " in total",
		" together", " become", "i.e.", " that's", " comes to",
		" works out", " need" };

	return has_any(text, words, NR(words));
}

/*
 * A number of things and two figures alike: "32 users at 30 tok/s with one
 * engine, another makes 1,500". Of what is each, and of all, is said then.
 */
static bool is_open(const struct sentence *s, const char *text)
{
	static const char *const words[] = { "each", "every", "per user",
		"in total", "in all", "together", "add up",
		"total of", "all " };
	static const int none[DIMS] = { 0 };
	int counts = 0;

	for (int i = 0; i < s->nr; i++)
		counts += !memcmp(s->of[i].as[0].dim, none, sizeof(none)) &&
			!strchr(s->of[i].words, '%') &&
			!strchr(s->of[i].words, 'x');
	return s->nr == 2 + 1 && counts == 1 &&
	       !has_any(text, words, NR(words));
}

bool rule_units(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const double far = 1.1;		/* math: no rounding; */
	const double absurd = 1e4;	/* math: nor figures of other things */
	struct sentence s;
	struct ways ways = { .nr = 0 };
	struct way w;

	assert(!c->malformed);
	if (!c->said)
		return false;
	measures(&s, c->quote);
	if (s.more || s.nr < 2)
		return false;
	if (adds(&s, f))
		return true;
	if (is_open(&s, c->quote))
		return false;
	try_from(&ways, &s, &w, 0);
	if (ways.nr == 0)
		return summed(&s, f);
	line(&s, &ways.best, f);
	if (!ways.best.closes && summed(&s, f))
		return true;
	if (ways.best.closes) {
		finding_say(f->reason, "By their units its figures follow "
			    "from one another");
		return finding_is(f, VERDICT_HOLDS, CONFIDENCE_MEDIUM);
	}
	if (s.nr < 2 + 1 || s.nr > 2 + 2 || ways.nr > 2 ||
	    s.worded ||
	    !concludes(c->quote) || fabs(log(ways.best.times)) < log(far) ||
	    fabs(log(ways.best.times)) > log(absurd))
		return false;
	finding_say(f->reason, "By their units its figures follow from one "
		    "another, and are %.4g times apart",
		    exp(fabs(log(ways.best.times))));
	return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_MEDIUM);
}
