#include "judge/verdict.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/portion.h"
#include "base/text.h"
#include "spoken/phrase.h"
#include "rules/rule.h"

enum { LACKING = 160 /* size: a few names */ };

static bool is_latency(enum quantity q)
{
	return quantity_in(q, Q_TTFT_MS, Q_TTFT_P99_MS) ||
	       quantity_in(q, Q_E2E_MS, Q_E2E_P99_MS);
}

static bool is_limited(enum quantity q)
{
	return is_latency(q) || q == Q_TPOT_MS || q == Q_STEP_MS ||
	       q <= Q_TPM || q == Q_PEAK_TPM || q == Q_FITS;
}

/* "hw, gpus, isl": of what is not stated. */
static void lacking(const struct claim *c, char list[LACKING])
{
	const struct scenario *s = &c->scenario;
	const struct { bool lacks; const char *name; } all[] = {
		{ !*s->hw && strcmp(c->names.kind, "hw"), "hw" },
		{ !*s->model && strcmp(c->names.kind, "model"), "model" },
		{ isnan(s->gpus), "gpus" },
		{ is_latency(c->metric) && isnan(s->isl), "isl" },
		{ c->metric == Q_E2E_MS && isnan(s->osl), "osl" } };

	*list = '\0';
	if (*c->names.missing)
		text_list(list, LACKING, "", "a sheet for %.60s%s%.40s%s",
			  c->names.missing, *c->names.near ?
			  " (did you mean " : "", c->names.near,
			  *c->names.near ? "?)" : "");
	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (is_limited(c->metric) && all[i].lacks)
			text_list(list, LACKING, ", ", "%s", all[i].name);
}

/* What nothing could be said about, and what would have to be known. */
static void nothing(const struct claim *c, struct finding *f)
{
	char list[LACKING];

	lacking(c, list);
	*f = (struct finding){ .rule = "none", .verdict = VERDICT_UNKNOWN,
				.confidence = CONFIDENCE_LOW };
	if (*c->names.missing)
		finding_say(f->reason, "There is no sheet for %.60s, and "
			    "nothing else judges the claim",
			    c->names.missing);
	else if (c->limits->fits)
		finding_say(f->reason, "It fits the memory, but the claim "
			    "does not state what its figure could be judged "
			    "by");
	else
		finding_say(f->reason, "The claim does not state what it "
			    "could be judged by");
	if (is_latency(c->metric))
		finding_say(f->needs, "%s%sthe load (concurrency, together) "
			    "for a request-level run", list,
			    *list ? ", " : "");
	else
		finding_say(f->needs, "%s%sother quantities that %s follows "
			    "from", list, *list ? ", or " : "",
			    quantity_name(c->metric));
}

/* Of equals the first that accuses, but the last that acquits: it is the
   more special. Of those that acquit, one that caps stands. */
static bool outweighs(const struct finding *f, const struct finding *than)
{
	if (f->verdict > VERDICT_HOLDS || than->verdict > VERDICT_HOLDS)
		return f->verdict > than->verdict;
	return than->caps || f->caps ? f->caps : f->verdict >= than->verdict;
}

/* Of two figures of one thing none is accused: they may be of two. */
static void doubt(struct finding *f)
{
	char was[sizeof(f->reason)];

	snprintf(was, sizeof(was), "%s", f->reason);
	finding_say(f->reason, "Two figures of it are stated, and of what each "
		    "is, is open; taken together: %.220s", was);
	f->verdict = VERDICT_UNKNOWN;
	f->confidence = CONFIDENCE_LOW;
}

/* By peaks and no law of any software what is reached is not known. */
static void at_peaks(struct finding *f)
{
	char was[sizeof(f->reason)];

	snprintf(was, sizeof(was), "%s", f->reason);
	finding_say(f->reason, "No stack has laws for this GPU; were its peaks "
		    "what software reaches: %.220s", was);
	if (f->verdict == VERDICT_HOLDS)
		f->verdict = VERDICT_PLAUSIBLE;
	f->confidence = CONFIDENCE_LOW;
}

