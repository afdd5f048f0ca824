/* What a plan costs beside others, draws, crosses over at; how it replayed. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say/plan_text.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- where attention is better split ---- */

static const struct {
	struct crossover x;
	const char *says;
} crossings[] = {
	{ { 34, 8, 0.0123, 0.0456, 100, 800 },
	  "One sequence takes 12.30 ms a token with attention TP8 and 45.60 "
	  "ms with DP8; from 34 sequences in flight the second is quicker. "
	  "There is room for 100 and 800.\n" },
	{ { NAN, 8, 0.0123, 0.0456, 100, 800 },
	  "One sequence takes 12.30 ms a token with attention TP8 and 45.60 "
	  "ms with DP8; as far as both have room, for 100 and 800 sequences, "
	  "the first is quicker.\n" },
	{ { 1, 4, 0.0456, 0.0123, 100, 800 },
	  "One sequence takes 45.60 ms a token with attention TP4 and 12.30 "
	  "ms with DP4; the second is quicker at any batch.\n" },
	{ { 2, 4, 0.0456, 0.0123, 100, 800 },
	  "One sequence takes 45.60 ms a token with attention TP4 and 12.30 "
	  "ms with DP4; from 2 sequences in flight the second is quicker. "
	  "There is room for 100 and 800.\n" },
	{ { 34, 8, NAN, 0.0456, 100, 800 }, "" },
	{ { 34, 8, 0.0123, NAN, 100, 800 }, "" },
};

START_TEST(where_attention_is_better_split_is_said)
{
	struct text out = TEXT_INIT;

	text_add(&out, "");
	plan_crossover(&crossings[_i].x, &out);
	ck_assert_str_eq(out.buf ? out.buf : "", crossings[_i].says);
	text_release(&out);
}
END_TEST

/* ---- power ---- */

/* 32 GPUs of 700 W are 22.4 kW; of 11,200 tok/s each takes 2 J. */
START_TEST(what_a_plan_draws_is_said)
{
	struct choice c = { .decode_gpus = 32, .tok_s = 11200 };
	struct text out = TEXT_INIT;

	c.answer.watt_gpu = 700;
	plan_energy(&c, 0, &out);
	ck_assert_str_eq(out.buf, "Power: 700 W a GPU that decodes, 22.4 kW "
			 "for 32, 2.00 J an output token.\n");
	text_release(&out);
	plan_energy(&c, 0.1, &out);	/* 22.4 x 730 x 0.1 = 1635.2 */
	ck_assert_str_eq(out.buf, "Power: 700 W a GPU that decodes, 22.4 kW "
			 "for 32, 2.00 J an output token; $1635 a month at "
			 "$0.1 a kWh, which a rent has in it.\n");
	text_release(&out);
	c.limit_W = 32000;
	plan_energy(&c, 0, &out);
	ck_assert_str_eq(out.buf, "Power: 700 W a GPU that decodes, 22.4 kW "
			 "for 32, 2.00 J an output token; at their "
			 "limits all GPUs draw 32.0 kW.\n");
	text_release(&out);
	c.answer.watt_gpu = (double)NAN;
	plan_energy(&c, 0.1, &out);
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

/* ---- beside what others ask ---- */

/*
 * $7,300 a month are $10 an hour; 1,000 tok/s are 3.6 M an hour, so $2.778 a
 * million when full. Prompts: 3 tokens an output token, none cached.
 */
static struct choice rented(void)
{
	struct choice c = { .usd_month = 7300, .tok_s = 1000 };

	scenario_init(&c.scenario);
	c.scenario.isl = 3000;
	c.scenario.osl = 1000;
	return c;
}

static struct offer by_token(const char *name, double in, double out)
{
	return (struct offer){ .name = name, .capacity_tok_s = INFINITY,
		.inside = { in / 1e6, out / 1e6, in / 1e6 },
		.outside = { (double)NAN, (double)NAN, (double)NAN } };
}

START_TEST(a_plan_is_set_beside_offers)
{
	/* $1 a million of each: $4 an output token's million with its three;
	 * 3.6 M an hour are $14.4, 730 times that a month. Level where $10
	 * buy: 2.5 M an hour, 60 M a day, 69 % of what the GPUs do */
	const struct offer offers[] = { by_token("one dollar", 1, 1),
		by_token("cheap", 0.1, 0.1),	/* $0.4: never level */
		by_token("dear as gold, and longer", 1e7, 1e7) };
	struct choice c = rented();
	struct text out = TEXT_INIT;

	plan_against(&c, &(struct plan_offers){ offers, 3, 0 }, &out);
	ck_assert_str_eq(out.buf,
		"\nThis plan      $7300 a month; a million output tokens, "
		"prompts in it, when 10 % is used $27.778, 25 % is used "
		"$11.111, 50 % is used $5.556, 100 % is used $2.778\n"
		"one dollar     $10512 a month for the load; level at 60 M "
		"output tokens a day, 69 % of what these GPUs do\n"
		"cheap          $1051 a month for the load; never dearer: "
		"full, these GPUs make a million for $2.778, it sells them "
		"for $0.400\n"
		"dear as gold,  $105120000000 a month for the load; dearer "
		"than these GPUs at any load\n");
	text_release(&out);
}
END_TEST

/* Of a load of 250 tok/s: 0.9 M an hour, $3.6, $2,628 a month. */
START_TEST(an_offer_is_asked_for_the_load)
{
	const struct offer o = by_token("one dollar", 1, 1);
	const struct plan_offers asked = { &o, 1, .cached_share = 0.5 };
	struct choice c = rented();
	struct text out = TEXT_INIT;

	c.load_tok_s = 250;
	plan_against(&c, &asked, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "one dollar     $2628 a month "
				     "for the load; level at 60 M"));
	text_release(&out);
	c.scenario.osl = 0;		/* no prompts: $1 an output million */
	plan_against(&c, &asked, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "one dollar     $657 a month"));
	text_release(&out);
}
END_TEST

