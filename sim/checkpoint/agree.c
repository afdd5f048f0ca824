#include "checkpoint/agree.h"

#include <assert.h>

#include "checkpoint/names.h"

int agree_check(const struct agree_pair *t, const struct model *of,
		struct fault *why)
{
	const char *const *where = t->where;

	assert(t->a && t->b && where);
	for (int p = 0; p < SITE_NR; p++)
		for (int m = 0; m < MODULE_NR; m++) {
			enum format x = kept_in(t->a, (enum site)p,
						(enum module)m);
			enum format y = kept_in(t->b, (enum site)p,
						(enum module)m);

			if (x == y || !names_has(of, (enum site)p,
						 (enum module)m))
				continue;
			fault_what(why, "%s says that %s of the %s is %s, "
				   "and %s that it is %s", where[0],
				   module_name((enum module)m),
				   site_name((enum site)p), format_name(x),
				   where[1], format_name(y));
			return fault_remedy(why, "remove the block of the "
					    "checkpoint that it was made of");
		}
	return 0;
}
