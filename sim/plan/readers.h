/*
 * readers: servers that read prompts and do nothing else, played: how long a
 * prompt waits for its first token among others that come at random.
 *
 * A server reads in passes of up to M tokens a group. Four things decide:
 *
 * - the gate: a pass takes what is there when it is planned, and ends for all
 *   of it together. Who comes meets a pass, at any moment of it.
 * - one ahead: an engine plans a pass while the one before runs. Who comes
 *   during pass k is so in k + 2, and in k + 1 only if else there were none. A
 *   pass that leaves something is followed by one of what it left, and all
 *   that came meanwhile is passed over: from then on every pass reads those
 *   whom the last one passed over, until during one nobody comes, which of n a
 *   pass one in exp(n) is. So of passes of T, a share p has its first token in
 *
 *	(p + 1) T	the rest of the pass met, its own, or
 *	(p + 2) T	the rest of that, the one that is planned, its own
 *
 *   and servers that are ever full are so all the time.
 * - the cut: a prompt that finds less than its length left of M is cut, and
 *   ends in the next pass. Prompts of M / 2 are never, of 2 M / 3 every second.
 * - groups meet at every exchange: all wait for the one with most.
 *
 * Each alone has its textbook (the gate: Bailey, On queueing processes with
 * bulk service, 1954); of all four together no closed form is known, so they
 * are played, as serve/run does and nothing but them, at some loads and numbers
 * of servers. Between loads the line is straight.
 */
#ifndef PLAN_READERS_H
#define PLAN_READERS_H

#include "serve/run.h"

enum {
	READERS_LOADS = 13,	/* size: shares of the most that are played */
	READERS_SERVERS = 10	/* size: numbers of servers, 1 to 24, of which
				   each stands for those up to the next */
};

struct readers_spec {
	const struct serve_engine *engine;
	struct serve_pricer price;
	int groups;
	double prompt_tok;	/* mean; whole prompts, */
	double spread;		/* from this share of the longest up to it, */
	double cached_share;	/* of each found in a cache */
	double rank;		/* share of prompts that must keep a limit */
	double limit_s;		/* above it nothing is asked; 0: three full
				   passes, (p + 2) T of anybody */
};

struct readers {
	double prompts_s;	/* a server reads at most */
	double pass_prompts;	/* of it, that a full pass has the tokens of */
	double limit_s;
	double alone_s;		/* the first token of one that comes alone */
	struct drawn *drawn;	/* what is played; owned, or lent */
	bool owns;
	struct hall *hall[READERS_SERVERS];	/* owned; as the last play left
						   it. NULL: none, or all are
						   played */
	int played[READERS_SERVERS];	/* loads, from the lowest */
	double first_s[READERS_SERVERS][READERS_LOADS];	/* INFINITY: beyond
						the limit, and not played */
};

/* What spec's price reads lives until readers_release. */
void readers_make(struct readers *, const struct readers_spec *);
void readers_release(struct readers *);

/*
 * The same with plays of their own, for another thread: what was made is only
 * read from then on, and released last.
 */
void readers_lend(struct readers *to, const struct readers *of);

/*
 * The time to the first token that so large a share of prompts keeps, where so
 * many come a second to so many servers. INFINITY: above the limit. It is
 * played when it is asked for, and known from then on.
 */
double readers_first_s(struct readers *, double servers, double prompts_s);

/* The fewest servers that keep a time to the first token; INFINITY: none. */
double readers_servers(struct readers *, double prompts_s, double first_s);

#endif
