#define _DEFAULT_SOURCE	/* on_exit */
#include "tests/verbs.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/folder.h"
#include "tests/tests.h"

enum { WORDS = 64 };

/* At once: what is not freed then is no leak, and to look takes a second. */
static void leave(int status, void *none)
{
	(void)none;
	fflush(NULL);
	_exit(status);
}

/* Cuts the line at its blanks, in place. */
static int split(char *line, char *word[WORDS])
{
	int nr = 0;

	while (*(line += strspn(line, " "))) {
		char end = *line == '"' ? '"' : ' ';

		line += end == '"';
		ck_assert_int_lt(nr, WORDS - 1);
		word[nr++] = line;
		line = strchr(line, end);
		if (!line)
			break;
		*line++ = '\0';
	}
	word[nr] = NULL;
	return nr;
}

/* The first two words are the program's name, as main.c has it. */
static int child(int (*verb)(int, char **), const char *line)
{
	char copy[1024], name[64];
	char *word[WORDS];
	int nr;

	snprintf(copy, sizeof(copy), "%s", line);
	nr = split(copy, word);
	snprintf(name, sizeof(name), "deeproof %s", word[0]);
	word[0] = name;
	argp_err_exit_status = 2;	/* as main.c has it */
	return verb(nr, word);
}

static void take(FILE *from, struct text *to)
{
	char part[4096];
	size_t n;

	rewind(from);
	text_add(to, "");
	while ((n = fread(part, 1, sizeof(part), from)))
		text_addn(to, part, n);
	fclose(from);
}

/* What it says on stderr into err. */
static void run(struct said *s, int (*verb)(int, char **), const char *line,
		FILE *out, FILE *err)
{
	int status;
	pid_t pid;

	*s = (struct said){ 0, TEXT_INIT, TEXT_INIT };
	ck_assert(out && err);
	fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		on_exit(leave, NULL);
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		status = child(verb, line);
		fflush(NULL);
		_exit(status);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	s->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void verb_run(struct said *s, int (*verb)(int, char **), const char *line)
{
	FILE *out = tmpfile(), *err = tmpfile();

	run(s, verb, line, out, err);
	take(out, &s->out);
	take(err, &s->err);
}

void verb_run_in_one(struct said *s, int (*verb)(int, char **),
		     const char *line)
{
	FILE *out = tmpfile();

	run(s, verb, line, out, out);
	take(out, &s->out);
}

void said_release(struct said *s)
{
	text_release(&s->out);
	text_release(&s->err);
}
