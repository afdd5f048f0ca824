/*
 * allocated: how often the program has asked for memory, by any of the three
 * calls; what libraries ask for is not counted. The Makefile links the suites
 * so that each call comes by here.
 */
#ifndef TESTS_ALLOCATED_H
#define TESTS_ALLOCATED_H

long allocated(void);		/* times, since the start, on all threads */

#endif
