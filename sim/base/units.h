/*
 * units: the only place where prefixes and unit names are known.
 *
 * Inside the program every quantity is a double in its base unit: B, B/s,
 * FLOP, FLOP/s, s, Hz, W, $/h. Files and reports use the names below.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>

enum dim {
	DIM_RATIO,	/* "1" or "%" */
	DIM_COUNT,	/* "count" */
	DIM_B,		/* "B" with k M G T, Ki Mi Gi Ti */
	DIM_BPS,	/* "B/s" with prefixes */
	DIM_FLOPS,	/* "FLOP/s" with prefixes */
	DIM_S,		/* "s" "ms" "us" "ns" */
	DIM_HZ,		/* "Hz" "MHz" "GHz" */
	DIM_W,		/* "W" "kW" */
	DIM_USD_H,	/* "$/h", "$/month" of 730 h */
	DIM_USD_TOK,	/* "$/tok", "$/Mtok" */
	DIM_TOK_S,	/* "tok/s", "tok/min", "tok/day" */
	DIM_TOK,	/* "tok" */
	DIM_PARAMS,	/* "params": with k M B (1e9) T */
	DIM_NAME,	/* "name": the value is a word, not a number */
	DIM_NR
};

/* What people count in beside them. */
#define BITS 8.0		/* units: of a byte */
#define KILO 1e3		/* units: prefixes of the SI, */
#define MEGA 1e6		/* units: */
#define GIGA 1e9		/* units: */
#define TERA 1e12		/* units: */
#define PETA 1e15		/* units: */
#define MIN_S 60.0		/* units: seconds of a minute */
#define HOUR_S 3600.0		/* units: of an hour */
#define DAY_S 86400.0		/* units: of a day */
#define DAY_H 24.0		/* units: hours of a day */
#define MONTH_H 730.0		/* units: hours of a month, 8,760 / 12, */
#define MONTH_SHORT (720 / MONTH_H)	/* units: of it, one of 30 days, */
#define MONTH_LONG (744 / MONTH_H)	/* units: and one of 31 */
#define MILLION 1e6		/* units: tokens that a price is quoted for */

/* 0 and the factor to the base unit, or -1 when this is no unit we know. */
int units_parse(const char *unit, enum dim *dim, double *factor);

/* "a rate in bytes per second", for messages. */
const char *units_dim_name(enum dim);

/* "B, GB or GiB": how a person may write it, for messages. */
const char *units_examples(enum dim);

/* The base unit of a dimension, as units_parse reads it. */
const char *units_base(enum dim);

/*
 * A number as a person writes it: 3.35e12, DIM_BPS -> "3.35 TB/s". Three to
 * four significant digits. Returns out.
 */
char *units_human(double value, enum dim, char *out, int size);

/*
 * All of text is one finite decimal number: 0 and *value, else -1. Hex,
 * "nan", "inf" and trailing characters are refused; the locale is not asked.
 */
int units_number(const char *text, double *value);

/* Likewise, all of the first len characters of text. */
int units_number_of(const char *text, size_t len, double *value);

/* Microseconds, milliseconds, billions and per cent, for reports only. */
double units_us(double s);
double units_ms(double s);
double units_giga(double x);
double units_percent(double share);

#endif
