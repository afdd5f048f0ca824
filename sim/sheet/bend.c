#include "sheet/bend.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

#define MOST 1e9	/* size: beyond it a batch or a ratio is a slip */

static int no_list(struct fault *why, const char *text)
{
	fault_what(why, "\"%.60s\" is no list of BATCH:TIMES above 0, up to %d "
		   "of them, by rising batch", text, BEND_KNOTS);
	return fault_remedy(why, "write as 1:1.02;16:0.97;128:1.01");
}

/* A number of len characters above 0. */
static int number(const char *text, size_t len, double *out)
{
	return units_number_of(text, len, out) || !(*out > 0 && *out < MOST) ?
		-1 : 0;
}

/* One "BATCH:TIMES" of len characters. */
static int one(struct bend *b, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	double batch, *log_batch = &b->log_batch[b->nr];
	size_t head;

	if (!colon || b->nr == BEND_KNOTS)
		return -1;
	head = (size_t)(colon - text);
	if (number(text, head, &batch) ||
	    number(colon + 1, len - head - 1, &b->times[b->nr]))
		return -1;
	*log_batch = log(batch);
	if (b->nr > 0 && !(*log_batch > log_batch[-1]))
		return -1;
	b->nr++;
	return 0;
}

int bend_parse(struct bend *b, const char *text, struct fault *why)
{
	assert(b && text);
	b->nr = 0;
	for (const char *p = text; *p; p += *p == ';') {
		size_t len = strcspn(p, ";");

		if (one(b, p, len))
			return no_list(why, text);
		p += len;
	}
	return b->nr ? 0 : no_list(why, text);
}

double bend_at(const struct bend *b, double batch)
{
	double x = log(batch), f;
	int i = 0;

	assert(batch > 0 && b->nr >= 0 && b->nr <= BEND_KNOTS);
	if (!b->nr)
		return 1;
	while (i < b->nr && b->log_batch[i] <= x)
		i++;
	if (i == 0 || i == b->nr)
		return b->times[i ? i - 1 : 0];
	f = (x - b->log_batch[i - 1]) /
	    (b->log_batch[i] - b->log_batch[i - 1]);
	return b->times[i - 1] + f * (b->times[i] - b->times[i - 1]);
}
