#include "own/measure.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"
#include "own/steady.h"

/* A file on its way to rows. */
struct making {
	const struct measure_spec *ask;
	struct table *out;
	struct text *said;
	struct fault *why;
	const char *who;	/* "the log", "the result" */
	int rows;		/* of this file */
};

/* What a row is besides its scenario. */
struct figure {
	const char *metric, *unit;
	double value;
};

/* ---- the scenario of a row ---- */

/* The file's name without its folders. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What was given stands, whatever the file says. */
static void fill(double *to, double x)
{
	if (isnan(*to))
		*to = x;
}

static void fill_word(char *to, const char *word)
{
	if (!*to)
		snprintf(to, SCENARIO_WORD, "%s", word);
}

static void need(struct text *out, const char *option, bool missing)
{
	if (missing)
		text_addf(out, "%s%s", out->len ? ", " : "", option);
}

/*
 * What a layout is made of is guessed by nobody: a wrong tp is an error of a
 * factor, and looks like a slow machine.
 */
static int complete(struct making *m, const struct scenario *s)
{
	struct text list = TEXT_INIT;
	bool missing;

	need(&list, "--hw NAME", !*s->hw);
	need(&list, "--model NAME", !*s->model);
	need(&list, "--stack NAME", !*s->stack);
	need(&list, "--gpus N", isnan(s->gpus));
	need(&list, "--tp N", isnan(s->tp));
	need(&list, "--ep N", isnan(s->ep));
	need(&list, "--ctx TOKENS", isnan(s->ctx) && isnan(s->isl));
	missing = list.len > 0;
	if (missing) {
		fault_at(m->why, m->ask->name, 0, 0);
		fault_what(m->why, "%s does not say it all", m->who);
		fault_remedy(m->why, "give %s", list.buf);
	}
	text_release(&list);
	return missing ? -1 : 0;
}

static void add_row(struct making *m, const struct scenario *s,
		    const struct figure *f, const char *note)
{
	struct table *t = m->out;
	int row = table_add_row(t, 0);

	scenario_write(s, t, row);
	m->rows++;
	table_setf(t, row, table_need(t, "id"), "%s-%d",
		   base_name(m->ask->name), m->rows);
	table_set(t, row, table_need(t, "metric"), f->metric);
	table_setf(t, row, table_need(t, "value"), "%.6g", f->value);
	table_set(t, row, table_need(t, "unit"), f->unit);
	table_set(t, row, table_need(t, "source"), base_name(m->ask->name));
	table_set(t, row, table_need(t, "notes"), note);
}

/* ---- an engine's log ---- */

static bool drafted(const struct engine_log *log)
{
	for (int i = 0; i < log->nr; i++)
		if (log->at[i].accept > 1)
			return true;
	return false;
}

static bool accepts(const struct engine_log *log)
{
	for (int i = 0; i < log->nr; i++)
		if (!isnan(log->at[i].accept))
			return true;
	return false;
}

/* Tokens a step: of drafts the log or the user has to say it. */
static int check_drafts(struct making *m, const struct engine_log *log)
{
	const struct scenario *s = m->ask->given;

	fault_at(m->why, m->ask->name, 0, 0);
	if (drafted(log) && !(s->mtp > 0)) {
		fault_what(m->why, "its lines have an acceptance length, so "
			   "drafts were made");
		return fault_remedy(m->why, "say how many a step: --mtp N");
	}
	if (s->mtp > 0 && !accepts(log) && isnan(s->tokens_per_step) &&
	    log->engine != ENGINE_TRTLLM) {
		fault_what(m->why, "drafts were made, and no line has an "
			   "acceptance length: a step cannot be told from "
			   "tokens a second");
		return fault_remedy(m->why, "give --tokens_per_step X");
	}
	return 0;
}

