#include "tests/tests.h"

#include <stdlib.h>

#include "serve/run.h"
#include "tests/toy_serve.h"

/*
 * Ten toy engines whose answers come from an independent event simulation of
 * the same benchmark client (a closed loop of C clients, 10 C requests), to
 * its last printed digit: median, mean and the value at rank int(.9 N) of the
 * time to first token, median time per output token, output tokens a second
 * and GPU. toy_price; 10 ms of HTTP; 1 us a prompt token to tokenize; 8 GPUs.
 */
struct golden {
	const char *what;
	int clients;
	const struct toy_lengths *lengths;
	struct serve_engine e;
	int groups;
	double ttft_ms, mean_ms, p90_ms, tpot_ms, rate;
	double tol;		/* 0: 1e-6 */
};

static const struct toy_lengths shorts = { 819, 206, 204, 53 };
static const struct toy_lengths longs = { 6553, 1640, 204, 53 };
static const struct toy_lengths equals = { 900, 1, 230, 1 };

#define ENGINE .max_seqs = 1 << 20, .step_tok = 1, .prefill_interval = 1, \
	.block_tok = 1, .in_s = .006, .out_s = .004, .tokenize_s_tok = 1e-6, \
	.host_tok_s = 1, .send_tok_s = 1
#define FIRST ENGINE, .batching = SERVE_ALONE, .chunked = true, \
	.budget_tok = 16384
#define MIXED ENGINE, .batching = SERVE_MIXED, .overlap = true, \
	.recv_interval = 1, .room_tok = 1e12

static const struct golden goldens[] = {
	{ "prefill first", 1, &shorts, { FIRST, .overlap = true,
	  .recv_interval = 1, .room_tok = 1e12 }, 1,
	  69.911, 69.9341, 71.044, 5.101008, 23.213697, 0 },
	{ "16 clients", 16, &shorts, { FIRST, .overlap = true,
	  .recv_interval = 1, .room_tok = 1e12 }, 1,
	  79.081048, 105.630676, 138.337135, 10.291270, 188.526328, 0 },
	{ "requests received every 30 steps", 16, &shorts, { FIRST,
	  .overlap = true, .recv_interval = 30, .room_tok = 1e12 }, 1,
	  203.486579, 215.799729, 387.165898, 8.281937, 216.648624, 0 },
	{ "no overlap", 16, &shorts, { FIRST, .recv_interval = 1,
	  .room_tok = 1e12 }, 1,
	  72.565944, 97.677283, 132.023566, 10.223281, 189.732459, 0 },
	{ "64 clients of 8k", 64, &longs, { FIRST, .overlap = true,
	  .recv_interval = 1, .room_tok = 1e12 }, 1,
	  273.491186, 573.175238, 575.8, 43.418456, 181.262630, 0 },
	{ "KV room of 300k, a tenth of what is owed", 64, &longs, { FIRST,
	  .overlap = true, .recv_interval = 1, .room_tok = 3e5,
	  .reserve = SERVE_RATIO, .reserve_least = .1 }, 1,
	  4578.471431, 4266.985658, 4918.023758, 28.904519, 168.286913,
	  .03 /* it lets the pool overflow; here two are retracted */ },
	{ "mixed, whole prompts of 8k", 16, &longs, { MIXED,
	  .budget_tok = 8320 }, 1,
	  154.373758, 275.974471, 392.491762, 14.055152, 132.181783, 0 },
	{ "mixed, batch wait 40/.8", 32, &shorts, { MIXED,
	  .budget_tok = 8192, .wait_iters = 40, .wait_ratio = .8 }, 1,
	  282.637033, 300.316742, 445.419819, 9.710191, 355.293721, 0 },
	{ "mixed, attention DP 8, timeout 60", 64, &shorts, { MIXED,
	  .budget_tok = 1152, .adp_balance = true, .adp_timeout = 60 }, 8,
	  288.840317, 337.718102, 600.978932, 12.323137, 559.330999, 0 },
	{ "equal lengths, in lock step", 16, &equals, { FIRST,
	  .overlap = true, .recv_interval = 1, .room_tok = 1e12 }, 1,
	  253.483980, 242.620943, 253.483980, 6.615783, 260.011860, 0 },
};

