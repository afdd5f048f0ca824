#include "time/price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"

typedef void (*toy_fn)(struct model *);

static const struct {
	toy_fn model;
	int gpus, tp;
	bool two_batch;
	double decode, prompts;	/* between nodes a line is so far off */
} plans[] = {
	{ toy_v3, 8, 8, false, 0.01, 0.05 },
	{ toy_v3, 8, 1, false, 0.01, 0.05 },
	{ toy_v3, 16, 1, true, 0.05, 0.06 },
	{ toy_v32, 8, 1, false, 0.04, 0.3 },	/* a pick of 2,048 is a kink */
	{ toy_v4_pro, 8, 2, false, 0.04, 0.08 },
};

enum { PLANS = sizeof(plans) / sizeof(plans[0]) };

static void make(struct toy *t, int i)
{
	toy_init(t);
	plans[i].model(&t->model);
	t->stack.prefill_sms = 0.8;
	t->stack.eager_fp4_s = t->stack.eager_s = 1e-4;
	t->stack.overhead_prefill = 1.25;
	t->stack.host_s = 1e-3;
	t->stack.host_seq_s = 1e-5;
	toy_plan(t, &(struct toy_plan){ .gpus = plans[i].gpus,
		.tp = plans[i].tp, .batch = 1,
		.two_batch = plans[i].two_batch });
}

/* The same in every group. */
static struct price_step even(const struct price *p, double seqs, double ctx,
			      double new_tok, double mean)
{
	return (struct price_step){ seqs, seqs * ctx, new_tok, new_tok * mean,
		fmax(0, mean - new_tok / 2), seqs * p->groups,
		new_tok * p->groups, seqs };
}

/* One sequence is one batch. */
static void ask(struct toy *t, int i, double seqs)
{
	t->ask.batch.seqs = seqs;
	t->ask.two_batch = plans[i].two_batch && seqs >= 2;
	t->ask.batch.micro = t->ask.two_batch ? 2 : 1;
}

START_TEST(without_a_prompt_it_is_step_time)
{
	static const double seqs[] = { 1, 3, 8, 17, 64, 100, 256 };
	struct toy t;
	struct price p;
	struct step st;

	make(&t, _i);
	price_make(&p, &t.ask);
	for (unsigned i = 0; i < sizeof(seqs) / sizeof(*seqs); i++)
		for (double ctx = 128; ctx < 1e5; ctx *= 5) {
			struct price_step s = even(&p, seqs[i], ctx, 0, 0);

			ask(&t, _i, seqs[i]);
			t.ask.batch.ctx_tok = ctx;
			step_time(&st, &t.ask);
			ck_rel(price_s(&p, &s), st.s, plans[_i].decode);
		}
}
END_TEST

/*
 * Where a host launches every kernel, and waits for drafts, of a step of 1 to
 * 256 sequences: a host that takes 10 us a kernel, and one that takes 1 ms.
 */
START_TEST(a_host_that_launches_is_in_the_price)
{
	static const double seqs[] = { 1, 8, 64, 256 }, us[] = { 10, 1000 };
	struct toy t;
	struct price p;
	struct step st;

	for (unsigned i = 0; i < 8; i++) {
		struct price_step s;

		make(&t, _i);
		t.stack.launch_s = us[i / 4] * 1e-6;
		t.stack.drafting.turn_s[TURN_NEAR] =
			t.stack.drafting.turn_s[TURN_NET] = 2e-3;
		t.stack.launch_norm = 4;
		price_make(&p, &t.ask);
		s = even(&p, seqs[i % 4], 1000, 0, 0);
		ask(&t, _i, seqs[i % 4]);
		t.ask.batch.ctx_tok = 1000;
		step_time(&st, &t.ask);
		ck_assert(st.launch_s > 0);
		ck_rel(price_s(&p, &s), st.s, plans[_i].decode);
	}
}
END_TEST

