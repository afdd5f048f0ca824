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
				       &s->fault) != 0 && !q->lacks;
	if (!s->malformed && !q->lacks)
		s->malformed = s->unsimulated =
			question_simulated(q, &s->fault) != 0;
	if (!*s->fault.file) {
		snprintf(s->fault.file, sizeof(s->fault.file), "%s", t->name);
		s->fault.row = t->line[of->row];
	}
}

/* One sequence fits, and takes longer than was asked for. */
static void too_late(struct swept *s, const struct question *q, double tpot_s)
{
	s->answer.fits = false;
	s->answer.late = true;
	snprintf(s->answer.refusal, sizeof(s->answer.refusal),
		 "one sequence of %.0f tokens takes %.4g ms a token, above "
		 "the %.4g ms asked for; another layout or GPU, or a longer "
		 "time a token, would do", q->batch.ctx_tok,
		 units_ms(s->answer.tpot_s), units_ms(tpot_s));
}

void sweep_answer(struct swept *s, struct question *q,
		  const struct sweep_spec *spec)
{
	struct played played;
	double most = 1;

	if (s->malformed)
		return;
	if (q->lacks) {
		answer_none(&s->answer, q, &s->fault);
		s->scenario = q->scenario;
		return;
	}
	if (s->searched) {	/* in closed form, which is quick */
		most = answer_largest_batch(q, spec->tpot_s);
		question_batch(q, most > 0 ? most : 1);
	}
	if (spec->play)
		answer_run(&s->answer, q, &spec->run, &played);
	else
		answer_step(&s->answer, q, NULL);
	if (!(most > 0) && s->answer.fits)
		too_late(s, q, spec->tpot_s);
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
