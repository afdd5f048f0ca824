#include "ask/question.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/practice.h"
#include "ask/warm.h"
#include "base/date.h"

#define MOST_PAIRS 2147483648.0	/* size: 2^31; a sampler counts in 32 bits */
#define PER_CLIENT 10	/* units: requests a client, as benchmarks do */

static int wrong(struct fault *why, const char *column, const char *what)
{
	fault_about(why, column);
	return fault_what(why, "%s %s", column, what);
}

/* ---- defaults that depend on nothing else ---- */

static void word_default(char *word, const char *text)
{
	if (!*word)
		memcpy(word, text, strlen(text) + 1);
}

static void number_default(double *x, double value)
{
	if (isnan(*x))
		*x = value;
}

static void plain_defaults(struct scenario *s)
{
	word_default(s->overlap, "none");
	word_default(s->mode, "decode");
	number_default(&s->tp, 1);
	number_default(&s->pp, 1);
	number_default(&s->dcp, 1);
	number_default(&s->ep, fmax(1, floor(s->gpus / fmax(1, s->pp))));
	number_default(&s->mtp, 0);
	number_default(&s->verify, 1 + s->mtp);
	number_default(&s->redundant, 0);
}

static int required(const struct scenario *s, struct fault *why)
{
	const char *name = !*s->hw ? "hw" : !*s->model ? "model" :
			   isnan(s->gpus) ? "gpus" : NULL;

	if (!name)
		return 0;
	fault_about(why, name);
	fault_what(why, "%s is not given", name);
	return fault_remedy(why, "give the column or the option --%s", name);
}

static int one_of(const char *word, const char *column, const char *a,
		  const char *b, struct fault *why)
{
	if (strcmp(word, a) == 0 || strcmp(word, b) == 0)
		return 0;
	fault_about(why, column);
	fault_what(why, "%s is \"%.40s\"", column, word);
	return fault_remedy(why, "write %s or %s", a, b);
}

static int date_right(const char *d, struct fault *why)
{
	if (!*d || date_valid(d))
		return 0;
	fault_about(why, "date");
	fault_what(why, "date is \"%.40s\"", d);
	return fault_remedy(why, "write a day of the calendar as 2026-02-28");
}

static int words_right(const struct scenario *s, struct fault *why)
{
	return one_of(s->overlap, "overlap", "none", "two-batch", why) ||
	       one_of(s->mode, "mode", "decode", "colocated", why) ||
	       date_right(s->date, why) ? -1 : 0;
}

/* ---- defaults that depend on others ---- */

static int batch_default(struct scenario *s, struct fault *why)
{
	double groups = s->gpus / s->pp / s->tp;

	if (isnan(s->batch) && isnan(s->concurrency) && *s->serving)
		s->batch = 1;	/* its requests come as it says */
	if (isnan(s->batch) && isnan(s->concurrency)) {
		wrong(why, "batch", "and concurrency are both blank");
		return fault_remedy(why, "give one of them");
	}
	if (!isnan(s->batch) && !isnan(s->concurrency) &&
	    fabs(s->batch * groups - s->concurrency) > 1) {
		fault_about(why, "batch");
		fault_what(why, "batch %g on %g groups is not concurrency %g",
			   s->batch, groups, s->concurrency);
		return fault_remedy(why, "give one of them");
	}
	number_default(&s->batch, s->concurrency / groups);
	s->concurrency = s->batch * groups;
	return 0;
}

static int ctx_default(struct scenario *s, struct fault *why)
{
	double osl = isnan(s->osl) ? 0 : s->osl;

	if (!isnan(s->ctx))
		return 0;
	if (isnan(s->isl)) {
		if (osl > 0)
			wrong(why, "osl", "is given, and neither isl nor ctx");
		else
			wrong(why, "ctx", "and isl are both blank");
		return fault_remedy(why, "give the mean KV length, or the "
				    "prompt length");
	}
	s->ctx = s->isl + osl / 2;
	return 0;
}

static int tokens_default(struct scenario *s, const struct model *m,
			  struct fault *why)
{
	int drafts = (int)s->mtp, most = (int)s->verify;

