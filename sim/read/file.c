#include "read/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NEW_MODE = 0666,	/* size: permission bits, less the umask */
	MODE_BITS = 0777,	/* size: permission bits */
	CHUNK = 65536,		/* size: bytes read at a time */
};

/* errno, put in words. */
static int fault_errno(struct fault *why, const char *path, const char *verb)
{
	int err = errno;

	fault_at(why, path, 0, 0);
	return fault_what(why, "cannot %s: %s", verb, strerror(err));
}

int file_read(const char *path, struct text *out, struct fault *why)
{
	char chunk[CHUNK];
	size_t got;
	FILE *in = fopen(path, "rb");
	int rc = 0;

	if (!in)
		return fault_errno(why, path, "read");
	text_addn(out, "", 0);
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		text_addn(out, chunk, got);
	if (ferror(in))
		rc = fault_errno(why, path, "read");
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

static int write_in_place(const char *path, const struct text *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	return fd < 0 ? -1 : write_out(fd, text, false);
}

/* temp stands in the same folder, so that rename is one step. */
static int write_beside(const char *path, const char *temp,
			const struct text *text, mode_t mode)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, mode);
	int err;

	if (fd < 0)
		return -1;
	if (!write_out(fd, text, true) && !rename(temp, path))
		return 0;
	err = errno;
	unlink(temp);
	errno = err;
	return -1;
}

int file_write(const char *path, const struct text *text, struct fault *why)
{
	struct text temp = TEXT_INIT;
	struct stat st;
	int rc;
	/* A link is not followed: /dev/stdout is one, perhaps to a file. */
	bool there = !lstat(path, &st);

	if (there && !S_ISREG(st.st_mode)) {
		rc = write_in_place(path, text);
	} else {
		text_addf(&temp, "%s.%ld.tmp", path, (long)getpid());
		rc = write_beside(path, temp.buf, text, there ?
				  st.st_mode & MODE_BITS : NEW_MODE);
	}
	if (rc)
		fault_errno(why, path, "write");
	text_release(&temp);
	return rc;
}
