/*
 * labels: puts texts beside points where they hit nothing.
 *
 * Greedy: the first label gets the best place, so give the important first.
 */
#ifndef PLOTS_LABELS_H
#define PLOTS_LABELS_H

#include <stdbool.h>

#include "plots/canvas.h"

/* What a label and its leader had better not cross, the worst first. */
enum obstacle_kind {
	OBSTACLE_TEXT,
	OBSTACLE_MARK,
	OBSTACLE_LEADER,
	OBSTACLE_LINE
};

struct labels {
	struct canvas *canvas;	/* not owned */
	struct box within;	/* no label leaves it */
	struct font font;	/* its colour comes from the mark */
	double reach;		/* px from a mark to its text, at most */
	enum obstacle_kind least;	/* keep off these even in a crowd */
	struct obstacle {
		struct box box;
		enum obstacle_kind kind;
	} *taken;
	int nr, cap;
};

/* A line that rises from a to b, to write along. */
struct baseline {
	struct point a, b;
	double above;		/* px from it up to the text; negative: below */
};

void labels_init(struct labels *, struct canvas *, struct box within);
void labels_release(struct labels *);

void labels_avoid(struct labels *, struct box);
void labels_avoid_line(struct labels *, struct point, struct point);

/*
 * Write text near a mark of this radius at a point, with a leader where it
 * stands apart. False, and nothing is drawn, when there is no room.
 */
bool labels_put(struct labels *, const struct mark *, struct point,
		const char *text);

/* Write text along a line, near a. It is kept free from then on. */
void labels_along(struct labels *, const struct baseline *, const char *text,
		  const struct font *);

#endif
