#include "requests/serving.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "time/power.h"

/*
 * What a GPU draws in a run, from what a mean step of it moves: as the sums
 * are linear in bytes, FLOPs and wires, the mean of the steps' is that of the
 * mean step.
 *
 *	joules = idle T + decode steps x moved(mean batch)
 *		+ steps with prompts x moved(their mean tokens)
 */
struct energy {
	const struct question *q;	/* not owned */
	const struct gpu *gpu;		/* not owned */
	const struct serve_tally *t;	/* not owned */
	const struct serve_log *log;	/* not owned */
	double groups;			/* of all engines */
	double engines;
};

/*
 * Of a GPU, in a decode step of the mean batch while engines are busy: in a
 * pipeline, one of those of a round.
 */
static double decode_J(const struct energy *e)
{
	double busy = fmax(e->t->busy, 1e-9);	/* size: not nothing */
	double seqs = e->t->running / busy / e->groups;
	double kv_tok = e->t->kv_tok / busy / e->groups;
	struct step_spec a;
	struct step *st;
	double joules;

	if (!(seqs > 0))
		return 0;
	a = question_step(e->q, seqs);
	a.batch.lengths = NULL;
	a.batch.ctx_tok = fmax(1, kv_tok / seqs);
	st = step_room();
	step_time(st, &a);
	joules = power_moved_J(st, e->gpu) / a.batch.flight;
	free(st);
	return joules;
}

/* Of a GPU, in a pass of the prompt tokens that a mean one has. */
static double prompts_J(const struct energy *e)
{
	struct prefill_pass *pass = mem_zeroed(1, sizeof(*pass));
	struct step_spec a = question_pass(e->q);
	double steps = (double)e->log->prompt_steps;
	double tok = e->log->computed_tok / fmax(1, steps) * e->engines /
		     e->groups;
	double long_tok = e->t->prompt_tok / fmax(1, e->log->done);
	struct chunk c = { fmax(1, tok / fmax(1, long_tok)), 0,
			   fmax(1, fmin(tok, long_tok)) };
	double joules;

	prefill_pass(pass, &a, &c);
	joules = e->gpu->hbm_W * pass->hbm_B / e->gpu->hbm_Bps +
		 e->gpu->tensor_W * pass->tensor_s +
		 e->gpu->wire_W * pass->port_s;
	free(pass);
	return joules / e->q->on.layout.pp;
}

double serving_watt_gpu(const struct question *q, const struct serving_run *r,
			const struct serve_tally *t,
			const struct serve_log *log)
{
	const struct serve_fleet *f = &r->serve.fleet;
	struct energy e = { q, q->on.machine.gpu, t, log,
		(double)f->replicas * f->groups, f->replicas };
	bool alone = f->engine->batching == SERVE_ALONE;
	double prompts = (double)log->prompt_steps;
	double decodes = (double)log->steps - (alone ? prompts : 0);
	double moved_J;

	assert(t->s > 0 && f->replicas >= 1);
	if (r->serve.prefill.replicas > 0 ||	/* pools differ */
	    r->serve.scale.look_s > 0)
		return (double)NAN;
	moved_J = decodes * decode_J(&e) + prompts * prompts_J(&e);
	return power_W(e.gpu, moved_J / e.engines, t->s);
}
