#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask/grid.h"
#include "ask/memo.h"
#include "answer/where.h"
#include "crew/crew.h"
#include "base/mem.h"
#include "base/portion.h"
#include "crew/best.h"
#include "tasks/manifest.h"
#include "options/emit.h"
#include "options/options.h"
#include "crew/progress.h"
#include "options/verb.h"
#include "read/file.h"
#include "read/sheet.h"

#define MANY_ROWS 1e7	/* size: more must be meant */
#define MOST_ROWS 1e12	/* size: more is a slip */

static const struct command command = {
	"[FILE]", "Answer a grid of scenarios, or every row of a CSV file (- "
	"is stdin), refusals included. An option takes a list: 8,16,32 or "
	"1..64 or 1..64+8 or 1..512*2; with a FILE it fills that column of "
	"every row where the file leaves it blank. Without --gpus, gpus = ep. "
	"Exit 2 when a row is malformed; the others are answered all the "
	"same.\v"
	"Example:\n  deeproof sweep --hw h800-sxm,h200-sxm "
	"--model deepseek-v3 \\\n    --ep 8,16,32..320+32 --batch 1..512*2 "
	"--ctx 4989\n",
	OPTION_SCENARIO | OPTION_FILE | OPTION_CSV | OPTION_OUT |
	OPTION_SEED | OPTION_TPOT | OPTION_ENGINE | OPTION_JOBS |
	OPTION_GRID | OPTION_LONGEST };

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
	struct manifest_spec from;	/* its rows are this shard's */
	struct manifest made;	/* where somebody asks */
	int64_t malformed, unfit, kept;
	bool named;		/* the first that is malformed */
	int64_t held;		/* records that an earlier run has written */
	struct where where;	/* of --where */
	struct best best;
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

	if (o->where) {
		fault_at(why, "--where", 0, 0);
		if (where_parse(&j->where, o->where, why))
			return -1;
	}
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
	s->follows = s->sound && !j->options->longest && row == s->row + 1 &&
		     grid_follow(&j->grid, row, &s->scenario);
	s->row = row;
	s->searched = s->unsimulated = s->served = s->unwanted = false;
	s->malformed = false;
	if (s->follows)		/* its fault's place is that of the grid, too */
		return;
	fault_at(&s->fault, j->rows.name, 0, 0);
	s->malformed = grid_scenario(&j->grid, row, &s->scenario,
				     &s->fault) != 0;
}

/* Of a grid the first malformed row is named, of a file each. */
static void note_row(const struct job *j, const struct swept *s,
		     struct crew_piece *p)
{
	char line[1024];	/* size: a sentence */

	if (!s->malformed || (!j->options->file && p->notes.len))
		return;
	fault_print(&s->fault, line, sizeof(line));
	text_addf(&p->notes, "deeproof: %s\n", line);
}

static bool is_asked_for(const struct job *j, const struct swept *s)
{
	return !j->options->where ||
	       (!s->malformed && where_holds(&j->where, s, ANSWER_REST));
}

static bool is_better(const struct job *j, const struct swept *s)
{
	return !s->malformed && s->answer.fits &&
	       s->answer.tok_s_gpu > atomic_load(&j->best.least);
}

/*
 * Will the row be written, or need its other columns be there to tell whether
 * it is as --where says? Such rows are counted, the best or not.
 */
static bool is_wanted(const void *judge, const struct swept *s,
		      enum answer_stage so_far)
{
	const struct job *j = judge;

	return where_holds(&j->where, s, so_far) &&
	       (so_far < j->where.last || !j->options->best ||
		is_better(j, s));
}

static void write_row(void *of, int64_t row, const struct swept *s,
		      struct crew_piece *p)
{
	struct job *j = of;

	note_row(j, s, p);
	if ((s->unwanted && !j->options->best) || !is_asked_for(j, s))
		return;
	p->kept++;
	if (!j->options->best)
		sweep_pen_line(p->pen, (int)row, s, &p->text);
	else if (!s->unwanted && is_better(j, s)) {
		best_note(s->answer.tok_s_gpu, &p->text);
		sweep_pen_line(p->pen, (int)row, s, &p->text);
	}
}

