#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plots/chart.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 1080.0
#define LANE 74.0		/* px from lane to lane */
#define THICK 46.0
#define ABOVE 140.0
#define BELOW 92.0
#define LEFT 104.0
#define LANES_MAX 8

struct timeline {
	const struct table *table;	/* not owned */
	const char *lane[LANES_MAX];
	int lanes;
	struct chart chart;
};

static int lane_of(struct timeline *t, int row)
{
	const char *name = reading_text(t->table, row, "lane");
	int i = 0;

	while (i < t->lanes && strcmp(t->lane[i], name))
		i++;
	if (i == t->lanes && i < LANES_MAX)
		t->lane[t->lanes++] = name;
	return i < LANES_MAX ? i : LANES_MAX - 1;
}

static bool is_shown(const struct timeline *t, int row)
{
	double from = reading_number(t->table, row, "from_us");
	double to = reading_number(t->table, row, "to_us");

	return from >= 0 && to > from && reading_is_shown(to);
}

static unsigned hue(const struct timeline *t, int row)
{
	return reading_number(t->table, row, "micro") > 0 ? AMBER : BLUE;
}

/* Busy is full, copies are darker, what is only waited for is light. */
static unsigned of_kind(const char *kind, unsigned full)
{
	if (!strcmp(kind, "copies"))
		return canvas_mix(full, INK, 0.6);
	if (!strcmp(kind, "wait"))
		return canvas_mix(full, WHITE, 0.18);
	if (!strcmp(kind, "start-up"))
		return canvas_mix(full, WHITE, 0.42);
	return full;
}

static unsigned colour(const struct timeline *t, int row)
{
	return of_kind(reading_text(t->table, row, "kind"), hue(t, row));
}

static const char *stage_words(const char *stage)
{
	static const struct { const char *stage, *words; } known[] = {
		{ "attn0", "ATTN-0" }, { "attn1", "ATTN-1" },
		{ "gate", "gate" }, { "shared", "SHARED" },
		{ "experts", "EXPERTS" }, { "dispatch", "DISPATCH" },
		{ "combine", "COMBINE" }, { "attn_sum", "sum" },
	};

	for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(stage, known[i].stage))
			return known[i].words;
	return stage;
}

static struct box place(struct timeline *t, int row)
{
	double from = chart_at(&t->chart,
			       reading_number(t->table, row, "from_us"), 0).x;
	double to = chart_at(&t->chart,
			     reading_number(t->table, row, "to_us"), 0).x;
	double top = t->chart.frame.y + LANE * lane_of(t, row);

	return (struct box){ from, top + (LANE - THICK) / 2, to - from,
			     THICK };
}

/* Upright in a narrow box, if it is not too narrow for that. */
static void upright(struct timeline *t, struct box b, const char *text,
		    struct font font)
{
	font.size = 10;
	font.bold = false;
	font.angle = 90;
	font = canvas_fit(t->chart.canvas, text, font, b.h - 4);
	if (b.w >= font.size + 1)
		canvas_text(t->chart.canvas, (struct point){
			b.x + b.w / 2 + 3.5, b.y + b.h / 2 }, text, &font);
}

/* Time in small print below the name, when both fit. */
static void label(struct timeline *t, int row, struct box b)
{
	const char *kind = reading_text(t->table, row, "kind");
	bool busy = !strcmp(kind, "busy");
	bool dark = !strcmp(kind, "copies") || (busy && hue(t, row) == BLUE);
	struct font font = { dark ? WHITE : INK, 11, busy, ANCHOR_MIDDLE, 0 };
	struct font small = { dark ? WHITE : INK, 10, false, ANCHOR_MIDDLE,
			      0 };
	const char *text = busy ?
		stage_words(reading_text(t->table, row, "stage")) : kind;
	double x = b.x + b.w / 2, y = b.y + b.h / 2;
	char us[32];

	snprintf(us, sizeof(us), "%.0f",
		 reading_number(t->table, row, "to_us") -
		 reading_number(t->table, row, "from_us"));
	if (canvas_text_width(t->chart.canvas, text, &font) + 5 > b.w) {
		upright(t, b, text, font);
		return;
	}
	canvas_text(t->chart.canvas, (struct point){ x, y - 2 }, text, &font);
	canvas_text(t->chart.canvas, (struct point){ x, y + 12 }, us, &small);
}

