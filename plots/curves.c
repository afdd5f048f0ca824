#include "plots/curves.h"

#include <stdlib.h>

#include "base/mem.h"

enum curve { CURVE_LOW, CURVE_VALUE, CURVE_HIGH };

struct curves {
	const struct chart *chart;	/* not owned */
	const struct spots *spots;	/* not owned */
	struct point *point;		/* room for two curves */
};

/* The points of a series' line, or of an edge of its band. */
static int trace(const struct curves *c, int series, enum curve curve,
		 struct point *line)
{
	int i, nr = 0;

	for (i = 0; i < c->spots->nr; i++) {
		const struct spot *s = &c->spots->spot[i];
		double value = curve == CURVE_LOW ? s->low :
			       curve == CURVE_HIGH ? s->high : s->value;

		if (s->series == series && s->kind == SPOT_ANSWER && s->best)
			line[nr++] = chart_at(c->chart, s->ep, value);
	}
	return nr;
}

/* There along the lower edge and back again along the upper one. */
static void draw_band(const struct curves *c, int series)
{
	unsigned colour = canvas_series_colour(series);
	struct point *ring = c->point;
	int i, nr = trace(c, series, CURVE_LOW, ring);

	trace(c, series, CURVE_HIGH, ring + nr);
	for (i = 0; i < nr / 2; i++) {
		struct point swap = ring[nr + i];

		ring[nr + i] = ring[2 * nr - 1 - i];
		ring[2 * nr - 1 - i] = swap;
	}
	canvas_area(c->chart->canvas, ring, 2 * nr,
		    canvas_mix(colour, WHITE, 0.13));
}

/* A later band hides an earlier one; their edges stay visible. */
static void draw_edges(const struct curves *c, int series)
{
	unsigned colour = canvas_series_colour(series);
	struct pen edge = { canvas_mix(colour, WHITE, 0.4), 0.8, 0 };
	int nr = trace(c, series, CURVE_LOW, c->point);

	canvas_polyline(c->chart->canvas, c->point, nr, &edge);
	nr = trace(c, series, CURVE_HIGH, c->point);
	canvas_polyline(c->chart->canvas, c->point, nr, &edge);
}

static void draw_line(const struct curves *c, int series,
		      struct labels *labels)
{
	struct pen pen = { canvas_series_colour(series), 2.4, 0 };
	int i, nr = trace(c, series, CURVE_VALUE, c->point);

	canvas_polyline(c->chart->canvas, c->point, nr, &pen);
	for (i = 1; i < nr; i++)
		labels_avoid_line(labels, c->point[i - 1], c->point[i]);
}

static struct curves begin(const struct chart *chart,
			   const struct spots *spots)
{
	struct curves c = { chart, spots, NULL };

	c.point = mem_zeroed((size_t)spots->nr * 2, sizeof(*c.point));
	canvas_clip(chart->canvas, chart->frame);
	return c;
}

static void end(struct curves *c)
{
	canvas_unclip(c->chart->canvas);
	free(c->point);
}

void curves_bands(const struct chart *chart, const struct spots *spots)
{
	struct curves c = begin(chart, spots);
	int i;

	for (i = 0; i < spots->series.nr; i++)
		draw_band(&c, i);
	end(&c);
}

void curves_lines(const struct chart *chart, const struct spots *spots,
		  struct labels *labels)
{
	struct curves c = begin(chart, spots);
	int i;

	for (i = 0; i < spots->series.nr; i++)
		draw_edges(&c, i);
	for (i = 0; i < spots->series.nr; i++)
		draw_line(&c, i, labels);
	end(&c);
}
