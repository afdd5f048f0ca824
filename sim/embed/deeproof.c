#include "embed/deeproof.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "embed/handle.h"
#include "inside/ladder.h"
#include "inside/oplist.h"
#include "inside/trace.h"

int deeproof_version(void)
{
	return DEEPROOF_VERSION;
}

void handle_ended(deeproof *d)
{
	assert(d);
	void *heap = d->heap;

	memset(d, 0, sizeof(*d));
	d->heap = heap;
	d->ended = true;
	snprintf(d->error, sizeof(d->error), "out of memory; " HEAP_REMEDY);
}

static int opened(deeproof *d)
{
	HEAP_ENTER(d, -1);
	bundle_init(&d->bundle);
	d->memo = memo_new(&d->bundle.library);
	d->step = step_room();
	deeproof_clear(d);
	return 0;
}

deeproof *deeproof_open(void)
{
	deeproof *d = HEAP_HANDLE(sizeof(*d));

	if (!d)
		return NULL;
	if (HEAP_OPEN(d) && !opened(d))
		return d;
	HEAP_CLOSE(d);
	HEAP_DROP(d);
	return NULL;
}

void deeproof_close(deeproof *d)
{
	if (!d)
		return;
	if (!d->ended) {
		handle_serve_end(d);
		bundle_release(&d->bundle);
		free(d->memo);
		free(d->step);
		text_release(&d->out);
	}
	HEAP_CLOSE(d);
	HEAP_DROP(d);
}

const char *deeproof_error(const deeproof *d)
{
	assert(d);
	return d->error;
}

int handle_failed(deeproof *d, const struct fault *why)
{
	assert(*why->what);
	fault_print(why, d->error, (int)sizeof(d->error));
	return -1;
}

static int no_answer(deeproof *d)
{
	snprintf(d->error, sizeof(d->error), "nothing was answered yet; call "
		 "deeproof_answer, and look at what it returns");
	return -1;
}

/* ---- descriptors ---- */

int deeproof_load(deeproof *d, const char *bundle)
{
	struct fault why;

	HEAP_ENTER(d, -1);
	fault_at(&why, "bundle", 0, 0);
	if (bundle_load(&d->bundle, bundle, &why))
		return handle_failed(d, &why);
	free(d->memo);			/* it may hold what gave way */
	d->memo = NULL;
	d->memo = memo_new(&d->bundle.library);
	handle_changed(d);
	return 0;
}

static const char *returned(deeproof *d)
{
	text_addn(&d->out, "", 0);
	return d->out.buf;
}

const char *deeproof_names(deeproof *d, const char *kind)
{
	static const char *const kinds[BUNDLE_NR] = { "gpu", "stack",
						      "model" };

	HEAP_ENTER(d, NULL);
	d->out.len = 0;
	for (int i = 0; i < BUNDLE_NR; i++)
		if (strcmp(kind, kinds[i]) == 0) {
			bundle_names(&d->bundle, (enum bundle_kind)i, &d->out);
			return returned(d);
		}
	snprintf(d->error, sizeof(d->error), "\"%.40s\" is no kind of "
		 "descriptor; write gpu, stack or model", kind);
	return NULL;
}

/* ---- the question ---- */

void handle_changed(deeproof *d)
{
	d->answered = false;
	handle_serve_end(d);
}

void deeproof_clear(deeproof *d)
{
	scenario_init(&d->scenario);
	handle_serve_clear(d);
	handle_changed(d);
}

int deeproof_set(deeproof *d, const char *column, const char *value)
{
	struct fault why;
	int rc;

	HEAP_ENTER(d, -1);
	fault_at(&why, "", 0, 0);
	rc = scenario_set(&d->scenario, column, value, &why);
	handle_changed(d);
	if (rc > 0)
		scenario_no_column(column, &why);
	return rc ? handle_failed(d, &why) : 0;
}

