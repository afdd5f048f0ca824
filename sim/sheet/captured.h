/*
 * captured: the batch sizes that an engine has captured CUDA graphs of. A
 * batch in between runs in the next larger one, its kernels computing rows
 * that nobody asked for.
 */
#ifndef SHEET_CAPTURED_H
#define SHEET_CAPTURED_H

enum { CAPTURED_RUNS = 16 /* size: sizes and ranges of a list */ };

/* from, from + by, ... up to to; a single size is a range of one. */
struct captured {
	struct { double from, to, by; } run[CAPTURED_RUNS];
	int nr;			/* 0: a graph of every size */
};

/*
 * "1 2 4 8..256+8": sizes and ranges FROM..TO+STEP, each above the one before.
 * 0, or -1 when the text is no such list.
 */
int captured_parse(struct captured *, const char *text);

/*
 * The smallest size of the list that n > 0 fits; n itself where there is none,
 * which runs as it is.
 */
double captured_size(const struct captured *, double n);

#endif
