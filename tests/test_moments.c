#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"
#include "time/spreads.h"

/*
 * Sums by their first three moments, and what happens to them when the spread
 * of popularity is another.
 */

static const struct moments sums[] = {
	{ 1, 0.04, 0 },			/* a normal */
	{ 1, 0.25, 0.1 },
	{ 3, 1, 2 },
	{ 10, 4, 32 },			/* skewness 4 */
	{ 1, 1, 4 },			/* of exp(z) at sigma^2 = ln 2 */
};

enum { SUMS = sizeof(sums) / sizeof(*sums) };

/* Integrated over the normal in it, the moments are those it was made of. */
START_TEST(a_sum_has_the_moments_it_was_made_of)
{
	const struct moments *m = &sums[_i];
	double mean = 0, var = 0, third = 0, all = 0;

	for (double z = -8; z < 10; z += 0.001) {
		double phi = exp(-z * z / 2), d = moments_quantile(m, z) -
						  m->mean;

		all += phi;
		mean += phi * d;
		var += phi * d * d;
		third += phi * d * d * d;
	}
	ck_assert_double_eq_tol(mean / all, 0, 1e-4);
	ck_rel(var / all, m->var, 1e-3);
	ck_assert_double_eq_tol(third / all, m->third,
				1e-3 * m->third + 1e-4);
}
END_TEST

/* The chance to be above where the normal is z is the normal's own. */
START_TEST(a_quantile_and_its_chance_are_inverse)
{
	for (double z = -3; z <= 3; z += 0.25)
		ck_rel(moments_above(&sums[_i],
				     moments_quantile(&sums[_i], z)),
		       normal_below(-z), 1e-6);
}
END_TEST

/* exp(z) with sigma^2 = ln 2, over its mean sqrt 2: median 1 / sqrt 2. */
START_TEST(a_lognormal_is_met_exactly)
{
	const struct moments *m = &sums[4];
	double sigma = sqrt(log(2));

	for (double z = -3; z <= 3; z += 0.5)
		ck_rel(moments_quantile(m, z), exp(sigma * z) / sqrt(2), 1e-9);
	ck_rel(moments_above(m, 1 / sqrt(2)), 0.5, 1e-9);
	ck_rel(moments_above(m, -1), 1, 0);
}
END_TEST

START_TEST(without_variance_a_sum_is_its_mean)
{
	const struct moments m = { 5, 0, 0 };
	struct largest_share of;
	struct largest l;

	ck_rel(moments_quantile(&m, 3), 5, 0);
	ck_rel(moments_above(&m, 4.9), 1, 0);
	ck_rel(1 + moments_above(&m, 5), 1, 0);
	largest_make(&l, 8);
	largest_share(&l, &m, 0, &of);
	ck_rel(of.mean, 1.0 / 8, 1e-12);
	largest_share(&l, &m, 10, &of);
	ck_rel(of.mean, 0.1, 1e-12);	/* 5 of 50 */
	ck_rel(1 + of.sd, 1, 0);
}
END_TEST

/*
 * The largest of one is it, whatever it is; of more it has at least the mean's
 * share and less than all, more where they vary more, less beside others.
 */
START_TEST(a_largest_share_has_its_bounds)
{
	const struct moments *m = &sums[_i];
	struct moments wider = *m;
	struct largest_share of;
	struct largest l;

	largest_make(&l, 1);
	largest_share(&l, m, 0, &of);
	ck_rel(of.mean, 1, 1e-9);
	wider.var *= 1.5;
	wider.third *= 1.5 * sqrt(1.5);
	for (int n = 2; n <= 64; n *= 2) {
		double share;

		largest_make(&l, n);
		largest_share(&l, m, 0, &of);
		share = of.mean;
		ck_assert_msg(share > 1.0 / n && share < 1, "%d: %g", n,
			      share);
		largest_share(&l, &wider, 0, &of);
		ck_assert(of.mean > share);
		largest_share(&l, m, m->mean, &of);
		ck_assert(of.mean < share);
	}
}
END_TEST

/*
 * Of 64 lognormals of sigma 1 the largest is exp(Z), and Z below z in N(z)^64
 * of cases: its parts by a sum over 100,000 equal chances. Beside enough others
 * the total stays, so that the share differs as that does.
 */
