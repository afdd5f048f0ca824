#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "options/verb.h"
#include "read/sheet.h"
#include "tests/folder.h"
#include "tests/says.h"

/*
 * Commands about what others sell: offers' costs, services played, claims.
 */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* So many rows were printed. */
static void rows(int nr)
{
	told_rows();
	ck_assert_int_eq(told.rows, nr);
}

static const char *cell(int row, const char *column)
{
	return table_get(&told, row, table_column(&told, column));
}

/* ---- cost ---- */

#define SHEET "key,value,err,unit,origin,source,note\n"
#define FACT(key, value, unit) key "," value ",," unit ",assumed,toy,\n"

/* $1 a million in, $2 out: with 2 tokens in for one out, $4 a million out. */
static void put_offers(void)
{
	folder_put("api.csv", SHEET FACT("in", "1", "$/Mtok")
		   FACT("out", "2", "$/Mtok"));
	/* $7,300 a month are $10 an hour; 1,000 tok/s are 86.4 M a day */
	folder_put("tier.csv", SHEET FACT("fixed", "7300", "$/month")
		   FACT("capacity", "60000", "tok/min")
		   FACT("over.in", "1", "$/Mtok")
		   FACT("over.out", "2", "$/Mtok")
		   FACT("over.cached", "0", "$/Mtok")
		   FACT("blocks", "1", "count"));
	/* as many blocks of $7.3 a month, 1 cent an hour, as it takes */
	folder_put("node.csv", SHEET FACT("fixed", "7.3", "$/month")
		   FACT("capacity", "60000", "tok/min"));
}

/* From 1 million a day to 10 billion, ten to a decade. A month is 730 hours. */
START_TEST(an_offer_is_a_row_a_load)
{
	put_offers();
	asks(cmd_cost, "cost @api.csv @tier.csv --isl 200 --osl 100 --csv");
	says(EXIT_YES, "offer,tokens_day,hours,usd_month,usd_mtok,"
	     "within_capacity\n", NULL);
	rows(2 * 41);
	for (int k = 0; k < 2 * 41; k++) {
		double day = 1e6 * pow(10, k % 41 / 10.0);
		double month = k < 41 ? 4e-6 * day / 24 * 730 :
			7300 + 4e-6 * fmax(0, day - 86.4e6) / 24 * 730;

		ck_rel(told_at(k, "tokens_day"), day, 1e-5);
		ck_rel(told_at(k, "usd_month"), month, 1e-5);
		ck_rel(told_at(k, "usd_mtok"), month / 730 * 24 / day * 1e6,
		       1e-5);
		ck_assert_str_eq(cell(k, "hours"), "");
		ck_assert_str_eq(cell(k, "within_capacity"),
				 k < 41 || day <= 86.4e6 ? "yes" : "no");
	}
}
END_TEST

/* By hours an offer is full, and one without a capacity does as much. */
START_TEST(an_offer_is_a_row_an_hour)
{
	put_offers();
	asks(cmd_cost, "cost @api.csv @tier.csv --isl 200 --osl 100 --csv "
	    "--hours");
	rows(2 * 24);
	for (int k = 0; k < 2 * 24; k++) {
		double hours = k % 24 + 1, day = 3.6e6 * hours;

		ck_rel(told_at(k, "hours"), hours, 1e-9);
		ck_rel(told_at(k, "tokens_day"), day, 1e-5);
		ck_rel(told_at(k, "usd_mtok"), k < 24 ? 4 : 240e6 / day, 1e-5);
		ck_assert_str_eq(cell(k, "within_capacity"), "yes");
	}
}
END_TEST

/*
 * $4 a million: of 8 M a day 4 x 8 / 24 x 730 = $973 a month. A tier of $240 a
 * day costs $2.78 a million when full: level at 240 / 4 = 60 M a day. Nodes of
 * $0.24 a day and 86.4 M: 5 for 400 M are $36.5, and they are level at 0.06 M.
 */
START_TEST(offers_stand_side_by_side)
{
	put_offers();
	asks(cmd_cost, "cost @api.csv @tier.csv @node.csv --isl 200 --osl 100");
	says(EXIT_YES, "Output tokens, 2 prompt tokens with each, 0 % of them "
	     "cached.\n\n", NULL);
	says(EXIT_YES, "\napi                    -          973         9733  "
	     "      48667       316333\n", NULL);
	says(EXIT_YES, "\ntier                86 M         7300         7300  "
	     "      45455       313121  from 60 M a day\n", NULL);
	says(EXIT_YES, "\nnode                86 M            7            7  "
	     "         36          226  from 0 M a day\n", NULL);
	folder_put("tier.csv", SHEET FACT("fixed", "73000", "$/month")
		   FACT("capacity", "60000", "tok/min")
		   FACT("blocks", "1", "count"));
	asks(cmd_cost, "cost @api.csv @tier.csv --isl 200 --osl 100");
	says(EXIT_YES, "            -            -  never: full, $27.78 a "
	     "million against $4.00\n", NULL);
	asks(cmd_cost, "cost @api.csv --isl 200 --osl 100 --hit 0.5");
	says(EXIT_YES, "2 prompt tokens with each, 50 % of them cached", NULL);
}
END_TEST

