#include "options/options.h"

#include <assert.h>
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "options/emit.h"
#include "options/given.h"
#include "options/needs.h"
#include "options/options_plan.h"
#include "options/verb.h"

/* A column whose name a plan has for another thing: of drafts, mtp says all. */
#define PLANNED "verify"
/* What its modes are where requests are played; elsewhere there is one. */
#define PLAYED "mode"
#define MODES "decode or colocated (decode: steps alone, prompts are read " \
	"elsewhere; colocated: requests, their prompts in the same GPUs)"
#define LEAST_RATE 1e-3	/* size: tok/s/GPU; below it, a slip */
#define MOST_RATE 1e9	/* size: likewise */

enum {
	KEY_COLUMN = 0x100,	/* size: keys above any character */
	KEY_CSV = 0x200,	/* size: */
	KEY_SEED, KEY_STEPS, KEY_OPS, KEY_TPOT, KEY_ENGINE, KEY_JOBS,
	KEY_SUMMARY, KEY_LEAVE_OUT, KEY_CALIBRATE, KEY_GATE, KEY_LAW, KEY_STACK,
	KEY_FIX, KEY_ROWS, KEY_FROM, KEY_PREDICT, KEY_SHEET, KEY_GIVEN,
	KEY_NEXT, KEY_VERSUS, KEY_WHAT_IF, KEY_SENSITIVITY, KEY_MEASURED,
	KEY_TRACE, KEY_TIMELINE, KEY_RANKS, KEY_CHUNK, KEY_CACHED, KEY_LONGEST,
	KEY_HTML, KEY_VOCABULARY, KEY_RULES, KEY_SOLVE, KEY_UNTIL
};

/* Not among the keys: the next of them would be beyond argp's 24 bits. */
enum {
	MOST_TOKENS = 1000000000,	/* size: of a prompt */
	OWN_OPTIONS = 64,	/* size: options beside the columns */
	MOST_OPTIONS = OPTION_COLUMNS + OWN_OPTIONS + SERVE_COLUMNS
};

