#include "traffic/client.h"

#include <assert.h>
#include <stdlib.h>

#include "base/units.h"
#include "base/mem.h"

#define LATEST_S (98 * DAY_S)	/* units: 98 days, which ticks reach */

void client_init(struct client *c, const struct serve_load *l)
{
	*c = (struct client){ .load = l, .left = l->clients };
	assert(l->client == SERVE_OPEN || l->clients >= 1);
	c->follower = mem_zeroed((size_t)l->nr, sizeof(*c->follower));
	for (int i = 0; i < l->nr; i++)
		c->follower[i] = -1;
	for (int i = 0; i < l->nr; i++) {
		assert(l->request[i].after < i);
		if (l->request[i].after >= 0)
			c->follower[l->request[i].after] = i;
	}
}

void client_release(struct client *c)
{
	free(c->follower);
}

/* By its clock it begins nothing more. */
static bool is_over(const struct client *c, double s)
{
	double stop = c->load->reading.stop_s;

	return stop > 0 && s >= stop;
}

/* The next that follows nobody, or -1. */
static int32_t next_head(struct client *c)
{
	while (c->next < c->load->nr &&
	       c->load->request[c->next].after >= 0)
		c->next++;
	return c->next < c->load->nr ? c->next++ : -1;
}

int32_t client_next_open(struct client *c)
{
	int32_t id = c->load->client == SERVE_OPEN ? next_head(c) : -1;

	return id >= 0 && is_over(c, c->load->request[id].at_s) ? -1 : id;
}

bool client_wave(struct client *c, int32_t *id)
{
	if (c->left > 0 && (*id = next_head(c)) >= 0) {
		c->left--;
		c->in_wave++;
		return true;
	}
	c->left = 0;
	c->wave_begins = false;
	return false;
}

/* Not beyond what ticks reach: a run is cut before that. */
static ticks later(ticks at, double s)
{
	double left = LATEST_S - ticks_to_s(at);

	return s < left ? at + ticks_of_s(s) : at + ticks_of_s(left);
}

static void end_in_wave(struct client *c, ticks at)
{
	assert(c->in_wave > 0);
	if (--c->in_wave > 0 || is_over(c, ticks_to_s(at)))
		return;
	c->left = c->load->clients;
	c->wave_begins = true;
	c->wave_at = at;
}

bool client_answered(struct client *c, int32_t id, ticks at,
		     struct sending *next)
{
	assert(id >= 0 && id < c->load->nr && at >= 0);
	*next = (struct sending){ c->follower[id], at };
	if (next->id >= 0) {
		next->at = later(at, c->load->request[next->id].at_s);
		return !is_over(c, ticks_to_s(next->at));
	}
	if (c->load->client == SERVE_WAVES)
		end_in_wave(c, at);
	if (c->load->client != SERVE_CLOSED || is_over(c, ticks_to_s(at)))
		return false;
	next->id = next_head(c);
	return next->id >= 0;
}
