/*
 * json: jansson's parser, with an allocation that does not fail: jansson takes
 * memory that ends for a fault of the file, or gives no reason at all.
 */
#ifndef READ_JSON_H
#define READ_JSON_H

#include <jansson.h>

/* The caller's reference; or NULL, and why in `error`. */
json_t *json_parse(const char *buf, size_t len, size_t flags,
		   json_error_t *error);

#endif
