#include "say/words.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "answer/sweep.h"

static void words_format(const struct machine *m, const char *what,
			 enum format f, struct text *out)
{
	text_addf(out, "%s %s (computed in %s)", what, format_name(f),
		  math_name(layout_math(m, f)));
}

/*
 * What is stored how, and what the tensor cores make of it: 4-bit weights run
 * at the FP8 rate where activations are FP8, or where there is no FP4.
 */
static void words_formats(const struct question *q, struct text *out)
{
	const struct storage *s = &q->on.layout.storage;
	const struct layout *l = &q->on.layout;

	words_format(&q->on.machine, "weights: attention",
		     layout_format(l, MODULE_Q_B), out);
	words_format(&q->on.machine, ", shared experts",
		     layout_format(l, MODULE_SHARED), out);
	words_format(&q->on.machine, ", routed experts",
		     layout_format(l, MODULE_EXPERTS), out);
	text_addf(out, "\nKV: %s, %.0f B an entry", format_name(s->kv),
		  s->form.entry_B);
	if (s->form.key_B > 0)
		text_addf(out, " and %.0f B an index key (logits in %s)",
			  s->form.key_B, math_name(s->keys));
	text_add(out, "\n");
}

void words_question(const struct question *q, struct text *out)
{
	const struct scenario *s = &q->scenario;
	const struct layout *l = &q->on.layout;

	assert(q && out);
	text_addf(out, "%s on %d x %s, stack %s\n", q->on.model->name,
		  layout_gpus(l), q->on.machine.gpu->name,
		  q->on.machine.stack->name);
	if (l->pp > 1)
		text_addf(out, "a pipeline of %d stages, up to %d layers "
			  "each, of %d GPUs\n", l->pp,
			  layout_stage_layers(l, q->on.model), l->gpus);
	if (l->dcp > 1)
		text_addf(out, "%d GPUs share out the KV of a TP group\n",
			  l->dcp);
	text_addf(out, "attention TP%d x DP%d, experts EP%d x TP%d in %d "
		  "slots (%d a rank), exchange %s\n", l->tp, l->dp, l->ep,
		  l->moe_tp, l->slots, l->slots_rank,
		  exchange_name(l->exchange));
	if (isnan(s->batch))
		text_add(out, "requests as they come");
	else
		text_addf(out, "%g sequence%s a group", s->batch,
			  s->batch > 1 || s->batch < 1 ? "s" : "");
	text_addf(out, " at %g tokens of context, %d draft%s, overlap "
		  "%s, balance %s\n", s->ctx, l->drafts, l->drafts == 1 ? "" :
		  "s", s->overlap, s->balance);
	if (q->on.machine.stack->before)
		text_addf(out, "stack %s has no dated row before %s: what "
			  "stands is undated, and the band is wider\n",
			  q->on.machine.stack->name,
			  q->on.machine.stack->before);
	if (*s->set)
		text_addf(out, "set: %s\n", s->set);
	words_formats(q, out);
	if (q->on.model->routing_borrowed)
		text_add(out, "routing facts are borrowed from the family: "
			 "no sheet stands beside this config\n");
	if (*q->on.model->left_out)
		text_addf(out, "%s: %s\n", q->on.model->name,
			  q->on.model->left_out);
	text_add(out, "\n");
}

static double percent(double share)
{
	return 100 * share;	/* units: per cent */
}

static void words_memory(const struct answer *a, struct text *out)
{
	text_addf(out, "memory     %.1f GB weights, %.1f GB KV, %.1f GB "
		  "buffers of %.1f GB that the engine may fill\n",
		  units_giga(a->held.weights_B), units_giga(a->held.kv_B),
		  units_giga(a->held.buffer_B),
		  units_giga(a->held.budget_B));
	text_addf(out, "           room for %.0f tokens of KV (80 %%: %.0f to "
		  "%.0f): a batch of %.0f, or %.0f tokens of context\n",
		  a->room_tok, a->room_low_tok, a->room_high_tok,
		  a->max_batch, a->max_context);
	text_addf(out, "fits       %s%s%s\n", a->fits ? "yes" : "no",
		  a->fits ? "" : ": ", a->refusal);
}

/* ---- what was left open, and chosen ---- */

struct other {
	struct scenario scenario;
	double tok_s_gpu;	/* 0: it does not run or fit */
	struct step *room;	/* to time it in */
};

static void try_other(struct other *best, const struct question *q,
		      const struct scenario *s)
{
	struct question other;
	struct answer a;
	struct fault why;

	if (question_with(&other, s, &q->on, &why))
		return;
	answer_speed(&a, &other, best->room);
	if (!a.fits || !(a.tok_s_gpu > best->tok_s_gpu))
		return;
	best->scenario = other.scenario;
	best->tok_s_gpu = a.tok_s_gpu;
}

/* Slots of a rank beyond those that hold every expert once. */
static bool spare_slots(const struct question *q)
{
	const struct layout *l = &q->on.layout;

	return (l->slots_rank - 1) * l->ep >= q->on.model->n_routed_experts;
}

