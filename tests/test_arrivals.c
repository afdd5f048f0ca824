#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <stdlib.h>

#include "base/text.h"
#include "logs/requests.h"
#include "logs/sessions.h"
#include "tests/tests.h"

static struct serve_load load;
static struct fault why;

static int take(const char *bytes, double speedup)
{
	char path[] = "trace-XXXXXX";
	int fd = mkstemp(path), rc;
	struct requests_spec s = { path, speedup };
	struct text text = TEXT_INIT;

	memset(&why, 0, sizeof(why));
	text_add(&text, bytes);
	for (size_t i = 0; i < text.len; i++)
		if (text.buf[i] == '\'')	/* to spare the eye */
			text.buf[i] = '"';
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text.buf, text.len), (ssize_t)text.len);
	close(fd);
	rc = requests_load(&load, &s, &why);
	unlink(path);
	text_release(&text);
	return rc;
}

static void teardown(void)
{
	serve_load_release(&load);
}

/* Two moments, and the seconds between them by the calendar. */
static const struct {
	const char *from, *to;
	double s;
} moments[] = {
	{ "2024-02-28 23:59:59", "2024-02-29 00:00:00", 1 },
	{ "2024-02-28 23:59:59", "2024-03-01 00:00:00", 86401 },
	{ "2023-02-28 23:59:59", "2023-03-01 00:00:00", 1 },
	{ "1999-12-31 23:59:59", "2000-01-01 00:00:00", 1 },
	{ "2000-02-28 00:00:00", "2000-03-01 00:00:00", 2 * 86400 },
	{ "2100-02-28 00:00:00", "2100-03-01 00:00:00", 86400 },
	/* 31 days of January, 29 of February and 1 of December */
	{ "2023-12-31 00:00:00", "2024-03-01 00:00:00", 61 * 86400 },
	{ "2023-01-01 00:00:00", "2023-03-01 00:00:00", 59 * 86400 },
	{ "2023-03-31 00:00:00", "2023-05-01 00:00:00", 31 * 86400 },
	{ "2023-08-31 00:00:00", "2023-10-01 00:00:00", 31 * 86400 },
	{ "1970-01-01 00:00:00", "1970-01-02 01:02:03.5", 90123.5 },
	{ "2024-01-31T12:30:00Z", "2024-02-01T12:31:30+00:00", 86490 },
	{ "5.25", "7.5", 2.25 },
	{ "0", "6912000", 6912000 },	/* 80 days */
};

START_TEST(times_between_are_those_of_the_calendar)
{
	char csv[512];

	snprintf(csv, sizeof(csv), "at_s,prompt_tokens,output_tokens\n"
		 "%s,5,5\n%s,6,7\n", moments[_i].from, moments[_i].to);
	ck_assert_msg(!take(csv, 1), "%s", why.what);
	ck_assert_int_eq(load.nr, 2);
	ck_assert(load.request[0].at_s <= 0 && load.request[0].at_s >= 0);
	ck_rel(load.request[1].at_s, moments[_i].s, 1e-9);
	ck_assert_int_eq(load.request[1].prompt_tok, 6);
	ck_assert_int_eq(load.request[1].output_tok, 7);
	ck_assert_int_eq(load.request[1].steps, 6);	/* one comes first */
	ck_assert_int_eq(load.request[1].after, -1);
	ck_rel(load.hash_tok, 1, 0);
}
END_TEST

static const char *const no_moments[] = {
	"2024-13-01 00:00:00", "2024-00-01 00:00:00", "2024-01-00 00:00:00",
	"1969-12-31 00:00:00", "2024-01-01", "2024-01-01 00:00",
	"2024-01-01 00:00:x", "2024-01-01_00:00:00", "noon", "", "-1",
	"2023-02-29 00:00:00", "2024-04-31 00:00:00", "2024-01-01 24:00:00",
	"2024-01-01 00:60:00", "2024-01-01 00:00:61", "2024-01-01 00:-1:00",
};

