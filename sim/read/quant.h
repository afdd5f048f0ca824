/*
 * quant: the formats that a config.json's quantization_config and dtype say.
 */
#ifndef READ_QUANT_H
#define READ_QUANT_H

#include <jansson.h>

#include "base/fault.h"
#include "facts/model.h"

/*
 * Set model's formats from text (the text_config, or root itself); a
 * quantization_config of root counts when text has none. The fault must
 * stand at its file already. Formats that we cannot count are refused.
 */
int quant_read(const json_t *root, const json_t *text, struct model *,
	       struct fault *);

#endif
