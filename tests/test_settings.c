#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/set.h"
#include "sheet/sheet.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- facts that a question changes ---- */

#define SHEET \
	ROW_ERR("host", "500", "20", "us") ROW("mem_share", "90", "%") \
	ROW("buffers", "2", "GB") ROW("use.any.any", "plain", "name") \
	ROW("price", "2.5", "$/h")

static const struct {
	const char *set, *key;
	double value;		/* NaN: a word */
	const char *text, *unit;
} changes[] = {
	/* with a unit, or in that of the row */
	{ "host=2ms", "host", 2e-3, "2", "ms" },
	{ "host=2 ms", "host", 2e-3, "2", "ms" },
	{ "host=600", "host", 600e-6, "600", "us" },
	{ "host=-1e2us", "host", -100e-6, "-1e2", "us" },
	{ "mem_share=0.5", "mem_share", 0.005, "0.5", "%" },
	{ "mem_share=0.5 1", "mem_share", 0.5, "0.5", "1" },
	{ "mem_share=80%", "mem_share", 0.8, "80", "%" },
	{ "buffers=1.5GiB", "buffers", 1.5 * 1073741824, "1.5", "GiB" },
	{ "use.any.any=fast", "use.any.any", NAN, "fast", "name" },
	/* one behind the other, and semicolons that part nothing */
	{ ";;host=1s;;buffers=3;", "buffers", 3e9, "3", "GB" },
};

START_TEST(a_setting_takes_the_place_of_a_row)
{
	struct facts f;
	struct fault why = { .row = 0 };
	const struct fact *at;

	rows_facts(&f, SHEET);
	ck_assert_msg(!facts_set(&f, changes[_i].set, HOME_STACK, &why), "%s",
		      why.what);
	at = facts_find(&f, changes[_i].key);
	ck_assert_str_eq(at->text, changes[_i].text);
	ck_assert_str_eq(at->unit, changes[_i].unit);
	if (!isnan(changes[_i].value))
		ck_rel(at->value, changes[_i].value, 1e-12);
	ck_assert(at->err == 0 && at->origin == ORIGIN_ASSUMED);
	ck_assert_str_eq(at->source, "set");
	ck_assert_int_eq(f.nr, 5);
	facts_release(&f);
}
END_TEST

#define FORM "write nic.bandwidth=25GB/s, more of them behind a semicolon"
#define UNIT_S "write a number and its unit, as s, ms, us or ns"
#define UNIT_B "write a number and its unit, as B, GB or GiB"

static const struct {
	const char *set, *what, *remedy;
} none[] = {
	{ "host", "\"host\" is no KEY=VALUE", FORM },
	{ "=5", "\"=5\" is no KEY=VALUE", FORM },
	{ "buffers=1;host", "\"host\" is no KEY=VALUE", FORM },
	{ "host=1s;buffers=1GB; host=2s", "\"host\" is said twice",
	  "say it once" },
	{ "host=", "\"\" is no value of host", UNIT_S },
	{ "host=fast", "\"fast\" is no value of host", UNIT_S },
	{ "host=5GB", "\"5GB\" is no value of host", UNIT_S },
	{ "host=5us now", "\"5us now\" is no value of host", UNIT_S },
	{ "host=inf", "\"inf\" is no value of host", UNIT_S },
	/* 1e300 TB is 1e312 B: more than any double has */
	{ "buffers=1e300TB", "\"1e300TB\" is no value of buffers", UNIT_B },
	{ "use.any.any=", "\"\" is no value of use.any.any",
	  "write a word" },
	{ "hots=5", "there is no fact \"hots\" of GPU, stack or model",
	  "did you mean \"host\"?" },
	{ "nic.bandwith=5", "there is no fact \"nic.bandwith\" of GPU, stack "
	  "or model", "did you mean \"nic.bandwidth\"?" },
	{ "xyzxyzxyz=5", "there is no fact \"xyzxyzxyz\" of GPU, stack or "
	  "model", "deeproof show NAME lists a sheet's" },
};