int deeproof_answer(deeproof *d)
{
	struct question *q = &d->question;
	struct fault why;
	int rc;

	HEAP_ENTER(d, 2);
	fault_at(&why, "", 0, 0);
	handle_changed(d);
	d->error[0] = '\0';
	rc = question_recall(q, &d->scenario, d->memo, &why);
	if (!rc)
		rc = question_simulated(q, &why);
	d->answered = !rc || q->lacks;
	if (!d->answered) {
		handle_failed(d, &why);
		return 2;
	}
	if (q->lacks)
		answer_none(&d->answer, q, &why);
	else
		answer_step(&d->answer, q, d->step);
	return d->answer.fits ? 0 : 1;
}

/* ---- what was answered ---- */

static void put_cell(const deeproof *d, const char *column, struct text *out)
{
	int i = scenario_column_find(column);

	if (!d->answered)
		return;
	if (i >= 0) {
		scenario_cell(&d->question.scenario, i, out);
		return;
	}
	i = answer_column_find(column);
	if (i >= 0)
		answer_cell(&d->answer, i, out);
}

double deeproof_number(const deeproof *d, const char *column)
{
	struct text t = TEXT_INIT;
	double x;

	HEAP_ENTER((deeproof *)d, (double)NAN);
	text_addn(&t, "", 0);
	put_cell(d, column, &t);
	if (units_number(t.buf, &x))
		x = (double)NAN;
	text_release(&t);
	return x;
}

/* A cell in quotes as it was before them. */
static void unquote(struct text *t)
{
	size_t to = 0;

	if (t->len < 2 || t->buf[0] != '"')
		return;
	for (size_t i = 1; i + 1 < t->len; i++) {
		t->buf[to++] = t->buf[i];
		i += t->buf[i] == '"';
	}
	t->len = to;
	t->buf[to] = '\0';
}

const char *deeproof_text(deeproof *d, const char *column)
{
	HEAP_ENTER(d, "");
	d->out.len = 0;
	text_addn(&d->out, "", 0);
	put_cell(d, column, &d->out);
	unquote(&d->out);
	return d->out.buf;
}

const char *deeproof_head(deeproof *d)
{
	struct sweep_sheet sheet;

	HEAP_ENTER(d, "");
	d->out.len = 0;
	sweep_sheet_init(&sheet, NULL);
	sweep_head(&sheet, &d->out);
	sweep_sheet_release(&sheet);
	d->out.buf[--d->out.len] = '\0';
	return d->out.buf;
}

const char *deeproof_row(deeproof *d)
{
	struct sweep_sheet sheet;
	struct swept s = { .malformed = !d->answered };

	HEAP_ENTER(d, "");
	s.scenario = d->answered ? d->question.scenario : d->scenario;
	s.answer = d->answer;
	snprintf(s.fault.what, sizeof(s.fault.what), "%.300s", d->error);
	d->out.len = 0;
	sweep_sheet_init(&sheet, NULL);
	sweep_line(&sheet, 0, &s, &d->out);
	sweep_sheet_release(&sheet);
	d->out.buf[--d->out.len] = '\0';
	return d->out.buf;
}

/* ---- tables ---- */

static void ops(deeproof *d, struct table *t)
{
	oplist_table(&d->question, d->step, t);
}

static void ladder(deeproof *d, struct table *t)
{
	struct ladder l;

	ladder_climb(&l, &d->question);
	ladder_table(&l, (double)NAN, t);
}

/* The mean load on every rank: nothing is drawn. */
static void timeline(deeproof *d, struct table *t)
{
	const struct question *q = &d->question;
	struct step_spec spec = question_step(q, fmax(1, floor(q->batch.seqs)));
	struct slices s;
	struct play_watch watch = slices_watch(&s);
	struct step *st = step_room();
	struct loads loads;
	struct played played;

	step_time(st, &spec);
	loads_init(&loads, &q->on, spec.batch.micro);
	loads_even(&loads, &st->graph, &spec.batch);
	slices_init(&s, 1);
	play_watched(&played, &(struct play_spec){ &spec, st, &loads,
						   &watch });
	slices_end(&s, st->host_s);
	trace_timeline(&s, t);
	slices_release(&s);
	loads_release(&loads);
	free(st);
}

