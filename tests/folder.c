#include "tests/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "read/file.h"
#include "tests/tests.h"

static char where[200];

void folder_make(void)
{
	const char *tmp = getenv("TMPDIR");

	file_forget();
	snprintf(where, sizeof(where), "%s/test-XXXXXX", tmp ? tmp : "build");
	ck_assert_ptr_nonnull(mkdtemp(where));
}

void folder_remove(void)
{
	char command[FOLDER_PATH];

	snprintf(command, sizeof(command), "rm -rf '%s'", where);
	ck_assert_int_eq(system(command), 0);
}

const char *folder(void)
{
	return where;
}

char *folder_path(char out[FOLDER_PATH], const char *name)
{
	snprintf(out, FOLDER_PATH, "%s/%s", where, name);
	return out;
}

void folder_put(const char *name, const char *text)
{
	char path[FOLDER_PATH];
	FILE *f;

	unlink(folder_path(path, name));
	if (!text)
		return;
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	for (const char *p = text; *p; p++)
		fputc(*p == '\'' ? '"' : *p, f);
	ck_assert_int_eq(fclose(f), 0);
}