/* What rules say, those that are asked last or the others; how many do. */
static int hear(const struct claims *all, int i, struct finding *scratch,
		bool last)
{
	int nr = 0;

	assert(!all->claim[i].malformed);
	for (int r = 0; r < rules_nr; r++) {
		struct finding *f = &scratch[nr];

		if ((r == rules_nr - 1) != last)
			continue;
		*f = (struct finding){ .rule = rules[r].name,
					.sheets = rules[r].sheets,
					.gpus = rules[r].gpus };
		nr += rules[r].judge ? rules[r].judge(&all->claim[i], f) :
			rules[r].across(all, i, f);
		if (f->by && f->verdict < VERDICT_IMPOSSIBLE &&
		    all->claim[i].limits->lawless)
			at_peaks(f);
		/* who accuses shows the arithmetic */
		assert(f->verdict <= VERDICT_UNKNOWN || *f->arithmetic);
	}
	return nr;
}

static void judge(struct claims *all, int i, struct finding *scratch)
{
	struct claim *c = &all->claim[i];
	int nr;

	if (c->malformed)
		return;
	nr = hear(all, i, scratch, false);
	if (nr == 0)
		nr = hear(all, i, scratch, true);
	if (nr == 0)
		nothing(c, &scratch[nr++]);
	c->finding = mem_resize(NULL, (size_t)nr, sizeof(*c->finding));
	memcpy(c->finding, scratch, (size_t)nr * sizeof(*c->finding));
	c->findings = nr;
	c->worst = c->finding;
	for (int k = 1; k < nr; k++)
		if (outweighs(&c->finding[k], c->worst))
			c->worst = &c->finding[k];
	if (c->doubtful && c->worst->verdict > VERDICT_UNKNOWN)
		doubt(&c->finding[c->worst - c->finding]);
}

/* Claims in parts that follow each other. */
struct judging {
	struct claims *all;
	int parts;
};

static void judge_part(void *arg, int part)
{
	const struct judging *j = arg;
	struct finding *scratch = mem_zeroed((size_t)rules_nr + 1,
					     sizeof(*scratch));
	struct portion of = portion_of(j->all->all, part, j->parts);

	for (int64_t i = of.from; i < of.to; i++)
		judge(j->all, (int)i, scratch);
	free(scratch);
}

/* One after the other, or by as many as there are. */
static void judge_all(struct claims *all, const struct hands *hands)
{
	const int few = 64;		/* size: claims of a part */
	struct judging j = { all, all->all / few + 1 };
	struct played_spec load;

	for (int i = 0; i < all->all; i++)
		if (!all->claim[i].malformed &&
		    rule_plays(&all->claim[i], &load))
			pool_note_play(all->pool, &load);
	pool_play(all->pool, hands);
	if (hands->each && j.parts > 1)
		hands->each(hands->of, j.parts, judge_part, &j);
	else
		for (int i = 0; i < j.parts; i++)
			judge_part(&j, i);
}

/* "USD" by the name of what it is; as long as it, and no longer. */
static void in_money(char *text, const char *of)
{
	const char *usd = "USD";
	size_t n = strlen(usd);

	for (char *s = strstr(text, usd); s && strlen(of) == n;
	     s = strstr(s + n, usd))
		memcpy(s, of, n);
}

/* It is money, a ratio that may be of it, or follows from it. */
static bool is_of_money(const struct claim *c)
{
	enum kind kind = quantity_kind(c->metric);
	bool is = kind_is_money(kind) || kind == K_SHARE;

	for (int k = 0; k < c->rest.nr; k++)
		is |= kind_is_money(quantity_kind(c->rest.entry[k].q)) &&
			account_rests_on(&c->rest, c->metric,
					 c->rest.entry[k].q);
	return is;
}

