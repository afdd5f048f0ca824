#include "tests/ends.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tests.h"

int ends_with(void (*what)(const void *of), const void *of)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		what(of);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
		WEXITSTATUS(status);
}
