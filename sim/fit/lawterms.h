/*
 * lawterms: the terms of one law while it is fitted: what is given, what is
 * sought, in which unit a sheet writes it.
 */
#ifndef FIT_LAWTERMS_H
#define FIT_LAWTERMS_H

#include "fit/choice.h"
#include "fit/lawname.h"
#include "facts/terms.h"

struct lawterm {
	const struct want *want;
	double value, err;	/* base unit */
	bool fitted;
};

struct lawterms {
	struct lawterm term[TERMS_MOST];
	int nr;
};

/*
 * The terms that the law has in a stack's sheet under arch, or every term of
 * such a law when the sheet has none. Fixed ones (PARAM=VALUE, in the sheet's
 * unit) are given; p and pad, the form of a law, are never sought and come
 * from the sheet when they are not fixed. 0; or -1 and a fault at --fix.
 */
struct lawterms_spec {
	const struct lawname *name;
	const struct facts *facts;
	const char *arch;
	const struct choices *fix;
	bool given;		/* all as the sheet has it, nothing sought */
};

int lawterms_take(struct lawterms *, const struct lawterms_spec *,
		  struct fault *);

/* Of experts alone, fused or in tiles: a new kernel is taken to have none. */
bool lawterm_of_experts(const char *param);

/* NULL: no such term. */
struct lawterm *lawterms_find(struct lawterms *, const char *param);

/* Into every role, or the wire's kind. */
void lawterms_set(const struct lawterms *, const struct lawname *,
		  struct stack *);

/* The unit a sheet writes a term in, and what that is in the base unit. */
const char *lawterm_unit(const struct want *);
double lawterm_factor(const struct want *);

#endif
