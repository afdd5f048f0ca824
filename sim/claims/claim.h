/*
 * claim: a vendor's figure, and what can be said about it.
 *
 * A row of a claim file: id, source, quote, system, versus (the system that
 * a ratio compares with), the scenario columns, layout ("TP8/EP8", where tp, ep
 * and the like are blank), metric, value, unit, and given, the other quantities
 * that the claim states.
 */
#ifndef CLAIMS_CLAIM_H
#define CLAIMS_CLAIM_H

#include "claims/identity.h"
#include "limits/ceiling.h"
#include "claims/names.h"
#include "claims/several.h"
#include "limits/pool.h"

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
	bool sheets;		/* it uses what descriptors say, */
	bool gpus;		/* of so many GPUs */
	bool caps;		/* what it grants is the most: another rule
				   makes it no better */
	char reason[320];	/* size: a sentence for anyone */
	char arithmetic[640];	/* size: one line, with units */
	bool trail;		/* that is how the rest implies the figure */
	char limit[240];	/* size: the limit that binds */
	char needs[320];	/* size: what would have to be true */
	double at;		/* the limit in the unit claimed; 0: none */
	enum side side;
	double low, high;	/* what known software reaches; 0: unknown */
	int other;		/* claim that it was set against, from 1; 0 */
	const struct ceiling *by;	/* choice of the limits that it was set
				   against; NULL: none */
};

/*
 * Of a claim the findings that count are kept: the worst first, then those
 * that come to the same.
 */
struct claim {
	const char *id, *source, *quote, *system, *versus; /* the table's */
	int source_nr, system_nr, versus_nr;	/* equal texts, equal numbers */
	struct scenario scenario;
	struct names names;		/* what was taken for what */
	char noted[160];		/* size: what of it was not taken */
	const char *called;		/* the metric, as the table has it */
	enum quantity metric;
	const char *money;		/* its currency that is no dollar; "" */
	bool mixed;			/* and it has another */
	bool said;			/* a sentence states it */
	bool doubtful;			/* and another figure of it: which is
					   of what, is open */
	bool other;			/* beside the first of its cell */
	struct amount again;		/* and once more, it may be in another
					   unit; not known: once */
	bool guessed;			/* by its unit and single words */
	char unit[QUANTITY_UNIT];	/* that the metric's name ends in */
	struct written written;		/* the figure, the table's texts */
	struct figure figure;
	struct amount value;
	struct amounts stated;		/* beside the metric */
	struct account rest;		/* what follows without the metric */
	struct account all;		/* and with it; both with facts */
	const struct limits *limits;	/* not owned: the claims' */
	struct { double gpus; char said[40]; } over;	/* size: a layout that
					   takes more GPUs than there are; 0:
					   none does */
	double gpus_taken;		/* they are of, as none were stated; 0:
					   they were, or there is no telling */
	const struct gpu *gpu;		/* NULL: none named; the library's */
	const struct model *model;
	struct { int source, metric, unit; } table;	/* it stands in */
	struct { int source, system, metric; } row;
	struct { int source, metric; } group;
	int table_nr, row_nr, group_nr;	/* equal ones, equal numbers */
	int line;			/* row of the table that states it */
	int first, next;		/* claims of the same source and
					   metric, in order; -1: no more */
	int lightest;			/* claim of its row at the fewest
					   clients, fewer than its; -1 */
	struct finding *finding;	/* owned */
	int findings;
	const struct finding *worst;	/* of them, and of what its cell has
					   beside it, if one of those fails;
					   never NULL when judged */
	bool malformed;
	struct fault fault;
	struct several *several;	/* owned: the figures of its cell, the
					   first of them its own; NULL: one */
};

struct claims {
	struct claim *claim;	/* owned; a row each, */
	int nr;
	int all;		/* and behind them the figures that cells have
				   beside their first */
	struct pool *pool;	/* owned: the limits */
};

struct phrase;

/*
 * Where claims come from. The table and the library must outlive them; hands:
 * who makes their limits (limits/pool), and hears rules.
 */
struct claims_spec {
	const struct table *table;
	const struct library *library;
	struct hands hands;
	bool said;		/* a row is a sentence: what is given is
				   claimed as well */
	const struct phrase *phrase;	/* it; NULL: none, or several */
	const bool *second;	/* a row each: its hw is the second of two
				   sheets that its name may mean (names);
				   NULL: none is */
};

/*
 * Read every row. A malformed one has its fault; the others wait for their
 * verdict (judge/verdict). 0, or -1 and a fault when the file lacks a column
 * that no claim can do without.
 */
int claims_read(struct claims *, const struct claims_spec *, struct fault *);
void claims_release(struct claims *);

/*
 * A column of a claim file that is none, but looks like one that there is: -1
 * and a fault at the header. 0: none is; others, with a word for each that
 * nothing reads, into notes (may be NULL).
 */
int claims_columns(const struct table *, struct text *notes, struct fault *);

/*
 * GPUs that it is judged on: its own. Where it says not how many: of a rate of
 * a GPU or of all of them so many that any model has room, as more do not
 * raise what a GPU can compute; of a pace those that are best for it
 * (claims/bounds). NaN: there is no telling.
 */
double claim_gpus(const struct claim *);

/* It counts requests, of answers that are as long as nobody says. */
bool claim_is_of_requests(const struct claim *);

/*
 * Tokens of its prompts: its own. Of a rate of prompts that does not say, those
 * that are computed quickest, a token. NaN: not stated.
 */
double claim_isl(const struct claim *);

#endif
