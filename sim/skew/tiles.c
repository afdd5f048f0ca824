#include "skew/tiles.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "base/larger.h"
#include "skew/largest.h"

#define SQRT_2PI 2.5066282746310002	/* math: sqrt(2 pi) */
#define WIDE 3.0	/* math: normal tail beyond 3 sd is dropped */

/*
 * Sum over j of P(X > j pad), normal for j > 0, the tails cut. A normal wider
 * than half a tile has its remainder spread evenly over the tile: by Poisson's
 * summation formula to pad / pi exp(-2 pi^2 / 4), 0.2 % of a tile. A slot's
 * number of tiles N beyond the first varies by more than its rows say, by
 * Var N - Cov(N, X)^2 / Var X: 1/12 there; else, of j in N, with Cov(N, X) =
 * sd sum phi((rows - j pad) / sd). One of two numbers has the variance V and
 * third moment T when the higher is sqrt(V (V + T) / (V - T)) over the mean.
 */
double tiles_padded(const struct filled *f, const struct tiled *by,
		    struct tiles *t)
{
	double rows = f->rows, pad = by->pad, sd = by->wide * sqrt(rows);
	double n = 0, squares = 0, cubes = 0, cov = 0, sure, padded;

	if (t)
		*t = (struct tiles){ .var = 1.0 / 12,	/* math: a uniform's */
			.room = INFINITY };
	if (sd > pad / 2)
		return rows + (pad - 1) / 2;
	sure = larger(0, floor((rows - WIDE * sd) / pad));
	for (double j = 1; (sure + j) * pad < rows + WIDE * sd; j++) {
		double z = (rows - (sure + j) * pad -
			    0.5) / sd;	/* math: between integers */
		double above = normal_below(z);

		n += above;
		if (!t)
			continue;
		squares += (2 * j - 1) * above;
		cubes += (3 * j * (j - 1) + 1) * above;	/* math: j^3's steps */
		cov += exp(-z * z / 2) / SQRT_2PI;
	}
	padded = (n + sure + f->hit) * pad;
	if (!t)
		return padded;
	t->var = larger(0, squares - n * n);
	t->third = cubes - n * (squares + 2 * t->var);	/* math: central */
	t->told = lesser(t->var, cov * cov);
	if (t->var > t->third)
		t->room = t->var * (t->var + t->third) / (t->var - t->third);
	return padded;
}

double tiles_of_rows(double rows, double pad)
{
	const struct filled f = { rows, -expm1(-rows) };

	assert(!(rows < 0));
	return pad <= 1 ? rows : tiles_padded(&f, &(struct tiled){ pad, 1 },
					NULL);
}
