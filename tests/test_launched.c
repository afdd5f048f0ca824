#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "requests/job.h"
#include "traffic/arrive.h"
#include "tests/tests.h"
#include "tests/toy_question.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What an engine and its clients are when words say so, not a sheet. */

static struct question q;
static struct toy t;
static struct serving_spec s;
static struct fault why;

/* 4 clients of the toy: 20 requests of 1,024 and 16 tokens. */
static void setup(void)
{
	toy_init(&t);
	t.stack.prefill_tok = 8192;
	toy_plan(&t, &(struct toy_plan){ .batch = 4 });
	toy_question(&q, &t);
	q.scenario.concurrency = 4;
	q.scenario.isl = 1024;
	q.scenario.osl = 16;
	q.scenario.requests = 20;
	memset(&why, 0, sizeof(why));
	serving_init(&s);
}

/* ---- engines ---- */

static const struct {
	const char *batching, *reserve;
	double alone, share;	/* of the sheet */
	enum serve_batching batches;
	enum serve_reserve reserves;
} engines[] = {
	{ "", "", 1, 1, SERVE_ALONE, SERVE_WHOLE },
	{ "", "", 0, 0.3, SERVE_MIXED, SERVE_RATIO },
	{ "", "", 0, 0, SERVE_MIXED, SERVE_NOW },
	{ "alone", "whole", 0, 0, SERVE_ALONE, SERVE_WHOLE },
	{ "mixed", "ratio", 1, 1, SERVE_MIXED, SERVE_RATIO },
	{ "mixed", "now", 1, 1, SERVE_MIXED, SERVE_NOW },
};

START_TEST(a_word_says_more_than_a_sheet)
{
	struct serve_engine e;

	snprintf(s.batching, sizeof(s.batching), "%s", engines[_i].batching);
	snprintf(s.reserve, sizeof(s.reserve), "%s", engines[_i].reserve);
	t.stack.serve.alone = engines[_i].alone;
	t.stack.serve.reserve = engines[_i].share;
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert_int_eq(e.batching, engines[_i].batches);
	ck_assert_int_eq(e.reserve, engines[_i].reserves);
}
END_TEST

START_TEST(what_is_no_word_is_told_what_is)
{
	struct serve_engine e;

	strcpy(s.batching, "both");
	ck_assert_int_eq(serving_engine(&e, &q, &s, &why), -1);
	ck_assert_str_eq(why.remedy, "write alone or mixed");
	*s.batching = '\0';
	strcpy(s.reserve, "all");
	ck_assert_int_eq(serving_engine(&e, &q, &s, &why), -1);
	ck_assert_str_eq(why.remedy, "write whole or ratio or now");
}
END_TEST

/* Numbers that are given stand in the engine; the others are the sheet's. */
START_TEST(a_number_says_more_than_a_sheet)
{
	struct serve_engine e;

	t.stack.serve.seqs = 100;
	t.stack.serve.tokens = 3000;
	t.stack.serve.recv = 7;
	t.stack.serve.delay_slots = 0.5;
	t.stack.serve.in_s = 1;
	t.stack.serve.out_s = 2;
	t.stack.serve.tokenize_s = 3;
	t.stack.serve.whole = 1;
	t.stack.serve.reserve_first = 0.7;
	t.stack.serve.reserve_decay = 600;
	t.stack.serve.retract = 20;
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert(e.reserve_decay == 600 && e.retract_ahead == 20);
	ck_rel(e.reserve_ratio, 0.7, 0);
	ck_assert_int_eq(e.delay_passes, 0);
	ck_assert(e.delay_slots == 0.5);
	ck_assert_int_eq(e.max_seqs, 100);
	ck_rel(e.budget_tok, 3000, 0);
	ck_assert_int_eq(e.recv_interval, 7);
	ck_assert_int_eq(e.prefill_interval, 1);
	ck_rel(e.in_s, 1, 0);
	ck_rel(e.out_s, 2, 0);
	ck_rel(e.tokenize_s_tok, 3, 0);
	/* an operator captures what is to run, as launch files do */
	ck_assert_int_eq(e.graphs, 1);
	ck_assert(e.graph_seqs[0] >= 1e9);
	ck_assert(!e.chunked && e.overlap && e.reuse);
	ck_rel(e.block_tok, 1, 0);
	ck_assert(!(e.host_tok > 0) && isinf(e.host_tok_s));
	s.max_seqs = 9;
	s.max_tokens = 500.5;
	s.recv_interval = 3;
	s.prefill_interval = 4;
	s.prefill_delay = 6;
	s.in_s = .1;
	s.out_s = .2;
	s.tokenize_s_tok = 1e-4;
	s.graph_max = 32;
	s.chunked = 1;
	s.overlap = s.reuse = 0;
	s.block_tok = 16.5;
	s.host_tok = 1000;
	s.host_tok_s = .5;
	s.room_tok = 777.7;
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_assert_int_eq(e.max_seqs, 9);
	ck_rel(e.budget_tok, 500, 0);
	ck_assert_int_eq(e.recv_interval, 3);
	ck_assert_int_eq(e.prefill_interval, 4);
	ck_assert_int_eq(e.delay_passes, 6);
	ck_rel(e.in_s, .1, 0);
	ck_rel(e.out_s, .2, 0);
	ck_rel(e.tokenize_s_tok, 1e-4, 0);
	ck_rel(e.graph_seqs[0], 32, 0);
	ck_assert(e.chunked && !e.overlap && !e.reuse);
	ck_rel(e.block_tok, 16, 0);
	ck_rel(e.host_tok, 1000, 0);
	ck_rel(e.host_tok_s, 1, 0);	/* at least a token a second */
	ck_rel(e.room_tok, 777, 0);
}
END_TEST

