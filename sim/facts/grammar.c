#include "facts/grammar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/mem.h"
#include "base/near.h"
#include "facts/arched.h"
#include "facts/terms.h"
#include "sheet/want.h"

enum { KEY_WORDS = 4 /* size: law.KERNEL.ARCH.PARAM */ };

static const char *const roles[ROLE_NR + 1] = {
	[ROLE_GEMM_BF16] = "gemm_bf16",
	[ROLE_GEMM_FP8] = "gemm_fp8",
	[ROLE_GEMM_NVFP4] = "gemm_nvfp4",
	[ROLE_GEMM_MXFP4] = "gemm_mxfp4",
	[ROLE_GEMM_INT4] = "gemm_int4",
	[ROLE_GEMM_INT8] = "gemm_int8",
	[ROLE_BMM] = "bmm",
	[ROLE_MLA_BF16_H128] = "mla_bf16_h128",
	[ROLE_MLA_BF16_H64] = "mla_bf16_h64",
	[ROLE_MLA_BF16_H16] = "mla_bf16_h16",
	[ROLE_MLA_FP8_H128] = "mla_fp8_h128",
	[ROLE_MLA_FP8_H64] = "mla_fp8_h64",
	[ROLE_MLA_FP8_H16] = "mla_fp8_h16",
	[ROLE_SPARSE_MLA] = "sparse_mla",
	[ROLE_SPARSE_FEW] = "sparse_few",
	[ROLE_SPARSE_MLA_BF16] = "sparse_mla_bf16",
	[ROLE_SPARSE_FEW_BF16] = "sparse_few_bf16",
	[ROLE_SPARSE_V4] = "sparse_v4",
	[ROLE_MHA] = "mha",
	[ROLE_MHA_FP8] = "mha_fp8",
	[ROLE_SPARSE_PREFILL] = "sparse_prefill",
	[ROLE_INDEX] = "index",
	[ROLE_PICK] = "pick",
	[ROLE_MIX] = "mix",
	[ROLE_MOE_BF16] = "moe_bf16",
	[ROLE_MOE_FP8] = "moe_fp8",
	[ROLE_MOE_NVFP4] = "moe_nvfp4",
	[ROLE_MOE_MXFP4] = "moe_mxfp4",
	[ROLE_MOE_INT4] = "moe_int4",
	[ROLE_MOE_W4AFP8] = "moe_w4afp8",
	[ROLE_MOE_INT8] = "moe_int8",
	[ROLE_MOE_FP8_PROMPTS] = "moe_fp8_prompts",
	[ROLE_MASKED_BF16] = "masked_bf16",
	[ROLE_MASKED_FP8] = "masked_fp8",
	[ROLE_MASKED_NVFP4] = "masked_nvfp4",
	[ROLE_MASKED_MXFP4] = "masked_mxfp4",
	[ROLE_MASKED_INT4] = "masked_int4",
	[ROLE_MASKED_W4AFP8] = "masked_w4afp8",
	[ROLE_MASKED_INT8] = "masked_int8",
	[ROLE_FUSED_FP8] = "fused_fp8",
	[ROLE_FUSED_NVFP4] = "fused_nvfp4",
	[ROLE_FUSED_MXFP4] = "fused_mxfp4",
	[ROLE_STREAM] = "stream",
	[ROLE_NR] = "any",
};

