/*
 * fault: what is wrong with something that was read, and what to do.
 *
 * A reader returns 0, or -1 with the fault filled. Nobody but cmd/ prints one.
 * A fault that was never set has an empty `what`.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

struct fault {
	char file[192];		/* size: path, or "--option"; may be empty */
	int row;		/* 1-based line; 0: the file as a whole */
	int column;		/* 1-based; 0: the line as a whole */
	char what[320];		/* size: what is wrong; one line, no stop */
	char remedy[320];	/* size: what to write instead; may be empty */
	char about[24];		/* size: the column or option that is wrong,
				   by name; empty where nobody said */
};

/* Start a fault at a place. Clears what and remedy. Always returns -1. */
int fault_at(struct fault *, const char *file, int row, int column);

/* Name the column that it is about. Always returns -1. */
int fault_about(struct fault *, const char *name);

/* Say what is wrong. Always returns -1, so: return fault_what(why, ...); */
int fault_what(struct fault *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Say what to write instead. Always returns -1. */
int fault_remedy(struct fault *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A fault of an option (or of no place, ""): where, what, and the remedy, each
 * as it stands. Always returns -1.
 */
int fault_option(struct fault *, const char *option, const char *what,
		 const char *remedy);

/*
 * Of a file as a whole, told where it is named: that place, "file: what". One
 * of a line, of an option or of no file stays as it is.
 */
void fault_named(struct fault *, const char *file, int row);

/* The whole sentence, "file:row:column: what; remedy", cut to fit size. */
void fault_print(const struct fault *, char *out, int size);

/* A name of a list of pairs stands there again. Always -1. */
int fault_twice(struct fault *, const char *name);

#endif
