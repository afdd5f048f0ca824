/*
 * tool: what kernel and network benchmarks print, as a table of trials
 * (fit/trial.h): kernel,hw,op,...,time,unit,source.
 *
 *	nccl-tests	-J FILE: all_reduce, all_gather, reduce_scatter
 *	nvbandwidth	-j: kernel pcie, op copy, in GB/s
 *	DeepEP		stdout of test_low_latency.py, a row a rank
 *	DeepGEMM	stdout: GEMMs in FP8 and BF16, and grouped ones where
 *			both of an expert's are there
 *	FlashMLA	stdout of the dense decoding test
 *	CUTLASS		the profiler's CSV: of each shape the quickest
 *
 * What such a file does not say is blank: hw of all, tokens hidden topk
 * experts of DeepEP.
 */
#ifndef LOGS_TOOL_H
#define LOGS_TOOL_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/table.h"

/*
 * The table, initialised here and released by the caller in any case. 0; 1
 * when it is no file of these tools, and what it is may be seen elsewhere; -1
 * and a fault.
 */
int tool_parse(struct table *out, const char *name, const struct text *bytes,
	       struct fault *);

/* One form each, for tool_parse: likewise, but out is there already. */
struct tool_file {
	struct table *out;
	const char *name;
	const struct text *bytes;
	struct fault *why;
};

int tool_json(struct tool_file *);
int tool_stdout(struct tool_file *);

/* A row of out: kernel, op, time in this unit; the rest is the caller's. */
struct tool_row {
	const char *kernel, *op, *unit;
	double time;
	int line;
};

int tool_add(struct tool_file *, const struct tool_row *);	/* its index */
void tool_put(struct tool_file *, int row, const char *column, double x);
void tool_word(struct tool_file *, int row, const char *column,
	       const char *word);

/* The number behind a word of a line; NaN: neither. */
double tool_number(const char *line, const char *word);

#endif
