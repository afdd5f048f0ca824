#include <stdio.h>
#include <string.h>

#include "judge/report.h"
#include "judge/verdict.h"
#include "limits/pool.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/claims.h"
#include "tests/tests.h"

/*
 * Claims as people write them, of every kind that there is a word for, and
 * those that lead to each branch of a rule; `want` was written down before they
 * were judged, `why` where a line of arithmetic says it.
 */
static const char *const files[][3] = {
	{ "tests/wild.csv", "tests/golden/wild.out",
	  "tests/golden/wild.heard" },
	{ "tests/ruled.csv", "tests/golden/ruled.out",
	  "tests/golden/ruled.heard" },
};

/* Is the limit one of known software? Others move with no fit. */
static bool is_fitted(const struct claim *c)
{
	static const char *const fitted[] = { "played", "loaded", "count" };

	for (size_t i = 0; i < sizeof(fitted) / sizeof(*fitted); i++)
		if (!strcmp(c->worst->rule, fitted[i]))
			return true;
	return c->gpus_taken > 0;
}

/*
 * Where a page draws the limit: above what is claimed (<), below it (>), or at
 * it (=), and where, what known software reaches, and which claim stands beside
 * it; with a + where it rests on descriptors. Of what moves with a fit the side
 * alone, and that there is a reach.
 */
static void add_drawn(struct text *to, const struct claim *c, bool blurred)
{
	static const char side[] = { [SIDE_EQUAL] = '=', [SIDE_BELOW] = '<',
		[SIDE_ABOVE] = '>' };
	const struct finding *f = c->worst;
	char facts[CLAIM_TAKEN];

	text_addf(to, "%s%c", *claim_facts(c, facts, CLAIM_TAKEN) ? "+" : "",
		  side[f->side]);
	if (!(blurred && is_fitted(c)) && f->at > 0)
		text_addf(to, " %.4g", f->at);
	if (f->low > 0 || f->high > 0)
		text_add(to, " in ");
	if (!blurred && f->low > 0)
		text_addf(to, "%.4g", f->low);
	if (f->low > 0 && f->high > 0)
		text_add(to, "..");
	if (!blurred && f->high > 0)
		text_addf(to, "%.4g", f->high);
	if (f->other > 0)
		text_addf(to, " (%d)", f->other + 1);
}

static void ck_drawn(const struct claims *all, const struct table *in,
		     int column)
{
	struct text is = TEXT_INIT;
	struct table out;

	table_init(&out, "");
	claims_table(all, in, &out);
	for (int r = 0; r < all->nr; r++) {
		if (all->claim[r].malformed)
			continue;
		is.len = 0;
		add_drawn(&is, &all->claim[r], claims_moves(&out, r));
		ck_assert_msg(!strcmp(is.buf, table_get(in, r, column)),
			      "line %d: drawn at %s", in->line[r], is.buf);
	}
	text_release(&is);
	table_release(&out);
}

START_TEST(claims_as_people_write_them_are_judged_rightly)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;
	int want;

	ck_assert_msg(!table_load(&t, files[_i][0], &why), "%s",
		      why.what);
	want = table_column(&t, "want");
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shelf), &why),
			 0);
	for (int i = 0; i < all.nr; i++) {
		const struct claim *c = &all.claim[i];

		ck_assert_msg(!strcmp(claims_kind(c), table_get(&t, i, want)),
			      "%s line %d: %s (%s)", files[_i][0], t.line[i],
			      claims_kind(c),
			      c->malformed ? c->fault.what :
			      c->worst->reason);
		ck_assert(c->malformed || *c->worst->reason);
	}
	ck_claims(files[_i][1], &all, &t);
	ck_heard(files[_i][2], &all, &t);
	if (table_column(&t, "drawn") >= 0)
		ck_drawn(&all, &t, table_column(&t, "drawn"));
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

/* A checker that accuses a measurement is not believed when it is right. */
static const char *const measured[] = { "decode", "line", "served", "small",
	"v4pro", "power" };

START_TEST(what_was_measured_stands)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;
	char path[64];
	int rows;

	snprintf(path, sizeof(path), "experiments/measured/%s.csv",
		 measured[_i]);
	ck_assert_int_eq(table_load(&t, path, &why), 0);
	rows = t.rows;
	if (SANITIZED && rows > 12)
		t.rows = 12;
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shelf), &why),
			 0);
	ck_assert_int_gt(all.nr, 0);
	for (int i = 0; i < all.nr; i++)
		ck_assert_msg(!strcmp(claims_kind(&all.claim[i]), "stands"),
			      "%s line %d: %s (%s)", path, t.line[i],
			      claims_kind(&all.claim[i]),
			      all.claim[i].malformed ?
			      all.claim[i].fault.what :
			      all.claim[i].worst->reason);
	claims_release(&all);
	t.rows = rows;
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

/* Of a file so many different loads are played; then it is said. */
START_TEST(a_load_too_many_is_said_to_be_left_out)
{
	struct shelf *shelf = shelf_open();
	struct text file = TEXT_INIT;
	struct fault why = { 0 };
	struct claims all;
	struct table t;

	text_add(&file, "hw,model,gpus,concurrency,isl,osl,metric,"
		 "value,given\n");
	for (int i = 0; i <= POOL_PLAYS; i++)
		text_addf(&file, "h200-sxm,deepseek-v2-lite,1,1,100,2,ttft_ms,"
			  "400,samples=%d\n", 1 + i);
	ck_assert_int_eq(table_parse(&t, "loads", file.buf, file.len, &why), 0);
	ck_assert_int_eq(claims_judge(&all, &t, shelf_library(shelf), &why),
			 0);
	ck_assert_ptr_null(strstr(all.claim[POOL_PLAYS - 1].worst->reason,
				  "not played"));
	ck_assert_ptr_nonnull(strstr(all.claim[POOL_PLAYS].worst->reason,
				     "not played"));
	claims_release(&all);
	table_release(&t);
	text_release(&file);
	shelf_free(shelf);
}
END_TEST

Suite *suite_wild(void)
{
	Suite *s = suite_create("wild");
	TCase *t = tcase_create("wild");

	tcase_add_loop_test(t, claims_as_people_write_them_are_judged_rightly,
			    0, (int)(sizeof(files) / sizeof(*files)));
	tcase_add_loop_test(t, what_was_measured_stands, 0,
			    (int)(sizeof(measured) / sizeof(*measured)));
	tcase_add_test(t, a_load_too_many_is_said_to_be_left_out);
	suite_add_tcase(s, t);
	return s;
}
