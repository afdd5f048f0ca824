#include "read/json.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

static void *memory(size_t n)
{
	return mem_resize(NULL, n, 1);
}

static void once(void)
{
	json_set_alloc_funcs(memory, free);
}

json_t *json_parse(const char *buf, size_t len, size_t flags,
		   json_error_t *error)
{
	static pthread_once_t done = PTHREAD_ONCE_INIT;

	assert(buf || !len);
	pthread_once(&done, once);
	return json_loadb(buf ? buf : "", len, flags, error);
}
