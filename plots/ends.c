#include "plots/ends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define GAP 17.0		/* px between two names */
#define COLUMN 14.0		/* px from the frame to the names */

static int by_height(const void *a, const void *b)
{
	const struct line_end *p = a, *q = b;

	if (p->at.y < q->at.y)
		return -1;
	return p->at.y > q->at.y ? 1 : strcmp(p->name, q->name);
}

/* The heights of the names: in order, apart, and within the frame. */
static double *spread(struct box frame, const struct line_end *end, int nr)
{
	double *y = mem_zeroed((size_t)nr + 1, sizeof(*y));
	double gap = fmin(GAP, frame.h / nr);
	int i;

	for (i = 0; i < nr; i++)
		y[i] = fmax(end[i].at.y, i ? y[i - 1] + gap : frame.y);
	for (i = nr - 1; i >= 0; i--)
		y[i] = fmin(y[i], i < nr - 1 ? y[i + 1] - gap :
						frame.y + frame.h);
	return y;
}

void ends_draw(struct canvas *c, struct box frame, struct line_end *end,
	       int nr)
{
	struct font f = { INK, 13, true, ANCHOR_START, 0 };
	struct pen leader = { FAINT, 0.8, 0 };
	double x = frame.x + frame.w + COLUMN, *y;
	int i;

	qsort(end, (size_t)nr, sizeof(*end), by_height);
	y = spread(frame, end, nr);
	for (i = 0; i < nr; i++) {
		struct point from = { end[i].at.x + 7, end[i].at.y };

		f.colour = canvas_text_colour(end[i].colour);
		canvas_line(c, from, (struct point){ x - 4, y[i] }, &leader);
		canvas_text(c, (struct point){ x, y[i] + 4.5 }, end[i].name,
			    &f);
	}
	free(y);
}
