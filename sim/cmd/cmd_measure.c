#include <stdio.h>
#include <string.h>

#include "cmd/emit.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "learn/measure.h"
#include "read/file.h"

static const struct command command = {
	"FILE...", "What a service wrote about itself to rows that validate "
	"and calibrate read: the log of SGLang, vLLM or TensorRT-LLM "
	"(print_iter_log), the JSON of vllm bench serve, rows of InferenceX; - "
	"is stdin. Of a log the lines of a steady batch are used, and the "
	"rest is dropped and counted on stderr. What a file does not say has "
	"to be given: --hw --model --gpus --tp --ep. Exit 2 when a file is "
	"none of these; the others' rows are printed all the same.\v"
	"Example:\n  deeproof measure experiments/calibrate/sglang.log --hw "
	"h20-96g --model deepseek-r1 --gpus 16 --tp 1 --ep 16 --mtp 1 "
	"-o steps.csv\n",
	OPTION_FILES | OPTION_SCENARIO | OPTION_OUT };

/* What there are descriptors of. */
struct known {
	struct place_names hw, stacks, models;
};

static void know(struct known *k)
{
	struct text root = TEXT_INIT;

	place_root(&root);
	place_names(&k->hw, root.buf, &place_gpus);
	place_names(&k->stacks, root.buf, &place_stacks);
	place_names(&k->models, root.buf, &place_models);
	text_release(&root);
}

static int read_bytes(const char *path, struct text *out, struct fault *why)
{
	return strcmp(path, "-") ? file_read(path, out, why) :
	       file_stdin(out, why);
}

static int measure_file(struct measure_spec *ask, const char *path,
			struct table *out)
{
	struct text bytes = TEXT_INIT, said = TEXT_INIT;
	struct fault why = { 0 };
	int status = EXIT_YES;

	ask->name = strcmp(path, "-") ? path : "stdin";
	if (read_bytes(path, &bytes, &why) ||
	    measure_bytes(ask, &bytes, out, &said, &why))
		status = options_fault(&why);
	if (said.len)
		fprintf(stderr, "%s", said.buf);
	text_release(&said);
	text_release(&bytes);
	return status;
}

/* Without one row there is nothing to print. */
static int measure_all(const struct options *o, const struct scenario *given)
{
	struct known k = { 0 };
	struct measure_spec ask = { NULL, given, &k.hw, &k.stacks,
				    &k.models };
	struct table out;
	struct text text = TEXT_INIT;
	int status = EXIT_YES;

	know(&k);
	table_init(&out, "");
	for (int i = 0; i < o->nr_files; i++)
		if (measure_file(&ask, o->files[i], &out))
			status = EXIT_MALFORMED;
	if (out.rows) {
		table_write(&out, &text);
		status = emit(&text, o->out, status);
	}
	table_release(&out);
	place_names_release(&k.hw);
	place_names_release(&k.stacks);
	place_names_release(&k.models);
	return status;
}

int cmd_measure(int argc, char **argv)
{
	struct options o;
	struct scenario given;
	struct fault why = { 0 };

	options_parse(&o, &command, argc, argv);
	if (!o.file) {
		fault_what(&why, "no file is named");
		fault_remedy(&why, "deeproof measure LOG --hw NAME --model "
			     "NAME --gpus N --tp N --ep N");
		return options_fault(&why);
	}
	if (options_scenario(&o, &given, &why))
		return options_fault(&why);
	return measure_all(&o, &given);
}
