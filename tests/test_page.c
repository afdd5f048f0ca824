#include <stdio.h>
#include <string.h>

#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "say/page.h"
#include "tests/page_tags.h"
#include "tests/tests.h"

#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

static void judged(const char *csv, struct text *page)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;

	ck_assert_int_eq(table_parse(&t, "x<y>.csv", csv, strlen(csv), &why),
			 0);
	ck_assert_msg(claims_judge(&all, &t, shelf_library(shelf), &why) == 0,
		      "%s", why.what);
	page_claims(&all, t.name, page);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}

static const char *const hostile[] = {
	"x' tabindex='0' autofocus onfocus='alert(1)",
	"</style><script>alert(1)</script>", "</title><svg onload=alert(1)>",
	"<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;",
	"--><b>", "' style='x:expression(1)", "<a href='//e'>",
};

static const char *const columns[] = { "id", "source", "quote", "system",
	"versus", "hw", "stack", "model", "weights", "kv", "gpus", "tp", "ep",
	"batch", "concurrency", "ctx", "isl", "osl", "mtp", "overlap",
	"balance", "mode", "date", "metric", "value", "unit", "given",
	"verdict", "reason", "colour" };

/* In each column alone, beside a sound row. */
START_TEST(no_cell_of_any_column_leaves_its_text)
{
	for (int c = 0; c < NR(columns); c++) {
		struct text csv = TEXT_INIT, page = TEXT_INIT;

		for (int i = 0; i < NR(columns); i++)
			text_addf(&csv, "%s%s", i ? "," : "", columns[i]);
		for (int row = 0; row < 2; row++) {
			text_add(&csv, "\n");
			for (int i = 0; i < NR(columns); i++) {
				const char *cell = i == c && row == 0 ?
					hostile[_i] :
					!strcmp(columns[i], "metric") ?
					"ratio" :
					!strcmp(columns[i], "value") ? "2" :
					!strcmp(columns[i], "given") ?
					"numerator=4; denominator=2" : "";

				text_add(&csv, i ? "," : "");
				text_cell(&csv, cell);
			}
		}
		text_add(&csv, "\n");
		judged(csv.buf, &page);
		page_walk(page.buf);
		text_release(&csv);
		text_release(&page);
	}
}
END_TEST

START_TEST(the_page_allows_no_script_and_nothing_from_elsewhere)
{
	struct text page = TEXT_INIT;

	judged("metric,value\ntpm,3\n", &page);
	ck_assert(strstr(page.buf, "http-equiv='Content-Security-Policy' "
			 "content=\"default-src 'none';"));
	ck_assert(!strstr(page.buf, "<script") && !strstr(page.buf, "src="));
	text_release(&page);
}
END_TEST

START_TEST(malformed_rows_are_counted_and_contradictions_linked)
{
	struct text page = TEXT_INIT;

	judged("id,source,system,metric,value\na,s,A,ttft_ms,100\n"
	       "b,s,A,ttft_ms,200\nc,s,A,speed,1\n", &page);
	ck_assert(strstr(page.buf, "1 malformed"));
	ck_assert(strstr(page.buf, "<article id='c1'"));
	ck_assert(strstr(page.buf, "<small>against</small> <a href='#c2'>b"));
	text_release(&page);
}
END_TEST

/* $2 / 2,787 tok/s / 3,600 s = 0.1993 a million. */
START_TEST(a_claim_s_lines_are_all_there)
{
	static const char *const lines[] = {
		"arithmetic</small> <code>usd_per_mtok = usd_per_gpu_hour 2 / ",
		"limit</small> <code>its own figures imply 0.1993 USD/Mtok<",
		"needs</small> <code>usd_per_mtok = 0.1993 USD/Mtok<",
		"read as</small> <code>0.095 to 0.105 USD/Mtok<",
		"taken</small> <code>full use is taken<",
		"facts</small> <code>h200-sxm: 151.4 GB at 4.8 TB/s, " };
	struct text page = TEXT_INIT;

	judged("hw,metric,value,given\n,usd_per_mtok,0.10,"
	       "usd_per_gpu_hour=2; tok_s_gpu=2787\nh200-sxm,hbm_tb_s,10,\n",
	       &page);
	for (int i = 0; i < NR(lines); i++)
		ck_assert_msg(strstr(page.buf, lines[i]) != NULL, "%s\n%s",
			      lines[i], strstr(page.buf, "<article"));
	text_release(&page);
}
END_TEST

/* The words below a picture stand on one line, that above it higher. */
START_TEST(the_legend_s_words_stand_on_their_lines)
{
	struct text page = TEXT_INIT;
	int known, most, claim;
	const char *at;

	judged("metric,value\ntpm,3\n", &page);
	at = strstr(page.buf, "<text x='40' y=");
	ck_assert(at && sscanf(at, "<text x='40' y='%d'>known software"
			       "</text><text x='160' y='%d'>at most</text>"
			       "<text x='215' y='%d'>claim", &known, &most,
			       &claim) == 3);	/* size: of them */
	ck_assert(known == most && claim < most);
	text_release(&page);
}
END_TEST

/* Each word that a verdict has is explained once, in a full sentence. */
START_TEST(the_legend_says_what_verdicts_mean)
{
	struct text page = TEXT_INIT;
	char line[96];		/* size: begin of a line */

	judged("metric,value\ntpm,3\n", &page);
	for (int v = 0; v < VERDICT_NR; v++) {
		const char *name = verdict_name((enum claim_verdict)v);

		snprintf(line, sizeof(line), "<span class='v %s'>%s</span> "
			 "%.30s", name, name,
			 verdict_says((enum claim_verdict)v));
		ck_assert_msg(strstr(page.buf, line) != NULL, "%s", line);
	}
	ck_assert(strstr(page.buf, "</span> a cell of it could not be read."));
	text_release(&page);
}
END_TEST

/* 5.25 USD/h over 1 tok/s: a floor, the faster the cheaper. */
START_TEST(a_cost_has_a_floor_and_a_speed_a_ceiling)
{
	struct text page = TEXT_INIT;

	judged("hw,model,weights,gpus,concurrency,ctx,metric,value,given\n"
	       "h200-sxm,deepseek-v3,fp8,8,64,1000,usd_per_mtok,2.0,"
	       "usd_per_gpu_hour=3.0\n", &page);
	ck_assert_msg(strstr(page.buf, "at least") != NULL, "%s",
		      strstr(page.buf, "<article"));
	text_release(&page);
	judged("hw,model,weights,gpus,concurrency,ctx,metric,value\n"
	       "h200-sxm,deepseek-v3,fp8,8,64,1000,tok_s_gpu,100\n", &page);
	ck_assert(strstr(page.buf, "at most"));
	text_release(&page);
}
END_TEST

Suite *suite_page(void)
{
	Suite *s = suite_create("page");
	TCase *t = tcase_create("page");

	tcase_add_loop_test(t, no_cell_of_any_column_leaves_its_text, 0,
			    NR(hostile));
	tcase_add_test(t,
		the_page_allows_no_script_and_nothing_from_elsewhere);
	tcase_add_test(t,
		malformed_rows_are_counted_and_contradictions_linked);
	tcase_add_test(t, a_claim_s_lines_are_all_there);
	tcase_add_test(t, the_legend_s_words_stand_on_their_lines);
	tcase_add_test(t, the_legend_says_what_verdicts_mean);
	tcase_add_test(t, a_cost_has_a_floor_and_a_speed_a_ceiling);
	suite_add_tcase(s, t);
	return s;
}
