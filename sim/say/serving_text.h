/*
 * serving_text: a serving run in words, as a row, and in the files of others.
 */
#ifndef SAY_SERVING_TEXT_H
#define SAY_SERVING_TEXT_H

#include "requests/serving.h"

/* A run that was answered. Nothing is owned. */
struct served {
	const struct question *q;
	const struct serving_run *run;
	const struct serving_answer *a;
	const struct serve_log *log;
	double rate;		/* asked for; NaN: as fast as it goes */
};

/* What a service is, in place of the question's words. */
void service_words(const struct served *, struct text *out);

void serving_words(const struct served *, struct text *out);

/* Scenario columns, then the answer's, appended to a table as one row. */
void serving_row(const struct served *, struct table *);

/* A row a request. */
void serving_requests(const struct served *, struct table *);

/* The state over time: at_s,running,waiting,kv_tokens; engines, if they come
   and go. */
void serving_occupancy(const struct served *, struct table *);

enum { SERVING_TRACE_SLOTS = 100000 /* size: lanes of a group */ };

/*
 * The JSON of the Trace Event Format that Perfetto opens: a process an engine,
 * a thread a slot of one of its groups, on it each request and within it its
 * wait, its prompt and its decode, at the client.
 */
void serving_trace(const struct served *, struct text *out);

/* What vllm bench serve writes with --save-result --save-detailed. */
void serving_vllm(const struct served *, struct text *out);

/* AIPerf's profile_export_aiperf.json. */
void serving_aiperf(const struct served *, struct text *out);

#endif