/*
 * A fact that is there counts, though it be 1; of data-parallel attention
 * where there are four groups.
 */
static const struct {
	size_t at;
	int gpus;
	double tokens, seqs, recv;	/* of the engine */
} ones[] = {
	{ offsetof(struct serve_facts, alone), 1, 3000, 100, 30 },
	{ offsetof(struct serve_facts, many), 1, 500, 100, 30 },
	{ offsetof(struct serve_facts, tokens_short), 1, 1, 100, 30 },
	{ offsetof(struct serve_facts, tokens_dp), 1, 3000, 100, 30 },
	{ offsetof(struct serve_facts, tokens_dp), 4, 1, 100, 30 },
	{ offsetof(struct serve_facts, seqs_dp), 1, 3000, 100, 30 },
	{ offsetof(struct serve_facts, seqs_dp), 4, 3000, 1, 30 },
	{ offsetof(struct serve_facts, recv_dp), 1, 3000, 100, 30 },
	{ offsetof(struct serve_facts, recv_dp), 4, 3000, 100, 1 },
};

START_TEST(a_fact_of_one_is_a_fact)
{
	struct serve_facts *of = &t.stack.serve;
	struct serve_engine e;

	toy_plan(&t, &(struct toy_plan){ .gpus = ones[_i].gpus, .batch = 4 });
	q.on = t.on;
	of->tokens = 3000;
	of->tokens_many = 500;
	of->seqs = 100;
	of->recv = 30;
	*(double *)(void *)((char *)of + ones[_i].at) = 1;
	ck_assert(!serving_engine(&e, &q, &s, &why));
	ck_rel(e.budget_tok, ones[_i].tokens, 0);
	ck_rel(e.max_seqs, ones[_i].seqs, 0);
	ck_rel(e.recv_interval, ones[_i].recv, 0);
}
END_TEST

/*
 * Pieces of graphs are for so many clients and short requests; of experts in
 * four bits on so many ranks, and short prompts.
 */
static const struct {
	bool fp4;
	double clients, isl, osl;
	int ep;
	bool has;
} pieces[] = {
	{ false, 4, 1024, 16, 1, true }, { false, 3, 1024, 16, 1, false },
	{ false, 9, 8192, 16, 1, true }, { false, 9, 1024, 4096, 1, false },
	{ true, 7, 1024, 16, 8, true }, { true, 6, 1024, 16, 8, false },
	{ true, 7, 4096, 16, 8, false }, { true, 7, 1024, 16, 4, false },
	{ true, 7, 1024, 4096, 8, false },
};

START_TEST(pieces_are_for_those_that_they_were_made_for)
{
	if (pieces[_i].fp4)
		t.model.kept = kept_all(FORMAT_BF16, FORMAT_MXFP4);
	toy_plan(&t, &(struct toy_plan){ .gpus = pieces[_i].ep, .batch = 4 });
	q.on = t.on;
	t.stack.serve.piece = 4;
	t.stack.serve.piece_fp4 = 7;
	t.stack.serve.piece_ep = 8;
	q.scenario.concurrency = pieces[_i].clients;
	q.scenario.isl = pieces[_i].isl;
	q.scenario.osl = pieces[_i].osl;
	ck_assert_int_eq(serving_pieces(&q), pieces[_i].has);
}
END_TEST

