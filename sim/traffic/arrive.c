#include "traffic/arrive.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "traffic/dice.h"

#define PI 3.14159265358979323846	/* math: */
#define LONGEST_TOK 1e8			/* size: a prompt's most tokens */
#define HASH_STEP 0x9e3779b97f4a7c15u	/* math: 2^64 / golden ratio */

enum { HALVINGS = 60 /* size: bisections, to a double's last bits */ };

const char *const arrive_names[ARRIVE_NR] = { "closed", "waves", "sequential",
	"offline", "poisson", "constant", "bursty", "day" };

int arrive_how_of(const char *name)
{
	for (int i = 0; i < ARRIVE_NR; i++)
		if (strcmp(arrive_names[i], name) == 0)
			return i;
	return -1;
}

/* ---- when ---- */

/* rate (1 - swing cos(2 pi t / day)) is thinned from its peak (Lewis 1979). */
static double next_of_day(struct chance *g, const struct arrive_spec *a,
			  double t)
{
	double peak = a->rate * (1 + a->swing), now;

	do {
		t += chance_exponential(g, 1 / peak);
		now = a->rate * (1 - a->swing * cos(2 * PI * t / a->day_s));
	} while (chance_uniform(g) * peak >= now);
	return t;
}

static double next_s(struct chance *g, const struct arrive_spec *a, double t)
{
	switch (a->how) {
	case ARRIVE_POISSON:
		return t + chance_exponential(g, 1 / a->rate);
	case ARRIVE_CONSTANT:
		return t + 1 / a->rate;
	case ARRIVE_BURSTY:
		return t + dice_gamma(g, a->burstiness,
					 1 / (a->rate * a->burstiness));
	case ARRIVE_DAY:
		return next_of_day(g, a, t);
	default:
		return 0;
	}
}

/* ---- how long ---- */

static int32_t length(struct chance *g, const struct arrive_spec *a,
		      double nominal)
{
	double least = fmax(1, floor(nominal * a->spread)), x;

	if (a->lengths == LENGTHS_UNIFORM)
		x = nominal <= least ? nominal : least + (double)
			chance_below(g, (uint64_t)(nominal - least) + 1);
	else
		x = dice_lognormal(g, log(nominal) -
				      a->spread * a->spread / 2, a->spread);
	return (int32_t)fmin(LONGEST_TOK, fmax(1, round(x)));
}

/* ---- sessions ---- */

static void add_blocks(struct serve_load *l, size_t *cap, int nr,
		       uint64_t session)
{
	while (l->hashes + (size_t)nr > *cap) {
		*cap = *cap ? 2 * *cap : (size_t)nr;
		l->hash = mem_resize(l->hash, *cap, sizeof(*l->hash));
	}
	for (int i = 0; i < nr; i++)
		l->hash[l->hashes++] = (session + 1) * HASH_STEP +
				       (uint64_t)i;
}

/* A turn says again all that was said; whole blocks alone are found again. */
static void join_session(struct serve_load *l, size_t *cap, int i, int turns)
{
	struct serve_request *r = &l->request[i];
	int session = i / turns;
	double said = 0;

	if (i % turns) {
		const struct serve_request *p = r - 1;

		said = (double)p->prompt_tok + p->output_tok;
		r->after = i - 1;
	}
	r->prompt_tok = (int32_t)fmin(LONGEST_TOK, r->prompt_tok + said);
	r->blocks = (int32_t)(r->prompt_tok / l->hash_tok);
	r->tail = (int32_t)((r->prompt_tok + r->output_tok) / l->hash_tok) -
		  r->blocks;
	r->first = l->hashes;
	add_blocks(l, cap, r->blocks + r->tail, (uint64_t)session);
}