START_TEST(parts_of_the_largest_are_where_they_are_drawn)
{
	const double v = expm1(1), many = 1e9;
	struct moments m = { exp(0.5), exp(1) * v,
			     exp(1.5) * v * v * (v + 3) };
	double part[LARGEST_PARTS] = { 0 }, mean = 0, squares = 0, upto = 0;
	struct largest_share of;
	struct largest l;
	int nr = 100000, p = 0;

	largest_make(&l, 64);
	largest_share(&l, &m, many, &of);
	for (int i = 0; i < nr; i++) {
		double u = (i + 0.5) / nr, x;

		x = exp(skew_quantile(pow(u, 1.0 / 64)));
		while (u > upto + largest_part[p])
			upto += largest_part[p++];
		part[p] += x / nr / largest_part[p];
		mean += x / nr;
		squares += x * x / nr;
	}
	ck_rel(many * of.mean, mean, 0.005);
	ck_rel(many * of.sd, sqrt(squares - mean * mean), 0.03);
	for (p = 0; p < LARGEST_PARTS; p++)
		ck_rel(10 + of.z[p], 10 + (part[p] - mean) /
		       sqrt(squares - mean * mean), 0.007);
}
END_TEST

/* The chances of where the largest is are all there is. */
START_TEST(a_largest_is_somewhere)
{
	static const double of[] = { 1, 2, 7.5, 64, 3000 };
	struct largest l;
	double all = 0, mean = 0;

	largest_make(&l, of[_i]);
	for (int i = 0; i < LARGEST_NODES; i++) {
		ck_assert(l.chance[i] >= 0);
		ck_rel(l.below[i], normal_below(l.z[i]), 1e-12);
		all += l.chance[i];
		mean += l.chance[i] * l.z[i];
	}
	ck_rel(all, 1, 1e-12);
	/* of 1 and 2 by pencil: 0 and 1 / sqrt(pi) */
	if (_i == 0)
		ck_assert_double_eq_tol(mean, 0, 0.01);
	if (_i == 1)
		ck_rel(mean, 0.564190, 0.01);
}
END_TEST

/* ---- another spread ---- */

/* Four kinds of popularity, as exp(sigma z) of sigma^2 = ln 2 would have. */
static struct skew uneven(void)
{
	struct skew s;

	skew_make(&s, &(struct skew_spec){ .balance = BALANCE_SKEWED,
		.experts = 64, .topk = 4, .slots = 64, .ranks = 8,
		.sigma = sqrt(log(2)) });
	s.rank = (struct moments){ 1, 0.5, 0.75 };
	s.drift_cv = 0.1;
	return s;
}

/*
 * From sigma^2 = ln 2 to ln 3: e^v - 1 goes from 1 to 2, and with it the
 * variance; the third moment by 2^2 (3 + 2) / (2 + 2) = 5.
 */
START_TEST(a_wider_spread_has_wider_moments)
{
	const struct skew_change by = { sqrt(log(2)), sqrt(log(3)), 0.25 };
	struct skew s = uneven(), room;
	const struct skew *to = spreads_other(NULL, &s, &by, &room);
	double was = 0, is = 0;

	ck_assert(to == &room && to->id == 0);
	ck_assert_int_eq(s.tops, 0);
	ck_rel(to->rank.mean, 1, 0);
	ck_rel(to->rank.var, 1, 1e-12);
	ck_rel(to->rank.third, 3.75, 1e-12);
	ck_rel(to->drift_cv, 0.35, 1e-12);
	for (int i = 0; i < s.nodes; i++) {
		was += s.share[i] * s.p[i];
		is += s.share[i] * to->p[i];
		ck_rel(to->miss[i], log1p(-to->p[i]), 1e-12);
		/* in proportion to a power of what it was */
		ck_rel(log(to->p[i] / to->p[0]),
		       log(s.p[i] / s.p[0]) * sqrt(log(3) / log(2)), 1e-9);
	}
	ck_rel(is, was, 1e-9);
}
END_TEST

