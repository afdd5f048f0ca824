#include "say/plan_text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "base/mem.h"
#include "base/units.h"

enum {
	WIDE = 40,	/* size: of a number in words */
	NAME = 256	/* size: of a layout in words */
};

/* ---- the layouts ---- */

static void money(double x, const char *fmt, char *out, size_t size)
{
	if (isfinite(x))
		snprintf(out, size, fmt, x);	/* a constant of ours */
	else
		snprintf(out, size, "-");
}

static void head(struct text *out)
{
	text_addf(out, "%-3s %-12s %4s %3s %3s %5s %4s %6s %7s %5s %15s %6s "
		  "%7s %9s  %s\n", "", "", "", "", "", "", "", "", "tok/s",
		  "tok/s", "", "GPUs", "$ a", "$ a", "");
	text_addf(out, "%-3s %-12s %4s %3s %3s %5s %4s %6s %7s %5s %15s %6s "
		  "%7s %9s  %s\n", "", "hw", "gpus", "tp", "ep", "slots",
		  "mtp", "batch", "a GPU", "user", "80 %", "in all",
		  "Mtok", "month", "binds; else");
}

/* "; two-batch, KV fp8": what no column has, and not all lines alike. */
static void apart(const struct scenario *s, const struct scenario *first,
		  struct text *out)
{
	const size_t from = out->len;

	if (!strcmp(s->overlap, "two-batch"))
		text_add(out, ", two-batch");
	if (s->pp > 1)
		text_addf(out, ", pp %.0f", s->pp);
	if (s->dcp > 1)
		text_addf(out, ", dcp %.0f", s->dcp);
	if (strcmp(s->weights, first->weights))
		text_addf(out, ", weights %s", s->weights);
	if (strcmp(s->kv, first->kv))
		text_addf(out, ", KV %s", s->kv);
	if (out->len > from)
		out->buf[from] = ';';
}

/* After its GPUs a * where it reads its prompts, a + where others do. */
static void line(const struct fleet *p, int rank, struct text *out)
{
	const struct choice *c = &p->choice[rank - 1];
	const struct scenario *s = &c->scenario;
	char usd[WIDE], month[WIDE], band[WIDE], replica[WIDE];
	double all = c->decode_gpus + c->prefill_gpus + c->spare_gpus;
	double scale = c->tok_s_gpu / c->answer.tok_s_gpu;

	money(c->usd_mtok_out, "%.3f", usd, sizeof(usd));
	money(c->usd_month, "%.0f", month, sizeof(month));
	snprintf(band, sizeof(band), "-");	/* an ideal has none */
	if (c->answer.high > c->answer.low)
		snprintf(band, sizeof(band), "%.0f to %.0f",
			 c->answer.low * scale, c->answer.high * scale);
	snprintf(replica, sizeof(replica), "%.0f%s", s->gpus,
		 c->colocated ? "*" : c->pool >= 0 &&
		 strcmp(p->pool[c->pool].scenario.hw, s->hw) ? "+" : "");
	text_addf(out, "%-3d %-12.12s %4s %3.0f %3.0f %5.0f %4.0f %6.0f "
		  "%7.0f %5.1f %15s %6.0f %7s %9s  %s", rank, s->hw,
		  replica, s->tp, s->ep, c->spares, s->mtp, s->batch,
		  c->tok_s_gpu, c->answer.tok_s_user, band, all, usd, month,
		  bound_name(c->answer.bound));
	apart(s, &p->choice[0].scenario, out);
	text_add(out, "\n");
}

/* ", pipeline of 2, KV over 8": what most layouts have not. */
static void rare(const struct scenario *s, struct text *out)
{
	if (s->pp > 1)
		text_addf(out, "pipeline of %.0f, ", s->pp);
	if (s->dcp > 1)
		text_addf(out, "KV over %.0f GPUs, ", s->dcp);
}

/* Where prompts are read, and how long one waits. */
static void prompts(const struct fleet *p, const struct choice *c,
		    double rank, struct text *out)
{
	const struct scenario *s;

	if (!c->colocated && c->pool < 0)
		return;
	if (c->colocated) {
		text_add(out, "Prompts: read by the same GPUs, which is in "
			 "the time a token");
	} else {
		s = &p->pool[c->pool].scenario;
		text_addf(out, "Prompts: %.0f server%s of %.0f %s, TP%.0f x "
			  "DP%.0f EP%.0f, at most %.0f tok/s a GPU",
			  c->prefill_gpus / s->gpus,
			  c->prefill_gpus > s->gpus ? "s" : "", s->gpus, s->hw,
			  s->tp, s->gpus / s->tp, s->ep, c->prefill_tok_s_gpu);
	}
	text_addf(out, "; one alone waits %.0f ms for its first token",
		  units_ms(c->ttft_s));
	if (isfinite(c->first_s))
		text_addf(out, ", P%.4g of all %.0f ms", units_percent(rank),
			  units_ms(c->first_s));
	text_add(out, ".\n");
}

