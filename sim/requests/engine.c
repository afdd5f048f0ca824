#include "requests/serving.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/band.h"
#include "base/units.h"

#define MOST 1e9		/* size: of a count that is given */
#define PAGE 64.0		/* size: of InferenceX's max_num_tokens, which
				   is (clients + isl + 127) in whole 64 */

/*
 * Engines that prefill and such that decode are launched by recipes of their
 * own (InferenceX benchmarks/multi_node): what the scripts of one node hold
 * back, bound and reserve is not in them. A pass has the stack's tokens: 65,536
 * of SGLang's 8 groups, 8,192 of TensorRT-LLM's.
 */
static bool apart(const struct serving_spec *s)
{
	return *s->pools != '\0';
}

const struct serve_facts *serving_launch(const struct question *q)
{
	const struct stack *s = q->on.machine.stack;

	switch (q->on.model->family) {
	case FAMILY_DSA: return &s->serve_dsa;
	case FAMILY_V4: return &s->serve_v4;
	default: return &s->serve;
	}
}

static int word(const char *text, const char *what, const char *const *names,
		struct fault *why)
{
	int i = 0;

	for (; names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	fault_what(why, "%s is \"%.40s\"", what, text);
	return fault_remedy(why, "write %s%s%s%s%s", names[0],
			    i > 1 ? " or " : "", i > 1 ? names[1] : "",
			    i > 2 ? " or " : "", i > 2 ? names[2] : "");
}

static int words(struct serve_engine *e, const struct serving_spec *s,
		 const struct question *q, struct fault *why)
{
	const struct serve_facts *of = serving_launch(q);
	bool mixed = of->mixed_dp > 0 && q->on.layout.dp > 1 && !apart(s);
	static const char *const batching[] = { "alone", "mixed", NULL };
	static const char *const reserve[] = { "whole", "ratio", "now", NULL };
	int how = *s->batching ?
		word(s->batching, "batching", batching, why) :
		of->alone > 0 && !mixed ? SERVE_ALONE : SERVE_MIXED;
	int room = *s->reserve ?
		word(s->reserve, "reserve", reserve, why) :
		of->reserve >= 1 ? SERVE_WHOLE :
		of->reserve > 0 ? SERVE_RATIO : SERVE_NOW;

	if (how < 0 || room < 0)
		return -1;
	e->batching = (enum serve_batching)how;
	e->reserve = (enum serve_reserve)room;
	return 0;
}

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

struct count {
	double x, least;
	const char *what;
};

static int in_range(const struct count *c, struct fault *why)
{
	if (isnan(c->x) || (c->x >= c->least && c->x <= MOST))
		return 0;
	fault_what(why, "%s is %g", c->what, c->x);
	return fault_remedy(why, "write a number from %g to %.0f", c->least,
			    MOST);
}

static int host_times(const struct serving_spec *s, struct fault *why)
{
	if (!(s->in_s > HOUR_S || s->out_s > HOUR_S ||
	      s->tokenize_s_tok > 1e-3))	/* units: 1 ms a token */
		return 0;
	fault_what(why, "in or out is over an hour, or tokenize over a "
		   "millisecond a token");
	return fault_remedy(why, "write in and out in ms, tokenize in us a "
			    "token");
}

static bool is_short(double tok)
{
	return !(tok >= LAUNCH_LONG);
}

static bool has_fp4(const struct question *q)
{
	return format_bytes(kept_in(&q->on.layout.storage.weights, SITE_MOE,
				    MODULE_EXPERTS)) < 1;
}

static bool from(double least, double clients)
{
	return least > 0 && clients >= least;
}

/* SGLang turns them off under attention DP and for models that pick. */
static bool has_pieces(const struct question *q)
{
	return q->on.layout.dp == 1 && !(q->on.model->index_n_heads > 0);
}

bool serving_pieces(const struct question *q)
{
	const struct serve_facts *of = serving_launch(q);
	const struct scenario *s = &q->scenario;

	if (of->piece_tok > 0)
		return from(of->piece, s->concurrency) && has_pieces(q);
	if (!is_short(s->osl))
		return false;
	if (!has_fp4(q))
		return from(of->piece, s->concurrency);
	return from(of->piece_fp4, s->concurrency) && is_short(s->isl) &&
	       q->on.layout.ep >= of->piece_ep;
}

int serving_as_run(struct question *q, struct fault *why)
{
	const struct serve_facts *of = serving_launch(q);
	struct scenario s = q->scenario;
	bool dp = from(is_short(s.isl) ? of->ran_dp : of->ran_dp_long,
		       s.concurrency);
	bool ep = from(has_fp4(q) ? of->ran_ep_fp4 : of->ran_ep,
		       s.concurrency);
	struct deployment sheets = q->on;

	if (!dp && !ep)
		return 0;
	if (ep)
		s.ep = s.gpus / s.pp;
	if (dp) {
		s.tp = 1;
		s.batch = (double)NAN;
	}
	return question_with(q, &s, &sheets, why);
}

double serving_mem_share(const struct question *q)
{
	const struct stack *s = q->on.machine.stack;
	const struct serve_facts *of = serving_launch(q);
	struct hold_spec hold = { .seqs = 1, .ctx_tok = q->batch.ctx_tok };
	double share = of->mem > 0 ? of->mem : s->mem_share;
	struct held held;

	if (q->mem_share != s->mem_share)	/* the question says */
		return q->mem_share;
	if (of->free > 0)
		return 1;
	hold.mem_share = share;
	deployment_hold(&q->on, &hold, &held);
	return held.weights_B + held.buffer_B + held.kv_B > held.budget_B ?
		fmax(share, of->mem_most) : share;
}

/*
 * TRT-LLM's free_gpu_memory_fraction is of what a forward pass at its largest
 * has left; SGLang's mem-fraction-static is of all of it. The room, with the
 * ends of its 80 % band.
 */
static void room_of(struct serving_room *r, const struct question *q,
		    double mem_share, bool told)
{
	const struct serve_facts *of = serving_launch(q);
	struct hold_spec hold = { .mem_share = mem_share, .seqs = 1,
				  .ctx_tok = q->batch.ctx_tok };
	struct held held, low, high;
	double taken_B = of->taken_B + (serving_pieces(q) ? of->piece_B : 0);
	double off_tok;

	deployment_hold(&q->on, &hold, &held);
	assert(held.kv_more_B > 0 && held.kv_more_B <= held.kv_tok_B);
	r->tok_B = held.kv_tok_B;
	r->seq_tok = ((held.kv_tok_B - (told ? held.kv_beside_B : 0)) /
		      held.kv_more_B - 1) * hold.ctx_tok;
	r->flight_tok = held.kv_flight_B / held.kv_more_B;
	held.kv_tok_B = held.kv_more_B;
	held_range(&held, &low, &high);
	r->tok = fmax(0, floor(held_room_tok(&held)));
	r->low_tok = fmax(0, floor(held_room_tok(&low)));
	r->high_tok = fmax(0, floor(held_room_tok(&high)));
	if (!(of->free > 0 && hold.mem_share >= 1))
		return;
	off_tok = of->free * Z80 * of->taken_err_B / held.kv_tok_B;
	r->tok = fmax(0, floor(of->free * (held.hbm_B - held.weights_B -
					   taken_B) / held.kv_tok_B));
	r->low_tok = fmax(0, floor(r->tok - off_tok));
	r->high_tok = floor(r->tok + off_tok);
}

/* A script may ask less of few GPUs under TP: what it says there, or else. */
static double launched(const struct question *q, double small,
		       double otherwise)
{
	const struct serve_facts *of = serving_launch(q);
	bool is = q->on.layout.gpus <= of->small && q->on.layout.dp == 1 &&
		  !has_fp4(q);

	return is && small > 0 ? small : otherwise;
}

/*
 * SGLang's max-running-requests and chunked-prefill-size are of all ranks. A
 * script says them of a node; who launches more asks for as much on each.
 */
static double of_group(const struct question *q, double all)
{
	const struct layout *l = &q->on.layout;
	bool split = l->gpus <= serving_launch(q)->split && all > 0;

	assert(l->dp >= 1 && l->gpus >= l->dp);
	return split ? fmax(1, floor(all / l->dp)) : all;
}

static double seqs_of(const struct question *q)
{
	const struct serve_facts *of = serving_launch(q);

	return q->on.layout.dp > 1 && of->seqs_dp > 0 ? of->seqs_dp :
		launched(q, of->seqs_small, of->seqs);
}

/* Tokens of a step: as launched, which may follow the clients. */
static double tokens_of(const struct question *q)
{
	const struct stack *s = q->on.machine.stack;
	const struct serve_facts *of = serving_launch(q);
	double clients = q->scenario.concurrency, tokens = of->tokens;

	if (has_fp4(q) && of->tokens_fp4 > 0)
		tokens = of->tokens_fp4;
	tokens = launched(q, of->tokens_small, tokens);
	if (of->many > 0 && clients >= of->many)
		tokens = of->tokens_many;
	if (of->tokens_short > 0 && q->scenario.isl < LAUNCH_LONG)
		tokens = of->tokens_short;
	if (of->tokens_dp > 0 && q->on.layout.dp > 1)
		tokens = of->tokens_dp;
	tokens = of_group(q, tokens);
	if (of->fit > 0 && q->scenario.isl > 0)
		tokens = fmax(tokens, floor((clients + q->scenario.isl +
					     2 * PAGE - 1) / PAGE) * PAGE);
	return tokens > 0 ? tokens : s->prefill_tok;
}

/* Of an engine of one pool: whole prompts of up to isl have room in a pass. */
static double tokens_apart(const struct question *q)
{
	const struct stack *s = q->on.machine.stack;
	double isl = serving_launch(q)->fit > 0 && q->scenario.isl > 0 ?
		q->scenario.isl : 0;

	return fmax(s->prefill_tok, ceil(isl / PAGE) * PAGE);
}

static double step_tok(const struct question *q, const struct serving_spec *s)
{
	return floor(given(s->max_tokens, apart(s) ? tokens_apart(q) :
			   tokens_of(q)));
}

/* A step of prompts has room for what it takes beside their entries. */
static void prompts_take(struct serving_room *r, double tok)
{
	double *const room[] = { &r->tok, &r->low_tok, &r->high_tok };

	assert(tok >= 0 && r->flight_tok >= 0);
	for (unsigned i = 0; i < sizeof(room) / sizeof(*room); i++)
		*room[i] = fmax(0, floor(*room[i] - tok * r->flight_tok));
}

void serving_room(struct serving_room *r, const struct question *q,
		  const struct serving_spec *s)
{
	bool told = !isnan(s->room_tok);

	assert(q->on.machine.stack != NULL);
	room_of(r, q, apart(s) ? q->mem_share : serving_mem_share(q), told);
	if (!told)
		prompts_take(r, apart(s) ? 0 : step_tok(q, s));
	else
		r->tok = r->low_tok = r->high_tok = floor(s->room_tok);
}

static void waits(struct serve_engine *e, const struct question *q)
{
	const struct serve_facts *of = serving_launch(q);
	double clients = q->scenario.concurrency;
	bool dp = q->on.layout.dp > 1;

	double recv = launched(q, of->recv_small, clients < of->few ?
			       of->recv_few : of->recv);

	if (dp && of->recv_dp > 0)
		recv = of->recv_dp;
	e->recv_interval = (int)fmax(1, recv);
	e->delay_passes = dp && q->on.layout.gpus <= of->split ?
			  (int)of->delay : 0;
	e->delay_slots = of->delay_slots;
	e->padded_tok = dp ? of->pad : 0;
	e->adp_balance = of->adp > 0 && dp;
	e->adp_timeout = (int)of->adp;
	e->adp_wait = dp ? (int)of->adp_wait : 0;
	e->prefill_interval = dp ? (int)fmax(1, of->every) : 1;
	if (of->wait > 0 && !dp && clients >= of->wait_from && !has_fp4(q) &&
	    is_short(q->scenario.isl) && is_short(q->scenario.osl)) {
		e->wait_iters = (int)of->wait;
		e->wait_ratio = of->wait_share;
	}
}

static void room(struct serve_engine *e, const struct question *q,
		 const struct serving_spec *s)
{
	struct serving_room r;

	serving_room(&r, q, s);
	e->block_tok = floor(given(s->block_tok, 1));
	e->room_tok = r.tok;
	e->seq_tok = r.seq_tok;
	e->host_tok = given(s->host_tok, 0);
	e->host_tok_s = fmax(1, given(s->host_tok_s, INFINITY));
	e->reuse = given(s->reuse, 1) > 0;
	if (apart(s))	/* all NICs of a replica share what it sends */
		e->send_tok_s = layout_gpus(&q->on.layout) *
			q->on.machine.gpu->nic_Bps / r.tok_B;
}

bool serving_refused(struct answer *a, const struct question *q)
{
	struct question one = *q;

	if (q->scenario.isl > 0 && q->scenario.osl > 0)
		one.batch.ctx_tok = q->scenario.isl + q->scenario.osl;
	one.batch.seqs = 1;
	one.mem_share = serving_mem_share(q);
	answer_step(a, &one, NULL);
	return !a->fits && a->lack.kind != REFUSAL_KV;
}

int serving_engine(struct serve_engine *e, const struct question *q,
		   const struct serving_spec *s, struct fault *why)
{
	const struct count counts[] = {
		{ s->max_seqs, 1, "max_num_seqs" },
		{ s->block_tok, 1, "block" },
		{ s->max_tokens, 1, "max_num_batched_tokens" },
		{ s->recv_interval, 1, "recv_interval" },
		{ s->prefill_interval, 1, "prefill_interval" },
		{ s->prefill_delay, 0, "prefill_delay" },
		{ 1, 1, NULL },
	};
	const struct serve_facts *of = serving_launch(q);

	*e = serve_engine_plain;
	assert(e->recv_interval == 1 && e->prefill_interval == 1);
	for (int i = 0; counts[i].what; i++)
		if (in_range(&counts[i], why))
			return -1;
	if (words(e, s, q, why) || host_times(s, why))
		return -1;
	/* no engine plans ahead of a pipeline's results */
	e->overlap = given(s->overlap, q->on.layout.pp < 2) > 0;
	e->chunked = given(s->chunked, of->whole > 0 ? 0 : 1) > 0;
	e->budget_tok = step_tok(q, s);
	if (!apart(s) && seqs_of(q) > 0)
		e->max_seqs = (int)of_group(q, seqs_of(q));
	e->max_seqs = (int)given(s->max_seqs, e->max_seqs);
	e->greedy = (apart(s) ? of->greedy_apart : of->greedy) > 0;
	e->turn_s = of->turn_s;
	e->step_tok = 1 + q->on.layout.drafts;
	e->longest_tok = q->on.model->max_position_embeddings;
	e->reserve_least = of->reserve;
	e->reserve_ratio = fmax(of->reserve, of->reserve_first);
	e->reserve_decay = (int)of->reserve_decay;
	e->retract_ahead = (int)of->retract;
	e->graphs = 1;	/* of any size, unless it is said */
	e->graph_seqs[0] = given(s->graph_max, MOST);
	if (!apart(s))
		waits(e, q);
	e->recv_interval = (int)given(s->recv_interval, e->recv_interval);
	e->prefill_interval = (int)given(s->prefill_interval,
					 e->prefill_interval);
	e->delay_passes = (int)given(s->prefill_delay, e->delay_passes);
	room(e, q, s);
	e->in_s = given(s->in_s, of->in_s);
	e->out_s = given(s->out_s, of->out_s);
	e->tokenize_s_tok = given(s->tokenize_s_tok, of->tokenize_s);
	return 0;
}
