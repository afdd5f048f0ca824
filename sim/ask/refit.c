#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ask/validate.h"
#include "base/mem.h"

/* Rows of one layout on one system under one stack stand or fall together. */
static bool same_group(const struct scenario *a, const struct scenario *b)
{
	return strcmp(a->hw, b->hw) == 0 && strcmp(a->stack, b->stack) == 0 &&
	       a->gpus == b->gpus && a->tp == b->tp && a->ep == b->ep;
}

static int group_of(const struct swept *s, int row, int *groups,
		    const struct calibrate_row *rows)
{
	for (int r = 0; r < row; r++)
		if (same_group(&s[r].scenario, &s[row].scenario))
			return rows[r].group;
	return (*groups)++;
}

/* The answer scaled to another step time, and its verdict anew. */
static int put_step(const struct refit_ask *a, int row, double step_s,
		    struct fault *why)
{
	struct answer *to = &a->swept[row].answer;
	double f = step_s / to->step_s;

	to->step_s *= f;
	to->tpot_s *= f;
	to->tok_s_user /= f;
	to->tok_s_total /= f;
	to->tok_s_gpu /= f;
	to->low /= f;
	to->high /= f;
	return validate_row(a->table, row, &a->swept[row], &a->verdict[row],
			    why);
}

static int rows_of(const struct refit_ask *a, struct question *question,
		   struct calibrate_row *rows, struct fault *why)
{
	int groups = 0;

	for (int r = 0; r < a->table->rows; r++) {
		rows[r] = (struct calibrate_row){ &question[r], (double)NAN,
			group_of(a->swept, r, &groups, rows) };
		if (a->verdict[r].missing)
			continue;
		if (question_make(&question[r], &a->swept[r].scenario,
				  a->shelf, why))
			return -1;
		rows[r].measured_step_s = a->verdict[r].measured_step_s;
	}
	return 0;
}

int validate_refit(const struct refit_ask *a, struct calibration *c,
		   struct fault *why)
{
	size_t nr = (size_t)a->table->rows + 1;
	struct question *question = mem_zeroed(nr, sizeof(*question));
	struct calibrate_row *rows = mem_zeroed(nr, sizeof(*rows));
	int status = rows_of(a, question, rows, why);

	*c = (struct calibration){ 0 };
	if (status == 0)
		status = calibrate(c, &(struct calibrate_ask){ a->shelf, rows,
			a->table->rows, a->leave_out }, why);
	for (int r = 0; r < a->table->rows && status == 0; r++)
		if (a->leave_out && isfinite(c->predicted_s[r]))
			status = put_step(a, r, c->predicted_s[r], why);
	free(rows);
	free(question);
	return status;
}
