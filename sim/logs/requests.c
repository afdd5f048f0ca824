#include "logs/requests.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/units.h"
#include "logs/sessions.h"
#include "read/file.h"
#include "read/json.h"
#include "read/sheet.h"

#define MOST_TOK 1e8		/* size: tokens of a request */
#define MOST_S (80 * DAY_S)	/* units: 80 days, which a run can last */
#define MS 1e-3			/* units: of a trace */

enum { MOONCAKE_TOK = 512 /* size: tokens of a block, FAST'25 */ };

/* A trace while it is read. */
struct reading {
	struct serve_load *load;
	const char *path;
	double speedup;
	double begin_s, last_s;	/* NaN: no time was read */
	int cap;
	size_t hash_cap;
	struct sessions sessions;
	struct fault *why;
};

static int wrong(struct reading *r, int line, const char *what,
		 const char *remedy)
{
	fault_at(r->why, r->path, line, 0);
	fault_what(r->why, "%s", what);
	return fault_remedy(r->why, "%s", remedy);
}

static int tokens(struct reading *r, int line, double x, int32_t *out)
{
	if (!(x >= 1 && x <= MOST_TOK) || x != floor(x))
		return wrong(r, line, "a request's tokens are no whole number "
			     "from 1 to 100000000",
			     "write how many tokens its prompt and its answer "
			     "have");
	*out = (int32_t)x;
	return 0;
}

/* Seconds from the first; they do not go back. */
static int clock_s(struct reading *r, int line, double s, double *out)
{
	if (!isfinite(s) || s < 0)
		return wrong(r, line, "a time is negative or none",
			     "write times from 0 on");
	if (isnan(r->begin_s))
		r->begin_s = r->last_s = s;
	if (s < r->last_s)
		return wrong(r, line, "a time is before the one above it",
			     "sort the trace by time");
	r->last_s = s;
	*out = (s - r->begin_s) / r->speedup;
	assert(*out >= 0);
	if (*out > MOST_S)
		return wrong(r, line, "the trace spans over 80 days",
			     "speed it up, or cut it");
	return 0;
}

static struct serve_request *add(struct reading *r)
{
	struct serve_load *l = r->load;

	l->request = mem_grow(l->request, l->nr, &r->cap,
			      sizeof(*l->request));
	l->request[l->nr] = (struct serve_request){ .after = -1,
						    .first = l->hashes };
	return &l->request[l->nr++];
}

/* ---- Mooncake ---- */

static int add_hashes(struct reading *r, int line, const json_t *ids,
		      struct serve_request *q)
{
	struct serve_load *l = r->load;
	size_t nr = json_array_size(ids);
	double blocks = ceil(q->prompt_tok / l->hash_tok);

	if (ids && !json_is_array(ids))
		return wrong(r, line, "hash_ids is no list",
			     "write the blocks' numbers, as [0, 1, 2]");
	if ((double)nr > blocks)
		nr = (size_t)blocks;
	while (l->hashes + nr > r->hash_cap) {
		r->hash_cap = r->hash_cap ? 2 * r->hash_cap : nr;
		l->hash = mem_resize(l->hash, r->hash_cap, sizeof(*l->hash));
	}
	for (size_t i = 0; i < nr; i++) {
		const json_t *id = json_array_get(ids, i);

		if (!json_is_integer(id))
			return wrong(r, line, "a hash id is no whole number",
				     "write the blocks' numbers");
		l->hash[l->hashes++] = (uint64_t)json_integer_value(id);
	}
	assert(l->hashes <= r->hash_cap && q->first + nr == l->hashes);
	q->blocks = (int32_t)nr;
	return 0;
}

