#include "sheet/fact.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/text.h"

static const char *const origins[ORIGIN_NR] = {
	[ORIGIN_SPEC] = "spec",
	[ORIGIN_MEASURED] = "measured",
	[ORIGIN_REPORTED] = "reported",
	[ORIGIN_FITTED] = "fitted",
	[ORIGIN_ASSUMED] = "assumed",
	[ORIGIN_DERIVED] = "derived",
};

void facts_init(struct facts *fs, const char *name)
{
	memset(fs, 0, sizeof(*fs));
	fs->name = mem_copy(name);
}

static void fact_release(struct fact *f)
{
	free(f->key);
	free(f->text);
	free(f->source);
	free(f->note);
	free(f->file);
}

void facts_release(struct facts *fs)
{
	for (int i = 0; i < fs->nr; i++)
		fact_release(&fs->fact[i]);
	free(fs->fact);
	free(fs->slot);
	free(fs->name);
	memset(fs, 0, sizeof(*fs));
}

/* Where a key is, or where it would be put. */
static int slot_of(const struct facts *fs, const char *key)
{
	int at = (int)(text_hash(key) & (uint32_t)(fs->slots - 1));

	while (fs->slot[at] && strcmp(fs->fact[fs->slot[at] - 1].key, key))
		at = (at + 1) & (fs->slots - 1);
	return at;
}

/* The last key into the hash, which grows by doubling. The first stays. */
static void index_last(struct facts *fs)
{
	int first = fs->nr - 1;

	if (2 * fs->nr > fs->slots) {
		fs->slots = fs->slots ? 2 * fs->slots :
			    64;	/* size: room for 32 facts */
		free(fs->slot);
		fs->slot = mem_zeroed((size_t)fs->slots, sizeof(*fs->slot));
		first = 0;
	}
	for (int i = first; i < fs->nr; i++) {
		int at = slot_of(fs, fs->fact[i].key);

		if (!fs->slot[at])
			fs->slot[at] = i + 1;
	}
}

void facts_move(struct facts *fs, struct fact *f)
{
	assert(f->key);
	fs->fact = mem_grow(fs->fact, fs->nr, &fs->cap, sizeof(*fs->fact));
	fs->fact[fs->nr++] = *f;
	index_last(fs);
	memset(f, 0, sizeof(*f));
}

struct fact *facts_add(struct facts *fs, const char *key)
{
	struct fact f = { .key = mem_copy(key) };

	facts_move(fs, &f);
	return &fs->fact[fs->nr - 1];
}

void facts_add_copy(struct facts *out, const struct fact *f)
{
	struct fact g = *f;

	g.key = mem_copy(f->key);
	g.text = f->text ? mem_copy(f->text) : NULL;
	g.source = f->source ? mem_copy(f->source) : NULL;
	g.note = f->note ? mem_copy(f->note) : NULL;
	g.file = f->file ? mem_copy(f->file) : NULL;
	g.taken = false;
	facts_move(out, &g);
}

void facts_copy(struct facts *out, const struct facts *from)
{
	facts_init(out, from->name);
	for (int i = 0; i < from->nr; i++)
		facts_add_copy(out, &from->fact[i]);
}

struct facts facts_borrow(const struct facts *from)
{
	struct facts own;
	size_t nr;

	assert(from);
	own = *from;
	nr = (size_t)own.nr;

	own.fact = mem_zeroed(nr + 1, sizeof(*own.fact));
	if (nr)
		memcpy(own.fact, from->fact, nr * sizeof(*own.fact));
	return own;
}

struct fact *facts_find(const struct facts *fs, const char *key)
{
	int at = fs->slots ? fs->slot[slot_of(fs, key)] : 0;

	return at ? &fs->fact[at - 1] : NULL;
}

bool facts_have(const struct facts *fs, const char *key)
{
	return facts_find(fs, key) != NULL;
}

double facts_err(const struct facts *fs, const char *key)
{
	const struct fact *f = facts_find(fs, key);

	return f ? f->err : 0;
}

