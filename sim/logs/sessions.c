#include "logs/sessions.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { FIRST_SLOTS = 64 /* size: a power of two */ };

/* Where a name is, or where it would be put. */
static int slot_of(const struct sessions *s, const char *name)
{
	int at = (int)(text_hash(name) & (uint32_t)(s->slots - 1));

	while (s->slot[at] && strcmp(s->of[s->slot[at] - 1].name, name))
		at = (at + 1) & (s->slots - 1);
	return at;
}

static void make_room(struct sessions *s)
{
	if (2 * (s->nr + 1) <= s->slots)
		return;
	s->slots = s->slots ? 2 * s->slots : FIRST_SLOTS;
	free(s->slot);
	s->slot = mem_zeroed((size_t)s->slots, sizeof(*s->slot));
	for (int i = 0; i < s->nr; i++)
		s->slot[slot_of(s, s->of[i].name)] = i + 1;
}

int sessions_next(struct sessions *s, const char *name, int request)
{
	int at, last;

	assert(name && request >= 0);
	make_room(s);
	at = slot_of(s, name);
	if (s->slot[at]) {
		last = s->of[s->slot[at] - 1].last;
		s->of[s->slot[at] - 1].last = request;
		return last;
	}
	s->of = mem_grow(s->of, s->nr, &s->cap, sizeof(*s->of));
	s->of[s->nr++] = (struct session){ mem_copy(name), request };
	s->slot[at] = s->nr;
	return -1;
}

void sessions_release(struct sessions *s)
{
	for (int i = 0; i < s->nr; i++)
		free(s->of[i].name);
	free(s->of);
	free(s->slot);
	*s = (struct sessions){ 0 };
}
