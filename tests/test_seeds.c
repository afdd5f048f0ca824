#include <stdio.h>
#include <string.h>

#include "judge/report.h"
#include "rules/rule.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* What experiments/07-vendor-claims must show, and what it must not. */
#define FILE_CLAIMS "experiments/07-vendor-claims/claims.csv"

static struct table table;
static struct shelf *shelf;
static struct claims all;

static void load(const char *path)
{
	struct fault why = { 0 };

	shelf = shelf_open();
	ck_assert_msg(table_load(&table, path, &why) == 0, "%s", why.what);
	ck_assert_int_eq(claims_judge(&all, &table, shelf_library(shelf),
				      &why), 0);
	for (int i = 0; i < all.nr; i++)
		ck_assert_msg(!all.claim[i].malformed, "%s: %s",
			      all.claim[i].id, all.claim[i].fault.what);
}

static void unload(void)
{
	claims_release(&all);
	table_release(&table);
	shelf_free(shelf);
}

static void load_claims(void)
{
	load(FILE_CLAIMS);
}

static const struct claim *claim(const char *id)
{
	for (int i = 0; i < all.nr; i++)
		if (strcmp(all.claim[i].id, id) == 0)
			return &all.claim[i];
	ck_abort_msg("no claim %s", id);
	return NULL;
}

static int count(enum claim_verdict v)
{
	int nr = 0;

	for (int i = 0; i < all.nr; i++)
		nr += all.claim[i].worst->verdict == v;
	return nr;
}

/* The claim, the rule that speaks, its verdict, and what its words hold. */
static const struct {
	const char *id, *rule;
	enum claim_verdict verdict;
	const char *words;
} shown[] = {
	/* 550,000 x 1440 = 792 million a day, not billion */
	{ "mu-day", "capacity", VERDICT_INCONSISTENT, "792 million" },
	{ "mu-day", "scale", VERDICT_INCONSISTENT, "thousandfold" },
	{ "mu-month", "scale", VERDICT_INCONSISTENT, "4.015 billion" },
	{ "mu-300x", "scale", VERDICT_INCONSISTENT, "thousandfold" },
	{ "mu-breakeven", "breakeven", VERDICT_INCONSISTENT, "792 million" },
	/* TTFT below the FLOPs of uncached prompts */
	{ "mu-4-ttft", "prefill", VERDICT_IMPOSSIBLE, "GPUs" },
	{ "mu-8-ttft", "prefill", VERDICT_IMPOSSIBLE, "GPUs" },
	{ "mu-16-ttft", "prefill", VERDICT_IMPOSSIBLE, "GPUs" },
	{ "mu-32-ttft", "prefill", VERDICT_IMPOSSIBLE, "GPUs" },
	{ "mu-64-ttft", "prefill", VERDICT_IMPOSSIBLE, "GPUs" },
	{ "mu-1-ttft", "prefill", VERDICT_PLAUSIBLE, "" },
	{ "bm-32-ttft", "prefill", VERDICT_PLAUSIBLE, "" },
	/* the peak row and the article's own P99 of 500 ms */
	{ "sum-mu-sla", "sla", VERDICT_INCONSISTENT, "620" },
	{ "mu-peak", "peak", VERDICT_INCONSISTENT, "304,100" },
	{ "mu-32-tpm", "dominance", VERDICT_IMPLAUSIBLE, "TB/s" },
	{ "mu-32-tps", "slope", VERDICT_IMPLAUSIBLE, "experts" },
	/* 334 MB are MiB; 23,952k is a thousandfold slip */
	{ "sol-kv", "kv", VERDICT_INCONSISTENT, "MiB" },
	{ "sol-b200", "scale", VERDICT_INCONSISTENT, "thousandfold" },
	{ "sol-b200", "bound", VERDICT_IMPOSSIBLE, "" },
	/* EP8 on H200: 101 GB of weights leave no room for 193 users */
	{ "ep8-6562", "memory", VERDICT_IMPOSSIBLE, "KV" },
	{ "ep8-193", "memory", VERDICT_IMPOSSIBLE, "KV" },
	/* memory-only, with compute and wires beside it */
	{ "sol-10030", "bound", VERDICT_IMPOSSIBLE, "compute" },
	{ "sol-own", "identity", VERDICT_HOLDS, "" },
	/* V3 and two A100 */
	{ "v-2", "memory", VERDICT_IMPOSSIBLE, "bits a parameter" },
	{ "v-2847", "memory", VERDICT_IMPOSSIBLE, "8." },
	{ "v-2847", "speed", VERDICT_IMPOSSIBLE, "perfect use" },
	{ "v-012", "scale", VERDICT_INCONSISTENT, "2.957" },
	{ "v-012", "scale", VERDICT_INCONSISTENT, "factor of 24" },
	/* published deployments stand */
	{ "pub-day6", "speed", VERDICT_HOLDS, "" },
	{ "pub-sglang", "speed", VERDICT_HOLDS, "" },
	{ "pub-trt-b200", "speed", VERDICT_PLAUSIBLE, "" },
	{ "pub-trt-h200", "speed", VERDICT_PLAUSIBLE, "" },
};

