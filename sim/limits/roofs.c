#include "limits/roofs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Speed of light under one roof alone: the others are raised out of sight. */
static double roof_s(const struct question *q, enum bound which,
		     struct graph *room)
{
	struct step_spec a = question_step(q, q->batch.seqs);
	struct deployment on = q->on;
	struct gpu g = *q->on.machine.gpu;
	const double no = 1e30;	/* math: out of sight */
	enum bound found;

	if (which != BOUND_HBM)
		g.hbm_Bps = no;
	for (int i = 0; i < MATH_NR && which != BOUND_COMPUTE; i++)
		g.flops[i] = no;
	if (which != BOUND_NVLINK)
		g.nvlink_Bps = no;
	if (which != BOUND_RDMA)
		g.nic_Bps = no;
	on.machine.gpu = &g;
	a.on = &on;
	return step_floor_s(&a, room, &found);
}

void roofs_best(struct ceiling *to, const struct choice *c, struct graph *room)
{
	struct step_spec ask = question_step(&to->best, to->best.batch.seqs);

	assert(to->sol > 0 && c->way.replicas > 0);
	step_floor_s(&ask, room, &to->bound);
	to->alone = choice_words(c, &to->best, to->setting,
				 sizeof(to->setting));
}

void roofs_fill(struct limits *r, struct graph *room)
{
	const struct question *q = &r->total.best;
	double light = r->total.sol * roof_s(q, r->total.bound, room);

	assert(r->timed && r->total.sol > 0);
	for (int i = 0; i < BOUND_LATENCY; i++)
		r->roof[i] = light / roof_s(q, (enum bound)i, room);
}

double limits_slope_s(const struct limits *r, double less, double more)
{
	struct graph *room = mem_resize(NULL, 1, sizeof(*room));
	struct question q = r->user.best;
	double s[2];

	assert(r->timed && r->user.light_tokens > 0);
	for (int i = 0; i < 2; i++) {
		question_batch(&q, (i ? more : less) / q.on.layout.dp);
		s[i] = roof_s(&q, BOUND_HBM, room);
	}
	free(room);
	return (s[1] - s[0]) / r->user.light_tokens;
}

static double sol_at(const struct limits *r, double batch)
{
	struct question q = r->total.best;
	struct answer a;

	question_batch(&q, batch);
	answer_step(&a, &q, NULL);
	return a.sol_tok_s_gpu;
}

double limits_batch(const struct limits *r, double tok_s_gpu)
{
	double low = 0, high;

	assert(r->timed);
	if (!r->fits)
		return 0;
	high = answer_largest_batch(&r->total.best, (double)INFINITY);
	if (!(high >= 1) || sol_at(r, high) < tok_s_gpu)
		return 0;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		if (sol_at(r, middle) < tok_s_gpu)
			low = middle;
		else
			high = middle;
	}
	return high;
}
