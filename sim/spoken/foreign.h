/*
 * foreign: a sentence in German or Chinese, its numbers and the words about
 * them as an English one has them: "1,8 Mio. Token pro Sekunde", "2.150
 * Token/s", "每秒2.5万tokens". What is not known stays.
 */
#ifndef SPOKEN_FOREIGN_H
#define SPOKEN_FOREIGN_H

#include <stddef.h>

/* text may not be out. */
void foreign_plain(const char *text, char *out, size_t size);

#endif
