#include <math.h>

#include "tests/tests.h"
#include "skew/draw.h"
#include "skew/hottest.h"
#include "skew/skew.h"

/* The busiest rank in closed form beside those of layers that are drawn. */

#define SIGMA 0.985	/* of DeepSeek-R1's expert loads, see test_skew.c */

static const enum balance balances[] = {
	BALANCE_UNIFORM, BALANCE_EPLB, BALANCE_SKEWED
};

static double busiest_of(const struct skew_spec *a, double tok)
{
	struct spread out;
	struct skew s;

	skew_make(&s, a);
	skew_spread(&s, &(struct fallen){ tok, tok, 1 }, &out);
	return out.busiest;
}

static const struct { int ranks, slots; } wide[] = {
	{ 8, 256 }, { 8, 288 }, { 16, 288 }, { 32, 256 }, { 64, 256 },
	{ 72, 288 }, { 96, 288 }, { 144, 288 }, { 160, 320 }, { 256, 256 },
	{ 288, 288 }, { 320, 320 },
};

/* Of layers that are drawn: the busiest rank over the mean, and its sd. */
struct drawn {
	double busiest, sd;
};

/* query: tokens of a sequence, which all go together. */
static struct drawn layers_of(const struct skew_spec *a, double seqs,
			      int layers, int query)
{
	struct model m = { .num_hidden_layers = layers,
		.n_routed_experts = a->experts,
		.num_experts_per_tok = a->topk, .routing_together = 1 };
	const struct stack plain = { 0 };
	struct deployment on = { .machine.stack = &plain, .model = &m,
		.layout = { .gpus = a->ranks,
		.pp = 1, .tp = 1, .dcp = 1, .dp = a->ranks, .ep = a->ranks,
		.moe_tp = 1, .copies = 1 } };
	struct draw_spec d = { .on = &on, .skew = *a, .pad = 1, .seed = 1,
		.batch = { .seqs = seqs, .ctx_tok = 1, .query_tok = query,
			   .micro = 1 } };
	struct loads l;
	double sum = 0, squares = 0, mean;

	draw_loads(&l, &d);
	for (int y = 0; y < layers; y++) {
		double most = 0;

		for (int r = 0; r < a->ranks; r++)
			most = fmax(most, loads_at(&l, 0, y, r)->rows);
		most /= seqs * query * a->topk;
		sum += most;
		squares += most * most;
	}
	loads_release(&l);
	mean = sum / layers;
	return (struct drawn){ mean, sqrt(squares / layers - mean * mean) };
}

static double drawn_of(const struct skew_spec *a, double seqs, int layers,
		       int query)
{
	return layers_of(a, seqs, layers, query).busiest;
}

static double drawn_busiest(const struct skew_spec *a, double seqs, int layers)
{
	return drawn_of(a, seqs, layers, 1);
}

/*
 * What is expected is the mean of what is drawn. One layer's busiest varies by
 * up to 45 % of itself, the mean of 400 by 2.3; where a balancer has spare
 * slots it varies little.
 */
START_TEST(the_busiest_rank_is_the_mean_of_those_drawn)
{
	for (int b = 0; b < 3; b++) {
		struct skew_spec a = { .balance = balances[b], .experts = 256,
			.topk = 8, .slots = wide[_i].slots,
			.ranks = wide[_i].ranks, .sigma = SIGMA,
			.drift_cv = 0.04 };
		bool noisy = a.balance == BALANCE_SKEWED ||
			     a.slots == a.experts;

		/* 60 layers vary by 6 % */
		ck_rel(busiest_of(&a, 64.0 * a.ranks),
		       drawn_busiest(&a, 64, !noisy || SANITIZED ? 60 : 400),
		       SANITIZED ? 0.25 : noisy ? 0.055 : 0.03);
	}
}
END_TEST

/*
 * With an expert a rank there is nothing to pack: the busiest is the rank of
 * the hottest expert, in order or balanced.
 */
START_TEST(an_expert_a_rank_cannot_be_balanced)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 256,
		.topk = 8, .slots = 256, .ranks = 256, .sigma = SIGMA };
	double packed = busiest_of(&a, 64.0 * 256);

	a.balance = BALANCE_SKEWED;
	ck_rel(packed, busiest_of(&a, 64.0 * 256), 0.01);
}
END_TEST

