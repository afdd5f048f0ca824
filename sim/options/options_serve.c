#include "options/options_serve.h"

#include <assert.h>
#include <stdio.h>

enum {
	KEY_SERVE = 0x400,	/* size: above the keys of options.c */
	KEY_REQUESTS = 0x500,	/* size: likewise */
	KEY_OCCUPANCY, KEY_FORMAT, KEY_SERVICE
};

int serve_options_list(struct argp_option *list)
{
	static const struct argp_option files[] = {
		{ "requests-out", KEY_REQUESTS, "FILE", 0,
		  "write a row a request as CSV", 3 /* size: group */ },
		{ "occupancy", KEY_OCCUPANCY, "FILE", 0,
		  "write what runs, waits and is held over time as CSV",
		  3 /* size: group */ },
		{ "service", KEY_SERVICE, "NAME", 0,
		  "no GPUs but an endpoint sold by the token: a sheet in "
		  "hw/services/", 3 /* size: group */ },
		{ "format", KEY_FORMAT, "HOW", 0,
		  "text csv vllm aiperf: the JSON of vllm bench serve, of "
		  "AIPerf (text)", 3 /* size: group */ },
	};
	int nr = 0;

	assert(list);
	for (; nr < serving_columns_nr; nr++) {
		const struct serving_column *c = &serving_columns[nr];

		list[nr] = (struct argp_option){ c->name, KEY_SERVE + nr,
			c->arg, 0, c->help, 3 /* size: group */ };
	}
	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
		list[nr++] = files[i];
	return nr;
}

error_t serve_options_key(int key, const char *arg, struct serve_options *o)
{
	assert(o);
	if (key >= KEY_SERVE && key < KEY_SERVE + serving_columns_nr)
		o->given[key - KEY_SERVE] = arg;
	else if (key == KEY_REQUESTS)
		o->requests_out = arg;
	else if (key == KEY_OCCUPANCY)
		o->occupancy = arg;
	else if (key == KEY_SERVICE)
		o->service = arg;
	else if (key == KEY_FORMAT)
		o->format = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

bool serve_options_wanted(const struct serve_options *o)
{
	return o->requests_out || o->occupancy || o->format;
}

int serve_options_spec(const struct serve_options *o, struct serving_spec *s,
		       struct fault *why)
{
	char name[64];	/* size: "--max_num_batched_tokens" */

	assert(o && s);
	for (int i = 0; i < serving_columns_nr; i++) {
		if (!o->given[i])
			continue;
		snprintf(name, sizeof(name), "--%s", serving_columns[i].name);
		fault_at(why, name, 0, 0);
		if (serving_set(s, serving_columns[i].name, o->given[i], why))
			return -1;
	}
	fault_at(why, "", 0, 0);
	return 0;
}