static void marks(const struct fleet *p, int most, struct text *out)
{
	bool own = false, others = false, pooled = false;

	for (int i = 0; i < p->nr && i < most; i++) {
		const struct choice *c = &p->choice[i];

		own |= c->colocated;
		pooled |= c->pool >= 0;
		others |= c->pool >= 0 && strcmp(c->scenario.hw,
			p->pool[c->pool].scenario.hw) != 0;
	}
	if (own)
		text_add(out, "*  reads its prompts itself, which its $ a Mtok "
			 "pays for\n");
	if (others)
		text_add(out, "+  prompts go to another kind of GPU\n");
	if (pooled)
		text_add(out, "tok/s a GPU is over those that read the prompts "
			 "too; $ a Mtok of output is without them\n");
}

static void best(const struct fleet *p, const struct fleet_spec *a,
		 struct text *out)
{
	const struct choice *c = &p->choice[0];
	const struct scenario *s = &c->scenario;

	text_addf(out, "\nThe best: %.0f replica%s of %.0f %s, attention "
		  "TP%.0f x DP%.0f, experts EP%.0f, ", c->replicas,
		  c->replicas > 1 ? "s" : "", s->gpus, s->hw, s->tp,
		  s->gpus / fmax(1, s->pp) / s->tp, s->ep);
	rare(s, out);
	text_addf(out, "%.0f spare slots, balance %s, overlap %s, weights %s, "
		  "KV %s, %.0f draft%s;\n%.0f sequences a group at %.0f "
		  "tokens: %.2f ms a token, %.0f tok/s in all.\n",
		  c->spares, s->balance, s->overlap, s->weights, s->kv,
		  s->mtp, s->mtp > 1 || s->mtp < 1 ? "s" : "", s->batch,
		  s->ctx,
		  units_ms(c->answer.tpot_s), c->tok_s);
	prompts(p, c, a->first_rank, out);
	if (isfinite(c->usd_mtok_in))
		text_addf(out, "$%.3f a million prompt tokens, $%.3f a "
			  "million output tokens.\n", c->usd_mtok_in,
			  c->usd_mtok_out);
	if (a->load_tok_s > 0)
		text_addf(out, "The load leaves %.0f %% of it free.\n",
			  units_percent(c->spare_share));
}

/*
 * Of each choice, whether it is the first of its kind of GPU; to be freed.
 * Kinds are few, and choices thousands.
 */
static bool *firsts_of(const struct fleet *p)
{
	bool *first = mem_zeroed((size_t)p->nr, sizeof(*first));
	const char **kind = mem_zeroed((size_t)p->nr, sizeof(*kind));
	int kinds = 0;

	for (int i = 0; i < p->nr; i++) {
		const char *hw = p->choice[i].scenario.hw;
		int k = 0;

		while (k < kinds && strcmp(kind[k], hw))
			k++;
		if (k < kinds)
			continue;
		kind[kinds++] = hw;
		first[i] = true;
	}
	free(kind);
	return first;
}

/* What is not said of cost, and what kinds are put in order by instead. */
static void unpriced(const struct fleet *p, const bool *first,
		     struct text *out)
{
	int kinds = 0, without = 0;

	for (int i = 0; i < p->nr; i++) {
		const struct scenario *s = &p->choice[i].scenario;

		if (!first[i])
			continue;
		kinds++;
		if (!(s->price > 0))
			text_addf(out, "%s%s", without++ ? ", " :
				  "No price is known of ", s->hw);
	}
	if (!without)
		return;
	text_add(out, kinds < 2 ? ": cost is not said; --price gives one.\n" :
		 p->order == FLEET_BY_GPUS ? ": ranked by GPUs and not by "
		 "cost; --price gives one to each --hw, as 2.5,4.\n" :
		 ": ranked by tokens a GPU and not by cost; --price gives one "
		 "to each --hw, as 2.5,4.\n");
}

void plan_text(const struct fleet *p, const struct fleet_spec *a, int most,
	       struct text *out)
{
	bool *first;

	assert(most >= 0 && p->asked >= p->served && p->served <= p->nr);
	text_addf(out, "%d layouts asked, %d serve it.\n", p->asked,
		  p->served);
	if (!p->nr)
		return;
	text_add(out, "\n");
	head(out);
	first = firsts_of(p);
	for (int i = 0; i < p->nr; i++)
		if (i < most || first[i])
			line(p, i + 1, out);
	marks(p, most, out);
	unpriced(p, first, out);
	free(first);
	best(p, a, out);
}

/* ---- how sure ---- */