START_TEST(without_decode_it_is_prefills_pass)
{
	struct toy t;
	struct price p;
	struct prefill_pass pass;

	make(&t, _i);
	price_make(&p, &t.ask);
	for (double tok = 100; tok < 4e4; tok *= 3)
		for (double prior = 0; prior < 5e4; prior = 5 * prior + 500) {
			struct price_step s = even(&p, 0, 0, tok,
						   prior + tok / 2);

			prefill_pass(&pass, &t.ask, &(struct chunk){ 1, prior,
				tok });
			ck_rel(price_s(&p, &s), pass.s, plans[_i].prompts);
		}
}
END_TEST

/* Graphs of 4, 8, 16, 24 and so on to 256 sequences. */
static void pad(struct toy *t, bool routed, bool ranks)
{
	t->stack.padding.pads = 1;
	t->stack.padding.routed = t->stack.padding.routed_ep = routed;
	t->stack.padding.ranks = ranks;
	captured_parse(&t->stack.padding.sizes, "4 8 16..256+8");
}

/*
 * As close as without (plans); a step without a graph is computed as it is. Of
 * a lone sequence in two micro-batches, which takes longer than two, a price
 * knows nothing.
 */
START_TEST(a_padded_step_is_step_time)
{
	static const double seqs[] = { 2, 3, 4, 5, 9, 16, 17, 33, 65, 200 };
	struct toy t;
	struct price p;
	struct step *st = step_room();

	for (int how = 0; how < 4; how++)
	for (unsigned i = SANITIZED ? (unsigned)how : 0;
	     i < sizeof(seqs) / sizeof(*seqs); i += SANITIZED ? 4 : 1) {
		struct price_step s;

		make(&t, _i);
		t.stack.eager_fp4_s = t.stack.eager_s = 0;
		pad(&t, how & 1, how & 2);
		price_make(&p, &t.ask);
		s = even(&p, seqs[i], 1000, 0, 0);
		s.graph_seqs = 256;
		t.ask.batch.seqs = seqs[i];
		t.ask.batch.ctx_tok = 1000;
		step_time(st, &t.ask);
		ck_rel(price_s(&p, &s), st->s, plans[_i].decode);
		s.graph_seqs = 0;
		t.ask.batch.rows = seqs[i];
		step_time(st, &t.ask);
		ck_rel(price_s(&p, &s), st->s, plans[_i].decode);
	}
	free(st);
}
END_TEST

/*
 * A price of a second a sequence after attention, and of 10 s a sequence in
 * it; a row of padding takes a quarter of that there, and a tenth here. 5
 * sequences in a graph of 8 are 6 where padding goes to experts:
 *
 *	0.75 x 6 + 0.25 x 8 = 6.5, 0.9 x 60 + 0.1 x 80 = 62, and else
 *	0.75 x 5 + 0.25 x 8 = 5.75, 0.9 x 50 + 0.1 x 80 = 53
 *
 * A mean of 3 beside them is a graph of 4 by itself, 0.75 x 4 + 0.25 x 4 = 4,
 * and of 8 where ranks are alike, 0.75 x 4 + 0.25 x 8 = 5. A largest graph
 * of 6 is all that there is to fill: 0.75 x 6 + 0.25 x 6 + 60.
 */
static const struct {
	bool routed, ranks;
	double seqs, mean, graph, s;
} by_hand[] = {
	{ true, false, 5, 5, 256, 6.5 + 62 },
	{ false, false, 5, 5, 256, 5.75 + 53 },
	{ true, false, 5, 3, 256, 4 + 62 },
	{ true, true, 5, 3, 256, 5 + 62 },
	{ true, true, 5, 5, 6, 6 + 60 },
	{ true, true, 5, 5, 0, 5 + 50 },
	{ true, true, 8, 8, 256, 8 + 80 },
	{ true, true, 300, 300, 512, 300 + 3000 },
};

START_TEST(a_row_of_padding_takes_its_share)
{
	struct toy t;
	struct price p;
	struct price_step s;

	make(&t, 1);
	t.stack.host_s = t.stack.host_seq_s = 0;
	t.stack.eager_fp4_s = t.stack.eager_s = 0;
	pad(&t, by_hand[_i].routed, by_hand[_i].ranks);
	price_make(&p, &t.ask);
	for (int i = 0; i < PRICE_SEQS; i++) {
		p.rest_s[i] = p.seqs[i];
		p.rest_row[i] = 0.25;
		p.attn_row[i] = 0.1;
		for (int j = 0; j < PRICE_KVS; j++)
			p.attn_s[i][j] = 10 * p.seqs[i];
	}
	s = even(&p, by_hand[_i].seqs, 1000, 0, 0);
	s.all_seqs = by_hand[_i].mean * p.groups;
	s.graph_seqs = by_hand[_i].graph;
	ck_rel(price_s(&p, &s), by_hand[_i].s, 1e-12);
}
END_TEST

