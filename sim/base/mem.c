#include "base/mem.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 16 /* size: elements of an array that starts to grow */ };

static void *checked(void *p)
{
	if (p)
		return p;
	mem_exhausted();
}

void *mem_zeroed(size_t nr, size_t size)
{
	if (!nr || !size)
		nr = size = 1;
	return checked(calloc(nr, size));
}

void *mem_resize(void *old, size_t nr, size_t size)
{
	if (!nr || !size)
		nr = size = 1;
	if (nr > SIZE_MAX / size)
		return checked(NULL);
	return checked(realloc(old, nr * size));
}

char *mem_copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(mem_resize(NULL, size, 1), text, size);
}

void *mem_grow(void *array, int nr, int *cap, size_t size)
{
	int more;

	assert(nr >= 0 && nr <= *cap && size > 0);
	if (nr < *cap)
		return array;
	if (nr > INT_MAX / 2)
		return checked(NULL);
	more = nr < FIRST_CAP ? FIRST_CAP : 2 * nr;
	array = mem_resize(array, (size_t)more, size);
	*cap = more;
	return array;
}
