/* The library as a program calls it: what it answers, and what it says not. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed/deeproof.h"
#include "read/sheet.h"
#include "tests/bundled.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static deeproof *handle;

static void open_handle(void)
{
	handle = deeproof_open();
	ck_assert_msg(!deeproof_load(handle, bundled()), "%s",
		      deeproof_error(handle));
}

static void close_handle(void)
{
	deeproof_close(handle);
}

/* "hw=h200-sxm gpus=8": each set. */
static void set(const char *pairs)
{
	char copy[256], *at = copy, *end;

	snprintf(copy, sizeof(copy), "%s", pairs);
	for (; *at; at = end) {
		char *value = strchr(at, '=');

		end = at + strcspn(at, " ");
		end += *end == ' ' ? (*end = '\0', 1) : 0;
		*value++ = '\0';
		ck_assert_msg(!deeproof_set(handle, at, value), "%s",
			      deeproof_error(handle));
	}
}

#define ASK "hw=h200-sxm model=deepseek-v3 gpus=8 batch=16 ctx=1000"

/* Rows below the head of a table of one number column, added. */
static double sum(const char *what, const char *column)
{
	const char *csv = deeproof_table(handle, what);
	struct fault why = { 0 };
	struct table t;
	double all = 0;

	ck_assert_msg(csv != NULL, "%s", deeproof_error(handle));
	ck_assert_int_eq(table_parse(&t, what, csv, strlen(csv), &why), 0);
	for (int r = 0; r < t.rows; r++)
		all += table_number(&t, r, table_column(&t, column));
	table_release(&t);
	return all;
}

/*
 * 61 layers x 1152 B x 16 x 1000 tokens of KV; eight GPUs; $4 an hour over
 * what a GPU makes.
 */
START_TEST(an_answer_has_the_figures_of_a_pencil)
{
	double tok_s;

	set(ASK);
	ck_assert_int_eq(deeproof_answer(handle), 0);
	ck_rel(deeproof_number(handle, "kv_gb"), 61 * 1152 * 16000 / 1e9,
	       1e-5);
	tok_s = deeproof_number(handle, "tok_s_gpu");
	ck_rel(deeproof_number(handle, "tok_s_total"), 8 * tok_s, 1e-5);
	ck_rel(deeproof_number(handle, "usd_per_mtok"), 4e6 / 3600 / tok_s,
	       1e-5);
	ck_rel(deeproof_number(handle, "ep"), 8, 0);	/* a default */
	ck_assert_str_eq(deeproof_text(handle, "fits"), "yes");
	ck_assert_str_eq(deeproof_text(handle, "hw"), "h200-sxm");
	ck_assert_str_eq(deeproof_text(handle, "refusal"), "");
	ck_assert(isnan(deeproof_number(handle, "hw")));
	ck_assert(isnan(deeproof_number(handle, "nothing")));
	ck_assert_str_eq(deeproof_text(handle, "nothing"), "");
}
END_TEST

/* As many cells as names, and both begin alike. */
START_TEST(a_row_has_a_cell_a_column)
{
	char *head;
	const char *row;

	set(ASK);
	ck_assert_int_eq(deeproof_answer(handle), 0);
	head = strdup(deeproof_head(handle));
	row = deeproof_row(handle);
	ck_assert_int_eq(occurs(head, ","), occurs(row, ","));
	ck_assert_int_eq(strncmp(head, "id,hw,stack,model,", 18), 0);
	ck_assert_ptr_nonnull(strstr(row, "h200-sxm,generic,deepseek-v3,"));
	free(head);
}
END_TEST

/* Shares of ops, rungs of the ladder and parts of memory add up. */
START_TEST(tables_add_up)
{
	set(ASK);
	ck_assert_int_eq(deeproof_answer(handle), 0);
	ck_rel(sum("ops", "time_share"), 1, 1e-4);
	ck_rel(sum("ladder", "us_added"),
	       1e6 / deeproof_number(handle, "tok_s_gpu"), 1e-5);
	ck_assert_ptr_nonnull(deeproof_table(handle, "timeline"));
	ck_assert_ptr_nonnull(strstr(deeproof_table(handle, "memory"),
				     "name,bytes\n"));
	ck_assert_ptr_nonnull(strstr(deeproof_table(handle, "facts"),
				     "key,value,unit,origin,source\n"
				     "h200-sxm,arch,sm90,name,spec,"));
	ck_assert_ptr_null(deeproof_table(handle, "nothing"));
	ck_assert(*deeproof_error(handle));
}
END_TEST

/* What is asked, and what comes of it. */
static const struct {
	const char *pairs;
	int status;
	const char *says;	/* the refusal of a no, the error of a 2 */
} asked[] = {
	{ ASK, 0, "" },
	{ "hw=h200-sxm model=deepseek-v3 gpus=1 batch=1 ctx=100", 1,
	  " of weights and " },
	{ "hw=rtx6000-ada model=deepseek-v3.2 gpus=64 batch=1 ctx=100", 1,
	  "" },
	{ "hw=nobody model=deepseek-v3 gpus=8 batch=1 ctx=100", 2,
	  "\"nobody\"" },
	{ "hw=h200-sxm model=nobody gpus=8 batch=1 ctx=100", 2,
	  "\"nobody\"" },
	{ "hw=h200-sxm model=deepseek-v3 gpus=8 batch=1 ctx=100 tp=3", 2,
	  "tp" },
	{ "hw=h200-sxm", 2, "model" },
	{ "hw=h200-sxm model=deepseek-v3 gpus=8 batch=0 ctx=100", 2,
	  "batch" },
};

