#include "serve/room.h"

#include <assert.h>
#include <math.h>

/* ---- what the others have ---- */

/* A prompt whose last chunk is in a pass holds all of itself. */
static void add_sibling(struct siblings *all, const struct rank *o)
{
	all->running += o->running;
	all->step += o->step;
	all->kv_tok += o->kv_tok;
	all->gain_tok += o->gain_tok;
	for (int i = 0; i < o->takes; i++) {
		const struct live *v = &o->live[o->take[i].id];

		if (!o->take[i].last)
			continue;
		all->prompts++;
		all->prompt_tok += v->need_tok + o->engine->seq_tok;
	}
}

void rank_look(struct rank *k)
{
	struct rank *f = k->first;

	if (f->cut >= 0)
		f->part = f->cut;
	f->cut = -1;
	if (f->part >= 0 &&
	    k->live[f->part].sent_tok == k->live[f->part].need_tok)
		f->part = -1;
	if (k->slots == 1)
		return;
	k->others = (struct siblings){ 0 };
	for (const struct rank *o = k->next; o != k; o = o->next)
		add_sibling(&k->others, o);
}

int rank_load(const struct rank *k)
{
	return k->first->wait.nr + rank_all_inside(k);
}

/* ---- what is held ---- */

static double in_blocks(const struct rank *k, double tok)
{
	return ceil(tok / k->engine->block_tok) * k->engine->block_tok;
}

double rank_whole_tok(const struct rank *k, int32_t id)
{
	const struct live *v = &k->live[id];

	return in_blocks(k, (double)v->need_tok + v->left_tok) +
	       k->engine->seq_tok;
}

/* What sharing of prefixes saves. */
static double shared_tok(const struct rank *k)
{
	return k->first->in_pool_tok - k->first->pool.held_tok;
}

/* On average half of a sequence's last block is empty. */
static double waste_tok(const struct rank *k)
{
	int runs = rank_all_running(k);

	return runs * (k->engine->block_tok - 1) / 2 +
	       (runs + (k->first->part >= 0)) * k->engine->seq_tok;
}

double rank_held_tok(const struct rank *k)
{
	int part = k->first->part;

	return k->kv_tok + k->others.kv_tok +
	       (part >= 0 ? k->live[part].done_tok : 0) +
	       waste_tok(k) - shared_tok(k);
}

double rank_sent_tok(const struct rank *k)
{
	int part = k->first->part;

	return k->others.prompt_tok + (part < 0 ? 0 :
		k->live[part].sent_tok - k->live[part].done_tok);
}

bool rank_never(const struct rank *k, int32_t id)
{
	const struct serve_engine *e = k->engine;

	return rank_whole_tok(k, id) > e->room_tok ||
	       (e->longest_tok > 0 && (double)k->live[id].need_tok +
		k->live[id].left_tok > e->longest_tok) ||
	       (!e->chunked && !k->live[id].here &&
		k->live[id].need_tok > e->budget_tok);
}

static double ratio_now(const struct rank *k)
{
	const struct serve_engine *e = k->engine;
	const struct rank *f = k->first;
	double first = f->ratio >= 0 ? f->ratio : e->reserve_ratio;
	double steps = (double)(k->step + k->others.step - f->ratio_step);

	if (e->reserve_decay <= 0)
		return e->reserve_least;
	return fmax(e->reserve_least, first - steps / e->reserve_decay *
		    (e->reserve_ratio - e->reserve_least));
}

/*
 * What counts as taken when a newcomer is weighed. SGLang's PrefillAdder: what
 * is held, a share of what the running still owe, newcomers of this step
 * whole.
 */
static double taken_tok(const struct rank *k, double newcomers_tok)
{
	const struct rank *f = k->first;
	double there;

	if (k->engine->reserve == SERVE_WHOLE)
		return f->whole_tok - shared_tok(k);
	there = rank_held_tok(k) + shared_tok(k) + newcomers_tok +
		k->others.prompt_tok;
	if (k->engine->reserve == SERVE_RATIO)
		there += ratio_now(k) * (f->whole_tok - there);
	else if (f->part >= 0)
		there += k->live[f->part].need_tok -
			 k->live[f->part].done_tok;
	return there - shared_tok(k);
}

bool rank_has_room(const struct rank *k, int32_t id, double newcomers_tok,
		   double held_already_tok)
{
	const struct live *v = &k->live[id];
	double taken = taken_tok(k, newcomers_tok), needs = v->need_tok;

	if (rank_all_inside(k) + k->takes == 0)
		return true;
	if (k->engine->reserve == SERVE_NOW)
		needs += rank_all_gain_tok(k) + k->takes + 1 +
			 k->engine->seq_tok;
	else
		needs = rank_whole_tok(k, id);
	return taken + needs - held_already_tok <= k->engine->room_tok;
}

/*
 * Ranks of a group share places as evenly as goes (SGLang's
 * pp_max_micro_batch_size; TensorRT-LLM's max_batch_size is of a micro-batch),
 * or the first that is planned takes all that are free (vLLM: issues 27462 and
 * 41682; SGLang's get_new_prebuilt_batch, of what comes with its KV). A cut
 * prompt's last chunk takes one wherever it is.
 */
bool rank_has_place(const struct rank *k)
{
	int most = k->engine->max_seqs, own = k->running + k->takes;
	int share = (most + k->slots - 1 - k->slot) / k->slots;

	if (!k->engine->greedy && own >= share)
		return false;
	return own + k->others.running + k->others.prompts < most;
}
