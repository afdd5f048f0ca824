#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "base/mem.h"
#include "crew/crew.h"
#include "options/emit.h"
#include "tasks/measuring.h"
#include "tasks/next.h"
#include "options/options.h"
#include "options/verb.h"
#include "own/own.h"
#include "learn/validate.h"
#include "read/file.h"
#include "read/sheet.h"

enum { SUSPECTS = 3 /* size: facts named where a parameter is strained */ };

static const struct command command = {
	"FILE...", "One's own measured steps to a stack's sheet of one's own, "
	"from where the sheets stand: rows as validate reads them, or what "
	"measure reads. A sheet with base and one's own goes to stdout "
	"or -o; on stderr each row's error before, after, and when it "
	"is left out, and the band. One row is believed near its batch, "
	"three are enough. Where a fact would have to move by over three "
	"errors, what else may be wrong is named. Exit 1 when no row can be "
	"predicted, 2 when one is malformed.\v"
	"Example:\n  deeproof calibrate experiments/calibrate/sglang.log \\\n"
	"    --hw h20-96g --model deepseek-r1 --gpus 16 --tp 1 --ep 16 "
	"--mtp 1 \\\n    -o own.csv\n"
	"  deeproof calibrate --next hw=h200-sxm,gpus=8 --hw h200-sxm \\\n"
	"    --stack sglang --model deepseek-r1 --gpus 8 --tp 8 --ep 1 "
	"\\\n    --batch 64 --ctx 4096\n",
	OPTION_FILES | OPTION_SCENARIO | OPTION_OUT | OPTION_NEXT };

/* ---- the rows ---- */

static const char *id_of(const struct table *t, int row)
{
	const char *id = table_cell(t, row, "id");

	return *id ? id : "-";
}

/* Where it is from: no part of what was measured. */
static bool is_label(const char *column)
{
	return !strcmp(column, "id") || !strcmp(column, "source");
}

/*
 * Is what a row says there already? A copy of a log says nothing new; rows of
 * a table were each written by someone, and are one only where all is.
 */
static bool has_row(const struct table *t, const struct table *from, int row,
		    bool is_log)
{
	for (int r = 0; r < t->rows; r++) {
		int c = 0;

		while (c < from->columns &&
		       ((is_log && is_label(from->head[c])) ||
			!strcmp(table_get(from, row, c), table_get(t, r,
				table_column(t, from->head[c])))))
			c++;
		if (c == from->columns)
			return true;
	}
	return false;
}

static void append(struct table *to, const struct table *from, bool is_log)
{
	for (int r = 0; r < from->rows; r++) {
		int row;

		if (has_row(to, from, r, is_log)) {
			fprintf(stderr, "%s: what %s says is there already; it "
				"counts once\n", from->name, id_of(from, r));
			continue;
		}
		row = table_add_row(to, from->line[r]);

		for (int c = 0; c < from->columns; c++)
			table_set(to, row, table_need(to, from->head[c]),
				  table_get(from, r, c));
	}
}

/* A table of ours names two columns or more of a scenario; anything else
   measure reads. */
static bool is_rows(const struct text *bytes)
{
	struct fault later;	/* of rows: who takes them hears it */
	struct table t;
	int ours = 0;

	table_parse(&t, "", bytes->buf ? bytes->buf : "", bytes->len, &later);
	for (int c = 0; c < t.columns; c++)
		ours += scenario_column_find(t.head[c]) >= 0;
	table_release(&t);
	return ours > 1;
}

/* What was measured: without it no row says anything. */
static int has_metric(const struct table *t, struct fault *why)
{
	static const char *const need[] = { "metric", "value" };

	for (size_t i = 0; i < sizeof(need) / sizeof(*need); i++) {
		if (table_column(t, need[i]) >= 0)
			continue;
		fault_at(why, t->name, 1, 0);
		fault_what(why, "there is no column \"%s\", so no row says "
			   "what was measured", need[i]);
		return fault_remedy(why, "add metric,value,unit, as "
				    "tpot_ms,25,ms");
	}
	return 0;
}

static int take_rows(const char *path, const struct text *bytes,
		     const struct options *o, struct table *out)
{
	struct table t;
	struct fault why = { 0 };
	int status = EXIT_YES;

	if (table_parse(&t, file_label(path), bytes->buf, bytes->len,
			&why) ||
	    has_metric(&t, &why)) {
		status = options_fault(&why);
	} else {
		options_columns(&t);
		options_fill(&t, o);
		append(out, &t, false);
	}
	table_release(&t);
	return status;
}

/* What measure reads, row by row beside what other files said. */
static int take_measured(struct measuring *m, const char *path,
			 const struct text *bytes, struct table *out)
{
	struct table t;
	int status;

	table_init(&t, file_label(path));
	status = measuring_bytes(m, path, bytes, &t);
	append(out, &t, true);
	table_release(&t);
	return status;
}