static int no_level(struct making *m, const struct steady *st)
{
	struct text said = TEXT_INIT;

	steady_said(st, &said);
	fault_at(m->why, m->ask->name, 0, 0);
	if (st->lines)
		fault_what(m->why, "no line is of a steady batch: %s",
			   said.buf);
	else
		fault_what(m->why, "no line of it is of decoding");
	fault_remedy(m->why, "keep the number of clients the same for a few "
		     "minutes, with outputs of a thousand tokens");
	text_release(&said);
	return -1;
}

static int log_row(struct making *m, const struct engine_log *log,
		   const struct level *l)
{
	struct scenario s = *m->ask->given;
	struct text note = TEXT_INIT;
	int rc;

	fill_word(s.stack, engine_stack(log->engine));
	fill_word(s.date, log->date);
	if (isnan(s.batch) && isnan(s.concurrency))
		s.batch = l->running;
	if (isnan(s.isl))
		fill(&s.ctx, l->ctx_tok);
	if (s.mtp > 0 && accepts(log))
		s.tokens_per_step = l->accept;
	snprintf(s.mode, sizeof(s.mode), "decode");
	text_addf(&note, "%d lines of %s, %d to %d; median; they deviate by "
		  "%.1f %% in the median", l->lines, engine_name(log->engine),
		  l->first, l->last, units_percent(l->spread));
	rc = complete(m, &s);
	if (rc == 0)
		add_row(m, &s, &(struct figure){ "step_ms", "ms",
			units_ms(l->step_s) }, note.buf);
	text_release(&note);
	return rc;
}

static int check_mode(struct making *m)
{
	if (!*m->ask->given->mode || !strcmp(m->ask->given->mode, "decode"))
		return 0;
	fault_at(m->why, "--mode", 0, 0);
	fault_what(m->why, "the lines of a log that are used have no prompt "
		   "in them, so their mode is decode");
	return fault_remedy(m->why, "leave --mode out");
}

/* A sheet of one's own has any name, but that of no other engine. */
static int check_engine(struct making *m, const struct engine_log *log)
{
	const char *given = m->ask->given->stack;

	for (int e = 0; e < ENGINE_NR; e++) {
		if (e == (int)log->engine ||
		    strcmp(given, engine_stack((enum engine)e)))
			continue;
		fault_at(m->why, m->ask->name, 0, 0);
		fault_what(m->why, "its lines are %s's, and --stack is %s",
			   engine_name(log->engine), given);
		return fault_remedy(m->why, "leave it out, or give %s or a "
				    "sheet of your own",
				    engine_stack(log->engine));
	}
	return 0;
}

static int from_log(struct making *m, const struct engine_log *log)
{
	const struct scenario *s = m->ask->given;
	struct steady st;
	int rc = 0;

	m->who = "the log";
	if (check_engine(m, log) || check_mode(m) || check_drafts(m, log))
		return -1;
	steady_make(&st, log, isnan(s->tokens_per_step) ? 1 :
		    s->tokens_per_step);
	if (!st.levels)
		rc = no_level(m, &st);
	for (int i = 0; i < st.levels && rc == 0; i++)
		rc = log_row(m, log, &st.level[i]);
	if (rc == 0) {
		text_addf(m->said, "%s: %s, %d rank%s; %d row%s of steady "
			  "decoding; of its lines ", m->ask->name,
			  engine_name(log->engine), st.ranks,
			  st.ranks == 1 ? "" : "s", st.levels,
			  st.levels == 1 ? "" : "s");
		steady_said(&st, m->said);
		text_add(m->said, "\n");
	}
	steady_release(&st);
	return rc;
}

/* ---- a benchmark's result ---- */

/* Is word in text, letters of either case alike? */
static bool has(const char *text, const char *word)
{
	for (; *text; text++)
		if (near_begins(text, word))
			return true;
	return false;
}

/* The longest name that text contains; "": none. */
static const char *contained(const char *text, const struct place_names *n)
{
	const char *best = "";

	for (int i = 0; i < n->nr; i++)
		if (strlen(n->name[i]) > strlen(best) && has(text, n->name[i]))
			best = n->name[i];
	return best;
}