/* ---- room ---- */

/*
 * A token is 1000 B a GPU; 90 GB may be filled. The buffers' 1 GB err by 0.1
 * GB: 1.28155 x 100,000 tokens less and more; less, too, what copies of
 * weights take where there are some.
 */
START_TEST(room_has_the_ends_of_its_buffers)
{
	struct serving_room r;
	struct held h;

	t.stack.buffer_err_B[0] = .1e9;
	deployment_hold(&q.on, &(struct hold_spec){ .mem_share = .9, .seqs = 1,
		.ctx_tok = q.batch.ctx_tok }, &h);
	serving_room(&r, &q, &s);
	ck_rel(r.tok_B, 1000, 1e-12);
	ck_rel(r.tok, floor((89e9 - h.weights_B) / 1000), 1e-12);
	ck_rel(r.tok - r.low_tok, 128155 + (h.weights_high_B - h.weights_B) /
	       1000, 1e-4);
	ck_rel(r.high_tok - r.tok, 128155, 1e-4);
	t.stack.buffer_err_B[0] = 100e9;	/* none, or all that is not */
	serving_room(&r, &q, &s);		/* weights */
	ck_rel(r.low_tok, 0, 0);
	ck_rel(r.high_tok, floor((90e9 - h.weights_B) / 1000), 1e-12);
	s.room_tok = 5000.5;
	serving_room(&r, &q, &s);
	ck_rel(r.tok, 5000, 0);
	ck_rel(r.low_tok, 5000, 0);
	ck_rel(r.high_tok, 5000, 0);
	ck_rel(r.tok_B, 1000, 1e-12);
}
END_TEST

/*
 * A share of what a pass leaves of 100 GB: half of 100 GB less weights and the
 * 20 GB that it takes, give or take 1 GB, 0.5 x 1.28155 x 1e6 tokens. Pieces
 * of its graphs take 4 GB more, where it has them.
 */
START_TEST(room_is_a_share_of_what_a_pass_leaves)
{
	struct serve_facts *of = &t.stack.serve;
	struct serving_room r;
	struct held h;

	of->free = .5;
	of->taken_B = 20e9;
	of->taken_err_B = 1e9;
	of->piece_B = 4e9;
	deployment_hold(&q.on, &(struct hold_spec){ .mem_share = 1, .seqs = 1,
		.ctx_tok = q.batch.ctx_tok }, &h);
	serving_room(&r, &q, &s);
	ck_rel(serving_mem_share(&q), 1, 0);
	ck_rel(r.tok, floor(.5 * (80e9 - h.weights_B) / 1000), 1e-12);
	ck_rel(r.tok - r.low_tok, 640776, 1e-4);
	ck_rel(r.high_tok - r.tok, 640776, 1e-4);
	of->piece = 4;		/* from four clients on: these */
	of->piece_tok = 8192;
	serving_room(&r, &q, &s);
	ck_rel(r.tok, floor(.5 * (76e9 - h.weights_B) / 1000), 1e-12);
	of->piece = 5;
	serving_room(&r, &q, &s);
	ck_rel(r.tok, floor(.5 * (80e9 - h.weights_B) / 1000), 1e-12);
	of->taken_B = 200e9;	/* nothing is left */
	serving_room(&r, &q, &s);
	ck_rel(r.tok, 0, 0);
	ck_rel(r.low_tok, 0, 0);
	/* who says a share of HBM has that, of all of it */
	q.mem_share = .5;
	serving_room(&r, &q, &s);
	ck_rel(r.tok, floor((49e9 - h.weights_B) / 1000), 1e-12);
}
END_TEST

/* ---- who is refused goes elsewhere ---- */

