/*
 * restate: keys of newer writers that say again what other keys say. They are
 * read to be compared: a config that contradicts itself is refused.
 */
#ifndef CHECKPOINT_RESTATE_H
#define CHECKPOINT_RESTATE_H

#include <jansson.h>

#include "base/fault.h"
#include "model/model.h"

bool restate_knows(const char *key, enum family);

/* Of a model whose sizes are set. 0, or -1 and the fault. */
int restate_check(const json_t *text, const struct model *, struct fault *);

/*
 * DSA: which layers have an indexer of their own, from indexer_types, else
 * index_topk_pattern, else index_topk_freq and index_skip_topk_offset; the
 * others attend to what the last of these picked. Fills the map of layers
 * when there are such.
 */
int restate_indexers(const json_t *text, struct model *, struct fault *);

#endif
