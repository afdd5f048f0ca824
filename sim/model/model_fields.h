/*
 * model_fields: every field that a config.json fills of a struct model, by
 * name, so that a model can be written down and read back without its JSON.
 *
 * A field that is added to struct model and not here is lost on that way; a
 * test compares every shipped model before and after.
 */
#ifndef MODEL_MODEL_FIELDS_H
#define MODEL_MODEL_FIELDS_H

#include "base/text.h"
#include "model/model.h"

/* Lines "name TAB value", lists with blanks between. */
void model_fields_write(const struct model *, struct text *out);

/*
 * Set one field. 0, or -1 and a fault without a place: no such field, a value
 * that is none. name and lender are the caller's to set.
 */
int model_fields_set(struct model *, const char *name, const char *value,
		     struct fault *);

#endif
