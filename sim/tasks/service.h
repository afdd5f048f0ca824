/*
 * service: `run --service NAME`: requests at an endpoint that is sold by the
 * token, by the curves of a sheet in hw/services/.
 */
#ifndef TASKS_SERVICE_H
#define TASKS_SERVICE_H

#include "options/options.h"
#include "library/shelf.h"

/* Play and print; the exit status. */
int service(const struct options *);

#endif
