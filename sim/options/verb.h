/*
 * verb: the commands. To add one: write cmd_NAME.c with a cmd_NAME(), declare
 * it here, add its row to the table in main.c.
 *
 * Exit status: 0 answered, 1 answered and the answer is no, 2 malformed.
 */
#ifndef OPTIONS_VERB_H
#define OPTIONS_VERB_H

#define VERSION "deeproof 1.0"

enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_MALFORMED = 2 };

struct verb {
	const char *name;
	const char *does;	/* one line, for the list of verbs */
	int (*run)(int argc, char **argv);	/* argv[0]: "deeproof NAME" */
};

int cmd_show(int argc, char **argv);
int cmd_step(int argc, char **argv);
int cmd_prefill(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_fit(int argc, char **argv);
int cmd_measure(int argc, char **argv);
int cmd_calibrate(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_cost(int argc, char **argv);
int cmd_bundle(int argc, char **argv);

#endif
