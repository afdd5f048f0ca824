#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "inside/derived.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/near.h"
#include "options/given.h"
#include "options/emit.h"
#include "options/options.h"
#include "say/memory.h"
#include "say/show_text.h"
#include "options/verb.h"
#include "read/place.h"
#include "read/sheet.h"
#include "library/shelf.h"

enum { KEY_CSV = 0x100, KEY_DATE /* size: keys above any character */ };

struct asked {
	const char *name;
	const char *date;
	const char *out;	/* NULL: stdout */
	bool csv;
	const char *given[OPTION_COLUMNS];	/* a scenario's; NULL: not */
};

/* ---- options ---- */

/* Columns of a scenario that say whose memory a model fills. */
static const struct {
	const char *column, *otherwise;
} layout[] = {
	{ "hw", NULL }, { "gpus", NULL }, { "stack", NULL }, { "tp", NULL },
	{ "ep", NULL }, { "weights", NULL }, { "kv", NULL }, { "mtp", NULL },
	{ "batch", "1" }, { "ctx", "4096" }, { "mem_share", NULL },
	{ "redundant", NULL },
};

enum {
	LAYOUTS = sizeof(layout) / sizeof(*layout),
	KEY_LAYOUT = KEY_DATE + 1,	/* in the order of the columns */
	KEY_HW = KEY_LAYOUT, KEY_GPUS, KEY_STACK, KEY_TP, KEY_EP,
	KEY_WEIGHTS, KEY_KV, KEY_MTP, KEY_BATCH, KEY_CTX, KEY_MEM_SHARE,
	KEY_REDUNDANT
};

static const struct argp_option list[] = {
	{ "csv", KEY_CSV, NULL, 0,
	  "machine-readable: key,value,unit,origin,source", 0 },
	{ "output", 'o', "FILE", 0, "write there instead of stdout", 0 },
	{ "date", KEY_DATE, "DAY", 0, "YYYY-MM-DD: the newest dated rows of "
	  "a stack up to it (the newest of all)", 0 },
	{ "hw", KEY_HW, "NAME", 0, "whose memory a model is to fill", 0 },
	{ "gpus", KEY_GPUS, "N", 0, "of one replica", 0 },
	{ "stack", KEY_STACK, "NAME", 0, "software (generic)", 0 },
	{ "tp", KEY_TP, "N", 0, "as of step (1)", 0 },
	{ "ep", KEY_EP, "N", 0, "as of step (gpus)", 0 },
	{ "weights", KEY_WEIGHTS, "FORMAT", 0,
	  "native bf16 fp8 nvfp4 mxfp4 int4 (native)", 0 },
	{ "kv", KEY_KV, "FORMAT", 0, "native bf16 fp8 (native)", 0 },
	{ "mtp", KEY_MTP, "N", 0, "as of step (0)", 0 },
	{ "batch", KEY_BATCH, "N", 0, "as of step (1)", 0 },
	{ "ctx", KEY_CTX, "TOKENS", 0, "as of step (4096)", 0 },
	{ "mem_share", KEY_MEM_SHARE, "X", 0, "as of step", 0 },
	{ "redundant", KEY_REDUNDANT, "N", 0, "as of step (0)", 0 },
	{ 0 }
};

static const char doc[] =
	"A GPU, a stack or a model: its facts with their origins and "
	"sources, then what follows from them. NAME is one of hw/, hw/stacks/ "
	"or models/, the path of a sheet (.csv) or of a config.json, or a "
	"checkpoint's folder; without one all names are listed. A model with "
	"--hw and --gpus: also a bar of what fills one.\v"
	"Example:\n  deeproof show h800-sxm\n  deeproof show deepseek-v3 "
	"--hw h200-sxm --gpus 8\n";

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	struct asked *a = state->input;

	if (key >= KEY_LAYOUT && key < KEY_LAYOUT + LAYOUTS) {
		a->given[key - KEY_LAYOUT] = arg;
		return 0;
	}
	switch (key) {
	case KEY_CSV:
		a->csv = true;
		return 0;
	case 'o':
		a->out = arg;
		return 0;
	case KEY_DATE:
		if (!date_valid(arg))
			argp_error(state, "--date is \"%s\"; write it as "
				   "2026-02-28", arg);
		a->date = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->name)
			argp_error(state, "\"%s\" is one argument too many",
				   arg);
		a->name = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- what a name is ---- */

static const struct place *const places[] = {
	&place_gpus, &place_stacks, &place_models
};

enum { PLACES = sizeof(places) / sizeof(*places) };

