#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "tests/tests.h"
#include "tests/toy.h"

/*
 * A cost is of its op and its machine, and of nothing that stood there before:
 * random ops of every kind, costed into room that holds something else.
 */

#define US 1e-6

enum { OPS = 400 };

static double upto(struct chance *c, double most)
{
	return most * chance_uniform(c);
}

static void machine(struct toy *t, struct machine *m)
{
	toy_init(t);
	t->stack.overhead = 1.25;
	t->stack.head_s = 7 * US;
	t->stack.forward_s = 2 * US;
	for (int r = 0; r < ROLE_NR; r++) {
		t->stack.law[r].c_s = US;
		t->stack.law[r].kappa_s = 2 * US;
		t->stack.law[r].tile_s = US;
		t->stack.law[r].e_nvlink = 0.5;
		t->stack.law[r].fill_s = US;
		t->stack.law[r].pad = 1 + r % 16;
		t->stack.law[r].p = r % 4;
	}
	*m = (struct machine){ .gpu = &t->gpu, .stack = &t->stack };
}

static struct op any_op(struct chance *c)
{
	static const enum stage stages[] = { STAGE_ATTN1, STAGE_EXPERTS,
		STAGE_HEAD, STAGE_SHARED };
	struct op op = { .name = "any",
		.kind = (enum op_kind)chance_below(c, OP_FIXED + 1),
		.stage = stages[chance_below(c, 4)],
		.role = (enum role)chance_below(c, ROLE_NR),
		.count = 1 + (double)chance_below(c, 3),
		.ranks = 2 + (int)chance_below(c, 31) };

	op.nodes = (op.ranks + 7) / 8;
	op.m = upto(c, 300);
	op.n = upto(c, 4096);
	op.k = upto(c, 4096);
	op.flop_row = chance_below(c, 4) ? upto(c, 1e9) : 0;
	op.weight_B = upto(c, 1e7);
	op.act_B = upto(c, 1e6);
	op.ctas = chance_below(c, 2) ? upto(c, 100) : 0;
	op.payload_B = upto(c, 1e7);
	op.nvlink_B = upto(c, 1e7);
	op.rdma_B = op.nodes > 1 ? upto(c, 1e6) : 0;
	op.pack_B = chance_below(c, 2) ? upto(c, 1e8) : 0;
	op.sms = chance_below(c, 2) ? upto(c, 0.5) : 0;
	op.forwarded = chance_below(c, 2);
	if (op.stage == STAGE_EXPERTS) {
		op.load = (struct load){ 4, 2 * op.m, 3 * op.m };
		op.row_nvlink_B = chance_below(c, 2) ? 2000 : 0;
	}
	if (op.stage == STAGE_SHARED)
		op.beside = chance_below(c, 2);
	return op;
}

static void same(const struct cost *a, const struct cost *b)
{
	ck_assert(a->s == b->s && a->hbm_s == b->hbm_s &&
		  a->flop_s == b->flop_s && a->serial_s == b->serial_s &&
		  a->roofs_s == b->roofs_s && a->fixed_s == b->fixed_s);
	ck_assert(a->nvlink_s == b->nvlink_s && a->rdma_s == b->rdma_s &&
		  a->pack_s == b->pack_s && a->nvlink_B == b->nvlink_B &&
		  a->rdma_B == b->rdma_B && a->bound == b->bound);
}

START_TEST(a_cost_owes_nothing_to_the_last)
{
	struct chance c;
	struct machine m;
	struct toy t;

	machine(&t, &m);
	chance_fill(&c, 1);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		struct cost room, last = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
					   BOUND_HOST };

		memset(&room, 0, sizeof(room));
		cost_op(&m, &op, &room);
		cost_op(&m, &op, &last);
		same(&room, &last);
		ck_assert_msg(cost_op_s(&m, &op) == room.s, "op %d", i);
	}
}
END_TEST

/*
 * t0 twice as long, a block's time three times, the stream's share another:
 * what a kernel takes then, asked either way, to the bit.
 */
START_TEST(a_launch_alone_changes_and_all_else_is_kept)
{
	struct chance c;
	struct machine m;
	struct toy t;
	int longer = 0;

	machine(&t, &m);
	chance_fill(&c, 2);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		struct cost was, is;
		double s;

		op.kind = OP_KERNEL;
		cost_op(&m, &op, &was);
		for (int r = 0; r < ROLE_NR; r++) {
			t.stack.law[r].t0_s *= 2;
			t.stack.law[r].c_s *= 3;
		}
		t.stack.launch = 0.75;
		s = cost_launched_s(&m, &op, &was);
		cost_op(&m, &op, &is);
		ck_assert_msg(s == is.s, "op %d: %.17g, not %.17g", i, s,
			      is.s);
		longer += is.s > was.s;
		for (int r = 0; r < ROLE_NR; r++) {
			t.stack.law[r].t0_s /= 2;
			t.stack.law[r].c_s /= 3;
		}
		t.stack.launch = 1;
	}
	/* all but those beside another, an eighth */
	ck_assert_int_gt(longer, OPS / 2);
}
END_TEST

