/*
 * sheet: a table of facts, as a descriptor's CSV holds them.
 */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include "base/table.h"
#include "sheet/fact.h"

/*
 * A sheet of facts: columns key,value,err,unit,origin,source,note in any
 * order and no others. Numbers are converted to base units, err too ("3%" in
 * err is a share of the value). Refused: a blank key, value, unit, origin or
 * source, a doubled key, a unit or origin that is none, a number that is none,
 * a negative err. facts' name is the file's, without folder and ".csv". out is
 * initialised here and must be released, also after a fault.
 */
int facts_from_table(struct facts *out, const struct table *, struct fault *);

/* facts_init with the name that a path has: hw/h200-sxm.csv is h200-sxm. */
void facts_init_named(struct facts *out, const char *path);

/*
 * Move the rows that stand on a day, and are not in out already, to out: of
 * the rows KEY@YYYY-MM-DD the newest not after date ("": of all) stands for
 * KEY and wins over an undated KEY. A row `base` names another sheet and is
 * not moved. from is left to be released.
 */
void facts_merge(struct facts *out, struct facts *from, const char *date);

/* 0, or -1 and a fault: a key with an @ and no day after it. */
int facts_check_dates(const struct facts *, struct fault *);

#endif
