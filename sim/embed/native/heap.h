/*
 * heap: a handle's own memory. Given to the compiler before every file of the
 * native library (-include), so that all it allocates in a call hangs on the
 * handle of that call: when memory ends, the call is left by longjmp, all of it
 * is given back, and the caller is told. WebAssembly has neither; there it is
 * a trap that the page sees.
 */
#ifndef EMBED_NATIVE_HEAP_H
#define EMBED_NATIVE_HEAP_H

#include <setjmp.h>
#include <stdlib.h>

/* NULL: there is no memory. */
void *heap_new(void);

/* From here on allocations of this thread are this heap's; where they fail. */
jmp_buf *heap_enter(void *heap);

/* Give back all that hangs on it; and the heap too. */
void heap_empty(void *heap);
void heap_close(void *heap);

/* A handle, which hangs on none: its memory is 0. */
void *heap_outside(size_t size);
void heap_outside_release(void *);

void *heap_calloc(size_t nr, size_t size);
void *heap_realloc(void *old, size_t size);
void heap_release(void *);

#define calloc heap_calloc
#define realloc heap_realloc
#define free heap_release

#define HEAP_HANDLE(size) heap_outside(size)
#define HEAP_DROP(d) heap_outside_release(d)
#define HEAP_OPEN(d) ((d)->heap = heap_new())
#define HEAP_CLOSE(d) heap_close((d)->heap)
#define HEAP_ENTER(d, failed)						\
	do {								\
		if ((d)->ended)						\
			return failed;					\
		if (setjmp(*heap_enter((d)->heap))) {			\
			heap_empty((d)->heap);				\
			handle_ended(d);				\
			return failed;					\
		}							\
	} while (0)

#endif
