/*
 * mem: allocation that cannot fail. Without memory there is no going on, so
 * no caller checks and none forgets.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* What these return is owned by the caller; free(). Never NULL. */
void *mem_zeroed(size_t nr, size_t size);
void *mem_resize(void *old, size_t nr, size_t size);
char *mem_copy(const char *text);

/*
 * Make room for one more element:
 *	s->op = mem_grow(s->op, s->nr, &s->cap, sizeof(*s->op));
 * The array may move; *cap is in elements; new ones are not cleared.
 */
void *mem_grow(void *array, int nr, int *cap, size_t size);

/*
 * What ends it all when there is no memory. Declared here, provided by who
 * runs the floors: the program's (read/exhausted) says so and exits 2.
 */
_Noreturn void mem_exhausted(void);

#endif
