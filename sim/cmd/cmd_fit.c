#include <stdio.h>
#include <string.h>

#include "fit/lawauto.h"
#include "options/emit.h"
#include "options/options.h"
#include "options/verb.h"
#include "read/file.h"
#include "read/sheet.h"
#include "logs/enginelog.h"
#include "logs/tool.h"

static const struct command command = {
	"FILE", "Measured times of kernels or collectives (columns "
	"kernel,hw,op,time,unit and those of the op; see "
	"experiments/kernels/README.md) to the parameters of their law, with "
	"standard errors, as rows for a stack's sheet; on stderr how well they "
	"fit, by hw. Exit 1 when the rows do not identify a parameter, 2 when "
	"a row is malformed; the others are fitted all the same. FILE may be "
	"what a benchmark wrote: nccl-tests -J, nvbandwidth -j, the stdout of "
	"DeepEP's, DeepGEMM's and FlashMLA's tests, the CSV of CUTLASS's "
	"profiler; what it does not say is --given.\v"
	"Example:\n  deeproof fit experiments/kernels/gemm.csv "
	"--law law.cublas_bf16.sm90 \\\n    --fix e_f=1\n"
	"  deeproof fit experiments/calibrate/all_reduce.json "
	"--given hw=h200-sxm\n",
	OPTION_FILE | OPTION_OUT | OPTION_FIT };

static void retrace_choices(const struct choices *c, const char *option,
			    struct text *out)
{
	for (int i = 0; i < c->nr; i++)
		text_addf(out, " --%s %s", option, c->text[i]);
}

