#include <math.h>
#include <string.h>

#include "logs/enginelog.h"
#include "tests/tests.h"

static struct engine_log log_;
static struct text bytes;
static struct fault why;

static void setup(void)
{
	bytes = (struct text)TEXT_INIT;
	memset(&why, 0, sizeof(why));
}

static void teardown(void)
{
	enginelog_release(&log_);
	text_release(&bytes);
}

static int parse(void)
{
	return enginelog_parse(&log_, "run.log", &bytes, &why);
}

/* Equal, or both NaN: the line does not say. */
static bool same(double x, double y)
{
	return (isnan(x) && isnan(y)) || fabs(x - y) <= 1e-12 * fabs(y);
}

#define IS(got, want) ck_assert_msg(same(got, want), #got " is %.10g", got)
#define D "Decode batch. "
#define RUN "#running-req: 4, #token: 40, gen throughput (token/s): 8.5"
#define VLLM "Avg prompt throughput: 0.0 tokens/s, Avg generation " \
	"throughput: 20.5 tokens/s, Running: 3 reqs, Waiting: 2 reqs, "

/* Each line, and what stands in it. */
static const struct {
	const char *text;
	enum engine engine;
	struct engine_line is;	/* its line number is 1 */
} lines[] = {
	{ "[DP3 TP1] " D RUN, ENGINE_SGLANG,
	  { 1, 3, false, 4, 40, NAN, 8.5, NAN, NAN } },
	{ "[TP7] " D RUN ", #queue-req: 5, accept len: 1.75.", ENGINE_SGLANG,
	  { 1, 7, false, 4, 40, 1.75, 8.5, NAN, 5 } },
	/* a rank stands before what it says, and is no large number */
	{ D RUN ", DP9", ENGINE_SGLANG,
	  { 1, 0, false, 4, 40, NAN, 8.5, NAN, NAN } },
	{ "[DP65535] " D RUN, ENGINE_SGLANG,
	  { 1, 65535, false, 4, 40, NAN, 8.5, NAN, NAN } },
	{ "[DP65536] " D RUN, ENGINE_SGLANG,
	  { 1, 0, false, 4, 40, NAN, 8.5, NAN, NAN } },
	{ "[ATTN TP RANK 2] " D RUN, ENGINE_SGLANG,
	  { 1, 2, false, 4, 40, NAN, 8.5, NAN, NAN } },
	/* thousands are parted; windows are beside the full layers */
	{ D "#running-req: 1,024, #full token: 12,345,678, gen throughput "
	  "(token/s): 1,000.25", ENGINE_SGLANG,
	  { 1, 0, false, 1024, 12345678, NAN, 1000.25, NAN, NAN } },
	{ "[DP1] Prefill batch. #new-seq: 1, #running-req: 9",
	  ENGINE_SGLANG, { 1, 1, true, 9, NAN, NAN, NAN, NAN, NAN } },
	{ "Engine 012: " VLLM, ENGINE_VLLM,
	  { 1, 12, false, 3, NAN, NAN, 20.5, NAN, 2 } },
	{ "Avg prompt throughput: 0.1 tokens/s, Avg generation throughput: "
	  "0.0 tokens/s, Running: 0 reqs", ENGINE_VLLM,
	  { 1, 0, true, 0, NAN, NAN, 0, NAN, NAN } },
	{ "[RANK 5] iter = 9, host_step_time = 12.5ms, "
	  "num_scheduled_requests = 8", ENGINE_TRTLLM,
	  { 1, 0, false, 8, NAN, NAN, NAN, .0125, NAN } },
	{ "iter = 9, [RANK 5] host_step_time = 12.5ms, "
	  "num_scheduled_requests: 8, 'num_ctx_requests': 0", ENGINE_TRTLLM,
	  { 1, 5, false, 8, NAN, NAN, NAN, .0125, NAN } },
	{ "iter = 9, [RANK 5] global_rank = 6, host_step_time = 500ms, "
	  "num_scheduled_requests = 8, 'num_ctx_requests': 1", ENGINE_TRTLLM,
	  { 1, 6, true, 8, NAN, NAN, NAN, .5, NAN } },
	{ "iter = 9, global_rank = -1, host_step_time = 500ms, "
	  "num_scheduled_requests = 8", ENGINE_TRTLLM,
	  { 1, 0, false, 8, NAN, NAN, NAN, .5, NAN } },
};

START_TEST(a_line_says_who_how_many_and_how_fast)
{
	const struct engine_line *is = &lines[_i].is, *at;

	text_add(&bytes, lines[_i].text);
	ck_assert_msg(!parse(), "%s", why.what);
	ck_assert_int_eq(log_.engine, lines[_i].engine);
	ck_assert_int_eq(log_.nr, 1);
	at = &log_.at[0];
	ck_assert_int_eq(at->line, is->line);
	ck_assert_int_eq(at->rank, is->rank);
	ck_assert_int_eq(at->prefill, is->prefill);
	IS(at->running, is->running);
	IS(at->ctx_tok, is->ctx_tok);
	IS(at->accept, is->accept);
	IS(at->tok_s, is->tok_s);
	IS(at->step_s, is->step_s);
	IS(at->queue, is->queue);
}
END_TEST

/* Lines that lack what they are about are passed over, with their number. */
static const char *const others[] = {
	D "#running-req: 4, #token: 40",
	D "#token: 40, gen throughput (token/s): 8.5",
	"Prefill batch. #running-req: 9",
	"Avg generation throughput: 20.5 tokens/s, Running: 3 reqs",
	"Avg prompt throughput: 0.0 tokens/s, Running: 3 reqs",
	"Avg prompt throughput: 0.0, Avg generation throughput: 20.5",
	"iter = 9, num_scheduled_requests = 8",
	"host_step_time = 12.5ms, num_scheduled_requests = 8",
	"iter = 9, host_step_time = 12.5ms",
	D "#running-req: -, gen throughput (token/s): 1.2.3",
};