	if (drafts > 0 && m->num_nextn_predict_layers == 0) {
		fault_about(why, "mtp");
		fault_what(why, "mtp is %d and %s has no MTP layer", drafts,
			   m->name);
		return fault_remedy(why, "leave mtp out: only MTP layers of "
				    "the checkpoint are modelled, not a draft "
				    "model beside it");
	}
	if (most == 1)
		number_default(&s->tokens_per_step, 1);
	else if (isnan(s->tokens_per_step) && most == drafts + 1 &&
		 model_tokens(m, drafts) > 0)
		s->tokens_per_step = model_tokens(m, drafts);
	if (isnan(s->tokens_per_step)) {
		fault_about(why, "tokens_per_step");
		fault_what(why, "no acceptance of %d drafts is known for %s",
			   most - 1, m->name);
		return fault_remedy(why, "give tokens_per_step, from 1 to %d",
				    most);
	}
	if (s->tokens_per_step >= 1 && s->tokens_per_step <= most)
		return 0;
	fault_about(why, "tokens_per_step");
	fault_what(why, "tokens_per_step is %.10g", s->tokens_per_step);
	if (most == 1)
		return fault_remedy(why, "without drafts it is 1; --mtp gives "
				    "some");
	if (most > drafts + 1)
		return fault_remedy(why, "with verify = %d it is from 1 to %d",
				    most, most);
	return fault_remedy(why, "with mtp = %d it is from 1 to %d", drafts,
			    most);
}

static int balance_default(struct scenario *s, enum balance *b,
			   struct fault *why)
{
	static const char *const name[] = { "uniform", "eplb", "skewed" };

	word_default(s->balance, s->redundant > 0 ? "eplb" : "skewed");
	for (int i = BALANCE_UNIFORM; i <= BALANCE_SKEWED; i++)
		if (strcmp(s->balance, name[i]) == 0) {
			*b = (enum balance)i;
			return 0;
		}
	fault_about(why, "balance");
	fault_what(why, "balance is \"%.40s\"", s->balance);
	return fault_remedy(why, "write uniform, eplb or skewed");
}

static double requests_of(const struct scenario *s)
{
	return PER_CLIENT * ceil(s->concurrency);
}

/* Cells that step would refuse, whatever the others say. */
int question_cells(const struct scenario *s, struct fault *why)
{
	enum balance any;
	struct scenario own = *s;

	number_default(&own.gpus, 1);
	plain_defaults(&own);
	if (scenario_ranges(&own, why) || words_right(&own, why) ||
	    balance_default(&own, &any, why))
		return -1;
	if (!*s->kv || format_same(s->kv, "native") ||
	    format_same(s->kv, "bf16") || format_same(s->kv, "fp8"))
		return 0;
	return one_of(own.kv, "kv", "bf16", "fp8", why);
}

/* The defaults and checks that need no descriptor. */
static int fill(struct scenario *s, struct fault *why)
{
	if (required(s, why))
		return -1;
	word_default(s->stack, "generic");
	word_default(s->weights, "native");
	word_default(s->kv, "native");
	plain_defaults(s);
	if (scenario_ranges(s, why) || batch_default(s, why) ||
	    ctx_default(s, why) || words_right(s, why))
		return -1;
	number_default(&s->requests, requests_of(s));
	return 0;
}

/* The same where all but its load is filled in and right. */
static int fill_load(struct scenario *s, struct fault *why)
{
	if (scenario_load_ranges(s, why) || batch_default(s, why) ||
	    ctx_default(s, why))
		return -1;
	number_default(&s->requests, requests_of(s));
	return 0;
}

/* ---- the question ---- */

/* The words that its names stand in are the scenario's. */
struct deployment_spec question_spec(const struct question *q)
{
	const struct scenario *s = &q->scenario;

	return (struct deployment_spec){ .gpu = q->on.machine.gpu,
		.stack = q->on.machine.stack, .model = q->on.model,
		.weights = s->weights, .kv = s->kv,
		.gpus = (int)s->gpus, .tp = (int)s->tp, .ep = (int)s->ep,
		.redundant = (int)s->redundant, .mtp = (int)s->mtp,
		.dcp = (int)s->dcp, .pp = (int)s->pp };
}

