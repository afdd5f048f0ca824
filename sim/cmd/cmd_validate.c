#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/gate.h"
#include "learn/refit_served.h"
#include "learn/served.h"
#include "learn/validate.h"
#include "base/mem.h"
#include "crew/crew.h"
#include "options/emit.h"
#include "options/options.h"
#include "crew/progress.h"
#include "options/verb.h"
#include "read/sheet.h"

enum { NAMED = 5 /* size: rows named of those with one reason */ };

static const struct command command = {
	"FILE", "Measured rows (scenario columns with metric, value, unit): "
	"the prediction beside each, as CSV; on stderr the errors by group. "
	"Rows that cannot be predicted are counted and named. Exit 1 when "
	"none can, 2 when a row is malformed; the others are predicted all "
	"the same. With --engine run a colocated row is played request by "
	"request.\v"
	"Example:\n  deeproof validate experiments/measured/decode.csv "
	"-o predicted.csv\n",
	OPTION_FILE | OPTION_CSV | OPTION_OUT | OPTION_SEED | OPTION_ENGINE |
	OPTION_JOBS | OPTION_REFIT };

static void print_summary(const struct table *t)
{
	fprintf(stderr, "%-11s %-26s %5s %7s %7s %7s %7s %7s %7s\n", "by",
		"group", "rows", "MAPE", "median", "bias", "in 10%", "in 20%",
		"in band");
	for (int r = 0; r < t->rows; r++) {
		fprintf(stderr, "%-11s %-26s %5s", table_get(t, r, 0),
			table_get(t, r, 1), table_get(t, r, 2));
		for (int c = 3; c < t->columns; c++)	/* size: words before */
			fprintf(stderr, " %6.1f%%", table_number(t, r, c));
		fprintf(stderr, "\n");
	}
}

/* Rows that are not predicted for one reason. */
struct missed {
	struct text reason;
	struct text ids;	/* of the first of them */
	int rows;
};

static void missed_add(struct missed *m, const struct table *t, int row)
{
	const char *id = table_cell(t, row, "id");

	m->rows++;
	if (m->rows > NAMED + 1)
		return;
	text_addf(&m->ids, "%s", m->rows == 1 ? "" : ", ");
	if (m->rows > NAMED)
		text_addf(&m->ids, "...");
	else if (*id)
		text_addf(&m->ids, "%s", id);
	else
		text_addf(&m->ids, "line %d", t->line[row]);
}

static struct missed *missed_of(struct missed *list, int *nr,
				struct text *reason)
{
	for (int i = 0; i < *nr; i++)
		if (strcmp(list[i].reason.buf, reason->buf) == 0) {
			text_release(reason);
			return &list[i];
		}
	list[*nr] = (struct missed){ *reason, TEXT_INIT, 0 };
	return &list[(*nr)++];
}

/* A line for each reason; what is malformed was said in full before. */
static void print_missing(const struct table *rows, const struct swept *s,
			  const struct comparison *v)
{
	struct missed *list = mem_zeroed((size_t)rows->rows + 1,
					 sizeof(*list));
	int nr = 0, missing = 0;

	for (int r = 0; r < rows->rows; r++) {
		struct text reason = TEXT_INIT;

		if (!v[r].missing)
			continue;
		missing++;
		if (validate_malformed(&s[r], &v[r]))
			text_add(&reason, "malformed");
		else
			validate_reason(&s[r], &v[r], &reason);
		missed_add(missed_of(list, &nr, &reason), rows, r);
	}
	if (missing)
		fprintf(stderr, "%d of %d rows are not predicted:\n", missing,
			rows->rows);
	for (int i = 0; i < nr; i++) {
		emit_note("  %d row%s: %s: %s\n", list[i].rows,
			  list[i].rows > 1 ? "s" : "", list[i].reason.buf,
			  list[i].ids.buf);
		text_release(&list[i].reason);
		text_release(&list[i].ids);
	}
	free(list);
}

static int judge(const struct table *rows, const struct swept *s,
		 struct comparison *v)
{
	int status = EXIT_YES;
	struct fault why = { 0 };

	for (int r = 0; r < rows->rows; r++) {
		if (validate_row(rows, r, &s[r], &v[r], &why))
			status = options_fault(&why);
		else if (validate_malformed(&s[r], &v[r]))
			status = options_fault(&s[r].fault);
	}
	return status;
}

static const char *plural(int n)
{
	return n == 1 ? "" : "s";
}