START_TEST(a_setting_that_says_nothing_is_named)
{
	struct facts f;
	struct fault why = { .row = 0 };

	rows_facts(&f, SHEET);
	ck_assert_int_eq(facts_set(&f, none[_i].set, HOME_STACK, &why), -1);
	ck_assert_str_eq(why.file, "");
	ck_assert_str_eq(why.about, "set");
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert_str_eq(why.remedy, none[_i].remedy);
	facts_release(&f);
}
END_TEST

/* 191 bytes are a setting, 192 are too many. */
START_TEST(a_setting_is_of_so_many_bytes)
{
	char set[194] = "use.any.any=";
	struct facts f;
	struct fault why = { .row = 0 };

	memset(set + strlen(set), 'x', 191 - strlen(set));
	rows_facts(&f, SHEET);
	ck_assert_int_eq(facts_set(&f, set, HOME_STACK, &why), 0);
	ck_assert_uint_eq(strlen(facts_find(&f, "use.any.any")->text), 179);
	strcat(set, "x");
	ck_assert_int_eq(facts_set(&f, set, HOME_STACK, &why), -1);
	ck_assert_str_eq(why.what, "a setting is longer than 191 bytes");
	facts_release(&f);
}
END_TEST

/* Whose a key is: what is another's is passed by, in any order. */
static const struct {
	const char *key;
	enum home home;
} homes[] = {
	{ "sms", HOME_GPU }, { "nic.bandwidth", HOME_GPU },
	{ "arch", HOME_GPU }, { "nvlink.gpus", HOME_GPU },
	{ "nvlink.in_switch", HOME_GPU }, { "price", HOME_GPU },
	{ "host", HOME_STACK }, { "law.k.any.t0", HOME_STACK },
	{ "params", HOME_STACK }, { "routing.sigma", HOME_MODEL },
	{ "params.published", HOME_MODEL },
	{ "tokens_per_step.3", HOME_MODEL }, { "recipe.own", HOME_MODEL },
};

START_TEST(a_key_is_of_the_gpu_the_stack_or_the_model)
{
	char set[64];

	snprintf(set, sizeof(set), "%s=5", homes[_i].key);
	for (int h = HOME_GPU; h <= HOME_MODEL; h++) {
		struct facts f;
		struct fault why;

		rows_facts(&f, ROW("other", "1", "1"));
		ck_assert_int_eq(facts_set(&f, set, (enum home)h, &why),
				 h == (int)homes[_i].home ? -1 : 0);
		ck_assert(facts_find(&f, "other")->value == 1);
		facts_release(&f);
	}
}
END_TEST

/* ---- rows of a day ---- */

/* a stands without a day and on three, b on one, c without; base on none. */
#define DATED \
	ROW("a", "1", "count") ROW("a@2025-01-01", "2", "count") \
	ROW("a@2025-06-01", "3", "count") ROW("b@2025-03-01", "4", "count") \
	ROW("a@2024-12-31", "5", "count") ROW("c", "6", "count") \
	ROW("base", "other", "name")

static const struct {
	const char *date;
	double a, b;		/* 0: it is not there */
	const char *day;	/* of a */
} days[] = {
	{ "", 3, 4, "2025-06-01" }, { "2026-01-01", 3, 4, "2025-06-01" },
	{ "2025-06-01", 3, 4, "2025-06-01" },
	{ "2025-05-31", 2, 4, "2025-01-01" },
	{ "2025-03-01", 2, 4, "2025-01-01" },
	{ "2025-02-28", 2, 0, "2025-01-01" },
	{ "2025-01-01", 2, 0, "2025-01-01" },
	{ "2024-12-31", 5, 0, "2024-12-31" }, { "2024-12-30", 1, 0, "" },
};

static double value_of(const struct facts *f, const char *key)
{
	const struct fact *at = facts_find(f, key);

	return at ? at->value : 0;
}

