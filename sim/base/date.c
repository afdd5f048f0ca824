#include "base/date.h"

#include <ctype.h>

enum { FEBRUARY = 2, LEAP = 4, CENTURY = 100 /* math: Gregory's calendar */ };

static bool shaped(const char *s)
{
	static const char form[] = "0000-00-00";
	int i = 0;

	for (; form[i] && s[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)s[i]) :
				     s[i] != '-')
			return false;
	return !form[i] && !s[i];
}

static int number(const char *digits, int nr)
{
	int x = 0;

	for (int i = 0; i < nr; i++)
		x = x * 10 + digits[i] - '0'; /* math: decimal */
	return x;
}

static bool leap(int year)
{
	return year % CENTURY ? year % LEAP == 0 :
	       year / CENTURY % LEAP == 0;
}

static int days_of(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30,	/* units: days */
		31, 31, 30, 31, 30, 31	/* units: days */
	};

	if (month < 1 || month > (int)(sizeof(days) / sizeof(*days)))
		return 0;
	return days[month - 1] + (month == FEBRUARY && leap(year));
}

bool date_valid(const char *s)
{
	enum { YEAR = 4, TWO = 2, MONTH_AT = 5, DAY_AT = 8 /* size: */ };
	int day;

	if (!shaped(s))
		return false;
	day = number(s + DAY_AT, TWO);
	return day >= 1 &&
	       day <= days_of(number(s, YEAR), number(s + MONTH_AT, TWO));
}
