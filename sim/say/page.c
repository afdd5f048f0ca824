#include "say/page.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "judge/report.h"
#include "rules/rule.h"
#include "say/claim_text.h"

enum { WIDE = 320, HIGH = 66, LINE = 32, EDGE = 12 /* size: px */ };

static const char style[] =
	"body{font:15px/1.45 system-ui,sans-serif;max-width:62em;"
	"margin:2em auto;padding:0 1em;color:#222}"
	"article{border-top:1px solid #ddd;padding:1em 0;display:grid;"
	"grid-template-columns:1fr 330px;gap:0 1.5em}"
	"article:target{background:#fffbe6}"
	"h2{font-size:1em;margin:0}"
	"blockquote{margin:.3em 0;font-style:italic;color:#555}"
	"p{margin:.3em 0;overflow-wrap:anywhere}small{color:#666}"
	"code{font-size:.85em;color:#444}"
	"table{border-collapse:collapse;font-size:.85em;width:100%}"
	"td,th{text-align:left;padding:1px .6em 1px 0;vertical-align:top;"
	"overflow-wrap:anywhere}"
	".v{border-radius:3px;color:#fff;padding:1px 8px;margin-right:.5em;"
	"white-space:nowrap}"
	".holds{background:#1b7837}.plausible{background:#5a9a68}"
	".unknown,.malformed{background:#777}.implausible{background:#c07a00}"
	".inconsistent{background:#b5482a}.impossible{background:#a50f15}"
	"svg text{font:11px system-ui,sans-serif;fill:#444}"
	"@media(max-width:48em){article{display:block}}"
	"@media print{input,label{display:none}}";

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

/* ---- a claim ---- */

static const char *class_of(const struct claim *c)
{
	return c->malformed ? "malformed" : verdict_name(c->worst->verdict);
}

/* No cell of a file stands in an attribute: rows are numbered. */
static void heading(struct text *out, const struct claim *c, int nr)
{
	text_addf(out, "<article id='c%d' class='r-%s'><div><h2><span "
		  "class='v %s'>%s</span>", nr, class_of(c), class_of(c),
		  class_of(c));
	text_xml(out, claim_id(c));
	if (*c->system) {
		text_add(out, " \xc2\xb7 ");
		text_xml(out, c->system);
	}
	text_add(out, "</h2><blockquote>");
	text_xml(out, c->quote);
	text_add(out, "</blockquote>");
}

static void malformed(struct text *out, const struct claim *c)
{
	text_add(out, "<p>");
	text_xml(out, c->fault.what);
	text_add(out, ".</p>");
	line_of(out, "remedy", c->fault.remedy);
	text_add(out, "</div></article>\n");
}

static void link_to(struct text *out, const struct claims *all, int other)
{
	if (other < 1)
		return;
	text_addf(out, "<p><small>against</small> <a href='#c%d'>", other);
	text_xml(out, claim_id(&all->claim[other - 1]));
	text_add(out, "</a></p>");
}

static void lines(struct text *out, const struct claims *all,
		  const struct claim *c)
{
	const struct finding *f = c->worst;
	char text[CLAIM_TAKEN];

	line_of(out, "arithmetic", f->arithmetic);
	line_of(out, "limit", f->limit);
	line_of(out, "needs", f->needs);
	for (int k = 0; k < c->findings; k++)
		if (claim_seconds(c, k)) {
			line_of(out, "also", c->finding[k].reason);
			link_to(out, all, c->finding[k].other);
		}
	line_of(out, "read as", quantity_read_as(c->metric, &c->value, text,
						 (int)sizeof(text)));
	line_of(out, "taken", claim_taken(c, text, (int)sizeof(text)));
	line_of(out, "facts", claim_facts(c, text, (int)sizeof(text)));
}

static void article(struct text *out, const struct claims *all, int i)
{
	const struct claim *c = &all->claim[i];

	heading(out, c, i + 1);
	if (c->malformed) {
		malformed(out, c);
		return;
	}
	text_add(out, "<p>");
	text_xml(out, c->worst->reason);
	text_add(out, ".</p>");
	link_to(out, all, c->worst->other);
	lines(out, all, c);
	text_addf(out, "<p><small>rule %s, confidence %s", c->worst->rule,
		  confidence_name(c->worst->confidence));
	if (*c->source)
		text_add(out, ", ");
	text_xml(out, c->source);
	text_add(out, "</small></p></div><div>");
	picture(out, c);
	text_add(out, "</div></article>\n");
}

/* ---- all of them ---- */

enum { SHOWN = VERDICT_NR + 1 /* size: verdicts, and malformed */ };

