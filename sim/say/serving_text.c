#include "say/serving_text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"

#define NEAR 0.25	/* size: spare share; below, waits hang on it */

/* ---- words ---- */

/* A time, or that there is none: one token has none after it. */
static void time_cell(struct text *out, double s)
{
	if (isfinite(s))
		text_addf(out, " %10.2f", units_ms(s));
	else
		text_addf(out, " %10s", "-");
}

static void line(struct text *out, const char *name,
		 const struct serve_dist *d)
{
	text_addf(out, "%-10s", name);
	time_cell(out, d->mean);
	time_cell(out, d->at[1]);
	time_cell(out, d->at[3]);	/* size: P90 */
	time_cell(out, d->at[4]);	/* size: P95 */
	time_cell(out, d->at[5]);	/* size: P99 */
	text_add(out, " ms\n");
}

/* No request counts: why, and what would do. Is there nothing more to say? */
static bool none_counts(const struct served *s, struct text *out)
{
	if (isfinite(s->a->as_is.of[SERVE_E2E].mean))
		return false;
	if (s->log->done)
		text_add(out, "none counts, as all were sent within the "
			 "warm-up; give a shorter --warmup, or more "
			 "--requests\n");
	else
		text_add(out, "no time is known, as none was answered; give "
			 "more room, a larger quota or shorter requests\n");
	return true;
}

static void band(const struct serving_answer *a, struct text *out)
{
	const struct serve_dist *slow = a->slow.of, *fast = a->fast.of;

	text_addf(out, "80 %% band  TTFT P50 %.1f to %.1f ms, P99 %.1f to %.1f "
		  "ms", units_ms(fast[SERVE_TTFT].at[1]),
		  units_ms(slow[SERVE_TTFT].at[1]),
		  units_ms(fast[SERVE_TTFT].at[5]),	/* size: P99 */
		  units_ms(slow[SERVE_TTFT].at[5]));	/* size: P99 */
	if (isfinite(slow[SERVE_TPOT].at[1]))
		text_addf(out, "; TPOT P50 %.2f to %.2f ms",
			  units_ms(fast[SERVE_TPOT].at[1]),
			  units_ms(slow[SERVE_TPOT].at[1]));
	text_add(out, " (replays with other steps and KV room, "
		 "and what serving errs itself)\n");
	if (isnan(a->spare))
		return;
	if (isinf(a->spare))
		text_add(out, "capacity   far: steps twice as slow would not "
			 "double the wait for the first token\n");
	else
		text_addf(out, "capacity   steps slower by %.1f %% would "
			  "double the wait for the first token\n",
			  units_percent(a->spare));
}

/* What playing every rank made of decode steps. */
static void ranks_words(const struct serving_ranks *r, struct text *out)
{
	if (r->nr == 0)
		return;
	text_addf(out, "ranks      all played: a decode step of 1 to %.0f "
		  "sequences a group takes", ldexp(1, r->nr - 1));
	for (int i = 0; i < r->nr; i++)
		text_addf(out, "%s %.3f", i ? "," : "", r->over[i]);
	text_add(out, " times the closed form; prompts are in closed form\n");
}

/* Flags that are left blank are somebody's, and may matter by a factor. */
static void launch_words(const struct served *s, struct text *out)
{
	const struct serve_engine *e = s->run->serve.fleet.engine;

	text_add(out, "launch     ");
	if (e->max_seqs < serve_engine_plain.max_seqs)
		text_addf(out, "at most %d sequences, ", e->max_seqs);
	text_addf(out, "%.0f tokens a group and step", e->budget_tok);
	if (e->delay_passes > 0)
		text_addf(out, "; prompts wait %d passes for other groups'",
			  e->delay_passes);
	text_addf(out, "; by %s's sheet where no option says\n",
		  s->q->on.machine.stack->name);
}

/* Why it may be slower than a step says, whose batches are alike. */
static void pipeline_words(const struct served *s, struct text *out)
{
	int stages = s->q->on.layout.pp;

	if (stages > 1)
		text_addf(out, "pipeline   %.2f of %d stages busy on average; "
			  "batches are as requests come into them, where a "
			  "step has equal ones\n",
			  s->a->as_is.busy * stages, stages);
}

static void engine_words(const struct served *s, struct text *out)
{
	const struct serve_log *log = s->log;
	const struct serve_tally *t = &s->a->as_is;

	text_addf(out, "engine     busy %.1f %% of the time%s; %.0f steps, "
		  "%.0f with prompts; %d preempted\n", units_percent(t->busy),
		  s->a->spare < NEAR ? ", near saturation" : "",
		  (double)log->steps, (double)log->prompt_steps,
		  log->preemptions);
	text_addf(out, "on average %.1f running, %.1f waiting, %.0f KV tokens; "
		  "at most %d, %d, %.0f\n", t->running, t->waiting, t->kv_tok,
		  log->running_most, log->waiting_most, log->kv_most_tok);
	if (log->hit_tok > 0)
		text_addf(out, "reuse      %.1f %% of prompt tokens found, "
			  "%.0f of them in host memory\n",
			  units_percent(log->hit_tok / t->prompt_tok),
			  log->host_tok);
}

