#include "crew/best.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A row worth keeping, with its line. */
struct best_row {
	double rate;
	char *line;	/* owned */
};

void best_init(struct best *b, int most)
{
	assert(most >= 0);
	*b = (struct best){ .most = most };
	b->row = mem_zeroed((size_t)most + 1, sizeof(*b->row));
}

void best_release(struct best *b)
{
	for (int i = 0; i < b->nr; i++)
		free(b->row[i].line);
	free(b->row);
	b->row = NULL;
}

void best_note(double rate, struct text *out)
{
	text_addf(out, "%.17g\n", rate);
}

static void keep(struct best *b, double rate, const char *line, size_t len)
{
	int at = b->nr;

	if (at == b->most && !(rate > b->row[at - 1].rate))
		return;
	if (at == b->most)
		free(b->row[--at].line);
	while (at > 0 && rate > b->row[at - 1].rate) {
		b->row[at] = b->row[at - 1];
		at--;
	}
	b->row[at].rate = rate;
	b->row[at].line = mem_zeroed(len + 1, 1);
	memcpy(b->row[at].line, line, len);
	if (b->nr < b->most)
		b->nr++;
	if (b->nr == b->most)
		atomic_store(&b->least, b->row[b->most - 1].rate);
}

void best_take(struct best *b, const struct text *t)
{
	const char *at = t->buf, *end = t->buf + t->len;

	assert(b->most > 0);
	while (at && at < end) {
		const char *line = strchr(at, '\n') + 1;
		const char *next = strchr(line, '\n') + 1;

		keep(b, strtod(at, NULL), line, (size_t)(next - line));
		at = next;
	}
}

void best_lines(const struct best *b, struct text *out)
{
	for (int i = 0; i < b->nr; i++)
		text_add(out, b->row[i].line);
}
