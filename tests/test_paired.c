#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "skew/skew.h"
#include "tests/normal.h"
#include "tests/tests.h"
#include "tests/toy.h"
#include "time/late.h"
#include "time/paired.h"

/*
 * Half layers of ranks that are drawn, each with its own experts' time and the
 * exchange that lets it go, beside what paired_s expects of them.
 */

enum { LAYERS = 58, MOST = 320, TIMES = SANITIZED ? 3 : 30 };

static uint64_t state;

/* Kernels of 100 s, and exchanges beside them that leave so much. */
static const struct walk {
	int ranks;
	double slack;		/* over what the latest rank costs */
	double common;		/* of the experts, in both halves */
	double group;		/* sd of an attention group; experts' 1 */
	int slots;		/* experts' time: of so many, those hit */
} walks[] = {
	{ 8, 0, 0, 0, 0 }, { 8, 0.4, 0, 0, 0 }, { 8, 1.5, 0, 0, 0 },
	{ 32, 0.15, 0, 0, 0 }, { 32, 0.8, 0, 0, 0 }, { 32, 3, 0, 0, 0 },
	{ 320, 0.4, 0, 0, 0 }, { 320, 1.5, 0, 0, 0 },
	{ 8, 0.8, 1, 0, 0 }, { 32, 0.4, 1, 0, 0 }, { 32, 1.5, 1, 0, 0 },
	{ 320, 0.8, 1, 0, 0 }, { 32, 0.8, 0.5, 0, 0 },
	{ 32, 0, 0, 1, 0 }, { 32, 0.4, 0, 1, 0 }, { 32, 3, 0, 3, 0 },
	{ 320, 0.4, 0, 3, 0 },
	{ 112, 0.4, 0, 0, 4 }, { 112, 1, 0, 0, 4 }, { 112, 2, 0, 0, 4 },
	{ 256, 1, 0, 0, 8 },
};

#define HIT 0.65	/* the chance of each */

static double touched(int slots)
{
	double hit = 0;

	for (int i = 0; i < slots; i++)
		hit += uniform_next(&state) < HIT;
	return hit - slots * HIT;
}

/*
 * What the latest rank is late of those: all are hit on some of the ranks,
 * 1 - (1 - 0.65^4)^112 = 1, and 1 - (1 - 0.65^8)^256 = 0.9997.
 */
static double latest(const struct walk *w)
{
	return w->slots ? w->slots * (1 - HIT) : skew_largest(w->ranks);
}

static double furthest(const double *at, int n)
{
	double most = at[0];

	for (int r = 1; r < n; r++)
		most = fmax(most, at[r]);
	return most;
}

/* Whoever is last lets the others go, 100 s less the slack after it came. */
static void half(double *at, const double *own, int n, double slack)
{
	double last = furthest(at, n);

	for (int r = 0; r < n; r++)
		at[r] = fmax(at[r] + 100 + own[r], last + 100 - slack);
}

/* Seconds a half layer beyond 200, and those of the latest experts. */
static double drawn_s(const struct walk *w, double slack)
{
	static double at[MOST], experts[MOST], group[2][MOST], none[MOST];
	double s = 0;

	state = 1;
	for (int k = 0; k < TIMES; k++) {
		memset(at, 0, sizeof(at));
		for (int r = 0; r < 2 * w->ranks; r++)
			group[r % 2][r / 2] = w->group * normal_next(&state);
		for (int h = 0; h < 2 * LAYERS; h++) {
			half(at, none, w->ranks, slack);
			for (int r = 0; r < w->ranks; r++) {
				bool again = h % 2 &&
					uniform_next(&state) < w->common;

				if (!again)
					experts[r] = w->slots ?
						touched(w->slots) :
						normal_next(&state);
				at[r] += experts[r];
			}
			half(at, group[h % 2], w->ranks, slack);
		}
		s += furthest(at, w->ranks) / (2 * LAYERS) - 200;
	}
	return s / TIMES;
}

