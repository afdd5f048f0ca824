/*
 * apart: what stands between the cells of a table: commas, as CSV has them;
 * semicolons or tabs, as spreadsheets of many countries write; bars, as in
 * markdown.
 */
#ifndef READ_APART_H
#define READ_APART_H

#include <stdbool.h>
#include <stddef.h>

/*
 * By the line of column names: bars where it begins with one, else commas where
 * there is any outside quotes. other: another sign that might be meant; or 0.
 */
char apart_by(const char *line, size_t len, char *other);

/* "sep=;", which spreadsheets read and write above the header: what stands
   behind; 0: it says none of ours. */
char apart_said(const char *line, size_t len);

/* "comma". */
const char *apart_name(char sign);

/* The sign that a row of one cell has instead of its header's; or 0. */
char apart_instead(const char *cell, char sign);

/* "2,49": a comma that is a point, and no sign between thousands. */
bool apart_has_decimal(const char *cell);

/* A line between bars, cell by cell: blanks and stars about them go. */
void bars_cells(const char *line, size_t len,
		void (*cell)(const char *, size_t len, void *of), void *of);

/* "|---|:-:|", which says how cells are set. */
bool bars_is_rule(const char *line, size_t len);

#endif
