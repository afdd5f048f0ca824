#include "tests/toy_engine.h"

static double second(const void *of, const struct serve_step *s)
{
	struct toy_asked *a = (struct toy_asked *)of;

	a->last = *s;
	a->times++;
	return 1;
}

void toy_begin(struct toy_engine *e, int groups)
{
	*e = (struct toy_engine){ .is = serve_engine_plain };
	e->load = (struct serve_load){ .request = e->request, .nr = TOY_MOST,
				       .hash_tok = 1 };
	e->fleet = (struct serve_fleet){ .engine = &e->is, .replicas = 1,
		.groups = groups,
		.price = { .step_s = second, .of = &e->asked } };
	replica_init(&e->r, &e->fleet,
		     &(struct rank_spec){ &e->is, &e->load, e->live });
}

void toy_come(struct toy_engine *e, int32_t id, int32_t prompt, ticks seen)
{
	e->request[id] = (struct serve_request){ .prompt_tok = prompt,
		.output_tok = 100, .steps = 99,	/* size: long */
		.after = -1 };
	e->live[id] = (struct live){ .need_tok = prompt,
		.left_tok = 100,	/* size: long */
		.left_steps = 99,	/* size: of it */
		.end_step = -1, .seen = seen };
	fifo_push(&e->r.inbox, id);
}

void toy_plan_step(struct toy_engine *e, ticks seen)
{
	replica_plan(&e->r, &e->plan, seen, seen);
}

void toy_finish(struct toy_engine *e)
{
	int32_t done[TOY_MOST];

	for (int i = 0; i < e->fleet.groups; i++) {
		struct rank *k = &e->r.rank[i];

		if (k->decodes)
			rank_decoded(k, done);
		for (int j = 0; j < k->takes; j++)
			rank_prompted(k, &k->take[j], 0);
		k->takes = 0;
	}
}

void toy_let_run(struct toy_engine *e, int first, int other)
{
	int32_t id = 0;
	const int nr[TOY_GROUPS] = { first, other };

	for (int g = 0; g < e->fleet.groups; g++)
		for (int i = 0; i < nr[g]; i++, id++) {
			toy_come(e, id, 10, 0);	/* size: of a prompt */
			fifo_push(&e->r.rank[g].wait, fifo_pop(&e->r.inbox));
		}
	toy_plan_step(e, 0);
	toy_finish(e);
	e->r.steps = e->r.decode_steps = 0;
	e->r.received_ago = 1;
}

int toy_taken(const struct toy_engine *e)
{
	int nr = 0;

	for (int g = 0; g < e->fleet.groups; g++)
		nr += e->r.rank[g].takes;
	return nr;
}