static void print_fitted(const struct calibration *c, enum refit_by leave_out)
{
	fprintf(stderr, "%d parameter%s of the stacks fitted to %d row%s",
		c->parameters, plural(c->parameters), c->rows,
		plural(c->rows));
	if (leave_out != REFIT_NOTHING)
		fprintf(stderr, "; each row predicted without its own of %d "
			"%s group%s", c->groups, refit_by_name(leave_out),
			plural(c->groups));
	fprintf(stderr, "\n");
	for (int i = 0; i < c->parameters; i++)
		if (c->parameter[i].held)
			fprintf(stderr, "the rows want %s below 0; it stays "
				"at 0\n", c->parameter[i].key);
}

/*
 * Fit; under --leave-out, predict each row without its layout group. First the
 * rows that are steps, then those that were served, where there are such. The
 * exit status; or -1: no fit, and what is told of the rows as they were
 * predicted before would be taken for it.
 */
static int refit(const struct options *o, const struct refit_spec *a,
		 int status)
{
	static int (*const fits[])(const struct refit_spec *,
				   struct calibration *, struct fault *) = {
		validate_refit, refit_served };
	struct text text = TEXT_INIT;

	for (int i = 0; i < (o->play ? 2 : 1); i++) {
		struct calibration c;
		struct fault why = { 0 };

		if (fits[i](a, &c, &why)) {
			options_fault(&why);
			status = -1;
		} else if (c.rows > 0 || !o->play) {
			print_fitted(&c, a->leave_out);
		}
		if (o->calibrate && status >= 0)
			calibration_sheet(&c, a->table->name, &text);
		calibration_release(&c);
		if (status < 0)
			break;
	}
	if (o->calibrate && status >= 0)
		status = emit(&text, o->out, status);
	text_release(&text);
	return status;
}

/* Beside the committed errors; the status is no worse than it was. */
static int gate(const struct options *o, const struct table *now, int status)
{
	struct table committed;
	struct text said = TEXT_INIT;
	struct fault why = { 0 };
	int fails = table_load(&committed, o->gate, &why);

	if (!fails)
		fails = gate_compare(&committed, now, &said, &why);
	if (fails > 0)
		fprintf(stderr, "%s", said.buf);
	text_release(&said);
	table_release(&committed);
	if (fails < 0)
		return options_fault(&why);
	return fails && status == EXIT_YES ? EXIT_NO : status;
}

static int answer(const struct options *o, const struct refit_spec *a)
{
	struct table out, summary;
	struct text text = TEXT_INIT, errors = TEXT_INIT;
	int status = judge(a->table, a->swept, a->verdict);

	if (a->leave_out != REFIT_NOTHING || o->calibrate)
		status = refit(o, a, status);
	if (status < 0)
		return EXIT_MALFORMED;
	if (o->calibrate)
		return status;
	table_init(&out, "");
	table_init(&summary, "");
	validate_table(a->table, a->swept, a->verdict, &out);
	validate_summary(a->swept, a->verdict, a->table->rows, &summary);
	print_missing(a->table, a->swept, a->verdict);
	print_summary(&summary);
	if (!summary.rows && status == EXIT_YES)
		status = EXIT_NO;	/* none is predicted */
	if (o->gate)
		status = gate(o, &summary, status);
	table_write(&out, &text);
	table_write(&summary, &errors);
	table_release(&summary);
	table_release(&out);
	return emit_pair(&(struct pair){ &text, o->out, &errors, o->summary },
			 status);
}

int cmd_validate(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct table rows;
	struct shelf *shelf;
	struct swept *swept;
	struct comparison *verdict;
	int status;

	options_parse(&o, &command, argc, argv);
	if (!o.file) {
		fault_what(&why, "no file is named");
		fault_remedy(&why, "deeproof validate FILE");
		return options_fault(&why);
	}
	if (table_load(&rows, o.file, &why)) {
		table_release(&rows);
		return options_fault(&why);
	}
	options_columns(&rows);
	shelf = shelf_open();
	swept = mem_zeroed((size_t)rows.rows + 1, sizeof(*swept));
	verdict = mem_zeroed((size_t)rows.rows + 1, sizeof(*verdict));
	crew_sweep(&rows, &(struct crew_spec){
		{ .tpot_s = INFINITY, .play = o.play,
		  .run = { .seed = o.seed, .steps = o.steps },
		  .serve = o.play ? served_row : NULL },
		o.jobs, progress_stderr(), shelf_library(shelf) }, swept);
	status = answer(&o, &(struct refit_spec){ shelf, &rows, swept, verdict,
						  o.leave_out, o.seed });
	free(verdict);
	free(swept);
	table_release(&rows);
	shelf_free(shelf);
	return status;
}
