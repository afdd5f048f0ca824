#include "model/lengths.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

#define MILLIONTH 1e-6	/* math: what shares may sum to 1 within */
#define MOST_TOK 1e9	/* size: beyond it a length is a slip */

enum { OCTILES = 8 /* size: equal shares of a spread */ };

/* Where the standard normal ends each of its upper eighths but the last. */
static const double octile[] = {
	0,
	0.3186393639643752,	/* math: normal quantile of 5/8 */
	0.6744897501960817,	/* math: normal quantile of 6/8 */
	1.1503493803760079,	/* math: normal quantile of 7/8 */
};

static int no_list(struct fault *why, const char *text, const char *what)
{
	fault_about(why, "ctx");
	fault_what(why, "ctx is \"%.60s\", %s", text, what);
	return fault_remedy(why, "write tokens, or a share for each length, "
			    "as 1024:0.5;8192:0.4;131072:0.1");
}

/* One "TOKENS:SHARE" of len characters. */
static int one(struct lengths *l, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t head = colon ? (size_t)(colon - text) : 0;

	if (!colon || l->nr == LENGTHS)
		return -1;
	if (units_number_of(text, head, &l->tok[l->nr]) ||
	    units_number_of(colon + 1, len - head - 1, &l->share[l->nr]))
		return -1;
	return l->tok[l->nr] > 0 && l->tok[l->nr] <= MOST_TOK &&
	       l->share[l->nr++] > 0 ? 0 : -1;
}

int lengths_parse(struct lengths *l, const char *text, struct fault *why)
{
	double sum = 0;

	assert(l && text);
	l->nr = 0;
	for (const char *p = text; *p; p += *p == ';') {
		size_t len = strcspn(p, ";");

		if (one(l, p, len))
			return no_list(why, text, "which is no list of "
				       "TOKENS:SHARE above 0");
		p += len;
	}
	for (int i = 0; i < l->nr; i++)
		sum += l->share[i];
	if (fabs(sum - 1) <= MILLIONTH)
		return 0;
	fault_about(why, "ctx");
	fault_what(why, "the shares of ctx sum to %.6g", sum);
	return fault_remedy(why, "make them sum to 1");
}

/* The part of a lognormal's mean that is under its i-th octile. */
static double mean_under(int i, double sigma)
{
	double z;

	if (i == 0 || i == OCTILES)
		return i > 0;
	z = i < OCTILES / 2 ? -octile[OCTILES / 2 - i] :
		octile[i - OCTILES / 2];
	return erfc((sigma - z) / sqrt(2)) / 2;
}

/* Each eighth stands at its own mean. */
void lengths_spread(struct lengths *l, double mean_tok, double cv)
{
	double sigma = sqrt(log1p(cv * cv));

	assert(mean_tok > 0 && cv >= 0);
	l->nr = OCTILES;
	for (int i = 0; i < OCTILES; i++) {
		l->tok[i] = mean_tok * OCTILES *
			    (mean_under(i + 1, sigma) - mean_under(i, sigma));
		l->share[i] = 1.0 / OCTILES;
	}
}

double lengths_mean(const struct lengths *l)
{
	double mean = 0;

	assert(l->nr >= 0);
	for (int i = 0; i < l->nr; i++)
		mean += l->share[i] * l->tok[i];
	return mean;
}

double lengths_cv(const struct lengths *l)
{
	double mean = lengths_mean(l), var = 0;

	assert(l->nr >= 0);
	for (int i = 0; i < l->nr; i++)
		var += l->share[i] * (l->tok[i] - mean) * (l->tok[i] - mean);
	return mean > 0 ? sqrt(var) / mean : 0;
}

double lengths_longest(const struct lengths *l, double otherwise)
{
	double most = 0;

	assert(l->nr >= 0);
	for (int i = 0; i < l->nr; i++)
		most = fmax(most, l->tok[i]);
	return l->nr > 0 ? most : otherwise;
}

double lengths_over(const struct lengths *l, lengths_fn *f,
		    const struct counted *c)
{
	double sum = 0;

	assert(f && c);
	if (!l || l->nr == 0)
		return f(c->model, c->kind, c->ctx_tok);
	for (int i = 0; i < l->nr; i++)
		sum += l->share[i] * f(c->model, c->kind, l->tok[i]);
	return sum;
}
