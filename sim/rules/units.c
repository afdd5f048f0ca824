#include "rules/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "rules/measured.h"
#include "words/tolerance.h"

/*
 * Arithmetic by units alone: what the words are about is not asked. The figures
 * of a sentence, each once, times or over the others, make a number without a
 * unit; where that is one, the last follows from the rest.
 */

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

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
	return holds(f, MEDIUM, "One of its figures is the sum of the others");
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
		return holds(f, MEDIUM, "By their units its figures follow "
			     "from one another, %s and %s together",
			     s->of[i].words, s->of[i + 1].words);
	}
	return false;
}

/* Does a share close it as what it is, what is left, or all with it? */
static bool shares_close(const struct sentence *s)
{
	for (int i = 0; i < s->nr; i++)
		for (int sign = -1; s->of[i].share > 0 && sign <= 2; sign++) {
			struct sentence t = *s;
			struct reading *r = &t.of[i].as[0];
			struct ways ways = { .nr = 0 };
			struct way w;

			r->value = r->low = r->high = sign == 2 ?
				s->of[i].share : 1 + sign * s->of[i].share;
			if (!(r->value > 0))
				continue;
			try_from(&ways, &t, &w, 0);
			if (ways.nr > 0 && ways.best.closes)
				return true;
		}
	return false;
}

/* It says that one of its figures follows. */
static bool concludes(const char *text)
{
	return near_has(text, " is | are | so | make| gives| cost| = | in all|"
			" in total| together| become|i.e.| that's| comes to|"
			" works out| need");
}

/*
 * A number of things and two figures alike: "32 users at 30 tok/s with one
 * engine, another makes 1,500". Of what is each, and of all, is said then.
 */
static bool is_open(const struct sentence *s, const char *text)
{
	static const int none[DIMS] = { 0 };
	int counts = 0;

	for (int i = 0; i < s->nr; i++)
		counts += !memcmp(s->of[i].as[0].dim, none, sizeof(none)) &&
			!strchr(s->of[i].words, '%') &&
			!strchr(s->of[i].words, 'x');
	return s->nr == 2 + 1 && counts == 1 &&
	       !near_has(text, "each|every|per user|in total|in all|together|"
			 "add up|total of|all ");
}

/* Nothing but numbers of things, and none that is said to follow. */
static bool is_counts(const struct sentence *s, const char *text)
{
	static const int none[DIMS] = { 0 };

	for (int i = 0; i < s->nr; i++)
		if (memcmp(s->of[i].as[0].dim, none, sizeof(none)) ||
		    strpbrk(s->of[i].words, "%x"))
			return false;
	return !concludes(text);
}

bool rule_units(const struct claim *c, struct finding *f)
{
	const double far = 1.1;		/* math: no rounding; */
	const double absurd = 1e4;	/* math: nor figures of other things */
	struct sentence s;
	struct ways ways = { .nr = 0 };
	struct way w;

	if (!c->said)
		return false;
	measured_read(&s, c->quote);
	if (s.more || s.nr < 2)
		return false;
	if (adds(&s, f))
		return true;
	if (is_open(&s, c->quote) || is_counts(&s, c->quote))
		return false;
	try_from(&ways, &s, &w, 0);
	if (ways.nr == 0)
		return summed(&s, f);
	line(&s, &ways.best, f);
	if (!ways.best.closes && summed(&s, f))
		return true;
	if (ways.best.closes)
		return holds(f, MEDIUM, "By their units its figures follow "
			     "from one another");
	if (s.nr < 2 + 1 || s.nr > 2 + 2 || ways.nr > 2 ||
	    s.worded ||
	    !concludes(c->quote) || fabs(log(ways.best.times)) < log(far) ||
	    fabs(log(ways.best.times)) > log(absurd))
		return false;
	if (shares_close(&s))
		return false;		/* a margin, or what is saved */
	return inconsistent(f, MEDIUM, "By their units one of its figures "
			    "follows from the others, and is %.4g times what "
			    "they make", exp(fabs(log(ways.best.times))));
}
