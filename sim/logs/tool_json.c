#include "logs/tool.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/units.h"
#include "read/json.h"

static const char *word(const json_t *of, const char *key)
{
	const char *s = json_string_value(json_object_get(of, key));

	return s ? s : "";
}

static double number(const json_t *of, const char *key)
{
	const json_t *x = json_object_get(of, key);

	return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static int wrong(struct tool_file *f, const char *what, const char *remedy)
{
	fault_at(f->why, f->name, 0, 0);
	fault_what(f->why, "%s", what);
	return fault_remedy(f->why, "%s", remedy);
}

/* ---- nccl-tests ---- */

/* The programs whose times a law is about. */
static const struct {
	const char *program, *kernel;
} collectives[] = {
	{ "all_reduce_perf", "allreduce" },
	{ "all_gather_perf", "gather" },
	{ "reduce_scatter_perf", "scatter" },
};

enum { COLLECTIVES = sizeof(collectives) / sizeof(*collectives) };

/* args: a list of words, or one string. NULL: none of the programs. */
static const char *collective(const json_t *j)
{
	const json_t *args = json_object_get(j, "args");

	for (int i = 0; i < COLLECTIVES; i++) {
		const char *program = collectives[i].program;

		if (strstr(word(j, "args"), program))
			return collectives[i].kernel;
		for (size_t a = 0; a < json_array_size(args); a++) {
			const char *s = json_string_value(
				json_array_get(args, a));

			if (s && strstr(s, program))
				return collectives[i].kernel;
		}
	}
	return NULL;
}

/* In its config, an entry a process: of the first of its GPUs. */
static const json_t *nccl_devices(const json_t *j)
{
	const json_t *of = json_object_get(json_object_get(j, "config"),
					   "devices");

	return of ? of : json_object_get(j, "devices");
}

static double or_one(double x)
{
	return x >= 1 ? x : 1;
}

/*
 * The GPUs of all processes, whose first ranks are so many apart. Entries of
 * ranks that follow each other are GPUs, be they of one process. NaN: it does
 * not say which there were.
 */
static double nccl_ranks(const json_t *j)
{
	const json_t *devices = nccl_devices(j);
	const json_t *config = json_object_get(j, "config");
	double each = or_one(number(config, "nthreads")) *
		      or_one(number(config, "ngpus"));
	size_t nr = json_array_size(devices);

	if (!nr)
		return (double)NAN;
	if (nr > 1 && !(number(json_array_get(devices, 1), "rank") -
			number(json_array_get(devices, 0), "rank") > 1))
		each = 1;
	return (double)nr * each;
}

/* As a word or a whole number. */
static void add_either(struct text *out, const json_t *of, const char *key)
{
	const json_t *x = json_object_get(of, key);

	if (json_is_integer(x))
		text_addf(out, "%lld", (long long)json_integer_value(x));
	else
		text_add(out, word(of, key));
}

/* Its version is that of the file's form. */
static void nccl_source(struct text *out, const json_t *j)
{
	const json_t *one = json_array_get(nccl_devices(j), 0);

	text_add(out, "nccl-tests -J ");
	add_either(out, j, "version");
	text_add(out, ", NCCL ");
	add_either(out, j, "nccl_version");
	text_addf(out, ", %s, %.10s", word(one, "hostname"),	/* size: day */
		  word(j, "start_time"));
}

/* Microseconds of a size; NaN where it was not run. */
static double nccl_us(const json_t *result)
{
	static const char *const place[] = { "out_of_place", "in_place" };
	static const char *const key[] = { "time", "cpu_time", "avg_us" };
	double us = (double)NAN;

	for (int p = 0; p < 2; p++)
		for (unsigned k = 0; k < sizeof(key) / sizeof(*key) &&
		     !(us > 0); k++)
			us = number(json_object_get(result, place[p]), key[k]);
	return us;
}

static int nccl_row(struct tool_file *f, const json_t *result,
		    const char *kernel, double ranks)
{
	double us = nccl_us(result), size = number(result, "size");
	int row;

	if (number(json_object_get(result, "out_of_place"), "nwrong") > 0)
		return wrong(f, "a size came out with wrong values, so its "
			     "time is of nothing",
			     "mend the machine, then measure it");
	if (!(us > 0) || !(size > 0))
		return 0;
	row = tool_add(f, &(struct tool_row){ kernel, kernel, "us", us, 0 });
	tool_put(f, row, "ranks", ranks);
	tool_put(f, row, "bytes", size);
	return 0;
}

static int nccl(struct tool_file *f, const json_t *j)
{
	const json_t *results = json_object_get(j, "results");
	const char *kernel = collective(j);
	double ranks = nccl_ranks(j);
	const json_t *first = json_array_get(nccl_devices(j), 0);
	struct text source = TEXT_INIT;

	if (!kernel)
		return wrong(f, "its args name no program whose times a law "
			     "is about", "give a run of all_reduce_perf, "
			     "all_gather_perf or reduce_scatter_perf");
	for (size_t i = 0; i < json_array_size(results); i++)
		if (nccl_row(f, json_array_get(results, i), kernel, ranks))
			return -1;
	nccl_source(&source, j);
	for (int r = 0; r < f->out->rows; r++) {
		tool_word(f, r, "source", source.buf);
		tool_word(f, r, "device", word(first, "device_info"));
	}
	text_release(&source);
	return 0;
}

/* ---- nvbandwidth ---- */

/* Copies over PCIe: what the rate between host and GPU is. */
static bool over_pcie(const char *name)
{
	return !strcmp(name, "host_to_device_memcpy_ce") ||
	       !strcmp(name, "device_to_host_memcpy_ce");
}

/* "N/A" where a pair has no path. */
static double cell(const json_t *x)
{
	double value;

	if (json_is_number(x))
		return json_number_value(x);
	return json_is_string(x) && !units_number(json_string_value(x),
						  &value) ? value :
	       (double)NAN;
}

static void nvbandwidth_case(struct tool_file *f, const json_t *test,
			     const char *source)
{
	const json_t *matrix = json_object_get(test, "bandwidth_matrix");

	for (size_t r = 0; r < json_array_size(matrix); r++) {
		const json_t *line = json_array_get(matrix, r);

		for (size_t c = 0; c < json_array_size(line); c++) {
			double x = cell(json_array_get(line, c));
			int row;

			if (!(x > 0))
				continue;
			row = tool_add(f, &(struct tool_row){ "pcie", "copy",
				"GB/s", x, 0 });
			tool_word(f, row, "source", source);
		}
	}
}

static int nvbandwidth(struct tool_file *f, const json_t *j)
{
	const json_t *of = json_object_get(j, "nvbandwidth");
	const json_t *tests = json_object_get(of, "testcases");
	struct text source = TEXT_INIT;

	text_addf(&source, "nvbandwidth %s, driver %s",
		  word(of, "git_version"), word(of, "Driver Version"));
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);

		if (over_pcie(word(test, "name")))
			nvbandwidth_case(f, test, source.buf);
	}
	text_release(&source);
	if (f->out->rows)
		return 0;
	return wrong(f, "it has no host_to_device_memcpy_ce and no "
		     "device_to_host_memcpy_ce: of what nvbandwidth measures "
		     "only PCIe is a fact of a sheet",
		     "run nvbandwidth -j -t host_to_device_memcpy_ce; for "
		     "NVLink, which laws know by its collectives, nccl-tests");
}

int tool_json(struct tool_file *f)
{
	json_error_t err;
	json_t *j = json_parse(f->bytes->buf, f->bytes->len, 0, &err);
	int rc;

	assert(f->out && f->name && f->why);
	if (!j) {
		fault_at(f->why, f->name, err.line > 0 ? err.line : 0, 0);
		fault_what(f->why, "it is no JSON: %s", err.text);
		return fault_remedy(f->why, "give the file as the tool wrote "
				    "it");
	}
	if (json_object_get(j, "nvbandwidth"))
		rc = nvbandwidth(f, j);
	else if (json_object_get(j, "results") && json_object_get(j, "args"))
		rc = nccl(f, j);
	else
		rc = wrong(f, "it is JSON of neither nccl-tests (args, "
			   "results) nor nvbandwidth",
			   "deeproof measure reads what engines and "
			   "benchmark clients write");
	json_decref(j);
	return rc;
}