/* The fact whose key is most like this one, of those taken or those not. */
static const struct fact *nearest(const struct facts *fs, const char *key,
				  bool taken)
{
	const char **list = mem_zeroed((size_t)fs->nr, sizeof(*list));
	const char *word;
	int nr = 0;

	for (int i = 0; i < fs->nr; i++)
		if (fs->fact[i].taken == taken)
			list[nr++] = fs->fact[i].key;
	word = near_word(key, list, nr);
	free(list);
	return word ? facts_find(fs, word) : NULL;
}

const char *facts_home(const struct facts *fs)
{
	return fs->nr && fs->fact[0].file ? fs->fact[0].file : fs->name;
}

static int missing(const struct facts *fs, const char *key, enum dim dim,
		   struct fault *why)
{
	const struct fact *like = nearest(fs, key, false);

	fault_at(why, facts_home(fs), 0, 0);
	fault_what(why, "missing key \"%s\"", key);
	if (!like)
		return fault_remedy(why, "add a row %s,VALUE,ERR,UNIT,"
				    "ORIGIN,SOURCE,NOTE with the unit %s",
				    key, units_examples(dim));
	return fault_remedy(why, "line %d has \"%s\": write \"%s\"",
			    like->line, like->key, key);
}

bool fact_is_set(const struct fact *f)
{
	assert(f);
	return f->source && strcmp(f->source, FACT_SET) == 0;
}

int fault_at_fact(struct fault *why, const struct fact *f)
{
	if (!fact_is_set(f))
		return fault_at(why, f->file ? f->file : "", f->line, 0);
	fault_at(why, "", 0, 0);
	return fault_about(why, FACT_SET);
}

static int other_dim(const struct fact *f, enum dim dim, struct fault *why)
{
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is %s (%s), but must be %s", f->key,
		   units_dim_name(f->dim), f->unit, units_dim_name(dim));
	return fault_remedy(why, "write it in %s", units_examples(dim));
}

void facts_expect(struct facts *fs, const char *key)
{
	struct fact *f = facts_find(fs, key);

	if (f)
		f->taken = true;
}

/* The fact, marked as taken; NULL and the fault when it will not do. */
static const struct fact *take(struct facts *fs, const char *key,
			       enum dim dim, struct fault *why)
{
	struct fact *f = facts_find(fs, key);

	if (!f) {
		missing(fs, key, dim, why);
		return NULL;
	}
	f->taken = true;
	if (f->dim == dim)
		return f;
	other_dim(f, dim, why);
	return NULL;
}

int facts_number(struct facts *fs, const char *key, enum dim dim,
		 double *value, struct fault *why)
{
	const struct fact *f;

	assert(dim != DIM_NAME);
	f = take(fs, key, dim, why);
	if (!f)
		return -1;
	*value = f->value;
	return 0;
}

int facts_word(struct facts *fs, const char *key, const char **word,
	       struct fault *why)
{
	const struct fact *f = take(fs, key, DIM_NAME, why);

	if (!f)
		return -1;
	*word = f->text;
	return 0;
}

int facts_maybe(struct facts *fs, const char *key, enum dim dim,
		double *value, struct fault *why)
{
	if (!facts_have(fs, key))
		return 0;
	return facts_number(fs, key, dim, value, why);
}

int facts_all_taken(const struct facts *fs, struct fault *why)
{
	const struct fact *f = NULL, *like;

	for (int i = 0; i < fs->nr && !f; i++)
		if (!fs->fact[i].taken)
			f = &fs->fact[i];
	if (!f)
		return 0;
	fault_at(why, f->file ? f->file : fs->name, f->line, 0);
	fault_what(why, "nobody asks for key \"%s\"", f->key);
	like = nearest(fs, f->key, true);
	if (!like)
		return fault_remedy(why, "remove the row");
	return fault_remedy(why, "\"%s\" is a key that is asked for; "
			    "correct this one or remove the row", like->key);
}

const char *origin_name(enum origin o)
{
	assert(o >= 0 && o < ORIGIN_NR);
	return origins[o];
}

int origin_parse(const char *name, enum origin *o)
{
	for (int i = 0; i < ORIGIN_NR; i++) {
		if (strcmp(origins[i], name))
			continue;
		*o = (enum origin)i;
		return 0;
	}
	return -1;
}
