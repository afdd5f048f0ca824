#include <assert.h>
#include <math.h>

#include "base/units.h"
#include "say/plan_text.h"

void plan_crossover(const struct crossover *x, struct text *out)
{
	assert(x && out);
	if (isnan(x->tp_tpot_s) || isnan(x->dp_tpot_s))
		return;
	text_addf(out, "One sequence takes %.2f ms a token with attention "
		  "TP%.0f and %.2f ms with DP%.0f; ",
		  units_ms(x->tp_tpot_s), x->tp, units_ms(x->dp_tpot_s),
		  x->tp);
	if (isnan(x->seqs))
		text_addf(out, "as far as both have room, for %.0f and %.0f "
			  "sequences, the first is quicker.\n", x->tp_most,
			  x->dp_most);
	else if (x->seqs <= 1)
		text_add(out, "the second is quicker at any batch.\n");
	else
		text_addf(out, "from %.0f sequences in flight the second is "
			  "quicker. There is room for %.0f and %.0f.\n",
			  x->seqs, x->tp_most, x->dp_most);
}

void plan_energy(const struct choice *c, double usd_kwh, struct text *out)
{
	double watts = c->answer.watt_gpu * c->decode_gpus;
	double kw = watts / 1000;	/* units: */

	assert(c && usd_kwh >= 0);
	if (!isfinite(watts))
		return;
	text_addf(out, "Power: %.0f W a GPU that decodes, %.1f kW for %.0f, "
		  "%.2f J an output token", c->answer.watt_gpu, kw,
		  c->decode_gpus, watts / c->tok_s);
	if (c->limit_W > 0)
		text_addf(out, "; at their limits all GPUs draw %.1f kW",
			  c->limit_W / 1000);	/* units: */
	if (usd_kwh > 0)
		text_addf(out, "; $%.0f a month at $%.3g a kWh, which a rent "
			  "has in it", kw * MONTH_H * usd_kwh, usd_kwh);
	text_add(out, ".\n");
}

/* Dollars a million output tokens at a share of what the GPUs can do. */
static double usd_mtok(const struct choice *c, double share)
{
	return c->usd_month / MONTH_H / HOUR_S / (c->tok_s * share) * MILLION;
}

static void one(const struct choice *c, const struct offer *o,
		const struct offer_use *use, struct text *out)
{
	const struct offer own = { .fixed_usd_h = c->usd_month / MONTH_H,
		.capacity_tok_s = c->tok_s, .blocks = 1,
		.outside = { (double)NAN, (double)NAN, (double)NAN } };
	double load = c->load_tok_s > 0 ? c->load_tok_s : c->tok_s;
	double even = offer_break_even(&own, o, use);
	double usd = offer_usd_h(o, use, load);

	text_addf(out, "%-14.14s $%.0f a month for the load; ", o->name,
		  usd * MONTH_H);
	if (even < c->tok_s / MILLION)
		text_add(out, "dearer than these GPUs at any load\n");
	else if (isnan(even))
		text_addf(out, "never dearer: full, these GPUs make a million "
			  "for $%.3f, it sells them for $%.3f\n",
			  usd_mtok(c, 1), offer_usd_h(o, use, c->tok_s) /
			  HOUR_S / c->tok_s * MILLION);
	else
		text_addf(out, "level at %.4g M output tokens a day, %.0f %% "
			  "of what these GPUs do\n", even * DAY_S / MILLION,
			  units_percent(even / c->tok_s));
}

void plan_against(const struct choice *c, const struct plan_offers *o,
		  struct text *out)
{
	static const double shares[] = { 0.1, 0.25, 0.5, 1 };	/* size: */
	const struct offer_use use = { c->scenario.osl > 0 ?
		c->scenario.isl / c->scenario.osl : 0, o->cached_share };

	assert(o->nr >= 0);
	if (!isfinite(c->usd_month)) {
		text_add(out, "\nWithout a price (--price) there is nothing "
			 "to compare.\n");
		return;
	}
	text_addf(out, "\nThis plan      $%.0f a month; a million output "
		  "tokens, prompts in it, when", c->usd_month);
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++)
		text_addf(out, "%s %.0f %% is used $%.3f", i ? "," : "",
			  units_percent(shares[i]), usd_mtok(c, shares[i]));
	text_add(out, "\n");
	for (int i = 0; i < o->nr; i++)
		one(c, &o->offer[i], &use, out);
}