static void boxes(struct timeline *t)
{
	struct pen edge = { WHITE, 1, 0 };

	for (int i = 0; i < t->table->rows; i++) {
		struct box b;

		if (!is_shown(t, i))
			continue;
		b = place(t, i);
		canvas_box(t->chart.canvas, b, colour(t, i));
		canvas_line(t->chart.canvas, (struct point){ b.x, b.y },
			    (struct point){ b.x, b.y + b.h }, &edge);
		label(t, i, b);
	}
}

static void names(const struct timeline *t)
{
	struct font font = { INK, 13, true, ANCHOR_END, 0 };

	for (int i = 0; i < t->lanes; i++)
		canvas_text(t->chart.canvas, (struct point){ LEFT - 12,
			t->chart.frame.y + LANE * (i + 0.5) + 4.5 },
			t->lane[i], &font);
}

/* A kind in either micro-batch; NULL: anything of this micro-batch. */
static bool has(const struct timeline *t, const char *kind, unsigned full)
{
	for (int i = 0; i < t->table->rows; i++)
		if (is_shown(t, i) && (kind ?
		    !strcmp(reading_text(t->table, i, "kind"), kind) :
		    hue(t, i) == full))
			return true;
	return false;
}

/* What is drawn, and no more. */
static void legend(const struct timeline *t)
{
	const struct { const char *kind, *text; unsigned patch; } known[] = {
		{ NULL, "micro-batch 0", BLUE },
		{ NULL, "micro-batch 1", AMBER },
		{ "copies", "copies of an exchange on the SMs",
		  of_kind("copies", BLUE) },
		{ "start-up", "start-up", of_kind("start-up", BLUE) },
		{ "wait", "wait for other ranks", of_kind("wait", BLUE) },
	};
	struct legend_item item[sizeof(known) / sizeof(*known)];
	int nr = 0;

	for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (has(t, known[i].kind, known[i].patch))
			item[nr++] = (struct legend_item){
				.text = known[i].text,
				.patch = known[i].patch };
	legend_draw(t->chart.canvas, &(struct legend){ { LEFT, 94 },
			WIDTH - LEFT, item, nr });
}

static void page(struct timeline *t)
{
	struct notches none = { 0 };
	struct heading h = { "One layer of a decode step",
		"What the lanes of one GPU do; numbers are microseconds",
		"Model: deeproof run --timeline" };

	reading_heading(t->table, &h);
	canvas_heading(t->chart.canvas, &h);
	legend(t);
	chart_draw(&t->chart, NULL, &none);
	boxes(t);
	names(t);
}

int timeline_draw(const struct table *table, struct text *out,
		  struct fault *why)
{
	static const char *const columns[] = { "lane", "micro", "stage",
		"kind", "from_us", "to_us" };
	struct needs needs = { "a timeline", columns, 6 };
	struct timeline t = { .table = table };
	double high = 0;

	if (reading_needs(table, &needs, why))
		return -1;
	for (int i = 0; i < table->rows; i++) {
		if (!is_shown(&t, i))
			continue;
		lane_of(&t, i);
		high = fmax(high, reading_number(table, i, "to_us"));
	}
	if (!t.lanes)
		return reading_empty(table, "from_us and to_us above it",
				     why);
	t.chart = (struct chart){
		.canvas = canvas_open(WIDTH, ABOVE + BELOW + LANE * t.lanes),
		.frame = { LEFT, ABOVE - 24, WIDTH - LEFT - 36,
			   LANE * t.lanes },
		.x = { 0, high, false }, .y = { 0, 1, false },
		.x_label = "Time (\u00b5s)", .y_label = "" };
	page(&t);
	canvas_close(t.chart.canvas, out);
	return 0;
}
