#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/report.h"
#include "rules/rule.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/rule_cases.h"
#include "tests/tests.h"

static const struct finding *by_rule(const struct claim *c, const char *rule)
{
	for (int i = 0; i < c->findings; i++)
		if (strcmp(c->finding[i].rule, rule) == 0)
			return &c->finding[i];
	return NULL;
}

static struct shelf *shared;

static void open_shelf(void)
{
	shared = shelf_open();
}

static void close_shelf(void)
{
	shelf_free(shared);
}

START_TEST(a_rule_passes_what_is_right_and_fails_what_is_wrong)
{
	struct fault why = { 0 };
	const struct claim *last;
	const struct finding *f;
	struct claims all;
	struct table t;
	char csv[2048];

	snprintf(csv, sizeof(csv), "%s%s", HEAD, rule_cases[_i].rows);
	ck_assert_msg(table_parse(&t, "rules", csv, strlen(csv), &why) == 0,
		      "%s", why.what);
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shared), &why),
			 0);
	last = &all.claim[all.nr - 1];
	ck_assert_msg(!last->malformed, "%s", last->fault.what);
	f = by_rule(last, rule_cases[_i].rule);
	ck_assert_msg(f != NULL, "%s says nothing to %s", rule_cases[_i].rule,
		      rule_cases[_i].rows);
	ck_assert_msg(f->verdict == rule_cases[_i].verdict, "%s: %s: %s (%s)",
		      rule_cases[_i].rule, verdict_name(f->verdict), f->reason,
		      f->arithmetic);
	ck_assert_str_ne(f->reason, "");
	ck_assert(last->worst->verdict >= f->verdict ||
		  f->verdict <= VERDICT_HOLDS);
	claims_release(&all);
	table_release(&t);
}
END_TEST

/* Rules that speak only to accuse: what passes them has no finding. */
static const char *const silents[] = { "scale", "share", "shared",
	"dated", "product", "dominance" };

static bool silent(const char *rule)
{
	for (unsigned i = 0; i < sizeof(silents) / sizeof(*silents); i++)
		if (strcmp(silents[i], rule) == 0)
			return true;
	return false;
}

static const struct {
	const char *rule, *rows;
} quiet[] = {
	{ "scale", PLAIN("tokens_per_day", "792e6", "tpm=550000") },
	{ "share", PLAIN("savings_pct", "68", "") },
	/* two boxes of eight */
	{ "shared", "a,s,A,,2x DGX H200,,deepseek-v3,fp8,16,,,,,,,,tok_s_gpu,"
	  "100,gpus_per_node=8\n" },
	{ "product", ROW("64", "tpm", "290000", "tok_s_user=79.3; "
	  "ttft_ms=310; tpot_ms=12.61") },
	/* the first as soon as the others: 64 x 1,024 in 1,024 x 12.61 ms make
	   304,519 a minute, as 64 x 79.3 x 60 = 304,512 do */
	{ "product", ROW("64", "tpm", "304512", "tok_s_user=79.3; "
	  "ttft_ms=12.61; tpot_ms=12.61") },
	/* 32 x 27 = 864, within what 27 may be: a total over its requests */
	{ "product", ROW("32", "tok_s_total", "855", "tok_s_user=27; "
	  "ttft_ms=3656; itl_ms=36") },
	{ "dominance",
	  "b,s,B,,h200-sxm,,deepseek-v3,fp8,8,,,,32,1000,,,tok_s_user,50,\n"
	  "a,s,A,,h20-96g,,deepseek-v3,fp8,8,,,,32,1000,,,tok_s_user,30,\n" },
};

START_TEST(a_rule_that_only_accuses_is_silent_where_nothing_is_wrong)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;
	char csv[2048];

	snprintf(csv, sizeof(csv), "%s%s", HEAD, quiet[_i].rows);
	ck_assert_int_eq(table_parse(&t, "rules", csv, strlen(csv), &why), 0);
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shelf), &why), 0);
	ck_assert(!by_rule(&all.claim[all.nr - 1], quiet[_i].rule));
	ck_assert_int_le(all.claim[all.nr - 1].worst->verdict,
			 VERDICT_IMPLAUSIBLE);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

