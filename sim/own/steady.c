#include "own/steady.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/larger.h"
#include "base/mem.h"

#define LIKE 1.05	/* math: batches within a twentieth are one */
#define NEAR 1.25	/* math: contexts within a quarter are one */
#define FULL 0.9	/* math: of the most that decoded at once */

/* A line that is steady. */
struct sample {
	double running, ctx_tok, accept, step_s;
	int line;
};

/* What is known of a rank while its lines go by. */
struct rank {
	int name;
	int before;		/* index of its last decode line; -1: none */
	int prompts;		/* prompts that the log had by then */
};

struct sorting {
	const struct engine_log *log;
	struct steady *to;
	double accept;		/* where a line says nothing */
	struct sample *sample;	/* owned */
	int nr;
	struct rank *rank;	/* owned */
	int ranks, cap;
	int prompts;		/* lines with prompts so far */
};

static struct rank *rank_of(struct sorting *s, int name)
{
	for (int i = 0; i < s->ranks; i++)
		if (s->rank[i].name == name)
			return &s->rank[i];
	s->rank = mem_grow(s->rank, s->ranks, &s->cap, sizeof(*s->rank));
	s->rank[s->ranks] = (struct rank){ name, -1, 0 };
	return &s->rank[s->ranks++];
}

static bool like(double a, double b, double by)
{
	return a <= b * by && b <= a * by;
}

/* The step of a line: said, or what its rank's rate implies; NaN: neither. */
static double step_of(const struct engine_line *l, double accept)
{
	if (!isnan(l->step_s))
		return l->step_s;
	return l->running * accept / l->tok_s;
}

/* DROP_NR: it is steady. */
static enum dropped judge(const struct sorting *s, const struct rank *r,
			  const struct engine_line *l, double step_s)
{
	if (!(l->running > 0) || !(step_s > 0) || !isfinite(step_s))
		return DROP_IDLE;
	if (l->prefill)
		return DROP_PREFILL;
	if (r->before < 0)
		return DROP_FIRST;
	if (s->prompts != r->prompts)
		return DROP_PREFILL;
	if (!like(l->running, s->log->at[r->before].running, LIKE))
		return DROP_CHANGING;
	return DROP_NR;
}

static void keep(struct sorting *s, const struct engine_line *l,
		 double accept, double step_s)
{
	s->sample[s->nr++] = (struct sample){ l->running,
		l->ctx_tok / l->running, accept, step_s, l->line };
	s->to->used++;
	s->to->tail = 0;
}

static void drop(struct sorting *s, enum dropped why)
{
	s->to->dropped[why]++;
	if (s->nr)
		s->to->tail++;
	else
		s->to->ramp++;
}

/* SGLang's prompts have lines of their own, which are none of decoding. */
static void take(struct sorting *s, int i)
{
	const struct engine_line *l = &s->log->at[i];
	double accept = isnan(l->accept) ? s->accept : l->accept;
	double step_s = step_of(l, accept);
	struct rank *r = rank_of(s, l->rank);
	enum dropped why;

	if (l->prefill)
		s->prompts++;
	if (l->prefill && isnan(l->tok_s) && isnan(l->step_s))
		return;
	s->to->lines++;
	why = judge(s, r, l, step_s);
	if (why == DROP_NR)
		keep(s, l, accept, step_s);
	else
		drop(s, why);
	r->before = i;
	r->prompts = s->prompts;
}

/* ---- levels ---- */

static int by_running(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->running != y->running)
		return (x->running > y->running) - (x->running < y->running);
	return (x->line > y->line) - (x->line < y->line);
}

