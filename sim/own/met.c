#include "own/met.h"

#include <assert.h>

/* Rows of one class of layouts on one architecture have knots of theirs. */
static bool of_class(const struct own *o, int row, const struct own_knot *like)
{
	int k = o->bend.of_row[row];

	return k >= 0 && own_knot_alike(&o->bend.knot[k], like);
}

static bool is_met(const struct own *o, const struct own_spec *a,
		   const struct own_knot *like)
{
	double sum = 0;
	int nr = 0;

	for (int r = 0; r < a->rows; r++) {
		if (!of_class(o, r, like))
			continue;
		sum += a->row[r].before * a->row[r].before;
		nr++;
	}
	return sum <= nr * o->scatter * o->scatter;
}

int own_met(const struct own *o, const struct own_spec *a, double *met)
{
	int nr = 0;

	assert(o && a && met && o->scatter >= 0);
	for (int r = 0; r < a->rows; r++) {
		int k = o->bend.of_row[r];

		met[r] = 0;
		if (k < 0 || !is_met(o, a, &o->bend.knot[k]))
			continue;
		met[r] = a->row[r].before;
		nr++;
	}
	return nr;
}
