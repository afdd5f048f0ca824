#include "tests/toy_serve.h"

#include <math.h>
#include <stdlib.h>

const struct toy_price toy_price = { .005, .0001, 1e-9, .05, 1e-5, 1 };

double toy_step_s(const void *of, const struct serve_step *s)
{
	const struct toy_price *p = of;

	if (s->all_new_tok > 0)
		return p->prompt_s + p->token_s *
			(s->new_tok + s->all_seqs / p->groups);
	return p->decode_s + p->seq_s * s->all_seqs + p->kv_s * s->all_kv_tok;
}

void toy_load(struct serve_load *l, int nr, const struct toy_lengths *a)
{
	*l = (struct serve_load){ .nr = nr, .client = SERVE_CLOSED,
				  .clients = 1, .hash_tok = 1 };
	l->request = calloc((size_t)nr, sizeof(*l->request));
	for (int i = 0; i < nr; i++) {
		struct serve_request *r = &l->request[i];

		r->prompt_tok = a->prompt + 37 * i % a->prompt_span;
		r->output_tok = a->output + 29 * i % a->output_span;
		r->steps = r->output_tok - 1;
		r->after = -1;
	}
}

struct serve_spec toy_spec(const struct serve_load *l,
			   const struct serve_engine *e,
			   const struct toy_price *p)
{
	return (struct serve_spec){ .load = l,
		.fleet = { e, { toy_step_s, p }, 1, p->groups } };
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double toy_percentile(double *x, int n, double q)
{
	double at = q * (n - 1);
	int i = (int)at;

	qsort(x, (size_t)n, sizeof(*x), by_value);
	return i + 1 < n ? x[i] + (at - i) * (x[i + 1] - x[i]) : x[n - 1];
}
