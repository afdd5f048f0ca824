/*
 * confidence: how sure is the choice of a layout, and what would change it?
 *
 * Every fact of the sheets that has an error is moved by it, and each of the
 * first choices is timed again: d log(tok/s/GPU) by fact and choice. Facts are
 * then drawn together, a standard normal each, the same draw for every choice
 * that uses the sheet; how often a choice comes out best, in what the plan
 * puts them in order by, is its share. What is
 * left of a class of layouts when all facts are known (the stack's band) is
 * drawn once a class and kind of GPU.
 *
 * The first order in each fact: choices that cross far away, where a roof
 * changes, cross at another value than is said.
 */
#ifndef PLAN_CONFIDENCE_H
#define PLAN_CONFIDENCE_H

#include "plan/fleet.h"

enum { CONFIDENCE_CHOICES = 8, CONFIDENCE_FLIPS = 12 /* size: kept */ };

/* The sheets behind a choice; not owned. A stack's with its base merged in. */
struct plan_sheets {
	const struct facts *gpu, *stack, *model;
	const struct model *config;	/* the model as it is */
};

struct confidence_spec {
	const struct fleet *plan;
	int draws;
	uint64_t seed;
	/* 0, or -1: they are not to be had */
	int (*sheets)(void *of, const struct scenario *, struct plan_sheets *);
	void *of;
};

/* A fact that makes another choice the best, when it alone is moved. */
struct flip {
	const char *sheet;	/* its name */
	const struct fact *fact;	/* not owned */
	int choice;		/* which then leads */
	double errors;		/* how many of its errors away, signed */
	double value;		/* there, in the base unit */
};

struct confidence {
	int nr;				/* choices compared */
	double share[CONFIDENCE_CHOICES];	/* how often each is best */
	struct flip flip[CONFIDENCE_FLIPS];	/* nearest first */
	int flips;
	const struct fact *worst;	/* whose error moves the lead most */
	const char *worst_sheet;
};

/* The layouts compared are the first of each number of GPUs and kind. */
void confidence_make(struct confidence *, const struct confidence_spec *,
		     int *choice /* [CONFIDENCE_CHOICES] their indices */);

#endif
