#include <argp.h>
#include <errno.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/near.h"
#include "options/given.h"
#include "options/emit.h"
#include "options/options.h"
#include "options/verb.h"
#include "plots/figure.h"
#include "read/file.h"
#include "read/sheet.h"

enum { KEY_TITLE = 0x100, KEY_SUBTITLE, KEY_SOURCE /* size: keys above any
						      character */ };

struct asked {
	const char *kind, *file;
	const char *out;	/* NULL: stdout */
	const char *title, *subtitle, *source;	/* NULL: the table's */
};

/* ---- options ---- */

static const struct argp_option list[] = {
	{ "output", 'o', "FILE", 0, "write there instead of stdout; a name "
	  "that ends in .png or .pdf is drawn by rsvg-convert", 0 },
	{ "title", KEY_TITLE, "TEXT", 0, "the finding, as a sentence", 0 },
	{ "subtitle", KEY_SUBTITLE, "TEXT", 0, "what is shown", 0 },
	{ "source", KEY_SOURCE, "TEXT", 0, "where the numbers are from", 0 },
	{ 0 }
};

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	struct asked *a = state->input;

	switch (key) {
	case 'o':
		a->out = arg;
		return 0;
	case KEY_TITLE:
		a->title = arg;
		return 0;
	case KEY_SUBTITLE:
		a->subtitle = arg;
		return 0;
	case KEY_SOURCE:
		a->source = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->file)
			argp_error(state, "\"%s\" is one argument too many",
				   arg);
		*(a->kind ? &a->file : &a->kind) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->file)
			argp_error(state, "%s is not given; write deeproof "
				   "plot KIND FILE",
				   a->kind ? "FILE" : "KIND");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* One line for what it reads, one for what it also takes. */
static void help_kind(const struct figure_kind *k, struct text *out)
{
	const char *wants = k->wants, *more = strstr(wants, "; ");

	text_addf(out, "  %-10s %s\n", k->name, k->shows);
	if (more) {
		text_addf(out, "%13s", "");	/* size: under shows */
		text_addn(out, wants, (size_t)(more - wants));
		text_add(out, "\n");
		wants = more + strlen("; ");
	}
	text_addf(out, "%13s%s\n", "", wants);	/* size: under shows */
}

/* The kinds, for --help. */
static void help(struct text *out)
{
	text_add(out, "A CSV file to SVG, PNG or PDF. Nothing is computed that "
		 "is not in the file.\vKinds, and the columns they read:\n");
	for (int i = 0; i < figure_kinds_nr; i++)
		help_kind(&figure_kinds[i], out);
	text_add(out, "\nExample:\n"
		 "  deeproof sweep experiments/02-ep-size/traffic.csv "
		 "-o bytes.csv\n"
		 "  deeproof plot traffic bytes.csv -o bytes.svg\n");
}

/* ---- the figure ---- */

static int unknown(const char *kind, struct fault *why)
{
	const char *name[32];	/* size: more kinds than there are */
	struct text all = TEXT_INIT;
	const char *like;
	int nr = 0;

	for (; nr < figure_kinds_nr && nr < (int)(sizeof(name) /
						  sizeof(*name)); nr++) {
		name[nr] = figure_kinds[nr].name;
		text_addf(&all, "%s%s", nr ? ", " : "", name[nr]);
	}
	like = near_word(kind, name, nr);
	fault_at(why, "", 0, 0);
	fault_what(why, "there is no figure \"%.64s\"", kind);
	if (like)
		fault_remedy(why, "did you mean \"%s\"?", like);
	else
		fault_remedy(why, "write one of %s", all.buf);
	text_release(&all);
	return -1;
}

static void heading(struct table *t, const char *column, const char *text)
{
	if (text && t->rows)
		table_set(t, 0, table_need(t, column), text);
}

/* Does the figure read a column of this name, as a number? */
static bool is_number(const struct figure_kind *k, const char *name)
{
	static const char *const words[] = { "id", "hw", "label", "fits",
		"title", "subtitle", "source_line", "name", "op", "math",
		"bound", "model", "metric", "unit", "mechanism", "group",
		"key", "sheet", "lane", "stage", "kind", "series", "panel",
		"measured", "stars", "x_label", "y_label", "x_scale",
		"y_scale", "x_notches", "y_notches" };
	const char *at = strstr(k->wants, name);
	size_t len = strlen(name);

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(name, words[i]) == 0)
			return false;
	return at && (at == k->wants || strchr(" ,", at[-1])) &&
	       (!at[len] || strchr(" ,;", at[len]));
}

#define MOST 1e30	/* size: what plots draw; beyond it is a slip */

/* Cells of a column that are no numbers; the first of them, and numbers. */
struct gaps {
	int nr, row, numbers;
};

static struct gaps gaps_of(const struct table *t, int column)
{
	struct gaps g = { 0 };

	for (int r = 0; r < t->rows; r++) {
		if (!*table_get(t, r, column))
			continue;
		if (fabs(table_number(t, r, column)) <= MOST)
			g.numbers++;
		else if (g.nr++ == 0)
			g.row = r;
	}
	return g;
}

/*
 * Cells that should be numbers and are none are not drawn: say so. A column
 * without any number is a fault.
 */
