/*
 * quantity: the words of vendor claims: what a claim may state, and in which
 * unit. One table; check --vocabulary prints it.
 *
 * An amount is an interval, since a figure is as good as its digits: 550000
 * is 545000 to 555000, 79.3 is 79.25 to 79.35. Numbers of things (GPUs,
 * requests, tokens of a prompt) are exact.
 */
#ifndef CLAIMS_QUANTITY_H
#define CLAIMS_QUANTITY_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

enum quantity {
	Q_TOK_S_GPU, Q_TOK_S_USER, Q_TOK_S_TOTAL, Q_TOK_S_NODE,
	Q_SOL_TOK_S_GPU, Q_TPM, Q_PEAK_TPM, Q_DEMAND_TPM, Q_DEMAND_DAY,
	Q_TOKENS_PER_DAY,
	Q_TOKENS_PER_MONTH, Q_BREAK_EVEN, Q_REQUESTS_PER_DAY,
	Q_TOKENS_PER_REQUEST,
	Q_TTFT_MS, Q_TTFT_P99_MS, Q_TPOT_MS, Q_STEP_MS, Q_E2E_MS,
	Q_SLA_TTFT_P99_MS, Q_LOAD_S, Q_WINDOW_S,
	Q_USD_PER_MTOK, Q_USD_PER_MTOK_IN, Q_USD_PER_MTOK_OUT,
	Q_VERSUS_USD_PER_MTOK, Q_USD_PER_REQUEST, Q_USD_PER_HOUR,
	Q_USD_PER_DAY, Q_USD_PER_MONTH,
	Q_COST_RATIO, Q_CHEAPER_X, Q_SAVINGS_PCT, Q_CHANGE_PCT, Q_RATIO,
	Q_NUMERATOR, Q_DENOMINATOR, Q_BEFORE, Q_AFTER, Q_COMM_RATIO,
	Q_UTILIZATION, Q_BREAK_EVEN_USE, Q_HOURS_PER_DAY, Q_SCALING,
	Q_GPUS, Q_NODES, Q_GPUS_PER_NODE, Q_CONCURRENCY,
	Q_VERSUS_CONCURRENCY, Q_USERS, Q_TOGETHER, Q_SAMPLES, Q_ISL, Q_OSL,
	Q_CTX, Q_PROMPT_CHARS, Q_RANKS, Q_EXPERTS_PER_TOKEN,
	Q_WEIGHTS_GB, Q_KV_GB, Q_KV_B_TOK, Q_HBM_GB, Q_HBM_TB_S, Q_MEM_SHARE,
	Q_HOST_GB, Q_STORAGE_GB_S, Q_SWEEPS_PER_S, Q_PARAMS_TOTAL,
	Q_PARAMS_ACTIVE, Q_FITS,
	Q_BUCKET_TOK, Q_REFILL_TOK_S, Q_CHARGE_TOK,
	Q_NR
};

struct amount {
	bool known;
	double value;		/* in the quantity's own unit */
	double low, high;	/* what its digits, or its range, allow */
	bool range;		/* written as one */
};

struct amounts {
	struct amount of[Q_NR];
};

/* ---- amounts as written: amount.c ---- */

/* An amount without slack. */
struct amount amount_exact(double value);

const char *quantity_name(enum quantity);
const char *quantity_unit(enum quantity);

/* Factor from a unit to the quantity's own; 0: no unit of its kind. */
double quantity_factor(enum quantity, const char *unit);
void quantity_units(enum quantity, char *out, int size);

/* A number of things, whose digits all count. */
bool quantity_exact(enum quantity);

/* The quantity of a name. 0, or -1 and the fault's what and remedy. */
int quantity_parse(const char *name, enum quantity *, struct fault *);

/*
 * An amount as written: "79.3", "8..12" (a range), "<700", ">5". unit may be
 * "" for the quantity's own. 0, or -1 and what is wrong.
 */
int quantity_amount(enum quantity, const char *text, const char *unit,
		    struct amount *, struct fault *);

/*
 * "name=value unit; name=value unit". A fault says at which character (from
 * 1) of the text the item begins. A name twice is a fault.
 */
int quantity_given(const char *text, struct amounts *, struct fault *);

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

#endif
