#include "logs/enginelog.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/units.h"

enum {
	MOST_LINE = 1 << 16,	/* size: of a line, what is beyond is cut */
	DAY = 10		/* size: YYYY-MM-DD */
};

/* A log while it is read. */
struct reading {
	struct engine_log *log;
	const char *name;
	bool any;		/* a line was kept: its engine is known */
	double pool_tok;	/* vLLM: tokens of the KV cache; NaN: unsaid */
	struct fault *why;
};

/* ---- words of a line ---- */

/*
 * The number behind a word, thousands parted by commas or not; NaN where the
 * word is not there, or no number behind it.
 */
static double number_after(const char *line, const char *word)
{
	const char *p = strstr(line, word);
	char digits[32];	/* size: of a number */
	size_t nr = 0;
	double x;

	if (!p)
		return (double)NAN;
	p += strlen(word);
	for (; nr + 1 < sizeof(digits) &&
	       (isdigit((unsigned char)*p) || *p == '.' || *p == '-' ||
		(*p == ',' && isdigit((unsigned char)p[1]))); p++)
		if (*p != ',')
			digits[nr++] = *p;
	while (nr && digits[nr - 1] == '.')	/* the sentence's */
		nr--;
	digits[nr] = '\0';
	return units_number(digits, &x) ? (double)NAN : x;
}

/* The number behind the last of these that stands before `end`; else 0. */
static int rank_of(const char *line, const char *end)
{
	static const char *const word[] = { "DP", "Engine ", "ATTN TP RANK ",
					    "TP", "RANK " };
	double x = (double)NAN;

	for (unsigned i = 0; i < sizeof(word) / sizeof(*word) && isnan(x);
	     i++) {
		const char *p = strstr(line, word[i]);

		if (p && p < end)
			x = number_after(p, word[i]);
	}
	return x >= 0 && x < MOST_LINE ? (int)x : 0;
}

/* The first day of a line: of most logs the first word. */
static void take_date(struct engine_log *log, const char *line)
{
	char day[DAY + 1];

	for (const char *p = line; !*log->date && *p; p++) {
		if (!isdigit((unsigned char)*p) ||
		    (p > line && isdigit((unsigned char)p[-1])) ||
		    strlen(p) < DAY)
			continue;
		memcpy(day, p, DAY);
		day[DAY] = '\0';
		if (date_valid(day))
			memcpy(log->date, day, sizeof(day));
	}
}

/* ---- one engine each: does the line say something? ---- */

static bool sglang_line(struct reading *r, const char *line,
			struct engine_line *to)
{
	const char *decode = strstr(line, "Decode batch");
	const char *prefill = strstr(line, "Prefill batch");

	(void)r;
	if (!decode && !prefill)
		return false;
	to->prefill = prefill != NULL;
	to->rank = rank_of(line, decode ? decode : prefill);
	to->running = number_after(line, "#running-req: ");
	to->ctx_tok = number_after(line, "#token: ");
	if (isnan(to->ctx_tok))		/* with window layers beside */
		to->ctx_tok = number_after(line, "#full token: ");
	to->accept = number_after(line, "accept len: ");
	to->tok_s = number_after(line, "gen throughput (token/s): ");
	to->queue = number_after(line, "#queue-req: ");
	return prefill ? strstr(line, "#new-seq: ") != NULL :
	       !isnan(to->running) && !isnan(to->tok_s);
}

static bool vllm_line(struct reading *r, const char *line,
		      struct engine_line *to)
{
	const char *says = strstr(line, "Avg prompt throughput: ");
	double pool = number_after(line, "GPU KV cache size: ");
	double accept = number_after(line, "Mean acceptance length: ");

	if (!isnan(pool))
		r->pool_tok = pool;
	if (!isnan(accept)) {	/* it follows the line that it is about */
		struct engine_log *l = r->log;

		if (r->any && l->engine == ENGINE_VLLM && l->nr)
			l->at[l->nr - 1].accept = accept;
	}
	to->tok_s = number_after(line, "Avg generation throughput: ");
	to->running = number_after(line, "Running: ");
	if (!says || isnan(to->tok_s) || isnan(to->running))
		return false;
	to->rank = rank_of(line, says);
	to->prefill = number_after(line, "Avg prompt throughput: ") > 0;
	to->queue = number_after(line, "Waiting: ");
	to->ctx_tok = number_after(line, "GPU KV cache usage: ") /
		      units_percent(1) * r->pool_tok;
	return true;
}

