/*
 * wide: a table whose columns are metrics, "TTFT (ms)", "tok/s/GPU", as people
 * keep them, made into a claim file: a row for each of its figures, with the
 * others of its line beside it.
 */
#ifndef CLAIMS_WIDE_H
#define CLAIMS_WIDE_H

#include <stdbool.h>

#include "base/table.h"

/*
 * In place; each column that nothing reads gets a line in notes. False, and
 * nothing is changed: it has claims already, or no column that is a metric.
 * Metrics may stand in lines as well, and their percentiles in columns.
 */
bool wide_rows(struct table *, struct text *notes);

#endif
