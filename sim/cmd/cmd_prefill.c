#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "answer/prefill.h"
#include "ask/practice.h"
#include "options/emit.h"
#include "options/options.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "say/words.h"

static const struct command command = {
	"", "What a prompt of --isl tokens takes before its first token, alone "
	"and with passes filled. Exit 1 when the weights do not fit.\v"
	"Example:\n  deeproof prefill --hw h800-sxm --stack deepseek "
	"--model deepseek-v3 \\\n    --gpus 32 --redundant 32 "
	"--overlap two-batch --isl 4096 --chunk 16384\n",
	OPTION_SCENARIO | OPTION_CSV | OPTION_OUT | OPTION_PREFILL |
	OPTION_SOLVE };

/* What is not known stays blank, as does the speed of what does not fit. */
static void row(const struct question *q, const struct prefill *p,
		const struct answer *a, struct text *out)
{
	const struct { const char *column; double x; bool speed; } cell[] = {
		{ "cached", p->cached_tok, false },
		{ "chunk", p->chunk_tok, false },
		{ "ttft_ms", units_ms(p->ttft_s), true },
		{ "passes", p->passes, false },
		{ "prompts_a_pass", p->together, false },
		{ "tok_s_gpu", p->tok_s_gpu, true },
		{ "prompt_tok_s_gpu", p->prompt_tok_s_gpu, true },
		{ "prompts_s", p->prompts_s, true },
		{ "flop_token", p->flop_tok, false },
		{ "mfu", p->mfu, true },
		{ "exposed_comm_share", p->exposed_share, true },
		{ "imbalance_share", p->late_share, true },
	};
	struct table t;
	int r;

	table_init(&t, "");
	r = table_add_row(&t, 0);
	scenario_write(&q->scenario, &t, r);
	table_set(&t, r, table_need(&t, "fits"), a->fits ? "yes" : "no");
	table_set(&t, r, table_need(&t, "refusal"), a->refusal);
	for (unsigned i = 0; i < sizeof(cell) / sizeof(*cell); i++)
		table_put(&t, r, cell[i].column, a->fits || !cell[i].speed ?
			  cell[i].x : (double)NAN);
	table_write(&t, out);
	table_release(&t);
}

static void words(const struct question *q, const struct prefill *p,
		  const struct answer *a, struct text *out)
{
	char flop[32];	/* size: a number and a unit */

	units_human(p->flop_tok, DIM_FLOPS, flop, sizeof(flop));
	flop[strcspn(flop, "/")] = '\0';	/* FLOP, not FLOP/s */
	words_question(q, out);
	text_addf(out, "prompts of %.0f tokens, %.0f of them cached, %.0f "
		  "tokens a group and pass\n\n", p->prompt_tok, p->cached_tok,
		  p->chunk_tok);
	text_addf(out, "fits       %s%s%s\n", a->fits ? "yes" : "no",
		  a->fits ? "" : ": ", a->refusal);
	if (!a->fits)	/* and has no speed */
		return;
	text_addf(out, "TTFT       %.1f ms at the least: alone in its group, "
		  "%.0f pass%s, nothing queued\n", units_ms(p->ttft_s),
		  p->passes, p->passes > 1 ? "es" : "");
	text_addf(out, "tok/s      %.0f a GPU computed, %.0f with the cached; "
		  "%.2f prompts a second in all, %.0f a pass\n", p->tok_s_gpu,
		  p->prompt_tok_s_gpu, p->prompts_s, p->together);
	text_addf(out, "work       %s a computed token, %.1f %% of tensor "
		  "peaks\n", flop, units_percent(p->mfu));
	text_addf(out, "lost       %.1f %% to exchanges that show, %.1f %% to "
		  "the busiest rank's experts\n",
		  units_percent(p->exposed_share),
		  units_percent(p->late_share));
}

/* The prompt is the context and the batch is one, unless said. */
static int ask(const struct options *o, struct shelf *shelf,
	       struct scenario *s, struct fault *why)
{
	struct memo *memo;

	if (options_scenario(o, s, why))
		return -1;
	if (isnan(s->isl)) {
		fault_what(why, "isl is not given");
		fault_remedy(why, "give the prompt's tokens as --isl");
		memo = memo_new(shelf_library(shelf));
		memo_names(memo, s, why);
		free(memo);
		return -1;
	}
	if (s->ctx < s->isl) {
		fault_what(why, "ctx is %.0f tokens, and the prompt alone has "
			   "%.0f", s->ctx, s->isl);
		return fault_remedy(why, "leave --ctx out: it is the prompt");
	}
	if (isnan(s->batch) && isnan(s->concurrency))
		s->batch = 1;
	return 0;
}

static int answer(const struct options *o, struct shelf *shelf)
{
	struct scenario s;
	struct question q = { .lacks = false };
	struct answer a;
	struct prefill p;
	struct prefill_spec how;
	struct fault why = { 0 };
	struct text out = TEXT_INIT;

	if (ask(o, shelf, &s, &why) ||
	    question_make(&q, &s, shelf_library(shelf), &why))
		return options_refused(o, &q, &why);
	how = (struct prefill_spec){ .prompt_tok = s.isl,
		.cached_tok = o->cached_tok, .chunk_tok = o->chunk_tok };
	fault_at(&why, "", 0, 0);
	if (prefill_answer(&p, &q, &how, &why))
		return solve_fault(o, &why);
	answer_step(&a, &q, NULL);
	practice_prompts(&q);
	(o->csv ? row : words)(&q, &p, &a, &out);
	return solve_emit(&out, o, a.fits ? EXIT_YES : EXIT_NO);
}

int cmd_prefill(int argc, char **argv)
{
	return solve_verb(&command, answer, argc, argv);
}