static const struct place *named(struct shelf *shelf, const char *name)
{
	for (int i = 0; i < PLACES; i++)
		if (shelf_has(shelf, places[i]->folder, name))
			return places[i];
	return NULL;
}

/* Always -1. */
static int none_such(const char *root, const char *name, struct fault *why)
{
	struct place_names all = { 0 };
	struct text like = TEXT_INIT;

	fault_at(why, "", 0, 0);
	if (!root) {
		fault_what(why, "there is no data folder to look up \"%.64s\"",
			   name);
		return fault_remedy(why, "set DEEPROOF_DATA to the folder "
				    "that has hw/ and models/");
	}
	for (int i = 0; i < PLACES; i++)
		place_names(&all, root, places[i]);
	fault_what(why, "there is no GPU, stack or model \"%.64s\" in %s/hw, "
		   "%s/hw/stacks or %s/models", name, root, root, root);
	if (near_names(name, (const char *const *)all.name, all.nr, &like))
		fault_remedy(why, "did you mean %s?", like.buf);
	else
		fault_remedy(why, "write a name of these folders, or a path");
	text_release(&like);
	place_names_release(&all);
	return -1;
}

/* Without a name: every name there is. */
static void list_all(bool csv, struct text *out)
{
	struct text root = TEXT_INIT;

	place_root(&root);
	if (csv)
		text_add(out, "kind,name\n");
	for (int i = 0; i < PLACES; i++) {
		struct place_names of = { 0 };

		place_names(&of, root.buf, places[i]);
		if (!csv)
			text_addf(out, "%s%ss, in %s/%s:\n", i ? "\n" : "",
				  places[i]->what, root.buf ? root.buf : ".",
				  places[i]->folder);
		for (int k = 0; k < of.nr; k++) {
			text_addf(out, csv ? "%s," : "  ", places[i]->what);
			text_addf(out, "%s\n", of.name[k]);
		}
		place_names_release(&of);
	}
	text_release(&root);
}

static bool starts(const char *key, const char *with)
{
	return strncmp(key, with, strlen(with)) == 0;
}

static bool is_stack(const struct facts *f)
{
	static const char *const root[] = { "base", "law.", "use.", "wire.",
					    "exchange.", "overhead." };

	for (int i = 0; i < f->nr; i++)
		for (size_t j = 0; j < sizeof(root) / sizeof(*root); j++)
			if (starts(f->fact[i].key, root[j]))
				return true;
	return false;
}

/* What the sheet or config at a path is. NULL and the fault: neither. */
static const struct place *at_path(const char *path, struct fault *why)
{
	const char *dot = strrchr(path, '.');
	const struct place *p = NULL;
	struct facts f;

	if ((dot && strcmp(dot, place_models.ending) == 0) ||
	    place_is_folder(path))
		return &place_models;
	if (facts_load(&f, path, why)) {
		facts_release(&f);
		return NULL;
	}
	if (facts_have(&f, "arch"))
		p = &place_gpus;
	else if (is_stack(&f))
		p = &place_stacks;
	facts_release(&f);
	if (p)
		return p;
	fault_at(why, path, 0, 0);
	fault_what(why, "this is neither the sheet of a GPU nor of a stack");
	fault_remedy(why, "a GPU's has a key \"arch\", a stack's has keys "
		     "law., use. or exchange.; of a model, write the .json");
	return NULL;
}

/* ---- what is shown ---- */

static int show_gpu(struct shelf *shelf, const struct asked *a,
		    struct shown *s, struct fault *why)
{
	const struct gpu *g = shelf_gpu(shelf, a->name, why);

	if (!g)
		return -1;
	s->sheet = shelf_gpu_facts(shelf, a->name);
	derived_gpu(g, &s->derived);
	return 0;
}

static int show_stack(struct shelf *shelf, const struct asked *a,
		      struct shown *s, struct fault *why)
{
	if (!shelf_stack(shelf, &(struct stack_spec){ a->name, a->date,
						      "any" }, why))
		return -1;
	s->sheet = shelf_stack_facts(shelf, a->name, a->date);
	return 0;
}

static int show_model(struct shelf *shelf, const struct asked *a,
		      struct shown *s, struct fault *why)
{
	const struct model *m = shelf_model(shelf, a->name, why);
	const char *weights = a->given[KEY_WEIGHTS - KEY_LAYOUT];

