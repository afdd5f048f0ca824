/*
 * hall: servers that read prompts, played one by one, as readers.h has it.
 */
#ifndef PLAN_HALL_H
#define PLAN_HALL_H

#include "plan/readers.h"

enum { HALL_PROMPTS = 16000 /* size: of a play, at most */ };

struct prompt {
	double gap;		/* to the one before, of the mean */
	int32_t tok, cached_tok;
};

/* What all halls of a pool play; made, and then only read. */
struct drawn {
	struct readers_spec spec;	/* its engine is the next */
	struct serve_engine engine;
	struct prompt prompt[HALL_PROMPTS];
};

/*
 * As traffic/arrive draws them; a load is as high as it says, so the mean gap
 * is 1 to the last digit. free().
 */
struct drawn *hall_draw(const struct readers_spec *);

/* So many servers, which nobody has come to; hall_free, also of NULL. */
struct hall *hall_new(const struct drawn *, int servers);
void hall_free(struct hall *);

/* Prompts a second that a server reads which never lacks some. */
double hall_most(const struct drawn *);

/*
 * At a load, of the prompts_s of each server: how long the spec's share of
 * prompts waits for its first token. Who is left of the last play is read
 * first.
 */
double hall_play(struct hall *, double load, double prompts_s);

#endif
