/*
 * show_text: facts, for a person or as CSV.
 */
#ifndef SAY_SHOW_TEXT_H
#define SAY_SHOW_TEXT_H

#include "base/text.h"
#include "sheet/fact.h"

struct shown {
	const char *what;		/* "GPU"; not owned */
	char *path;			/* of the sheet or config; owned */
	struct facts config;		/* a model's config.json, else none */
	const struct facts *sheet;	/* not owned */
	struct facts derived;
	bool borrowed;			/* routing facts of the family */
};

/* 80 columns wide; sources and notes that do not fit stand below. */
void show_text(const struct shown *, struct text *);

/* key,value,unit,origin,source: values as written, what is derived last. */
void show_csv(const struct shown *, struct text *);

#endif
