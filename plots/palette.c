#include "plots/canvas.h"

#include <math.h>

#define SERIES ((int)(sizeof(series) / sizeof(*series)))

/* Okabe and Ito's that show on white, then four more. */
static const unsigned series[] = {
	BLUE, VERMILION, GREEN, AMBER, PURPLE, SKY, INK,
	0x7a4fa3, 0x8a5a2b, 0x7f8c1a, 0xb03060
};

unsigned canvas_mix(unsigned a, unsigned b, double share)
{
	unsigned mixed = 0;
	int shift;

	for (shift = 16; shift >= 0; shift -= 8) {
		double of_a = a >> shift & 0xff, of_b = b >> shift & 0xff;

		mixed |= (unsigned)lround(of_b + share * (of_a - of_b))
			 << shift;
	}
	return mixed;
}

unsigned canvas_series_colour(int i)
{
	return series[i % SERIES];
}

enum shape canvas_series_shape(int i)
{
	static const enum shape shapes[] = {
		SHAPE_CIRCLE, SHAPE_SQUARE, SHAPE_TRIANGLE, SHAPE_DIAMOND,
		SHAPE_WEDGE
	};

	return shapes[i % (int)(sizeof(shapes) / sizeof(*shapes))];
}

unsigned canvas_text_colour(unsigned colour)
{
	return canvas_mix(colour, INK, 0.7);
}
