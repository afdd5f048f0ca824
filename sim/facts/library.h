/*
 * library: where the descriptors that a question names come from. Declared
 * here, provided by who holds them: library/shelf from files, an embedding
 * program from memory.
 */
#ifndef FACTS_LIBRARY_H
#define FACTS_LIBRARY_H

#include "facts/gpu.h"
#include "facts/granted.h"
#include "model/model.h"
#include "facts/set.h"
#include "facts/stack.h"

/*
 * A stack as one architecture gets it. date is YYYY-MM-DD or "" for the
 * newest.
 */
struct stack_spec {
	const char *name;
	const char *date;
	const char *arch;
};

/*
 * Each returns a descriptor that lives as long as the library, or NULL and
 * the fault. Behind a name and a SET_MARK may stand facts to change
 * (facts/set.h); each descriptor takes those that are its own.
 */
struct library {
	const struct gpu *(*gpu)(void *of, const char *name, struct fault *);
	const struct stack *(*stack)(void *of, const struct stack_spec *,
				     struct fault *);
	const struct model *(*model)(void *of, const char *name,
				     struct fault *);
	void *of;
	/* What claims are granted; NULL where none is judged. */
	const struct granted *(*granted)(void *of, struct fault *);
};

#endif
