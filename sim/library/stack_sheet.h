/*
 * stack_sheet: a stack's sheet with its dated rows chosen and its base merged
 * in.
 */
#ifndef LIBRARY_STACK_SHEET_H
#define LIBRARY_STACK_SHEET_H

#include "base/fault.h"
#include "sheet/fact.h"

/*
 * A row base,NAME takes every row that the sheet lacks from another sheet,
 * and so on; a path NAME counts from the sheet's own folder. Of the rows
 * KEY@YYYY-MM-DD the newest not after date ("": of all) stands for KEY, and
 * wins over an undated KEY. out is initialised here and must be released,
 * also after a fault. root is place_find's.
 */
int stack_sheet_load(struct facts *out, const char *root, const char *name,
	       const char *date, struct fault *);

#endif
