#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/grid.h"
#include "cmd/crew.h"
#include "base/mem.h"
#include "cmd/emit.h"
#include "cmd/options.h"
#include "cmd/progress.h"
#include "cmd/verb.h"
#include "read/file.h"
#include "read/sheet.h"

#define MANY_ROWS 1e7	/* size: more must be meant */
#define MOST_ROWS 1e12	/* size: more is a slip */

static const struct command command = {
	"[FILE]", "Answer a grid of scenarios, or every row of a CSV file, "
	"refusals included. An option takes a list: 8,16,32 or 1..64 or "
	"1..64+8 or 1..512*2; with a FILE it fills that column of every row "
	"where the file leaves it blank. Without --gpus, gpus = ep. Exit 2 "
	"when a row is malformed; the others are answered all the same.\v"
	"Example:\n  deeproof sweep --hw h800-sxm,h200-sxm "
	"--model deepseek-v3 --ep 8,16,32..320+32 --batch 1..512*2 "
	"--ctx 4989\n",
	OPTION_SCENARIO | OPTION_FILE | OPTION_CSV | OPTION_OUT |
	OPTION_SEED | OPTION_TPOT | OPTION_ENGINE | OPTION_JOBS |
	OPTION_GRID };

/* An option stands for every row whose own cell is blank. */
static int fill_blanks(struct table *rows, const struct options *o,
		       struct fault *why)
{
	for (int i = 0; i < scenario_columns_nr; i++) {
		const struct scenario_column *c = &scenario_columns[i];
		int column;

		if (!o->given[i])
			continue;
		if (strchr(o->given[i], ',') || strstr(o->given[i], "..")) {
			fault_at(why, o->file, 0, 0);
			fault_what(why, "--%s is a list beside a file",
				   c->name);
			return fault_remedy(why, "give one value, or no file");
		}
		column = table_need(rows, c->name);
		for (int r = 0; r < rows->rows; r++)
			if (!*table_get(rows, r, column))
				table_set(rows, r, column, o->given[i]);
	}
	return 0;
}

/* Rows from a file, or made from lists. */
struct job {
	const struct options *options;
	struct table rows;	/* of the file */
	struct grid grid;
	struct sweep_sheet sheet;
	struct flow out;
	struct fault fault;	/* of the output */
	int64_t malformed, unfit;
};

static int no_grid(const struct grid *g, bool yes, struct fault *why)
{
	double rows = grid_rows(g);

	if (rows <= (yes ? MOST_ROWS : MANY_ROWS))
		return 0;
	fault_at(why, "", 0, 0);
	fault_what(why, "the grid has %.0f rows", rows);
	return fault_remedy(why, rows <= MOST_ROWS ? "shorten a list, or say "
			    "--yes if you mean it" : "shorten a list");
}

static int load(struct job *j, struct fault *why)
{
	const struct options *o = j->options;

	if (!o->file) {
		table_init(&j->rows, "grid");
		return grid_make(&j->grid, o->given, why) ||
		       no_grid(&j->grid, o->yes, why) ? -1 : 0;
	}
	if (table_load(&j->rows, o->file, why))
		return -1;
	options_columns(&j->rows);
	return fill_blanks(&j->rows, o, why);
}

static void read_row(const void *of, int64_t row, struct swept *s)
{
	const struct job *j = of;

	if (j->options->file) {
		sweep_read(s, &j->rows, (int)row);
		return;
	}
	memset(s, 0, sizeof(*s));
	fault_at(&s->fault, j->rows.name, 0, 0);
	s->malformed = grid_scenario(&j->grid, row, &s->scenario,
				     &s->fault) != 0;
}

/* Of a grid the first malformed row is named, of a file each. */
static void write_row(void *of, int64_t row, const struct swept *s,
		      struct crew_piece *p)
{
	const struct job *j = of;
	char line[1024];	/* size: a sentence */

	sweep_line(&j->sheet, (int)row, s, &p->text);
	if (!s->malformed || (!j->options->file && p->notes.len))
		return;
	fault_print(&s->fault, line, sizeof(line));
	text_addf(&p->notes, "deeproof: %s\n", line);
}

static int take_rows(void *of, struct crew_piece *p)
{
	struct job *j = of;

	if (p->notes.len && (j->options->file || !j->malformed))
		fputs(p->notes.buf, stderr);
	j->malformed += p->malformed;
	j->unfit += p->unfit;
	return flow_add(&j->out, &p->text, &j->fault);
}

static int status_of(const struct job *j, int64_t rows)
{
	if (j->malformed && !j->options->file)
		fprintf(stderr, "deeproof: %lld of %lld combinations are "
			"malformed; the first is named above\n",
			(long long)j->malformed, (long long)rows);
	if (j->malformed)
		return EXIT_MALFORMED;
	return rows && j->unfit == rows ? EXIT_NO : EXIT_YES;
}

static int answer_all(struct job *j, const struct crew_spec *spec)
{
	int64_t rows = j->options->file ? j->rows.rows :
		       (int64_t)grid_rows(&j->grid);
	struct text head = TEXT_INIT;
	int rc;

	if (flow_open(&j->out, emit_is_stdout(j->options->out) ? NULL :
		      j->options->out, &j->fault))
		return options_fault(&j->fault);
	sweep_sheet_init(&j->sheet, j->options->file ? &j->rows : NULL);
	sweep_head(&j->sheet, &head);
	rc = flow_add(&j->out, &head, &j->fault) ||
	     crew_run(&(struct crew_work){ rows, read_row, write_row,
					   take_rows, j }, spec);
	text_release(&head);
	sweep_sheet_release(&j->sheet);
	if (rc)
		flow_drop(&j->out);
	else
		rc = flow_keep(&j->out, &j->fault);
	return rc ? options_fault(&j->fault) : status_of(j, rows);
}

int cmd_sweep(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct job *j = mem_zeroed(1, sizeof(*j));
	struct shelf *shelf;
	int status;

	options_parse(&o, &command, argc, argv);
	j->options = &o;
	if (load(j, &why)) {
		status = options_fault(&why);
	} else {
		shelf = shelf_open();
		status = answer_all(j, &(struct crew_spec){
			{ o.tpot_s, o.play, { .seed = o.seed,
					      .steps = o.steps } },
			o.jobs, progress_stderr(), shelf_library(shelf) });
		shelf_free(shelf);
	}
	grid_release(&j->grid);
	table_release(&j->rows);
	free(j);
	return status;
}
