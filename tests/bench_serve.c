/*
 * How many requests a second does serving play? 10,000 requests of 513 output
 * tokens, 256 at a time, on one replica; and a trace of the shape of
 * Mooncake's conversations (12,031 requests in 3,537 s, 12,000 prompt and 343
 * output tokens on average, half of them found by hash). Steps are priced by
 * laws of one line: the scheduler is what is timed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "serve/run.h"
#include "tests/toy_serve.h"

enum { CLOSED = 10000, MOONCAKE = 12031, SESSIONS = 400 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t xorshift(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static double uniform(uint64_t *state)
{
	return (double)(xorshift(state) >> 11) * 0x1p-53;
}

static void play(const char *what, const struct serve_load *l,
		 const struct serve_engine *e)
{
	struct serve_spec s = toy_spec(l, e, &toy_price);
	struct serve_log log;
	double t = seconds();

	serve_run(&log, &s);
	t = seconds() - t;
	printf("%-24s %8d %10.0f %10.0f %9.3f %10.0f\n", what, log.done,
	       log.output_tok, (double)log.steps, t, log.done / t);
	serve_log_release(&log);
}

static void closed(void)
{
	static const struct toy_lengths lengths = { 819, 206, 513, 1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;

	toy_load(&l, CLOSED, &lengths);
	l.clients = 256;
	e.overlap = true;
	e.budget_tok = 8192;
	play("256 clients, 513 tokens", &l, &e);
	serve_load_release(&l);
}

static void hashes(struct serve_load *l, struct serve_request *r, int session,
		   uint64_t *state)
{
	r->blocks = (r->prompt_tok + 511) / 512;
	r->first = l->hashes;
	for (int j = 0; j < r->blocks; j++)
		l->hash[l->hashes++] = j < r->blocks / 2 ?
			(uint64_t)(session * 1000 + j) : xorshift(state);
}

static void mooncake(void)
{
	static const struct toy_lengths lengths = { 1, 1, 1, 1 };
	static const struct toy_price fast = { .005, 1e-5, 1e-10, .01, 1e-6,
					       1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_spec s;
	struct serve_log log;
	uint64_t state = 42;
	double at = 0, t;

	toy_load(&l, MOONCAKE, &lengths);
	l.client = SERVE_OPEN;
	l.hash_tok = 512;
	l.hash = malloc((size_t)MOONCAKE * 250 * sizeof(*l.hash));
	for (int i = 0; i < l.nr; i++) {
		struct serve_request *r = &l.request[i];

		at -= log1p(-uniform(&state)) * 3537 / MOONCAKE;
		r->at_s = at;
		r->prompt_tok = 1 + (int)fmin(126195, -12000 *
					      log1p(-uniform(&state)));
		r->output_tok = 2 + (int)(-343 * log1p(-uniform(&state)));
		r->steps = r->output_tok - 1;
		hashes(&l, r, (int)(xorshift(&state) % SESSIONS), &state);
	}
	e.budget_tok = 8192;
	e.reuse = true;
	e.room_tok = 3e6;
	s = toy_spec(&l, &e, &fast);
	t = seconds();
	serve_run(&log, &s);
	t = seconds() - t;
	printf("%-24s %8d %10.0f %10.0f %9.3f %10.0f\n", "Mooncake's shape",
	       log.done, log.output_tok, (double)log.steps, t, log.done / t);
	serve_log_release(&log);
	serve_load_release(&l);
}

int main(void)
{
	printf("serve: %17s %8s %10s %10s %9s %10s\n", "", "requests",
	       "tokens", "steps", "s", "requests/s");
	closed();
	mooncake();
	return 0;
}
