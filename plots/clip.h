/*
 * clip: points and boxes on a page, and lines and polygons cut at a box.
 * libplot has no clip region.
 */
#ifndef PLOTS_CLIP_H
#define PLOTS_CLIP_H

#include <stdbool.h>

struct point {
	double x, y;
};

/* x, y is the top left corner. */
struct box {
	double x, y, w, h;
};

bool box_has(struct box, struct point);
bool box_meets(struct box, struct box);
struct box box_grown(struct box, double by);

/* Cut a line to what is inside; false when nothing is. */
bool clip_line(struct box, struct point *a, struct point *b);

/*
 * Cut a polygon to what is inside. out has room for 6 x nr points.
 * Returns their number, 0 when nothing is inside. Sutherland and Hodgman
 * (1974).
 */
int clip_polygon(struct box, const struct point *, int nr, struct point *out);

#endif
