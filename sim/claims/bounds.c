#include "claims/bounds.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "limits/pool.h"

void claim_placed(struct fault *why, const struct table *t, int row)
{
	struct fault at;

	assert(row >= 0 && row < t->rows);
	fault_at(&at, t->name, t->line[row],
		 table_column(t, why->about) + 1);
	fault_about(&at, why->about);
	fault_what(&at, "%.120s%s%.180s", why->file, *why->file ? ": " : "",
		   why->what);
	fault_remedy(&at, "%.300s", *why->remedy ? why->remedy :
		     "name one that is there");
	*why = at;
}

int claim_in_flight(struct claim *c)
{
	const struct scenario *s = &c->scenario;
	const double least = 1e-3;	/* size: sequences of a group */
	bool few = s->concurrency < 1;

	assert(c);
	if (!few && !(s->batch < least))
		return 0;
	fault_about(&c->fault, few ? "concurrency" : "batch");
	fault_what(&c->fault, "%s is %.3g", c->fault.about,
		   few ? s->concurrency : s->batch);
	return fault_remedy(&c->fault, few ? "write 1 or more" :
			    "write the mean of a group, a thousandth or more");
}

/* ---- what is asked for ---- */

/* Of what a claim is about. */
static bool is_speed(enum quantity q)
{
	return q <= Q_TOK_S_NODE || q == Q_USD_PER_MTOK || q == Q_JOULES_TOK ||
	       quantity_in(q, Q_ALL_TOK_S_GPU, Q_ALL_TOK_S_TOTAL) ||
	       quantity_in(q, Q_TPM, Q_PEAK_TPM) ||
	       quantity_in(q, Q_TOKENS_PER_DAY, Q_TOKENS_PER_MONTH) ||
	       quantity_in(q, Q_REQUESTS_PER_S, Q_REQUESTS_PER_DAY) ||
	       quantity_in(q, Q_TPOT_MS, Q_TPOT_P99_MS) ||
	       quantity_in(q, Q_E2E_MS, Q_E2E_P99_MS);
}

static bool is_prompt(enum quantity q)
{
	return quantity_in(q, Q_TTFT_MS, Q_TTFT_P99_MS) ||
	       quantity_in(q, Q_E2E_MS, Q_E2E_P99_MS) ||
	       quantity_in(q, Q_IN_TOK_S_GPU, Q_IN_TOK_S_NODE);
}

/* Its prompts' lengths are not known, or its answers'. */
static bool is_open_mix(const struct claim *c)
{
	return (c->metric == Q_ALL_TOK_S_GPU ||
		c->metric == Q_ALL_TOK_S_TOTAL) &&
	       (isnan(c->scenario.isl) || isnan(c->scenario.osl));
}

/*
 * Is what it holds in question, and its KV one that may be in fp8? It is by
 * default where GPUs compute in four bits; of others it has to be said.
 */
static bool holds_kv(const struct claim *c)
{
	return (c->metric == Q_CONCURRENCY || c->metric == Q_USERS ||
		c->metric == Q_FITS) && c->gpu &&
	       c->gpu->flops[MATH_FP4] > 0;
}

static void spec_of(const struct claim *c, struct limits_spec *a)
{
	const struct amount *of = c->stated.of;

	memset(a, 0, sizeof(*a));	/* it is found by its bytes, gaps too */
	a->scenario = c->scenario;
	a->scenario.gpus = claim_gpus(c);
	a->scenario.isl = claim_isl(c);
	memset(a->scenario.id, 0, sizeof(a->scenario.id));
	a->scenario.price = a->scenario.requests = (double)NAN;
	a->drafts = is_speed(c->metric);
	a->prompt = is_prompt(c->metric) || is_open_mix(c) ||
		claim_is_of_requests(c);
	a->wait = a->drafts || a->prompt;
	a->unfit = c->metric == Q_FITS && !(c->value.value > 0);
	a->small_kv = a->wait || (holds_kv(c) && !a->unfit);
	if (of[Q_WEIGHT_BITS].known)
		a->weight_bits = of[Q_WEIGHT_BITS].low;
	else if (c->names.bits > 0)
		a->weight_bits = c->names.bits;
	if (of[Q_WEIGHTS_GB].known && !*c->scenario.weights)
		a->weights_B = of[Q_WEIGHTS_GB].low * 1e9;	/* units: GB */
	if (of[Q_KV_GB].known && !*c->scenario.kv)
		a->kv_B = of[Q_KV_GB].low * 1e9;		/* units: GB */
}

/*
 * Rows of one system have one software. Where the one at the fewest clients
 * needs no drafts to be as fast as it is, those at more are granted none. That
 * one; NULL: nothing shows it.
 */
static const struct claim *shows(const struct claims *all,
				 const struct claim *c)
{
	const struct claim *x = c->lightest < 0 ? NULL :
		&all->claim[c->lightest];

	return !is_speed(c->metric) || !isnan(c->scenario.mtp) || !x ||
	       x->malformed || isnan(claim_gpus(x)) ? NULL : x;
}

/* Its limits without drafts. */
static const struct limits *undrafted(const struct claims *all,
				      const struct claim *x)
{
	struct limits_spec a;

	spec_of(x, &a);
	a.drafts = false;
	return pool_noted(all->pool, &a);
}

static void note_undrafted(const struct claims *all, const struct claim *c)
{
	const struct claim *x = shows(all, c);

	if (x)
		undrafted(all, x);
}

/* Those are made. */
static bool drafts_shown(const struct claims *all, const struct claim *x)
{
	const struct amount *pace = &account_of(&x->all, Q_TOK_S_USER)->amount;
	const struct limits *l = undrafted(all, x);

	return !l->timed || !pace->known || pace->low > l->user.most;
}

