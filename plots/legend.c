#include "plots/legend.h"

#define KEY 26.0		/* px of an item's picture and its gap */
#define AFTER 24.0		/* px between items */
#define LINE 22.0		/* px between rows */

static void draw_key(struct canvas *c, struct point at,
		     const struct legend_item *item)
{
	struct point middle = { at.x + 10, at.y - 4.5 };

	if (item->patch)
		canvas_box(c, (struct box){ at.x + 2, at.y - 11, 16, 13 },
			   item->patch);
	if (item->line.width > 0)
		canvas_line(c, (struct point){ at.x, middle.y },
			    (struct point){ at.x + 20, middle.y },
			    &item->line);
	if (item->mark.radius > 0)
		canvas_mark(c, middle, &item->mark);
}

double legend_draw(struct canvas *c, const struct legend *l)
{
	struct font f = { GREY, 13, false, ANCHOR_START, 0 };
	struct point at = l->at;
	int i;

	for (i = 0; i < l->nr; i++) {
		const struct legend_item *item = &l->item[i];
		double wide = KEY + canvas_text_width(c, item->text, &f);

		if (at.x > l->at.x && at.x + wide > l->at.x + l->width) {
			at.x = l->at.x;
			at.y += LINE;
		}
		draw_key(c, at, item);
		canvas_text(c, (struct point){ at.x + KEY, at.y }, item->text,
			    &f);
		at.x += wide + AFTER;
	}
	return at.y;
}
