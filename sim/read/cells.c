#include "read/sheet.h"

#include <assert.h>
#include <csv.h>
#include <string.h>

#include "base/mem.h"
#include "read/apart.h"
#include "read/file.h"

enum { LONGEST_LINE = 1048576 /* size: bytes of a line, 1 MiB */ };

/* libcsv counts no lines, so it is fed one at a time and we count. */
struct reader {
	struct csv_parser csv;
	struct table *table;
	struct fault *why;
	struct text cells;	/* of the row so far, a NUL after each */
	int nr;			/* how many they are */
	int line;		/* being fed */
	int row_line;		/* on which the row began */
	char sign;		/* between cells; 0: no line was read */
	bool barred;		/* the header's line begins with a bar */
	bool in_quotes;		/* at the end of what was fed */
	int quote_line;		/* where that quote was opened */
	int quote_column;
	bool failed;
};

static void *resize(void *old, size_t size)
{
	return mem_resize(old, size, 1);
}

static int fail_at(struct reader *r, int line, size_t column)
{
	r->failed = true;
	return fault_at(r->why, r->table->name, line, (int)column);
}

static void add_cell(const char *bytes, size_t len, void *data)
{
	struct reader *r = data;

	text_addn(&r->cells, bytes, len);
	text_addn(&r->cells, "", 1);
	r->nr++;
}

static void on_cell(void *bytes, size_t len, void *data)
{
	add_cell(bytes, len, data);
}

#define ABOVE "; if this line is no header, write one above it"

static int take_head(struct reader *r)
{
	const char *name = r->cells.buf;

	for (int i = 0; i < r->nr; i++, name += strlen(name) + 1) {
		if (!name[0]) {
			fail_at(r, r->row_line, 0);
			fault_what(r->why, "column %d has no name", i + 1);
			return fault_remedy(r->why, "name it, or remove the "
					    "%s and what is below it" ABOVE,
					    apart_name(r->sign));
		}
		if (table_column(r->table, name) >= 0) {
			fail_at(r, r->row_line, 0);
			fault_what(r->why, "column \"%s\" stands twice, in "
				   "cells %d and %d", name,
				   table_column(r->table, name) + 1, i + 1);
			return fault_remedy(r->why, "keep one of them" ABOVE);
		}
		table_need(r->table, name);
	}
	return 0;
}

static int ragged(struct reader *r)
{
	int wanted = r->table->columns;
	const char *sign = apart_name(r->sign);
	char instead = r->nr == 1 ? apart_instead(r->cells.buf, r->sign) : 0;

	fail_at(r, r->row_line, 0);
	if (instead && wanted > 1) {
		fault_what(r->why, "the header's cells are apart by %ss, these "
			   "by %ss", sign, apart_name(instead));
		return fault_remedy(r->why, "write %ss in every line", sign);
	}
	fault_what(r->why, "%d cell%s where the header has %d", r->nr,
		   r->nr == 1 ? "" : "s", wanted);
	if (r->nr < wanted)
		return fault_remedy(r->why, "write a %s for each blank cell",
				    sign);
	if (wanted == 1)
		return fault_remedy(r->why, "begin with a line of column "
				    "names, apart by commas");
	return fault_remedy(r->why, r->sign == '|' ? "write no bar inside a "
			    "cell" : "put a cell that holds a %s in quotes",
			    sign);
}

static int decimal_comma(struct reader *r, const char *cell, int column)
{
	fail_at(r, r->row_line, (size_t)column);
	fault_what(r->why, "\"%.40s\" has a decimal comma", cell);
	return fault_remedy(r->why, "write points in decimals, as 2.49, and "
			    "nothing between thousands");
}

static int take_row(struct reader *r)
{
	const char *cell = r->cells.buf;
	bool commas = r->sign == ';' || r->sign == '\t';
	int wanted = r->table->columns, row;

	if (r->nr != wanted)
		return ragged(r);
	row = table_add_row(r->table, r->row_line);
	for (int i = 0; i < wanted; i++, cell += strlen(cell) + 1) {
		if (commas && apart_has_decimal(cell))
			return decimal_comma(r, cell, i + 1);
		table_set(r->table, row, i, cell);
	}
	return 0;
}

static void on_row(int end, void *data)
{
	struct reader *r = data;

	(void)end;
	if (!r->failed && r->table->columns)
		take_row(r);
	else if (!r->failed)
		take_head(r);
	r->cells.len = 0;
	r->nr = 0;
}

static int refuse_line(struct reader *r, const char *s, size_t len)
{
	const char *nul = memchr(s, '\0', len);

	if (nul) {
		fail_at(r, r->line, (size_t)(nul - s) + 1);
		fault_what(r->why, "a NUL byte");
		return fault_remedy(r->why, "save the file as UTF-8 text");
	}
	if (len <= LONGEST_LINE)
		return 0;
	fail_at(r, r->line, LONGEST_LINE + 1);
	fault_what(r->why, "the line is over 1 MiB");
	return fault_remedy(r->why, "check that this is a CSV file");
}

/* A cell is open at the end of a line when its quotes so far are odd. */
static void watch_quotes(struct reader *r, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] != '"')
			continue;
		r->in_quotes = !r->in_quotes;
		if (!r->in_quotes)
			continue;
		r->quote_line = r->line;
		r->quote_column = (int)i + 1;
	}
}

static bool begins_with_bar(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] == ' ')
		i++;
	return i < len && s[i] == '|';
}

