#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer/answer.h"
#include "base/text.h"
#include "options/emit.h"
#include "options/options.h"

/* What others call our columns. */
static const struct { const char *theirs, *ours; } names[] = {
	{ "context", "ctx" }, { "context_length", "ctx" },
	{ "context_len", "ctx" }, { "kv_len", "ctx" }, { "seq_len", "ctx" },
	{ "input_len", "isl" }, { "prompt_len", "isl" },
	{ "input_tokens", "isl" }, { "output_len", "osl" },
	{ "output_tokens", "osl" }, { "num_gpus", "gpus" },
	{ "n_gpus", "gpus" }, { "ngpus", "gpus" }, { "gpu_count", "gpus" },
	{ "world_size", "gpus" }, { "gpu", "hw" }, { "gpu_type", "hw" },
	{ "system", "hw" }, { "hardware", "hw" }, { "engine", "stack" },
	{ "framework", "stack" }, { "backend", "stack" },
	{ "model_name", "model" }, { "tp_size", "tp" },
	{ "tensor_parallel", "tp" }, { "tensor_parallel_size", "tp" },
	{ "ep_size", "ep" }, { "expert_parallel", "ep" },
	{ "expert_parallel_size", "ep" }, { "batch_size", "batch" },
	{ "bs", "batch" }, { "max_concurrency", "concurrency" },
	{ "kv_cache_dtype", "kv" }, { "quantization", "weights" },
	{ "precision", "weights" }, { "dtype", "weights" },
};

enum { SHOWN = 5 /* size: names in a line */ };

/* What stands beside a scenario in the files that we print and ship. */
static const char *const beside[] = { "metric", "value", "unit", "source",
	"notes", "note", "quote", "url", "given", "versus", "label", "title",
	"subtitle", "source_line" };

static bool is_known(const char *name)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		if (strcmp(name, scenario_columns[i].name) == 0)
			return true;
	for (unsigned i = 0; i < sizeof(beside) / sizeof(*beside); i++)
		if (strcmp(name, beside[i]) == 0)
			return true;
	return answer_column_find(name) >= 0;
}

/* Ours under another name or in capitals; NULL: not that we know. */
static const char *other_name(const char *name)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		if (strcasecmp(name, scenario_columns[i].name) == 0)
			return scenario_columns[i].name;
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcasecmp(name, names[i].theirs) == 0)
			return names[i].ours;
	return NULL;
}

/* Columns that nobody reads, in one line. */
static void print_strangers(const struct table *t, const char *list, int nr)
{
	if (nr)
		emit_note("note: %s: nobody reads %s%s%s; kept as written\n",
			  t->name, nr > 1 ? "columns " : "column ", list,
			  nr > SHOWN ? ", ..." : "");
}

void options_columns(const struct table *t)
{
	struct text strangers = TEXT_INIT;
	int nr = 0;

	assert(t->columns > 0);
	if (!t->rows)
		emit_note("note: %s: there is no row below the header\n",
			  t->name);
	for (int c = 0; c < t->columns; c++) {
		const char *name = t->head[c], *meant;

		if (is_known(name))
			continue;
		meant = other_name(name);
		if (!meant || table_column(t, meant) >= 0)
			meant = scenario_meant(t, c);
		if (meant)
			emit_note("note: %s: column \"%.40s\" says nothing "
				  "about a scenario; did you mean %s?\n",
				  t->name, name, meant);
		else if (nr++ < SHOWN)
			text_addf(&strangers, "%s%.40s", nr > 1 ? ", " : "",
				  name);
	}
	print_strangers(t, strangers.buf, nr);
	text_release(&strangers);
}

void options_fill(struct table *t, const struct options *o)
{
	assert(t && o);
	for (int i = 0; i < scenario_columns_nr; i++) {
		int column;

		if (!o->given[i])
			continue;
		column = table_need(t, scenario_columns[i].name);
		for (int r = 0; r < t->rows; r++)
			if (!*table_get(t, r, column))
				table_set(t, r, column, o->given[i]);
	}
}
