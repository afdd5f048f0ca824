/*
 * index: model.safetensors.index.json, the list of a checkpoint's tensors,
 * against what we count.
 */
#ifndef CHECKPOINT_INDEX_H
#define CHECKPOINT_INDEX_H

#include <jansson.h>

#include "base/fault.h"
#include "model/model.h"

/*
 * An index of another model is refused: layers that the model has not, or
 * lacks. Without the tensors of an MTP block the model has none. Where its
 * total size is over 1 % from our count, model's left_out says which tensors
 * it holds that we do not count, or are stored otherwise than we think.
 */
int index_check(const json_t *, struct model *, struct fault *);

#endif