START_TEST(the_newest_row_that_is_not_too_new_stands)
{
	struct facts from, out;

	rows_facts(&from, DATED);
	facts_init(&out, "toy");
	facts_merge(&out, &from, days[_i].date);
	ck_rel(value_of(&out, "a"), days[_i].a, 0);
	ck_rel(value_of(&out, "b"), days[_i].b, 0);
	ck_rel(value_of(&out, "c"), 6, 0);
	ck_assert(!facts_have(&out, "base"));
	ck_assert_int_eq(out.nr, 2 + (days[_i].b > 0));
	ck_assert_str_eq(facts_find(&out, "a")->date, days[_i].day);
	ck_assert_str_eq(facts_find(&out, "c")->date, "");
	ck_assert_str_eq(out.oldest, "2024-12-31");
	ck_assert_str_eq(out.asked, days[_i].date);
	facts_release(&from);
	facts_release(&out);
}
END_TEST

/* What stands first stays: a sheet before its base. */
START_TEST(a_base_gives_what_the_sheet_has_not)
{
	struct facts sheet, base, out;

	rows_facts(&sheet, ROW("a", "1", "count")
		   ROW("b@2025-01-01", "2", "count"));
	rows_facts(&base, ROW("a@2025-02-01", "10", "count")
		   ROW("b", "20", "count") ROW("c", "30", "count"));
	facts_init(&out, "toy");
	facts_merge(&out, &sheet, "");
	facts_merge(&out, &base, "");
	ck_assert_int_eq(out.nr, 3);
	ck_rel(value_of(&out, "a"), 1, 0);
	ck_rel(value_of(&out, "b"), 2, 0);
	ck_rel(value_of(&out, "c"), 30, 0);
	ck_assert_str_eq(out.oldest, "2025-01-01");
	facts_release(&sheet);
	facts_release(&base);
	facts_release(&out);
}
END_TEST

static const struct { const char *key; int rc; } dated[] = {
	{ "a", 0 }, { "a@2025-01-31", 0 }, { "a@", -1 }, { "a@2025", -1 },
	{ "a@2025-02-30", -1 }, { "a@2025-01-01x", -1 },
	{ "a@2024-02-29", 0 } };

START_TEST(a_day_that_is_none_is_named_by_its_line)
{
	char rows[100], want[200];
	struct facts f;
	struct fault why = { .row = 0 };

	snprintf(rows, sizeof(rows), ROW("z", "1", "1") "%s,1,,1,assumed,t,\n",
		 dated[_i].key);
	rows_facts(&f, rows);
	ck_assert_int_eq(facts_check_dates(&f, &why), dated[_i].rc);
	if (dated[_i].rc) {
		snprintf(want, sizeof(want), "toy.csv:3: \"%s\" has no date "
			 "after its @; write KEY@YYYY-MM-DD", dated[_i].key);
		rows_said(&why, want);
	}
	facts_release(&f);
}
END_TEST

static const struct { const char *path, *name; } named[] = {
	{ "hw/h200-sxm.csv", "h200-sxm" }, { "h200-sxm.csv", "h200-sxm" },
	{ "h200-sxm", "h200-sxm" }, { "a.b/c.d", "c.d" },
	{ "/x/y/own.v2.csv", "own.v2" }, { "x.csv/y", "y" },
	{ "own.CSV", "own.CSV" } };

START_TEST(a_sheet_is_named_as_its_file)
{
	struct facts f;

	facts_init_named(&f, named[_i].path);
	ck_assert_str_eq(f.name, named[_i].name);
	ck_assert_int_eq(f.nr, 0);
	facts_release(&f);
}
END_TEST

/* ---- copies ---- */

