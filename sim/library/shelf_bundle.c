#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "embed/bundle.h"
#include "read/place.h"
#include "read/sheet.h"
#include "library/shelf.h"

struct packing {
	struct shelf *shelf;
	struct text root;
	struct text *out;
	struct fault *why;
};

/* One sheet of the data folder under the heading "[section NAME]". */
static int sheet(const struct packing *p, const struct place *place,
		 const char *section, const char *name)
{
	struct text path = TEXT_INIT, heading = TEXT_INIT;
	struct table t;
	int rc;

	text_addf(&path, "%s/%s/%s.csv", p->root.buf, place->folder, name);
	text_addf(&heading, "%s %s", section, name);
	rc = table_load(&t, path.buf, p->why);
	if (!rc)
		bundle_write_sheet(heading.buf, &t, "", p->out);
	table_release(&t);
	text_release(&path);
	text_release(&heading);
	return rc;
}

static int pack_gpu(const struct packing *p, const char *name)
{
	return !shelf_gpu(p->shelf, name, p->why) ? -1 :
	       sheet(p, &place_gpus, "gpu", name);
}

static int readable(const struct packing *p, const char *name)
{
	struct text path = TEXT_INIT;
	struct table t;
	int rc;

	text_addf(&path, "%s/%s/%s.csv", p->root.buf, place_stacks.folder,
		  name);
	rc = table_load(&t, path.buf, p->why);
	table_release(&t);
	text_release(&path);
	return rc;
}

/*
 * What stands among the stacks and makes none is not an embedder's. What was
 * not to be read is something else: it is tried once more, or said.
 */
static int pack_stack(const struct packing *p, const char *name)
{
	struct stack_spec spec = { name, "", "sm90" };
	struct shelf *again;
	struct fault why;
	bool made = shelf_stack(p->shelf, &spec, &why);

	if (!made) {
		again = shelf_open();
		made = shelf_stack(again, &spec, &why);
		shelf_free(again);
	}
	return made ? sheet(p, &place_stacks, "stack", name) :
	       readable(p, name);
}

static int pack_model(const struct packing *p, const char *name)
{
	const struct model *m = shelf_model(p->shelf, name, p->why);

	if (!m)
		return -1;
	bundle_write_model(m, p->out);
	return sheet(p, &place_sheets, "sheet", name);
}

static int pack_all(const struct packing *p, const struct place *place,
		    int (*pack)(const struct packing *, const char *))
{
	struct text names = TEXT_INIT;
	char *name, *next;
	int rc = 0;

	text_addn(&names, "", 0);
	place_lines(p->root.buf, place, &names);
	for (name = names.buf; !rc && *name; name = next) {
		next = strchr(name, '\n');
		*next++ = '\0';
		rc = pack(p, name);
	}
	text_release(&names);
	return rc;
}

int shelf_bundle(struct shelf *s, struct text *out, struct fault *why)
{
	struct packing p = { s, TEXT_INIT, out, why };
	int rc;

	assert(s && out);
	place_root(&p.root);
	bundle_write_head(out);
	rc = pack_all(&p, &place_gpus, pack_gpu) ||
	     pack_all(&p, &place_stacks, pack_stack) ||
	     pack_all(&p, &place_models, pack_model) ? -1 : 0;
	text_release(&p.root);
	return rc;
}
