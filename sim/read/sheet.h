/*
 * sheet: CSV files through libcsv: to a table of cells (cells.c), and to facts.
 *
 * Strict RFC 4180. A byte-order mark, CRLF and blank lines are accepted; a
 * line that starts with # is a comment. A stray or missing quote, a row with
 * the wrong number of cells, a doubled column, a NUL byte, and a line over
 * 1 MiB are faults with the line, and the column where one byte is to blame.
 */
#ifndef READ_SHEET_H
#define READ_SHEET_H

#include "base/fault.h"
#include "base/table.h"
#include "facts/fact.h"

/* out is initialised here and must be released, also after a fault. */
int table_load(struct table *out, const char *path, struct fault *);

/* The same from memory; name is for messages. */
int table_parse(struct table *out, const char *name, const char *bytes,
		size_t len, struct fault *);

/*
 * A sheet of facts: columns key,value,err,unit,origin,source,note in any
 * order and no others. Numbers are converted to base units, err too ("3%" in
 * err is a share of the value). Refused: a blank key, value, unit, origin or
 * source, a doubled key, a unit or origin that is none, a number that is none,
 * a negative err. facts' name is the file's, without folder and ".csv". out is
 * initialised here and must be released, also after a fault.
 */
int facts_load(struct facts *out, const char *path, struct fault *);
int facts_from_table(struct facts *out, const struct table *, struct fault *);

#endif