START_TEST(without_a_price_nothing_is_compared)
{
	const struct offer o = by_token("one dollar", 1, 1);
	struct choice c = rented();
	struct text out = TEXT_INIT;

	c.usd_month = (double)NAN;
	plan_against(&c, &(struct plan_offers){ &o, 1, 0 }, &out);
	ck_assert_str_eq(out.buf, "\nWithout a price (--price) there is "
			 "nothing to compare.\n");
	text_release(&out);
}
END_TEST

/* ---- replayed ---- */

static struct verified replayed(void)
{
	return (struct verified){ .replicas = 1, .servers = 3,
		.in_flight = 64, .requests = 256, .rank = { 50, 90, 99 },
		.tpot_s = { 0.020, 0.025, 0.03 },
		.ttft_s = { 0.5, 0.75, 1 }, .answered = 1,
		.tpot_over = -0.5, .ttft_over = 0.25, .batch = (double)NAN,
		.enough = (double)NAN };
}

static void says(const struct verified *v, const struct fleet_spec *a,
		 const char *want)
{
	struct choice c = { .replicas = 4 };
	struct fleet p = { .choice = &c, .nr = 1 };
	struct text out = TEXT_INIT;

	plan_verified(&p, a, &(struct plan_rows){ 1, v, 1 }, &out);
	ck_assert_str_eq(out.buf, want);
	text_release(&out);
}

static const struct fleet_spec both = { .tpot_s = 0.05, .ttft_s = 0.6 };

START_TEST(a_replay_is_said_by_percentiles_and_limits)
{
	struct verified v = replayed();

	says(&v, &both, "\nReplayed:\n1   1 of 4 replicas and 3 servers for "
	     "prompts, 256 requests, 64 in flight\n    a token P50 20.0, P90 "
	     "25.0, P99 30.0 ms; the first P50 500.0, P90 750.0, P99 1000.0 "
	     "ms\n    a time a token of 50 ms is kept, with 50.0 % to spare "
	     "at P90\n    a first token of 600 ms is missed by 25.0 % at P90"
	     "\n");
	v.servers = 0;
	v.at_random = true;
	v.answered = 0.985;
	v.tpot_over = 0.1;
	v.batch = 1;		/* one sequence is a batch */
	v.enough = 5;
	says(&v, &both, "\nReplayed:\n1   1 of 4 replicas, 256 requests at "
	     "random, 64 in flight, 98.5 % of them answered\n    a token P50 "
	     "20.0, P90 25.0, P99 30.0 ms; the first P50 500.0, P90 750.0, "
	     "P99 1000.0 ms\n    a time a token of 50 ms is missed by 10.0 % "
	     "at P90; a batch of 1 keeps it\n    a first token of 600 ms is "
	     "missed by 25.0 % at P90; 5 servers for prompts keep it\n");
}
END_TEST

START_TEST(a_replay_without_limits_says_none)
{
	const struct fleet_spec none = { .tpot_s = INFINITY,
					 .ttft_s = INFINITY };
	struct verified v = replayed();

	v.tpot_s[0] = (double)NAN;
	v.batch = v.enough = 0.5;	/* none that keeps it */
	says(&v, &none, "\nReplayed:\n1   1 of 4 replicas and 3 servers for "
	     "prompts, 256 requests, 64 in flight\n    a token none; the "
	     "first P50 500.0, P90 750.0, P99 1000.0 ms\n");
	v.tpot_over = (double)NAN;
	v.ttft_over = 0;
	says(&v, &both, "\nReplayed:\n1   1 of 4 replicas and 3 servers for "
	     "prompts, 256 requests, 64 in flight\n    a token none; the "
	     "first P50 500.0, P90 750.0, P99 1000.0 ms\n    a time a token "
	     "of 50 ms is not known: no answer has one\n    a first token of "
	     "600 ms is kept, with 0.0 % to spare at P90\n");
}
END_TEST