static const char *const wires[WIRE_NR] = {
	[WIRE_ALLREDUCE] = "allreduce",
	[WIRE_GATHER] = "gather",
	[WIRE_SCATTER] = "scatter",
	[WIRE_DISPATCH] = "dispatch",
	[WIRE_COMBINE] = "combine",
	[WIRE_DISPATCH_NODE] = "dispatch_node",
	[WIRE_COMBINE_NODE] = "combine_node",
	[WIRE_DISPATCH_RACK] = "dispatch_rack",
	[WIRE_COMBINE_RACK] = "combine_rack",
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A key, cut at its full stops. */
struct key {
	char buf[KEY_CHARS];
	const char *word[KEY_WORDS];
	int nr;			/* KEY_WORDS + 1: more than that */
};

static void key_cut(struct key *k, const char *text)
{
	char *p = k->buf;

	memset(k->word, 0, sizeof(k->word));
	snprintf(k->buf, sizeof(k->buf), "%s", text);
	for (k->nr = 0; p && k->nr < KEY_WORDS; k->nr++) {
		k->word[k->nr] = p;
		p = strchr(p, '.');
		if (p)
			*p++ = '\0';
	}
	if (p || strlen(text) >= sizeof(k->buf))
		k->nr = KEY_WORDS + 1;
}

/* A remedy: the nearest of the list, or all of it. Always -1. */
static int one_of(struct fault *why, const char *word,
		  const char *const *list, int nr)
{
	const char *like = near_word(word, list, nr);
	char all[256] = ""; /* size: what a remedy has room for */

	if (like)
		return fault_remedy(why, "did you mean \"%s\"?", like);
	for (int i = 0; i < nr; i++) {
		size_t len = strlen(all);

		snprintf(all + len, sizeof(all) - len, " %s", list[i]);
	}
	return fault_remedy(why, "write one of%s", all);
}

/* The word's index in the list, or -1 and the fault. */
static int index_of(const struct fact *f, const char *word,
		    const char *const *list, int nr, struct fault *why)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(word, list[i]))
			return i;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is unknown in \"%s\"", word, f->key);
	return one_of(why, word, list, nr);
}

static int words_are(const struct fact *f, const struct key *k, int nr,
		     const char *form, struct fault *why)
{
	if (k->nr == nr)
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" has not the form %s", f->key, form);
	return fault_remedy(why, "write %s", form);
}

static const char arch_head[] = "arch.";
static const char any[] = "any", nobody[] = "none";

static const struct fact *arch_row(const struct facts *facts,
				   const char *arch)
{
	char key[2 * KEY_CHARS];

	text_join(key, sizeof(key), (const char *const[]){
		arch_head, arch, NULL });
	return facts_find(facts, key);
}

bool grammar_knows(const struct facts *facts, const char *arch)
{
	return !strcmp(arch, any) || arch_row(facts, arch);
}

/* A word that is no architecture of the sheet. Always -1. */
static int no_arch(const struct facts *facts, const struct fact *f,
		   const char *word, struct fault *why)
{
	const char **list = mem_zeroed((size_t)facts->nr + 1, sizeof(*list));
	size_t head = strlen(arch_head);
	const char *like;
	int nr = 0;

	for (int i = 0; i < facts->nr; i++)
		if (!strncmp(facts->fact[i].key, arch_head, head))
			list[nr++] = facts->fact[i].key + head;
	list[nr++] = any;
	like = near_word(word, list, nr);
	free(list);
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is unknown in \"%s\"", word, f->key);
	if (like)
		return fault_remedy(why, "did you mean \"%s\"?", like);
	return fault_remedy(why, "make it an architecture of the sheet: "
			    "%s%s,any", arch_head, word);
}

static int check_place(const struct facts *facts, const struct fact *f,
		       const char *word, struct fault *why)
{
	return grammar_knows(facts, word) ? 0 : no_arch(facts, f, word, why);
}

/* arch.WORD names the architecture whose laws stand in for its own. */
static int check_arch(struct facts *facts, const struct fact *f,
		      const struct key *k, struct fault *why)
{
	const struct fact *next = f;
	const char *word;
	int places = 2;

	if (words_are(f, k, 2, "arch.WORD", why) ||
	    facts_word(facts, f->key, &word, why) ||
	    check_place(facts, f, word, why))
		return -1;
	while (next && strcmp(next->text, any) && places++ < ARCH_PLACES)
		next = arch_row(facts, next->text);
	if (places < ARCH_PLACES)
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" leads back to itself", f->key);
	return fault_remedy(why, "a chain of architectures ends in \"any\"");
}


/* The first row of a law, a time, is there. */
static int first_there(struct facts *facts, const char *root,
		       const char *param, struct fault *why)
{
	char key[2 * KEY_CHARS];
	double s;

	text_join(key, sizeof(key), (const char *const[]){
		root, ".", param, NULL });
	return facts_number(facts, key, DIM_S, &s, why);
}

/*
 * A row that is not the first of its law asks for that one, the first for all
 * that the law needs: so a law is read once, and none is left in part.
 */
