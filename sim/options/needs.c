#include "options/needs.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "options/options.h"

#define REQUESTS "REQUESTS"	/* a run that plays them one by one */
#define A_FILE "FILE"
#define BY_THE_CLOCK "arrivals=poisson arrivals=constant arrivals=bursty " \
	"arrivals=day"

enum {
	WORD = 64,	/* size: of a name and a value */
	SERVE_GROUP = 3	/* size: of the options about requests */
};

/*
 * Words with blanks between: options that need one of others, or must not
 * stand beside any of them. NAME, NAME=VALUE, FILE or REQUESTS.
 */
static const struct need {
	unsigned takes;		/* verbs that take this */
	const char *options;
	bool beside;		/* false: needs; true: not with */
	const char *others;
	const char *because;
} needs[] = {
	{ OPTION_PLAN, "percentile", false, "ttft replay verify",
	  "it is the share of requests that keep to --ttft, and in a replay "
	  "to --tpot" },
	{ OPTION_PLAN, "hit mix ttft", false, "isl",
	  "it is about prompts, and nothing says how long they are" },
	{ OPTION_PLAN, "isl", false, "osl",
	  "it is a request's prompt, and nothing says how long its answer is" },
	{ OPTION_PLAN, "kwh against draws=", true, "csv front",
	  "it is said in words, and CSV has no column for it" },
	{ OPTION_PLAN, "replay verify launch", true, "front",
	  "the front is CSV of many layouts, each by itself" },
	{ OPTION_PLAN, "top", true, "front",
	  "the front has a row for each pace" },

	{ OPTION_GRID | OPTION_REFIT, "seed steps", false, "engine=run",
	  "the closed form draws nothing and plays no step" },
	{ OPTION_GRID, "tpot", true, "batch concurrency",
	  "it finds a batch where none is given" },
	{ OPTION_GRID, "yes", true, A_FILE, "a file has the rows it has" },

	{ OPTION_SERVE, "requests", false, REQUESTS,
	  "steps are played, and no requests" },
	{ OPTION_SERVE, "steps timeline", true, REQUESTS,
	  "requests are played one by one, and no layer of a step (a --trace "
	  "has each)" },
	{ OPTION_SERVE, "ctx_cv", true, REQUESTS,
	  "requests have the lengths of isl, osl and their spread" },
	{ OPTION_SERVE, "ranks", false, "trace timeline " REQUESTS,
	  "it says how much of a trace is written" },
	{ OPTION_SERVE, "ranks", true, "service",
	  "nothing is known of its ranks" },
	{ OPTION_SERVE, "format", true, "csv", "these are two formats" },
	{ OPTION_SERVE, "rate", false, BY_THE_CLOCK,
	  "clients that wait for their answer send at their own pace" },
	{ OPTION_SERVE, "burstiness", false, "arrivals=bursty",
	  "it is the shape of bursts" },
	{ OPTION_SERVE, "swing day", false, "arrivals=day",
	  "it is the shape of a day" },
	{ OPTION_SERVE, "think", false, "turns",
	  "it is the time between turns" },
	{ OPTION_SERVE, "speedup", false, "workload",
	  "it divides the times of a file" },
	{ OPTION_SERVE, "lengths spread hit prompts turns think", true,
	  "workload", "its requests have lengths and turns of their own" },
	{ OPTION_SERVE, "charge over", false, "bucket",
	  "it is of a quota before the engines" },
	{ OPTION_SERVE, "scale_by scale_at scale_start scale_hold scale_look",
	  false, "scale", "engines do not come and go" },
	{ OPTION_SERVE, "scale", true, "replicas pools",
	  "these are two numbers of engines" },
	{ OPTION_SERVE, "serving", true, "service",
	  "how its requests come is said by an option each" },
	{ OPTION_SERVE, "overflow", false, "service",
	  "engines on GPUs do not send on whom they refuse" },
	{ OPTION_SERVE, "overflow_bucket overflow_refill", false, "overflow",
	  "nothing overflows" },
	{ OPTION_SERVE, "route", false, "replicas pools scale service",
	  "one engine needs no router" },
	{ OPTION_SERVE, "host_rate", false, "host_room",
	  "nothing is kept in host memory" },
	{ OPTION_SERVE, "weights kv tp ep dcp pp batch ctx mtp verify "
	  "tokens_per_step overlap redundant balance mem_share mode date price "
	  "set accept replicas pools scale route batching reserve max_num_seqs "
	  "max_num_batched_tokens chunked overlap_schedule block recv_interval "
	  "prefill_interval prefill_delay graph_max kv_room host_room "
	  "host_rate reuse in out tokenize prompts", true, "service",
	  "of a service no GPU, engine or layout is known" },

	{ OPTION_COST, "hours", false, "csv", "hours are columns" },
	{ OPTION_NEXT, "next", true, A_FILE,
	  "it is a question, and reads no file" },
	{ OPTION_FIT, "fix from", true, "sheet", "nothing is fitted" },
	{ OPTION_CLAIMS, "vocabulary", true, "rules",
	  "these are two tables" },
	{ OPTION_CLAIMS, "vocabulary rules", true, A_FILE,
	  "it is a table of what deeproof knows, and reads no file" },
	{ OPTION_CLAIMS, "html", true, "vocabulary rules",
	  "no claim is judged" },
};