/* One sequence more, or one more in all, whatever graphs there are. */
START_TEST(one_more_is_never_quicker_in_a_graph)
{
	struct toy t;
	struct price p;

	make(&t, _i);
	pad(&t, true, _i % 2);
	price_make(&p, &t.ask);
	for (double kv = 100; kv < 1e7; kv *= 30) {
		double most = 0, all = 0;

		for (double n = 1; n < 270; n++) {
			struct price_step s = even(&p, n, 1, 0, 0);

			s.kv_tok = kv;
			s.graph_seqs = 1024;
			ck_assert(price_s(&p, &s) >= most);
			most = price_s(&p, &s);
			s.seqs = 270;
			s.all_seqs = 270 + n * (p.groups - 1);
			ck_assert(price_s(&p, &s) >= all);
			all = price_s(&p, &s);
		}
	}
}
END_TEST

/* Each field by itself, up by a fifth. */
START_TEST(more_of_anything_is_never_quicker)
{
	struct toy t;
	struct price p;

	make(&t, _i);
	price_make(&p, &t.ask);
	for (double seqs = 1; seqs < 600; seqs *= 2.3)
	for (double ctx = 10; ctx < 1e5; ctx *= 11)
	for (double tok = 0; tok < 2e4; tok = 7 * tok + 30) {
		const struct price_step s = even(&p, seqs, ctx, tok, ctx);
		double least = price_s(&p, &s);
		struct price_step u = s;

		u.seqs *= 1.2;
		u.all_seqs *= 1.2;
		ck_assert(price_s(&p, &u) >= least);
		u = s;
		u.all_seqs *= 1.2;
		ck_assert(price_s(&p, &u) >= least);
		u = s;
		u.kv_tok *= 1.2;
		ck_assert(price_s(&p, &u) >= least);
		u = s;
		u.new_tok = 1.2 * tok + 1;
		u.all_new_tok += u.new_tok;
		ck_assert(price_s(&p, &u) >= least);
		u = s;
		u.attend_tok2 = 1.2 * u.attend_tok2 + 1;
		ck_assert(price_s(&p, &u) >= least);
		u = s;
		u.prior_tok = 1.2 * u.prior_tok + 1;
		ck_assert(price_s(&p, &u) >= least);
	}
}
END_TEST

/* The least KV that a table knows: 64 tokens, or one of each sequence. */
static double least_kv(double seqs)
{
	return fmax(64, seqs);
}

/* What a decode step takes beyond one with as little KV as that. */
static double core_of(struct toy *t, double seqs, double ctx)
{
	struct step *st = step_room();
	double s;

	t->ask.batch.seqs = seqs;
	t->ask.batch.ctx_tok = ctx;
	step_time(st, &t->ask);
	s = st->s;
	t->ask.batch.ctx_tok = least_kv(seqs) / seqs;
	step_time(st, &t->ask);
	s -= st->s;
	free(st);
	return s;
}

/*
 * Beside the same prompts a longer context adds what it adds to a decode
 * step: core(seqs, ctx), whatever those prompts' own overhead. Of V3 that is
 * bytes; of V3.2 each sequence picks 2,048 tokens, so 256 of 2,048 tokens
 * pick 64 times what 4 of 131,072 do, and have as much KV. At nodes, so that
 * nothing is between them.
 */