static bool trtllm_line(struct reading *r, const char *line,
			struct engine_line *to)
{
	const char *says = strstr(line, "iter = ");
	double ms = number_after(line, "host_step_time = ");
	double ctx = number_after(line, "'num_ctx_requests': ");

	(void)r;
	if (!says || isnan(ms))
		return false;
	to->rank = rank_of(says, says + strlen(says));
	if (!isnan(number_after(line, "global_rank = ")))
		to->rank = (int)fmax(number_after(line, "global_rank = "), 0);
	to->prefill = ctx > 0;
	to->step_s = ms / units_ms(1);
	to->running = number_after(line, "num_scheduled_requests = ");
	if (isnan(to->running))
		to->running = number_after(line, "num_scheduled_requests: ");
	return !isnan(to->running);
}

static const struct {
	const char *stack, *name;
	bool (*line)(struct reading *, const char *, struct engine_line *);
} engines[ENGINE_NR] = {
	[ENGINE_SGLANG] = { "sglang", "SGLang", sglang_line },
	[ENGINE_VLLM] = { "vllm", "vLLM", vllm_line },
	[ENGINE_TRTLLM] = { "trtllm", "TensorRT-LLM", trtllm_line },
};

const char *engine_stack(enum engine e)
{
	assert(e < ENGINE_NR);
	return engines[e].stack;
}

const char *engine_name(enum engine e)
{
	assert(e < ENGINE_NR);
	return engines[e].name;
}

/* ---- the whole ---- */

static int two_engines(struct reading *r, enum engine second, int line)
{
	fault_at(r->why, r->name, line, 0);
	fault_what(r->why, "a line of %s in a log of %s", engine_name(second),
		   engine_name(r->log->engine));
	return fault_remedy(r->why, "give one file an engine");
}

static int take_line(struct reading *r, const char *line, int nr)
{
	const double nan = (double)NAN;
	struct engine_log *log = r->log;

	for (int e = 0; e < ENGINE_NR; e++) {
		struct engine_line at = { nr, 0, false, nan, nan, nan, nan,
					  nan, nan };

		if (!engines[e].line(r, line, &at))
			continue;
		if (r->any && log->engine != (enum engine)e)
			return two_engines(r, (enum engine)e, nr);
		r->any = true;
		log->engine = (enum engine)e;
		take_date(log, line);
		log->at = mem_grow(log->at, log->nr, &log->cap,
				   sizeof(*log->at));
		log->at[log->nr++] = at;
		return 0;
	}
	return 0;
}

static int no_line(struct reading *r, const struct text *bytes, int lines)
{
	fault_at(r->why, r->name, 0, 0);
	if (!bytes->len) {
		fault_what(r->why, "the file is empty");
		return fault_remedy(r->why, "give the engine's log of a run "
				    "under load");
	}
	if (memchr(bytes->buf, '\0', bytes->len)) {	/* PowerShell's > */
		fault_what(r->why, "none of its lines is an engine's, and NUL "
			   "bytes stand between its letters");
		return fault_remedy(r->why, "save the file as UTF-8 text");
	}
	fault_what(r->why, "none of its %d lines is one that SGLang (Decode "
		   "batch), vLLM (Avg generation throughput) or TensorRT-LLM "
		   "(iter = , host_step_time = ) writes while it serves",
		   lines);
	return fault_remedy(r->why, "give the server's log, not the client's; "
			    "TensorRT-LLM writes them with print_iter_log");
}

int enginelog_parse(struct engine_log *log, const char *name,
		    const struct text *bytes, struct fault *why)
{
	struct reading r = { log, name, false, (double)NAN, why };
	struct text line = TEXT_INIT;
	size_t at = 0;
	int nr = 0, rc = 0;

	assert(log && name && bytes && why);
	*log = (struct engine_log){ .engine = ENGINE_NR };
	while (at < bytes->len && rc == 0) {
		const char *from = bytes->buf + at;
		const char *end = memchr(from, '\n', bytes->len - at);
		size_t len = end ? (size_t)(end - from) : bytes->len - at;

		line.len = 0;
		text_addn(&line, from, len < MOST_LINE ? len : MOST_LINE);
		rc = take_line(&r, line.buf, ++nr);
		at += len + 1;
	}
	text_release(&line);
	assert(log->nr <= nr && r.any == (log->nr > 0));
	return rc || log->nr ? rc : no_line(&r, bytes, nr);
}

void enginelog_release(struct engine_log *log)
{
	free(log->at);
	*log = (struct engine_log){ .engine = ENGINE_NR };
}
