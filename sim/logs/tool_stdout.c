#include "logs/tool.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

enum { MOST_LINE = 4096 /* size: of a line, what is beyond is cut */ };

/* One GEMM of an expert, until its other half is found. */
struct half {
	double groups, m, n, k, us;
	int line;
	bool paired;
};

/* A log while it is read. */
struct reading {
	struct tool_file *file;
	int line;
	bool known;		/* a line of one of these tools was seen */
	bool sparse;		/* and one of FlashMLA's sparse test */
	int last_rank;		/* DeepEP */
	/* FlashMLA: of the last line with parameters; NaN: none yet */
	double batch, heads, kv_tok, queries;
	struct half *half;	/* owned */
	int halves, cap;
};

static void name_source(struct reading *r, int row, const char *tool)
{
	struct text source = TEXT_INIT;

	text_addf(&source, "%s: %s", tool, r->file->name);
	tool_word(r->file, row, "source", source.buf);
	text_release(&source);
}

/* ---- DeepEP ---- */

static void deepep_row(struct reading *r, const char *op, const char *line,
		       double us)
{
	struct tool_file *f = r->file;
	char kernel[64];	/* size: two words */
	int row;

	snprintf(kernel, sizeof(kernel), "%s %s_node", op, op);
	row = tool_add(f, &(struct tool_row){ kernel, op, "us", us, r->line });
	tool_put(f, row, "tokens", tool_number(line, "num_tokens="));
	tool_put(f, row, "hidden", tool_number(line, "hidden="));
	tool_put(f, row, "topk", tool_number(line, "num_topk="));
	tool_put(f, row, "experts", tool_number(line, "num_experts="));
	tool_word(f, row, "format", !strcmp(op, "dispatch") ? "fp8" : "bf16");
	tool_word(f, row, "exchange", "pair");
	name_source(r, row, "DeepEP");
}

static void deepep_line(struct reading *r, const char *line)
{
	const char *combine = strstr(line, "Combine bandwidth:");
	double rank = tool_number(line, "[rank ");
	double out = tool_number(line, "avg_t=");
	double back = combine ? tool_number(combine, "avg_t=") : (double)NAN;

	if (!strstr(line, "Dispatch bandwidth:") || !(out > 0) ||
	    !(back > 0) || !(rank >= 0 && rank < MOST_LINE))
		return;
	r->known = true;
	r->last_rank = rank > r->last_rank ? (int)rank : r->last_rank;
	deepep_row(r, "dispatch", line, out);
	deepep_row(r, "combine", line, back);
}

/* How many ranks there are is known at the end. */
static void deepep_ranks(struct reading *r)
{
	const struct table *t = r->file->out;

	for (int i = 0; i < t->rows; i++) {
		const char *op = table_cell(t, i, "op");

		if (!strcmp(op, "dispatch") || !strcmp(op, "combine"))
			tool_put(r->file, i, "ranks", r->last_rank + 1);
	}
}

/* ---- DeepGEMM ---- */

/* Behind "): ": "T us" or "T ms". */
static double time_us(const char *line)
{
	const char *p = strstr(line, "): ");
	double x = p ? tool_number(p, "): ") : (double)NAN;
	const char *us = p ? strstr(p, " us") : NULL;
	const char *ms = p ? strstr(p, " ms") : NULL;

	if (us && (!ms || us < ms))
		return x;
	return ms ? units_us(x / units_ms(1)) : (double)NAN;
}

static void gemm_row(struct reading *r, const char *line, double us)
{
	struct tool_file *f = r->file;
	bool scaled = strstr(line, "1D1D") || strstr(line, "1D2D") ||
		      !strstr(line, "layout=");
	int row;

	if (strstr(line, "acc=1") || strstr(line, "num_splits="))
		return;		/* adds to what is there; no GEMM of ours */
	row = tool_add(f, &(struct tool_row){ scaled ? "deepgemm_fp8_kernel" :
		"deepgemm_bf16_kernel", "gemm", "us", us, r->line });
	tool_word(f, row, "format", scaled ? "fp8" : "bf16");
	tool_put(f, row, "m", tool_number(line, "(m="));
	tool_put(f, row, "n", tool_number(line, " n="));
	tool_put(f, row, "k", tool_number(line, " k="));
	name_source(r, row, "DeepGEMM");
}

static void grouped(struct reading *r, const char *line, double us)
{
	r->half = mem_grow(r->half, r->halves, &r->cap, sizeof(*r->half));
	r->half[r->halves++] = (struct half){
		tool_number(line, "num_groups="),
		tool_number(line, "expected_m_per_group="),
		tool_number(line, " n="), tool_number(line, " k="), us,
		r->line, false };
}

