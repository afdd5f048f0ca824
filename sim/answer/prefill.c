#include "answer/prefill.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Sums over the passes of one prompt, or of as many as fill a pass. */
struct tour {
	double last_s;		/* the last pass */
	double s, flop, peak_s, exposed_s, late_s;
	double own_s;		/* of s: what each group does for its own */
	int passes;
};

static double chunk_of(const struct question *q, const struct prefill_spec *a)
{
	return a->chunk_tok > 0 ? a->chunk_tok :
		q->on.machine.stack->prefill_tok;
}

static struct chunk first_chunk(const struct question *q,
				const struct prefill_spec *a, double seqs)
{
	return (struct chunk){ seqs, a->cached_tok,
		fmin(chunk_of(q, a), a->prompt_tok - a->cached_tok) };
}

static double own_share(const struct prefill_parts *p)
{
	double own = p->attn_s + p->attn_wire_s;

	return own / (own + p->ffn_s + p->ffn_wire_s);
}

static double taken_s(const struct prefill_pass *p, const struct question *q,
		      const struct prefill_spec *a, const struct chunk *c)
{
	if (c->seqs * c->new_tok > a->piece_tok)
		return p->s;
	return q->on.machine.stack->host_s +
	       prefill_eager_s(p->work_s, a->piece_share * p->eager_s);
}

static void tour_make(struct tour *t, const struct question *q,
		      const struct prefill_spec *a, double seqs)
{
	struct step_spec ask = question_pass(q);
	struct chunk c = first_chunk(q, a, seqs);
	struct prefill_pass *pass = mem_resize(NULL, 1, sizeof(*pass));

	*t = (struct tour){ 0 };
	assert(seqs >= 1 && c.new_tok > 0);
	while (c.prior_tok < a->prompt_tok) {
		c.new_tok = fmin(c.new_tok, a->prompt_tok - c.prior_tok);
		prefill_pass(pass, &ask, &c);
		pass->s = taken_s(pass, q, a, &c);
		t->s += pass->s;
		t->last_s = pass->s;
		t->flop += pass->flop;
		t->peak_s += pass->peak_s;
		t->exposed_s += pass->exposed_s;
		t->late_s += pass->late_s;
		t->own_s += pass->s * own_share(&pass->parts);
		t->passes++;
		c.prior_tok += c.new_tok;
	}
	free(pass);
}

static int check(const struct question *q, const struct prefill_spec *a,
		 struct fault *why)
{
	struct step_spec ask = question_pass(q);
	struct chunk c = first_chunk(q, a, 1);
	const char *lack;

	if (!(a->prompt_tok >= 1) || !(a->cached_tok >= 0) ||
	    a->cached_tok >= a->prompt_tok) {
		fault_what(why, "cached, %g tokens, is not below the prompt's "
			   "%g", a->cached_tok, a->prompt_tok);
		return fault_remedy(why, "the last token of a prompt is "
				    "always computed");
	}
	lack = prefill_lacks(&ask, &c);
	if (!lack || deployment_lacks(&q->on))
		return 0;
	fault_what(why, "stack %s has no law for %s on %s (%s)",
		   q->on.machine.stack->name, lack, q->on.machine.gpu->name,
		   q->on.machine.gpu->arch);
	return fault_remedy(why, "choose another stack or weight format");
}

/* What the GPU lacks tensor cores for has no time at all. */
static void no_time(struct prefill *p)
{
	p->ttft_s = p->prompts_s = p->tok_s_gpu = p->prompt_tok_s_gpu =
		p->mfu = p->exposed_share = p->late_share = p->own_s =
		p->all_s = p->own_more_s = p->all_more_s = (double)NAN;
}

/* From a prompt a group to some more. */
static void rises(struct prefill *p, const struct tour *one,
		  const struct tour *many, double more)
{
	double all = many->s - many->own_s - (one->s - one->own_s);

	p->own_s = one->own_s;
	p->all_s = one->s - one->own_s;
	p->own_more_s = fmax(0, many->own_s - one->own_s) / more;
	p->all_more_s = fmax(0, all) / more;
}

int prefill_answer(struct prefill *p, const struct question *q,
		   const struct prefill_spec *a, struct fault *why)
{
	const struct layout *l = &q->on.layout;
	double fresh = a->prompt_tok - a->cached_tok, gpus = layout_gpus(l);
	struct tour alone, full, two;
	double turn_s, share = layout_stage_layers(l, q->on.model) /
		(double)q->on.model->num_hidden_layers;

	if (check(q, a, why))
		return -1;
	*p = (struct prefill){ .prompt_tok = a->prompt_tok,
		.cached_tok = a->cached_tok, .chunk_tok = chunk_of(q, a) };
	p->together = fmax(1, floor(p->chunk_tok / fresh));
	tour_make(&alone, q, a, 1);
	tour_make(&full, q, a, p->together);
	two = full;
	if (p->together < 2)
		tour_make(&two, q, a, 2);
	rises(p, &alone, &two, fmax(1, p->together - 1));
	assert(alone.passes >= 1);
	assert(full.s > 0 || deployment_lacks(&q->on));
	p->turn_share = share;
	p->ttft_s = alone.s * share + alone.last_s * (1 - share);
	p->passes = alone.passes;
	/* each stage is at other prompts, the one with most layers longest */
	turn_s = full.s * share;
	p->prompts_s = p->together * l->dp / turn_s;
	p->tok_s_gpu = p->prompts_s * fresh / gpus;
	p->prompt_tok_s_gpu = p->prompts_s * a->prompt_tok / gpus;
	p->flop_tok = full.flop * l->gpus / (p->together * l->dp * fresh);
	p->mfu = full.peak_s / (turn_s * l->pp);
	p->exposed_share = full.exposed_s / full.s;
	p->late_share = full.late_s / full.s;
	if (deployment_lacks(&q->on))
		no_time(p);
	return 0;
}
