#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"
#include "time/doubt.h"

/*
 * One fact in doubt, and no other: then what time/doubt says is what the step
 * takes longer when that fact is one error further, over what it takes. Every
 * term of a law, every term of a wire and every rate, each against the step
 * timed again. Loads are even, so that nobody is waited for.
 */

#define US 1e-6

static const struct toy_plan plans[] = {
	{ .gpus = 1, .batch = 3 },
	{ .gpus = 8, .tp = 8, .batch = 3 },
	{ .gpus = 16, .batch = 24 },
	{ .gpus = 16, .tp = 2, .batch = 24, .exchange = EXCHANGE_GATHER },
	{ .gpus = 64, .batch = 24, .exchange = EXCHANGE_NODE_OUT },
	{ .gpus = 8, .batch = 24, .exchange = EXCHANGE_FUSED },
	{ .gpus = 16, .batch = 24, .two_batch = true },
};

enum { PLANS = sizeof(plans) / sizeof(*plans) };

/* Every term of every law and wire is there and matters. */
static void make(struct toy *t, const struct toy_plan *plan)
{
	struct toy_plan even = *plan;

	even.balance = BALANCE_EVEN;
	toy_make(t, &even);
	for (int r = 0; r < ROLE_NR; r++) {
		struct law *l = &t->stack.law[r];

		l->p = 1.5;
		l->e_b = 0.5;
		l->e_f = 0.8;
		l->rho_flops = 300e12;
		l->kappa_s = US;
		l->c_s = 0.1 * US;
		l->tile_s = 5 * US;
	}
	for (int w = 0; w < WIRE_NR; w++) {
		struct wire *x = &t->stack.wire[w];

		x->alpha_peer_s = 0.2 * US;
		x->alpha_log_s = 3 * US;
		x->alpha_rank_s = US;
		x->alpha_node_peer_s = 0.1 * US;
		x->e_nvlink = 0.7;
		x->e_two_shot = 0.6;
		x->e_rdma = 0.8;
		x->droop = 0.1;
	}
	t->stack.overhead = 1.1;
	t->stack.launch = 0.9;
	t->stack.host_s = 100 * US;
}

/* A number of the machine and where its error stands; times just add. */
struct doubted {
	double *x, *err;
	bool time;
};

static double timed(struct toy *t)
{
	struct step *st = step_room();
	double s;

	step_time(st, &t->ask);
	s = st->s;
	free(st);
	return s;
}

/*
 * By a thousandth of its size. The step moves by what the doubt says, and back
 * where it was; how far is returned.
 */
static double moved(struct toy *t, const struct doubted *d, int nr)
{
	struct step *st = step_room();
	double was[ROLE_NR], s, sd, far;

	step_time(st, &t->ask);
	s = st->s;
	for (int i = 0; i < nr; i++)
		*d[i].err = *d[i].x / 1000;
	sd = doubt_log_sd(st, &t->ask);
	for (int i = 0; i < nr; i++) {
		was[i] = *d[i].x;
		*d[i].x = d[i].time ? was[i] * 1.001 : was[i] * exp(-0.001);
		*d[i].err = 0;
	}
	far = fabs(timed(t) - s) / s;
	ck_assert_msg(fabs(sd - far) <= 1e-9 + 1e-4 * far,
		      "plan %d: %.9g in doubt, moved by %.9g",
		      (int)(t->spec.gpus), sd, far);
	for (int i = 0; i < nr; i++)
		*d[i].x = was[i];
	ck_assert(timed(t) == s);
	free(st);
	return far;
}

#define TERM(what, term) { offsetof(struct what, term), #term[strlen(#term) \
	- 2] == '_' && #term[strlen(#term) - 1] == 's' }

struct term {
	size_t at;
	bool time;
};

static double *at(void *of, size_t offset)
{
	return (double *)(void *)((char *)of + offset);
}

/* One kernel plays all roles: as one law they err. */
START_TEST(a_term_of_a_law_is_in_doubt_as_the_step_says)
{
	const struct term terms[] = { TERM(law, t0_s), TERM(law, e_b),
		TERM(law, e_f), TERM(law, kappa_s), TERM(law, rho_flops),
		TERM(law, c_s), TERM(law, tile_s) };
	struct toy t;

	make(&t, &plans[_i]);
	for (unsigned k = 0; k < sizeof(terms) / sizeof(*terms); k++) {
		struct doubted d[ROLE_NR];

		for (int r = 0; r < ROLE_NR; r++)
			d[r] = (struct doubted){
				at(&t.stack.law[r], terms[k].at),
				at(&t.stack.law_err[r], terms[k].at),
				terms[k].time };
		ck_assert_double_gt(moved(&t, d, ROLE_NR), 0);
	}
}
END_TEST

