#include "work/cache.h"

#include <assert.h>
#include <math.h>

static int layers_of(const struct deployment *d, enum attn kind)
{
	return model_attn_layers(d->model, kind);
}

static const struct paging *paging_of(const struct deployment *d)
{
	return &d->machine.stack->paging;
}

/* Layers that keep a window: all of V4's, and an MTP layer where it drafts. */
static int windows(const struct deployment *d)
{
	return d->model->num_hidden_layers + (d->layout.drafts > 0);
}

/* ---- state of compressors ---- */

static double number_B(const struct deployment *d)
{
	double narrowed_B = paging_of(d)->number_B;

	return narrowed_B > 0 ? narrowed_B : format_bytes(FORMAT_FP32);
}

static double row_B(const struct deployment *d, enum attn kind)
{
	struct attn_state s = attention_state(d->model, kind);

	return layers_of(d, kind) * (s.entry + s.key) * number_B(d);
}

/* A draft that is not accepted is undone: engines keep more rows for it. */
static double rows(const struct deployment *d, enum attn kind)
{
	const struct paging *p = paging_of(d);
	double all = attention_state(d->model, kind).rows;

	if (kind == ATTN_HCA && p->hca_rows > 0)
		all = p->hca_rows;
	return all * (d->layout.drafts > 0 ? fmax(1, p->rings) : 1);
}

static double state_B(const struct deployment *d, enum attn kind)
{
	return layers_of(d, kind) > 0 ? rows(d, kind) * row_B(d, kind) : 0;
}

/* ---- to the byte ---- */

static double compressed_tok_B(const struct deployment *d)
{
	const struct kv_form *f = &d->layout.storage.form;
	double csa = attention_per_tok(ATTN_CSA);
	double hca = attention_per_tok(ATTN_HCA);

	return layers_of(d, ATTN_CSA) * csa * (f->entry_B + f->key_B) +
	       layers_of(d, ATTN_HCA) * hca * f->entry_B;
}

static double draft_B(const struct deployment *d, double ctx_tok)
{
	const struct kv_form *f = &d->layout.storage.form;
	enum attn kind = model_attn(d->model, d->model->num_hidden_layers);

	return d->layout.drafts > 0 ?
		attention_entries(d->model, kind, ctx_tok) * f->entry_B +
		attention_keys(d->model, kind, ctx_tok) * f->key_B : 0;
}

static double exact_B(const struct deployment *d, double ctx_tok)
{
	const struct kv_form *f = &d->layout.storage.form;

	return attention_kv_B(d->model, f, ctx_tok) + draft_B(d, ctx_tok) +
	       state_B(d, ATTN_CSA) + state_B(d, ATTN_HCA);
}

/* ---- pools apart, in fixed proportion ---- */

/*
 * SGLang sizes its pools by one number, the tokens of full length, F: window
 * entries of every layer for share x F, and with each window of them a ring of
 * CSA's state; one of HCA's belongs to a request, and before June 2026 to each
 * window too. A drafting layer counts as one more of the mean
 * (pool_configurator.py, DSV4PoolConfigurator).
 */
static double full_tok_B(const struct deployment *d)
{
	const struct paging *p = paging_of(d);
	const struct model *m = d->model;
	double kept = m->num_hidden_layers * d->layout.storage.form.entry_B +
		(state_B(d, ATTN_CSA) + (p->window_hca > 0 ?
			state_B(d, ATTN_HCA) : 0)) / m->sliding_window;

	return (compressed_tok_B(d) + p->window_share * kept) * windows(d) /
	       m->num_hidden_layers;
}

/*
 * Tokens of F that a sequence takes: its pages, or as many as bring the window
 * that it needs, which begins and ends inside pages.
 */
static double full_tok(const struct deployment *d, double ctx_tok)
{
	const struct paging *p = paging_of(d);
	double page = fmax(1, p->page_tok);

	return fmax(ceil(ctx_tok / page) * page,
		    (d->model->sliding_window + page) / p->window_share);
}

/* A request's own: F does not count it. */
static double request_B(const struct deployment *d)
{
	return paging_of(d)->window_hca > 0 ? 0 : state_B(d, ATTN_HCA);
}

static double apart_B(const struct deployment *d, double ctx_tok)
{
	return full_tok(d, ctx_tok) * full_tok_B(d) + request_B(d);
}

/* ---- one pool of blocks ---- */

/* A layer's part of a block. */
static double padded_B(const struct deployment *d, double has_B)
{
	double align = paging_of(d)->align_B;

	return align > 0 && d->layout.storage.kv == FORMAT_FP8 ?
		ceil(has_B / align) * align : has_B;
}

