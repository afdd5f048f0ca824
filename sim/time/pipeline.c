#include "time/pipeline.h"

#include <assert.h>

#include "base/larger.h"

static double part_s(const struct step *st, int part)
{
	const struct part *p;
	double s = 0;

	if (part < 0)
		return 0;
	p = &st->graph.part[part];
	for (int i = p->first; i < p->first + p->nr; i++)
		s += st->kernels.s[st->kernels.lane[i]] + st->late_s[i];
	return s;
}

/* Seconds of all blocks of a kind that does not overlap. */
static double blocks_s(const struct step *st, enum block_kind kind)
{
	double s = 0;

	assert(kind != BLOCK_MOE);
	for (int i = 0; i < st->graph.blocks; i++) {
		const struct block *b = &st->graph.block[i];

		if (b->kind == kind)
			s += (double)b->layers * b->batches *
			     (part_s(st, b->attn) + part_s(st, b->ffn));
	}
	return s;
}

static double stage_s(const struct step *st, enum stage stage)
{
	double s = 0;

	for (int i = 0; i < st->graph.ops; i++)
		if (st->stage[i] == stage)
			s += st->kernels.s[st->kernels.lane[i]];
	return s;
}

double pipeline_once_s(const struct step *st)
{
	return blocks_s(st, BLOCK_ONCE) + blocks_s(st, BLOCK_DRAFT) -
	       stage_s(st, STAGE_SEND);
}

/*
 * The step above is one batch through all stages, one after the other. With
 * `flight` of them on their way, a round of the pipeline takes that, or as
 * many turns of its slowest stage: the one with the most layers, or the last,
 * which may have a layer fewer but has head and drafts. What a mean GPU does
 * in a round is its share of a batch's way, once for each batch in flight.
 */
void pipeline_round(struct step *st, const struct step_spec *a)
{
	const struct layout *l = &a->on->layout;
	int all = a->on->model->num_hidden_layers;
	double sends = stage_s(st, STAGE_SEND);
	double once = pipeline_once_s(st);
	double layers = st->s - st->host_s - once - sends;
	double first = layers * layout_stage_layers(l, a->on->model) / all;
	double last = layers * (all / l->pp) / all + once;
	double turn = larger(first, last) + sends / (l->pp - 1);
	double round = a->batch.flight * turn + st->host_s;
	double turns = step_turns(a);
	double *const of_gpu[] = { &st->flop, &st->peak_s, &st->hbm_B,
		&st->nvlink_B, &st->rdma_B, &st->nvlink_s, &st->rdma_s,
		&st->tensor_s };

	st->bubble_s = larger(0, round - st->s);
	st->s += st->bubble_s;
	st->bound_s[BOUND_LATENCY] += st->bubble_s;
	for (unsigned i = 0; i < sizeof(of_gpu) / sizeof(*of_gpu); i++)
		*of_gpu[i] *= turns;
}
