#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "traffic/arrive.h"
#include "serve/pool.h"
#include "tests/tests.h"
#include "tests/toy_rank.h"
#include "tests/toy_serve.h"

/* ---- the pool beside one that is slow and plain ---- */

enum { BLOCKS = 200, LISTS = 10, LONGEST = 8, STEPS = 4000 };

/* Every block that was ever seen, by its hash less one. */
struct plain {
	struct {
		double tok;
		int held, tier, used;	/* used: when it was last */
		bool there;
	} block[BLOCKS];
	double host_room;
	int now;
};

static double plain_kept(const struct plain *p, int tier)
{
	double tok = 0;

	for (int i = 0; i < BLOCKS; i++)
		if (p->block[i].there && !p->block[i].held &&
		    p->block[i].tier == tier)
			tok += p->block[i].tok;
	return tok;
}

static double plain_held(const struct plain *p)
{
	double tok = 0;

	for (int i = 0; i < BLOCKS; i++)
		if (p->block[i].there && p->block[i].held)
			tok += p->block[i].tok;
	return tok;
}

static int plain_oldest(const struct plain *p, int tier)
{
	int old = -1;

	for (int i = 0; i < BLOCKS; i++)
		if (p->block[i].there && !p->block[i].held &&
		    p->block[i].tier == tier &&
		    (old < 0 || p->block[i].used < p->block[old].used))
			old = i;
	return old;
}

static void plain_hold(struct plain *p, const struct pool_list *l)
{
	for (int i = 0; i < l->blocks; i++) {
		int b = (int)l->hash[i] - 1;

		if (!p->block[b].there) {
			p->block[b].there = true;
			p->block[b].tok = i < l->blocks - 1 ? l->tok :
					  l->last_tok;
		}
		if (p->block[b].held++ == 0)
			p->block[b].tier = POOL_HOME;
	}
}

static void plain_drop(struct plain *p, const struct pool_list *l)
{
	for (int i = l->blocks - 1; i >= 0; i--) {
		int b = (int)l->hash[i] - 1;

		if (--p->block[b].held == 0)
			p->block[b].used = p->now++;
	}
}

static void plain_shrink(struct plain *p, double room)
{
	while (plain_kept(p, POOL_HOME) > room) {
		int b = plain_oldest(p, POOL_HOME);
		double tok = p->block[b].tok;

		if (tok > p->host_room) {
			p->block[b].there = false;
			continue;
		}
		while (plain_kept(p, POOL_HOST) + tok > p->host_room)
			p->block[plain_oldest(p, POOL_HOST)].there = false;
		p->block[b].tier = POOL_HOST;
		p->block[b].used = p->now++;
	}
}

static struct pool_match plain_match(const struct plain *p,
				     const struct pool_list *l)
{
	struct pool_match m = { 0 };

	for (; m.blocks < l->blocks; m.blocks++) {
		int b = (int)l->hash[m.blocks] - 1;

		if (!p->block[b].there)
			break;
		m.tok += p->block[b].tok;
		if (p->block[b].held)
			m.held_tok += p->block[b].tok;
		else if (p->block[b].tier == POOL_HOST)
			m.host_tok += p->block[b].tok;
	}
	return m;
}

/* A way down a tree: the child of block b is one of 5 b - 3 ... 5 b + 1. */
static void draw_list(struct chance *c, struct pool_list *l, uint64_t *hash)
{
	uint64_t at = 1;

	l->hash = hash;
	l->blocks = 0;
	l->tok = 16;
	while (l->blocks < LONGEST && at <= BLOCKS) {
		hash[l->blocks++] = at;
		at = 5 * at - 3 + chance_below(c, 5);
	}
	l->blocks = 1 + (int)chance_below(c, (uint64_t)l->blocks);
	l->last_tok = 16;
}

static void ck_alike(const struct pool *p, const struct plain *q,
		     const struct pool_list *l)
{
	struct pool_match is = pool_match(p, l->hash, l->blocks);
	struct pool_match want = plain_match(q, l);

	ck_assert_double_eq(p->held_tok, plain_held(q));
	ck_assert_double_eq(p->kept_tok[POOL_HOME], plain_kept(q, POOL_HOME));
	ck_assert_double_eq(p->kept_tok[POOL_HOST], plain_kept(q, POOL_HOST));
	ck_assert_int_eq(is.blocks, want.blocks);
	ck_assert_double_eq(is.tok, want.tok);
	ck_assert_double_eq(is.held_tok, want.held_tok);
	ck_assert_double_eq(is.host_tok, want.host_tok);
}

/* The host has room for nothing, not quite a block, one, some, all. */
static const double host_rooms[] = { 0, 15, 16, 100, 1e6 };

