#include "tasks/offers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "read/place.h"
#include "read/sheet.h"

static const struct place place_offers = { "hw/offers", ".csv", "offer",
					   NULL };

int offers_add(struct offers *o, const char *name, struct fault *why)
{
	struct text path = TEXT_INIT, root = TEXT_INIT;
	int rc = -1;

	assert(name);
	fault_at(why, "", 0, 0);
	if (o->nr == OFFERS_MOST) {
		fault_what(why, "these are over %d offers", OFFERS_MOST);
		return fault_remedy(why, "name fewer");
	}
	place_root(&root);
	if (place_is_path(name)) {
		text_add(&path, name);
		rc = 0;
	} else {
		rc = place_find(&path, root.buf, &place_offers, name, why);
	}
	if (!rc) {
		struct facts *f = &o->sheet[o->nr];

		rc = facts_load(f, path.buf, why);
		o->nr++;
		if (!rc)
			rc = offer_take(&o->offer[o->nr - 1], f, why);
		if (rc && !*why->file)
			snprintf(why->file, sizeof(why->file), "%.190s",
				 path.buf);
	}
	text_release(&path);
	text_release(&root);
	return rc;
}

int offers_list(struct offers *o, const char *names, struct fault *why)
{
	assert(o && names);
	if (!*names) {
		fault_at(why, "", 0, 0);
		fault_what(why, "no offer is named");
		return fault_remedy(why, "name some of token-api, ptu, "
				    "model-unit and bare-metal");
	}
	while (*names) {
		char one[192];		/* size: a path */
		size_t len = strcspn(names, ",");

		snprintf(one, sizeof(one), "%.*s", (int)len, names);
		if (offers_add(o, one, why))
			return -1;
		names += len + (names[len] == ',');
	}
	return 0;
}

void offers_release(struct offers *o)
{
	for (int i = 0; i < o->nr; i++)
		facts_release(&o->sheet[i]);
	o->nr = 0;
}
