#include "tasks/manifest.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ask/memo.h"
#include "base/mem.h"
#include "library/shelf.h"
#include "options/verb.h"
#include "read/checksum.h"
#include "read/file.h"

/* ---- the sheets that rows name ---- */

static const char *const names[] = { "hw", "stack", "model", "date", "set" };

enum { NAMES = sizeof(names) / sizeof(*names) };

struct naming {
	const struct manifest_spec *spec;
	struct memo *memo;
	struct scenario at;
};

/* What cannot be read is a row's fault, and is told there. */
static void look_up(struct naming *n)
{
	struct scenario s = n->at;
	struct fault unused;

	fault_at(&unused, "", 0, 0);
	if (!*s.stack)
		strcpy(s.stack, "generic");	/* as question_make has it */
	memo_names(n->memo, &s, &unused);
}

static void set(struct naming *n, int column, const char *word)
{
	struct fault unused;

	if (scenario_set_at(&n->at, column, word, &unused))
		scenario_set_at(&n->at, column, "", &unused);
}

/* All that lists give of these columns, with each other. */
static void name_grid(struct naming *n, int which)
{
	const struct grid *g = n->spec->grid;
	int column, at = 0;

	if (which == NAMES) {
		look_up(n);
		return;
	}
	column = scenario_column_find(names[which]);
	while (at < g->nr && g->list[at].column != column)
		at++;
	for (int i = 0; at < g->nr && i < g->list[at].nr; i++) {
		set(n, column, g->list[at].value[i].text);
		name_grid(n, which + 1);
	}
	if (at == g->nr)
		name_grid(n, which + 1);
}

static void name_rows(struct naming *n)
{
	const struct table *t = n->spec->rows;

	for (int r = 0; r < t->rows; r++) {
		for (int i = 0; i < NAMES; i++)
			set(n, scenario_column_find(names[i]),
			    table_cell(t, r, names[i]));
		look_up(n);
	}
}

static void read_sheets(struct shelf *shelf, const struct manifest_spec *a)
{
	struct naming n = { .spec = a };

	scenario_init(&n.at);
	n.memo = memo_new(shelf_library(shelf));
	if (a->options->file)
		name_rows(&n);
	else
		name_grid(&n, 0);
	free(n.memo);
}

/* ---- whose result it is ---- */

static uint32_t add_text(uint32_t crc, const char *s)
{
	return checksum_add(crc, s ? s : "", s ? strlen(s) + 1 : 1);
}

static void add_file(void *of, const char *path)
{
	uint32_t *crc = of, own;
	uint64_t size;
	struct fault unused;

	if (!checksum_file(path, &own, &size, &unused))
		*crc = checksum_add(*crc, &own, sizeof(own));
}

/* Of everything that the bytes of the result depend on, once it is read. */
static void identity(struct manifest *m, const struct manifest_spec *a)
{
	const struct options *o = a->options;
	struct text all = TEXT_INIT;
	uint32_t crc = 0;

	for (int i = 0; i < scenario_columns_nr; i++)
		crc = add_text(crc, o->given[i]);
	crc = add_text(crc, o->where);
	file_each_read(add_file, &crc);
	table_write(a->rows, &all);
	text_addf(&all, "%s %.17g %d %d %d %llu %d %d", VERSION,
		  o->tpot_s, (int)o->longest, (int)o->play, o->steps,
		  (unsigned long long)o->seed, o->file != NULL, o->best);
	crc = checksum_end(add_text(crc, all.buf), all.len);
	text_addf(&m->id, "deeproof sweep %lu, shard %d/%d, rows %" PRId64
		  " to %" PRId64, (unsigned long)crc, o->shard, o->shards,
		  a->of.from + 1, a->of.to);
	text_release(&all);
}

void manifest_make(struct manifest *m, const struct manifest_spec *a)
{
	struct shelf *shelf = shelf_open();

	assert(m && a->options && a->rows && a->grid);
	*m = (struct manifest){ .id = TEXT_INIT };
	read_sheets(shelf, a);
	shelf_origins(shelf, m->facts);
	identity(m, a);
	shelf_free(shelf);
}

void manifest_release(struct manifest *m)
{
	text_release(&m->id);
}

/* ---- as a file ---- */

/* As a shell reads it. */
static void add_word(struct text *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:=+@%";

	text_char(out, ' ');
	if (*word && word[strspn(word, plain)] == '\0') {
		text_add(out, word);
		return;
	}
	text_char(out, '\'');
	for (; *word; word++)
		text_addf(out, *word == '\'' ? "'\\''" : "%c", *word);
	text_char(out, '\'');
}

static void add_command(struct text *out, const struct manifest_spec *a)
{
	struct text line = TEXT_INIT;

	text_add(&line, "deeproof sweep");
	for (int i = 1; i < a->argc; i++)
		add_word(&line, a->argv[i]);
	text_add(out, "command,");
	text_cell(out, line.buf);
	text_char(out, '\n');
	text_release(&line);
}

static void add_rows(struct text *out, const struct manifest_spec *a,
		     const struct manifest_rows *r)
{
	text_addf(out, "seed,%llu\nshard,%d/%d\nrows,%" PRId64
		  "\nmalformed,%" PRId64 "\nrefused,%" PRId64
		  "\nkept,%" PRId64 "\n",
		  (unsigned long long)a->options->seed, a->options->shard,
		  a->options->shards, a->of.to - a->of.from, r->malformed,
		  r->refused, r->kept);
}

int manifest_write(const struct manifest *m, const struct manifest_spec *a,
		   const struct manifest_rows *r, struct fault *why)
{
	struct text path = TEXT_INIT, out = TEXT_INIT;
	uint64_t size;
	uint32_t crc;
	int rc = checksum_file(a->options->out, &crc, &size, why);

	assert(m->id.len);
	if (!rc) {
		text_addf(&path, "%s.manifest", a->options->out);
		text_add(&out, "result,");
		text_cell(&out, a->options->out);
		text_char(&out, '\n');
		add_command(&out, a);
		text_addf(&out, "program,%s\nidentity,%s\n", VERSION,
			  m->id.buf);
		add_rows(&out, a, r);
		for (int i = 0; i < ORIGIN_NR; i++)
			if (m->facts[i])
				text_addf(&out, "facts_%s,%d\n",
					  origin_name((enum origin)i),
					  m->facts[i]);
		text_addf(&out, "bytes,%" PRIu64 "\ncksum,%lu\n", size,
			  (unsigned long)crc);
		rc = file_was_read(path.buf, why) ||
		     file_write(path.buf, &out, why) ? -1 : 0;
	}
	text_release(&path);
	text_release(&out);
	return rc;
}
