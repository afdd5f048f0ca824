/*
 * price: the seconds of one engine step of an attention group, whatever is in
 * it: sequences in decode, prompts, or both. What serving, planning and any
 * other queue ask of this floor.
 *
 * price_make times a few thousand steps and passes (milliseconds); price_s
 * then looks up, straight between the nearest of them: pure, no allocation,
 * millions a second. It never falls when a field grows (graph_seqs apart: its
 * 0 means eager). At a node without a prompt it is step_time; without decode,
 * prefill_pass. Between nodes they differ by a per cent.
 *
 * A decode that runs in a CUDA graph computes the rows that were captured, as
 * step_time's does (struct padding). n sequences in a graph of g are between a
 * step of n, with a token more in each micro-batch where padding goes to
 * experts (its rows are copies, and touch what one does), and a step of g:
 *
 *	t = (1 - row) step(n + min(copies, g - n)) + row step(g)
 *
 * row is what a row of padding takes of what a sequence does, of step_time.
 *
 * A mixed step puts the rows of both through every GEMM, and each its own
 * core attention after the other:
 *
 *	t = max(decode alone,
 *		prompts with the rows of each sequence more + core(decode))
 *
 * where core(decode) is what reads the KV in step_time.
 *
 * A decode that a host launches kernel by kernel, as a stack of its day does
 * even beside CUDA graphs (time/host), takes that into account as step_time
 * does. An eager step is never shorter than what the host takes to launch it
 * (time/prefill, eager_s).
 */
#ifndef TIME_PRICE_H
#define TIME_PRICE_H

#include "time/prefill.h"

/*
 * One step of a replica's attention groups, which meet at every exchange: the
 * group with most decides, so the first five are of that group, each its own
 * maximum. One group: all_seqs = seqs, all_new_tok = new_tok.
 */
struct price_step {
	double seqs;		/* sequences in decode */
	double kv_tok;		/* KV tokens that they attend to, summed */
	double new_tok;		/* prompt tokens computed beside them */
	double attend_tok2;	/* sum over those of the tokens each attends
				   to: of a chunk, new (prior + new / 2) */
	double prior_tok;	/* of those prompts, in the cache already */
	double all_seqs;	/* in decode, over all groups */
	double all_new_tok;	/* prompt tokens, over all groups */
	double graph_seqs;	/* the largest CUDA graph that the decode may
				   run in; 0: none, it is launched kernel by
				   kernel */
};

enum {
	PRICE_SEQS = 56,	/* size: nodes of sequences of a group */
	PRICE_KVS = 26,		/* size: of their KV tokens */
	PRICE_TOKS = 24,	/* size: of prompt tokens */
};

/* A deployment's steps; filled by price_make, then only read. */
struct price {
	double groups;
	double query_tok;	/* rows of a sequence in decode */
	double host_s, host_seq_s;
	double turn_s;		/* of a step that decodes with drafts */
	double launch_norm;	/* struct stack */
	double sms;		/* struct stack, prefill_sms; 0: in turn */
	double rate;		/* prompts' passes over their parts */
	double eager_s;		/* of a step launched kernel by kernel */
	double piece_tok;	/* prompts of up to so many rows run in pieces
				   of CUDA graphs; 0: none */
	double piece_share;	/* of eager_s, what they leave to the host */
	/* decode: attention by (sequences, KV), the rest by sequences */
	double seqs[PRICE_SEQS], kv[PRICE_KVS];
	double attn_s[PRICE_SEQS][PRICE_KVS];
	double kv_s[PRICE_SEQS][PRICE_KVS];	/* of it, what KV takes */
	double rest_s[PRICE_SEQS];
	double launch_s[PRICE_SEQS];	/* what a host takes to launch it */
	double once_s[PRICE_SEQS];	/* pipeline_once_s; 0: no pipeline */
	/* rows of padding, of the nodes' steps each the next one's size */
	struct captured sizes;	/* nr 0: none */
	double per_tok;		/* graph_per */
	bool alike;
	double copies;		/* sequences whose experts padding touches */
	double attn_row[PRICE_SEQS], rest_row[PRICE_SEQS];
	/* prompts by tokens; core attention of a token by what it meets, and
	   of a token in the cache what it takes to meet it at all */
	double tok[PRICE_TOKS];
	struct prefill_parts part[PRICE_TOKS];
	double core_s[PRICE_TOKS];
	double prior_s;
};

/*
 * of: the deployment and how its decode steps run; its batch counts by
 * query_tok and micro alone. Rates and laws must be there (machine_lacks,
 * prefill_lacks).
 */
void price_make(struct price *, const struct step_spec *of);

/*
 * Prompts run in piecewise CUDA graphs, of up to tok rows (INFINITY: any), and
 * the host launches a share, 0 to 1, of a step: the attention between pieces.
 */
void price_pieces(struct price *, double tok, double share);

/* Of a step in a pipeline: what is the last stage's alone, and the host's. */
double price_once_s(const struct price *, const struct price_step *);
double price_host_s(const struct price *, const struct price_step *);

/* What the host takes to launch a step with so many rows of prompts. */
double price_launch_s(const struct price *, double rows);

/* Seconds, the host's included; 0 of a step with nothing in it. */
double price_s(const struct price *, const struct price_step *);

#endif
