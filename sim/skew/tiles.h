/*
 * tiles: rows of an expert's kernel, padded to whole tiles, of slots whose rows
 * vary.
 */
#ifndef SKEW_TILES_H
#define SKEW_TILES_H

/* How rows fall on tiles. */
struct tiled {
	double pad;	/* rows of a tile */
	double wide;	/* of a slot's rows, the deviation over a Poisson's */
};

/* A slot with so many rows, and the chance that it has one. */
struct filled {
	double rows, hit;
};

/* Of a slot's tiles, or of the mean slot's. */
struct tiles {
	double var, third;	/* central moments */
	double told;		/* of the variance, what rows tell */
	double room;		/* the most over the mean, squared */
};

/* Rows with padding, expected; *t too, but for who asks for those alone and has
   none. */
double tiles_padded(const struct filled *, const struct tiled *,
		    struct tiles *);

/*
 * Expected ceil(X / pad) pad for X Poisson of mean rows: rows when pad is 1,
 * pad P(X > 0) when rows << pad, rows + (pad - 1) / 2 when rows >> pad.
 */
double tiles_of_rows(double rows, double pad);

#endif
