#include "tests/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/drawing.h"
#include "tests/tests.h"

#define PIXEL 0.011	/* of five digits below 1000 */

/* ---- reading ---- */

/* The value of an attribute of the tag at s, or "". */
static void attribute(const char *s, const char *name, char *out, size_t size)
{
	size_t len = strlen(name), n;
	const char *end = strchr(s, '>');

	*out = '\0';
	for (; s < end; s++)
		if (*s == ' ' && !strncmp(s + 1, name, len) &&
		    !strncmp(s + 1 + len, "=\"", 2)) {
			s += 1 + len + 2;
			n = strcspn(s, "\"");
			ck_assert_uint_lt(n, size);
			memcpy(out, s, n);
			out[n] = '\0';
			return;
		}
}

static double number(const char *s, const char *name)
{
	char text[64];

	attribute(s, name, text, sizeof(text));
	return *text ? strtod(text, NULL) : 0;
}

static long colour(const char *s, const char *name)
{
	char text[64];

	attribute(s, name, text, sizeof(text));
	if (*text == '#')
		return strtol(text + 1, NULL, 16);
	if (!strcmp(text, "white"))
		return 0xffffff;
	if (!strcmp(text, "black"))
		return 0;
	if (!*text && !strcmp(name, "stroke"))
		return 0;	/* the group's */
	return NO_COLOUR;
}

static void place_text(const struct picture *p, struct item *it,
		       const char *transform)
{
	double a, b, c, d, x, y, size = 1;
	const char *s;

	if (sscanf(transform, "matrix(%lf %lf %lf %lf %lf %lf)", &a, &b, &c,
		   &d, &x, &y) == 6) {
		size = hypot(a, b);
		it->angle = atan2(b, a) * 180 / acos(-1);
	} else {
		ck_assert_int_eq(sscanf(transform, "translate(%lf,%lf)", &x,
					&y), 2);
		for (s = transform; (s = strstr(s, "scale(")); s += 6)
			size *= strtod(s + 6, NULL);
	}
	it->size *= size;
	it->at[0] = (struct point){ x, p->height - y };
	it->points = 1;
}

static void text_item(const struct picture *p, struct item *it, const char *s)
{
	char transform[128], weight[16];
	const char *words = strchr(s, '>') + 1;

	it->kind = ITEM_TEXT;
	attribute(s, "transform", transform, sizeof(transform));
	attribute(s, "font-weight", weight, sizeof(weight));
	attribute(s, "text-anchor", it->anchor, sizeof(it->anchor));
	it->bold = !strcmp(weight, "bold");
	it->size = number(s, "font-size");
	place_text(p, it, transform);
	snprintf(it->words, sizeof(it->words), "%.*s",
		 (int)strcspn(words, "<"), words);
}

static void add_point(const struct picture *p, struct item *it, double x,
		      double y)
{
	ck_assert_int_lt(it->points, ITEM_POINTS);
	it->at[it->points++] = (struct point){ x, p->height - y };
}

static void points_item(const struct picture *p, struct item *it,
			const char *s)
{
	char text[4096], *at = text;
	double x, y;
	int used;

	attribute(s, "points", text, sizeof(text));
	for (; sscanf(at, "%lf,%lf %n", &x, &y, &used) == 2; at += used)
		add_point(p, it, x, y);
	it->kind = it->fill == NO_COLOUR ? ITEM_LINE : ITEM_AREA;
}

static void item_of(struct picture *p, const char *s)
{
	struct item *it = &p->item[p->nr++];
	char dashes[64];

	memset(it, 0, sizeof(*it));
	it->stroke = colour(s, "stroke");
	it->fill = colour(s, "fill");
	it->width = number(s, "stroke-width");
	attribute(s, "stroke-dasharray", dashes, sizeof(dashes));
	it->dash = *dashes ? strtod(dashes, NULL) : 0;
	if (!strncmp(s, "<text", 5)) {
		text_item(p, it, s);
	} else if (!strncmp(s, "<line", 5)) {
		it->kind = ITEM_LINE;
		add_point(p, it, number(s, "x1"), number(s, "y1"));
		add_point(p, it, number(s, "x2"), number(s, "y2"));
	} else if (!strncmp(s, "<circle", 7)) {
		it->kind = ITEM_CIRCLE;
		it->radius = number(s, "r");
		add_point(p, it, number(s, "cx"), number(s, "cy"));
	} else if (!strncmp(s, "<poly", 5)) {
		points_item(p, it, s);
	} else {
		it->kind = ITEM_PATH;
	}
}