/* What the layers of a kind keep of a page, and of a block of its state. */
static double page_B(const struct deployment *d, enum attn kind)
{
	const struct kv_form *f = &d->layout.storage.form;
	double page = paging_of(d)->page_tok;

	return layers_of(d, kind) *
	       (padded_B(d, page * attention_per_tok(kind) * f->entry_B) +
		padded_B(d, attention_keys(d->model, kind, page) * f->key_B));
}

static double state_block_B(const struct deployment *d, enum attn kind,
			    double nr)
{
	struct attn_state s = attention_state(d->model, kind);

	return layers_of(d, kind) *
	       (padded_B(d, nr * s.entry * number_B(d)) +
		padded_B(d, nr * s.key * number_B(d)));
}

/* Layers that keep what a window of tokens has, in blocks of so many. */
struct group {
	double window_tok, block_tok;
	double blocks;		/* as wide as the layers are together */
};

enum { GROUPS = 3 /* size: windows, state of CSA, of HCA */ };

/*
 * vLLM has one pool of blocks, each as wide as the compressed entries of a page
 * in all layers. Windows and state take blocks of their own out of it, several
 * where their layers do not fit into one (kv_cache_utils.py, packed groups;
 * models/deepseek_v4/compressor.py). Returns bytes of a block.
 */
static double groups_of(const struct deployment *d, struct group of[GROUPS])
{
	const struct paging *p = paging_of(d);
	const struct model *m = d->model;
	double block_B = page_B(d, ATTN_CSA) + page_B(d, ATTN_HCA);
	double window_B = windows(d) * padded_B(d, p->window_tok *
		d->layout.storage.form.entry_B);

	of[0] = (struct group){ m->sliding_window, p->window_tok, window_B };
	of[1] = (struct group){ attention_state(m, ATTN_CSA).rows, p->csa_block,
		state_block_B(d, ATTN_CSA, p->csa_block) };
	of[2] = (struct group){ attention_state(m, ATTN_HCA).rows, p->hca_block,
		state_block_B(d, ATTN_HCA, p->hca_block) };
	for (int i = 0; i < GROUPS; i++)
		of[i].blocks = ceil(of[i].blocks / block_B);
	return block_B;
}

/* A window begins inside a block; a step's tokens come before any is freed. */
static double blocks_B(const struct deployment *d, double ctx_tok)
{
	double step = 1 + d->layout.drafts, nr;
	struct group of[GROUPS];
	double block_B = groups_of(d, of);

	nr = ceil(ctx_tok / paging_of(d)->page_tok);
	for (int i = 0; i < GROUPS; i++)
		nr += of[i].blocks * fmin(ceil((ctx_tok + step) /
						of[i].block_tok),
			ceil((of[i].window_tok - 1 + step) /
			     of[i].block_tok) + 1);
	return nr * block_B;
}

/* ---- by layout ---- */

bool cache_compresses(const struct deployment *d)
{
	return layers_of(d, ATTN_CSA) > 0 || layers_of(d, ATTN_HCA) > 0;
}

enum way { EXACT, APART, BLOCKS };

static enum way way_of(const struct deployment *d)
{
	const struct paging *p = paging_of(d);

	if (!cache_compresses(d))
		return EXACT;
	if (p->shared > 0) {
		assert(p->page_tok > 0 && p->window_tok > 0);
		assert(p->csa_block > 0 && p->hca_block > 0);
		return BLOCKS;
	}
	return p->window_share > 0 ? APART : EXACT;
}

double cache_seq_B(const struct deployment *d, double ctx_tok)
{
	assert(!(ctx_tok < 0));
	switch (way_of(d)) {
	case APART:
		return apart_B(d, ctx_tok);
	case BLOCKS:
		return blocks_B(d, ctx_tok);
	default:
		return exact_B(d, ctx_tok);
	}
}

double cache_request_B(const struct deployment *d)
{
	return way_of(d) == APART ? request_B(d) : 0;
}

double cache_least_B(const struct deployment *d, double ctx_tok)
{
	assert(!(ctx_tok < 0));
	return attention_kv_B(d->model, &d->layout.storage.form, ctx_tok);
}

double cache_token_B(const struct deployment *d)
{
	struct group of[GROUPS];

	switch (way_of(d)) {
	case APART:
		return full_tok_B(d);
	case BLOCKS:
		return groups_of(d, of) / paging_of(d)->page_tok;
	default:
		return cache_compresses(d) ? compressed_tok_B(d) :
			exact_B(d, 1);
	}
}

double cache_flight_B(const struct deployment *d)
{
	struct group of[GROUPS];
	double block_B, nr = 0;

	if (way_of(d) != BLOCKS)
		return 0;
	block_B = groups_of(d, of);
	for (int i = 0; i < GROUPS; i++)
		nr += of[i].blocks / of[i].block_tok;
	return nr * block_B;
}
