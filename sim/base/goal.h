/*
 * goal: the input with which an answer meets a value, found by asking: what
 * would have to be true (a spreadsheet's goal seek).
 *
 * Of all inputs that meet it the nearest to where the asking starts is sought,
 * by factors: up and down by half octaves until the answer is on the other
 * side, then between the two, to 2e-9 of the input. An input that has no answer
 * (a layout that does not divide, weights that do not fit) meets nothing and is
 * stepped over. An answer that crosses the value twice within half an octave is
 * not seen.
 */
#ifndef BASE_GOAL_H
#define BASE_GOAL_H

#include <stdbool.h>

enum goal_how { GOAL_AT_LEAST, GOAL_AT_MOST, GOAL_EQUAL };

struct goal_spec {
	double (*answer)(void *of, double input);	/* NaN: none */
	void *of;		/* not owned */
	enum goal_how how;
	double value;
	double from;		/* where to start; 0 or more */
	bool whole;		/* the input is a whole number */
};

struct goal {
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

void goal_seek(struct goal *, const struct goal_spec *);

#endif
