#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/file.h"

enum {
	NEW_MODE = 0666,	/* size: permission bits, less the umask */
	MODE_BITS = 0777	/* size: permission bits */
};

static int failed(const struct flow *f, struct fault *why)
{
	int err = errno;

	fault_at(why, f->path ? f->path : "standard output", 0, 0);
	return fault_what(why, "cannot write: %s", strerror(err));
}

static int open_beside(struct flow *f, mode_t mode)
{
	int fd;

	text_addf(&f->beside, "%s.%ld.tmp", f->path, (long)getpid());
	fd = open(f->beside.buf, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd < 0)
		return -1;
	f->out = fdopen(fd, "wb");
	if (f->out) {
		file_unfinished(f->beside.buf);
		return 0;
	}
	close(fd);
	unlink(f->beside.buf);
	return -1;
}

int flow_open(struct flow *f, const char *path, struct fault *why)
{
	struct stat st;
	bool there = path && !lstat(path, &st);

	*f = (struct flow){ path, TEXT_INIT, stdout };
	if (!path)
		return 0;
	f->out = NULL;
	if (file_was_read(path, why))
		return -1;
	if (there && !S_ISREG(st.st_mode))
		f->out = fopen(path, "wb");
	else
		open_beside(f, there ? st.st_mode & MODE_BITS : NEW_MODE);
	if (f->out)
		return 0;
	failed(f, why);
	text_release(&f->beside);
	return -1;
}

int flow_add(struct flow *f, const struct text *t, struct fault *why)
{
	if (!t->len || fwrite(t->buf, 1, t->len, f->out) == t->len)
		return 0;
	return failed(f, why);
}

/* Closed, and on the disk where it is a file: 0, or -1 and errno. */
static int finish(struct flow *f)
{
	bool whole = !fflush(f->out) &&
		     (!f->beside.buf || !fsync(fileno(f->out)));
	int err = errno;

	if (f->out != stdout && fclose(f->out) && whole) {
		err = errno;
		whole = false;
	}
	errno = err;
	return whole ? 0 : -1;
}

int flow_keep(struct flow *f, struct fault *why)
{
	int rc = finish(f);

	if (!rc && f->beside.buf && file_was_read(f->path, why)) {
		flow_drop(&(struct flow){ f->path, f->beside, NULL });
		return -1;
	}
	if (!rc && f->beside.buf)
		rc = rename(f->beside.buf, f->path);
	if (rc) {
		failed(f, why);
		if (f->beside.buf)
			unlink(f->beside.buf);
	}
	file_finished(f->beside.buf);
	text_release(&f->beside);
	return rc ? -1 : 0;
}

void flow_drop(struct flow *f)
{
	if (f->out && f->out != stdout)
		fclose(f->out);
	if (f->beside.buf)
		unlink(f->beside.buf);
	file_finished(f->beside.buf);
	text_release(&f->beside);
}
