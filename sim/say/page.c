#include "say/page.h"

#include <math.h>
#include <stdio.h>

#include "judge/report.h"
#include "judge/rule.h"

enum { WIDE = 320, HIGH = 66, LINE = 32, EDGE = 12 /* size: px */ };

static const char style[] =
	"body{font:15px/1.45 system-ui,sans-serif;max-width:62em;"
	"margin:2em auto;padding:0 1em;color:#222}"
	"article{border-top:1px solid #ddd;padding:1em 0;display:grid;"
	"grid-template-columns:1fr 330px;gap:0 1.5em}"
	"h2{font-size:1em;margin:0}"
	"blockquote{margin:.3em 0;font-style:italic;color:#555}"
	"p{margin:.3em 0}small{color:#666}code{font-size:.85em;color:#444}"
	".v{border-radius:3px;color:#fff;padding:1px 8px;margin-right:.5em}"
	".holds{background:#1b7837}.plausible{background:#5a9a68}"
	".unknown{background:#888}.implausible{background:#c07a00}"
	".inconsistent{background:#b5482a}.impossible{background:#a50f15}"
	"svg text{font:11px system-ui,sans-serif;fill:#444}"
	"@media(max-width:48em){article{display:block}}";

struct scale {
	double low, high;	/* logarithms */
};

static double place(const struct scale *s, double x)
{
	double share = (log(x) - s->low) / (s->high - s->low);

	return EDGE + share * (WIDE - 2 * EDGE);
}

static void widen(struct scale *s, double x)
{
	if (!(x > 0) || !isfinite(x))
		return;
	s->low = fmin(s->low, log(x));
	s->high = fmax(s->high, log(x));
}

static const char *anchor_of(double at)
{
	const double third = WIDE / 3.0;	/* size: of the picture */

	return at > 2 * third ? "end" :
	       at < third ? "start" : "middle";
}

static void figure(struct text *out, const struct claim *c, double at)
{
	static const char *const colour[] = {
		[VERDICT_PLAUSIBLE] = "#5a9a68", [VERDICT_HOLDS] = "#1b7837",
		[VERDICT_UNKNOWN] = "#888", [VERDICT_IMPLAUSIBLE] = "#c07a00",
		[VERDICT_INCONSISTENT] = "#b5482a",
		[VERDICT_IMPOSSIBLE] = "#a50f15" };
	char said[64];		/* size: a figure */

	claim_figure(c, said);
	text_addf(out, "<circle cx='%.1f' cy='%d' r='5' fill='%s'/><text "
		  "x='%.1f' y='%d' text-anchor='%s'>claim: ", at, LINE,
		  colour[c->worst->verdict], at, LINE - EDGE, anchor_of(at));
	text_xml(out, said);
	text_add(out, "</text>");
}

static void limit(struct text *out, const struct claim *c,
		  const struct finding *f, double at)
{
	static const char *const label[] = { [SIDE_EQUAL] = "should be",
		[SIDE_BELOW] = "at most", [SIDE_ABOVE] = "at least" };
	char number[64];	/* size: a figure */

	quantity_say(c->metric, f->at, number, sizeof(number));
	text_addf(out, "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' "
		  "stroke='#222' stroke-width='2'/><text x='%.1f' y='%d' "
		  "text-anchor='%s'>%s ", at, at, LINE - EDGE / 2 - 2,
		  LINE + EDGE / 2 + 2, at, LINE + 2 * EDGE, anchor_of(at),
		  label[f->side]);
	text_xml(out, number);
	text_add(out, "</text>");
}

/* Where the figure must not be. */
static void forbidden(struct text *out, enum side side, double at)
{
	double from = side == SIDE_BELOW ? at : 0;
	double to = side == SIDE_BELOW ? WIDE : at;

	if (side != SIDE_EQUAL)
		text_addf(out, "<rect x='%.1f' y='%d' width='%.1f' "
			  "height='%d' fill='#f6d5d0'/>", from,
			  LINE - EDGE / 2, to - from, EDGE);
}

static void known(struct text *out, const struct scale *s,
		  const struct finding *f)
{
	if (f->low > 0 && f->high > f->low)
		text_addf(out, "<rect x='%.1f' y='%d' width='%.1f' "
			  "height='%d' fill='#9ecae1'><title>what known "
			  "software reaches</title></rect>",
			  place(s, f->low), LINE - EDGE / 2,
			  place(s, f->high) - place(s, f->low), EDGE);
}

/* The finding that decides, or the worst beside it that has a limit in the
   unit claimed: what does not fit memory may be too fast besides. */
