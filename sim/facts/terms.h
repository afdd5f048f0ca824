/*
 * terms: the rows that make a law, and a wire's law (struct law, struct wire).
 */
#ifndef FACTS_TERMS_H
#define FACTS_TERMS_H

#include "facts/stack.h"
#include "sheet/want.h"

enum { TERMS_MOST = 16 /* size: rows of a law */ };

/*
 * The last words of the keys that a law, or a wire of this kind, may have;
 * the first is one that it must have, a time. Returns how many.
 */
int law_terms(const char *list[TERMS_MOST]);
int wire_terms(enum wire_kind, const char *list[TERMS_MOST]);

/* What a term is and where it stands in its struct. NULL: no such term. */
const struct want *law_term(const char *param);
const struct want *wire_term(const char *param);

/* All terms of any law, of any wire: how many, and where they begin. */
int law_all(const struct want **);
int wire_all(const struct want **);

/* The law whose rows are ROOT.t0, ROOT.e_b, ...: law.KERNEL.ARCH. */
int law_take(struct law *, const char *root, struct facts *, struct fault *);

/*
 * One standard error of each term of that law, in the same field of another;
 * 0 where the sheet gives none.
 */
void law_errors(struct law *err, const char *root, const struct facts *);
void wire_errors(struct wire *err, const char *root, const struct facts *);

/* Likewise wire.WIRE.ARCH. */
int wire_take(struct wire *, enum wire_kind, const char *root, struct facts *,
	      struct fault *);

#endif
