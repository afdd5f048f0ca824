/*
 * service: an endpoint that is sold by the token, of which nothing is known
 * but how long its answers take: no GPU, no engine, no batch.
 *
 * Two curves over the requests that one customer has in flight, n of them: the
 * wait for the first token, and the time of each after it. Both bend from what
 * the service takes for one to what a quota leaves for each,
 *
 *	(one^p + (n more)^p)^(1/p),
 *
 * where `more` is the time that one more request adds once the quota binds
 * (its inverse is the quota: tokens, or requests, a second) and p how sharp
 * the bend is: 1 adds the two, a large p is a token bucket alone.
 */
#ifndef FACTS_SERVICE_H
#define FACTS_SERVICE_H

#include "sheet/fact.h"

struct service_curve {
	double one_s, more_s;
	double bend;		/* p, 1 or more */
};

struct service {
	const char *name;	/* its sheet's; not owned */
	double rtt_s;		/* to where it stands and back */
	struct service_curve first, token;
	double spread;		/* of the wait: sd of its logarithm */
	double err;		/* sd of the logarithm of what a row says over
				   what the curves say */
};

/* Take it from its sheet. 0, or -1 and the fault. */
int service_take(struct service *, struct facts *, struct fault *);

double service_curve_s(const struct service_curve *, double n);

#endif