START_TEST(ranks_run_ahead_as_they_are_drawn)
{
	const struct walk *w = &walks[_i];
	double a = latest(w), sd = a / skew_largest(w->ranks);
	struct stage_times t = paired_none;
	struct step *st = step_room();
	double s;

	memset(st, 0, sizeof(*st));
	t.a = skew_largest(w->ranks);
	if (w->slots)
		t.bound = sd * sd / (w->slots * HIT * (1 - HIT));
	t.common = w->common;
	t.both = 1 / sqrt(2);
	t.s[STAGE_ATTN0] = 100;
	t.s[STAGE_DISPATCH] = t.s[STAGE_COMBINE] = 100 - w->slack * a;
	t.s[STAGE_EXPERTS] = 1000 + a;
	t.late_experts = a;
	t.late_second = w->group * a;
	t.s[STAGE_ATTN1] = 100 + w->group * a;
	s = paired_s(st, &t, LAYERS) - paired_s(st, &t, LAYERS - 1);
	ck_assert_msg(fabs(s / 2 - 1200 - drawn_s(w, w->slack * a)) <
		      (SANITIZED ? 0.2 : 0.07) * a * hypot(1, w->group),
		      "%d ranks, slack %g, common %g, group %g: %g, drawn %g",
		      w->ranks, w->slack, w->common, w->group,
		      (s / 2 - 1200) / a, drawn_s(w, w->slack * a) / a);
	free(st);
}
END_TEST

/*
 * A step twice as long in all its parts is twice as long: its stages by their
 * weights are all of it (Euler), whichever hide and whatever is late.
 */
static const struct {
	double attn0, dispatch, attn1, combine;
	double group, send, common;
	double chance, apart;	/* of what is late; see struct stage_times */
} weighed[] = {
	{ 100, 50, 100, 50, 0, 0, 0, 1, 0 },
	{ 100, 50, 100, 70, 5, 8, 0.5, 1, 0.5 },
	{ 100, 50, 200, 150, 5, 80, 0.5, 0.7, 0.5 },
	{ 100, 90, 200, 150, 5, 80, 1, 0.7, 1 },
	{ 100, 150, 100, 50, 30, 8, 0.5, 1, 0 },
	{ 100, 50, 100, 150, 30, 8, 0.5, 0.5, 0.5 },
	{ 100, 150, 200, 300, 30, 8, 1, 0, 1 },
	{ 100, 20, 100, 20, 3, 1, 0, 0.2, 1 },
	{ 100, 99, 100, 99, 30, 0, 0, 1, 0.2 },
	{ 100, 70, 300, 100, 80, 8, 0.5, 0, 1 },
	{ 100, 50, 100, 120, 90, 0, 0.5, 0.5, 1 },
};

START_TEST(stages_by_their_weights_are_all_of_the_layers)
{
	double w[STAGE_NR], s, sum = 0, chance = weighed[_i].chance;
	struct stage_times t = paired_none;
	struct step *st = step_room();

	memset(st, 0, sizeof(*st));
	t.a = skew_largest(32);
	t.common = weighed[_i].common;
	t.both = 1 / sqrt(2);
	t.late_experts = 40 * chance;
	t.always = 40 - t.late_experts;
	t.sure = 1 - chance * (1 - t.common / 2);
	t.stays = 1 - chance;
	t.apart = weighed[_i].apart;
	t.sd = 0.3;
	t.send_sd = weighed[_i].send * 0.3;
	t.back_sd = weighed[_i].combine * 0.3;
	t.late_second = weighed[_i].group;
	t.late_send = weighed[_i].send;
	t.s[STAGE_EXPERTS] = 100 + 40;
	t.s[STAGE_SHARED] = 10;
	t.s[STAGE_GATE] = 5;
	t.s[STAGE_ATTN0] = weighed[_i].attn0;
	t.s[STAGE_ATTN1] = weighed[_i].attn1 + weighed[_i].group;
	t.s[STAGE_DISPATCH] = weighed[_i].dispatch + weighed[_i].send;
	t.s[STAGE_COMBINE] = weighed[_i].combine;
	s = paired_s(st, &t, 3);
	paired_weigh(&t, 3, w);
	for (int i = 0; i < STAGE_NR; i++)
		sum += w[i] * t.s[i];
	ck_rel(sum, s, 1e-12);
	free(st);
}
END_TEST

