#include <argp.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cmd/verb.h"

static const struct verb verbs[] = {
	{ "show", "a GPU, stack or model: its facts, and what follows",
	  cmd_show },
	{ "step", "one decode step in closed form, op by op", cmd_step },
	{ "run", "the same step through the event engine", cmd_run },
	{ "sweep", "a grid or a file of scenarios to CSV", cmd_sweep },
	{ "validate", "measured rows: predicted beside measured",
	  cmd_validate },
	{ "check", "is a vendor's claim possible?", cmd_check },
	{ "plot", "CSV to SVG", cmd_plot },
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
		"     deeproof VERB --help\n");
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

int main(int argc, char **argv)
{
	static char name[64];	/* size: "deeproof VERB" for usage lines */

	signal(SIGPIPE, SIG_DFL);
	gsl_set_error_handler_off();
	argp_err_exit_status = EXIT_MALFORMED;
	if (argc < 2)
		return usage(stderr, EXIT_MALFORMED);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return usage(stdout, EXIT_YES);
	for (int i = 0; i < VERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0) {
			snprintf(name, sizeof(name), "deeproof %s", argv[1]);
			argv[1] = name;
			return verbs[i].run(argc - 1, argv + 1);
		}
	return unknown(argv[1]);
}
