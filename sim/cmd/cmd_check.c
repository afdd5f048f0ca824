#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/portion.h"
#include "options/emit.h"
#include "crew/lend.h"
#include "options/options.h"
#include "options/verb.h"
#include "words/item.h"
#include "claims/wide.h"
#include "spoken/phrase.h"
#include "judge/report.h"
#include "rules/rule.h"
#include "judge/verdict.h"
#include "read/file.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "say/claim_text.h"
#include "say/page.h"

static const struct command command = {
	"[FILE | - | CLAIM]", "Is a vendor's claim possible? A row of FILE "
	"(- is stdin) is a claim: id, source, quote, system, versus, scenario "
	"columns, metric, value, unit, and given: what else it states, as "
	"name=value unit; name=value unit. A CLAIM is one such item, and what "
	"it states beside it after semicolons, the scenario in options; with "
	"a FILE they fill blank cells. Beside each: the verdict (holds "
	"plausible implausible impossible inconsistent unknown), the reason, "
	"the arithmetic, the limit, what would have to be true. Exit 1 when a "
	"claim is impossible or inconsistent, 2 when a row is malformed; the "
	"others are judged all the same.\v"
	"Example:\n  deeproof check --vocabulary\n"
	"  deeproof check experiments/measured/decode.csv --html page.html\n"
	"  deeproof check --hw b200-sxm --model deepseek-r1 --gpus 8 \\\n"
	"    --concurrency 1 'tok_s_user > 250'\n"
	"  deeproof check --hw h200-sxm --model deepseek-v3 --gpus 8 \\\n"
	"    '3,000 tok/s with 64 concurrent users'\n",
	OPTION_FILE | OPTION_CSV | OPTION_OUT | OPTION_CLAIMS |
	OPTION_SCENARIO };

static void counts(const struct claims *all)
{
	struct text line = TEXT_INIT;

	claim_counts(all, &line);
	fputs(line.buf, stderr);
	text_release(&line);
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

/* Claims as text, in parts that follow each other. */
struct wording {
	const struct claims *all;
	int parts;
	struct text *part;
};

static void word_part(void *arg, int part)
{
	const struct wording *w = arg;
	struct portion of = portion_of(w->all->nr, part, w->parts);

	for (int64_t i = of.from; i < of.to; i++)
		claim_words(&w->all->claim[i], &w->part[part]);
}

static void write_words(const struct claims *all, struct text *out)
{
	const int few = 256;		/* size: claims of a part */
	struct wording w = { all, all->nr / few + 1, NULL };

	w.part = mem_zeroed((size_t)w.parts, sizeof(*w.part));
	lend_hands(NULL, w.parts, word_part, &w);
	for (int i = 0; i < w.parts; i++) {
		if (w.part[i].len > 0)
			text_shown(out, w.part[i].buf);
		text_release(&w.part[i]);
	}
	free(w.part);
}

static void write_claims(const struct claims *all, const struct table *in,
			 const struct options *o, struct text *out)
{
	struct table t;

	if (!o->csv) {
		write_words(all, out);
		return;
	}
	table_init(&t, "");
	claims_table(all, in, &t);
	table_write(&t, out);
	table_release(&t);
}

/* said: the sentence that the table is; NULL: it is none. */
static int check(const struct table *in, const struct options *o,
		 const struct phrase *said)
{
	struct shelf *shelf = shelf_open();
	struct text out = TEXT_INIT, page = TEXT_INIT, notes = TEXT_INIT;
	struct fault why = { 0 };
	struct claims all;
	struct lend lend;
	const struct claims_spec from = { .table = in,
		.library = &lend.library, .hands = { lend_hands, NULL },
		.said = said != NULL, .phrase = said };
	int status;

	if (claims_columns(in, &notes, &why) == 0)
		emit_note("%s", notes.len ? notes.buf : "");
	text_release(&notes);
	lend_init(&lend, shelf_library(shelf));
	if (claims_judge_by(&all, &from, &why)) {
		lend_release(&lend);
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
	lend_release(&lend);
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
	return fault_remedy(why, "give a CSV of claims, - for one on stdin, "
			    "or a claim as 'tok_s_user > 250'; deeproof check "
			    "--help shows them");
}

static bool is_claim(const char *text)
{
	/* signs, and letters of Chinese */
	static const char signs[] = "=<>~$% \xe2\xe4\xe5\xe6\xe7\xe8\xe9";
	struct given g;

	return strpbrk(text, signs) || !strpbrk(text, "./") ||
	       phrase_item(text, &g);
}

static void put(struct table *t, const char *column, const char *text)
{
	table_set(t, 0, table_need(t, column), text);
}

/* "over 250 tokens per second per user with 64 users". */
static int read_phrase(const char *text, struct phrase *p, struct fault *why)
{
	struct text notes = TEXT_INIT;

	if (phrase_read(p, text, why))
		return -1;
	if (*p->note)
		text_addf(&notes, "note: \"%s\" says nothing that is read\n",
			  p->note);
	if (*p->money)
		text_addf(&notes, "note: %s is not USD: its amounts are only "
			  "set against one another, whatever their unit is "
			  "called\n", p->money);
	emit_note("%s", notes.len ? notes.buf : "");
	text_release(&notes);
	return 0;
}

/* A figure stands before the first sign, in words: that is no name. */
static bool is_sentence(const char *text)
{
	char before[SAID_LONG], value[FIGURE_LONG], behind[SAID_LONG];
	char name[SAID_LONG];

	said_copy(name, sizeof(name), text, strcspn(text, "=<>"));
	return strchr(name, ' ') && said_figure(name, before, value, behind);
}

/* "tok_s_user > 250; isl=1024" as a row of its own. */
static int claim_row(struct table *t, const char *text, struct phrase *p,
		     struct fault *why)
{
	const char *rest = text;
	struct given g;

	table_init(t, "");
	table_add_row(t, 0);
	put(t, "id", "claim");
	put(t, "quote", text);
	fault_at(why, "", 0, 0);
	if (!strpbrk(text, "=<>") || is_sentence(text))
		return read_phrase(text, p, why);
	if (quantity_item(&rest, &g, why)) {
		struct fault no;

		return read_phrase(text, p, &no) ? -1 : 0;
	}
	put(t, "metric", quantity_name(g.q));
	put(t, "value", g.value);
	put(t, "unit", g.unit);
	put(t, "given", *rest ? rest + 1 : "");
	return 0;
}

/* Into p what the words name, where it is no file: p->metric is there. */
static int load(struct table *t, const char *from, struct phrase *p,
		struct fault *why)
{
	if (!file_is_stdin(from) && is_claim(from) && access(from, F_OK))
		return claim_row(t, from, p, why);
	return table_load(t, from, why);
}

int cmd_check(int argc, char **argv)
{
	struct options o;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	struct phrase p = { .metric = "" };
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
	if (load(&in, o.file, &p, &why)) {
		table_release(&in);
		return options_fault(&why);
	}
	wide_rows(&in, &out);
	emit_note("%s", out.len ? out.buf : "");
	text_release(&out);
	options_fill(&in, &o);
	if (*p.metric)
		phrase_put(&p, &in, 0);
	status = check(&in, &o, *p.metric ? &p : NULL);
	table_release(&in);
	return status;
}
