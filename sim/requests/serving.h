/*
 * serving: a deployment asked for requests, not steps: its engine, what a step
 * costs there, the answer with its band.
 */
#ifndef REQUESTS_SERVING_H
#define REQUESTS_SERVING_H

#include "answer/answer.h"
#include "facts/service.h"
#include "serve/tally.h"
#include "time/price.h"

/* What is asked beside the scenario; NaN and "": not given. */
struct serving_spec {
	char arrivals[32];	/* size: a word */
	char lengths[32];	/* size: a word */
	char route[32];		/* size: a word */
	char batching[32];	/* size: a word */
	char reserve[32];	/* size: a word */
	char pools[32];		/* size: P:D, replicas of each */
	char workload[SCENARIO_WORD];	/* file of requests */
	char accept[SCENARIO_WORD];	/* "0.9,0.7": of each draft, those
					   before it being accepted */
	char slo[SCENARIO_WORD];	/* "ttft=500,tpot=20", ms */
	char prompts[32];	/* size: a word */
	char count[32];		/* size: a word */
	char tpot_by[32];	/* size: a word */
	char over[32];		/* size: a word */
	char scale[32];		/* size: LEAST:MOST replicas */
	char scale_by[32];	/* size: a word */
	char overflow[SCENARIO_WORD];	/* a service's sheet */
	double stop_s, warm_s, more_chunks;
	double bucket_tok, refill_tok_s, charge_tok, semaphore, threads;
	double connect_s;
	double beside_tok, beside_tok_s;	/* of overflow's bucket */
	double rate, burstiness, swing, day_s;
	double spread, hit, turns, think_s;
	double speedup, rows, band;
	double replicas;
	double scale_at, scale_start_s, scale_hold_s, scale_look_s;
	/* launch facts, instead of the engine's */
	double max_seqs, max_tokens, chunked, overlap, block_tok;
	double recv_interval, prefill_interval, prefill_delay, graph_max;
	double room_tok, host_tok, host_tok_s, reuse;
	double in_s, out_s, tokenize_s_tok;
};

struct serving_column {
	const char *name;	/* also of an option */
	const char *arg, *help;
	int offset;
	int word;		/* bytes of a text, or 0: a number */
	double unit;		/* a number is this many base units */
};

extern const struct serving_column serving_columns[];
extern const int serving_columns_nr;

void serving_init(struct serving_spec *);	/* nothing given */

/* As scenario_set: 0, 1: no such column, -1: a fault. */
int serving_set(struct serving_spec *, const char *column, const char *text,
		struct fault *);

/*
 * Set columns from "arrivals=poisson;rate=10", as a scenario's `serving` has
 * them. 0, or -1 and a fault: no such column, no "=", a value that is none.
 */
int serving_set_all(struct serving_spec *, const char *pairs, struct fault *);

/* Anything of it was given. */
bool serving_asked(const struct serving_spec *);

/* The launch facts of its stack that hold with its model. */
const struct serve_facts *serving_launch(const struct question *);

/*
 * The engine of a question: its stack's launch facts, and what the spec says
 * instead. 0, or -1 and a fault.
 */
int serving_engine(struct serve_engine *, const struct question *,
		   const struct serving_spec *, struct fault *);

/*
 * KV tokens of a group, and the ends of their 80 % band; a sequence holds
 * seq_tok of them more than it has.
 */
struct serving_room {
	double tok, low_tok, high_tok;
	double tok_B;		/* of one, on a GPU */
	double seq_tok;
	double flight_tok;	/* and a token of a prompt in the step that
				   computes it */
};

void serving_room(struct serving_room *, const struct question *,
		  const struct serving_spec *);

/* Prompts run in piecewise CUDA graphs, as the stack is launched. */
bool serving_pieces(const struct question *);

/*
 * Benchmarks have recorded layouts that their scripts of the day did not run:
 * the question becomes that of what ran (struct serve_facts, ran_ep and
 * ran_dp). 0, or -1 and a fault.
 */
int serving_as_run(struct question *, struct fault *);

/* Of HBM, what the engine is launched with, unless the question says. */
double serving_mem_share(const struct question *);

/*
 * What holds of one request alone, the longest that is drawn: a format, a
 * context above the model's, weights that do not fit. KV that a request does
 * not find is no such thing: it is never admitted, and counted. The answer is
 * that of one such request.
 */
