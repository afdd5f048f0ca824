#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/grid.h"
#include "base/mem.h"
#include "base/units.h"
#include "options/emit.h"
#include "tasks/launch.h"
#include "crew/lend.h"
#include "tasks/offers.h"
#include "options/options.h"
#include "options/verb.h"
#include "read/place.h"
#include "library/shelf.h"
#include "say/plan_text.h"

#define MOST_OFFERED 1e9	/* size: GPUs; beyond it a number is a slip */

static const struct command command = {
	"", "Which GPUs, how many, in which layout? Every layout of a list is "
	"asked for its largest batch that keeps --tpot; without --hw, every "
	"GPU that has a price is asked; prompts (--isl, "
	"--osl) go to GPUs of their own that keep --ttft. --gpus is what is "
	"on offer; --rate, --users or --tokens-day a load to carry with the "
	"fewest GPUs; --budget what may be spent, --power what "
	"may be drawn; --price one for all --hw, "
	"or as many as they are. Layouts are ranked "
	"against each other, so a plan has no --shard and no --resume: it "
	"takes seconds, and many questions are as many commands. Exit 1 when "
	"no layout serves it.\v"
	"Example:\n  deeproof plan --hw h800-sxm --model deepseek-v3 "
	"--gpus 320 \\\n    --ctx 4989 --tpot 50\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_SEED |
	OPTION_TPOT | OPTION_PLAN };

struct planning {
	struct options o;
	struct fleet_spec spec;
	struct fleet fleet;
	struct grid_list list[FLEET_WORDS];
	struct grid_list models;	/* each is planned by itself */
	struct text priced;		/* where no hw is given */
	double gpus, usd_month;		/* of all of them */
	struct offers offers;	/* to compare with */
	struct lend lend;	/* the shelf, to several threads */
	struct shelf *shelf;
};

/* A list in which something stands again would be ranked against itself. */
static int list_once(struct grid_list *l, const char *text, bool words,
		     struct fault *why)
{
	if (grid_list_make(l, text, words, why))
		return -1;
	for (int i = 0; i < l->nr; i++)
		for (int k = 0; k < i; k++)
			if (!strcmp(l->value[i].text, l->value[k].text))
				return fault_twice(why, l->value[i].text);
	return 0;
}

/* Several models, each with the load that is given. */
static int models(struct planning *p, struct fault *why)
{
	int c = scenario_column_find("model");
	const char *text = p->o.given[c];

	fault_at(why, "--model", 0, 0);
	if (!text || list_once(&p->models, text, true, why))
		return text ? -1 : 0;
	p->o.given[c] = p->models.value[0].text;
	if (p->models.nr < 2)
		return 0;
	if (!(p->o.rate > 0 || p->o.users > 0 || p->o.tokens_day > 0)) {
		fault_what(why, "several models share no number of GPUs");
		return fault_remedy(why, "give the load of each: --rate, "
				    "--users or --tokens-day");
	}
	if (!p->o.launch)
		return 0;
	fault_what(why, "several models have no one launch");
	return fault_remedy(why, "give --launch with one model at a time");
}

/* Without --hw: every GPU of the data folder that has a price. */
static int all_with_a_price(struct planning *p, struct fault *why)
{
	struct text root = TEXT_INIT;
	struct place_names all = { 0 };

	place_root(&root);
	place_names(&all, root.buf, &place_gpus);
	for (int i = 0; i < all.nr; i++) {
		const struct gpu *g = shelf_gpu(p->shelf, all.name[i], why);

		if (g && g->price_usd_h > 0)
			text_addf(&p->priced, "%s%s", p->priced.len ? "," : "",
				  all.name[i]);
	}
	place_names_release(&all);
	text_release(&root);
	if (!p->priced.len) {
		fault_at(why, "", 0, 0);
		fault_what(why, "no GPU has a price");
		return fault_remedy(why, "say --hw, one or several with "
				    "commas between");
	}
	p->o.given[scenario_column_find("hw")] = p->priced.buf;
	return 0;
}

