#include "facts/terms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "facts/grammar.h"

#define AT(field) offsetof(struct law, field)

static const struct want law_wants[] = {
	{ "t0", DIM_S, LIMIT_FROM_ZERO, AT(t0_s), false },
	{ "e_b", DIM_RATIO, LIMIT_REACH, AT(e_b), false },
	{ "e_f", DIM_RATIO, LIMIT_REACH, AT(e_f), false },
	{ "p", DIM_COUNT, LIMIT_NORM, AT(p), false },
	{ "pad", DIM_COUNT, LIMIT_COUNT, AT(pad), false },
	{ "kappa", DIM_S, LIMIT_FROM_ZERO, AT(kappa_s), true },
	{ "whole", DIM_COUNT, LIMIT_FLAG, AT(whole), true },
	{ "rho", DIM_FLOPS, LIMIT_FROM_ZERO, AT(rho_flops), true },
	{ "c", DIM_S, LIMIT_FROM_ZERO, AT(c_s), true },
	{ "tile", DIM_S, LIMIT_FROM_ZERO, AT(tile_s), true },
	{ "e_nvlink", DIM_RATIO, LIMIT_REACH, AT(e_nvlink), true },
	{ "fill", DIM_S, LIMIT_FROM_ZERO, AT(fill_s), true },
};

#undef AT
#define AT(field) offsetof(struct wire, field)

enum {	/* rows of wire_wants */
	ALPHA, PEER, LOG, RANK, ACROSS, ACROSS_PEER, LONG, SWITCH,
	TWO_SHOT, NVLINK, E_TWO_SHOT, E_SWITCH, RDMA, SHORT, DROOP,
	WIRE_ROWS
};

static const struct want wire_wants[WIRE_ROWS] = {
	[ALPHA] = { "alpha", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_s), true },
	[PEER] = { "alpha_peer", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_peer_s), true },
	[LOG] = { "alpha_log", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_log_s), true },
	[RANK] = { "alpha_rank", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_rank_s), true },
	[ACROSS] = { "alpha_node", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_node_s), true },
	[ACROSS_PEER] = { "alpha_node_peer", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_node_peer_s), true },
	[LONG] = { "alpha_long", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_long_s), true },
	[SWITCH] = { "alpha_switch", DIM_S, LIMIT_FROM_ZERO,
		AT(alpha_switch_s), true },
	[TWO_SHOT] = { "two_shot", DIM_RATIO, LIMIT_FROM_ZERO,
		AT(two_shot), true },
	[NVLINK] = { "e_nvlink", DIM_RATIO, LIMIT_REACH,
		AT(e_nvlink), true },
	[E_TWO_SHOT] = { "e_two_shot", DIM_RATIO, LIMIT_REACH,
		AT(e_two_shot), true },
	[E_SWITCH] = { "e_switch", DIM_RATIO, LIMIT_SHARE,
		AT(e_switch), true },
	[RDMA] = { "e_rdma", DIM_RATIO, LIMIT_REACH,
		AT(e_rdma), true },
	[SHORT] = { "e_short", DIM_RATIO, LIMIT_SHARE,
		AT(e_short), true },
	[DROOP] = { "droop", DIM_RATIO, LIMIT_FROM_ZERO,
		AT(droop), true },
};

#undef AT

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define BIT(row) (1 << (row))

enum {
	BY_PEERS = BIT(ALPHA) | BIT(PEER) | BIT(NVLINK) | BIT(RDMA),
	BY_NODES = BIT(ALPHA) | BIT(LOG) | BIT(NVLINK) | BIT(RDMA) |
		   BIT(DROOP),
	BY_RANKS = BIT(ALPHA) | BIT(RANK) | BIT(NVLINK),
};

/* What a wire must have, and what it may have besides (struct wire). */
static const struct {
	int need;
	int may;
} wire_rows[WIRE_NR] = {
	[WIRE_ALLREDUCE] = { BY_PEERS | BIT(ACROSS) | BIT(TWO_SHOT) |
			     BIT(E_TWO_SHOT), BIT(ACROSS_PEER) | BIT(SWITCH) |
			     BIT(E_SWITCH) | BIT(LONG) | BIT(SHORT) },
	[WIRE_GATHER] = { BY_PEERS, 0 },
	[WIRE_SCATTER] = { BY_PEERS, 0 },
	[WIRE_DISPATCH] = { BY_NODES, BIT(RANK) },
	[WIRE_COMBINE] = { BY_NODES, BIT(RANK) },
	[WIRE_DISPATCH_NODE] = { BIT(ALPHA) | BIT(NVLINK), BIT(RANK) },
	[WIRE_COMBINE_NODE] = { BIT(ALPHA) | BIT(NVLINK), BIT(RANK) },
	[WIRE_DISPATCH_RACK] = { BY_RANKS, 0 },
	[WIRE_COMBINE_RACK] = { BY_RANKS, 0 },
};