static const struct { const char *line, *err; } no_offers[] = {
	{ "cost @none.csv", "none.csv" },
	{ "cost @api.csv --hours", "--hours: hours are columns; give --csv" },
	{ "cost", "no offer is named" },
};

START_TEST(what_is_no_offer_is_refused)
{
	put_offers();
	asks(cmd_cost, no_offers[_i].line);
	says(EXIT_MALFORMED, NULL, no_offers[_i].err);
}
END_TEST

/* ---- a service ---- */

#define WAIT_S 0.1	/* to the first token, */
#define EACH_S 0.02	/* and each after it */

static void put_service(void)
{
	folder_put("sold.csv", SHEET FACT("rtt", "10", "ms")
		   FACT("first", "100", "ms") FACT("first.more", "0", "ms")
		   FACT("first.bend", "1", "1") FACT("first.spread", "0", "1")
		   FACT("token", "20", "ms") FACT("token.more", "0", "ms")
		   FACT("token.bend", "1", "1") FACT("error", "0", "1"));
}

/*
 * One client at a time of a service that waits 100 ms and takes 20 ms a token:
 * its 10 requests see tokens 20 ms apart, and the first no sooner than the wait
 * and the way there and back, and a step later at most.
 */
START_TEST(a_service_answers_as_its_curves_say)
{
	double ttft_s;

	put_service();
	asks(cmd_run, "run --service @sold.csv --concurrency 1 --isl 64 --osl "
	    "8 --csv --requests-out @r.csv");
	says(EXIT_YES, NULL, NULL);
	rows(1);
	ck_rel(told_at(0, "answered"), 10, 0);
	ck_rel(told_at(0, "median_tpot_ms"), 20, 1e-6);
	ttft_s = told_at(0, "median_ttft_ms") / 1e3;
	ck_assert_msg(ttft_s >= WAIT_S + 0.01 - 1e-9 &&
		      ttft_s <= WAIT_S + 0.01 + EACH_S + 1e-9, "%g", ttft_s);
	ck_rel(told_at(0, "requests"), 10, 0);
	asks(cmd_run, "run --service @sold.csv --concurrency 3 --isl 64 --osl "
	    "8");
	says(EXIT_YES, "\nrequests   30 answered in ", NULL);
	says(EXIT_YES, "service sold: no GPU is known of it", NULL);
	says(EXIT_YES, "\n80 % band  TTFT P50 ", NULL);
}
END_TEST

static const struct { const char *more, *err; } no_services[] = {
	{ "--hw h200-sxm", "--service: a service has no GPU, stack or model "
	  "that is known" },
	{ "--model deepseek-v3", "--service: a service has no GPU" },
	{ "--stack vllm", "--service: a service has no GPU" },
	{ "--gpus 8", "--service: a service has no GPU" },
	{ "--pools 1:1", "--pools: of a service no GPU, engine or layout is "
	  "known" },
	{ "--format xml", "--format: that is no format" },
	{ "--concurrency 1e9", "--isl: isl, osl or concurrency is above" },
	{ "--overflow nobody", "there is no service \"nobody\"" },
	{ "--slo ttft=x", "slo has \"ttft=x\"" },
	{ "--workload @none.csv", "none.csv" },
};

START_TEST(what_a_service_has_not_is_refused)
{
	char line[256];

	put_service();
	snprintf(line, sizeof(line), "run --service @sold.csv --isl 64 --osl "
		 "8 %s", no_services[_i].more);
	asks(cmd_run, line);
	says(EXIT_MALFORMED, NULL, no_services[_i].err);
	ck_assert_str_eq(said.out.buf, "");
}
END_TEST

/* ---- claims ---- */

#define CLAIMS "id,hw,model,gpus,metric,value,unit,source\n"
#define CLAIM(id, hw, metric, value, unit) id "," hw ",deepseek-v3,8," metric \
	"," value "," unit "," id "\n"

