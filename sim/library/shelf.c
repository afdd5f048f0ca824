#include "library/shelf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "checkpoint/config.h"
#include "claims/known.h"
#include "read/place.h"
#include "read/sheet.h"
#include "library/stack_sheet.h"

enum kind { KIND_GPU, KIND_STACK, KIND_MODEL };

/* A stack as one architecture gets it. */
struct reading {
	char *arch;		/* owned */
	struct stack stack;
	bool failed;		/* likewise: */
	struct fault fault;
};

/* One sheet that was asked for: what was asked, its facts, what they make. */
struct book {
	enum kind kind;
	char *name;		/* as asked, settings and all */
	char *plain;		/* without them */
	const char *set;	/* in name; blank: none */
	char *date;
	struct facts facts;
	struct gpu gpu;
	struct reading **reading;	/* of a stack; each owned */
	int readings;
	int readings_cap;
	struct model model;
	bool failed;		/* it is asked for again in every row, */
	struct fault fault;	/* and read once all the same */
};

struct shelf {
	struct library library;
	struct granted granted;	/* read when it is first asked for */
	bool has_granted;
	struct text root;	/* the data folder; empty: none found */
	struct book **book;	/* each owned; they never move */
	int nr;
	int cap;
};

static void book_free(struct book *b)
{
	facts_release(&b->facts);
	for (int i = 0; i < b->readings; i++) {
		free(b->reading[i]->arch);
		free(b->reading[i]);
	}
	free(b->reading);
	free(b->name);
	free(b->plain);
	free(b->date);
	free(b);
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->nr; i++)
		book_free(s->book[i]);
	free(s->book);
	text_release(&s->root);
	free(s);
}

static struct book *find(const struct shelf *s, enum kind kind,
			 const char *name, const char *date)
{
	for (int i = 0; i < s->nr; i++) {
		struct book *b = s->book[i];

		if (b->kind == kind && !strcmp(b->name, name) &&
		    !strcmp(b->date, date))
			return b;
	}
	return NULL;
}

static struct book *book_new(enum kind kind, const char *name,
			     const char *date)
{
	struct book *b = mem_zeroed(1, sizeof(*b));
	const char *mark = strchr(name, SET_MARK);

	b->kind = kind;
	b->name = mem_copy(name);
	b->plain = mem_copy(name);
	b->set = "";
	if (mark) {
		b->plain[mark - name] = '\0';
		b->set = b->name + (mark - name) + 1;
	}
	b->date = mem_copy(date);
	return b;
}

static int read_gpu(struct shelf *s, struct book *b, struct fault *why)
{
	struct text path = TEXT_INIT;
	int rc = place_find(&path, s->root.buf, &place_gpus, b->plain, why);

	if (!rc)
		rc = facts_load(&b->facts, path.buf, why);
	text_release(&path);
	if (!rc)
		rc = facts_set(&b->facts, b->set, HOME_GPU, why);
	return rc ? rc : gpu_take(&b->gpu, &b->facts, why);
}

static int read_stack(struct shelf *s, struct book *b, struct fault *why)
{
	if (stack_sheet_load(&b->facts, s->root.buf, b->plain, b->date, why))
		return -1;
	return facts_set(&b->facts, b->set, HOME_STACK, why);
}

/* A family's experts are routed much alike, and quantised by one recipe. */
static int borrow(struct shelf *s, struct book *b, struct fault *why)
{
	static const char *const alike[] = { "routing.", "recipe." };
	struct facts lent = { 0 };
	struct text path = TEXT_INIT;
	int rc = place_find(&path, s->root.buf, &place_sheets, b->model.lender,
			    why);

	if (!rc)
		rc = facts_load(&lent, path.buf, why);
	for (int i = 0; !rc && i < lent.nr; i++)
		for (int a = 0; a < 2; a++)
			if (!strncmp(lent.fact[i].key, alike[a],
				     strlen(alike[a])))
				facts_add_copy(&b->facts, &lent.fact[i]);
	facts_release(&lent);
	text_release(&path);
	return rc;
}

/* The last folder of a path that ends in a slash, into name. */
static void folder_name(const char *path, size_t len, struct text *name)
{
	size_t from;

	while (len > 0 && path[len - 1] == '/')
		len--;
	for (from = len; from > 0 && path[from - 1] != '/';)
		from--;
	text_addn(name, path + from, len - from);
}

/* x/NAME.json: NAME, and x/NAME.csv; NAME/config.json: NAME likewise. */
static void beside(const char *json, struct text *name, struct text *sheet)
{
	const char *slash = strrchr(json, '/');
	const char *base = slash ? slash + 1 : json;
	const char *dot = strrchr(base, '.');
	size_t stem = dot ? (size_t)(dot - base) : strlen(base);

	if (slash && !strcmp(base, "config.json"))
		folder_name(json, (size_t)(base - json), name);
	if (!name->len)
		text_addn(name, base, stem);
	text_addn(sheet, json, (size_t)(base - json) + stem);
	text_add(sheet, ".csv");
}

