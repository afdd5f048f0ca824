/*
 * Linked into the library, not into the program: an embedding program that has
 * no memory left is stopped by a trap where it stands; nothing is printed.
 */
#include "base/mem.h"

void mem_exhausted(void)
{
	__builtin_trap();
}