START_TEST(what_is_no_time_is_named_by_its_line)
{
	char csv[512];

	snprintf(csv, sizeof(csv), "at_s,prompt_tokens,output_tokens\n"
		 "%s,5,5\n", no_moments[_i]);
	ck_assert_int_eq(take(csv, 1), -1);
	ck_assert_str_eq(why.what, "a time is negative or none");
	ck_assert_int_eq(why.row, 2);
}
END_TEST

/* 1 to 100,000,000, whole. */
static const struct {
	const char *prompt, *output;
	int rc;
} counts[] = {
	{ "1", "1", 0 }, { "100000000", "100000000", 0 }, { "0", "1", -1 },
	{ "1", "0", -1 }, { "100000001", "1", -1 }, { "1", "100000001", -1 },
	{ "1.5", "1", -1 }, { "1", "2.5", -1 }, { "", "1", -1 },
};

START_TEST(tokens_are_whole_numbers_in_their_bounds)
{
	char csv[512];

	snprintf(csv, sizeof(csv), "at_s,prompt_tokens,output_tokens\n"
		 "0,%s,%s\n", counts[_i].prompt, counts[_i].output);
	ck_assert_int_eq(take(csv, 1), counts[_i].rc);
}
END_TEST

#define LINE(time, more) "{" time "'input_length': 1025," \
	"'output_length': 3" more "}\n"

/* 1,025 tokens are three blocks of 512; a fourth hash is of none of them. */
START_TEST(blocks_are_those_of_the_prompt)
{
	ck_assert_msg(!take(LINE("'timestamp': 0,",
				 ", 'hash_ids': [7, 8, 9, 10]")
			    LINE("'timestamp': 0,", ", 'hash_ids': [11]")
			    LINE("'timestamp': 0,", "")
			    LINE("'timestamp': 0,", ", 'hash_ids': [12, 13]"),
			    1), "%s", why.what);
	ck_assert_int_eq(load.nr, 4);
	ck_assert_uint_eq(load.hashes, 6);
	ck_assert_int_eq(load.request[0].blocks, 3);
	ck_assert_int_eq(load.request[1].blocks, 1);
	ck_assert_int_eq(load.request[2].blocks, 0);
	ck_assert_int_eq(load.request[3].blocks, 2);
	ck_assert_uint_eq(load.request[1].first, 3);
	ck_assert_uint_eq(load.request[3].first, 4);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(load.hash[i], 7 + (unsigned)i);
	ck_assert_uint_eq(load.hash[3], 11);
	ck_assert_uint_eq(load.hash[5], 13);
	ck_rel(load.hash_tok, 512, 0);
}
END_TEST

/*
 * Turns of two sessions, one after the other in each: b's second comes 2 s
 * after its first is answered, 1 s at twice the speed; a's third at once.
 */
START_TEST(a_turn_follows_the_last_of_its_session)
{
	static const int after[] = { -1, -1, 0, 1, 2, -1 };
	static const double at_s[] = { 0, .5, 0, 1, 0, 1 };

	ck_assert_msg(!take(LINE("'timestamp': 0,", ", 'session_id': 'a'")
		LINE("'created_time': 1000,", ", 'session_id': 'b'")
		LINE("'timestamp': 99,", ", 'session_id': 'a'")
		LINE("", ", 'session_id': 'b', 'delay_ms': 2000")
		LINE("", ", 'session_id': 'a', 'delay': 0")
		LINE("'timestamp': 2000,", ""), 2), "%s", why.what);
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(load.request[i].after, after[i]);
		ck_assert_msg(fabs(load.request[i].at_s - at_s[i]) < 1e-12,
			      "%d at %g", i, load.request[i].at_s);
	}
}
END_TEST