void service_words(const struct served *s, struct text *out)
{
	const struct service *v = s->run->service;

	assert(s && out);
	text_addf(out, "service %s: no GPU is known of it; curves that were "
		  "fitted to published rows\n", v->name);
	text_addf(out, "wait for the first token %.0f ms and %.1f ms more a "
		  "request in flight; a token %.1f ms, from %.2f ms a request "
		  "in flight on\n\n", units_ms(v->first.one_s + v->rtt_s),
		  units_ms(v->first.more_s), units_ms(v->token.one_s),
		  units_ms(v->token.more_s));
}

static void rate_words(const struct serving_answer *a, struct text *out)
{
	if (a->gpus)
		text_addf(out, "tok/s      %.1f a GPU of %d, ", a->tok_s_gpu,
			  a->gpus);
	else
		text_addf(out, "tok/s      %.1f in all, ",
			  a->as_is.output_tok / a->as_is.s);
	if (isfinite(a->tok_s_user))
		text_addf(out, "%.1f a user (1 / median TPOT); ",
			  a->tok_s_user);
	text_addf(out, "end-to-end interactivity P90 %.1f\n",
		  1 / a->as_is.of[SERVE_PACE].at[3]);	/* size: P90 */
}

void serving_words(const struct served *s, struct text *out)
{
	const struct serve_tally *t = &s->a->as_is;
	const struct serving_answer *a = s->a;

	assert(s->log && s->run);
	text_addf(out, "requests   %d answered in %.1f s", s->log->done, t->s);
	if (s->log->never)
		text_addf(out, "; %d never admitted: longer than the "
			  "model's context, the KV room or the token budget",
			  s->log->never);
	if (s->log->overflowed)
		text_addf(out, "; %d overflowed to %s", s->log->overflowed,
			  s->run->overflow->name);
	if (s->log->refused)
		text_addf(out, "; %d refused at the door: no quota left",
			  s->log->refused);
	if (s->log->cut)
		text_addf(out, "; %d not: the run would last over 90 days",
			  s->log->nr - s->log->done - s->log->never -
			  s->log->refused);
	text_addf(out, "; %.0f prompt and %.0f output tokens\n\n",
		  t->prompt_tok, t->output_tok);
	if (none_counts(s, out))
		return;
	text_addf(out, "%-10s %10s %10s %10s %10s %10s\n", "", "mean", "P50",
		  "P90", "P95", "P99");
	line(out, "TTFT", &t->of[SERVE_TTFT]);
	line(out, "TPOT", &t->of[SERVE_TPOT]);
	line(out, "ITL", &t->of[SERVE_ITL]);
	line(out, "end to end", &t->of[SERVE_E2E]);
	text_add(out, "\n");
	if (s->run->band)
		band(a, out);
	rate_words(a, out);
	if (s->run->serve.load->reading.stop_s > 0)
		text_addf(out, "client     %.0f tokens a minute of its nominal "
			  "time, %.1f tok/s a request on average\n",
			  t->tok_min, t->tps);
	if (a->good >= 0)
		text_addf(out, "goodput    %.3f requests/s: %d of %d keep to "
			  "the SLO\n", a->good / t->s, a->good, s->log->nr);
	if (s->run->serve.scale.look_s > 0)
		text_addf(out, "engines    %.2f on average, called or there, "
			  "of %d to %d\n", a->engines,
			  s->run->serve.scale.least,
			  s->run->serve.fleet.replicas);
	engine_words(s, out);
	pipeline_words(s, out);
	if (!s->run->service)
		launch_words(s, out);
	ranks_words(&s->run->price->ranks, out);
	if (!isnan(a->watt_gpu))
		text_addf(out, "power      %.0f W a GPU; %.4g kJ per million "
			  "output tokens\n", a->watt_gpu,
			  a->j_mtok / 1e3);	/* units: kJ */
	if (!isnan(a->usd_mtok))
		text_addf(out, "cost       $%.3f per million output tokens\n",
			  a->usd_mtok);
}

/* ---- rows ---- */

static void put_dists(const struct serve_tally *of, struct table *t, int row)
{
	static const char *const parts[] = { "p25", "median", "p75", "p90",
					     "p95", "p99", "p99.9" };
	char name[32];	/* size: "median_ttft_ms" */

	for (int m = 0; m < SERVE_METRICS; m++) {
		const char *what = serve_metric_name((enum serve_metric)m);

		snprintf(name, sizeof(name), "mean_%s_ms", what);
		table_put(t, row, name, units_ms(of->of[m].mean));
		for (int k = 0; k < SERVE_RANKS; k++) {
			snprintf(name, sizeof(name), "%s_%s_ms", parts[k],
				 what);
			table_put(t, row, name, units_ms(of->of[m].at[k]));
		}
	}
}

