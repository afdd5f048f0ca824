/*
 * queue: how long a prompt waits for its first token among others that come at
 * random, at servers that read prompts and nothing else.
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

/*
 * The time to the first token that this share of prompts keeps, where so many
 * come a second to so many servers. INFINITY: they cannot keep up.
 */
double queue_first_s(const struct pass_line *, double servers,
		     double prompts_s);

/*
 * A replica that reads its prompts itself: what a sequence's step takes while
 * as many prompts come as answers end, and the first token of one of them.
 * Engines that read prompts alone do so first: others decode when none waits.
 * Engines that mix put what came during a step into the next.
 */
struct beside {
	struct pass_line line;
	bool alone;
	double seqs;		/* in flight */
	double steps;		/* that the answer of one takes */
	double step_s;		/* without prompts */
	double look_steps;	/* between looks at what came; 0 is 1 */
	double even_steps;	/* that prompts wait at most for every group to
				   have one; 0: they do not */
};

struct beside_times {
	double step_s;		/* with them; INFINITY: they never end */
	double first_s;
};

void beside_make(struct beside_times *, const struct beside *);

/* A pass of one prompt a group; of as many as fill it. */
double queue_one_s(const struct pass_line *);
double queue_full_s(const struct pass_line *);

/* The same of one that comes when nothing else does. */
double queue_alone_s(const struct pass_line *);

#endif