int law_terms(const char *list[TERMS_MOST])
{
	static_assert(NR(law_wants) <= TERMS_MOST, "room for a law");

	for (int i = 0; i < NR(law_wants); i++)
		list[i] = law_wants[i].key;
	return NR(law_wants);
}

int wire_terms(enum wire_kind kind, const char *list[TERMS_MOST])
{
	int nr = 0;

	static_assert(NR(wire_wants) <= TERMS_MOST, "room for a wire");
	for (int i = 0; i < WIRE_ROWS; i++)
		if ((wire_rows[kind].need | wire_rows[kind].may) & BIT(i))
			list[nr++] = wire_wants[i].key;
	return nr;
}

static const struct want *term(const struct want *list, int nr,
			       const char *param)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(list[i].key, param))
			return &list[i];
	return NULL;
}

const struct want *law_term(const char *param)
{
	return term(law_wants, NR(law_wants), param);
}

const struct want *wire_term(const char *param)
{
	return term(wire_wants, WIRE_ROWS, param);
}

int law_all(const struct want **list)
{
	*list = law_wants;
	return NR(law_wants);
}

int wire_all(const struct want **list)
{
	*list = wire_wants;
	return WIRE_ROWS;
}

int law_take(struct law *law, const char *root, struct facts *facts,
	     struct fault *why)
{
	assert(law && facts && root && *root);
	memset(law, 0, sizeof(*law));
	for (int i = 0; i < NR(law_wants); i++) {
		const struct want *w = &law_wants[i];
		double *out = (double *)(void *)((char *)law + w->at);
		char key[KEY_CHARS];

		text_join(key, sizeof(key), (const char *const[]){
			root, ".", w->key, NULL });
		if (want_one(w, facts, key, out, why))
			return -1;
	}
	return 0;
}

/* A switch that reduces has a start-up time of its own. */
static int wire_need(enum wire_kind kind, const char *root,
		     const struct facts *facts)
{
	char key[KEY_CHARS];

	text_join(key, sizeof(key), (const char *const[]){
		root, ".", wire_wants[E_SWITCH].key, NULL });
	if (!(wire_rows[kind].may & BIT(E_SWITCH)) || !facts_have(facts, key))
		return wire_rows[kind].need;
	return wire_rows[kind].need | BIT(SWITCH);
}

int wire_take(struct wire *wire, enum wire_kind kind, const char *root,
	      struct facts *facts, struct fault *why)
{
	int need = wire_need(kind, root, facts);

	assert(wire && facts && root && *root);
	memset(wire, 0, sizeof(*wire));
	for (int i = 0; i < WIRE_ROWS; i++) {
		struct want w = wire_wants[i];
		double *out = (double *)(void *)((char *)wire + w.at);
		char key[KEY_CHARS];

		if (!((need | wire_rows[kind].may) & BIT(i)))
			continue;
		w.optional = !(need & BIT(i));
		text_join(key, sizeof(key), (const char *const[]){
			root, ".", w.key, NULL });
		if (want_one(&w, facts, key, out, why))
			return -1;
	}
	return 0;
}

/* ---- how wrong they may be ---- */

static void take_error(void *of, const struct want *w, const char *root,
		       const struct facts *facts)
{
	double *out = (double *)(void *)((char *)of + w->at);
	const struct fact *f;
	char key[KEY_CHARS];

	text_join(key, sizeof(key), (const char *const[]){
		root, ".", w->key, NULL });
	f = facts_find(facts, key);
	*out = f ? f->err : 0;
}

void law_errors(struct law *err, const char *root, const struct facts *facts)
{
	memset(err, 0, sizeof(*err));
	for (int i = 0; i < NR(law_wants); i++)
		take_error(err, &law_wants[i], root, facts);
}

void wire_errors(struct wire *err, const char *root, const struct facts *facts)
{
	memset(err, 0, sizeof(*err));
	for (int i = 0; i < WIRE_ROWS; i++)
		take_error(err, &wire_wants[i], root, facts);
}