static int take_rows(void *of, struct crew_piece *p)
{
	struct job *j = of;

	if (p->notes.len && (j->options->file || !j->named))
		fputs(p->notes.buf, stderr);
	j->named |= p->notes.len > 0;
	j->malformed += p->malformed;
	j->unfit += p->unfit;
	j->kept += p->kept;
	if (!j->options->best)
		return flow_add(&j->out, &p->text, &j->fault);
	best_take(&j->best, &p->text);	/* in order of rows */
	return 0;
}

/* Lines that another has: nobody needs those that are no better. */
static void gone_rows(void *of, const struct crew_piece *p)
{
	struct job *j = of;

	best_take(&j->best, &p->text);
}

static int write_best(struct job *j)
{
	struct text out = TEXT_INIT;
	int rc;

	best_lines(&j->best, &out);
	rc = flow_add(&j->out, &out, &j->fault);
	text_release(&out);
	return rc;
}

static int status_of(const struct job *j)
{
	int64_t rows = j->from.of.to - j->from.of.from;

	if (j->malformed && !j->options->file)
		fprintf(stderr, "deeproof: %lld of %lld combinations %s "
			"malformed; %s\n", (long long)j->malformed,
			(long long)rows, j->malformed == 1 ? "is" : "are",
			j->named ? "the first is named above" :
			"each says why in its refusal");
	if (j->options->where)
		fprintf(stderr, "deeproof: of %lld rows %lld do not fit%s and "
			"%lld are as --where says\n", (long long)rows,
			(long long)j->unfit, j->malformed ?
			", some are malformed" : "", (long long)j->kept);
	if (j->malformed)
		return EXIT_MALFORMED;
	if (j->options->where && !j->kept)
		return EXIT_NO;
	return rows && j->unfit == rows ? EXIT_NO : EXIT_YES;
}

/* ---- the work ---- */

static void shard_rows(struct job *j)
{
	int64_t rows = j->options->file ? j->rows.rows :
		       (int64_t)grid_rows(&j->grid);

	j->from.of = portion_of(rows, j->options->shard - 1,
				j->options->shards);
}

/* stdout, or what is there and no file: a device, a pipe. */
static bool is_stream(const char *path)
{
	struct stat st;

	return emit_is_stdout(path) || (!stat(path, &st) &&
					!S_ISREG(st.st_mode));
}

/* What begins a cell of a record. */
static const char *cell_of(const struct text *record, int column)
{
	const char *at = record->buf;
	bool quoted = false;

	for (; *at && column; at++) {
		quoted ^= *at == '"';
		column -= *at == ',' && !quoted;
	}
	return at;
}

/* A record that an earlier run has written; the first may be the header. */
static void take_held(void *of, const struct text *record)
{
	struct job *j = of;
	int fits = scenario_columns_nr + j->sheet.owns +
		   answer_column_find("fits");
	const char *said = cell_of(record, fits);

	if (j->held++ == 0 && j->options->shard == 1)
		return;
	j->kept++;
	j->malformed += *said == ',';
	j->unfit += *said == 'n';	/* no */
}

static int open_out(struct job *j)
{
	const struct options *o = j->options;

	if ((o->resume || o->manifest) && is_stream(o->out)) {
		fault_at(&j->fault, o->resume ? "--resume" : "--manifest", 0,
			 0);
		fault_what(&j->fault, "there is no file to stand beside");
		return fault_remedy(&j->fault, "give one by -o");
	}
	if (o->resume && (o->best || o->where)) {
		fault_at(&j->fault, "--resume", 0, 0);
		fault_what(&j->fault, "what %s leaves does not say where it "
			   "was stopped", o->best ? "--best" : "--where");
		return fault_remedy(&j->fault, "give one of them");
	}
	if (o->resume || o->manifest)
		manifest_make(&j->made, &j->from);
	if (!o->resume)
		return flow_open(&j->out, emit_is_stdout(o->out) ? NULL :
				 o->out, &j->fault);
	return flow_resume(&j->out, &(struct flow_part){ o->out,
			   j->made.id.buf, take_held, j }, &j->fault);
}