static void deepgemm_line(struct reading *r, const char *line)
{
	double us = time_us(line);

	if (!strstr(line, " > Perf (") || !(us > 0))
		return;
	r->known = true;
	if (strstr(line, "expected_m_per_group="))
		grouped(r, line, us);
	else if (strstr(line, "(m="))
		gemm_row(r, line, us);
}

/* Up is hidden to twice inter, down is inter to hidden. */
static bool halves_match(const struct half *up, const struct half *down)
{
	return up->groups == down->groups && up->m == down->m &&
	       up->n == 2 * down->k && up->k == down->n;
}

static void moe_row(struct reading *r, struct half *up, struct half *down)
{
	struct tool_file *f = r->file;
	int row = tool_add(f, &(struct tool_row){ "masked_deepgemm_kernel",
		"moe", "us", up->us + down->us, up->line });

	assert(up != down && !up->paired && !down->paired);
	up->paired = down->paired = true;
	tool_word(f, row, "format", "fp8");
	tool_put(f, row, "hidden", up->k);
	tool_put(f, row, "inter", down->k);
	tool_put(f, row, "slots", up->groups);
	tool_put(f, row, "rows", up->m);
	name_source(r, row, "DeepGEMM");
}

static void pair_halves(struct reading *r)
{
	for (int i = 0; i < r->halves; i++)
		for (int j = 0; j < r->halves; j++)
			if (!r->half[i].paired && !r->half[j].paired &&
			    i != j && halves_match(&r->half[i], &r->half[j]))
				moe_row(r, &r->half[i], &r->half[j]);
}

/* ---- FlashMLA ---- */

static void mla_row(struct reading *r, double ms)
{
	int row = tool_add(r->file, &(struct tool_row){ "flashmla", "mla",
		"ms", ms, r->line });

	tool_word(r->file, row, "format", "bf16");
	tool_put(r->file, row, "heads", r->heads);
	tool_put(r->file, row, "batch", r->batch);
	tool_put(r->file, row, "kv_tok", r->kv_tok);
	name_source(r, row, "FlashMLA");
}

/* One query token a sequence and one shared latent: decoding as we have it. */
static void flashmla_line(struct reading *r, const char *line)
{
	double ms;
	char *end;

	if (strstr(line, "Splitkv time:") ||
	    (strstr(line, "Running on ") && strstr(line, "topk=")))
		r->sparse = true;
	if (!isnan(tool_number(line, "mean_sk="))) {
		r->known = true;
		r->batch = tool_number(line, "b=");
		r->queries = tool_number(line, "s_q=");
		r->kv_tok = tool_number(line, "mean_sk=");
		r->heads = tool_number(line, "h_q=");
		return;
	}
	if (!strstr(line, " ms, ") || !strstr(line, "TFLOPS") ||
	    !(r->batch > 0) || !(r->heads > 0 && r->heads < MOST_LINE))
		return;
	ms = strtod(line, &end);
	if (end != line && ms > 0 && isfinite(ms) && r->queries <= 1)
		mla_row(r, ms);
}

/* Its kernels gather rows that an indexer chose, which no trial counts. */
static int sparse_alone(const struct tool_file *f)
{
	fault_at(f->why, f->name, 0, 0);
	fault_what(f->why, "these are times of FlashMLA's sparse decoding, to "
		   "which no law is fitted");
	return fault_remedy(f->why, "give what its dense test printed; what "
			    "the sparse kernels reach is rows law.flashmla_"
			    "sparse.ARCH of a stack's sheet, to be written by "
			    "hand");
}

/* ---- any ---- */

int tool_stdout(struct tool_file *f)
{
	const double nan = (double)NAN;
	struct reading r = { .file = f, .batch = nan, .heads = nan };
	struct text line = TEXT_INIT;
	size_t at = 0;

	assert(f && f->bytes);
	while (at < f->bytes->len) {
		const char *from = f->bytes->buf + at;
		const char *end = memchr(from, '\n', f->bytes->len - at);
		size_t len = end ? (size_t)(end - from) : f->bytes->len - at;

		line.len = 0;
		text_addn(&line, from, len < MOST_LINE ? len : MOST_LINE);
		r.line++;
		deepep_line(&r, line.buf);
		deepgemm_line(&r, line.buf);
		flashmla_line(&r, line.buf);
		at += len + 1;
	}
	deepep_ranks(&r);
	pair_halves(&r);
	free(r.half);
	text_release(&line);
	if (!r.known && r.sparse)
		return sparse_alone(f);
	return r.known ? 0 : 1;
}
