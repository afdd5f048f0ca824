#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inside/whatif.h"
#include "options/emit.h"
#include "say/explain_text.h"
#include "options/options.h"
#include "options/verb.h"
#include "say/words.h"

static const struct command command = {
	"", "Why a decode step takes what it takes: from the speed of light "
	"to the prediction, a mechanism at a time, in microseconds of one GPU "
	"for an output token. The rungs add up to the prediction. Exit 1 when "
	"it does not fit.\v"
	"Examples:\n  deeproof explain --hw h800-sxm --stack deepseek "
	"--model deepseek-v3 \\\n    --gpus 144 --redundant 32 --batch 88 "
	"--ctx 4989 --overlap two-batch\n"
	"  deeproof explain --hw h200-sxm --model deepseek-v3 --gpus 32 \\\n"
	"    --batch 64 --ctx 4096 --versus gpus=8\n"
	"  deeproof explain --hw h200-sxm --model deepseek-v3 --gpus 32 \\\n"
	"    --batch 64 --ctx 4096 --what-if free-network,perfect-balance\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_EXPLAIN };

struct explain {
	const struct options *options;
	struct shelf *shelf;
	struct scenario scenario;	/* as asked */
	struct question question;
	struct answer answer;
	struct text *out;
};

/* A table as CSV; it is released. */
static void csv(struct table *t, struct text *out)
{
	table_write(t, out);
	table_release(t);
}

static int ladder(struct explain *e)
{
	struct ladder l;
	struct table t;

	ladder_climb(&l, &e->question);
	if (!e->options->csv) {
		explain_ladder(&l, &e->answer, e->out);
		if (!isnan(e->options->measured))
			explain_measured(&l, e->options->measured, e->out);
		return EXIT_YES;
	}
	table_init(&t, "");
	ladder_table(&l, e->options->measured, &t);
	csv(&t, e->out);
	return EXIT_YES;
}

static double seqs_per_gpu(const struct question *q)
{
	return q->batch.seqs * q->on.layout.dp / layout_gpus(&q->on.layout);
}

/*
 * A batch is of an attention group: TP8 and DP8 at one batch hold 8 sequences
 * and 64. Unless told otherwise the other holds as many a GPU.
 */
static void equal_load(const struct explain *e, struct question *q)
{
	const char *pairs = e->options->versus;

	if (isnan(e->scenario.batch) || strstr(pairs, "batch=") ||
	    strstr(pairs, "concurrency="))
		return;
	question_batch(q, q->batch.seqs * seqs_per_gpu(&e->question) /
			  seqs_per_gpu(q));
}

/* 0, or -1 and why the other scenario has no ladder beside this one. */
static int other_make(struct explain *e, struct question *q,
		      struct answer *a, struct fault *why)
{
	struct scenario s = e->scenario;

	fault_at(why, "--versus", 0, 0);
	if (!*e->options->versus) {
		fault_what(why, "no column is given");
		return fault_remedy(why, "write what the other has, as "
				    "gpus=8,ep=8");
	}
	if (scenario_given(&s, e->options->versus, why) ||
	    question_make(q, &s, shelf_library(e->shelf), why) ||
	    question_simulated(q, why)) {
		if (!*why->file)
			snprintf(why->file, sizeof(why->file), "--versus");
		return -1;
	}
	if (strcmp(q->on.model->name, e->question.on.model->name)) {
		fault_what(why, "the models differ: %s and %s",
			   e->question.on.model->name, q->on.model->name);
		return fault_remedy(why, "compare two scenarios of one model");
	}
	equal_load(e, q);
	answer_step(a, q, NULL);
	if (!isnan(a->step_s))
		return 0;
	fault_what(why, "the other scenario has no step time: %s",
		   a->refusal);
	return fault_remedy(why, "choose a format that %s has",
			    q->on.machine.gpu->name);
}

static void refusal(const char *which, const struct answer *a,
		    struct text *out)
{
	if (!a->fits)
		text_addf(out, "%-10s does not fit: %s\n", which, a->refusal);
}

static int versus(struct explain *e)
{
	struct ladder x, y;
	struct question q;
	struct answer a;
	struct fault why;
	struct table t;

	if (other_make(e, &q, &a, &why))
		return options_fault(&why);
	ladder_climb(&x, &e->question);
	ladder_climb(&y, &q);
	if (e->options->csv) {
		table_init(&t, "");
		ladder_versus(&x, &y, &t);
		csv(&t, e->out);
	} else {
		explain_versus(&x, &y, e->options->versus, e->out);
		text_addf(e->out, "sequences  %.4g a GPU; the other %.4g\n",
			  seqs_per_gpu(&e->question), seqs_per_gpu(&q));
		refusal("other", &a, e->out);
	}
	return a.fits ? EXIT_YES : EXIT_NO;
}

static int what_if(struct explain *e)
{
	struct whatif w;
	struct fault why;
	struct table t;

	fault_at(&why, "--what-if", 0, 0);
	if (whatif_parse(&w, e->options->what_if, &why))
		return options_fault(&why);
	table_init(&t, "");
	whatif_table(&w, &e->question, &t);
	if (!e->options->csv)
		explain_whatif(&t, e->out);
	else
		table_write(&t, e->out);
	table_release(&t);
	return EXIT_YES;
}

static int sensitivity(struct explain *e)
{
	const struct shelf_sheets of = shelf_sheets(e->shelf,
						    &e->question.scenario);
	struct sensitivity_spec a = { &e->scenario, of.gpu, of.stack, of.model,
				      e->question.on.model };
	struct sensitivity found;
	struct table t;

	sensitivity_make(&found, &a);
	if (e->options->csv) {
		table_init(&t, "");
		sensitivity_table(&found, &t);
		csv(&t, e->out);
	} else {
		explain_sensitivity(&found, e->out);
	}
	sensitivity_release(&found);
	return EXIT_YES;
}

static int too_many(const struct options *o)
{
	struct fault why;
	int asked = !!o->versus + !!o->what_if + !!o->sensitivity;

	if (asked + !isnan(o->measured) <= 1)
		return 0;
	fault_at(&why, "", 0, 0);
	if (asked > 1)
		fault_what(&why, "--versus, --what-if and --sensitivity are "
			   "three questions");
	else
		fault_what(&why, "--measured stands beside the ladder, and "
			   "%s prints none", o->versus ? "--versus" :
			   o->what_if ? "--what-if" : "--sensitivity");
	fault_remedy(&why, "ask one at a time");
	return options_fault(&why);
}

static int explain(struct explain *e)
{
	const struct options *o = e->options;
	int status;

	answer_step(&e->answer, &e->question, NULL);
	if (!o->csv)
		words_question(&e->question, e->out);
	if (isnan(e->answer.step_s)) {
		refusal("", &e->answer, e->out);
		return EXIT_NO;
	}
	status = o->versus ? versus(e) : o->what_if ? what_if(e) :
		 o->sensitivity ? sensitivity(e) : ladder(e);
	if (!o->csv)
		refusal("this", &e->answer, e->out);
	return status == EXIT_YES && !e->answer.fits ? EXIT_NO : status;
}

int cmd_explain(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	struct explain e = { .options = &o, .out = &out };
	int status;

	options_parse(&o, &command, argc, argv);
	if (too_many(&o))
		return EXIT_MALFORMED;
	e.shelf = shelf_open();
	if (options_scenario(&o, &e.scenario, &why) ||
	    question_make(&e.question, &e.scenario, shelf_library(e.shelf),
			  &why) ||
	    question_simulated(&e.question, &why))
		status = options_refused(&o, &e.question, &why);
	else
		status = explain(&e);
	if (status != EXIT_MALFORMED && out.buf)
		status = emit(&out, o.out, status);
	text_release(&out);
	shelf_free(e.shelf);
	return status;
}
