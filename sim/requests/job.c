#include "requests/job.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "traffic/arrive.h"
#include "traffic/dice.h"

#define MOST 10000000.0		/* size: requests of a run */
#define MOST_CLIENTS 1000000.0	/* size: who, as it is not said, ask ten each */
#define DRAFTS 32		/* size: that --accept may list */
#define LONGEST_S (80 * DAY_S)	/* units: 80 days, which a run can last */
#define DAY_MOST 1e11		/* size: requests of one, to thin at night */

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

bool serving_is_open(const struct serving_spec *s)
{
	int how = *s->arrivals ? arrive_how_of(s->arrivals) : ARRIVE_CLOSED;

	return *s->workload || how >= ARRIVE_OFFLINE;
}

int serving_scenario(struct scenario *s, const struct serving_spec *v,
		     struct fault *why)
{
	if (!*v->pools && strcmp(s->mode, "decode") == 0)
		return fault_option(why, "--mode", "decode is steps alone, and "
				    "requests are asked for", "leave it out, "
				    "or give --pools, which read the prompts");
	if (!*v->pools && !*s->mode)
		snprintf(s->mode, sizeof(s->mode), "colocated");
	if (isnan(s->batch) && isnan(s->concurrency) &&
	    (serving_is_open(v) || strcmp(v->arrivals, "sequential") == 0))
		s->batch = 1;
	if (*v->workload && isnan(s->isl) && isnan(s->ctx))
		s->ctx = 1;	/* a file's prompts have their own */
	return 0;
}

void serving_met(struct question *q, const struct serve_load *l)
{
	double met = 0, tok = 0;

	assert(q->batch.ctx_tok >= 1 && l->nr >= 0);
	if (!(l->nr > 0) || !isnan(q->scenario.isl) || q->batch.ctx_tok > 1)
		return;
	for (int i = 0; i < l->nr; i++) {
		const struct serve_request *r = &l->request[i];

		met += r->output_tok * (r->prompt_tok + r->output_tok / 2.0);
		tok += r->output_tok;
	}
	q->scenario.ctx = q->batch.ctx_tok = met / tok;
}

/* ---- the workload ---- */

/*
 * What is asked and would change nothing, as nothing else asks for what it is
 * of: --rate of clients who wait for their answers. 0, or -1 and a fault.
 */
static int check_idle(const struct serving_spec *s, int how,
		      struct fault *why)
{
	bool file = *s->workload != '\0', clock = how >= ARRIVE_POISSON;
	const struct {
		bool given, of;
		const char *option, *what, *remedy;
	} idle[] = {
		{ !isnan(s->speedup), file, "--speedup",
		  "there are no times to divide", "give the --workload whose "
		  "times they are, or leave it out" },
		{ !isnan(s->rate), clock && !file, "--rate", "nobody asks by "
		  "the clock here", "write --arrivals poisson, constant, "
		  "bursty or day, or leave it out" },
		{ !isnan(s->burstiness), how == ARRIVE_BURSTY && !file,
		  "--burstiness", "nothing here comes in bursts",
		  "write --arrivals bursty, or leave it out" },
		{ !isnan(s->swing), how == ARRIVE_DAY && !file, "--swing",
		  "nothing here follows the day", "write --arrivals day, or "
		  "leave it out" },
		{ !isnan(s->day_s), how == ARRIVE_DAY && !file, "--day",
		  "nothing here follows the day", "write --arrivals day, or "
		  "leave it out" },
		{ *s->lengths || !isnan(s->spread) || !isnan(s->hit) ||
		  *s->prompts || !isnan(s->turns) || !isnan(s->think_s), !file,
		  "--workload", "its requests have lengths and turns of their "
		  "own", "leave --lengths, --spread, --hit, --prompts, --turns "
		  "and --think out" },
		{ !isnan(s->think_s), s->turns > 1, "--think", "there is no "
		  "second turn to think before", "write --turns 2 or more, or "
		  "leave it out" },
		{ *s->scale_by || !isnan(s->scale_at) ||
		  !isnan(s->scale_start_s) || !isnan(s->scale_hold_s) ||
		  !isnan(s->scale_look_s), *s->scale, "--scale",
		  "engines do not come and go", "write --scale LEAST:MOST, or "
		  "leave out what is of it" },
		{ !isnan(s->charge_tok) || *s->over, s->bucket_tok > 0,
		  "--bucket", "there is no quota before the engines",
		  "write --bucket and --refill, or leave --charge and --over "
		  "out" },
		{ !isnan(s->beside_tok) || !isnan(s->beside_tok_s),
		  *s->overflow, "--overflow", "nothing overflows",
		  "write --overflow NAME, or leave out its bucket" },
		{ !isnan(s->host_tok_s), s->host_tok > 0, "--host_rate",
		  "no KV is kept in host memory", "write --host_room, or leave "
		  "it out" },
	};