/*
 * A few spare slots go to the hottest experts, and which slot has most then,
 * and how much, differs from layer to layer: at EP258 the third, or half of the
 * first. Where several are left that are nearly as hot, it is one whose
 * popularity is more than the balancer saw.
 */
static const struct { int ranks, slots; } spares[] = {
	{ 258, 258 }, { 260, 260 }, { 264, 264 }, { 129, 258 }, { 132, 264 },
	{ 87, 261 },
};

START_TEST(few_spare_slots_go_to_the_hottest)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 256,
		.topk = 8, .slots = spares[_i].slots, .ranks = spares[_i].ranks,
		.sigma = SIGMA, .drift_cv = 0.04 };

	ck_rel(busiest_of(&a, 64.0 * a.ranks),
	       drawn_busiest(&a, 64, SANITIZED ? 60 : 500),
	       SANITIZED ? 0.2 : 0.03);
}
END_TEST

/*
 * Ten experts of which a token takes one, all alike but by sigma: the hottest
 * has 1 / 10 where that is 0, half of it with a copy, and the whole of a token
 * in every layer where it is 20.
 */
START_TEST(the_hottest_slot_has_its_bounds)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 10,
		.topk = 1, .slots = 10, .ranks = 10, .sigma = 1e-9 };

	ck_rel(hottest_slot(&a).share, 0.1, 1e-6);
	a.sigma = 20;
	ck_assert(hottest_slot(&a).share > 0.9);
	a.slots = 11;
	ck_rel(hottest_slot(&a).share, 0.5, 0.1);
	ck_assert(hottest_slot(&a).log_sd > 0);
	a.slots = 15;
	ck_assert(hottest_known(&a));
	a.slots = 16;
	ck_assert(!hottest_known(&a));
}
END_TEST

/*
 * A chance is a chance of few tokens as of many. The hottest of 256 experts
 * has 10.7 times the mean of 8 / 256: a third of 128 tokens, 42.8 rows with
 * their noise of 5.
 */
START_TEST(the_hottest_expert_has_its_share_of_few_tokens)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 256,
		.topk = 8, .slots = 256, .ranks = 256, .sigma = SIGMA };
	int layers = SANITIZED ? 60 : 400;
	double few = drawn_busiest(&a, 0.5, layers);
	double many = drawn_busiest(&a, 64, layers);

	ck_rel(few, many, SANITIZED ? 0.2 : 0.08);
}
END_TEST

/*
 * 224 of 256 experts have two slots, the last 32 have one: at EP96 six ranks of
 * 96 hold five whole experts, the others mostly five halves. Yet the busiest is
 * one of those others in a third of the layers, for there are so many: not 3.57
 * times the mean, as of the six alone, but 3.75. One layer varies by 30 %, the
 * mean of 1,000 by one.
 */
static const struct { int ranks, slots; } spared[] = {
	{ 48, 480 }, { 96, 480 }, { 160, 480 }, { 64, 448 }, { 80, 320 },
	{ 96, 288 }, { 112, 336 },	/* most have none, and are one draw */
	{ 240, 720 }, { 320, 960 },	/* copies are among others */
};

START_TEST(many_light_ranks_are_as_good_as_a_few_heavy)
{
	struct skew_spec a = { .balance = BALANCE_SKEWED, .experts = 256,
		.topk = 8, .slots = spared[_i].slots,
		.ranks = spared[_i].ranks, .sigma = SIGMA };

	ck_rel(busiest_of(&a, 64.0 * a.ranks),
	       drawn_busiest(&a, 64, SANITIZED ? 100 : 1000),
	       SANITIZED ? 0.12 : 0.02);
}
END_TEST

/*
 * Four tokens of a sequence that go to the same experts are not four times as
 * even as one: of 8 rows a rank, which vary by themselves, 24 follow: the
 * variance is 8 x 16 + 24 over 32^2, as of 8 / (1 + 3 / 16) = 6.74 rows.
 */
