/*
 * paging: how an engine lays out V4's KV cache: to the byte, in pools of a
 * fixed proportion (window_share), or in one pool of blocks (shared). The state
 * of its compressors is rows of content and score (model/attention.h).
 */
#ifndef FACTS_PAGING_H
#define FACTS_PAGING_H

#include "sheet/fact.h"

struct paging {
	double page_tok;	/* tokens of a page; 0: no pages */
	double align_B;		/* in blocks, a layer's fp8 part of one is
				   padded to a multiple of; 0: of anything */
	double shared;		/* 1: windows and state are blocks of the pool
				   that the compressed entries' pages are of, */
	double window_tok;	/* of so many tokens each, */
	double csa_block, hca_block;	/* and rows */
	double window_share;	/* of the tokens in a pool, those whose windows
				   there is room for beside it; 0: no pools */
	double window_hca;	/* 1: and HCA's state with each window */
	double number_B;	/* of a number of a state; 0: fp32 */
	double hca_rows;	/* that HCA keeps; 0: all it compresses */
	double rings;		/* times as many rows where it drafts; 0: as
				   many */
};

/* 0, or -1 and the fault: a row beyond limits, a pool without its blocks. */
int paging_take(struct paging *, struct facts *, struct fault *);

#endif