/* One list of blocks for all, as long as the longest needs. */
static void ask_the_same(struct serve_load *l)
{
	size_t cap = 0;
	int32_t most = 0;

	for (int i = 0; i < l->nr; i++) {
		struct serve_request *r = &l->request[i];

		r->blocks = (int32_t)(r->prompt_tok / l->hash_tok);
		most = r->blocks > most ? r->blocks : most;
	}
	if (most)
		add_blocks(l, &cap, most, 0);
}

/* ---- the whole ---- */

static void clients_of(struct serve_load *l, const struct arrive_spec *a)
{
	l->client = a->how == ARRIVE_WAVES ? SERVE_WAVES :
		a->how == ARRIVE_CLOSED || a->how == ARRIVE_SEQUENTIAL ?
		SERVE_CLOSED : SERVE_OPEN;
	l->clients = a->how == ARRIVE_SEQUENTIAL ? 1 : a->clients;
}

void arrive_draw(struct serve_load *l, const struct arrive_spec *a)
{
	struct chance when, how_long, *g = &when, *h = &how_long;
	size_t cap = 0;
	double t = 0;

	assert(a->requests > 0 && a->prompt_tok >= 1 && a->output_tok >= 1);
	chance_fill(g, chance_seed(a->seed, 0, STREAM_ARRIVALS));
	chance_fill(h, chance_seed(a->seed, 0, STREAM_TOKENS));
	*l = (struct serve_load){ .nr = a->requests,
				  .hash_tok = fmax(1, a->block_tok) };
	clients_of(l, a);
	l->request = mem_zeroed((size_t)l->nr, sizeof(*l->request));
	for (int i = 0; i < l->nr; i++) {
		struct serve_request *r = &l->request[i];

		r->after = -1;
		r->prompt_tok = length(h, a, a->prompt_tok);
		r->output_tok = length(h, a, a->output_tok);
		if (a->turns > 1)
			join_session(l, &cap, i, a->turns);
		if (r->after >= 0) {
			r->at_s = a->think_s > 0 ?
				chance_exponential(g, a->think_s) : 0;
		} else {
			t = next_s(g, a, t);
			r->at_s = t;
		}
		r->cached_tok = (int32_t)(a->hit * r->prompt_tok);
		r->steps = r->output_tok - 1;
	}
	if (a->same && a->turns <= 1)
		ask_the_same(l);
}

/* ---- drafts ---- */

/* 1 + p + ... + p^drafts = gain, by halving. */
static double acceptance(int drafts, double gain)
{
	double low = 0, high = 1;

	assert(drafts >= 0);
	for (int i = 0; i < HALVINGS; i++) {
		double p = (low + high) / 2, sum = 1, power = 1;

		for (int k = 0; k < drafts; k++) {
			power *= p;
			sum += power;
		}
		*(sum < gain ? &low : &high) = p;
	}
	return (low + high) / 2;
}

static int32_t steps_of(struct chance *g, const struct accept_spec *a, double p,
			int tok)
{
	int32_t steps = 0;

	for (; tok > 0; steps++) {
		int gained = 1;

		while (gained <= a->drafts &&
		       chance_uniform(g) < (a->accept ?
					     a->accept[gained - 1] : p))
			gained++;
		tok -= gained;
	}
	return steps;
}

void arrive_steps(struct serve_load *l, const struct accept_spec *a)
{
	struct chance accepted, *g = &accepted;
	double p = acceptance(a->drafts, a->tokens_per_step);

	chance_fill(g, chance_seed(a->seed, 0, STREAM_DRAFTS));
	for (int i = 0; i < l->nr && a->drafts > 0; i++)
		l->request[i].steps = steps_of(g, a, p,
					       l->request[i].output_tok - 1);
}

void arrive_luck(struct serve_load *l, double spread, uint64_t seed)
{
	struct chance luck;

	assert(spread >= 0);
	chance_fill(&luck, chance_seed(seed, 0, STREAM_LUCK));
	for (int i = 0; i < l->nr; i++)
		l->request[i].luck = (float)dice_lognormal(&luck,
			-spread * spread / 2, spread);
}
