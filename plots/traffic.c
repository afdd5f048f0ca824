#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/chart.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define PITCH 40.0		/* px from bar to bar */
#define THICK 22.0
#define ABOVE 124.0		/* px of page above the frame */
#define BELOW 96.0
#define TOTAL_ROOM 96.0		/* px for the number at the longest bar */
#define ROWS_MAX 100

struct bar {
	int row;
	bool fits;
	double nvlink, rdma;	/* in the figure's unit, once that is known */
};

struct traffic {
	const struct table *table;	/* not owned */
	struct bar *bar;
	int bars;
	const char *unit;
	struct chart chart;
};

static bool is_count(double value)
{
	return reading_is_shown(value) || (value >= 0 && value <= 0);
}

/* A row that does not fit is a bar without a length. */
static void read_row(struct traffic *f, int row)
{
	struct bar b = {
		.row = row,
		.fits = strcmp(reading_text(f->table, row, "fits"), "no"),
		.nvlink = reading_number(f->table, row,
					 "nvlink_bytes_per_token"),
		.rdma = reading_number(f->table, row,
				       "rdma_bytes_per_token"),
	};

	if (!b.fits)
		b.nvlink = b.rdma = 0;
	if (is_count(b.nvlink) && is_count(b.rdma))
		f->bar[f->bars++] = b;
}

static double longest(const struct traffic *f)
{
	double high = 0;
	int i;

	for (i = 0; i < f->bars; i++)
		high = fmax(high, f->bar[i].nvlink + f->bar[i].rdma);
	return high;
}

/* One unit for the whole figure, or bars could not be compared. */
static void choose_unit(struct traffic *f)
{
	double high = longest(f), size = 1;
	int i;

	f->unit = "B";
	if (high >= 1e6) {
		f->unit = "MB";
		size = 1e6;
	} else if (high >= 1e3) {
		f->unit = "kB";
		size = 1e3;
	}
	for (i = 0; i < f->bars; i++) {
		f->bar[i].nvlink /= size;
		f->bar[i].rdma /= size;
	}
}

static int refuse_too_many(const struct traffic *f, struct fault *why)
{
	fault_at(why, f->table->name ? f->table->name : "", 0, 0);
	fault_what(why, "%d rows are too many bars", f->bars);
	return fault_remedy(why, "at most %d can be read", ROWS_MAX);
}

static int read_table(struct traffic *f, struct fault *why)
{
	static const char *const labelled[] = { "label",
		"nvlink_bytes_per_token", "rdma_bytes_per_token" };
	static const char *const known[] = { "id",
		"nvlink_bytes_per_token", "rdma_bytes_per_token" };
	bool label = table_column(f->table, "label") >= 0;
	struct needs needs = { "a traffic figure", label ? labelled : known,
			       3 };
	int i, fitting = 0;

	if (reading_needs(f->table, &needs, why))
		return -1;
	f->bar = mem_zeroed((size_t)f->table->rows + 1, sizeof(*f->bar));
	for (i = 0; i < f->table->rows; i++)
		read_row(f, i);
	for (i = 0; i < f->bars; i++)
		fitting += f->bar[i].fits;
	if (fitting == 0)
		return reading_empty(f->table, "nvlink_bytes_per_token and "
				     "rdma_bytes_per_token, 0 or more", why);
	if (f->bars > ROWS_MAX)
		return refuse_too_many(f, why);
	choose_unit(f);
	return 0;
}

/* The layout of a row in small print: "32 GPUs, TP 1, EP 32". */
static void layout_text(const struct traffic *f, int row, char *out,
			int size)
{
	const char *gpus = reading_text(f->table, row, "gpus");
	const char *tp = reading_text(f->table, row, "tp");
	const char *ep = reading_text(f->table, row, "ep");

	snprintf(out, (size_t)size, "%s%s%s%s%s%s", gpus,
		 *gpus ? strcmp(gpus, "1") ? " GPUs" : " GPU" : "",
		 *tp ? *gpus ? ", TP " : "TP " : "", tp,
		 *ep ? *gpus || *tp ? ", EP " : "EP " : "", ep);
}

static const char *label_of(const struct traffic *f, int row)
{
	const char *label = reading_text(f->table, row, "label");

	return *label ? label : reading_text(f->table, row, "id");
}

static double bar_middle(const struct traffic *f, int bar)
{
	return f->chart.frame.y + PITCH * (bar + 0.5);
}

