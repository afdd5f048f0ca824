#include "tests/tests.h"

#include <string.h>

#include "skew/draw.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A deployment of equal groups and ranks: what a test varies. */
struct plan {
	enum balance balance;
	int experts, topk, slots, ranks;
	double sigma;
	double seqs;		/* of a group; there are as many as ranks */
	int micro;
	int query_tok;		/* 0: 1 */
};

struct setting {
	struct deployment on;
	struct model model;
	struct draw_spec ask;
	struct stack stack;
};

static void setting_make(struct setting *s, const struct plan *p)
{
	*s = (struct setting){
		.on.machine.stack = &s->stack, .on.layout = {
			.gpus = p->ranks, .tp = 1, .dp = p->ranks,
			.ep = p->ranks, .moe_tp = 1, .slots = p->slots,
			.slots_rank = p->slots / p->ranks, .copies = 1 },
		.model = { .num_hidden_layers = 22, .first_k_dense_replace = 2,
			   .n_routed_experts = p->experts,
			   .num_experts_per_tok = p->topk },
		.ask = { .skew = { p->balance, p->experts, p->topk, p->slots,
				   p->ranks, p->sigma, 0.04 },
			 .batch = { p->seqs, 1000, p->query_tok ?
				    p->query_tok : 1, p->micro },
			 .ctx_cv = 0.2, .pad = 16, .seed = 7 } };
	s->on.model = &s->model;
	s->ask.on = &s->on;
}

static double rows_of(const struct loads *l, int micro, int layer)
{
	double rows = 0;

	for (int r = 0; r < l->ranks; r++)
		rows += loads_at(l, micro, layer, r)->rows;
	return rows;
}

static double seqs_of(const struct loads *l, int micro)
{
	double seqs = 0;

	for (int g = 0; g < l->groups; g++)
		seqs += l->seqs[micro * l->groups + g];
	return seqs;
}

/* ---- what is conserved ---- */

static const struct plan shapes[] = {
	/* balance, experts, topk, slots, ranks, sigma, seqs, micro, query */
	{ BALANCE_UNIFORM, 64, 4, 64, 8, 0, 1, 1, 0 },
	{ BALANCE_UNIFORM, 64, 4, 72, 8, 0, 33, 2, 3 },
	{ BALANCE_SKEWED, 64, 4, 64, 8, 1, 40, 1, 0 },
	{ BALANCE_SKEWED, 64, 4, 72, 8, 1, 7, 2, 2 },
	{ BALANCE_SKEWED, 64, 4, 64, 1, 2, 1, 1, 0 },
	{ BALANCE_EPLB, 64, 4, 72, 8, 1, 50, 2, 0 },
	{ BALANCE_EPLB, 64, 4, 72, 72, 1, 3.7, 1, 0 },
	{ BALANCE_EPLB, 64, 4, 64, 64, 0, 5, 1, 0 } };

START_TEST(every_pair_of_token_and_expert_arrives)
{
	const struct plan *p = &shapes[_i];
	struct setting s;
	struct loads l;

	setting_make(&s, p);
	draw_loads(&l, &s.ask);
	ck_assert_int_eq(l.layers, 20);
	for (int m = 0; m < p->micro; m++)
		for (int y = 0; y < l.layers; y++)
			ck_assert_double_eq(rows_of(&l, m, y),
				seqs_of(&l, m) * s.ask.batch.query_tok *
				p->topk);
	loads_release(&l);
}
END_TEST

START_TEST(a_load_is_consistent)
{
	const struct plan *p = &shapes[_i];
	struct setting s;
	struct loads l;

	setting_make(&s, p);
	draw_loads(&l, &s.ask);
	for (int i = 0; i < l.micro * l.layers * l.ranks; i++) {
		const struct load *at = &l.expert[i];

		ck_assert(at->touched <= fmin(at->rows,
					      s.on.layout.slots_rank));
		ck_assert((at->touched > 0) == (at->rows > 0));
		ck_assert(at->padded >= at->rows);
		ck_assert(at->padded < at->rows + 16 * at->touched + 1);
		ck_assert_double_eq(fmod(at->padded, 16), 0);
	}
	loads_release(&l);
}
END_TEST