static void part(struct table *t, const char *name, double bytes)
{
	int row = table_add_row(t, 0);

	table_set(t, row, table_need(t, "name"), name);
	table_setf(t, row, table_need(t, "bytes"), "%.10g", bytes);
}

static void memory(deeproof *d, struct table *t)
{
	const struct held *h = &d->answer.held;
	double all = d->question.on.machine.gpu->hbm_B;
	double used = h->weights_B + h->kv_B + h->buffer_B;

	part(t, "weights", h->weights_B);
	part(t, "KV", h->kv_B);
	part(t, "buffers", h->buffer_B);
	part(t, "free", fmax(0, h->budget_B - used));
	part(t, "kept from the engine", all - h->budget_B);
}

static void facts(struct table *t, const struct facts *fs)
{
	if (!fs)
		return;
	for (int i = 0; i < fs->nr; i++) {
		const struct fact *f = &fs->fact[i];
		int r = table_add_row(t, 0);

		table_set(t, r, table_need(t, "of"), fs->name);
		table_set(t, r, table_need(t, "key"), f->key);
		table_set(t, r, table_need(t, "value"), f->text);
		table_set(t, r, table_need(t, "unit"), f->unit);
		table_set(t, r, table_need(t, "origin"),
			  origin_name(f->origin));
		table_set(t, r, table_need(t, "source"),
			  f->source ? f->source : "");
	}
}

static void named_facts(deeproof *d, struct table *t)
{
	const struct scenario *s = &d->question.scenario;

	facts(t, bundle_facts(&d->bundle, BUNDLE_GPU, s->hw));
	facts(t, bundle_facts(&d->bundle, BUNDLE_STACK, s->stack));
	facts(t, bundle_facts(&d->bundle, BUNDLE_MODEL, s->model));
}

static const struct {
	const char *name;
	void (*make)(deeproof *, struct table *);
	bool timed;		/* needs a step that has a time */
} tables[] = {
	{ "ops", ops, true },
	{ "ladder", ladder, true },
	{ "timeline", timeline, true },
	{ "memory", memory, false },
	{ "facts", named_facts, false },
};

static const char *write(deeproof *d, struct table *t)
{
	d->out.len = 0;
	table_write(t, &d->out);
	table_release(t);
	return returned(d);
}

/* 0, or -1 and the error says why there is no such table. */
static int fill(deeproof *d, const char *what, struct table *t)
{
	if (handle_serve_table(d, what, t))
		return 0;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (strcmp(tables[i].name, what))
			continue;
		if (!d->answered || (tables[i].timed &&
				     isnan(d->answer.step_s))) {
			no_answer(d);
			return -1;
		}
		tables[i].make(d, t);
		return 0;
	}
	snprintf(d->error, sizeof(d->error), "\"%.40s\" is no table of "
		 "what was answered last; write ops, ladder, timeline, memory "
		 "or facts, or of requests served, requests or occupancy",
		 what);
	return -1;
}

const char *deeproof_table(deeproof *d, const char *what)
{
	struct table t;

	HEAP_ENTER(d, NULL);
	table_init(&t, "");
	if (fill(d, what, &t)) {
		table_release(&t);
		return NULL;
	}
	return write(d, &t);
}

const char *deeproof_versus(deeproof *d, const deeproof *other)
{
	struct ladder a, b;
	struct table t;

	HEAP_ENTER(d, NULL);
	if (!d->answered || !other->answered || isnan(d->answer.step_s) ||
	    isnan(other->answer.step_s)) {
		no_answer(d);
		return NULL;
	}
	ladder_climb(&a, &d->question);
	ladder_climb(&b, &other->question);
	table_init(&t, "");
	ladder_versus(&a, &b, &t);
	return write(d, &t);
}
