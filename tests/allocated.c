#include "tests/allocated.h"

#include <stdatomic.h>
#include <stddef.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);

static atomic_long times;

long allocated(void)
{
	return times;
}

void *__wrap_malloc(size_t size)
{
	times++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t nr, size_t size)
{
	times++;
	return __real_calloc(nr, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	times++;
	return __real_realloc(old, size);
}
