#include <math.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"
#include "work/cache.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * What engines' logs say that V4's cache takes, by pencil. V4-Flash has 43
 * layers, 21 of CSA and 20 of HCA, V4-Pro 61, 30 and 31; an entry is 584 B, an
 * index key 132 B in fp8 and 68 B in fp4.
 */

enum { FLASH, PRO };

static void model_of(struct toy *t, int which, int drafts, bool fp4)
{
	toy_init(t);
	if (which == PRO)
		toy_v4_pro(&t->model);
	else
		toy_v4_flash(&t->model);
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	t->on.layout.drafts = drafts;
	t->on.layout.storage.kv = FORMAT_FP8;
	t->on.layout.storage.form = attention_form(&t->model, FORMAT_FP8,
						   fp4);
}

/* ---- one pool of blocks: vLLM ---- */

static void in_blocks(struct toy *t)
{
	t->stack.paging = (struct paging){ .page_tok = 256, .align_B = 576,
		.shared = 1, .window_tok = 64, .csa_block = 4,
		.hca_block = 8 };
}

/*
 * A page of 256 tokens, to multiples of 576 B: 64 entries 37,440, 2 entries
 * 1,728, 64 keys in fp8 8,640, in fp4 4,608. V4-Flash: 21 x (37,440 + 8,640) +
 * 20 x 1,728 = 1,002,240 B a block, as vLLM's issue 54703 has it; V4-Pro with
 * fp4 keys 30 x (37,440 + 4,608) + 31 x 1,728 = 1,315,008, as its pull 48993.
 *
 * A sequence of a million tokens has 4096 of them. Its windows of 128 lie in at
 * most 3 blocks of 64, and 43 layers x 37,440 B are two blocks wide (V4-Pro:
 * 61, 1.7): 6; 8 rows of CSA's state in 3 of 4, 128 of HCA's in 17 of 8: 26 in
 * all. Of 100 tokens: 1, 2 x 2, 3 and 13. Where 3 drafts are in a step, 4
 * tokens come before any is let go, and 44 layers keep windows: 2 x 4, 4, 18.
 */
static const struct {
	int model, drafts;
	bool fp4;
	double ctx, blocks, block_B;
} blocks[] = {
	{ FLASH, 0, false, 1048576, 4096 + 26, 1002240 },
	{ FLASH, 0, false, 1, 1 + 2 + 1 + 1, 1002240 },
	{ FLASH, 0, false, 100, 1 + 4 + 3 + 13, 1002240 },
	{ FLASH, 0, false, 256, 1 + 26, 1002240 },
	{ FLASH, 0, false, 257, 2 + 26, 1002240 },
	{ FLASH, 3, false, 1048576, 4096 + 30, 1002240 },
	{ PRO, 0, true, 8192, 32 + 26, 1315008 },
};

START_TEST(a_sequence_takes_whole_blocks_of_one_pool)
{
	struct toy t;
	double token_B;

	model_of(&t, blocks[_i].model, blocks[_i].drafts, blocks[_i].fp4);
	in_blocks(&t);
	ck_rel(cache_seq_B(&t.on, blocks[_i].ctx),
	       blocks[_i].blocks * blocks[_i].block_B, 1e-12);
	token_B = blocks[_i].block_B / 256;
	ck_rel(cache_token_B(&t.on), token_B, 1e-12);
	/* 2 blocks a 64 tokens, 1 a 4 and 1 a 8: 0.40625 of one a token */
	ck_rel(cache_flight_B(&t.on), 0.40625 * blocks[_i].block_B, 1e-12);
}
END_TEST

/*
 * "6.66 GiB KV cache is needed" to serve 30,000 tokens, 16,384 of them in a
 * step (vLLM's issue 44376): 118 pages, 26 for windows and state, and 6,656 for
 * what is in flight are 6,800 blocks, then still of 22 layers of each kind, 22
 * x (37,440 + 1,728 + 8,640) = 1,051,776 B.
 */
