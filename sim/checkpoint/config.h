/*
 * config: a Hugging Face config.json, through jansson, to a model.
 */
#ifndef CHECKPOINT_CONFIG_H
#define CHECKPOINT_CONFIG_H

#include <stddef.h>

#include "base/fault.h"
#include "model/model.h"

/*
 * Fill the config half of a model. Descends into text_config. The family is
 * told by model_type (keys.h lists them) and by the keys that it must
 * have. Every key that the family needs must be there with the right type;
 * keys known to change nothing here are skipped; any other key is a fault
 * that names it, so that a renamed key is never taken for a missing one.
 * Beside a text_config (whose siblings describe a vision tower) only
 * quantization_config is read. model->name and the sheet's half are not
 * touched.
 */

/*
 * From a file; beside one called config.json a checkpoint's other two are
 * read where they are: hf_quant_config.json, whose formats must not
 * contradict, and model.safetensors.index.json (checkpoint/index.h).
 */
int config_load(struct model *, const char *path, struct fault *);
int config_parse(struct model *, const char *name, const char *bytes,
		 size_t len, struct fault *);

/*
 * The same from the bytes of all three, config, hf_quant_config and index;
 * those of length 0 are not there.
 */
enum { CONFIG_FILES = 3 /* size: of a checkpoint */ };

struct config_bytes {
	const char *at;
	size_t len;
};

int config_parse_all(struct model *, const char *name,
		     const struct config_bytes file[CONFIG_FILES],
		     struct fault *);

#endif
