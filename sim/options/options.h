/*
 * options: the options that every verb about scenarios shares: a --NAME for
 * each scenario column, and --csv -o --seed --ops --engine.
 */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "fit/lawfit.h"
#include "learn/validate.h"
#include "ask/question.h"
#include "options/options_serve.h"

enum {
	OPTION_SCENARIO = 1,	/* --hw --model ... */
	OPTION_FILE = 2,	/* takes one FILE */
	OPTION_CSV = 1 << 2,	/* size: bit flags from here on */
	OPTION_OUT = 1 << 3,	/* size: -o FILE */
	OPTION_SEED = 1 << 4,	/* size: --seed N --steps N */
	OPTION_OPS = 1 << 5,	/* size: --ops FILE */
	OPTION_TPOT = 1 << 6,	/* size: --tpot MS */
	OPTION_ENGINE = 1 << 7,	/* size: --engine step|run */
	OPTION_JOBS = 1 << 8,	/* size: --jobs N */
	OPTION_REFIT = 1 << 9,	/* size: --leave-out --calibrate --summary */
	OPTION_FIT = 1 << 10,	/* size: --law --stack --fix --rows --from */
	OPTION_EXPLAIN = 1 << 11,	/* size: --versus --what-if ... */
	OPTION_TRACE = 1 << 12,	/* size: --trace --timeline --ranks */
	OPTION_PREFILL = 1 << 13,	/* size: --chunk N, --cached N */
	OPTION_GRID = 1 << 14,	/* size: --yes */
	OPTION_PLAN = 1 << 15,	/* size: --ttft --rate --budget ... */
	OPTION_CLAIMS = 1 << 16,	/* size: --html --vocabulary */
	OPTION_SERVE = 1 << 17,	/* size: of requests */
	OPTION_LONGEST = 1 << 18,	/* size: --max-context */
	OPTION_FILES = 1 << 19,	/* size: takes FILEs */
	OPTION_SOLVE = 1 << 20,	/* size: --solve --until */
	OPTION_COST = 1 << 21,	/* size: --isl --osl --hit --hours */
	OPTION_NEXT = 1 << 22	/* size: --next */
};

enum { OPTION_FILES_MOST = 512 /* size: FILEs of one call */ };

enum { OPTION_COLUMNS = 32 /* size: room for every scenario column */ };

struct options {
	const char *given[OPTION_COLUMNS]; /* by scenario column; NULL: not */
	const char *file;	/* NULL: none; of FILEs the first */
	const char *files[OPTION_FILES_MOST];
	int nr_files;
	const char *out;	/* NULL: stdout */
	const char *ops;
	const char *summary;
	const char *gate;	/* NULL: none */
	struct lawfit_spec fit;
	struct choices told;	/* --given of a fit */
	const char *next;	/* --next; NULL: not asked */
	bool predict;
	const char *versus;	/* NULL: not asked; likewise below */
	const char *what_if;
	const char *trace;
	const char *timeline;
	double measured;	/* tok/s/GPU; NaN: not given */
	int ranks;		/* to trace; 0: all; -1: not given */
	bool sensitivity;
	const char *html;
	struct serve_options serve;
	const char *solve;	/* NULL: not asked; likewise */
	const char *until;
	const struct solved *solved;	/* tasks/solve's, while a verb ends */
	struct text *into;	/* NULL: what a verb prints leaves the program;
				   else it goes there */
	uint64_t seed;
	int steps;
	double tpot_s;		/* INFINITY: no target */
	double chunk_tok;	/* 0: the stack's */
	double cached_tok;
	int jobs;		/* 0: as many as there are cores */
	/* of a plan; INFINITY or 0: not given */
	double ttft_s, usd_h, most_W, rate, users, tokens_day, hit_share;
	bool spare, mix, hours, front;
	double cost_isl, cost_osl, usd_kwh;
	const char *against;	/* offers; NULL: none */
	int top, draws, verify;
	double percent;
	const char *launch;	/* a folder; NULL: not asked */
	bool yes;		/* --yes: so many rows are meant */
	int shard, shards;	/* --shard 3/8; 1/1: all */
	bool resume;
	bool manifest;
	int best;		/* --best N; 0: every row */
	const char *where;	/* --where; NULL: every row */
	bool csv;
	bool vocabulary;	/* --vocabulary */
	bool rules;		/* --rules */
	bool longest;		/* --max-context */
	bool play;		/* --engine run */
	enum refit_by leave_out;
	bool calibrate;		/* --calibrate */
};

struct command {
	const char *args;	/* "FILE", or "" */
	const char *doc;	/* what it does; then an example that runs */
	unsigned takes;		/* OPTION_... */
};

/*
 * Parse; ends the program with status 2 after one sentence when an option is
 * none or a value is malformed, and with 0 after --help.
 */
void options_parse(struct options *, const struct command *, int argc,
		   char **argv);

/* The options as one scenario. 0, or -1 and a fault at "--option". */
int options_scenario(const struct options *, struct scenario *,
		     struct fault *);

/* Say on stderr which columns are probably misspelt; that is no fault. */
void options_columns(const struct table *);

/* An option stands for every row whose own cell is blank. */
void options_fill(struct table *, const struct options *);

/*
 * A question that question_make refused: "no" where it is sound and no format
 * of it runs, printed like any answer; else the fault. The exit status.
 */
int options_refused(const struct options *, const struct question *,
		    const struct fault *);

/* Print a fault as "deeproof: ..." and return EXIT_MALFORMED. */
int options_fault(const struct fault *);

#endif
