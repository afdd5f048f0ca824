#include <stdio.h>
#include <string.h>

#include "learn/lawfit.h"
#include "cmd/emit.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "read/sheet.h"

static const struct command command = {
	"FILE", "Measured times of kernels or collectives (columns "
	"kernel,hw,op,time,unit and those of the op; see "
	"experiments/kernels/README.md) to the parameters of their law, with "
	"standard errors, as rows for a stack's sheet; on stderr how well they "
	"fit, by hw. Exit 1 when the rows do not identify a parameter, 2 when "
	"a row is malformed; the others are fitted all the same.\v"
	"Example:\n  deeproof fit experiments/kernels/gemm.csv "
	"--law law.cublas_bf16.sm90 --fix e_f=1\n",
	OPTION_FILE | OPTION_OUT | OPTION_FIT };

static void retrace_choices(const struct choices *c, const char *option,
			    struct text *out)
{
	for (int i = 0; i < c->nr; i++)
		text_addf(out, " --%s %s", option, c->text[i]);
}

/* What a note needs to make the fit again: the options but for -o. */
static void retrace(const struct options *o, struct text *out)
{
	const struct lawfit_spec *a = &o->fit;

	text_addf(out, "deeproof fit %s --law %s", o->file, a->law);
	if (strcmp(a->stack, "generic"))
		text_addf(out, " --stack %s", a->stack);
	retrace_choices(&a->rows, "rows", out);
	retrace_choices(&a->from, "from", out);
	retrace_choices(&a->fix, "fix", out);
	if (a->sheet)
		text_add(out, " --sheet");
}

static void print_errors(const struct lawfit *c, const char *hw,
			 bool used)
{
	struct errors e;

	lawfit_errors(c, used, hw, &e);
	if (e.rows)
		fprintf(stderr, "%-12s %-8s %5d %6.1f%% %+6.1f%%\n",
			hw ? hw : "all", used ? "fitted" : "unseen", e.rows,
			100 * e.mape, 100 * e.bias);	/* units: per cent */
}

/* Has an earlier trial the same GPU? */
static bool seen(const struct lawfit *c, int trial)
{
	for (int i = 0; i < trial; i++)
		if (c->trial[i].gpu == c->trial[trial].gpu)
			return true;
	return false;
}

static void print_summary(const struct lawfit *c)
{
	fprintf(stderr, "%s: ", c->name.root);
	if (c->condition > 0)
		fprintf(stderr, "condition number %.0f\n", c->condition);
	else
		fprintf(stderr, "nothing was fitted\n");
	fprintf(stderr, "%-12s %-8s %5s %7s %7s\n", "hw", "rows", "nr",
		"MAPE", "bias");
	for (int used = 1; used >= 0; used--) {
		for (int i = 0; i < c->trials; i++)
			if (!seen(c, i))
				print_errors(c, c->trial[i].gpu->name, used);
		print_errors(c, NULL, used);
	}
}

static int answer(const struct options *o, const struct lawfit *c,
		  int status)
{
	struct text text = TEXT_INIT, how = TEXT_INIT;
	struct table out;

	table_init(&out, "");
	retrace(o, &how);
	if (o->predict)
		lawfit_rows(c, &out);
	else
		lawfit_sheet(c, how.buf, &out);
	print_summary(c);
	table_write(&out, &text);
	table_release(&out);
	text_release(&how);
	return emit(&text, o->out, status);
}

/* A sound question that the rows cannot answer is a no, not a fault. */
static int refuse(const struct lawfit *c, const struct fault *why)
{
	options_fault(why);
	return c->refused && !c->bads ? EXIT_NO : EXIT_MALFORMED;
}

static int fit(const struct options *o, struct table *table)
{
	struct shelf *shelf = shelf_open();
	struct lawfit c;
	struct fault why = { 0 };
	int rc = lawfit(&c, &o->fit, table, shelf, &why);
	int status = EXIT_YES;

	for (int i = 0; i < c.bads; i++)
		status = options_fault(&c.bad[i]);
	status = rc ? refuse(&c, &why) : answer(o, &c, status);
	lawfit_release(&c);
	shelf_free(shelf);
	return status;
}

static int ask_for(const char *what, const char *remedy)
{
	struct fault why = { 0 };

	fault_what(&why, "%s", what);
	fault_remedy(&why, "%s", remedy);
	return options_fault(&why);
}

int cmd_fit(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct table table;
	int status;

	options_parse(&o, &command, argc, argv);
	if (!o.file)
		return ask_for("no file is named",
			       "deeproof fit FILE --law KEY");
	if (!o.fit.law)
		return ask_for("no law is named",
			       "--law law.KERNEL.ARCH or wire.WIRE.ARCH");
	status = table_load(&table, o.file, &why) ? options_fault(&why) :
		 fit(&o, &table);
	table_release(&table);
	return status;
}
