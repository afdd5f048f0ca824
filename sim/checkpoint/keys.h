/*
 * keys: the keys of a config.json by family: which must be there, which may,
 * which change nothing, which say another architecture.
 */
#ifndef CHECKPOINT_KEYS_H
#define CHECKPOINT_KEYS_H

#include <jansson.h>

#include "model/model.h"

#define FAMILIES_KNOWN "families known: deepseek_v2, deepseek_v3, kimi_k2, " \
	"glm4_moe_lite, deepseek_v32, glm_moe_dsa, deepseek_v4"

/* Refuse the first key, in the file's order, that the family does not know. */
int keys_check(const json_t *text, const struct model *, struct fault *);

/* Fill the model's sizes, those of other families with 0. */
int keys_sizes(const json_t *text, struct model *, struct fault *);

#endif
