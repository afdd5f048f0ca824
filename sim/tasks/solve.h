/*
 * solve: --solve INPUT --until 'COLUMN>=VALUE' before a verb: the verb is asked
 * again and again with the input changed until its answer meets the value, and
 * what it prints is of the input that was found.
 *
 * INPUT is a column that the verb takes, a fact that --set gives, or several
 * joined by + that get the same value (gpus+tp). COLUMN is one of the verb's
 * CSV; what it prints without --csv then ends in a line `solved`.
 */
#ifndef TASKS_SOLVE_H
#define TASKS_SOLVE_H

#include "options/options.h"
#include "library/shelf.h"

/* A verb: answers its options; the exit status. */
typedef int (*solve_fn)(const struct options *, struct shelf *);

/*
 * The whole of such a verb: its options, and its answer, solved first if that
 * is asked; the exit status.
 */
int solve_verb(const struct command *, solve_fn, int argc, char **argv);

/*
 * How a verb ends: its text leaves the program (emit), or goes to the solver
 * that asked. Releases the text.
 */
int solve_emit(struct text *, const struct options *, int status);

/* The same of a fault: said, or kept from the solver's many questions. */
int solve_fault(const struct options *, const struct fault *);

#endif
