#include "sheet/sheet.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { KEY, VALUE, ERR, UNIT, ORIGIN, SOURCE, NOTE, COLUMNS };

static const char *const columns[COLUMNS] = {
	"key", "value", "err", "unit", "origin", "source", "note",
};

/* A row of the sheet on its way to become a fact. */
struct row {
	const char *cell[COLUMNS];
	const char *file;
	int line;
	struct fault *why;
};

static int refused(const struct row *row)
{
	return fault_at(row->why, row->file, row->line, 0);
}

/* All that a row lacks, so that it is told once. */
static int refuse_blank(const struct row *row)
{
	static const char *const write[COLUMNS] = {
		[KEY] = "what it is about",
		[VALUE] = "a number or a word",
		[UNIT] = "a unit, \"name\" for a word",
		[ORIGIN] = "an origin: spec, measured, reported, fitted or "
			   "assumed",
		[SOURCE] = "a source: who says so",
	};
	struct text lacks = TEXT_INIT, remedy = TEXT_INIT;
	int rc;

	for (int i = 0; i < COLUMNS; i++) {
		if (row->cell[i][0] || !write[i])
			continue;
		text_addf(&lacks, "%s%s", lacks.len ? ", " : "", columns[i]);
		text_addf(&remedy, "%s%s", remedy.len ? "; " : "", write[i]);
	}
	if (lacks.len) {
		refused(row);
		fault_what(row->why, "\"%s\" has no %s", row->cell[KEY],
			   lacks.buf);
		fault_remedy(row->why, "write %s", remedy.buf);
	}
	rc = lacks.len ? -1 : 0;
	text_release(&remedy);
	text_release(&lacks);
	return rc;
}

static int refuse_doubled(const struct row *row, const struct facts *fs)
{
	const struct fact *first = facts_find(fs, row->cell[KEY]);

	if (!first)
		return 0;
	refused(row);
	fault_what(row->why, "key \"%s\" stands twice; line %d has it",
		   row->cell[KEY], first->line);
	return fault_remedy(row->why, "remove one of them");
}

static int take_unit(const struct row *row, struct fact *f, double *factor)
{
	struct text all = TEXT_INIT;

	if (!units_parse(row->cell[UNIT], &f->dim, factor)) {
		strncpy(f->unit, row->cell[UNIT], sizeof(f->unit) - 1);
		return 0;
	}
	refused(row);
	fault_what(row->why, "\"%s\": \"%s\" is no unit", row->cell[KEY],
		   row->cell[UNIT]);
	for (int dim = 0; dim < DIM_NR; dim++)
		text_addf(&all, "%s%s", dim ? ", " : "",
			  units_examples((enum dim)dim));
	fault_remedy(row->why, "write one of %s", all.buf);
	text_release(&all);
	return -1;
}

static int take_origin(const struct row *row, struct fact *f)
{
	if (!origin_parse(row->cell[ORIGIN], &f->origin) &&
	    f->origin != ORIGIN_DERIVED)
		return 0;
	refused(row);
	fault_what(row->why, "\"%s\": \"%s\" is no origin of a row",
		   row->cell[KEY], row->cell[ORIGIN]);
	return fault_remedy(row->why, "write spec, measured, reported, "
			    "fitted or assumed");
}

static int take_value(const struct row *row, struct fact *f, double factor)
{
	if (!units_number(row->cell[VALUE], &f->value)) {
		f->value *= factor;
		if (isfinite(f->value))
			return 0;
	}
	refused(row);
	fault_what(row->why, "\"%s\": value \"%s\" is no number",
		   row->cell[KEY], row->cell[VALUE]);
	return fault_remedy(row->why, "write a decimal number, or the unit "
			    "\"name\" if it is a word");
}

/* "0.2" in the unit of the value, or "3%" of the value: not a hundred times
   as much as it, which says nothing, and is a slip. */
