/*
 * tests: what every suite includes. A file tests/test_NAME.c defines
 * Suite *suite_NAME(void); the runner finds it by that name.
 */
#ifndef TESTS_TESTS_H
#define TESTS_TESTS_H

#include <check.h>
#include <math.h>

/*
 * Check's own writes where it stands to a file each time that it holds, for
 * the case that the test crashes behind it: a third of a suite that looks at
 * thousands of things.
 */
#undef ck_assert_msg
#define ck_assert_msg(expr, ...) \
	((expr) ? (void)0 : _ck_assert_failed(__FILE__, __LINE__, \
		"Assertion '" #expr "' failed", __VA_ARGS__))

/* Equal to a relative tolerance; equal zeros pass. */
#define ck_rel(got, want, tol) do { \
	double got_ = (got), want_ = (want); \
	ck_assert_msg(fabs(got_ - want_) <= (tol) * fabs(want_), \
		      #got " is %.10g, not %.10g", got_, want_); \
} while (0)

/*
 * Sanitizers look at what code does, not at how often: long arithmetic may do
 * it fewer times under them.
 */
#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#endif
