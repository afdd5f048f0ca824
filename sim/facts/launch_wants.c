#include "facts/launch_wants.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

#define FACT(key, dim, limit, field) { "serve_" key, DIM_ ## dim, \
	LIMIT_ ## limit, offsetof(struct serve_facts, field), true }

const struct want launch_wants[] = {
	FACT("alone", COUNT, FLAG, alone),
	FACT("reserve", RATIO, SHARE, reserve),
	FACT("reserve_first", RATIO, SHARE, reserve_first),
	FACT("reserve_decay", COUNT, FROM_ZERO, reserve_decay),
	FACT("retract", COUNT, FROM_ZERO, retract),
	FACT("mixed_dp", COUNT, FLAG, mixed_dp),
	FACT("seqs", COUNT, FROM_ZERO, seqs),
	FACT("seqs_dp", COUNT, FROM_ZERO, seqs_dp),
	FACT("greedy", COUNT, FLAG, greedy),
	FACT("greedy_apart", COUNT, FLAG, greedy_apart),
	FACT("turn", S, FROM_ZERO, turn_s),
	FACT("tokens", COUNT, FROM_ZERO, tokens),
	FACT("small", COUNT, FROM_ZERO, small),
	FACT("seqs_small", COUNT, FROM_ZERO, seqs_small),
	FACT("tokens_small", COUNT, FROM_ZERO, tokens_small),
	FACT("recv_small", COUNT, FROM_ZERO, recv_small),
	FACT("pad", COUNT, FROM_ZERO, pad),
	FACT("tokens_fp4", COUNT, FROM_ZERO, tokens_fp4),
	FACT("tokens_many", COUNT, FROM_ZERO, tokens_many),
	FACT("tokens_short", COUNT, FROM_ZERO, tokens_short),
	FACT("many", COUNT, FROM_ZERO, many),
	FACT("tokens_dp", COUNT, FROM_ZERO, tokens_dp),
	FACT("split", COUNT, FROM_ZERO, split),
	FACT("whole", COUNT, FLAG, whole),
	FACT("fit", COUNT, FLAG, fit),
	FACT("recv", COUNT, FROM_ZERO, recv),
	FACT("recv_few", COUNT, FROM_ZERO, recv_few),
	FACT("few", COUNT, FROM_ZERO, few),
	FACT("recv_dp", COUNT, FROM_ZERO, recv_dp),
	FACT("delay", COUNT, FROM_ZERO, delay),
	FACT("delay_slots", RATIO, SHARE, delay_slots),
	FACT("every", COUNT, FROM_ZERO, every),
	FACT("adp", COUNT, FROM_ZERO, adp),
	FACT("adp_wait", COUNT, FROM_ZERO, adp_wait),
	FACT("wait", COUNT, FROM_ZERO, wait),
	FACT("wait_share", RATIO, SHARE, wait_share),
	FACT("wait_from", COUNT, FROM_ZERO, wait_from),
	FACT("piece", COUNT, FROM_ZERO, piece),
	FACT("piece_fp4", COUNT, FROM_ZERO, piece_fp4),
	FACT("piece_ep", COUNT, FROM_ZERO, piece_ep),
	FACT("piece_tok", COUNT, FROM_ZERO, piece_tok),
	FACT("piece_share", RATIO, SHARE, piece_share),
	FACT("piece_B", B, FROM_ZERO, piece_B),
	FACT("overhead", RATIO, FROM_ZERO, overhead),
	FACT("band_ttft", RATIO, SHARE, band[SEEN_TTFT]),
	FACT("band_tpot", RATIO, SHARE, band[SEEN_TPOT]),
	FACT("band_tok_s", RATIO, SHARE, band[SEEN_TOK_S]),
	FACT("mem", RATIO, SHARE, mem),
	FACT("mem_most", RATIO, SHARE, mem_most),
	FACT("free", RATIO, SHARE, free),
	FACT("taken", B, FROM_ZERO, taken_B),
	FACT("in", S, FROM_ZERO, in_s),
	FACT("out", S, FROM_ZERO, out_s),
	FACT("tokenize", S, FROM_ZERO, tokenize_s),
	FACT("ran_ep", COUNT, FROM_ZERO, ran_ep),
	FACT("ran_ep_fp4", COUNT, FROM_ZERO, ran_ep_fp4),
	FACT("ran_dp", COUNT, FROM_ZERO, ran_dp),
	FACT("ran_dp_long", COUNT, FROM_ZERO, ran_dp_long),
};

const int launch_wants_nr = sizeof(launch_wants) / sizeof(*launch_wants);

/* What follows a head; NULL: it is another's. */
static const char *behind(const char *key, const char *head)
{
	size_t n = strlen(head);

	return strncmp(key, head, n) == 0 ? key + n : NULL;
}

const struct want *launch_want(const char *key)
{
	static const char *const heads[] = { LAUNCH_V4, LAUNCH_DSA,
					     LAUNCH_HEAD };	/* the last */
	const char *what = NULL;

	assert(key);
	for (int h = 0; !what && h < (int)(sizeof(heads) / sizeof(*heads)); h++)
		what = behind(key, heads[h]);
	for (int i = 0; what && i < launch_wants_nr; i++)
		if (!strcmp(what, behind(launch_wants[i].key, LAUNCH_HEAD)))
			return &launch_wants[i];
	return NULL;
}

void launch_take(struct serve_facts *to, const struct facts *facts,
		 const struct places *at, const char *head)
{
	char key[KEY_CHARS];

	assert(to != NULL);
	for (int i = 0; i < launch_wants_nr; i++) {
		const struct want *w = &launch_wants[i];
		const struct fact *f;

		text_join(key, sizeof(key), (const char *const[]){
			head, behind(w->key, LAUNCH_HEAD), NULL });
		f = grammar_find(facts, key, at, "");
		if (!f)
			continue;
		*(double *)(void *)((char *)to + w->at) = f->value;
		if (w->at == offsetof(struct serve_facts, overhead))
			to->overhead_err = f->err;
		if (w->at == offsetof(struct serve_facts, taken_B))
			to->taken_err_B = f->err;
	}
}