static const char *shown_name(int v)
{
	return v == VERDICT_NR ? "malformed" :
	       verdict_name((enum claim_verdict)v);
}

static void filter_style(struct text *out)
{
	for (int v = 0; v < SHOWN; v++)
		text_addf(out, "#f-%s:not(:checked)~main .r-%s"
			  "{display:none}", shown_name(v), shown_name(v));
}

static void filters(struct text *out, const struct claims *all)
{
	struct tally t;

	claim_tally(all, &t);
	for (int v = SHOWN - 1; v >= 0; v--) {
		int nr = v == VERDICT_NR ? t.malformed : t.nr[v];

		if (v == VERDICT_NR && nr == 0)
			continue;
		text_addf(out, "<input type='checkbox' id='f-%s' checked> "
			  "<label for='f-%s'><span class='v %s'>%d %s</span>"
			  "</label>\n", shown_name(v), shown_name(v),
			  shown_name(v), nr, shown_name(v));
	}
}

static void legend(struct text *out)
{
	text_addf(out, "<p><svg width='%d' height='%d' role='img' "
		  "aria-label='legend'><rect x='160' y='%d' width='150' "
		  "height='%d' fill='#f6d5d0'/><rect x='40' y='%d' width='70' "
		  "height='%d' fill='#9ecae1'/><line x1='0' x2='%d' y1='%d' "
		  "y2='%d' stroke='#bbb'/><line x1='160' x2='160' y1='%d' "
		  "y2='%d' stroke='#222' stroke-width='2'/><circle cx='230' "
		  "cy='%d' r='5' fill='#a50f15'/><text x='40' y='%d'>known "
		  "software</text><text x='160' y='%d'>at most</text><text "
		  "x='215' y='%d'>claim</text></svg></p>\n<p><small>The "
		  "dot is the claim, the bar its limit, on a logarithmic "
		  "scale. Red: beyond the limit. Blue: what known software "
		  "reaches. The boxes hide and show verdicts.</small></p>\n",
		  WIDE, HIGH, LINE - EDGE / 2, EDGE, LINE - EDGE / 2, EDGE,
		  WIDE, LINE, LINE, LINE - EDGE / 2 - 2, LINE + EDGE / 2 + 2,
		  LINE, LINE + 2 * EDGE, LINE + 2 * EDGE, LINE - EDGE);
	for (int v = VERDICT_NR - 1; v >= 0; v--)
		text_addf(out, "<p><small><span class='v %s'>%s</span> %s."
			  "</small></p>\n", shown_name(v), shown_name(v),
			  verdict_says((enum claim_verdict)v));
	text_addf(out, "<p><small><span class='v %s'>%s</span> a cell of it "
		  "could not be read.</small></p>\n", shown_name(VERDICT_NR),
		  shown_name(VERDICT_NR));
}

static void index_row(struct text *out, const struct claim *c, int nr)
{
	char said[64];		/* size: a figure */

	text_addf(out, "<tr class='r-%s'><td><span class='v %s'>%s</span>"
		  "</td><td><a href='#c%d'>", class_of(c), class_of(c),
		  class_of(c), nr);
	text_xml(out, claim_id(c));
	text_add(out, "</a></td><td>");
	text_xml(out, c->system);
	text_add(out, "</td><td>");
	if (!c->malformed)
		text_xml(out, claim_figure(c, said));
	text_add(out, "</td><td>");
	text_xml(out, c->malformed ? c->fault.what : c->worst->limit);
	text_add(out, "</td></tr>\n");
}

static void index_of(struct text *out, const struct claims *all)
{
	text_add(out, "<table><tr><th>verdict</th><th>claim</th><th>system"
		 "</th><th>figure</th><th>limit</th></tr>\n");
	for (int i = 0; i < all->nr; i++)
		index_row(out, &all->claim[i], i + 1);
	text_add(out, "</table>\n");
}

void page_claims(const struct claims *all, const char *file, struct text *out)
{
	assert(file);
	text_add(out, "<!doctype html>\n<html lang='en'><head><meta "
		 "charset='utf-8'><meta http-equiv='Content-Security-Policy' "
		 "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
		 "<meta name='viewport' content='width=device-width'><title>"
		 "Claims</title><style>");
	text_add(out, style);
	filter_style(out);
	text_add(out, "</style></head><body>\n<h1>Are these claims possible?"
		 "</h1><p>");
	text_xml(out, file);
	text_addf(out, ": %d claim%s.</p>\n", all->nr,
		  all->nr == 1 ? "" : "s");
	filters(out, all);
	text_add(out, "<main>");
	legend(out);
	index_of(out, all);
	for (int i = 0; i < all->nr; i++)
		article(out, all, i);
	text_add(out, "</main></body></html>\n");
}