static int check_numbers(const struct figure_kind *k, const struct table *t,
			 struct fault *why)
{
	struct gaps all = { 0 };
	int column = 0;

	for (int c = t->columns - 1; c >= 0; c--) {
		struct gaps g = gaps_of(t, c);

		if (!is_number(k, t->head[c]) || g.nr == 0)
			continue;
		if (g.numbers == 0) {
			fault_at(why, t->name, t->line[g.row], 0);
			fault_what(why, "%s is \"%.40s\", and no row has a "
				   "number there", t->head[c],
				   table_get(t, g.row, c));
			return fault_remedy(why, "write a number, or leave "
					    "the cell blank");
		}
		all = (struct gaps){ all.nr + g.nr, g.row, g.numbers };
		column = c;
	}
	if (all.nr)
		fprintf(stderr, "note: %s: %d cell%s not drawn, being no "
			"number; the first is %s, \"%.40s\", of line %d\n",
			t->name, all.nr, all.nr > 1 ? "s are" : " is",
			t->head[column], table_get(t, all.row, column),
			t->line[all.row]);
	return 0;
}

static int draw(const struct asked *a, struct text *out, struct fault *why)
{
	const struct figure_kind *k = figure_find(a->kind);
	struct table t;
	int rc;

	if (!k)
		return unknown(a->kind, why);
	rc = table_load(&t, a->file, why);
	if (!rc) {
		heading(&t, "title", a->title);
		heading(&t, "subtitle", a->subtitle);
		heading(&t, "source_line", a->source);
		rc = k->draw(&t, out, why) || check_numbers(k, &t, why) ? -1 :
			0;
	}
	table_release(&t);
	return rc;
}

/* ---- PNG and PDF ---- */

/* What rsvg-convert makes of it, by the name; NULL: it stays SVG. */
static const char *format_of(const char *path)
{
	if (emit_is_stdout(path))
		return NULL;
	return emit_ends_in(path, ".png") ? "png" :
	       emit_ends_in(path, ".pdf") ? "pdf" : NULL;
}

static int other_picture(const char *path, struct fault *why)
{
	return format_of(path) ? 0 :
		emit_allowed(&(struct emit_name){ "-o", path }, 1, why);
}

static int errno_fault(struct fault *why, const char *path, const char *what,
		       int err)
{
	fault_at(why, path, 0, 0);
	return fault_what(why, "%s: %s", what, strerror(err));
}

/* Two pixels a point. No shell sees the names. */
static int convert(const char *svg, const char *to, const char *format,
		   struct fault *why)
{
	static char program[] = "rsvg-convert", zoom[] = "-z", two[] = "2",
		    as[] = "-f", out[] = "-o", end[] = "--";
	char *argv[] = { program, zoom, two, as, (char *)format, out,
			 (char *)to, end, (char *)svg, NULL };
	pid_t pid;
	int status, err = posix_spawnp(&pid, program, NULL, NULL, argv,
				       environ);

	if (err) {
		errno_fault(why, "", "cannot run rsvg-convert", err);
		return fault_remedy(why, "install librsvg2-bin, or write a "
				    ".svg");
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno_fault(why, "", "lost rsvg-convert",
					   errno);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	fault_at(why, "", 0, 0);
	return fault_what(why, "rsvg-convert could not make the %s",
			  strcmp(format, "pdf") ? "PNG" : "PDF");
}

/* SVG and picture are made beside path, and only a whole one gets there. */
static int write_as(const char *format, const char *path,
		    const struct text *figure, struct fault *why)
{
	struct text to = TEXT_INIT, svg = TEXT_INIT, png = TEXT_INIT;
	int rc;

	file_target(path, &to);
	text_addf(&svg, "%s.%ld.svg", to.buf, (long)getpid());
	text_addf(&png, "%s.%ld.tmp", to.buf, (long)getpid());
	rc = file_was_read(path, why) || file_write(svg.buf, figure, why);
	if (rc)
		snprintf(why->file, sizeof(why->file), "%s", path);
	else
		rc = convert(svg.buf, png.buf, format, why);
	if (!rc && rename(png.buf, to.buf))
		rc = errno_fault(why, path, "cannot write", errno);
	unlink(svg.buf);
	if (rc)
		unlink(png.buf);
	text_release(&to);
	text_release(&svg);
	text_release(&png);
	return rc;
}

int cmd_plot(int argc, char **argv)
{
	struct argp argp = { list, parse_key, "KIND FILE", NULL, NULL, NULL,
			     NULL };
	struct asked a = { 0 };
	struct fault why = { 0 };
	struct text doc = TEXT_INIT, out = TEXT_INIT;
	const char *format;
	int status = EXIT_YES;

	help(&doc);
	argp.doc = doc.buf;
	given_parse(&argp, argc, argv, &a);
	text_release(&doc);
	format = format_of(a.out);
	if (other_picture(a.out, &why) || draw(&a, &out, &why) ||
	    (format && write_as(format, a.out, &out, &why)))
		status = options_fault(&why);
	else if (!format)
		return emit(&out, a.out, EXIT_YES);
	text_release(&out);
	return status;
}