static const struct finding *drawn(const struct claim *c)
{
	const struct finding *best = c->worst;

	if (best->at > 0 || best->low > 0)
		return best;
	for (int k = 0; k < c->findings; k++)
		if (c->finding[k].at > 0 &&
		    (!(best->at > 0) ||
		     c->finding[k].verdict > best->verdict))
			best = &c->finding[k];
	return best;
}

/* The figure and its limit on a logarithmic line. */
static void picture(struct text *out, const struct claim *c)
{
	const struct finding *f = drawn(c);
	struct scale s = { INFINITY, -INFINITY };
	double room = log(1.3);	/* math: beside the outer marks */

	if (!(f->at > 0) && !(f->low > 0))
		return;
	widen(&s, c->value.value);
	widen(&s, f->at);
	widen(&s, f->low);
	widen(&s, f->high);
	s.low -= room;
	s.high += room;
	text_addf(out, "<svg width='%d' height='%d' role='img' "
		  "aria-label='the figure against its limit'>", WIDE, HIGH);
	if (f->at > 0)
		forbidden(out, f->side, place(&s, f->at));
	text_addf(out, "<line x1='0' x2='%d' y1='%d' y2='%d' "
		  "stroke='#bbb'/>", WIDE, LINE, LINE);
	known(out, &s, f);
	if (f->at > 0)
		limit(out, c, f, place(&s, f->at));
	if (c->value.value > 0)
		figure(out, c, place(&s, c->value.value));
	text_add(out, "</svg>");
}

static void line_of(struct text *out, const char *label, const char *s)
{
	if (!*s)
		return;
	text_addf(out, "<p><small>%s</small> <code>", label);
	text_xml(out, s);
	text_add(out, "</code></p>");
}

static void malformed(struct text *out, const struct claim *c)
{
	text_add(out, "<article><div><h2><span class='v unknown'>malformed"
		 "</span>");
	text_xml(out, c->id);
	text_add(out, "</h2><p>");
	text_xml(out, c->fault.what);
	text_add(out, ".</p></div></article>\n");
}

static void article(struct text *out, const struct claim *c)
{
	const struct finding *f = c->worst;
	char facts[320];	/* size: two descriptors */

	if (c->malformed) {
		malformed(out, c);
		return;
	}
	text_addf(out, "<article id='");
	text_xml(out, c->id);
	text_addf(out, "'><div><h2><span class='v %s'>%s</span>",
		  verdict_name(f->verdict), verdict_name(f->verdict));
	text_xml(out, c->id);
	text_add(out, " · ");
	text_xml(out, c->system);
	text_add(out, "</h2><blockquote>");
	text_xml(out, c->quote);
	text_add(out, "</blockquote><p>");
	text_xml(out, f->reason);
	text_add(out, ".</p>");
	line_of(out, "arithmetic", f->arithmetic);
	line_of(out, "limit", f->limit);
	line_of(out, "needs", f->needs);
	for (int k = 0; k < c->findings; k++)
		if (claim_seconds(c, k))
			line_of(out, "also", c->finding[k].reason);
	line_of(out, "facts", claim_facts(c, facts, (int)sizeof(facts)));
	text_addf(out, "<p><small>rule %s, confidence %s, ", f->rule,
		  confidence_name(f->confidence));
	text_xml(out, c->source);
	text_add(out, "</small></p></div><div>");
	picture(out, c);
	text_add(out, "</div></article>\n");
}

static void tally(struct text *out, const struct claims *all)
{
	text_add(out, "<p>");
	for (int v = VERDICT_NR - 1; v >= 0; v--) {
		int nr = 0;

		for (int i = 0; i < all->nr; i++)
			nr += !all->claim[i].malformed &&
			      (int)all->claim[i].worst->verdict == v;
		text_addf(out, "<span class='v %s'>%d %s</span> ",
			  verdict_name((enum claim_verdict)v), nr,
			  verdict_name((enum claim_verdict)v));
	}
	text_add(out, "</p>\n<p><small>In the pictures the dot is the claim "
		 "and the bar its limit, on a logarithmic scale. Red: beyond "
		 "the limit. Blue: what known software reaches, four times "
		 "of five.</small></p>\n");
}

void page_claims(const struct claims *all, const char *file, struct text *out)
{
	text_add(out, "<!doctype html>\n<html lang='en'><head><meta "
		 "charset='utf-8'><meta name='viewport' content="
		 "'width=device-width'><title>Claims</title><style>");
	text_add(out, style);
	text_add(out, "</style></head><body>\n<h1>Are these claims possible?"
		 "</h1><p>");
	text_xml(out, file);
	text_addf(out, ": %d claims.</p>\n", all->nr);
	tally(out, all);
	for (int i = 0; i < all->nr; i++)
		article(out, &all->claim[i]);
	text_add(out, "</body></html>\n");
}
