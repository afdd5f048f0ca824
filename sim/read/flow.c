#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/file.h"

enum {
	NEW_MODE = 0666		/* size: permission bits, less the umask */
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

	text_addf(&f->beside, "%s.%ld.tmp", f->to.buf, (long)getpid());
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

static void release(struct flow *f)
{
	file_finished(f->beside.buf);
	text_release(&f->beside);
	text_release(&f->to);
}

int flow_open(struct flow *f, const char *path, struct fault *why)
{
	int mode;

	*f = (struct flow){ .path = path, .out = stdout };
	if (!path)
		return 0;
	f->out = NULL;
	if (file_was_read(path, why))
		return -1;
	mode = file_target(path, &f->to);
	if (mode < 0)
		f->out = fopen(path, "wb");
	else
		open_beside(f, (mode_t)mode);
	if (f->out)
		return 0;
	failed(f, why);
	release(f);
	return -1;
}

/* ---- taken up again ---- */

static void part_name(const struct flow *f, const char *ending,
		      struct text *out)
{
	text_addf(out, "%s.part%s", f->to.buf, ending);
}

static int busy(const struct flow *f, struct fault *why)
{
	fault_at(why, f->beside.buf, 0, 0);
	fault_what(why, "another program is writing it");
	return fault_remedy(why, "wait for that one, or give another -o");
}

/*
 * A lock of a file beside it, which goes when its program does. Who had it
 * takes the file away at the end: a lock of what is no longer there is none.
 */
static int claim(struct flow *f, struct fault *why)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct text name = TEXT_INIT;
	struct stat held, there;
	int rc = 0;

	part_name(f, ".lock", &name);
	f->lock = open(name.buf, O_RDWR | O_CREAT | O_CLOEXEC, NEW_MODE);
	if (f->lock < 0)
		rc = failed(f, why);
	else if (fcntl(f->lock, F_SETLK, &all) || fstat(f->lock, &held) ||
		 stat(name.buf, &there) || held.st_ino != there.st_ino)
		rc = busy(f, why);
	text_release(&name);
	return rc;
}

static void unclaim(struct flow *f, bool done)
{
	struct text name = TEXT_INIT;

	part_name(f, ".lock", &name);
	if (done)
		unlink(name.buf);
	if (f->lock >= 0)
		close(f->lock);
	text_release(&name);
}

/* In place: without a part it is written again, whatever it holds. */
static int write_id(const struct flow *f, const char *name,
		    const struct text *id, struct fault *why)
{
	FILE *out = fopen(name, "wb");
	bool whole;

	if (!out)
		return failed(f, why);
	whole = fwrite(id->buf, 1, id->len, out) == id->len && !fflush(out) &&
		!fsync(fileno(out));
	return fclose(out) || !whole ? failed(f, why) : 0;
}

/* The id stands there, is put there, or is another's. */
static int own(const struct flow *f, const char *id, struct fault *why)
{
	struct text name = TEXT_INIT, held = TEXT_INIT, want = TEXT_INIT;
	struct fault none;
	int rc = 0;

	part_name(f, ".id", &name);
	text_addf(&want, "%s\n", id);
	if (access(f->beside.buf, F_OK)) {
		rc = write_id(f, name.buf, &want, why);
	} else if (file_read(name.buf, &held, &none) ||
		   strcmp(held.buf, want.buf)) {
		fault_at(why, f->beside.buf, 0, 0);
		fault_what(why, "it is of another sweep");
		rc = fault_remedy(why, "give the options of that one, or "
				  "remove it and its .id");
	}
	text_release(&name);
	text_release(&held);
	text_release(&want);
	return rc;
}

/* Tells each whole record; bytes up to the end of the last. */
static off_t whole(FILE *in, const struct flow_part *p)
{
	struct text record = TEXT_INIT;
	bool quoted = false;
	off_t end = 0;
	int c;

	while ((c = getc_unlocked(in)) != EOF) {
		text_char(&record, (char)c);
		quoted ^= c == '"';
		if (c != '\n' || quoted)
			continue;
		p->record(p->of, &record);
		end += (off_t)record.len;
		record.len = 0;
	}
	text_release(&record);
	return end;
}

static int take_up(struct flow *f, const struct flow_part *p,
		   struct fault *why)
{
	off_t end;

	if (access(f->beside.buf, F_OK)) {
		f->out = fopen(f->beside.buf, "wb");
		return f->out ? 0 : failed(f, why);
	}
	f->out = fopen(f->beside.buf, "r+b");
	if (!f->out)
		return failed(f, why);
	end = whole(f->out, p);
	if (ferror(f->out) || fseeko(f->out, end, SEEK_SET) ||
	    ftruncate(fileno(f->out), end))
		return failed(f, why);
	return 0;
}

int flow_resume(struct flow *f, const struct flow_part *p, struct fault *why)
{
	assert(p->path && p->id && p->record);
	*f = (struct flow){ .path = p->path, .stays = true };
	if (file_was_read(p->path, why))
		return -1;
	file_target(p->path, &f->to);
	part_name(f, "", &f->beside);
	if (claim(f, why) || own(f, p->id, why) || take_up(f, p, why)) {
		if (f->out)
			fclose(f->out);
		unclaim(f, false);
		release(f);
		return -1;
	}
	return 0;
}

int flow_add(struct flow *f, const struct text *t, struct fault *why)
{
	assert(f->out);
	if (t->len && fwrite(t->buf, 1, t->len, f->out) != t->len)
		return failed(f, why);
	return f->stays && fflush(f->out) ? failed(f, why) : 0;
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

/* What said whose the part was is of no use without it. */
static void forget_id(const struct flow *f)
{
	struct text name = TEXT_INIT;

	if (f->stays) {
		part_name(f, ".id", &name);
		unlink(name.buf);
		text_release(&name);
	}
}

/* A sheet that a row names was read after the flow was opened. */
static int replace(const struct flow *f, struct fault *why)
{
	if (file_was_read(f->path, why))
		return -1;
	return rename(f->beside.buf, f->to.buf) ? failed(f, why) : 0;
}

int flow_keep(struct flow *f, struct fault *why)
{
	int rc;

	assert(f->out);
	rc = finish(f);
	if (rc)
		failed(f, why);
	else if (f->beside.buf)
		rc = replace(f, why);
	if (!rc)
		forget_id(f);
	if (f->stays)
		unclaim(f, !rc);
	if (rc && f->beside.buf && !f->stays)
		unlink(f->beside.buf);
	release(f);
	return rc ? -1 : 0;
}

void flow_drop(struct flow *f)
{
	if (f->stays)
		unclaim(f, false);
	if (f->out && f->out != stdout)
		fclose(f->out);
	if (f->beside.buf && !f->stays)
		unlink(f->beside.buf);
	release(f);
}