static void draw_names(const struct traffic *f, int bar)
{
	struct font name = { INK, 13, false, ANCHOR_END, 0 };
	struct font layout = { FAINT, 11, false, ANCHOR_END, 0 };
	struct canvas *c = f->chart.canvas;
	const char *label = label_of(f, f->bar[bar].row);
	double x = f->chart.frame.x - 12, y = bar_middle(f, bar);
	char text[96];

	layout_text(f, f->bar[bar].row, text, sizeof(text));
	name = canvas_fit(c, label, name, x - 36);
	canvas_text(c, (struct point){ x, *text ? y - 1 : y + 4.5 }, label,
		    &name);
	canvas_text(c, (struct point){ x, y + 13 }, text, &layout);
}

static void draw_total(const struct traffic *f, const struct bar *b,
		       struct point at)
{
	struct font strong = { INK, 13, true, ANCHOR_START, 0 };
	struct font weak = { FAINT, 13, false, ANCHOR_START, 0 };
	double total = b->nvlink + b->rdma;
	char text[48], number[32];

	at.x += 8;
	at.y += 4.5;
	if (!b->fits) {
		canvas_text(f->chart.canvas, at, "does not fit", &weak);
		return;
	}
	snprintf(number, sizeof(number), total >= 99.95 ? "%.0f" :
		 total >= 9.995 ? "%.1f" : "%.2f", total);
	snprintf(text, sizeof(text), "%s %s", total > 0 ? number : "0",
		 f->unit);
	canvas_text(f->chart.canvas, at, text, &strong);
}

static void draw_bar(const struct traffic *f, int bar)
{
	const struct bar *b = &f->bar[bar];
	struct canvas *c = f->chart.canvas;
	double y = bar_middle(f, bar), top = y - THICK / 2;
	double from = f->chart.frame.x;
	double seam = chart_at(&f->chart, b->nvlink, 0).x;
	double to = chart_at(&f->chart, b->nvlink + b->rdma, 0).x;

	if (seam > from)
		canvas_box(c, (struct box){ from, top, seam - from, THICK },
			   SKY);
	if (to > seam)
		canvas_box(c, (struct box){ seam, top, to - seam, THICK },
			   BLUE);
	draw_names(f, bar);
	draw_total(f, b, (struct point){ to, y });
}

static double widest_name(const struct traffic *f, struct canvas *c)
{
	struct font name = { INK, 13, false, ANCHOR_END, 0 };
	struct font layout = { FAINT, 11, false, ANCHOR_END, 0 };
	double wide = 0;
	char text[96];
	int i;

	for (i = 0; i < f->bars; i++) {
		int row = f->bar[i].row;

		layout_text(f, row, text, sizeof(text));
		wide = fmax(wide, canvas_text_width(c, label_of(f, row),
						    &name));
		wide = fmax(wide, canvas_text_width(c, text, &layout));
	}
	return fmin(wide, WIDTH / 3);
}

static void describe(const struct traffic *f, struct canvas *c)
{
	const char *model = reading_text(f->table, f->bar[0].row, "model");
	char subtitle[160];
	struct heading h = { "What one output token costs on the wires",
			     subtitle, "Model: deeproof sweep" };

	snprintf(subtitle, sizeof(subtitle), "Bytes sent by all GPUs of a "
		 "replica%s%s", *model ? "; " : "", model);
	reading_heading(f->table, &h);
	canvas_heading(c, &h);
}

static void draw_page(struct traffic *f, struct canvas *c)
{
	static const struct legend_item item[] = {
		{ .text = "NVLink", .patch = SKY },
		{ .text = "RDMA", .patch = BLUE },
	};
	struct notches none = { 0 };
	double left = 52 + widest_name(f, c);
	double room = WIDTH - left - 34 - TOTAL_ROOM;
	char label[48];

	describe(f, c);
	legend_draw(c, &(struct legend){ { left, 94 }, WIDTH - left, item, 2 });
	snprintf(label, sizeof(label), "Sent per output token (%s)", f->unit);
	f->chart = (struct chart){
		.canvas = c,
		.frame = { left, ABOVE - 12, WIDTH - left - 34,
			   PITCH * f->bars },
		.x_label = label,
		.y_label = "",
		.y = { 0, 1, false },
	};
	f->chart.x = scale_from_zero(longest(f), room);
	f->chart.x.high = fmax(longest(f) * f->chart.frame.w / room,
			       longest(f) > 0 ? 0 : 1);
	chart_draw(&f->chart, NULL, &none);
	for (int i = 0; i < f->bars; i++)
		draw_bar(f, i);
}

int traffic_draw(const struct table *table, struct text *out,
		 struct fault *why)
{
	struct traffic f = { .table = table };
	struct canvas *c;

	if (read_table(&f, why)) {
		free(f.bar);
		return -1;
	}
	c = canvas_open(WIDTH, ABOVE + BELOW + PITCH * f.bars);
	draw_page(&f, c);
	canvas_close(c, out);
	free(f.bar);
	return 0;
}