enum { NEEDS = (int)(sizeof(needs) / sizeof(needs[0])) };

/* Columns of every scenario, or options, that a verb has no use of. */
static const struct {
	unsigned takes;
	const char *options;
	const char *because;
} idle[] = {
	{ OPTION_PLAN, "requests steps mode serving", "a plan asks how layouts "
	  "serve, colocated or not, in closed form" },
	{ OPTION_PLAN, "shard resume manifest", "layouts are ranked against "
	  "each other, and no part of them is a part of the answer; a plan "
	  "takes seconds" },
	{ OPTION_PREFILL, "requests ctx_cv verify tokens_per_step price mode "
	  "serving", "the first token of one prompt does not depend on it" },
	{ OPTION_OPS, "requests serving", "one step is answered; deeproof run "
	  "plays requests" },
	{ OPTION_EXPLAIN, "requests price serving", "one step is explained, "
	  "which does not depend on it" },
};

/* The next of a list's words; false at its end. */
static bool word_next(const char **list, char word[WORD])
{
	size_t len;

	*list += strspn(*list, " ");
	len = strcspn(*list, " ");
	assert(len < WORD);
	snprintf(word, WORD, "%.*s", (int)len, *list);
	*list += len;
	return len > 0;
}

/* Is name one of a list's words? A word that ends in = is but for the 0. */
static bool has(const char *list, const char *name, const char *arg)
{
	char word[WORD];

	while (word_next(&list, word)) {
		size_t len = strcspn(word, "=");

		if (strlen(name) == len && !strncmp(word, name, len))
			return !word[len] || !arg || strcmp(arg, "0");
	}
	return false;
}

/* Why an option can do nothing in a verb; NULL: it can. */
static const char *idles(const char *option, unsigned takes)
{
	for (unsigned i = 0; i < sizeof(idle) / sizeof(*idle); i++)
		if ((takes & idle[i].takes) &&
		    has(idle[i].options, option, NULL))
			return idle[i].because;
	return NULL;
}

/* ---- what was given ---- */

static bool plays(const struct argp_option *o, const char *arg)
{
	return o->group == SERVE_GROUP || !strcmp(o->name, "serving") ||
	       (!strcmp(o->name, "mode") && !strcmp(arg, "colocated"));
}

static bool is_played(const struct needs_given *g)
{
	for (int i = 0; g->list[i].name; i++)
		if (g->arg[i] && plays(&g->list[i], g->arg[i]))
			return true;
	return false;
}

/* What was given for NAME or NAME=VALUE; NULL: it was not. */
static const char *arg_of(const struct needs_given *g, const char *word)
{
	size_t len = strcspn(word, "=");

	for (int i = 0; g->list[i].name; i++)
		if (g->arg[i] && strlen(g->list[i].name) == len &&
		    !strncmp(g->list[i].name, word, len))
			return g->arg[i];
	return NULL;
}

static bool is_given(const struct needs_given *g, const char *word)
{
	const char *value = strchr(word, '='), *arg = arg_of(g, word);

	if (!strcmp(word, A_FILE))
		return g->file;
	if (!strcmp(word, REQUESTS))
		return is_played(g);
	return arg && (!value || !strcmp(arg, value + 1));
}

/* The first of them that is given; false: none. */
static bool any_given(const struct needs_given *g, const char *list,
		      char word[WORD])
{
	while (word_next(&list, word))
		if (is_given(g, word))
			return true;
	return false;
}