/* ---- on how many GPUs, where none are stated ---- */

/*
 * A figure of a GPU is none the better for more of them, once the model has
 * room; and of a total it says how many it takes.
 */
static bool is_of_a_gpu(enum quantity q)
{
	return (q <= Q_ALL_TOK_S_TOTAL && q != Q_TOK_S_USER) ||
	       quantity_in(q, Q_TPM, Q_PEAK_TPM) ||
	       quantity_in(q, Q_TOKENS_PER_DAY, Q_TOKENS_PER_MONTH) ||
	       quantity_in(q, Q_REQUESTS_PER_S, Q_REQUESTS_PER_DAY) ||
	       q == Q_USD_PER_MTOK || q == Q_JOULES_TOK;
}

static bool is_total(enum quantity q)
{
	return q == Q_TOK_S_TOTAL || (q >= Q_TPM && q <= Q_PEAK_TPM) ||
	       q == Q_REQUESTS_PER_S;
}

/*
 * One of a user depends on how many share its work, and so does what a number
 * of them makes.
 */
static bool is_of_users(const struct claim *c)
{
	return c->metric == Q_TOK_S_USER || c->metric == Q_STEP_MS ||
	       (c->metric >= Q_E2E_MS && c->metric <= Q_E2E_P99_MS) ||
	       (c->metric >= Q_TTFT_MS && c->metric <= Q_TPOT_P99_MS) ||
	       (is_total(c->metric) && c->scenario.concurrency >= 1);
}

enum { COUNTS = 10 /* size: numbers of GPUs that are tried */ };

/* Within an NVLink domain, and beyond. */
static int counts_of(const struct claim *c, double *out)
{
	const double powers[] = { 1, 2, 4, 8, 16, 32, 64, 128 }; /* size: */
	const int many = 6;			/* size: 64 of them */
	const double domain = c->gpu->nvlink_gpus;
	int nr = 0;

	if (!is_of_users(c)) {
		out[nr++] = powers[many];
		if (!isnan(c->scenario.tp) || !isnan(c->scenario.ep) ||
		    !isnan(c->scenario.pp))
			out[nr++] = fmax(1, c->scenario.pp) *
				fmax(fmax(1, c->scenario.tp),
				     c->scenario.ep);
		return nr;
	}
	for (unsigned i = 0; i < sizeof(powers) / sizeof(*powers); i++)
		out[nr++] = powers[i];
	out[nr++] = domain;	/* the same again changes nothing */
	assert(nr <= COUNTS);
	return nr;
}

static bool is_open(const struct claim *c)
{
	return isnan(c->scenario.gpus) && c->gpu && c->model &&
	       !account_of(&c->all, Q_GPUS)->amount.known &&
	       (is_of_a_gpu(c->metric) || is_of_users(c));
}

static const struct limits *limits_on(const struct claims *all,
				      const struct claim *c, double gpus,
				      bool drafts)
{
	struct limits_spec a;

	spec_of(c, &a);
	a.scenario.gpus = gpus;
	a.drafts = a.drafts && drafts;
	return pool_noted(all->pool, &a);
}

/* In the claim's favour; what fits none of them is judged on the last. */
static bool favours(const struct claim *c, const struct limits *a,
		    const struct limits *than)
{
	bool fits = a->timed && a->fits, fitted = than->timed && than->fits;

	if (!a->sound || (than->sound && fits != fitted))
		return a->sound && fits;
	if (!than->sound || !is_of_users(c))
		return !than->sound;
	if (c->metric >= Q_TTFT_MS && c->metric <= Q_TTFT_P99_MS)
		return a->ttft_s > 0 && a->ttft_s < than->ttft_s;
	return a->user.most > than->user.most;
}

/* Its limits on each are made. */
static void choose_count(const struct claims *all, struct claim *c,
			 bool drafts)
{
	double counts[COUNTS];
	int nr = counts_of(c, counts);

	for (int i = 0; i < nr; i++) {
		const struct limits *l = limits_on(all, c, counts[i],
						   drafts);

		if (!favours(c, l, c->limits))
			continue;
		c->limits = l;
		c->gpus_taken = counts[i];
	}
}

/* ---- all of them ---- */

/* Its drafts are granted. */
static bool grants(const struct claims *all, const struct claim *c)
{
	const struct claim *x = shows(all, c);

	return !x || drafts_shown(all, x);
}

static void note_limits(const struct claims *all, struct claim *c)
{
	double counts[COUNTS];
	int nr = is_open(c) ? counts_of(c, counts) : 0;
	bool drafts = grants(all, c);

	c->limits = limits_on(all, c, claim_gpus(c), drafts);
	for (int i = 0; i < nr; i++)
		limits_on(all, c, counts[i], drafts);
}

static void look_at_limits(struct claim *c, const struct table *t, int row)
{
	if (!c->limits->asked || c->limits->sound)
		return;
	c->malformed = true;
	c->fault = c->limits->fault;
	claim_placed(&c->fault, t, row);
}

/* What is asked for first stands alone; the rest follows from it. */
void bounds_make(struct claims *all, const struct claims_spec *from)
{
	assert(all->pool && all->nr == from->table->rows);
	for (int i = 0; i < all->all; i++)
		if (!all->claim[i].malformed)
			note_undrafted(all, &all->claim[i]);
	pool_make(all->pool, &from->hands);
	for (int i = 0; i < all->all; i++)
		if (!all->claim[i].malformed)
			note_limits(all, &all->claim[i]);
	pool_make(all->pool, &from->hands);
	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];

		if (c->malformed)
			continue;
		if (is_open(c))
			choose_count(all, c, grants(all, c));
		look_at_limits(c, from->table, c->line);
	}
}
