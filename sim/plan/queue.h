/*
 * queue: about how many prompts a server reads in time, to choose what reads
 * them; readers.h says how long they wait there.
 *
 * A server reads in passes: all that came during one is in the next, which ends
 * for all of them together. Its groups meet at every exchange: all wait for the
 * one with most.
 */
#ifndef PLAN_QUEUE_H
#define PLAN_QUEUE_H

#include <stdbool.h>

/*
 * Lengths vary from this share of the longest up to it, evenly: their sd and
 * the longest, over the mean.
 */
#define FLEET_SPREAD 0.6	/* size: means are 0.8 of the longest */
#define FLEET_CV ((1 - FLEET_SPREAD) / (1 + FLEET_SPREAD) / \
	1.7320508075688772)	/* math: sqrt(3) */
#define FLEET_LONGEST (2 / (1 + FLEET_SPREAD))

/*
 * What a server's passes take: of one prompt of the mean length a group, and
 * what each more of a group adds; what a group does for its own, where the one
 * with most decides, and what all do for all of them.
 */
struct pass_line {
	double groups;
	double own_s, own_more_s;
	double all_s, all_more_s;
	double full;		/* prompts of a group that a pass ends */
	double host_s;		/* on the way to a pass and from it, whatever
				   else comes */
	double rank;		/* share of prompts that must keep a limit */
	double rank_z;		/* normal quantile of that; of the largest of
				   the groups */
	double most_z;
};

void pass_line_make(struct pass_line *, double rank);	/* the two quantiles */

/* Prompts a second of a server whose first tokens are in time. */
double queue_kept(const struct pass_line *, double limit_s);

/* The share of a normal distribution below x, and x of a share. */
double normal_share(double x);
double normal_quantile(double p);

/* A pass of x prompts of the busiest group, `mean` of each. */
double queue_takes_s(const struct pass_line *, double x, double mean);

/* The first token of who comes when nobody else does, at the mean length; */
double queue_lone_s(const struct pass_line *);

/* and at the length that the share has of prompts at most. */
double queue_alone_s(const struct pass_line *);

#endif