	if (!m)
		return -1;
	s->sheet = shelf_model_facts(shelf, a->name);
	s->borrowed = m->routing_borrowed;
	derived_config(m, s->path, &s->config);
	derived_model(m, &s->derived);
	if (!weights || !derived_stored(m, weights, &s->derived))
		return 0;
	fault_at(why, "--weights", 0, 0);
	fault_what(why, "\"%.64s\" is neither a format nor a recipe",
		   weights);
	return fault_remedy(why, "write a name of checkpoint_bytes_NAME, or "
			    "words as all=fp8 experts=nvfp4");
}

static int fill(struct shelf *shelf, const struct asked *a, struct shown *s,
		struct fault *why)
{
	struct text root = TEXT_INIT, path = TEXT_INIT;
	const struct place *p;
	int rc = -1;

	place_root(&root);
	if (place_is_path(a->name) || (!named(shelf, a->name) &&
				       place_is_folder(a->name)))
		p = at_path(a->name, why);
	else if (!(p = named(shelf, a->name)))
		none_such(root.buf, a->name, why);
	if (!p || (!place_is_folder(a->name) &&
		   place_find(&path, root.buf, p, a->name, why)))
		goto out;
	if (!path.len)
		text_add(&path, a->name);
	s->what = p->what;
	s->path = mem_copy(path.buf + (starts(path.buf, "./") ? 2 : 0));
	if (*a->date && p != &place_stacks) {
		fault_at(why, "--date", 0, 0);
		fault_what(why, "\"%.64s\" is a %s, and only a stack has "
			   "dated rows", a->name, p->what);
	} else {
		rc = p == &place_gpus ? show_gpu(shelf, a, s, why) :
		     p == &place_stacks ? show_stack(shelf, a, s, why) :
		     show_model(shelf, a, s, why);
	}
out:
	text_release(&root);
	text_release(&path);
	return rc;
}

/* ---- the memory of a GPU ---- */

static bool asks_memory(const struct asked *a)
{
	for (int i = 0; i < LAYOUTS; i++)
		if (a->given[i] && i != KEY_WEIGHTS - KEY_LAYOUT)
			return true;
	return false;
}

/* 0, or -1 and the fault. */
static int show_memory(struct shelf *shelf, const struct asked *a,
		       struct text *out, struct fault *why)
{
	struct scenario s;
	struct question *q = mem_zeroed(1, sizeof(*q));
	struct answer answer;
	int rc;

	scenario_init(&s);
	fault_at(why, "", 0, 0);
	rc = scenario_set(&s, "model", a->name, why);
	for (int i = 0; i < LAYOUTS && !rc; i++) {
		const char *text = a->given[i] ? a->given[i] :
			layout[i].otherwise;

		if (text)
			rc = scenario_set(&s, layout[i].column, text, why);
	}
	if (!rc)
		rc = question_make(q, &s, shelf_library(shelf), why);
	if (!rc) {
		answer_step(&answer, q, NULL);
		memory_bar(q, &answer, out);
	}
	free(q);
	return rc ? -1 : 0;
}

int cmd_show(int argc, char **argv)
{
	static const struct argp argp = { list, parse_key, "[NAME]", doc,
					  NULL, NULL, NULL };
	struct asked a = { .date = "" };
	struct shown s = { 0 };
	struct fault why = { 0 };
	struct text out = TEXT_INIT;
	struct shelf *shelf;
	int status = EXIT_MALFORMED;

	given_parse(&argp, argc, argv, &a);
	if (emit_allowed(&(struct emit_name){ "-o", a.out }, 1, &why))
		return options_fault(&why);
	if (!a.name) {
		list_all(a.csv, &out);
		return emit(&out, a.out, EXIT_YES);
	}
	shelf = shelf_open();
	facts_init(&s.config, a.name);
	facts_init(&s.derived, a.name);
	if (fill(shelf, &a, &s, &why)) {
		options_fault(&why);
	} else if (asks_memory(&a) && strcmp(s.what, place_models.what)) {
		fault_at(&why, "--hw", 0, 0);
		fault_what(&why, "\"%.64s\" is a %s, and only a model fills "
			   "memory", a.name, s.what);
		options_fault(&why);
	} else {
		(a.csv ? show_csv : show_text)(&s, &out);
		if (asks_memory(&a) && !a.csv &&
		    show_memory(shelf, &a, &out, &why)) {
			options_fault(&why);
			goto out;
		}
		status = emit(&out, a.out, EXIT_YES);
	}
out:
	facts_release(&s.config);
	facts_release(&s.derived);
	free(s.path);
	text_release(&out);
	shelf_free(shelf);
	return status;
}
