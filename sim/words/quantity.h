/*
 * quantity: the words of vendor claims: what a claim may state, and in which
 * unit. One table; check --vocabulary prints it.
 *
 * An amount is an interval, since a figure is as good as its digits
 * (words/figure). Numbers of things (GPUs, requests, tokens of a prompt) are
 * exact.
 */
#ifndef WORDS_QUANTITY_H
#define WORDS_QUANTITY_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"
#include "words/figure.h"
#include "words/measure.h"

#define Q(id, ...) Q_##id,
enum quantity {
#include "words/quantities.inc"
	Q_NR
};
#undef Q

struct amount {
	double value;		/* in the quantity's own unit */
	double low, high;	/* what its digits, or its words, allow */
	enum said said;
	bool known;
};

struct amounts {
	struct amount of[Q_NR];
};

/* ---- amounts as written: amount.c ---- */

/* An amount from low to high; and one without slack. */
struct amount amount_of(double value, double low, double high);
struct amount amount_exact(double value);

/* So many times it. */
struct amount amount_times(const struct amount *, double);

/* b is above 0. */
struct amount amount_over(const struct amount *a, const struct amount *b);

const char *quantity_name(enum quantity);
const char *quantity_plain(enum quantity);	/* in plain words */
const char *quantity_unit(enum quantity);
enum kind quantity_kind(enum quantity);

/* Factor from a unit to the quantity's own; 0: no unit of its kind. */
double quantity_factor(enum quantity, const char *unit);

/* Of two figures: how many times, by what part. */
bool quantity_compares(enum quantity);

/* Is it one of those from a to b, in the order of their table? */
static inline bool quantity_in(enum quantity q, enum quantity a,
			       enum quantity b)
{
	return q >= a && q <= b;
}

/* A number of things, whose digits all count. */
bool quantity_exact(enum quantity);

enum { QUANTITY_UNIT = 16 /* size: a unit in a name */ };

/* The vocabulary's word that the name is a slip of (near_word), or NULL. */
const char *quantity_near(const char *name);

/*
 * The quantity of a name, in the vocabulary's words or in people's
 * ("output_tokens_per_second", "ttft_s", "median_ttft"): called.c. unit takes
 * QUANTITY_UNIT bytes, and gets the unit that the name ends in where that is
 * not the vocabulary's; else "". 0, or -1 and the fault's what and remedy.
 */
int quantity_called(const char *name, enum quantity *, char *unit,
		    struct fault *);
int quantity_parse(const char *name, enum quantity *, struct fault *);

/*
 * An amount as written: words/figure says how. unit may be "" for the one
 * that stands behind the figure, else the quantity's own. figure: as it was
 * read, before units; may be NULL. 0, or -1 and what is wrong.
 */
struct written {
	const char *text, *unit;
	struct figure *figure;
};

int quantity_amount(enum quantity, const struct written *, struct amount *,
		    struct fault *);

/*
 * What is called an acceptance and is above one is a length, not a rate: the
 * tokens of a step. What is active and a handful is experts, no parameters; the
 * amount is in their number then. Of any other quantity: itself.
 */
enum quantity quantity_meant(enum quantity, const struct written *,
			     struct amount *);

/* The figure once more, in other digits. */
void quantity_refined(enum quantity, const struct written *,
		      struct amount *);

/*
 * "name=value unit; name>value unit": given.c. What is stated twice is in both;
 * a name that is none, nor a slip of one, is left unread. Cleared before.
 */
struct stated {
	struct amounts first, again;
	bool thrice[Q_NR];	/* and once more */
	struct amount side[2];	/* figures under names that are none */
	int sides;		/* how many there were */
	char unread[96];	/* size: a few items; "" */
};

int quantity_given(const char *text, struct stated *, struct fault *);

/* One item; *text moves behind it. */
struct given {
	enum quantity q;
	char value[64], unit[64];	/* size: words of an item */
};

int quantity_item(const char **text, struct given *, struct fault *);

/*
 * The same as its source may have rounded it: of a whole number's zeros at the
 * end none need count, within 6 % of it ("90" may stand for 85 to 95).
 */
struct amount amount_rounded(const struct amount *);

/* Do two amounts allow the same figure? */
bool amounts_meet(const struct amount *, const struct amount *);

/*
 * A slip that explains claimed / implied: a power of a thousand, a day for
 * an hour, MiB for MB; its name, or NULL.
 */
const char *slip_name(enum quantity, const struct amount *claimed,
		      const struct amount *implied);

/* ---- for readers: quantity.c ---- */

/* The table, as CSV: name,unit,dimension,units,exact,meaning. */
void quantity_vocabulary(struct text *out);

/* "792 million", "304,100", "0.305": as a person reads it. Returns out. */
char *quantity_human(double x, char *out, int size);

/* The same with the quantity's unit. */
char *quantity_say(enum quantity, double x, char *out, int size);

/* What it was read as: "545,000 to 555,000 tok/min"; "" where exact. */
char *quantity_read_as(enum quantity, const struct amount *, char *out,
		       int size);

#endif