/* A half layer of so much beyond the mean of these, nothing late but that. */
static double tied_s(struct stage_times *t)
{
	struct step *st = step_room();
	double s;

	memset(st, 0, sizeof(*st));
	t->a = skew_largest(32);
	t->sure = 1;
	t->s[STAGE_ATTN0] += 100;
	t->s[STAGE_EXPERTS] += 100;
	s = paired_s(st, t, 2) - paired_s(st, t, 1);
	free(st);
	return s / 2;
}

/*
 * A combine of 200 s beside 200 s of attention: where layers differ by 10 s in
 * that, 3.77 are waited for in the mean, as the larger of a Gumbel's and of its
 * mean is 0.2 x 0.0806 + 0.2 x 0.7539 + 0.1 x 2.1049 = 0.3774 deviations above
 * that (0.383 by its law). 60 s that only some layers have differ by more than
 * the 50 s that hide a port: 0.1 (60 x 2.1049 - 50) = 7.63 (8.6).
 */
START_TEST(where_layers_differ_the_longer_is_longer_in_some)
{
	struct stage_times t = paired_none;

	t.s[STAGE_ATTN1] = t.s[STAGE_COMBINE] = 200;
	t.back_sd = 10;
	ck_rel(tied_s(&t), 100 + 100 + 200 + 3.774, 1e-5);
	t = paired_none;
	t.s[STAGE_ATTN1] = 200;
	t.s[STAGE_DISPATCH] = 50;
	t.send_sd = 60;
	ck_rel(tied_s(&t), 100 + 100 + 200 + 7.629, 1e-5);
}
END_TEST

/*
 * One rank has 30 s more of experts in all layers, another's group 40 s more of
 * attention. Were there many of either, one would have both: 50 s. There are
 * two, and the later counts. The group is late at a dispatch of 20 s beside 100
 * s of kernels: when it has done those, the others had 80 s more, and wait for
 * the experts' rank, by which it has caught up 30 s of its 40 beside that.
 */
START_TEST(one_late_rank_and_one_late_group_are_two)
{
	struct stage_times t = paired_none;

	t.s[STAGE_ATTN1] = 200 + 40;
	t.late_second = 40;
	t.both = 1;
	t.s[STAGE_EXPERTS] = t.always = 30;
	t.s[STAGE_DISPATCH] = 120;	/* nothing is caught up */
	ck_rel(tied_s(&t), 100 + 120 + 200 + 50, 1e-12);
	t = paired_none;
	t.s[STAGE_ATTN1] = 200 + 40;
	t.late_second = 40;
	t.both = t.apart = t.stays = 1;
	t.s[STAGE_EXPERTS] = t.always = 30;
	t.s[STAGE_DISPATCH] = 120;
	ck_rel(tied_s(&t), 100 + 120 + 200 + 40, 1e-12);
	t = paired_none;
	t.s[STAGE_ATTN1] = 200 + 40;
	t.late_second = 40;
	t.both = t.apart = t.stays = 1;
	t.s[STAGE_EXPERTS] = t.always = 30;
	t.s[STAGE_DISPATCH] = 20;
	ck_rel(tied_s(&t), 100 + 100 + 200 + 30, 1e-12);
}
END_TEST

/*
 * Copies a node: in the mean layer the busiest rank's NVLink is done with the
 * NIC, which has no more than others. Where layers differ by half a mean rank's
 * rows, NVLink, 1 s for those, is later in some: by 0.3774 x 0.5 s.
 */