static const struct own_option {
	unsigned when;
	struct argp_option option;
} own[] = {
	{ OPTION_CSV, { "csv", KEY_CSV, NULL, 0,
	  "machine-readable: one header, one row a scenario", 1 } },
	{ OPTION_OUT, { "output", 'o', "FILE", 0,
	  "write there instead of stdout", 1 } },
	{ OPTION_OPS, { "ops", KEY_OPS, "FILE", 0,
	  "write the ops as CSV", 1 } },
	{ OPTION_SEED, { "seed", KEY_SEED, "N", 0,
	  "seed of what is drawn (1)", 1 } },
	{ OPTION_SEED, { "steps", KEY_STEPS, "N", 0,
	  "decode steps to play (8)", 1 } },
	{ OPTION_TPOT, { "tpot", KEY_TPOT, "MS", 0,
	  "where batch is blank, take the largest that fits and keeps the "
	  "time per output token at or under this", 1 } },
	{ OPTION_LONGEST, { "max-context", KEY_LONGEST, NULL, 0,
	  "where ctx and isl are blank, take the longest context that the "
	  "batch leaves room for", 1 } },
	{ OPTION_ENGINE, { "engine", KEY_ENGINE, "WHICH", 0,
	  "step (closed form) or run (events)", 1 } },
	{ OPTION_NEXT, { "next", KEY_NEXT, "hw=NAME,gpus=N", 0,
	  "of the question that the options are: which one measurement on "
	  "these GPUs would narrow its band most, and how to run it", 1 } },
	{ OPTION_REFIT, { "summary", KEY_SUMMARY, "FILE", 0,
	  "write the table of errors as CSV", 1 } },
	{ OPTION_REFIT, { "leave-out", KEY_LEAVE_OUT, "WHAT", 0,
	  "predict each row from parameters fitted without its layout (hw, "
	  "stack, gpus, tp, ep), its hw, its model, or its stack", 1 } },
	{ OPTION_REFIT, { "gate", KEY_GATE, "FILE", 0,
	  "exit 1 when a class of this summary has lost a row, or its error "
	  "has grown by 2 points and a tenth", 1 } },
	{ OPTION_REFIT, { "calibrate", KEY_CALIBRATE, NULL, 0,
	  "print the stacks' end-to-end parameters fitted to these rows, as "
	  "rows for their sheets", 1 } },
	{ OPTION_EXPLAIN, { "versus", KEY_VERSUS, "COLUMN=VALUE,...", 0,
	  "explain the difference to the same scenario with these columns "
	  "changed", 1 } },
	{ OPTION_EXPLAIN, { "what-if", KEY_WHAT_IF, "NAME,...", 0,
	  "without these: free-network, infinite-bandwidth, "
	  "perfect-balance, zero-launch, or rungs of the ladder", 1 } },
	{ OPTION_EXPLAIN, { "sensitivity", KEY_SENSITIVITY, NULL, 0,
	  "how far each fact moves the answer: by one standard error, and "
	  "by a tenth of itself", 1 } },
	{ OPTION_EXPLAIN, { "measured", KEY_MEASURED, "TOK/S", 0,
	  "tok/s a GPU that was measured, to stand beside the prediction",
	  1 } },
	{ OPTION_TRACE, { "trace", KEY_TRACE, "FILE", 0,
	  "write the first step for Perfetto or chrome://tracing", 1 } },
	{ OPTION_TRACE, { "ranks", KEY_RANKS, "N", 0,
	  "ranks to trace, or all (4); of requests: all, and decode steps are "
	  "played on every rank", 1 } },
	{ OPTION_TRACE, { "timeline", KEY_TIMELINE, "FILE", 0,
	  "write one layer of rank 0 as CSV, for plot timeline", 1 } },
	{ OPTION_SOLVE, { "solve", KEY_SOLVE, "INPUT", 0,
	  "change this (a column, a fact of --set, or gpus+tp together) until "
	  "the answer meets --until", 1 } },
	{ OPTION_SOLVE, { "until", KEY_UNTIL, "CONDITION", 0,
	  "a column of the CSV and its value: tok_s_user>=50, tpot_ms<=20, "
	  "tok_s_gpu=1850, fits=yes", 1 } },
	{ OPTION_PREFILL, { "chunk", KEY_CHUNK, "TOKENS", 0,
	  "tokens a group puts through in one pass (the stack's)", 1 } },
	{ OPTION_PREFILL, { "cached", KEY_CACHED, "TOKENS", 0,
	  "tokens of the prompt found in a prefix cache (0)", 1 } },
	{ OPTION_CLAIMS, { "html", KEY_HTML, "FILE", 0,
	  "write a page with a picture of each claim", 1 } },
	{ OPTION_CLAIMS, { "vocabulary", KEY_VOCABULARY, NULL, 0,
	  "print the quantities that a claim may state, as CSV", 1 } },
	{ OPTION_CLAIMS, { "rules", KEY_RULES, NULL, 0,
	  "print the rules that judge a claim, a sentence each, as CSV", 1 } },
	{ OPTION_JOBS, { "jobs", KEY_JOBS, "N", 0,
	  "threads (as many as cores)", 1 } },
	{ OPTION_FIT, { "law", KEY_LAW, "KEY", 0,
	  "what to fit: law.KERNEL.ARCH or wire.WIRE.ARCH (of a benchmark's "
	  "file: all that it is about, as many terms as its rows tell)", 1 } },
	{ OPTION_FIT, { "given", KEY_GIVEN,
	  "COLUMN=VALUE,...", 0, "what the file does not say, as hw=h200-sxm; "
	  "of every row where the column is blank; repeatable", 1 } },
	{ OPTION_FIT, { "stack", KEY_STACK, "NAME", 0,
	  "whose sheet says which terms that law has (generic)", 1 } },
	{ OPTION_FIT, { "fix", KEY_FIX, "PARAM=VALUE", 0,
	  "do not fit this one; in us, TFLOP/s or 1; repeatable", 1 } },
	{ OPTION_FIT, { "rows", KEY_ROWS, "COLUMN=VALUE,...", 0,
	  "only rows of which this holds; repeatable", 1 } },
	{ OPTION_FIT, { "from", KEY_FROM, "COLUMN=VALUE,...", 0,
	  "of these fit to such rows alone; repeatable", 1 } },
	{ OPTION_FIT, { "predict", KEY_PREDICT, NULL, 0,
	  "print every row with its prediction by what was fitted, not the "
	  "fitted sheet", 1 } },
	{ OPTION_FIT, { "sheet", KEY_SHEET, NULL, 0,
	  "fit nothing: how well does the law predict as the sheet of --stack "
	  "has it? with --predict, row by row", 1 } },
};

