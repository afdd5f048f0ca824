#include "options/options_plan.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define MOST_RATE 1e9	/* size: a second; beyond it, a slip */

enum {
	KEY_YES = 0x600,	/* size: above the keys of options_serve.c */
	KEY_SHARD, KEY_RESUME, KEY_MANIFEST, KEY_BEST, KEY_WHERE,
	KEY_TTFT, KEY_RATE,
	KEY_USERS, KEY_TOKENS_DAY, KEY_BUDGET, KEY_HIT, KEY_SPARE, KEY_TOP,
	KEY_DRAWS, KEY_LAUNCH, KEY_MIX,
	KEY_VERIFY, KEY_REPLAY, KEY_PERCENTILE, KEY_ISL, KEY_OSL, KEY_HOURS,
	KEY_KWH,
	KEY_POWER,
	KEY_AGAINST, KEY_FRONT
};

static const struct {
	unsigned when;
	struct argp_option option;
} own[] = {
	{ OPTION_GRID, { "yes", KEY_YES, NULL, 0,
	  "answer a grid of over 10 million rows", 1 } },
	{ OPTION_GRID | OPTION_PLAN, { "shard", KEY_SHARD, "I/N", 0,
	  "answer the I-th of N parts of the rows; put together in order they "
	  "are the whole, byte for byte", 1 } },
	{ OPTION_GRID | OPTION_PLAN, { "resume", KEY_RESUME, NULL, 0,
	  "with -o: go on where a sweep of the same options was stopped", 1 } },
	{ OPTION_GRID | OPTION_PLAN, { "manifest", KEY_MANIFEST, NULL, 0,
	  "with -o FILE: write FILE.manifest, what it was made of", 1 } },
	{ OPTION_GRID, { "best", KEY_BEST, "N", 0,
	  "print only the N rows with the most tok/s/GPU that fit", 1 } },
	{ OPTION_GRID, { "where", KEY_WHERE, "CONDITION", 0,
	  "print only the rows of which this holds, as 'tok_s_user>=50 and "
	  "fits=yes': columns with < <= > >= = or !=, joined by and", 1 } },
	{ OPTION_PLAN, { "ttft", KEY_TTFT, "MS", 0,
	  "time to the first token, at most, of --percentile of the requests",
	  1 } },
	{ OPTION_PLAN, { "rate", KEY_RATE, "N", 0,
	  "requests a second to carry", 1 } },
	{ OPTION_PLAN, { "users", KEY_USERS, "N", 0,
	  "answers in flight to carry, each at the pace of --tpot", 1 } },
	{ OPTION_PLAN, { "tokens-day", KEY_TOKENS_DAY, "N", 0,
	  "output tokens a day to carry, evenly", 1 } },
	{ OPTION_PLAN, { "budget", KEY_BUDGET, "USD", 0,
	  "to spend: 500/h or 300000/month", 1 } },
	{ OPTION_PLAN, { "power", KEY_POWER, "KW", 0,
	  "that all GPUs may draw, each at its limit (tdp); hosts, switches "
	  "and cooling apart", 1 } },
	{ OPTION_PLAN, { "kwh", KEY_KWH, "USD", 0,
	  "price of a kilowatt-hour: what the energy costs", 1 } },
	{ OPTION_PLAN, { "against", KEY_AGAINST, "OFFER,...", 0,
	  "compare the first layout's cost with offers of hw/offers", 1 } },
	{ OPTION_COST, { "isl", KEY_ISL, "TOKENS", 0,
	  "prompt length of a request (2)", 1 } },
	{ OPTION_COST, { "osl", KEY_OSL, "TOKENS", 0,
	  "its answer's (1)", 1 } },
	{ OPTION_COST, { "hours", KEY_HOURS, NULL, 0,
	  "with --csv: by hours a day at full capacity", 1 } },
	{ OPTION_PLAN | OPTION_COST, { "hit", KEY_HIT, "X", 0,
	  "share of a prompt found in a prefix cache (0)", 1 } },
	{ OPTION_PLAN, { "spare", KEY_SPARE, NULL, 0,
	  "one node more than is needed, against a failure", 1 } },
	{ OPTION_PLAN, { "verify", KEY_VERIFY, "N", OPTION_ARG_OPTIONAL,
	  "replay the first N layouts (3) request by request: by how much do "
	  "they miss --tpot and --ttft?", 1 } },
	{ OPTION_PLAN, { "replay", KEY_REPLAY, "N", OPTION_ARG_OPTIONAL,
	  "another name of --verify", 1 } },
	{ OPTION_PLAN, { "percentile", KEY_PERCENTILE, "P", 0,
	  "of requests that must keep --ttft, and --tpot in a replay (90)",
	  1 } },
	{ OPTION_PLAN, { "front", KEY_FRONT, NULL, 0,
	  "CSV of the best layout at each pace, from --tpot down: for "
	  "plot pareto", 1 } },
	{ OPTION_PLAN, { "mix", KEY_MIX, NULL, 0,
	  "prompts may go to another kind of --hw than decodes", 1 } },
	{ OPTION_PLAN, { "top", KEY_TOP, "N", 0,
	  "layouts to print (10)", 1 } },
	{ OPTION_PLAN, { "draws", KEY_DRAWS, "N", 0,
	  "draws of all facts within their errors, or 0 (400)", 1 } },
	{ OPTION_PLAN, { "launch", KEY_LAUNCH, "DIR", 0,
	  "write how engines run the first layout: SGLang, vLLM, TensorRT-LLM, "
	  "srt-slurm, LeaderWorkerSet, Dynamo", 1 } },
};