	for (unsigned i = 0; i < sizeof(idle) / sizeof(*idle); i++)
		if (idle[i].given && !idle[i].of)
			return fault_option(why, idle[i].option, idle[i].what,
					    idle[i].remedy);
	return 0;
}

static int too_slow(struct fault *why)
{
	return fault_option(why, "--rate", "the requests would take over 80 "
			    "days to come", "write a higher rate or fewer "
			    "requests");
}

static int check_drawn(const struct arrive_spec *a, struct fault *why)
{
	if (!(a->prompt_tok >= 1) || !(a->output_tok >= 1))
		return fault_option(why, "--isl", "requests have no length",
				    "write --isl and --osl, tokens of a prompt "
				    "and of its answer");
	if (!(a->requests >= 1))
		return fault_option(why, "--requests", "there is no request",
				    "write a number from 1 to 10000000");
	if (a->how <= ARRIVE_WAVES && a->clients < 1)
		return fault_option(why, "--concurrency", "there are no "
				    "clients", "write how many clients ask, 1 "
				    "or more");
	if (a->how >= ARRIVE_POISSON && !(a->rate > 0))
		return fault_option(why, "--rate", "requests come by the clock "
				    "and no rate is given", "write --rate, "
				    "requests a second");
	if (a->how >= ARRIVE_POISSON && a->requests / a->rate > LONGEST_S)
		return too_slow(why);
	if (a->turns < 1)
		return fault_option(why, "--turns", "a session has none",
				    "write a number of 1 or more");
	if (!(a->burstiness > 0))
		return fault_option(why, "--burstiness", "the gaps have no "
				    "shape", "write a number above 0");
	if (a->swing > 1)
		return fault_option(why, "--swing", "at night fewer than "
				    "nobody comes", "write a number from 0 to "
				    "1");
	if (!(a->day_s > 0 && a->day_s <= LONGEST_S))
		return fault_option(why, "--day", "it has no length, or over "
				    "80 days", "write its seconds, above 0");
	if (a->how == ARRIVE_DAY && !(a->rate * a->day_s <= DAY_MOST))
		return fault_option(why, "--day", "it has over 1e11 requests",
				    "write a lower --rate or a shorter --day");
	if (a->hit >= 1)
		return fault_option(why, "--hit", "a share of 1 or more of "
				    "each prompt is cached", "write a share "
				    "below 1");
	if (a->lengths == LENGTHS_UNIFORM && a->spread > 1)
		return fault_option(why, "--spread", "spread is above 1",
				    "write the shortest as a share of the "
				    "longest");
	return 0;
}

/* By the clock, the last comes when chance has it. */
static bool is_too_long(const struct serve_load *l)
{
	double last_s = 0;

	for (int i = 0; i < l->nr; i++)
		if (l->request[i].after < 0)
			last_s = fmax(last_s, l->request[i].at_s);
	return last_s > LONGEST_S;
}

static double shortest_s(const struct serving_price *p)
{
	struct serve_step one = { .seqs = 1, .kv_tok = 1, .all_seqs = 1,
				  .all_kv_tok = 1, .graph_seqs = 1 };

	return serving_step_s(p, &one);
}

