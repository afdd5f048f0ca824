#include "tests/tests.h"

#include <string.h>

#include "claims/equations.h"
#include "words/measure.h"

/*
 * Each identity, in its order, with figures that a pencil closes: a day of 20
 * hours half used, 8 GPUs of 100 tok/s or 700 W, $2 an hour.
 */
static const struct { enum quantity q; double is; } sums[][TERMS] = {
	{ { Q_TOK_S_TOTAL, 800 }, { Q_TOK_S_GPU, 100 }, { Q_GPUS, 8 } },
	{ { Q_TPM, 6000 }, { Q_TOK_S_TOTAL, 100 } },
	{ { Q_TOK_S_NODE, 800 }, { Q_TOK_S_GPU, 100 }, { Q_GPUS_PER_NODE, 8 } },
	{ { Q_IN_TOK_S_TOTAL, 800 }, { Q_IN_TOK_S_GPU, 100 }, { Q_GPUS, 8 } },
	{ { Q_IN_TOK_S_NODE, 800 }, { Q_IN_TOK_S_GPU, 100 },
	  { Q_GPUS_PER_NODE, 8 } },
	{ { Q_ALL_TOK_S_TOTAL, 800 }, { Q_ALL_TOK_S_GPU, 100 }, { Q_GPUS, 8 } },
	{ { Q_TOK_S_TOTAL, 2000 }, { Q_REQUESTS_PER_S, 4 }, { Q_OSL, 500 } },
	{ { Q_IN_TOK_S_TOTAL, 2000 }, { Q_REQUESTS_PER_S, 4 }, { Q_ISL, 500 } },
	{ { Q_ALL_TOK_S_TOTAL, 2000 }, { Q_REQUESTS_PER_S, 4 },
	  { Q_TOKENS_PER_REQUEST, 500 } },
	{ { Q_TOK_S_TOTAL, 50 }, { Q_TOKENS, 3000 }, { Q_WINDOW_S, 60 } },
	{ { Q_IN_TOK_S_TOTAL, 50 }, { Q_TOKENS_IN, 3000 }, { Q_WINDOW_S, 60 } },
	{ { Q_REQUESTS_PER_S, 5 }, { Q_SAMPLES, 300 }, { Q_WINDOW_S, 60 } },
	{ { Q_WINDOW_S, 7200 }, { Q_WALL_H, 2 } },
	{ { Q_IN_FLIGHT, 10 }, { Q_REQUESTS_PER_S, 4 }, { Q_E2E_MS, 2500 } },
	{ { Q_HBM_TOTAL_GB, 640 }, { Q_HBM_GB, 80 }, { Q_GPUS, 8 } },
	{ { Q_USD_PER_MTOK, 5 }, { Q_USD_TOTAL, 20 }, { Q_TOKENS, 4e6 } },
	{ { Q_GPUS, 16 }, { Q_NODES, 2 }, { Q_GPUS_PER_NODE, 8 } },
	{ { Q_TPOT_MS, 20 }, { Q_TOK_S_USER, 50 } },
	{ { Q_TOKENS_PER_DAY, 600000 }, { Q_TPM, 1000 },
	  { Q_HOURS_PER_DAY, 20 }, { Q_UTILIZATION, 0.5 } },
	{ { Q_DEMAND_DAY, 1440000 }, { Q_DEMAND_TPM, 1000 } },
	{ { Q_TOKENS_PER_MONTH, 3000 }, { Q_TOKENS_PER_DAY, 100 },
	  { Q_DAYS_PER_MONTH, 30 } },
	{ { Q_TOKENS_PER_DAY, 50000 }, { Q_REQUESTS_PER_DAY, 100 },
	  { Q_TOKENS_PER_REQUEST, 500 } },
	{ { Q_REVENUE_DAY, 8 }, { Q_TOKENS_PER_DAY, 4e6 },
	  { Q_USD_PER_MTOK_OUT, 2 } },
	{ { Q_USD_PER_DAY, 200 }, { Q_REQUESTS_PER_DAY, 100 },
	  { Q_USD_PER_REQUEST, 2 } },
	{ { Q_USD_PER_HOUR, 16 }, { Q_USD_PER_GPU_HOUR, 2 }, { Q_GPUS, 8 } },
	{ { Q_USD_PER_DAY, 48 }, { Q_USD_PER_HOUR, 2 } },
	{ { Q_USD_PER_MONTH, 1440 }, { Q_USD_PER_DAY, 48 },
	  { Q_DAYS_PER_MONTH, 30 } },
	{ { Q_USD_PER_MTOK, 12 }, { Q_USD_PER_DAY, 48 },
	  { Q_TOKENS_PER_DAY, 4e6 } },
	{ { Q_TOK_PER_USD, 500000 }, { Q_USD_PER_MTOK, 2 } },
	{ { Q_COST_RATIO, 0.25 }, { Q_USD_PER_MTOK, 0.5 },
	  { Q_VERSUS_USD_PER_MTOK, 2 } },
	{ { Q_BREAK_EVEN, 24e6 }, { Q_USD_PER_DAY, 48 },
	  { Q_VERSUS_USD_PER_MTOK, 2 } },
	{ { Q_COST_RATIO, 3 }, { Q_BREAK_EVEN, 24e6 },
	  { Q_TOKENS_PER_DAY, 8e6 } },
	{ { Q_CHEAPER_X, 4 }, { Q_COST_RATIO, 0.25 } },
	{ { Q_RATIO, 2.5 }, { Q_NUMERATOR, 10 }, { Q_DENOMINATOR, 4 } },
	{ { Q_PART, 0.4 }, { Q_NUMERATOR, 4 }, { Q_DENOMINATOR, 10 } },
	{ { Q_SPEEDUP_X, 2.5 }, { Q_NUMERATOR, 10 }, { Q_DENOMINATOR, 4 } },
	{ { Q_SYSTEM_W, 5600 }, { Q_GPU_W, 700 }, { Q_GPUS, 8 } },
	{ { Q_JOULES_TOK, 7 }, { Q_GPU_W, 700 }, { Q_TOK_S_GPU, 100 } },
	{ { Q_GRID_USD_HOUR, 1.2 }, { Q_SYSTEM_W, 5000 }, { Q_PUE, 1.2 },
	  { Q_USD_PER_KWH, 0.2 } },
	{ { Q_GRID_USD_HOUR, 1 }, { Q_SYSTEM_W, 5000 },
	  { Q_USD_PER_KWH, 0.2 } },
	{ { Q_GRID_USD_MTOK, 2.4 }, { Q_JOULES_TOK, 36 }, { Q_PUE, 1.2 },
	  { Q_USD_PER_KWH, 0.2 } },
	{ { Q_GRID_USD_MTOK, 2 }, { Q_JOULES_TOK, 36 },
	  { Q_USD_PER_KWH, 0.2 } },
	{ { Q_KWH_DAY, 60 }, { Q_SYSTEM_W, 5000 }, { Q_PUE, 1.2 },
	  { Q_HOURS_PER_DAY, 20 }, { Q_UTILIZATION, 0.5 } },
	{ { Q_KWH_DAY, 50 }, { Q_SYSTEM_W, 5000 }, { Q_HOURS_PER_DAY, 20 },
	  { Q_UTILIZATION, 0.5 } },
	{ { Q_TOK_S_MW, 2e6 }, { Q_TOK_S_GPU, 1400 }, { Q_GPU_W, 700 } },
	{ { Q_TOK_S_MW, 2e6 }, { Q_TOK_S_TOTAL, 10000 }, { Q_SYSTEM_W, 5000 } },
	{ { Q_TOK_S_MW, 500000 }, { Q_JOULES_TOK, 2 } },
	{ { Q_TPOT_MS, 10 }, { Q_STEP_MS, 25 }, { Q_TOKENS_PER_STEP, 2.5 } },
	{ { Q_USD_PER_MTOK, 10 }, { Q_USD_PER_GPU_HOUR, 1.8 },
	  { Q_TOK_S_GPU, 100 }, { Q_UTILIZATION, 0.5 } },
	{ { Q_REQUESTS_PER_DAY, 72000 }, { Q_REQUESTS_PER_S, 2 },
	  { Q_HOURS_PER_DAY, 20 }, { Q_UTILIZATION, 0.5 } },
	{ { Q_CACHE_HIT, 0.4 }, { Q_NUMERATOR, 4 }, { Q_DENOMINATOR, 10 } },
	{ { Q_JOULES_TOK, 2 }, { Q_SYSTEM_W, 5000 }, { Q_TOK_S_TOTAL, 2500 } },
	{ { Q_SCALING, 0.5 }, { Q_NUMERATOR, 400 }, { Q_DENOMINATOR, 100 },
	  { Q_CONCURRENCY, 8 } },
	{ { Q_BREAK_EVEN_USE, 0.25 }, { Q_COST_RATIO, 0.25 } },
	{ { Q_KV_GB, 0.35 }, { Q_KV_B_TOK, 70000 }, { Q_CTX, 5000 } },
	{ { Q_SOL_TOK_S_GPU, 400 }, { Q_HBM_TB_S, 4 }, { Q_KV_GB, 10 } },
	{ { Q_SWEEPS_PER_S, 40 }, { Q_HBM_TB_S, 4 }, { Q_HBM_GB, 100 } },
	{ { Q_SOL_TOK_S_GPU, 400 }, { Q_SWEEPS_PER_S, 40 }, { Q_USERS, 10 } },
	{ { Q_REFILL_TOK_S, 50 }, { Q_BUCKET_TOK, 3000 } },
	{ { Q_TOK_S_TOTAL, 1600 }, { Q_TOK_S_NODE, 800 }, { Q_NODES, 2 } },
	{ { Q_IN_TOK_S_TOTAL, 1600 }, { Q_IN_TOK_S_NODE, 800 },
	  { Q_NODES, 2 } },
	{ { Q_GPU_HOURS, 16 }, { Q_GPUS, 8 }, { Q_WALL_H, 2 } },
	{ { Q_USD_TOTAL, 32 }, { Q_GPU_HOURS, 16 }, { Q_USD_PER_GPU_HOUR, 2 } },
	{ { Q_USD_TOTAL, 32 }, { Q_USD_PER_HOUR, 16 }, { Q_WALL_H, 2 } },
	{ { Q_MFU, 0.4 }, { Q_TOK_S_GPU, 5000 }, { Q_FLOP_TOK, 80 },
	  { Q_GPU_TFLOPS, 1000 } },
	{ { Q_MBU, 0.1 }, { Q_TOK_S_GPU, 50 }, { Q_BYTES_TOK, 8 },
	  { Q_HBM_TB_S, 4 } },
	{ { Q_TPOT_MS, 25 }, { Q_STEP_MS, 25 } },
	{ { Q_TOK_S_TOTAL, 400 }, { Q_CONCURRENCY, 8 }, { Q_TOK_S_USER, 50 } },
};