START_TEST(tokens_that_go_together_are_as_uneven_as_one)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 256,
		.topk = 8, .slots = 256, .ranks = 64 };
	struct spread four, few;
	struct skew s;

	skew_make(&s, &a);
	skew_spread(&s, &(struct fallen){ 256, 64, 1 }, &four);
	skew_spread(&s, &(struct fallen){ 64 / (1 + 3.0 / 16),
					  64 / (1 + 3.0 / 16), 1 }, &few);
	ck_rel(four.busiest, few.busiest, 1e-12);
	ck_rel(four.mean.rows, 32, 1e-9);
	ck_rel(four.busiest, drawn_of(&a, 1, SANITIZED ? 60 : 400, 4),
	       SANITIZED ? 0.06 : 0.02);
}
END_TEST

/*
 * Three copies of an expert on three ranks are one draw of popularity, but each
 * has its own of a few tokens: 36 tokens on 288 ranks.
 */
START_TEST(copies_are_busy_each_for_itself)
{
	struct skew_spec a = { .balance = BALANCE_SKEWED, .experts = 256,
		.topk = 8, .slots = 864, .ranks = 288, .sigma = SIGMA };
	double tok = 36;

	ck_rel(busiest_of(&a, tok), drawn_busiest(&a, tok / 288,
						  SANITIZED ? 60 : 400),
	       SANITIZED ? 0.12 : 0.04);
}
END_TEST

/*
 * Four copies of each of 64 experts in order on 48 ranks of four: experts 0 to
 * 3 are on ranks 0, 16 and 32 and there alone, so there are 16 draws, and when
 * one is hot three ranks are, which the mean has too.
 */
START_TEST(copies_of_a_rank_are_busy_together)
{
	struct skew_spec a = { .balance = BALANCE_SKEWED, .experts = 64,
		.topk = 6, .slots = 192, .ranks = 48, .sigma = SIGMA };

	ck_rel(busiest_of(&a, 64.0 * 48),
	       drawn_busiest(&a, 64, SANITIZED ? 100 : 1000),
	       SANITIZED ? 0.08 : 0.02);
}
END_TEST

/* A standard deviation of 400 layers is good to 5 % where it is normal. */
static const struct {
	enum balance balance;
	int ranks, slots;
} varied[] = {
	{ BALANCE_UNIFORM, 64, 256 }, { BALANCE_SKEWED, 128, 256 },
	{ BALANCE_SKEWED, 72, 288 }, { BALANCE_EPLB, 256, 256 },
	{ BALANCE_EPLB, 64, 256 }, { BALANCE_EPLB, 72, 288 },
};

START_TEST(layers_differ_in_the_busiest_as_those_drawn)
{
	struct skew_spec a = { .balance = varied[_i].balance, .experts = 256,
		.topk = 8, .slots = varied[_i].slots,
		.ranks = varied[_i].ranks, .sigma = SIGMA };
	struct spread out;
	struct skew s;

	if (SANITIZED)
		return;
	skew_make(&s, &a);
	skew_spread(&s, &(struct fallen){ 64.0 * a.ranks, 64.0 * a.ranks, 1 },
		    &out);
	ck_rel(out.busiest_sd, layers_of(&a, 64, 400, 1).sd, 0.2);
}
END_TEST

/*
 * A balancer packs the hottest expert first, on rank 0 of every layer: with one
 * expert a rank that has all that is late in the mean. With 64 spare slots the
 * hottest whole experts are as hot as the 64th, and no rank stands out of many;
 * a mean expert's has 320 / 256 = 1.25 of the mean. By chance, or in order
 * without copies, no rank is the busiest of all layers.
 */
START_TEST(one_rank_is_the_busiest_of_all_layers_that_are_packed)
{
	struct skew_spec a = { .balance = BALANCE_EPLB, .experts = 256,
		.topk = 8, .slots = 256, .ranks = 256, .sigma = SIGMA };
	struct skew s;

	skew_make(&s, &a);
	ck_rel(s.always, busiest_of(&a, 64 * 256), 0.01);
	ck_assert(s.stays == 1);
	a.slots = a.ranks = 320;
	skew_make(&s, &a);
	ck_assert(s.always > 1.25 && s.stays < 0.1);
	a.slots = a.ranks = 256;
	a.balance = BALANCE_SKEWED;
	skew_make(&s, &a);
	ck_rel(s.always, 1, 1e-12);
	ck_assert(s.stays == 0);
}
END_TEST

