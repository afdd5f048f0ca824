#include "options/describe.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define ASKED "--describe="

/* ---- man: troff ---- */

/* A line of text, so that troff takes nothing in it for its own. */
static void troff(struct text *out, const char *s, size_t len)
{
	if (len && (*s == '.' || *s == '\''))
		text_add(out, "\\&");
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\')
			text_add(out, "\\e");
		else if (s[i] == '-')
			text_add(out, "\\-");
		else
			text_addn(out, s + i, 1);
	}
}

static void troff_line(struct text *out, const char *s)
{
	troff(out, s, strlen(s));
	text_add(out, "\n");
}

/* What --help prints below the options, as it stands. */
static void troff_below(struct text *out, const char *s)
{
	text_add(out, ".PP\n.nf\n");
	while (*s) {
		size_t len = strcspn(s, "\n");

		troff(out, s, len);
		text_add(out, "\n");
		s += len + (s[len] == '\n');
	}
	text_add(out, ".fi\n");
}

static void troff_option(struct text *out, const struct argp_option *o)
{
	text_add(out, ".TP\n");
	if (o->key > ' ' && o->key < 0x7f)	/* size: a letter */
		text_addf(out, "\\fB\\-%c\\fR, ", o->key);
	text_add(out, "\\fB\\-\\-");
	troff(out, o->name, strlen(o->name));
	text_add(out, "\\fR");
	if (o->arg) {
		text_add(out, "=\\fI");
		troff(out, o->arg, strlen(o->arg));
		text_add(out, "\\fR");
	}
	text_add(out, "\n");
	troff_line(out, o->doc);
}

static void man(struct text *out, const struct argp *a, const char *verb)
{
	const char *doc = a->doc ? a->doc : "";
	size_t above = strcspn(doc, "\v");

	text_addf(out, ".SS deeproof %s [OPTION...] %s\n", verb,
		  a->args_doc ? a->args_doc : "");
	troff(out, doc, above);
	text_add(out, "\n");
	for (const struct argp_option *o = a->options; o && o->name; o++)
		if (!(o->flags & OPTION_HIDDEN))
			troff_option(out, o);
	if (doc[above])
		troff_below(out, doc + above + 1);
}

/* ---- bash ---- */

/* What a name of this option is one of: a line "KIND,NAME" of show --csv. */
static const struct { const char *option, *kind; } listed[] = {
	{ "hw", "GPU" }, { "stack", "stack" }, { "model", "model" },
};

/*
 * "none or two-batch (none)": the words that it may be, before what is said of
 * them behind a colon, or of the option behind a semicolon.
 */
static void choices(struct text *out, const char *doc)
{
	int deep = 0;

	while (*doc) {
		size_t len = strcspn(doc, " ():;");

		if (len && !deep && (len != 2 || strncmp(doc, "or", len))) {
			text_add(out, " ");
			text_addn(out, doc, len);
		}
		if (!deep && (doc[len] == ':' || doc[len] == ';'))
			return;
		deep += (doc[len] == '(') - (doc[len] == ')');
		doc += len + (doc[len] != '\0');
	}
}

static void values(struct text *out, const struct argp_option *o)
{
	static const char *const chosen[] = { "HOW", "FORMAT", "WHICH" };

	for (unsigned i = 0; i < sizeof(listed) / sizeof(*listed); i++)
		if (o->arg && strcmp(o->name, listed[i].option) == 0)
			text_addf(out, " --%s) values=$(deeproof show --csv "
				  "2>/dev/null | sed -n 's/^%s,//p') ;;",
				  o->name, listed[i].kind);
	for (unsigned i = 0; i < sizeof(chosen) / sizeof(*chosen); i++) {
		if (!o->arg || strcmp(o->arg, chosen[i]))
			continue;
		text_addf(out, " --%s) values=\"", o->name);
		choices(out, o->doc);
		text_add(out, "\" ;;");
	}
}

static void bash(struct text *out, const struct argp *a, const char *verb)
{
	text_addf(out, "\t%s) options=\"--help", verb);
	for (const struct argp_option *o = a->options; o && o->name; o++)
		if (!(o->flags & OPTION_HIDDEN))
			text_addf(out, " --%s", o->name);
	text_add(out, "\"; case $before in");
	for (const struct argp_option *o = a->options; o && o->name; o++)
		values(out, o);
	text_add(out, " *) ;; esac ;;\n");
}