static int read_sheet(struct shelf *s, struct book *b, const char *json,
		      struct fault *why)
{
	struct text name = TEXT_INIT, sheet = TEXT_INIT;
	bool own;
	int rc;

	beside(json, &name, &sheet);
	own = !access(sheet.buf, F_OK);
	if (own) {
		rc = facts_load(&b->facts, sheet.buf, why);
	} else {
		facts_init(&b->facts, name.buf);
		rc = borrow(s, b, why);
	}
	text_release(&name);
	text_release(&sheet);
	if (rc || facts_set(&b->facts, b->set, HOME_MODEL, why) ||
	    model_take(&b->model, &b->facts, why))
		return -1;
	b->model.routing_borrowed = !own;
	return 0;
}

/* A name that has a sheet, or else one that people know: what shape it has. */
static int find_named(struct shelf *s, const char *name, struct text *path,
		      struct fault *why)
{
	const char *shape = known_model(name);

	if (!place_find(path, s->root.buf, &place_models, name, why))
		return 0;
	if (s->root.buf && known_stranger(name))
		return fault_remedy(why, "no sheet has its shape, which is "
				    "not modelled");
	return shape && s->root.buf ? fault_remedy(why, "write \"%s\", whose "
		"shape it has, or the path of its config.json", shape) : -1;
}

/* A checkpoint's folder stands for the config.json in it. */
static int find_model(struct shelf *s, const char *name, struct text *path,
		      struct fault *why)
{
	if (!place_is_folder(name) ||
	    (!place_is_path(name) && place_has(s->root.buf, "models", name)))
		return find_named(s, name, path, why);
	text_addf(path, "%s%sconfig.json", name,
		  name[strlen(name) - 1] == '/' ? "" : "/");
	if (!access(path->buf, F_OK))
		return 0;
	fault_at(why, name, 0, 0);
	fault_what(why, "there is no config.json in this folder");
	return fault_remedy(why, "give the folder of a checkpoint as Hugging "
			    "Face has it, or the path of its config");
}

static int read_model(struct shelf *s, struct book *b, struct fault *why)
{
	struct text path = TEXT_INIT;
	int rc = find_model(s, b->plain, &path, why);

	if (!rc)
		rc = config_load(&b->model, path.buf, why);
	if (!rc)
		rc = read_sheet(s, b, path.buf, why);
	text_release(&path);
	return rc;
}

/* The book, read now or before; NULL and the fault. */
static struct book *ask(struct shelf *s, enum kind kind, const char *name,
			const char *date, struct fault *why)
{
	static int (*const readers[])(struct shelf *, struct book *,
				      struct fault *) = {
		[KIND_GPU] = read_gpu,
		[KIND_STACK] = read_stack,
		[KIND_MODEL] = read_model,
	};
	struct book *b = find(s, kind, name, date);

	if (!b) {
		b = book_new(kind, name, date);
		b->failed = readers[kind](s, b, &b->fault) != 0;
		s->book = mem_grow(s->book, s->nr, &s->cap, sizeof(*s->book));
		s->book[s->nr++] = b;
	}
	if (!b->failed)
		return b;
	*why = b->fault;
	return NULL;
}

const struct gpu *shelf_gpu(struct shelf *s, const char *name,
			    struct fault *why)
{
	struct book *b = ask(s, KIND_GPU, name, "", why);

	assert(name);
	return b ? &b->gpu : NULL;
}

static struct reading *reading_of(struct book *b, const char *arch)
{
	struct reading *r;

	for (int i = 0; i < b->readings; i++)
		if (!strcmp(b->reading[i]->arch, arch))
			return b->reading[i];
	r = mem_zeroed(1, sizeof(*r));
	r->arch = mem_copy(arch);
	r->failed = stack_take(&r->stack, &b->facts, r->arch, &r->fault) != 0;
	b->reading = mem_grow(b->reading, b->readings, &b->readings_cap,
			      sizeof(*b->reading));
	b->reading[b->readings++] = r;
	return r;
}

/* The stack of a book as an architecture gets it, made now or before. */
static const struct stack *stack_in(struct book *b, const char *arch,
				    struct fault *why)
{
	const struct reading *r = reading_of(b, arch);

	if (!r->failed)
		return &r->stack;
	*why = r->fault;
	return NULL;
}

