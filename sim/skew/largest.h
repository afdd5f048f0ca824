/*
 * largest: the largest of many like random sums, in expectation.
 *
 * A sum is known by its first three moments and taken as a lognormal that was
 * shifted: exact for one lognormal, near the normal for many, with the heavy
 * tail in between that a plain lognormal of the same variance (Fenton 1960)
 * has not.
 */
#ifndef SKEW_LARGEST_H
#define SKEW_LARGEST_H

enum {
	LARGEST_NODES = 24,	/* size: points of its distribution, */
	LARGEST_PARTS = 5	/* size: and parts, from the lowest on */
};

/* The chance of each of those. */
extern const double largest_part[LARGEST_PARTS];

/* Where they are in the mean, in its standard deviations from its mean: of
   Gumbel's law, which is that of very many normals. */
extern const double largest_gumbel[LARGEST_PARTS];

struct moments {
	double mean;
	double var;	/* second central moment */
	double third;	/* third central moment, >= 0 */
};

/* Of n standard normals: where the largest is, with what chance. */
struct largest {
	double n;	/* >= 1; need not be whole */
	double z[LARGEST_NODES];
	double chance[LARGEST_NODES];	/* sums to 1 */
	double below[LARGEST_NODES];	/* of one normal to be under z */
};

void largest_make(struct largest *, double n);

/* Where the nodes of so many begin; there is one every LARGEST_STEP. */
#define LARGEST_STEP 0.3	/* math: the sum is exact to 1e-6 */

double largest_from(double n);

struct largest_share {
	double mean, sd;
	double z[LARGEST_PARTS];	/* as largest_gumbel */
};

/*
 * What share the largest of n such sums has in the total of the n and of
 * `others`. The total holds the largest: a sum that is large takes from the
 * others, whose mean is that of sums below it.
 */
void largest_share(const struct largest *, const struct moments *,
		   double others, struct largest_share *);

/* Where such a sum stands when the normal in it is z. */
double moments_quantile(const struct moments *, double z);

/* Chance that such a sum is above x. */
double moments_above(const struct moments *, double x);

/* Expected larger of a level and of a lognormal. */
double lognormal_or(double level, double mean, double log_sd);

/* Of the standard normal: the chance to be under x. */
double normal_below(double x);

#endif
