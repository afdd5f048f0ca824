#include "embed/handle.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "say/serving_text.h"
#include "traffic/dice.h"

#define MOST_SEED 4294967295.0	/* size: 32 bits, as --seed */

void handle_serve_clear(deeproof *d)
{
	serving_init(&d->asked);
	d->seed = d->band = 1;
}

void handle_serve_end(deeproof *d)
{
	assert(d);
	if (!d->served)
		return;
	serve_log_release(&d->served->log);
	serving_job_release(&d->served->job);
	free(d->served);
	d->served = NULL;
}

/* ---- what is asked ---- */

static int number(double *x, const char *value, double most,
		  struct fault *why)
{
	if (!*value) {
		*x = 1;
		return 0;
	}
	if (!units_number(value, x) && *x >= 0 && *x <= most)
		return 0;
	*x = 1;
	fault_what(why, "\"%.40s\" is no number from 0 to %.0f", value, most);
	return fault_remedy(why, "write a whole number");
}

/* "" takes a column back. */
static int column(struct serving_spec *s, const char *name,
		  const char *value, struct fault *why)
{
	struct serving_spec none;

	if (*value)
		return serving_set(s, name, value, why);
	serving_init(&none);
	for (int i = 0; i < serving_columns_nr; i++) {
		const struct serving_column *c = &serving_columns[i];
		size_t size = c->word ? (size_t)c->word : sizeof(double);

		if (strcmp(c->name, name))
			continue;
		memcpy((char *)s + c->offset, (char *)&none + c->offset, size);
		return 0;
	}
	return serving_set(s, name, "0", why);
}

int deeproof_serving(deeproof *d, const char *name, const char *value)
{
	struct fault why;
	int rc;

	HEAP_ENTER(d, -1);
	fault_at(&why, "", 0, 0);
	handle_changed(d);
	if (strcmp(name, "seed") == 0)
		rc = number(&d->seed, value, MOST_SEED, &why);
	else if (strcmp(name, "band") == 0)
		rc = number(&d->band, value, 1, &why);
	else
		rc = column(&d->asked, name, value, &why);
	if (rc > 0) {
		fault_what(&why, "nothing about requests is called \"%.40s\"",
			   name);
		fault_remedy(&why, "the names are those of the options of "
			     "deeproof run, and seed and band");
	}
	return rc ? handle_failed(d, &why) : 0;
}

/* ---- the play ---- */

/* What the command line reads from a file, or draws by GSL. */
static int alone(const struct serving_spec *s, struct fault *why)
{
	if (*s->workload) {
		fault_what(why, "the library reads no file of requests");
		return fault_remedy(why, "leave out workload");
	}
	if (dice_held() || (strcmp(s->arrivals, "bursty") &&
			    strcmp(s->lengths, "lognormal")))
		return 0;
	fault_what(why, "bursty arrivals and lognormal lengths are drawn by "
		   "the command line alone");
	return fault_remedy(why, "write poisson, and uniform lengths");
}

static int played(deeproof *d, struct handle_served *v, struct fault *why)
{
	struct job_spec ask = { &d->asked, (uint64_t)d->seed };

	if (serving_job_make(&v->job, &v->question, &ask, why)) {
		serving_job_release(&v->job);
		return -1;
	}
	v->job.run.band = d->band > 0;
	serving_answer(&v->answer, &v->log, &v->question, &v->job.run);
	v->question.scenario.requests = v->job.load.nr - v->log.unsent;
	return 0;
}

/* 0: played, 1: refused, 2: malformed. */
static int serve(deeproof *d, struct handle_served *v, struct fault *why)
{
	struct scenario s = d->scenario;

	if (alone(&d->asked, why) || serving_scenario(&s, &d->asked, why))
		return 2;
	if (question_recall(&v->question, &s, d->memo, why)) {
		if (!v->question.lacks)
			return 2;
		answer_none(&d->answer, &v->question, why);
	} else if (!serving_refused(&d->answer, &v->question)) {
		return played(d, v, why) ? 2 : 0;
	}
	d->question = v->question;
	d->answered = true;
	return 1;
}

int deeproof_serve(deeproof *d)
{
	struct handle_served *v;
	struct fault why;
	int rc;

	HEAP_ENTER(d, 2);
	v = mem_zeroed(1, sizeof(*v));
	fault_at(&why, "", 0, 0);
	handle_changed(d);
	d->error[0] = '\0';
	rc = serve(d, v, &why);
	if (rc == 0)
		d->served = v;
	else
		free(v);
	if (rc == 2)
		handle_failed(d, &why);
	return rc == 0 && d->served->log.done == 0 ? 1 : rc;
}

/* ---- what came of it ---- */

bool handle_serve_table(deeproof *d, const char *what, struct table *t)
{
	static const struct {
		const char *name;
		void (*fill)(const struct served *, struct table *);
	} tables[] = {
		{ "served", serving_row },
		{ "requests", serving_requests },
		{ "occupancy", serving_occupancy },
	};
	struct handle_served *v = d->served;
	struct served all;

	assert(what && t);
	if (!v)
		return false;
	all = (struct served){ &v->question, &v->job.run, &v->answer, &v->log,
		serving_is_open(&d->asked) ? d->asked.rate : (double)NAN };
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (strcmp(tables[i].name, what) == 0) {
			tables[i].fill(&all, t);
			return true;
		}
	return false;
}
