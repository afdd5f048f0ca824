/*
 * concept: what a figure is of by the kind of its unit and single words of its
 * name, where the name as a whole is none that is known: "Minimum latency
 * throughput" in tok/s, "Interconnect" in TB/s. A guess, and said to be one.
 */
#ifndef WORDS_CONCEPT_H
#define WORDS_CONCEPT_H

#include "words/quantity.h"

/* unit: beside or behind the figure. Q_NR: there is no telling. */
enum quantity concept_called(const char *name, const char *unit);

#endif
