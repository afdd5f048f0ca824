/*
 * served: a serving run whose every figure is set by hand, for the suites of
 * what is said of one: three requests sent a second apart, the third never
 * admitted; times whose percentiles are round multiples of their means.
 */
#ifndef TESTS_SERVED_H
#define TESTS_SERVED_H

#include "say/serving_text.h"

struct served_toy {
	struct question q;
	struct model model;
	struct stack stack;
	struct serve_engine engine;
	struct serve_request request[3];
	struct serve_load load;
	struct serve_outcome of[3];
	struct serve_sample sample[2];
	struct serving_price price;
	struct serving_run run;
	struct serving_answer a;
	struct serve_log log;
	struct served s;
};

/* To be freed. */
struct served_toy *served_toy(void);

#endif