/*
 * Six tokens of two sequences, of which 0.19 of the later ones go where the
 * first went: 6 (1 + 2 x 0.81) / 3 = 5.24 that choose for themselves, 5 or 6 in
 * a layer. With one expert each of 4,096 they touch as many, but for 5 x 4 / 2
 * pairs that meet, once in 4,096.
 */
START_TEST(parts_of_a_token_choose_in_as_many_layers)
{
	enum { LAYERS = SANITIZED ? 100 : 2000 };
	struct model m = { .num_hidden_layers = LAYERS,
		.n_routed_experts = 4096, .num_experts_per_tok = 1,
		.routing_together = 0.19 };
	const struct stack plain = { 0 };
	struct deployment on = { .machine.stack = &plain, .model = &m,
		.layout = { .gpus = 2, .pp = 1, .tp = 1, .dcp = 1, .dp = 2,
			    .ep = 2, .moe_tp = 1 } };
	struct draw_spec d = { .on = &on, .skew = { .balance = BALANCE_UNIFORM,
			.experts = 4096, .topk = 1, .slots = 4096, .ranks = 2 },
		.pad = 1, .seed = 1, .batch = { .seqs = 1, .ctx_tok = 1,
			.query_tok = 3, .micro = 1 } };
	struct loads l;
	double touched = 0;

	draw_loads(&l, &d);
	for (int y = 0; y < LAYERS; y++)
		touched += loads_at(&l, 0, y, 0)->touched +
			   loads_at(&l, 0, y, 1)->touched;
	loads_release(&l);
	ck_rel(touched / LAYERS, 5.24, SANITIZED ? 0.05 : 0.01);
}
END_TEST

/* In tiles of 64 rows. */
static struct spread tiled_of(const struct skew_spec *a, double tok)
{
	struct spread out;
	struct skew s;

	skew_make(&s, a);
	skew_spread(&s, &(struct fallen){ tok, tok, 64 }, &out);
	return out;
}

/*
 * 4,400 tokens on five slots a rank are 110 rows each, sd 10.5: three tiles of
 * 64 with a chance of q = Phi((110 - 128.5) / 10.5) = 0.0389, else two. Some of
 * 64 ranks have 1, 2, 3 of those with chances of 1 - 0.820^64 = 1, 1 - 0.986^64
 * = 0.594 and 0.034: 1.434 over the mean of 0.194. As a normal it would be
 * 2.337 (5 q (1 - q))^0.5 = 1.011; third moment over variance are 1 - 2 q =
 * 0.922, by which it is 1.011 + 0.922 x 0.423 = 1.401. The busiest's rows, 1.10
 * times as many, have five times Phi((121.2 - 128.5) / 11) - q = 0.216 more,
 * 1.078; of a normal 2.337^2 x 5 phi(1.76)^2 = 0.440^2. So the rows tell 0.922
 * x 1.078^2 + 0.078 x 0.440^2 = 1.087, and the rest is 0.936 tiles. Where a
 * rank has one slot its rows tell all.
 */
START_TEST(rows_tell_of_tiles_what_they_do)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 256,
		.topk = 8, .slots = 320, .ranks = 64 };

	ck_rel(tiled_of(&a, 4400).most_tiles, 64 * 0.936, 0.02);
	a.slots = a.ranks = 320;
	ck_assert(tiled_of(&a, 4400).most_tiles == 0);
}
END_TEST

/*
 * 4,864 tokens on two slots a rank are 76 rows each, sd 8.7: two tiles with a
 * chance of Phi((76 - 64.5) / 8.7) = 0.906, never three. Of 256 ranks one has
 * two full slots, 2 x 0.094 = 0.187 tiles over the mean. The busiest's rows,
 * 1.237 times as many, 94, bring 2 x (Phi((94 - 64.5) / 9.7) - 0.906) = 0.185,
 * and 0.03 is left; of a normal 2.8 standard deviations were 0.93.
 *
 * Of 16 ranks with eight slots of 68 rows, two tiles with a chance of 0.664,
 * the one that has most has 1.788 x (8 x 0.223)^0.5 - (1.788^2 - 1) / 6 x
 * (2 x 0.664 - 1) = 2.27 over the mean; the busiest, 1.077 times as many rows,
 * 8 x (Phi((73.3 - 64.5) / 8.56) - 0.664) = 1.46. (2.27^2 - 1.46^2)^0.5 = 1.73
 */