START_TEST(what_says_nothing_is_passed_over)
{
	text_addf(&bytes, "%s\n\n", others[_i]);
	ck_assert_int_eq(parse(), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "none of its 2 lines"));
	enginelog_release(&log_);
	text_add(&bytes, "[DP1] " D RUN "\r\n");
	ck_assert_int_eq(parse(), 0);
	ck_assert_int_eq(log_.nr, 1);
	ck_assert_int_eq(log_.at[0].line, 3);
	IS(log_.at[0].tok_s, 8.5);
}
END_TEST

/* 3.5 % of 200,000 tokens; before the pool is said nobody knows. */
START_TEST(vllms_share_is_of_the_pool_that_it_said)
{
	text_add(&bytes, VLLM "GPU KV cache usage: 3.5%\n"
		 "GPU KV cache size: 200,000 tokens\n"
		 VLLM "GPU KV cache usage: 3.5%, Prefix\n"
		 "SpecDecoding metrics: Mean acceptance length: 2.25, Acc\n"
		 "GPU KV cache size: 100,000 tokens\n"
		 VLLM "GPU KV cache usage: 100.0%\n");
	ck_assert_int_eq(parse(), 0);
	ck_assert_int_eq(log_.nr, 3);
	IS(log_.at[0].ctx_tok, NAN);
	IS(log_.at[1].ctx_tok, 7000);
	IS(log_.at[2].ctx_tok, 100000);
	IS(log_.at[0].accept, NAN);
	IS(log_.at[1].accept, 2.25);	/* it follows its line */
	IS(log_.at[2].accept, NAN);
	ck_assert_int_eq(log_.at[1].line, 3);
	ck_assert_int_eq(log_.at[2].line, 6);
}
END_TEST

/* An acceptance that follows no line of vLLM's is of none. */
START_TEST(an_acceptance_needs_a_line_before_it)
{
	text_add(&bytes, "Mean acceptance length: 2.25\n" VLLM "\n");
	ck_assert_int_eq(parse(), 0);
	IS(log_.at[0].accept, NAN);
	teardown();
	setup();
	text_add(&bytes, D RUN "\nMean acceptance length: 2.25\n");
	ck_assert_int_eq(parse(), 0);
	IS(log_.at[0].accept, NAN);
}
END_TEST

/* The first day of the lines that count, which is a day of the calendar. */
static const struct {
	const char *text, *date;
} days[] = {
	{ "2020-01-01 start\n[2025-09-26 10:00] " D RUN "\n[2025-09-27] " D
	  RUN, "2025-09-26" },
	{ D RUN "\n[2025-09-27] " D RUN, "2025-09-27" },
	{ "[2025-13-26 2025-12-26] " D RUN, "2025-12-26" },
	{ "[12025-09-26] " D RUN, "" },
	{ D RUN " at 2024-02-29", "2024-02-29" },
	{ D RUN " at 2023-02-29", "" },
	{ D RUN " at 2024-02-2", "" },
};

START_TEST(a_log_is_of_the_first_day_that_it_says)
{
	text_add(&bytes, days[_i].text);
	ck_assert_int_eq(parse(), 0);
	ck_assert_str_eq(log_.date, days[_i].date);
}
END_TEST

START_TEST(one_file_has_one_engine)
{
	text_add(&bytes, D RUN "\nhello\n" VLLM "\n");
	ck_assert_int_eq(parse(), -1);
	ck_assert_str_eq(why.what, "a line of vLLM in a log of SGLang");
	ck_assert_int_eq(why.row, 3);
	ck_assert_str_eq(why.file, "run.log");
	ck_assert_str_eq(engine_stack(ENGINE_TRTLLM), "trtllm");
}
END_TEST

START_TEST(an_empty_file_is_said_to_be)
{
	ck_assert_int_eq(parse(), -1);
	ck_assert_str_eq(why.what, "the file is empty");
	ck_assert_int_eq(why.row, 0);
}
END_TEST

/* 65,536 characters of a line are read: the word ends with the last or not. */
START_TEST(a_line_is_cut_where_it_is_too_long)
{
	for (int over = 0; over < 2; over++) {
		setup();
		for (int i = 0; i < 65536 - (int)strlen(D RUN) + over; i++)
			text_add(&bytes, " ");
		text_add(&bytes, D RUN "\n");
		ck_assert_int_eq(parse(), 0);
		IS(log_.at[0].tok_s, over ? 8 : 8.5);	/* "8." of it */
		teardown();
	}
	setup();
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_enginelog(void)
{
	Suite *s = suite_create("enginelog");
	TCase *t = tcase_create("enginelog");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_line_says_who_how_many_and_how_fast, 0,
			    NR(lines));
	tcase_add_loop_test(t, what_says_nothing_is_passed_over, 0,
			    NR(others));
	tcase_add_test(t, vllms_share_is_of_the_pool_that_it_said);
	tcase_add_test(t, an_acceptance_needs_a_line_before_it);
	tcase_add_loop_test(t, a_log_is_of_the_first_day_that_it_says, 0,
			    NR(days));
	tcase_add_test(t, one_file_has_one_engine);
	tcase_add_test(t, an_empty_file_is_said_to_be);
	tcase_add_test(t, a_line_is_cut_where_it_is_too_long);
	suite_add_tcase(s, t);
	return s;
}
