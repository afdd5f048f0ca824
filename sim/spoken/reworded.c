#include "spoken/reworded.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/near.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

void out_put(struct out *o, const char *s, size_t n)
{
	assert(o && s && o->at < o->size);
	n = n < o->size - o->at - 1 ? n : o->size - o->at - 1;
	memcpy(o->text + o->at, s, n);
	o->at += n;
	o->text[o->at] = '\0';
}

void out_word(struct out *o, const char *s)
{
	assert(o && s);
	out_put(o, s, strlen(s));
}

/* "DeepSeek-V3's": letters that are none of the name. */
static int possessive(const char *s, const char *begin)
{
	int n = near_any(s, "'s |\xe2\x80\x99s "), letters = 0;
	const char *end = begin + strlen(begin);

	while (end - letters > begin &&
	       isalnum((unsigned char)end[-letters - 1]))
		letters++;
	if (near_is(end - letters, (size_t)letters,
		    "that|it|there|here|what|let|who|he|she"))
		return 0;
	return n > 0 && letters > 0 && isalpha((unsigned char)s[n]) ? n - 1 :
	       0;
}

void reworded_plain(const char *text, char *out, size_t size)
{
	struct out o = { out, 0, size };

	assert(text && out && size > 0);
	*out = '\0';
	while (*text) {
		int n = possessive(text, out);

		if (n > 0)
			text += n;
		else
			out_put(&o, text++, 1);
	}
}

static bool is_figure(const char *s)
{
	return isdigit((unsigned char)s[*s == '$']);
}

/*
 * "from A to B", "A down to B": where the figure of a side begins. first: a
 * word does.
 */
static const char *way_at(const char *s, bool first, bool *from)
{
	static const struct { const char *said; bool from, first; } ways[] = {
		{ "up from ", false, true }, { "down from ", false, true },
		{ "from ", true, true }, { " down to ", false, false } };

	int n;

	for (int i = 0; i < NR(ways); i++) {
		n = near_begins(s, ways[i].said);
		if (n == 0 || !is_figure(s + n) || (ways[i].first && !first))
			continue;
		*from = ways[i].from;
		return s + n;
	}
	n = near_any(s, " up to | to ");
	if (!*from || n == 0 || !is_figure(s + n))
		return NULL;
	*from = false;
	return s + n;
}

void reworded_ways(const char *text, char *out, size_t size)
{
	struct out o = { out, 0, size };
	bool from = false, first = true;

	assert(text && out && size > 0);
	*out = '\0';
	while (*text) {
		const char *end = way_at(text, first, &from);

		first = !isalnum((unsigned char)*text);
		if (end) {
			out_word(&o, "; " WAY);
			text = end;
		} else {
			out_put(&o, text++, 1);
		}
	}
}