static void named(const struct scenario *s, bool kinds, char *out,
		  size_t size)
{
	bool staged = s->pp > 1;	/* whose experts no stage has all of */

	snprintf(out, size, "%s%s%s%.0f%s", kinds ? s->hw : "",
		 kinds ? " " : "", staged ? "" : "EP", fmax(s->ep, s->gpus),
		 staged ? " GPUs" : "");
}

static bool many_kinds(const struct fleet *p, const struct confidence *c,
		       const int *choice)
{
	for (int k = 1; k < c->nr; k++)
		if (strcmp(p->choice[choice[k]].scenario.hw,
			   p->choice[choice[0]].scenario.hw))
			return true;
	return false;
}

static void shares(const struct fleet *p, const struct confidence *c,
		   const int *choice, struct text *out)
{
	bool kinds = many_kinds(p, c, choice);
	char name[NAME];

	text_add(out, "\nBest, when the facts move within their errors:");
	for (int k = 0; k < c->nr; k++) {
		named(&p->choice[choice[k]].scenario, kinds, name,
		      sizeof(name));
		if (c->share[k] >= 0.005 || k == 0)	/* size: of 1 % */
			text_addf(out, "%s %s %.0f %%", k ? "," : "", name,
				  units_percent(c->share[k]));
	}
	text_add(out, ".\n");
}

/* The same kind of GPU, predicted within half of the leader's error of it. */
static bool level(const struct fleet *p, const struct choice *lead,
		  const struct choice *x)
{
	return !strcmp(x->scenario.hw, lead->scenario.hw) &&
	       fabs(log(fleet_worth(p->order, x, 1) /
			fleet_worth(p->order, lead, 1))) <= lead->log_sd / 2;
}

/*
 * Which sizes could as well be it. Where none of them ever is as the facts
 * move, what is not known of one is not known of all of them.
 */
static void plateau(const struct fleet *p, const struct confidence *c,
		    const int *choice, struct text *out)
{
	const struct choice *lead = &p->choice[choice[0]];
	char name[NAME], other[NAME];
	int nr = 0;

	named(&lead->scenario, false, name, sizeof(name));
	for (int k = 1; k < c->nr; k++) {
		const struct choice *x = &p->choice[choice[k]];

		if (!level(p, lead, x))
			continue;
		if (!nr++)
			text_addf(out, "Level with %s:", name);
		named(&x->scenario, false, other, sizeof(other));
		text_addf(out, "%s %s", nr > 1 ? "," : "", other);
	}
	if (!nr)
		return;
	text_addf(out, ", predicted within half of one standard error of "
		  "%.0f %%", units_percent(lead->log_sd));
	text_addf(out, c->share[0] < 0.995 ? ".\n" :	/* size: of 1 % */
		  "; what is uncertain moves all alike, so %s stays ahead.\n",
		  name);
}

static void flips(const struct fleet *p, const struct confidence *c,
		  const int *choice, struct text *out)
{
	bool kinds = many_kinds(p, c, choice);
	char name[NAME], value[WIDE];

	if (c->flips)
		text_add(out, "It would be another (`deeproof show` of a "
			 "sheet says what its facts are):\n");
	for (int i = 0; i < c->flips && i < 5; i++) {	/* size: lines */
		const struct flip *f = &c->flip[i];
		bool bare = !strcmp(f->fact->unit, "1");

		named(&p->choice[choice[f->choice]].scenario, kinds, name,
		      sizeof(name));
		text_addf(out, "%s if %s of %s is %s %s (%.1f standard "
			  "errors; it says %s%s%s)\n", name, f->fact->key,
			  f->sheet, f->errors > 0 ? "above" : "below",
			  units_human(f->value, f->fact->dim, value, WIDE),
			  fabs(f->errors), f->fact->text, bare ? "" : " ",
			  bare ? "" : f->fact->unit);
	}
}

static const char *command_of(const char *key)
{
	if (!strncmp(key, "wire.", 5) || !strncmp(key, "nic", 3) || /* size: */
	    !strncmp(key, "nvlink", 6))				/* size: */
		return "time DeepEP's or NCCL's own test, then `deeproof fit`";
	if (!strncmp(key, "law.", 4))	/* size: of the prefix */
		return "time that kernel at a few sizes, then `deeproof fit`";
	return "serve one layout and give its steps to `deeproof validate`";
}

void plan_confidence(const struct fleet *p, const struct confidence *c,
		     const int *choice, struct text *out)
{
	assert(p && c && choice);
	if (c->nr < 1)
		return;
	shares(p, c, choice, out);
	plateau(p, c, choice, out);
	flips(p, c, choice, out);
	if (c->worst)
		text_addf(out, "Measure %s of %s first: its error decides "
			  "most between them; %s.\n", c->worst->key,
			  c->worst_sheet, command_of(c->worst->key));
}

/* ---- what was not taken ---- */

