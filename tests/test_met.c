#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "skew/skew.h"
#include "tests/normal.h"
#include "tests/tests.h"
#include "time/late.h"
#include "time/paired.h"

/*
 * Ranks that are drawn, each a group with its own contexts, a normal, and a
 * port with so many experts, lognormals: whoever is last, beside late_met_s.
 */

#define SIGMA 1.0	/* of a popularity */

enum { TIMES = SANITIZED ? 300 : 2000 };

static const struct drawn {
	int ranks, experts;
	double group;		/* the latest group's, over the latest port's */
} drawn[] = {
	{ 16, 1, 1 }, { 16, 3, 0.5 }, { 16, 8, 2 }, { 64, 1, 0.5 },
	{ 64, 3, 1 }, { 64, 8, 2 }, { 320, 1, 1 }, { 320, 3, 0.5 },
	{ 320, 8, 1 },
};

static uint64_t state;

static double port(int experts)
{
	double all = 0;

	for (int i = 0; i < experts; i++)
		all += exp(SIGMA * normal_next(&state) - SIGMA * SIGMA / 2);
	return all;
}

/* Of those ranks in the mean, over their mean; a group's sd is so much. */
static double drawn_s(const struct drawn *d, double sd)
{
	double sum = 0;

	for (int i = 0; i < TIMES; i++) {
		double most = -INFINITY;

		for (int r = 0; r < d->ranks; r++) {
			double own = sd * normal_next(&state);

			most = fmax(most, port(d->experts) + own);
		}
		sum += most - d->experts;
	}
	return sum / TIMES;
}

/* What a step knows of ports like that, in the mean port's time. */
static void latest(struct step *st, const struct drawn *d)
{
	double v = expm1(SIGMA * SIGMA), k = d->experts, beside = 1e9, var;
	struct moments m = { k, k * v, k * v * v * (v + 3) };
	struct skew s = { .always = 1, .stays = 0 };
	struct largest_share of;
	struct largest l;

	largest_make(&l, d->ranks);
	largest_share(&l, &m, beside, &of);
	st->busiest = of.mean * beside / k;
	st->busiest_sd = of.sd * beside / k;
	memcpy(st->z, of.z, sizeof(st->z));
	s.a = skew_largest(d->ranks);
	skew_order(d->ranks - 1, d->ranks, &var);
	s.a_sd = sqrt(var);
	late_fall(st, &s);
}

START_TEST(groups_and_ports_meet_as_they_are_drawn)
{
	const struct drawn *d = &drawn[_i];
	struct step *st = step_room();
	double send, group;

	state = 1;
	latest(st, d);
	send = (st->busiest - 1) * d->experts;
	group = d->group * send;
	ck_rel(late_met_s(st, group, send, st->busiest_sd * d->experts),
	       drawn_s(d, group / skew_largest(d->ranks)),
	       SANITIZED ? 0.15 : 0.06);
	free(st);
}
END_TEST

/* Of many ranks by chance alone (apart: 0), and of two: by arithmetic. */
START_TEST(a_group_meets_a_port)
{
	struct step *st = step_room();

	memset(st->z, 0, sizeof(st->z));
	st->apart_late = 0;
	ck_rel(late_met_s(st, 3, 4, 1), 5, 1e-12);
	st->apart_late = 1;
	ck_rel(late_met_s(st, 3, 4, 1), 4, 1e-12);
	/* ports of 4 +- 2 are at 1.85, before the group, at 3.13, 4.16 ... */
	memcpy(st->z, largest_gumbel, sizeof(st->z));
	ck_rel(late_met_s(st, 3, 4, 2), 0.25 * 3 + 0.25 * 3.1305 +
	       0.2 * 4.1612 + 0.2 * 5.5078 + 0.1 * 8.2098, 1e-9);
	free(st);
}
END_TEST

/*
 * Two micro-batches: kernels of 100 s beside a dispatch of 20, by which a late
 * group has 80 s to spare, and half of its 40 s in the other batch. That
 * another rank's port needs 75 s more takes none of that away: half a layer is
 * 100 + 100 + 200 and those 20, not 35.
 */
START_TEST(the_fullest_port_is_not_the_late_groups)
{
	struct stage_times t = paired_none;
	struct step *st = step_room();
	double s;

	memset(st, 0, sizeof(*st));
	t.a = skew_largest(32);
	t.sure = 1;
	t.both = 0.5;
	t.s[STAGE_ATTN0] = t.s[STAGE_EXPERTS] = 100;
	t.s[STAGE_ATTN1] = 200 + 40;
	t.late_second = 40;
	t.s[STAGE_DISPATCH] = 20 + 75;
	t.late_send = 75;
	s = paired_s(st, &t, 2) - paired_s(st, &t, 1);
	ck_rel(s / 2, 100 + 100 + 200 + 20, 1e-12);
	free(st);
}
END_TEST

/*
 * Experts of 10 s on the mean rank, 14 with the most slots and 13 with the most
 * rows: of the hypot(4, 3) = 5 that are late, 3 are the busiest rank's, and
 * with the highest of either at 0.5 and 0.75 of a normal's, squared, late ones
 * are 25 / (16 / 0.5 + 9 / 0.75) = 0.568 of that. Where the busiest is another
 * in each layer, half of the 4 s of slots and their tiles may stay one rank's.
 */
START_TEST(rows_are_more_in_every_layer_slots_in_some)
{
	struct step *st = step_room();

	memset(st, 0, sizeof(*st));
	st->kernels.kind[0] = LANE_LOAD;
	st->kernels.s[0] = 10;
	st->kernels.s[1] = 14;
	st->kernels.s[2] = 13;
	st->bound = 0.5;
	st->rows_bound = 0.75;
	ck_rel(late_always_s(st, 0), 3, 1e-12);
	st->chance = 1;
	st->tiles_stay = 0.5;
	ck_rel(late_always_s(st, 0), 2, 1e-12);
	ck_rel(late_bound(st, 0), 25.0 / 44, 1e-12);
	free(st);
}
END_TEST

Suite *suite_met(void)
{
	Suite *s = suite_create("met");
	TCase *t = tcase_create("met");

	tcase_add_loop_test(t, groups_and_ports_meet_as_they_are_drawn,
			    0, (int)(sizeof(drawn) / sizeof(drawn[0])));
	tcase_add_test(t, a_group_meets_a_port);
	tcase_add_test(t, rows_are_more_in_every_layer_slots_in_some);
	tcase_add_test(t, the_fullest_port_is_not_the_late_groups);
	suite_add_tcase(s, t);
	return s;
}
