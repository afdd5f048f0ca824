#include "plots/clip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool box_has(struct box b, struct point p)
{
	return p.x >= b.x && p.x <= b.x + b.w &&
	       p.y >= b.y && p.y <= b.y + b.h;
}

bool box_meets(struct box a, struct box b)
{
	return a.x < b.x + b.w && b.x < a.x + a.w &&
	       a.y < b.y + b.h && b.y < a.y + a.h;
}

struct box box_grown(struct box b, double by)
{
	return (struct box){ b.x - by, b.y - by, b.w + 2 * by, b.h + 2 * by };
}

/*
 * The part [*from, *to] of a line that is inside one edge, where the line
 * leaves at `speed` and starts `room` inside of it (Liang and Barsky 1984).
 */
static bool narrow(double speed, double room, double *from, double *to)
{
	double at;

	if (!(fabs(speed) > 0))
		return room >= 0;
	at = room / speed;
	if (speed > 0)
		*to = fmin(*to, at);
	else
		*from = fmax(*from, at);
	return *from <= *to;
}

bool clip_line(struct box b, struct point *p, struct point *q)
{
	struct point start = *p;
	double dx = q->x - p->x, dy = q->y - p->y;
	double from = 0, to = 1;

	if (!narrow(-dx, p->x - b.x, &from, &to) ||
	    !narrow(dx, b.x + b.w - p->x, &from, &to) ||
	    !narrow(-dy, p->y - b.y, &from, &to) ||
	    !narrow(dy, b.y + b.h - p->y, &from, &to))
		return false;
	if (from > 0)	/* an end that is inside stays to the last bit */
		*p = (struct point){ start.x + from * dx,
				     start.y + from * dy };
	if (to < 1)
		*q = (struct point){ start.x + to * dx, start.y + to * dy };
	return true;
}

/* How far a point is inside of edge 0..3: left, right, top, bottom. */
static double inside(struct box b, int edge, struct point p)
{
	switch (edge) {
	case 0:
		return p.x - b.x;
	case 1:
		return b.x + b.w - p.x;
	case 2:
		return p.y - b.y;
	default:
		return b.y + b.h - p.y;
	}
}

static int cut_edge(struct box b, int edge, struct point *ring, int nr)
{
	struct point *in = mem_zeroed((size_t)nr + 1, sizeof(*in));
	int i, kept = 0;

	memcpy(in, ring, (size_t)nr * sizeof(*in));
	for (i = 0; i < nr; i++) {
		struct point p = in[i], q = in[(i + 1) % nr];
		double u = inside(b, edge, p), v = inside(b, edge, q);

		if (u >= 0)
			ring[kept++] = p;
		if ((u >= 0) == (v >= 0))
			continue;
		u = u / (u - v);
		ring[kept].x = p.x + u * (q.x - p.x);
		ring[kept++].y = p.y + u * (q.y - p.y);
	}
	free(in);
	return kept;
}

int clip_polygon(struct box b, const struct point *ring, int nr,
		 struct point *out)
{
	int edge;

	memcpy(out, ring, (size_t)nr * sizeof(*out));
	for (edge = 0; edge < 4 && nr > 0; edge++)
		nr = cut_edge(b, edge, out, nr);
	return nr;
}
