#include "facts/launch_wants.h"

#define FACT(key, dim, limit, field) { "serve_" key, DIM_ ## dim, \
	LIMIT_ ## limit, offsetof(struct serve_facts, field), true }

const struct want launch_wants[] = {
	FACT("alone", COUNT, FLAG, alone),
	FACT("reserve", RATIO, SHARE, reserve),
	FACT("seqs", COUNT, FROM_ZERO, seqs),
	FACT("tokens", COUNT, FROM_ZERO, tokens),
	FACT("tokens_many", COUNT, FROM_ZERO, tokens_many),
	FACT("many", COUNT, FROM_ZERO, many),
	FACT("whole", COUNT, FLAG, whole),
	FACT("fit", COUNT, FLAG, fit),
	FACT("recv", COUNT, FROM_ZERO, recv),
	FACT("recv_few", COUNT, FROM_ZERO, recv_few),
	FACT("few", COUNT, FROM_ZERO, few),
	FACT("every", COUNT, FROM_ZERO, every),
	FACT("adp", COUNT, FROM_ZERO, adp),
	FACT("wait", COUNT, FROM_ZERO, wait),
	FACT("wait_share", RATIO, SHARE, wait_share),
	FACT("wait_from", COUNT, FROM_ZERO, wait_from),
	FACT("graph", COUNT, FROM_ZERO, graph),
	FACT("piece", COUNT, FROM_ZERO, piece),
	FACT("piece_fp4", COUNT, FROM_ZERO, piece_fp4),
	FACT("piece_share", RATIO, SHARE, piece_share),
	FACT("piece_B", B, FROM_ZERO, piece_B),
	FACT("overhead", RATIO, FROM_ZERO, overhead),
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