START_TEST(a_pool_is_as_one_that_looks_at_every_block)
{
	struct plain q = { .host_room = host_rooms[_i] };
	struct pool_list held[LISTS] = { { .blocks = 0 } }, ask;
	uint64_t hash[LISTS][LONGEST], asked[LONGEST];
	struct chance c;
	struct pool p;

	chance_fill(&c, (uint64_t)_i);
	pool_init(&p, host_rooms[_i]);
	for (int step = 0; step < STEPS; step++) {
		int i = (int)chance_below(&c, LISTS);

		if (chance_below(&c, 5) == 0) {
			double room = 16.0 * (double)chance_below(&c, 30);

			pool_shrink(&p, room);
			plain_shrink(&q, room);
		} else if (held[i].blocks) {
			pool_drop(&p, &held[i]);
			plain_drop(&q, &held[i]);
			held[i].blocks = 0;
		} else {
			draw_list(&c, &held[i], hash[i]);
			pool_hold(&p, &held[i]);
			plain_hold(&q, &held[i]);
		}
		draw_list(&c, &ask, asked);
		ck_alike(&p, &q, &ask);
	}
	pool_release(&p);
}
END_TEST

/* ---- a group ---- */

/*
 * The first leaves 3 blocks of 10; the second finds them, holds 30 from the
 * start, and 50 when its prompt of 50 is there: 50, not 80.
 */
START_TEST(what_is_held_twice_over_counts_once)
{
	struct group g;

	begin(&g, 1000);
	g.engine.reuse = true;
	open_rank(&g);
	come(&g, 0, 30, 2);
	g.request[0].blocks = 3;
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_int_eq(decode(&g, 1), 1);
	come(&g, 1, 50, 2);
	g.request[1].blocks = 5;
	rank_choose(&g.rank);
	ck_assert_double_eq(g.rank.in_pool_tok, 30);
	ck_assert_int_eq(g.live[1].hit_tok, 30);
	rank_prompted(&g.rank, &g.rank.take[0], 0);
	ck_assert_double_eq(g.rank.in_pool_tok, 50);
	ck_assert_double_eq(g.rank.pool.held_tok, 50);
	g.rank.takes = 0;
	ck_assert_int_eq(decode(&g, 1), 1);
	ck_assert_double_eq(g.rank.in_pool_tok, 0);
	ck_assert_double_eq(g.rank.whole_tok, 0);
	ck_assert_double_eq(g.rank.prompt_tok, 0);
	ck_assert_double_eq(rank_held_tok(&g.rank), 0);
	rank_release(&g.rank);
}
END_TEST

/*
 * Each reserves 30 + 10; 30 of all are the same, held once. Two take 50, and
 * the third 40 less the 30 that are there: 60.
 */
START_TEST(a_third_of_the_same_reserves_its_output_alone)
{
	for (int room = 59; room <= 60; room++) {
		struct group g;

		begin(&g, room);
		g.engine.reuse = true;
		g.engine.reserve = SERVE_WHOLE;
		open_rank(&g);
		for (int32_t i = 0; i < 3; i++) {
			come(&g, i, 30, 10);
			g.request[i].blocks = 3;
		}
		for (int n = 1; n <= 3; n++) {
			g.engine.max_seqs = n;
			ck_assert_int_eq(prompt_step(&g), n < 3 || room == 60);
		}
		rank_release(&g.rank);
	}
}
END_TEST

/*
 * Two of the same 30 hold them once. Where nothing is kept for output, a third
 * adds what each of the running gains in a step, 2, and its own first token:
 * 33. Where half of what is owed is, the two have 30, and 0.5 x 20 of output
 * to come; the third, all of its 10: 50.
 */
START_TEST(what_is_shared_is_taken_once_however_it_is_kept)
{
	static const struct { enum serve_reserve how; int room; } of[] = {
		{ SERVE_NOW, 33 }, { SERVE_RATIO, 50 },
	};

	for (int room = of[_i].room - 1; room <= of[_i].room; room++) {
		struct group g;

		begin(&g, room);
		g.engine.reuse = true;
		g.engine.reserve = of[_i].how;
		g.engine.reserve_ratio = g.engine.reserve_least = .5;
		open_rank(&g);
		for (int32_t i = 0; i < 3; i++) {
			come(&g, i, 30, 10);
			g.request[i].blocks = 3;
		}
		for (int n = 1; n <= 3; n++) {
			g.engine.max_seqs = n;
			ck_assert_int_eq(prompt_step(&g), n < 3 ||
					 room == of[_i].room);
		}
		rank_release(&g.rank);
	}
}
END_TEST

/* A prompt that is cut is in the group's load with its first token still out.
 */
START_TEST(a_cut_prompt_is_load_whoever_it_is)
{
	for (int32_t id = 0; id < 2; id++) {
		struct group g;

		begin(&g, 1000);
		g.engine.budget_tok = 20;
		open_rank(&g);
		come(&g, id, 30, 3);
		ck_assert_int_eq(rank_load(&g.rank), 1);
		ck_assert_int_eq(prompt_step(&g), 1);
		ck_assert_int_eq(g.rank.part, id);
		ck_assert_int_eq(rank_load(&g.rank), 1);
		ck_assert_double_eq(rank_held_tok(&g.rank), 20);
		ck_assert_int_eq(prompt_step(&g), 1);
		ck_assert_int_eq(g.rank.part, -1);
		ck_assert_int_eq(rank_load(&g.rank), 1);
		ck_assert_int_eq(decode(&g, 2), 1);
		ck_assert_int_eq(rank_load(&g.rank), 0);
		rank_release(&g.rank);
	}
}
END_TEST

