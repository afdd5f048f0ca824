#include "facts/stack.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "facts/grammar.h"
#include "facts/terms.h"
#include "facts/want.h"

static const char *const exchanges[EXCHANGE_NR] = {
	[EXCHANGE_NONE] = "none",
	[EXCHANGE_GATHER] = "gather",
	[EXCHANGE_PAIR] = "pair",
	[EXCHANGE_RANK] = "rank",
	[EXCHANGE_NODE_OUT] = "node_out",
	[EXCHANGE_NODE] = "node",
	[EXCHANGE_FUSED] = "fused",
};

static const char *const reaches[SCOPE_NR] = {
	[SCOPE_NODE] = "exchange.node",
	[SCOPE_RACK] = "exchange.rack",
	[SCOPE_NET] = "exchange.net",
};

#define AT(field) offsetof(struct stack, field)

static const struct want engine_wants[] = {
	{ "dispatch", DIM_B, LIMIT_POSITIVE, AT(dispatch_B), false },
	{ "row_header", DIM_B, LIMIT_FROM_ZERO, AT(row_header_B), false },
	{ "pack.share", DIM_RATIO, LIMIT_REACH, AT(pack_share), false },
	{ "pack.time", DIM_S, LIMIT_FROM_ZERO, AT(pack_s), false },
	{ "forward.time", DIM_S, LIMIT_FROM_ZERO, AT(forward_s), false },
	{ "forward.sms", DIM_RATIO, LIMIT_SHARE, AT(forward_sms), false },
	{ "host", DIM_S, LIMIT_FROM_ZERO, AT(host_s), false },
	{ "host_seq", DIM_S, LIMIT_FROM_ZERO, AT(host_seq_s), false },
	{ "head", DIM_S, LIMIT_FROM_ZERO, AT(head_s), false },
	{ "mem_share", DIM_RATIO, LIMIT_REACH, AT(mem_share), false },
	{ "buffers", DIM_B, LIMIT_FROM_ZERO, AT(buffer_B), false },
	{ "exchange.tokens", DIM_TOK, LIMIT_POSITIVE, AT(exchange_tok),
	  false },
	{ "band.tp", DIM_RATIO, LIMIT_FROM_ZERO, AT(band[CLASS_TP]), false },
	{ "band.tp_net", DIM_RATIO, LIMIT_FROM_ZERO,
	  AT(band[CLASS_TP_NET]), false },
	{ "band.node", DIM_RATIO, LIMIT_FROM_ZERO,
	  AT(band[CLASS_NODE]), false },
	{ "band.rack", DIM_RATIO, LIMIT_FROM_ZERO,
	  AT(band[CLASS_RACK]), false },
	{ "band.net", DIM_RATIO, LIMIT_FROM_ZERO, AT(band[CLASS_NET]), false },
	{ "prefill.tokens", DIM_TOK, LIMIT_POSITIVE, AT(prefill_tok), false },
	{ "prefill.sms", DIM_RATIO, LIMIT_REACH, AT(prefill_sms), false },
	{ "shared.beside", DIM_COUNT, LIMIT_FLAG, AT(shared_beside), true },
	{ "ideal", DIM_COUNT, LIMIT_FLAG, AT(ideal), false },
};


#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

const char *role_name(enum role r)
{
	assert(r >= 0 && r < ROLE_NR);
	return grammar_role((int)r);
}

const char *exchange_name(enum exchange e)
{
	assert(e >= 0 && e < EXCHANGE_NR);
	return exchanges[e];
}

/* Two choices of a key's last word, the architecture before any. */
static const struct fact *by_arch(const struct facts *facts,
				  const char *root, int arch,
				  const char *param)
{
	const int place[] = { arch, ARCH_NR };
	const struct fact *f = NULL;
	char key[KEY_CHARS];

	for (int i = 0; i < 2 && !f; i++) {
		snprintf(key, sizeof(key), "%s.%s%s", root,
			 grammar_arch(place[i]), param);
		f = facts_find(facts, key);
	}
	return f;
}

/* The kernel that plays a role: use.ROLE before use.any. NULL: none. */
static const char *kernel_of(const struct facts *facts, int role, int arch)
{
	const int place[] = { role, ROLE_NR };
	const struct fact *f = NULL;
	char root[KEY_CHARS];

	for (int i = 0; i < 2 && !f; i++) {
		snprintf(root, sizeof(root), "use.%s", grammar_role(place[i]));
		f = by_arch(facts, root, arch, "");
	}
	return f ? f->text : NULL;
}

