#include "read/place.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/near.h"

const struct place place_gpus = { "hw", ".csv", "GPU", NULL };
const struct place place_stacks = { "hw/stacks", ".csv", "stack", "prior" };
const struct place place_models = { "models", ".json", "model", NULL };
const struct place place_sheets = { "models", ".csv", "model sheet", NULL };

/* hw/stacks, since a folder of any project may be called hw. */
static bool has_hw(const char *root)
{
	struct text path = TEXT_INIT;
	struct stat st;
	bool found;

	text_addf(&path, "%s/hw/stacks", root);
	found = !stat(path.buf, &st) && S_ISDIR(st.st_mode);
	text_release(&path);
	return found;
}

/* The folder that the program lies in, without a slash; false: unknown. */
static bool own_folder(char *out, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (len <= 0)
		return false;
	out[len] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

void place_root(struct text *out)
{
	const char *given = getenv("DEEPROOF_DATA");
	char own[4096]; /* size: PATH_MAX of Linux */
	struct text shared = TEXT_INIT;

	if (given && *given) {
		text_add(out, given);
		return;
	}
	if (has_hw(".")) {
		text_add(out, ".");
		return;
	}
	if (!own_folder(own, sizeof(own)))
		return;
	text_addf(&shared, "%s/../share/deeproof", own);
	if (has_hw(own))
		text_add(out, own);
	else if (has_hw(shared.buf))
		text_add(out, shared.buf);
	text_release(&shared);
}

static bool ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len > tail && !strcmp(name + len - tail, ending);
}

bool place_is_path(const char *name)
{
	return strchr(name, '/') || ends_in(name, ".csv") ||
	       ends_in(name, ".json");
}

bool place_is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static void names_add(struct place_names *n, const struct place *p,
		      const char *file)
{
	char *name = mem_copy(file);

	name[strlen(name) - strlen(p->ending)] = '\0';
	if (p->but && !strcmp(name, p->but)) {
		free(name);
		return;
	}
	n->name = mem_grow(n->name, n->nr, &n->cap, sizeof(*n->name));
	n->name[n->nr++] = name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void place_names(struct place_names *n, const char *root,
		 const struct place *p)
{
	struct text folder = TEXT_INIT;
	struct dirent *entry;
	int first = n->nr;
	DIR *dir;

	if (!root)
		return;
	text_addf(&folder, "%s/%s", root, p->folder);
	dir = opendir(folder.buf);
	text_release(&folder);
	if (!dir && errno == ENOMEM)
		mem_exhausted();	/* not a folder without names */
	while (dir && (entry = readdir(dir)))
		if (ends_in(entry->d_name, p->ending))
			names_add(n, p, entry->d_name);
	if (dir)
		closedir(dir);
	if (n->nr > first)	/* the order of a folder is nobody's */
		qsort(n->name + first, (size_t)(n->nr - first),
		      sizeof(*n->name), by_name);
}

void place_names_release(struct place_names *n)
{
	for (int i = 0; i < n->nr; i++)
		free(n->name[i]);
	free(n->name);
	memset(n, 0, sizeof(*n));
}

void place_lines(const char *root, const struct place *p, struct text *out)
{
	struct place_names n = { 0 };

	place_names(&n, root, p);
	for (int i = 0; i < n.nr; i++)
		text_addf(out, "%s\n", n.name[i]);
	place_names_release(&n);
}

/* Always -1. */
static int none_such(const char *root, const struct place *p,
		     const char *name, struct fault *why)
{
	struct place_names n = { 0 };
	struct text like = TEXT_INIT;
	const char *slash = strrchr(name, '/');

	place_names(&n, root, p);
	fault_at(why, "", 0, 0);
	fault_what(why, "there is no %s \"%.64s\" in %s/%s", p->what, name,
		   root, p->folder);
	if (near_names(slash ? slash + 1 : name, (const char *const *)n.name,
		       n.nr, &like))
		fault_remedy(why, "did you mean %s?", like.buf);
	else
		fault_remedy(why, "write a name of that folder or the path "
			     "of a %s file", p->ending);
	text_release(&like);
	place_names_release(&n);
	return -1;
}

/* OWNER/NAME, as a hub of models has it, and no file of ours. */
static bool is_elsewhere(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash && slash > name && slash[1] && !strchr(slash + 1, '/') &&
	       *name != '.' && access(name, F_OK);
}

int place_find(struct text *out, const char *root, const struct place *p,
	       const char *name, struct fault *why)
{
	struct text path = TEXT_INIT;
	int rc = 0;

	assert(name);
	if (place_is_path(name)) {
		if (root && is_elsewhere(name) && !ends_in(name, p->ending))
			return none_such(root, p, name, why);
		text_add(out, name);
		return 0;
	}
	if (!root) {
		fault_at(why, "", 0, 0);
		fault_what(why, "there is no data folder to look up %s "
			   "\"%.64s\"", p->what, name);
		return fault_remedy(why, "set DEEPROOF_DATA to the folder "
				    "that has hw/ and models/");
	}
	text_addf(&path, "%s/%s/%s%s", root, p->folder, name, p->ending);
	if ((p->but && !strcmp(name, p->but)) || access(path.buf, F_OK))
		rc = none_such(root, p, name, why);
	else
		text_add(out, path.buf);
	text_release(&path);
	return rc;
}

int place_has(const char *root, const char *folder, const char *name)
{
	struct text csv = TEXT_INIT, json = TEXT_INIT;
	int has;

	assert(folder && name);
	if (!root || !*name)
		return 0;
	text_addf(&csv, "%s/%s/%s.csv", root, folder, name);
	text_addf(&json, "%s/%s/%s.json", root, folder, name);
	has = !access(csv.buf, F_OK) || !access(json.buf, F_OK);
	text_release(&csv);
	text_release(&json);
	return has;
}