/* What a note needs to make the fit again: the options but for -o. */
static void retrace(const struct options *o, const struct lawfit_spec *a,
		    struct text *out)
{
	text_addf(out, "deeproof fit %s --law %s", o->file, a->law);
	retrace_choices(&o->told, "given", out);
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
			hw ? hw : "all", !used ? "unseen" : c->sheet ? "asked" :
			"fitted", e.rows,
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

static void print_summary(const struct lawfit *c, const char *stack)
{
	fprintf(stderr, "%s: ", c->name.root);
	if (c->condition > 0)
		fprintf(stderr, "condition number %.0f\n", c->condition);
	else if (c->sheet)
		fprintf(stderr, "the sheet of stack %s as it stands; nothing "
			"was fitted\n", stack);
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
	retrace(o, &o->fit, &how);
	if (o->predict)
		lawfit_rows(c, &out);
	else
		lawfit_sheet(c, how.buf, &out);
	print_summary(c, o->fit.stack);
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

static int fit(const struct options *o, struct table *table,
	       struct shelf *shelf)
{
	struct lawfit c;
	struct fault why = { 0 };
	int rc = lawfit(&c, &o->fit, table, shelf, &why);
	int status = EXIT_YES;

	for (int i = 0; i < c.bads; i++)
		status = options_fault(&c.bad[i]);
	status = rc ? refuse(&c, &why) : answer(o, &c, status);
	lawfit_release(&c);
	return status;
}

/* ---- every law of a file ---- */

static void append(struct table *to, const struct table *from)
{
	for (int c = 0; c < from->columns; c++)
		table_need(to, from->head[c]);
	for (int r = 0; r < from->rows; r++) {
		int row = table_add_row(to, 0);

		for (int c = 0; c < from->columns; c++)
			table_set(to, row, c, table_get(from, r, c));
	}
}

/*
 * Its rows, where they tell at least one term. The status of this law. A bad
 * row is bad for every law: with the first it is named.
 */
static int fit_one(const struct options *o, const struct lean *ask, bool first,
		   struct table *out)
{
	struct lawfit c;
	struct text how = TEXT_INIT;
	struct table own;
	struct fault why = { 0 };
	int rc = lawfit_lean(&c, ask, &why), status = EXIT_YES;

	for (int i = 0; i < c.bads; i++)
		status = first ? options_fault(&c.bad[i]) : EXIT_MALFORMED;
	if (rc) {
		if (!*why.file)		/* of several laws, which? */
			snprintf(why.file, sizeof(why.file), "%s",
				 ask->spec->law);
		status = refuse(&c, &why);
	} else {
		table_init(&own, "");
		retrace(o, ask->spec, &how);
		if (o->predict)
			lawfit_rows(&c, &own);
		else
			lawfit_sheet(&c, how.buf, &own);
		append(out, &own);
		table_release(&own);
		print_summary(&c, o->fit.stack);
		fprintf(stderr, "the rows tell %s; the rest is the sheet's\n",
			ask->freed->len ? ask->freed->buf : "nothing");
		if (lean_caution(ask))
			fprintf(stderr, "%s\n", lean_caution(ask));
	}
	text_release(&how);
	lawfit_release(&c);
	return status;
}

static int fit_all(const struct options *o, struct table *table,
		   struct shelf *shelf)
{
	struct lawlist laws;
	struct fault why = { 0 };
	struct text text = TEXT_INIT;
	struct table out;
	int worst = EXIT_YES;

	if (lawlist_make(&laws, table, shelf, &why))
		return options_fault(&why);
	table_init(&out, "");
	copies_sheet(table, &out);
	for (int i = 0; i < laws.nr; i++) {
		struct lawfit_spec spec = o->fit;
		struct text freed = TEXT_INIT;
		int status;

		spec.law = laws.root[i];
		status = fit_one(o, &(struct lean){ &spec, table, shelf,
						    &freed }, i == 0, &out);
		worst = status > worst ? status : worst;
		text_release(&freed);
	}
	if (out.rows)
		table_write(&out, &text);
	table_release(&out);
	return text.len ? emit(&text, o->out, worst) : worst;
}

/* ---- the file ---- */

/* Steps of a service are no kernel's times. */
static bool is_log(const char *name, const struct text *bytes,
		   struct fault *why)
{
	struct engine_log log;
	struct fault unused;
	bool is = !enginelog_parse(&log, name, bytes, &unused);

	if (is) {
		fault_at(why, name, 0, 0);
		fault_what(why, "it is the log of %s, and no kernel's times",
			   engine_name(log.engine));
		fault_remedy(why, "deeproof calibrate learns from it");
	}
	enginelog_release(&log);
	return is;
}

/* A tool's, or a table of ours. */
static int load(struct table *t, const struct options *o, bool *tool,
		struct fault *why)
{
	struct text bytes = TEXT_INIT;
	const char *name = file_label(o->file);
	int rc = file_read(o->file, &bytes, why);

	*tool = false;
	if (rc) {
		table_init(t, name);
		text_release(&bytes);
		return rc;
	}
	rc = tool_parse(t, name, &bytes, why);
	*tool = rc == 0;
	if (rc == 1) {
		table_release(t);
		rc = is_log(name, &bytes, why) ? -1 :
			table_parse(t, name, bytes.buf, bytes.len, why);
	}
	text_release(&bytes);
	return rc ? rc : trials_give(t, &o->told, why);
}

static int ask_for(const char *what, const char *remedy)
{
	struct fault why = { 0 };

	fault_what(&why, "%s", what);
	fault_remedy(&why, "%s", remedy);
	return options_fault(&why);
}

/* The rows of a tool are of one or a few laws; a table of ours of many. */
static int fit_file(const struct options *o, struct table *table, bool tool)
{
	struct shelf *shelf = shelf_open();
	int status;

	if (o->fit.law)
		status = fit(o, table, shelf);
	else if (tool || o->told.nr)
		status = fit_all(o, table, shelf);
	else
		status = ask_for("no law is named, and this is no benchmark's "
				 "own file", "write --law law.KERNEL.ARCH or "
				 "wire.WIRE.ARCH");
	shelf_free(shelf);
	return status;
}

int cmd_fit(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct table table;
	bool tool;
	int status;

	options_parse(&o, &command, argc, argv);
	if (!o.file)
		return ask_for("no file is named",
			       "deeproof fit FILE --law KEY");
	status = load(&table, &o, &tool, &why) ? options_fault(&why) :
		 fit_file(&o, &table, tool);
	table_release(&table);
	return status;
}