START_TEST(an_identity_closes)
{
	const struct identity *e = &identities[_i];
	double product = e->k;

	for (int k = 0; k < TERMS && e->term[k].power != 0; k++) {
		ck_assert_int_eq(e->term[k].q, sums[_i][k].q);
		product *= pow(sums[_i][k].is, e->term[k].power);
	}
	ck_rel(product, 1, 1e-12);
}
END_TEST

START_TEST(each_identity_is_known)
{
	ck_assert_int_eq(identities_nr, sizeof(sums) / sizeof(*sums));
}
END_TEST

/* A unit in the base unit of its kind; all others are that. A year: 8,760 h. */
static const struct { const char *unit; enum kind kind; double factor; }
units[] = {
	{ "tok/min", K_RATE, 1 / 60.0 }, { "tok/h", K_RATE, 1 / 3600.0 },
	{ "tok/day", K_RATE, 1 / 86400.0 },
	{ "tok/month", K_RATE, 1 / 2628000.0 },	/* of 730 h */
	{ "tok/year", K_RATE, 1 / 31536000.0 },
	{ "tok/week", K_RATE, 1 / 604800.0 },
	{ "tok/s/kW", K_RATE_W, 1e3 }, { "tok/s/W", K_RATE_W, 1e6 },
	{ "tok/kWh", K_RATE_W, 1 / 3.6 },	/* 3.6 MJ */
	{ "ms", K_TIME, 1e-3 }, { "us", K_TIME, 1e-6 },
	{ "min", K_TIME, 60 }, { "h", K_TIME, 3600 },
	{ "day", K_TIME, 86400 }, { "week", K_TIME, 604800 },
	{ "month", K_TIME, 2628000 }, { "year", K_TIME, 31536000 },
	{ "USD/tok", K_MTOK, 1e6 }, { "USD/ktok", K_MTOK, 1e3 },
	{ "USD/Gtok", K_MTOK, 1e-3 }, { "USD/10Mtok", K_MTOK, 0.1 },
	{ "USD/100Mtok", K_MTOK, 0.01 }, { "cent/Mtok", K_MTOK, 0.01 },
	{ "USD/day", K_MONEY, 1 / 24.0 }, { "USD/month", K_MONEY, 1 / 730.0 },
	{ "USD/year", K_MONEY, 1 / 8760.0 }, { "cent", K_USD, 0.01 },
	{ "%", K_SHARE, 0.01 }, { "ktok", K_COUNT, 1e3 },
	{ "GPU-days", K_COUNT, 24 }, { "bytes/weight", K_COUNT, 8 },
	{ "days/week", K_COUNT, 730 / 168.0 },
	{ "requests/s", K_DAILY, 86400 }, { "requests/min", K_DAILY, 1440 },
	{ "requests/h", K_DAILY, 24 },
	{ "kB", K_B, 1e3 }, { "MB", K_B, 1e6 }, { "GB", K_B, 1e9 },
	{ "TB", K_B, 1e12 }, { "KiB", K_B, 1024 }, { "MiB", K_B, 1048576 },
	{ "GiB", K_B, 1073741824 }, { "TiB", K_B, 1099511627776 },
	{ "GB/s", K_BPS, 1e9 }, { "TB/s", K_BPS, 1e12 },
	{ "MB/s", K_BPS, 1e6 }, { "Gbit/s", K_BPS, 125e6 },
	{ "Tbit/s", K_BPS, 125e9 },
	{ "Mparams", K_PARAMS, 1e6 }, { "Gparams", K_PARAMS, 1e9 },
	{ "Tparams", K_PARAMS, 1e12 },
	{ "GFLOP/s", K_FLOPS, 1e9 }, { "TFLOP/s", K_FLOPS, 1e12 },
	{ "PFLOP/s", K_FLOPS, 1e15 }, { "EFLOP/s", K_FLOPS, 1e18 },
	{ "GFLOP", K_FLOP, 1e9 }, { "TFLOP", K_FLOP, 1e12 },
	{ "kW", K_W, 1e3 }, { "MW", K_W, 1e6 },
	{ "kWh/Mtok", K_J, 3.6 }, { "Wh/Mtok", K_J, 0.0036 },
	{ "mJ/tok", K_J, 1e-3 }, { "mJ", K_J, 1e-3 },
	{ "USD/MWh", K_USD_KWH, 1e-3 }, { "cent/kWh", K_USD_KWH, 0.01 },
	{ "kWh/h", K_ENERGY, 24 }, { "MWh/day", K_ENERGY, 1e3 },
	{ "MWh/h", K_ENERGY, 24e3 }, { "kWh/month", K_ENERGY, 24 / 730.0 },
	{ "MWh/month", K_ENERGY, 24e3 / 730 },
	{ "MWh/year", K_ENERGY, 1e3 / 365 },
	{ "GWh/year", K_ENERGY, 1e6 / 365 },
};

START_TEST(a_unit_is_so_many_of_its_kind_s)
{
	ck_rel(kind_factor(units[_i].kind, units[_i].unit), units[_i].factor,
	       1e-12);
}
END_TEST

START_TEST(other_units_are_their_kind_s)
{
	int other = 0;

	for (int k = 0; k < K_NR; k++) {
		char list[400];

		kind_units((enum kind)k, list, (int)sizeof(list));
		for (char *unit = strtok(list, " "); unit;
		     unit = strtok(NULL, " "))
			other += kind_factor((enum kind)k, unit) != 1;
	}
	ck_assert_int_eq(other, sizeof(units) / sizeof(*units));
}
END_TEST

Suite *suite_equations(void);

Suite *suite_equations(void)
{
	Suite *s = suite_create("equations");
	TCase *t = tcase_create("equations");

	tcase_add_loop_test(t, an_identity_closes, 0,
			    sizeof(sums) / sizeof(*sums));
	tcase_add_test(t, each_identity_is_known);
	tcase_add_loop_test(t, a_unit_is_so_many_of_its_kind_s, 0,
			    sizeof(units) / sizeof(*units));
	tcase_add_test(t, other_units_are_their_kind_s);
	suite_add_tcase(s, t);
	return s;
}