/* Steps that were played have no first token and no percentile. */
START_TEST(played_steps_are_said)
{
	struct verified v = { .by_steps = true, .requests = 12,
		.tpot_s = { 0.0456, 1, 1 }, .tpot_over = -0.088,
		.ttft_over = 1, .batch = (double)NAN,
		.enough = (double)NAN };

	says(&v, &both, "\nReplayed:\n1   12 steps played: 45.60 ms a token\n"
	     "    a time a token of 50 ms is kept, with 8.8 % to spare\n");
}
END_TEST

/* ---- for machines ---- */

static char *csv_of(const struct fleet *p, const struct plan_rows *rows)
{
	struct text out = TEXT_INIT;

	plan_csv(p, rows, &out);
	return out.buf;
}

static void planned_row(struct choice *c)
{
	memset(c, 0, sizeof(*c));
	scenario_init(&c->scenario);
	strcpy(c->scenario.hw, "toy");
	*c = (struct choice){ .scenario = c->scenario, .pool = -1,
		.colocated = true, .replicas = 2, .decode_gpus = 32,
		.prefill_gpus = 0, .spare_gpus = 8, .tok_s = 32000,
		.tok_s_gpu = 900, .prefill_tok_s_gpu = (double)NAN,
		.ttft_s = 0.35, .first_s = 1.25, .usd_mtok_out = 0.5,
		.usd_mtok_in = (double)NAN, .usd_month = 58400,
		.spare_share = 0.125 };
	c->answer.bound = BOUND_NVLINK;
}

START_TEST(a_plan_is_a_table_for_machines)
{
	struct pool pool = { .tok_s_gpu = 1 };
	struct choice c[3];
	struct fleet p = { .choice = c, .nr = 3, .pool = &pool, .pools = 1 };
	struct verified v[1] = { replayed() };
	struct plan_rows rows = { .most = 2 };
	char *got;

	for (int i = 0; i < 3; i++)
		planned_row(&c[i]);
	strcpy(pool.scenario.hw, "other");
	c[1].colocated = false;
	c[1].pool = 0;
	got = csv_of(&p, &rows);
	ck_assert_ptr_eq(strstr(got, "rank,replicas,why,prompts,decode_gpus,"
		"prefill_gpus,spare_gpus,fleet_tok_s,fleet_tok_s_gpu,"
		"prefill_tok_s_gpu,ttft_ms,first_ms,usd_mtok_out,usd_mtok_in,"
		"usd_month,spare_share,id,hw,"), got);
	ck_assert_ptr_nonnull(strstr(got, "\n1,2,bound by nvlink,colocated,32,"
		"0,8,32000,900,,350,1250,0.5,,58400,0.125,,toy,"));
	ck_assert_ptr_nonnull(strstr(got, "\n2,2,bound by nvlink,other,32,"));
	ck_assert_ptr_null(strstr(got, "\n3,"));
	free(got);
	rows = (struct plan_rows){ .most = 9, .replayed = v, .nr = 1 };
	c[2].colocated = false;
	got = csv_of(&p, &rows);
	ck_assert_ptr_nonnull(strstr(got, ",usd_month,spare_share,"
		"replayed_requests,replayed_answered,replayed_tpot_ms,"
		"replayed_ttft_ms,tpot_over,ttft_over,id,"));
	ck_assert_ptr_nonnull(strstr(got,
		",58400,0.125,256,1,25,750,-0.5,0.25,,toy,"));
	ck_assert_ptr_nonnull(strstr(got, "\n3,2,bound by nvlink,,32,"));
	ck_assert_ptr_nonnull(strstr(strstr(got, "\n3,"),
		",58400,0.125,,,,,,,,toy,"));
	free(got);
}
END_TEST

Suite *suite_saycost(void)
{
	Suite *s = suite_create("saycost");
	TCase *tc = tcase_create("cost");

	tcase_add_loop_test(tc, where_attention_is_better_split_is_said, 0,
			    NR(crossings));
	tcase_add_test(tc, what_a_plan_draws_is_said);
	tcase_add_test(tc, a_plan_is_set_beside_offers);
	tcase_add_test(tc, an_offer_is_asked_for_the_load);
	tcase_add_test(tc, without_a_price_nothing_is_compared);
	tcase_add_test(tc, a_replay_is_said_by_percentiles_and_limits);
	tcase_add_test(tc, a_replay_without_limits_says_none);
	tcase_add_test(tc, played_steps_are_said);
	tcase_add_test(tc, a_plan_is_a_table_for_machines);
	suite_add_tcase(s, tc);
	return s;
}