static int draw(struct serving_job *job, const struct question *q,
		const struct job_spec *ask, struct fault *why)
{
	const struct serving_spec *s = ask->spec;
	double requests = q->open_requests && s->stop_s > 0 ?
		serving_requests_most(q, s, job->shortest_s > 0 ?
			job->shortest_s : shortest_s(&job->price)) :
		q->scenario.requests;
	int how = *s->arrivals ? arrive_how_of(s->arrivals) : ARRIVE_CLOSED;
	bool lognormal = strcmp(s->lengths, "lognormal") == 0;
	struct arrive_spec a = { .how = (enum arrive_how)how,
		.requests = (int)fmin(MOST, requests),
		.clients = (int)fmin(MOST_CLIENTS,
				     q->scenario.concurrency),
		.rate = s->rate, .burstiness = given(s->burstiness, 1),
		.swing = given(s->swing, 0.5),	/* size: half */
		.day_s = given(s->day_s, DAY_S),
		.lengths = lognormal ? LENGTHS_LOGNORMAL : LENGTHS_UNIFORM,
		.spread = given(s->spread, 0.8),	/* size: share */
		.prompt_tok = q->scenario.isl, .output_tok = q->scenario.osl,
		.hit = given(s->hit, 0),
		.turns = (int)fmin(MOST, given(s->turns, 1)),
		.think_s = given(s->think_s, 0),
		.block_tok = given(s->block_tok, 1), .seed = ask->seed,
		.same = strcmp(s->prompts, "same") == 0 };

	if (*s->prompts && !a.same && strcmp(s->prompts, "distinct"))
		return fault_option(why, "--prompts", "that is no way to ask",
				    "write distinct or same");
	if (how < 0)
		return fault_option(why, "--arrivals", "that is no way to "
				    "arrive", "write closed, waves, "
				    "sequential, offline, poisson, constant, "
				    "bursty or day");
	if (*s->lengths && !lognormal && strcmp(s->lengths, "uniform"))
		return fault_option(why, "--lengths", "that is no distribution",
				    "write uniform or lognormal");
	if (check_drawn(&a, why))
		return -1;
	arrive_draw(&job->load, &a);
	return is_too_long(&job->load) ? too_slow(why) : 0;
}

/* "0.9,0.7" to shares: as many as there are drafts. */
static int accepted(double *share, const char *text, int drafts,
		    struct fault *why)
{
	int nr = 0;

	while (*text && nr < DRAFTS) {
		char cell[32] = "";	/* size: a number */
		size_t len = strcspn(text, ",");

		if (len < sizeof(cell))
			memcpy(cell, text, len);
		if (units_number(cell, &share[nr]) || share[nr] < 0 ||
		    share[nr] > 1)
			return fault_option(why, "--accept", "a share is no "
					    "number from 0 to 1", "write "
					    "--accept 0.9,0.7");
		nr++;
		text += len + (text[len] == ',');
	}
	if (nr == drafts && !*text)
		return 0;
	return fault_option(why, "--accept", "there are not as many shares as "
			    "drafts", "write one for each draft of --mtp, as "
			    "0.9,0.7 for 2");
}

/* Somebody asks or does not: a mean batch may be of half a sequence. */
static int check_clients(const struct question *q, int how, struct fault *why)
{
	double clients = q->scenario.concurrency;

	if (how > ARRIVE_WAVES ||
	    (clients == floor(clients) && clients <= MOST_CLIENTS))
		return 0;
	fault_at(why, "--concurrency", 0, 0);
	fault_what(why, "there are %g clients", clients);
	return fault_remedy(why, "write a whole number of them, as "
			    "--concurrency %.0f",
			    fmin(MOST_CLIENTS, ceil(clients)));
}

/* What is not given follows the clients; the time that they have, or a file. */
static int check_requests(const struct question *q, struct fault *why)
{
	double nr = q->scenario.requests;

	if (q->open_requests || nr < 1 || (nr == floor(nr) && nr <= MOST))
		return 0;
	fault_at(why, "--requests", 0, 0);
	fault_what(why, "there are %g requests", nr);
	return fault_remedy(why, "write a whole number of them, as "
			    "--requests %.0f", fmin(MOST, ceil(nr)));
}