struct parse {
	struct options *options;
	const struct command *command;
	const struct argp_option *list;
	const char **arg;	/* [of list]; NULL: not given */
};

static void engine(struct argp_state *state, struct options *o,
		   const char *text)
{
	if (strcmp(text, "step") && strcmp(text, "run"))
		argp_error(state, "--engine is \"%s\"; write step or run",
			   text);
	o->play = strcmp(text, "run") == 0;
}

/* One more of a repeatable option. */
static void choose(struct argp_state *state, struct choices *list,
		   const char *text)
{
	if (list->nr == CHOICES)
		argp_error(state, "\"%s\" is one too many", text);
	for (int i = 0; i < list->nr; i++)
		if (!strncmp(list->text[i], text, strcspn(text, "=") + 1))
			argp_error(state, "\"%.*s\" is said twice; say it once",
				   (int)strcspn(text, "="), text);
	list->text[list->nr++] = text;
}

static error_t fit_key(int key, char *arg, struct argp_state *state,
		       struct options *o)
{
	switch (key) {
	case KEY_LAW:
		o->fit.law = arg;
		return 0;
	case KEY_STACK:
		o->fit.stack = arg;
		return 0;
	case KEY_NEXT:
		o->next = arg;
		return 0;
	case KEY_GIVEN:
		choose(state, &o->told, arg);
		return 0;
	case KEY_FIX:
		choose(state, &o->fit.fix, arg);
		return 0;
	case KEY_ROWS:
		choose(state, &o->fit.rows, arg);
		return 0;
	case KEY_FROM:
		choose(state, &o->fit.from, arg);
		return 0;
	case KEY_PREDICT:
		o->predict = true;
		return 0;
	case KEY_SHEET:
		o->fit.sheet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t prefill_key(int key, char *arg, struct argp_state *state,
			   struct options *o)
{
	if (key == KEY_CHUNK)
		o->chunk_tok = floor(options_number(state, "chunk", arg,
					(struct bounds){ 1, MOST_TOKENS }));
	else if (key == KEY_CACHED)
		o->cached_tok = floor(options_number(state, "cached", arg,
					(struct bounds){ 0, MOST_TOKENS }));
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static error_t refit_key(int key, char *arg, struct argp_state *state,
			 struct options *o)
{
	if (key == KEY_CALIBRATE) {
		o->calibrate = true;
		return 0;
	}
	if (key != KEY_LEAVE_OUT)
		return ARGP_ERR_UNKNOWN;
	for (int by = REFIT_LAYOUT; by < REFIT_NR; by++)
		if (!strcmp(arg, refit_by_name((enum refit_by)by)))
			o->leave_out = (enum refit_by)by;
	if (o->leave_out == REFIT_NOTHING)
		argp_error(state, "--leave-out is \"%s\"; write layout, hw, "
			   "model or stack", arg);
	return 0;
}

static error_t inside_key(int key, char *arg, struct argp_state *state,
			  struct options *o)
{
	switch (key) {
	case KEY_VERSUS:
		o->versus = arg;
		return 0;
	case KEY_WHAT_IF:
		o->what_if = arg;
		return 0;
	case KEY_SENSITIVITY:
		o->sensitivity = true;
		return 0;
	case KEY_MEASURED:
		o->measured = options_number(state, "measured", arg,
			(struct bounds){ LEAST_RATE, MOST_RATE });
		return 0;
	case KEY_TRACE:
		o->trace = arg;
		return 0;
	case KEY_TIMELINE:
		o->timeline = arg;
		return 0;
	case KEY_RANKS:
		o->ranks = !strcmp(arg, "all") ? 0 : options_whole(state,
			"ranks", arg, "all or a whole number");
		return 0;
	default:
		return refit_key(key, arg, state, o);
	}
}

static error_t own_key(int key, char *arg, struct argp_state *state,
		       struct options *o)
{
	switch (key) {
	case 'o':
		o->out = arg;
		return 0;
	case KEY_CSV:
		o->csv = true;
		return 0;
	case KEY_OPS:
		o->ops = arg;
		return 0;
	case KEY_HTML:
		o->html = arg;
		return 0;
	case KEY_RULES:
		o->rules = true;
		return 0;
	case KEY_VOCABULARY:
		o->vocabulary = true;
		return 0;
	case KEY_SUMMARY:
		o->summary = arg;
		return 0;
	case KEY_GATE:
		o->gate = arg;
		return 0;
	case KEY_SEED:
		o->seed = (uint64_t)options_number(state, "seed", arg,
			(struct bounds){ 0, 4294967295.0 }); /* size: 32 bits */
		return 0;
	case KEY_STEPS:
		o->steps = options_whole(state, "steps", arg, "a whole number");
		return 0;
	case KEY_TPOT:
		o->tpot_s = options_above(state, "tpot", arg) / units_ms(1);
		return 0;
	case KEY_SOLVE:
		o->solve = arg;
		return 0;
	case KEY_UNTIL:
		o->until = arg;
		return 0;
	case KEY_LONGEST:
		o->longest = true;
		return 0;
	case KEY_JOBS:
		o->jobs = options_whole(state, "jobs", arg, "a whole number");
		return 0;
	case KEY_ENGINE:
		engine(state, o, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The options of each group of verbs; a key belongs to one of them. */
static error_t (*const keys[])(int key, char *arg, struct argp_state *,
			       struct options *) = {
	own_key, refit_key, fit_key, prefill_key, plan_options_key, inside_key
};

/* --verify 3: what may be left out is no word of its own. */
static void too_many(struct argp_state *state, const struct parse *p,
		     const char *arg)
{
	for (int i = 0; p->list[i].name; i++)
		if ((p->list[i].flags & OPTION_ARG_OPTIONAL) && p->arg[i] &&
		    !*p->arg[i])
			argp_error(state, "\"%s\" is one argument too many; "
				   "write --%s=%s", arg, p->list[i].name, arg);
	argp_error(state, "\"%s\" is one argument too many", arg);
}

static void take_file(struct argp_state *state, struct parse *p, char *arg)
{
	struct options *o = p->options;
	bool many = p->command->takes & OPTION_FILES;

	if (!*arg)
		argp_error(state, "an argument is empty; write a file's name, "
			   "or leave it out");
	if (!(many || (p->command->takes & OPTION_FILE)) ||
	    (o->file && !many) || o->nr_files == OPTION_FILES_MOST)
		too_many(state, p, arg);
	if (!o->file)
		o->file = arg;
	o->files[o->nr_files++] = arg;
}

/* A blank value is none: scripts pass what they have. */
static void note(const struct parse *p, int key, const char *arg)
{
	for (int i = 0; p->list[i].name; i++)
		if (p->list[i].key == key)
			p->arg[i] = !arg ? "" : *arg ? arg : NULL;
}

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct options *o = p->options;

	note(p, key, arg);
	if (key >= KEY_COLUMN && key < KEY_COLUMN + scenario_columns_nr) {
		o->given[key - KEY_COLUMN] = arg;
		return 0;
	}
	if (key == ARGP_KEY_ARG) {
		take_file(state, p, arg);
		return 0;
	}
	for (unsigned i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i](key, arg, state, o) == 0)
			return 0;
	return serve_options_key(key, arg, &o->serve);
}

static int build(struct argp_option *list, unsigned takes)
{
	int nr = 0;

	for (unsigned i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (takes & own[i].when)
			list[nr++] = own[i].option;
	for (int i = 0; i < scenario_columns_nr; i++) {
		const struct scenario_column *c = &scenario_columns[i];
		bool other = (takes & OPTION_PLAN) && !strcmp(c->name,
							      PLANNED);

		bool modes = (takes & OPTION_SERVE) && !strcmp(c->name,
							       PLAYED);

		if ((takes & OPTION_SCENARIO) && !other)
			list[nr++] = (struct argp_option){ c->name,
				KEY_COLUMN + i, c->arg, 0,
				modes ? MODES : c->help, 2 };
	}
	nr += plan_options_list(list + nr, takes);
	if (takes & OPTION_SERVE)
		nr += serve_options_list(list + nr);
	list[nr] = (struct argp_option){ 0 };
	return nr;
}

/* Ends the program where two of its files would be one. */
static void outputs(const struct options *o, struct fault *why)
{
	const struct emit_name all[] = {
		{ "--ops", o->ops }, { "--summary", o->summary },
		{ "--trace", o->trace }, { "--timeline", o->timeline },
		{ "--html", o->html },
		{ "--requests-out", o->serve.requests_out },
		{ "--occupancy", o->serve.occupancy } };
	struct emit_name out[1 + sizeof(all) / sizeof(*all)] = {
		{ "-o", o->out } };
	int nr = 1;

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].path)
			out[nr++] = all[i];
	if (emit_allowed(out, nr, why))
		exit(options_fault(why));
}

void options_parse(struct options *o, const struct command *c, int argc,
		   char **argv)
{
	struct argp_option list[MOST_OPTIONS];
	const char *arg[MOST_OPTIONS] = { NULL };
	char doc[NEEDS_MOST][NEEDS_DOC];
	struct argp argp = { .options = list, .parser = parse_key,
			     .args_doc = c->args, .doc = c->doc };
	struct parse p = { o, c, list, arg };
	struct fault why = { 0 };

	assert(argc > 0 && argv);
	*o = (struct options){ .seed = 1, .tpot_s = INFINITY,
			       .ttft_s = INFINITY, .usd_h = INFINITY,
			       .shard = 1, .shards = 1, .top = 10 /* size: */,
			       .draws = 400 /* size: of the facts */,
			       .percent = 90 /* units: percent */,
			       .cost_isl = 2, .cost_osl = 1,
			       .fit.stack = "generic",
			       .measured = (double)NAN,
			       .ranks = -1 /* math: not given */,
			       .steps = 8 /* size: steps of a run */ };
	build(list, c->takes);
	needs_help(list, c->takes, doc);
	given_parse(&argp, argc, argv, &p);
	if (needs_met(&(struct needs_given){ list, arg, c->takes,
					     o->file != NULL }, &why))
		exit(options_fault(&why));
	if (emit_once(o->files, o->nr_files, &why))
		exit(options_fault(&why));
	outputs(o, &why);
}

int options_scenario(const struct options *o, struct scenario *s,
		     struct fault *why)
{
	char name[64];	/* size: "--tokens_per_step" */

	assert(o && s);
	scenario_init(s);
	for (int i = 0; i < scenario_columns_nr; i++) {
		if (!o->given[i])
			continue;
		snprintf(name, sizeof(name), "--%s",
			 scenario_columns[i].name);
		fault_at(why, name, 0, 0);
		if (given_list(name + 2, o->given[i], why) ||
		    scenario_set(s, name + 2, o->given[i], why))
			return -1;
	}
	fault_at(why, "", 0, 0);
	if (!*s->id)
		snprintf(s->id, sizeof(s->id), "1");
	return 0;
}

int options_fault(const struct fault *f)
{
	char line[1024];	/* size: a sentence */

	assert(*f->what);
	fault_print(f, line, sizeof(line));
	fflush(stdout);
	fprintf(stderr, "deeproof: %s\n", line);
	return EXIT_MALFORMED;
}
