#include "base/near.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WORD_CHARS = 64 /* size: of a part of a name */ };

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* As tolower in the C locale, without a call: words are looked for often. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int differ(char a, char b)
{
	return lower(a) != lower(b);
}

/*
 * Levenshtein's distance, upper and lower case alike, by Wagner and Fischer
 * (1974). cost[j] turns the first i letters of a into the first j of b; cost
 * has room for strlen(b) + 1.
 */
static int distance(const char *a, const char *b, int *cost)
{
	int nr_a = (int)strlen(a), nr_b = (int)strlen(b);

	for (int j = 0; j <= nr_b; j++)
		cost[j] = j;
	for (int i = 1; i <= nr_a; i++) {
		int diagonal = cost[0];

		cost[0] = i;
		for (int j = 1; j <= nr_b; j++) {
			int swap = diagonal + differ(a[i - 1], b[j - 1]);

			diagonal = cost[j];
			cost[j] = least(swap,
					1 + least(cost[j - 1], cost[j]));
		}
	}
	return cost[nr_b];
}

const char *near_word(const char *word, const char *const *list, int nr)
{
	int len = (int)strlen(word);
	int best = len / 3; /* size: a third of the word may be wrong */
	int *cost = mem_zeroed((size_t)len + 1, sizeof(*cost));
	const char *found = NULL;

	assert(nr >= 0);
	if (best < 2)
		best = 2;
	if (best >= len)
		best = len - 1; /* else "ep" would be near "tp" and "kv" */
	for (int i = 0; i < nr; i++) {
		int longer = abs((int)strlen(list[i]) - len), d;

		if (longer > best)	/* as many letters at least are wrong */
			continue;
		d = distance(list[i], word, cost);
		if (d > best || (found && d == best))
			continue;
		best = d;
		found = list[i];
	}
	free(cost);
	return found;
}

/* Does word stand in name between dashes or ends? */
static int is_part(const char *name, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = name; *at; at++) {
		size_t i = 0;

		if (at != name && at[-1] != '-')
			continue;
		while (i < len && at[i] && !differ(at[i], word[i]))
			i++;
		if (i == len && len && (!at[i] || at[i] == '-'))
			return 1;
	}
	return 0;
}

/* Letters that a part of name differs in, of that part that differs least. */
static int part_distance(const char *name, const char *word)
{
	char part[WORD_CHARS];
	int best = WORD_CHARS;

	for (size_t n; *name; name += n + (name[n] == '-')) {
		n = strcspn(name, "-");
		if (n >= sizeof(part))
			continue;
		memcpy(part, name, n);
		part[n] = '\0';
		best = least(best, near_distance(part, word));
	}
	return best;
}

/* How a word says a name. */
enum how { AS_PART, AS_BEGIN, AS_SLIP };

static int said(const char *name, const char *word, enum how how)
{
	switch (how) {
	case AS_PART:
		return is_part(name, word);
	case AS_BEGIN:
		return near_begins(name, word) > 0;
	default:
		return part_distance(name, word) == 1;
	}
}

struct names {
	const char *const *list;
	int nr;
};

static int say_those(const struct names *n, const char *word, enum how how,
		     struct text *out)
{
	int found = 0;

	for (int i = 0; i < n->nr; i++) {
		if (!said(n->list[i], word, how))
			continue;
		if (found < MOST_MEANT)
			text_addf(out, "%s\"%s\"", found ? " or " : "",
				  n->list[i]);
		found++;
	}
	return found;
}

int near_names(const char *word, const char *const *list, int nr,
	       struct text *out)
{
	const size_t least = 3;	/* size: letters, of which one may be wrong */
	struct names n = { list, nr };
	int found = say_those(&n, word, AS_PART, out);
	const char *like = found ? NULL : near_word(word, list, nr);

	if (like)
		text_addf(out, "\"%s\"", like);
	if (found || like)
		return like ? 1 : found;
	if (strlen(word) < least)
		return 0;
	found = say_those(&n, word, AS_BEGIN, out);
	return found ? found : say_those(&n, word, AS_SLIP, out);
}

int near_distance(const char *a, const char *b)
{
	int *cost = mem_zeroed(strlen(b) + 1, sizeof(*cost));
	int d = distance(a, b, cost);

	free(cost);
	return d;
}

int near_begins(const char *s, const char *word)
{
	int n = 0;

	for (; word[n]; n++)
		if (differ(s[n], word[n]))
			return 0;
	return n;
}

int near_same(const char *a, const char *b)
{
	int n = near_begins(a, b);

	return n > 0 ? !a[n] : !*a && !*b;
}

/* A word of a list does, at its bar or with the list. */
static int ends(char c)
{
	return !c || c == '|';
}

/* The next word; NULL: there is none. */
static const char *behind_bar(const char *words)
{
	while (!ends(*words))	/* few letters: no call */
		words++;
	return *words ? words + 1 : NULL;
}

int near_any(const char *s, const char *words)
{
	for (; words; words = behind_bar(words)) {
		int n = 0;

		while (!ends(words[n]) && !differ(s[n], words[n]))
			n++;
		if (n > 0 && ends(words[n]))
			return n;
	}
	return 0;
}

int near_is(const char *s, size_t n, const char *words)
{
	for (; n > 0 && words; words = behind_bar(words)) {
		size_t i = 0;

		while (i < n && !ends(words[i]) && !differ(s[i], words[i]))
			i++;
		if (i == n && ends(words[n]))
			return 1;
	}
	return 0;
}

int near_has(const char *text, const char *words)
{
	for (; *text; text++)
		if (near_any(text, words))
			return 1;
	return 0;
}