/* ---- the forms ---- */

static const struct form {
	const char *how;
	void (*verb)(struct text *, const struct argp *, const char *verb);
	const char *begin, *end;
} forms[] = {
	{ "man", man,
	  ".TH DEEPROOF 1\n.SH NAME\n"
	  "deeproof \\- how fast GPUs decode a DeepSeek model, and what stops "
	  "them\n.SH SYNOPSIS\n.B deeproof\n.I VERB\n[\\fIOPTION\\fR...] "
	  "[\\fIFILE\\fR]\n.SH DESCRIPTION\n"
	  "A roofline model and an event simulator that read the same "
	  "descriptors: a GPU (hw/), a software stack (hw/stacks/), a model "
	  "(models/).\n"
	  "Of every VERB, \\fBhelp\\fR \\fIVERB\\fR says the same.\n"
	  ".SH VERBS\n",
	  ".SH EXIT STATUS\n.TP\n0\nAnswered.\n"
	  ".TP\n1\nAnswered, and the answer is no: it does not fit, a claim is "
	  "impossible, rows identify no parameter.\n"
	  ".TP\n2\nMalformed, or a file that cannot be read or written. "
	  "Stderr has one sentence that says which, and what to do.\n"
	  ".SH FILES\n.TP\nhw/NAME.csv\nA GPU: its facts, with unit, origin "
	  "and source.\n.TP\nhw/stacks/NAME.csv\nA software stack: the laws of "
	  "its kernels and wires.\n.TP\nmodels/NAME.json, models/NAME.csv\nA "
	  "model: its config.json, and how its experts are routed.\n"
	  ".SH ENVIRONMENT\n.TP\nDEEPROOF_DATA\n"
	  "The folder that holds hw/ and models/. Else the working folder, "
	  "the program\\(aqs own and its ../share/deeproof are tried.\n" },
	{ "bash", bash,
	  "# bash completion of deeproof\n_deeproof()\n{\n"
	  "\tlocal options= values= verbs= word=${COMP_WORDS[COMP_CWORD]}\n"
	  "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n"
	  "\tif [ \"$word\" = = ]; then\n\t\tword=\n"
	  "\telif [ \"$before\" = = ]; then\n"
	  "\t\tbefore=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	  "\tverbs=$(deeproof --help | sed -n "
	  "'s/^  \\([a-z][a-z]*\\)  *[^ ].*/\\1/p')\n"
	  "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	  "\t\tCOMPREPLY=($(compgen -W \"$verbs help --help --version\" -- "
	  "\"$word\"))\n"
	  "\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n",
	  "\thelp) values=$verbs ;;\n\tesac\n"
	  "\tif [ \"${COMP_WORDS[1]} $COMP_CWORD\" = 'show 2' ]; then\n"
	  "\t\tvalues=$(deeproof show --csv 2>/dev/null | sed '1d; s/.*,//')\n"
	  "\tfi\n"
	  "\tcase $word in\n"
	  "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
	  "\t*) COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))\n"
	  "\t\t[ \"${#COMPREPLY[@]}\" -gt 0 ] ||\n"
	  "\t\t\tCOMPREPLY=($(compgen -f -- \"$word\")) ;;\n\tesac\n}\n"
	  "complete -o filenames -F _deeproof deeproof\n" },
};

static const struct form *form_of(const char *how)
{
	for (unsigned i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(forms[i].how, how) == 0)
			return &forms[i];
	return NULL;
}

int describe_has(const char *how)
{
	return form_of(how) != NULL;
}

void describe_begin(const char *how)
{
	assert(how);
	fputs(form_of(how)->begin, stdout);
}

void describe_end(const char *how)
{
	fputs(form_of(how)->end, stdout);
}

void describe_if_asked(const struct argp *a, int argc, char **argv)
{
	const char *verb = strrchr(argv[0], ' ');
	struct text out = TEXT_INIT;
	const struct form *f;

	if (argc != 2 || strncmp(argv[1], ASKED, strlen(ASKED)))
		return;
	f = form_of(argv[1] + strlen(ASKED));
	if (!f)
		return;
	f->verb(&out, a, verb ? verb + 1 : argv[0]);
	fputs(out.buf, stdout);
	text_release(&out);
	exit(EXIT_SUCCESS);
}
