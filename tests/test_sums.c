#include "tests/tests.h"

#include <string.h>

#include "claims/sums.h"

/*
 * What follows by more than a product, by pencil: the value, and the least and
 * the most of it. An amount that says no bounds is exact.
 */
struct figure_of {
	enum quantity q;
	double value, low, high;
	bool dropped;		/* stated twice, and neither is taken */
};

#define IN(q, value, low, high) { q, value, low, high, false }
#define IS(q, value) IN(q, value, value, value)
#define DROPPED(q, value) { q, value, value, value, true }
#define UNKNOWN IN(Q_NR, 0, 0, 0)

static const struct {
	struct figure_of given[6], is;
	enum quantity asked;
} cases[] = {
	/* 3000 / 2000 - 1; 2850 / 2100 and 3150 / 1900 */
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 3000) },
	  IS(Q_INCREASE_PCT, 50), Q_INCREASE_PCT },
	{ { IN(Q_BEFORE, 2000, 1900, 2100), IN(Q_AFTER, 3000, 2850, 3150) },
	  IN(Q_INCREASE_PCT, 50, 100 * (2850 / 2100.0 - 1),
	    100 * (3150 / 1900.0 - 1)), Q_INCREASE_PCT },
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 3000) },
	  IS(Q_SPEEDUP_X, 1.5), Q_SPEEDUP_X },
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 500) },
	  IS(Q_CHEAPER_X, 4), Q_CHEAPER_X },
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 500) }, IS(Q_RATIO, 4), Q_RATIO },
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 500) }, IS(Q_PART, 0.25), Q_PART },
	{ { IS(Q_BEFORE, 2000), IS(Q_AFTER, 500) },
	  IS(Q_COST_RATIO, 0.25), Q_COST_RATIO },
	{ { IS(Q_NUMERATOR, 14), IS(Q_DENOMINATOR, 10) },
	  IN(Q_INCREASE_PCT, 40, 40, 40), Q_INCREASE_PCT },
	/* what stands before and after goes before a quotient */
	{ { IS(Q_BEFORE, 2), IS(Q_AFTER, 3), IS(Q_NUMERATOR, 14),
	    IS(Q_DENOMINATOR, 10) }, IS(Q_INCREASE_PCT, 50), Q_INCREASE_PCT },
	/* of one of the two nothing follows, nor over what may be 0 */
	{ { IS(Q_BEFORE, 2000) }, UNKNOWN, Q_INCREASE_PCT },
	{ { IS(Q_AFTER, 2000) }, UNKNOWN, Q_INCREASE_PCT },
	{ { IS(Q_AFTER, 2000), DROPPED(Q_BEFORE, 1000) }, UNKNOWN,
	  Q_INCREASE_PCT },
	{ { IS(Q_BEFORE, 2000), DROPPED(Q_AFTER, 1000) }, UNKNOWN,
	  Q_INCREASE_PCT },
	{ { IS(Q_AFTER, 2000) }, UNKNOWN, Q_CHEAPER_X },
	{ { IN(Q_BEFORE, 0.4, 0, 0.5), IS(Q_AFTER, 3) }, UNKNOWN,
	  Q_INCREASE_PCT },
	{ { IN(Q_BEFORE, 0.4, 0, 0.5), IS(Q_AFTER, 3) }, UNKNOWN,
	  Q_CHANGE_PCT },
	{ { IN(Q_BEFORE, 0.5, 0.4, 0.6), IS(Q_AFTER, 3) },
	  IN(Q_SPEEDUP_X, 6, 3 / 0.6, 3 / 0.4), Q_SPEEDUP_X },
	/* 1 - 280 / 4200 = 1 - 1 / 15 */
	{ { IS(Q_BEFORE, 4200), IS(Q_AFTER, 280) },
	  IS(Q_CHANGE_PCT, 100 - 100 / 15.0), Q_CHANGE_PCT },

	{ { IN(Q_COST_RATIO, 0.3, 0.2, 0.4) },
	  IN(Q_SAVINGS_PCT, 70, 60, 80), Q_SAVINGS_PCT },
	{ { IN(Q_SAVINGS_PCT, 70, 60, 80) },
	  IN(Q_COST_RATIO, 0.3, 0.2, 0.4), Q_COST_RATIO },
	{ { IN(Q_SAVINGS_PCT, 99.5, 99, 100) }, UNKNOWN, Q_COST_RATIO },

	/* 90 to 110 earned, 30 to 50 spent */
	{ { IN(Q_REVENUE_DAY, 100, 90, 110), IN(Q_USD_PER_DAY, 40, 30, 50) },
	  IN(Q_PROFIT_DAY, 60, 40, 80), Q_PROFIT_DAY },
	{ { IN(Q_REVENUE_DAY, 100, 90, 110), IN(Q_USD_PER_DAY, 40, 30, 50) },
	  IN(Q_MARGIN_PCT, 60, 100 - 5000 / 90.0, 100 - 3000 / 110.0),
	  Q_MARGIN_PCT },
	{ { IN(Q_REVENUE_DAY, 100, 90, 110), IN(Q_USD_PER_DAY, 40, 30, 50) },
	  IN(Q_MARKUP_PCT, 150, 80, 11000 / 30.0 - 100), Q_MARKUP_PCT },
	{ { IN(Q_REVENUE_DAY, 100, 90, 110), IN(Q_PROFIT_DAY, 60, 55, 65) },
	  IN(Q_USD_PER_DAY, 40, 25, 55), Q_USD_PER_DAY },
	{ { IN(Q_USD_PER_DAY, 40, 30, 50), IN(Q_MARKUP_PCT, 150, 140, 160) },
	  IN(Q_REVENUE_DAY, 100, 72, 130), Q_REVENUE_DAY },
	{ { IS(Q_USD_PER_DAY, 40), IS(Q_MARKUP_PCT, 150),
	    IS(Q_REVENUE_DAY, 80) }, IS(Q_MARKUP_PCT, 150), Q_MARKUP_PCT },
	{ { IS(Q_USD_PER_DAY, 40) }, UNKNOWN, Q_MARGIN_PCT },
	{ { IS(Q_USD_PER_DAY, 40) }, UNKNOWN, Q_PROFIT_DAY },
	{ { IS(Q_USD_PER_DAY, 40) }, UNKNOWN, Q_REVENUE_DAY },
	{ { IS(Q_REVENUE_DAY, 40) }, UNKNOWN, Q_MARGIN_PCT },
	{ { IS(Q_REVENUE_DAY, 40), DROPPED(Q_USD_PER_DAY, 30) }, UNKNOWN,
	  Q_MARGIN_PCT },
	{ { IS(Q_USD_PER_DAY, 40), DROPPED(Q_REVENUE_DAY, 60) }, UNKNOWN,
	  Q_MARGIN_PCT },
	{ { IS(Q_REVENUE_DAY, 40), IN(Q_USD_PER_DAY, 0.4, 0, 0.5) }, UNKNOWN,
	  Q_MARKUP_PCT },
	{ { IN(Q_REVENUE_DAY, 0.4, 0, 0.5), IS(Q_USD_PER_DAY, 40) }, UNKNOWN,
	  Q_MARGIN_PCT },
	{ { IN(Q_REVENUE_DAY, 0.5, 0.4, 0.8), IN(Q_USD_PER_DAY, 0.5, 0.4, 0.8)
	  }, IN(Q_MARGIN_PCT, 0, -100, 50), Q_MARGIN_PCT },

	/* 500 ms, and 100 tokens behind the first of 20 ms each */
	{ { IS(Q_TTFT_MS, 500), IS(Q_OSL, 101), IN(Q_TPOT_MS, 20, 19, 21) },
	  IN(Q_E2E_MS, 2500, 2400, 2600), Q_E2E_MS },
	{ { IS(Q_TTFT_MS, 500), IS(Q_OSL, 101) }, UNKNOWN, Q_E2E_MS },
	{ { IS(Q_OSL, 101), IS(Q_TPOT_MS, 20) }, UNKNOWN, Q_E2E_MS },
	{ { IS(Q_TTFT_MS, 500), IS(Q_TPOT_MS, 20) }, UNKNOWN, Q_E2E_MS },

	/* 0.75 x 0.1 + 0.25 x 0.5; the more hits the cheaper */
	{ { IN(Q_CACHE_HIT, 0.75, 0.7, 0.8), IS(Q_USD_PER_MTOK_CACHED, 0.1),
	    IS(Q_USD_PER_MTOK_MISS, 0.5) },
	  IN(Q_USD_PER_MTOK_IN, 0.2, 0.18, 0.22), Q_USD_PER_MTOK_IN },
	/* or the dearer */
	{ { IN(Q_CACHE_HIT, 0.75, 0.7, 0.8), IS(Q_USD_PER_MTOK_CACHED, 0.5),
	    IS(Q_USD_PER_MTOK_MISS, 0.1) },
	  IN(Q_USD_PER_MTOK_IN, 0.4, 0.38, 0.42), Q_USD_PER_MTOK_IN },
	/* no more than all of them are hits */
	{ { IN(Q_CACHE_HIT, 1, 0.9, 1.1), IS(Q_USD_PER_MTOK_CACHED, 0.1),
	    IS(Q_USD_PER_MTOK_MISS, 0.5) },
	  IN(Q_USD_PER_MTOK_IN, 0.1, 0.1, 0.14), Q_USD_PER_MTOK_IN },
	{ { IS(Q_CACHE_HIT, 0.75), IS(Q_USD_PER_MTOK_CACHED, 0.1) }, UNKNOWN,
	  Q_USD_PER_MTOK_IN },
	{ { IS(Q_USD_PER_MTOK_CACHED, 0.1), IS(Q_USD_PER_MTOK_MISS, 0.5) },
	  UNKNOWN, Q_USD_PER_MTOK_IN },

	/* (3000 x 2 + 1000 x 8) / 10^6 */
	{ { IS(Q_ISL, 3000), IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_IN, 2),
	    IS(Q_USD_PER_MTOK_OUT, 8) }, IS(Q_USD_PER_REQUEST, 0.014),
	  Q_USD_PER_REQUEST },
	/* half of them for 1: (3000 x 1.5 + 1000 x 8) / 10^6 */
	{ { IS(Q_ISL, 3000), IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_IN, 2),
	    IS(Q_USD_PER_MTOK_OUT, 8), IS(Q_CACHE_HIT, 0.5),
	    IS(Q_USD_PER_MTOK_CACHED, 1) }, IS(Q_USD_PER_REQUEST, 0.0125),
	  Q_USD_PER_REQUEST },
	/* a quarter computed for 5: 2 a prompt token, the cache in it */
	{ { IS(Q_ISL, 3000), IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_MISS, 5),
	    IS(Q_USD_PER_MTOK_OUT, 8), IS(Q_CACHE_HIT, 0.75),
	    IS(Q_USD_PER_MTOK_CACHED, 1) }, IS(Q_USD_PER_REQUEST, 0.014),
	  Q_USD_PER_REQUEST },
	{ { IS(Q_ISL, 3000), IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_OUT, 8) },
	  UNKNOWN, Q_USD_PER_REQUEST },
	{ { IS(Q_ISL, 3000), IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_IN, 8) },
	  UNKNOWN, Q_USD_PER_REQUEST },
	{ { IS(Q_ISL, 3000), IS(Q_USD_PER_MTOK_IN, 2),
	    IS(Q_USD_PER_MTOK_OUT, 8) }, UNKNOWN, Q_USD_PER_REQUEST },
	{ { IS(Q_OSL, 1000), IS(Q_USD_PER_MTOK_IN, 2),
	    IS(Q_USD_PER_MTOK_OUT, 8) }, UNKNOWN, Q_USD_PER_REQUEST },

	{ { IN(Q_IN_TOK_S_TOTAL, 3000, 2900, 3100),
	    IN(Q_TOK_S_TOTAL, 1000, 950, 1050) },
	  IN(Q_ALL_TOK_S_TOTAL, 4000, 3850, 4150), Q_ALL_TOK_S_TOTAL },
	/* a quarter of a request's tokens are its answer's */
	{ { IN(Q_ALL_TOK_S_TOTAL, 4000, 3800, 4200), IS(Q_ISL, 3000),
	    IS(Q_OSL, 1000) },
	  IN(Q_TOK_S_TOTAL, 1000, 950, 1050), Q_TOK_S_TOTAL },
	{ { IS(Q_ALL_TOK_S_TOTAL, 4000), IS(Q_ISL, 3000) }, UNKNOWN,
	  Q_TOK_S_TOTAL },
	{ { IS(Q_ALL_TOK_S_TOTAL, 4000), IS(Q_OSL, 1000) }, UNKNOWN,
	  Q_TOK_S_TOTAL },
	{ { IS(Q_IN_TOK_S_TOTAL, 3000) }, UNKNOWN, Q_ALL_TOK_S_TOTAL },
	{ { IS(Q_TOK_S_TOTAL, 3000) }, UNKNOWN, Q_ALL_TOK_S_TOTAL },
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static void close_case(struct known *k, int nr)
{
	struct amounts stated;

	memset(&stated, 0, sizeof(stated));
	for (int i = 0; i < NR(cases[nr].given); i++) {
		const struct figure_of *f = &cases[nr].given[i];

		if (f->high > 0)
			stated.of[f->q] = amount_of(f->value, f->low, f->high);
		stated.of[f->q].known &= !f->dropped;
	}
	known_init(k, &stated, 1);
	sums_tokens(k);
	sums_close(k);
}

