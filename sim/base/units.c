#include "base/units.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NANO 1e-9	/* units: */
#define MICRO 1e-6	/* units: */
#define MILLI 1e-3	/* units: */
#define PERCENT 1e-2	/* units: */
#define KIBI 0x1p10	/* units: */
#define MEBI 0x1p20	/* units: */
#define GIBI 0x1p30	/* units: */
#define TEBI 0x1p40	/* units: */

/* Those of a dimension that are for people ascend. */
static const struct unit {
	const char *name;
	enum dim dim;
	double factor;
	int human;	/* units_human may choose it */
} units[] = {
	{ "1", DIM_RATIO, 1, 0 },
	{ "%", DIM_RATIO, PERCENT, 0 },
	{ "count", DIM_COUNT, 1, 0 },
	{ "B", DIM_B, 1, 1 },
	{ "kB", DIM_B, KILO, 1 },
	{ "MB", DIM_B, MEGA, 1 },
	{ "GB", DIM_B, GIGA, 1 },
	{ "TB", DIM_B, TERA, 1 },
	{ "KiB", DIM_B, KIBI, 0 },
	{ "MiB", DIM_B, MEBI, 0 },
	{ "GiB", DIM_B, GIBI, 0 },
	{ "TiB", DIM_B, TEBI, 0 },
	{ "B/s", DIM_BPS, 1, 1 },
	{ "kB/s", DIM_BPS, KILO, 1 },
	{ "MB/s", DIM_BPS, MEGA, 1 },
	{ "GB/s", DIM_BPS, GIGA, 1 },
	{ "TB/s", DIM_BPS, TERA, 1 },
	{ "KiB/s", DIM_BPS, KIBI, 0 },
	{ "MiB/s", DIM_BPS, MEBI, 0 },
	{ "GiB/s", DIM_BPS, GIBI, 0 },
	{ "TiB/s", DIM_BPS, TEBI, 0 },
	{ "Gb/s", DIM_BPS, GIGA / BITS, 0 },	/* as NICs are sold */
	{ "Gbps", DIM_BPS, GIGA / BITS, 0 },
	{ "Gbit/s", DIM_BPS, GIGA / BITS, 0 },
	{ "Tb/s", DIM_BPS, TERA / BITS, 0 },
	{ "Tbps", DIM_BPS, TERA / BITS, 0 },
	{ "Tbit/s", DIM_BPS, TERA / BITS, 0 },
	{ "FLOP/s", DIM_FLOPS, 1, 1 },
	{ "kFLOP/s", DIM_FLOPS, KILO, 1 },
	{ "MFLOP/s", DIM_FLOPS, MEGA, 1 },
	{ "GFLOP/s", DIM_FLOPS, GIGA, 1 },
	{ "TFLOP/s", DIM_FLOPS, TERA, 1 },
	{ "PFLOP/s", DIM_FLOPS, PETA, 1 },
	{ "ns", DIM_S, NANO, 1 },
	{ "us", DIM_S, MICRO, 1 },
	{ "ms", DIM_S, MILLI, 1 },
	{ "s", DIM_S, 1, 1 },
	{ "Hz", DIM_HZ, 1, 1 },
	{ "MHz", DIM_HZ, MEGA, 1 },
	{ "GHz", DIM_HZ, GIGA, 1 },
	{ "W", DIM_W, 1, 1 },
	{ "kW", DIM_W, KILO, 1 },
	{ "$/h", DIM_USD_H, 1, 1 },
	{ "$/month", DIM_USD_H, 1 / MONTH_H, 0 },
	{ "$/tok", DIM_USD_TOK, 1, 0 },
	{ "$/Mtok", DIM_USD_TOK, MICRO, 1 },
	{ "tok/s", DIM_TOK_S, 1, 1 },
	{ "tok/min", DIM_TOK_S, 1 / MIN_S, 0 },
	{ "tok/day", DIM_TOK_S, 1 / DAY_S, 0 },
	{ "tok", DIM_TOK, 1, 1 },
	{ "params", DIM_PARAMS, 1, 1 },
	{ "kparams", DIM_PARAMS, KILO, 1 },
	{ "Mparams", DIM_PARAMS, MEGA, 1 },
	{ "Bparams", DIM_PARAMS, GIGA, 1 },
	{ "Tparams", DIM_PARAMS, TERA, 1 },
	{ "name", DIM_NAME, 1, 0 },
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

int units_parse(const char *unit, enum dim *dim, double *factor)
{
	for (int i = 0; i < UNITS; i++) {
		if (strcmp(units[i].name, unit))
			continue;
		*dim = units[i].dim;
		*factor = units[i].factor;
		return 0;
	}
	return -1;
}

const char *units_dim_name(enum dim dim)
{
	static const char *const name[DIM_NR] = {
		[DIM_RATIO] = "a ratio",
		[DIM_COUNT] = "a count",
		[DIM_B] = "a size in bytes",
		[DIM_BPS] = "a rate in bytes per second",
		[DIM_FLOPS] = "a rate in floating-point operations per second",
		[DIM_S] = "a time",
		[DIM_HZ] = "a frequency",
		[DIM_W] = "a power",
		[DIM_USD_H] = "a price per hour",
		[DIM_USD_TOK] = "a price per token",
		[DIM_TOK_S] = "a rate in tokens per second",
		[DIM_TOK] = "a number of tokens",
		[DIM_PARAMS] = "a number of parameters",
		[DIM_NAME] = "a word",
	};

	assert(dim >= 0 && dim < DIM_NR);
	return name[dim];
}

const char *units_base(enum dim dim)
{
	for (int i = 0; i < UNITS; i++)
		if (units[i].dim == dim && units[i].factor == 1)
			return units[i].name;
	assert(0 && "a dimension has no unit");
	return "";
}

const char *units_examples(enum dim dim)
{
	static const char *const names[DIM_NR] = {
		[DIM_RATIO] = "1 or %",
		[DIM_COUNT] = "count",
		[DIM_B] = "B, GB or GiB",
		[DIM_BPS] = "B/s, GB/s, TB/s or Gb/s",
		[DIM_FLOPS] = "FLOP/s, TFLOP/s or PFLOP/s",
		[DIM_S] = "s, ms, us or ns",
		[DIM_HZ] = "Hz, MHz or GHz",
		[DIM_W] = "W or kW",
		[DIM_USD_H] = "$/h or $/month",
		[DIM_USD_TOK] = "$/tok or $/Mtok",
		[DIM_TOK_S] = "tok/s, tok/min or tok/day",
		[DIM_TOK] = "tok",
		[DIM_PARAMS] = "params, Mparams or Bparams",
		[DIM_NAME] = "name",
	};

	assert(dim >= 0 && dim < DIM_NR);
	return names[dim];
}

/* The largest unit not above the value, else the smallest; NULL: none. */
static const struct unit *readable(double value, enum dim dim)
{
	const struct unit *u = NULL;

	for (int i = 0; i < UNITS; i++) {
		if (units[i].dim != dim || !units[i].human)
			continue;
		if (!u || fabs(value) >= units[i].factor)
			u = &units[i];
		if (value == 0 && units[i].factor == 1)
			return &units[i];
	}
	return u;
}

char *units_human(double value, enum dim dim, char *out, int size)
{
	const struct unit *u = readable(value, dim);
	double x = u ? value / u->factor : value;
	const char *fmt = fabs(x) < KILO ? "%.4g%s%s" : "%.0f%s%s";

	if (!isfinite(value))
		snprintf(out, (size_t)size, "-");
	else
		snprintf(out, (size_t)size, fmt, x, u ? " " : "",
			 u ? u->name : "");
	return out;
}

int units_number(const char *text, double *value)
{
	static const char *const allowed = "0123456789+-.eE";
	double x;
	char *end;

	if (!text[0] || text[strspn(text, allowed)])
		return -1;
	x = strtod(text, &end);
	if (end == text || *end || !isfinite(x))
		return -1;
	*value = x;
	return 0;
}

int units_number_of(const char *text, size_t len, double *value)
{
	char number[64];	/* size: the longest number */

	if (len >= sizeof(number))
		return -1;
	snprintf(number, sizeof(number), "%.*s", (int)len, text);
	return units_number(number, value);
}

double units_us(double s)
{
	return s / MICRO;
}

double units_ms(double s)
{
	return s / MILLI;
}

double units_giga(double x)
{
	return x / GIGA;
}

double units_percent(double share)
{
	return 100 * share;	/* units: per cent */
}
