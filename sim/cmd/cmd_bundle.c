#include <argp.h>

#include "options/emit.h"
#include "options/options.h"
#include "options/verb.h"
#include "library/shelf.h"

static const struct command command = {
	"", "Print every descriptor of the data folder in the form that "
	"libdeeproof loads from memory (deeproof.h): for programs, notebooks "
	"and pages that embed the simulator and read no files.\v"
	"Example:\n  deeproof bundle -o descriptors.txt\n",
	OPTION_OUT };

int cmd_bundle(int argc, char **argv)
{
	struct options o;
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	struct shelf *shelf;
	int status = EXIT_YES;

	options_parse(&o, &command, argc, argv);
	shelf = shelf_open();
	if (shelf_bundle(shelf, &out, &why)) {
		status = options_fault(&why);
		text_release(&out);
	} else {
		status = emit(&out, o.out, status);
	}
	shelf_free(shelf);
	return status;
}
