#include "plan/unasked.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct column {
	enum fleet_words word;
	const char *option, *price;
	const char *list[6];	/* size: values, and NULL */
} columns[UNASKED_NR] = {
	{ FLEET_KV, "--kv", "which changes answers", { "native", "fp8" } },
	{ FLEET_DCP, "--dcp", "if your engine runs it",
	  { "1", "2", "4", "8", "16" } },
	{ FLEET_PP, "--pp", "if your engine runs it", { "1", "2", "4" } },
};

/* KV is shared out over parts of a TP that is tried; any where none is said. */
static bool divides(const struct fleet_spec *a, const char *part)
{
	const char *const *tp = a->word[FLEET_TP];
	bool any = !*tp;

	for (; *tp; tp++)
		any |= fmod(strtod(*tp, NULL), strtod(part, NULL)) == 0;
	return any;
}

/* How many are tried: the first of the list is what was. */
static int list(struct fleet_spec *ask, const struct column *c,
		char *option, size_t size)
{
	int len = snprintf(option, size, "%s", c->option), nr = 0;

	for (int i = 0; c->list[i]; i++) {
		if (c->word == FLEET_DCP && !divides(ask, c->list[i]))
			continue;
		len += snprintf(option + len, size - (size_t)len, "%c%s",
				i > 0 ? ',' : ' ', c->list[i]);
		if (i > 0)
			ask->word[c->word][nr++] = c->list[i];
	}
	ask->word[c->word][nr] = NULL;
	return nr;
}

/* Words of the best one, as they are asked. */
struct said {
	char drafts[SCENARIO_WORD], tp[SCENARIO_WORD];
};

/* What is asked is the same but for a column, of what the best one is; but
   where KV is shared out, of any TP. */
static void spec_of(struct fleet_spec *ask, const struct choice *best,
		    enum fleet_words but, struct said *said)
{
	const struct scenario *s = &best->scenario;

	if (!ask->mix) {
		ask->word[FLEET_HW][0] = s->hw;
		ask->word[FLEET_HW][1] = NULL;
		ask->price[0] = s->price > 0 ? s->price : 0;
	}
	ask->word[FLEET_WEIGHTS][0] = s->weights;
	ask->word[FLEET_WEIGHTS][1] = NULL;
	snprintf(said->drafts, SCENARIO_WORD, "%.0f", s->mtp);
	ask->word[FLEET_MTP][0] = said->drafts;
	ask->word[FLEET_MTP][1] = NULL;
	if (but == FLEET_DCP)
		return;
	snprintf(said->tp, SCENARIO_WORD, "%.0f", s->tp);
	ask->word[FLEET_TP][0] = said->tp;
	ask->word[FLEET_TP][1] = NULL;
}

/* The most that any of it is worth in an order; NaN: none serves. */
static double most(const struct fleet *p, enum fleet_order o)
{
	double x = (double)NAN;

	for (int i = 0; i < p->nr; i++)
		x = fmax(x, fleet_worth(o, &p->choice[i], 1));
	return x;
}

static double gain_of(const struct fleet *p, const struct fleet_spec *ask)
{
	struct fault why;
	struct fleet other;
	double was, is, gain = 1;

	if (!fleet_make(&other, ask, &why) && other.nr) {
		is = most(&other, p->order);
		was = p->nr ? fleet_worth(p->order, &p->choice[0], 1) :
			(double)NAN;
		gain = !p->nr ? INFINITY : is > 0 ? is / was : was / is;
	}
	fleet_release(&other);
	return gain;
}

static int most_first(const void *a, const void *b)
{
	const struct unasked *x = a, *y = b;

	return (y->gain > x->gain) - (y->gain < x->gain);
}

int unasked_make(struct unasked of[UNASKED_NR], const struct fleet *p,
		 const struct fleet_spec *a)
{
	struct fleet_spec *ask = mem_resize(NULL, 1, sizeof(*ask));
	struct said said;
	int nr = 0;

	assert(of && p && a);
	for (int i = 0; i < UNASKED_NR; i++) {
		const struct column *c = &columns[i];

		if (a->word[c->word][0])
			continue;
		*ask = *a;
		if (p->nr)
			spec_of(ask, &p->choice[0], c->word, &said);
		if (!list(ask, c, of[nr].option, sizeof(of[nr].option)))
			continue;
		of[nr].price = c->price;
		of[nr].gain = gain_of(p, ask);
		nr += of[nr].gain > 1;
	}
	free(ask);
	qsort(of, (size_t)nr, sizeof(*of), most_first);
	return nr;
}