START_TEST(prompts_in_flight_take_blocks_too)
{
	struct toy t;
	double B;

	model_of(&t, FLASH, 0, false);
	in_blocks(&t);
	B = cache_seq_B(&t.on, 30000) + 16384 * cache_flight_B(&t.on);
	ck_rel(B / 1002240, 6800, 1e-12);
	ck_rel(B / 1002240 * 1051776 / (1 << 30), 6.66, 1e-3);
}
END_TEST

/* ---- pools in proportion: SGLang ---- */

/*
 * bytes_per_full_token, as logs of SGLang have it. V4-Pro at 0.15: 0.15 x 61 x
 * 584 + 30 x (584 + 132) / 4 + 31 x 584 / 128 + 0.15 x 30 x 8 x 10,240 / 128 =
 * 13,735.04. V4-Flash with drafts, whose rings have 16 rows: 9,049.45 x 44 / 43
 * = 9,259.90. With a state of HCA for each window, 0.1 x 20 x 4,096 more; logs
 * of May counted the MTP layer's window without drafts too: 15,955.85. With
 * drafts twice that, 25,433.45 x 44 / 43: where it shrank to a row of 6,144 B
 * a ring, 9,145.45, a pool of 2,046,720 tokens had 5,692,160, 2.7811 times as
 * many (pull on online compression with drafts), each in whole pages.
 */
static const struct {
	int model, drafts;
	double share, hca, full_B;
} full[] = {
	{ PRO, 0, 0.15, 0, 13735.04 },
	{ FLASH, 3, 0.1, 0, 9259.90 },
	{ FLASH, 0, 0.1, 1, 15955.85 - 58.4 },
	{ FLASH, 3, 0.1, 1, 9145.45 * 5692160 / 2046720 * 44 / 43 },
	{ PRO, 0, 0.1, 1, 23749.84 - 58.4 },
};

static void in_proportion(struct toy *t, double share, double hca)
{
	t->stack.paging = (struct paging){ .page_tok = 256, .rings = 2,
		.window_share = share, .window_hca = hca };
}

START_TEST(a_full_token_brings_a_share_of_windows)
{
	struct toy t;

	model_of(&t, full[_i].model, full[_i].drafts, false);
	in_proportion(&t, full[_i].share, full[_i].hca);
	ck_rel(cache_token_B(&t.on), full[_i].full_B, 1e-4);
	ck_rel(cache_flight_B(&t.on), 0, 0);
}
END_TEST

/*
 * 1,000 tokens are 4 pages of 256, but a window of 128 and the page that it
 * begins in are 384 tokens of the window pool, a tenth of 3,840; 4,000 tokens
 * are 16 pages. Beside it 20 layers x 128 rows x 4,096 B of HCA's state; twice
 * that with drafts, none where windows bring it.
 */
START_TEST(a_short_sequence_takes_the_tokens_of_its_window)
{
	static const struct { double ctx, tok; } of[] = {
		{ 1000, 3840 }, { 3840, 3840 }, { 4000, 4096 },
	};

	for (int drafts = 0; drafts < 2; drafts++)
		for (int i = 0; i < NR(of); i++) {
			double state_B = (drafts ? 2 : 1) * 20. * 128 * 4096;
			struct toy t;

			model_of(&t, FLASH, drafts, false);
			in_proportion(&t, 0.1, 0);
			ck_rel(cache_seq_B(&t.on, of[i].ctx), state_B +
			       of[i].tok * cache_token_B(&t.on), 1e-12);
			ck_rel(cache_request_B(&t.on), state_B, 1e-12);
			t.stack.paging.window_hca = 1;
			ck_rel(cache_request_B(&t.on), 0, 0);
			ck_rel(cache_seq_B(&t.on, of[i].ctx),
			       of[i].tok * cache_token_B(&t.on), 1e-12);
		}
}
END_TEST

/* ---- to the byte ---- */

