#include "tasks/measuring.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "options/emit.h"
#include "options/options.h"
#include "options/verb.h"
#include "read/file.h"

void measuring_init(struct measuring *m, const struct scenario *given)
{
	struct text root = TEXT_INIT;

	assert(m && given);
	*m = (struct measuring){ .ask = { .given = given, .hw = &m->hw,
		.stacks = &m->stacks, .models = &m->models } };
	place_root(&root);
	place_names(&m->hw, root.buf, &place_gpus);
	place_names(&m->stacks, root.buf, &place_stacks);
	place_names(&m->models, root.buf, &place_models);
	text_release(&root);
}

void measuring_release(struct measuring *m)
{
	place_names_release(&m->hw);
	place_names_release(&m->stacks);
	place_names_release(&m->models);
}

int measuring_bytes(struct measuring *m, const char *path,
		    const struct text *bytes, struct table *out)
{
	struct text said = TEXT_INIT;
	struct fault why = { 0 };
	int status = EXIT_YES;

	assert(path && bytes && out);
	m->ask.name = file_label(path);
	if (measure_bytes(&m->ask, bytes, out, &said, &why))
		status = options_fault(&why);
	if (said.len)
		emit_note("%s", said.buf);
	text_release(&said);
	return status;
}

int measuring_file(struct measuring *m, const char *path, struct table *out)
{
	struct text bytes = TEXT_INIT;
	struct fault why = { 0 };
	int status = file_read(path, &bytes, &why) ?
		options_fault(&why) : measuring_bytes(m, path, &bytes, out);

	assert(path && out);
	text_release(&bytes);
	return status;
}