bool serving_refused(struct answer *, const struct question *);

/*
 * How the client reads and what its door is, as the spec says, to a load. 0,
 * or -1 and a fault.
 */
int serving_client(struct serve_load *, const struct serving_spec *,
		   struct fault *);

/*
 * Decode steps as the rank-level engine plays them (every rank and layer,
 * sampled loads, barriers), over the closed form: at batches of 1, 2, 4, ...
 * sequences a group, each of ctx_tok tokens; between them
 * straight in the logarithm of the batch, beyond the last as there. Steps with
 * prompts stay in closed form, as the engine plays no prompts.
 */
enum { SERVING_RANKS = 16 /* size: batches up to 32,768 */ };

struct serving_ranks {
	int nr;			/* 0: nothing is played */
	double over[SERVING_RANKS];
};

struct serving_ranks_spec {
	struct run_spec run;	/* its steps each batch */
	double most_seqs;	/* a group runs, at most */
	double ctx_tok;		/* of a sequence, on average */
};

void serving_play_ranks(struct serving_ranks *, const struct question *,
			const struct serving_ranks_spec *);
double serving_ranks_over(const struct serving_ranks *, double seqs);

/* The price of a question's engine steps; holds what step_s reads. */
struct serving_price {
	struct price *of;	/* owned */
	double slower;		/* factor on every step: for bands, */
	double prompts;		/* and once more on those with prompts */
	double prompts_sd;	/* log standard error that these have beside a
				   decode step's */
	double groups, stages;
	struct serving_ranks ranks;	/* nr 0: in closed form */
};

void serving_price_init(struct serving_price *, const struct question *);
void serving_price_release(struct serving_price *);

/* As struct serve_pricer has them. */
double serving_step_s(const void *of, const struct serve_step *);
void serving_parts(const void *of, const struct serve_step *,
		   struct serve_parts *);

/* What a question's engines are beside their launch facts; replicas apart. */
void serving_fleet(struct serve_fleet *, const struct question *,
		   const struct serving_price *);

/*
 * Requests enough for a client that stops by its clock (duration): no more
 * can be begun in that time, were every step step_s at twice its speed; by
 * the clock, six standard deviations above the mean.
 */
double serving_requests_most(const struct question *,
			     const struct serving_spec *, double step_s);

/* A run with its band and how near it is to what the engine can do. */
struct serving_answer {
	struct serve_tally as_is;
	struct serve_tally slow, fast;	/* steps slower, faster by 80 % */
	double spare;		/* steps slower by this share: the wait for
				   the first token doubles. INFINITY: not even
				   at twice as slow; NaN: not asked */
	int good;		/* requests within the SLO; -1: none asked */
	double tok_s_gpu, tok_s_user;
	double usd_mtok;
	double watt_gpu;	/* mean of the run; NaN: no sheet says, or
				   pools apart */
	double j_mtok;		/* of all GPUs, a million output tokens */
	int gpus;		/* at most, where engines come and go */
	double engines;		/* there or called, on average */
};

struct serving_run {
	struct serve_spec serve;
	struct serving_price *price;	/* what serve's pricers read */
	double limit_s[SERVE_METRICS];	/* SLO; NaN: none */
	bool slo;
	const struct service *service;	/* NULL: engines on GPUs */
	const struct service *overflow;	/* of those it refuses; or NULL */
	struct serving_room room;	/* all 0: as it is */
	bool band;		/* replay slower and faster, */
	bool near;		/* and search how near it is to saturation */
};

/* The door of a service's overflow, as serving_client's. */
int serving_beside(struct serve_door *, const struct serving_spec *,
		   struct fault *);

/* What a GPU draws in a run that was played; NaN: engines come and go. */
double serving_watt_gpu(const struct question *, const struct serving_run *,
			const struct serve_tally *, const struct serve_log *);

/*
 * Play it; log is of the run as it is, initialised here, released by the
 * caller.
 */
void serving_answer(struct serving_answer *, struct serve_log *log,
		    const struct question *, const struct serving_run *);

/* The same where no GPU is known of it: no rate a GPU, no cost. */
void serving_played(struct serving_answer *, struct serve_log *,
		    const struct serving_run *, double log_sd);

/* "ttft=500,tpot=20" in ms to limits. 0, or -1 and a fault. */
int serving_slo(double *limit_s, const char *text, struct fault *);

#endif