/* Columns that a plan may choose are lists; gpus is what is on offer. */
static int lists(struct planning *p, struct fault *why)
{
	static const char *const name[FLEET_WORDS] = { [FLEET_HW] = "hw",
		[FLEET_WEIGHTS] = "weights", [FLEET_KV] = "kv",
		[FLEET_TP] = "tp", [FLEET_MTP] = "mtp", [FLEET_DCP] = "dcp",
		[FLEET_PP] = "pp", [FLEET_EP] = "ep" };

	for (int w = 0; w < FLEET_WORDS; w++) {
		int c = name[w] ? scenario_column_find(name[w]) : -1;
		const char *text = c >= 0 ? p->o.given[c] : NULL;
		char place[32];	/* size: an option */

		if (!text)
			continue;
		p->o.given[c] = NULL;
		snprintf(place, sizeof(place), "--%s", name[w]);
		fault_at(why, place, 0, 0);
		if (list_once(&p->list[w], text, scenario_columns[c].word,
			      why))
			return -1;
		if (p->list[w].nr >= FLEET_LIST) {
			fault_what(why, "%d values", p->list[w].nr);
			return fault_remedy(why, "give up to %d",
					    FLEET_LIST - 1);
		}
		for (int i = 0; i < p->list[w].nr; i++)
			p->spec.word[w][i] = p->list[w].value[i].text;
	}
	return 0;
}

/* --price A,B: of each --hw its own. */
static int prices(struct planning *p, struct fault *why)
{
	const int c = scenario_column_find("price"), nr = p->list[FLEET_HW].nr;
	struct grid_list each = { 0 };
	const char *text = p->o.given[c];
	int rc;

	if (!text || !strchr(text, ','))
		return 0;
	p->o.given[c] = NULL;
	fault_at(why, "--price", 0, 0);
	rc = grid_list_make(&each, text, false, why);
	if (!rc && each.nr != nr) {
		fault_what(why, "%d prices of %d kinds of GPU", each.nr, nr);
		rc = fault_remedy(why, "give --hw and --price as many, in the "
				       "same order");
	}
	for (int i = 0; !rc && i < nr; i++) {
		p->spec.price[i] = each.value[i].x;
		if (each.value[i].x > 0)
			continue;
		fault_what(why, "\"%s\" is no price", each.value[i].text);
		rc = fault_remedy(why, "write $ a GPU-hour, as 2.5");
	}
	grid_list_release(&each);
	return rc;
}

/* Seconds of users' answers: as many tokens as they read. */
static int load(struct planning *p, struct fault *why)
{
	const struct options *o = &p->o;
	const struct scenario *s = &p->spec.base;
	int ways = (o->rate > 0) + (o->users > 0) + (o->tokens_day > 0);

	fault_at(why, "", 0, 0);
	if (ways > 1) {
		fault_what(why, "a load is given twice");
		return fault_remedy(why, "give one of --rate, --users and "
				    "--tokens-day");
	}
	if (o->rate > 0 && !(s->osl > 0)) {
		fault_what(why, "--rate needs --osl, the tokens of an answer");
		return -1;
	}
	if (o->users > 0 && !isfinite(o->tpot_s)) {
		fault_what(why, "--users needs --tpot, the pace of each");
		return -1;
	}
	p->spec.load_tok_s = o->rate > 0 ? o->rate * s->osl :
		o->users > 0 ? o->users / o->tpot_s : o->tokens_day / DAY_S;
	return 0;
}