static int read_all(const struct options *o, const struct scenario *given,
		    struct table *out)
{
	struct measuring m;
	struct fault why = { 0 };
	int worst = EXIT_YES;

	measuring_init(&m, given);
	for (int i = 0; i < o->nr_files; i++) {
		struct text bytes = TEXT_INIT;
		const char *path = o->files[i];
		int status;

		if (file_read(path, &bytes, &why))
			status = options_fault(&why);
		else if (is_rows(&bytes))
			status = take_rows(path, &bytes, o, out);
		else
			status = take_measured(&m, path, &bytes, out);
		worst = status > worst ? status : worst;
		text_release(&bytes);
	}
	measuring_release(&m);
	return worst;
}

/* ---- what is learned ---- */

struct calibrating {
	const struct options *o;
	struct shelf *shelf;
	struct table rows;
	struct swept *swept;		/* [rows]; owned, as all below */
	struct comparison *verdict;
	struct question *question;
	struct own_row *row;
	struct own own;
};

/* The question of a row that is predicted; else it takes no part. */
static int take_row(struct calibrating *c, int r)
{
	const struct swept *s = &c->swept[r];
	struct comparison *v = &c->verdict[r];
	struct fault why = { 0 };
	int status = EXIT_YES;

	c->row[r] = (struct own_row){ .question = &c->question[r],
				      .measured_step_s = (double)NAN };
	if (validate_row(&c->rows, r, s, v, &why))
		return options_fault(&why);
	if (validate_malformed(s, v))
		return options_fault(&s->fault);
	if (v->missing)
		return status;
	if (question_make(&c->question[r], &s->scenario,
			  shelf_library(c->shelf), &why))
		return options_fault(&why);
	c->row[r].measured_step_s = v->measured_step_s;
	return status;
}

/* A row's own reason; but nothing here plays requests, so no option would. */
static void reason_of(const struct calibrating *c, int r, struct text *out)
{
	text_addn(out, "", 0);
	if (c->swept[r].unsimulated)
		text_add(out, "one's own rows are of steps that decode "
			 "alone, and no requests are played here");
	else
		validate_reason(&c->swept[r], &c->verdict[r], out);
}

/* What is not used, and why; how many rows are. */
static int count_rows(const struct calibrating *c)
{
	int used = 0;

	for (int r = 0; r < c->rows.rows; r++) {
		struct text reason = TEXT_INIT;

		if (isfinite(c->row[r].measured_step_s)) {
			used++;
			continue;
		}
		reason_of(c, r, &reason);
		emit_note("%s takes no part: %s\n", id_of(&c->rows, r),
			  reason.buf);
		text_release(&reason);
	}
	return used;
}

/* One sheet has one base. 0, or -1 and the fault. */
static int one_stack(const struct calibrating *c, const char **stack,
		     struct fault *why)
{
	*stack = NULL;
	for (int r = 0; r < c->rows.rows; r++) {
		const char *s = c->swept[r].scenario.stack;

		if (!isfinite(c->row[r].measured_step_s))
			continue;
		if (!*stack)
			*stack = s;
		if (!strcmp(s, *stack))
			continue;
		fault_at(why, c->rows.name, c->rows.line[r], 0);
		fault_what(why, "the rows are of two stacks, %s and %s, and a "
			   "sheet has one base", *stack, s);
		return fault_remedy(why, "calibrate each by itself");
	}
	return 0;
}

/* ---- what is said ---- */

static void print_rows(const struct calibrating *c)
{
	fprintf(stderr, "%-24s %10s %8s %8s %8s  %s\n", "row", "step", "before",
		"after", "left out", "band (80 %), before and after");
	for (int r = 0; r < c->rows.rows; r++) {
		const struct own_row *w = &c->row[r];
		char left[16] = "-";	/* size: a percentage */

		if (!isfinite(w->measured_step_s))
			continue;
		if (isfinite(w->left_out))
			snprintf(left, sizeof(left), "%+.1f%%",
				 units_percent(expm1(w->left_out)));
		emit_note("%-24.24s %7.4g ms %+7.1f%% %+7.1f%% %8s  "
			  "+-%.1f%%, +-%.1f%%\n", id_of(&c->rows, r),
			  units_ms(w->measured_step_s),
			  units_percent(expm1(w->before)),
			  units_percent(expm1(w->after)), left,
			  units_percent(expm1(Z80 * w->sd_before)),
			  units_percent(expm1(Z80 * w->sd_after)));
	}
}

static void print_parameters(const struct own *o)
{
	struct text says = TEXT_INIT;

	for (int i = 0; i < o->c.parameters; i++) {
		const struct parameter *p = &o->c.parameter[i];
		double to = p->is_time ? units_us(1) : 1;

		fprintf(stderr, "%s: %.4g%s, and is %.4g +- %.2g\n", p->key,
			p->prior * to, p->is_time ? " us" : "", p->value * to,
			p->err * to);
	}
	own_bend_say(&o->bend, &says);
	fputs(says.buf ? says.buf : "", stderr);
	text_release(&says);
}

