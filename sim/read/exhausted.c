#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "read/file.h"

enum { FILES = 4 /* size: written at once */ };

static const char *volatile unfinished[FILES];

void file_unfinished(const char *path)
{
	for (int i = 0; i < FILES; i++)
		if (!unfinished[i]) {
			unfinished[i] = path;
			return;
		}
}

void file_finished(const char *path)
{
	for (int i = 0; i < FILES; i++)
		if (unfinished[i] == path)
			unfinished[i] = NULL;
}

void file_drop_unfinished(void)
{
	for (int i = 0; i < FILES; i++)
		if (unfinished[i])
			unlink(unfinished[i]);
}

void mem_exhausted(void)
{
	file_drop_unfinished();
	fputs("deeproof: out of memory; ask for fewer rows at once\n", stderr);
	_Exit(2);
}
