#include "options/emit.h"
#include "tasks/measuring.h"
#include "options/options.h"
#include "options/verb.h"
#include "library/shelf.h"

static const struct command command = {
	"FILE...", "What a service wrote about itself to rows that validate "
	"and calibrate read: the log of SGLang, vLLM or TensorRT-LLM "
	"(print_iter_log), the JSON of vllm bench serve, rows of InferenceX; - "
	"is stdin. Of a log the lines of a steady batch are used, and the "
	"rest is dropped and counted on stderr. What a file does not say has "
	"to be given: --hw --model --gpus --tp --ep. Exit 2 when a file is "
	"none of these; the others' rows are printed all the same.\v"
	"Example:\n  deeproof measure experiments/calibrate/sglang.log \\\n"
	"    --hw h20-96g --model deepseek-r1 --gpus 16 --tp 1 --ep 16 "
	"--mtp 1 \\\n    -o steps.csv\n",
	OPTION_FILES | OPTION_SCENARIO | OPTION_OUT };

/* Without one row there is nothing to print. */
static int measure_all(const struct options *o, const struct scenario *given)
{
	struct measuring m;
	struct table out;
	struct text text = TEXT_INIT;
	int status = EXIT_YES;

	measuring_init(&m, given);
	table_init(&out, "");
	for (int i = 0; i < o->nr_files; i++)
		if (measuring_file(&m, o->files[i], &out))
			status = EXIT_MALFORMED;
	if (out.rows) {
		table_write(&out, &text);
		status = emit(&text, o->out, status);
	}
	table_release(&out);
	measuring_release(&m);
	return status;
}

/* A row of a GPU that there is not could be predicted by nobody. */
static int check(const struct scenario *s, struct fault *why)
{
	struct shelf *shelf = shelf_open();
	int rc = scenario_ranges_given(s, why) ||
		 (*s->hw && !shelf_gpu(shelf, s->hw, why)) ||
		 (*s->model && !shelf_model(shelf, s->model, why)) ? -1 : 0;

	shelf_free(shelf);
	return rc;
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
	if (options_scenario(&o, &given, &why) || check(&given, &why))
		return options_fault(&why);
	return measure_all(&o, &given);
}