static int spec_of(struct planning *p, struct fault *why)
{
	struct fleet_spec *a = &p->spec;
	const struct options *o = &p->o;

	*a = (struct fleet_spec){ .tpot_s = o->tpot_s, .ttft_s = o->ttft_s,
		.gpus = INFINITY, .usd_h = o->usd_h, .most_W = o->most_W,
		.first_rank = o->percent / 100,	/* units: percent */
		.cached_share = o->hit_share, .spare_node = o->spare,
		.mix = o->mix,
		.library = &p->lend.library, .hands = lend_hands };
	if (o->given[scenario_column_find("model")] &&
	    !o->given[scenario_column_find("hw")] && all_with_a_price(p, why))
		return -1;
	if (models(p, why) || lists(p, why) || prices(p, why) ||
	    options_scenario(o, &a->base, why))
		return -1;
	if (!isnan(a->base.gpus))
		a->gpus = a->base.gpus;
	a->base.gpus = (double)NAN;
	fault_at(why, "", 0, 0);
	if (!isnan(a->base.batch) || !isnan(a->base.concurrency)) {
		fault_what(why, "a plan finds the batch itself");
		return fault_remedy(why, "give --tpot, the time a token may "
				    "take");
	}
	if (o->mix && p->list[FLEET_HW].nr < 2) {
		fault_at(why, "--mix", 0, 0);
		fault_what(why, "there is one kind of GPU, which nothing can "
			   "be mixed with");
		return fault_remedy(why, "give --hw two kinds or more, with "
				    "commas between");
	}
	if (a->gpus < 1 || (isfinite(a->gpus) && a->gpus > MOST_OFFERED)) {
		fault_what(why, "gpus is %.10g", a->gpus);
		return fault_remedy(why, "say how many are on offer, up to "
				    "%.0f", MOST_OFFERED);
	}
	return load(p, why);
}

static int sheets_of(void *of, const struct scenario *s,
		     struct plan_sheets *out)
{
	struct planning *p = of;
	const struct shelf_sheets named = shelf_sheets(p->shelf, s);
	struct fault why;

	out->gpu = named.gpu;
	out->stack = named.stack;
	out->model = named.model;
	out->config = shelf_model(p->shelf, s->model, &why);
	return out->gpu && out->stack && out->model && out->config ? 0 : -1;
}

/* The first layouts, replayed; in words, or all as CSV. 0, or -1: a fault. */
static int verify(struct planning *p, struct text *out, struct fault *why)
{
	struct verify_spec a = { &p->fleet, &p->spec, p->o.percent,
				 p->o.seed };
	int nr = p->o.verify < p->fleet.nr ? p->o.verify : p->fleet.nr;
	struct verified *v = mem_zeroed((size_t)nr + 1, sizeof(*v));
	const struct plan_rows rows = { p->o.top, p->o.verify ? v : NULL, nr };
	int rc = 0;

	for (int i = 0; !rc && i < nr; i++)
		rc = verify_choice(&v[i], &a, i, why);
	if (!rc && p->o.csv)
		plan_csv(&p->fleet, &rows, out);
	else if (!rc && nr)
		plan_verified(&p->fleet, &p->spec, &rows, out);
	free(v);
	return rc;
}

static int say(struct planning *p, struct text *out, struct fault *why)
{
	int choice[CONFIDENCE_CHOICES];
	struct confidence *c = mem_zeroed(1, sizeof(*c));
	struct unasked more[UNASKED_NR];

	if (p->priced.len)
		text_addf(out, "Of every GPU with a price: %s; --hw chooses "
			  "others.\n", p->priced.buf);
	plan_text(&p->fleet, &p->spec, p->o.top, out);
	if (p->fleet.nr) {
		struct crossover x;

		if (!crossover_make(&x, &p->fleet.choice[0], &p->spec))
			plan_crossover(&x, out);
		plan_energy(&p->fleet.choice[0], p->o.usd_kwh, out);
		if (p->offers.nr)
			plan_against(&p->fleet.choice[0],
				     &(struct plan_offers){ p->offers.offer,
				     p->offers.nr, p->spec.cached_share }, out);
	}
	if (p->o.draws > 0) {
		confidence_make(c, &(struct confidence_spec){ &p->fleet,
			p->o.draws, p->o.seed, sheets_of, p }, choice);
		plan_confidence(&p->fleet, c, choice, out);
	}
	free(c);
	if (verify(p, out, why))
		return -1;
	plan_refusals(&p->fleet, &p->spec, out);
	plan_unasked(more, unasked_make(more, &p->fleet, &p->spec), out);
	return 0;
}

