#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/gpu.h"
#include "facts/service.h"
#include "facts/stack.h"
#include "library/stack_sheet.h"
#include "read/sheet.h"
#include "tests/tests.h"

/*
 * Whatever is wrong with a row of a sheet, the row is named: its file, its
 * line, what it says, what to write instead.
 */

enum damage { BELOW, BEYOND, A_WORD, DAMAGES };

static const struct { double value; char text[8]; } damage[DAMAGES] = {
	{ -1, "-1" }, { 1e300, "1e300" }, { 0, "zz/zz" },
};

static int take_gpu(struct facts *f, struct fault *why)
{
	struct gpu g;

	return gpu_take(&g, f, why);
}

static int take_stack(struct facts *f, struct fault *why)
{
	static struct stack s;

	return stack_take(&s, f, "sm90", why);
}

static int take_service(struct facts *f, struct fault *why)
{
	struct service s;

	return service_take(&s, f, why);
}

/* Most of a sheet's rows cannot be below nothing, none beyond all. */
static const struct {
	const char *file;	/* "": the stack of all rows */
	int (*take)(struct facts *, struct fault *);
	int step;		/* each so-manieth row */
	double below, words;	/* shares that may not be so */
} sheets[] = {
	{ "hw/h20-96g.csv", take_gpu, 1, 1, 0 },
	{ "hw/services/token-api.csv", take_service, 1, 0.9, 0 },
	{ "", take_stack, 3, 0.9, 1 },
};

static void load(struct facts *f, int sheet)
{
	struct fault why = { .row = 0 };
	int rc = *sheets[sheet].file ? facts_load(f, sheets[sheet].file, &why) :
		stack_sheet_load(f, ".", "sglang", "", &why);

	ck_assert_msg(!rc, "%s", why.what);
}

/* 1: refused, and by its row. */
static int refuses(const struct facts *all, int sheet, int which,
		   enum damage how)
{
	struct facts own = facts_borrow(all);
	struct fact *f = &own.fact[which];
	struct fault why = { .row = 0 };
	char text[8];
	int rc;

	strcpy(text, damage[how].text);
	f->text = text;
	f->value = damage[how].value;
	rc = sheets[sheet].take(&own, &why);
	if (rc) {
		ck_assert_int_eq(rc, -1);
		ck_assert_msg(why.row == f->line, "%s: row %d, not %d: %s",
			      f->key, why.row, f->line, why.what);
		ck_assert_str_eq(why.file, f->file);
		ck_assert_str_ne(why.what, "");
		ck_assert_str_ne(why.remedy, "");
	}
	free(own.fact);
	return rc != 0;
}

START_TEST(a_row_that_cannot_be_is_the_one_named)
{
	int numbers = 0, below = 0, words = 0, wrong = 0;
	struct facts all;

	load(&all, _i);
	ck_assert(!sheets[_i].take(&all, &(struct fault){ .row = 0 }));
	for (int i = 0; i < all.nr; i += sheets[_i].step) {
		if (strstr(all.fact[i].key, ".also"))
			continue;	/* shown, never computed with */
		if (all.fact[i].dim == DIM_NAME) {
			words++;
			wrong += refuses(&all, _i, i, A_WORD);
			continue;
		}
		numbers++;
		below += refuses(&all, _i, i, BELOW);
		ck_assert_msg(refuses(&all, _i, i, BEYOND), "%s is beyond all",
			      all.fact[i].key);
	}
	ck_assert_int_gt(numbers, 0);
	ck_assert_msg(below >= sheets[_i].below * numbers, "%d of %d", below,
		      numbers);
	ck_assert_msg(wrong >= sheets[_i].words * words, "%d of %d words",
		      wrong, words);
	facts_release(&all);
}
END_TEST

/*
 * Without a row a sheet is refused, by that key or by what names it, or takes
 * what holds for any; keys of gains and laws have such rows behind them.
 */
static const struct { int sheet, step; double needed; } lacks[] = {
	{ 0, 1, 0.6 }, { 1, 1, 0.4 }, { 2, 9, 0.3 },
};

START_TEST(a_row_that_lacks_is_asked_for_by_its_key)
{
	int sheet = lacks[_i].sheet, refused = 0, by_key = 0, nr = 0;
	struct facts all;

	load(&all, sheet);
	for (int i = 0; i < all.nr; i += lacks[_i].step, nr++) {
		struct fault why = { .row = 0 };
		struct facts own;
		char key[120];

		facts_init(&own, all.name);
		for (int k = 0; k < all.nr; k++)
			if (k != i)
				facts_add_copy(&own, &all.fact[k]);
		snprintf(key, sizeof(key), "\"%s\"", all.fact[i].key);
		if (sheets[sheet].take(&own, &why)) {
			refused++;
			by_key += !!strstr(why.what, key);
			ck_assert_str_ne(why.remedy, "");
		}
		facts_release(&own);
	}
	ck_assert_msg(refused >= lacks[_i].needed * nr, "%d of %d", refused,
		      nr);
	ck_assert_msg(by_key >= 0.9 * refused, "%d of %d", by_key, refused);
	facts_release(&all);
}
END_TEST

Suite *suite_blamed(void)
{
	Suite *s = suite_create("blamed");
	TCase *t = tcase_create("blamed");

	tcase_add_loop_test(t, a_row_that_cannot_be_is_the_one_named, 0,
			    sizeof(sheets) / sizeof(sheets[0]));
	tcase_add_loop_test(t, a_row_that_lacks_is_asked_for_by_its_key, 0,
			    sizeof(lacks) / sizeof(lacks[0]));
	suite_add_tcase(s, t);
	return s;
}
