#include "tests/toy_rank.h"

void begin(struct group *g, double room_tok)
{
	*g = (struct group){ .engine = serve_engine_plain };
	g->load = (struct serve_load){ .request = g->request, .nr = MOST,
		.hash = g->hash, .hashes = MOST,
		.hash_tok = 10 };	/* size: of a block */
	for (int i = 0; i < MOST; i++)
		g->hash[i] = (uint64_t)i + 1;
	g->engine.reserve = SERVE_NOW;
	g->engine.chunked = true;
	g->engine.block_tok = 1;
	g->engine.budget_tok = 1000;	/* size: no bound */
	g->engine.max_seqs = MOST;
	g->engine.room_tok = room_tok;
}

void open_rank(struct group *g)
{
	const struct rank_spec s = { &g->engine, &g->load, g->live };

	rank_init(&g->rank, &s);
}

void come(struct group *g, int32_t id, int32_t prompt, int32_t output)
{
	g->request[id] = (struct serve_request){ .prompt_tok = prompt,
		.output_tok = output, .steps = output - 1, .after = -1 };
	g->live[id] = (struct live){ .need_tok = prompt, .left_tok = output,
		.left_steps = output - 1, .end_step = -1 };
	fifo_push(&g->rank.wait, id);
}

int prompt_step(struct group *g)
{
	struct rank *k = &g->rank;
	int nr;

	rank_choose(k);
	nr = k->takes;
	for (int i = 0; i < nr; i++)
		rank_prompted(k, &k->take[i], 0);
	k->takes = 0;
	k->new_tok = k->attend_tok2 = k->host_tok = 0;
	rank_turn(k);
	return nr;
}

int decode(struct group *g, int steps)
{
	int32_t done[MOST];
	int nr = 0;

	for (int i = 0; i < steps; i++)
		nr += rank_decoded(&g->rank, done);
	return nr;
}