void plan_refusals(const struct fleet *p, const struct fleet_spec *a,
		   struct text *out)
{
	double near = fleet_nearest_tpot_s(p);

	assert(p->refusals >= 0);
	if (p->refusals)
		text_add(out, "\nNot taken:\n");
	for (int i = 0; i < p->refusals && i < 8; i++)	/* size: lines */
		text_addf(out, "%5d  %s\n", p->refusal[i].nr,
			  p->refusal[i].why);
	if (isfinite(near) && p->nr)
		text_addf(out, "From --tpot %.2f on one of these would serve "
			  "too.\n", units_ms(near));
	else if (isfinite(near))
		text_addf(out, "None serves below %.2f ms a token.\n",
			  units_ms(near));
	if (!p->nr && p->least_gpus > 0)
		text_addf(out, "The smallest that serves takes %.0f GPUs.\n",
			  p->least_gpus);
	if (!p->nr && p->first_s > a->ttft_s)
		text_addf(out, "No first token comes before %.0f ms.\n",
			  units_ms(p->first_s));
}

void plan_unasked(const struct unasked *of, int nr, struct text *out)
{
	int said = 0;

	assert(nr >= 0 && nr <= UNASKED_NR);
	for (int i = 0; i < nr && of[i].gain > 1.05; i++) {	/* size: */
		text_add(out, said++ ? ", " : isfinite(of[i].gain) ?
			 "\nNot asked for, and better by it: " :
			 "\nNot asked for, and would serve: ");
		text_add(out, of[i].option);
		if (isfinite(of[i].gain))
			text_addf(out, " by %.0f %%",
				  units_percent(of[i].gain - 1));
		text_addf(out, " (%s)", of[i].price);
	}
	if (said)
		text_add(out, ".\n");
}

/* ---- for machines ---- */

static void number(struct text *out, double x)
{
	text_addn(out, ",", 1);
	if (isfinite(x))
		text_number(out, x, 6);		/* size: digits */
}

/* The kind of GPU that reads them, or "colocated"; "": not asked about. */
static const char *prompts_at(const struct fleet *p, const struct choice *c)
{
	if (c->colocated)
		return "colocated";
	return c->pool < 0 ? "" : p->pool[c->pool].scenario.hw;
}

static void replayed_head(struct text *out)
{
	text_add(out, "replayed_requests,replayed_answered,replayed_tpot_ms,"
		 "replayed_ttft_ms,tpot_over,ttft_over,");
}

/* At the percentile asked for, and by how much that is above the limits. */
static void replayed(const struct plan_rows *of, int i, struct text *out)
{
	const struct verified *v = i < of->nr ? &of->replayed[i] : NULL;
	const double x[] = { v ? v->requests : (double)NAN,
		v ? v->answered : (double)NAN,
		v ? units_ms(v->tpot_s[1]) : (double)NAN,
		v ? units_ms(v->ttft_s[1]) : (double)NAN,
		v ? v->tpot_over : (double)NAN,
		v ? v->ttft_over : (double)NAN };

	for (size_t k = 0; k < sizeof(x) / sizeof(*x); k++)
		number(out, x[k]);
}

void plan_csv(const struct fleet *p, const struct plan_rows *of,
	      struct text *out)
{
	struct sweep_sheet sheet;
	struct swept *s = mem_zeroed(1, sizeof(*s));

	assert(p && of);
	sweep_sheet_init(&sheet, NULL);
	if (!out->len) {
		text_add(out, "rank,replicas,why,prompts,decode_gpus,"
			 "prefill_gpus,spare_gpus,fleet_tok_s,fleet_tok_s_gpu,"
			 "prefill_tok_s_gpu,ttft_ms,first_ms,usd_mtok_out,"
			 "usd_mtok_in,usd_month,spare_share,");
		if (of->replayed)
			replayed_head(out);
		sweep_head(&sheet, out);
	}
	for (int i = 0; i < p->nr && i < of->most; i++) {
		const struct choice *c = &p->choice[i];
		const double x[] = { c->decode_gpus, c->prefill_gpus,
			c->spare_gpus, c->tok_s, c->tok_s_gpu,
			c->prefill_tok_s_gpu, units_ms(c->ttft_s),
			units_ms(c->first_s),
			c->usd_mtok_out, c->usd_mtok_in, c->usd_month,
			c->spare_share };

		text_addf(out, "%d,%.0f,bound by %s,%s", i + 1, c->replicas,
			  bound_name(c->answer.bound), prompts_at(p, c));
		for (size_t k = 0; k < sizeof(x) / sizeof(*x); k++)
			number(out, x[k]);
		if (of->replayed)
			replayed(of, i, out);
		text_addn(out, ",", 1);
		s->scenario = c->scenario;
		s->answer = c->answer;
		sweep_line(&sheet, 0, s, out);
	}
	sweep_sheet_release(&sheet);
	free(s);
}
