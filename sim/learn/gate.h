/*
 * gate: a summary of errors (validate_summary) beside a committed one.
 */
#ifndef LEARN_GATE_H
#define LEARN_GATE_H

#include "base/fault.h"
#include "base/table.h"
#include "base/text.h"

/*
 * How many classes are worse now than committed: one that has lost a row, or
 * whose mean error has grown by more than 2 points and by more than a tenth
 * of itself. A sentence each is appended to out. -1 and a fault at the
 * committed table: it lacks a column (by, group, rows, mape_pct) or a cell of
 * one is no number.
 */
int gate_compare(const struct table *committed, const struct table *now,
		 struct text *out, struct fault *);

#endif