/* Each choice the other way, alone. */
static void next_best(struct other *best, const struct question *q)
{
	const struct chosen *c = &q->chosen;
	struct scenario s = q->scenario;

	if (c->overlap && q->on.layout.dp > 1 && q->batch.seqs > 1) {
		snprintf(s.overlap, sizeof(s.overlap), "%s",
			 q->two_batch ? "none" : "two-batch");
		try_other(best, q, &s);
		s = q->scenario;
	}
	if (c->redundant && spare_slots(q)) {
		s.redundant = 0;
		try_other(best, q, &s);
	}
	if (c->balance && q->on.layout.ep > 1) {
		snprintf(s.balance, sizeof(s.balance), "%s",
			 *s.balance == 'e' ? "skewed" : "eplb");
		try_other(best, q, &s);
	}
}

static void words_choice(const struct scenario *s, struct text *out)
{
	text_addf(out, "balance %s, %.0f redundant, overlap %s", s->balance,
		  s->redundant, s->overlap);
}

static void words_chosen(const struct question *q, const struct answer *a,
			 struct text *out)
{
	const struct chosen *c = &q->chosen;
	struct other best = { .tok_s_gpu = 0 };

	if (q->wants_two && !q->two_batch)
		text_add(out, "one batch  two micro-batches want two sequences "
			 "of a group\n");
	if (!c->balance && !c->redundant && !c->overlap)
		return;
	text_addf(out, "chosen     %s%s%s%s%s as %s is run: ",
		  c->balance ? "balance" : "",
		  c->balance && c->redundant ? ", " : "",
		  c->redundant ? "redundant" : "",
		  (c->balance || c->redundant) && c->overlap ? ", " : "",
		  c->overlap ? "overlap" : "", q->on.machine.stack->name);
	words_choice(&q->scenario, out);
	text_add(out, "\n");
	best.room = step_room();
	next_best(&best, q);
	free(best.room);
	if (!(best.tok_s_gpu > 0))
		return;
	text_add(out, best.tok_s_gpu > a->tok_s_gpu ? "better     " :
		 "next best  ");
	words_choice(&best.scenario, out);
	text_addf(out, ": %.0f tok/s a GPU\n", best.tok_s_gpu);
}

static double rows_of(const struct question *q, double seqs)
{
	struct step_spec a = question_step(q, seqs);

	return batch_rows(&a.batch, a.on) * a.batch.micro * a.batch.flight;
}

/* A fractional batch alternates between its neighbours, as in answer.c. */
static void words_padding(const struct question *q, struct text *out)
{
	struct neighbours n = question_neighbours(q);
	double seqs = q->batch.seqs, rows = rows_of(q, fmax(1, n.below));
	double tok = batch_padding_tok(&q->batch, &q->on);

	if (n.part > 0)
		rows += n.part * (rows_of(q, n.above) - rows);
	if (rows > seqs)
		text_addf(out, "padded     %.4g sequences of a group to %.4g "
			  "rows, for CUDA graphs; experts %s\n", seqs, rows,
			  tok > 0 ? "see them too" : "do not see them");
}

void words_answer(const struct question *q, const struct answer *a,
		  struct text *out)
{
	assert(q && a);
	text_add(out, "\n");
	words_memory(a, out);
	if (!a->fits || isnan(a->step_s))
		return;		/* what does not fit has no pace */
	text_addf(out, "step       %.2f ms, %.2f ms a token; bound by %s\n",
		  units_ms(a->step_s), units_ms(a->tpot_s),
		  bound_name(a->bound));
	text_addf(out, "tok/s      %.0f a GPU (", a->tok_s_gpu);
	if (a->high > a->low)
		text_addf(out, "80 %%: %.0f to %.0f", a->low, a->high);
	else
		text_add(out, "an ideal, which has no band");
	text_addf(out, "; speed of light %.0f), %.1f a user, %.0f in all\n",
		  a->sol_tok_s_gpu, a->tok_s_user, a->tok_s_total);
	text_addf(out, "use        %.1f %% of tensor peaks, %.1f %% of HBM, "
		  "%.1f %% of NVLink, %.1f %% of the NIC\n",
		  percent(a->mfu), percent(a->mbu), percent(a->nvlink_util),
		  percent(a->rdma_util));
	text_addf(out, "wires      %.0f B NVLink and %.0f B RDMA a token; "
		  "%.1f %% of the step exposed\n", a->nvlink_B_tok,
		  a->rdma_B_tok, percent(a->exposed_share));
	text_addf(out, "imbalance  the busiest rank's experts get %.2f x the "
		  "mean rows\n", a->imbalance);
	words_padding(q, out);
	words_chosen(q, a, out);
	if (isfinite(a->usd_mtok))
		text_addf(out, "cost       $%.3f per million output tokens at "
			  "$%.2f a GPU-hour\n", a->usd_mtok,
			  q->scenario.price);
}

void words_row(const struct question *q, const struct answer *a,
	       struct text *out)
{
	struct sweep_sheet sheet;

	assert(q && a);
	sweep_sheet_init(&sheet, NULL);
	sweep_head(&sheet, out);
	sweep_line(&sheet, 0, &(struct swept){ .scenario = q->scenario,
					       .answer = *a }, out);
	sweep_sheet_release(&sheet);
}
