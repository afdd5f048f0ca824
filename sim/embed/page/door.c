#include "embed/page/door.h"

#include "base/mem.h"
#include "embed/handle.h"

/* Throws, in the page. */
__attribute__((import_module("page"), import_name("leave")))
_Noreturn void page_leave(void);

void mem_exhausted(void)
{
	page_leave();
}

deeproof *deeproof_left(deeproof *d)
{
	if (!d && heap_entered())
		d = heap_owner(heap_entered());
	if (!d)
		return NULL;
	heap_empty(d->heap);
	handle_ended(d);
	return d;
}
