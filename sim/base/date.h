/*
 * date: days of the calendar, as files and options write them.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>

/* YYYY-MM-DD, and a day that there is in the Gregorian calendar. */
bool date_valid(const char *);

#endif