/* Twice as often is twice as long; its bytes on wires are of the pass. */
START_TEST(a_count_of_launches_multiplies_a_kernel)
{
	struct chance c;
	struct machine m;
	struct toy t;

	machine(&t, &m);
	chance_fill(&c, 3);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		struct cost one, three;

		op.kind = OP_KERNEL;
		op.count = 1;
		cost_op(&m, &op, &one);
		op.count = 3;
		cost_op(&m, &op, &three);
		ck_rel(three.s, 3 * one.s, 1e-12);
		ck_rel(three.hbm_s, 3 * one.hbm_s, 1e-12);
		ck_rel(three.flop_s, 3 * one.flop_s, 1e-12);
		ck_rel(three.serial_s, 3 * one.serial_s, 1e-12);
		ck_rel(three.fixed_s, 3 * one.fixed_s, 1e-12);
		ck_assert(three.nvlink_B == one.nvlink_B &&
			  three.roofs_s == one.roofs_s);
	}
}
END_TEST

/*
 * What an exchange does on the SMs is of it, never more than it, and an
 * ideal stack does nothing there.
 */
START_TEST(what_an_exchange_keeps_is_within_it)
{
	struct chance c;
	struct machine m;
	struct toy t;
	int some = 0;

	machine(&t, &m);
	chance_fill(&c, 4);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		struct cost is, ideal;

		op.kind = chance_below(&c, 2) ? OP_DISPATCH : OP_GATHER;
		op.stage = STAGE_DISPATCH;
		cost_op(&m, &op, &is);
		ck_assert(is.pack_s >= 0 && is.pack_s <= is.s);
		some += is.pack_s > 0;
		if (!(op.pack_B > 0)) {	/* those SMs, all the while */
			ck_rel(is.pack_s, op.sms * is.s, 1e-12);
		}
		t.stack.ideal = 1;
		cost_op(&m, &op, &ideal);
		t.stack.ideal = 0;
		ck_assert(ideal.pack_s == 0 && ideal.s == is.s);
	}
	ck_assert_int_gt(some, OPS / 2);
}
END_TEST

/*
 * A meeting takes no time of its own; a wire has no roof but its ports, and a
 * kernel no port unless it sends. Beside a longer one a kernel is the longer
 * of its two roofs, by its layer's overhead of 1.25: no start, no K loop.
 */
START_TEST(what_an_op_has_not_its_cost_has_not)
{
	static const struct cost none = { .bound = BOUND_HBM };
	struct chance c;
	struct machine m;
	struct toy t;

	machine(&t, &m);
	chance_fill(&c, 6);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		struct cost is;

		cost_op(&m, &op, &is);
		if (op.kind == OP_MEETING)
			same(&is, &none);
		if (op.kind == OP_FIXED)
			ck_assert(is.s >= 7 * US && is.fixed_s == 7 * US);
		if (op.kind != OP_KERNEL)
			ck_assert(is.hbm_s == 0 && is.flop_s == 0 &&
				  is.serial_s == 0 && is.roofs_s == 0);
		else if (!(op.row_nvlink_B > 0))
			ck_assert(is.nvlink_s == 0 && is.nvlink_B == 0);
		if (op.kind == OP_KERNEL)
			ck_assert(is.rdma_s == 0 && is.rdma_B == 0 &&
				  is.pack_s == 0);
		if (op.kind == OP_KERNEL && op.beside)
			ck_rel(is.s, 1.25 * fmax(is.hbm_s, is.flop_s), 1e-12);
	}
}
END_TEST

/*
 * More of anything is never sooner, and every part of a cost is at least 0.
 */
START_TEST(more_work_is_never_sooner)
{
	struct chance c;
	struct machine m;
	struct toy t;

	machine(&t, &m);
	chance_fill(&c, 5);
	for (int i = 0; i < OPS; i++) {
		struct op op = any_op(&c);
		double *const more[] = { &op.m, &op.k, &op.flop_row,
			&op.weight_B, &op.act_B, &op.payload_B, &op.nvlink_B,
			&op.pack_B, &op.sms };
		struct cost was, is;

		cost_op(&m, &op, &was);
		ck_assert(was.s >= 0 && was.fixed_s >= 0 && was.hbm_s >= 0);
		*more[i % 9] *= 1.5;
		cost_op(&m, &op, &is);
		ck_assert_msg(is.s >= was.s, "op %d, %d: %g, was %g", i, i % 9,
			      is.s, was.s);
	}
}
END_TEST

Suite *suite_anew(void)
{
	Suite *s = suite_create("anew");
	TCase *t = tcase_create("costs");

	tcase_add_test(t, a_cost_owes_nothing_to_the_last);
	tcase_add_test(t, a_launch_alone_changes_and_all_else_is_kept);
	tcase_add_test(t, a_count_of_launches_multiplies_a_kernel);
	tcase_add_test(t, what_an_exchange_keeps_is_within_it);
	tcase_add_test(t, what_an_op_has_not_its_cost_has_not);
	tcase_add_test(t, more_work_is_never_sooner);
	suite_add_tcase(s, t);
	return s;
}