double options_number(struct argp_state *state, const char *name,
		      const char *text, struct bounds r)
{
	double x;

	assert(r.least <= r.most);
	if (!units_number(text, &x) && x >= r.least && x <= r.most)
		return x;
	/* in full: 4294967295 and not 4.29497e+09 */
	if (isinf(r.most))
		argp_error(state, "--%s is \"%s\"; write a number from %.15g "
			   "up", name, text, r.least);
	else
		argp_error(state, "--%s is \"%s\"; write a number from %.15g "
			   "to %.15g", name, text, r.least, r.most);
	return r.least;	/* the program has ended */
}

double options_above(struct argp_state *state, const char *name,
		     const char *text)
{
	double x;

	if (units_number(text, &x) || !(x > 0) || x > MOST_RATE)
		argp_error(state, "--%s is \"%s\"; write a number above 0, to "
			   "%.0f", name, text, MOST_RATE);
	return x;
}

/* what: "a whole number", or else. */
int options_whole(struct argp_state *state, const char *name,
		  const char *text, const char *what)
{
	double x;

	if (units_number(text, &x) || x < 1 || x > MOST_STEPS || x != floor(x))
		argp_error(state, "--%s is \"%s\"; write %s from 1 to %d",
			   name, text, what, (int)MOST_STEPS);
	return (int)x;
}

int plan_options_list(struct argp_option *list, unsigned takes)
{
	int nr = 0;

	assert(list);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (takes & own[i].when)
			list[nr++] = own[i].option;
	return nr;
}

/* "500/h" or "300000/month": dollars an hour. */
static double budget(struct argp_state *state, const char *text)
{
	const double month_h = 730;	/* units: hours, 8,760 / 12 */
	const char *slash = strchr(text, '/');
	char sum[32];	/* size: a number */
	double usd;

	snprintf(sum, sizeof(sum), "%.*s", slash ? (int)(slash - text) : 0,
		 text);
	if (!slash || units_number(sum, &usd) || !(usd > 0) ||
	    (strcmp(slash, "/h") && strcmp(slash, "/month")))
		argp_error(state, "--budget is \"%s\"; write 500/h or "
			   "300000/month", text);
	return slash[1] == 'h' ? usd : usd / month_h;
}

