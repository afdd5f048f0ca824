#include "ask/question.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "ask/warm.h"

/* The first op of the graph that the stack has no law for, or NULL. */
const char *question_lacks_law(const struct question *q)
{
	struct step_spec a = question_step(q, q->batch.seqs);
	struct step *st;
	const char *lack = NULL;
	enum role experts = layout_experts_role(&q->on.layout);

	if (!machine_law(&q->on.machine, experts)->kernel)
		return role_name(experts);
	assert(q->batch.seqs > 0);
	st = step_room();
	step_count(st, &a);
	for (int i = 0; i < st->graph.ops && !lack; i++)
		lack = machine_lacks(&q->on.machine, &st->graph.op[i]);
	free(st);
	return lack;
}

/* ---- which formats would run? ---- */

/* What is stored so, and whether it must also fit. */
struct stored_as {
	const char *weights, *kv;
	bool fit;
};

static bool holds(const struct question *q)
{
	struct hold_spec hold = { .mem_share = isnan(q->scenario.mem_share) ?
		q->on.machine.stack->mem_share : q->scenario.mem_share,
		.seqs = q->batch.seqs, .ctx_tok = q->batch.ctx_tok,
		.micro = q->batch.micro, .lengths = &q->lengths };
	struct held h;

	deployment_hold(&q->on, &hold, &h);
	return deployment_refusal(&q->on, &h, hold.ctx_tok).kind ==
	       REFUSAL_NONE;
}

static bool runs(const struct question *q, const struct stored_as *as)
{
	struct question other = *q;
	struct fault why = { 0 };
	struct deployment_spec spec = question_spec(q);

	spec.weights = as->weights;
	spec.kv = as->kv;
	return deployment_make(&other.on, &spec, &why) == 0 &&
	       !deployment_lacks(&other.on) && !question_lacks_law(&other) &&
	       (!as->fit || holds(&other));
}

/* "bf16, fp8 or int4", appended; how many there are. */
static int weights_that_run(const struct question *q, const char *kv,
			    bool fit, struct text *out)
{
	const char *last = NULL, *name;
	int nr = 0;

	for (int i = 0; (name = model_weights(q->on.model, i)); i++) {
		if (!runs(q, &(struct stored_as){ name, kv, fit }))
			continue;
		if (last)
			text_addf(out, "%s%s", nr++ ? ", " : "", last);
		last = name;
	}
	if (last)
		text_addf(out, "%s%s", nr++ ? " or " : "", last);
	return nr;
}

static bool formats_that(const struct question *q, bool fit,
			 struct text *out)
{
	const struct stored_as kv = { q->scenario.weights, "bf16", fit };
	struct text list = TEXT_INIT;
	bool any = true;

	if (runs(q, &kv))
		text_add(out, "kv=bf16 would run");
	else if (weights_that_run(q, q->scenario.kv, fit, &list))
		text_addf(out, "weights=%s would run", list.buf);
	else if (weights_that_run(q, "bf16", fit, &list))
		text_addf(out, "weights=%s with kv=bf16 would run", list.buf);
	else
		any = false;
	text_release(&list);
	return any;
}

/* Those that also fit, before those that would on more GPUs. */
static bool formats(const struct question *q, struct text *out)
{
	if (formats_that(q, true, out))
		return true;
	if (formats_that(q, false, out)) {
		text_add(out, ", on more GPUs");
		return true;
	}
	text_addf(out, "no format of weights and KV runs there under stack %s",
		  q->on.machine.stack->name);
	return false;
}

void question_formats(const struct question *q, struct text *out)
{
	formats(q, out);
}

/* ---- is there a law for every op? ---- */

/* The sheet of the stack keys no law by this GPU's architecture. Always -1. */
static int no_arch(const struct machine *m, struct fault *why)
{
	fault_about(why, "stack");
	fault_what(why, "stack %s has no laws for the architecture %s of %s",
		   m->stack->name, m->gpu->arch, m->gpu->name);
	return fault_remedy(why, "give its sheet laws, or a row arch.%s,sm90 "
			    "for another's, or take --stack ideal",
			    m->gpu->arch);
}

/* A stack must have a law for every op. */
int question_laws(struct question *q, struct memo *memo, struct fault *why)
{
	struct text would = TEXT_INIT;
	const char *lack;

	if (memo_is_lawful(memo, &q->on) || warm_is_lawful(q) ||
	    deployment_lacks(&q->on))
		return 0;	/* what lacks a format is refused, no fault */
	lack = question_lacks_law(q);
	if (!lack) {
		memo->lawful = q->on;
		warm_lawful(q);
		return 0;
	}
	if (!q->on.machine.stack->knows)
		return no_arch(&q->on.machine, why);
	fault_about(why, "stack");
	fault_what(why, "stack %s has no law for %s on %s (%s)",
		   q->on.machine.stack->name, lack, q->on.machine.gpu->name,
		   q->on.machine.gpu->arch);
	q->lacks = !formats(q, &would);
	fault_remedy(why, q->lacks ? "%s; choose another stack or GPU" : "%s",
		     would.buf);
	text_release(&would);
	return -1;
}