/* How engines run the first layout; with --csv nothing is said of it. */
static int launch(struct planning *p, struct text *out, struct fault *why)
{
	struct text said = TEXT_INIT;
	int rc;

	if (!p->o.launch || !p->fleet.nr)
		return 0;
	rc = launch_write(&p->fleet, &p->spec, p->o.launch, &said, why);
	if (!rc && !p->o.csv)
		text_addn(out, said.buf, said.len);
	text_release(&said);
	return rc;
}

/*
 * The best at each pace, from the time a token that is asked for down, a row
 * each: for `plot pareto`.
 */
static int front(struct planning *p, struct text *out, struct fault *why)
{
	const double slowest_s = 0.2, next = 0.85;	/* size: s, a share */
	double s = fmin(p->spec.tpot_s, slowest_s);

	for (int i = 0; i < 24; i++) {		/* size: rows, to 2 % of it */
		fleet_release(&p->fleet);
		p->spec.tpot_s = s;
		if (fleet_make(&p->fleet, &p->spec, why))
			return -1;
		if (!p->fleet.nr)
			return 0;
		plan_csv(&p->fleet, &(struct plan_rows){ .most = 1 }, out);
		s = p->fleet.choice[0].answer.tpot_s * next;
	}
	return 0;
}

/* One model of the plan, into out. */
static int plan_one(struct planning *p, struct text *out, struct fault *why)
{
	const struct choice *c;

	if (p->o.front)
		return front(p, out, why);
	if (fleet_make(&p->fleet, &p->spec, why))
		return -1;
	if (p->models.nr > 1 && !p->o.csv)
		text_addf(out, "%s%s: ", out->len ? "\n" : "",
			  p->spec.base.model);
	if (p->o.csv ? verify(p, out, why) : say(p, out, why))
		return -1;
	if (!p->fleet.nr)
		return 0;
	c = &p->fleet.choice[0];
	p->gpus += c->decode_gpus + c->prefill_gpus + c->spare_gpus;
	p->usd_month += c->usd_month;
	return launch(p, out, why);
}

/* Each model by itself, and what they take together. */
static int plan_all(struct planning *p, struct text *out, int *served,
		    struct fault *why)
{
	int nr = p->models.nr > 1 ? p->models.nr : 1;

	for (int i = 0; i < nr; i++) {
		if (nr > 1)
			snprintf(p->spec.base.model,
				 sizeof(p->spec.base.model), "%s",
				 p->models.value[i].text);
		fleet_release(&p->fleet);
		if (plan_one(p, out, why))
			return -1;
		*served += p->fleet.nr > 0 || (p->o.front && out->len);
	}
	*served = *served == nr;
	if (nr > 1 && *served && !p->o.csv) {
		text_addf(out, "\nIn all: %.0f GPUs", p->gpus);
		if (isfinite(p->usd_month))
			text_addf(out, ", $%.0f a month", p->usd_month);
		text_add(out, ".\n");
	}
	return 0;
}

static int answer(struct planning *p, struct fault *why)
{
	struct text out = TEXT_INIT;
	int served = 0;

	text_addn(&out, "", 0);
	if (spec_of(p, why) ||
	    (p->o.against && offers_list(&p->offers, p->o.against, why)) ||
	    plan_all(p, &out, &served, why)) {
		text_release(&out);
		return options_fault(why);
	}
	return emit(&out, p->o.out, served ? EXIT_YES : EXIT_NO);
}

int cmd_plan(int argc, char **argv)
{
	struct planning *p = mem_zeroed(1, sizeof(*p));
	struct fault why = { 0 };
	int status;

	options_parse(&p->o, &command, argc, argv);
	p->shelf = shelf_open();
	lend_init(&p->lend, shelf_library(p->shelf));
	status = answer(p, &why);
	fleet_release(&p->fleet);
	for (int w = 0; w < FLEET_WORDS; w++)
		grid_list_release(&p->list[w]);
	grid_list_release(&p->models);
	text_release(&p->priced);
	offers_release(&p->offers);
	lend_release(&p->lend);
	shelf_free(p->shelf);
	free(p);
	return status;
}
