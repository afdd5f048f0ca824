#include "words/metric.h"

#include <assert.h>
#include <string.h>

#include "words/compared.h"
#include "words/concept.h"
#include "words/called.h"

/* What is called a throughput, by what its unit says that it is of. */
static enum quantity narrowed(enum quantity q, const char *unit)
{
	static const struct { enum quantity total, gpu, node, user; } of[] = {
		{ Q_TOK_S_TOTAL, Q_TOK_S_GPU, Q_TOK_S_NODE, Q_TOK_S_USER },
		{ Q_IN_TOK_S_TOTAL, Q_IN_TOK_S_GPU, Q_IN_TOK_S_NODE,
		  Q_IN_TOK_S_TOTAL },
		{ Q_ALL_TOK_S_TOTAL, Q_ALL_TOK_S_GPU, Q_ALL_TOK_S_TOTAL,
		  Q_ALL_TOK_S_TOTAL },
		{ Q_TOK_S_USER, Q_TOK_S_GPU, Q_TOK_S_NODE, Q_TOK_S_USER } };

	for (unsigned i = 0; i < sizeof(of) / sizeof(*of); i++) {
		if (of[i].total != q)
			continue;
		switch (unit_of_what(unit)) {
		case OF_GPU:
			return of[i].gpu;
		case OF_NODE:
			return of[i].node;
		case OF_USER:
			return of[i].user;
		default:
			return q;
		}
	}
	return q;
}

/* "26,000 input tokens/s", "37B active": what the unit says that it is of. */
static enum quantity directed(enum quantity q, const char *unit)
{
	static const struct { const char *word; enum quantity q, is; } of[] = {
		{ "in", Q_TOK_S_TOTAL, Q_IN_TOK_S_TOTAL },
		{ "in", Q_TOK_S_GPU, Q_IN_TOK_S_GPU },
		{ "in", Q_TOK_S_NODE, Q_IN_TOK_S_NODE },
		{ "active", Q_PARAMS_TOTAL, Q_PARAMS_ACTIVE } };
	char words[48];		/* size: of a unit */

	called_plain(unit, words, (int)sizeof(words));
	for (unsigned i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (of[i].q == q && called_has(words, of[i].word,
					       strlen(of[i].word)) &&
		    !(*of[i].word == 'i' && called_has(words, "out",
						       strlen("out"))))
			return of[i].is;
	return q;
}

/* "Output tokens" are a number of them, and a rate by the second. */
static enum quantity timed(enum quantity q, const char *unit)
{
	if ((q != Q_OSL && q != Q_ISL) || !*unit ||
	    !(kind_factor(K_RATE, unit) > 0))
		return q;
	return q == Q_OSL ? Q_TOK_S_TOTAL : Q_IN_TOK_S_TOTAL;
}

/* Is it one of the quantity's, or a comparison? */
static bool fits_unit(enum quantity q, const char *unit)
{
	return quantity_factor(q, unit) > 0 || unit_is_times(unit) ||
	       unit_is_percent(unit) || unit_is_part(unit) ||
	       kind_factor(K_USD, unit) > 0;
}

/* "tok_s_totl": one word as the vocabulary writes it, but for a letter. */
static bool is_slip(const char *name)
{
	return strchr(name, '_') && quantity_near(name);
}

int metric_called(const char *name, const char *unit, enum quantity *out,
		  char *own, struct fault *why)
{
	enum quantity q = Q_NR, guess = Q_NR;
	bool guessed = false;

	assert(name && unit && out && own && why);
	if (quantity_called(name, out, own, why)) {
		q = compared_called(name, unit);
		guessed = q == Q_NR;
		if (guessed && !is_slip(name))
			q = concept_called(name, unit);
		if (q == Q_NR)
			return -1;
		*out = q;
		*own = '\0';
	}
	if (q == Q_NR && *unit && !fits_unit(*out, unit))
		guess = concept_called(name, unit);
	if (guess != Q_NR) {
		*out = guess;
		*own = '\0';
		guessed = true;
	}
	q = compared_in(timed(*out, unit), unit);
	if (q != *out)
		*own = '\0';
	*out = directed(narrowed(q, unit), unit);
	return guessed;
}
