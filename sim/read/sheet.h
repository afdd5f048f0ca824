/*
 * sheet: CSV files through libcsv: to a table of cells (cells.c), and to facts.
 *
 * Strict RFC 4180, or what read/apart.h names in place of commas. A byte-order
 * mark, CRLF and blank lines are accepted; a line that starts with # is a
 * comment. A stray or missing quote, a row with
 * the wrong number of cells, a doubled column, a NUL byte, and a line over
 * 1 MiB are faults with the line, and the column where one byte is to blame.
 */
#ifndef READ_SHEET_H
#define READ_SHEET_H

#include "base/fault.h"
#include "base/table.h"
#include "sheet/sheet.h"

/* out is initialised here and must be released, also after a fault. */
int table_load(struct table *out, const char *path, struct fault *);

/* The same from memory; name is for messages. */
int table_parse(struct table *out, const char *name, const char *bytes,
		size_t len, struct fault *);

/* facts_from_table of a file. */
int facts_load(struct facts *out, const char *path, struct fault *);

#endif
