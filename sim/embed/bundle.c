#include "embed/bundle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "model/model_fields.h"
#include "sheet/sheet.h"

enum { DEEPEST = 16 /* size: a chain of bases */ };

static const char head[] = "deeproof 1";
static const char *const kinds[BUNDLE_NR] = { "gpu", "stack", "model" };

/* A stack on a day, as one architecture gets it. */
struct dated {
	char *date;
	char *arch;
	struct facts facts;
	struct stack stack;
};

struct bundle_item {
	enum bundle_kind kind;
	char *name;
	struct facts facts;	/* its sheet */
	bool made;
	struct gpu gpu;
	struct model model;
	struct dated **dated;	/* each owned */
	int nr, cap;
};

/* ---- items ---- */

static void dated_free(struct dated *d)
{
	facts_release(&d->facts);
	free(d->date);
	free(d->arch);
	free(d);
}

static void item_free(struct bundle_item *it)
{
	for (int i = 0; i < it->nr; i++)
		dated_free(it->dated[i]);
	free(it->dated);
	facts_release(&it->facts);
	free(it->name);
	free(it);
}

static struct bundle_item *find(const struct bundle *b, enum bundle_kind kind,
				const char *name)
{
	for (int i = 0; i < b->nr; i++) {
		struct bundle_item *it = b->item[i];

		if (it->kind == kind && !strcmp(it->name, name))
			return it;
	}
	return NULL;
}

static struct bundle_item *add(struct bundle *b, enum bundle_kind kind,
			       const char *name)
{
	struct bundle_item *it = mem_zeroed(1, sizeof(*it));

	it->kind = kind;
	it->name = mem_copy(name);
	b->item = mem_grow(b->item, b->nr, &b->cap,
			   sizeof(struct bundle_item *));
	b->item[b->nr++] = it;
	return it;
}

/* ---- what they make, once it is asked for ---- */

static int unknown(const struct bundle *b, enum bundle_kind kind,
		   const char *name, struct fault *why)
{
	const char **loaded = mem_zeroed((size_t)b->nr + 1, sizeof(*loaded));
	struct text like = TEXT_INIT;
	int nr = 0;

	for (int i = 0; i < b->nr; i++)
		if (b->item[i]->kind == kind)
			loaded[nr++] = b->item[i]->name;
	fault_at(why, "", 0, 0);
	fault_what(why, "%s \"%.60s\" is not loaded", kinds[kind], name);
	if (near_names(name, loaded, nr, &like))
		fault_remedy(why, "did you mean %s?", like.buf);
	else
		fault_remedy(why, "load it, or name one that is");
	text_release(&like);
	free(loaded);
	return -1;
}

static const struct gpu *lend_gpu(void *of, const char *name,
				  struct fault *why)
{
	struct bundle_item *it = find(of, BUNDLE_GPU, name);

	if (!it) {
		unknown(of, BUNDLE_GPU, name, why);
		return NULL;
	}
	if (!it->made && gpu_take(&it->gpu, &it->facts, why))
		return NULL;
	it->made = true;
	return &it->gpu;
}

static const struct model *lend_model(void *of, const char *name,
				      struct fault *why)
{
	struct bundle_item *it = find(of, BUNDLE_MODEL, name);
	bool borrowed;

	if (!it) {
		unknown(of, BUNDLE_MODEL, name, why);
		return NULL;
	}
	borrowed = it->model.routing_borrowed;
	if (!it->made && model_take(&it->model, &it->facts, why))
		return NULL;
	it->model.routing_borrowed = borrowed;
	it->made = true;
	return &it->model;
}

/* The sheet, its base's rows that it lacks, and so on. */
static int merge(struct bundle *b, const char *name, struct dated *d,
		 struct fault *why)
{
	for (int i = 0; i < DEEPEST && name; i++) {
		struct bundle_item *it = find(b, BUNDLE_STACK, name);
		struct facts own;
		const struct fact *base;

		if (!it)
			return unknown(b, BUNDLE_STACK, name, why);
		facts_copy(&own, &it->facts);
		facts_merge(&d->facts, &own, d->date);
		facts_release(&own);
		base = facts_find(&it->facts, "base");
		name = base ? base->text : NULL;
	}
	if (!name)
		return 0;
	fault_at(why, "", 0, 0);
	return fault_what(why, "base \"%.60s\" leads back to itself", name);
}