static int check_law(struct facts *facts, const struct fact *f,
		     const struct key *k, struct fault *why)
{
	const char *param = k->word[KEY_WORDS - 1], *list[TERMS_MOST];
	struct law law;
	char root[KEY_CHARS];

	if (words_are(f, k, KEY_WORDS, "law.KERNEL.ARCH.PARAM", why) ||
	    check_place(facts, f, k->word[2], why) ||
	    index_of(f, param, list, law_terms(list), why) < 0)
		return -1;
	text_join(root, sizeof(root), (const char *const[]){
		"law.", k->word[1], ".", k->word[2], NULL });
	if (!strcmp(param, list[0]))
		return law_take(&law, root, facts, why);
	return first_there(facts, root, list[0], why);
}

static int check_wire(struct facts *facts, const struct fact *f,
		      const struct key *k, struct fault *why)
{
	const char *param = k->word[KEY_WORDS - 1], *list[TERMS_MOST];
	struct wire wire;
	char root[KEY_CHARS];
	int kind;

	if (words_are(f, k, KEY_WORDS, "wire.WIRE.ARCH.PARAM", why))
		return -1;
	kind = index_of(f, k->word[1], wires, WIRE_NR, why);
	if (kind < 0 || check_place(facts, f, k->word[2], why))
		return -1;
	if (index_of(f, param, list, wire_terms((enum wire_kind)kind, list),
		     why) < 0)
		return -1;
	text_join(root, sizeof(root), (const char *const[]){
		"wire.", k->word[1], ".", k->word[2], NULL });
	if (!strcmp(param, list[0]))
		return wire_take(&wire, (enum wire_kind)kind, root, facts,
				 why);
	return first_there(facts, root, list[0], why);
}

/* The sheet has no law of that name: which one was meant? Always -1. */
static int no_kernel(struct facts *facts, const struct fact *f,
		     const char *kernel, struct fault *why)
{
	struct key *keys = mem_zeroed((size_t)facts->nr, sizeof(*keys));
	const char **list = mem_zeroed((size_t)facts->nr, sizeof(*list));
	const char *like;
	int nr = 0;

	for (int i = 0; i < facts->nr; i++) {
		key_cut(&keys[nr], facts->fact[i].key);
		if (keys[nr].nr < 2 || strcmp(keys[nr].word[0], "law"))
			continue;
		list[nr] = keys[nr].word[1];
		nr++;
	}
	like = near_word(kernel, list, nr);
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" names kernel \"%s\", which has no law",
		   f->key, kernel);
	if (like)
		fault_remedy(why, "did you mean \"%s\"?", like);
	else
		fault_remedy(why, "add rows law.%s.ARCH.PARAM", kernel);
	free(list);
	free(keys);
	return -1;
}

/* Where it mostly is: under the architecture itself, or under any. */
static bool has_law(const struct facts *facts, const char *kernel,
		    const char *arch)
{
	const char *list[TERMS_MOST];
	char key[2 * KEY_CHARS];

	law_terms(list);
	text_join(key, sizeof(key), (const char *const[]){
		"law.", kernel, ".", arch, ".", list[0], NULL });
	return !strcmp(kernel, nobody) || facts_have(facts, key);
}

static int check_use(struct facts *facts, const struct fact *f,
		     const struct key *k, struct fault *why)
{
	char root[KEY_CHARS];
	const char *kernel;

	if (words_are(f, k, 3 /* size: words */, "use.ROLE.ARCH", why) ||
	    index_of(f, k->word[1], roles, ROLE_NR + 1, why) < 0 ||
	    check_place(facts, f, k->word[2], why) ||
	    facts_word(facts, f->key, &kernel, why))
		return -1;
	if (has_law(facts, kernel, k->word[2]) || has_law(facts, kernel, any))
		return 0;
	text_join(root, sizeof(root), (const char *const[]){
		"law.", kernel, ".", NULL });
	for (int i = 0; i < facts->nr; i++)
		if (!strncmp(facts->fact[i].key, root, strlen(root)))
			return 0;
	return no_kernel(facts, f, kernel, why);
}

/* math.FORMAT.ARCH, a rate of the tensor cores. */
static int check_math(struct facts *facts, const struct fact *f,
		      const struct key *k, struct fault *why)
{
	const char *word;
	enum format format;

	if (words_are(f, k, 3 /* size: words */, "math.FORMAT.ARCH", why) ||
	    check_place(facts, f, k->word[2], why) ||
	    facts_word(facts, f->key, &word, why))
		return -1;
	for (int i = 0; i < MATH_NR; i++)
		if (!strcmp(word, math_name((enum math)i)) &&
		    !format_parse(k->word[1], &format))
			return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is \"%s\"", f->key, word);
	return fault_remedy(why, "write math.FORMAT.ARCH,RATE: a format bf16 "
			    "fp8 nvfp4 mxfp4 int4, a rate bf16 fp8 fp4");
}

