/*
 * fleets: the plan that the suites of plans vary, and a shelf for them.
 */
#ifndef TESTS_FLEETS_H
#define TESTS_FLEETS_H

#include "plan/confidence.h"
#include "plan/fleet.h"
#include "library/shelf.h"

/* Open from fleet_setup to fleet_teardown: a checked fixture. */
extern struct shelf *fleet_shelf;

void fleet_setup(void);
void fleet_teardown(void);

/* DeepSeek's own: V3 at 4,989 tokens, 50 ms, up to 320 H800. */
struct fleet_spec fleet_asked(void);

/* The plan, or the test fails with the fault. */
void fleet_made(struct fleet *, const struct fleet_spec *);

/* The sheets of a choice: struct confidence_spec. */
int fleet_sheets(void *of, const struct scenario *, struct plan_sheets *);

#endif
