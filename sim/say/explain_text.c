#include "say/explain_text.h"

#include <assert.h>
#include <math.h>

enum {
	BIGGEST = 3,	/* size: rungs that the last line names */
	FACTS = 24	/* size: facts that a person reads */
};

/* ---- the ladder ---- */

#define PRINTED 0.005	/* units: us; what is below prints as 0.00 */

static double shown(double us)
{
	return fabs(us) < PRINTED ? 0 : us;
}

/* The rung that adds most among those not in `done`. */
static int biggest(const struct ladder *l, unsigned done)
{
	int best = -1;

	for (int i = 1; i < RUNG_NR; i++)
		if (!(done & RUNG_BIT(i)) && (best < 0 ||
		    ladder_added_s(l, i) > ladder_added_s(l, best)))
			best = i;
	return best;
}

static void say_biggest(const struct ladder *l, struct text *out)
{
	unsigned done = 0;

	text_add(out, "most       ");
	for (int i = 0; i < BIGGEST; i++) {
		int r = biggest(l, done);

		text_addf(out, "%s%s %.1f us", i ? ", " : "",
			  rung_words[r].short_words,
			  units_us(ladder_added_s(l, r)));
		done |= RUNG_BIT(r);
	}
	text_add(out, "\n");
}

void explain_ladder(const struct ladder *l, const struct answer *a,
		    struct text *out)
{
	int last = RUNG_NR - 1;

	assert(l->tok > 0 && l->s[last] > 0);
	text_addf(out, "%-50s %9s %9s %8s\n", "GPU time of an output token",
		  "added us", "us", "tok/s");
	for (int i = 0; i < RUNG_NR; i++) {
		double added = shown(units_us(ladder_added_s(l, i)));

		text_addf(out, "%s%-48s %+9.2f %9.2f %8.0f\n",
			  i ? "+ " : "  ", rung_words[i].words, added,
			  units_us(ladder_token_s(l, i)),
			  1 / ladder_token_s(l, i));
	}
	text_addf(out, "= %-48s %9s %9.2f %8.0f\n\n", "the prediction", "",
		  units_us(ladder_token_s(l, last)),
		  1 / ladder_token_s(l, last));
	say_biggest(l, out);
	if (a->high > a->low)
		text_addf(out, "bounds     %.0f to %.0f tok/s a GPU at 80 %%; ",
			  a->low, a->high);
	else
		text_add(out, "bounds     an ideal, which has no band; ");
	text_addf(out, "%.0f with all at its peak at once\n",
		  a->sol_tok_s_gpu);
}

void explain_measured(const struct ladder *l, double measured,
		      struct text *out)
{
	double s = ladder_token_s(l, RUNG_NR - 1);

	assert(measured > 0 && s > 0);
	text_addf(out, "measured   %.2f us, %.0f tok/s a GPU: the prediction "
		  "is %+.1f %%\n", units_us(1 / measured), measured,
		  100 * (1 / s / measured - 1));	/* units: per cent */
}

/* ---- two ladders ---- */

void explain_versus(const struct ladder *a, const struct ladder *b,
		    const char *pairs, struct text *out)
{
	int last = RUNG_NR - 1;
	double x = 1 / ladder_token_s(a, last), y = 1 / ladder_token_s(b, last);

	assert(a->tok > 0 && b->tok > 0 && pairs);
	text_addf(out, "%-50s %8s %8s %9s\n",
		  "GPU time of an output token, us added", "this", "other",
		  "other-this");
	for (int i = 0; i < RUNG_NR; i++) {
		double p = units_us(ladder_added_s(a, i));
		double q = units_us(ladder_added_s(b, i));

		text_addf(out, "%s%-48s %8.2f %8.2f %+10.2f\n",
			  i ? "+ " : "  ", rung_words[i].words, shown(p),
			  shown(q), shown(q - p));
	}
	text_addf(out, "= %-48s %8.2f %8.2f %+10.2f\n", "the prediction",
		  units_us(ladder_token_s(a, last)),
		  units_us(ladder_token_s(b, last)),
		  units_us(ladder_token_s(b, last) -
			   ladder_token_s(a, last)));
	text_addf(out, "  %-48s %8.0f %8.0f %+10.0f\n\n", "tok/s a GPU", x, y,
		  y - x);
	text_addf(out, "other      %s: %.3g times the tok/s a GPU\n", pairs,
		  y / x);
}

/* ---- what if ---- */

void explain_whatif(const struct table *t, struct text *out)
{
	assert(t && out);
	text_addf(out, "%-50s %9s %8s %9s\n", "what if", "us", "tok/s",
		  "change");
	for (int i = 0; i < t->rows; i++)
		text_addf(out, "%-50s %9.2f %8.0f %+7.1f %%\n",
			  table_cell(t, i, "what_if"),
			  table_number(t, i, table_column(t, "us_per_token")),
			  table_number(t, i, table_column(t, "tok_s_gpu")),
			  table_number(t, i, table_column(t, "change_pct")));
}

/* ---- sensitivity ---- */

static void change(const struct sensitivity *s, double rate, struct text *out)
{
	if (isnan(rate))
		text_addf(out, " %8s", "-");
	else
		text_addf(out, " %+7.2f%%",
			  units_percent(rate / s->tok_s_gpu - 1));
}

void explain_sensitivity(const struct sensitivity *s, struct text *out)
{
	assert(s->tok_s_gpu > 0);
	text_addf(out, "tok/s a GPU when a fact moves (of %.0f)\n"
		  "%-43s %17s %17s\n%-43s %8s %8s %8s %8s\n", s->tok_s_gpu,
		  "", "a standard error", "10 % of it", "fact", "less",
		  "more", "less", "more");
	for (int i = 0; i < s->nr && i < FACTS; i++) {
		const struct influence *m = &s->moved[i];

		text_addf(out, "%-5s %-37s", m->sheet, m->fact->key);
		for (int k = 0; k < NUDGE_NR; k++)
			change(s, m->tok_s_gpu[k], out);
		text_add(out, "\n");
	}
	if (s->nr > FACTS)
		text_addf(out, "and %d more that move it less; --csv has "
			  "them\n", s->nr - FACTS);
}
