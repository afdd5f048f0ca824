#include "claims/identity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "claims/equations.h"
#include "claims/sums.h"

void known_init(struct known *k, const struct amounts *stated, double beside)
{
	assert(stated && beside >= 1);
	memset(k, 0, sizeof(*k));
	k->beside = beside;
	k->amounts = *stated;
	for (int q = 0; q < Q_NR; q++)
		k->by[q] = -1;
	if (!k->amounts.of[Q_DAYS_PER_MONTH].known)
		k->amounts.of[Q_DAYS_PER_MONTH] = amount_of(MONTH_H / DAY_H,
			MONTH_SHORT * MONTH_H / DAY_H,
			MONTH_LONG * MONTH_H / DAY_H);
}

void known_fact(struct known *k, enum quantity q, double x)
{
	assert(q < Q_NR && !isinf(x));
	if (k->amounts.of[q].known || !(x > 0))
		return;
	k->amounts.of[q] = amount_exact(x);
	k->sheet[q] = true;
}

/* ---- which way what follows leans ---- */

static enum leaning turned(enum leaning l)
{
	return l == LEANS_UP ? LEANS_DOWN : l == LEANS_DOWN ? LEANS_UP : l;
}

/* Of term `to` by term `from` of one identity. */
static enum leaning carried(const struct known *k, const struct term *from,
			    const struct term *to)
{
	enum leaning l = k->leans[from->q];

	return from->power == to->power ? turned(l) : l;
}

/* throughput <= concurrency x tok/s of a user; tpot <= step */
static enum leaning bounded(enum quantity q)
{
	return q == Q_TOK_S_TOTAL || q == Q_TPOT_MS ? LEANS_UP : LEANS_DOWN;
}

static void flip(struct amount *a)
{
	double low = a->low;

	a->value = 1 / a->value;
	a->low = 1 / a->high;
	a->high = low > 0 ? 1 / low : (double)INFINITY;
}

static int terms_of(const struct identity *e)
{
	int nr = 0;

	while (nr < TERMS && e->term[nr].power != 0)
		nr++;
	return nr;
}

/* What the GPUs draw is a part of what is drawn; of electricity what the
   machines do, where it is not said how much is beside them. */
static bool of_power(const struct identity *e)
{
	return e->term[1].q == Q_GPU_W || (e->term[2].q != Q_PUE &&
		(e->term[0].q == Q_GRID_USD_HOUR ||
		 e->term[0].q == Q_GRID_USD_MTOK ||
		 e->term[0].q == Q_KWH_DAY));
}

/*
 * Hours of a day that a rent is paid for: those that are stated, but as many as
 * a day has where tokens are made in them and GPUs may be paid for all day.
 */
static void rent_hours(const struct known *k, struct amount *a)
{
	const struct amount *hours = &k->amounts.of[Q_HOURS_PER_DAY];
	bool makes = false;

	if (!hours->known || k->by[Q_HOURS_PER_DAY] >= 0 ||
	    k->assumed[Q_HOURS_PER_DAY])
		return;
	for (int q = 0; q < Q_NR; q++)
		makes |= k->amounts.of[q].known &&
			(quantity_kind((enum quantity)q) == K_RATE ||
			 quantity_kind((enum quantity)q) == K_DAILY);
	a->low = hours->low;
	if (makes) {
		a->said = SAID_RANGE;
		return;
	}
	a->value = hours->value;
	a->high = hours->high;
}

/* k, and how far it may be from it. */
static struct amount factor(const struct known *k, const struct identity *e)
{
	struct amount a = amount_exact(e->k);

	if (of_power(e)) {
		a.high *= k->beside;
		a.said = SAID_RANGE;
	} else if (e->term[0].q == Q_USD_PER_DAY &&
		   e->term[1].q == Q_USD_PER_HOUR) {
		rent_hours(k, &a);
	}
	return a;
}

