#include "tasks/launch.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "read/file.h"
#include "read/place.h"
#include "read/sheet.h"

static const struct place templates = { "hw/launch", ".tmpl", "template",
					NULL };

enum { MOST = 32 /* size: templates */ };

struct launching {
	struct text root;
	struct place_names names;
	struct launch words;
	struct question decode, prefill;
	struct table hosts, checkpoints;
	struct text file[MOST], path[MOST];
	struct draft draft[MOST];
	int drafts;
	struct text said;
};

/* ---- the tables ---- */

static int row_of(const struct table *t, const char *column, const char *name)
{
	int c = table_column(t, column);

	for (int i = 0; i < t->rows; i++)
		if (!strcmp(table_get(t, i, c), name))
			return i;
	return -1;
}

/* A GPU of no row: one board of eight, or what NVLink joins, a host. */
static struct launch_host host_of(const struct table *t,
				  const struct question *q)
{
	const int board = 8;	/* size: GPUs */
	const char *hw = q->on.machine.gpu->name;
	int row = row_of(t, "hw", hw);
	double own = q->on.machine.gpu->nvlink_gpus;

	if (row < 0)
		return (struct launch_host){ own < board ? (int)own : board,
					     hw };
	return (struct launch_host){
		(int)table_number(t, row, table_column(t, "node_gpus")),
		table_cell(t, row, "gpu_type") };
}

static const char *checkpoint_of(const struct table *t,
				 const struct scenario *s)
{
	int model = table_column(t, "model");
	int weights = table_column(t, "weights");

	for (int i = 0; i < t->rows; i++)
		if (!strcmp(table_get(t, i, model), s->model) &&
		    !strcmp(table_get(t, i, weights), s->weights))
			return table_get(t, i,
					 table_column(t, "checkpoint"));
	return "";
}

static int load(struct launching *l, struct table *t, const char *name,
		struct fault *why)
{
	struct text path = TEXT_INIT;
	int rc;

	text_addf(&path, "%s/hw/launch/%s", l->root.buf, name);
	rc = table_load(t, path.buf, why);
	text_release(&path);
	return rc;
}

static int words(struct launching *l, const struct fleet *p,
		 const struct fleet_spec *of, struct fault *why)
{
	const struct choice *c = &p->choice[0];
	struct launch_spec a = { .choice = c, .decode = &l->decode,
				 .cached_share = of->cached_share };

	if (question_make(&l->decode, &c->scenario, of->library, why))
		return -1;
	a.host = host_of(&l->hosts, &l->decode);
	a.checkpoint = checkpoint_of(&l->checkpoints, &c->scenario);
	if (c->pool >= 0) {
		a.pool = &p->pool[c->pool];
		if (question_make(&l->prefill, &a.pool->scenario, of->library,
				  why))
			return -1;
		a.prefill = &l->prefill;
		a.prefill_host = host_of(&l->hosts, &l->prefill);
	}
	launch_words(&l->words, &a);
	return 0;
}

/* ---- the folder ---- */

static bool ours(const struct launching *l, const char *name)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return true;
	for (int i = 0; i < l->names.nr; i++)
		if (!strcmp(l->names.name[i], name))
			return true;
	return false;
}

static int folder(const struct launching *l, const char *dir,
		  struct fault *why)
{
	struct dirent *entry;
	int rc = 0;
	DIR *d;

	fault_at(why, "--launch", 0, 0);
	if (mkdir(dir, 0777) && errno != EEXIST) {	/* math: all, octal */
		fault_what(why, "%.200s cannot be made: %s", dir,
			   strerror(errno));
		return fault_remedy(why, "name a folder whose parent is "
				    "there and may be written");
	}
	d = opendir(dir);
	if (!d) {
		fault_what(why, "%.200s is no folder that can be read: %s",
			   dir, strerror(errno));
		return fault_remedy(why, "name a folder that is new or "
				    "empty");
	}
	while (!rc && (entry = readdir(d)))
		if (!ours(l, entry->d_name)) {
			fault_what(why, "%.150s holds %.100s, which is no "
				   "launch file", dir, entry->d_name);
			rc = fault_remedy(why, "name a folder that is new or "
					  "empty");
		}
	closedir(d);
	return rc;
}

static int fill(struct launching *l, const char *dir, const char *name,
		struct fault *why)
{
	struct text template = TEXT_INIT, from = TEXT_INIT;
	struct text *out = &l->file[l->drafts], *to = &l->path[l->drafts];
	enum launched how = LAUNCH_FAULT;

	text_addf(&from, "%s/%s/%s.tmpl", l->root.buf, templates.folder,
		  name);
	text_addf(to, "%s/%s", dir, name);
	if (!file_read(from.buf, &template, why))
		how = launch_fill(&l->words, from.buf, template.buf, out,
				  why);
	text_release(&template);
	text_release(&from);
	if (how == LAUNCH_MADE) {
		if (draft_make(&l->draft[l->drafts], to->buf, out, why))
			return -1;
		l->drafts++;
		return 0;
	}
	if (how == LAUNCH_REFUSED)
		text_addf(&l->said, "Not written: %s. %s.\n", name, out->buf);
	if (how != LAUNCH_FAULT)
		unlink(to->buf);	/* of an earlier run, if there is one */
	text_release(out);
	text_release(to);
	return how == LAUNCH_FAULT ? -1 : 0;
}

static int write_all(struct launching *l, const char *dir, struct text *said,
		     struct fault *why)
{
	int rc = folder(l, dir, why), kept = 0;

	for (int i = 0; !rc && i < l->names.nr && i < MOST; i++)
		rc = fill(l, dir, l->names.name[i], why);
	if (!rc)
		text_addf(said, "\nTo run it, in %s:", dir);
	while (!rc && kept < l->drafts) {
		const char *path = l->draft[kept].path;

		rc = draft_keep(&l->draft[kept], why);
		text_addf(said, "%s %s", kept ? "," : "",
			  strrchr(path, '/') + 1);
		kept++;
	}
	for (int i = kept; i < l->drafts; i++)
		draft_drop(&l->draft[i]);
	if (!rc)
		text_addf(said, "%s.\n%s", l->drafts ? "" : " nothing",
			  l->said.buf ? l->said.buf : "");
	return rc;
}

int launch_write(const struct fleet *p, const struct fleet_spec *of,
		 const char *dir, struct text *said, struct fault *why)
{
	struct launching *l = mem_zeroed(1, sizeof(*l));
	int rc;

	assert(dir && p->nr > 0 && p->choice[0].answer.fits);
	place_root(&l->root);
	text_addn(&l->root, "", 0);
	place_names(&l->names, l->root.buf, &templates);
	rc = load(l, &l->hosts, "hosts.csv", why) ||
	     load(l, &l->checkpoints, "checkpoints.csv", why) ||
	     words(l, p, of, why) || write_all(l, dir, said, why) ? -1 : 0;
	table_release(&l->hosts);
	table_release(&l->checkpoints);
	for (int i = 0; i < MOST; i++) {
		text_release(&l->file[i]);
		text_release(&l->path[i]);
	}
	place_names_release(&l->names);
	text_release(&l->said);
	text_release(&l->root);
	free(l);
	return rc;
}