/* No wider, no other; and more drift is that alone. */
START_TEST(the_same_spread_is_the_same_skew)
{
	const struct skew_change by = { 1, 1, 0.2 };
	struct skew s = uneven(), room;
	const struct skew *to = spreads_other(NULL, &s, &by, &room);

	ck_assert(!memcmp(to->p, s.p, sizeof(s.p)));
	ck_assert(!memcmp(&to->rank, &s.rank, sizeof(s.rank)));
	ck_rel(to->drift_cv, 0.3, 1e-12);
}
END_TEST

/*
 * Kept under an id of its own: the same for the same question, another for
 * another, and the oldest of 16 is made anew.
 */
START_TEST(changed_skews_are_kept_sixteen_at_a_time)
{
	struct spreads *kept = spreads_new();
	struct skew s = uneven(), room;
	const struct skew *first[SPREADS_OTHERS];

	s.id = 7;
	for (int i = 0; i < SPREADS_OTHERS; i++) {
		struct skew_change by = { 0, 0, 0.01 * i };

		first[i] = spreads_other(kept, &s, &by, &room);
		ck_assert(first[i] != &room && first[i]->id != 0);
		ck_rel(first[i]->drift_cv, 0.1 + 0.01 * i, 1e-12);
		for (int k = 0; k < i; k++)
			ck_assert(first[k]->id != first[i]->id);
	}
	ck_assert_int_eq((int)kept->others, SPREADS_OTHERS);
	for (int i = 0; i < SPREADS_OTHERS; i++)
		ck_assert(spreads_other(kept, &s, &(struct skew_change){ 0, 0,
			0.01 * i }, &room) == first[i]);
	ck_assert_int_eq((int)kept->others, SPREADS_OTHERS);
	s.id = 8;	/* another's change of the same size */
	ck_assert(spreads_other(kept, &s, &(struct skew_change){ 0, 0, 0 },
				&room) == first[0]);
	ck_assert_int_eq((int)kept->others, SPREADS_OTHERS + 1);
	free(kept);
}
END_TEST

static bool same(const struct spread *a, const struct spread *b)
{
	return a->busiest == b->busiest && a->mean.rows == b->mean.rows &&
	       a->mean.touched == b->mean.touched &&
	       a->mean.padded == b->mean.padded &&
	       a->most_touched == b->most_touched &&
	       a->busiest_load.padded == b->busiest_load.padded;
}

/* Of ids, tokens and tiles, in any order, what is kept is what is asked. */
START_TEST(a_kept_spread_is_the_one_asked_for)
{
	struct spreads *kept = spreads_new();
	struct skew s[2] = { uneven(), uneven() };

	s[0].id = 1;
	skew_make(&s[1], &(struct skew_spec){ .balance = BALANCE_UNIFORM,
		.experts = 64, .topk = 4, .slots = 64, .ranks = 8 });
	s[1].id = 2;
	for (int i = 0; i < 600; i++) {
		const struct skew *of = &s[i % 2];
		double tok = 1 + i * 37 % 90, pad = i % 3 ? 1 : 64;
		const struct fallen by = { tok, i % 5 ? tok : tok / 2, pad };
		const struct step_spec a = { .skew = of, .spreads = kept };
		struct spread is, want;

		spreads_get(&a, &by, &is);
		skew_spread(of, &by, &want);
		ck_assert(same(&is, &want));
	}
	free(kept);
}
END_TEST

Suite *suite_moments(void)
{
	Suite *s = suite_create("moments");
	TCase *t = tcase_create("moments");

	tcase_add_loop_test(t, a_sum_has_the_moments_it_was_made_of, 0, SUMS);
	tcase_add_loop_test(t, a_quantile_and_its_chance_are_inverse, 0, SUMS);
	tcase_add_test(t, a_lognormal_is_met_exactly);
	tcase_add_test(t, without_variance_a_sum_is_its_mean);
	tcase_add_test(t, parts_of_the_largest_are_where_they_are_drawn);
	tcase_add_loop_test(t, a_largest_share_has_its_bounds, 0, SUMS);
	tcase_add_loop_test(t, a_largest_is_somewhere, 0, 5);
	tcase_add_test(t, a_wider_spread_has_wider_moments);
	tcase_add_test(t, the_same_spread_is_the_same_skew);
	tcase_add_test(t, changed_skews_are_kept_sixteen_at_a_time);
	tcase_add_test(t, a_kept_spread_is_the_one_asked_for);
	suite_add_tcase(s, t);
	return s;
}