/*
 * V4-Flash, 1,024 tokens: 43 windows of 128, 21 x 256 entries and keys, 20 x 8
 * entries; state 21 x 8 x 2,560 and 20 x 128 x 1,024 numbers of 4 B. In bf16
 * with 1.5 rows of HCA 21 x 8 x 2,560 and 20 x 1.5 x 1,024 of 2 B. An MTP layer
 * adds a window.
 */
START_TEST(without_pages_a_sequence_takes_what_it_has)
{
	double kv_B = 43. * 128 * 584 + 21. * 256 * (584 + 132) + 20. * 8 * 584;
	struct toy t;

	model_of(&t, FLASH, 0, false);
	ck_rel(cache_seq_B(&t.on, 1024), kv_B + 4 * (21. * 8 * 2560 +
						    20. * 128 * 1024), 1e-12);
	ck_rel(cache_token_B(&t.on), 21 * 716. / 4 + 20 * 584. / 128, 1e-12);
	ck_rel(cache_request_B(&t.on), 0, 0);	/* all of it is a token's */
	t.on.layout.drafts = 1;
	ck_rel(cache_seq_B(&t.on, 1024), kv_B + 128 * 584 +
	       4 * (21. * 8 * 2560 + 20. * 128 * 1024), 1e-12);
	t.on.layout.drafts = 0;
	t.stack.paging = (struct paging){ .number_B = 2, .hca_rows = 1.5 };
	ck_rel(cache_seq_B(&t.on, 1024), kv_B + 2 * (21. * 8 * 2560 +
						    20 * 1.5 * 1024), 1e-12);
}
END_TEST

/* A model without windows takes its entries, however V4's are laid out. */
START_TEST(a_latent_is_taken_as_it_is)
{
	struct toy t;
	double B;

	toy_init(&t);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	B = cache_seq_B(&t.on, 1000);
	ck_rel(B, 1000 * cache_token_B(&t.on), 1e-12);
	in_blocks(&t);
	ck_rel(cache_seq_B(&t.on, 1000), B, 0);
	ck_rel(cache_flight_B(&t.on), 0, 0);
	in_proportion(&t, 0.1, 1);
	ck_rel(cache_seq_B(&t.on, 1000), B, 0);
}
END_TEST

/*
 * Of a held sequence: bytes a token are all it holds over its tokens, a token
 * more is a block's share.
 */
START_TEST(what_is_held_tells_a_token_from_its_sequence)
{
	const struct hold_spec a = { .mem_share = 0.9, .seqs = 2,
				     .ctx_tok = 1024, .micro = 1 };
	struct held h;
	struct toy t;

	model_of(&t, FLASH, 0, false);
	in_blocks(&t);
	ck_rel(cache_least_B(&t.on, 1024), 43. * 128 * 584 + 21. * 256 *
	       (584 + 132) + 20. * 8 * 584, 1e-12);
	deployment_hold(&t.on, &a, &h);
	ck_rel(h.kv_B, 2 * (4 + 26) * 1002240., 1e-12);
	ck_rel(h.kv_tok_B, 30 * 1002240. / 1024, 1e-12);
	ck_rel(h.kv_more_B, 1002240. / 256, 1e-12);
	ck_rel(h.kv_flight_B, 0.40625 * 1002240, 1e-12);
}
END_TEST

Suite *suite_cache(void)
{
	Suite *s = suite_create("cache");
	TCase *t = tcase_create("cache");

	tcase_add_loop_test(t, a_sequence_takes_whole_blocks_of_one_pool, 0,
			    NR(blocks));
	tcase_add_test(t, prompts_in_flight_take_blocks_too);
	tcase_add_loop_test(t, a_full_token_brings_a_share_of_windows, 0,
			    NR(full));
	tcase_add_test(t, a_short_sequence_takes_the_tokens_of_its_window);
	tcase_add_test(t, without_pages_a_sequence_takes_what_it_has);
	tcase_add_test(t, a_latent_is_taken_as_it_is);
	tcase_add_test(t, what_is_held_tells_a_token_from_its_sequence);
	suite_add_tcase(s, t);
	return s;
}
