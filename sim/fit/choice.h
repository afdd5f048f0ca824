/*
 * choice: COLUMN=VALUE,VALUE: which rows of a table are meant.
 */
#ifndef FIT_CHOICE_H
#define FIT_CHOICE_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/table.h"

enum { CHOICES = 12 /* size: choices of a list */ };

struct choices {
	const char *text[CHOICES];	/* not owned */
	int nr;
};

/* 0; or -1 and a fault at the option: one of them names no column. */
int choices_check(const struct choices *, const struct table *,
		  const char *option, struct fault *);

/* Do all of them hold of a row? */
bool choices_hold(const struct choices *, const struct table *, int row);

#endif