enum { GOLDENS = sizeof(goldens) / sizeof(*goldens) };

static void ck_golden(const struct golden *g, const struct serve_load *l,
		      const struct serve_log *log)
{
	double *ttft = calloc((size_t)l->nr, sizeof(*ttft));
	double *tpot = calloc((size_t)l->nr, sizeof(*tpot));
	double mean = 0, tokens = 0, tol = g->tol > 0 ? g->tol : 1e-6;

	for (int i = 0; i < l->nr; i++) {
		const struct serve_outcome *o = &log->of[i];

		ttft[i] = 1e3 * ticks_to_s(o->first - o->sent);
		tpot[i] = 1e3 * ticks_to_s(o->last - o->first) /
			  (l->request[i].output_tok - 1);
		mean += ttft[i] / l->nr;
		tokens += l->request[i].output_tok;
	}
	ck_rel(toy_percentile(ttft, l->nr, .5), g->ttft_ms, tol);
	ck_rel(mean, g->mean_ms, tol);
	ck_rel(ttft[(int)(.9 * l->nr)], g->p90_ms, tol);
	ck_rel(toy_percentile(tpot, l->nr, .5), g->tpot_ms, tol);
	ck_rel(tokens / ticks_to_s(log->end) / 8, g->rate, tol);
	free(ttft);
	free(tpot);
}

START_TEST(ten_engines_answer_as_an_independent_simulation)
{
	const struct golden *g = &goldens[_i];
	struct toy_price p = toy_price;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	p.groups = g->groups;
	toy_load(&l, 10 * g->clients, g->lengths);
	l.clients = g->clients;
	s = toy_spec(&l, &g->e, &p);
	serve_run(&log, &s);
	ck_assert_int_eq(log.done, l.nr);
	ck_golden(g, &l, &log);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/*
 * Steps of a second, four tokens each. A decodes from step 1 on; prompts of
 * ten tokens are sent after 1.5 s. With three of four tokens in steps 4, 8, 12
 * and 16 alone, B has its first token after 17 s. Where C is left waiting, the
 * group is behind: B goes on in steps 5, 6 and 7, till 8 s, and there C gets
 * two tokens; now nobody waits, and C's other eight take 8, 12 and 16.
 */
START_TEST(a_group_that_is_behind_puts_no_prompt_off)
{
	static const struct { int nr; double first[3]; } ask[] = {
		{ 2, { 1, 17 } }, { 3, { 1, 8, 17 } },
	};
	struct serve_request request[] = {
		{ .prompt_tok = 1, .output_tok = 100, .steps = 99,
		  .after = -1 },
		{ .at_s = 1.5, .prompt_tok = 10, .output_tok = 1,
		  .after = -1 },
		{ .at_s = 1.5, .prompt_tok = 10, .output_tok = 1,
		  .after = -1 },
	};
	const struct serve_engine e = { .batching = SERVE_MIXED, .step_tok = 1,
		.chunked = true, .budget_tok = 4, .max_seqs = 10,
		.prefill_interval = 4, .recv_interval = 1, .block_tok = 1,
		.room_tok = 1e6, .host_tok_s = 1, .send_tok_s = 1 };
	const struct toy_price p = { .decode_s = 1, .prompt_s = 1,
				     .groups = 1 };
	struct serve_load l = { .request = request, .nr = ask[_i].nr,
				.hash_tok = 1 };
	struct serve_spec s = toy_spec(&l, &e, &p);
	struct serve_log log;

	serve_run(&log, &s);
	for (int i = 0; i < l.nr; i++)
		ck_rel(ticks_to_s(log.of[i].first), ask[_i].first[i], 1e-9);
	serve_log_release(&log);
}
END_TEST

Suite *suite_serve(void)
{
	Suite *s = suite_create("serve");
	TCase *tc = tcase_create("golden");

	tcase_add_loop_test(tc,
		ten_engines_answer_as_an_independent_simulation, 0, GOLDENS);
	tcase_add_loop_test(tc, a_group_that_is_behind_puts_no_prompt_off, 0,
			    2);
	suite_add_tcase(s, tc);
	return s;
}
