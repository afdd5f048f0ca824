#include "plots/shape.h"

#include <math.h>

#define BEYOND 1.2		/* corners reach beyond a circle of like area */

int shape_ring(const struct mark *m, struct point at, struct point *ring)
{
	static const struct {
		int nr;
		double turn;	/* of the first corner, in full turns */
		double inner;	/* radius of every other corner */
	} how[] = {
		[SHAPE_SQUARE] = { 4, 0.125, 1 },
		[SHAPE_TRIANGLE] = { 3, 0.25, 1 },
		[SHAPE_DIAMOND] = { 4, 0.25, 1 },
		[SHAPE_WEDGE] = { 3, 0.75, 1 },
		[SHAPE_STAR] = { SHAPE_CORNERS, 0.25, 0.45 },
	};
	double full = 2 * acos(-1);
	int i, nr = how[m->shape].nr;

	for (i = 0; i < nr; i++) {
		double angle = full * (how[m->shape].turn + (double)i / nr);
		double reach = m->radius * BEYOND *
			       (i % 2 ? how[m->shape].inner : 1);

		ring[i].x = at.x + reach * cos(angle);
		ring[i].y = at.y - reach * sin(angle);
	}
	return nr;
}
