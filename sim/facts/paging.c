#include "facts/paging.h"

#include <assert.h>

#include "sheet/want.h"

#define ROW(key, dim, limit, field) \
	{ key, DIM_ ## dim, LIMIT_ ## limit, offsetof(struct paging, field), \
	  true }

static const struct want wants[] = {
	ROW("page", TOK, FROM_ZERO, page_tok),
	ROW("page.align", B, FROM_ZERO, align_B),
	ROW("page.shared", COUNT, FLAG, shared),
	ROW("page.window", TOK, COUNT, window_tok),
	ROW("page.csa", COUNT, COUNT, csa_block),
	ROW("page.hca", COUNT, COUNT, hca_block),
	ROW("window.share", RATIO, SHARE, window_share),
	ROW("window.hca", COUNT, FLAG, window_hca),
	ROW("state.number", B, FROM_ZERO, number_B),
	ROW("state.hca", COUNT, FROM_ZERO, hca_rows),
	ROW("state.drafts", COUNT, FROM_ZERO, rings),
};

int paging_take(struct paging *p, struct facts *facts, struct fault *why)
{
	const struct fact *f = facts_find(facts, "page.shared");

	assert(facts->name);
	if (want_all(wants, sizeof(wants) / sizeof(*wants), facts, p, why))
		return -1;
	if (!(p->shared > 0) || (p->page_tok > 0 && p->window_tok > 0 &&
				 p->csa_block > 0 && p->hca_block > 0))
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "a shared pool has blocks of pages, of windows and of "
		   "state");
	return fault_remedy(why, "add rows page, page.window, page.csa and "
			    "page.hca, or leave page.shared out");
}
