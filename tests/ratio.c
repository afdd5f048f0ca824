#include "tests/ratio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number behind "what: " in the file of BEFORE; 0: none. */
static double before(const char *what)
{
	const char *path = getenv("BEFORE");
	FILE *f = path && *path ? fopen(path, "r") : NULL;
	char line[512];
	size_t len = strlen(what);
	double x = 0;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, what, len) && line[len] == ':')
			x = strtod(line + len + 1, NULL);
	if (f)
		fclose(f);
	return x;
}

void ratio_say(const char *what, double x, const char *unit)
{
	double was = before(what);

	printf("%s: %.*f %s", what, x < 100 ? 2 : 0, x, unit);
	if (was > 0)
		printf(", %.2f times what it was", x / was);
	printf("\n");
	fflush(stdout);
}
