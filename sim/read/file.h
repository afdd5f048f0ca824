/*
 * file: whole files in, whole files out.
 */
#ifndef READ_FILE_H
#define READ_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/text.h"

/*
 * The file's bytes, or of "-" all that stdin has, NUL-terminated, appended to
 * out. 0, or -1 and the fault.
 */
int file_read(const char *path, struct text *out, struct fault *);

bool file_is_stdin(const char *path);

/* What faults call it: the path, or "stdin". */
const char *file_label(const char *path);

/* -1 and the fault: file_read has read it, under this name or another. */
int file_was_read(const char *path, struct fault *);

/* Each regular file that file_read has read, once, as it was first named. */
void file_each_read(void (*tell)(void *of, const char *path), void *of);

/* Nothing was read: for a process that goes on as a new one. A file that was
   deleted lends its number on the disk to the next. */
void file_forget(void);

/*
 * The file that takes what is written to path, in one step: path itself, or
 * what a link of that name leads to. Returns the bits of its mode; -1 where
 * that is a device, a pipe or a file that somebody has open (/dev/stdout).
 */
int file_target(const char *path, struct text *to);

/*
 * Write beside and rename: path holds the whole text or what it held before.
 * A device or pipe (/dev/stdout) is written in place.
 */
int file_write(const char *path, const struct text *, struct fault *);

/*
 * The same in two steps, for files that belong together: draft each, then
 * keep each, or drop all. A draft is on the disk beside its path, with all
 * that can go wrong behind it but the rename; a device is open, and unwritten.
 */
struct draft {
	const char *path;		/* not owned */
	const struct text *text;	/* not owned */
	struct text to, beside;		/* names of files; none: a device */
	int fd;				/* of the device */
};

/* 0, or -1 and the fault; then there is nothing to drop. */
int draft_make(struct draft *, const char *path, const struct text *,
	       struct fault *);

/* Either ends the draft. */
int draft_keep(struct draft *, struct fault *);
void draft_drop(struct draft *);

/*
 * A file that is written piece by piece: beside its path, and renamed when it
 * is whole. To stdout, a device or a pipe the pieces go as they come.
 */
struct flow {
	const char *path;	/* not owned; NULL: stdout */
	struct text to, beside;	/* names of files; none: as they come */
	FILE *out;
	bool stays;		/* a drop leaves what was written */
	int lock;		/* then: who goes on with it, and nobody else */
};

/* Each: 0, or -1 and the fault. After one that failed only drop it. */
int flow_open(struct flow *, const char *path, struct fault *);
int flow_add(struct flow *, const struct text *, struct fault *);

/*
 * A flow that outlives its program: beside path as PATH.part, whole pieces
 * only, with PATH.part.id saying whose they are. What an earlier program of
 * the same id left is taken up: its whole CSV records are kept and told one by
 * one, the header with them, each with its line end. 0; or -1 and the fault:
 * another id's, or a program that still runs is at it (PATH.part.lock).
 */
struct flow_part {
	const char *path, *id;	/* not owned */
	void (*record)(void *of, const struct text *);
	void *of;
};

int flow_resume(struct flow *, const struct flow_part *, struct fault *);

/*
 * Either ends it. A keep that fails leaves what the path held before, and one
 * that would write over what was read meanwhile fails.
 */
int flow_keep(struct flow *, struct fault *);
void flow_drop(struct flow *);

/*
 * A file that is not whole yet, by a name that stays until it is finished or
 * gone: where memory ends meanwhile, or the program is told to end, it does not
 * stay behind. A signal handler may drop them.
 */
void file_unfinished(const char *path);
void file_finished(const char *path);
void file_drop_unfinished(void);

#endif
