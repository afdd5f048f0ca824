#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "traffic/arrive.h"
#include "logs/requests.h"

/* Load these bytes from a file; the fault is printed to why. */
static int load(struct serve_load *l, const char *bytes, double speedup,
		char *why, int size)
{
	char path[] = "trace-XXXXXX";
	int fd = mkstemp(path), rc;
	struct requests_spec s = { path, speedup };
	struct fault f = { 0 };

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)),
			 (ssize_t)strlen(bytes));
	close(fd);
	rc = requests_load(l, &s, &f);
	unlink(path);
	fault_print(&f, why, size);
	return rc;
}

static const char mooncake[] =
	"{\"timestamp\": 1000, \"input_length\": 1025, \"output_length\": 9,"
	" \"hash_ids\": [0, 1, 2], \"session_id\": \"a\"}\n"
	"{\"timestamp\": 1500, \"input_length\": 5, \"output_length\": 1,"
	" \"hash_ids\": [7]}\r\n\n"
	"{\"input_length\": 1600, \"output_length\": 2, \"delay\": 3000,"
	" \"hash_ids\": [0, 1, 2, 3], \"session_id\": \"a\"}\n";

START_TEST(mooncakes_lines_are_read_as_they_are)
{
	struct serve_load l;
	char why[1024];

	ck_assert_int_eq(load(&l, mooncake, 2, why, sizeof(why)), 0);
	ck_assert_int_eq(l.nr, 3);
	/* (1.5 - 1) s / 2; a delay of 3 s / 2 after request 0 */
	ck_rel(l.request[0].at_s, 0, 0);
	ck_rel(l.request[1].at_s, .25, 1e-12);
	ck_rel(l.request[2].at_s, 1.5, 1e-12);
	ck_assert_int_eq(l.request[1].after, -1);
	ck_assert_int_eq(l.request[2].after, 0);
	ck_assert_int_eq(l.request[2].blocks, 4);
	ck_assert_uint_eq(l.hash[l.request[2].first + 3], 3);
	ck_rel(l.hash_tok, 512, 0);
	serve_load_release(&l);
}
END_TEST

static const char azure[] =
	"TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
	"2023-11-30 23:59:59.5000000,374,44\r\n"
	"2023-12-01 00:00:01.2500000,396,109";

static const char burst[] =
	"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type"
	"\n5,ChatGPT,472,18,490,Conversation log\n"
	"45,ChatGPT,10,0,10,Conversation log\n"
	"118,GPT-4,1087,230,1317,Conversation log\n";

START_TEST(azures_and_burstgpts_tables_are_read_as_they_are)
{
	struct serve_load l;
	char why[1024];

	ck_assert_int_eq(load(&l, azure, 1, why, sizeof(why)), 0);
	ck_assert_int_eq(l.nr, 2);
	ck_rel(l.request[1].at_s, 1.75, 1e-9);	/* over the month's end */
	ck_assert_int_eq(l.request[1].output_tok, 109);
	serve_load_release(&l);
	ck_assert_int_eq(load(&l, burst, 1, why, sizeof(why)), 0);
	ck_assert_int_eq(l.nr, 2);		/* 0 tokens: it failed */
	ck_rel(l.request[1].at_s, 113, 1e-12);
	ck_assert_int_eq(l.request[1].prompt_tok, 1087);
	serve_load_release(&l);
}
END_TEST

