/*
 * options_serve: the options of `run` about requests: a --NAME for each column
 * of requests/serving, and the files that it writes.
 */
#ifndef OPTIONS_OPTIONS_SERVE_H
#define OPTIONS_OPTIONS_SERVE_H

#include <argp.h>

#include "requests/serving.h"

enum { SERVE_COLUMNS = 96 /* size: room for every column, and files */ };

struct serve_options {
	const char *given[SERVE_COLUMNS];	/* by column; NULL: not */
	const char *requests_out;	/* NULL: not asked; likewise below */
	const char *occupancy;
	const char *format;
	const char *service;
};

/* Fill a list of argp's; returns how many. */
int serve_options_list(struct argp_option *list);

/* As argp's parser of a key. */
error_t serve_options_key(int key, const char *arg, struct serve_options *);

/* Is a file of requests or their format asked for? */
bool serve_options_wanted(const struct serve_options *);

/* Set what was given, and nothing else. 0, or -1 and a fault at "--option". */
int serve_options_spec(const struct serve_options *, struct serving_spec *,
		       struct fault *);

#endif
