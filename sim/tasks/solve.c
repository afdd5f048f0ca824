#include "tasks/solve.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/goal.h"
#include "base/units.h"
#include "options/emit.h"
#include "options/verb.h"
#include "read/sheet.h"

enum {
	WORD = 64,		/* size: of a name */
	INPUTS = 4,		/* size: that get the same value */
	SETTINGS = 256,		/* size: of --set, the value in it changed */
	DIGITS = 8		/* size: that an input is asked with */
};

/* One place that the value is put into. */
struct input {
	char name[WORD];
	int column;		/* of the scenario, or -1 */
	int serving;		/* of a serving run, or -1 */
	char unit[WORD];	/* of a fact in --set, behind its number */
	double number;
};

struct solving {
	struct options o;	/* a copy that is changed */
	struct shelf *shelf;	/* not owned */
	solve_fn ask;
	struct input input[INPUTS];
	int inputs;
	char column[WORD];
	char value[WORD];
	char sign[3];		/* size: ">=" */
	bool is_word;		/* the value is a word, as yes or hbm */
	struct goal_spec goal;
	char text[WORD];	/* the value as it is put in */
	char set[SETTINGS];
	const char *given_set;	/* not owned; NULL: none */
};

struct solved {
	const struct solving *of;
	const struct goal *is;
};

/* ---- what is asked ---- */

static int until(struct solving *s, const char *text, struct fault *why)
{
	static const char remedy[] = "write a column of the verb's CSV and "
		"its value, as 'tok_s_user>=50', 'tpot_ms<=20' or "
		"'tok_s_gpu=1850'";
	size_t len = text ? strcspn(text, "<>=") : 0;
	const char *value;

	if (!text)
		return fault_option(why, "--solve", "it does not say until "
				    "when", "write --until 'tok_s_user>=50'");
	if (!len || len >= WORD || !text[len])
		return fault_option(why, "--until", "that is no condition",
				    remedy);
	snprintf(s->column, sizeof(s->column), "%.*s", (int)len, text);
	s->goal.how = text[len] == '>' ? GOAL_AT_LEAST :
		      text[len] == '<' ? GOAL_AT_MOST : GOAL_EQUAL;
	value = text + len + 1 + (text[len] != '=' && text[len + 1] == '=');
	snprintf(s->sign, sizeof(s->sign), "%.*s", (int)(value - text -
		 (ptrdiff_t)len), text + len);
	s->is_word = units_number(value, &s->goal.value) != 0;
	if (!*value || strlen(value) >= WORD ||
	    (s->is_word && s->goal.how != GOAL_EQUAL))
		return fault_option(why, "--until", "that is no condition",
				    remedy);
	snprintf(s->value, sizeof(s->value), "%s", value);
	if (s->is_word) {
		s->goal.value = 1;
		s->goal.how = GOAL_AT_LEAST;
	}
	return 0;
}

/* The number of a fact in --set, and the unit behind it. */
static int setting(struct solving *s, struct input *in, struct fault *why)
{
	const char *at = s->given_set, *value = NULL;
	char *end;

	while (at && *at) {
		size_t len = strlen(in->name);

		at += strspn(at, "; ");
		if (!strncmp(at, in->name, len) && at[len] == '=')
			value = at + len + 1;
		at += strcspn(at, ";");
	}
	if (!value)
		return fault_option(why, "--solve", "that is no column, and no "
				    "fact that --set gives", "write a column, "
				    "as gpus, or give the fact to start from, "
				    "as --set nic.bandwidth=50GB/s");
	in->number = strtod(value, &end);
	snprintf(in->unit, sizeof(in->unit), "%.*s",
		 (int)strcspn(end, ";"), end);
	if (end == value || !(in->number > 0))
		return fault_option(why, "--set", "the fact to solve for is no "
				    "number above 0", "write where to start "
				    "from");
	return 0;
}

static int serving_find(const char *name)
{
	for (int i = 0; i < serving_columns_nr; i++)
		if (!serving_columns[i].word &&
		    strcmp(serving_columns[i].name, name) == 0)
			return i;
	return -1;
}

static int one_input(struct solving *s, const char *name, size_t len,
		     struct fault *why)
{
	struct input *in = &s->input[s->inputs];

	if (s->inputs == INPUTS || len == 0 || len >= WORD)
		return fault_option(why, "--solve", "these are no inputs",
				    "write up to four columns, as gpus+tp");
	snprintf(in->name, sizeof(in->name), "%.*s", (int)len, name);
	in->column = scenario_column_find(in->name);
	in->serving = serving_find(in->name);
	if (in->column >= 0 && scenario_columns[in->column].word)
		return fault_option(why, "--solve", "that column is a word",
				    "write a column that is a number, as gpus");
	s->inputs++;
	return in->column < 0 && in->serving < 0 ? setting(s, in, why) : 0;
}