/*
 * Sheets that rows name are read before anything is answered: who would write
 * over one of them need not wait to hear it.
 */
static void read_named(const struct job *j, struct memo *memo)
{
	struct scenario s;
	struct fault none;

	for (int r = 0; r < j->rows.rows; r++)
		if (!scenario_read(&s, &j->rows, r, &none))
			memo_names(memo, &s, &none);
	if (j->options->file || grid_scenario(&j->grid, 0, &s, &none))
		return;
	for (int i = 0; i < j->grid.nr; i++) {
		const struct grid_list *l = &j->grid.list[i];

		for (int k = 0; k < l->nr && scenario_columns[l->column].word;
		     k++)
			if (!scenario_set_at(&s, l->column, l->value[k].text,
					     &none))
				memo_names(memo, &s, &none);
	}
}

static int spare_named(struct job *j, const struct library *library)
{
	const char *out = j->options->out;
	struct memo *memo;

	if (emit_is_stdout(out) || access(out, F_OK))
		return 0;
	memo = memo_new(library);
	read_named(j, memo);
	free(memo);
	return file_was_read(out, &j->fault);
}

/* The first shard has the header; what is there already is not done again. */
static int answer_rows(struct job *j, const struct crew_spec *spec)
{
	bool head = j->options->shard == 1;
	int64_t done = j->held > 0 ? j->held - head : 0;
	struct text out = TEXT_INIT;
	int rc = 0;

	if (head && !j->held && crew_leads()) {
		sweep_head(&j->sheet, &out);
		rc = flow_add(&j->out, &out, &j->fault);
		text_release(&out);
	}
	if (!rc)
		rc = crew_run(&(struct crew_work){ j->from.of.from + done,
			j->from.of.to, read_row, write_row, take_rows,
			j->options->best ? gone_rows : NULL, j, &j->sheet },
			spec);
	if (!rc && j->options->best)
		rc = write_best(j);
	return rc;
}

/* Rows that another program had begun will not come. */
static void lost(struct fault *why)
{
	fault_at(why, "", 0, 0);
	fault_what(why, "a part of the crew was lost, with what it had not "
		   "sent yet");
	fault_remedy(why, "run it again; with --resume it goes on where it "
		     "stopped");
}

static int answer_all(struct job *j, const struct crew_spec *spec)
{
	int rc;

	shard_rows(j);
	if (crew_leads() && (spare_named(j, spec->library) || open_out(j))) {
		crew_dismiss();
		return options_fault(&j->fault);
	}
	rc = answer_rows(j, spec);
	if (rc && !*j->fault.what)
		lost(&j->fault);
	if (rc)
		flow_drop(&j->out);
	else
		rc = flow_keep(&j->out, &j->fault);
	if (!rc && j->options->manifest)
		rc = manifest_write(&j->made, &j->from, &(struct manifest_rows){
				    j->malformed, j->unfit, j->kept },
				    &j->fault);
	return rc ? options_fault(&j->fault) : status_of(j);
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
	j->from = (struct manifest_spec){ &o, argv, argc, &j->rows, &j->grid,
					  { 0, 0 } };
	if (load(j, &why)) {
		status = options_fault(&why);
	} else {
		shelf = shelf_open();
		best_init(&j->best, o.best);
		sweep_sheet_init(&j->sheet, o.file ? &j->rows : NULL);
		status = answer_all(j, &(struct crew_spec){
			{ .tpot_s = o.tpot_s, .longest = o.longest,
			  .play = o.play,
			  .unfit = o.best || j->where.fit_only ?
				UNFIT_COUNTED : UNFIT_TOLD,
			  .wanted = is_wanted, .judge = j,
			  .run = { .seed = o.seed, .steps = o.steps } },
			o.jobs, progress_stderr(), shelf_library(shelf) });
		sweep_sheet_release(&j->sheet);
		best_release(&j->best);
		manifest_release(&j->made);
		shelf_free(shelf);
	}
	grid_release(&j->grid);
	table_release(&j->rows);
	free(j);
	return status;
}
