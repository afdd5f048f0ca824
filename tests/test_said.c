#include <string.h>

#include "claims/phrase.h"
#include "judge/verdict.h"
#include "library/shelf.h"
#include "read/sheet.h"
#include "tests/tests.h"

/*
 * Sentences as people say them, with what options would say beside: `want` was
 * written down before they were judged, `why` is the arithmetic.
 */
static const char *kind_of(const struct claim *c)
{
	if (c->malformed)
		return "malformed";
	if (c->worst->verdict == VERDICT_UNKNOWN)
		return "unknown";
	return c->worst->verdict < VERDICT_UNKNOWN ? "stands" : "fails";
}

static void put(struct table *t, int row, const char *column,
		const char *text)
{
	int c = table_need(t, column);

	if (!*table_get(t, row, c))
		table_set(t, row, c, text);
}

/* The sentence of a row as the claim's cells, where no option says other. */
static void read_row(const struct table *in, struct table *t, int row)
{
	static const char *const options[] = { "hw", "model", "weights",
		"gpus", "isl", "osl" };
	const char *text = table_get(in, row, table_column(in, "text"));
	struct fault why = { 0 };
	struct phrase p;

	ck_assert_msg(!phrase_read(&p, text, &why), "%s: %s", text, why.what);
	table_add_row(t, in->line[row]);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		put(t, row, options[i], table_get(in, row,
						  table_column(in,
							options[i])));
	put(t, row, "metric", p.metric);
	put(t, row, "value", p.value);
	put(t, row, "unit", p.unit);
	put(t, row, "given", p.given);
	put(t, row, "hw", p.hw);
	put(t, row, "model", p.model);
	put(t, row, "weights", p.weights);
	put(t, row, "stack", p.stack);
}

START_TEST(a_sentence_is_judged_by_all_its_figures)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table in, t;

	ck_assert_msg(!table_load(&in, "tests/said.csv", &why), "%s",
		      why.what);
	table_init(&t, "");
	for (int i = 0; i < in.rows; i++)
		read_row(&in, &t, i);
	ck_assert_int_eq(claims_judge_by(&all, &(struct claims_spec){
		.table = &t, .library = shelf_library(shelf), .said = true },
		&why), 0);
	ck_assert_int_eq(all.nr, in.rows);
	for (int i = 0; i < all.nr; i++)
		ck_assert_msg(!strcmp(kind_of(&all.claim[i]), table_get(&in, i,
			      table_column(&in, "want"))), "line %d: %s (%s)",
			      in.line[i], kind_of(&all.claim[i]),
			      all.claim[i].malformed ?
			      all.claim[i].fault.what :
			      all.claim[i].worst->reason);
	claims_release(&all);
	table_release(&t);
	table_release(&in);
	shelf_free(shelf);
}
END_TEST

Suite *suite_said(void)
{
	Suite *s = suite_create("said");
	TCase *t = tcase_create("said");

	tcase_add_test(t, a_sentence_is_judged_by_all_its_figures);
	suite_add_tcase(s, t);
	return s;
}
