/*
 * unit_names: the units of claims and what else they are called; the tables of
 * words/measure.
 */
#ifndef WORDS_UNIT_NAMES_H
#define WORDS_UNIT_NAMES_H

#include "words/measure.h"

struct unit_row {
	const char *name;
	enum kind kind;
	double factor;		/* to the kind's base unit */
};

extern const struct unit_row unit_rows[];
extern const int unit_rows_nr;

/* Units with other names, bars between them, spelt as words/measure leaves
   them. */
struct unit_alias { const char *names, *unit; };

extern const struct unit_alias unit_aliases[];
extern const int unit_aliases_nr;

#endif
