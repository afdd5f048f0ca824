#include "own/own.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "learn/moved.h"

/* ---- bands ---- */

/* Log error that an answer adds to a class's band by itself. */
static double overhead_err(const struct own *o)
{
	static const char word[] = "overhead";

	for (int p = 0; p < o->c.parameters; p++)
		if (!strncmp(o->c.parameter[p].key, word, strlen(word)))
			return o->c.parameter[p].err / o->c.parameter[p].value;
	return 0;
}

void own_bands(struct own *o, const struct own_spec *a)
{
	double sum[CLASS_NR] = { 0 }, err = overhead_err(o);
	int nr[CLASS_NR] = { 0 };

	assert(o && a);
	for (int r = 0; r < a->rows; r++) {
		const struct question *q = a->row[r].question;
		double sd = a->row[r].sd_after, grows;

		if (!own_takes_part(&a->row[r]))
			continue;	/* it may have no question */
		grows = answer_grows(q);
		sum[deployment_class(&q->on)] +=
			fmax(sd * sd - err * err, 0) / (grows * grows);
		nr[deployment_class(&q->on)]++;
	}
	for (int b = 0; b < CLASS_NR; b++)
		o->own_band[b] = nr[b] ? sqrt(sum[b] / nr[b]) : (double)NAN;
}

/* ---- as a sheet ---- */

/* The number as its row has it: 1 or microseconds. */
static double printed(const struct parameter *p, double x)
{
	return p->is_time ? units_us(x) : x;
}

/*
 * Rows of different days may rest on different rows of one key. Then all of
 * them are written: the newest in one's own sheet wins over any of its base.
 */
static bool has_twin(const struct own *o, const struct parameter *p)
{
	for (int i = 0; i < o->c.parameters; i++)
		if (&o->c.parameter[i] != p &&
		    !strcmp(o->c.parameter[i].key, p->key))
			return true;
	return false;
}

static void parameter_row(const struct own *o, const struct parameter *p,
			  const char *source, struct text *out)
{
	const char *at = *p->date ? "@" : "";
	char was[32], is[32];	/* size: a number */

	snprintf(was, sizeof(was), "%.4g", printed(p, p->prior));
	snprintf(is, sizeof(is), "%.4g", printed(p, p->value));
	if (!strcmp(was, is) && !has_twin(o, p))	/* it did not move */
		return;
	text_addf(out, "%s%s%s,%s,%.2g,%s,fitted,", p->key, at, p->date, is,
		  printed(p, p->err), p->is_time ? "us" : "1");
	text_cell(out, source);
	text_addf(out, ",was %s in %s line %d; deeproof calibrate on %d "
		  "row%s\n", was, p->file, p->line, o->c.rows,
		  o->c.rows == 1 ? "" : "s");
}

void own_sheet(const struct own *o, const char *stack, const char *source,
	       struct text *out)
{
	assert(o && stack && source && out);
	text_add(out, "key,value,err,unit,origin,source,note\nbase,");
	text_cell(out, stack);
	text_add(out, ",,name,assumed,this sheet gives what differs,every "
		 "other row is from there\n");
	for (int i = 0; i < o->c.parameters; i++)
		parameter_row(o, &o->c.parameter[i], source, out);
	own_bend_rows(&o->bend, source, out);
	for (int b = 0; b < CLASS_NR; b++) {
		if (isnan(o->own_band[b]))
			continue;
		text_addf(out, "band.%s,%.3f,,1,fitted,",
			  layout_class_name((enum layout_class)b),
			  o->own_band[b]);
		text_cell(out, source);
		text_add(out, ",log error of a layout like those measured; "
			 "deeproof calibrate\n");
	}
}

/* ---- which fact else ---- */

/* log of the step when one fact of the stack is another; NaN: no answer. */
static double log_step(const struct question *of, struct facts *facts)
{
	struct stack *stack = mem_zeroed(1, sizeof(*stack));
	struct question q = *of;
	struct answer answer;
	struct fault unused;
	double s = (double)NAN;

	if (!stack_take_checked(stack, facts, of->on.machine.gpu->arch,
				&unused)) {
		q.on.machine.stack = stack;
		answer_step(&answer, &q, NULL);
		s = log(answer.step_s);
	}
	free(stack);
	return s;
}

static void insert(struct suspect *list, int nr, int *have,
		   const struct suspect *s)
{
	int at = *have;

	while (at > 0 && fabs(list[at - 1].errors) > fabs(s->errors))
		at--;
	if (at == nr)
		return;
	if (*have < nr)
		++*have;
	for (int i = *have - 1; i > at; i--)
		list[i] = list[i - 1];
	list[at] = *s;
}

int own_suspects(const struct own_spec *a, const struct own_row *row,
		 struct suspect *list, int nr)
{
	const struct facts *facts = facts_behind(a->shelf, row->question);
	struct facts copy;
	double was;
	int have = 0;

	assert(list && nr > 0 && facts);
	copy = facts_borrow(facts);
	was = log_step(row->question, &copy);
	for (int i = 0; i < copy.nr; i++) {
		struct fact *f = &copy.fact[i];
		double value = f->value, by;

		if (!(f->err > 0) || f->dim == DIM_NAME)
			continue;
		f->value = value + f->err;
		by = log_step(row->question, &copy) - was;
		f->value = value;
		if (isfinite(by) && fabs(by) > 0)
			insert(list, nr, &have, &(struct suspect){
				&facts->fact[i], -row->before / by });
	}
	free(copy.fact);
	return have;
}