/* "h200" of h200-sxm: the one GPU whose name begins so; "": none, or two. */
static const char *begins(const char *text, const struct place_names *n)
{
	const char *best = "";
	size_t len = strlen(text);

	for (int i = 0; i < n->nr && len; i++) {
		const char *name = n->name[i];

		if (near_begins(name, text) != (int)len ||
		    (name[len] && name[len] != '-'))
			continue;
		if (*best)
			return "";
		best = name;
	}
	return best;
}

/* What names of frameworks contain, and whose sheet that is. */
static const char *stack_of(const struct measure_spec *a, const char *engine)
{
	const char *best = contained(engine, a->stacks);

	return !*best && has(engine, "trt") ? engine_stack(ENGINE_TRTLLM) :
	       best;
}

static const char *weights_of(const struct bench_run *r)
{
	if (has(r->model, "v4"))	/* as the checkpoint has it */
		return "native";
	if (has(r->precision, "fp4"))
		return "nvfp4";
	return has(r->precision, "fp8") ? "fp8" :
	       has(r->precision, "bf16") ? "bf16" : "";
}

static void fill_names(struct scenario *s, const struct measure_spec *a,
		       const struct bench_run *r)
{
	fill_word(s->hw, begins(r->hw, a->hw));
	fill_word(s->stack, stack_of(a, r->engine));
	fill_word(s->model, contained(r->model, a->models));
	fill_word(s->weights, weights_of(r));
	fill_word(s->date, r->date);
	fill(&s->gpus, r->gpus);
	fill(&s->tp, r->tp);
	fill(&s->ep, r->ep);
	fill(&s->mtp, r->mtp);
	if (!isnan(r->prefill_apart))
		fill_word(s->mode, r->prefill_apart > 0 ? "decode" :
			  "colocated");
}

static int check_run(struct making *m, const struct scenario *s,
		     const struct bench_run *r)
{
	if (complete(m, s))
		return -1;
	fault_at(m->why, m->ask->name, 0, 0);
	if (!*s->mode) {
		fault_what(m->why, "the result does not say whether prompts "
			   "were worked on in the same GPUs");
		return fault_remedy(m->why, "give --mode colocated, or --mode "
				    "decode where they were not");
	}
	if (r->accept > 1 && !(s->mtp > 0)) {
		fault_what(m->why, "it has an acceptance length, so drafts "
			   "were made");
		return fault_remedy(m->why, "say how many a step: --mtp N");
	}
	if (!(r->tpot_s > 0) || !isfinite(r->tpot_s)) {
		fault_what(m->why, "it has no median_tpot_ms above 0");
		return fault_remedy(m->why, "give a run with outputs of more "
				    "than one token");
	}
	return 0;
}

/* Clients, lengths and the medians over the whole run, prompts in it. */
static int colocated_rows(struct making *m, struct scenario *s,
			  const struct bench_run *r)
{
	if (isnan(s->batch))
		fill(&s->concurrency, r->clients);
	if (isnan(s->concurrency) && isnan(s->batch)) {
		fault_what(m->why, "it does not say how many clients there "
			   "were");
		return fault_remedy(m->why, "give --concurrency N");
	}
	add_row(m, s, &(struct figure){ "tpot_ms", "ms", units_ms(r->tpot_s) },
		"median over the run");
	if (r->ttft_s > 0)
		add_row(m, s, &(struct figure){ "ttft_ms", "ms",
			units_ms(r->ttft_s) }, "median over the run");
	text_addf(m->said, "%s: %s; medians over the whole run, ramp-up and "
		  "tail in them\n", m->ask->name, r->client);
	return 0;
}

/*
 * The batch of a group is what decodes at once over the groups: tp GPUs make
 * one.
 */