START_TEST(a_mixed_step_adds_the_core_attention_of_decode)
{
	static const double seqs[] = { 4, 16, 64, 256 };
	struct toy t;
	struct price p;

	make(&t, _i);
	t.stack.eager_fp4_s = t.stack.eager_s = 0;
	price_make(&p, &t.ask);
	for (unsigned i = 0; i < sizeof(seqs) / sizeof(*seqs); i++)
		for (double ctx = 512; ctx < 2e5; ctx *= 4) {
			struct price_step s = even(&p, seqs[i], ctx, 32768,
						   16384);
			double with;

			if (plans[_i].two_batch)
				continue;	/* hidden behind wires */
			with = price_s(&p, &s);
			s.kv_tok = least_kv(seqs[i]);
			ck_rel(with - price_s(&p, &s),
			       core_of(&t, seqs[i], ctx), 0.03);
		}
}
END_TEST

/*
 * A sequence that verifies a draft is two rows: 64 of them and 3,968 prompt
 * tokens are 4,096 rows. Then there is what reads the 64's KV: "mla", 61
 * times.
 */
START_TEST(a_draft_is_a_row_beside_prompts)
{
	struct toy t;
	struct price p;
	struct price_step s;
	struct step *st = step_room();
	double rows, mla = 0;

	make(&t, 0);
	t.stack.host_seq_s = t.stack.eager_s = t.stack.eager_fp4_s = 0;
	t.ask.batch = (struct batch){ .seqs = 64, .ctx_tok = 1,
		.query_tok = 2, .micro = 1 };
	step_time(st, &t.ask);
	for (int i = 0; i < st->graph.ops; i++)
		if (strcmp(st->graph.op[i].name, "mla") == 0)
			mla = 61 * st->cost[i].s;
	ck_assert(mla > 0);
	price_make(&p, &t.ask);
	s = even(&p, 0, 0, 4096, 1);
	rows = price_s(&p, &s);
	s = even(&p, 64, 1, 3968, 1);
	ck_rel(price_s(&p, &s), rows + mla, 1e-6);
	free(st);
}
END_TEST

/* A hundredth of one in a group is one of a hundred that it has. */
START_TEST(no_group_has_less_than_one)
{
	struct toy t;
	struct price p;
	struct price_step s;
	double one;

	make(&t, 1);
	t.stack.host_seq_s = 0;
	price_make(&p, &t.ask);
	s = (struct price_step){ .seqs = 1, .kv_tok = 4096, .all_seqs = 8,
				 .graph_seqs = 1 };
	one = price_s(&p, &s);
	for (s.seqs = 0.01; s.seqs < 1; s.seqs *= 2)
		ck_rel(price_s(&p, &s), one, 1e-12);
}
END_TEST

/* A group with little waits for the one with most, and shares its experts. */
START_TEST(the_fullest_group_decides)
{
	struct toy t;
	struct price p;
	struct price_step s;
	double full, half;

	make(&t, 1);
	price_make(&p, &t.ask);
	s = even(&p, 64, 4096, 0, 0);
	full = price_s(&p, &s);
	s.all_seqs = 32 * p.groups;
	half = price_s(&p, &s);
	ck_assert(half < full);
	s = even(&p, 32, 4096, 0, 0);
	ck_assert(price_s(&p, &s) < half);
}
END_TEST

Suite *suite_price(void)
{
	Suite *s = suite_create("price");
	TCase *c = tcase_create("price");

	tcase_add_loop_test(c, without_a_prompt_it_is_step_time, 0, PLANS);
	tcase_add_loop_test(c, a_host_that_launches_is_in_the_price, 0,
			    PLANS);
	tcase_add_loop_test(c, without_decode_it_is_prefills_pass, 0, PLANS);
	tcase_add_loop_test(c, a_padded_step_is_step_time, 0, PLANS);
	tcase_add_loop_test(c, a_row_of_padding_takes_its_share, 0,
			    (int)(sizeof(by_hand) / sizeof(*by_hand)));
	tcase_add_loop_test(c, one_more_is_never_quicker_in_a_graph, 0, PLANS);
	tcase_add_loop_test(c, more_of_anything_is_never_quicker, 0, PLANS);
	tcase_add_loop_test(c, a_mixed_step_adds_the_core_attention_of_decode,
			    0, PLANS);
	tcase_add_test(c, a_draft_is_a_row_beside_prompts);
	tcase_add_test(c, no_group_has_less_than_one);
	tcase_add_test(c, the_fullest_group_decides);
	suite_add_tcase(s, c);
	return s;
}