static const char *strained(const struct strain *s)
{
	return s->parameter ? s->parameter->key : "the layout's own factor";
}

/* The row that is off by most says which fact may be wrong. */
static void print_strain(const struct calibrating *c)
{
	const struct own_spec spec = { c->shelf, c->row, c->rows.rows };
	struct suspect list[SUSPECTS];
	int worst = -1, nr;

	for (int i = 0; i < c->own.strains; i++)
		fprintf(stderr, "warning: %s would have to move by %.1f of its "
			"errors: something else is wrong\n",
			strained(&c->own.strain[i]),
			fabs(c->own.strain[i].errors));
	for (int r = 0; r < c->rows.rows; r++)
		if (isfinite(c->row[r].measured_step_s) && (worst < 0 ||
		    fabs(c->row[r].before) > fabs(c->row[worst].before)))
			worst = r;
	if (!c->own.strains || worst < 0)
		return;
	nr = own_suspects(&spec, &c->row[worst], list, SUSPECTS);
	fprintf(stderr, "  first see that GPU, layout, date and formats "
		"are what ran; of the facts, for %s:\n",
		id_of(&c->rows, worst));
	for (int i = 0; i < nr; i++)
		fprintf(stderr, "  %s (%s:%d) by %+.1f of its errors\n",
			list[i].fact->key, list[i].fact->file,
			list[i].fact->line, list[i].errors);
}

/* A path that holds wherever the sheet will lie. */
static char *lasting(const char *stack)
{
	char *path = strpbrk(stack, "/.") ? realpath(stack, NULL) : NULL;

	return path ? path : mem_copy(stack);
}

static int answer(struct calibrating *c, const char *stack, int status)
{
	struct text sheet = TEXT_INIT;
	char *base = lasting(stack);

	print_rows(c);
	print_parameters(&c->own);
	print_strain(c);
	own_sheet(&c->own, base, c->rows.name, &sheet);
	free(base);
	return emit(&sheet, c->o->out, status);
}

static int learn(struct calibrating *c, int status)
{
	struct fault why = { 0 };
	const char *stack;

	if (!count_rows(c)) {
		fprintf(stderr, "deeproof: no row can be predicted, so none "
			"says anything of the stack\n");
		return status == EXIT_YES ? EXIT_NO : status;
	}
	if (one_stack(c, &stack, &why) ||
	    own_make(&c->own, &(struct own_spec){ c->shelf, c->row,
						  c->rows.rows }, &why))
		return options_fault(&why);
	return answer(c, stack, status);
}

static int calibrate_rows(struct calibrating *c, int status)
{
	size_t nr = (size_t)c->rows.rows + 1;

	c->shelf = shelf_open();
	c->swept = mem_zeroed(nr, sizeof(*c->swept));
	c->verdict = mem_zeroed(nr, sizeof(*c->verdict));
	c->question = mem_zeroed(nr, sizeof(*c->question));
	c->row = mem_zeroed(nr, sizeof(*c->row));
	crew_sweep(&c->rows, &(struct crew_spec){ .jobs = 1,
		.sweep = { .tpot_s = INFINITY },
		.library = shelf_library(c->shelf) }, c->swept);
	for (int r = 0; r < c->rows.rows; r++)
		if (take_row(c, r) != EXIT_YES)
			status = EXIT_MALFORMED;
	status = learn(c, status);
	own_release(&c->own);
	free(c->row);
	free(c->question);
	free(c->verdict);
	free(c->swept);
	shelf_free(c->shelf);
	return status;
}

int cmd_calibrate(int argc, char **argv)
{
	struct options o;
	struct calibrating c = { .o = &o };
	struct scenario given;
	struct fault why = { 0 };
	int status;

	options_parse(&o, &command, argc, argv);
	if (!o.file && !o.next) {
		fault_what(&why, "no file is named");
		fault_remedy(&why, "deeproof calibrate FILE..., or --next to "
			     "ask what to measure");
		return options_fault(&why);
	}
	if (o.next && o.file) {
		fault_at(&why, "--next", 0, 0);
		fault_what(&why, "it is a question, and reads no file");
		fault_remedy(&why, "calibrate on %s first, and ask with "
			     "--stack of that sheet", o.file);
		return options_fault(&why);
	}
	if (options_scenario(&o, &given, &why))
		return options_fault(&why);
	if (o.next)
		return next_answer(&o, &given);
	table_init(&c.rows, file_label(o.file));
	status = read_all(&o, &given, &c.rows);
	if (c.rows.rows || status == EXIT_YES)	/* none is an answer: no */
		status = calibrate_rows(&c, status);
	table_release(&c.rows);
	return status;
}
