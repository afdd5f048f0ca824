#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/report.h"
#include "judge/rule.h"
#include "judge/verdict.h"
#include "cmd/emit.h"
#include "cmd/options.h"
#include "say/page.h"
#include "cmd/verb.h"
#include "read/sheet.h"

static const struct command command = {
	"[FILE]", "Is a vendor's claim possible? A row of FILE is a claim: "
	"id, source, quote, system, versus, scenario columns, metric, value, "
	"unit, and given: what else it states, as name=value unit; "
	"name=value unit. Beside each: the verdict (holds plausible "
	"implausible impossible inconsistent unknown), the reason, the "
	"arithmetic, the limit, what would have to be true. Exit 1 when a "
	"claim is impossible or inconsistent, 2 when a row is malformed; the "
	"others are judged all the same.\v"
	"Example:\n  deeproof check --vocabulary\n"
	"  deeproof check experiments/measured/decode.csv --html page.html\n",
	OPTION_FILE | OPTION_CSV | OPTION_OUT | OPTION_CLAIMS };

/* Broken at blanks, each line indented. */
static void wrapped(struct text *out, const char *label, const char *s)
{
	size_t width = 66;	/* size: a line without its label */

	if (!*s)
		return;
	text_addf(out, "  %-11s", label);
	while (strlen(s) > width) {
		size_t n = width;

		while (n > 0 && s[n] != ' ')
			n--;
		if (n == 0)
			n = width;
		text_addn(out, s, n);
		text_addf(out, "\n%13s", "");
		s += n + (s[n] == ' ');
	}
	text_addf(out, "%s\n", s);
}

static void words(const struct claim *c, struct text *out)
{
	const struct finding *f = c->worst;
	char facts[320];	/* size: two descriptors */

	if (c->malformed) {
		text_addf(out, "%s: malformed\n", c->id);
		return;
	}
	text_addf(out, "%s: %s (rule %s, confidence %s)\n", c->id,
		  verdict_name(f->verdict), f->rule,
		  confidence_name(f->confidence));
	wrapped(out, "claim", c->quote);
	wrapped(out, "because", f->reason);
	wrapped(out, "arithmetic", f->arithmetic);
	wrapped(out, "limit", f->limit);
	wrapped(out, "needs", f->needs);
	for (int k = 0; k < c->findings; k++)
		if (claim_seconds(c, k))
			wrapped(out, "also", c->finding[k].reason);
	wrapped(out, "facts", claim_facts(c, facts, (int)sizeof(facts)));
	text_add(out, "\n");
}

static void counts(const struct claims *all)
{
	int nr[VERDICT_NR] = { 0 }, bad = 0;

	for (int i = 0; i < all->nr; i++) {
		if (all->claim[i].malformed)
			bad++;
		else
			nr[all->claim[i].worst->verdict]++;
	}
	fprintf(stderr, "%d claims:", all->nr);
	for (int v = 0; v < VERDICT_NR; v++)
		fprintf(stderr, " %d %s%s", nr[v], verdict_name(
			(enum claim_verdict)v), v < VERDICT_NR - 1 ? "," : "");
	fprintf(stderr, bad ? ", %d malformed\n" : "\n", bad);
}

static int status_of(const struct claims *all)
{
	int status = EXIT_YES;

	for (int i = 0; i < all->nr; i++) {
		const struct claim *c = &all->claim[i];

		if (c->malformed)
			options_fault(&c->fault);
		if (c->malformed)
			status = EXIT_MALFORMED;
		else if (c->worst->verdict >= VERDICT_INCONSISTENT &&
			 status == EXIT_YES)
			status = EXIT_NO;
	}
	return status;
}

static void write_claims(const struct claims *all, const struct table *in,
			 const struct options *o, struct text *out)
{
	struct table t;

	if (!o->csv) {
		for (int i = 0; i < all->nr; i++)
			words(&all->claim[i], out);
		return;
	}
	table_init(&t, "");
	claims_table(all, in, &t);
	table_write(&t, out);
	table_release(&t);
}

static int check(const struct table *in, const struct options *o)
{
	struct shelf *shelf = shelf_open();
	struct text out = TEXT_INIT, page = TEXT_INIT;
	struct fault why = { 0 };
	struct claims all;
	int status;

	if (claims_judge(&all, in, shelf_library(shelf), &why)) {
		shelf_free(shelf);
		return options_fault(&why);
	}
	status = status_of(&all);
	write_claims(&all, in, o, &out);
	status = emit(&out, o->out, status);
	if (o->html) {
		page_claims(&all, in->name, &page);
		status = emit(&page, o->html, status);
	}
	counts(&all);
	claims_release(&all);
	shelf_free(shelf);
	return status;
}

static void print_rules(struct text *out)
{
	text_add(out, "rule,says\n");
	for (int i = 0; i < rules_nr; i++) {
		text_addf(out, "%s,", rules[i].name);
		text_cell(out, rules[i].says);
		text_add(out, "\n");
	}
}

static int no_file(struct fault *why)
{
	fault_at(why, "", 0, 0);
	fault_what(why, "no FILE is given");
	return fault_remedy(why, "give a CSV of claims; deeproof check "
			    "--help shows one");
}

int cmd_check(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	struct table in;
	int status;

	options_parse(&o, &command, argc, argv);
	if (o.vocabulary)
		quantity_vocabulary(&out);
	if (o.rules)
		print_rules(&out);
	if (o.vocabulary || o.rules)
		return emit(&out, o.out, EXIT_YES);
	if (!o.file) {
		no_file(&why);
		return options_fault(&why);
	}
	if (table_load(&in, o.file, &why)) {
		table_release(&in);
		return options_fault(&why);
	}
	status = check(&in, &o);
	table_release(&in);
	return status;
}