static struct dated *dated_make(struct bundle *b, struct bundle_item *it,
				const struct stack_spec *a, struct fault *why)
{
	struct dated *d = mem_zeroed(1, sizeof(*d));

	d->date = mem_copy(a->date);
	d->arch = mem_copy(a->arch);
	facts_init(&d->facts, it->name);
	if (!merge(b, it->name, d, why) &&
	    !stack_take(&d->stack, &d->facts, d->arch, why))
		return d;
	dated_free(d);
	return NULL;
}

static struct dated *dated_of(struct bundle *b, const struct stack_spec *a,
			      struct fault *why)
{
	struct bundle_item *it = find(b, BUNDLE_STACK, a->name);
	struct dated *d;

	if (!it) {
		unknown(b, BUNDLE_STACK, a->name, why);
		return NULL;
	}
	for (int i = 0; i < it->nr; i++)
		if (!strcmp(it->dated[i]->date, a->date) &&
		    !strcmp(it->dated[i]->arch, a->arch))
			return it->dated[i];
	d = dated_make(b, it, a, why);
	if (!d)
		return NULL;
	it->dated = mem_grow(it->dated, it->nr, &it->cap,
			     sizeof(struct dated *));
	it->dated[it->nr++] = d;
	return d;
}

static const struct stack *lend_stack(void *of, const struct stack_spec *a,
				      struct fault *why)
{
	struct dated *d = dated_of(of, a, why);

	return d ? &d->stack : NULL;
}

void bundle_init(struct bundle *b)
{
	*b = (struct bundle){ .library = { lend_gpu, lend_stack, lend_model,
					   b, NULL } };
}

void bundle_release(struct bundle *b)
{
	assert(b);
	for (int i = 0; i < b->nr; i++)
		item_free(b->item[i]);
	free(b->item);
	bundle_init(b);
}

/* ---- reading ---- */

struct reading {
	struct bundle *to;
	struct fault *why;
	struct bundle_item *item;	/* the section's; NULL: none yet */
	bool fields;			/* of a model; else a sheet */
	struct table sheet;
	int line;
};

static int wrong(struct reading *r, const char *what)
{
	fault_at(r->why, "bundle", r->line, 0);
	fault_what(r->why, "%s", what);
	return fault_remedy(r->why, "take what `deeproof bundle` "
			    "prints");
}

/* The rows of a section become its item's facts. */
static int section_end(struct reading *r)
{
	int rc = 0;

	if (r->item && !r->fields && r->sheet.columns) {
		facts_release(&r->item->facts);
		rc = facts_from_table(&r->item->facts, &r->sheet, r->why);
		if (!rc)
			rc = facts_check_dates(&r->item->facts, r->why);
	}
	table_release(&r->sheet);
	return rc;
}

/* "[gpu NAME]" */
static int section_begin(struct reading *r, char *line)
{
	char *name = strchr(line, ' '), *end = strrchr(line, ']');
	int kind = 0;

	if (section_end(r))
		return -1;
	if (!name || !end || end[1] || end <= name + 1)
		return wrong(r, "a section is [KIND NAME]");
	*name++ = '\0';
	*end = '\0';
	table_init(&r->sheet, name);
	r->fields = strcmp(line + 1, "model") == 0;
	if (strcmp(line + 1, "sheet") == 0) {
		r->item = find(r->to, BUNDLE_MODEL, name);
		return r->item ? 0 : wrong(r, "a [sheet] follows its [model]");
	}
	while (kind < BUNDLE_NR && strcmp(line + 1, kinds[kind]))
		kind++;
	if (kind == BUNDLE_NR)
		return wrong(r, "a section is a gpu, stack, model or sheet");
	r->item = add(r->to, (enum bundle_kind)kind, name);
	r->item->model.name = r->item->name;
	r->item->model.lender = r->item->name;
	facts_init(&r->item->facts, name);
	return 0;
}

static int take_field(struct reading *r, char *line)
{
	char *value = strchr(line, '\t');

	if (!value)
		return wrong(r, "a field is NAME, a tab, its value");
	*value++ = '\0';
	fault_at(r->why, "bundle", r->line, 0);
	return model_fields_set(&r->item->model, line, value, r->why);
}

