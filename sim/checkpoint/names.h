/*
 * names: what checkpoints call their matrices. A row is one matrix of a
 * layer (other names of the same, or of what an engine fuses it into, behind
 * a bar); layers.N. or, in V4's MTP block, mtp.0. goes before it.
 */
#ifndef CHECKPOINT_NAMES_H
#define CHECKPOINT_NAMES_H

#include "model/model.h"

enum { NAME_CHARS = 160 /* size: the longest name of a module */ };

struct name {
	int module;		/* enum module; -1: nothing that a recipe has */
	bool place[SITE_NR];	/* in which layers */
	const char *text;
};

/* The rows of a family. */
const struct name *names_of(enum family, int *nr);

/* The model has such layers, and they have such a module. */
bool names_has(const struct model *, enum site, enum module);

/* "layers.3." of a layer, or what the MTP block after the last is called. */
void names_layer(const struct model *, int layer, char *out, int size);

/* What stands outside the layers: embedding, head, last norm; NULL: end. */
extern const char *const names_outer[];

/* The first words of what sees: a tower and its projector; NULL: end. */
extern const char *const names_vision[];

#endif
