#include "base/goal.h"

#include <assert.h>
#include <math.h>

enum {
	HALVES = 20,	/* size: half octaves either way: a factor of 1024 */
	FEW = 64,	/* size: whole numbers that are asked one by one */
	HALVINGS = 28	/* size: of a half octave, below an eighth digit */
};

/* A place that was asked. */
struct place {
	double input, answer;
	bool meets;
};

struct seeking {
	const struct goal_spec *ask;
	struct goal *out;
	bool over;		/* GOAL_EQUAL: the start was above the value */
	double nearest;		/* how near an answer came, as a ratio's log */
};

static bool does_meet(const struct seeking *s, double answer)
{
	switch (s->ask->how) {
	case GOAL_AT_LEAST:
		return answer >= s->ask->value;
	case GOAL_AT_MOST:
		return answer <= s->ask->value;
	default:
		return s->over ? answer <= s->ask->value :
				 answer >= s->ask->value;
	}
}

static struct place look(struct seeking *s, double input)
{
	struct place p = { input, s->ask->answer(s->ask->of, input), false };
	double far;

	s->out->least = fmin(s->out->least, input);
	s->out->most = fmax(s->out->most, input);
	if (isnan(p.answer))
		return p;
	p.meets = does_meet(s, p.answer);
	far = fabs(p.answer - s->ask->value);
	if (!s->out->met && !(far >= s->nearest)) {
		s->nearest = far;
		s->out->input = input;
		s->out->answer = p.answer;
	}
	return p;
}

static void found(struct seeking *s, const struct place *p,
		  const struct place *before)
{
	s->out->met = true;
	s->out->input = p->input;
	s->out->answer = p->answer;
	s->out->before = before->input;
	s->out->answer_before = before->answer;
}

/*
 * One by one from the place that does not meet it, up to `to`. True when one
 * does; else *no is the last that has an answer, if any.
 */
static bool walk(struct seeking *s, struct place *no, double to)
{
	double step = to > no->input ? 1 : -1, x = no->input;

	while (fabs(to - x) > 0) {
		struct place p = look(s, x += step);

		if (p.meets) {
			found(s, &p, no);
			return true;
		}
		if (!isnan(p.answer))
			*no = p;
	}
	return false;
}

static void between(struct seeking *s, struct place no, struct place yes)
{
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (no.input + yes.input) / 2;
		struct place p;

		if (s->ask->whole && fabs(yes.input - no.input) <= FEW) {
			walk(s, &no, yes.input);
			return;
		}
		p = look(s, s->ask->whole ? floor(middle) : middle);
		*(p.meets ? &yes : &no) = p;
	}
	assert(yes.meets && !no.meets);
	found(s, &yes, &no);
}

/* The next place up (by > 0) or down; NaN: there is none. */
static double rung(const struct goal_spec *a, int by, int i)
{
	double start = a->from > 0 ? a->from : 1;
	double x = start * exp2(by * i / 2.0);

	if (!(a->from > 0))
		x = by > 0 ? start * exp2((i - 1) / 2.0) : (double)NAN;
	if (!a->whole)
		return x;
	x = by > 0 ? ceil(x) : floor(x);
	return x >= 1 ? x : (double)NAN;
}

/*
 * One more rung. True when the value lies between it and the last. Where it
 * has no answer, whole numbers before it may.
 */
static bool climb(struct seeking *s, struct place *last, int by, int i)
{
	double x = rung(s->ask, by, i);
	struct place p;

	if (isnan(x) || by * x <= by * last->input)
		return false;
	p = look(s, x);
	if (isnan(p.answer) && s->ask->whole && fabs(x - last->input) <= FEW)
		return walk(s, last, x);
	if (p.meets) {
		between(s, *last, p);
		return true;
	}
	if (!isnan(p.answer))
		*last = p;
	return false;
}

void goal_seek(struct goal *out, const struct goal_spec *a)
{
	struct seeking s = { a, out, false, (double)NAN };
	struct place up, down;

	assert(a->answer && a->from >= 0 && !isnan(a->value));
	*out = (struct goal){ .input = (double)NAN, .answer = (double)NAN,
		.before = (double)NAN, .answer_before = (double)NAN,
		.least = a->from, .most = a->from };
	up = look(&s, a->from);
	if (a->how == GOAL_EQUAL && up.answer > a->value) {
		s.over = true;
		up.meets = false;
	}
	if (up.meets) {
		out->met = out->already = true;
		return;
	}
	down = up;
	for (int i = 1; i <= HALVES; i++)
		if (climb(&s, &up, 1, i) || climb(&s, &down, -1, i))
			return;
}