void serving_row(const struct served *s, struct table *t)
{
	const struct serve_tally *of = &s->a->as_is;
	const struct serve_dist *fast = s->a->fast.of, *slow = s->a->slow.of;
	double band = s->run->band ? 1 : (double)NAN;
	const struct { const char *column; double x; } cell[] = {
		{ "rate", s->rate }, { "answered", s->log->done },
		{ "never_admitted", s->log->never },
		{ "refused", s->log->refused },
		{ "duration_s", of->s },
		{ "tok_s_gpu", s->a->tok_s_gpu },
		{ "tok_s_user", s->a->tok_s_user },
		{ "median_ttft_low_ms", band * units_ms(
			fast[SERVE_TTFT].at[1]) },
		{ "median_ttft_high_ms", band * units_ms(
			slow[SERVE_TTFT].at[1]) },
		{ "median_tpot_low_ms", band * units_ms(
			fast[SERVE_TPOT].at[1]) },
		{ "median_tpot_high_ms", band * units_ms(
			slow[SERVE_TPOT].at[1]) },
		{ "spare_share", s->a->spare },
		{ "goodput", s->a->good < 0 ? (double)NAN :
			s->a->good / of->s },
		{ "busy", of->busy }, { "prefill_busy", of->prefill_busy },
		{ "running", of->running }, { "waiting", of->waiting },
		{ "kv_tokens", of->kv_tok },
		{ "preemptions", s->log->preemptions },
		{ "hit_tokens", s->log->hit_tok },
		{ "usd_per_mtok", s->a->usd_mtok },
		{ "watt_gpu", s->a->watt_gpu },
		{ "j_per_mtok", s->a->j_mtok },
		{ "tpm", of->tok_min },
		{ "tpm_low", band * s->a->slow.tok_min },
		{ "tpm_high", band * s->a->fast.tok_min },
		{ "mean_tps", of->tps },
		{ "mean_tps_low", band * s->a->slow.tps },
		{ "mean_tps_high", band * s->a->fast.tps },
		{ "mean_ttft_low_ms", band * units_ms(fast[SERVE_TTFT].mean) },
		{ "mean_ttft_high_ms", band * units_ms(slow[SERVE_TTFT].mean) },
		{ "p99_ttft_low_ms", band * units_ms(
			fast[SERVE_TTFT].at[5]) },	/* size: P99 */
		{ "p99_ttft_high_ms", band * units_ms(
			slow[SERVE_TTFT].at[5]) },	/* size: P99 */
	};
	int row = table_add_row(t, 0);

	assert(s->a && s->log);
	scenario_write(&s->q->scenario, t, row);
	for (unsigned i = 0; i < sizeof(cell) / sizeof(*cell); i++)
		table_put(t, row, cell[i].column, cell[i].x);
	put_dists(of, t, row);
	if (s->run->overflow)
		table_put(t, row, "overflowed", s->log->overflowed);
	if (s->run->serve.scale.look_s > 0)
		table_put(t, row, "engines", s->a->engines);
}

void serving_requests(const struct served *s, struct table *t)
{
	static const char *const fates[] = { "cut", "answered",
		"never admitted", "refused", "not sent" };

	assert(s && s->log);
	for (int i = 0; i < s->log->nr; i++) {
		const struct serve_outcome *o = &s->log->of[i];
		const struct serve_request *r =
			&s->run->serve.load->request[i];
		int row = table_add_row(t, 0);

		table_put(t, row, "request", i);
		table_put(t, row, "sent_s", ticks_to_s(o->sent));
		table_put(t, row, "prompt_tokens", r->prompt_tok);
		table_put(t, row, "output_tokens", r->output_tok);
		table_put(t, row, "hit_tokens", o->hit_tok);
		table_put(t, row, "replica", o->replica);
		table_put(t, row, "group", o->group);
		for (int m = 0; m < SERVE_METRICS; m++) {
			char name[32];	/* size: "ttft_ms" */

			if (m == SERVE_ITL)
				continue;
			snprintf(name, sizeof(name), "%s_ms",
				 serve_metric_name((enum serve_metric)m));
			table_put(t, row, name, units_ms(serve_seen(
				&s->run->serve, s->log, i,
				(enum serve_metric)m)));
		}
		table_set(t, row, table_need(t, "fate"), fates[o->fate]);
	}
}

void serving_occupancy(const struct served *s, struct table *t)
{
	assert(s && s->log);
	for (int i = 0; i < s->log->samples; i++) {
		const struct serve_sample *x = &s->log->sample[i];
		int row = table_add_row(t, 0);

		table_put(t, row, "at_s", ticks_to_s(x->at));
		table_put(t, row, "running", x->running);
		table_put(t, row, "waiting", x->waiting);
		table_put(t, row, "kv_tokens", x->kv_tok);
		if (s->run->serve.scale.look_s > 0)
			table_put(t, row, "engines", x->replicas);
	}
}