/* key is ROOT.ARCH.PARAM: keep ROOT.ARCH. */
static void drop_param(char *root, const char *key)
{
	snprintf(root, KEY_CHARS, "%s", key);
	*strrchr(root, '.') = '\0';
}

static int take_law(struct stack *s, int role, int arch, struct facts *facts,
		    struct fault *why)
{
	struct law *law = &s->law[role][arch];
	const char *kernel = kernel_of(facts, role, arch);
	const struct fact *f;
	char root[KEY_CHARS];

	if (!kernel)
		return 0;
	snprintf(root, sizeof(root), "law.%s", kernel);
	f = by_arch(facts, root, arch, ".t0");
	if (!f)
		return 0;
	drop_param(root, f->key);
	if (law_take(law, root, facts, why))
		return -1;
	law->kernel = kernel;
	return 0;
}

static int take_wire(struct stack *s, int kind, int arch, struct facts *facts,
		     struct fault *why)
{
	const struct fact *f;
	char root[KEY_CHARS];

	snprintf(root, sizeof(root), "wire.%s",
		 grammar_wire((enum wire_kind)kind));
	f = by_arch(facts, root, arch, ".alpha");
	if (!f)
		return 0;
	drop_param(root, f->key);
	s->wired[kind][arch] = true;
	return wire_take(&s->wire[kind][arch], (enum wire_kind)kind, root,
			 facts, why);
}

/* A ratio KEY.ARCH, else KEY.any. */
static int take_ratio(const char *key, int arch, struct facts *facts,
		      double *value, double *err, struct fault *why)
{
	const struct fact *f = by_arch(facts, key, arch, "");

	if (f) {
		*value = f->value;
		*err = f->err;
		return 0;
	}
	fault_at(why, facts->name, 0, 0);
	fault_what(why, "missing key \"%s.%s\"", key, grammar_arch(arch));
	return fault_remedy(why, "add a row %s.%s or %s.any", key,
			    grammar_arch(arch), key);
}

static int take_arch(struct stack *s, int arch, struct facts *facts,
		     struct fault *why)
{
	for (int role = 0; role < ROLE_NR; role++)
		if (take_law(s, role, arch, facts, why))
			return -1;
	for (int kind = 0; kind < WIRE_NR; kind++)
		if (take_wire(s, kind, arch, facts, why))
			return -1;
	if (take_ratio("launch", arch, facts, &s->launch[arch],
		       &s->launch_err[arch], why))
		return -1;
	if (take_ratio("overhead", arch, facts, &s->overhead[arch],
		       &s->overhead_err[arch], why))
		return -1;
	s->overhead_v4[arch] = s->overhead[arch];
	s->overhead_v4_err[arch] = s->overhead_err[arch];
	if (!by_arch(facts, "overhead_v4", arch, ""))
		return 0;
	return take_ratio("overhead_v4", arch, facts, &s->overhead_v4[arch],
			  &s->overhead_v4_err[arch], why);
}

static int take_exchange(struct stack *s, int reach, struct facts *facts,
			 struct fault *why)
{
	const char *word;

	if (facts_word(facts, reaches[reach], &word, why))
		return -1;
	for (int e = EXCHANGE_GATHER; e < EXCHANGE_FUSED; e++) {
		if (strcmp(word, exchanges[e]))
			continue;
		s->exchange[reach] = (enum exchange)e;
		return 0;
	}
	fault_at_fact(why, facts_find(facts, reaches[reach]));
	fault_what(why, "\"%s\" is no exchange", word);
	return fault_remedy(why, "write gather, pair, rank, node_out or "
			    "node");
}

int stack_take(struct stack *s, struct facts *facts, struct fault *why)
{
	memset(s, 0, sizeof(*s));
	s->name = facts->name;
	for (int i = 0; i < facts->nr; i++)
		if (grammar_check(facts, i, why))
			return -1;
	if (want_all(engine_wants, NR(engine_wants), facts, s, why))
		return -1;
	for (int reach = 0; reach < SCOPE_NR; reach++)
		if (take_exchange(s, reach, facts, why))
			return -1;
	for (int arch = 0; arch < ARCH_NR; arch++)
		if (take_arch(s, arch, facts, why))
			return -1;
	return facts_all_taken(facts, why);
}