/* One that is not said goes first: NaN is in no order. */
static int by_ctx(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	double p = isnan(x->ctx_tok) ? -1 : x->ctx_tok;
	double q = isnan(y->ctx_tok) ? -1 : y->ctx_tok;

	if (p < q || p > q)
		return p < q ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static double median(double *x, int nr)
{
	qsort(x, (size_t)nr, sizeof(*x), ascending);
	return nr % 2 ? x[nr / 2] : (x[nr / 2 - 1] + x[nr / 2]) / 2;
}

static void take_step(struct level *l, const struct sample *s, int nr)
{
	double *x = mem_zeroed((size_t)nr, sizeof(*x));

	for (int i = 0; i < nr; i++)
		x[i] = s[i].step_s;
	l->step_s = median(x, nr);
	for (int i = 0; i < nr; i++)
		x[i] = fabs(s[i].step_s / l->step_s - 1);
	l->spread = median(x, nr);
	free(x);
}

static void add_level(struct steady *to, const struct sample *s, int nr)
{
	struct level *l;

	to->level = mem_resize(to->level, (size_t)to->levels + 1,
			       sizeof(*to->level));
	l = &to->level[to->levels++];
	*l = (struct level){ .lines = nr, .first = s->line, .last = s->line };
	for (int i = 0; i < nr; i++) {
		l->running += s[i].running / nr;
		l->ctx_tok += s[i].ctx_tok / nr;
		l->accept += s[i].accept / nr;
		if (s[i].line < l->first)
			l->first = s[i].line;
		if (s[i].line > l->last)
			l->last = s[i].line;
	}
	take_step(l, s, nr);
}

/* Samples of one batch, by their contexts. */
static void split_contexts(struct steady *to, struct sample *s, int nr)
{
	int from = 0;

	qsort(s, (size_t)nr, sizeof(*s), by_ctx);
	for (int i = 1; i <= nr; i++)
		if (i == nr || s[i].ctx_tok > NEAR * s[from].ctx_tok) {
			add_level(to, s + from, i - from);
			from = i;
		}
}

static void split(struct sorting *s)
{
	int from = 0;

	qsort(s->sample, (size_t)s->nr, sizeof(*s->sample), by_running);
	for (int i = 1; i <= s->nr; i++)
		if (i == s->nr ||
		    s->sample[i].running > LIKE * s->sample[from].running) {
			split_contexts(s->to, s->sample + from, i - from);
			from = i;
		}
}

void steady_make(struct steady *to, const struct engine_log *log,
		 double accept)
{
	struct sorting s = { .log = log, .to = to, .accept = accept };

	assert(to && log);
	*to = (struct steady){ 0 };
	s.sample = mem_zeroed((size_t)log->nr + 1, sizeof(*s.sample));
	for (int i = 0; i < log->nr; i++)
		take(&s, i);
	to->ranks = s.ranks;
	split(&s);
	free(s.sample);
	free(s.rank);
}

void steady_release(struct steady *s)
{
	free(s->level);
	*s = (struct steady){ 0 };
}

void steady_said(const struct steady *s, struct text *out)
{
	static const char *const reason[DROP_NR] = {
		[DROP_FIRST] = "the first of their rank",
		[DROP_PREFILL] = "with prompts in between",
		[DROP_CHANGING] = "while sequences came or went",
		[DROP_IDLE] = "idle" };
	const char *before = ": ";

	assert(s && out);
	text_addf(out, "%d of %d dropped", s->lines - s->used, s->lines);
	for (int i = 0; i < DROP_NR; i++) {
		if (!s->dropped[i])
			continue;
		text_addf(out, "%s%d %s", before, s->dropped[i], reason[i]);
		before = ", ";
	}
	if (s->lines > s->used)
		text_addf(out, " (%d ramp-up, %d tail)", s->ramp, s->tail);
}

/* ---- requests one by one ---- */

struct event {
	double s;
	int change;
};

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->s < y->s || x->s > y->s)
		return (x->s > y->s) - (x->s < y->s);
	return x->change - y->change;	/* one goes before another comes */
}

static void find_window(struct plateau *p, const struct event *e, int nr)
{
	int running = 0, most = 0;

	for (int i = 0; i < nr; i++) {
		running += e[i].change;
		most = running > most ? running : most;
	}
	p->from_s = p->to_s = (double)NAN;
	for (int i = 0; i < nr; i++) {
		bool was = running >= FULL * most;

		running += e[i].change;
		if (isnan(p->from_s) && running >= FULL * most)
			p->from_s = e[i].s;
		if (was && running < FULL * most)
			p->to_s = e[i].s;
	}
}

void plateau_make(struct plateau *p, const struct bench_run *r)
{
	int nr = 2 * r->nr;
	struct event *e = mem_zeroed((size_t)nr + 1, sizeof(*e));
	double on_s = 0, tok = 0, ctx = 0;

	assert(r->nr >= 0);
	*p = (struct plateau){ 0 };
	for (int i = 0; i < r->nr; i++) {
		const struct bench_request *q = &r->request[i];

		e[2 * i] = (struct event){ q->first_s, 1 };
		e[2 * i + 1] = (struct event){ q->first_s + q->decode_s, -1 };
	}
	qsort(e, (size_t)nr, sizeof(*e), by_time);
	find_window(p, e, nr);
	if (nr)
		p->all_s = e[nr - 1].s - e[0].s;
	for (int i = 0; i < r->nr; i++) {
		const struct bench_request *q = &r->request[i];
		double end = fmin(q->first_s + q->decode_s, p->to_s);
		double s = fmax(end - fmax(q->first_s, p->from_s), 0);

		on_s += s;
		tok += s / q->decode_s * (q->out_tok - 1);
		ctx += s * (q->in_tok + q->out_tok / 2);
	}
	p->running = on_s / (p->to_s - p->from_s);
	p->ctx_tok = ctx / on_s;
	p->tpot_s = on_s / tok;
	if (nr) {
		p->to_s -= e[0].s;
		p->from_s -= e[0].s;
	}
	free(e);
}