void picture_read(struct picture *p, const char *svg)
{
	const char *s = strstr(svg, "<g ");

	*p = (struct picture){ 0 };
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(sscanf(strstr(svg, "viewBox="),
				"viewBox=\"0 0 %lf %lf\"", &p->width,
				&p->height), 2);
	p->item = calloc((size_t)occurs(s, "<") + 1, sizeof(*p->item));
	ck_assert_ptr_nonnull(p->item);
	for (s++; (s = strchr(s, '<')); s++)
		if (s[1] != '/')
			item_of(p, s);
}

void picture_draw(struct picture *p, const char *kind, const char *csv)
{
	char *svg = drawing(kind, csv);

	picture_read(p, svg);
	free(svg);
}

void picture_release(struct picture *p)
{
	free(p->item);
	*p = (struct picture){ 0 };
}

/* ---- asking ---- */

long item_colour(const struct item *it)
{
	return it->kind == ITEM_LINE ? it->stroke : it->fill;
}

static bool is(const struct item *it, enum item_kind kind, long wanted)
{
	return it->kind == kind &&
	       (wanted == NO_COLOUR || item_colour(it) == wanted);
}

int picture_count(const struct picture *p, enum item_kind kind, long wanted)
{
	int nr = 0;

	for (int i = 0; i < p->nr; i++)
		nr += is(&p->item[i], kind, wanted);
	return nr;
}

const struct item *picture_nth(const struct picture *p, enum item_kind kind,
			       long wanted, int n)
{
	int left = n;

	for (int i = 0; i < p->nr; i++)
		if (is(&p->item[i], kind, wanted) && left-- == 0)
			return &p->item[i];
	ck_abort_msg("%d of kind %d in %06lx, not %d",
		     picture_count(p, kind, wanted), (int)kind, wanted,
		     n + 1);
	return NULL;
}

const struct item *picture_stroke(const struct picture *p, long colour,
				  double width, int n)
{
	for (int i = 0; i < p->nr; i++)
		if (is(&p->item[i], ITEM_LINE, colour) &&
		    fabs(p->item[i].width - width) < 1e-9 && n-- == 0)
			return &p->item[i];
	ck_abort_msg("no such line in %06lx", colour);
	return NULL;
}

double axis_log(double value, double low, double high)
{
	return log(value / low) / log(high / low);
}

int picture_says(const struct picture *p, const char *words)
{
	int nr = 0;

	for (int i = 0; i < p->nr; i++)
		nr += p->item[i].kind == ITEM_TEXT &&
		      !strcmp(p->item[i].words, words);
	return nr;
}

const struct item *picture_words(const struct picture *p, const char *words)
{
	ck_assert_msg(picture_says(p, words) == 1, "\"%s\" is there %d times",
		      words, picture_says(p, words));
	for (int i = 0; i < p->nr; i++)
		if (p->item[i].kind == ITEM_TEXT &&
		    !strcmp(p->item[i].words, words))
			return &p->item[i];
	return NULL;
}

void item_at(const struct item *it, int point, double x, double y)
{
	ck_assert_int_lt(point, it->points);
	ck_assert_msg(fabs(it->at[point].x - x) <= PIXEL &&
		      fabs(it->at[point].y - y) <= PIXEL,
		      "%s point %d is at (%g, %g), not (%g, %g)", it->words,
		      point, it->at[point].x, it->at[point].y, x, y);
}

void item_box(const struct item *it, struct box b)
{
	ck_assert_int_eq(it->points, 4);
	item_at(it, 0, b.x, b.y);
	item_at(it, 1, b.x + b.w, b.y);
	item_at(it, 2, b.x + b.w, b.y + b.h);
	item_at(it, 3, b.x, b.y + b.h);
}