/* A line of a sheet; the first names its columns. */
static int take_cells(struct reading *r, char *line)
{
	int row = r->sheet.columns ? table_add_row(&r->sheet, r->line) : -1;

	for (int i = 0; line; i++) {
		char *tab = strchr(line, '\t');

		if (tab)
			*tab++ = '\0';
		if (row < 0)
			table_need(&r->sheet, line);
		else if (i < r->sheet.columns)
			table_set(&r->sheet, row, i, line);
		else
			return wrong(r, "more cells than the header has");
		line = tab;
	}
	return 0;
}

static int take_line(struct reading *r, char *line)
{
	if (r->line == 1)
		return strcmp(line, head) ?
			wrong(r, "the first line is not \"deeproof 1\"") : 0;
	if (!*line)
		return 0;
	if (*line == '[')
		return section_begin(r, line);
	if (!r->item)
		return wrong(r, "a line before the first section");
	return r->fields ? take_field(r, line) : take_cells(r, line);
}

static int read_all(struct reading *r, char *text)
{
	while (text) {
		char *end = strchr(text, '\n');

		if (end)
			*end++ = '\0';
		r->line++;
		if (take_line(r, text))
			return -1;
		text = end;
	}
	return section_end(r);
}

/* Those that are named again give way. */
static void move_all(struct bundle *to, struct bundle *from)
{
	for (int i = 0; i < from->nr; i++) {
		struct bundle_item *it = from->item[i];
		struct bundle_item *old = find(to, it->kind, it->name);
		int at = 0;

		while (old && to->item[at] != old)
			at++;
		if (old) {
			item_free(old);
			to->item[at] = it;
			continue;
		}
		to->item = mem_grow(to->item, to->nr, &to->cap,
				    sizeof(struct bundle_item *));
		to->item[to->nr++] = it;
	}
	from->nr = 0;
}

/* What a stack is made of may have changed with what was loaded. */
static void forget_stacks(struct bundle *b)
{
	for (int i = 0; i < b->nr; i++) {
		struct bundle_item *it = b->item[i];

		for (int k = 0; k < it->nr; k++)
			dated_free(it->dated[k]);
		it->nr = 0;
	}
}

int bundle_load(struct bundle *b, const char *text, struct fault *why)
{
	struct bundle fresh;
	struct reading r = { .to = &fresh, .why = why };
	char *copy = mem_copy(text);
	int rc;

	assert(text);
	bundle_init(&fresh);
	table_init(&r.sheet, "");
	rc = read_all(&r, copy);
	table_release(&r.sheet);
	if (!rc) {
		forget_stacks(b);
		move_all(b, &fresh);
	}
	bundle_release(&fresh);
	free(copy);
	return rc;
}

void bundle_names(const struct bundle *b, enum bundle_kind kind,
		  struct text *out)
{
	assert(kind < BUNDLE_NR);
	for (int i = 0; i < b->nr; i++)
		if (b->item[i]->kind == kind)
			text_addf(out, "%s\n", b->item[i]->name);
}

const struct facts *bundle_facts(struct bundle *b, enum bundle_kind kind,
				 const char *name)
{
	struct bundle_item *it = find(b, kind, name);

	assert(kind < BUNDLE_NR && name);
	return it ? &it->facts : NULL;
}

/* ---- writing ---- */

void bundle_write_head(struct text *out)
{
	text_addf(out, "%s\n", head);
}

/* Tabs and line ends are the form's. */
static void cell(struct text *out, const char *s)
{
	for (; s && *s; s++)
		text_addn(out, strchr("\t\r\n", *s) ? " " : s, 1);
}

void bundle_write_sheet(const char *section, const struct table *sheet,
			const char *prefix, struct text *out)
{
	int key = table_column(sheet, "key");

	assert(section && prefix);
	text_addf(out, "[%s]\n", section);
	for (int c = 0; c < sheet->columns; c++) {
		cell(out, sheet->head[c]);
		text_add(out, c + 1 < sheet->columns ? "\t" : "\n");
	}
	for (int r = 0; r < sheet->rows; r++) {
		if (strncmp(table_get(sheet, r, key), prefix, strlen(prefix)))
			continue;
		for (int c = 0; c < sheet->columns; c++) {
			cell(out, table_get(sheet, r, c));
			text_add(out, c + 1 < sheet->columns ? "\t" : "\n");
		}
	}
}

void bundle_write_model(const struct model *m, struct text *out)
{
	assert(*m->name);
	text_addf(out, "[model %s]\n", m->name);
	model_fields_write(m, out);
}