/* A token has 4 different experts: nothing overlaps, not even when skewed. */
START_TEST(a_lone_token_touches_topk_slots)
{
	static const struct plan p = { BALANCE_SKEWED, 64, 4, 64, 1, 1.5, 1,
				       1, 0 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	draw_loads(&l, &s.ask);
	for (int y = 0; y < l.layers; y++) {
		ck_assert_double_eq(loads_at(&l, 0, y, 0)->touched, 4);
		ck_assert_double_eq(loads_at(&l, 0, y, 0)->padded, 4 * 16);
	}
	loads_release(&l);
}
END_TEST

/* 1 sequence on one group in two micro-batches: 1 and 0, counted as 1. */
START_TEST(an_empty_micro_batch_counts_as_a_token)
{
	static const struct plan p = { BALANCE_UNIFORM, 64, 4, 64, 1, 0, 1,
				       2, 0 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	draw_loads(&l, &s.ask);
	ck_assert_double_eq(l.seqs[0], 1);
	ck_assert_double_eq(l.seqs[1], 0);
	ck_assert_double_eq(l.kv_tok[1], 0);
	ck_assert_double_eq(rows_of(&l, 1, 0), 4);
	loads_release(&l);
}
END_TEST

/*
 * 9 sequences a group, 8 groups, 3 tokens each in the main model: micro-batch
 * 0 has 5 x 8 x 3 tokens, 1 has 4 x 8 x 3. A draft has all 72 at once.
 */
START_TEST(drafts_stand_last_with_the_whole_batch)
{
	static const struct plan p = { BALANCE_EPLB, 64, 4, 72, 8, 1, 9, 2,
				       3 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	s.on.layout.drafts = 2;
	draw_loads(&l, &s.ask);
	ck_assert_int_eq(l.layers, 22);
	ck_assert_double_eq(rows_of(&l, 0, 19), 120 * 4);
	ck_assert_double_eq(rows_of(&l, 1, 19), 96 * 4);
	for (int y = 20; y < 22; y++) {
		ck_assert_double_eq(rows_of(&l, 0, y), 72 * 4);
		ck_assert_double_eq(rows_of(&l, 1, y), 0);
	}
	loads_release(&l);
}
END_TEST

/* ---- same and different ---- */

static bool same(const struct loads *a, const struct loads *b)
{
	size_t experts = (size_t)(a->micro * a->layers * a->ranks);
	size_t seats = (size_t)(a->micro * a->groups);

	return !memcmp(a->expert, b->expert, experts * sizeof(*a->expert)) &&
	       !memcmp(a->seqs, b->seqs, seats * sizeof(*a->seqs)) &&
	       !memcmp(a->kv_tok, b->kv_tok, seats * sizeof(*a->kv_tok));
}

START_TEST(the_same_seed_and_step_give_the_same_bytes)
{
	struct setting s;
	struct loads a, b;

	setting_make(&s, &shapes[_i]);
	s.ask.step = 5;
	draw_loads(&a, &s.ask);
	draw_loads(&b, &s.ask);
	ck_assert(same(&a, &b));
	loads_release(&a);
	loads_release(&b);
}
END_TEST

START_TEST(another_seed_or_step_gives_other_loads)
{
	struct setting s;
	struct loads a, b, c;

	setting_make(&s, &shapes[5]);
	draw_loads(&a, &s.ask);
	s.ask.step = 1;
	draw_loads(&b, &s.ask);
	s.ask.step = 0;
	s.ask.seed++;
	draw_loads(&c, &s.ask);
	ck_assert(!same(&a, &b) && !same(&a, &c) && !same(&b, &c));
	loads_release(&a);
	loads_release(&b);
	loads_release(&c);
}
END_TEST

/* Lengths have a stream of their own: a layer more changes none. */
START_TEST(lengths_do_not_depend_on_the_experts)
{
	struct setting s;
	struct loads a, b;

	setting_make(&s, &shapes[5]);
	draw_loads(&a, &s.ask);
	s.model.num_hidden_layers++;
	s.ask.skew.balance = BALANCE_UNIFORM;
	draw_loads(&b, &s.ask);
	ck_assert(!memcmp(a.kv_tok, b.kv_tok, 16 * sizeof(*a.kv_tok)));
	loads_release(&a);
	loads_release(&b);
}
END_TEST

/* ---- against the expectation of skew/skew ---- */

struct means {
	double touched, padded;	/* of a rank */
	double busiest;		/* most rows of a rank over the mean */
};

static double busiest_of(const struct loads *l, int layer)
{
	double most = 0;

	for (int r = 0; r < l->ranks; r++)
		most = fmax(most, loads_at(l, 0, layer, r)->rows);
	return most * l->ranks / rows_of(l, 0, layer);
}

static void means_of(struct means *m, struct setting *s, int steps)
{
	*m = (struct means){ 0 };
	for (s->ask.step = 0; s->ask.step < steps; s->ask.step++) {
		struct loads l;
		double cells;

		draw_loads(&l, &s->ask);
		cells = (double)l.layers * steps;
		for (int i = 0; i < l.layers * l.ranks; i++) {
			m->touched += l.expert[i].touched / l.ranks / cells;
			m->padded += l.expert[i].padded / l.ranks / cells;
		}
		for (int y = 0; y < l.layers; y++)
			m->busiest += busiest_of(&l, y) / cells;
		loads_release(&l);
	}
}

static void expect(struct spread *out, const struct setting *s)
{
	double tok = batch_tok(&s->ask.batch, &s->on);
	struct skew skew;

	skew_make(&skew, &s->ask.skew);
	skew_spread(&skew, &(struct fallen){ tok, tok, s->ask.pad }, out);
}

static const struct plan means[] = {
	/* DeepSeek-V3 on 8 GPUs, 8 to 256 tokens in all */
	{ BALANCE_UNIFORM, 256, 8, 256, 8, 0, 1, 1, 0 },
	{ BALANCE_UNIFORM, 256, 8, 256, 8, 0, 4, 1, 0 },
	{ BALANCE_UNIFORM, 256, 8, 256, 8, 0, 40, 1, 0 },
	{ BALANCE_SKEWED, 256, 8, 256, 8, 0.985, 1, 1, 0 },
	{ BALANCE_SKEWED, 256, 8, 256, 8, 0.985, 4, 1, 0 },
	{ BALANCE_SKEWED, 256, 8, 256, 8, 0.985, 40, 1, 0 },
	{ BALANCE_EPLB, 256, 8, 288, 8, 0.985, 4, 1, 0 },
	{ BALANCE_EPLB, 256, 8, 288, 8, 0.985, 40, 1, 0 } };

START_TEST(slots_touched_have_the_expected_mean)
{
	struct setting s;
	struct spread want;
	struct means got;

	setting_make(&s, &means[_i]);
	expect(&want, &s);
	means_of(&got, &s, 20);
	ck_rel(got.touched, want.mean.touched, 0.02);
	ck_rel(got.padded, want.mean.padded, 0.02);
}
END_TEST

/* R1 at EP32, 128 tokens a GPU: 2.56 without and 1.109 with EPLB measured. */
static const struct plan wide[] = {
	{ BALANCE_UNIFORM, 256, 8, 256, 32, 0, 128, 1, 0 },
	{ BALANCE_SKEWED, 256, 8, 256, 32, 0.985, 128, 1, 0 },
	{ BALANCE_EPLB, 256, 8, 288, 32, 0.985, 128, 1, 0 },
	/* without spares: where the hottest expert decides, and how hot it is
	   differs by layer; V4-Pro and V3 */
	{ BALANCE_EPLB, 384, 6, 384, 32, 0.985, 128, 1, 0 },
	{ BALANCE_EPLB, 256, 8, 256, 32, 0.985, 128, 1, 0 },
	{ BALANCE_EPLB, 256, 8, 256, 64, 0.985, 128, 1, 0 } };

START_TEST(the_busiest_rank_has_the_expected_rows)
{
	struct setting s;
	struct spread want;
	struct means got;

	setting_make(&s, &wide[_i]);
	expect(&want, &s);
	means_of(&got, &s, 20);
	ck_rel(got.busiest, want.busiest, 0.03);
}
END_TEST

/* The published measurements: TensorRT-LLM tech blog 4, Table 1. */
START_TEST(r1_at_ep32_is_as_uneven_as_was_measured)
{
	static const double was[] = { 2.564, 1.109 }, off[] = { 0.08, 0.02 };
	struct setting s;
	struct means got;

	setting_make(&s, &wide[1 + _i]);
	means_of(&got, &s, 20);
	ck_rel(got.busiest, was[_i], off[_i]);
}
END_TEST

/* ---- sequences ---- */

/* 35.58 x 48 = 1707.84: 1708, each group 35 or 36. */
START_TEST(a_fractional_batch_is_spread_over_the_groups)
{
	static const struct plan p = { BALANCE_UNIFORM, 48, 2, 48, 48, 0,
				       35.58, 2, 0 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	draw_loads(&l, &s.ask);
	ck_assert_double_eq(seqs_of(&l, 0) + seqs_of(&l, 1), 1708);
	for (int g = 0; g < 48; g++) {
		double first = l.seqs[g], second = l.seqs[48 + g];

		ck_assert(first + second == 35 || first + second == 36);
		ck_assert_double_eq(first, 18);
	}
	loads_release(&l);
}
END_TEST

static const struct { int groups, steps; double seqs, all; } batches[] = {
	{ 1, 100, 35.58, 3558 },	/* 42 steps of 35, 58 of 36 */
	{ 1, 8, 0.25, 2 },		/* in two of eight steps */
	{ 2, 4, 1.25, 10 },		/* 2.5 a step */
	{ 48, 25, 35.58, 42696 },	/* 1707.84 a step */
	{ 3, 5, 7, 105 } };

START_TEST(a_fractional_batch_is_right_over_the_steps)
{
	double mean = batches[_i].seqs * batches[_i].groups, all = 0;
	struct plan p = { BALANCE_UNIFORM, 48, 2, 48, batches[_i].groups, 0,
			  batches[_i].seqs, 1, 0 };
	struct setting s;

	setting_make(&s, &p);
	for (s.ask.step = 0; s.ask.step < batches[_i].steps; s.ask.step++) {
		struct loads l;

		draw_loads(&l, &s.ask);
		ck_assert(fabs(seqs_of(&l, 0) - mean) < 1);
		for (int g = 0; g < l.groups; g++)
			ck_assert(fabs(l.seqs[g] - batches[_i].seqs) < 1);
		all += seqs_of(&l, 0);
		loads_release(&l);
	}
	ck_assert_double_eq(all, batches[_i].all);
}
END_TEST

/*
 * One sequence a group, so that kv_tok is a length: mean 1000, cv as asked.
 * 48,000 lengths: the mean errs by cv / sqrt(48000) = 0.1 % for cv 0.2. A
 * uniform's cv is its half width / sqrt(3): 0.2 spans 1000 (1 +- 0.346).
 */
static const double cvs[] = { 0, 0.0642, 0.2, 0.5 };

START_TEST(lengths_have_the_mean_and_spread_asked_for)
{
	static const struct plan p = { BALANCE_UNIFORM, 48, 2, 48, 48, 0, 1,
				       1, 0 };
	double cv = cvs[_i], sum = 0, squares = 0, nr = 48 * 1000, mean;
	struct setting s;

	setting_make(&s, &p);
	s.model.num_hidden_layers = 3;
	s.ask.ctx_cv = cv;
	for (s.ask.step = 0; s.ask.step < 1000; s.ask.step++) {
		struct loads l;

		draw_loads(&l, &s.ask);
		for (int g = 0; g < 48; g++) {
			double x = l.kv_tok[g] / 1000;

			ck_assert(fabs(x - 1) <= sqrt(3) * cv + 1e-12);
			sum += x;
			squares += (x - 1) * (x - 1);
		}
		loads_release(&l);
	}
	mean = sum / nr;
	ck_assert_double_eq_tol(mean, 1, 0.01);
	ck_assert_double_eq_tol(sqrt(squares / nr), cv, 0.01 * cv + 1e-9);
}
END_TEST

/* A uniform cannot spread further than from 0 to twice the mean. */
START_TEST(no_length_is_negative)
{
	static const struct plan p = { BALANCE_UNIFORM, 48, 2, 48, 48, 0, 1,
				       1, 0 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	s.ask.ctx_cv = 3;
	draw_loads(&l, &s.ask);
	for (int g = 0; g < 48; g++)
		ck_assert(l.kv_tok[g] >= 0 && l.kv_tok[g] <= 2000);
	loads_release(&l);
}
END_TEST

/* 30 sequences in a group: their lengths add, 30 x 1000 within 5 sd. */
START_TEST(a_group_holds_the_sum_of_its_lengths)
{
	static const struct plan p = { BALANCE_UNIFORM, 48, 2, 48, 48, 0, 30,
				       1, 0 };
	struct setting s;
	struct loads l;

	setting_make(&s, &p);
	draw_loads(&l, &s.ask);
	for (int g = 0; g < 48; g++)	/* sd: 200 sqrt(30) = 1095 */
		ck_assert_double_eq_tol(l.kv_tok[g], 30000, 5 * 1095);
	loads_release(&l);
}
END_TEST

Suite *suite_sample(void)
{
	Suite *s = suite_create("sample");
	TCase *t = tcase_create("experts");

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, every_pair_of_token_and_expert_arrives, 0,
			    NR(shapes));
	tcase_add_loop_test(t, a_load_is_consistent, 0, NR(shapes));
	tcase_add_test(t, a_lone_token_touches_topk_slots);
	tcase_add_test(t, an_empty_micro_batch_counts_as_a_token);
	tcase_add_test(t, drafts_stand_last_with_the_whole_batch);
	tcase_add_loop_test(t, the_same_seed_and_step_give_the_same_bytes, 0,
			    NR(shapes));
	tcase_add_test(t, another_seed_or_step_gives_other_loads);
	tcase_add_test(t, lengths_do_not_depend_on_the_experts);
	tcase_add_loop_test(t, slots_touched_have_the_expected_mean, 0,
			    NR(means));
	tcase_add_loop_test(t, the_busiest_rank_has_the_expected_rows, 0,
			    NR(wide));
	tcase_add_loop_test(t, r1_at_ep32_is_as_uneven_as_was_measured, 0, 2);
	suite_add_tcase(s, t);
	t = tcase_create("sequences");
	tcase_set_timeout(t, 30);
	tcase_add_test(t, a_fractional_batch_is_spread_over_the_groups);
	tcase_add_loop_test(t, a_fractional_batch_is_right_over_the_steps, 0,
			    NR(batches));
	tcase_add_loop_test(t, lengths_have_the_mean_and_spread_asked_for, 0,
			    NR(cvs));
	tcase_add_test(t, no_length_is_negative);
	tcase_add_test(t, a_group_holds_the_sum_of_its_lengths);
	suite_add_tcase(s, t);
	return s;
}