static double number_of(const json_t *line, const char *a, const char *b)
{
	const json_t *x = json_object_get(line, a);

	if (!x && b)
		x = json_object_get(line, b);
	return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

/* The same, or 0 where the line has neither; NaN: what it has is no number. */
static double number_or_0(const json_t *line, const char *a, const char *b)
{
	const json_t *x = json_object_get(line, a);

	if (!x)
		x = json_object_get(line, b);
	return !x || json_is_null(x) ? 0 : number_of(line, a, b);
}

static int time_of(struct reading *r, int line, const json_t *j,
		   struct serve_request *q)
{
	double at = number_or_0(j, "timestamp", "created_time");
	double delay = number_or_0(j, "delay", "delay_ms");
	const json_t *name = json_object_get(j, "session_id");

	if (json_is_string(name))
		q->after = sessions_next(&r->sessions,
					 json_string_value(name),
					 r->load->nr - 1);
	if (q->after < 0)
		return clock_s(r, line, at * MS, &q->at_s);
	if (!(delay >= 0) || delay * MS > MOST_S)
		return wrong(r, line, "a delay is negative, or over 80 days",
			     "write milliseconds after the turn before");
	q->at_s = delay * MS / r->speedup;
	return 0;
}

static int json_line(struct reading *r, int line, const char *text, size_t len)
{
	json_error_t err;
	json_t *j = json_parse(text, len, JSON_REJECT_DUPLICATES, &err);
	struct serve_request *q;
	int rc;

	if (!json_is_object(j)) {
		json_decref(j);
		return wrong(r, line, "the line is no JSON object",
			     "write one request a line, as {\"timestamp\": 0, "
			     "\"input_length\": 100, \"output_length\": 10}");
	}
	q = add(r);
	rc = tokens(r, line, number_of(j, "input_length", "input_tokens"),
		    &q->prompt_tok) ||
	     tokens(r, line, number_of(j, "output_length", "output_tokens"),
		    &q->output_tok) ||
	     time_of(r, line, j, q) ||
	     add_hashes(r, line, json_object_get(j, "hash_ids"), q);
	json_decref(j);
	return rc ? -1 : 0;
}

static int read_lines(struct reading *r, const struct text *file)
{
	const char *at = file->buf;
	int line = 1;

	r->load->hash_tok = MOONCAKE_TOK;
	for (; at && *at; line++) {
		size_t len = strcspn(at, "\n");

		if (len > strspn(at, " \t\r") && json_line(r, line, at, len))
			return -1;
		at += len + (at[len] == '\n');
	}
	return 0;
}

/* ---- CSV ---- */

/* Days from 1970-01-01 (H. Hinnant, chrono-compatible date algorithms). */
static double days(int y, int m, int d)
{
	int era, of_era, of_year;

	y -= m <= 2;
	era = y / 400;			/* math: Gregorian years */
	of_era = y - era * 400;		/* math: likewise */
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1; /* math: */
	return era * 146097.0 + of_era * 365 + of_era / 4 -	/* math: */
	       of_era / 100 + of_year - 719468;			/* math: */
}

static bool is_day(int y, int mo, int d)
{
	char text[16];	/* size: of a day */

	snprintf(text, sizeof(text), "%04d-%02d-%02d", y, mo, d);
	return y >= 1970 && date_valid(text);	/* math: where days begin */
}

/* Seconds: a number, or "2023-11-16 18:15:46.6805900". NaN: neither. */
static double seconds(const char *text)
{
	int y, mo, d, h, mi, end = 0;
	double s, x;
	char rest[32];	/* size: seconds with a fraction */

	if (units_number(text, &x) == 0)
		return x;
	if (sscanf(text, "%4d-%2d-%2d%*1[ T]%2d:%2d:%n", &y, &mo, &d, &h, &mi,
		   &end) != 5 || !end)	/* size: parts */
		return (double)NAN;
	snprintf(rest, sizeof(rest), "%.*s", (int)strcspn(text + end, "+Z"),
		 text + end);
	if (units_number(rest, &s) || !is_day(y, mo, d) ||
	    h < 0 || h > 23 ||				/* units: hours */
	    mi < 0 || mi > 59 || s < 0 || s >= 61)	/* units: a leap one */
		return (double)NAN;
	return days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s;	/* units: */
}

/* Column names of what is known, in the order at, prompt, output. */
static const char *const csv_names[][3] = {	/* size: columns */
	{ "TIMESTAMP", "ContextTokens", "GeneratedTokens" },
	{ "Timestamp", "Request tokens", "Response tokens" },
	{ "at_s", "prompt_tokens", "output_tokens" },
};

enum { CSV_AZURE, CSV_BURST, CSV_OURS, CSV_NR };

static int csv_row(struct reading *r, const struct table *t, int row,
		   int kind)
{
	int line = t->line[row];
	double x[3];	/* size: columns */
	struct serve_request *q;

	for (int i = 0; i < 3; i++)	/* size: columns */
		x[i] = i ? table_number(t, row,
					table_column(t, csv_names[kind][i])) :
		       seconds(table_get(t, row,
					 table_column(t, csv_names[kind][i])));
	if (kind == CSV_BURST && x[2] <= 0 && x[2] >= 0)
		return 0;
	q = add(r);
	return clock_s(r, line, x[0], &q->at_s) ||
	       tokens(r, line, x[1], &q->prompt_tok) ||
	       tokens(r, line, x[2], &q->output_tok) ? -1 : 0;
}

static int read_csv(struct reading *r, const struct text *file)
{
	struct table t;
	int kind = 0, rc = table_parse(&t, r->path, file->buf, file->len,
				       r->why);

	while (!rc && kind < CSV_NR &&
	       (table_column(&t, csv_names[kind][0]) < 0 ||
		table_column(&t, csv_names[kind][1]) < 0 ||
		table_column(&t, csv_names[kind][2]) < 0))
		kind++;
	if (!rc && kind == CSV_NR)
		rc = wrong(r, 1, "this is no trace that is known",
			   "write columns at_s,prompt_tokens,output_tokens, or "
			   "Mooncake's JSON a line");
	for (int i = 0; !rc && i < t.rows; i++)
		rc = csv_row(r, &t, i, kind);
	table_release(&t);
	r->load->hash_tok = 1;
	return rc;
}

/* ---- both ---- */

int requests_load(struct serve_load *out, const struct requests_spec *s,
		  struct fault *why)
{
	struct reading r = { .load = out, .path = s->path,
		.speedup = s->speedup, .begin_s = (double)NAN, .why = why };
	struct text file = TEXT_INIT;
	int rc;

	assert(s->speedup > 0);
	*out = (struct serve_load){ .client = SERVE_OPEN };
	if (file_read(s->path, &file, why)) {
		text_release(&file);
		return -1;
	}
	rc = file.buf && file.buf[strspn(file.buf, " \t\r\n")] == '{' ?
		read_lines(&r, &file) : read_csv(&r, &file);
	if (!rc && out->nr == 0)
		rc = wrong(&r, 0, "the trace has no request",
			   "write one a line");
	for (int i = 0; i < out->nr; i++)
		out->request[i].steps = out->request[i].output_tok - 1;
	sessions_release(&r.sessions);
	text_release(&file);
	return rc;
}
