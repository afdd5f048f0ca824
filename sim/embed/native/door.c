#include "embed/native/door.h"

#include "base/mem.h"

static _Thread_local jmp_buf began;

jmp_buf *door_began(void)
{
	return &began;
}

/* Nothing of ours is made outside a call. */
void mem_exhausted(void)
{
	if (!heap_entered())
		abort();
	longjmp(began, 1);
}
