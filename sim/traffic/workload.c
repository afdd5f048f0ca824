#include "traffic/workload.h"

#include <stdlib.h>

void serve_load_release(struct serve_load *l)
{
	free(l->request);
	free(l->hash);
	*l = (struct serve_load){ 0 };
}