START_TEST(the_seeds_show_what_they_must)
{
	const struct claim *c = claim(shown[_i].id);
	const struct finding *f = NULL;

	for (int i = 0; i < c->findings; i++)
		if (strcmp(c->finding[i].rule, shown[_i].rule) == 0)
			f = &c->finding[i];
	ck_assert_msg(f != NULL, "%s: %s is silent", c->id, shown[_i].rule);
	ck_assert_msg(f->verdict == shown[_i].verdict, "%s: %s", c->id,
		      f->reason);
	ck_assert_msg(strstr(f->reason, shown[_i].words) ||
		      strstr(f->arithmetic, shown[_i].words) ||
		      strstr(f->needs, shown[_i].words), "%s: %s | %s",
		      c->id, f->reason, f->arithmetic);
}
END_TEST

START_TEST(every_tpm_cell_is_a_product_without_the_first_token)
{
	static const char *const system[] = { "api", "ptu", "mu", "bm" };
	int nr = 0;

	for (int s = 0; s < 4; s++)
		for (int n = 1; n <= 64; n *= 2) {
			char id[32];

			if (n == 2 || (n == 64 && s != 2))
				continue;
			snprintf(id, sizeof(id), "%s-%d-tpm", system[s], n);
			ck_assert_str_eq(claim(id)->worst->rule, "product");
			nr++;
		}
	ck_assert_int_eq(nr, 21);
}
END_TEST

START_TEST(published_deployments_are_not_called_wrong)
{
	for (int i = 0; i < all.nr; i++)
		if (strncmp(all.claim[i].id, "pub-", 4) == 0)
			ck_assert_int_le(all.claim[i].worst->verdict,
					 VERDICT_HOLDS);
}
END_TEST

START_TEST(there_are_enough_claims_and_few_are_unknown)
{
	ck_assert_int_ge(all.nr, 150);
	ck_assert_int_lt(100 * count(VERDICT_UNKNOWN), 15 * all.nr);
}
END_TEST

static bool stands(const char *verdict)
{
	return strcmp(verdict, "holds") == 0 ||
	       strcmp(verdict, "plausible") == 0;
}

/* needs-simulation and unknown are not judgements. */
START_TEST(nine_of_ten_agree_with_the_hand_audit)
{
	int both = 0, agree = 0;

	for (int i = 0; i < all.nr; i++) {
		const char *audit = table_get(&table, i, table_column(&table,
			"audit_verdict"));
		const char *own = verdict_name(all.claim[i].worst->verdict);

		if (!*audit || strcmp(audit, "needs-simulation") == 0 ||
		    strcmp(own, "unknown") == 0)
			continue;
		both++;
		agree += stands(audit) == stands(own);
	}
	ck_assert_int_ge(both, 100);
	ck_assert_msg(10 * agree >= 9 * both, "%d of %d", agree, both);
}
END_TEST

static const struct { const char *file; int rows; } measured[] = {
	{ "experiments/measured/decode.csv", 88 },
	{ "experiments/measured/line.csv", 5 } };

/* What somebody measured is possible; at most 3 % look better than known
   software. */
START_TEST(no_measurement_is_called_impossible)
{
	load(measured[_i].file);
	ck_assert_int_eq(all.nr, measured[_i].rows);
	ck_assert_int_eq(count(VERDICT_IMPOSSIBLE), 0);
	ck_assert_int_eq(count(VERDICT_INCONSISTENT), 0);
	ck_assert_int_le(100 * count(VERDICT_IMPLAUSIBLE), 3 * all.nr);
	unload();
}
END_TEST

Suite *suite_seeds(void)
{
	Suite *s = suite_create("seeds");
	TCase *t = tcase_create("seeds"), *m = tcase_create("measured");

	/* Judged once; each test, forked, has what came of it. */
	tcase_add_unchecked_fixture(t, load_claims, unload);
	tcase_add_loop_test(t, the_seeds_show_what_they_must, 0,
			    (int)(sizeof(shown) / sizeof(shown[0])));
	tcase_add_test(t, every_tpm_cell_is_a_product_without_the_first_token);
	tcase_add_test(t, published_deployments_are_not_called_wrong);
	tcase_add_test(t, there_are_enough_claims_and_few_are_unknown);
	tcase_add_test(t, nine_of_ten_agree_with_the_hand_audit);
	suite_add_tcase(s, t);
	tcase_add_loop_test(m, no_measurement_is_called_impossible, 0, 2);
	suite_add_tcase(s, m);
	return s;
}
