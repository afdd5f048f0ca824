/*
 * inject: a library to preload. The INJECT_AT-th call of INJECT_CALL fails as
 * a full disk, a broken one or an exhausted memory would have it; the others
 * go through. INJECT_CALL=kill ends the process there instead, at the
 * INJECT_AT-th call of any of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

/* Is this the call that fails? */
static int fails(const char *name, int err)
{
	static long seen;
	const char *call = getenv("INJECT_CALL"), *at = getenv("INJECT_AT");
	int kills = call && !strcmp(call, "kill");

	if (!call || !at || (strcmp(call, name) &&
			     !(kills && strcmp(name, "malloc"))))
		return 0;
	if (++seen != strtol(at, NULL, 10))
		return 0;
	if (kills)
		kill(getpid(), SIGKILL);
	errno = err;
	return 1;
}

void *malloc(size_t n)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t n)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_realloc(old, n);
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *out)
{
	static size_t (*next)(const void *, size_t, size_t, FILE *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fwrite");
	if (out != stderr && fails("write", ENOSPC))
		return next(from, size, n / 2, out);
	return next(from, size, n, out);
}

int fflush(FILE *out)
{
	static int (*next)(FILE *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fflush");
	return out && fails("flush", ENOSPC) ? EOF : next(out);
}

int fclose(FILE *out)
{
	static int (*next)(FILE *);
	int rc;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fclose");
	rc = next(out);
	return fails("close", EIO) ? EOF : rc;
}

int fsync(int fd)
{
	static int (*next)(int);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fsync");
	return fails("fsync", EIO) ? -1 : next(fd);
}

int rename(const char *from, const char *to)
{
	static int (*next)(const char *, const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "rename");
	return fails("rename", EACCES) ? -1 : next(from, to);
}

int open(const char *path, int flags, ...)
{
	static int (*next)(const char *, int, ...);
	va_list ap;
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "open");
	return fails("open", EMFILE) ? -1 : next(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	static FILE *(*next)(const char *, const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fopen");
	return fails("open", EMFILE) ? NULL : next(path, mode);
}
