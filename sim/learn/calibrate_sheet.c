#include "learn/calibrate.h"

#include <assert.h>
#include <math.h>

/* The bands, when they were learned: one line a class. */
static void band_rows(const struct calibration *c, struct text *out)
{
	for (int b = 0; b < CLASS_NR; b++)
		if (c->band_rows[b] > 0)
			text_addf(out, "band.%s,%.3f,%.1g,1,fitted,"
				  "deeproof validate --leave-out layout "
				  "--calibrate,log error of %d rows predicted "
				  "without their layout group\n",
				  layout_class_name((enum layout_class)b),
				  c->band[b],
				  c->band[b] / sqrt(2.0 * c->band_rows[b]),
				  c->band_rows[b]);
}

/* And those of what users see of served rows. */
static void seen_rows(const struct calibration *c, struct text *out)
{
	static const char *const name[SEEN_KINDS] = {
		[SEEN_TTFT] = "ttft", [SEEN_TPOT] = "tpot",
		[SEEN_TOK_S] = "tok_s" };

	for (int k = 0; k < SEEN_KINDS; k++)
		if (c->seen_rows[k] > 0)
			text_addf(out, "serve_band_%s.any,%.3f,%.1g,1,fitted,"
				  "deeproof validate --engine run --leave-out "
				  "layout --calibrate,log error of %d rows "
				  "predicted without their layout group\n",
				  name[k], c->seen_band[k], c->seen_band[k] /
				  sqrt(2.0 * c->seen_rows[k]),
				  c->seen_rows[k]);
}

void calibration_sheet(const struct calibration *c, const char *measured,
		       struct text *out)
{
	struct text source = TEXT_INIT;

	text_addn(&source, "", 0);
	text_cell(&source, measured);
	if (out->len == 0)
		text_add(out, "key,value,err,unit,origin,source,note\n");
	for (int i = 0; i < c->parameters; i++) {
		const struct parameter *p = &c->parameter[i];
		double to = p->is_log ? 1 : units_us(1);

		text_addf(out, "%s,%.4g,%.2g,%s,fitted,"
			  "%s,%s: deeproof validate --calibrate on %d rows\n",
			  p->key, p->value * to, p->err * to,
			  p->is_log ? "1" : "us", source.buf, p->file,
			  c->rows);
	}
	text_release(&source);
	band_rows(c, out);
	seen_rows(c, out);
}