/* k x the product of all terms but `but`. */
static struct amount product(const struct known *k, const struct identity *e,
			     int but)
{
	struct amount p = factor(k, e);

	for (int i = 0; i < terms_of(e); i++) {
		struct amount a = k->amounts.of[e->term[i].q];

		if (i == but)
			continue;
		if (e->term[i].power < 0)
			flip(&a);
		if (a.said == SAID_RANGE)
			p.said = SAID_RANGE;
		p.value *= a.value;
		p.low *= a.low;
		p.high *= a.high;
	}
	return p;
}

/* The one term that is not known, or -1. */
static int lacking(const struct known *k, const struct identity *e)
{
	int lack = -1;

	for (int i = 0; i < terms_of(e); i++)
		if (!k->amounts.of[e->term[i].q].known) {
			if (lack >= 0)
				return -1;
			lack = i;
		}
	return lack;
}

static void solve(struct known *k, int which, int term, enum quantity metric)
{
	const struct identity *e = &identities[which];
	enum quantity q = e->term[term].q;
	struct amount p = product(k, e, term);

	if (e->term[term].power > 0)
		flip(&p);
	if (!isfinite(p.value) || !(p.value > 0) || isnan(p.low) ||
	    isnan(p.high))
		return;
	k->amounts.of[q] = p;
	k->by[q] = which;
	k->product[q] = which == PRODUCT;
	if (which == PRODUCT || which == STEP)
		k->leans[q] = bounded(q);
	for (int i = 0; i < terms_of(e); i++) {
		enum quantity other = e->term[i].q;

		if (i == term)
			continue;
		k->from_metric[q] |= k->from_metric[other] ||
			(other == metric && k->by[other] < 0);
		k->product[q] |= k->product[other];
		k->leans[q] = sums_leaned(k->leans[q], carried(k, &e->term[i],
							  &e->term[term]));
	}
}

static void fill(struct known *k, enum quantity metric)
{
	for (bool more = true; more;) {
		more = false;
		sums_tokens(k);
		for (int i = 0; i < identities_nr; i++) {
			int term = lacking(k, &identities[i]);

			if (term < 0)
				continue;
			solve(k, i, term, metric);
			more |= k->amounts.of[identities[i].term[term].q]
				.known;
		}
	}
	sums_close(k);
}

/* What is stated first; then a day of 24 hours at full use. */
void known_close(struct known *k, enum quantity metric)
{
	static const struct { enum quantity q; double x; } usual[] = {
		{ Q_UTILIZATION, 1 }, { Q_HOURS_PER_DAY, DAY_H } };

	assert(metric < Q_NR);
	k->from_metric[metric] = k->amounts.of[metric].known;
	fill(k, metric);
	for (unsigned i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (!k->amounts.of[usual[i].q].known &&
		    metric != usual[i].q) {
			k->amounts.of[usual[i].q] = amount_exact(usual[i].x);
			k->assumed[usual[i].q] = true;
			k->leans[usual[i].q] = LEANS_UP;
		}
	fill(k, metric);
}

/* ---- what is left ---- */

void account_keep(struct account *a, const struct known *k)
{
	*a = (struct account){ .beside = k->beside };
	for (int q = 0; q < Q_NR; q++)
		a->nr += k->amounts.of[q].known;
	a->entry = mem_zeroed((size_t)a->nr + 1, sizeof(*a->entry));
	for (int q = 0, i = 0; q < Q_NR; q++) {
		bool product = k->by[q] >= 0 && k->by[q] < identities_nr;

		if (k->amounts.of[q].known)
			a->entry[i++] = (struct entry){ k->amounts.of[q],
				(enum quantity)q, k->by[q], k->leans[q],
				k->from_metric[q], k->assumed[q], k->sheet[q],
				k->product[q], product ? factor(k,
				&identities[k->by[q]]).value : 0 };
	}
}

const struct entry *account_of(const struct account *a, enum quantity q)
{
	static const struct entry none = { .by = -1 };

	assert(q < Q_NR && a->nr >= 0);
	for (int i = 0; i < a->nr && a->entry[i].q <= q; i++)
		if (a->entry[i].q == q)
			return &a->entry[i];
	return &none;
}

/* ---- in words ---- */

struct line {
	char *at;
	int left;
};

static void add(struct line *l, const char *text)
{
	int n = snprintf(l->at, (size_t)l->left, "%s", text);

	n = n < l->left ? n : l->left - 1;
	l->at += n;
	l->left -= n;
}

static void add_amount(struct line *l, const struct account *k, enum quantity q)
{
	char number[48], all[96];	/* size: a number, with its name */

	quantity_human(account_of(k, q)->amount.value, number, sizeof(number));
	snprintf(all, sizeof(all), "%s %s", quantity_name(q), number);
	add(l, all);
}

static void add_product(struct line *l, const struct account *k,
			enum quantity q)
{
	const struct identity *e = &identities[account_of(k, q)->by];
	int own = 0, sign;
	char number[48];	/* size: a number */
	double by = account_of(k, q)->times;
	bool first = true;

	while (e->term[own].q != q)
		own++;
	sign = -e->term[own].power;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < terms_of(e); i++) {
			int power = e->term[i].power * sign;

			if (i == own || (pass == 0) != (power > 0))
				continue;
			if (first)
				add(l, pass ? "1 / " : "");
			else
				add(l, pass ? " / " : " x ");
			add_amount(l, k, e->term[i].q);
			first = false;
		}
	if (by == 1)
		return;
	quantity_human(sign > 0 ? by : 1 / by, number, sizeof(number));
	if ((sign > 0 ? by : 1 / by) >= 1) {
		add(l, " x ");
	} else {
		add(l, " / ");
		quantity_human(sign > 0 ? 1 / by : by, number,
			       sizeof(number));
	}
	add(l, number);
}

