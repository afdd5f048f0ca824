#include "logs/tool.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "read/sheet.h"

/* ---- rows ---- */

int tool_add(struct tool_file *f, const struct tool_row *r)
{
	int row = table_add_row(f->out, r->line);

	tool_word(f, row, "kernel", r->kernel);
	tool_word(f, row, "hw", "");
	tool_word(f, row, "op", r->op);
	tool_put(f, row, "time", r->time);
	tool_word(f, row, "unit", r->unit);
	return row;
}

void tool_put(struct tool_file *f, int row, const char *column, double x)
{
	int c = table_need(f->out, column);

	assert(row >= 0 && column);
	if (isfinite(x))
		table_setf(f->out, row, c, "%.10g", x);
}

void tool_word(struct tool_file *f, int row, const char *column,
	       const char *word)
{
	assert(row >= 0 && column);
	table_set(f->out, row, table_need(f->out, column), word);
}

double tool_number(const char *line, const char *word)
{
	const char *p = strstr(line, word);
	char digits[32];	/* size: of a number */
	size_t nr = 0;
	double x;

	assert(line && word);
	if (!p)
		return (double)NAN;
	p += strlen(word);
	p += strspn(p, " ");
	while (nr + 1 < sizeof(digits) &&
	       (isdigit((unsigned char)*p) || *p == '.'))
		digits[nr++] = *p++;
	digits[nr] = '\0';
	return units_number(digits, &x) ? (double)NAN : x;
}

/* ---- CUTLASS profiler ---- */

static const char cutlass_head[] = "Problem,Provider,OperationKind,";

/* "f16:row" or "bf16:column": the format of an operand; "": none we have. */
static const char *cutlass_format(const char *operand)
{
	if (strstr(operand, "e2m1"))	/* whatever its scales are in */
		return "nvfp4";
	if (!strncmp(operand, "bf16", 4) ||	/* size: letters */
	    !strncmp(operand, "f16", 3))	/* size: letters */
		return "bf16";
	return strstr(operand, "e4m3") || strstr(operand, "e5m2") ? "fp8" : "";
}

static double number(const struct table *t, int row, const char *column)
{
	return table_number(t, row, table_column(t, column));
}

static bool same_shape(const struct table *t, int a, int b)
{
	static const char *const column[] = { "m", "n", "k", "A" };

	for (unsigned i = 0; i < sizeof(column) / sizeof(*column); i++)
		if (strcmp(table_cell(t, a, column[i]),
			   table_cell(t, b, column[i])))
			return false;
	return true;
}

/* One product of two dense matrices: none of a group, a batch, a half. */
static bool is_plain(const struct table *t, int row)
{
	static const char *const kinds[] = { "gemm", "block_scaled_gemm",
					     "blockwise_gemm" };
	const char *kind = table_cell(t, row, "OperationKind");

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return !(number(t, row, "batch_count") > 1);
	return false;
}

/* Ran, to a right result, and is a GEMM of ours. */
static bool cutlass_ran(const struct table *t, int row)
{
	const char *status = table_cell(t, row, "Disposition");

	return number(t, row, "Runtime") > 0 && is_plain(t, row) &&
	       *cutlass_format(table_cell(t, row, "A")) &&
	       strcmp(status, "failed") && strcmp(status, "incorrect");
}

/* And no other of its shape that did is quicker. */
static bool cutlass_counts(const struct table *t, int row)
{
	double ms = number(t, row, "Runtime");

	if (!cutlass_ran(t, row))
		return false;
	for (int r = 0; r < t->rows; r++) {
		double other = number(t, r, "Runtime");

		if (r != row && same_shape(t, r, row) &&
		    (other < ms || (other <= ms && r < row)) &&
		    cutlass_ran(t, r))
			return false;
	}
	return true;
}

static void cutlass_row(struct tool_file *f, const struct table *t, int row)
{
	static const char *const shape[] = { "m", "n", "k" };
	const char *format = cutlass_format(table_cell(t, row, "A"));
	char kernel[32];	/* size: cutlass_nvfp4 */
	int to;

	snprintf(kernel, sizeof(kernel), "cutlass_%s", format);
	to = tool_add(f, &(struct tool_row){ kernel, "gemm", "ms",
		number(t, row, "Runtime"), t->line[row] });
	tool_word(f, to, "format", format);
	for (unsigned i = 0; i < sizeof(shape) / sizeof(*shape); i++)
		tool_put(f, to, shape[i], number(t, row, shape[i]));
	tool_word(f, to, "source", f->name);
}

static int tool_cutlass(struct tool_file *f)
{
	struct table t;
	int rc = table_parse(&t, f->name, f->bytes->buf, f->bytes->len,
			     f->why);

	for (int r = 0; rc == 0 && r < t.rows; r++)
		if (cutlass_counts(&t, r))
			cutlass_row(f, &t, r);
	table_release(&t);
	return rc;
}

/* ---- any ---- */

static int no_rows(struct tool_file *f)
{
	fault_at(f->why, f->name, 0, 0);
	fault_what(f->why, "none of its lines has a time that a law is about");
	return fault_remedy(f->why, "run the test to its end, with its "
			    "performance part");
}

int tool_parse(struct table *out, const char *name, const struct text *bytes,
	       struct fault *why)
{
	struct tool_file f = { out, name, bytes, why };
	const char *p = bytes->buf ? bytes->buf : "";
	int rc;

	assert(out && name && why);
	table_init(out, name);
	p += strspn(p, " \t\r\n");
	if (*p == '{')
		rc = tool_json(&f);
	else if (!strncmp(p, cutlass_head, strlen(cutlass_head)))
		rc = tool_cutlass(&f);
	else
		rc = tool_stdout(&f);
	return rc == 0 && !out->rows ? no_rows(&f) : rc;
}
