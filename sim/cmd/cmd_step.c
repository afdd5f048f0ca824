#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "answer/answer.h"
#include "answer/longest.h"
#include "inside/oplist.h"
#include "options/emit.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "say/words.h"

static const struct command command = {
	"", "One decode step in closed form: what every op counts, what it "
	"takes, what binds; then the answer. Exit 1 when it does not fit.\v"
	"Example:\n  deeproof step --hw h800-sxm --stack deepseek "
	"--model deepseek-v3 \\\n    --gpus 128 --batch 128 --ctx 4096 "
	"--overlap two-batch --balance uniform\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_OPS | OPTION_SOLVE |
	OPTION_LONGEST };

static int write_ops(const struct question *q, const struct step *st,
		     const char *path)
{
	struct table t;
	struct text out = TEXT_INIT;

	table_init(&t, path);
	oplist_table(q, st, &t);
	table_write(&t, &out);
	table_release(&t);
	return emit(&out, path, EXIT_YES);
}

static int make(struct question *q, const struct scenario *s,
		struct shelf *shelf, struct fault *why, bool longest)
{
	struct memo *memo = memo_new(shelf_library(shelf));
	int rc = longest ? question_longest(q, s, memo, why) :
			   question_recall(q, s, memo, why);

	free(memo);
	return rc;
}

static int ask(const struct options *o, struct shelf *shelf)
{
	struct scenario s;
	struct question q = { .lacks = false };
	struct answer a;
	struct step st;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	int status;

	if (options_scenario(o, &s, &why) ||
	    make(&q, &s, shelf, &why, o->longest) ||
	    question_simulated(&q, &why))
		return options_refused(o, &q, &why);
	answer_step(&a, &q, &st);
	status = a.fits ? EXIT_YES : EXIT_NO;
	if (o->ops && !isnan(a.step_s) && write_ops(&q, &st, o->ops))
		return EXIT_MALFORMED;
	if (o->csv) {
		words_row(&q, &a, &out);
	} else {
		words_question(&q, &out);
		if (!isnan(a.step_s))
			oplist_text(&q, &st, &out);
		words_answer(&q, &a, &out);
	}
	return solve_emit(&out, o, status);
}

int cmd_step(int argc, char **argv)
{
	return solve_verb(&command, ask, argc, argv);
}