static const struct { const char *bytes, *place, *says; } bad[] = {
	{ "at_s,prompt_tokens,output_tokens\n1,5,5\n0.5,5,5\n", ":3:",
	  "before the one above" },
	{ "at_s,prompt_tokens,output_tokens\n-1,5,5\n", ":2:", "negative" },
	{ "at_s,prompt_tokens,output_tokens\n0,0,5\n", ":2:", "tokens" },
	{ "at_s,prompt_tokens,output_tokens\n0,5,\n", ":2:", "tokens" },
	{ "at_s,prompt_tokens,output_tokens\n0,5,5\n9e6,5,5\n", ":3:",
	  "80 days" },
	{ "at_s,prompt_tokens\n0,5\n", ":1:", "no trace" },
	{ "at_s,prompt_tokens,output_tokens\n", "", "no request" },
	{ "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5}\n"
	  "{\"timestamp\": 0, \"input_length\": 5, \"output_len", ":2:",
	  "JSON" },
	{ "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5,"
	  " \"hash_ids\": [\"a\"]}\n", ":1:", "hash" },
	{ "{\"timestamp\": -5, \"input_length\": 5, \"output_length\": 5}\n",
	  ":1:", "negative" },
};

START_TEST(a_broken_trace_is_named_with_file_and_line)
{
	struct serve_load l;
	char why[1024];

	ck_assert_int_eq(load(&l, bad[_i].bytes, 1, why, sizeof(why)), -1);
	ck_assert_msg(strstr(why, bad[_i].place) != NULL, "%s", why);
	ck_assert_msg(strstr(why, bad[_i].says) != NULL, "%s", why);
	ck_assert_msg(strstr(why, "trace-") != NULL, "%s", why);
	serve_load_release(&l);
}
END_TEST

/* Means of 20,000 draws: within four standard errors. */
START_TEST(drawn_arrivals_and_lengths_are_what_was_asked_for)
{
	static const enum arrive_how hows[] = { ARRIVE_POISSON,
		ARRIVE_CONSTANT, ARRIVE_BURSTY, ARRIVE_DAY };
	struct arrive_spec a = { .how = hows[_i], .requests = 20000,
		.rate = 10, .burstiness = .5, .swing = .5, .day_s = 100,
		.spread = .8, .prompt_tok = 1000, .output_tok = 100,
		.turns = 1, .seed = 9 };
	struct serve_load l;
	double sum = 0;

	arrive_draw(&l, &a);
	/* bursty: cv sqrt(1 / .5), so 4 sqrt(2 / 20000) = .04 */
	ck_rel(l.request[l.nr - 1].at_s, 2000, .04);
	for (int i = 0; i < l.nr; i++) {
		ck_assert_int_ge(l.request[i].prompt_tok, 800);
		ck_assert_int_le(l.request[i].prompt_tok, 1000);
		sum += l.request[i].prompt_tok;
	}
	ck_rel(sum / l.nr, 900, .002);
	serve_load_release(&l);
}
END_TEST

/* Two drafts, 2.2 tokens a step: 1 + p + p^2 = 2.2, p = .7042. */
START_TEST(drafts_save_the_steps_that_they_gain)
{
	struct arrive_spec a = { .how = ARRIVE_OFFLINE, .requests = 200,
		.spread = 1, .prompt_tok = 10, .output_tok = 1001,
		.turns = 1, .seed = 2 };
	struct accept_spec d = { .drafts = 2, .tokens_per_step = 2.2,
				 .seed = 4 };
	struct serve_load l;
	double steps = 0;

	arrive_draw(&l, &a);
	arrive_steps(&l, &d);
	for (int i = 0; i < l.nr; i++)
		steps += l.request[i].steps;
	ck_rel(steps / l.nr, 1000 / 2.2, .005);
	serve_load_release(&l);
}
END_TEST

Suite *suite_requests(void)
{
	Suite *s = suite_create("requests");
	TCase *tc = tcase_create("requests");

	tcase_add_test(tc, mooncakes_lines_are_read_as_they_are);
	tcase_add_test(tc, azures_and_burstgpts_tables_are_read_as_they_are);
	tcase_add_loop_test(tc, a_broken_trace_is_named_with_file_and_line,
			    0, sizeof(bad) / sizeof(*bad));
	tcase_add_loop_test(tc,
		drawn_arrivals_and_lengths_are_what_was_asked_for, 0, 4);
	tcase_add_test(tc, drafts_save_the_steps_that_they_gain);
	suite_add_tcase(s, tc);
	return s;
}
