/*
 * meet: the change of one input with which an answer meets a value: what would
 * have to be true, found by asking.
 *
 * Of all inputs that meet it the nearest to where the asking starts is sought,
 * by factors: up and down by half octaves until the answer is on the other
 * side, then between the two, to 2e-9 of the input. An input that has no answer
 * (a layout that does not divide, weights that do not fit) meets nothing and is
 * stepped over. An answer that crosses the value twice within half an octave is
 * not seen.
 */
#ifndef BASE_MEET_H
#define BASE_MEET_H

#include <stdbool.h>

enum meet_how { MEET_AT_LEAST, MEET_AT_MOST, MEET_EQUAL };

struct meet_spec {
	double (*answer)(void *of, double input);	/* NaN: none */
	void *of;		/* not owned */
	enum meet_how how;
	double value;
	double from;		/* where to start; 0 or more */
	bool whole;		/* the input is a whole number */
};

struct meet {
	bool met;
	bool already;		/* at `from`; nothing was sought */
	double input;		/* that meets it, or comes nearest; NaN: no
				   input has an answer */
	double answer;		/* there */
	double before;		/* the last that was asked on the way and does
				   not meet it; NaN: not sought */
	double answer_before;	/* there; NaN: none */
	double least, most;	/* inputs that were asked */
};

void meet(struct meet *, const struct meet_spec *);

#endif
