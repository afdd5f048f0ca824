#include <argp.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/near.h"
#include "options/describe.h"
#include "options/verb.h"
#include "read/file.h"

static const struct verb verbs[] = {
	{ "show", "a GPU, stack or model: its facts, and what follows",
	  cmd_show },
	{ "step", "one decode step in closed form, op by op", cmd_step },
	{ "run", "the same step through the event engine", cmd_run },
	{ "explain", "from the speed of light to the prediction, rung by rung",
	  cmd_explain },
	{ "prefill", "what a prompt takes before its first token",
	  cmd_prefill },
	{ "sweep", "a grid or a file of scenarios to CSV", cmd_sweep },
	{ "validate", "measured rows: predicted beside measured",
	  cmd_validate },
	{ "measure", "an engine's log or a benchmark's result to measured "
	  "rows", cmd_measure },
	{ "calibrate", "one's own steps to a sheet of one's own",
	  cmd_calibrate },
	{ "fit", "measured kernel or wire times to the rows of a law",
	  cmd_fit },
	{ "check", "is a vendor's claim possible?", cmd_check },
	{ "plan", "which GPUs, how many, in which layout", cmd_plan },
	{ "cost", "offers of tokens side by side: an API, a month, GPUs",
	  cmd_cost },
	{ "plot", "CSV to SVG", cmd_plot },
	{ "bundle", "all descriptors in one text, for libdeeproof",
	  cmd_bundle },
};


enum { VERBS = sizeof(verbs) / sizeof(*verbs) };

static int usage(FILE *to, int status)
{
	fprintf(to, "Usage: deeproof VERB [OPTION...] [FILE]\n"
		"How fast can these GPUs decode this model in this layout, "
		"and what stops them?\n\n");
	for (int i = 0; i < VERBS; i++)
		fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].does);
	fprintf(to, "\nTry: deeproof step --hw h800-sxm --model deepseek-v3 "
		"--gpus 128 --batch 128 --ctx 4096\n"
		"     deeproof help VERB\n");
	return status;
}

static int unknown(const char *word)
{
	const char *name[VERBS], *near;

	for (int i = 0; i < VERBS; i++)
		name[i] = verbs[i].name;
	near = near_word(word, name, VERBS);
	fprintf(stderr, "deeproof: no verb \"%s\"; %s%s\n", word,
		near ? "did you mean " : "see deeproof --help",
		near ? near : "");
	return EXIT_MALFORMED;
}

/* A verb in a process of its own, since it ends the program. */
static int ask(const struct verb *v, const char *how)
{
	char name[64], option[64];	/* size: a verb, an option */
	char *argv[] = { name, option, NULL };
	int status = 1;
	pid_t pid;

	snprintf(name, sizeof(name), "deeproof %s", v->name);
	snprintf(option, sizeof(option), "--describe=%s", how);
	if (fflush(stdout))
		return 1;
	pid = fork();
	if (pid == 0)
		exit(v->run(2, argv));
	return pid < 0 || waitpid(pid, &status, 0) < 0 || status;
}

static const struct verb *find(const char *name)
{
	for (int i = 0; i < VERBS; i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

static int call(const struct verb *v, int argc, char **argv)
{
	static char name[64];	/* size: "deeproof VERB" for usage lines */

	snprintf(name, sizeof(name), "deeproof %s", v->name);
	argv[0] = name;
	return v->run(argc, argv);
}

/* help VERB, and what make install puts beside the program. */
static int help(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";

	static char option[] = "--help";

	if (argc == 2)
		return usage(stdout, EXIT_YES);
	if (argc > 3) {		/* size: deeproof, help, VERB */
		fprintf(stderr, "deeproof: \"%s\" is one argument too many; "
			"write help VERB\n", argv[3]);	/* size: the fourth */
		return EXIT_MALFORMED;
	}
	if (find(how)) {
		argv[2] = option;
		return call(find(how), 2, argv + 1);
	}
	if (*how != '-')
		return unknown(how);
	how += strspn(how, "-");
	if (!describe_has(how)) {
		fprintf(stderr, "deeproof: no help \"%s\"; write help, help "
			"VERB, help --man or help --bash\n", argv[2]);
		return EXIT_MALFORMED;
	}
	describe_begin(how);
	for (int i = 0; i < VERBS; i++)
		if (ask(&verbs[i], how))
			return EXIT_MALFORMED;
	describe_end(how);
	return EXIT_YES;
}

/* Has help been printed? Argp ends the program when it has given its own. */
static void printed(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	fprintf(stderr, "deeproof: cannot write the output: %s\n",
		strerror(errno));
	_exit(EXIT_MALFORMED);
}

/* -h is what most programs call --help; argp has -?. */
static void asks_help(int argc, char **argv)
{
	static const char *const asks[] = { "-h", "--help", "-?", "--usage",
					    "--version", "-V", "help" };
	static char option[] = "--help";

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (strcmp(argv[i], asks[0]) == 0)
			argv[i] = option;
		for (size_t j = 0; j < sizeof(asks) / sizeof(*asks); j++)
			if (strcmp(argv[i], asks[j]) == 0 && atexit(printed))
				abort();
	}
}

/* What is half written goes; then as without this. */
static void told_to_end(int sig)
{
	file_drop_unfinished();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* nohup's program goes on. */
static void clean_at(int sig)
{
	if (signal(sig, told_to_end) == SIG_IGN)
		signal(sig, SIG_IGN);
}

int main(int argc, char **argv)
{
	clean_at(SIGINT);
	clean_at(SIGTERM);
	clean_at(SIGHUP);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);	/* a file too large is said */
	gsl_set_error_handler_off();
	argp_err_exit_status = EXIT_MALFORMED;
	argp_program_version = VERSION;
	if (argc < 2)
		return usage(stderr, EXIT_MALFORMED);
	asks_help(argc, argv);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(argc, argv);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return puts(VERSION) < 0 ? EXIT_MALFORMED : EXIT_YES;
	if (!find(argv[1]))
		return unknown(argv[1]);
	return call(find(argv[1]), argc - 1, argv + 1);
}
