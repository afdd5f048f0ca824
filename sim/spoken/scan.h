/*
 * scan: a sentence that is no list of items: every figure in it is looked at
 * with the words about it, in any order; what stands between is told.
 * "DeepSeek-V3 on 8xH200: TTFT 1.2 s, TPOT 25 ms, 512 output tokens".
 */
#ifndef SPOKEN_SCAN_H
#define SPOKEN_SCAN_H

#include "spoken/phrase.h"

/*
 * "Concurrency: 10, TPOT (ms): 81.2, Output throughput (tok/s): 93.1", as
 * benchmark scripts print. False: it is no such list, and p is as it was.
 */
bool scan_lines(struct phrase *p, const char *text);

/* The text is one item: "over 250 tokens per second per user". */
bool scan_item(struct phrase *p, const char *text);

/*
 * Of a sentence without its names (spoken/naming), which the phrase has. False:
 * not one figure of it is read.
 */
bool scan_read(struct phrase *, const char *text);

#endif