void question_batch(struct question *q, double batch)
{
	assert(batch > 0 && q->on.layout.dp >= 1);
	q->timed = 0;
	q->batch.seqs = batch;
	deployment_batch(&q->on, batch);
	q->scenario.batch = batch;
	q->scenario.concurrency = batch * q->on.layout.dp;
	if (q->open_requests)
		q->scenario.requests = requests_of(&q->scenario);
	practice_overlap(q);
}

/* Made; and made again with the spare slots that its recipe asks for. */
static int spread(struct question *q, struct fault *why)
{
	struct deployment_spec spec = question_spec(q);

	if (deployment_make(&q->on, &spec, why))
		return -1;
	if (!practice_spares(q))
		return 0;
	spec = question_spec(q);
	return deployment_make(&q->on, &spec, why);
}

static int layout_of(struct question *q, struct memo *memo, struct fault *why)
{
	const struct model *m = q->on.model;
	enum balance balance = BALANCE_SKEWED;
	struct warm_key key;

	if (q->warm) {
		q->place = warm_key_of(&key, q);
		if (warm_recall(&key, q))
			return 0;
	}
	if (spread(q, why) || balance_default(&q->scenario, &balance, why))
		return -1;
	assert(q->on.layout.slots >= m->n_routed_experts);
	q->skew_spec = (struct skew_spec){ balance, m->n_routed_experts,
		m->num_experts_per_tok, q->on.layout.slots, q->on.layout.ep,
		m->routing_sigma, m->routing_drift_cv };
	q->skew = *memo_skew(memo, &q->skew_spec);
	if (q->warm)
		warm_keep(&key, q);
	return 0;
}

/* Every (token, expert) pair of a step is drawn and counted. */
static int pairs_count(const struct question *q, struct fault *why)
{
	double tok = ceil(q->batch.seqs) * q->batch.query_tok * q->on.layout.dp;
	int topk = q->on.model->num_experts_per_tok;

	if (tok * topk < MOST_PAIRS)
		return 0;
	fault_about(why, "batch");
	fault_what(why, "batch %.10g is %.0f tokens a step with %d experts "
		   "each", q->batch.seqs, tok, topk);
	return fault_remedy(why, "write a batch below %.0f: up to 2^31 pairs "
			    "are counted", floor(MOST_PAIRS / tok / topk *
						 ceil(q->batch.seqs)));
}

void question_serves(struct question *q, bool colocated)
{
	static const enum serves all[FAMILY_NR] = {
		[FAMILY_MLA] = SERVES_ALL, [FAMILY_DSA] = SERVES_ALL_DSA,
		[FAMILY_V4] = SERVES_ALL_V4 };

	q->colocated = colocated;
	q->on.machine.serves = colocated ? all[q->on.model->family] :
					   SERVES_DECODE;
}

/* What follows from a filled scenario and its layout. */
static int load_of(struct question *q, struct memo *memo, struct fault *why)
{
	q->two_batch = q->wants_two;
	question_serves(q, strcmp(q->scenario.mode, "colocated") == 0);
	q->batch = (struct batch){ .seqs = q->scenario.batch,
		.ctx_tok = q->scenario.ctx,
		.query_tok = (int)q->scenario.verify,
		.micro = q->two_batch ? 2 : 1, .flight = 1 };
	deployment_batch(&q->on, q->batch.seqs);
	if (pairs_count(q, why) || question_lengths(q, why))
		return -1;
	q->tokens_per_step = q->scenario.tokens_per_step;
	number_default(&q->scenario.mem_share, q->on.machine.stack->mem_share);
	q->mem_share = q->scenario.mem_share;
	if (q->on.machine.gpu->price_usd_h > 0)
		number_default(&q->scenario.price,
			       q->on.machine.gpu->price_usd_h);
	if (question_laws(q, memo, why))
		return -1;
	practice_overlap(q);
	return 0;
}

