#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

void mem_exhausted(void)
{
	fputs("deeproof: out of memory; ask for fewer rows at once\n", stderr);
	_Exit(2);
}
