#include <math.h>
#include <stdio.h>

#include "ask/answer.h"
#include "cmd/emit.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "cmd/words.h"

static const struct command command = {
	"", "Play decode steps in the event engine: every rank and layer, "
	"sampled expert loads, barriers at the exchanges, shared ports. Exit "
	"1 when it does not fit.\v"
	"Example:\n  deeproof run --hw h800-sxm --stack deepseek "
	"--model deepseek-v3 --gpus 144 --redundant 32 --batch 88 --ctx 4989 "
	"--overlap two-batch\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_SEED };

static void words_played(const struct played *p, const struct run_ask *r,
			 struct text *out)
{
	text_addf(out, "played     %d steps, %.0f events; compute busy %.1f "
		  "%% of a step, NVLink port %.1f %%, NIC %.1f %%\n",
		  r->steps, (double)p->events,
		  100 * p->busy_s[LANE_COMPUTE] / p->s,	/* units: % */
		  100 * p->busy_s[LANE_NVLINK] / p->s,	/* units: % */
		  100 * p->busy_s[LANE_NIC] / p->s);	/* units: % */
}

int cmd_run(int argc, char **argv)
{
	struct options o;
	struct scenario s;
	struct question q;
	struct answer a;
	struct played p;
	struct run_ask r;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	struct shelf *shelf;
	int status = EXIT_MALFORMED;

	options_parse(&o, &command, argc, argv);
	r = (struct run_ask){ o.seed, o.steps };
	shelf = shelf_open();
	if (options_scenario(&o, &s, &why) ||
	    question_make(&q, &s, shelf, &why)) {
		options_fault(&why);
		goto out;
	}
	answer_run(&a, &q, &r, &p);
	status = a.fits ? EXIT_YES : EXIT_NO;
	if (o.csv) {
		words_row(&q, &a, &out);
	} else {
		words_question(&q, &out);
		if (!isnan(a.step_s))
			words_played(&p, &r, &out);
		words_answer(&q, &a, &out);
	}
	status = emit(&out, o.out, status);
out:
	shelf_free(shelf);
	return status;
}