/* What follows from a filled scenario and its descriptors. */
static int finish(struct question *q, struct memo *memo, struct fault *why)
{
	bool open = isnan(q->scenario.tokens_per_step);

	if (tokens_default(&q->scenario, q->on.model, why))
		return -1;
	q->accepted_log_sd = open && q->scenario.mtp > 0 ?
		model_tokens_log_sd(q->on.model, (int)q->scenario.mtp) : 0;
	return layout_of(q, memo, why) || load_of(q, memo, why) ? -1 : 0;
}

int question_simulated(const struct question *q, struct fault *why)
{
	if (!q->colocated && !*q->scenario.serving)
		return 0;
	fault_about(why, q->colocated ? "mode" : "serving");
	fault_what(why, q->colocated ? "mode=colocated is not simulated here" :
		   "serving says how requests come, and none comes here");
	return fault_remedy(why, "%s deeproof run, which plays requests",
			    q->colocated ? "use mode=decode, or" :
			    "leave it out, or use");
}

int question_recall(struct question *q, const struct scenario *s,
		    struct memo *memo, struct fault *why)
{
	*q = (struct question){ .scenario = *s,
		.open_requests = isnan(s->requests), .warm = memo->warm };
	practice_open(q);
	if (fill(&q->scenario, why)) {
		memo_names(memo, &q->scenario, why);
		return -1;
	}
	if (memo_look_up(memo, &q->scenario, &q->on, why))
		return -1;
	fault_at(why, "", 0, 0);	/* what follows is not the files' */
	return finish(q, memo, why);
}

int question_again(struct question *q, const struct scenario *s,
		   struct memo *memo, struct fault *why)
{
	struct scenario *own = &q->scenario;

	assert(q->warm == memo->warm && q->on.model);
	memcpy(own->id, s->id, strlen(s->id) + 1);
	own->batch = s->batch;
	own->concurrency = s->concurrency;
	own->ctx = s->ctx;
	own->requests = s->requests;
	q->timed = 0;
	return fill_load(own, why) || load_of(q, memo, why) ? -1 : 0;
}

int question_make(struct question *q, const struct scenario *s,
		  const struct library *lib, struct fault *why)
{
	struct memo *memo = memo_new(lib);
	int rc = question_recall(q, s, memo, why);

	free(memo);
	return rc;
}

int question_with(struct question *q, const struct scenario *s,
		  const struct deployment *sheets, struct fault *why)
{
	struct memo *memo = memo_new(NULL);
	int rc;

	memo_lend(memo, sheets);
	rc = question_recall(q, s, memo, why);
	free(memo);
	return rc;
}

static double in_flight(const struct question *q, double seqs)
{
	return fmax(1, fmin(q->on.layout.pp, seqs));
}

struct neighbours question_neighbours(const struct question *q)
{
	double seqs = q->batch.seqs, flight = in_flight(q, seqs);
	double each = seqs / flight, less = floor(each);

	if (each <= 1)
		return (struct neighbours){ seqs, seqs, 0 };
	return (struct neighbours){ less * flight, (less + 1) * flight,
				    each - less };
}

struct step_spec question_step(const struct question *q, double seqs)
{
	struct step_spec a = { .on = &q->on, .skew = &q->skew,
		.spreads = q->warm ? q->warm->spreads : NULL,
		.batch = q->batch, .ctx_cv = q->ctx_cv,
		.two_batch = q->two_batch };

	assert(seqs > 0);
	a.batch.lengths = &q->lengths;
	a.batch.flight = in_flight(q, seqs);
	a.batch.seqs = seqs / a.batch.flight;
	if (q->on.layout.dp == 1)
		return a;
	a.batch.fullest = 1;	/* where not all stages have one */
	if (q->batch.seqs < 1 || q->batch.seqs >= q->on.layout.pp) {
		a.batch.fullest = ceil(q->batch.seqs) / a.batch.flight;
		a.batch.fewer = ceil(q->batch.seqs) - q->batch.seqs;
	}
	return a;
}

struct step_spec question_pass(const struct question *q)
{
	struct step_spec a = question_step(q, 1);

	if (q->wants_two) {
		a.two_batch = true;
		a.batch.micro = 2;
	}
	return a;
}
