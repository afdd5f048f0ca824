/*
 * claim: a vendor's figure, and what can be said about it.
 *
 * A row of a claim file: id, source, quote, system, versus (the system that
 * a ratio compares with), the scenario columns, metric, value, unit, and given,
 * the other quantities that the claim states.
 */
#ifndef CLAIMS_CLAIM_H
#define CLAIMS_CLAIM_H

#include "claims/identity.h"
#include "claims/ceiling.h"

enum claim_verdict {		/* the more, the worse */
	VERDICT_PLAUSIBLE,	/* nothing contradicts it */
	VERDICT_HOLDS,		/* an identity, or inside the band */
	VERDICT_UNKNOWN,	/* what is missing is named */
	VERDICT_IMPLAUSIBLE,	/* no known stack does it */
	VERDICT_INCONSISTENT,	/* with its own or its neighbours' figures */
	VERDICT_IMPOSSIBLE,	/* beyond a limit, or it does not fit */
	VERDICT_NR
};

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };

enum side {		/* of a limit that a figure may be on */
	SIDE_EQUAL,	/* it should be the limit */
	SIDE_BELOW,	/* the limit is a ceiling */
	SIDE_ABOVE	/* it is a floor */
};

/* What a rule says about a claim. */
struct finding {
	enum claim_verdict verdict;
	enum confidence confidence;
	const char *rule;	/* its name */
	bool sheets;		/* it uses what descriptors say */
	char reason[320];	/* size: a sentence for anyone */
	char arithmetic[640];	/* size: one line, with units */
	char limit[240];	/* size: the limit that binds */
	char needs[320];	/* size: what would have to be true */
	double at;		/* the limit in the unit claimed; 0: none */
	enum side side;
	double low, high;	/* what known software reaches; 0: unknown */
};

enum { FINDINGS = 40 /* size: rules */ };

struct claim {
	const char *id, *source, *quote, *system, *versus; /* the table's */
	struct scenario scenario;
	enum quantity metric;
	struct amount value;
	struct amounts stated;		/* beside the metric; with facts */
	struct known rest;		/* what follows without the metric */
	struct known all;		/* and with it */
	struct limits limits;
	const struct gpu *gpu;		/* NULL: none named; the library's */
	const struct model *model;
	struct finding finding[FINDINGS];
	int findings;
	const struct finding *worst;	/* of them; never NULL when sound */
	bool malformed;
	struct fault fault;
};

struct claims {
	struct claim *claim;	/* owned */
	int nr;
};

/*
 * Read every row. A malformed one has its fault; the others wait for their
 * verdict (judge/verdict). The table and the library must outlive the claims.
 * 0, or -1 and a fault when the file lacks a column that no claim can do
 * without.
 */
int claims_read(struct claims *, const struct table *, const struct library *,
		struct fault *);
void claims_release(struct claims *);

/* The input with verdict,reason,arithmetic,limit,needs,confidence,facts,rule,
   also. */
void claims_table(const struct claims *, const struct table *in,
		  struct table *out);

/* Does finding k come to the verdict of the worst, where that accuses? */
bool claim_seconds(const struct claim *, int k);

/* The names of the rules that do. */
const char *claim_also(const struct claim *, char *out, int size);

/* What the verdict took from descriptors; "" where it took nothing. */
const char *claim_facts(const struct claim *, char *out, int size);

const char *verdict_name(enum claim_verdict);
const char *confidence_name(enum confidence);

#endif