/* ---- a run ---- */

/*
 * One client; prompts A, B, A of three blocks of 10, 5 tokens out, in a group
 * with room for 45. While B runs its 30 and up to 4 more are held, so of A's
 * 30 one block stays and two go to the host. A comes again: 29 of its 30 are
 * found, 20 on the host, which gives 10 a second: its prompt takes 2 s, where
 * toy_price has a step of 1 token at 50 ms and 10 us.
 */
START_TEST(what_the_host_keeps_is_brought_back)
{
	static const struct toy_lengths lengths = { 30, 1, 5, 1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 3, &lengths);
	l.hash_tok = 10;
	l.hashes = 6;
	l.hash = calloc(6, sizeof(*l.hash));
	for (int i = 0; i < 6; i++)
		l.hash[i] = (uint64_t)i + 1;
	for (int i = 0; i < 3; i++) {
		l.request[i].blocks = 3;
		l.request[i].first = i == 1 ? 3 : 0;
	}
	e.reuse = true;
	e.room_tok = 45;
	e.host_tok = 100;
	e.host_tok_s = 10;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	ck_assert_int_eq(log.done, 3);
	ck_assert_double_eq(log.hit_tok, 29);
	ck_assert_double_eq(log.host_tok, 20);
	ck_assert_double_eq(log.computed_tok, 30 + 30 + 1);
	ck_rel(ticks_to_s(log.of[0].first - log.of[0].sent), 0.0503, 1e-9);
	ck_rel(ticks_to_s(log.of[2].first - log.of[2].sent), 2, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/* Two that never fit, one after the other: both are counted. */
START_TEST(all_that_never_fit_are_counted)
{
	static const struct toy_lengths lengths = { 30, 1, 5, 1 };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 5, &lengths);
	l.request[1].prompt_tok = l.request[3].prompt_tok = 60;
	e.room_tok = 45;
	s = toy_spec(&l, &e, &toy_price);
	serve_run(&log, &s);
	ck_assert_int_eq(log.never, 2);
	ck_assert_int_eq(log.done, 3);
	ck_assert_int_eq(log.of[3].fate, SERVE_NEVER);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/* ---- drawn ---- */

static void draw(struct serve_load *l, uint64_t seed)
{
	arrive_draw(l, &(struct arrive_spec){ .how = ARRIVE_POISSON,
		.requests = 200, .rate = 10, .prompt_tok = 1000,
		.output_tok = 100, .spread = 0.5, .turns = 1, .seed = seed });
}

static int alike(const struct serve_load *a, const struct serve_load *b)
{
	int nr = 0;

	for (int i = 0; i < a->nr; i++)
		nr += a->request[i].prompt_tok == b->request[i].prompt_tok &&
		      a->request[i].at_s == b->request[i].at_s;
	return nr;
}

/* Lengths from a half of it up, the mean halfway: 750 to 8 standard errors. */
START_TEST(a_seed_is_a_workload_and_another_is_another)
{
	struct serve_load a, again, other;
	double mean = 0;

	draw(&a, 1);
	draw(&again, 1);
	draw(&other, 2);
	ck_assert_int_eq(alike(&a, &again), 200);
	ck_assert_int_eq(alike(&a, &other), 0);
	for (int i = 0; i < a.nr; i++) {
		ck_assert_int_ge(a.request[i].prompt_tok, 500);
		ck_assert_int_le(a.request[i].prompt_tok, 1000);
		mean += a.request[i].prompt_tok / 200.0;
	}
	/* 500 / sqrt(12) / sqrt(200) is 10.2 */
	ck_assert_double_eq_tol(mean, 750, 82);
	serve_load_release(&a);
	serve_load_release(&again);
	serve_load_release(&other);
}
END_TEST

Suite *suite_reuse(void)
{
	Suite *s = suite_create("reuse");
	TCase *t = tcase_create("reuse");

	tcase_add_loop_test(t, a_pool_is_as_one_that_looks_at_every_block, 0,
			    5);
	tcase_add_test(t, what_is_held_twice_over_counts_once);
	tcase_add_test(t, a_third_of_the_same_reserves_its_output_alone);
	tcase_add_loop_test(t,
		what_is_shared_is_taken_once_however_it_is_kept, 0, 2);
	tcase_add_test(t, a_cut_prompt_is_load_whoever_it_is);
	tcase_add_test(t, what_the_host_keeps_is_brought_back);
	tcase_add_test(t, all_that_never_fit_are_counted);
	tcase_add_test(t, a_seed_is_a_workload_and_another_is_another);
	suite_add_tcase(s, t);
	return s;
}