/* 500 sessions take turns, three times: each follows its own. */
START_TEST(of_many_sessions_each_has_its_own_last)
{
	struct sessions s = { 0 };
	char name[16];

	for (int i = 0; i < 1500; i++) {
		snprintf(name, sizeof(name), "s%d", i % 500);
		ck_assert_int_eq(sessions_next(&s, name, i),
				 i < 500 ? -1 : i - 500);
	}
	ck_assert_int_eq(s.nr, 500);
	sessions_release(&s);
}
END_TEST

#define B(delay) LINE("'timestamp': 0,", ", 'session_id': 'b'") \
	LINE("", ", 'session_id': 'b', 'delay': " delay)

static const struct {
	const char *bytes, *what;
	int row;	/* 0: it is sound */
} lines[] = {
	{ B("6912000000"), "", 0 },	/* 80 days, in ms */
	{ B("6912000001"), "a delay is negative, or over 80 days", 2 },
	{ B("-1"), "a delay is negative, or over 80 days", 2 },
	{ B("'1'"), "a delay is negative, or over 80 days", 2 },
	{ LINE("'timestamp': 'noon',", ""), "a time is negative or none", 1 },
	{ LINE("'timestamp': null,", ""), "", 0 },
	{ LINE("", ", 'hash_ids': 5"), "hash_ids is no list", 1 },
	{ LINE("", ", 'hash_ids': [1.5]"), "a hash id is no whole number", 1 },
	{ "\n \t\n" LINE("", "") "[1]\n", "the line is no JSON object", 4 },
	{ "{'input_tokens': 4, 'output_tokens': 1}", "", 0 },
	{ "{'input_tokens': '4', 'output_tokens': 1}", "a request's tokens "
	  "are no whole number from 1 to 100000000", 1 },
	{ LINE("'timestamp': 5,", "") LINE("'timestamp': 4,", ""),
	  "a time is before the one above it", 2 },
	{ LINE("'timestamp': 5,", "") LINE("'timestamp': 5,", ""), "", 0 },
	{ LINE("'timestamp': 0,", "") LINE("'timestamp': 6912000001,", ""),
	  "the trace spans over 80 days", 2 },
};

START_TEST(a_line_that_cannot_be_is_named)
{
	ck_assert_int_eq(take(lines[_i].bytes, 1), lines[_i].row ? -1 : 0);
	ck_assert_str_eq(why.what, lines[_i].what);
	if (lines[_i].row)
		ck_assert_int_eq(why.row, lines[_i].row);
}
END_TEST

/* BurstGPT's failures are left out, and no other row of any table is. */
START_TEST(an_answer_of_no_token_failed)
{
	ck_assert(!take("Timestamp,Request tokens,Response tokens\n"
			"5,9,0\n6,9,1\n8,9,2\n", 1));
	ck_assert_int_eq(load.nr, 2);
	ck_rel(load.request[1].at_s, 2, 1e-12);	/* after the first kept */
	teardown();
	ck_assert_int_eq(take("TIMESTAMP,ContextTokens,GeneratedTokens\n"
			      "5,9,0\n", 1), -1);
	ck_assert_int_eq(why.row, 2);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_arrivals(void)
{
	Suite *s = suite_create("arrivals");
	TCase *t = tcase_create("arrivals");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, times_between_are_those_of_the_calendar, 0,
			    NR(moments));
	tcase_add_loop_test(t, what_is_no_time_is_named_by_its_line, 0,
			    NR(no_moments));
	tcase_add_loop_test(t, tokens_are_whole_numbers_in_their_bounds, 0,
			    NR(counts));
	tcase_add_test(t, blocks_are_those_of_the_prompt);
	tcase_add_test(t, a_turn_follows_the_last_of_its_session);
	tcase_add_test(t, of_many_sessions_each_has_its_own_last);
	tcase_add_loop_test(t, a_line_that_cannot_be_is_named, 0, NR(lines));
	tcase_add_test(t, an_answer_of_no_token_failed);
	suite_add_tcase(s, t);
	return s;
}