START_TEST(tiles_have_a_most)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 384,
		.topk = 8, .slots = 512, .ranks = 256 };

	ck_assert(tiled_of(&a, 4864).most_tiles < 64 * 0.05);
	a.experts = a.slots = 128;
	a.ranks = 16;
	ck_rel(tiled_of(&a, 1088).most_tiles, 64 * 1.733, 0.02);
}
END_TEST

/*
 * 56 tokens of 8 on 448 slots, four a rank, each hit with a chance of
 * 1 - (1 - 1 / 56)^56 = 0.6354: some of 112 ranks has all four, 1.458 over the
 * mean, sd (4 x 0.6354 x 0.3646)^0.5 = 0.963; a normal's 2.539 sd were 2.444.
 *
 * Of the tiles in tiles_have_a_most rows bring 0.185; of a normal they brought
 * 2.81 x 2^0.5 x phi(1.32) = 0.664.
 */
START_TEST(ranks_that_have_all_there_is_are_told)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 384,
		.topk = 8, .slots = 448, .ranks = 112 };
	struct spread few = tiled_of(&a, 56);

	ck_rel(few.bound, 1.458 * 1.458 / (2.444 * 2.444), 0.01);
	ck_rel(few.rows_bound, 1, 1e-12);
	a.slots = 512;
	a.ranks = 256;
	ck_rel(tiled_of(&a, 4864).rows_bound,
	       0.185 * 0.185 / (0.664 * 0.664), 0.03);
}
END_TEST

/*
 * One row or so in each slot that is hit: a tile each, and the rank that
 * touches most has most tiles, whatever its rows tell of them.
 */
START_TEST(few_rows_have_a_tile_for_each_slot_they_touch)
{
	struct skew_spec a = { .balance = BALANCE_UNIFORM, .experts = 384,
		.topk = 6, .slots = 440, .ranks = 40 };
	struct spread s = tiled_of(&a, 40);
	double more = s.most_touched - s.mean.touched;
	double told = s.busiest_load.padded / 64 - s.mean.touched;

	ck_rel(hypot(s.apart * more, told), more, 0.01);
}
END_TEST

Suite *suite_busiest(void)
{
	Suite *s = suite_create("busiest");
	TCase *tc = tcase_create("drawn");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, the_busiest_rank_is_the_mean_of_those_drawn,
			    0, (int)(sizeof(wide) / sizeof(wide[0])));
	tcase_add_test(tc, an_expert_a_rank_cannot_be_balanced);
	tcase_add_loop_test(tc, few_spare_slots_go_to_the_hottest, 0,
			    (int)(sizeof(spares) / sizeof(spares[0])));
	tcase_add_test(tc, the_hottest_slot_has_its_bounds);
	tcase_add_loop_test(tc, many_light_ranks_are_as_good_as_a_few_heavy,
			    0, (int)(sizeof(spared) / sizeof(spared[0])));
	tcase_add_test(tc, the_hottest_expert_has_its_share_of_few_tokens);
	tcase_add_test(tc, copies_of_a_rank_are_busy_together);
	tcase_add_loop_test(tc, layers_differ_in_the_busiest_as_those_drawn, 0,
			    sizeof(varied) / sizeof(varied[0]));
	tcase_add_test(tc,
		       one_rank_is_the_busiest_of_all_layers_that_are_packed);
	tcase_add_test(tc, rows_tell_of_tiles_what_they_do);
	tcase_add_test(tc, tiles_have_a_most);
	tcase_add_test(tc, ranks_that_have_all_there_is_are_told);
	tcase_add_test(tc, few_rows_have_a_tile_for_each_slot_they_touch);
	tcase_add_test(tc, parts_of_a_token_choose_in_as_many_layers);
	tcase_add_test(tc, tokens_that_go_together_are_as_uneven_as_one);
	tcase_add_test(tc, copies_are_busy_each_for_itself);
	suite_add_tcase(s, tc);
	return s;
}
