/*
 * Linked into the page's module: without memory it stops where it stands, and
 * the page sees a trap.
 */
#include "base/mem.h"

void mem_exhausted(void)
{
	__builtin_trap();
}
