/*
 * launch: how an engine is launched and what its host takes: the rows
 * serve_WHAT.ARCH of a stack's sheet, dated where scripts and images changed.
 * What a sheet does not say is 0, and stands for nothing.
 */
#ifndef FACTS_LAUNCH_H
#define FACTS_LAUNCH_H

/* What users see of a served deployment, whose models err each by itself. */
enum { SEEN_TTFT, SEEN_TPOT, SEEN_TOK_S, SEEN_KINDS };

struct serve_facts {
	double alone;		/* 1: prompts before decode; else mixed */
	double reserve;		/* of output still owed: 1 whole, 0 none */
	double reserve_first;	/* or a share at first, */
	double reserve_decay;	/* which falls to that in so many decode steps;
				   0: at once */
	double retract;		/* and is as where who runs has so many tokens
				   more, once room has ended */
	double mixed_dp;	/* 1: beside it all the same under attention
				   DP */
	double seqs;		/* running at most, a group; */
	double seqs_dp;		/* or instead, under attention DP */
	double greedy;		/* 1: of a pipeline, the first step that is
				   planned takes all places that are free; */
	double greedy_apart;	/* of an engine that is sent its KV; */
	double turn_s;		/* and the host comes to the next so late */
	double small;		/* GPUs up to which these are given instead,
				   under TP, experts having 8 bits: */
	double seqs_small, tokens_small, recv_small;
	/* tokens of a step's prompts */
	double tokens;
	double tokens_fp4;	/* instead, where experts have 4 bits */
	double tokens_many, many;	/* from so many clients on */
	double tokens_short;	/* or instead, where prompts are said to have
				   less than LAUNCH_LONG */
	double tokens_dp;	/* or instead, under attention DP */
	double split;		/* GPUs up to which these and seqs are of all
				   its groups; beyond, of each */
	double whole;		/* 1: a prompt is not cut */
	double fit;		/* 1: tokens are enough for the longest prompt
				   with all clients beside it */
	/* what prompts wait for */
	double recv;		/* decode steps between looks at the inbox */
	double recv_few, few;	/* the same below so many clients */
	double recv_dp;		/* and under attention DP; 0: as without */
	double delay;		/* there, passes that a group's prompts wait
				   for every group to have some, of up to split
				   GPUs */
	double delay_slots;	/* and where all have some, while fewer places
				   are free than the most prompts of a pass:
				   what a pass leaves of that; 0: not so */
	double every;		/* under attention DP, steps from one with
				   prompts to the next */
	double adp;		/* steps that attention DP waits for prompts on
				   every rank, */
	double adp_wait;	/* and then for more, to fill the step */
	double wait, wait_share;	/* without, steps that prompts wait
				   while they are less than this share of
				   tokens, */
	double wait_from;	/* from so many clients on, short requests and
				   experts of 8 bits */
	double pad;		/* rows of a step up to which ranks of
				   attention DP are padded to the fullest */
	/* CUDA graphs */
	double piece;		/* clients from which prompts run in pieces of
				   them, outputs being short; */
	double piece_fp4;	/* where experts have 4 bits, prompts too, */
	double piece_ep;	/* and EP is this or more */
	double piece_tok;	/* or instead, whatever the lengths, in passes
				   of up to so many tokens */
	double piece_share;	/* of the host's launches that are left then */
	double piece_B;		/* and what they take */
	double overhead;	/* of a step where no KV arrives from other
				   GPUs, instead of the stack's */
	double overhead_err;	/* one standard error */
	double band[SEEN_KINDS];	/* log standard error of what users see
				   beside that of the steps */
	/* room */
	double mem;		/* of HBM, instead of mem_share, */
	double mem_most;	/* and where weights take more than that */
	double free, taken_B;	/* KV gets this share of what weights and these
				   bytes leave */
	double taken_err_B;	/* one standard error */
	/* the host */
	double in_s, out_s;	/* client to scheduler, and back */
	double tokenize_s;	/* a prompt token */
	/* clients from which a layout that was asked for ran otherwise */
	double ran_ep;		/* experts by EP on all GPUs, */
	double ran_ep_fp4;	/* those of 4 bits; */
	double ran_dp;		/* and attention by DP, */
	double ran_dp_long;	/* where prompts are LAUNCH_LONG or more */
};

#define LAUNCH_LONG 4096.0	/* size: tokens; scripts tell 8k from 1k */

#endif
