#include "plots/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SIZE 12.0		/* of a label's font, unless told */
#define REACH 140.0		/* px, unless told */
#define RISE 0.72		/* of its capitals, for a size of 1 */
#define HEIGHT 1.05		/* of a line, likewise */
#define PIECE 6.0		/* px of a line that make one obstacle */
#define FROM_END 16.0		/* px from a line's end to a text along it */
#define APART 9.0		/* px between mark and text: draw a leader */

void labels_init(struct labels *l, struct canvas *canvas, struct box within)
{
	memset(l, 0, sizeof(*l));
	l->canvas = canvas;
	l->within = within;
	l->font.size = SIZE;
	l->reach = REACH;
	l->least = OBSTACLE_MARK;
}

void labels_release(struct labels *l)
{
	free(l->taken);
	memset(l, 0, sizeof(*l));
}

static void take(struct labels *l, struct box box,
		 enum obstacle_kind kind)
{
	l->taken = mem_grow(l->taken, l->nr, &l->cap, sizeof(*l->taken));
	l->taken[l->nr].box = box;
	l->taken[l->nr++].kind = kind;
}

void labels_avoid(struct labels *l, struct box box)
{
	take(l, box, OBSTACLE_MARK);
}

/* A line as a string of small boxes. */
static void take_line(struct labels *l, struct point a, struct point b,
		      enum obstacle_kind kind)
{
	int i, nr;

	if (!clip_line(l->within, &a, &b))
		return;
	nr = 1 + (int)(hypot(b.x - a.x, b.y - a.y) / PIECE);
	for (i = 0; i <= nr; i++) {
		struct box piece = { a.x + (b.x - a.x) * i / nr - 2,
				     a.y + (b.y - a.y) * i / nr - 2, 4, 4 };

		take(l, piece, kind);
	}
}

void labels_avoid_line(struct labels *l, struct point a, struct point b)
{
	take_line(l, a, b, OBSTACLE_LINE);
}

/* Free of obstacles up to this kind, of marks and texts in any case. */
static bool is_free(const struct labels *l, struct box b,
		    enum obstacle_kind kind)
{
	int i;

	if (b.x < l->within.x || b.y < l->within.y ||
	    b.x + b.w > l->within.x + l->within.w ||
	    b.y + b.h > l->within.y + l->within.h)
		return false;
	for (i = 0; i < l->nr; i++)
		if ((l->taken[i].kind <= kind ||
		     l->taken[i].kind <= OBSTACLE_MARK) &&
		    box_meets(l->taken[i].box, b))
			return false;
	return true;
}

/* The point of a box that is nearest to p. */
static struct point nearest(struct box b, struct point p)
{
	return (struct point){ fmin(fmax(p.x, b.x), b.x + b.w),
			       fmin(fmax(p.y, b.y), b.y + b.h) };
}

/*
 * A leader may cross lines, and the marks that its own mark stands upon.
 */
static bool leader_is_free(const struct labels *l, struct point at,
			   struct point to, enum obstacle_kind kind)
{
	int i, j, nr = (int)(hypot(to.x - at.x, to.y - at.y) / 3);

	for (i = 0; i < l->nr; i++) {
		const struct obstacle *o = &l->taken[i];

		if (o->kind > kind || o->kind == OBSTACLE_LINE ||
		    box_has(o->box, at))
			continue;
		for (j = 1; j < nr; j++)
			if (box_has(o->box, (struct point){
				    at.x + (to.x - at.x) * j / nr,
				    at.y + (to.y - at.y) * j / nr }))
				return false;
	}
	return true;
}

/* The step from the point along the leader to the mark's edge. */
static struct point edge_of(struct point at, struct point to, double radius)
{
	double length = hypot(to.x - at.x, to.y - at.y);
	double share = length > 0 ? fmin(1, radius / length) : 0;

	return (struct point){ at.x + share * (to.x - at.x),
			       at.y + share * (to.y - at.y) };
}

#define DIRECTIONS 16

