#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "say/page.h"
#include "tests/page_tags.h"
#include "tests/tests.h"

/*
 * Cells of sound claims exchanged for others, in every column: each claim is
 * judged with a reason or refused with a remedy, and the page stays ours.
 * CELLS=100000 in the environment judges so many.
 */
#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

enum {
	CLAIMS = 500,	/* size: judged by a test run */
	ROWS = 25,	/* size: of a file */
	MOST = 3	/* size: cells exchanged of a row */
};

static const char *const cells[] = {
	"", "0", "1", "-1", "2", "8", "0.5", "1e308", "1e-308", "1e99",
	"-1e99", "NaN", "INF", "-INF", "NAN(1)", "0x10", "1e999", "00", "+1",
	" 8 ", "8 8", "8,8", "1,234", "12,34", "3.8k", "~3872", "30-40",
	"40-30", "30..", "..30", "<0", "> 1e12", ">= 5", "up to 18K", "250+",
	"$0.28", "4.2 s", "100 %", "-5 %", "1/0", "\xe2\x89\xa5 5",
	"10^12", "1e12", "999999999999999999999999", "0.000000001",
	"x' onfocus='alert(1)", "</svg><script>alert(1)</script>",
	"\"><img src=x onerror=alert(1)>", "<!--", "-->", "&#x3c;b>",
	"javascript:alert(1)", "\xff\xfe", "\xc3", "\xe2\x80", "\x01\x02",
	"\xf0\x9f\x92\xa9", "a;b=c", "tpm=", "=5", "tpm=5; tpm=6",
	"gpus=0", "isl=1e12; osl=1e12", "together=1e9", "together=0",
	"cache_hit=5", "cache_hit=100 %", "weight_bits=0", "weights_gb=0",
	"kv_gb=1e9", "requests_per_s=1e9", "samples=1", "window_s=0",
	"utilization=0", "numerator=0; denominator=0", "gpu_w=0",
	"tok_s_user=1e-9; concurrency=1e9", "usd_per_gpu_hour=0",
	"before=0; after=1", "prompt_chars=1", "bound", "fits", "tpm",
	"ttft_ms", "ttft_p99_ms", "tok_s_user", "tok_s_gpu", "kv_gb",
	"weights_gb", "host_gb", "load_s", "usd_per_mtok", "joules_tok",
	"cost_ratio", "speedup_x", "concurrency", "gpus", "ctx", "e2e_ms",
	"requests_per_s", "no_such_metric", "ms", "tok/s", "tok/s/GPU",
	"GB", "USD/Mtok", "x", "%", "H200", "b200-sxm", "h20-96g",
	"gb300-nvl72", "a100-80g", "rtx6000-ada", "mi300x", "8x H200",
	"1000000x H200", "deepseek-v3", "deepseek-v4-pro", "kimi-k2",
	"deepseek-v2-lite", "glm-5", "no-such-model", "../../etc/passwd",
	"/dev/null", "hw/h200-sxm.csv", "models/deepseek-v3.json", "bf16",
	"fp8", "nvfp4", "int4", "mxfp4", "native", "1.58bit", "0bit",
	"Q4_K_M", "99bit", "sglang", "trtllm", "vllm", "deepseek", "ideal",
	"generic", "two-batch", "none", "eplb", "skewed", "uniform",
	"colocated", "decode", "2026-02-30", "2025-01-01", "1024:0.5;8192:0.5",
	"131072", "10000000", "1000000", "4096", "72", "320", "all=bf16 "
	"experts=nvfp4", "nic.bandwidth=25GB/s", "nic.bandwidth=0;buffers=-7",
};

static void row(struct text *csv, const struct table *t, struct chance *of)
{
	int at = (int)chance_below(of, (uint64_t)t->rows);
	int nr = 1 + (int)chance_below(of, MOST);
	int column[MOST], cell[MOST];

	for (int i = 0; i < nr; i++) {
		column[i] = (int)chance_below(of, (uint64_t)t->columns);
		cell[i] = (int)chance_below(of, NR(cells));
	}
	text_add(csv, "\n");
	for (int c = 0; c < t->columns; c++) {
		const char *s = table_get(t, at, c);

		for (int i = 0; i < nr; i++)
			if (column[i] == c)
				s = cells[cell[i]];
		text_add(csv, c ? "," : "");
		text_cell(csv, s);
	}
}

static bool has_number(const char *s)
{
	return !strstr(s, "nan") && !strstr(s, "-inf") && !strstr(s, " inf");
}

static void sound(const struct claim *c, const char *csv)
{
	const struct finding *f = c->worst;

	if (c->malformed) {
		ck_assert_msg(*c->fault.what && *c->fault.remedy, "%s", csv);
		return;
	}
	ck_assert_msg(f && *f->reason && *f->rule, "%s", csv);
	ck_assert_msg(has_number(f->reason) && has_number(f->arithmetic) &&
		      has_number(f->limit) && has_number(f->needs),
		      "%s: %s: %s; %s; %s\n%s", f->rule, f->reason,
		      f->arithmetic, f->limit, f->needs, csv);
	ck_assert_msg(!isnan(f->at) && !isnan(f->low) && !isnan(f->high),
		      "%s", csv);
}

static void judge(const char *csv, const struct library *lib)
{
	struct text page = TEXT_INIT;
	struct fault why = { 0 };
	struct claims all;
	struct table t, out;

	ck_assert_int_eq(table_parse(&t, "cells.csv", csv, strlen(csv), &why),
			 0);
	ck_assert_msg(!claims_judge(&all, &t, lib, &why), "%s", why.what);
	for (int i = 0; i < all.nr; i++)
		sound(&all.claim[i], csv);
	page_claims(&all, t.name, &page);
	page_walk(page.buf);
	table_init(&out, "");
	claims_table(&all, &t, &out);
	table_release(&out);
	text_release(&page);
	claims_release(&all);
	table_release(&t);
}

START_TEST(any_cells_are_judged_with_a_reason_or_refused)
{
	const char *asked = getenv("CELLS");
	int left = asked ? atoi(asked) : CLAIMS;
	struct shelf *shelf = shelf_open();
	struct fault why;
	struct chance of;
	struct table t;

	ck_assert_int_eq(table_load(&t, "tests/wild.csv", &why), 0);
	chance_fill(&of, asked ? (uint64_t)left : 1);
	for (; left > 0; left -= ROWS) {
		struct text csv = TEXT_INIT;

		for (int c = 0; c < t.columns; c++)
			text_addf(&csv, "%s%s", c ? "," : "", t.head[c]);
		for (int i = 0; i < ROWS; i++)
			row(&csv, &t, &of);
		text_add(&csv, "\n");
		judge(csv.buf, shelf_library(shelf));
		text_release(&csv);
	}
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

Suite *suite_cells(void)
{
	Suite *s = suite_create("cells");
	TCase *t = tcase_create("cells");

	tcase_add_test(t, any_cells_are_judged_with_a_reason_or_refused);
	suite_add_tcase(s, t);
	return s;
}