static const struct {
	double bucket, over_tok, over_s;
	const char *over, *what;
} besides[] = {
	{ 100, 50, 5, "", NULL },
	{ 100, 50, 5, "refused", NULL },
	{ 100, NAN, NAN, "", NULL },	/* it takes all of them */
	{ 100, 0, 0, "", NULL },
	{ 100, 50, NAN, "", "its bucket is never filled again" },
	{ 100, 50, 0, "", "its bucket is never filled again" },
	{ 100, NAN, 5, "", "overflow_refill has no bucket to fill" },
	{ 100, 0, 5, "", "overflow_refill has no bucket to fill" },
	{ NAN, 50, 5, "", "nobody is refused, so that nothing overflows" },
	{ 0, 50, 5, "", "nobody is refused, so that nothing overflows" },
	{ 100, 50, 5, "waits",
	  "nobody is refused, so that nothing overflows" },
};

START_TEST(what_overflows_has_been_refused)
{
	struct serve_door d = { .at_once = 0 };
	int rc;

	strcpy(s.overflow, "token-api");
	strcpy(s.over, besides[_i].over);
	s.bucket_tok = besides[_i].bucket;
	s.beside_tok = besides[_i].over_tok;
	s.beside_tok_s = besides[_i].over_s;
	rc = serving_beside(&d, &s, &why);
	ck_assert_int_eq(rc, besides[_i].what ? -1 : 0);
	if (rc) {
		ck_assert_str_eq(why.what, besides[_i].what);
		ck_assert_str_ne(why.remedy, "");
		return;
	}
	ck_rel(d.bucket_tok, isnan(s.beside_tok) ? 0 : s.beside_tok, 0);
	ck_rel(d.refill_tok_s, isnan(s.beside_tok_s) ? 0 : s.beside_tok_s, 0);
}
END_TEST

/* ---- requests ---- */

/* A file's requests are sent by its clock, or by so many clients. */
START_TEST(a_file_is_asked_by_clients_where_these_are_asked_for)
{
	static const struct { const char *how; enum serve_client client; }
	of[] = {
		{ "", SERVE_OPEN }, { "closed", SERVE_CLOSED },
	};
	struct serving_job job = { .load = { .nr = 3, .client = SERVE_OPEN,
		.clients = 1, .hash_tok = 1 } };

	job.load.request = calloc(3, sizeof(*job.load.request));
	for (int i = 0; i < 3; i++)
		job.load.request[i] = (struct serve_request){ .steps = 4,
			.prompt_tok = 10, .output_tok = 5, .after = -1 };
	strcpy(s.workload, "a.csv");
	strcpy(s.arrivals, of[_i].how);
	ck_assert(!serving_job_load(&job, &q, &(struct job_spec){ &s, 1 },
				    &why));
	ck_assert_int_eq(job.load.client, of[_i].client);
	ck_assert_int_eq(job.load.clients, _i ? 4 : 1);
	ck_assert_int_eq(job.load.nr, 3);
	ck_assert_int_eq(job.load.request[2].steps, 4);
	serve_load_release(&job.load);
}
END_TEST

/*
 * For a time there are requests enough for steps of one sequence, the shortest
 * there are, unless it is said how short they are, or how many requests.
 */
START_TEST(a_time_has_requests_for_its_shortest_steps)
{
	const struct price_step one = { .seqs = 1, .kv_tok = 1, .all_seqs = 1,
					.graph_seqs = 1 };
	struct serving_job job = { .shortest_s = 0 };
	double step_s;

	q.open_requests = true;
	s.stop_s = .05;
	ck_assert(!serving_job_make(&job, &q, &(struct job_spec){ &s, 1 },
				    &why));
	step_s = price_s(job.price.of, &one);
	ck_assert_double_gt(step_s, 0);
	ck_rel(job.load.nr, serving_requests_most(&q, &s, step_s), 0);
	serving_job_release(&job);
	memset(&job, 0, sizeof(job));
	job.shortest_s = 2 * step_s;
	ck_assert(!serving_job_make(&job, &q, &(struct job_spec){ &s, 1 },
				    &why));
	ck_rel(job.load.nr, serving_requests_most(&q, &s, 2 * step_s), 0);
	serving_job_release(&job);
	q.open_requests = false;
	memset(&job, 0, sizeof(job));
	ck_assert(!serving_job_make(&job, &q, &(struct job_spec){ &s, 1 },
				    &why));
	ck_assert_int_eq(job.load.nr, 20);
	serving_job_release(&job);
}
END_TEST

