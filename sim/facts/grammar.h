/*
 * grammar: the words that the keys of a stack's sheet are made of. stack.h
 * describes them; this checks them.
 */
#ifndef FACTS_GRAMMAR_H
#define FACTS_GRAMMAR_H

#include "facts/stack.h"

enum {
	KEY_CHARS = 128,	/* size: the longest key */
	ARCH_PLACES = 8		/* size: a chain of architectures */
};

/* The word of a role; ROLE_NR is "any". */
const char *grammar_role(int role);
const char *grammar_wire(enum wire_kind);

/*
 * Where a law is looked for that an architecture needs: under its own word,
 * under that of the one whose laws it runs (row arch.WORD), and so on, under
 * "any". An architecture without such a row has the last alone.
 */
struct places {
	const char *word[ARCH_PLACES];	/* not owned */
	int nr;
};

void grammar_places(struct places *, const struct facts *, const char *arch);

/* Of a key's places, ROOT.ARCH and param, the first that the sheet has. */
const struct fact *grammar_find(const struct facts *, const char *root,
				const struct places *, const char *param);

/* Does the sheet know the word of an architecture? "any" it does. */
bool grammar_knows(const struct facts *, const char *arch);

/*
 * The word of the architecture in a key of a stack's sheet, copied; returns
 * where in the key it begins, or -1: the key has none.
 */
int grammar_arch_of(const char *key, char word[KEY_CHARS]);

/*
 * A row arch., law., use., wire., math. or overhead. has known words, and
 * stands in a law that is whole; the rows of the law are taken. Other rows pass
 * untouched.
 */
int grammar_check(struct facts *, int row, struct fault *);

#endif
