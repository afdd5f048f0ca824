#include "answer/sweep.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/longest.h"
#include "base/mem.h"

void sweeper_init(struct sweeper *w, const struct sweep_spec *spec,
		  const struct library *lib)
{
	assert(spec && lib);
	w->spec = spec;
	w->played.served = false;
	w->memo = memo_new(lib);
	w->memo->warm = w->warm = warm_new();
	w->warm->unfit = spec->unfit;
	w->sound = false;
	w->room = w->warm->room[ROOM_ASKED].step;
}

void sweeper_release(struct sweeper *w)
{
	free(w->memo);
	warm_free(w->warm);
}

void sweep_read(struct swept *s, const struct table *t, int row)
{
	memset(s, 0, sizeof(*s));
	s->malformed = scenario_read(&s->scenario, t, row, &s->fault) != 0;
	if (!s->malformed)
		fault_at(&s->fault, t->name, t->line[row], 0);
}

static int recall(const struct swept *s, struct sweeper *w, struct fault *why)
{
	w->asked = s->scenario;
	return w->spec->longest && longest_open(&s->scenario) ?
		question_longest(&w->question, &s->scenario, w->memo, why) :
		question_recall(&w->question, &s->scenario, w->memo, why);
}

static int make(struct swept *s, struct sweeper *w)
{
	struct question *q = &w->question;
	struct fault why;
	int rc;

	s->searched = isfinite(w->spec->tpot_s) && isnan(s->scenario.batch) &&
		      isnan(s->scenario.concurrency);
	if (s->searched)
		s->scenario.batch = 1;
	fault_at(&why, "", 0, 0);
	if (w->sound && !w->spec->longest &&
	    (s->follows || scenario_alike(&s->scenario, &w->asked)))
		rc = question_again(q, &s->scenario, w->memo, &why);
	else
		rc = recall(s, w, &why);
	w->sound = rc == 0;
	if (!rc) {
		s->served = q->colocated && w->spec->serve;
		s->unsimulated = !s->served &&
				 question_simulated(q, &why) != 0;
		if (!s->unsimulated)
			return 0;
	} else if (q->lacks) {	/* and that is an answer */
		s->fault = why;
		return 0;
	}
	if (s->searched)
		s->scenario.batch = (double)NAN;
	if (!*why.file) {
		memcpy(why.file, s->fault.file, sizeof(why.file));
		why.row = s->fault.row;
	}
	fault_named(&why, s->fault.file, s->fault.row);
	s->fault = why;
	return -1;
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

static struct scenario nameless(const struct scenario *s)
{
	struct scenario own = *s;

	memset(own.id, 0, sizeof(own.id));
	return own;
}

/* A run that several rows measure, one a metric, is played once. */
static void serve(struct swept *s, struct sweeper *w)
{
	struct scenario as = nameless(&w->question.scenario);

	if (!w->played.served || memcmp(&as, &w->as, sizeof(as))) {
		w->spec->serve(s, &w->question, &w->spec->run);
		w->played = *s;
		w->as = as;
		return;
	}
	s->answer = w->played.answer;
	memcpy(s->seen, w->played.seen, sizeof(s->seen));
}

/* Searched rows are: they may yet be too late. */
static bool is_wanted(const struct swept *s, const struct sweeper *w,
		      enum answer_stage so_far)
{
	return s->searched || !w->spec->wanted ||
	       w->spec->wanted(w->spec->judge, s, so_far);
}

static void answer_wanted(struct swept *s, struct sweeper *w)
{
	struct answer *a = &s->answer;

	answer_speed(a, &w->question, w->room);
	s->unwanted = !is_wanted(s, w, ANSWER_SPEED);
	if (s->unwanted)
		return;
	if (w->spec->wanted) {
		answer_sums(a, &w->question, w->room);
		s->unwanted = !is_wanted(s, w, ANSWER_SUMS);
	}
	if (!s->unwanted)
		answer_rest(a, &w->question, w->room);
}

void sweep_answer(struct swept *s, struct sweeper *w)
{
	struct question *q = &w->question;
	struct played played;
	double most = 1;

	s->sound = false;
	if (!s->malformed)
		s->malformed = make(s, w) != 0;
	if (s->malformed)
		return;
	if (q->lacks) {
		answer_none(&s->answer, q, &s->fault);
		s->scenario = q->scenario;
		return;
	}
	s->sound = true;
	if (s->searched) {	/* in closed form, which is quick */
		most = answer_largest_batch(q, w->spec->tpot_s);
		question_batch(q, most > 0 ? most : 1);
	}
	if (s->follows)
		scenario_take_load(&s->scenario, &q->scenario);
	else
		s->scenario = q->scenario;
	if (s->served)
		serve(s, w);
	else if (w->spec->play)
		answer_run(&s->answer, q, &w->spec->run, &played);
	else
		answer_wanted(s, w);
	if (!(most > 0) && s->answer.fits)
		too_late(s, q, w->spec->tpot_s);
}
