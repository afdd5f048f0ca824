#include "tasks/service.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "tasks/serving.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "read/place.h"
#include "read/sheet.h"
#include "traffic/arrive.h"

#define MOST 1e8	/* size: tokens of a request, clients */
#define A_CLIENT 10	/* units: requests a client, as of any other run */

/* What the curves need while a run goes on. */
struct curves {
	const struct service *is;		/* not owned; nor this */
	const struct serving_price *price;	/* slower, for bands */
};

static double step_s(const void *of, const struct serve_step *s)
{
	const struct curves *c = of;

	return c->price->slower * service_curve_s(&c->is->token,
						  s->all_seqs + s->prompts);
}

static double wait_s(const void *of, int inside)
{
	const struct curves *c = of;

	return c->price->slower * service_curve_s(&c->is->first, inside);
}

/* What a service has of a question: lengths, clients, how many. */
static int ask_of(struct question *q, const struct options *o,
		  const struct serving_spec *v, struct fault *why)
{
	struct scenario *s = &q->scenario;

	assert(q != NULL && v != NULL);
	if (options_scenario(o, s, why))
		return -1;
	if (*s->hw || *s->model || *s->stack || !isnan(s->gpus))
		return fault_option(why, "--service", "a service has no GPU, "
				    "stack or model that is known", "leave out "
				    "--hw, --stack, --model and --gpus");
	if (isnan(s->concurrency))
		s->concurrency = 1;
	if (s->isl > MOST || s->osl > MOST || s->concurrency > MOST)
		return fault_option(why, "--isl", "isl, osl or concurrency is "
				    "above 100000000", "write what one "
				    "customer asks");
	q->open_requests = isnan(s->requests);
	if (q->open_requests)
		s->requests = A_CLIENT * ceil(s->concurrency);
	q->tokens_per_step = 1;
	s->price = (double)NAN;
	return *v->pools ? fault_option(why, "--pools", "a service has no "
					"pools that are known", "leave it out")
					: 0;
}

/* A service, and the one that has what it refuses; NULL: none. */
struct sold {
	const struct service *is, *beside;	/* not owned */
};

/* An engine that waits and answers as the curves say. */
static void engine_of(struct serve_fleet *f, struct serve_engine *e,
		      const struct curves *c)
{
	*e = serve_engine_plain;
	e->in_s = e->out_s = c->is->rtt_s / 2;
	*f = (struct serve_fleet){ .engine = e, .replicas = 1, .groups = 1,
		.price = { .step_s = step_s, .of = c } };
}

static void door_is(struct serve_door *d, const struct curves *c,
		    double drawn_sd)
{
	d->wait_s = wait_s;
	d->of = c;
	d->luck_sd = c->is->spread;
	d->drawn_sd = drawn_sd;
}

static int plays(const struct sold *sold, struct question *q,
		 const struct options *o, const struct serving_spec *v)
{
	const struct service *is = sold->is;
	struct serving_job job = { .price = { .slower = 1 },
				   .shortest_s = is->token.one_s };
	struct serve_spec *r = &job.run.serve;
	struct curves curves = { is, &job.price };
	struct curves beside = { sold->beside, &job.price };
	struct serve_engine engine_beside;
	struct job_spec ask = { v, o->seed };
	struct serving_answer a;
	struct serve_log log;
	struct served all = { q, &job.run, &a, &log, v->rate };
	struct fault why = { 0 };
	int status = EXIT_MALFORMED;

	if (serving_slo(job.run.limit_s, v->slo, &why) ||
	    serving_file(&job.load, v, &why) ||
	    serving_job_load(&job, q, &ask, &why)) {
		solve_fault(o, &why);
		goto out;
	}
	arrive_luck(&job.load, is->spread, o->seed);
	r->load = &job.load;
	engine_of(&r->fleet, &job.engine, &curves);
	door_is(&job.load.door, &curves, is->spread);
	if (sold->beside) {
		if (serving_beside(&r->beside_door, v, &why)) {
			solve_fault(o, &why);
			goto out;
		}
		engine_of(&r->beside, &engine_beside, &beside);
		door_is(&r->beside_door, &beside, is->spread);
	}
	job.run.price = &job.price;
	job.run.slo = *v->slo != '\0';
	job.run.band = job.run.near = serving_is_banded(o, v);
	job.run.service = is;
	job.run.overflow = sold->beside;
	serving_played(&a, &log, &job.run, sold->beside ?
		       fmax(is->err, sold->beside->err) : is->err);
	q->scenario.requests = job.load.nr - log.unsent;
	status = serving_print(&all, o);
	serve_log_release(&log);
out:
	serve_load_release(&job.load);
	return status;
}

/* A name in hw/services, or a path. out is to be released in any case. */
static int sheet_of(const char *name, struct facts *out, struct fault *why)
{
	static const struct place services = { "hw/services", ".csv",
					       "service", NULL };
	struct text path = TEXT_INIT, root = TEXT_INIT;
	int rc = 0;

	place_root(&root);
	if (place_is_path(name))
		text_add(&path, name);
	else
		rc = place_find(&path, root.buf, &services, name, why);
	if (!rc)
		rc = facts_load(out, path.buf, why);
	text_release(&path);
	text_release(&root);
	return rc;
}

/* Taken from its sheet, whose facts are kept for its name. */
static int taken(struct service *is, struct facts *facts, const char *name,
		 struct fault *why)
{
	return sheet_of(name, facts, why) || service_take(is, facts, why) ?
		-1 : 0;
}

int service(const struct options *o)
{
	struct serving_spec v;
	struct facts facts = { 0 }, others = { 0 };
	struct service is, beside;
	struct sold sold = { &is, NULL };
	struct question q = { .lacks = false };
	struct fault why = { 0 };
	int status = EXIT_MALFORMED;

	assert(o->serve.service);
	serving_init(&v);
	if (serve_options_spec(&o->serve, &v, &why) ||
	    ask_of(&q, o, &v, &why) ||
	    serving_format(o->serve.format, &why))
		return solve_fault(o, &why);
	if (!taken(&is, &facts, o->serve.service, &why) &&
	    (!*v.overflow || !taken(&beside, &others, v.overflow, &why))) {
		sold.beside = *v.overflow ? &beside : NULL;
		status = plays(&sold, &q, o, &v);
	}
	facts_release(&facts);
	facts_release(&others);
	return why.what[0] ? solve_fault(o, &why) : status;
}