START_TEST(a_port_that_is_level_is_late_in_some_layers)
{
	const struct op op = { .kind = OP_DISPATCH, .stage = STAGE_DISPATCH,
		.forwarded = true, .rdma_B = 1 };
	const struct machine none = { 0 };
	const struct cost cost = { .nvlink_s = 1, .rdma_s = 4 };
	struct cost_late mean = { &cost, 0 };
	struct spread s = { .busiest = 4, .busiest_sd = 0.5 };

	memcpy(s.z, largest_gumbel, sizeof(s.z));
	ck_rel(late_s(&(struct costed){ &none, &op, NULL }, &s, &mean),
	       0.5 * 0.37739, 1e-12);
	/*
	 * What goes with how far off a layer is: 0.2 x 0.0806^2 + 0.2 x
	 * 0.7539^2 + 0.1 x 2.1049^2 = 0.55803 of all squares, which are
	 * 0.25 (1.07481^2 + 0.43475^2) more, 0.89409.
	 */
	ck_rel(mean.sd_s, 0.5 * 0.558033 / 0.894091, 1e-5);
}
END_TEST

/* Stage times of the MoE layer, with what overlap does not hide apart. */
struct stages {
	double s[STAGE_NR], late[STAGE_NR], pack;
};

static void stages_of(struct stages *t, const struct step *st)
{
	const struct graph *g = &st->graph;

	memset(t, 0, sizeof(*t));
	for (int b = 0; b < g->blocks; b++) {
		const int part[] = { g->block[b].attn, g->block[b].ffn };

		if (g->block[b].kind != BLOCK_MOE)
			continue;
		for (int j = 0; j < 2; j++)
			for (int i = 0; i < g->part[part[j]].nr; i++) {
				int op = g->part[part[j]].first + i;
				double pack = st->cost[op].pack_s;

				t->s[g->op[op].stage] += st->cost[op].s +
					st->late_s[op] - pack;
				t->pack += pack;
				t->late[g->op[op].stage] += st->late_s[op];
			}
	}
}

/* Everything outside the MoE layers of the main model. */
static double rest_s(const struct step *st)
{
	const struct graph *g = &st->graph;
	double s = st->host_s;

	for (int b = 0; b < g->blocks; b++) {
		const int part[] = { g->block[b].attn, g->block[b].ffn };
		double n = (double)g->block[b].layers * g->block[b].batches;

		if (g->block[b].kind == BLOCK_MOE)
			continue;
		for (int j = 0; j < 2; j++)
			for (int i = 0; part[j] >= 0 &&
			     i < g->part[part[j]].nr; i++) {
				int op = g->part[part[j]].first + i;

				s += n * (st->cost[op].s + st->late_s[op]);
			}
	}
	return s;
}

/* Batch and wires such that dispatch, combine, both or none is exposed. */
static const struct {
	double batch, nic_Bps;
	int tp, layers;
	enum balance balance;
} paired[] = {
	{ 40, 10e9, 1, 5, BALANCE_UNIFORM },
	{ 400, 10e9, 1, 5, BALANCE_UNIFORM },
	{ 400, 1000e9, 1, 5, BALANCE_UNIFORM },
	{ 4000, 1e9, 1, 61, BALANCE_UNIFORM },
	{ 400, 40e9, 2, 61, BALANCE_UNIFORM },
	{ 4000, 40e9, 4, 2, BALANCE_UNIFORM },
	{ 400, 1000e9, 1, 5, BALANCE_SKEWED },
	{ 20, 1000e9, 1, 5, BALANCE_EPLB },
};

/*
 * DeepSeek's timeline (profile-data, decode): half a layer of two micro-batches
 * is max(sh + a0, disp) + mlp + max(a1, comb) + sr. 2 L of them, but that the
 * first ATTN0 and ATTN1 come before, and that in the last half nothing is left
 * to hide behind: max(sh, disp) + comb instead.
 *
 * Late experts, d of them in some layers and A in all, which is of what more
 * rows cost: with slack s d where exchanges hide, d (1 + s) / (1 + (1 + r) s +
 * a r s^2) of it, a the largest of 16 normals, r their bound; where a share c
 * is the same in both halves of a layer, s is that over 1 + c. The next
 * dispatch's fullest port, e late beyond what hides it, is the same rank's
 * within a layer and another's in the next: sqrt(x^2 + e^2 + c x e), but for
 * what stays one rank's; and x + e behind a combine that shows, where nobody
 * runs ahead. Layers differ: what is late has r of itself as its deviation, by
 * which layers are as far off as the parts of the largest's distribution are.
 */