/* own.ARCH.CLASS, a list of BATCH:TIMES. */
static int check_own(struct facts *facts, const struct fact *f,
		     const struct key *k, struct fault *why)
{
	const char *word;
	struct bend bend;
	int class = 0;

	if (words_are(f, k, 3 /* size: words */, "own.ARCH.CLASS", why) ||
	    check_place(facts, f, k->word[1], why) ||
	    facts_word(facts, f->key, &word, why))
		return -1;
	while (class < CLASS_NR && strcmp(k->word[2], layout_class_name(
				   (enum layout_class)class)))
		class++;
	fault_at_fact(why, f);
	if (class < CLASS_NR)
		return bend_parse(&bend, word, why);
	fault_what(why, "\"%s\" ends in no class of layouts", f->key);
	return fault_remedy(why, "write own.ARCH. and tp, tp_ep, tp_net, node, "
			    "rack or net");
}

/* KEY.ARCH */
static int check_by_arch(struct facts *facts, const struct fact *f,
			 const struct key *k, const struct want *want,
			 struct fault *why)
{
	double value;

	if (words_are(f, k, 2, "KEY.ARCH", why) ||
	    check_place(facts, f, k->word[1], why))
		return -1;
	return want_one(want, facts, f->key, &value, why);
}

int grammar_check(struct facts *facts, int row, struct fault *why)
{
	static const struct {
		const char *head;
		int (*check)(struct facts *, const struct fact *,
			     const struct key *, struct fault *);
	} heads[] = {
		{ "arch", check_arch },
		{ "math", check_math },
		{ "law", check_law },
		{ "use", check_use },
		{ "wire", check_wire },
		{ "own", check_own },
	};
	const struct fact *f = &facts->fact[row];
	const struct want *w;
	struct key k;

	assert(row >= 0 && row < facts->nr);
	key_cut(&k, f->key);
	for (int i = 0; i < NR(heads); i++)
		if (!strcmp(k.word[0], heads[i].head))
			return heads[i].check(facts, f, &k, why);
	w = arched_want(k.word[0]);
	return w ? check_by_arch(facts, f, &k, w, why) : 0;
}

const struct fact *grammar_find(const struct facts *facts, const char *root,
				const struct places *at, const char *param)
{
	const struct fact *f = NULL;
	char key[2 * KEY_CHARS];

	assert(at->nr <= ARCH_PLACES);
	for (int i = 0; i < at->nr && !f; i++) {
		text_join(key, sizeof(key), (const char *const[]){
			root, ".", at->word[i], param, NULL });
		f = facts_find(facts, key);
	}
	return f;
}

void grammar_places(struct places *p, const struct facts *facts,
		    const char *arch)
{
	const struct fact *f = arch_row(facts, arch);

	assert(p && facts && arch);
	p->nr = 0;
	while (f && p->nr < ARCH_PLACES - 1) {
		p->word[p->nr++] = f->key + strlen(arch_head);
		f = arch_row(facts, f->text);
	}
	p->word[p->nr++] = any;
}

int grammar_arch_of(const char *key, char word[KEY_CHARS])
{
	static const struct { const char *head; int at; } where[] = {
		{ "law", 2 }, { "use", 2 }, { "wire", 2 }, { "math", 2 },
		{ "overhead", 1 }, { "launch", 1 }, { "own", 1 },
	};
	struct key k;

	assert(key && word);
	key_cut(&k, key);
	for (int i = 0; i < NR(where); i++) {
		if (strcmp(k.word[0], where[i].head) || k.nr <= where[i].at)
			continue;
		snprintf(word, KEY_CHARS, "%s", k.word[where[i].at]);
		return (int)(k.word[where[i].at] - k.buf);
	}
	return -1;
}

const char *grammar_role(int role)
{
	assert(role >= 0 && role <= ROLE_NR);
	return roles[role];
}

const char *grammar_wire(enum wire_kind kind)
{
	assert(kind >= 0 && kind < WIRE_NR);
	return wires[kind];
}
