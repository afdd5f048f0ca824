/*
 * door: each call of the native library begins here, and memory that ends
 * leaves it by longjmp to here.
 */
#ifndef EMBED_NATIVE_DOOR_H
#define EMBED_NATIVE_DOOR_H

#include <setjmp.h>

#include "embed/heap/heap.h"

/* Where this thread's call began. */
jmp_buf *door_began(void);

#define HEAP_REMEDY "open another handle, and ask for less at once"
#define HEAP_ENTER(d, failed)						\
	do {								\
		if ((d)->ended)						\
			return failed;					\
		heap_enter((d)->heap);					\
		if (setjmp(*door_began())) {				\
			heap_empty((d)->heap);				\
			handle_ended(d);				\
			return failed;					\
		}							\
	} while (0)

#endif