/* ---- what is said ---- */

static void call(struct text *out, const char *word)
{
	if (!strcmp(word, REQUESTS))
		text_add(out, "requests (as --mode colocated)");
	else if (!strcmp(word, A_FILE))
		text_add(out, "a file");
	else
		text_addf(out, "--%s", word);
}

static void call_all(struct text *out, const char *list)
{
	char word[WORD];
	int nr = 0;

	while (word_next(&list, word)) {
		text_add(out, nr++ ? " or " : "");
		call(out, word);
	}
}

static int refuse(const struct need *n, const char *option,
		  const char *beside, struct fault *why)
{
	struct text names = TEXT_INIT;
	char at[WORD + 2];

	snprintf(at, sizeof(at), "--%s", option);
	fault_at(why, at, 0, 0);
	fault_what(why, "%s", n->because);
	if (beside)
		call(&names, beside);
	else
		call_all(&names, n->others);
	if (beside)
		fault_remedy(why, "leave out --%s, or %s", option, names.buf);
	else
		fault_remedy(why, "give %s", names.buf);
	text_release(&names);
	return -1;
}

/*
 * "--mode collocated": what was written for one of those that are needed, where
 * it is a slip of it; always -1 then. 0: none is.
 */
static int refuse_slip(const struct needs_given *g, const char *others,
		       struct fault *why)
{
	char word[WORD], at[WORD + 2];

	while (word_next(&others, word)) {
		const char *is = strcmp(word, REQUESTS) ? word :
			"mode=colocated";
		const char *meant = is + strcspn(is, "=");
		const char *said = arg_of(g, is);

		if (!*meant || !said || !strcmp(said, ++meant) ||
		    !near_word(said, &meant, 1))
			continue;
		snprintf(at, sizeof(at), "--%.*s", (int)strcspn(is, "="), is);
		fault_at(why, at, 0, 0);
		fault_what(why, "\"%.40s\" is no word of it", said);
		return fault_remedy(why, "did you mean %s?", meant);
	}
	return 0;
}

static int refuse_idle(const char *option, const char *because,
		       struct fault *why)
{
	char at[WORD + 2];

	snprintf(at, sizeof(at), "--%s", option);
	fault_at(why, at, 0, 0);
	fault_what(why, "%s", because);
	return fault_remedy(why, "leave it out");
}

/* One that is given. */
static int met(const struct needs_given *g, int i, struct fault *why)
{
	const char *option = g->list[i].name;
	const char *because = idles(option, g->takes);

	if (because)
		return refuse_idle(option, because, why);
	for (int n = 0; n < NEEDS; n++) {
		char word[WORD];
		bool there;

		if (!(g->takes & needs[n].takes) ||
		    !has(needs[n].options, option, g->arg[i]))
			continue;
		there = any_given(g, needs[n].others, word);
		if (!there && !needs[n].beside &&
		    refuse_slip(g, needs[n].others, why))
			return -1;
		if (there == needs[n].beside)
			return refuse(&needs[n], option, there ? word : NULL,
				      why);
	}
	return 0;
}

int needs_met(const struct needs_given *g, struct fault *why)
{
	assert(g && g->list && g->arg && why);
	for (int i = 0; g->list[i].name; i++)
		if (g->arg[i] && met(g, i, why))
			return -1;
	return 0;
}

void needs_help(struct argp_option *list, unsigned takes,
		char doc[NEEDS_MOST][NEEDS_DOC])
{
	int used = 0;

	assert(list);
	for (int i = 0; list[i].name; i++) {
		struct text out = TEXT_INIT;

		if (idles(list[i].name, takes))
			list[i].flags |= OPTION_HIDDEN;
		text_add(&out, list[i].doc);
		for (int n = 0; n < NEEDS; n++) {
			if (!(takes & needs[n].takes) ||
			    !has(needs[n].options, list[i].name, NULL))
				continue;
			text_add(&out, needs[n].beside ? "; not with " :
				 "; needs ");
			call_all(&out, needs[n].others);
		}
		if (out.len > strlen(list[i].doc)) {
			assert(used < NEEDS_MOST && out.len < NEEDS_DOC);
			snprintf(doc[used], NEEDS_DOC, "%s", out.buf);
			list[i].doc = doc[used++];
		}
		text_release(&out);
	}
}
