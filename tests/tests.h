/*
 * tests: what every suite includes. A file tests/test_NAME.c defines
 * Suite *suite_NAME(void); the runner finds it by that name.
 */
#ifndef TESTS_TESTS_H
#define TESTS_TESTS_H

#include <check.h>
#include <math.h>

/* Equal to a relative tolerance; equal zeros pass. */
#define ck_rel(got, want, tol) do { \
	double got_ = (got), want_ = (want); \
	ck_assert_msg(fabs(got_ - want_) <= (tol) * fabs(want_), \
		      #got " is %.10g, not %.10g", got_, want_); \
} while (0)

#endif
