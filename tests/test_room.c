#include "tests/tests.h"

#include <math.h>
#include <string.h>

#include "requests/serving.h"
#include "tests/toy_question.h"

/* What an engine's KV has room for. */

/* The toy on its GPU, four clients, requests of 1024 tokens and as many out. */
static void make(struct question *q, struct toy *t)
{
	toy_init(t);
	t->stack.mem_share = 0.9;
	t->stack.prefill_tok = 8192;
	toy_plan(t, &(struct toy_plan){ .batch = 1 });
	toy_question(q, t);
	q->batch.ctx_tok = 1024 + 1024 / 2;
	q->scenario.concurrency = 4;
	q->scenario.isl = q->scenario.osl = 1024;
}

static double room_tok(const struct question *q)
{
	struct serving_spec s;
	struct serving_room room;

	serving_init(&s);
	serving_room(&room, q, &s);
	return room.tok;
}

/* Half of what 10 GB more than the weights leave, in tokens. */
START_TEST(a_share_of_what_is_free_goes_to_kv)
{
	struct question q;
	struct toy t;
	struct held held;
	struct hold_spec hold = { .mem_share = 1, .seqs = 1 };

	make(&q, &t);
	hold.ctx_tok = q.batch.ctx_tok;
	deployment_hold(&q.on, &hold, &held);
	t.gpu.hbm_B = held.weights_B + 30e9;
	t.stack.serve.free = 0.5;
	t.stack.serve.taken_B = 10e9;
	ck_rel(room_tok(&q), floor(10e9 / held.kv_tok_B), 1e-12);
	t.stack.serve.piece = 4;	/* graphs for prompts take 4 GB more */
	t.stack.serve.piece_B = 4e9;
	ck_rel(room_tok(&q), floor(8e9 / held.kv_tok_B), 1e-12);
}
END_TEST

/*
 * V4-Flash in blocks of 1,002,240 B, 3,915 B a token of a page of 256: a
 * sequence holds 26 beside its pages, 6,656 tokens; a step of 1,000 tokens of
 * prompts takes 0.40625 x 256 = 104 a token. Prompts elsewhere take none here.
 */
START_TEST(sequences_and_steps_of_prompts_take_room)
{
	struct serving_room here, apart;
	struct serving_spec s;
	struct question q;
	struct toy t;

	make(&q, &t);
	toy_v4_flash(&t.model);
	t.stack.paging = (struct paging){ .page_tok = 256, .align_B = 576,
		.shared = 1, .window_tok = 64, .csa_block = 4,
		.hca_block = 8 };
	t.gpu.hbm_B = 1e12;
	q.on.layout.storage.kv = FORMAT_FP8;
	q.on.layout.storage.form = attention_form(&t.model, FORMAT_FP8, false);
	q.batch.ctx_tok = 4096;
	serving_init(&s);
	s.max_tokens = 1000;
	serving_room(&here, &q, &s);
	ck_rel(here.seq_tok, 6656, 1e-9);
	ck_rel(here.flight_tok, 104, 1e-9);
	ck_rel(here.tok_B, 42 * 1002240. / 4096, 1e-9);
	strcpy(s.pools, "1:1");
	serving_room(&apart, &q, &s);
	ck_rel(apart.tok - here.tok, 104000, 1e-9);
}
END_TEST

/*
 * V4-Flash in pools apart, 16 whole pages: a request has beside them 20 x 128 x
 * 4,096 B of HCA's state in a pool of its own, which is taken of memory, but
 * not of tokens that an engine says it has room for.
 */
START_TEST(told_tokens_pay_for_no_pool_beside_theirs)
{
	struct serving_room here, told;
	struct serving_spec s;
	struct question q;
	struct toy t;

	make(&q, &t);
	toy_v4_flash(&t.model);
	t.stack.paging = (struct paging){ .page_tok = 256, .rings = 2,
		.window_share = 0.1 };
	t.gpu.hbm_B = 1e12;
	q.on.layout.storage.kv = FORMAT_FP8;
	q.on.layout.storage.form = attention_form(&t.model, FORMAT_FP8, false);
	q.batch.ctx_tok = 4096;
	serving_init(&s);
	serving_room(&here, &q, &s);
	ck_rel(here.seq_tok, 20. * 128 * 4096 * 4096 /
	       (here.tok_B * 4096 - 20. * 128 * 4096), 1e-9);
	s.room_tok = 1e5;
	serving_room(&told, &q, &s);
	ck_assert_double_lt(fabs(told.seq_tok), 1e-6);
	ck_rel(told.tok_B, here.tok_B, 0);
}
END_TEST

Suite *suite_room(void)
{
	Suite *s = suite_create("room");
	TCase *tc = tcase_create("room");

	tcase_add_test(tc, a_share_of_what_is_free_goes_to_kv);
	tcase_add_test(tc, sequences_and_steps_of_prompts_take_room);
	tcase_add_test(tc, told_tokens_pay_for_no_pool_beside_theirs);
	suite_add_tcase(s, tc);
	return s;
}
