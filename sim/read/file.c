#define _XOPEN_SOURCE 700	/* size: the issue of POSIX that has realpath */

#include "read/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	NEW_MODE = 0666,	/* size: permission bits, less the umask */
	MODE_BITS = 0777,	/* size: permission bits */
	CHUNK = 65536,		/* size: bytes read at a time */
	TYPED = 1 << 24,	/* size: bytes that a terminal may send */
};

/*
 * errno, put in words. That memory ended while one was read says nothing of the
 * file: else each row that names it would be refused, and the answer kept.
 */
static int fault_errno(struct fault *why, const char *path, const char *verb)
{
	int err = errno;

	if (err == ENOMEM && !strcmp(verb, "read"))
		mem_exhausted();
	fault_at(why, path, 0, 0);
	return fault_what(why, "cannot %s: %s", verb, strerror(err));
}

/*
 * What was read, so that it is not written over: every reader comes through
 * here, and a name may lead to the same file as another. Of one thread.
 */
static struct {
	struct seen { dev_t device; ino_t node; char *path; } *file;
	int nr, cap;
} seen;

/* The same file again is none. */
static bool is_seen(const struct stat *st)
{
	for (int i = 0; i < seen.nr; i++)
		if (seen.file[i].device == st->st_dev &&
		    seen.file[i].node == st->st_ino)
			return true;
	return false;
}

static void remember(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || is_seen(&st))
		return;
	seen.file = mem_grow(seen.file, seen.nr, &seen.cap,
			     sizeof(*seen.file));
	seen.file[seen.nr++] = (struct seen){ st.st_dev, st.st_ino,
					      mem_copy(path) };
}

void file_each_read(void (*tell)(void *of, const char *path), void *of)
{
	assert(tell);
	for (int i = 0; i < seen.nr; i++)
		tell(of, seen.file[i].path);
}

void file_forget(void)
{
	for (int i = 0; i < seen.nr; i++)
		free(seen.file[i].path);
	free(seen.file);
	seen.file = NULL;
	seen.nr = seen.cap = 0;
}

int file_was_read(const char *path, struct fault *why)
{
	struct stat st;

	if (stat(path, &st) || !is_seen(&st))
		return 0;
	fault_at(why, path, 0, 0);
	fault_what(why, "this file was read, and would be written over");
	return fault_remedy(why, "write to another");
}

static int read_all(FILE *in, const char *path, struct text *out,
		    struct fault *why)
{
	size_t got, all = 0, most = SIZE_MAX;
	char chunk[CHUNK];
	struct stat st;

	if (!fstat(fileno(in), &st) && S_ISCHR(st.st_mode))
		most = TYPED;
	remember(fileno(in), path);
	text_addn(out, "", 0);
	while (all < most && (got = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		text_addn(out, chunk, got);
		all += got;
	}
	if (all < most)
		return ferror(in) ? fault_errno(why, path, "read") : 0;
	fault_at(why, path, 0, 0);
	fault_what(why, "this is a device, and has no end");
	return fault_remedy(why, "name a file");
}

bool file_is_stdin(const char *path)
{
	assert(path);
	return strcmp(path, "-") == 0;
}

const char *file_label(const char *path)
{
	return file_is_stdin(path) ? "stdin" : path;
}

int file_read(const char *path, struct text *out, struct fault *why)
{
	FILE *in;
	int rc;

	assert(path && out);
	if (file_is_stdin(path))
		return read_all(stdin, file_label(path), out, why);
	in = fopen(path, "rb");
	if (!in)
		return fault_errno(why, path, "read");
	rc = read_all(in, path, out, why);
	fclose(in);
	return rc;
}

/* All of it to the device, and closed: 0, or -1 and errno. */
static int write_out(int fd, const struct text *text, bool sync)
{
	FILE *out = fdopen(fd, "wb");
	int err = 0;

	if (!out) {
		err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	if (text->len && fwrite(text->buf, 1, text->len, out) != text->len)
		err = errno;
	if (!err && (fflush(out) || (sync && fsync(fd))))
		err = errno;
	if (fclose(out) && !err)
		err = errno;
	errno = err;
	return err ? -1 : 0;
}

/* A link of the system's, as /dev/stdout: to a file that somebody has open. */
static bool is_lent(const char *path)
{
	return !strncmp(path, "/dev/", sizeof("/dev/") - 1) ||
	       !strncmp(path, "/proc/", sizeof("/proc/") - 1);
}

int file_target(const char *path, struct text *to)
{
	char *real = NULL;
	struct stat st;

	assert(path && to);
	if (!lstat(path, &st) && S_ISLNK(st.st_mode) && !is_lent(path))
		real = realpath(path, NULL);
	text_add(to, real ? real : path);
	free(real);
	if (lstat(to->buf, &st))
		return NEW_MODE;
	return S_ISREG(st.st_mode) ? (int)(st.st_mode & MODE_BITS) : -1;
}

/* A device, or what a process has open. */
static int open_device(struct draft *d)
{
	d->fd = open(d->path, O_WRONLY);
	return d->fd < 0 ? -1 : 0;
}

static int write_device(struct draft *d)
{
	struct stat st;

	if (!fstat(d->fd, &st) && S_ISREG(st.st_mode) &&
	    ftruncate(d->fd, 0)) {
		close(d->fd);
		return -1;
	}
	return write_out(d->fd, d->text, false);
}

/* It stands in the same folder, so that rename is one step. */
static int write_beside(struct draft *d, mode_t mode)
{
	int fd = open(d->beside.buf, O_WRONLY | O_CREAT | O_TRUNC, mode);
	int err;

	if (fd < 0)
		return -1;
	if (!write_out(fd, d->text, true))
		return 0;
	err = errno;
	unlink(d->beside.buf);
	errno = err;
	return -1;
}

int draft_make(struct draft *d, const char *path, const struct text *text,
	       struct fault *why)
{
	int rc, mode;

	assert(path && text);
	*d = (struct draft){ .path = path, .text = text, .fd = -1 };
	mode = file_target(path, &d->to);
	if (mode < 0) {
		rc = open_device(d);
	} else {
		text_addf(&d->beside, "%s.%ld.tmp", d->to.buf, (long)getpid());
		rc = write_beside(d, (mode_t)mode);
	}
	if (rc) {
		fault_errno(why, path, "write");
		text_release(&d->beside);
		text_release(&d->to);
	} else if (d->beside.buf) {
		file_unfinished(d->beside.buf);
	}
	return rc;
}

static void release(struct draft *d)
{
	file_finished(d->beside.buf);
	text_release(&d->beside);
	text_release(&d->to);
}

int draft_keep(struct draft *d, struct fault *why)
{
	int rc = d->beside.buf ? rename(d->beside.buf, d->to.buf) :
		write_device(d);

	if (rc) {
		fault_errno(why, d->path, "write");
		if (d->beside.buf)
			unlink(d->beside.buf);
	}
	release(d);
	return rc;
}

void draft_drop(struct draft *d)
{
	if (d->beside.buf)
		unlink(d->beside.buf);
	else
		close(d->fd);
	release(d);
}

int file_write(const char *path, const struct text *text, struct fault *why)
{
	struct draft d;

	assert(path && text);
	return draft_make(&d, path, text, why) || draft_keep(&d, why) ? -1 :
		0;
}
