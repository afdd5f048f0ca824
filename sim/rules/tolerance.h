/*
 * tolerance: how far two figures of claims may lie apart and be the same, by
 * how figures are written. What the world allows stands in prior.csv
 * (facts/granted).
 */
#ifndef RULES_TOLERANCE_H
#define RULES_TOLERANCE_H

/* A mean is given where a median is meant: of paces and waits they are that far
   apart. */
#define TOLERANCE_MEAN 0.03	/* math: of either */

/* Digits are cut off as well as rounded, "56" for 56.7, where there are two or
   more: the last is 2 % of such a figure at most. */
#define TOLERANCE_CUT 0.02	/* math: of the figure */

/* A context is given in thousands, and its KV by its own digits. */
#define TOLERANCE_LENGTH 0.02	/* math: of a size */

/* A rate is printed as a quotient of means, or as a mean of quotients. */
#define TOLERANCE_QUOTIENT 0.02	/* math: of either */

/* Two digits of each of two figures that are set against one another. */
#define TOLERANCE_PAIR 1.02	/* math: times the other */

/* Who waits longer for an answer than it takes has a queue, and is no proof of
   a slip: below that share nothing is said. */
#define TOLERANCE_WAIT 0.5	/* math: of all the time */

/* A test begins and ends with fewer requests than it says, and its clients come
   in their own time: it is at its number for a part of its time. */
#define TOLERANCE_LOOP 0.25	/* math: of that number, in the mean */

/* What is paid for all day is used for a quarter of an hour of it. */
#define TOLERANCE_IDLE 0.01	/* math: of a day */

/* GiB for GB, and rounding: more is another bound. */
#define TOLERANCE_BOUND 1.5	/* math: times the bound */

/* A column is rounded in its last digit. */
#define TOLERANCE_COLUMN 0.001	/* math: of a product */

#endif
