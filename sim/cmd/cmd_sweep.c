#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask/grid.h"
#include "cmd/crew.h"
#include "base/mem.h"
#include "cmd/emit.h"
#include "cmd/options.h"
#include "cmd/progress.h"
#include "cmd/verb.h"
#include "read/sheet.h"

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
	OPTION_SEED | OPTION_TPOT | OPTION_ENGINE | OPTION_JOBS };

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

static int load(struct table *rows, const struct options *o,
		struct fault *why)
{
	if (o->file) {
		if (table_load(rows, o->file, why))
			return -1;
		options_columns(rows);
		return fill_blanks(rows, o, why);
	}
	table_init(rows, "grid");
	return grid_rows(o->given, rows, why);
}

/* Say what is wrong with single rows; the grid's own misfits are counted. */
static int report(const struct swept *s, int rows, bool grid)
{
	int bad = 0;

	for (int r = 0; r < rows; r++) {
		if (!s[r].malformed)
			continue;
		bad++;
		if (!grid)
			options_fault(&s[r].fault);
	}
	if (!bad || !grid)
		return bad ? EXIT_MALFORMED : EXIT_YES;
	for (int r = 0; r < rows; r++)
		if (s[r].malformed) {
			options_fault(&s[r].fault);
			break;
		}
	fprintf(stderr, "deeproof: %d of %d combinations are malformed; the "
		"first is named above\n", bad, rows);
	return EXIT_MALFORMED;
}

int cmd_sweep(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct table rows, out;
	struct text text = TEXT_INIT;
	struct shelf *shelf;
	struct swept *swept;
	int status;

	options_parse(&o, &command, argc, argv);
	if (load(&rows, &o, &why)) {
		table_release(&rows);
		return options_fault(&why);
	}
	shelf = shelf_open();
	swept = mem_zeroed((size_t)rows.rows + 1, sizeof(*swept));
	crew_sweep(&rows, shelf_library(shelf), &(struct crew_spec){
		{ o.tpot_s, o.play, { .seed = o.seed, .steps = o.steps } },
		o.jobs, progress_stderr() }, swept);
	status = report(swept, rows.rows, !o.file);
	table_init(&out, "");
	sweep_table(&rows, swept, &out);
	table_write(&out, &text);
	table_release(&out);
	table_release(&rows);
	free(swept);
	shelf_free(shelf);
	return emit(&text, o.out, status);
}
