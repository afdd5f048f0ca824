#include "cmd/serving.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cmd/emit.h"
#include "cmd/progress.h"
#include "cmd/solve.h"
#include "cmd/verb.h"
#include "read/requests.h"
#include "say/serving_text.h"
#include "say/words.h"
#include "serve/arrive.h"

#define MOST 10000000.0		/* size: requests of a run */
#define DAY_S 86400.0		/* units: seconds of a day */
#define LONGEST_S (80 * DAY_S)	/* units: 80 days, which a run can last */

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

static bool is_open(const struct serving_spec *s)
{
	int how = *s->arrivals ? arrive_how_of(s->arrivals) : ARRIVE_CLOSED;

	return *s->workload || how >= ARRIVE_OFFLINE;
}

void serving_scenario(struct scenario *s, const struct serving_spec *v)
{
	if (!serving_asked(v))
		return;
	if (isnan(s->batch) && isnan(s->concurrency) &&
	    (is_open(v) || strcmp(v->arrivals, "sequential") == 0))
		s->batch = 1;
	if (*v->workload && isnan(s->isl) && isnan(s->ctx))
		s->ctx = 1;	/* a file's prompts have their own */
}

/* ---- the workload ---- */

/* What a workload is made of beside the question. Nothing is owned. */
struct serving_ask {
	const struct serving_spec *spec;
	const struct serving_price *price;
	uint64_t seed;
};

static int bad(struct fault *why, const char *option, const char *what,
	       const char *remedy)
{
	fault_at(why, option, 0, 0);
	fault_what(why, "%s", what);
	return fault_remedy(why, "%s", remedy);
}

static int check_drawn(const struct arrive_spec *a, struct fault *why)
{
	if (!(a->prompt_tok >= 1) || !(a->output_tok >= 1))
		return bad(why, "--isl", "requests have no length",
			   "write --isl and --osl, tokens of a prompt and of "
			   "its answer");
	if (!(a->requests >= 1))
		return bad(why, "--requests", "there is no request",
			   "write a number from 1 to 10000000");
	if (a->how <= ARRIVE_WAVES && a->clients < 1)
		return bad(why, "--concurrency", "there are no clients",
			   "write how many clients ask, 1 or more");
	if (a->how >= ARRIVE_POISSON && !(a->rate > 0))
		return bad(why, "--rate", "requests come by the clock and no "
			   "rate is given", "write --rate, requests a second");
	if (a->how >= ARRIVE_POISSON && a->requests / a->rate > LONGEST_S)
		return bad(why, "--rate", "the requests would take over 80 "
			   "days to come", "write a higher rate or fewer "
			   "requests");
	if (!(a->burstiness > 0) || a->swing > 1 || !(a->day_s > 0))
		return bad(why, "--burstiness", "burstiness or day is 0, or "
			   "swing above 1", "write numbers above 0");
	if (a->hit >= 1)
		return bad(why, "--hit", "a share of 1 or more of each prompt "
			   "is cached", "write a share below 1");
	if (a->lengths == LENGTHS_UNIFORM && a->spread > 1)
		return bad(why, "--spread", "spread is above 1",
			   "write the shortest as a share of the longest");
	return 0;
}

static int draw(struct serve_load *l, const struct question *q,
		const struct serving_ask *ask, struct fault *why)
{
	const struct serving_spec *s = ask->spec;
	double requests = q->open_requests && s->stop_s > 0 ?
		serving_requests_most(q, s, ask->price) :
		q->scenario.requests;
	int how = *s->arrivals ? arrive_how_of(s->arrivals) : ARRIVE_CLOSED;
	bool lognormal = strcmp(s->lengths, "lognormal") == 0;
	struct arrive_spec a = { .how = (enum arrive_how)how,
		.requests = (int)fmin(MOST, requests),
		.clients = (int)fmin(MOST, q->scenario.concurrency),
		.rate = s->rate, .burstiness = given(s->burstiness, 1),
		.swing = given(s->swing, 0.5),	/* size: half */
		.day_s = given(s->day_s, DAY_S),
		.lengths = lognormal ? LENGTHS_LOGNORMAL : LENGTHS_UNIFORM,
		.spread = given(s->spread, 0.8),	/* size: share */
		.prompt_tok = q->scenario.isl, .output_tok = q->scenario.osl,
		.hit = given(s->hit, 0), .turns = (int)given(s->turns, 1),
		.think_s = given(s->think_s, 0),
		.block_tok = given(s->block_tok, 1), .seed = ask->seed,
		.same = strcmp(s->prompts, "same") == 0 };

	if (*s->prompts && !a.same && strcmp(s->prompts, "distinct"))
		return bad(why, "--prompts", "that is no way to ask",
			   "write distinct or same");
	if (how < 0)
		return bad(why, "--arrivals", "that is no way to arrive",
			   "write closed, waves, sequential, offline, poisson, "
			   "constant, bursty or day");
	if (*s->lengths && !lognormal && strcmp(s->lengths, "uniform"))
		return bad(why, "--lengths", "that is no distribution",
			   "write uniform or lognormal");
	if (check_drawn(&a, why))
		return -1;
	arrive_draw(l, &a);
	return 0;
}

static int load_make(struct serve_load *l, const struct question *q,
		     const struct serving_ask *ask, struct fault *why)
{
	const struct serving_spec *s = ask->spec;
	struct accept_spec a = { .drafts = q->on.layout.drafts,
		.tokens_per_step = q->tokens_per_step, .seed = ask->seed };

	*l = (struct serve_load){ 0 };
	if (*s->workload) {
		struct requests_spec r = { .path = s->workload,
			.speedup = given(s->speedup, 1) };

		if (!(r.speedup > 0))
			return bad(why, "--speedup", "speedup is 0",
				   "write a number above 0");
		if (requests_load(l, &r, why))
			return -1;
		if (strcmp(s->arrivals, "closed") == 0) {
			l->client = SERVE_CLOSED;
			l->clients = (int)q->scenario.concurrency;
		}
	} else if (draw(l, q, ask, why)) {
		return -1;
	}
	arrive_steps(l, &a);
	return serving_client(l, s, why);
}

