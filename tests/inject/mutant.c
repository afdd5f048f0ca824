/*
 * mutant FILE SEED: FILE with one to three things wrong with it, to stdout;
 * the same seed gives the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/damage.h"

enum { ROOM = 1 << 22 };

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
	struct damage d = { .bytes = malloc(ROOM), .room = ROOM };

	if (!in || !d.bytes)
		return 1;
	d.len = fread(d.bytes, 1, ROOM / 2, in);
	fclose(in);
	d.state = strtoull(argv[2], NULL, 10);
	damage_do(&d);
	fwrite(d.bytes, 1, d.len, stdout);
	free(d.bytes);
	return 0;
}