START_TEST(every_rule_has_claims_that_pass_and_fail_and_a_sentence)
{
	for (int r = 0; r < rules_nr; r++) {
		int passes = 0, fails = 0;

		for (int i = 0; i < rule_cases_nr; i++) {
			const struct rule_case *c = &rule_cases[i];
			bool own = strcmp(c->rule, rules[r].name) == 0;

			passes += own && c->verdict <= VERDICT_HOLDS;
			fails += own && c->verdict > VERDICT_HOLDS;
		}
		if (!strcmp(rules[r].name, "units") ||
		    !strcmp(rules[r].name, "dated"))
			continue;	/* of sentences: tests/said.csv */
		ck_assert_msg(passes > 0 || silent(rules[r].name),
			      "nothing passes %s", rules[r].name);
		ck_assert_msg(fails > 0, "nothing fails %s", rules[r].name);
		ck_assert_int_eq(rules[r].says[strlen(rules[r].says) - 1],
				 '.');
	}
}
END_TEST

/*
 * 64 requests of 65,536 tokens, 61 layers and 1152 B are 294.7 GB on each GPU
 * of TP8 that keeps them whole, and 36.84 GB where eight share them out, beside
 * some 85 GB of weights in 151. Who says dcp = 1 keeps them whole.
 */
START_TEST(a_group_may_share_out_its_kv)
{
	struct shelf *shelf = shelf_open();
	struct memo *memo = memo_new(shelf_library(shelf));
	struct limits_spec a = { .weight_bits = 0 };
	static struct limits l;

	scenario_init(&a.scenario);
	snprintf(a.scenario.hw, sizeof(a.scenario.hw), "h200-sxm");
	snprintf(a.scenario.model, sizeof(a.scenario.model), "deepseek-v3");
	snprintf(a.scenario.weights, sizeof(a.scenario.weights), "native");
	a.scenario.gpus = a.scenario.tp = 8;
	a.scenario.batch = 64;
	a.scenario.ctx = 65536;
	limits_make(&l, &a, memo);
	ck_assert(l.fits && l.timed && l.total.best.on.layout.dcp == 8);
	ck_assert(strstr(l.total.setting, "TP8 DCP8 EP") != NULL);
	a.scenario.dcp = 1;
	limits_make(&l, &a, memo);
	ck_assert(!l.fits && l.lack.kind == REFUSAL_KV);
	ck_rel(l.kv_B, 64 * 65536.0 * 61 * 1152, 1e-12);
	/* 32 of 16,384 are 36.84 GB whole, and fit: the bound shares them */
	a.scenario.batch = 32;
	a.scenario.ctx = 16384;
	limits_make(&l, &a, memo);
	ck_assert(l.fits);
	a.scenario.dcp = (double)NAN;
	a.scenario.mtp = 0;
	limits_make(&l, &a, memo);
	ck_assert(l.fits && l.total.best.on.layout.dcp == 8);
	free(memo);
	shelf_free(shelf);
}
END_TEST

/* More memory bandwidth never makes a possible claim impossible. */
START_TEST(better_hardware_never_makes_a_claim_worse)
{
	static const char *const hw[] = { "h20-96g", "h800-sxm", "h200-sxm" };
	struct shelf *shelf = shelf_open();
	double last = 0;

	for (int i = 1; i < 3; i++) {
		static struct limits l;
		struct memo *memo = memo_new(shelf_library(shelf));
		struct scenario s;

		scenario_init(&s);
		snprintf(s.hw, sizeof(s.hw), "%s", hw[i]);
		snprintf(s.model, sizeof(s.model), "deepseek-v3");
		s.gpus = 64;
		s.batch = 16;
		s.ctx = 4096;
		limits_make(&l, &(struct limits_spec){ .scenario = s },
			    memo);
		free(memo);
		ck_assert(l.timed && l.fits);
		ck_assert(l.total.low <= l.total.predicted &&
			  l.total.predicted <= l.total.high);
		ck_assert(l.total.most <= l.total.sol * 1.0001);
		ck_assert(l.total.sol >= last);
		last = l.total.sol;
	}
	shelf_free(shelf);
}
END_TEST

Suite *suite_rules(void)
{
	Suite *s = suite_create("rules");
	TCase *t = tcase_create("rules");

	tcase_add_unchecked_fixture(t, open_shelf, close_shelf);
	tcase_add_loop_test(t,
		a_rule_passes_what_is_right_and_fails_what_is_wrong, 0,
		rule_cases_nr);
	tcase_add_loop_test(t,
		a_rule_that_only_accuses_is_silent_where_nothing_is_wrong, 0,
		(int)(sizeof(quiet) / sizeof(quiet[0])));
	tcase_add_test(t,
		every_rule_has_claims_that_pass_and_fail_and_a_sentence);
	tcase_add_test(t, a_group_may_share_out_its_kv);
	tcase_add_test(t, better_hardware_never_makes_a_claim_worse);
	suite_add_tcase(s, t);
	return s;
}