int serving_job_load(struct serving_job *job, const struct question *q,
		     const struct job_spec *ask, struct fault *why)
{
	const struct serving_spec *s = ask->spec;
	struct serve_load *l = &job->load;
	struct accept_spec a = { .drafts = q->on.layout.drafts,
		.tokens_per_step = q->tokens_per_step, .seed = ask->seed };
	int how = *s->arrivals ? arrive_how_of(s->arrivals) : ARRIVE_CLOSED;
	double share[DRAFTS];

	if (check_idle(s, how, why))
		return -1;
	if ((*s->arrivals || !*s->workload) && check_clients(q, how, why))
		return -1;
	if (*s->accept && accepted(share, s->accept, a.drafts, why))
		return -1;
	if (*s->accept)
		a.accept = share;
	if (l->nr && strcmp(s->arrivals, "closed") == 0) {
		l->client = SERVE_CLOSED;
		l->clients = (int)q->scenario.concurrency;
	}
	if (!l->nr && (check_requests(q, why) || draw(job, q, ask, why)))
		return -1;
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

/* Defaults of Kubernetes' HorizontalPodAutoscaler (serve/scale.h). */
#define LOOK_S 15	/* units: seconds */
#define HOLD_S 300	/* units: seconds */

static int scaled(struct serve_spec *r, const struct serving_spec *s,
		  struct fault *why)
{
	int least = 0, most = 0, end = 0;
	bool sent = strcmp(s->scale_by, "requests") == 0;

	if (sscanf(s->scale, "%5d:%5d%n", &least, &most, &end) != 2 ||
	    s->scale[end] || least < 1 || most < least ||
	    most > 10000)	/* size: engines */
		return fault_option(why, "--scale", "that is no range of "
				    "engines", "write the fewest and the most, "
				    "as 4:16");
	if (*s->scale_by && !sent && strcmp(s->scale_by, "present"))
		return fault_option(why, "--scale_by", "engines are not called "
				    "by that", "write present or requests");
	if (!(s->scale_at > 0))
		return fault_option(why, "--scale_at", "nothing says what "
				    "calls for an engine", "write what one is "
				    "to have: requests in the system, or a "
				    "second with --scale_by requests");
	if (isnan(s->scale_start_s))
		return fault_option(why, "--scale_start", "nothing says how "
				    "long an engine takes to start", "write "
				    "its seconds, from the call to the first "
				    "request");
	if (s->scale_look_s < 1 || s->scale_look_s > DAY_S ||
	    s->scale_hold_s > DAY_S || s->scale_start_s > DAY_S)
		return fault_option(why, "--scale_look", "it looks more than "
				    "once a second, or looks, holds or starts "
				    "for over a day", "write seconds, from 1 "
				    "to 86400");
	r->fleet.replicas = most;
	r->scale = (struct serve_scale){
		.look_s = given(s->scale_look_s, LOOK_S),
		.by = sent ? SERVE_BY_REQUESTS : SERVE_BY_PRESENT,
		.target = s->scale_at, .least = least,
		.start_s = s->scale_start_s,
		.hold_s = given(s->scale_hold_s, HOLD_S) };
	return 0;
}

static int fleets(struct serving_job *job, const struct question *q,
		  const struct serving_spec *s, struct fault *why)
{
	struct serving_run *r = &job->run;
	double replicas = given(s->replicas, 1);
	int p = 0, d = (int)replicas, end = 0, how = route_of(s->route);

	if (how < 0)
		return fault_option(why, "--route", "that is no way to route",
				    "write round-robin, least-loaded or "
				    "prefix");
	if (!(replicas >= 1 && replicas <= 10000))	/* size: engines */
		return fault_option(why, "--replicas", "there is no such "
				    "number of engines", "write a number from "
				    "1 to 10000");
	if (*s->pools && (sscanf(s->pools, "%4d:%4d%n", &p, &d, &end) != 2 ||
			  s->pools[end] || p < 1 || d < 1))
		return fault_option(why, "--pools", "these are no pools",
				    "write engines that prefill and engines "
				    "that decode, as 2:1");
	if (*s->pools && given(s->replicas, d) != d)
		return fault_option(why, "--replicas", "the pools say how many "
				    "engines decode", "leave out one of the "
				    "two");
	r->serve.route = (enum serve_route)how;
	r->serve.fleet.replicas = d;
	serving_fleet(&r->serve.fleet, q, r->price);
	r->serve.prefill = r->serve.fleet;
	r->serve.prefill.replicas = p;
	if (*s->overflow)
		return fault_option(why, "--overflow", "engines on GPUs do not "
				    "send on whom they refuse", "give "
				    "--service, or leave it out");
	if (*s->scale && (p || !isnan(s->replicas)))
		return fault_option(why, "--scale", "a number of engines, or "
				    "pools, is given too", "leave out "
				    "--replicas and --pools");
	return *s->scale ? scaled(&r->serve, s, why) : 0;
}

/* ---- the whole ---- */

int serving_job_make(struct serving_job *job, const struct question *q,
		     const struct job_spec *ask, struct fault *why)
{
	const struct serving_spec *s = ask->spec;
	struct serving_run *r = &job->run;

	struct question own = *q;

	assert(s != NULL && job->load.nr >= 0);
	question_serves(&own, q->colocated && !*s->pools);
	serving_price_init(&job->price, &own);
	*r = (struct serving_run){ .price = &job->price,
				   .band = true, .near = true,
				   .slo = *s->slo != '\0' };
	r->serve.load = &job->load;
	if (serving_engine(&job->engine, q, s, why) ||
	    serving_slo(r->limit_s, s->slo, why) || fleets(job, q, s, why) ||
	    serving_job_load(job, q, ask, why))
		return -1;
	serving_room(&r->room, q, s);
	r->serve.fleet.engine = r->serve.prefill.engine = &job->engine;
	return 0;
}

void serving_job_release(struct serving_job *job)
{
	serve_load_release(&job->load);
	serving_price_release(&job->price);
}