/* What is asked for by its name alone. */
static bool plan_flag(int key, struct options *o)
{
	bool *flag = key == KEY_HOURS ? &o->hours :
		key == KEY_FRONT ? &o->front : key == KEY_MIX ? &o->mix :
		key == KEY_SPARE ? &o->spare : NULL;

	if (flag)
		*flag = true;
	return flag;
}

static error_t plan_key(int key, char *arg, struct argp_state *state,
			struct options *o)
{
	if (plan_flag(key, o))
		return 0;
	switch (key) {
	case KEY_TTFT:
		o->ttft_s = options_above(state, "ttft", arg) / units_ms(1);
		return 0;
	case KEY_RATE:
		o->rate = options_above(state, "rate", arg);
		return 0;
	case KEY_USERS:
		o->users = options_number(state, "users", arg,
			(struct bounds){ 1, MOST_RATE });
		return 0;
	case KEY_TOKENS_DAY:
		o->tokens_day = options_number(state, "tokens-day", arg,
			(struct bounds){ 1, INFINITY });
		return 0;
	case KEY_BUDGET:
		o->usd_h = budget(state, arg);
		return 0;
	case KEY_HIT:
		o->hit_share = options_number(state, "hit", arg,
			(struct bounds){ 0, 0.99 });	/* size: */
		return 0;
	case KEY_VERIFY:
	case KEY_REPLAY:
		o->verify = !arg ? 3 :	/* size: winners */
			options_whole(state, key == KEY_VERIFY ? "verify" :
				      "replay", arg, "a whole number");
		return 0;
	case KEY_PERCENTILE:
		o->percent = options_number(state, "percentile", arg,
			(struct bounds){ 1, 99.9 });	/* units: percent */
		return 0;
	case KEY_POWER:
		o->most_W = options_above(state, "power", arg) *
			    1000;	/* units: kW */
		return 0;
	case KEY_KWH:
		o->usd_kwh = options_above(state, "kwh", arg);
		return 0;
	case KEY_AGAINST:
		o->against = arg;
		return 0;
	case KEY_ISL:
		o->cost_isl = options_number(state, "isl", arg,
			(struct bounds){ 0, MOST_RATE });
		return 0;
	case KEY_OSL:
		o->cost_osl = options_number(state, "osl", arg,
			(struct bounds){ 1, MOST_RATE });
		return 0;
	case KEY_TOP:
		o->top = options_whole(state, "top", arg, "a whole number");
		return 0;
	case KEY_DRAWS:
		o->draws = (int)options_number(state, "draws", arg,
			(struct bounds){ 0, MOST_STEPS });
		return 0;
	case KEY_LAUNCH:
		o->launch = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* "3/8": the third of eight. */
static void shard(struct argp_state *state, struct options *o,
		  const char *text)
{
	const char *slash = strchr(text, '/');
	char first[16];	/* size: a number */
	double i = 0, nr = 0;

	snprintf(first, sizeof(first), "%.*s", slash ? (int)(slash - text) : 0,
		 text);
	if (!slash || units_number(first, &i) || units_number(slash + 1, &nr) ||
	    !(i >= 1) || !(i <= nr) || nr > MOST_STEPS || i != floor(i) ||
	    nr != floor(nr))
		argp_error(state, "--shard is \"%s\"; write 3/8, the third "
			   "of eight parts", text);
	o->shard = (int)i;
	o->shards = (int)nr;
}

static error_t grid_key(int key, char *arg, struct argp_state *state,
			struct options *o)
{
	switch (key) {
	case KEY_YES:
		o->yes = true;
		return 0;
	case KEY_SHARD:
		shard(state, o, arg);
		return 0;
	case KEY_RESUME:
		o->resume = true;
		return 0;
	case KEY_MANIFEST:
		o->manifest = true;
		return 0;
	case KEY_WHERE:
		o->where = arg;
		return 0;
	case KEY_BEST:
		o->best = options_whole(state, "best", arg, "a whole number");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

error_t plan_options_key(int key, char *arg, struct argp_state *state,
			 struct options *o)
{
	return plan_key(key, arg, state, o) == 0 ? 0 :
	       grid_key(key, arg, state, o);
}
