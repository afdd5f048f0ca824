#include "tests/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	folder_delete(where);
}

static bool is_folder(const char *path)
{
	struct stat what;

	return !lstat(path, &what) && S_ISDIR(what.st_mode);
}

static void empty(const char *path)
{
	DIR *d = opendir(path);
	char inner[2 * FOLDER_PATH];
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
		folder_delete(inner);
	}
	closedir(d);
}

void folder_delete(const char *path)
{
	if (is_folder(path))
		empty(path);
	ck_assert_int_eq(remove(path), 0);
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
