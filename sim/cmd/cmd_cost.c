#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "options/emit.h"
#include "tasks/offers.h"
#include "options/options.h"
#include "options/verb.h"


static const struct command command = {
	"OFFER...", "What offers of tokens cost, side by side: sheets of "
	"hw/offers (token-api ptu model-unit bare-metal), or paths. Tokens a "
	"day are output; each brings --isl / --osl prompt tokens, a share "
	"--hit of them cached. With --csv a row an offer and load; with "
	"--hours, by the hours of a day that its capacity is used.\v"
	"Example:\n  deeproof cost token-api model-unit --isl 2048 --osl "
	"1024\n",
	OPTION_FILES | OPTION_CSV | OPTION_OUT | OPTION_COST };

struct costing {
	struct options o;
	struct offers offers;
	struct offer_use use;
};

/* A day's tokens. */
struct day {
	double tok;		/* output */
	double hours;		/* at full capacity; NaN: not told */
};

/* $ a million output tokens at so many a day. */
static double usd_mtok(double usd_h, double tok_day)
{
	return usd_h * DAY_H / tok_day * MILLION;
}

/* ---- for a person ---- */

static void line(const struct costing *c, int i, struct text *out)
{
	static const double days[] = { 8e6, 80e6, 400e6, 2.6e9 }; /* size: */
	const struct offer *o = &c->offers.offer[i];
	const struct offer *first = &c->offers.offer[0];
	char room[32] = "-";	/* size: a number */

	if (isfinite(o->capacity_tok_s))
		snprintf(room, sizeof(room), "%.0f M", o->capacity_tok_s *
			 fmax(1, o->blocks) * DAY_S / MILLION);
	text_addf(out, "%-14.14s %9s", o->name, room);
	for (size_t k = 0; k < sizeof(days) / sizeof(*days); k++) {
		double usd = offer_usd_h(o, &c->use, days[k] / DAY_S);

		if (isfinite(usd))
			text_addf(out, " %12.0f", usd * MONTH_H);
		else		/* nobody says what is beyond its capacity */
			text_addf(out, " %12s", "-");
	}
	if (i && isfinite(o->capacity_tok_s)) {
		double even = offer_break_even(o, first, &c->use);

		if (isnan(even))
			text_addf(out, "  never: full, $%.2f a million "
				  "against $%.2f", usd_mtok(offer_usd_h(o,
				  &c->use, fmax(1, o->blocks) *
				  o->capacity_tok_s), fmax(1, o->blocks) *
				  o->capacity_tok_s * DAY_S),
				  usd_mtok(offer_usd_h(first, &c->use, 1),
					   DAY_S));
		else
			text_addf(out, "  from %.0f M a day",
				  even * DAY_S / MILLION);
	}
	text_add(out, "\n");
}

static void words(const struct costing *c, struct text *out)
{
	text_addf(out, "Output tokens, %.3g prompt tokens with each, %.0f %% "
		  "of them cached.\n\n", c->use.prompt_tok,
		  units_percent(c->use.cached_share));
	text_addf(out, "%-14s %9s %51s  %s\n", "", "capacity",
		  "$ a month at so many output tokens a day", "cheaper than");
	text_addf(out, "%-14s %9s %12s %12s %12s %12s  %s\n", "", "a day",
		  "8 M", "80 M", "400 M", "2600 M", c->offers.offer[0].name);
	for (int i = 0; i < c->offers.nr; i++)
		line(c, i, out);
}

/* ---- for machines ---- */

static void row(const struct offer *o, const struct offer_use *use,
		const struct day *day, struct text *out)
{
	double usd = offer_usd_h(o, use, day->tok / DAY_S);
	const double x[] = { day->tok, day->hours, usd * MONTH_H,
			     usd_mtok(usd, day->tok) };

	text_cell(out, o->name);
	for (size_t k = 0; k < sizeof(x) / sizeof(*x); k++) {
		text_addn(out, ",", 1);
		if (isfinite(x[k]))
			text_number(out, x[k], 6);	/* size: digits */
	}
	text_addf(out, ",%s\n", day->tok / DAY_S <= fmax(1, o->blocks) *
		  o->capacity_tok_s * (1 + 1e-12) ? "yes" : "no"); /* math: */
}

/* A load a row, a tenth of a decade apart, from 1 million a day. */
static void by_load(const struct costing *c, struct text *out)
{
	for (int i = 0; i < c->offers.nr; i++)
		for (int k = 0; k <= 40; k++) {	/* size: to 10 billion */
			double tok = MILLION * pow(10, k / 10.0); /* math: */

			row(&c->offers.offer[i], &c->use,
			    &(struct day){ tok, (double)NAN }, out);
		}
}

/* Hours of a day at full capacity; where there is none, the first's. */
static void by_hours(const struct costing *c, struct text *out)
{
	double room = 1;

	for (int i = c->offers.nr - 1; i >= 0; i--)
		if (isfinite(c->offers.offer[i].capacity_tok_s))
			room = c->offers.offer[i].capacity_tok_s;
	for (int i = 0; i < c->offers.nr; i++) {
		const struct offer *o = &c->offers.offer[i];
		double full = isfinite(o->capacity_tok_s) ?
			fmax(1, o->blocks) * o->capacity_tok_s : room;

		for (int h = 1; h <= DAY_H; h++)
			row(o, &c->use, &(struct day){
				full * DAY_S * h / DAY_H, h }, out);
	}
}

static int ask(struct costing *c, struct fault *why)
{
	const struct options *o = &c->o;

	if (!o->nr_files) {
		fault_at(why, "", 0, 0);
		fault_what(why, "no offer is named");
		return fault_remedy(why, "name some of token-api, ptu, "
				    "model-unit and bare-metal");
	}
	for (int i = 0; i < o->nr_files; i++)
		if (offers_add(&c->offers, o->files[i], why))
			return -1;
	c->use = (struct offer_use){ o->cost_isl / o->cost_osl,
				     o->hit_share };
	return 0;
}

int cmd_cost(int argc, char **argv)
{
	struct costing *c = mem_zeroed(1, sizeof(*c));
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	int status;

	options_parse(&c->o, &command, argc, argv);
	if (ask(c, &why)) {
		status = options_fault(&why);
	} else {
		if (!c->o.csv) {
			words(c, &out);
		} else {
			text_add(&out, "offer,tokens_day,hours,usd_month,"
				 "usd_mtok,within_capacity\n");
			(c->o.hours ? by_hours : by_load)(c, &out);
		}
		status = emit(&out, c->o.out, EXIT_YES);
	}
	offers_release(&c->offers);
	free(c);
	return status;
}
