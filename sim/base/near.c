#include "base/near.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int differ(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
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
		int d = distance(list[i], word, cost);

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

int near_names(const char *word, const char *const *list, int nr,
	       struct text *out)
{
	const char *like;
	int found = 0;

	for (int i = 0; i < nr; i++) {
		if (!is_part(list[i], word))
			continue;
		if (found < MOST_MEANT)
			text_addf(out, "%s\"%s\"", found ? " or " : "",
				  list[i]);
		found++;
	}
	like = found ? NULL : near_word(word, list, nr);
	if (like)
		text_addf(out, "\"%s\"", like);
	return like ? 1 : found;
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
		if (tolower((unsigned char)s[n]) !=
		    tolower((unsigned char)word[n]))
			return 0;
	return n;
}

int near_same(const char *a, const char *b)
{
	int n = near_begins(a, b);

	return n > 0 ? !a[n] : !*a && !*b;
}