/* Nothing tells what one currency is in another. */
static void look_at_money(struct claim *c)
{
	enum kind kind = quantity_kind(c->metric);
	struct finding *f;

	for (int k = 0; k < c->findings; k++) {
		in_money(c->finding[k].reason, c->money);
		in_money(c->finding[k].arithmetic, c->money);
		in_money(c->finding[k].limit, c->money);
		in_money(c->finding[k].needs, c->money);
	}
	if (!c->mixed || !is_of_money(c) ||
	    (c->worst->sheets && kind != K_MONEY && kind != K_MTOK))
		return;
	f = &c->finding[c->worst - c->finding];
	finding_say(f->reason, "Its figures are in %s and in another "
		    "currency, and what one is in the other is not said",
		    c->money);
	finding_say(f->needs, "all of them in one currency");
	f->verdict = VERDICT_UNKNOWN;
	f->confidence = CONFIDENCE_LOW;
}

/*
 * A data sheet's figure is no claim of a sentence, but what it goes by: one
 * that is right acquits nothing of what was not read.
 */
static bool is_premise(const struct finding *f, const struct phrase *p)
{
	return p && strpbrk(p->note, "0123456789") &&
	       f->verdict <= VERDICT_HOLDS && !strcmp(f->rule, "fact");
}

/*
 * A row is no better than the worst of the figures in its cell; and where the
 * first of a sentence is not judged, another may be.
 */
static void look_beside(struct claims *all, const struct phrase *p)
{
	for (int i = all->nr; i < all->all; i++) {
		const struct finding *f = all->claim[i].worst;
		struct claim *c = &all->claim[all->claim[i].line];

		if (!all->claim[i].malformed && !c->malformed &&
		    (f->verdict > VERDICT_UNKNOWN ?
		     f->verdict > c->worst->verdict :
		     c->said && c->worst->verdict == VERDICT_UNKNOWN &&
		     !is_premise(f, p)))
			c->worst = f;
	}
}

static int judged(struct claims *all, const struct claims_spec *from,
		  struct fault *why)
{
	if (claims_read(all, from, why))
		return -1;
	judge_all(all, &from->hands);
	for (int i = 0; i < all->all; i++)
		if (!all->claim[i].malformed && *all->claim[i].money)
			look_at_money(&all->claim[i]);
	look_beside(all, from->phrase);
	return 0;
}

/* Its hardware is one of two, and by the one that was taken it fails. */
static bool fails_by_one(const struct claim *c)
{
	return !c->malformed && c->names.either &&
	       c->worst->verdict > VERDICT_UNKNOWN;
}

/* The rows marked are judged by the second of two; the others as they were. */
static int judge_second(struct claims *all, const struct claims_spec *from,
			bool *second, struct fault *why)
{
	struct claims_spec again = *from;
	struct claims other;
	int saved = 0, left = 0;

	again.second = second;
	if (judged(&other, &again, why))
		return -1;
	for (int i = 0; i < all->nr; i++) {
		left += second[i] && fails_by_one(&other.claim[i]);
		second[i] &= !fails_by_one(&other.claim[i]);
		saved += second[i];
	}
	claims_release(saved > 0 && left == 0 ? all : &other);
	if (saved == 0)
		return 0;
	if (left == 0) {
		*all = other;
		return 0;
	}
	claims_release(all);
	return judged(all, &again, why);
}

/* What is true of either hardware that a name may mean is accused by none. */
int claims_judge_by(struct claims *all, const struct claims_spec *from,
		    struct fault *why)
{
	const struct library *lib = from->library;
	int marked = 0, rc = 0;
	bool *second;

	assert(lib->granted);
	if (!lib->granted(lib->of, why) || judged(all, from, why))
		return -1;
	second = mem_zeroed((size_t)all->nr + 1, sizeof(*second));
	for (int i = 0; i < all->nr; i++)
		marked += second[i] = fails_by_one(&all->claim[i]);
	if (marked > 0)
		rc = judge_second(all, from, second, why);
	free(second);
	return rc;
}

int claims_judge(struct claims *all, const struct table *t,
		 const struct library *lib, struct fault *why)
{
	assert(lib && t->rows >= 0);
	return claims_judge_by(all, &(struct claims_spec){ .table = t,
				.library = lib }, why);
}