static const struct sum *sum_for(const struct account *k, enum quantity q)
{
	return &sums[account_of(k, q)->by - KNOWN_BY_SUM];
}

static void add_sum(struct line *l, const struct account *k, enum quantity q)
{
	const struct sum *sum = sum_for(k, q);
	int next = 0;
	char text[2] = "";

	for (const char *s = sum->says; *s; s++) {
		text[0] = *s;
		if (*s == '@')
			add_amount(l, k, sum->of[next++]);
		else
			add(l, text);
	}
}

static void steps(struct line *l, const struct account *k, enum quantity q)
{
	char number[48];	/* size: a number */

	if (account_of(k, q)->by < 0)
		return;
	if (account_of(k, q)->by < identities_nr) {
		const struct identity *e = &identities[account_of(k, q)->by];

		for (int i = 0; i < terms_of(e); i++)
			if (e->term[i].q != q &&
			    account_of(k, e->term[i].q)->by >= 0) {
				steps(l, k, e->term[i].q);
				add(l, "; ");
			}
	}
	add(l, quantity_name(q));
	add(l, " = ");
	if (account_of(k, q)->by < identities_nr)
		add_product(l, k, q);
	else
		add_sum(l, k, q);
	add(l, " = ");
	add(l, quantity_say(q, account_of(k, q)->amount.value, number,
			    sizeof(number)));
}

void account_trail(const struct account *k, enum quantity q, char *out,
		   int size)
{
	struct line l = { out, size };

	assert(q < Q_NR && size > 0);
	*out = '\0';
	steps(&l, k, q);
}

static bool term_rests_on(const struct account *k, enum quantity term,
			  enum quantity on)
{
	return term == on || account_rests_on(k, term, on);
}

bool account_rests_on(const struct account *k, enum quantity q,
		      enum quantity on)
{
	const struct identity *e;
	const struct sum *s;
	bool rests = false;

	assert(q < Q_NR && on < Q_NR);
	if (account_of(k, q)->by < 0)
		return false;
	if (account_of(k, q)->by >= identities_nr) {
		s = sum_for(k, q);
		for (int i = 0; i < sum_terms(s); i++)
			rests |= term_rests_on(k, s->of[i], on);
		return rests;
	}
	e = &identities[account_of(k, q)->by];
	for (int i = 0; i < terms_of(e); i++)
		rests |= e->term[i].q != q &&
			 term_rests_on(k, e->term[i].q, on);
	return rests;
}