/* What is not given: all different, as long as 0.8 of the longest or more. */
START_TEST(requests_are_drawn_as_they_are_asked_for)
{
	struct serving_job job = { .shortest_s = 0 };
	const struct serve_load *l = &job.load;
	const struct job_spec ask = { &s, 1 };
	int least = 1024;

	ck_assert(!serving_job_load(&job, &q, &ask, &why));
	for (int i = 0; i < 20; i++) {
		const struct serve_request *r = &l->request[i];

		ck_assert_int_ge(r->prompt_tok, 819);	/* .8 x 1,024 */
		ck_assert_int_le(r->prompt_tok, 1024);
		ck_assert_int_ge(r->output_tok, 12);	/* .8 x 16 */
		ck_assert_int_le(r->output_tok, 16);
		ck_assert_int_eq(r->after, -1);
		ck_assert_int_eq(r->cached_tok + r->blocks, 0);
		least = r->prompt_tok < least ? r->prompt_tok : least;
	}
	ck_assert_int_lt(least, 900);
	ck_rel(l->hash_tok, 1, 0);
	ck_assert_int_eq(l->client, SERVE_CLOSED);
	ck_assert_int_eq(l->clients, 4);
	serve_load_release(&job.load);
	/* four of 16 tokens a block, the same for all; a quarter is there */
	strcpy(s.prompts, "same");
	strcpy(s.lengths, "uniform");
	s.block_tok = 256;
	s.spread = 1;
	s.hit = .25;
	ck_assert(!serving_job_load(&job, &q, &ask, &why));
	ck_rel(l->hash_tok, 256, 0);
	ck_assert_uint_eq(l->hashes, 4);
	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(l->request[i].blocks, 4);
		ck_assert_int_eq((int)l->request[i].first, 0);
		ck_assert_int_eq(l->request[i].cached_tok, 256);
	}
	serve_load_release(&job.load);
}
END_TEST

/*
 * Two turns, 256 tokens a block: a second prompt of 1,024 says again 1,024 and
 * 16. Of 1,040 and 2,080 tokens 4 and 8 blocks are whole, and a prompt and an
 * answer of a session are 4 + 0 and 8 + 0. Sessions share none of them.
 */
START_TEST(a_session_says_again_what_it_said)
{
	struct serving_job job = { .shortest_s = 0 };
	const struct serve_load *l = &job.load;

	s.turns = 2;
	s.think_s = 3;
	s.block_tok = 256;
	s.spread = 1;
	q.scenario.requests = 6;
	ck_assert(!serving_job_load(&job, &q, &(struct job_spec){ &s, 1 },
				    &why));
	ck_assert_int_eq(l->nr, 6);
	for (int i = 0; i < 6; i++) {
		const struct serve_request *r = &l->request[i];
		bool second = i % 2;

		ck_assert_int_eq(r->after, second ? i - 1 : -1);
		ck_assert_int_eq(r->prompt_tok, second ? 2064 : 1024);
		ck_assert_int_eq(r->blocks, second ? 8 : 4);
		ck_assert_int_eq(r->tail, 0);
		ck_assert((r->at_s > 0) == second);
		for (int b = 0; b < 4; b++)
			ck_assert((l->hash[r->first + (size_t)b] ==
				   l->hash[b]) == (i < 2));
	}
	serve_load_release(&job.load);
}
END_TEST

Suite *suite_launched(void)
{
	Suite *suite = suite_create("launched");
	TCase *tc = tcase_create("launched");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, a_word_says_more_than_a_sheet, 0,
			    NR(engines));
	tcase_add_test(tc, what_is_no_word_is_told_what_is);
	tcase_add_test(tc, a_number_says_more_than_a_sheet);
	tcase_add_loop_test(tc, a_fact_of_one_is_a_fact, 0, NR(ones));
	tcase_add_loop_test(tc, pieces_are_for_those_that_they_were_made_for,
			    0, NR(pieces));
	tcase_add_test(tc, room_has_the_ends_of_its_buffers);
	tcase_add_test(tc, room_is_a_share_of_what_a_pass_leaves);
	tcase_add_loop_test(tc, what_overflows_has_been_refused, 0,
			    NR(besides));
	tcase_add_loop_test(tc,
		a_file_is_asked_by_clients_where_these_are_asked_for, 0, 2);
	tcase_add_test(tc, a_time_has_requests_for_its_shortest_steps);
	tcase_add_test(tc, requests_are_drawn_as_they_are_asked_for);
	tcase_add_test(tc, a_session_says_again_what_it_said);
	suite_add_tcase(suite, tc);
	return suite;
}
