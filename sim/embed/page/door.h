/*
 * door: each call of the page's module begins here. WebAssembly has no longjmp:
 * without memory the page throws, which leaves every frame of the call; it
 * then puts its stack back to where it was, calls deeproof_left, and goes on
 * as after any failure. It opens another handle by itself.
 */
#ifndef EMBED_PAGE_DOOR_H
#define EMBED_PAGE_DOOR_H

#include "embed/heap/heap.h"

struct deeproof;

/*
 * Give back what the call held that was left, of this handle or, where its
 * caller had none yet, of the one entered last: it is ended, and returned; NULL
 * where there is none.
 */
struct deeproof *deeproof_left(struct deeproof *d);

#define HEAP_REMEDY "ask for less at once"
#define HEAP_ENTER(d, failed)						\
	do {								\
		if ((d)->ended)						\
			return failed;					\
		heap_enter((d)->heap);					\
	} while (0)

#endif