/* Text around a table of markdown; it might be a header, or a row of one. */
static int refuse_text(struct reader *r, const char *s, size_t len)
{
	bool table = begins_with_bar(s, len);

	if (table == r->barred || (!table && memchr(s, '|', len)))
		return 0;
	fail_at(r, r->line, 0);
	fault_what(r->why, table ? "a table begins here, below a line that is "
		   "no row of it" : "no bar, where the header begins with one");
	return fault_remedy(r->why, "remove what is no row of the table, or "
			    "write # before it");
}

/* What stands between cells, by the first line that is no comment. */
static int choose_sign(struct reader *r, const char *s, size_t len)
{
	char other;

	r->sign = apart_by(s, len, &other);
	r->barred = begins_with_bar(s, len);
	csv_set_delim(&r->csv, (unsigned char)r->sign);
	if (!other)
		return 0;
	fail_at(r, r->line, 0);
	fault_what(r->why, "the cells are apart by %ss and by %ss",
		   apart_name(r->sign), apart_name(other));
	return fault_remedy(r->why, "write one of them, or commas, between "
			    "all cells");
}

/* The line above the header that says what stands between its cells. */
static bool take_sign(struct reader *r, const char *s, size_t len)
{
	if (r->sign)
		return false;
	r->sign = apart_said(s, len);
	if (r->sign)
		csv_set_delim(&r->csv, (unsigned char)r->sign);
	return r->sign != 0;
}

static int feed_bars(struct reader *r, const char *s, size_t len)
{
	if (r->table->columns && !r->table->rows && bars_is_rule(s, len))
		return 0;
	bars_cells(s, len, add_cell, r);
	on_row(0, r);
	return r->failed ? -1 : 0;
}

static bool is_blank(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", s[i]))
		i++;
	return i == len;
}

static int feed_line(struct reader *r, const char *s, size_t len)
{
	size_t used;

	r->line++;
	if (refuse_line(r, s, len))
		return -1;
	if (!r->in_quotes) {
		bool blank = is_blank(s, len);

		r->row_line = r->line;
		if (s[0] == '#' || take_sign(r, s, len))
			return 0;
		if (!r->sign && !blank && choose_sign(r, s, len))
			return -1;
		if (!blank && refuse_text(r, s, len))
			return -1;
		if (r->sign == '|')
			return blank ? 0 : feed_bars(r, s, len);
	}
	watch_quotes(r, s, len);
	used = csv_parse(&r->csv, s, len, on_cell, on_row, r);
	if (r->failed)
		return -1;
	if (used == len)
		return 0;
	assert(csv_error(&r->csv) == CSV_EPARSE);
	fail_at(r, r->line, used + 1);
	fault_what(r->why, "a quote inside a bare cell, or text after a "
		   "closing quote");
	return fault_remedy(r->why, "put the whole cell in quotes and double "
			    "each quote inside it");
}

/* Bytes up to and with the line end: LF, CR LF, or CR alone. */
static size_t line_length(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			return i + 1;
		if (s[i] == '\r' && (i + 1 == len || s[i + 1] != '\n'))
			return i + 1;
	}
	return len;
}

/* The last row may lack its line end. Not to be called after a fault. */
static int finish(struct reader *r)
{
	if (csv_fini(&r->csv, on_cell, on_row, r)) {
		fail_at(r, r->quote_line, (size_t)r->quote_column);
		fault_what(r->why, "a quote is opened and never closed");
		return fault_remedy(r->why, "close it, or remove it");
	}
	if (r->failed || r->table->columns)
		return r->failed ? -1 : 0;
	fail_at(r, 0, 0);
	fault_what(r->why, "no header line");
	return fault_remedy(r->why, "begin with a line of column names");
}

static int feed(struct reader *r, const char *s, size_t len)
{
	static const char bom[] = "\xef\xbb\xbf"; /* units: U+FEFF in UTF-8 */
	size_t nr = sizeof(bom) - 1;

	if (len >= nr && !memcmp(s, bom, nr)) {
		s += nr;
		len -= nr;
	}
	for (; len; s += nr, len -= nr) {
		nr = line_length(s, len);
		if (feed_line(r, s, nr))
			return -1;
	}
	return finish(r);
}

int table_load(struct table *out, const char *path, struct fault *why)
{
	struct text bytes = TEXT_INIT;
	int rc = file_read(path, &bytes, why);

	assert(path);
	if (rc)
		table_init(out, file_label(path));
	else
		rc = table_parse(out, file_label(path), bytes.buf, bytes.len,
				 why);
	text_release(&bytes);
	return rc;
}

int table_parse(struct table *out, const char *name, const char *bytes,
		size_t len, struct fault *why)
{
	struct reader r = { .table = out, .why = why };
	int rc;

	assert(name && (bytes || !len));
	table_init(out, name);
	csv_init(&r.csv, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_realloc_func(&r.csv, resize);
	csv_set_blk_size(&r.csv, 4096);	/* size: else 8,000 moves of a MiB */
	rc = feed(&r, bytes, len);
	csv_free(&r.csv);
	text_release(&r.cells);
	return rc;
}

static int refuse_empty(const char *path, struct fault *why)
{
	fault_at(why, path, 0, 0);
	fault_what(why, "no fact below the header");
	return fault_remedy(why, "write a fact a line, as the sheets in hw/ "
			    "do");
}

int facts_load(struct facts *out, const char *path, struct fault *why)
{
	struct table t;
	int rc = table_load(&t, path, why);
	/* whatever else is wrong in that line */
	bool headless = rc && !why->column && t.columns && !t.rows &&
			table_column(&t, "key") < 0;

	if (rc && !headless)
		facts_init_named(out, path);
	else
		rc = facts_from_table(out, &t, why);
	if (!rc && !t.rows)
		rc = refuse_empty(path, why);
	table_release(&t);
	return rc;
}
