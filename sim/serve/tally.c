#include "serve/tally.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

const char *serve_metric_name(enum serve_metric m)
{
	static const char *const names[] = { "ttft", "tpot", "itl", "e2e",
					     "pace" };

	assert(m >= 0 && m < SERVE_METRICS);
	return names[m];
}

/* Tokens of an answer by its client's count. */
static double counted_tok(const struct serve_load *l, int id)
{
	const struct serve_request *r = &l->request[id];

	return l->reading.chunks ? 1 + r->steps + l->reading.more_chunks :
	       r->output_tok + l->reading.more_chunks;
}

static bool is_counted(const struct serve_load *l,
		       const struct serve_outcome *o)
{
	return o->fate == SERVE_DONE &&
	       ticks_to_s(o->sent) >= l->reading.warm_s;
}

double serve_seen(const struct serve_spec *s, const struct serve_log *log,
		  int id, enum serve_metric m)
{
	const struct serve_outcome *o = &log->of[id];
	const struct serve_reading *by = &s->load->reading;
	double tok;

	assert(id >= 0 && id < log->nr && m >= 0 && m < SERVE_METRICS);
	tok = counted_tok(s->load, id);
	if (!is_counted(s->load, o) ||
	    (m == SERVE_TPOT && s->load->request[id].output_tok < 2))
		return (double)NAN;
	switch (m) {
	case SERVE_TTFT:
		return ticks_to_s(o->first - o->sent);
	case SERVE_TPOT:
		return ticks_to_s(o->last - o->first) /
		       (by->by_n ? tok : tok - 1);
	case SERVE_PACE:
		return ticks_to_s(o->last - o->sent) / tok;
	default:
		return ticks_to_s(o->last - o->sent);
	}
}

static void dist_of_requests(struct serve_dist *d, const struct serve_spec *s,
			     const struct serve_log *log, enum serve_metric m)
{
	struct serve_gap *x = mem_zeroed((size_t)log->nr, sizeof(*x));
	int nr = 0;

	for (int i = 0; i < log->nr; i++) {
		double seen = serve_seen(s, log, i, m);

		if (!isnan(seen))
			x[nr++] = (struct serve_gap){ seen, 1 };
	}
	serve_dist_make(d, x, nr);
	free(x);
}

static void dist_of_gaps(struct serve_dist *d, const struct serve_log *log)
{
	struct serve_gap *x = mem_zeroed((size_t)log->gaps + 1, sizeof(*x));

	for (int i = 0; i < log->gaps; i++)
		x[i] = log->gap[i];
	serve_dist_make(d, x, log->gaps);
	free(x);
}

/* ---- totals ---- */

/* What is counted begins with the first sending, or where warm-up ends. */
static void readings(struct serve_tally *t, const struct serve_spec *s,
		     const struct serve_log *log)
{
	const struct serve_reading *by = &s->load->reading;
	double begin_s = ticks_to_s(log->end) - t->s;
	double window = t->s - fmax(0, by->warm_s - begin_s);
	double tok = 0, paced = 0;

	for (int i = 0; i < log->nr; i++) {
		double tpot = serve_seen(s, log, i, SERVE_TPOT);

		if (is_counted(s->load, &log->of[i]))
			tok += counted_tok(s->load, i);
		if (tpot > 0) {
			t->tps += 1 / tpot;
			paced++;
		}
	}
	if (by->stop_s > 0)
		window = by->stop_s - by->warm_s;
	t->tps /= paced;
	t->tok_min = tok / window * 60;	/* units: seconds of a minute */
}

/* Its engine's: those that decode, those that read prompts, those beside. */
static double out_s(const struct serve_spec *s, int replica)
{
	const struct serve_fleet *f = &s->fleet;

	if (replica >= f->replicas + s->prefill.replicas)
		f = &s->beside;
	else if (replica >= f->replicas)
		f = &s->prefill;
	return f->engine->out_s;
}

/* The engine's own integral beside what the requests say of themselves. */
static double little(const struct serve_spec *s, const struct serve_log *log)
{
	double in = log->present_s, sum = 0;

	for (int i = 0; i < log->nr; i++) {
		const struct serve_outcome *o = &log->of[i];

		if (o->fate != SERVE_DONE)
			continue;
		sum += ticks_to_s(o->last - o->sent);
		in += out_s(s, o->replica);
	}
	return sum > 0 ? in / sum : 1;
}

static void totals(struct serve_tally *t, const struct serve_spec *s,
		   const struct serve_log *log)
{
	ticks begin = log->end;

	for (int i = 0; i < log->nr; i++) {
		const struct serve_outcome *o = &log->of[i];

		if (o->fate != SERVE_DONE)
			continue;
		if (o->sent < begin)
			begin = o->sent;
		t->prompt_tok += s->load->request[i].prompt_tok;
		t->output_tok += s->load->request[i].output_tok;
		t->queue_s += ticks_to_s(o->joined - o->sent) / log->done;
	}
	t->s = ticks_to_s(log->end - begin);
}

void serve_tally(struct serve_tally *t, const struct serve_spec *s,
		 const struct serve_log *log)
{
	double all;

	assert(log->nr == s->load->nr && log->done <= log->nr);
	*t = (struct serve_tally){ 0 };
	for (int m = 0; m < SERVE_METRICS; m++) {
		if (m == SERVE_ITL)
			dist_of_gaps(&t->of[m], log);
		else
			dist_of_requests(&t->of[m], s, log,
					 (enum serve_metric)m);
	}
	totals(t, s, log);
	readings(t, s, log);
	all = t->s > 0 ? t->s : (double)NAN;
	t->little = little(s, log);
	t->busy = s->scale.look_s > 0 ? log->busy_s / log->replica_s :
		log->busy_s / all / s->fleet.replicas;
	t->prefill_busy = s->prefill.replicas ?
		log->prefill_busy_s / all / s->prefill.replicas : 0;
	t->running = log->running_s / all;
	t->waiting = log->waiting_s / all;
	t->kv_tok = log->kv_tok_s / all;
}

int serve_good(const struct serve_spec *s, const struct serve_log *log,
	       const double *limit_s)
{
	int good = 0;

	for (int i = 0; i < log->nr; i++) {
		bool ok = log->of[i].fate == SERVE_DONE;

		for (int m = 0; ok && m < SERVE_METRICS; m++)
			ok = m == SERVE_ITL || isnan(limit_s[m]) ||
			     !(serve_seen(s, log, i, (enum serve_metric)m) >
			       limit_s[m]);
		good += ok;
	}
	return good;
}