static int experts_of(const struct step *st)
{
	int i = st->graph.ops - 1;

	while (st->stage[i] != STAGE_EXPERTS)
		i--;
	return i;
}

static double lag(const struct step *st, double d, double slack)
{
	double s = slack / d / (1 + st->common), a = st->ranks_a;
	double r = late_bound(st, experts_of(st));

	return slack > 0 ? d * (1 + s) / (1 + (1 + r) * s + a * r * s * s) : d;
}

static double half_s(const struct step *st, const struct stages *p)
{
	double d = p->late[STAGE_EXPERTS], e = p->late[STAGE_DISPATCH];
	double first = p->s[STAGE_SHARED] + p->s[STAGE_ATTN0];
	double second = p->s[STAGE_ATTN1] + p->s[STAGE_ATTN_SUM] +
			p->s[STAGE_GATE];
	double send = p->s[STAGE_DISPATCH] - e, back = p->s[STAGE_COMBINE];
	double c = st->common, sure = 1 - st->chance * (1 - c / 2);
	double same = c / 2 + (1 - c / 2) * st->stays;
	double always = late_always_s(st, experts_of(st));
	double x = always +
		   lag(st, d - always, fmin(first - send - sure * e,
					       second - back));
	double s = p->s[STAGE_EXPERTS] - d + fmax(first, send) + p->pack;

	for (int i = 0; i < LARGEST_PARTS; i++) {
		double r = st->z[i] * st->late_sd, at = x * (1 + r);
		double port = fmax(first, send + e + r * e) -
			      fmax(first, send);
		double late = fmax(0, port);

		s += largest_part[i] * fmax(
			back + r * p->late[STAGE_COMBINE] + at + port,
			second + sqrt(at * at + late * late +
				      2 * same * at * late) +
			port - late);
	}
	return s;
}

START_TEST(two_micro_batches_run_as_deepseeks_timeline)
{
	struct toy t;
	struct step st;
	struct stages p;
	double edges;
	int layers = paired[_i].layers;

	toy_init(&t);
	t.gpu.nic_Bps = paired[_i].nic_Bps;
	t.model.num_hidden_layers = layers;
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .tp = paired[_i].tp,
		.batch = paired[_i].batch, .two_batch = true,
		.balance = paired[_i].balance, .sigma = 1 });
	step_time(&st, &t.ask);
	ck_assert((st.common > 0) == (paired[_i].balance > 0));
	stages_of(&p, &st);
	edges = p.s[STAGE_ATTN0] + p.s[STAGE_ATTN1] + p.s[STAGE_ATTN_SUM] +
		p.s[STAGE_GATE] + p.s[STAGE_EXPERTS] + p.pack +
		fmax(p.s[STAGE_SHARED], p.s[STAGE_DISPATCH]) +
		p.s[STAGE_COMBINE];
	ck_rel(st.s, rest_s(&st) + edges + (2 * (layers - 1) - 1) *
	       half_s(&st, &p), 1e-9);
}
END_TEST

Suite *suite_paired(void)
{
	Suite *s = suite_create("paired");
	TCase *t = tcase_create("paired");

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, ranks_run_ahead_as_they_are_drawn, 0,
			    (int)(sizeof(walks) / sizeof(walks[0])));
	tcase_add_loop_test(t, stages_by_their_weights_are_all_of_the_layers,
			    0, (int)(sizeof(weighed) / sizeof(weighed[0])));
	tcase_add_test(t, where_layers_differ_the_longer_is_longer_in_some);
	tcase_add_test(t, a_port_that_is_level_is_late_in_some_layers);
	tcase_add_test(t, one_late_rank_and_one_late_group_are_two);
	tcase_add_loop_test(t, two_micro_batches_run_as_deepseeks_timeline,
			    0, (int)(sizeof(paired) / sizeof(paired[0])));
	suite_add_tcase(s, t);
	return s;
}
