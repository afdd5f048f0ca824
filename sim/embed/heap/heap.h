/*
 * heap: a handle's own memory. All that the library allocates in a call hangs
 * on the handle of that call: when memory ends, the call is left where it
 * stands, all of it is given back, and the caller is told. How a call is left
 * is in a door.h that the compiler is given before every file (-include):
 * embed/native by longjmp, embed/page by what the page throws.
 */
#ifndef EMBED_HEAP_HEAP_H
#define EMBED_HEAP_HEAP_H

#include <stdlib.h>

/* Of a handle, which heap_owner tells. NULL: there is no memory. */
void *heap_new(void *owner);

/* From here on allocations of this thread are this heap's. */
void heap_enter(void *heap);

/* The heap entered last that is still there, or NULL; and whose it is. */
void *heap_entered(void);
void *heap_owner(void *heap);

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
#define HEAP_OPEN(d) ((d)->heap = heap_new(d))
#define HEAP_CLOSE(d) heap_close((d)->heap)

#endif
