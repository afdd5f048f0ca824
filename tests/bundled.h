/*
 * bundled: what ships in one text, as an embedding program has it; made once.
 */
#ifndef TESTS_BUNDLED_H
#define TESTS_BUNDLED_H

const char *bundled(void);

#endif
