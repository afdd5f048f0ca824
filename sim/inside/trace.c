#include "inside/trace.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/units.h"

static const char *const lane_name[] = { "compute", "NVLink", "NIC", "host" };

enum { LANES = sizeof(lane_name) / sizeof(*lane_name) };

/* ---- JSON ---- */

/* Names of models may be paths: quotes and control characters escaped. */
static void quoted(struct text *out, const char *s)
{
	text_add(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_addf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			text_addf(out, "\\u%04x", (unsigned)*s);
		else
			text_addn(out, s, 1);
	}
	text_add(out, "\"");
}

void trace_us(struct text *out, const char *key, ticks t)
{
	const ticks us = 1000000;	/* units: ticks of a microsecond */

	text_addf(out, ",\"%s\":%" PRId64 ".%06" PRId64, key, t / us, t % us);
}

static const char *name_of(const struct slice *s, const char **more)
{
	*more = s->kind == SLICE_WAIT ? " wait" :
		s->kind == SLICE_STARTUP ? " start-up" : "";
	if (s->kind == SLICE_COPIES)
		return "exchange copies";
	return s->kind == SLICE_HOST ? "host" : s->op;
}

static void event(struct text *out, const struct slice *s)
{
	const char *more, *name = name_of(s, &more);

	text_addf(out, ",\n{\"ph\":\"X\",\"name\":\"%s%s\",\"cat\":\"%s\","
		  "\"pid\":%d,\"tid\":%d", name, more, stage_name(s->stage),
		  s->rank, s->lane);
	trace_us(out, "ts", s->from);
	trace_us(out, "dur", s->to - s->from);
	text_addf(out, ",\"args\":{\"micro-batch\":%d", s->micro);
	if (s->layer >= 0)
		text_addf(out, ",\"MoE layer\":%d", s->layer);
	text_add(out, "}}");
}

/* A name and a place for a process (tid -1) or one of its threads. */
static void metadata(struct text *out, int pid, int tid, const char *name)
{
	const char *kind = tid < 0 ? "process" : "thread";
	int place = tid < 0 ? pid : tid;

	for (int sort = 0; sort < 2; sort++) {
		text_addf(out, ",\n{\"ph\":\"M\",\"name\":\"%s_%s\","
			  "\"pid\":%d", kind, sort ? "sort_index" : "name",
			  pid);
		if (tid >= 0)
			text_addf(out, ",\"tid\":%d", tid);
		if (sort)
			text_addf(out, ",\"args\":{\"sort_index\":%d}}",
				  place);
		else
			text_addf(out, ",\"args\":{\"name\":\"%s\"}}", name);
	}
}

static void ranks(const struct slices *s, struct text *out)
{
	for (int r = 0; r < s->ranks; r++) {
		struct text rank = TEXT_INIT;

		text_addf(&rank, "rank %d", r);
		metadata(out, r, -1, rank.buf);
		for (int lane = 0; lane < LANES; lane++)
			metadata(out, r, lane, lane_name[lane]);
		text_release(&rank);
	}
}

void trace_json(const struct slices *s, const struct question *q,
		struct text *out)
{
	struct text all = TEXT_INIT;

	assert(s->ranks > 0);
	ranks(s, &all);
	for (int i = 0; i < s->nr; i++)
		event(&all, &s->slice[i]);
	text_add(out, "{\"displayTimeUnit\":\"ns\",\n\"otherData\":{"
		 "\"model\":");
	quoted(out, q->on.model->name);
	text_add(out, ",\"hw\":");
	quoted(out, q->on.machine.gpu->name);
	text_add(out, ",\"stack\":");
	quoted(out, q->on.machine.stack->name);
	text_addf(out, ",\"gpus\":\"%d\"},\n\"traceEvents\":[",
		  q->on.layout.gpus);
	if (all.len)
		text_add(out, all.buf + 1);	/* without the first comma */
	text_add(out, "\n]}\n");
	text_release(&all);
}

/* ---- one layer ---- */

/* Where a layer begins: its first dispatch, or its first projection. */
static ticks layer_begins(const struct slices *s, int layer)
{
	enum stage first = s->paired ? STAGE_DISPATCH : STAGE_ATTN0;

	for (int i = 0; i < s->nr; i++) {
		const struct slice *x = &s->slice[i];

		if (x->rank == 0 && x->layer == layer && x->micro == 0 &&
		    x->stage == first)
			return x->from;
	}
	return s->end;
}

static const char *kind_name(const struct slice *s)
{
	static const char *const name[] = { "busy", "copies", "wait",
					    "start-up", "busy" };

	return name[s->kind];
}

/* The row that this slice continues, or -1. */
static int row_of(const struct table *t, const struct slice *s,
		  const char *from)
{
	for (int row = t->rows - 1; row >= 0; row--)
		if (!strcmp(table_cell(t, row, "lane"),
			    lane_name[s->lane]))
			return !strcmp(table_get(t, row,
				       table_column(t, "stage")),
				       stage_name(s->stage)) &&
			       !strcmp(table_get(t, row,
				       table_column(t, "kind")),
				       kind_name(s)) &&
			       !strcmp(table_get(t, row,
				       table_column(t, "to_us")), from) ?
			       row : -1;
	return -1;
}

static void put(struct table *t, const struct slice *s, ticks zero)
{
	struct text from = TEXT_INIT;
	int row;

	text_addf(&from, "%.6f", units_us(ticks_to_s(s->from - zero)));
	row = row_of(t, s, from.buf);
	if (row < 0) {
		row = table_add_row(t, 0);
		table_set(t, row, table_need(t, "lane"), lane_name[s->lane]);
		table_setf(t, row, table_need(t, "micro"), "%d", s->micro);
		table_setf(t, row, table_need(t, "layer"), "%d", s->layer);
		table_set(t, row, table_need(t, "stage"),
			  stage_name(s->stage));
		table_set(t, row, table_need(t, "kind"), kind_name(s));
		table_set(t, row, table_need(t, "from_us"), from.buf);
	}
	table_setf(t, row, table_need(t, "to_us"), "%.6f",
		   units_us(ticks_to_s(s->to - zero)));
	text_release(&from);
}

void trace_timeline(const struct slices *s, struct table *t)
{
	int middle = s->moe_layers / 2;
	ticks zero = layer_begins(s, middle);
	ticks end = layer_begins(s, middle + 1);

	assert(s->ranks > 0);
	for (int i = 0; i < s->nr; i++) {
		const struct slice *x = &s->slice[i];

		if (x->rank == 0 && x->from >= zero && x->from < end)
			put(t, x, zero);
	}
}