START_TEST(an_answer_is_yes_no_or_malformed)
{
	set(asked[_i].pairs);
	ck_assert_msg(deeproof_answer(handle) == asked[_i].status, "%s",
		      deeproof_error(handle));
	if (asked[_i].status == 1) {
		ck_assert_str_eq(deeproof_text(handle, "fits"), "no");
		ck_assert_ptr_nonnull(strstr(deeproof_text(handle, "refusal"),
					     asked[_i].says));
		ck_assert(isnan(deeproof_number(handle, "tok_s_gpu")));
	} else if (asked[_i].status == 2) {
		ck_assert_ptr_nonnull(strstr(deeproof_error(handle),
					     asked[_i].says));
		ck_assert(isnan(deeproof_number(handle, "gpus")));
		ck_assert_str_eq(deeproof_text(handle, "fits"), "");
		ck_assert_ptr_null(deeproof_table(handle, "ops"));
	}
}
END_TEST

static const struct {
	const char *column, *value, *says;
} unset[] = {
	{ "nothing", "5", "nothing" }, { "gpus", "many", "many" },
	{ "gpu", "8", "gpu" }, { "batch", "1..3", "1..3" },
	{ "ctx", "nan", "nan" },
};

START_TEST(a_column_or_value_that_is_none_is_named)
{
	ck_assert_int_eq(deeproof_set(handle, unset[_i].column,
				      unset[_i].value), -1);
	ck_assert_ptr_nonnull(strstr(deeproof_error(handle),
				     unset[_i].says));
	set(ASK);		/* and does no harm */
	ck_assert_int_eq(deeproof_answer(handle), 0);
}
END_TEST

START_TEST(a_column_is_blank_again)
{
	set(ASK);
	ck_assert_int_eq(deeproof_answer(handle), 0);
	deeproof_clear(handle);
	ck_assert_int_eq(deeproof_answer(handle), 2);
	set(ASK);
	set("tp=8");
	ck_assert_int_eq(deeproof_answer(handle), 0);
	ck_rel(deeproof_number(handle, "tp"), 8, 0);
	ck_assert_int_eq(deeproof_set(handle, "tp", ""), 0);
	ck_assert_int_eq(deeproof_answer(handle), 0);
	ck_rel(deeproof_number(handle, "tp"), 1, 0);
}
END_TEST

START_TEST(names_are_listed_by_kind)
{
	ck_assert_ptr_nonnull(strstr(deeproof_names(handle, "gpu"),
				     "h200-sxm\n"));
	ck_assert_ptr_nonnull(strstr(deeproof_names(handle, "stack"),
				     "generic\n"));
	ck_assert_ptr_nonnull(strstr(deeproof_names(handle, "model"),
				     "deepseek-v3\n"));
	ck_assert_ptr_null(deeproof_names(handle, "offer"));
	ck_assert_int_eq(deeproof_version(), DEEPROOF_VERSION);
	deeproof_close(NULL);
}
END_TEST

/* Half the sequences make fewer tokens, and more than half as many. */
START_TEST(two_handles_share_nothing)
{
	deeproof *first = handle;
	double was, is;

	set(ASK);
	ck_assert_int_eq(deeproof_answer(first), 0);
	was = deeproof_number(first, "tok_s_gpu");
	open_handle();
	set(ASK);
	set("batch=8");
	ck_assert_msg(!deeproof_answer(handle), "%s", deeproof_error(handle));
	is = deeproof_number(handle, "tok_s_gpu");
	ck_assert(is < was && is > was / 2);
	ck_assert_int_eq(deeproof_answer(first), 0);
	ck_rel(deeproof_number(first, "tok_s_gpu"), was, 0);
	ck_assert_ptr_nonnull(strstr(deeproof_versus(first, handle),
		"rung,name,mechanism,group,us_added,us_added_versus,"));
	deeproof_close(handle);
	handle = first;
}
END_TEST

Suite *suite_embedded(void)
{
	Suite *s = suite_create("embedded");
	TCase *tc = tcase_create("embedded");

	tcase_add_checked_fixture(tc, open_handle, close_handle);
	tcase_add_test(tc, an_answer_has_the_figures_of_a_pencil);
	tcase_add_test(tc, a_row_has_a_cell_a_column);
	tcase_add_test(tc, tables_add_up);
	tcase_add_loop_test(tc, an_answer_is_yes_no_or_malformed, 0,
			    NR(asked));
	tcase_add_loop_test(tc, a_column_or_value_that_is_none_is_named, 0,
			    NR(unset));
	tcase_add_test(tc, a_column_is_blank_again);
	tcase_add_test(tc, names_are_listed_by_kind);
	tcase_add_test(tc, two_handles_share_nothing);
	suite_add_tcase(s, tc);
	return s;
}
