/*
 * Runs every suite there is: build/suites.h holds a line SUITE(NAME) for each
 * tests/test_NAME.c, in the order of their names. CK_RUN_SUITE, CK_RUN_CASE,
 * CK_VERBOSITY and CK_FORK work as Check's manual says.
 */
#include <stdlib.h>

#include <gsl/gsl_errno.h>

#include "tests/tests.h"

#define SUITE(name) Suite *suite_##name(void);
#include "suites.h"
#undef SUITE

#define SUITE(name) suite_##name,
static Suite *(*const suites[])(void) = {
#include "suites.h"
	NULL
};
#undef SUITE

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	/* A slow machine under sanitizers is no fault: seconds a test. */
	setenv("CK_DEFAULT_TIMEOUT", "120", 0);
	gsl_set_error_handler_off();
	for (int i = 0; suites[i]; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
