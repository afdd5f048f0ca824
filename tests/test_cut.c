#include <math.h>
#include <string.h>

#include "requests/serving.h"
#include "tests/tests.h"
#include "tests/toy_question.h"
#include "work/shard.h"

/* ---- blocks that tensor parallelism cuts ---- */

/*
 * V3 in blocks of 128 x 128: of an expert's 2048 TP32 leaves 64; of a shared
 * one's likewise, where experts are whole; of two shared ones' 4096 it leaves
 * 128, but of a dense layer's 18432 four blocks and a half. Of 128 heads 4 are
 * left: 4 x (128 + 64) queries are 6 blocks, 4 x 128 of output 4; 4 x 24 are
 * none. MXFP8 has blocks of 32 along what is summed over and none along the
 * other: 4 x 3 queries do, and 4 x 10 of output do not.
 */
static const struct {
	enum format format;
	int gpus, tp, ep;
	int shared, dense, nope, value;
	const char *of;
	double part;
	int block;
	bool by_moe;
} cuts[] = {
	{ FORMAT_FP8, 32, 32, 1, 1, 3, 128, 128, "routed experts", 64, 128,
	  true },
	{ FORMAT_FP8, 32, 1, 1, 1, 3, 128, 128, "routed experts", 64, 128,
	  true },
	{ FORMAT_FP8, 16, 16, 1, 1, 3, 128, 128, NULL, 0, 0, false },
	{ FORMAT_FP8, 32, 32, 32, 1, 3, 128, 128, "shared experts", 64, 128,
	  false },
	{ FORMAT_FP8, 32, 1, 32, 1, 3, 128, 128, NULL, 0, 0, false },
	{ FORMAT_FP8, 32, 32, 32, 2, 3, 128, 128, "dense layers", 576, 128,
	  false },
	{ FORMAT_FP8, 32, 32, 32, 2, 0, 128, 128, NULL, 0, 0, false },
	{ FORMAT_FP8, 32, 32, 32, 2, 0, 128, 24, "attention's output", 96,
	  128, false },
	{ FORMAT_FP8, 32, 32, 32, 2, 0, 129, 128, "queries", 772, 128,
	  false },
	{ FORMAT_FP8, 1, 1, 1, 1, 3, 129, 24, NULL, 0, 0, false },
	{ FORMAT_MXFP8, 32, 32, 32, 2, 3, 129, 24, NULL, 0, 0, false },
	{ FORMAT_MXFP8, 32, 32, 32, 2, 3, 129, 10, "attention's output", 40,
	  32, false },
	{ FORMAT_BF16, 32, 32, 1, 1, 3, 129, 10, NULL, 0, 0, false },
};

START_TEST(a_part_holds_whole_blocks_or_is_refused)
{
	struct shard s;
	struct toy t;

	toy_init(&t);
	toy_v3(&t.model);
	t.model.kept = kept_all(cuts[_i].format, cuts[_i].format);
	t.model.n_shared_experts = cuts[_i].shared;
	t.model.first_k_dense_replace = cuts[_i].dense;
	t.model.qk_nope_head_dim = cuts[_i].nope;
	t.model.v_head_dim = cuts[_i].value;
	toy_plan(&t, &(struct toy_plan){ .gpus = cuts[_i].gpus,
		.tp = cuts[_i].tp, .ep = cuts[_i].ep, .batch = 1 });
	s = deployment_cut(&t.on);
	if (!cuts[_i].of) {
		ck_assert_msg(!s.of, "%s: %g", s.of, s.part);
		return;
	}
	ck_assert_ptr_nonnull(s.of);
	ck_assert_str_eq(s.of, cuts[_i].of);
	ck_assert_str_eq(s.format, format_name(cuts[_i].format));
	ck_rel(s.part, cuts[_i].part, 0);
	ck_assert_int_eq(s.block, cuts[_i].block);
	ck_assert(s.by_moe == cuts[_i].by_moe);
}
END_TEST

/* ---- ranks that are played ---- */

static void make(struct question *q, struct toy *t)
{
	toy_init(t);
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .batch = 4 });
	toy_question(q, t);
}

/* At 1, 2 and 4 of at most 3 or 4; at one there is one. */
static const struct { double most; int nr; } played[] = {
	{ 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 3 },
};

START_TEST(batches_are_played_by_doublings)
{
	struct serving_ranks_spec s = { .run = { .steps = 1 },
		.most_seqs = played[_i].most, .ctx_tok = 1000 };
	struct serving_ranks r = { .nr = 7 };
	struct question q;
	struct toy t;

	make(&q, &t);
	for (int i = 0; i < SERVING_RANKS; i++)
		r.over[i] = -1;
	serving_play_ranks(&r, &q, &s);
	ck_assert_int_eq(r.nr, played[_i].nr);
	for (int i = 0; i < r.nr; i++)
		ck_assert_msg(r.over[i] > 0.5 && r.over[i] < 2, "%d: %g", i,
			      r.over[i]);
	for (int i = r.nr; i < SERVING_RANKS; i++)
		ck_assert_double_eq(r.over[i], -1);
}
END_TEST

/* Straight in the logarithm: 2^1.25 is a quarter of the way from 2 to 4. */
static const struct { double seqs, over; } between[] = {
	{ 0, 1.5 }, { 0.5, 1.5 }, { 1, 1.5 }, { 2, 1.25 }, { 4, 1.125 },
	{ 2.378414230005442, 1.21875 }, { 1.4142135623730951, 1.375 },
	{ 1000, 1.125 },
};

START_TEST(between_batches_it_is_straight_in_their_logarithm)
{
	const struct serving_ranks r = { 3, { 1.5, 1.25, 1.125 } };

	ck_rel(serving_ranks_over(&r, between[_i].seqs), between[_i].over,
	       1e-12);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_cut(void)
{
	Suite *s = suite_create("cut");
	TCase *t = tcase_create("cut");

	tcase_add_loop_test(t, a_part_holds_whole_blocks_or_is_refused, 0,
			    NR(cuts));
	tcase_add_loop_test(t, batches_are_played_by_doublings, 0,
			    NR(played));
	tcase_add_loop_test(t,
		between_batches_it_is_straight_in_their_logarithm, 0,
		NR(between));
	suite_add_tcase(s, t);
	return s;
}
