#include "checkpoint/index.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "checkpoint/names.h"

#define NEAR 0.01	/* math: sizes that agree */
#define BF16_B 2.0	/* size: bytes of a bf16 */

struct tensors {
	const json_t *map;
	double total_B;
	int layers;		/* one more than the last that is named */
	bool mtp;		/* of V4's own names */
	double repeated;	/* embedding, head of the MTP block: 0, 1, 2 */
	const char *stranger;	/* a name of none of our modules */
	int strangers;
};

/* layers.7. behind what engines put before: 7; else -1. */
static int number_after(const char *name, const char *word)
{
	const char *at = strstr(name, word);
	char *end;
	long n;

	if (!at || (at != name && at[-1] != '.'))
		return -1;
	at += strlen(word);
	n = *at >= '0' && *at <= '9' ?
		strtol(at, &end, 10) : -1;	/* units: decimal digits */
	return n >= 0 && n < 2 * MODEL_LAYERS && *end == '.' ? (int)n : -1;
}

static bool outside(const char *name)
{
	const char *last;

	for (int i = 0; names_vision[i]; i++)
		if (!strncmp(name, names_vision[i], strlen(names_vision[i])))
			return true;
	last = strstr(name, "layers.");
	return last && last != name && !strstr(name, "model.layers.") &&
	       !strstr(name, "language_model.");
}

static void one(struct tensors *t, const struct model *m, const char *name)
{
	int layer = number_after(name, "layers.");

	if (outside(name)) {
		if (!t->strangers++)
			t->stranger = name;
		return;
	}
	if (layer + 1 > t->layers)
		t->layers = layer + 1;
	t->mtp |= number_after(name, "mtp.") >= 0;
	if (layer == m->num_hidden_layers &&
	    (strstr(name, ".embed_tokens.") || strstr(name, ".head.")))
		t->repeated += 1;
}

static int read_tensors(struct tensors *t, const json_t *index,
			const struct model *m, struct fault *why)
{
	const json_t *size = json_object_get(json_object_get(index,
		"metadata"), "total_size");
	const char *name;
	json_t *value;

	*t = (struct tensors){ .map = json_object_get(index, "weight_map"),
			       .total_B = json_number_value(size) };
	if (json_is_string(size) && units_number(json_string_value(size),
						 &t->total_B))
		t->total_B = -1;
	if (!json_object_size(t->map))
		fault_what(why, "model.safetensors.index.json lacks "
			   "weight_map");
	else if (size && !json_is_null(size) && !(t->total_B > 0))
		fault_what(why, "model.safetensors.index.json has a "
			   "metadata.total_size that is no size");
	else
		why = NULL;
	if (why)
		return fault_remedy(why, "take the checkpoint's own, or "
				    "remove it");
	/* json_object_foreach wants a non-const object, and only reads it. */
	json_object_foreach((json_t *)t->map, name, value)
		one(t, m, name);
	return 0;
}

static int same_model(const struct tensors *t, const struct model *m,
		      struct fault *why)
{
	int most = m->num_hidden_layers + m->num_nextn_predict_layers;

	if (t->layers >= m->num_hidden_layers && t->layers <= most)
		return 0;
	fault_what(why, "model.safetensors.index.json is of another model: it "
		   "names %d layers, and this one has %d", t->layers,
		   m->num_hidden_layers);
	return fault_remedy(why, "take the index that belongs to this config, "
			    "or remove it");
}

/* A module's tensors have a scale: of any writer. */
static int scaled(const struct tensors *t, const struct model *m, int layer,
		  const char *row)
{
	static const char *const scales[] = { "weight_scale_inv",
		"weight_scale", "scale", "scales", "weight_packed" };
	static const char *const before[] = { "model.", "",
		"language_model.model." };
	char start[32], name[NAME_CHARS];	/* size: layers.999. */
	int len = (int)strcspn(row, "|");

	names_layer(m, layer, start, sizeof(start));
	for (int b = 0; b < 3; b++) {		/* size: of before */
		for (int i = 0; i < 5; i++) {	/* size: of scales */
			snprintf(name, sizeof(name), "%s%s%.*s.%s", before[b],
				 start, len, row, scales[i]);
			if (json_object_get(t->map, name))
				return 1;
		}
		snprintf(name, sizeof(name), "%s%s%.*s.weight", before[b],
			 start, len, row);
		if (json_object_get(t->map, name))
			return 0;
	}
	return -1;				/* not there under this name */
}

/* The first module that has a scale where we count none, or lacks one. */
static bool otherwise(const struct tensors *t, struct model *m)
{
	const int layer[SITE_NR] = { 0, m->num_hidden_layers - 1,
				     m->num_hidden_layers };
	int rows;
	const struct name *row = names_of(m->family, &rows);

	assert(layer[1] >= 0);
	for (int s = 0; s < SITE_NR; s++)
		for (int i = 0; i < rows; i++) {
			int has = scaled(t, m, layer[s], row[i].text);
			enum format f;

			if (row[i].module < 0 || !row[i].place[s] || has < 0)
				continue;
			f = kept_in(&m->kept, (enum site)s,
				    (enum module)row[i].module);
			if ((f == FORMAT_BF16) != has)
				continue;
			snprintf(m->left_out, sizeof(m->left_out), "the index "
				 "stores %s of the %s %s a scale, counted "
				 "here in %s", module_name((enum module)
				 row[i].module), site_name((enum site)s),
				 has ? "with" : "without", format_name(f));
			return true;
		}
	return false;
}

static bool near(double x, double of)
{
	return fabs(x / of - 1) <= NEAR;
}

/* As if all were bf16: DeepSeek's own index of its fp8 files says so. */
static bool as_bf16(const struct tensors *t, const struct model *m)
{
	double again = t->repeated * m->vocab_size * m->hidden_size;

	return near(t->total_B, BF16_B * (model_params(m) +
					  model_params_mtp(m) *
		m->num_nextn_predict_layers + again));
}

/* Some writers say no size. */
static void compare(const struct tensors *t, struct model *m)
{
	double ours = model_checkpoint_B(m) + t->repeated * BF16_B *
		      m->vocab_size * m->hidden_size;

	if (!(t->total_B > 0) || near(t->total_B, ours) ||
	    (as_bf16(t, m) && !otherwise(t, m)))
		return;
	if (t->total_B > ours && t->strangers > 0)
		snprintf(m->left_out, sizeof(m->left_out), "the index is of "
			 "%.1f GB, counted are %.1f: not %d tensors as "
			 "%.80s", units_giga(t->total_B), units_giga(ours),
			 t->strangers, t->stranger);
	else if (!otherwise(t, m))
		snprintf(m->left_out, sizeof(m->left_out), "the index is of "
			 "%.1f GB, counted are %.1f: a format is not as this "
			 "config says", units_giga(t->total_B),
			 units_giga(ours));
}

int index_check(const json_t *index, struct model *m, struct fault *why)
{
	struct tensors t;

	assert(m->num_hidden_layers >= 1);
	if (read_tensors(&t, index, m, why) || same_model(&t, m, why))
		return -1;
	if (m->family == FAMILY_V4 ? !t.mtp :
	    t.layers == m->num_hidden_layers)
		m->num_nextn_predict_layers = 0;
	compare(&t, m);
	return 0;
}