START_TEST(a_sum_is_as_a_pencil_has_it)
{
	const struct figure_of *is = &cases[_i].is;
	struct known k;
	const struct amount *a = &k.amounts.of[cases[_i].asked];

	close_case(&k, _i);
	ck_assert_int_eq(a->known, is->q == cases[_i].asked);
	if (!a->known)
		return;
	ck_assert_double_eq_tol(a->value, is->value, 1e-9);
	ck_assert_double_eq_tol(a->low, is->low, 1e-9);
	ck_assert_double_eq_tol(a->high, is->high, 1e-9);
}
END_TEST

/* What is only the most of two parts is the most of both; of the most of one
   and the least of the other neither. */
START_TEST(a_sum_leans_as_its_parts_do)
{
	ck_assert_int_eq(sums_leaned(LEANS_NOT, LEANS_NOT), LEANS_NOT);
	ck_assert_int_eq(sums_leaned(LEANS_NOT, LEANS_UP), LEANS_UP);
	ck_assert_int_eq(sums_leaned(LEANS_DOWN, LEANS_NOT), LEANS_DOWN);
	ck_assert_int_eq(sums_leaned(LEANS_UP, LEANS_UP), LEANS_UP);
	ck_assert_int_eq(sums_leaned(LEANS_UP, LEANS_DOWN), LEANS_BOTH);
}
END_TEST

Suite *suite_sums(void);

Suite *suite_sums(void)
{
	Suite *s = suite_create("sums");
	TCase *t = tcase_create("sums");

	tcase_add_loop_test(t, a_sum_is_as_a_pencil_has_it, 0, NR(cases));
	tcase_add_test(t, a_sum_leans_as_its_parts_do);
	suite_add_tcase(s, t);
	return s;
}