static int decode_rows(struct making *m, struct scenario *s,
		       const struct bench_run *r)
{
	struct plateau p;
	double groups = s->gpus / s->tp, tpot_s = r->tpot_s;
	double running = r->running, ctx = (double)NAN;
	const char *how = "median over the run; batch by Little's law";

	plateau_make(&p, r);
	if (r->nr && p.running > 0 && p.tpot_s > 0 && isfinite(p.tpot_s)) {
		running = p.running;
		tpot_s = p.tpot_s;
		ctx = p.ctx_tok;
		how = "mean while nine tenths of the most decoded at once";
		text_addf(m->said, "%s: %s, %d requests; %.3g to %.3g s of "
			  "%.3g s used: ramp-up and tail are dropped\n",
			  m->ask->name, r->client, r->nr, p.from_s, p.to_s,
			  p.all_s);
	} else {
		text_addf(m->said, "%s: %s; medians over the whole run: "
			  "without --save-detailed ramp-up and tail cannot be "
			  "dropped\n", m->ask->name, r->client);
	}
	if (isnan(s->batch) && isnan(s->concurrency))
		s->batch = running / groups;
	if (isnan(m->ask->given->isl))
		fill(&s->ctx, ctx);
	if (!(s->batch > 0) && isnan(s->concurrency)) {
		fault_what(m->why, "it does not say how many sequences "
			   "decoded at once");
		return fault_remedy(m->why, "give --batch N, of an attention "
				    "group");
	}
	add_row(m, s, &(struct figure){ "tpot_ms", "ms", units_ms(tpot_s) },
		how);
	return 0;
}

static int from_run(struct making *m, const struct bench_run *r)
{
	struct scenario s = *m->ask->given;

	m->who = "the result";
	fill_names(&s, m->ask, r);
	if (isnan(s.ctx)) {
		fill(&s.isl, r->in_tok);
		fill(&s.osl, r->out_tok);
	}
	fill(&s.requests, r->requests);
	if (s.mtp > 0)
		fill(&s.tokens_per_step, r->accept);
	if (check_run(m, &s, r))
		return -1;
	return strcmp(s.mode, "colocated") ? decode_rows(m, &s, r) :
	       colocated_rows(m, &s, r);
}

static int from_bench(struct making *m, const struct bench *b)
{
	for (int i = 0; i < b->nr; i++)
		if (from_run(m, &b->run[i]))
			return -1;
	return 0;
}

/* ---- either ---- */

static bool is_json(const struct text *bytes)
{
	const char *p = bytes->buf ? bytes->buf : "";

	p += strspn(p, " \t\r\n");
	return *p == '{' || (*p == '[' && (p[1] == '{' ||
					   isspace((unsigned char)p[1])));
}

static int make(struct making *m, const struct text *bytes)
{
	struct engine_log log;
	struct bench bench;
	int rc;

	if (is_json(bytes)) {
		rc = bench_parse(&bench, m->ask->name, bytes, m->why);
		rc = rc ? rc : from_bench(m, &bench);
		bench_release(&bench);
		return rc;
	}
	rc = enginelog_parse(&log, m->ask->name, bytes, m->why);
	rc = rc ? rc : from_log(m, &log);
	enginelog_release(&log);
	return rc;
}

static void append(struct table *to, const struct table *from)
{
	for (int r = 0; r < from->rows; r++) {
		int row = table_add_row(to, 0);

		for (int c = 0; c < from->columns; c++)
			table_set(to, row, table_need(to, from->head[c]),
				  table_get(from, r, c));
	}
}

int measure_bytes(const struct measure_spec *ask, const struct text *bytes,
		  struct table *out, struct text *said, struct fault *why)
{
	struct table own;
	struct text line = TEXT_INIT;
	struct making m = { ask, &own, &line, why, "", 0 };
	int rc;

	assert(ask && ask->name && ask->given && bytes && out && said);
	table_init(&own, ask->name);
	rc = make(&m, bytes);
	if (rc == 0) {
		append(out, &own);
		text_addn(said, line.buf ? line.buf : "", line.len);
	}
	table_release(&own);
	text_release(&line);
	return rc;
}
