/*
 * grammar: the words that the keys of a stack's sheet are made of. stack.h
 * describes them; this checks them.
 */
#ifndef FACTS_GRAMMAR_H
#define FACTS_GRAMMAR_H

#include "facts/stack.h"

enum { KEY_CHARS = 128 /* size: the longest key */ };

/* The word of an architecture, a role; ARCH_NR and ROLE_NR are "any". */
const char *grammar_arch(int arch);
const char *grammar_role(int role);
const char *grammar_wire(enum wire_kind);

/*
 * A row law., use., wire. or overhead. has known words, and stands in a law
 * that is whole; the rows of the law are taken. Other rows pass untouched.
 */
int grammar_check(struct facts *, int row, struct fault *);

#endif
