/*
 * mutant FILE SEED: FILE with one to three things wrong with it, to stdout;
 * the same seed gives the same bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 22 };

static char *bytes;
static size_t len;
static uint64_t state;

/* splitmix64 */
static uint64_t draw(uint64_t below)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

/* nr bytes at a place become others. */
static void splice(size_t at, size_t nr, const char *with, size_t n)
{
	if (len + n > ROOM)
		return;
	memmove(bytes + at + n, bytes + at + nr, len - at - nr);
	memcpy(bytes + at, with, n);
	len += n - nr;
}

static size_t line_start(size_t at)
{
	while (at && bytes[at - 1] != '\n')
		at--;
	return at;
}

/* The field or word about a place. */
static size_t field(size_t *at)
{
	size_t end = *at;

	while (*at && !strchr(",\n\"{}[]: ", bytes[*at - 1]))
		--*at;
	while (end < len && !strchr(",\n\"{}[]: ", bytes[end]))
		end++;
	return end - *at;
}

static void line_out(size_t at)
{
	const char *end;

	at = line_start(at);
	end = memchr(bytes + at, '\n', len - at);
	splice(at, end ? (size_t)(end + 1 - bytes) - at : len - at, "", 0);
}

static void put(size_t at)
{
	static const char *const word[] = { "1e999", "-1", "0", "nan", "inf",
		"99999999999999999999", "1e-300", "1e30", "\"", "\"\"", ",",
		"[[[[[[[[[[[[[[[[", "{\"a\":", "\xef\xbb\xbf", "\r", "\r\n",
		";", "%", "%n%s", "0x10", "2147483647", "-2147483649", "true",
		"null", "\xff\xfe", "../../x", "1,5", "any", "#", "\t", "" };
	const char *w = word[draw(sizeof(word) / sizeof(*word))];
	size_t nr = field(&at);

	splice(at, draw(4) ? nr : 0, w, strlen(w));
}

static void swap(size_t at)
{
	size_t to = draw(len), a = field(&at), b = field(&to);
	char one[64], two[64];

	if (a > 63 || b > 63 || at + a > to)
		return;
	memcpy(one, bytes + at, a);
	memcpy(two, bytes + to, b);
	splice(to, b, one, a);
	splice(at, a, two, b);
}

static void mutate(void)
{
	size_t at = draw(len);
	char flip = (char)(bytes[at] ^ (1 << draw(8)));

	switch (draw(9)) {
	case 0:
		splice(at, 1, &flip, 1);
		break;
	case 1:
		line_out(at);
		break;
	case 2:
		swap(at);
		break;
	case 3:
		len = at;
		break;
	case 4:
		splice(at, 0, "\0", 1);
		break;
	case 5:
		splice(0, 0, "\xef\xbb\xbf", 3);
		break;
	default:
		put(at);
	}
}

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;

	bytes = malloc(ROOM + 1);
	if (!in || !bytes)
		return 1;
	len = fread(bytes, 1, ROOM / 2, in);
	fclose(in);
	state = strtoull(argv[2], NULL, 10);
	for (uint64_t i = 0, nr = 1 + draw(3); i < nr && len; i++)
		mutate();
	fwrite(bytes, 1, len, stdout);
	free(bytes);
	return 0;
}
