/*
 * quant: the formats that a checkpoint's quantisation block says, module by
 * module: config.json's quantization_config, or NVIDIA's hf_quant_config.json
 * beside it.
 */
#ifndef CHECKPOINT_QUANT_H
#define CHECKPOINT_QUANT_H

#include <jansson.h>

#include "base/fault.h"
#include "model/model.h"

/*
 * Set model's formats from text (the text_config, or root itself); a
 * quantization_config of root counts when text has none or null. nvidia is
 * hf_quant_config.json, or NULL; where both say something they must say the
 * same. The sizes must be set, and the fault stand at its file already.
 * Formats that we cannot count are refused. AWQ, GPTQ, AutoRound and
 * compressed-tensors go through Transformers, which drops the MTP block: the
 * model has none then, and left_out says so, unless an index is there to
 * tell, or the list of what is left alone shows that the files were rewritten
 * as they are.
 */
struct quant_spec {
	const json_t *root, *text, *nvidia;
	bool indexed;		/* an index says whether MTP is in it */
};

int quant_read(const struct quant_spec *, struct model *, struct fault *);

#endif