/* ---- the fleet ---- */

static int route_of(const char *name)
{
	static const char *const names[] = { "round-robin", "least-loaded",
					     "prefix" };

	for (int i = 0; i < (int)(sizeof(names) / sizeof(*names)); i++)
		if (!*name || strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static int fleets(struct serving_run *r, const struct question *q,
		  const struct serving_spec *s, struct fault *why)
{
	double replicas = given(s->replicas, 1);
	int p = 0, d = (int)replicas, end = 0, how = route_of(s->route);

	if (how < 0)
		return bad(why, "--route", "that is no way to route",
			   "write round-robin, least-loaded or prefix");
	if (!(replicas >= 1 && replicas <= 10000))	/* size: engines */
		return bad(why, "--replicas", "there is no such number of "
			   "engines", "write a number from 1 to 10000");
	if (*s->pools && (sscanf(s->pools, "%4d:%4d%n", &p, &d, &end) != 2 ||
			  s->pools[end] || p < 1 || d < 1))
		return bad(why, "--pools", "these are no pools",
			   "write engines that prefill and engines that "
			   "decode, as 2:1");
	r->serve.route = (enum serve_route)how;
	r->serve.fleet.replicas = d;
	r->serve.fleet.groups = q->on.layout.dp;
	r->serve.fleet.price = (struct serve_pricer){ serving_step_s,
						      r->price };
	r->serve.prefill = r->serve.fleet;
	r->serve.prefill.replicas = p;
	return 0;
}

/* ---- output ---- */

static int formatted(const struct served *s, const struct options *o,
		     struct text *out)
{
	const char *how = o->serve.format ? o->serve.format :
			  o->csv ? "csv" : "text";
	struct table t;

	if (strcmp(how, "vllm") == 0) {
		serving_vllm(s, out);
	} else if (strcmp(how, "aiperf") == 0) {
		serving_aiperf(s, out);
	} else if (strcmp(how, "csv") == 0) {
		table_init(&t, "");
		serving_row(s, &t);
		table_write(&t, out);
		table_release(&t);
	} else {
		words_question(s->q, out);
		serving_words(s, out);
	}
	return 0;
}

static int table_out(const struct served *s, const char *path,
		     void (*fill)(const struct served *, struct table *))
{
	struct table t;
	struct text out = TEXT_INIT;

	if (!path)
		return EXIT_YES;
	table_init(&t, path);
	fill(s, &t);
	table_write(&t, &out);
	table_release(&t);
	return emit(&out, path, EXIT_YES);
}

static int print(const struct served *s, const struct options *o)
{
	struct text out = TEXT_INIT;
	int status = s->log->done ? EXIT_YES : EXIT_NO;

	if (table_out(s, o->serve.requests_out, serving_requests) ||
	    table_out(s, o->serve.occupancy, serving_occupancy))
		return EXIT_MALFORMED;
	formatted(s, o, &out);
	return solve_emit(&out, o, status);
}

static int check_format(const char *how, struct fault *why)
{
	if (!how || !strcmp(how, "text") || !strcmp(how, "csv") ||
	    !strcmp(how, "vllm") || !strcmp(how, "aiperf"))
		return 0;
	return bad(why, "--format", "that is no format",
		   "write text, csv, vllm or aiperf");
}

static int print_refused(const struct answer *a, const struct question *q,
			 const struct options *o)
{
	struct text out = TEXT_INIT;

	if (o->csv) {
		words_row(q, a, &out);
	} else {
		words_question(q, &out);
		words_answer(q, a, &out);
	}
	return solve_emit(&out, o, EXIT_NO);
}

/* The solver's many questions are asked without, unless it solves for it. */
static bool is_banded(const struct options *o)
{
	return !o->into || strstr(o->until, "_low") ||
	       strstr(o->until, "_high") || strstr(o->until, "spare");
}

int serving(const struct options *o, struct question *q,
	    const struct serving_spec *s)
{
	struct serving_price price;
	struct serve_engine engine;
	struct serve_load load = { 0 };
	struct serving_ask ask = { s, &price, o->seed };
	struct serving_run r = { .price = &price,
		.band = is_banded(o) };
	struct serving_answer a;
	struct serve_log log;
	struct fault why = { 0 };
	struct served all = { q, &r, &a, &log,
			      is_open(s) ? s->rate : (double)NAN };
	struct answer none;
	int status;

	if (serving_refused(&none, q))
		return print_refused(&none, q, o);
	serving_price_init(&price, q);
	if (check_format(o->serve.format, &why) ||
	    serving_engine(&engine, q, s, &why) ||
	    serving_slo(r.limit_s, s->slo, &why) || fleets(&r, q, s, &why) ||
	    load_make(&load, q, &ask, &why)) {
		serve_load_release(&load);
		serving_price_release(&price);
		return solve_fault(o, &why);
	}
	r.slo = *s->slo != '\0';
	r.serve.load = &load;
	r.serve.fleet.engine = r.serve.prefill.engine = &engine;
	r.serve.progress = o->into ? NULL : progress_stderr();
	serving_answer(&a, &log, q, &r);
	q->scenario.requests = load.nr - log.unsent;
	status = print(&all, o);
	serve_log_release(&log);
	serve_load_release(&load);
	serving_price_release(&price);
	return status;
}
