/*
 * ratio: a bench's line "what: number unit", and where BEFORE names a file of
 * such lines, an earlier bench's, the ratio to what stands there.
 */
#ifndef TESTS_RATIO_H
#define TESTS_RATIO_H

void ratio_say(const char *what, double x, const char *unit);

#endif
