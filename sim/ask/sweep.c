#include "ask/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void sweep_make(struct swept *s, struct question *q,
		const struct sweep_row *of, const struct sweep_spec *spec)
{
	const struct table *t = of->table;

	memset(s, 0, sizeof(*s));
	s->malformed = scenario_read(&s->scenario, t, of->row, &s->fault) != 0;
	if (s->malformed)
		return;
	s->searched = isfinite(spec->tpot_s) && isnan(s->scenario.batch) &&
		      isnan(s->scenario.concurrency);
	if (s->searched)
		s->scenario.batch = 1;
	fault_at(&s->fault, "", 0, 0);
	s->malformed = question_recall(q, &s->scenario, of->memo,
				       &s->fault) != 0;
	if (!s->malformed)
		s->malformed = s->unsimulated =
			question_simulated(q, &s->fault) != 0;
	if (!*s->fault.file) {
		snprintf(s->fault.file, sizeof(s->fault.file), "%s", t->name);
		s->fault.row = t->line[of->row];
	}
}

static void nothing_meets(struct swept *s, const struct question *q)
{
	s->answer.fits = false;
	snprintf(s->answer.refusal, sizeof(s->answer.refusal),
		 "not even one sequence of %g tokens fits and meets the "
		 "target; more GPUs, a larger ep or a longer time a token "
		 "would", q->batch.ctx_tok);
	s->answer.bound = BOUND_CAPACITY;
}

void sweep_answer(struct swept *s, struct question *q,
		  const struct sweep_spec *spec)
{
	struct played played;
	double most = 1;

	if (s->malformed)
		return;
	if (s->searched) {	/* in closed form, which is quick */
		most = answer_largest_batch(q, spec->tpot_s);
		question_batch(q, most > 0 ? most : 1);
	}
	if (spec->play)
		answer_run(&s->answer, q, &spec->run, &played);
	else
		answer_step(&s->answer, q, NULL);
	if (!(most > 0) && s->answer.fits)
		nothing_meets(s, q);
	s->scenario = q->scenario;
}

/* Scenario columns, then the input's own, then the answer's. */
static void columns(const struct table *in, struct table *out)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		table_need(out, scenario_columns[i].name);
	for (int c = 0; c < in->columns; c++)
		table_need(out, in->head[c]);
	for (int i = 0; i < answer_columns_nr; i++)
		table_need(out, answer_columns[i]);
}

void sweep_table(const struct table *in, const struct swept *s,
		 struct table *out)
{
	columns(in, out);
	for (int r = 0; r < in->rows; r++) {
		int to = table_add_row(out, in->line[r]);

		for (int c = 0; c < in->columns; c++)
			table_set(out, to, table_need(out, in->head[c]),
				  table_get(in, r, c));
		if (s[r].malformed) {
			table_set(out, to, table_column(out, "refusal"),
				  s[r].fault.what);
			continue;
		}
		scenario_write(&s[r].scenario, out, to);
		answer_write(&s[r].answer, out, to);
	}
}