static int inputs(struct solving *s, const char *text, struct fault *why)
{
	while (*text) {
		size_t len = strcspn(text, "+");

		if (one_input(s, text, len, why))
			return -1;
		text += len + (text[len] == '+');
	}
	return s->inputs ? 0 : fault_option(why, "--solve", "it names no input",
					    "write a column, as gpus");
}

static bool is_count(const struct input *in)
{
	const char *arg = in->column >= 0 ?
		scenario_columns[in->column].arg : in->serving >= 0 ?
		serving_columns[in->serving].arg : "";

	return !strcmp(arg, "N") || !strcmp(arg, "TOKENS");
}

/* ---- asking ---- */

static void put_fact(struct solving *s, const struct input *in)
{
	char *own = s->set;

	/* a later setting of the same fact would be one too many */
	snprintf(own, SETTINGS, "%s", s->given_set);
	for (char *at = own; (at = strstr(at, in->name)) != NULL; at++) {
		size_t len = strlen(in->name);
		char rest[SETTINGS];

		if ((at > own && at[-1] != ';' && at[-1] != ' ') ||
		    at[len] != '=')
			continue;
		snprintf(rest, sizeof(rest), "%s", at + strcspn(at, ";"));
		snprintf(at, (size_t)(own + SETTINGS - at), "%s=%s%s%s",
			 in->name, s->text, in->unit, rest);
		break;
	}
	s->o.given[scenario_column_find("set")] = own;
}

static void put(struct solving *s, double x)
{
	snprintf(s->text, sizeof(s->text), "%.*g", DIGITS, x);
	for (int i = 0; i < s->inputs; i++) {
		struct input *in = &s->input[i];

		if (in->column >= 0)
			s->o.given[in->column] = s->text;
		else if (in->serving >= 0)
			s->o.serve.given[in->serving] = s->text;
		else
			put_fact(s, in);
	}
}

/* The verb's row, as a table; NaN in place of what is no number. */
static int row(struct solving *s, struct table *t)
{
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	struct options quiet = s->o;
	int rc;

	quiet.csv = true;
	quiet.into = &out;
	quiet.ops = quiet.trace = quiet.timeline = NULL;
	quiet.serve.requests_out = quiet.serve.occupancy = NULL;
	quiet.serve.format = NULL;
	s->ask(&quiet, s->shelf);
	rc = table_parse(t, "", out.buf ? out.buf : "", out.len, &why);
	text_release(&out);
	return rc || t->rows < 1 ? -1 : 0;
}

static double number(const struct solving *s, const struct table *t)
{
	int c = table_column(t, s->column);
	const char *cell = t->rows ? table_get(t, 0, c) : "";

	if (s->is_word)
		return *cell ? strcmp(cell, s->value) == 0 : (double)NAN;
	return t->rows ? table_number(t, 0, c) : (double)NAN;
}

static double answer(void *of, double input)
{
	struct solving *s = of;
	struct table t;
	double x;

	put(s, input);
	row(s, &t);
	x = number(s, &t);
	table_release(&t);
	return x;
}

/* Words are compared with words, numbers with numbers. */
static int kind(const struct solving *s, const struct table *t,
		struct fault *why)
{
	int c = table_column(t, s->column);
	const char *cell = t->rows && c >= 0 ? table_get(t, 0, c) : "";
	double x;

	if (t->rows && c < 0)
		return fault_option(why, "--until", "the answer has no such "
				    "column", "--csv prints what it has");
	if (!*cell || (units_number(cell, &x) != 0) == s->is_word)
		return 0;
	fault_at(why, "--until", 0, 0);
	fault_what(why, "%s is a %s, as %.40s", s->column,
		   s->is_word ? "number" : "word", cell);
	return fault_remedy(why, s->is_word ? "write a number for %s" :
			    "write %s= and a word", s->column);
}

/* Where to start: what was given, or what the verb takes if nothing is. */
static int start(struct solving *s, struct fault *why)
{
	const struct input *in = &s->input[0];
	struct table t;
	double x = in->number;
	int rc;

	row(s, &t);
	rc = kind(s, &t, why);
	if (in->column >= 0 && s->o.given[in->column])
		units_number(s->o.given[in->column], &x);
	else if (in->column >= 0 && t.rows)
		x = table_number(&t, 0, table_column(&t, in->name));
	else if (in->serving >= 0)
		x = s->o.serve.given[in->serving] &&
			!units_number(s->o.serve.given[in->serving], &x) ?
			x : (double)NAN;
	table_release(&t);
	if (rc)
		return rc;
	if (!(x >= 0))
		return fault_option(why, "--solve", "it does not say where to "
				    "start", "give the input a value, as "
				    "--gpus 8");
	s->goal.from = x;
	return 0;
}

