/*
 * trace: slices of a played step for others to draw.
 */
#ifndef INSIDE_TRACE_H
#define INSIDE_TRACE_H

#include "ask/question.h"
#include "inside/slices.h"

/*
 * The JSON of the Trace Event Format that Perfetto and chrome://tracing open:
 * a process a rank, a thread a lane, times in microseconds to the picosecond.
 */
void trace_json(const struct slices *, const struct question *,
		struct text *);

/* In that JSON: a further member, ticks as microseconds. */
void trace_us(struct text *, const char *key, ticks);

/*
 * One MoE layer of rank 0, the middle one, as a table: lane,micro,layer,stage,
 * kind,from_us,to_us. kind is busy, copies, wait or start-up; consecutive ops
 * of a stage are one row. From where the layer begins to where the next one
 * does, as the lanes stand. Without rows when there is no MoE layer.
 */
void trace_timeline(const struct slices *, struct table *);

#endif
