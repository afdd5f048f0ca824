#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/concept.h"
#include "claims/names.h"
#include "spoken/phrase.h"
#include "words/quantity.h"
#include "library/shelf.h"
#include "read/sheet.h"

/*
 * tests/spoken.csv: what people say and what it is. `said` is a name of a
 * quantity, and `more` the unit that it says; a concept, which is known with
 * the unit of its figure alone, and `more` that unit; a unit of the quantity
 * `is`, and `more` how many of its own one of it is: what a minute, a kilobyte
 * and a joule are; or a GPU, a model, a format of V4-Flash, an engine, and of
 * GPUs `more` how many.
 */
static struct table spoken;

static void load(const char *path)
{
	struct fault why = { 0 };

	ck_assert_msg(!table_load(&spoken, path, &why), "%s", why.what);
}

static void teardown(void)
{
	table_release(&spoken);
}

static const char *cell(int row, const char *column)
{
	return table_get(&spoken, row, table_column(&spoken, column));
}

static const char *name_of(enum quantity q)
{
	return q < Q_NR ? quantity_name(q) : "";
}

static void ck_name(int row)
{
	char unit[QUANTITY_UNIT];
	struct fault why = { 0 };
	enum quantity q = Q_NR;

	if (quantity_called(cell(row, "said"), &q, unit, &why))
		ck_abort_msg("%s: %s", cell(row, "said"), why.what);
	ck_assert_msg(!strcmp(name_of(q), cell(row, "is")), "%s is %s",
		      cell(row, "said"), name_of(q));
	ck_assert_msg(quantity_factor(q, unit) ==
		      quantity_factor(q, cell(row, "more")), "%s is in %s",
		      cell(row, "said"), unit);
}

static void ck_concept(int row)
{
	enum quantity q = concept_called(cell(row, "said"), cell(row, "more"));

	ck_assert_msg(!strcmp(name_of(q), cell(row, "is")), "%s (%s) is %s",
		      cell(row, "said"), cell(row, "more"), name_of(q));
}

static void ck_unit(int row)
{
	double want = strtod(cell(row, "more"), NULL), is;
	struct fault why = { 0 };
	enum quantity q;

	ck_assert_int_eq(quantity_parse(cell(row, "is"), &q, &why), 0);
	is = quantity_factor(q, cell(row, "said"));
	ck_assert_msg(fabs(is - want) <= 1e-9 * want, "%s: a %s is %.10g",
		      name_of(q), cell(row, "said"), is);
}

static const struct column { const char *kind; size_t word; } columns[] = {
	{ "hw", offsetof(struct scenario, hw) },
	{ "model", offsetof(struct scenario, model) },
	{ "weights", offsetof(struct scenario, weights) },
	{ "kv", offsetof(struct scenario, kv) },
	{ "stack", offsetof(struct scenario, stack) },
};

static bool ck_word(int row, struct shelf *shelf)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		struct scenario s;
		struct fault why = { 0 };
		struct names n = { 0 };
		char *word = (char *)&s + columns[i].word;
		double more = strtod(cell(row, "more"), NULL);

		if (strcmp(columns[i].kind, cell(row, "kind")))
			continue;
		scenario_init(&s);
		if (i > 1)
			snprintf(s.model, sizeof(s.model),
				 "deepseek-v4-flash");
		snprintf(word, SCENARIO_WORD, "%s", cell(row, "said"));
		ck_assert_msg(!names_take(&n, &s, shelf_library(shelf), &why),
			      "%s", why.what);
		ck_assert_msg(!strcmp(word, cell(row, "is")), "%s is %s",
			      cell(row, "said"), word);
		ck_assert_msg(more > 0 ? s.gpus == more : isnan(s.gpus),
			      "%s: %g GPUs", cell(row, "said"), s.gpus);
		ck_assert_msg(!*n.missing, "no sheet for %s", n.missing);
		return true;
	}
	return false;
}

START_TEST(what_people_say_is_understood)
{
	struct shelf *shelf = shelf_open();

	load("tests/spoken.csv");
	for (int r = 0; r < spoken.rows; r++) {
		const char *kind = cell(r, "kind");

		if (!strcmp(kind, "name"))
			ck_name(r);
		else if (!strcmp(kind, "concept"))
			ck_concept(r);
		else if (!strcmp(kind, "unit"))
			ck_unit(r);
		else
			ck_assert_msg(ck_word(r, shelf), "%s", kind);
	}
	shelf_free(shelf);
}
END_TEST

/*
 * tests/sentences.csv: claims in a sentence, the cells that each is, and what
 * its figure is read as; one without a metric is no claim.
 */
static void ck_read_as(int row, const struct phrase *p)
{
	struct written w = { p->value, p->unit, NULL };
	struct fault why = { 0 };
	struct amount a;
	enum quantity q;
	char is[64];

	ck_assert_int_eq(quantity_parse(p->metric, &q, &why), 0);
	ck_assert_msg(!quantity_amount(q, &w, &a, &why), "%s", why.what);
	quantity_read_as(q, &a, is, (int)sizeof(is));
	ck_assert_msg(!strcmp(is, cell(row, "read_as")), "%s is read as %s",
		      cell(row, "text"), is);
}

static void ck_sentence(int row)
{
	struct phrase p;
	struct fault why = { 0 };
	bool read = phrase_read(&p, cell(row, "text"), &why) == 0;
	const struct { const char *column, *is; } cells[] = {
		{ "metric", p.metric }, { "value", p.value },
		{ "unit", p.unit }, { "given", p.given }, { "hw", p.hw },
		{ "weights", p.weights }, { "model", p.model },
		{ "stack", p.stack }, { "layout", p.layout },
		{ "note", p.note } };

	if (!*cell(row, "metric")) {
		ck_assert_msg(!read && *why.what && *why.remedy, "%s",
			      cell(row, "text"));
		return;
	}
	ck_assert_msg(read, "%s", why.what);
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		ck_assert_msg(!strcmp(cells[i].is, cell(row,
			      cells[i].column)), "%s: %s is %s",
			      cell(row, "text"), cells[i].column, cells[i].is);
	ck_read_as(row, &p);
}

START_TEST(a_sentence_is_the_cells_that_it_says)
{
	load("tests/sentences.csv");
	for (int r = 0; r < spoken.rows; r++)
		ck_sentence(r);
}
END_TEST

Suite *suite_spoken(void)
{
	Suite *s = suite_create("spoken");
	TCase *t = tcase_create("spoken");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, what_people_say_is_understood);
	tcase_add_test(t, a_sentence_is_the_cells_that_it_says);
	suite_add_tcase(s, t);
	return s;
}