START_TEST(a_copy_holds_the_same_and_nothing_of_it_is_taken)
{
	struct facts f, copy;
	struct fault why = { .row = 0 };
	double x;

	rows_facts(&f, SHEET);
	ck_assert_int_eq(facts_number(&f, "host", DIM_S, &x, &why), 0);
	facts_copy(&copy, &f);
	facts_find(&f, "host")->value = 9;
	ck_assert_int_eq(copy.nr, f.nr);
	for (int i = 0; i < f.nr; i++) {
		const struct fact *a = &f.fact[i], *b = &copy.fact[i];

		ck_assert_str_eq(a->key, b->key);
		ck_assert_str_eq(a->text, b->text);
		ck_assert_str_eq(a->source, b->source);
		ck_assert_str_eq(a->file, b->file);
		ck_assert(a->key != b->key && a->text != b->text);
		ck_assert_int_eq(a->line, b->line);
		ck_assert_int_eq(a->line, i + 2);
		ck_assert_int_eq(a->origin, b->origin);
		ck_rel(a->err, b->err, 0);
		ck_assert(!b->taken);
	}
	ck_rel(facts_find(&copy, "host")->value, 500e-6, 1e-12);
	ck_rel(facts_find(&copy, "host")->err, 20e-6, 1e-12);
	ck_assert_str_eq(facts_home(&copy), "toy.csv");
	facts_release(&copy);
	facts_release(&f);
	facts_init(&f, "bare");
	ck_assert_str_eq(facts_home(&f), "bare");
	facts_copy(&copy, &f);
	ck_assert(copy.nr == 0 && !facts_have(&copy, "host"));
	facts_release(&copy);
	facts_release(&f);
}
END_TEST

START_TEST(a_borrowed_copy_can_be_changed_by_itself)
{
	struct facts f, own;

	rows_facts(&f, SHEET);
	own = facts_borrow(&f);
	facts_find(&own, "host")->value = 7;
	ck_rel(facts_find(&f, "host")->value, 500e-6, 1e-12);
	ck_rel(facts_find(&own, "host")->value, 7, 0);
	ck_assert_ptr_eq(facts_find(&own, "host")->text,
			 facts_find(&f, "host")->text);
	free(own.fact);
	facts_release(&f);
}
END_TEST

/* Of two rows of one key the first is meant; 300 keys are all found. */
START_TEST(a_key_is_found_wherever_it_stands)
{
	struct facts f;
	char key[16];

	facts_init(&f, "many");
	ck_assert_ptr_null(facts_find(&f, "k0"));
	for (int i = 0; i < 300; i++) {
		snprintf(key, sizeof(key), "k%d", i % 150);
		facts_add(&f, key)->line = i;
	}
	for (int i = 0; i < 150; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		ck_assert_int_eq(facts_find(&f, key)->line, i);
		snprintf(key, sizeof(key), "K%d", i);
		ck_assert_ptr_null(facts_find(&f, key));
	}
	facts_release(&f);
}
END_TEST

/* ---- the suite ---- */

static void add_sheets(Suite *s)
{
	TCase *t = tcase_create("sheets");

	tcase_add_loop_test(t, the_newest_row_that_is_not_too_new_stands, 0,
			    NR(days));
	tcase_add_test(t, a_base_gives_what_the_sheet_has_not);
	tcase_add_loop_test(t, a_day_that_is_none_is_named_by_its_line, 0,
			    NR(dated));
	tcase_add_loop_test(t, a_sheet_is_named_as_its_file, 0, NR(named));
	tcase_add_test(t, a_copy_holds_the_same_and_nothing_of_it_is_taken);
	tcase_add_test(t, a_borrowed_copy_can_be_changed_by_itself);
	tcase_add_test(t, a_key_is_found_wherever_it_stands);
	suite_add_tcase(s, t);
}

Suite *suite_settings(void)
{
	Suite *s = suite_create("settings");
	TCase *t = tcase_create("set");

	tcase_add_loop_test(t, a_setting_takes_the_place_of_a_row, 0,
			    NR(changes));
	tcase_add_loop_test(t, a_setting_that_says_nothing_is_named, 0,
			    NR(none));
	tcase_add_test(t, a_setting_is_of_so_many_bytes);
	tcase_add_loop_test(t, a_key_is_of_the_gpu_the_stack_or_the_model, 0,
			    NR(homes));
	suite_add_tcase(s, t);
	add_sheets(s);
	return s;
}
