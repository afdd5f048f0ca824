/*
 * derived: what follows from a descriptor alone, as facts that can be printed
 * beside those of its sheet. Each function adds to facts that are initialised.
 *
 * text is the value in unit, written plainly; value is in the base unit. FLOP
 * (a count) and FLOP/B (a ratio) stand in unit only: no sheet may use them.
 */
#ifndef INSIDE_DERIVED_H
#define INSIDE_DERIVED_H

#include "facts/gpu.h"
#include "model/model.h"

/* Of origin derived; source is the formula in words. */
void derived_gpu(const struct gpu *, struct facts *);
void derived_model(const struct model *, struct facts *);

/* The fields of a config.json that are read, of origin spec; source: path. */
void derived_config(const struct model *, const char *path, struct facts *);

/*
 * stored_bytes and its MTP part, stored_bytes_mtp, in a format or by a recipe
 * (model_stored). 0, or -1: there is no such.
 */
int derived_stored(const struct model *, const char *weights,
		   struct facts *out);

#endif
