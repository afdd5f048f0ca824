#include "facts/stack.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "facts/arched.h"
#include "facts/grammar.h"
#include "facts/launch_wants.h"
#include "facts/terms.h"
#include "sheet/want.h"

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
#define FLAG(key, field) { key, DIM_COUNT, LIMIT_FLAG, AT(field), true }
#define TURN(key, i) \
	{ key, DIM_S, LIMIT_FROM_ZERO, AT(drafting.turn_s[i]), true }

static const struct want engine_wants[] = {
	{ "dispatch", DIM_B, LIMIT_POSITIVE, AT(dispatch_B), false },
	{ "row_header", DIM_B, LIMIT_FROM_ZERO, AT(row_header_B), false },
	{ "pack.share", DIM_RATIO, LIMIT_REACH, AT(pack_share), false },
	{ "pack.time", DIM_S, LIMIT_FROM_ZERO, AT(pack_s), false },
	{ "forward.time", DIM_S, LIMIT_FROM_ZERO, AT(forward_s), false },
	{ "forward.sms", DIM_RATIO, LIMIT_SHARE, AT(forward_sms), false },
	{ "rank.sms", DIM_RATIO, LIMIT_SHARE, AT(rank_sms), true },
	{ "gather.sms", DIM_RATIO, LIMIT_SHARE, AT(gather_sms), true },
	{ "host", DIM_S, LIMIT_FROM_ZERO, AT(host_s), false },
	{ "host_seq", DIM_S, LIMIT_FROM_ZERO, AT(host_seq_s), false },
	{ "host.launch", DIM_S, LIMIT_FROM_ZERO, AT(launch_s), true },
	{ "host.launch.tp", DIM_RATIO, LIMIT_SHARE, AT(launch_tp), true },
	FLAG("drafts.ahead", drafting.ahead),
	TURN("host.turn", TURN_NEAR),
	TURN("host.turn_net", TURN_NET),
	TURN("host.ahead", TURN_AHEAD),
	{ "host.norm", DIM_COUNT, LIMIT_FROM_ONE, AT(launch_norm), true },
	{ "band.before", DIM_RATIO, LIMIT_SHARE, AT(band_before), true },
	{ "head", DIM_S, LIMIT_FROM_ZERO, AT(head_s), false },
	{ "mem_share", DIM_RATIO, LIMIT_REACH, AT(mem_share), false },
	{ "buffers", DIM_B, LIMIT_FROM_ZERO, AT(buffer_B), false },
	{ "buffers.dp", DIM_B, LIMIT_FROM_ZERO, AT(buffer_dp_B), true },
	{ "buffers.net", DIM_B, LIMIT_FROM_ZERO, AT(buffer_net_B), true },
	{ "exchange.tokens", DIM_TOK, LIMIT_POSITIVE, AT(exchange_tok), false },
	{ "band.tp", DIM_RATIO, LIMIT_SHARE, AT(band[CLASS_TP]), false },
	{ "band.tp_ep", DIM_RATIO, LIMIT_SHARE, AT(band[CLASS_TP_EP]), false },
	{ "band.tp_net", DIM_RATIO, LIMIT_SHARE,
	  AT(band[CLASS_TP_NET]), false },
	{ "band.node", DIM_RATIO, LIMIT_SHARE, AT(band[CLASS_NODE]), false },
	{ "band.rack", DIM_RATIO, LIMIT_SHARE, AT(band[CLASS_RACK]), false },
	{ "band.net", DIM_RATIO, LIMIT_SHARE, AT(band[CLASS_NET]), false },
	{ "prefill.tokens", DIM_TOK, LIMIT_POSITIVE, AT(prefill_tok), false },
	{ "prefill.sms", DIM_RATIO, LIMIT_REACH, AT(prefill_sms), false },
	FLAG("shared.beside", shared_beside),
	FLAG("shared.exchange", shared_exchange),
	FLAG("shared.gathered", shared_gathered),
	FLAG("shared.whole", shared_whole),
	{ "index.gemms", DIM_COUNT, LIMIT_COUNT, AT(index_gemms), true },
	{ "index.streams", DIM_COUNT, LIMIT_COUNT, AT(index_streams), true },
	FLAG("kv.dsa_bf16", kv_dsa_bf16),
	FLAG("graph.pad", padding.pads),
	FLAG("graph.tokens", padding.tokens),
	FLAG("graph.ranks", padding.ranks),
	FLAG("graph.routed", padding.routed),
	FLAG("graph.routed_ep", padding.routed_ep),
	{ "ideal", DIM_COUNT, LIMIT_FLAG, AT(ideal), false },
	{ "band.facts", DIM_RATIO, LIMIT_SHARE, AT(beyond.facts), true },
	{ "band.facts.from", DIM_RATIO, LIMIT_FROM_ZERO,
	  AT(beyond.seen_facts), true },
	{ "band.drafts", DIM_RATIO, LIMIT_SHARE, AT(beyond.drafts), true },
	{ "band.grows", DIM_RATIO, LIMIT_SHARE, AT(beyond.grows), true },
	{ "band.ctx", DIM_RATIO, LIMIT_SHARE, AT(beyond.ctx), true },
	{ "band.ctx.from", DIM_TOK, LIMIT_POSITIVE, AT(beyond.seen_ctx), true },
	FLAG("group.fused", group_fused),
	FLAG("group.own", group_own),
	FLAG("practice.eplb.node", practice.eplb[SCOPE_NODE]),
	FLAG("practice.eplb.rack", practice.eplb[SCOPE_RACK]),
	FLAG("practice.eplb.net", practice.eplb[SCOPE_NET]),
	{ "practice.spares", DIM_COUNT, LIMIT_FROM_ZERO, AT(practice.spares),
	  true },
	{ "practice.spares.from", DIM_COUNT, LIMIT_COUNT, AT(practice.from_ep),
	  true },
	FLAG("practice.two_batch.node", practice.two_batch[SCOPE_NODE]),
	FLAG("practice.two_batch.rack", practice.two_batch[SCOPE_RACK]),
	FLAG("practice.two_batch.net", practice.two_batch[SCOPE_NET]),
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

const char *stack_key(int i)
{
	assert(i >= 0 && i <= NR(engine_wants));
	return i < NR(engine_wants) ? engine_wants[i].key : NULL;
}

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

/* The row that says who plays a role: use.ROLE before use.any, or NULL. */
static const struct fact *player_of(const struct facts *facts, int role,
				    const struct places *at)
{
	const int place[] = { role, ROLE_NR };
	const struct fact *f = NULL;
	char root[KEY_CHARS];

	for (int i = 0; i < 2 && !f; i++) {
		text_join(root, sizeof(root), (const char *const[]){
			"use.", grammar_role(place[i]), NULL });
		f = grammar_find(facts, root, at, "");
	}
	return f;
}

const char *layout_class_name(enum layout_class class)
{
	static const char *const name[CLASS_NR] = { "tp", "tp_ep", "tp_net",
						    "node", "rack", "net" };

	assert(class < CLASS_NR);
	return name[class];
}

static bool is_fused(int role)
{
	return role == ROLE_FUSED_FP8 || role == ROLE_FUSED_NVFP4 ||
	       role == ROLE_FUSED_MXFP4;
}

/*
 * A kernel that exchanges needs the rows of its wire. One that plays any role
 * just does not play this. 0, or -1 and a fault: it was named for it.
 */
static int check_fused(struct law *law, const struct fact *player,
		       const char *root, struct fault *why)
{
	if (law->e_nvlink > 0)
		return 0;
	if (!strncmp(player->key, "use.any.", strlen("use.any."))) {
		memset(law, 0, sizeof(*law));
		return 0;
	}
	fault_at_fact(why, player);
	fault_what(why, "\"%s\" names kernel \"%s\", whose law has no wire",
		   player->key, player->text);
	return fault_remedy(why, "add rows %s.e_nvlink and %s.fill", root,
			    root);
}

/* key is ROOT.ARCH.PARAM: keep ROOT.ARCH. */
static void drop_param(char *root, const char *key)
{
	snprintf(root, KEY_CHARS, "%s", key);
	*strrchr(root, '.') = '\0';
}

static int take_law(struct stack *s, int role, const struct places *at,
		    struct facts *facts, struct fault *why)
{
	struct law *law = &s->law[role];
	const struct fact *player = player_of(facts, role, at);
	const struct fact *f;
	char root[KEY_CHARS];

	if (!player)
		return 0;
	text_join(root, sizeof(root), (const char *const[]){
		"law.", player->text, NULL });
	f = grammar_find(facts, root, at, ".t0");
	if (!f)
		return 0;
	drop_param(root, f->key);
	if (law_take(law, root, facts, why))
		return -1;
	law->kernel = player->text;
	law_errors(&s->law_err[role], root, facts);
	return is_fused(role) ? check_fused(law, player, root, why) : 0;
}

static int take_wire(struct stack *s, int kind, const struct places *at,
		     struct facts *facts, struct fault *why)
{
	const struct fact *f;
	char root[KEY_CHARS];

	snprintf(root, sizeof(root), "wire.%s",
		 grammar_wire((enum wire_kind)kind));
	f = grammar_find(facts, root, at, ".alpha");
	if (!f)
		return 0;
	drop_param(root, f->key);
	s->wired[kind] = true;
	wire_errors(&s->wire_err[kind], root, facts);
	return wire_take(&s->wire[kind], (enum wire_kind)kind, root, facts,
			 why);
}

static void take_math(struct stack *s, const struct facts *facts,
		      const struct places *at)
{
	char root[KEY_CHARS];

	for (int f = 0; f < FORMAT_NR; f++) {
		const struct fact *row;

		s->math[f] = MATH_NR;
		snprintf(root, sizeof(root), "math.%s",
			 format_name((enum format)f));
		row = grammar_find(facts, root, at, "");
		for (int m = 0; row && m < MATH_NR; m++)
			if (!strcmp(row->text, math_name((enum math)m)))
				s->math[f] = (enum math)m;
	}
}

/* What is shown of a sheet, for no architecture, may lack it: 1. */
static int take_ratio(const struct stack *s, const struct arched *r,
		      const struct facts *facts, struct fault *why)
{
	struct places at;

	grammar_places(&at, facts, s->arch);
	if (arched_or(r, facts, &at, 1) ||
	    !strcmp(s->arch, at.word[at.nr - 1]))
		return 0;
	fault_at(why, facts_home(facts), 0, 0);
	fault_what(why, "missing key \"%s.%s\"", r->key, s->arch);
	return fault_remedy(why, "add a row %s.%s or %s.any", r->key, s->arch,
			    r->key);
}

/* Where no step was measured: of a family, or of all that say nothing else. */
static void take_unseen(struct stack *s, const struct facts *facts,
			const struct places *places)
{
	struct places at = *places;
	char key[KEY_CHARS];

	if (at.nr > 2)		/* own and any, not those whose laws it runs */
		at = (struct places){ { s->arch, at.word[at.nr - 1] }, 2 };
	for (int i = 0; i < FAMILY_NR; i++) {
		const struct fact *f;

		text_join(key, sizeof(key), (const char *const[]){
			"band_arch_", family_name((enum family)i), NULL });
		f = grammar_find(facts, key, &at, "");
		if (!f)
			f = grammar_find(facts, "band_arch", &at, "");
		s->beyond.arch[i] = f ? f->value : 0;
	}
}

/* What of one's own bends with the batch, by class; grammar has seen it. */
static int take_own(struct stack *s, const struct facts *facts,
		    const struct places *at, struct fault *why)
{
	char tail[KEY_CHARS];

	for (int c = 0; c < CLASS_NR; c++) {
		const struct fact *f;

		text_join(tail, sizeof(tail), (const char *const[]){ ".",
			layout_class_name((enum layout_class)c), NULL });
		f = grammar_find(facts, "own", at, tail);
		if (f && bend_parse(&s->own[c], f->text, why))
			return -1;
	}
	return 0;
}

/* Launch facts: what no sheet says is 0; or of a family, as of others. */
static void take_serve(struct stack *s, const struct facts *facts,
		       const struct places *at)
{
	launch_take(&s->serve, facts, at, LAUNCH_HEAD);
	s->serve_dsa = s->serve_v4 = s->serve;
	launch_take(&s->serve_dsa, facts, at, LAUNCH_DSA);
	launch_take(&s->serve_v4, facts, at, LAUNCH_V4);
}

static int take_arch(struct stack *s, struct facts *facts, struct fault *why)
{
	const struct arched must[] = {
		{ "launch", &s->launch, &s->launch_err },
		{ "overhead", &s->overhead, &s->overhead_err },
	};
	struct places at;

	grammar_places(&at, facts, s->arch);
	s->knows = grammar_knows(facts, s->arch);
	take_math(s, facts, &at);
	for (int role = 0; role < ROLE_NR; role++)
		if (take_law(s, role, &at, facts, why))
			return -1;
	for (int kind = 0; kind < WIRE_NR; kind++)
		if (take_wire(s, kind, &at, facts, why))
			return -1;
	arched_prompts(s, facts, &at);
	take_unseen(s, facts, &at);
	take_serve(s, facts, &at);
	for (int i = 0; i < NR(must); i++)
		if (take_ratio(s, &must[i], facts, why))
			return -1;
	return take_own(s, facts, &at, why);
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

static int take_sizes(struct captured *c, struct facts *facts,
		      const char *key, struct fault *why)
{
	const char *list;

	if (!facts_have(facts, key))
		return 0;
	if (facts_word(facts, key, &list, why))
		return -1;
	if (!captured_parse(c, list))
		return 0;
	fault_at_fact(why, facts_find(facts, key));
	fault_what(why, "%s is \"%.60s\", no list of rising batch sizes", key,
		   list);
	return fault_remedy(why, "write sizes and ranges, as 1 2 4 8..256+8");
}

/* Rows since.ARCH: of architectures that the sheet knows. */
static int since_archs(struct facts *facts, struct fault *why)
{
	static const char head[] = "since.";
	const char *day, *arch;

	for (int i = 0; i < facts->nr; i++) {
		if (strncmp(facts->fact[i].key, head, sizeof(head) - 1) != 0)
			continue;
		arch = facts->fact[i].key + sizeof(head) - 1;
		if (facts_word(facts, facts->fact[i].key, &day, why))
			return -1;
		if (grammar_knows(facts, arch))
			continue;
		fault_at_fact(why, &facts->fact[i]);
		fault_what(why, "\"%s\" is no architecture", arch);
		return fault_remedy(why, "give since.ARCH, as since.sm90");
	}
	return 0;
}

/*
 * A row since.ARCH, or since, says from when on the undated rows hold: what
 * one architecture was compared with says nothing of the days of another.
 */
static int take_since(struct stack *s, struct facts *facts,
		      struct fault *why)
{
	const char *since = facts->oldest;
	const struct fact *of;
	struct places at;

	if ((facts_have(facts, "since") &&
	     facts_word(facts, "since", &since, why)) ||
	    since_archs(facts, why))
		return -1;
	grammar_places(&at, facts, s->arch);
	of = grammar_find(facts, "since", &at, "");
	if (of)
		since = of->text;
	if (*facts->asked && *since && strcmp(facts->asked, since) < 0)
		s->before = since;
	return 0;
}

static void take_errors(struct stack *s, const struct facts *facts)
{
	s->buffer_err_B[0] = facts_err(facts, "buffers");
	s->buffer_err_B[1] = facts_err(facts, "buffers.dp");
	s->buffer_err_B[2] = facts_err(facts, "buffers.net");
	s->host_err_s = facts_err(facts, "host");
	s->host_seq_err_s = facts_err(facts, "host_seq");
	s->mem_share_err = facts_err(facts, "mem_share");
	if (s->launch_s > 0)
		s->each_err = facts_err(facts, "host.launch") / s->launch_s;
	s->launch_tp_err = facts_err(facts, "host.launch.tp");
	s->drafting.turn_err_s[TURN_NEAR] = facts_err(facts, "host.turn");
	s->drafting.turn_err_s[TURN_NET] = facts_err(facts, "host.turn_net");
	s->drafting.turn_err_s[TURN_AHEAD] = facts_err(facts, "host.ahead");
}

int stack_take(struct stack *s, struct facts *facts, const char *arch,
	       struct fault *why)
{
	assert(s && facts && why);
	for (int i = 0; i < facts->nr; i++)
		if (grammar_check(facts, i, why))
			return -1;
	return stack_take_checked(s, facts, arch, why);
}

int stack_take_checked(struct stack *s, struct facts *facts,
		       const char *arch, struct fault *why)
{
	assert(facts->name && arch);
	memset(s, 0, sizeof(*s));
	s->name = facts->name;
	s->arch = arch;
	s->launch_norm = s->launch_tp = s->beyond.facts = 1;
	if (want_all(engine_wants, NR(engine_wants), facts, s, why) ||
	    paging_take(&s->paging, facts, why) || take_since(s, facts, why))
		return -1;
	take_errors(s, facts);
	for (int reach = 0; reach < SCOPE_NR; reach++)
		if (take_exchange(s, reach, facts, why))
			return -1;
	if (take_sizes(&s->padding.sizes, facts, "graph.sizes", why) ||
	    take_sizes(&s->padding.drafted, facts, "graph.drafted", why) ||
	    take_arch(s, facts, why))
		return -1;
	return facts_all_taken(facts, why);
}