const struct stack *shelf_stack(struct shelf *s,
				const struct stack_spec *spec,
				struct fault *why)
{
	struct book *b = ask(s, KIND_STACK, spec->name, spec->date, why);

	assert(spec->name);
	return b ? stack_in(b, spec->arch, why) : NULL;
}

const struct model *shelf_model(struct shelf *s, const char *name,
				struct fault *why)
{
	struct book *b = ask(s, KIND_MODEL, name, "", why);

	assert(name);
	return b ? &b->model : NULL;
}

/* ---- the shelf as a library ---- */

static const struct gpu *lend_gpu(void *of, const char *name,
				  struct fault *why)
{
	return shelf_gpu(of, name, why);
}

static const struct stack *lend_stack(void *of,
				      const struct stack_spec *spec,
				      struct fault *why)
{
	return shelf_stack(of, spec, why);
}

static const struct model *lend_model(void *of, const char *name,
				      struct fault *why)
{
	return shelf_model(of, name, why);
}

static const struct granted *lend_granted(void *of, struct fault *why)
{
	struct shelf *s = of;
	struct facts prior = { 0 };

	if (!s->has_granted)
		s->has_granted = !shelf_sheet(s, "hw/stacks", "prior", &prior,
					      why) &&
				 !granted_take(&s->granted, &prior, why);
	facts_release(&prior);
	return s->has_granted ? &s->granted : NULL;
}

struct shelf *shelf_open(void)
{
	struct shelf *s = mem_zeroed(1, sizeof(*s));

	place_root(&s->root);
	s->library = (struct library){ lend_gpu, lend_stack, lend_model, s,
					lend_granted };
	return s;
}

const struct library *shelf_library(struct shelf *s)
{
	return &s->library;
}

static const struct facts *facts_of(struct shelf *s, enum kind kind,
				    const char *name, const char *date)
{
	struct book *b = find(s, kind, name, date);

	return b && !b->failed ? &b->facts : NULL;
}

const struct facts *shelf_gpu_facts(struct shelf *s, const char *name)
{
	return facts_of(s, KIND_GPU, name, "");
}

const struct facts *shelf_stack_facts(struct shelf *s, const char *name,
				      const char *date)
{
	return facts_of(s, KIND_STACK, name, date);
}

const struct facts *shelf_model_facts(struct shelf *s, const char *name)
{
	return facts_of(s, KIND_MODEL, name, "");
}

struct shelf_sheets shelf_sheets(struct shelf *s, const struct scenario *of)
{
	const char *const plain[] = { of->hw, of->stack, of->model };
	char name[3][2 * SCENARIO_WORD];	/* size: of those */
	char mark[] = { *of->set ? SET_MARK : '\0', '\0' };

	assert(s && of);
	for (int i = 0; i < 3; i++)		/* size: likewise */
		snprintf(name[i], sizeof(name[i]), "%s%s%s", plain[i], mark,
			 of->set);
	return (struct shelf_sheets){ facts_of(s, KIND_GPU, name[0], ""),
		facts_of(s, KIND_STACK, name[1], of->date),
		facts_of(s, KIND_MODEL, name[2], "") };
}

static int by_place(const void *a, const void *b)
{
	const struct fact *const *x = a, *const *y = b;
	int order = strcmp((*x)->file, (*y)->file);

	return order ? order : (*x)->line - (*y)->line;
}

void shelf_origins(const struct shelf *s, int nr[ORIGIN_NR])
{
	const struct fact **taken = NULL;
	int all = 0, cap = 0;

	assert(s && nr);
	for (int i = 0; i < s->nr; i++)
		for (int k = 0; k < s->book[i]->facts.nr; k++) {
			if (!s->book[i]->facts.fact[k].taken)
				continue;
			taken = mem_grow(taken, all, &cap, sizeof(*taken));
			taken[all++] = &s->book[i]->facts.fact[k];
		}
	if (all)
		qsort(taken, (size_t)all, sizeof(*taken), by_place);
	for (int o = 0; o < ORIGIN_NR; o++)
		nr[o] = 0;
	for (int i = 0; i < all; i++)
		if (!i || by_place(&taken[i - 1], &taken[i]))
			nr[taken[i]->origin]++;
	free(taken);
}

int shelf_has(struct shelf *s, const char *folder, const char *name)
{
	return place_has(s->root.buf, folder, name);
}

int shelf_sheet(struct shelf *s, const char *folder, const char *name,
		struct facts *out, struct fault *why)
{
	struct text path = TEXT_INIT;
	int rc;

	assert(s && folder && name && out);
	text_addf(&path, "%s/%s/%s.csv", s->root.buf ? s->root.buf : ".",
		  folder, name);
	rc = facts_load(out, path.buf, why);
	text_release(&path);
	return rc;
}
