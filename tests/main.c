/*
 * Runs every suite there is: build/suites.h holds a line SUITE(NAME) for each
 * tests/test_NAME.c, in the order of their names. CK_RUN_SUITE, CK_RUN_CASE
 * and CK_VERBOSITY work as Check's manual says.
 *
 * WORKERS=N (default: the processors) run side by side, each taking the next
 * suite from a pipe and saying in another how many checks it ran and how many
 * failed. What is slow is first in slow[], so that nobody waits for it. With
 * FAIL_FAST set it is last, and a failure takes what is left from the pipe.
 *
 * A worker runs checks in its own process: one for each takes half as long
 * again, sanitized twice the time. A check that ends the process, or never
 * ends, takes the worker along; then its suite is run again with a process for
 * each check, which names it. CK_FORK=yes does so from the start.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "read/file.h"
#include "tests/tests.h"

#define SUITE(name) Suite *suite_##name(void);
#include "suites.h"
#undef SUITE

#define SUITE(name) { #name, suite_##name },
static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#include "suites.h"
};
#undef SUITE

enum { SUITES = sizeof(suites) / sizeof(suites[0]), WORKERS_MAX = 64 };

static const char *const slow[] = {
	"buyers", "readers", "printed", "said", "uneven", "wild", "prompts",
	"plan", "trace", "next", "asked", "replay", "first", "commands",
	"skew", "queues", "sample", "seeds", "verdicts", "price", "limits",
	"page", "rules", "embed", "embedded",
};

enum { SLOW = sizeof(slow) / sizeof(slow[0]) };

enum { SUITE_S = 600, NONE = 255 };

struct tally {
	int ran, failed;
};

static bool is_among(const char *name, const char *const names[], int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void turn_round(unsigned char order[SUITES])
{
	for (int i = 0, j = SUITES - 1; i < j; i++, j--) {
		unsigned char first = order[i];

		order[i] = order[j];
		order[j] = first;
	}
}

/* The suites' numbers, the slow ones first; a name out of date is passed by. */
static void put_in_order(unsigned char order[SUITES])
{
	int n = 0;

	for (int i = 0; i < SLOW; i++)
		for (int j = 0; j < SUITES; j++)
			if (strcmp(slow[i], suites[j].name) == 0)
				order[n++] = (unsigned char)j;
	for (int j = 0; j < SUITES; j++)
		if (!is_among(suites[j].name, slow, SLOW))
			order[n++] = (unsigned char)j;
	assert(n == SUITES && n < NONE);
	if (getenv("FAIL_FAST"))
		turn_round(order);
}

static struct tally run(int nr, enum fork_status how)
{
	SRunner *runner = srunner_create(suites[nr].make());
	bool asked = getenv("CK_VERBOSITY");
	struct tally t;

	file_forget();
	srunner_set_fork_status(runner, how);
	srunner_run_all(runner, asked ? CK_ENV : CK_SILENT);
	t.ran = srunner_ntests_run(runner);
	t.failed = srunner_ntests_failed(runner);
	if (t.failed && !asked)
		srunner_print(runner, CK_NORMAL);
	srunner_free(runner);
	fflush(stdout);
	return t;
}

static void tell(int to, const void *what, size_t size)
{
	if (write(to, what, size) != (ssize_t)size)
		exit(EXIT_FAILURE);
}

static void leave_if_failed(int from, const struct tally *t)
{
	unsigned char nr;

	while (t->failed && getenv("FAIL_FAST") && read(from, &nr, 1) == 1)
		;
}

/* Takes suites till there are none, and says in which it is. */
static int work(int from, int to, int at)
{
	const char *asked = getenv("CK_FORK");
	bool apart = asked && strcmp(asked, "no") != 0;
	unsigned char nr, none = NONE;
	struct tally t;

	while (read(from, &nr, 1) == 1) {
		tell(at, &nr, 1);
		alarm(SUITE_S);
		t = run(nr, apart ? CK_FORK : CK_NOFORK);
		tell(to, &t, sizeof(t));
		leave_if_failed(from, &t);
		tell(at, &none, 1);
	}
	return EXIT_SUCCESS;
}

/* A suite that ended its worker has failed, whatever each check does alone. */
static struct tally run_apart(int nr, int status)
{
	struct tally t;

	printf("%s: a check ended its process, status %#x; each alone:\n",
	       suites[nr].name, (unsigned)status);
	t = run(nr, CK_FORK);
	if (!t.failed) {
		printf("%s: none fails alone\n", suites[nr].name);
		t.failed = 1;
	}
	fflush(stdout);
	return t;
}

/* The suite in which a worker ended, or NONE. */
static int last_of(int from, int to, int *status)
{
	unsigned char nr = NONE;
	int at[2];
	pid_t pid;

	if (pipe(at) || (pid = fork()) < 0)
		exit(EXIT_FAILURE);
	if (pid == 0)
		exit(work(from, to, at[1]));
	close(at[1]);
	while (read(at[0], &nr, 1) == 1)
		;
	close(at[0]);
	waitpid(pid, status, 0);
	return nr;
}

/* Has a worker at work till there are no suites. */
static int keep_working(int from, int to)
{
	int status, nr;
	struct tally t;

	while ((nr = last_of(from, to, &status)) != NONE) {
		t = run_apart(nr, status);
		tell(to, &t, sizeof(t));
		leave_if_failed(from, &t);
	}
	return status ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int workers(void)
{
	const char *asked = getenv("WORKERS");
	long n = asked ? atol(asked) : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (int)n;
}

/* A worker that ended badly between its suites leaked: a failure as well. */
static int gather(int from, int n)
{
	struct tally t, all = { 0 };
	int reports = 0, status, lost = 0;

	while (read(from, &t, sizeof(t)) == (ssize_t)sizeof(t)) {
		all.ran += t.ran;
		all.failed += t.failed;
		reports++;
	}
	for (int i = 0; i < n; i++)
		if (wait(&status) < 0 || status != 0) {
			printf("a worker ended with status %#x\n",
			       (unsigned)status);
			lost++;
		}
	if (reports < SUITES || lost) {
		printf("%d of %d suites reported\n", reports, (int)SUITES);
		all.failed++;
	}
	printf("%d%%: Checks: %d, Failures: %d, Errors: 0\n", all.ran ?
			100 /* math: % */ * (all.ran - all.failed) / all.ran :
			0, all.ran, all.failed);
	return all.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(void)
{
	unsigned char order[SUITES];
	int todo[2], done[2], n = workers();

	/* Check makes a file for each check: a disk's takes longest of it. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TEMP", "/dev/shm", 0);
	/* A slow machine under sanitizers is no fault: seconds a test. */
	setenv("CK_DEFAULT_TIMEOUT", "120", 0);
	gsl_set_error_handler_off();
	put_in_order(order);
	if (pipe(todo) || pipe(done) ||
			write(todo[1], order, SUITES) != (ssize_t)SUITES)
		return EXIT_FAILURE;
	close(todo[1]);
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return EXIT_FAILURE;
		if (pid == 0) {
			close(done[0]);
			exit(keep_working(todo[0], done[1]));
		}
	}
	close(done[1]);
	return gather(done[0], n);
}
