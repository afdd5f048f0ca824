/*
 * tolerance: how far two figures of claims may lie apart and be the same, by
 * how figures are written. What the world allows stands in prior.csv
 * (facts/granted).
 */
#ifndef WORDS_TOLERANCE_H
#define WORDS_TOLERANCE_H

/* Two figures are one: arithmetic in other digits. */
#define TOLERANCE_SAME 0.002	/* math: of either */

/* Of a whole number's zeros none need count: 85 for 90 is 5.6 %. */
#define TOLERANCE_ZEROS 0.06	/* math: of the figure */

/* What "around" allows, and where it shows one digit alone. */
#define TOLERANCE_AROUND 0.05	/* math: of the figure */
#define TOLERANCE_ROUND 0.1	/* math: likewise */

/* Memory is sold in GB of either kind: 1.074 GB, and rounding. */
#define TOLERANCE_GIB 0.08	/* math: of the figure */

/* Weights that nearly fit: what is short are the buffers. */
#define TOLERANCE_NEARLY 1.05	/* math: times the memory */

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

/* GiB for GB, and rounding: more is another bound. */
#define TOLERANCE_BOUND 1.5	/* math: times the bound */

/* A column is rounded in its last digit. */
#define TOLERANCE_COLUMN 0.001	/* math: of a product */

#endif
