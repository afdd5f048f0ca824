#include "tests/damage.h"

#include <assert.h>
#include <string.h>

struct span {
	size_t at, nr;
};

uint64_t damage_draw(struct damage *d, uint64_t below)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;

	assert(below > 0);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

/* The bytes of a span become others, where there is room. */
static void splice(struct damage *d, struct span old, const char *with,
		   size_t n)
{
	char *at = d->bytes + old.at;

	assert(old.at + old.nr <= d->len);
	if (d->len - old.nr + n > d->room)
		return;
	memmove(at + n, at + old.nr, d->len - old.at - old.nr);
	memcpy(at, with, n);
	d->len += n - old.nr;
}

/* The field or word about a place. */
static struct span field(const struct damage *d, size_t at)
{
	static const char ends[] = ",\n\"{}[]: ";
	size_t end = at;

	while (at && !strchr(ends, d->bytes[at - 1]))
		at--;
	while (end < d->len && !strchr(ends, d->bytes[end]))
		end++;
	return (struct span){ at, end - at };
}

static void drop_line(struct damage *d, size_t at)
{
	const char *end = memchr(d->bytes + at, '\n', d->len - at);
	size_t to = end ? (size_t)(end + 1 - d->bytes) : d->len;

	while (at && d->bytes[at - 1] != '\n')
		at--;
	splice(d, (struct span){ at, to - at }, "", 0);
}

static void put_word(struct damage *d, size_t at)
{
	static const char *const word[] = { "1e999", "-1", "0", "nan", "inf",
		"99999999999999999999", "1e-300", "1e30", "\"", "\"\"", ",",
		"[[[[[[[[[[[[[[[[", "{\"a\":", "\xef\xbb\xbf", "\r", "\r\n",
		";", "%", "%n%s", "0x10", "2147483647", "-2147483649", "true",
		"null", "\xff\xfe", "../../x", "1,5", "any", "#", "\t", "" };
	const char *w = word[damage_draw(d, sizeof(word) / sizeof(*word))];
	struct span old = field(d, at);

	if (!damage_draw(d, 4))
		old.nr = 0;
	splice(d, old, w, strlen(w));
}

static void swap_fields(struct damage *d, size_t at)
{
	struct span a = field(d, at), b = field(d, damage_draw(d, d->len));
	char one[64], two[64];

	if (a.nr > sizeof(one) || b.nr > sizeof(two) || a.at + a.nr > b.at)
		return;
	memcpy(one, d->bytes + a.at, a.nr);
	memcpy(two, d->bytes + b.at, b.nr);
	splice(d, b, one, a.nr);
	splice(d, a, two, b.nr);
}

static void flip_bit(struct damage *d, size_t at)
{
	char flipped = (char)(d->bytes[at] ^ (1 << damage_draw(d, 8)));

	d->bytes[at] = flipped;
}

static void do_once(struct damage *d)
{
	size_t at = damage_draw(d, d->len);

	switch (damage_draw(d, 9)) {
	case 0:
		flip_bit(d, at);
		break;
	case 1:
		drop_line(d, at);
		break;
	case 2:
		swap_fields(d, at);
		break;
	case 3:
		d->len = at;
		break;
	case 4:
		splice(d, (struct span){ at, 0 }, "\0", 1);
		break;
	case 5:
		splice(d, (struct span){ 0, 0 }, "\xef\xbb\xbf", 3);
		break;
	default:
		put_word(d, at);
	}
}

void damage_do(struct damage *d)
{
	uint64_t times = 1 + damage_draw(d, 3);

	assert(d->len <= d->room);
	for (uint64_t i = 0; i < times && d->len; i++)
		do_once(d);
}