static int parse_err(const char *cell, struct fact *f, double factor)
{
	struct text number = TEXT_INIT;
	size_t len = strlen(cell);
	enum dim ratio;
	int rc;

	if (cell[len - 1] == '%') {
		units_parse("%", &ratio, &factor);
		factor *= fabs(f->value);
		len--;
	}
	text_addn(&number, cell, len);
	rc = units_number(number.buf, &f->err);
	text_release(&number);
	f->err *= factor;
	if (fabs(f->value) > 0 && f->err > 100 * fabs(f->value)) /* math: */
		return -1;
	return rc || f->err < 0 || !isfinite(f->err) ? -1 : 0;
}

static int take_err(const struct row *row, struct fact *f, double factor)
{
	const char *cell = row->cell[ERR];

	if (!cell[0])
		return 0;
	if (f->dim != DIM_NAME && !parse_err(cell, f, factor))
		return 0;
	refused(row);
	fault_what(row->why, "\"%s\": err \"%s\" is no standard error",
		   row->cell[KEY], cell);
	if (f->dim == DIM_NAME)
		return fault_remedy(row->why, "leave err blank: a word has "
				    "none");
	return fault_remedy(row->why, "write a number >= 0 in the value's "
			    "unit, a share of it such as 3%%, or nothing");
}

static int take_fact(const struct row *row, struct facts *fs)
{
	struct fact f = { .line = row->line };
	double factor = 1;

	if (refuse_blank(row) || refuse_doubled(row, fs) ||
	    take_unit(row, &f, &factor) || take_origin(row, &f))
		return -1;
	if (f.dim != DIM_NAME && take_value(row, &f, factor))
		return -1;
	if (take_err(row, &f, factor))
		return -1;
	f.key = mem_copy(row->cell[KEY]);
	f.text = mem_copy(row->cell[VALUE]);
	f.source = mem_copy(row->cell[SOURCE]);
	f.note = mem_copy(row->cell[NOTE]);
	f.file = mem_copy(row->file);
	facts_move(fs, &f);
	return 0;
}

static int refuse_strangers(const struct table *t, struct fault *why)
{
	for (int i = 0; i < t->columns; i++) {
		int j = 0;

		while (j < COLUMNS && strcmp(t->head[i], columns[j]))
			j++;
		if (j < COLUMNS)
			continue;
		fault_at(why, t->name, 0, 0);
		fault_what(why, "a sheet has no column \"%s\"", t->head[i]);
		return fault_remedy(why, "put what it says in note");
	}
	return 0;
}

/* Where each of our columns stands in the table, if all do and no other. */
static int find_columns(const struct table *t, int at[COLUMNS],
			struct fault *why)
{
	for (int i = 0; i < COLUMNS; i++) {
		at[i] = table_column(t, columns[i]);
		if (at[i] >= 0)
			continue;
		fault_at(why, t->name, 0, 0);
		fault_what(why, "no column \"%s\"", columns[i]);
		return fault_remedy(why, "the header of a sheet is "
				    "key,value,err,unit,origin,source,note");
	}
	return refuse_strangers(t, why);
}

void facts_init_named(struct facts *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	struct text stem = TEXT_INIT;

	if (dot && strcmp(dot, ".csv"))
		dot = NULL;
	text_addn(&stem, name, dot ? (size_t)(dot - name) : strlen(name));
	facts_init(out, stem.buf);
	text_release(&stem);
}

int facts_from_table(struct facts *out, const struct table *t,
		     struct fault *why)
{
	int at[COLUMNS];

	facts_init_named(out, t->name);
	if (find_columns(t, at, why))
		return -1;
	for (int i = 0; i < t->rows; i++) {
		struct row row = { .file = t->name, .line = t->line[i],
				   .why = why };

		for (int j = 0; j < COLUMNS; j++)
			row.cell[j] = table_get(t, i, at[j]);
		if (take_fact(&row, out))
			return -1;
	}
	return 0;
}
