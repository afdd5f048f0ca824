/*
 * ends: how a function ends the program, asked in a child of this process: the
 * status that it exits with, or 128 and the signal, as a shell says it. 0: it
 * comes back.
 */
#ifndef TESTS_ENDS_H
#define TESTS_ENDS_H

int ends_with(void (*what)(const void *of), const void *of);

#endif