/* ---- what is said ---- */

static void said(const struct solved *d, struct text *out)
{
	const struct solving *s = d->of;
	const struct goal *m = d->is;
	char what[INPUTS * (WORD + 1)];
	int len = 0;

	for (int i = 0; i < s->inputs; i++)
		len += snprintf(what + len, sizeof(what) - (size_t)len, "%s%s",
				i ? "+" : "", s->input[i].name);
	if (isnan(m->input)) {
		text_addf(out, "solved     no: nothing from %g to %g for %s "
			  "has an answer\n", m->least, m->most, what);
		return;
	}
	text_addf(out, "solved     %s %s%.6g%s", what, m->met ? "= " :
		  "not: nearest at ", m->input, s->input[0].unit);
	if (!m->already)
		text_addf(out, ", from %.6g%s", s->goal.from,
			  s->input[0].unit);
	if (s->is_word)
		text_addf(out, ": %s %s%s", s->column, m->met ? "" : "not ",
			  s->value);
	else
		text_addf(out, ": %s %.6g, asked %s %.6g", s->column,
			  m->answer, s->sign, s->goal.value);
	if (m->met && s->goal.whole && !isnan(m->answer_before) &&
	    !s->is_word)
		text_addf(out, " (at %.6g: %.6g)", m->before,
			  m->answer_before);
	if (!m->met)
		text_addf(out, "; nothing from %g to %g does", m->least,
			  m->most);
	text_add(out, m->already ? ", as it is\n" : "\n");
}

static void cells(const struct solved *d, struct text *out)
{
	struct table t;
	struct fault why = { 0 };
	const struct goal *m = d->is;

	if (table_parse(&t, "", out->buf, out->len, &why) == 0 && t.rows) {
		table_set(&t, 0, table_need(&t, "solved"), m->met ? "yes" :
			  "no");
		if (!isnan(m->input))
			table_setf(&t, 0, table_need(&t, "solved_input"),
				   "%.6g", m->input);
		table_setf(&t, 0, table_need(&t, "solved_from"), "%.6g",
			   d->of->goal.from);
		text_release(out);
		table_write(&t, out);
	}
	table_release(&t);
}

int solve_emit(struct text *out, const struct options *o, int status)
{
	assert(status >= 0 && status <= 2);
	if (o->into) {
		text_release(o->into);
		*o->into = *out;
		return status;
	}
	if (o->solved && o->csv)
		cells(o->solved, out);
	else if (o->solved)
		said(o->solved, out);
	return emit(out, o->out, status);
}

int solve_fault(const struct options *o, const struct fault *why)
{
	assert(*why->what);
	return o->into ? EXIT_MALFORMED : options_fault(why);
}

static int solved_first(const struct options *o, struct shelf *shelf,
			solve_fn ask)
{
	struct solving s = { .o = *o, .shelf = shelf, .ask = ask,
		.given_set = o->given[scenario_column_find("set")] };
	struct goal m;
	struct solved d = { &s, &m };
	struct fault why = { 0 };
	int status;

	if (!o->solve && !o->until)
		return ask(o, shelf);
	if (!o->solve) {
		fault_option(&why, "--until", "it does not say what to change",
			     "write --solve and a column, as gpus");
		return options_fault(&why);
	}
	if (until(&s, o->until, &why) || inputs(&s, o->solve, &why) ||
	    start(&s, &why))
		return options_fault(&why);
	s.goal.answer = answer;
	s.goal.of = &s;
	s.goal.whole = is_count(&s.input[0]);
	goal_seek(&m, &s.goal);
	put(&s, isnan(m.input) ? s.goal.from : m.input);
	s.o.solved = &d;
	status = ask(&s.o, shelf);
	return status == EXIT_YES && !m.met ? EXIT_NO : status;
}

int solve_verb(const struct command *command, solve_fn ask, int argc,
	       char **argv)
{
	struct options o;
	struct shelf *shelf;
	int status;

	assert(command && ask && argc > 0);
	options_parse(&o, command, argc, argv);
	shelf = shelf_open();
	status = solved_first(&o, shelf, ask);
	shelf_free(shelf);
	return status;
}