/* The box of a text that stands `away` from a point. */
static struct box beside(struct point at, int direction, double away,
			 struct box text)
{
	static const double cosine[DIRECTIONS] = { 1, .7, -.7, -1, .7, -.7, 0,
		0, .9, -.9, .9, -.9, .4, -.4, .4, -.4 };
	static const double sine[DIRECTIONS] = { 0, -.7, .7, 0, .7, -.7, -1,
		1, -.4, .4, .4, -.4, .9, .9, -.9, -.9 };
	double x = cosine[direction], y = sine[direction];

	text.x = at.x + x * away;
	text.y = at.y + y * away - text.h / 2;
	if (x < 0)
		text.x -= text.w;
	else if (!(x > 0))
		text.x -= text.w / 2;
	if (fabs(y) > 0.5)
		text.y += (y > 0 ? 1 : -1) * text.h / 2;
	return text;
}

/* Nothing up to this kind of obstacle is in the way of text and leader. */
static bool fits(const struct labels *l, struct point at, struct box text,
		 enum obstacle_kind kind)
{
	return is_free(l, box_grown(text, 2), kind) &&
	       leader_is_free(l, at, nearest(text, at), kind);
}

/* The nearest free place; in a crowd one that is less free. */
static bool place(const struct labels *l, struct point at, double radius,
		  struct box *text)
{
	static const double far[] = { 4, 14, 26, 40, 58, 80, 104, 135 };
	int i, nr = (int)(sizeof(far) / sizeof(*far)) * DIRECTIONS;
	int kind;

	for (kind = OBSTACLE_LINE; kind >= (int)l->least; kind--)
		for (i = 0; i < nr && far[i / DIRECTIONS] <= l->reach; i++) {
			*text = beside(at, i % DIRECTIONS,
				       radius + far[i / DIRECTIONS], *text);
			if (fits(l, at, *text, (enum obstacle_kind)kind))
				return true;
		}
	return false;
}

bool labels_put(struct labels *l, const struct mark *m, struct point at,
		const char *s)
{
	struct font f = l->font;
	struct box text = { 0, 0, 0, f.size * HEIGHT };
	struct point to, from;

	f.colour = canvas_text_colour(m->colour);
	text.w = canvas_text_width(l->canvas, s, &f);
	if (!place(l, at, m->radius, &text))
		return false;
	to = nearest(text, at);
	from = edge_of(at, to, m->radius + 1);
	if (hypot(to.x - from.x, to.y - from.y) > APART) {
		canvas_line(l->canvas, from, to,
			    &(struct pen){ FAINT, 0.8, 0 });
		take_line(l, from, to, OBSTACLE_LEADER);
	}
	if (!is_free(l, text, OBSTACLE_LINE))	/* it crosses one */
		canvas_box(l->canvas, box_grown(text, 1), WHITE);
	to = (struct point){ text.x, text.y + (text.h + f.size * RISE) / 2 };
	canvas_text(l->canvas, to, s, &f);
	take(l, box_grown(text, 2), OBSTACLE_TEXT);
	return true;
}

/* A point of a line, so far along it and so far above it. */
static struct point beyond(const struct baseline *line, double along,
			   double above)
{
	double dx = line->b.x - line->a.x, dy = line->b.y - line->a.y;
	double length = fmax(hypot(dx, dy), 1);

	return (struct point){
		line->a.x + (along * dx + above * dy) / length,
		line->a.y + (along * dy - above * dx) / length
	};
}

void labels_along(struct labels *l, const struct baseline *line,
		  const char *text, const struct font *font)
{
	double wide = canvas_text_width(l->canvas, text, font);
	double foot = line->above > 0 ? line->above :
		line->above - RISE * font->size;
	struct font f = *font;
	double i;

	f.angle = atan2(line->a.y - line->b.y, line->b.x - line->a.x) * 180 /
		  acos(-1);
	canvas_text(l->canvas, beyond(line, FROM_END, foot), text, &f);
	for (i = 0; i <= wide; i += PIECE) {
		struct point p = beyond(line, FROM_END + i,
					foot + RISE * font->size / 2);

		take(l, (struct box){ p.x - font->size / 2,
				      p.y - font->size / 2, font->size,
				      font->size }, OBSTACLE_TEXT);
	}
}