/* Each wire by itself. In all, some of each term matters somewhere. */
START_TEST(a_term_of_a_wire_is_in_doubt_as_the_step_says)
{
	const struct term terms[] = { TERM(wire, alpha_s),
		TERM(wire, alpha_peer_s), TERM(wire, alpha_log_s),
		TERM(wire, alpha_rank_s), TERM(wire, e_nvlink),
		TERM(wire, e_two_shot), TERM(wire, e_rdma),
		TERM(wire, alpha_node_s), TERM(wire, alpha_node_peer_s) };
	struct toy t;
	double all = 0;

	make(&t, &plans[_i]);
	for (unsigned k = 0; k < sizeof(terms) / sizeof(*terms); k++)
		for (int w = 0; w < WIRE_NR; w++)
			all += moved(&t, &(struct doubted){
				at(&t.stack.wire[w], terms[k].at),
				at(&t.stack.wire_err[w], terms[k].at),
				terms[k].time }, 1);
	if (plans[_i].gpus > 1 && plans[_i].exchange != EXCHANGE_FUSED)
		ck_assert_double_gt(all, 0);
}
END_TEST

/* An error of a rate is relative: of 1 / 1000. */
START_TEST(a_rate_is_in_doubt_as_the_step_says)
{
	struct toy t;
	double *const x[] = { &t.gpu.hbm_Bps, &t.gpu.nvlink_Bps,
			      &t.gpu.nic_Bps, &t.stack.launch };
	double *const err[] = { &t.gpu.hbm_err, &t.gpu.nvlink_err,
				&t.gpu.nic_err, &t.stack.launch_err };
	/* the longer port decides: some count nowhere, some must here */
	const bool may[] = { true, plans[_i].gpus > 1, plans[_i].gpus > 8,
			     true };
	const bool must[] = { true, _i == 1, _i == 2, true };
	struct step *st = step_room();

	make(&t, &plans[_i]);
	for (int k = 0; k < 4; k++) {
		double was = *x[k], s, sd, far;

		step_time(st, &t.ask);
		s = st->s;
		*err[k] = 0.001;
		sd = doubt_log_sd(st, &t.ask);
		*err[k] = 0;
		*x[k] = was * exp(-0.001);
		far = fabs(timed(&t) - s) / s;
		*x[k] = was;
		ck_assert_msg(fabs(sd - far) <= 1e-9 + 1e-4 * far,
			      "rate %d: %.9g in doubt, moved by %.9g", k, sd,
			      far);
		ck_assert_msg(far > 0 ? may[k] : !must[k], "rate %d: %g", k,
			      far);
	}
	free(st);
}
END_TEST

/*
 * 3 thousandths of all that HBM takes and 4 of the host's 100 us, at once: in
 * quadrature, whatever each is.
 */
START_TEST(two_in_doubt_are_so_independently)
{
	struct step *st = step_room();
	struct toy t;
	double hbm, host;

	make(&t, &plans[_i]);
	step_time(st, &t.ask);
	t.gpu.hbm_err = 0.003;
	hbm = doubt_log_sd(st, &t.ask);
	t.gpu.hbm_err = 0;
	t.stack.host_err_s = 0.4 * US;
	host = doubt_log_sd(st, &t.ask);
	ck_rel(host, 0.4 * US / st->s, 1e-12);
	t.gpu.hbm_err = 0.003;
	ck_rel(doubt_log_sd(st, &t.ask), hypot(hbm, host), 1e-9);
	t.stack.ideal = 1;	/* of which nothing is in doubt */
	ck_rel(doubt_log_sd(st, &t.ask), 0, 0);
	free(st);
}
END_TEST

/* A us of each launch, of the streams or of all others. */
static void late(struct toy *t, bool streams, bool others)
{
	for (int r = 0; r < ROLE_NR; r++)
		t->stack.law_err[r].t0_s =
			(r == ROLE_STREAM ? streams : others) ? US : 0;
}

/*
 * Roles of one kernel err as one, of two kernels apart: a + b together and
 * hypot(a, b) apart.
 */
START_TEST(kernels_of_one_name_err_as_one)
{
	struct step *st = step_room();
	struct toy t;
	double stream, rest;

	make(&t, &plans[_i]);
	t.stack.law[ROLE_STREAM].kernel = "another";
	step_time(st, &t.ask);
	late(&t, true, false);
	stream = doubt_log_sd(st, &t.ask);
	late(&t, false, true);
	rest = doubt_log_sd(st, &t.ask);
	ck_assert(stream > 0 && rest > 0);
	late(&t, true, true);
	ck_rel(doubt_log_sd(st, &t.ask), hypot(stream, rest), 1e-9);
	t.stack.law[ROLE_STREAM].kernel = "toy";
	ck_rel(doubt_log_sd(st, &t.ask), stream + rest, 1e-9);
	free(st);
}
END_TEST

Suite *suite_alone(void)
{
	Suite *s = suite_create("alone");
	TCase *t = tcase_create("doubts");

	tcase_add_loop_test(t, a_term_of_a_law_is_in_doubt_as_the_step_says,
			    0, PLANS);
	tcase_add_loop_test(t, a_term_of_a_wire_is_in_doubt_as_the_step_says,
			    0, PLANS);
	tcase_add_loop_test(t, a_rate_is_in_doubt_as_the_step_says, 0, PLANS);
	tcase_add_loop_test(t, two_in_doubt_are_so_independently, 0, PLANS);
	tcase_add_loop_test(t, kernels_of_one_name_err_as_one, 0, PLANS);
	suite_add_tcase(s, t);
	return s;
}
