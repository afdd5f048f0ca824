#include "model/kept.h"

#include <assert.h>
#include <string.h>

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const char *const names[MODULE_NR] = {
	[MODULE_Q_A] = "q_a", [MODULE_Q_B] = "q_b",
	[MODULE_KV_A] = "kv_a", [MODULE_KV_B] = "kv_b", [MODULE_O] = "o",
	[MODULE_INDEX_Q] = "index_q", [MODULE_INDEX_K] = "index_k",
	[MODULE_DENSE] = "dense", [MODULE_SHARED] = "shared",
	[MODULE_EXPERTS] = "experts",
};

/* The words of a recipe that stand for more than one module. */
static const struct {
	const char *word;
	enum module first, last;
} groups[] = {
	{ "all", MODULE_Q_A, MODULE_EXPERTS },
	{ "attention", MODULE_Q_A, MODULE_INDEX_K },
	{ "index", MODULE_INDEX_Q, MODULE_INDEX_K },
};

const char *module_name(enum module m)
{
	assert(m >= 0 && m < MODULE_NR);
	return names[m];
}

const char *site_name(enum site p)
{
	static const char *const name[SITE_NR] = {
		[SITE_DENSE] = "dense layers", [SITE_MOE] = "MoE layers",
		[SITE_MTP] = "MTP block",
	};

	assert(p >= 0 && p < SITE_NR);
	return name[p];
}

enum format kept_in(const struct kept *k, enum site p, enum module m)
{
	assert(p >= 0 && p < SITE_NR && m >= 0 && m < MODULE_NR);
	return (enum format)k->of[p][m];
}

struct kept kept_all(enum format linear, enum format experts)
{
	struct kept k;

	memset(k.of, linear, sizeof(k.of));
	for (int p = 0; p < SITE_NR; p++)
		k.of[p][MODULE_EXPERTS] = (unsigned char)experts;
	return k;
}

bool kept_attention_alike(const struct kept *k, enum site a, enum site b)
{
	return !memcmp(k->of[a], k->of[b], MODULE_DENSE);
}

/* ---- recipes ---- */

/* One word of a recipe, MODULE=FORMAT. */
struct word {
	const char *text;
	int len;
	int equals;		/* where the sign is */
};

static bool same(const struct word *w, int from, int to, const char *name)
{
	return (int)strlen(name) == to - from &&
	       !memcmp(w->text + from, name, (size_t)(to - from));
}

static int modules_of(const struct word *w, enum module *first,
		      enum module *last)
{
	for (int i = 0; i < NR(groups); i++) {
		if (!same(w, 0, w->equals, groups[i].word))
			continue;
		*first = groups[i].first;
		*last = groups[i].last;
		return 0;
	}
	for (int i = 0; i < MODULE_NR; i++) {
		if (!same(w, 0, w->equals, names[i]))
			continue;
		*first = *last = (enum module)i;
		return 0;
	}
	return -1;
}

static int format_of(const struct word *w, enum format *f, bool *native)
{
	*native = same(w, w->equals + 1, w->len, "native");
	if (*native)
		return 0;
	for (int i = 0; i < FORMAT_NR; i++) {
		if (!same(w, w->equals + 1, w->len,
			  format_name((enum format)i)))
			continue;
		*f = (enum format)i;
		return 0;
	}
	return -1;
}

static int word_apply(struct kept *k, const struct kept *from,
		      const struct word *w, struct fault *why)
{
	enum module first = MODULE_Q_A, last = MODULE_EXPERTS;
	bool mtp = same(w, 0, w->equals, "mtp"), native;
	enum format f = FORMAT_BF16;

	if (!mtp && modules_of(w, &first, &last)) {
		fault_what(why, "\"%.*s\" is no module of a recipe",
			   w->equals, w->text);
		return fault_remedy(why, "write all, attention, q_a, q_b, "
				    "kv_a, kv_b, o, index, dense, shared, "
				    "experts or mtp");
	}
	if (format_of(w, &f, &native)) {
		fault_what(why, "\"%.*s\" is no format of a recipe",
			   w->len - w->equals - 1, w->text + w->equals + 1);
		return fault_remedy(why, "write native, bf16, fp8, nvfp4, "
				    "mxfp4, int4 or int8");
	}
	for (int p = mtp ? SITE_MTP : 0; p < SITE_NR; p++)
		for (int m = (int)first; m <= (int)last; m++)
			k->of[p][m] = native ? from->of[p][m] :
				(unsigned char)f;
	return 0;
}

int kept_apply(struct kept *k, const struct kept *native, const char *words,
	       struct fault *why)
{
	const struct kept from = *native;
	const char *p = words + strspn(words, " ");

	assert(k && native && words);
	while (*p) {
		struct word w = { p, (int)strcspn(p, " "), 0 };
		const char *sign = memchr(p, '=', (size_t)w.len);

		if (!sign) {
			fault_what(why, "\"%.*s\" is no MODULE=FORMAT",
				   w.len, p);
			return fault_remedy(why, "write all=fp8 or "
					    "experts=nvfp4, a blank between");
		}
		w.equals = (int)(sign - p);
		if (word_apply(k, &from, &w, why))
			return -1;
		p += w.len;
		p += strspn(p, " ");
	}
	return 0;
}

void kept_words(const struct kept *k, enum site p, struct text *out)
{
	const unsigned char *of = k->of[p];
	bool one = true;

	assert(k && out);
	for (int m = 1; m < MODULE_EXPERTS; m++)
		one = one && of[m] == of[0];
	if (one) {
		text_add(out, format_name((enum format)of[0]));
		return;
	}
	for (int f = 0; f < FORMAT_NR; f++) {
		const char *before = out->len ? "; " : "";
		size_t len = out->len;

		for (int m = 0; m < MODULE_EXPERTS; m++)
			if (of[m] == f)
				text_addf(out, "%s%s", out->len > len ? " " :
					  before, names[m]);
		if (out->len > len)
			text_addf(out, " %s", format_name((enum format)f));
	}
}
