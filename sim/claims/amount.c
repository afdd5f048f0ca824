#include "claims/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define MIN_S 60.0		/* units: seconds */
#define HOUR_S 3600.0		/* units: seconds */
#define DAY_H 24.0		/* units: hours */
#define CLOSE 0.002	/* math: figures closer than this are the same */

static int no_unit(enum quantity q, const char *unit, struct fault *why)
{
	char list[160];		/* size: units of a kind */

	quantity_units(q, list, (int)sizeof(list));
	fault_what(why, "%s is in \"%.40s\"", quantity_name(q), unit);
	return fault_remedy(why, "write one of: %s", list);
}

/* Half a unit of the last digit that counts. Trailing zeros of a whole
   number do not: 550000 has two digits. */
static double half_digit(const char *s)
{
	const char *point = NULL, *last = NULL, *end = s;
	int place, exponent = 0;

	for (; isdigit((unsigned char)*end) || strchr("+-.", *end); end++) {
		if (!*end)
			break;
		if (*end == '.')
			point = end;
		else if (isdigit((unsigned char)*end) &&
			 (*end != '0' || point))
			last = end;
	}
	if (*end == 'e' || *end == 'E')
		sscanf(end + 1, "%d", &exponent);
	if (!last)
		return 0;
	if (point)
		place = -(int)(last - point);
	else
		place = (int)(end - 1 - last);
	return pow(10.0, place + exponent) / 2;	/* math: decimal places */
}

struct amount amount_exact(double value)
{
	return (struct amount){ true, value, value, value, false };
}

static int number(enum quantity q, const char *text, double *x,
		  struct fault *why)
{
	if (units_number(text, x) == 0 && *x >= 0)
		return 0;
	fault_what(why, "%s is \"%.40s\"", quantity_name(q), text);
	return fault_remedy(why, "write a number from 0, a range as 8..12, "
			    "or a bound as <700 or >5");
}

static int range(enum quantity q, const char *text, const char *dots,
		 struct amount *a, struct fault *why)
{
	char first[64];		/* size: a number */

	snprintf(first, sizeof(first), "%.*s", (int)(dots - text), text);
	if (number(q, first, &a->low, why) ||
	    number(q, dots + 2, &a->high, why))
		return -1;
	a->value = (a->low + a->high) / 2;
	a->range = true;
	if (a->low < a->high)
		return 0;
	fault_what(why, "%s is \"%.40s\", a range that falls", quantity_name(q),
		   text);
	return fault_remedy(why, "write the smaller number first");
}

static int plain(enum quantity q, const char *text, struct amount *a,
		 struct fault *why)
{
	double half = quantity_exact(q) ? 0 : half_digit(text);

	if (number(q, text, &a->value, why))
		return -1;
	a->low = a->value - half;
	a->high = a->value + half;
	return 0;
}

static int any_amount(enum quantity q, const char *text, struct amount *a,
		      struct fault *why)
{
	const char *dots = strstr(text, "..");

	*a = (struct amount){ .known = true };
	if (dots)
		return range(q, text, dots, a, why);
	if (*text != '<' && *text != '>')
		return plain(q, text, a, why);
	if (number(q, text + 1, &a->value, why))
		return -1;
	a->low = *text == '<' ? 0 : a->value;
	a->high = *text == '<' ? a->value : (double)INFINITY;
	return 0;
}

int quantity_amount(enum quantity q, const char *text, const char *unit,
		    struct amount *a, struct fault *why)
{
	double f = quantity_factor(q, unit);

	if (!(f > 0))
		return no_unit(q, unit, why);
	if (any_amount(q, text, a, why))
		return -1;
	a->value *= f;
	a->low *= f;
	a->high *= f;
	return 0;
}

/* ---- given ---- */

enum { WORD = 64 /* size: a name, a number, a unit */ };

/* The next word of *s up to one of `stop`, blanks stripped. -1: too long. */
static int word(const char **s, const char *stop, char *out)
{
	size_t len, blank = strspn(*s, " ");

	*s += blank;
	len = strcspn(*s, stop);
	if (len >= WORD)
		return -1;
	memcpy(out, *s, len);
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	*s += strcspn(*s, stop);
	return 0;
}

static int malformed(struct fault *why, const char *item)
{
	fault_what(why, "given has \"%.40s\"", item);
	return fault_remedy(why, "write name=value unit; name=value unit");
}

static int item(const char **s, struct amounts *all, struct fault *why)
{
	char name[WORD], text[WORD], unit[WORD];
	const char *from = *s;
	enum quantity q;

	if (word(s, "=;", name) || **s != '=')
		return malformed(why, from);
	++*s;
	if (word(s, " ;", text) || !*text)
		return malformed(why, from);
	if (word(s, ";", unit))
		return malformed(why, from);
	if (quantity_parse(name, &q, why))
		return -1;
	if (all->of[q].known) {
		fault_what(why, "given has %s twice", name);
		return fault_remedy(why, "give it once");
	}
	return quantity_amount(q, text, unit, &all->of[q], why);
}

int quantity_given(const char *text, struct amounts *all, struct fault *why)
{
	const char *s = text;

	while (*(s += strspn(s, " "))) {
		int at = (int)(s - text) + 1;

		if (item(&s, all, why)) {
			char what[200];	/* size: of a sentence */

			snprintf(what, sizeof(what), "%.190s", why->what);
			return fault_what(why, "character %d: %s", at, what);
		}
		if (*s == ';')
			s++;
	}
	return 0;
}

/* ---- two amounts ---- */

bool amounts_meet(const struct amount *a, const struct amount *b)
{
	return a->low <= b->high * (1 + CLOSE) &&
	       b->low <= a->high * (1 + CLOSE);
}

const char *slip_name(enum quantity q, const struct amount *claimed,
		      const struct amount *implied)
{
	static const struct { double factor; const char *name; } slips[] = {
		{ 1.024 * 1.024, "MiB for MB" },		/* units: */
		{ 1.024 * 1.024 * 1.024, "GiB for GB" },	/* units: */
		{ 1e3, "a thousandfold slip" },		/* units: */
		{ 1e6, "a millionfold slip" },		/* units: */
		{ HOUR_S, "seconds taken for hours" },
		{ MIN_S, "a factor of 60: seconds, minutes or hours "
			      "mixed up" },
		{ DAY_H, "a factor of 24: an hour set against a day" },
	};
	bool bytes = q == Q_KV_GB || q == Q_WEIGHTS_GB || q == Q_HBM_GB ||
		     q == Q_SOL_TOK_S_GPU;
	double up = claimed->value / implied->value;

	if (!(claimed->low > 0) || !isfinite(claimed->high))
		return NULL;
	for (unsigned i = bytes ? 0 : 2; i < sizeof(slips) / sizeof(*slips);
	     i++) {
		double f = up > 1 ? slips[i].factor : 1 / slips[i].factor;
		struct amount b = *implied;

		b.low *= f;
		b.high *= f;
		b.value *= f;
		if (amounts_meet(claimed, &b))
			return slips[i].name;
	}
	return NULL;
}