/* The worst of its claims is a file's status; a malformed one is above all. */
static const struct { const char *claims; int status; const char *counts; }
judged[] = {
	{ CLAIM("a", "h200-sxm", "tok_s_gpu", "10", "tok/s/GPU"), EXIT_YES,
	  "1 claim: 1 plausible, 0 holds, 0 unknown, 0 implausible, 0 "
	  "inconsistent, 0 impossible\n" },
	{ CLAIM("a", "h200-sxm", "tok_s_gpu", "10", "tok/s/GPU")
	  CLAIM("b", "h200-sxm", "tok_s_gpu", "1e6", "tok/s/GPU"), EXIT_NO,
	  " 1 impossible\n" },
	{ CLAIM("b", "h200-sxm", "tok_s_gpu", "1e6", "tok/s/GPU")
	  CLAIM("c", "h200-sxm", "tok_s_gpu", "-", "tok/s/GPU")
	  CLAIM("d", "h200-sxm", "tok_s_gpu", "1e6", "tok/s/GPU"),
	  EXIT_MALFORMED, " 2 impossible, 1 malformed\n" },
};

START_TEST(the_worst_claim_is_the_status)
{
	char claims[512];

	snprintf(claims, sizeof(claims), CLAIMS "%s", judged[_i].claims);
	folder_put("c.csv", claims);
	asks(cmd_check, "check @c.csv");
	says(judged[_i].status, NULL, judged[_i].counts);
	asks(cmd_check, "check @c.csv --csv --html @c.html");
	says(judged[_i].status, "id,hw,model,gpus,metric,value,unit,source,"
	     "verdict,reason,", judged[_i].counts);
}
END_TEST

/* Two parts of 256 claims and what is left follow each other in order. */
START_TEST(claims_are_said_in_their_order)
{
	struct text all = TEXT_INIT;
	const char *at;

	text_add(&all, CLAIMS);
	for (int i = 0; i < 515; i++)
		text_addf(&all, "n%d.,h200-sxm,deepseek-v3,8,gpus,8,,n%d\n", i,
			  i);
	folder_put("c.csv", all.buf);
	text_release(&all);
	asks(cmd_check, "check @c.csv");
	at = said.out.buf;
	for (int i = 0; i < 515; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d.: ", i);
		at = strstr(at, id);
		ck_assert_msg(at != NULL, "%s", id);
	}
}
END_TEST

#define ON " --hw h200-sxm --model deepseek-v3 --gpus 8"

static const struct { const char *line; int status; const char *out, *err; }
claimed[] = {
	{ "\"tok_s_gpu = 1e6\"" ON, EXIT_NO, "claim: impossible ",
	  "1 claim: " },
	{ "\"tok_s_gpu = 10; isl=1000; osl=100\"" ON, EXIT_YES,
	  "claim: plausible ", "1 claim: " },
	{ "\"tok_s_gpu = 10; isl=-\"" ON, EXIT_MALFORMED, "claim: malformed\n",
	  "isl" },
	{ "\"nothing = 10\"" ON, EXIT_MALFORMED, NULL, "nothing" },
	{ "@none.csv", EXIT_MALFORMED, NULL, "none.csv" },
	{ "--vocabulary --rules", EXIT_MALFORMED, NULL, "two tables" },
	{ "", EXIT_MALFORMED, NULL, "no FILE is given; give a CSV of claims, "
	  "- for one on stdin, or a claim as 'tok_s_user > 250'" },
};

START_TEST(a_claim_is_judged_where_it_stands)
{
	char line[256];

	snprintf(line, sizeof(line), "check %s", claimed[_i].line);
	asks(cmd_check, line);
	says(claimed[_i].status, claimed[_i].out, claimed[_i].err);
}
END_TEST

Suite *suite_priced(void);

Suite *suite_priced(void)
{
	Suite *suite = suite_create("priced");
	TCase *c = tcase_create("priced");

	tcase_add_checked_fixture(c, says_open, says_close);
	tcase_add_test(c, an_offer_is_a_row_a_load);
	tcase_add_test(c, an_offer_is_a_row_an_hour);
	tcase_add_test(c, offers_stand_side_by_side);
	tcase_add_loop_test(c, what_is_no_offer_is_refused, 0, NR(no_offers));
	tcase_add_test(c, a_service_answers_as_its_curves_say);
	tcase_add_loop_test(c, what_a_service_has_not_is_refused, 0,
			    NR(no_services));
	tcase_add_loop_test(c, the_worst_claim_is_the_status, 0, NR(judged));
	tcase_add_test(c, claims_are_said_in_their_order);
	tcase_add_loop_test(c, a_claim_is_judged_where_it_stands, 0,
			    NR(claimed));
	suite_add_tcase(suite, c);
	return suite;
}
