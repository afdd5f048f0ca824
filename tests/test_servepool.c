#include "tests/tests.h"

#include <stdlib.h>

#include "serve/pool.h"
#include "serve/tally.h"
#include "tests/toy_serve.h"

/* ---- reuse ---- */

/* Prompts that branch: block j of prompt i is one of a few that i shares. */
static void branching(struct serve_load *l, int nr)
{
	size_t at = 0;

	l->hash_tok = 10;
	l->hash = calloc((size_t)nr * 20, sizeof(*l->hash));
	for (int i = 0; i < nr; i++) {
		struct serve_request *r = &l->request[i];

		r->blocks = 1 + i * 7 % 20;
		r->prompt_tok = r->blocks * 10;
		r->first = at;
		for (int j = 0; j < r->blocks; j++)
			l->hash[at++] = (uint64_t)(j * 1000 + i %
						   (1 + j * j));
	}
	l->hashes = at;
}

/* Leading blocks seen before, in whole prompts, all but the last token. */
static double count_hits(const struct serve_load *l)
{
	double sum = 0;

	for (int i = 0; i < l->nr; i++) {
		const struct serve_request *r = &l->request[i];
		int hits = 0, found = 1;

		for (; hits < r->blocks && found; hits += found) {
			found = 0;
			for (size_t k = 0; k < r->first && !found; k++)
				found = l->hash[k] == l->hash[r->first +
							(size_t)hits];
		}
		sum += fmin(r->prompt_tok - 1, 10.0 * hits);
	}
	return sum;
}

START_TEST(reuse_of_an_endless_pool_is_exact_counting)
{
	static const struct toy_lengths lengths = { 100, 1, 5, 1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 200, &lengths);	/* one client: one after the other */
	branching(&l, 200);
	e.reuse = true;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	ck_assert_double_gt(log.hit_tok, 0);
	ck_assert_double_eq(log.hit_tok, count_hits(&l));
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

START_TEST(a_pool_evicts_what_was_unused_longest_to_the_host)
{
	static const uint64_t a[] = { 1, 2, 3 }, b[] = { 1, 5 };
	struct pool_list la = { a, 3, 10, 4 }, lb = { b, 2, 10, 10 };
	struct pool p;

	pool_init(&p, 10);
	pool_hold(&p, &la);
	pool_hold(&p, &lb);
	/* 10 + 10 + 4, and 10 of block 5; block 1 is shared */
	ck_assert_double_eq(p.held_tok, 34);
	ck_assert_double_eq(pool_match(&p, a, 3).held_tok, 24);
	pool_drop(&p, &la);
	ck_assert_double_eq(p.held_tok, 20);
	ck_assert_double_eq(p.kept_tok[POOL_HOME], 14);
	/* 3 was dropped before 2, so it goes first, and to the host */
	pool_shrink(&p, 10);
	ck_assert_double_eq(pool_match(&p, a, 3).host_tok, 4);
	/* 2 follows and pushes 3 out of the host's 10 tokens */
	pool_shrink(&p, 0);
	ck_assert_int_eq(pool_match(&p, a, 3).blocks, 2);
	ck_assert_double_eq(pool_match(&p, a, 3).host_tok, 10);
	pool_drop(&p, &lb);
	pool_shrink(&p, 0);
	pool_release(&p);
}
END_TEST

/* The only block there ever was makes room for the next, at its place. */
START_TEST(a_block_that_went_makes_room_for_another)
{
	struct pool p;

	pool_init(&p, 0);
	for (uint64_t hash = 1; hash < 50; hash++) {
		struct pool_list l = { &hash, 1, 16, 8 };

		pool_hold(&p, &l);
		ck_assert_int_eq(pool_match(&p, &hash, 1).blocks, 1);
		ck_assert_double_eq(p.held_tok, 8);
		pool_drop(&p, &l);
		ck_assert_double_eq(p.kept_tok[POOL_HOME], 8);
		pool_shrink(&p, 0);
		ck_assert_int_eq(pool_match(&p, &hash, 1).blocks, 0);
		ck_assert_int_eq(p.nr, 1);
	}
	pool_release(&p);
}
END_TEST

/* ---- percentiles ---- */

START_TEST(percentiles_are_numpys)
{
	/* sends at 0; ends 10, 20, 30, 40, 50 s: P50 30, P90 46, P95 48 */
	struct serve_request r[5];
	struct serve_outcome o[5];
	struct serve_load l = { .request = r, .nr = 5 };
	struct serve_log log = { .of = o, .nr = 5, .done = 5 };
	struct serve_engine e = serve_engine_plain;
	struct serve_spec s = toy_spec(&l, &e, &toy_price);
	struct serve_tally t;

	for (int i = 0; i < 5; i++) {
		r[i] = (struct serve_request){ .output_tok = 2 };
		o[i] = (struct serve_outcome){ .fate = SERVE_DONE,
			.first = ticks_of_s(1),
			.last = ticks_of_s(10 * (5 - i)) };
	}
	serve_tally(&t, &s, &log);
	ck_rel(t.of[SERVE_E2E].at[1], 30, 1e-12);
	ck_rel(t.of[SERVE_E2E].at[3], 46, 1e-12);
	ck_rel(t.of[SERVE_E2E].at[4], 48, 1e-12);
	ck_rel(t.of[SERVE_E2E].mean, 30, 1e-12);
	ck_rel(t.of[SERVE_E2E].sd, sqrt(200), 1e-12); /* 1000 / 5 */
}
END_TEST

Suite *suite_servepool(void)
{
	Suite *s = suite_create("servepool");
	TCase *tc = tcase_create("pool");

	tcase_add_test(tc, reuse_of_an_endless_pool_is_exact_counting);
	tcase_add_test(tc, a_pool_evicts_what_was_unused_longest_to_the_host);
	tcase_add_test(tc, a_block_that_went_makes_room_for_another);
	tcase_add_test(tc, percentiles_are_numpys);
	suite_add_tcase(s, tc);
	return s;
}
