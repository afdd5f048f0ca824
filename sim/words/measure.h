/*
 * measure: the units of claims by kind, and how people spell them:
 * "tokens/s", "tok/s per GPU", "USD per million tokens".
 */
#ifndef WORDS_MEASURE_H
#define WORDS_MEASURE_H

#include <stdbool.h>

enum kind {
	K_RATE, K_RATE_W, K_TIME, K_MTOK, K_MONEY, K_USD, K_SHARE, K_COUNT,
	K_DAILY, K_HOURS, K_B, K_BPS, K_HZ, K_PARAMS, K_CHARS, K_FLOPS,
	K_FLOP, K_W, K_J, K_USD_KWH, K_ENERGY, K_WORD, K_NR
};

const char *kind_name(enum kind);
bool kind_is_money(enum kind);

/* To the kind's base unit; 0: no unit of the kind. */
double kind_factor(enum kind, const char *unit);

/* What a rate's unit says that it is of: "tok/s/GPU". */
enum of_what { OF_ALL, OF_GPU, OF_NODE, OF_USER };
enum of_what unit_of_what(const char *unit);

/* It is of a month, which is 30 to 31 days. */
bool unit_is_of_month(const char *unit);

/* It says that alone: "per GPU", beside a figure with a unit of its own. */
bool unit_is_of_one(const char *unit);

/* A share is counted in it as times ("x", "-fold"), as a part of what it is
   set against ("of"), or in per cent. */
bool unit_is_times(const char *unit);
bool unit_is_part(const char *unit);
bool unit_is_percent(const char *unit);

/* Its units, separated by blanks. */
void kind_units(enum kind, char *out, int size);

#endif
